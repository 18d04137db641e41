"""The process map: the steps in their lanes, and what they show: hand-offs, loops, waits, waste."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, ClassVar, Final, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.outline import Item, said
from qi_tools.improvement.process import (
    KINDS,
    WORTHS,
    Process,
    Step,
    Way,
    find_columns,
    find_reached,
    find_ways,
    time_in_words,
)
from qi_tools.improvement.process_findings import find_findings
from qi_tools.words import counted, day_in_words, joined

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.improvement.project import Project

__all__ = ["Lane", "MappedStep", "Minutes", "ProcessMap", "process_map"]

UNTIMED: Final = ("start", "end")  # they take no time and so have no worth


@dataclass(frozen=True, slots=True)
class MappedStep:
    """A step with its place on the map.

    Parameters
    ----------
    number : int
        Its place in the list, counted from 1.
    step : Step
    column : int
        Its place along the flow, counted from 0.
    ways : tuple of Way
        Those that lead from it.
    reached : bool
        True where some way leads to it from the start.
    """

    number: int
    step: Step
    column: int
    ways: tuple[Way, ...]
    reached: bool

    @property
    def words(self) -> str:
        """Its number and what is done."""
        return f"{self.number}. {self.step.words or '…'}"

    @property
    def details(self) -> tuple[str, ...]:
        """Its kind, unless it is a task, and how long it takes."""
        kind, minutes = self.step.kind, self.step.minutes
        named = (KINDS[kind],) if kind not in {"", "task"} else ()
        return named if minutes is None else (*named, time_in_words(minutes))

    @property
    def goes_on(self) -> bool:
        """True where it simply leads to the next one in the list."""
        return [(way.to, way.label) for way in self.ways] == [(self.number + 1, "")]

    @property
    def item(self) -> Item:
        """All that is said of it."""
        worth = (WORTHS[self.step.worth],) if self.step.worth else ()
        lane = (self.step.lane,) if self.step.lane else ()
        ways = () if self.goes_on else tuple(way.words for way in self.ways)
        return Item(self.words, (*lane, *self.details, *worth, *ways))


@dataclass(frozen=True, slots=True)
class Lane:
    """What one role does.

    Parameters
    ----------
    name : str
    steps : tuple of MappedStep
    """

    name: str
    steps: tuple[MappedStep, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long the steps usually take, all together.

    Not everyone goes through every step, so this is not how long one person is on the way.

    Parameters
    ----------
    total : float
    value : float
        Of the steps that add value.
    blank, unjudged : tuple of MappedStep
        The steps whose minutes, and whose worth, are not written.
    """

    total: float
    value: float
    blank: tuple[MappedStep, ...]
    unjudged: tuple[MappedStep, ...]

    @property
    def share(self) -> float | None:
        """Which share of the minutes adds value, from 0 to 1; None where there are none."""
        return self.value / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class ProcessMap(Diagram):
    """A process as it is done, step by step.

    Parameters
    ----------
    title : str
    process : Process
    steps : tuple of MappedStep
        All of them, in the order of the list.
    shown : tuple of int
        The numbers of those that are drawn, in the order of the flow.
    unfinished : int
        How many arrows lack one of their ends; they are not drawn.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    process: Process
    steps: tuple[MappedStep, ...]
    shown: tuple[int, ...]
    unfinished: int
    source: str

    drawn_by: ClassVar[str] = "diagrams.process_map"

    @property
    def ways(self) -> tuple[Way, ...]:
        """All ways between steps."""
        return tuple(way for step in self.steps for way in step.ways)

    @property
    def hand_offs(self) -> tuple[Way, ...]:
        """The ways on which someone else takes over."""
        return tuple(way for way in self.ways if way.hand_off)

    @property
    def loops(self) -> tuple[Way, ...]:
        """The ways that lead back, so that work is done again."""
        return tuple(way for way in self.ways if way.back)

    @property
    def waits(self) -> tuple[MappedStep, ...]:
        """The steps at which someone waits."""
        return self._of_kind("wait")

    @property
    def decisions(self) -> tuple[MappedStep, ...]:
        """The steps at which the ways part."""
        return self._of_kind("decision")

    @property
    def undecided(self) -> tuple[MappedStep, ...]:
        """The decisions with fewer than two steps to lead to, so that they decide nothing."""
        return tuple(step for step in self.decisions if len({way.to for way in step.ways}) < 2)

    @property
    def dead_ends(self) -> tuple[MappedStep, ...]:
        """The steps that lead nowhere and are no end."""
        return tuple(each for each in self.steps if not each.ways and each.step.kind != "end")

    @property
    def never_reached(self) -> tuple[MappedStep, ...]:
        """The steps to which no way leads from the start."""
        return tuple(step for step in self.steps if not step.reached)

    @property
    def needed(self) -> tuple[MappedStep, ...]:
        """The steps that are needed and add no value."""
        return tuple(each for each in self.steps if each.step.worth == "needed")

    @property
    def waste(self) -> tuple[MappedStep, ...]:
        """The steps that neither add value nor are needed."""
        return tuple(each for each in self.steps if each.step.worth == "waste")

    @property
    def minutes(self) -> Minutes:
        """How long the steps usually take, and how much of that adds value."""
        timed = [each for each in self.steps if each.step.kind not in UNTIMED]
        return Minutes(
            sum(each.step.minutes or 0.0 for each in self.steps),
            sum(each.step.minutes or 0.0 for each in self.steps if each.step.worth == "value"),
            tuple(each for each in timed if each.step.minutes is None),
            tuple(each for each in timed if not each.step.worth),
        )

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The steps by who does them; those of whom that is not written come last."""
        there: dict[str, list[MappedStep]] = {}
        for each in self.steps:
            there.setdefault(each.step.lane.casefold(), []).append(each)
        named = sorted(there.values(), key=lambda steps: not steps[0].step.lane)
        return tuple(Lane(steps[0].step.lane, tuple(steps)) for steps in named)

    @property
    def about(self) -> str:
        """Which process it is and when it was walked, as sentences."""
        name, walked = self.process.name.rstrip("."), self.process.walked
        return " ".join(
            [
                *([f"{name}."] if name else []),
                *([f"Walked on {day_in_words(walked)}."] if walked else []),
            ]
        )

    @property
    def counts(self) -> str:
        """How much there is of what it shows, as one sentence; empty where there are no steps."""
        if not self.steps:
            return ""
        lanes = sum(1 for lane in self.lanes if lane.name)
        counts = [
            counted(len(self.steps), "step") + (f" in {counted(lanes, 'lane')}" if lanes else ""),
            *(
                counted(len(found), noun)
                for found, noun in (
                    (self.decisions, "decision"),
                    (self.waits, "wait"),
                    (self.hand_offs, "hand-off"),
                    (self.loops, "loop"),
                )
                if found
            ),
        ]
        return f"{joined(counts)}."

    @property
    def findings(self) -> tuple[str, ...]:
        """What it shows, as plain sentences: first where people wait or work is done again."""
        return tuple(find_findings(self))

    @property
    def items(self) -> tuple[Item, ...]:
        """The steps that are drawn, in the order of the list."""
        return tuple(self.steps[number - 1].item for number in sorted(self.shown))

    @property
    def pieces(self) -> int:
        """How many steps are drawn."""
        return len(self.shown)

    @property
    def joints(self) -> frozenset[int]:
        """Where the next column begins."""
        columns = [self.steps[number - 1].column for number in self.shown]
        return frozenset(
            place for place in range(1, len(columns)) if columns[place] != columns[place - 1]
        )

    def part(self, first: int, last: int) -> Self:
        """Give the map with only some of its steps drawn; they keep their numbers and ways."""
        return replace(self, shown=self.shown[first:last])

    @property
    def table(self) -> DataFrame:
        """The steps as a table, one row a step; each call gives a new one."""
        from pandas import DataFrame

        rows = [
            (
                each.number,
                each.step.words,
                KINDS[each.step.kind or "task"],
                each.step.lane,
                each.step.minutes,
                WORTHS.get(each.step.worth, ""),
                "; ".join(way.words for way in each.ways),
            )
            for each in self.steps
        ]
        return DataFrame(
            rows, columns=["number", "step", "kind", "lane", "minutes", "worth", "leads"]
        ).astype({"minutes": float})

    def describe(self) -> str:
        """Describe the map in a few plain sentences: also its text alternative."""
        if not self.steps:
            return f"{self.title}. It is still blank."
        sentences = (f"{self.title}.", self.about, self.counts, *self.findings)
        return shortened(" ".join(filter(None, sentences)), LONGEST)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell: what the map shows, then the steps, a paragraph a line."""
        about = filter(None, (self.about, self.counts))
        return (*about, *self.findings, *map(said, self.items))

    def below_html(self) -> str:
        """Give what the map shows as a list, and the outline, shown on demand below the figure."""
        if not self.findings:
            return Diagram.below_html(self)
        listed = "".join(f"<li>{escape(finding)}</li>" for finding in self.findings)
        return f'<ul class="qi-findings">{listed}</ul>{Diagram.below_html(self)}'

    def _of_kind(self, kind: str) -> tuple[MappedStep, ...]:
        return tuple(each for each in self.steps if each.step.kind == kind)


def process_map(project: Project) -> ProcessMap:
    """Draw the process map of a project, and find hand-offs, loops, waits and waste.

    Each step leads to the next in the list, unless arrows lead from it or it is an end.

    Parameters
    ----------
    project : Project

    Returns
    -------
    ProcessMap

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> steps = [
    ...     {"id": "a", "words": "Letter comes", "kind": "start", "lane": "Clerk"},
    ...     {"id": "b", "words": "Letter waits", "kind": "wait", "lane": "Clerk", "minutes": 600},
    ...     {"id": "c", "words": "Urgent?", "kind": "decision", "lane": "Nurse"},
    ...     {"id": "d", "words": "Visit booked", "kind": "end", "lane": "Clerk"},
    ... ]
    >>> arrows = [
    ...     {"id": "1", "step": "c", "to": "d", "label": "Yes"},
    ...     {"id": "2", "step": "c", "to": "b", "label": "No"},
    ... ]
    >>> shown = process_map(read_project({"steps": steps, "arrows": arrows}))
    >>> print(shown.outline)
    - 1. Letter comes (Clerk; Start)
    - 2. Letter waits (Clerk; Wait; 10 hours)
    - 3. Urgent? (Nurse; Decision; Yes: to 4; No: back to 2)
    - 4. Visit booked (Clerk; End)
    >>> shown.findings[:3]
    ('Someone waits at step 2, 10 hours in all.', \
'Work goes back from 3 to 2: find out how often, and why.', \
'Work changes hands 3 times: from 2 to 3, from 3 to 4 and from 3 to 2.')
    """
    ways = find_ways(project.steps, project.arrows)
    reached = find_reached(project.steps, ways)
    columns = find_columns(project.steps, ways)
    leading: dict[int, list[Way]] = {}
    for way in ways:
        leading.setdefault(way.start, []).append(way)
    steps = tuple(
        MappedStep(number, step, column, tuple(leading.get(number, ())), number in reached)
        for number, (step, column) in enumerate(zip(project.steps, columns, strict=True), 1)
    )
    return ProcessMap(
        project.titled("Process map"),
        project.process,
        steps,
        tuple(each.number for each in sorted(steps, key=lambda each: (each.column, each.number))),
        sum(1 for arrow in project.arrows if not (arrow.step and arrow.to)),
        project.source,
    )
