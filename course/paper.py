r"""An assessment's paper: its bank of questions, the draw for one attempt, and the answers given.

A bank (``bank.toml``) has slots, and each slot a pool of items. An item asks for one of its
options; an item with rows asks for one of them in each row, to match things or to put them in
order. Either may have a chart to read. Bank and paper are public: they hold texts and options,
never which option is right.

The draw
--------
A learner's paper is a function of pseudonym, assessment, version and attempt, so the desk can draw
it again and nobody can ask for an easier one. For each slot the items are sorted by the SHA-256
hash of the UTF-8 text ::

    item \n pseudonym \n assessment \n version \n slot \n item id

which is one fixed random order of the pool for this learner. Attempt k takes the item at place
(k - 1) mod (pool size): a second try brings new items until the pool is used up. All items of a
slot are of one difficulty, so every draw has the same mix. The options of the drawn item are shown
in the order of the hash of ::

    option \n pseudonym \n assessment \n version \n slot \n item id \n attempt \n option id

In an item with rows it is the rows that are shuffled so, by ``row`` and row id in the place of
``option`` and option id; the options stand as they are written, because their own order may mean
something (First, Second, …).

Only a hash is used, not a random number generator: its stream could change with the version of
Python. A change to a pool changes the draws, so it needs a new version of the assessment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from course.document import (
    ASSESSMENT,
    ATTEMPT,
    PSEUDONYM,
    SCHEMA,
    VERSION,
    Document,
    Rule,
    faults_of,
    maybe,
    number,
    one_of,
    read_toml,
    rows,
    table,
    text,
    words,
)
from course.errors import CourseError, Fault, FaultsFound
from qi_tools.answers import AnswerFile, Value

if TYPE_CHECKING:
    from qi_tools.measure import Measure

BANK = "bank.toml"
ATTEMPT_FILE = "attempt.json"

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

_ATTEMPT = Document(
    "assessment",
    {
        "schema": SCHEMA,
        "pseudonym": PSEUDONYM,
        "assessment": ASSESSMENT,
        "version": VERSION,
        "attempt": ATTEMPT,
    },
    way_out="Your answers are safe. Open it again from the course's home page.",
    limit=4 * 1024,
)


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one attempt has in one slot: the item, and its options and rows in the order shown."""

    slot: Slot
    item: Item
    order: tuple[str, ...]
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose paper it is, and which: pseudonym, assessment, version and number of the attempt."""

    pseudonym: str
    assessment: str
    version: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Given:
    """The answer given in one slot.

    Parameters
    ----------
    slot, item : str
        The slot, and the id of the item drawn for it.
    choice : str, tuple of str or None
        The id of the option chosen; for an item with rows a ``row=option`` for each of its rows,
        in the order of their ids. None where there is no answer, or not one for every row.
    """

    slot: str
    item: str
    choice: str | tuple[str, ...] | None


def load_bank(path: Path) -> Bank:
    """Return the bank in a file.

    Raises
    ------
    CourseError
        If the file can't be read at all.
    FaultsFound
        If it has faults: all of them, each with its place.
    """
    content = read_toml(path)
    faults = [*_faults(content)]
    if faults:
        raise FaultsFound(path.name, faults)
    return Bank(
        content["assessment"], content["version"], tuple(_slot(each) for each in content["slot"])
    )


def draw(bank: Bank, pseudonym: str, version: str, attempt: int) -> tuple[Drawn, ...]:
    """Return the paper of one attempt, one drawn item for each slot in order.

    Parameters
    ----------
    bank : Bank
        The bank to draw from.
    pseudonym : str
        The learner's.
    version : str
        The version of the assessment that the attempt was started with.
    attempt : int
        1 for the first.

    Raises
    ------
    CourseError
        If the bank is of another version, so that the paper can't be drawn from it.
    """
    if version != bank.version:
        raise CourseError(
            f"This attempt was started with version {version} of the assessment, and its questions "
            f"are of version {bank.version}. Start it again from the course's home page."
        )
    if attempt < 1:
        raise ValueError(f"attempt is {attempt}; the first is 1")
    return tuple(
        _drawn(slot, (pseudonym, bank.assessment, version, slot.id), attempt) for slot in bank.slots
    )


def read_attempt(folder: Path) -> Attempt:
    """Return whose paper a folder holds, and which.

    Raises
    ------
    CourseError
        If no attempt was started there.
    DocumentInvalid
        If its ``attempt.json`` is damaged.
    """
    try:
        with (folder / ATTEMPT_FILE).open("rb") as file:
            data = file.read(_ATTEMPT.limit + 1)
    except FileNotFoundError:
        raise CourseError(
            "No attempt was started here. Start the assessment from the course's home page."
        ) from None
    except OSError as error:
        raise CourseError(
            f"The assessment can't be opened ({error.strerror}). "
            "Close other programs that use it, then open it again from the course's home page."
        ) from None
    found = _ATTEMPT.read(data)
    del found["schema"]
    return Attempt(**found)


@dataclass(frozen=True, slots=True)
class Paper:
    """One attempt's paper: asks its questions and reads the answers.

    Parameters
    ----------
    attempt : Attempt
        Whose paper it is, and which.
    drawn : tuple of Drawn
        Its questions in order.
    answers : AnswerFile
        Where the learner's answers are kept, by the id of the item.
    """

    attempt: Attempt
    drawn: tuple[Drawn, ...]
    answers: AnswerFile

    def ask(self, slot: str) -> object:
        """Return the question in a slot, to be shown, below its chart if it has one."""
        drawn = self._in(slot)
        question = self._question(drawn)
        return question if drawn.item.chart is None else _below(drawn.item.chart, question)

    def _question(self, drawn: Drawn) -> object:
        item = drawn.item
        options = {id: item.options[id] for id in drawn.order}
        if item.rows:
            from qi_tools.teaching import match

            asked = {id: item.rows[id] for id in drawn.rows}
            return match(item.id, item.text, asked, options, answers=self.answers)
        from qi_tools.teaching import choice

        return choice(item.id, item.text, options, answers=self.answers)

    def answer(self, slot: str) -> Given:
        """Return the answer given in a slot.

        Only an answer to the drawn item counts, and only one of its own options, in each of its
        rows if it has rows; anything else is no answer.

        Raises
        ------
        AnswersInvalid
            If the answers file is damaged.
        """
        item = self._in(slot).item
        answer = self.answers.get(item.id)
        return Given(slot, item.id, None if answer is None else _chosen(item, answer.value))

    def _in(self, slot: str) -> Drawn:
        for drawn in self.drawn:
            if drawn.slot.id == slot:
                return drawn
        raise CourseError(
            f"This assessment has no question {slot!r}. "
            f"Use one of: {', '.join(drawn.slot.id for drawn in self.drawn)}."
        )


def open_paper(folder: str | Path = ".") -> Paper:
    """Return the paper of the attempt in a folder.

    Parameters
    ----------
    folder : str or Path
        The folder with ``bank.toml`` and ``attempt.json``; answers are kept in it too.

    Raises
    ------
    CourseError
        If no attempt was started there, or its questions are missing or of another version.
    """
    place = Path(folder).absolute()  # the answers must stay here if the current folder changes
    attempt = read_attempt(place)
    bank = load_bank(place / BANK)
    if attempt.assessment != bank.assessment:
        raise CourseError(
            f"This attempt is at {attempt.assessment}, and the questions here are of "
            f"{bank.assessment}. Open the assessment again from the course's home page."
        )
    drawn = draw(bank, attempt.pseudonym, attempt.version, attempt.attempt)
    return Paper(attempt, drawn, AnswerFile(place / "answers.json"))


def _below(chart: Chart, question: object) -> object:
    """Return a question and its chart as one part of the page."""
    from qi_tools.plain_run_charts import plain_run_chart
    from qi_tools.teaching.html_block import stacked

    return stacked(plain_run_chart(chart.measure()), question)


def _chosen(item: Item, value: Value) -> str | tuple[str, ...] | None:
    """Return an answer as it counts, or None where it is not one to this item."""
    if not item.rows:
        return value if isinstance(value, str) and value in item.options else None
    if not isinstance(value, tuple) or len(value) != len(item.rows):
        return None
    chosen = dict(each.split("=", 1) for each in value if "=" in each)
    if set(chosen) != set(item.rows) or not set(chosen.values()) <= set(item.options):
        return None
    return tuple(f"{row}={chosen[row]}" for row in sorted(chosen))


def _drawn(slot: Slot, seed: tuple[str, ...], attempt: int) -> Drawn:
    pool = sorted(slot.items, key=lambda item: _hash("item", *seed, item.id))
    item = pool[(attempt - 1) % len(pool)]

    def shuffled(kind: str, ids: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(sorted(ids, key=lambda id: _hash(kind, *seed, item.id, str(attempt), id)))

    if item.rows:
        return Drawn(slot, item, tuple(item.options), shuffled("row", item.rows))
    return Drawn(slot, item, shuffled("option", item.options))


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()


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
