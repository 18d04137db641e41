"""What is taught, to whom and how deep: the dose matrix and the syllabus as frozen values."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from course.document import read_toml
from course.errors import CourseError, Fault, FaultsFound
from course.folders import COURSE
from course.syllabus_faults import disagreements, shape_faults

T = TypeVar("T")

GROUPS = (
    "all_staff",
    "board",
    "senior_leaders",
    "middle_managers",
    "quality_coaches",
    "internal_experts",
)
DEPTHS = {0: "none", 1: "recognise", 2: "explain", 3: "apply", 4: "lead or teach"}


@dataclass(frozen=True, slots=True)
class Topic:
    """One row of the dose matrix: a topic, and how deep each staff group goes (0 to 4)."""

    row: str
    title: str
    depths: Mapping[str, int]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The dose matrix: every topic against every staff group."""

    topics: tuple[Topic, ...]

    def topic(self, row: str) -> Topic:
        """Return the topic of one row, such as ``"28a"``."""
        return _one({topic.row: topic for topic in self.topics}, row, "topic")

    def depth(self, row: str, group: str) -> int:
        """Return how deep a staff group goes in a topic, 0 (none) to 4 (lead or teach)."""
        return self.topic(row).depths[group]


@dataclass(frozen=True, slots=True)
class Dose:
    """What one staff group learns, on top of the doses that it builds on."""

    id: str
    title: str
    audience: str
    purpose: str
    builds_on: tuple[str, ...]
    folder: str
    valid_months: int


@dataclass(frozen=True, slots=True)
class Objective:
    """What a learner can do afterwards, for one topic at one depth."""

    topic: str
    depth: int
    minutes: int
    text: str
    assessed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Module:
    """One lesson: its minutes, its objectives, and its notebook once it is built."""

    id: str
    dose: str
    title: str
    summary: str
    minutes: int
    built: bool
    optional: bool
    notebook: str | None
    objectives: tuple[Objective, ...]
    topics: tuple[str, ...]


def so_many_of(count: int, of: int, name: str) -> str:
    """Say how many of a hurdle's questions are meant.

    Examples
    --------
    >>> so_many_of(4, 5, "charts"), so_many_of(0, 1, "steady decisions")
    ('4 of the 5 charts', 'no steady decisions')
    """
    if of == 1:  # it has a name of its own, such as one that looks back at others
        return name if count else f"no {name}"
    return f"{count} of the {of} {name}"


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Questions that count on their own too: at least so many of them must be right to pass."""

    name: str
    slots: tuple[str, ...]
    least: int

    @property
    def needed(self) -> str:
        """What it takes, in words."""
        return so_many_of(self.least, len(self.slots), self.name)


@dataclass(frozen=True, slots=True)
class Moderation:
    """Who must mark written work, and when it passes: the same rules for every rubric.

    Parameters
    ----------
    pass_level : int
        The level that the criteria must reach on average.
    floor_level : int
        The level that each of them must reach.
    borderline_points : int
        How close to the pass line, in levels over all criteria, one marker's total is too close
        for one marker.
    apart_levels : int
        How many levels two markers may be apart on a criterion before a third is asked.
    least_tasks : int
        With fewer written tasks than this, one marker is never enough.
    """

    pass_level: int
    floor_level: int
    borderline_points: int
    apart_levels: int
    least_tasks: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a part of a dose is checked, and the rules for passing and trying again."""

    id: str
    dose: str
    title: str
    modules: tuple[str, ...]
    kind: Literal["answer-file", "code"]
    version: str
    minutes: int
    slots: int
    built: bool
    pass_percent: int
    wait_hours: int
    attempts_before_facilitator: int
    hurdles: tuple[Hurdle, ...] = ()
    written: tuple[str, ...] = ()
    moderation: Moderation | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """What is marked in it: its questions, then its written tasks."""
        return (*(f"q{number}" for number in range(1, self.slots + 1)), *self.written)

    @property
    def slots_to_pass(self) -> int:
        """How many questions must be right to pass, each question counting the same."""
        return -(-self.slots * self.pass_percent // 100)


@dataclass(frozen=True, slots=True)
class Award:
    """A certificate and the assessments that must be passed for it."""

    id: str
    dose: str
    title: str
    description: str
    requires: tuple[str, ...]
    built: bool


@dataclass(frozen=True, slots=True)
class Syllabus:
    """All doses, modules, assessments and awards, with the matrix they follow."""

    version: str
    matrix: Matrix
    doses: tuple[Dose, ...]
    modules: tuple[Module, ...]
    assessments: tuple[Assessment, ...]
    awards: tuple[Award, ...]

    def dose(self, id: str) -> Dose:
        """Return one dose by its id."""
        return _one({dose.id: dose for dose in self.doses}, id, "dose")

    def module(self, id: str) -> Module:
        """Return one module by its id."""
        return _one({module.id: module for module in self.modules}, id, "module")

    def assessment(self, id: str) -> Assessment:
        """Return one assessment by its id."""
        return _one(
            {assessment.id: assessment for assessment in self.assessments}, id, "assessment"
        )

    def holds_code(self, id: str) -> bool:
        """Say whether submissions of an assessment hold learner's code that is meant to run.

        One that the syllabus doesn't know is someone's own, with code in it as nbgrader has it.
        """
        kinds = {assessment.id: assessment.kind for assessment in self.assessments}
        return kinds.get(id) != "answer-file"

    def award(self, id: str) -> Award:
        """Return one award by its id."""
        return _one({award.id: award for award in self.awards}, id, "award")

    def doses_for(self, group: str) -> tuple[Dose, ...]:
        """Return every dose that a staff group needs, the first to take first.

        Examples
        --------
        >>> [dose.id for dose in load_syllabus().doses_for("senior_leaders")]
        ['all_staff', 'board', 'senior_leaders']
        """
        own = self.dose(group)
        below = [dose for id in own.builds_on for dose in self.doses_for(id)]
        return (*dict.fromkeys(below), own)

    def path(self, group: str) -> tuple[Module, ...]:
        """Return every module that a staff group needs, the first to take first.

        Examples
        --------
        >>> [module.id for module in load_syllabus().path("board")][:7]
        ['A1', 'A2', 'A3', 'A4', 'A5a', 'A5b', 'B1']
        """
        return tuple(
            module
            for dose in self.doses_for(group)
            for module in self.modules
            if module.dose == dose.id
        )


@cache
def load_syllabus(folder: Path = COURSE) -> Syllabus:
    """Read the dose matrix and the syllabus from a folder.

    Raises
    ------
    FaultsFound
        A file has faults: all of them, each with its line or key.
    """
    matrix = _read_matrix(folder / "dose_matrix.csv")
    content = read_toml(folder / "syllabus.toml")
    faults = [*shape_faults(content)]
    if faults:
        raise FaultsFound("syllabus.toml", faults)
    syllabus = Syllabus(
        version=content["version"],
        matrix=matrix,
        doses=tuple(Dose(**_frozen(dose)) for dose in content["doses"]),
        modules=tuple(_module(module) for module in content["modules"]),
        assessments=tuple(
            _assessment(each, Moderation(**content["moderation"]))
            for each in content["assessments"]
        ),
        awards=tuple(Award(**_frozen(award)) for award in content["awards"]),
    )
    faults = [*disagreements(syllabus)]
    if faults:
        raise FaultsFound("syllabus.toml", faults)
    return syllabus


def _one(values: Mapping[str, T], wanted: str, noun: str) -> T:
    if wanted in values:
        return values[wanted]
    raise CourseError(f"There is no {noun} {wanted!r}. Choose one of: {', '.join(values)}.")


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(val) if isinstance(val, list) else val for key, val in table.items()}


def _assessment(table: dict[str, Any], moderation: Moderation) -> Assessment:
    hurdles = tuple(Hurdle(**_frozen(each)) for each in table.get("hurdles", ()))
    rules = moderation if table.get("written") else None
    return Assessment(**{**_frozen(table), "hurdles": hurdles, "moderation": rules})


def _module(table: dict[str, Any]) -> Module:
    objectives = tuple(Objective(**_frozen(each)) for each in table.get("objectives", ()))
    return Module(
        id=table["id"],
        dose=table["dose"],
        title=table["title"],
        summary=table["summary"],
        minutes=table["minutes"],
        built=table["built"],
        optional=table.get("optional", False),
        notebook=table.get("notebook"),
        objectives=objectives,
        topics=tuple(each.topic for each in objectives) or tuple(table["covers"]),
    )


def _read_matrix(path: Path) -> Matrix:
    header = ["row", "topic", *GROUPS, "clause"]
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} can't be read ({error}). Install the course again.") from None
    if not rows or rows[0] != header:
        raise FaultsFound(path.name, [Fault("line 1", f"should be: {','.join(header)}")])
    faults: list[Fault] = []
    topics: dict[str, Topic] = {}
    for number, cells in enumerate(rows[1:], start=2):
        where = f"line {number}"
        if len(cells) != len(header):
            faults.append(Fault(where, f"has {len(cells)} cells; it should have {len(header)}"))
            continue
        row, title, *depths, clause = cells
        wrong = [depth for depth in depths if depth not in {"0", "1", "2", "3", "4"}]
        if wrong:
            faults.append(Fault(where, f"has the depth {wrong[0]!r}; use a whole number 0 to 4"))
            continue
        if row in topics:
            faults.append(Fault(where, f"repeats row {row}; each row stands once"))
        topics[row] = Topic(
            row, title, dict(zip(GROUPS, map(int, depths), strict=True)), tuple(clause.split(","))
        )
    if faults:
        raise FaultsFound(path.name, faults)
    return Matrix(tuple(topics.values()))
