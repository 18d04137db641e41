"""What a full report must say of a project, and projects that are hard on a report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from qi_tools.improvement.fields import Day, Line, Lines, Number, OneOf, Ref, Refs
from qi_tools.improvement.project import SECTIONS, Project, fields_of
from qi_tools.improvement.project_reading import read_project
from qi_tools.words import day_in_words, number_in_words


def squeezed(text: str) -> str:
    """Put a text on one line, in small letters."""
    return " ".join(text.casefold().split())


def words_of(project: Project) -> Iterator[str]:
    """Give the words of every field that is filled in, on one line and in small letters."""
    for section in SECTIONS.values():
        held = getattr(project, section.name)
        for record in held if section.one else (held,):
            for name, kind in fields_of(section.record).items():
                value = getattr(record, name)
                if value != kind.blank:
                    yield from map(squeezed, _words(project, section.name, name, kind, value))


def _words(project: Project, section: str, name: str, kind: Any, value: Any) -> Iterator[str]:
    match kind:
        case Lines() if name == "readings":
            yield from value.splitlines()
        case Line() | Lines():
            yield value
        case Day():
            yield day_in_words(value)
        case Number():
            yield number_in_words(value, 12)
        case OneOf():
            yield "simulated" if name == "simulated" else kind.options[value]
        case Ref() | Refs():
            ids = (value,) if isinstance(value, str) else value
            for each in getattr(project, kind.to):
                if each.id in ids:
                    yield getattr(each, next(iter(fields_of(type(each)))))


def crowded(words: str, records: int, days: int = 30) -> Project:
    """A project with every field as long as it may be, of the same words, and so many records."""
    plain: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        made = [
            _crowded(section.record, name, words, number, days) | {"id": f"r-{number}"}
            for number in range(records)
        ]
        if not section.one:
            made[0].pop("id")
        plain[name] = made if section.one else made[0]
    return read_project(plain)


def _crowded(record: type, section: str, words: str, number: int, days: int) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, kind in fields_of(record).items():
        match kind:
            case Lines() if name == "readings":
                first = date(2025, 1, 6)
                rows = (f"{first + timedelta(day)}, {day * 7 % 11 + 3}" for day in range(days))
                plain[name] = "\n".join(rows)
            case Line() | Lines():
                plain[name] = (words * kind.most)[: kind.most]
            case Day():
                plain[name] = date(2025, 9, 28) - timedelta(days=number)
            case Number():
                plain[name] = max(kind.low, -1e9) + 1
            case OneOf():
                plain[name] = [*kind.options][number % len(kind.options)]
            case Ref() if kind.to != section:
                plain[name] = f"r-{number}"
            case Refs():
                plain[name] = [f"r-{number}"]
    return plain
