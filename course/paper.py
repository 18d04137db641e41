r"""An assessment's paper: the draw from its bank for one attempt, and the answers given.

A paper is as public as its bank: it never holds which option is right.

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
something (First, Second, …). The measures of a tree are shuffled as rows are. A slot that only
looks back at others is not drawn.

Only a hash is used, not a random number generator: its stream could change with the version of
Python. A change to a pool changes the draws, so it needs a new version of the assessment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course.bank import BANK, Bank, Item, LookBack, Slot, load_bank
from course.charts import AnyChart
from course.document import ASSESSMENT, ATTEMPT, PSEUDONYM, SCHEMA, VERSION, Document
from course.errors import CourseError
from qi_tools.answers import Answer, AnswerFile, Value

ATTEMPT_FILE = "attempt.json"

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
        The id of the option chosen; for an item with several lists a ``list=option`` for each of
        them, in the order of their ids. None where there is no answer, or not one for every list.
    """

    slot: str
    item: str
    choice: str | tuple[str, ...] | None

    def fits(self, accepted: tuple[str, ...]) -> bool:
        """Return whether an answer to several lists is one of those accepted.

        Parameters
        ----------
        accepted : tuple of str
            For each list what will do: ``list=option``, or ``list=option|other|…``.

        Examples
        --------
        >>> given = Given("q4", "tree", ("falls-kind=outcome", "falls=ward"))
        >>> given.fits(("falls-kind=outcome", "falls=board|ward"))
        True
        """
        will_do = dict(each.split("=", 1) for each in accepted)
        return isinstance(self.choice, tuple) and all(
            option in will_do[name].split("|")
            for name, option in (each.split("=", 1) for each in self.choice)
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
    look_backs : tuple of LookBack
        What is marked in it without being asked.
    """

    attempt: Attempt
    drawn: tuple[Drawn, ...]
    answers: AnswerFile
    look_backs: tuple[LookBack, ...] = ()

    def ask(self, slot: str) -> object:
        """Return the question in a slot, to be shown, below its chart if it has one."""
        drawn = self._in(slot)
        question = self._question(drawn)
        return question if drawn.item.chart is None else _below(drawn.item.chart, question)

    def _question(self, drawn: Drawn) -> object:
        item = drawn.item
        if item.measures:
            from qi_tools.teaching import measure_tree

            measures = {id: item.measures[id] for id in drawn.rows}
            return measure_tree(item.id, item.text, measures, aims=item.aims, answers=self.answers)
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
        lists if it has several; anything else is no answer.

        Raises
        ------
        AnswersInvalid
            If the answers file is damaged.
        """
        return _given(self._in(slot), self.answers.load())

    def all_answers(self) -> dict[str, Given]:
        """Return the answer given in each slot, from one reading of the answers file.

        Raises
        ------
        AnswersInvalid
            If the answers file is damaged.
        """
        answers = self.answers.load()
        return {drawn.slot.id: _given(drawn, answers) for drawn in self.drawn}

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
    return Paper(attempt, drawn, AnswerFile(place / "answers.json"), bank.look_backs)


def _below(chart: AnyChart, question: object) -> object:
    """Return a question and its chart as one part of the page."""
    from qi_tools.teaching.html_block import stacked

    return stacked(chart.drawn(), question)


def _given(drawn: Drawn, answers: Mapping[str, Answer]) -> Given:
    answer = answers.get(drawn.item.id)
    choice = None if answer is None else _chosen(drawn.item, answer.value)
    return Given(drawn.slot.id, drawn.item.id, choice)


def _chosen(item: Item, value: Value) -> str | tuple[str, ...] | None:
    """Return an answer as it counts, or None where it is not one to this item."""
    lists = item.lists
    if not lists:
        return value if isinstance(value, str) and value in item.options else None
    if not isinstance(value, tuple) or len(value) != len(lists):
        return None
    chosen = dict(each.split("=", 1) for each in value if "=" in each)
    if set(chosen) != set(lists) or any(chosen[name] not in lists[name] for name in lists):
        return None
    return tuple(f"{name}={chosen[name]}" for name in sorted(chosen))


def _drawn(slot: Slot, seed: tuple[str, ...], attempt: int) -> Drawn:
    pool = sorted(slot.items, key=lambda item: _hash("item", *seed, item.id))
    item = pool[(attempt - 1) % len(pool)]

    def shuffled(kind: str, ids: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(sorted(ids, key=lambda id: _hash(kind, *seed, item.id, str(attempt), id)))

    if item.rows or item.measures:
        return Drawn(slot, item, tuple(item.options), shuffled("row", item.rows or item.measures))
    return Drawn(slot, item, shuffled("option", item.options))


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode()).digest()
