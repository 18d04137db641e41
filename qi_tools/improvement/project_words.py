"""What is in a project, as a reader says it: which record, what a field holds, what has changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from qi_tools.improvement.fields import Field, OneOf, Ref, Refs
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.words import day_in_words, joined, number_in_words

__all__ = ["differences", "in_words", "name_of", "record_at"]

#: What a record is called by, where it is not its first field.
NAMED_BY: Final = {"arrows": ("step", "to")}
LONGEST_NAME: Final = 60


def record_at(project: Project, section: str, id: str) -> Any:
    """Give a record of a project by its section and id, or None."""
    held = getattr(project, section, None)
    if section not in SECTIONS:
        return None
    if not SECTIONS[section].one:
        return held
    return next((each for each in held or () if each.id == id), None)


def name_of(project: Project, section: str, record: Any) -> str:
    """Say which record it is, in its own words.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project({"drivers": [{"id": "a", "words": "Letters are clear"}]})
    >>> name_of(project, "drivers", project.drivers[0])
    'Letters are clear'
    """
    kinds = fields_of(SECTIONS[section].record)
    named_by = NAMED_BY.get(section, tuple(kinds)[:1])
    said = [in_words(project, kinds[name], getattr(record, name)) for name in named_by]
    name = " → ".join(said) if any(said) else f"{SECTIONS[section].one} without words"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def in_words(project: Project, kind: Field, value: Any) -> str:
    """Say what a field holds, as a reader says it; empty for a blank.

    Examples
    --------
    >>> in_words(Project(), OneOf("What next?", options={"adapt": "Adapt it"}), "adapt")
    'Adapt it'
    """
    match kind, value:
        case _, None | "" | ():
            return ""
        case OneOf(), str():
            return kind.options.get(value, value)
        case Ref(), str():
            return _named(project, kind.to, value)
        case Refs(), tuple():
            return joined([_named(project, kind.to, id) for id in value])
        case _, date():
            return day_in_words(value)
        case _, int() | float():
            return number_in_words(value, 15)
    return str(value)


def differences(old: Project, new: Project) -> tuple[str, ...]:
    """Say what two versions of a project differ in, each in a few words.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> differences(Project(), read_project({"aim": {"what": "Fewer missed visits"}}))
    ('Aim: What will be better?',)
    """
    return tuple(dict.fromkeys(_differences(old, new)))


def _differences(old: Project, new: Project) -> Iterator[str]:
    for section in SECTIONS.values():
        was, now = getattr(old, section.name), getattr(new, section.name)
        if was == now:
            continue
        if not section.one:
            yield from (f"{section.title}: {label}" for label in _labels(section.record, was, now))
            continue
        before, after = ({each.id: each for each in held} for held in (was, now))
        for id in dict.fromkeys([*before, *after]):
            version, done = (new, after) if id in after else (old, before)
            what = f"{section.title}: “{name_of(version, section.name, done[id])}”"
            if id not in before:
                yield f"{what} added"
            elif id not in after:
                yield f"{what} removed"
            elif before[id] != after[id]:
                yield f"{what}, {joined(_labels(section.record, before[id], after[id]))}"
        if before == after:
            yield f"{section.title}: the order"


def _labels(record: type, was: object, now: object) -> list[str]:
    return [
        kind.label
        for name, kind in fields_of(record).items()
        if getattr(was, name) != getattr(now, name)
    ]


def _named(project: Project, section: str, id: str) -> str:
    record = record_at(project, section, id)
    return id if record is None else name_of(project, section, record)
