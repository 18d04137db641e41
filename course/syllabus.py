"""What is taught, to whom and how deep: the dose matrix and the syllabus as frozen values."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from course.document import (
    Rule,
    every,
    faults_of,
    maybe,
    one_of,
    read_toml,
    rows,
    text,
    whole,
    words,
    yes_or_no,
)
from course.errors import CourseError, Fault, FaultsFound
from course.folders import COURSE

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
        >>> [module.id for module in load_syllabus().path("board")]
        ['A1', 'A2', 'A3', 'A4', 'A5', 'B1', 'B2', 'B3']
        """
        return tuple(
            module
            for dose in self.doses_for(group)
            for module in self.modules
            if module.dose == dose.id
        )


_LINE = words(400)
_ID = text("[a-z][a-z0-9_]{0,39}", "small letters, digits and _, such as all_staff")
_MODULE_ID = text("[A-F][1-9][a-z]?", "a letter A to F and a number, such as A1")
_TOPIC = text("[1-9][0-9]?[ab]?", "a row of the dose matrix in quotes, such as 28a")
_MINUTES = whole(1, 600)
_SLOT = text("[a-z][a-z0-9_]*/q[1-9][0-9]?", "an assessment and a question, such as a1_check/q1")

_SYLLABUS: Mapping[str, Rule] = {
    "version": _LINE,
    "doses": rows(20),
    "modules": rows(200),
    "assessments": rows(200),
    "awards": rows(200),
}
_DOSE: Mapping[str, Rule] = {
    "id": _ID,
    "title": _LINE,
    "audience": _LINE,
    "purpose": _LINE,
    "builds_on": every(_ID),
    "folder": text("[1-6]_[a-z_]+", "a folder of modules/, such as 1_all_staff"),
    "valid_months": whole(1, 120),
}
_MODULE: Mapping[str, Rule] = {
    "id": _MODULE_ID,
    "dose": _ID,
    "title": _LINE,
    "summary": _LINE,
    "minutes": _MINUTES,
    "built": yes_or_no(),
    "optional": maybe(yes_or_no()),
}
_BUILT_MODULE: Mapping[str, Rule] = {
    **_MODULE,
    "notebook": text(
        r"[1-6]_[a-z_]+/[a-z][a-z0-9_]*\.ipynb",
        "a path inside modules/, such as 1_all_staff/a1.ipynb",
    ),
    "objectives": rows(40),
}
_COMING_MODULE: Mapping[str, Rule] = {**_MODULE, "covers": every(_TOPIC, least=1)}
_OBJECTIVE: Mapping[str, Rule] = {
    "topic": _TOPIC,
    "depth": whole(1, 4),
    "minutes": _MINUTES,
    "text": _LINE,
    "assessed_by": every(_SLOT, least=1),
}
_ASSESSMENT: Mapping[str, Rule] = {
    "id": _ID,
    "dose": _ID,
    "title": _LINE,
    "modules": every(_MODULE_ID, least=1),
    "kind": one_of("answer-file", "code"),
    "version": text("[1-9][0-9]{0,3}", "a whole number in quotes, such as 1"),
    "minutes": _MINUTES,
    "slots": whole(1, 99),
    "built": yes_or_no(),
    "pass_percent": whole(1, 100),
    "wait_hours": whole(0, 720),
    "attempts_before_facilitator": whole(1, 20),
}
_AWARD: Mapping[str, Rule] = {
    "id": _ID,
    "dose": _ID,
    "title": _LINE,
    "description": _LINE,
    "requires": every(_ID, least=1),
    "built": yes_or_no(),
}


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
    faults = [*_faults(content)]
    if faults:
        raise FaultsFound("syllabus.toml", faults)
    syllabus = Syllabus(
        version=content["version"],
        matrix=matrix,
        doses=tuple(Dose(**_frozen(dose)) for dose in content["doses"]),
        modules=tuple(_module(module) for module in content["modules"]),
        assessments=tuple(Assessment(**_frozen(each)) for each in content["assessments"]),
        awards=tuple(Award(**_frozen(award)) for award in content["awards"]),
    )
    faults = [*_disagreements(syllabus)]
    if faults:
        raise FaultsFound("syllabus.toml", faults)
    return syllabus


def _one(values: Mapping[str, T], wanted: str, noun: str) -> T:
    if wanted in values:
        return values[wanted]
    raise CourseError(f"There is no {noun} {wanted!r}. Choose one of: {', '.join(values)}.")


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(val) if isinstance(val, list) else val for key, val in table.items()}


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


def _faults(content: dict[str, Any]) -> Iterator[Fault]:
    """Yield every table and value that is not of its kind."""
    yield from faults_of(content, _SYLLABUS)
    for noun, members in (("doses", _DOSE), ("assessments", _ASSESSMENT), ("awards", _AWARD)):
        for where, table in _tables(content, noun):
            yield from faults_of(table, members, where)
    for where, table in _tables(content, "modules"):
        built = isinstance(table, dict) and table.get("built") is True
        yield from faults_of(table, _BUILT_MODULE if built else _COMING_MODULE, where)
        for place, objective in _tables(table, "objectives", "topic") if built else ():
            yield from faults_of(objective, _OBJECTIVE, f"{where}.{place}")


def _tables(content: dict[str, Any], noun: str, name: str = "id") -> Iterator[tuple[str, Any]]:
    """Yield each table of a list with its place, named as its reader would: ``modules[A1]``."""
    tables = content.get(noun)
    for number, table in enumerate(tables if isinstance(tables, list) else (), start=1):
        shown = table.get(name, number) if isinstance(table, dict) else number
        yield f"{noun}[{shown}]", table


def _disagreements(syllabus: Syllabus) -> Iterator[Fault]:
    """Yield names that point nowhere, and sums and depths that disagree."""
    for noun in ("doses", "modules", "assessments", "awards"):
        ids = [value.id for value in getattr(syllabus, noun)]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Fault(f"{noun}[{id}]", "stands more than once; give each its own id")
    doses = {dose.id for dose in syllabus.doses}
    if doses != set(GROUPS):
        yield Fault("doses", f"should be exactly: {', '.join(GROUPS)}")
    earlier: set[str] = set()
    for dose in syllabus.doses:
        for id in sorted(set(dose.builds_on) - earlier):
            yield Fault(
                f"doses[{dose.id}].builds_on", f"names {id!r}, which is not a dose above it"
            )
        earlier.add(dose.id)
    for module in syllabus.modules:
        yield from _module_faults(syllabus, module, doses)
    modules = {module.id: module for module in syllabus.modules}
    for assessment in syllabus.assessments:
        where = f"assessments[{assessment.id}]"
        if assessment.dose not in doses:
            yield Fault(f"{where}.dose", f"names {assessment.dose!r}, which is not a dose")
        for id in assessment.modules:
            if id not in modules:
                yield Fault(f"{where}.modules", f"names {id!r}, which is not a module")
            elif assessment.built and not modules[id].built:
                yield Fault(f"{where}.modules", f"is built, but its module {id} is not")
    assessments = {each.id: each for each in syllabus.assessments}
    for award in syllabus.awards:
        where = f"awards[{award.id}]"
        if award.dose not in doses:
            yield Fault(f"{where}.dose", f"names {award.dose!r}, which is not a dose")
        for id in award.requires:
            if id not in assessments:
                yield Fault(f"{where}.requires", f"names {id!r}, which is not an assessment")
            elif award.built and not assessments[id].built:
                yield Fault(f"{where}.requires", f"is built, but its assessment {id} is not")


def _module_faults(syllabus: Syllabus, module: Module, doses: set[str]) -> Iterator[Fault]:
    where = f"modules[{module.id}]"
    if module.dose not in doses:
        yield Fault(f"{where}.dose", f"names {module.dose!r}, which is not a dose")
        return
    rows = {topic.row for topic in syllabus.matrix.topics}
    for topic in module.topics:
        if topic not in rows:
            yield Fault(where, f"covers topic {topic!r}, which the dose matrix doesn't have")
    total = sum(objective.minutes for objective in module.objectives)
    if module.built and total != module.minutes:
        yield Fault(
            f"{where}.minutes", f"is {module.minutes}, but its objectives add up to {total}"
        )
    if module.notebook and not module.notebook.startswith(syllabus.dose(module.dose).folder + "/"):
        yield Fault(f"{where}.notebook", "is outside the folder of its dose")
    assessed = {each.id: each for each in syllabus.assessments if each.built}
    for objective in module.objectives:
        key = f"{where}.objectives[{objective.topic}]"
        if objective.topic in rows:
            depth = syllabus.matrix.depth(objective.topic, module.dose)
            if objective.depth > depth:
                yield Fault(
                    f"{key}.depth", f"is {objective.depth}, but the dose matrix has {depth}"
                )
        for item in objective.assessed_by:
            id, _, slot = item.partition("/q")
            if id not in assessed or int(slot) > assessed[id].slots:
                yield Fault(f"{key}.assessed_by", f"names {item!r}, which no built assessment has")
