"""An improvement project: its sections, and how they are checked and written down.

A section is either one record, such as the aim, or a list of records with ids, such as the drivers.
Records point at one another by id. That keeps the file flat: easy to read, to compare line by line
and to merge.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from qi_tools.errors import QIToolsError
from qi_tools.improvement.about import About
from qi_tools.improvement.aim import Aim
from qi_tools.improvement.causes import Cause, Effect, Problem, Why
from qi_tools.improvement.charter import Charter, Member, Risk
from qi_tools.improvement.cycles import Cycle
from qi_tools.improvement.drivers import Driver
from qi_tools.improvement.fields import Field, NotAllowed, Plain, Ref, Refs, shown
from qi_tools.improvement.forces import Change, Force
from qi_tools.improvement.lasting import MadeChange, Site, Spreading, Sustaining
from qi_tools.improvement.measures import PlannedMeasure
from qi_tools.improvement.process import Arrow, Process, Step
from qi_tools.improvement.stages import Reached
from qi_tools.improvement.stakeholders import Stakeholder
from qi_tools.words import joined

__all__ = [
    "SECTIONS",
    "Fault",
    "PlainProject",
    "PlainRecord",
    "Project",
    "ProjectInvalid",
    "Section",
    "as_plain",
    "fields_of",
    "read_project",
]

PlainRecord: TypeAlias = dict[str, Plain]
PlainProject: TypeAlias = dict[str, PlainRecord | list[PlainRecord]]
"""A project as a file holds it; fields and sections that are blank are left out."""

MOST_RECORDS = 300
FAULTS_IN_FULL = 30
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a project.

    Parameters
    ----------
    name : str
        In the file.
    title : str
        What it is called, such as "Driver diagram".
    record : type
        The class of its record, or of its records.
    one : str
        For a list of records, what one of them is called, such as "driver"; empty for one record.
    """

    name: str
    title: str
    record: type
    one: str = ""


def _section(title: str, record: type, one: str = "") -> Any:
    made: Any = () if one else record()
    return field(default=made, metadata={"title": title, "record": record, "one": one})


@dataclass(frozen=True, slots=True)
class Project:
    """All that is written down of an improvement project.

    It is made by `read_project` or read from a file, so that it is always sound: every field holds
    what it may, every id is used once, and everything pointed at is there. What is still missing is
    another question (`qi_tools.improvement.checking`).

    Parameters
    ----------
    about, aim, charter, effect, problem, process, change, sustaining, spreading
        One record each.
    team, risks, drivers, causes, whys, steps, arrows, stakeholders, forces, measures, cycles, \
changes, sites, reached : tuple
        The records of each list, in the order of the file.

    Examples
    --------
    >>> project = read_project({"aim": {"what": "Fewer missed visits", "target": 8}})
    >>> project.aim.what, project.aim.target, project.drivers
    ('Fewer missed visits', 8.0, ())
    """

    about: About = _section("The project", About)
    aim: Aim = _section("Aim", Aim)
    charter: Charter = _section("Charter", Charter)
    team: tuple[Member, ...] = _section("Team", Member, "team member")
    risks: tuple[Risk, ...] = _section("Risks", Risk, "risk")
    drivers: tuple[Driver, ...] = _section("Driver diagram", Driver, "driver")
    effect: Effect = _section("Fishbone: the effect", Effect)
    causes: tuple[Cause, ...] = _section("Fishbone: the causes", Cause, "cause")
    problem: Problem = _section("Five whys: the problem", Problem)
    whys: tuple[Why, ...] = _section("Five whys: the answers", Why, "answer")
    process: Process = _section("Process map", Process)
    steps: tuple[Step, ...] = _section("Process map: the steps", Step, "step")
    arrows: tuple[Arrow, ...] = _section("Process map: other ways", Arrow, "arrow")
    stakeholders: tuple[Stakeholder, ...] = _section("Stakeholders", Stakeholder, "stakeholder")
    change: Change = _section("Force field: the change", Change)
    forces: tuple[Force, ...] = _section("Force field: the forces", Force, "force")
    measures: tuple[PlannedMeasure, ...] = _section("Family of measures", PlannedMeasure, "measure")
    cycles: tuple[Cycle, ...] = _section("PDSA cycles", Cycle, "PDSA cycle")
    changes: tuple[MadeChange, ...] = _section("Changes made for good", MadeChange, "change")
    sustaining: Sustaining = _section("Keeping the gain", Sustaining)
    spreading: Spreading = _section("Spread", Spreading)
    sites: tuple[Site, ...] = _section("Spread: the places", Site, "place")
    reached: tuple[Reached, ...] = _section("Progress", Reached, "stage reached")

    def titled(self, what: str) -> str:
        """Give the title of something of this project, such as its driver diagram."""
        return f"{what}: {self.about.name}" if self.about.name else what

    @property
    def source(self) -> str:
        """Where it comes from, as one sentence or two; empty where nothing is said."""
        place = f"{self.about.place.rstrip('.')}." if self.about.place else ""
        made_up = "A simulated project." if self.about.simulated else ""
        return f"{place} {made_up}".strip()


SECTIONS: Final[Mapping[str, Section]] = {
    each.name: Section(each.name, **each.metadata) for each in dataclasses.fields(Project)
}
"""The sections of a project by their names, in the order of the file."""


def fields_of(record: type) -> dict[str, Field]:
    """Give the fields of a kind of record by their names, without its id."""
    return {
        each.name: each.metadata["kind"]
        for each in dataclasses.fields(record)
        if "kind" in each.metadata
    }


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a project that can't be right.

    Parameters
    ----------
    section : str
        The name of the section.
    id : str
        The record's id; its number in the list where it has none; empty in a section of one record.
    field : str
        The name of the field; empty when it is about the whole record or section.
    message : str
        What is wrong and what to do; it follows the field's name.
    """

    section: str
    id: str
    field: str
    message: str

    def __str__(self) -> str:
        place = self.section
        if self.id:
            place += f', "{self.id}"'
        return f"{place}: {self.field} {self.message}".replace(":  ", ": ")


class ProjectInvalid(QIToolsError):
    """Something can't be a project; every fault is told at once.

    Parameters
    ----------
    message : str
        What is wrong with the whole.
    faults : iterable of Fault
    """

    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        lines = [message, *(f"  {fault}" for fault in self.faults[:FAULTS_IN_FULL])]
        if rest := len(self.faults) - FAULTS_IN_FULL:
            lines += [f"  and {rest} more"] if rest > 0 else []
        super().__init__("\n".join(lines))


def read_project(plain: Mapping[str, object], name: str = "The project") -> Project:
    """Check what a file holds, and make a project of it.

    Parameters
    ----------
    plain : mapping of str to object
        A record, as a mapping, or a list of records for each section; what is blank may be left
        out.
    name : str
        What errors call it, such as the name of the file.

    Returns
    -------
    Project

    Raises
    ------
    ProjectInvalid
        With every fault.

    Examples
    --------
    >>> read_project({"aim": {"target": "few"}, "drivers": [{"id": "a", "under": "b"}]})
    Traceback (most recent call last):
    ...
    qi_tools.improvement.project.ProjectInvalid: The project has 2 things to put right.
      aim: target is "few", which is no number. Write a number without its unit, such as 12.
      drivers, "a": under is "b", and there is no driver of that id. Use another id, or \
leave it out.
    """
    faults = [
        Fault(str(section), "", "", f"is no section of a project. Use {joined([*SECTIONS], 'or')}.")
        for section in plain
        if section not in SECTIONS
    ]
    made: dict[str, Any] = {}
    for section in SECTIONS.values():
        raw = plain.get(section.name)
        if raw is None:
            continue
        if section.one:
            made[section.name] = tuple(_records(section, raw, faults))
        elif isinstance(raw, Mapping):
            made[section.name] = _record(section, "", raw, faults)
        else:
            faults.append(Fault(section.name, "", "", f"is {shown(raw)}. Make it a table."))
    project = Project(**made)
    faults += _lost(project)
    if faults:
        things = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
        raise ProjectInvalid(f"{name} has {things} to put right.", faults)
    return project


def as_plain(project: Project) -> PlainProject:
    """Give what a file holds of a project: what is blank is left out.

    Examples
    --------
    >>> as_plain(read_project({"aim": {"what": "Fewer", "unit": "", "target": 8.0}}))
    {'aim': {'what': 'Fewer', 'target': 8}}
    """
    plain: PlainProject = {}
    for section in SECTIONS.values():
        held = getattr(project, section.name)
        made = [*map(_plain_record, held)] if section.one else _plain_record(held)
        if made:
            plain[section.name] = made
    return plain


def _plain_record(record: Any) -> PlainRecord:
    plain = {"id": record.id} if hasattr(record, "id") else {}
    for name, kind in fields_of(type(record)).items():
        value = getattr(record, name)
        if value != kind.blank:
            plain[name] = kind.plain(value)
    return plain


def _records(section: Section, raw: object, faults: list[Fault]) -> Iterator[Any]:
    def wrong(id: str, message: str) -> None:
        faults.append(Fault(section.name, id, "", message))

    if not isinstance(raw, list | tuple):
        wrong("", f"is {shown(raw)}. Make it a list: [[{section.name}]] before each {section.one}.")
        return
    if len(raw) > MOST_RECORDS:
        wrong("", f"has {len(raw):,} records. The most is {MOST_RECORDS}: part the project in two.")
        return
    seen: set[str] = set()
    for number, each in enumerate(raw, 1):
        if not isinstance(each, Mapping):
            wrong(str(number), f"is {shown(each)}. Make it a table.")
            continue
        id = each.get("id")
        if not isinstance(id, str) or not _ID.fullmatch(id):
            wrong(
                str(number),
                f"has the id {shown(id)}. Give it 1 to 40 small letters, digits and hyphens, such "
                "as ring-first.",
            )
            id = ""
        elif id in seen:
            wrong(id, f"is the id of two records. Give each {section.one} an id of its own.")
        seen.add(id)
        rest = {name: value for name, value in each.items() if name != "id"}
        yield _record(section, id or str(number), rest, faults)


def _record(section: Section, id: str, raw: Mapping[str, object], faults: list[Fault]) -> Any:
    kinds = fields_of(section.record)
    made: dict[str, Any] = {"id": id} if section.one else {}
    for name, value in raw.items():
        if name not in kinds:
            message = f"is no field here. Use {joined([*kinds], 'or')}."
            faults.append(Fault(section.name, id, str(name), message))
            continue
        try:
            made[name] = kinds[name].read(value)
        except NotAllowed as refused:
            faults.append(Fault(section.name, id, name, str(refused)))
    return section.record(**made)


def _lost(project: Project) -> Iterator[Fault]:
    """Find what points at nothing, round in a circle, or too deep."""
    for section in SECTIONS.values():
        held = getattr(project, section.name)
        for name, kind in fields_of(section.record).items():
            if not isinstance(kind, Ref | Refs):
                continue
            records = held if section.one else (held,)
            there = {each.id for each in getattr(project, kind.to)}
            for record in records:
                value = getattr(record, name)
                for id in value if isinstance(value, tuple) else (value,):
                    if id and id not in there:
                        one = SECTIONS[kind.to].one
                        yield Fault(
                            section.name,
                            getattr(record, "id", ""),
                            name,
                            f"is {shown(id)}, and there is no {one} of that id. Use another id, or "
                            "leave it out.",
                        )
            if isinstance(kind, Ref) and kind.to == section.name:
                above = {record.id: getattr(record, name) for record in records}
                yield from _misplaced(section, name, kind, above)


def _misplaced(section: Section, name: str, kind: Ref, above: Mapping[str, str]) -> Iterator[Fault]:
    for id in above:
        way = [id]
        while (higher := above.get(way[-1])) and higher not in way:
            way.append(higher)
        if higher:
            yield Fault(
                section.name,
                id,
                name,
                f"leads round in a circle: {' → '.join([*way, higher])}. Change one of them.",
            )
        elif len(way) > kind.levels:
            yield Fault(
                section.name,
                id,
                name,
                f"stands {len(way)} levels deep: {' → '.join(way)}. The most is {kind.levels}.",
            )
