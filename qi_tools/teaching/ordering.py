"""Things to put in order, by buttons that move them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.matching import ALL_RIGHT
from qi_tools.teaching.part import (
    QuestionInvalid,
    checked_for_each,
    checked_id,
    checked_options,
    checked_text,
)
from qi_tools.teaching.question import Question, Refusal

_FEWEST = 3  # of two, the order shown first would say which is the right one


class Order(Question):
    """Things in an order; the answer is their ids, in the order that the learner gave them.

    The right order stays here: the browser gets the feedback of the first thing out of place, and
    of no other.
    """

    def __init__(
        self,
        id: str,
        question: str,
        items: Mapping[str, str],
        *,
        right: Sequence[str],
        feedback: Mapping[str, str],
        answers: AnswerFile | None = None,
    ) -> None:
        self._items = checked_options(checked_id(id), items, "item")
        if len(self._items) < _FEWEST:
            raise QuestionInvalid(f"Question {id} has two items to put in order. Give three.")
        if ALL_RIGHT in self._items:
            raise QuestionInvalid(
                f'An item of {id} has the id "{ALL_RIGHT}", which its feedback needs for when all '
                "are in their places. Give the item another id."
            )
        if (
            isinstance(right, str)
            or not isinstance(right, Sequence)
            or not all(isinstance(item, str) for item in right)
            or sorted(right) != sorted(self._items)
        ):
            raise QuestionInvalid(
                f"The right order of {id} is {right!r}. Give each of these once, in their order: "
                f"{', '.join(self._items)}."
            )
        self._right = tuple(right)
        said = checked_for_each(feedback, [*self._items, ALL_RIGHT], f"The feedback of {id}")
        self._feedback = {
            item: checked_text(text, f"The feedback of {id} for {item}")
            for item, text in said.items()
        }
        content = {
            "control": "order",
            "question": question,
            "hint": "Move things up or down until the order is yours.",
            "items": [[item, self._items[item]] for item in _mixed(id, self._right)],
            "button": "Check my answer",
        }
        super().__init__(id, content, answers=answers)

    @property
    def right(self) -> tuple[str, ...]:
        """The right order, for an edition on paper; no browser gets it."""
        return self._right

    def read(self, raw: object) -> Value:
        """Give back the ids of all items, in the order given."""
        if (
            not isinstance(raw, list | tuple)
            or not all(isinstance(item, str) for item in raw)
            or sorted(raw) != sorted(self._items)
        ):
            raise Refusal("Put all of them in order first.")
        return tuple(raw)

    def worded(self, value: Value) -> str:
        """Give the texts of the items, numbered."""
        assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
        texts = (f"{place}. {self._items[item]}" for place, item in enumerate(value, start=1))
        return "; ".join(texts)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say whether the order is right, and what to think of the first item out of place."""
        assert isinstance(value, tuple)
        for place, (item, belongs) in enumerate(zip(value, self._right, strict=True)):
            if item != belongs:
                field = {"mark": "wrong", "verdict": "Not here.", "text": self._feedback[item]}
                if place == 0:
                    told = "Look again at the first."
                else:
                    told = f"In their places, counted from the top: {place} of {len(value)}."
                return {
                    "right": False,
                    "verdict": "Not quite.",
                    "text": told,
                    "fields": {item: field},
                }
        return {
            "right": True,
            "verdict": "Right.",
            "text": self._feedback[ALL_RIGHT],
            "fields": {},
        }


def order(
    id: str,
    question: str,
    items: Mapping[str, str],
    *,
    right: Sequence[str],
    feedback: Mapping[str, str],
    answers: AnswerFile | None = None,
) -> Question:
    """Ask for things to be put in order.

    They are shown first in an order that depends on the question's id alone and is never the right
    one. The learner moves them by buttons, checks the order, reads about the first one out of
    place, and may try again.

    Parameters
    ----------
    id : str
        The question's id, such as ``a3-order``.
    question : str
        The question, as plain text.
    items : mapping of str to str
        What to put in order: id to text; at least three.
    right : sequence of str
        The ids in the right order.
    feedback : mapping of str to str
        What to say about each item when it is the first out of place; and, by the key ``right``,
        what to say when all are in their places.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ids in the learner's
        order.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.

    Examples
    --------
    >>> show = order("a3-order", "What comes first?",
    ...              {"do": "Try it", "plan": "Guess", "study": "Compare"},
    ...              right=["plan", "do", "study"],
    ...              feedback={"do": "What must stand before it?", "plan": "Is it not too late?",
    ...                        "study": "Compare with what?", "right": "Guess, try, compare."})
    >>> [item for item, text in show.content["items"]]
    ['plan', 'study', 'do']
    """
    return Order(id, question, items, right=right, feedback=feedback, answers=answers)


def _mixed(id: str, right: Sequence[str]) -> list[str]:
    """Give ids in an order that depends on the question alone and is not the right one."""
    mixed = sorted(right, key=lambda item: sha256(f"{id} {item}".encode()).digest())
    return mixed if mixed != list(right) else [*mixed[1:], mixed[0]]
