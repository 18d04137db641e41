"""What a project lacks for each stage, in order of importance: what, where it belongs, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from qi_tools.improvement.aim import weaknesses
from qi_tools.improvement.evidence import depths, missing
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_charts import ReadingsInvalid, measure_of
from qi_tools.improvement.project_words import name_of, record_at
from qi_tools.improvement.stages import STAGES
from qi_tools.words import counted, day_in_words, joined

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Check", "Gap", "check"]

COLUMNS: Final = ("stage", "where", "missing", "why")
NAMED: Final = 3  # a longer list is not read


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a project lacks.

    Parameters
    ----------
    stage : str
        The stage that needs it, a key of `STAGES`; empty for a warning.
    section, id, field : str
        Where it belongs: the section, the record (empty in a section of one record, and where a new
        record is needed) and the field.
    what : str
        What is missing, as one sentence or two.
    why : str
        Why it matters.
    name : str
        What the record is called, in its own words; empty where there is none.
    """

    stage: str
    section: str
    id: str
    field: str
    what: str
    why: str
    name: str = ""

    @property
    def where(self) -> str:
        """Where to fill it in, as a form shows it.

        Examples
        --------
        >>> Gap("chosen", "measures", "missed", "owner", "", "", "Missed visits").where
        'Family of measures, “Missed visits”: Who collects it?'
        """
        section = SECTIONS[self.section]
        which = f", “{self.name}”" if self.name else f", a new {section.one}"
        label = fields_of(section.record)[self.field].label
        return f"{section.title}{which if section.one else ''}: {label}"


@dataclass(frozen=True, slots=True)
class Check:
    """How far a project has come, and what it lacks.

    Parameters
    ----------
    stage : str
        The furthest stage whose evidence is there, with that of all before it: a key of `STAGES`;
        empty when there is none.
    gaps : tuple of Gap
        What the stages lack, earlier stages first and in order of importance within a stage.
    warnings : tuple of Gap
        What no stage needs, but should be looked into.
    """

    stage: str
    gaps: tuple[Gap, ...]
    warnings: tuple[Gap, ...]

    def for_stage(self, stage: str) -> tuple[Gap, ...]:
        """Give what one stage lacks; `STAGES` has their names."""
        return tuple(gap for gap in self.gaps if gap.stage == stage)

    def describe(self) -> str:
        """Say the stage, what the next one lacks, how much the later ones do, and the warnings."""
        if self.stage:
            lines = [f'The project shows the evidence of the stage "{STAGES[self.stage]}".']
        else:
            lines = ["The project does not show the evidence of the first stage yet."]
        for stage, name in STAGES.items():
            gaps = self.for_stage(stage)
            if not gaps:
                continue
            if stage == self.gaps[0].stage:
                lines.append(f'For "{name}" it lacks {counted(len(gaps), "thing")}:')
                lines += [f"{number}. {_said(gap)}" for number, gap in enumerate(gaps, 1)]
            else:
                lines.append(f'For "{name}", later, it lacks {counted(len(gaps), "thing")}.')
        if self.warnings:
            lines.append("Worth a second look:")
            lines += [f"- {_said(gap)}" for gap in self.warnings]
        return "\n".join(lines)

    @property
    def table(self) -> DataFrame:
        """One row for each gap, then one for each warning: stage, where, missing, why."""
        from pandas import DataFrame

        rows = [
            (STAGES.get(gap.stage, "Warning"), gap.where, gap.what, gap.why)
            for gap in (*self.gaps, *self.warnings)
        ]
        return DataFrame(rows, columns=[*COLUMNS])


def check(project: Project) -> Check:
    """Say how far a project has come, and what it lacks.

    The evidence of each stage is in `qi_tools.improvement.stages.EVIDENCE`. What day it is plays no
    part: "since the change" is up to the last reading.

    Parameters
    ----------
    project : Project
        As blank as it may be.

    Returns
    -------
    Check

    Examples
    --------
    >>> found = check(Project())
    >>> found.stage, found.gaps[0].where
    ('', 'Charter: What is the problem?')
    """
    gaps = tuple(
        _named(
            project,
            Gap(evidence.stage, lack.section, lack.id, lack.field, lack.what, evidence.why),
        )
        for evidence, lack in missing(project)
    )
    shown = ""
    for stage in STAGES:
        if any(gap.stage == stage for gap in gaps):
            break
        shown = stage
    warnings = (_named(project, each) for each in _warnings(project, shown))
    return Check(shown, gaps, tuple(warnings))


def _named(project: Project, gap: Gap) -> Gap:
    """Call the record of a gap by its words: nobody who fills in a form has seen its id."""
    if not gap.id:
        return gap
    record = record_at(project, gap.section, gap.id)
    return replace(gap, name=name_of(project, gap.section, record))


def _said(gap: Gap) -> str:
    return f"{gap.where} – {gap.what} {gap.why}"


def _warnings(project: Project, shown: str) -> Iterator[Gap]:
    for rule in (_claims(project, shown), *(each(project) for each in _RULES)):
        yield from rule


def _few(names: list[str]) -> str:
    rest = len(names) - NAMED
    quoted = [f"“{name}”" for name in names[:NAMED]]
    return joined([*quoted, *([f"{rest} more"] if rest > 0 else [])])


def _warning(section: str, id: str, field: str, what: str, why: str) -> Gap:
    return Gap("", section, id, field, what, why)


def _claims(project: Project, shown: str) -> Iterator[Gap]:
    order = [*STAGES]
    for each in project.reached:
        if each.stage and (not shown or order.index(each.stage) > order.index(shown)):
            yield _warning(
                "reached",
                each.id,
                "stage",
                f'"{STAGES[each.stage]}" is said to be reached, and its evidence is not all here.',
                "Fill in what is missing, or agree on the stage that the file shows.",
            )


def _unreadable(project: Project) -> Iterator[Gap]:
    for measure in project.measures:
        if measure.readings:
            try:
                measure_of(project, measure.id)
            except ReadingsInvalid as refused:
                what = " ".join(str(refused).split())
                yield _warning("measures", measure.id, "readings", what, "There is no chart of it.")


def _dates(project: Project) -> Iterator[Gap]:
    begins, by = project.charter.begins, project.aim.by
    if begins and by and by <= begins:
        yield _warning(
            "aim",
            "",
            "by",
            f"The aim is to be reached by {day_in_words(by)}, and the project begins on "
            f"{day_in_words(begins)}.",
            "One of the two days is wrong.",
        )
    for cycle in project.cycles:
        if cycle.began and cycle.ended and cycle.ended < cycle.began:
            yield _warning(
                "cycles",
                cycle.id,
                "ended",
                f"The test ended on {day_in_words(cycle.ended)}, before it began on "
                f"{day_in_words(cycle.began)}.",
                "Charts mark the test at its day.",
            )


def _aim_doubts(project: Project) -> Iterator[Gap]:
    for found in weaknesses(project.aim):
        if found.doubt:
            yield _warning("aim", "", found.field, found.lacks, found.ask)


def _roles(project: Project) -> Iterator[Gap]:
    for member in project.team:
        for field in ("role", "part"):
            if not getattr(member, field):
                yield _warning(
                    "team",
                    member.id,
                    field,
                    "It is not filled in.",
                    "People outside the team can't tell who does what.",
                )


def _drivers(project: Project) -> Iterator[Gap]:
    depth = depths(project)
    above = {driver.id: driver.under for driver in project.drivers}
    measured = set()
    for driver in project.drivers:
        if driver.measures:
            id = driver.id
            while id:
                measured.add(id)
                id = above[id]
    tested = {cycle.idea for cycle in project.cycles} | {each.idea for each in project.adopted}
    for id in above:
        if depth[id] == 1 and id not in measured:
            yield _warning(
                "drivers",
                id,
                "measures",
                "No measure shows whether this driver moves, nor anything below it.",
                "Without one, the theory can't be proved wrong.",
            )
    if untested := [id for id in above if depth[id] == 3 and id not in tested]:
        said = "a change idea" if len(untested) == 1 else counted(len(untested), "change idea")
        names = [name_of(project, "drivers", record_at(project, "drivers", id)) for id in untested]
        yield _warning(
            "drivers",
            untested[0],
            "words",
            f"No test names {said}: {_few(names)}.",
            "Not all can be tested at once. Take out those that you have dropped.",
        )


def _measures(project: Project) -> Iterator[Gap]:
    named = {id for driver in project.drivers for id in driver.measures}
    for measure in project.measures:
        if measure.kind in {"", "process"} and not measure.feeds and measure.id not in named:
            yield _warning(
                "measures",
                measure.id,
                "feeds",
                "It is no outcome, feeds no other measure, and no driver names it.",
                "Nobody can say what it is counted for.",
            )


_RULES: Final = (_unreadable, _aim_doubts, _dates, _roles, _drivers, _measures)
