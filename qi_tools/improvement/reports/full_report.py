"""The full report of a project: all that its file holds, in the order in which a reader asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.improvement.aim import weaknesses
from qi_tools.improvement.causes import fishbone, five_whys
from qi_tools.improvement.checking import Gap, check
from qi_tools.improvement.cycles import Cycle
from qi_tools.improvement.drivers import driver_diagram
from qi_tools.improvement.fidelity import fidelity
from qi_tools.improvement.forces import force_field
from qi_tools.improvement.measures import PlannedMeasure, measure_tree
from qi_tools.improvement.outline import Item
from qi_tools.improvement.pdsa_ramps import pdsa_ramps
from qi_tools.improvement.process_map import process_map
from qi_tools.improvement.progress import progress
from qi_tools.improvement.project_charts import chart_of
from qi_tools.improvement.ramps import ramps
from qi_tools.improvement.reports.content import (
    Block,
    Columns,
    Figure,
    Paragraph,
    Part,
    Points,
    Table,
    blank_titles,
    facts,
    named,
    table,
    without_blanks,
)
from qi_tools.improvement.stages import STAGES
from qi_tools.improvement.stakeholders import Stakeholder, stakeholder_map
from qi_tools.words import day_in_words, joined

if TYPE_CHECKING:
    from qi_tools.improvement.diagram import Diagram
    from qi_tools.improvement.project import Project

__all__ = ["parts_of"]


def parts_of(project: Project) -> tuple[Part, ...]:
    """Give the parts of a full report, without the blank ones, which are named near its end.

    Parameters
    ----------
    project : Project

    Returns
    -------
    tuple of Part
    """
    parts = (
        Part("The problem and the team", tuple(_beginning(project))),
        Part("The aim and the theory", tuple(_theory(project))),
        Part("Causes and process", tuple(_causes(project))),
        Part("People and forces", tuple(_people(project))),
        Part("Measures", tuple(_measures(project))),
        Part("Tests of change", tuple(_tests(project))),
        Part("What lasts", tuple(_lasting(project))),
        Part("Progress and risks", tuple(_progress(project))),
    )
    readings = Part("The readings", tuple(_readings(project)))
    *before, last = parts
    blank = _blank((*parts, readings))
    last = replace(last, blocks=(*last.blocks, *blank))
    return without_blanks((*before, last, readings))


def _blank(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Name what is not written yet, as one sentence."""
    titles = joined(
        [
            title if title[1].isupper() else f"{title[0].lower()}{title[1:]}"  # "PDSA" stays
            for title in blank_titles(parts)
        ]
    )
    words = Paragraph(f"{titles[:1].upper()}{titles[1:]}.")
    return (Part("Not written yet", (words,)),) if titles else ()


def _beginning(project: Project) -> Iterator[Block]:
    place = facts(project, "The project", project.about, {"Where": "place"})
    charter = facts(project, "Charter", project.charter)
    yield Part("Charter", (*place, *charter))
    columns = {
        "Role": "role",
        "Part in the team": "part",
        "Brings": "brings",
        "Protected hours a week": "hours",
    }
    yield Part("Team", table(project, "team", columns))
    notes = project.about.notes
    yield Part("Notes", (Paragraph(notes),) if notes else ())


def _theory(project: Project) -> Iterator[Block]:
    aim = project.aim
    words = (Paragraph(aim.sentence),) if aim.sentence else ()
    yield Part("Aim", (*words, *facts(project, "Aim", aim)))
    lacks = tuple(Item(f"{each.lacks} {each.ask}") for each in weaknesses(aim))
    if aim.sentence and lacks:
        yield Part("What the aim lacks", (Points(lacks),))
    yield Part("Driver diagram", _drawn(driver_diagram(project)) if project.drivers else ())


def _causes(project: Project) -> Iterator[Block]:
    yield Part(
        "Fishbone", _drawn(fishbone(project)) if project.causes or project.effect.effect else ()
    )
    whys = project.whys or project.event.event
    yield Part("Five whys", _drawn(five_whys(project)) if whys else ())
    yield Part("Process map", tuple(_process(project)))


def _process(project: Project) -> Iterator[Block]:
    yield from facts(project, "Process map", project.process)
    if project.steps:
        shown = process_map(project)
        yield Figure(shown)
        if shown.findings:
            yield Part("What the map shows", (Points(tuple(map(Item, shown.findings))),))
    numbers = {step.id: f"{number}" for number, step in enumerate(project.steps, 1)}
    steps = table(
        project,
        "steps",
        {
            "Step": lambda step: numbers[step.id],
            "What is done": "words",
            "Kind": "kind",
            "Who does it": "lane",
            "Usual minutes": "minutes",
            "Worth to the person served": "worth",
        },
    )
    if steps:
        yield Part("The steps", steps)
    arrows = table(
        project,
        "arrows",
        {
            "From step": lambda arrow: numbers.get(arrow.step, ""),
            "To step": lambda arrow: numbers.get(arrow.to, ""),
            "When": "label",
        },
    )
    if arrows:
        yield Part("Where a step leads elsewhere than to the next", arrows)


def _people(project: Project) -> Iterator[Block]:
    columns: Columns = {
        "Who": "who",
        "Influence": "influence",
        "Changes their day": "touched",
        "Stands now → needed": _stands,
        "What matters to them": "cares_about",
        "What the team does next": "action",
    }
    people = table(project, "stakeholders", columns)
    drawn = (Figure(stakeholder_map(project)),) if people else ()
    yield Part("Stakeholders", (*drawn, *people))
    columns = {
        "Force": "words",
        "Way": "side",
        "Strength, 1 to 5": "strength",
        "What the team does about it": "action",
    }
    forces = table(project, "forces", columns)
    change = facts(project, "Force field", project.change)
    drawn = (Figure(force_field(project)),) if forces else ()
    yield Part("Force field", (*change, *drawn, *forces))


def _stands(each: Stakeholder) -> str:
    return each.stands if each.now or each.wanted else ""


def _measures(project: Project) -> Iterator[Block]:
    columns = {
        "Measure": "name",
        "Kind": "kind",
        "How often": "every",
        "Who collects it": "owner",
        "Who looks at it": "place",
        "Which way is better": "better",
    }
    family = table(project, "measures", columns)
    yield Part("Family of measures", family)
    if project.measures:
        yield Part("Tree of measures", _drawn(measure_tree(project)))
    for number, planned in enumerate(project.measures, 1):
        blocks = tuple(_measure(project, planned))
        if blocks:
            yield Part(f"Measure {number}: {planned.name or '…'}", blocks)


def _measure(project: Project, planned: PlannedMeasure) -> Iterator[Block]:
    if planned.readings.strip():
        try:
            chart = chart_of(project, planned.id)
        except QIToolsError as refused:
            yield Paragraph(str(refused))
        else:
            yield Figure(chart)
            yield Paragraph(chart.describe())
    rows: Columns = {
        "What is counted": "counted",
        "Out of": "out_of",
        "Unit": "unit",
        "What does not count": "excluded",
        "Where it comes from": "source",
        "All, or a sample": "sample",
        "Feeds the measure": "feeds",
    }
    yield from facts(project, planned.name, planned, rows)


def _tests(project: Project) -> Iterator[Block]:
    if not project.cycles:
        yield Part("PDSA cycles", ())
        return
    drawn = pdsa_ramps(project)
    # What is said of each test stands in its own table, further on.
    yield Part("Ramps of tests", (Figure(drawn), Points(_names(drawn.items))))
    features = fidelity(project).features
    yield Part(
        "How well the tests were done",
        (
            Table(
                "The five features of PDSA cycles",
                ("Feature", "There?", "What was counted", "What comes next"),
                tuple((each.name, each.level, each.words, each.next_step) for each in features),
            ),
        ),
    )
    for cycle in (each for ramp in ramps(project) for each in ramp.cycles):
        name = named(project, "cycles", cycle.id)
        rows: Columns = {
            "Change idea": "idea",
            "Builds on": "after",
            "Question": "objective",
            "Prediction": "prediction",
            "Plan": "plan",
            "With how many": "scale",
            "Measures watched": "measures",
            "When": _when,
            "What happened": "happened",
            "Study": "study",
            "Act": "act",
            "What comes next": "next_step",
        }
        yield Part(name, facts(project, name, cycle, rows))


def _when(cycle: Cycle) -> str:
    days = [day_in_words(day) for day in (cycle.began, cycle.ended) if day]
    if len(days) == 1:
        return f"From {days[0]}" if cycle.began else f"Until {days[0]}"
    return " to ".join(dict.fromkeys(days))


def _lasting(project: Project) -> Iterator[Block]:
    columns = {
        "What has changed": "what",
        "Since": "since",
        "Change idea": "idea",
        "Marked on the charts of": "measures",
    }
    yield Part("Changes made for good", table(project, "adopted", columns))
    yield Part("Keeping the gain", facts(project, "Keeping the gain", project.sustaining))
    yield Part("Spread", facts(project, "Spread", project.spreading))
    columns = {
        "Place": "place",
        "How far": "state",
        "Since": "since",
        "What it does in its own way": "fitted",
    }
    yield Part("Places to which it spreads", table(project, "sites", columns))


def _progress(project: Project) -> Iterator[Block]:
    yield Part("Progress", (Figure(progress(project)),))
    columns = {"Stage": "stage", "Reached on": "on", "Agreed by": "agreed_by", "Shown by": "note"}
    yield Part("Stages that were agreed", table(project, "reached", columns))
    checked = check(project)
    nothing = (Paragraph("The evidence of all six stages is there."),)
    yield Part("What is missing", _gaps("What is missing", checked.gaps) or nothing)
    if checked.warnings:
        yield Part("Worth a second look", _gaps("Worth a second look", checked.warnings))
    columns = {"What could go wrong": "risk", "What the team does about it": "answer"}
    yield Part("Risks", table(project, "risks", columns))


def _gaps(title: str, gaps: tuple[Gap, ...]) -> tuple[Table, ...]:
    """Say what is missing; what is for no stage has no column for it."""
    if not gaps:
        return ()
    columns = {
        "For the stage": [STAGES.get(gap.stage, "") for gap in gaps],
        "Where to write it": [gap.where for gap in gaps],
        "What is missing": [gap.what for gap in gaps],
        "Why it matters": [gap.why for gap in gaps],
    }
    there = {heading: cells for heading, cells in columns.items() if any(cells)}
    return (Table(title, tuple(there), tuple(zip(*there.values(), strict=True))),)


def _readings(project: Project) -> Iterator[Block]:
    """Give the readings as they were written down, so that anyone can draw the charts again."""
    for number, planned in enumerate(project.measures, 1):
        lines = [" ".join(line.split()) for line in planned.readings.splitlines()]
        if any(lines):
            words = Paragraph("; ".join(filter(None, lines)))
            yield Part(f"Readings of measure {number}: {planned.name or '…'}", (words,))


def _drawn(diagram: Diagram) -> tuple[Block, ...]:
    """Give a diagram and, after it, what it says as text."""
    return (Figure(diagram), Points(diagram.items))


def _names(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(Item(item.words, below=_names(item.below)) for item in items)
