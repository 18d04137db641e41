"""An assessment's bank of questions: slots, and for each slot a pool of items.

An item asks for one of its options; an item with rows asks for one of them in each row, to match
things or to put them in order. Either may have a chart to read. A bank (``bank.toml``) is public:
it holds texts and options, never which option is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from course.document import (
    ASSESSMENT,
    SCHEMA,
    VERSION,
    Rule,
    faults_of,
    maybe,
    number,
    one_of,
    parsed_toml,
    read_text,
    rows,
    table,
    text,
    words,
)
from course.errors import Fault, FaultsFound

if TYPE_CHECKING:
    from qi_tools.measure import Measure

BANK = "bank.toml"

#: A first attempt and two more come before a talk with a facilitator: each brings new items.
SMALLEST_POOL = 3

DIFFICULTIES = ("easy", "medium", "hard")

_BANK: Mapping[str, Rule] = {
    "schema": SCHEMA,
    "assessment": ASSESSMENT,
    "version": VERSION,
    "slot": rows(200),
}
_SLOT: Mapping[str, Rule] = {
    "id": text("q[1-9][0-9]{0,2}", "q and a number, such as q1"),
    "module": text("[A-F][1-9][a-z]?", "a module, such as A1"),
    "topic": text("[1-9][0-9]?[a-z]?", "a row of the dose matrix in quotes, such as 28a"),
    "difficulty": one_of(*DIFFICULTIES),
    "objective": words(200),
    "read_again": words(80),
    "item": rows(200),
}
_ITEM: Mapping[str, Rule] = {
    "id": text("[a-z0-9][a-z0-9-]{0,63}", "small letters, digits and hyphens, such as a1-q1-a"),
    "text": words(800),
    "options": table(),
    "rows": maybe(table()),
    "chart": maybe(table()),
}
_OPTION = words(200)
_OPTION_IDS = ("abc", "abcd", "abcde")
_ROW_ID = text("[a-z0-9][a-z0-9-]{0,39}", "small letters, digits and hyphens, such as plan")
_FEWEST_ROWS, _MOST_ROWS = 2, 6
_NUMBER = number(-1e9, 1e9)
_CHART: Mapping[str, Rule] = {
    "name": words(80),
    "unit": words(40),
    "start": Rule(
        "a Monday, without quotes, such as 2026-01-05",
        # A date with a time is a date too, to Python.
        lambda value: (
            isinstance(value, date) and not isinstance(value, datetime) and value.weekday() == 0
        ),
    ),
    "values": Rule(
        "a list of 12 to 60 numbers",
        lambda value: (
            isinstance(value, list) and 12 <= len(value) <= 60 and all(map(_NUMBER.holds, value))
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A run chart to read: made-up values, one a week, and nothing that says what they mean."""

    name: str
    unit: str
    start: date
    values: tuple[float, ...]

    def measure(self) -> Measure:
        """Return the values as a measure, to be drawn."""
        from qi_tools.measure import Measure

        weeks = [self.start + timedelta(weeks=week) for week in range(len(self.values))]
        return Measure.from_columns(
            self.values, weeks, name=self.name, unit=self.unit, simulated=True
        )


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Parameters
    ----------
    id, text : str
        Its id and its words.
    options : mapping of str to str
        What can be chosen, by id (``a``, ``b``, …).
    rows : mapping of str to str
        What an option is chosen for, by id; empty where the question itself takes one option.
    chart : Chart or None
        The chart that the question is about.
    """

    id: str
    text: str
    options: Mapping[str, str]
    rows: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the paper, and the pool of items that may fill it.

    Parameters
    ----------
    id : str
        Such as ``q1``; it is also the name of the mark in the gradebook.
    module, topic : str
        The lesson and the row of the dose matrix that it checks.
    difficulty : str
        Of every item of the pool: ``easy``, ``medium`` or ``hard``.
    objective : str
        What a right answer shows.
    read_again : str
        The heading of the lesson's section to read again after a wrong answer.
    items : tuple of Item
        The pool.
    """

    id: str
    module: str
    topic: str
    difficulty: str
    objective: str
    read_again: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """All the slots of one version of an assessment, in the order of the paper."""

    assessment: str
    version: str
    slots: tuple[Slot, ...]


def load_bank(path: Path) -> Bank:
    """Return the bank in a file.

    Raises
    ------
    CourseError
        If the file can't be read at all.
    FaultsFound
        If it has faults: all of them, each with its place.
    """
    return _bank(path.name, read_text(path))


@lru_cache(maxsize=16)  # a class is marked with one bank, and reading it takes 20 ms
def _bank(name: str, text: str) -> Bank:
    content = parsed_toml(name, text)
    faults = [*_faults(content)]
    if faults:
        raise FaultsFound(name, faults)
    return Bank(
        content["assessment"], content["version"], tuple(_slot(each) for each in content["slot"])
    )


def _slot(content: dict[str, Any]) -> Slot:
    items = tuple(_item(each) for each in content["item"])
    return Slot(**{name: content[name] for name in _SLOT if name != "item"}, items=items)


def _item(content: dict[str, Any]) -> Item:
    options, rows_ = (MappingProxyType(dict(content.get(name, {}))) for name in ("options", "rows"))
    chart = None
    if "chart" in content:
        values = tuple(map(float, content["chart"]["values"]))
        chart = Chart(**{**content["chart"], "values": values})
    return Item(content["id"], content["text"], options, rows_, chart)


def _faults(content: dict[str, Any]) -> Iterator[Fault]:
    yield from faults_of(content, _BANK)
    slots = content.get("slot")
    if not isinstance(slots, list):
        return
    if not slots:
        yield Fault("slot", "is empty; a paper needs at least one question")
    for position, slot in enumerate(slots, start=1):
        where = f"slot[{_name(slot, position)}]"
        yield from faults_of(slot, _SLOT, where)
        items = slot.get("item") if isinstance(slot, dict) else None
        if not isinstance(items, list):
            continue
        if len(items) < SMALLEST_POOL:
            yield Fault(
                f"{where}.item", f"has {len(items)}; a pool needs {SMALLEST_POOL} items or more"
            )
        for place, item in enumerate(items, start=1):
            yield from _item_faults(item, f"{where}.item[{_name(item, place)}]")
    tables = [slot for slot in slots if isinstance(slot, dict)]
    yield from _stands_twice("slot", tables)
    pools = [slot["item"] for slot in tables if isinstance(slot.get("item"), list)]
    yield from _stands_twice("item", [item for pool in pools for item in pool])


def _item_faults(item: object, where: str) -> Iterator[Fault]:
    yield from faults_of(item, _ITEM, where)
    if not isinstance(item, dict):
        return
    options, rows_, chart = (item.get(name) for name in ("options", "rows", "chart"))
    if isinstance(options, dict):
        if "".join(options) not in _OPTION_IDS:
            yield Fault(
                f"{where}.options", "must be a, b and c, and if needed d and e, in this order"
            )
        yield from _text_faults(options, f"{where}.options")
    if isinstance(rows_, dict):
        if not _FEWEST_ROWS <= len(rows_) <= _MOST_ROWS:
            yield Fault(
                f"{where}.rows", f"has {len(rows_)}; give it {_FEWEST_ROWS} to {_MOST_ROWS}"
            )
        for id in rows_:
            if not _ROW_ID.holds(id):
                yield Fault(f"{where}.rows.{id}", f"has an id that must be {_ROW_ID.allowed}")
        yield from _text_faults(rows_, f"{where}.rows")
    if isinstance(chart, dict):
        yield from faults_of(chart, _CHART, f"{where}.chart")


def _text_faults(texts: Mapping[str, object], where: str) -> Iterator[Fault]:
    for id, words_ in texts.items():
        if not _OPTION.holds(words_):
            yield Fault(f"{where}.{id}", f"must be {_OPTION.allowed}")
    said = [" ".join(each.split()).lower() for each in texts.values() if isinstance(each, str)]
    if len(set(said)) < len(said):
        yield Fault(where, "say the same thing twice")


def _stands_twice(noun: str, tables: Sequence[object]) -> Iterator[Fault]:
    ids = [
        each["id"] for each in tables if isinstance(each, dict) and isinstance(each.get("id"), str)
    ]
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield Fault(f"{noun}[{id}]", "stands more than once; give each its own id")


def _name(content: object, place: int) -> object:
    return content.get("id", place) if isinstance(content, dict) else place
