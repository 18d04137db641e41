"""One change to a project at a time, as a form makes it: plain values in, a sound project out.

Each edit knows two things: what a project becomes by it, and what whoever made it had before them.
With both, what someone else saved meanwhile is told from what this form saved itself.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from qi_tools.errors import QIToolsError
from qi_tools.improvement.fields import Field, NotAllowed, Ref, Refs
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_file import MOST_BYTES, written
from qi_tools.improvement.project_reading import ProjectInvalid, as_plain, read_project
from qi_tools.improvement.project_words import name_of, record_at
from qi_tools.words import counted, joined

__all__ = [
    "Add",
    "Edit",
    "EditRefused",
    "Move",
    "Place",
    "PutBack",
    "Remove",
    "SetField",
]

Place: TypeAlias = tuple[str, str, str]
"""Where something stands: section, id of the record, field; empty where there is none."""

ROOM_LEFT: Final = 100_000  # characters of a file that others may fill while this one is open


class EditRefused(QIToolsError):
    """An edit that can't be made; nothing changed."""


@dataclass(frozen=True, slots=True)
class SetField:
    """Something written into a field.

    Parameters
    ----------
    section, id, field : str
    raw : object
        What was written, as the browser sent it.
    was : object
        What the field showed before.
    """

    section: str
    id: str
    field: str
    raw: object
    was: object

    @property
    def place(self) -> Place:
        """Where it happens."""
        return self.section, self.id, self.field

    @property
    def kind(self) -> Field:
        """What the field may hold."""
        section = SECTIONS.get(self.section)
        kind = None if section is None else fields_of(section.record).get(self.field)
        if kind is None:
            raise EditRefused("There is no such field. Load the page again.")
        return kind

    def applied(self, project: Project) -> Project:
        """Give the project with the field filled in.

        Raises
        ------
        EditRefused
            If the field can't hold that, or is not there.
        """
        try:
            value = self.kind.read(self.raw)
        except NotAllowed as refused:
            raise EditRefused(f"It {refused}") from None
        if record_at(project, self.section, self.id) is None:
            raise EditRefused(f"This {SECTIONS[self.section].one} is not there any more.")
        return _checked(_filled(project, self.place, value), self.place)

    def before(self, project: Project) -> Project:
        """Give the project as it was for the one who wrote: with what the field showed."""
        try:
            return _filled(project, self.place, self.kind.read(self.was))
        except NotAllowed:
            return project


@dataclass(frozen=True, slots=True)
class _OfAList:
    """A change to a list itself, and not to what a record of it holds."""

    section: str
    id: str

    @property
    def place(self) -> Place:
        """Where it happens."""
        return self.section, self.id, ""

    def before(self, project: Project) -> Project:
        """Give the project as it was for the one who made it: nothing in it was overwritten."""
        return project


@dataclass(frozen=True, slots=True)
class Add(_OfAList):
    """A new record, blank but for what it stands below.

    Parameters
    ----------
    section : str
    id : str
        Its id, which no other has; `new` chooses one.
    under : str
        The record of the same list that it stands below; blank for none.
    """

    under: str = ""

    @classmethod
    def new(cls, section: str, under: str = "") -> Add:
        """Make an edit whose id two people who add something at one time will not share."""
        one = _list_named(section)
        return cls(section, f"{one.replace(' ', '-').lower()}-{secrets.token_hex(3)}", under)

    def applied(self, project: Project) -> Project:
        """Give the project with the record at the end of its list.

        Raises
        ------
        EditRefused
            If there are too many, or it can't stand there.
        """
        _list_named(self.section)
        held = getattr(project, self.section)
        record = SECTIONS[self.section].record(self.id)
        if self.under:
            above = _stands_below(self.section)
            if above is None:
                raise EditRefused("Nothing stands below another here. Load the page again.")
            record = replace(record, **{above: self.under})
        return _checked(_with(project, self.section, (*held, record)), self.place)


@dataclass(frozen=True, slots=True)
class Remove(_OfAList):
    """A record taken away. Where others name it, they don't any more.

    Parameters
    ----------
    section, id : str
    """

    def applied(self, project: Project) -> Project:
        """Give the project without the record.

        Raises
        ------
        EditRefused
            If others stand below it.
        """
        _list_named(self.section)
        held = getattr(project, self.section)
        above = _stands_below(self.section)
        below = [each for each in held if above and getattr(each, above) == self.id]
        if below:
            one = SECTIONS[self.section].one
            are = "stands" if len(below) == 1 else "stand"
            names = joined([f"“{name_of(project, self.section, each)}”" for each in below[:3]])
            raise EditRefused(
                f"{_others(len(below), one)} {are} below it: {names}"
                f"{', and more' if len(below) > 3 else ''}. Move what stands below it first, or "
                "remove that."
            )
        left = tuple(each for each in held if each.id != self.id)
        return _without_lost(_with(project, self.section, left))


@dataclass(frozen=True, slots=True)
class Move(_OfAList):
    """Two records of a list that change places.

    Parameters
    ----------
    section, id, other : str
    """

    other: str

    def applied(self, project: Project) -> Project:
        """Give the project with the list in its new order; as it is where one of them is gone."""
        _list_named(self.section)
        held = {each.id: each for each in getattr(project, self.section)}
        if self.id not in held or self.other not in held:
            return project
        swapped = {self.id: self.other, self.other: self.id}
        moved = tuple(held[swapped.get(id, id)] for id in held)
        return _with(project, self.section, moved)


@dataclass(frozen=True, slots=True)
class PutBack:
    """A record that someone else took away, put back with what was written in it since.

    Parameters
    ----------
    record : object
        As it was before it was taken away.
    edits : tuple of SetField
        What was written, one or more.
    """

    record: Any
    edits: tuple[SetField, ...]

    @property
    def place(self) -> Place:
        """Where it happens."""
        return self.edits[0].section, self.edits[0].id, ""

    def applied(self, project: Project) -> Project:
        """Give the project with the record again; it names nothing that is gone by now.

        Raises
        ------
        EditRefused
            If it can't be put back.
        """
        section, id, _ = self.place
        if record_at(project, section, id) is None:
            held = (*getattr(project, section), self.record)
            project = _without_lost(_with(project, section, held))
        for edit in self.edits:
            project = edit.applied(project)
        return project

    def before(self, project: Project) -> Project:
        """Give the project as it was for the one who puts back."""
        return project


Edit: TypeAlias = SetField | Add | Remove | Move | PutBack


def _others(count: int, one: str) -> str:
    return counted(count, f"other {one}")


def _list_named(section: str) -> str:
    """Give what one record of a list is called."""
    found = SECTIONS.get(section)
    if found is None or not found.one:
        raise EditRefused("There is no such list. Load the page again.")
    return found.one


def _stands_below(section: str) -> str | None:
    """Give the field that says what a record of a list stands below, if there is one."""
    for name, kind in fields_of(SECTIONS[section].record).items():
        if isinstance(kind, Ref) and kind.to == section:
            return name
    return None


def _with(project: Project, section: str, held: Any) -> Project:
    changes: dict[str, Any] = {section: held}
    return replace(project, **changes)


def _filled(project: Project, place: Place, value: object) -> Project:
    section, id, field = place
    held = getattr(project, section)
    if not SECTIONS[section].one:
        return _with(project, section, replace(held, **{field: value}))
    records = tuple(replace(each, **{field: value}) if each.id == id else each for each in held)
    return _with(project, section, records)


def _without_lost(project: Project) -> Project:
    """Blank what names a record that is not there."""
    for section in SECTIONS.values():
        for name, kind in fields_of(section.record).items():
            if not isinstance(kind, Ref | Refs):
                continue
            there = {each.id for each in getattr(project, kind.to)}
            for record in getattr(project, section.name):
                value = getattr(record, name)
                left: object = value
                if isinstance(value, tuple):
                    left = tuple(id for id in value if id in there)
                elif value not in there:
                    left = ""
                if left != value:
                    project = _filled(project, (section.name, record.id, name), left)
    return project


def _checked(project: Project, place: Place) -> Project:
    """Give back the project if it is sound and fits into its file; each record as it is read."""
    try:
        sound = read_project(as_plain(project))
    except ProjectInvalid as error:
        raise EditRefused(_refusal(project, place, error)) from None
    # Written out only where it may be too large: that takes long.
    is_large = len(repr(sound)) > MOST_BYTES // 4
    if is_large and len(written(sound, ".json")) > MOST_BYTES - ROOM_LEFT:
        raise EditRefused("With that the project file would be too large. Shorten something.")
    return sound


def _refusal(project: Project, place: Place, error: ProjectInvalid) -> str:
    """Say why, without the ids that nobody who fills in a form has seen."""
    for fault in error.faults:
        if not fault.field:
            return f"It {fault.message}"
    section, id, field = place
    kind = fields_of(SECTIONS[section].record).get(field)
    if isinstance(kind, Ref | Refs):
        there = {each.id for each in getattr(project, kind.to)}
        value = getattr(record_at(project, section, id), field)
        ids = value if isinstance(value, tuple) else (value,)
        if any(each and each not in there for each in ids):
            return f"That {SECTIONS[kind.to].one} is not there any more. Choose another."
    return "It can't stand there: it would stand too deep, or below itself. Choose another."
