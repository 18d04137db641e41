"""An assessment's bank of questions: slots, and for each slot a pool of items.

An item asks for one of its options; an item with rows asks for one of them in each row, to match
things or to put them in order. Either may have a chart to read. An item with measures asks for a
tree: what kind each measure is, and which aim or other measure it feeds. A slot without items asks
nothing: its mark looks back at what was chosen in others. A bank (``bank.toml``) is public: it
holds texts and options, never which option is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from course.charts import AnyChart, chart_faults, chart_of
from course.document import (
    ASSESSMENT,
    SCHEMA,
    VERSION,
    Rule,
    every,
    faults_of,
    maybe,
    name_of,
    one_of,
    parsed_toml,
    read_text,
    rows,
    table,
    text,
    twice_faults,
    words,
)
from course.errors import Fault, FaultsFound

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
_SLOT_ID = text("q[1-9][0-9]{0,2}", "q and a number, such as q1")
_ABOUT: Mapping[str, Rule] = {
    "id": _SLOT_ID,
    "module": text("[A-F][1-9][a-z]?", "a module, such as A1"),
    "topic": text("[1-9][0-9]?[a-z]?", "a row of the dose matrix in quotes, such as 28a"),
    "objective": words(200),
    "read_again": words(80),
}
_SLOT: Mapping[str, Rule] = {
    **_ABOUT,
    "difficulty": one_of(*DIFFICULTIES),
    "item": rows(200),
}
_LOOK_BACK: Mapping[str, Rule] = {
    **_ABOUT,
    "text": words(800),
    "looks_back": every(_SLOT_ID, least=2),
}
_ITEM: Mapping[str, Rule] = {
    "id": text("[a-z0-9][a-z0-9-]{0,63}", "small letters, digits and hyphens, such as a1-q1-a"),
    "text": words(800),
    "options": table(),
    "rows": maybe(table()),
    "chart": maybe(table()),
}
_TREE_ITEM: Mapping[str, Rule] = {
    "id": _ITEM["id"],
    "text": _ITEM["text"],
    "aims": table(),
    "measures": table(),
}
_OPTION = words(200)
_OPTION_IDS = ("abc", "abcd", "abcde")
_ROW_ID = text("[a-z0-9][a-z0-9-]{0,39}", "small letters, digits and hyphens, such as plan")
_FEWEST_ROWS, _MOST_ROWS = 2, 6


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
    chart : AnyChart or None
        The chart that the question is about.
    aims, measures : mapping of str to str
        The aims and measures of a tree to build, by id; empty where none is asked for.
    """

    id: str
    text: str
    options: Mapping[str, str]
    rows: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    chart: AnyChart | None = None
    aims: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    measures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def lists(self) -> Mapping[str, Mapping[str, str]]:
        """What each list of the question lets choose, by field; none where it takes one option."""
        if not self.measures:
            return dict.fromkeys(self.rows, self.options)
        from qi_tools.improvement.measure_kinds import KINDS

        lists: dict[str, Mapping[str, str]] = {}
        for measure in self.measures:
            others = {id: text for id, text in self.measures.items() if id != measure}
            lists |= {f"{measure}-kind": KINDS, measure: {**self.aims, **others}}
        return lists


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
class LookBack:
    """A mark without a question of its own: it looks back at what was chosen in other slots.

    Parameters
    ----------
    id : str
        The name of the mark in the gradebook, numbered like a slot.
    module, topic, objective, read_again : str
        As a slot's.
    text : str
        What the learner is told of it before the first of the slots that it looks back at.
    looks_back : tuple of str
        Those slots.
    """

    id: str
    module: str
    topic: str
    objective: str
    read_again: str
    text: str
    looks_back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """One version of an assessment.

    Parameters
    ----------
    assessment, version : str
        Which.
    slots : tuple of Slot
        All that is asked, in the order of the paper.
    look_backs : tuple of LookBack
        What is marked without being asked.
    """

    assessment: str
    version: str
    slots: tuple[Slot, ...]
    look_backs: tuple[LookBack, ...] = ()


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
    asked = tuple(_slot(each) for each in content["slot"] if "looks_back" not in each)
    look_backs = tuple(_look_back(each) for each in content["slot"] if "looks_back" in each)
    return Bank(content["assessment"], content["version"], asked, look_backs)


def _slot(content: dict[str, Any]) -> Slot:
    items = tuple(_item(each) for each in content["item"])
    return Slot(**{name: content[name] for name in _SLOT if name != "item"}, items=items)


def _look_back(content: dict[str, Any]) -> LookBack:
    return LookBack(**{**content, "looks_back": tuple(content["looks_back"])})


def _item(content: dict[str, Any]) -> Item:
    named = ("options", "rows", "aims", "measures")
    options, rows_, aims, measures = (MappingProxyType(dict(content.get(n, {}))) for n in named)
    chart = chart_of(content["chart"]) if "chart" in content else None
    return Item(content["id"], content["text"], options, rows_, chart, aims, measures)


def _faults(content: dict[str, Any]) -> Iterator[Fault]:
    yield from faults_of(content, _BANK)
    slots = content.get("slot")
    if not isinstance(slots, list):
        return
    if not slots:
        yield Fault("slot", "is empty; a paper needs at least one question")
    asked: set[str] = set()
    for position, slot in enumerate(slots, start=1):
        where = f"slot[{name_of(slot, position)}]"
        if isinstance(slot, dict) and "looks_back" in slot:
            yield from _look_back_faults(slot, asked, where)
            continue
        yield from faults_of(slot, _SLOT, where)
        asked.add(str(name_of(slot, position)))
        items = slot.get("item") if isinstance(slot, dict) else None
        if not isinstance(items, list):
            continue
        if len(items) < SMALLEST_POOL:
            yield Fault(
                f"{where}.item", f"has {len(items)}; a pool needs {SMALLEST_POOL} items or more"
            )
        for place, item in enumerate(items, start=1):
            yield from _item_faults(item, f"{where}.item[{name_of(item, place)}]")
    tables = [slot for slot in slots if isinstance(slot, dict)]
    yield from twice_faults("slot", tables)
    pools = [slot["item"] for slot in tables if isinstance(slot.get("item"), list)]
    yield from twice_faults("item", [item for pool in pools for item in pool])


def _look_back_faults(slot: dict[str, Any], asked: set[str], where: str) -> Iterator[Fault]:
    yield from faults_of(slot, _LOOK_BACK, where)
    if _LOOK_BACK["looks_back"].holds(slot["looks_back"]):
        for id in slot["looks_back"]:
            if id not in asked:
                yield Fault(f"{where}.looks_back", f"names {id}, which is not asked before it")


def _item_faults(item: object, where: str) -> Iterator[Fault]:
    if isinstance(item, dict) and "measures" in item:
        yield from faults_of(item, _TREE_ITEM, where)
        yield from _tree_faults(item.get("aims"), item["measures"], where)
        return
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
        yield from _named_faults(rows_, _FEWEST_ROWS, f"{where}.rows")
    if isinstance(chart, dict):
        yield from chart_faults(chart, f"{where}.chart")


def _tree_faults(aims: object, measures: object, where: str) -> Iterator[Fault]:
    if not isinstance(aims, dict) or not isinstance(measures, dict):
        return
    yield from _named_faults(aims, 1, f"{where}.aims")
    yield from _named_faults(measures, _FEWEST_ROWS, f"{where}.measures")
    for id in measures:
        if id in aims or (id.endswith("-kind") and id.removesuffix("-kind") in measures):
            yield Fault(f"{where}.measures.{id}", "has an id that stands for something else here")


def _named_faults(texts: Mapping[str, object], fewest: int, where: str) -> Iterator[Fault]:
    if not fewest <= len(texts) <= _MOST_ROWS:
        yield Fault(where, f"has {len(texts)}; give it {fewest} to {_MOST_ROWS}")
    for id in texts:
        if not _ROW_ID.holds(id):
            yield Fault(f"{where}.{id}", f"has an id that must be {_ROW_ID.allowed}")
    yield from _text_faults(texts, where)


def _text_faults(texts: Mapping[str, object], where: str) -> Iterator[Fault]:
    for id, words_ in texts.items():
        if not _OPTION.holds(words_):
            yield Fault(f"{where}.{id}", f"must be {_OPTION.allowed}")
    said = [" ".join(each.split()).lower() for each in texts.values() if isinstance(each, str)]
    if len(set(said)) < len(said):
        yield Fault(where, "say the same thing twice")
