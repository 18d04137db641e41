"""The family of measures: what is counted, how exactly, by whom, and what it feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.fields import Line, Lines, OneOf, Ref, asked
from qi_tools.improvement.measure_kinds import KINDS
from qi_tools.improvement.outline import Item, branches
from qi_tools.improvement.trees import Tree
from qi_tools.words import counted, joined

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = [
    "BETTER",
    "EVERY",
    "KINDS",
    "PLACES",
    "Definition",
    "MeasureTree",
    "PlannedMeasure",
    "definitions",
    "measure_tree",
]

#: Which way is better.
BETTER: Final = {"lower": "Lower is better", "higher": "Higher is better"}
#: How often it is collected.
EVERY: Final = {
    "day": "Every day",
    "week": "Every week",
    "fortnight": "Every two weeks",
    "month": "Every month",
    "quarter": "Every three months",
    "case": "Each case",
}
#: Where in the organisation it is looked at, from the top down.
PLACES: Final = {"board": "Board", "division": "Division or service", "team": "Ward or team"}


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """One measure, defined so that two people count alike.

    Parameters
    ----------
    id : str
    name : str
    kind, better, every, place : str
        Keys of `KINDS`, `BETTER`, `EVERY` and `PLACES`.
    unit : str
    counted, out_of : str
        What is counted and, for a share or a rate, among or over what.
    excluded : str
        What does not count.
    source, sample, owner : str
    feeds : str
        The measure above it in the tree.
    readings : str
        What was counted so far, a line for each date: date, value and, where there is one, the
        denominator.
    """

    id: str
    name: str = asked(Line("Name", "Such as: missed visits.", most=80))
    kind: str = asked(
        OneOf(
            "Kind",
            "Outcome: what people feel. Process: what we do. Balancing: what else might move.",
            options=KINDS,
        )
    )
    better: str = asked(OneOf("Which way is better?", options=BETTER))
    unit: str = asked(Line("Unit", "Such as: %, minutes, errors.", most=40))
    counted: str = asked(Line("What exactly is counted?", "So that two people count alike."))
    out_of: str = asked(Line("Out of what?", "For a share or a rate. Blank where there is none."))
    excluded: str = asked(Line("What does not count?"))
    source: str = asked(Line("Where does it come from?", "A system, a sheet, a box by the door."))
    sample: str = asked(Line("All, or a sample?", "Such as: the first 20 on each Monday."))
    every: str = asked(OneOf("How often?", options=EVERY))
    owner: str = asked(Line("Who collects it?", "A role, not a name.", most=80))
    place: str = asked(OneOf("Who looks at it?", options=PLACES))
    feeds: str = asked(
        Ref("Which measure does it feed?", "Blank: it stands at the top.", to="measures")
    )
    readings: str = asked(
        Lines(
            "Readings so far",
            "A line for each date: date, number and, for a share, out of how many. You can paste "
            "two or three columns from a spreadsheet. Totals only, nothing about single patients.",
            most=60_000,
        )
    )


@dataclass(frozen=True, slots=True)
class Definition:
    """The operational definition of a measure, as readers see it; what is blank stays blank.

    Parameters
    ----------
    name, kind : str
    sentence : str
        What is counted, out of what, in what unit and what is left out, as one sentence.
    better, source, sample, every, place, owner : str
    """

    name: str
    kind: str
    sentence: str
    better: str
    source: str
    sample: str
    every: str
    place: str
    owner: str


@dataclass(frozen=True, slots=True)
class MeasureTree(Tree):
    """A tree of measures: the aim at its root, and below each measure what feeds it.

    Parameters
    ----------
    title, root, levels, branches, source
        As for `Tree`.
    kinds : tuple of str
        The kind of each measure of the family, as keys of `KINDS`; blank where it is not said.
    """

    kinds: tuple[str, ...]

    def describe(self) -> str:
        """Describe the tree: the aim, how many measures of each kind, and those at the top."""
        if not self.kinds:
            return shortened(f"{self.title}. {self.root} No measure is written here yet.", LONGEST)
        numbers = [(self.kinds.count(kind), name.lower()) for kind, name in KINDS.items()]
        numbers.append((self.kinds.count(""), "of a kind not said"))
        kinds = joined([f"{number} {name}" for number, name in numbers if number])
        top = "; ".join(item.words for item in self.branches)
        count = counted(len(self.kinds), "measure")
        return shortened(f"{self.title}. {self.root} {count}: {kinds}. At the top: {top}.", LONGEST)


def definitions(project: Project) -> tuple[Definition, ...]:
    """Give the operational definitions of a project's measures, in the order of the file.

    Parameters
    ----------
    project : Project

    Returns
    -------
    tuple of Definition

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> missed = {"id": "missed", "name": "Missed visits", "kind": "outcome", "unit": "%"}
    >>> missed |= {"counted": "Visits with nobody there", "out_of": "visits booked"}
    >>> (definition,) = definitions(read_project({"measures": [missed]}))
    >>> definition.kind, definition.sentence
    ('Outcome', 'Visits with nobody there (out of: visits booked; unit: %).')
    """
    return tuple(
        Definition(
            planned.name,
            KINDS.get(planned.kind, ""),
            _sentence(planned),
            BETTER.get(planned.better, ""),
            planned.source,
            planned.sample,
            EVERY.get(planned.every, ""),
            PLACES.get(planned.place, ""),
            planned.owner,
        )
        for planned in project.measures
    )


def measure_tree(project: Project) -> MeasureTree:
    """Draw the tree of a project's measures: from its aim to what each place counts.

    A level stands for what feeds what. It is called by the places that look at its measures, such
    as the board, where any are named.

    Parameters
    ----------
    project : Project

    Returns
    -------
    MeasureTree

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> measures = [
    ...     {"id": "a", "name": "Missed visits", "kind": "outcome", "place": "board"},
    ...     {"id": "b", "name": "Texts sent", "kind": "process", "place": "team", "feeds": "a"},
    ... ]
    >>> tree = measure_tree(read_project({"measures": measures}))
    >>> tree.levels
    ('Aim', 'Board', 'Ward or team')
    >>> print(tree.outline)
    - The aim is not written yet.
      - Missed visits (Outcome measure; Board)
        - Texts sent (Process measure; Ward or team)
    """
    return MeasureTree(
        project.titled("Tree of measures"),
        project.aim.sentence or "The aim is not written yet.",
        ("Aim", *_levels(project.measures)),
        branches(project.measures, lambda planned: planned.feeds, _of_measure),
        project.source,
        tuple(planned.kind for planned in project.measures),
    )


def _of_measure(planned: PlannedMeasure) -> Item:
    kind = f"{KINDS[planned.kind]} measure" if planned.kind else ""
    unit = f"unit: {planned.unit}" if planned.unit else ""
    collected = (EVERY.get(planned.every, ""), PLACES.get(planned.place, ""), planned.owner)
    more = (", ".join(filter(None, (kind, unit))), ", ".join(filter(None, collected)))
    return Item(planned.name or "…", tuple(filter(None, more)))


def _levels(measures: tuple[PlannedMeasure, ...]) -> tuple[str, ...]:
    """Name each level by the places that look at its measures, from the top down."""
    above = {planned.id: planned.feeds for planned in measures}
    levels: list[set[str]] = []
    for planned in measures:
        depth, higher = 0, planned.feeds
        while higher:
            depth, higher = depth + 1, above[higher]
        levels += (set() for _ in range(depth + 1 - len(levels)))
        levels[depth].add(planned.place)
    named = (", ".join(PLACES[place] for place in PLACES if place in there) for there in levels)
    return tuple(
        name or ("What feeds them" if depth else "Measures") for depth, name in enumerate(named)
    )


def _sentence(planned: PlannedMeasure) -> str:
    """Put what is counted first, and the rest behind it with its name, as people wrote it."""
    parts = (
        ("out of: ", planned.out_of),
        ("unit: ", planned.unit),
        ("not counted: ", planned.excluded),
    )
    rest = "; ".join(f"{name}{said.strip(' .;')}" for name, said in parts if said.strip(" .;"))
    what = planned.counted.strip(" .;")
    if not what:
        return f"{rest[0].upper()}{rest[1:]}." if rest else ""
    return f"{what} ({rest})." if rest else f"{what}."
