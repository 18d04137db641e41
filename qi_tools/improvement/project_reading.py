"""A project from what a file holds, and back: every fault is found and told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from qi_tools.errors import QIToolsError
from qi_tools.improvement.fields import NotAllowed, Plain, Ref, Refs, plain, shown
from qi_tools.improvement.project import SECTIONS, Project, Section, fields_of
from qi_tools.words import joined

__all__ = [
    "Fault",
    "PlainProject",
    "PlainRecord",
    "ProjectInvalid",
    "as_plain",
    "read_project",
]

PlainRecord: TypeAlias = dict[str, Plain]
PlainProject: TypeAlias = dict[str, PlainRecord | list[PlainRecord]]
"""A project as a file holds it; fields and sections that are blank are left out."""

MOST_RECORDS = 300
FAULTS_IN_FULL = 30
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


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
    qi_tools.improvement.project_reading.ProjectInvalid: The project has 2 things to put right.
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
    whole: PlainProject = {}
    for section in SECTIONS.values():
        held = getattr(project, section.name)
        made = [*map(_plain_record, held)] if section.one else _plain_record(held)
        if made:
            whole[section.name] = made
    return whole


def _plain_record(record: Any) -> PlainRecord:
    made: PlainRecord = {"id": record.id} if hasattr(record, "id") else {}
    for name, kind in fields_of(type(record)).items():
        value = getattr(record, name)
        if value != kind.blank:
            made[name] = plain(value)
    return made


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
