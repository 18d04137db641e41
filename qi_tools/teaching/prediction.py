"""A prediction, and what happened, which no one sees before predicting.

What happened does not exist before the prediction is saved: the lesson's `then` has not run, so
there is nothing on the page to peep at. A saved prediction stands. To learn from a prediction it
must stay as it was made (Deming's study step), so no button changes it, and when two tabs predict,
the first one counts.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from qi_tools.answers import Answer, AnswerFile, Value
from qi_tools.teaching.html_block import HtmlBlock, blocks
from qi_tools.teaching.multiple_choice import MultipleChoice
from qi_tools.teaching.part import QuestionInvalid
from qi_tools.teaching.question import Question, Refusal
from qi_tools.words import in_unit

_log = logging.getLogger(__name__)

_BUTTON = "Save my prediction"


class NumberQuestion(Question):
    """A field for one number between two limits."""

    def __init__(
        self,
        id: str,
        question: str,
        *,
        low: float,
        high: float,
        unit: str,
        answers: AnswerFile | None = None,
    ) -> None:
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise QuestionInvalid(
                f"Question {id} allows {low} to {high}. Give a low number and a higher one."
            )
        self._low, self._high, self._unit = float(low), float(high), unit.strip()
        self._range = f"{_number(self._low)} to {_number(self._high)}"
        content = {
            "control": "number",
            "question": question,
            "label": in_unit("Your prediction", self._unit),
            "hint": f"A number from {self._range}.",
            "low": self._low,
            "high": self._high,
            "button": _BUTTON,
        }
        super().__init__(id, content, answers=answers, final=True)

    def read(self, raw: object) -> Value:
        """Give back a number within the limits."""
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            number = float(raw)
            if self._low <= number <= self._high:
                return number
        raise Refusal(f"Type a number from {self._range}.")

    def worded(self, value: Value) -> str:
        """Give the number with its unit."""
        return f"{_number(float(value))} {self._unit}".strip()  # type: ignore[arg-type]


class Prediction(ipywidgets.VBox):  # type: ignore[misc]
    """A question, and below it what `then` makes of the answer once there is one."""

    def __init__(self, question: Question, then: Callable[[Any], object]) -> None:
        if not callable(then):
            raise QuestionInvalid(
                f"The prediction {question.id} has no function as its then. "
                "Give it a function that takes the prediction and gives back what to show."
            )
        super().__init__([question])
        self._question, self._then = question, then
        question.observe(lambda change: self._reveal(change["new"]), "answer")
        if question.answer is not None:
            self._reveal(question.answer)

    def _reveal(self, answer: Answer) -> None:
        try:
            result = blocks(self._then(answer.value))
        except Exception:  # whatever the lesson's own code does, the prediction is safe: say so
            _log.exception("what follows the prediction %s failed", self._question.id)
            result = (
                HtmlBlock(
                    "<p>Your prediction is saved, but what happened could not be shown. "
                    "Reload the page. If it happens again, tell the person who looks after your "
                    "course.</p>"
                ),
            )
        self.children = (self._question, *result)


def predict(
    id: str,
    question: str,
    options: Mapping[str, str],
    *,
    then: Callable[[str], object],
    answers: AnswerFile | None = None,
) -> Prediction:
    """Ask for a prediction, and show what happened only once it is saved.

    Parameters
    ----------
    id : str
        The question's id, such as ``a1-predict``.
    question : str
        The question, as plain text.
    options : mapping of str to str
        What can be predicted: id to text, in the order to show.
    then : callable
        Takes the id of the option and gives back what to show: a widget, a result that shows
        itself in a notebook, text, or a list of these. It runs again when the page is reopened.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Prediction
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.
    """
    form = MultipleChoice(id, question, options, button=_BUTTON, answers=answers, final=True)
    return Prediction(form, then)


def predict_number(
    id: str,
    question: str,
    *,
    low: float,
    high: float,
    unit: str,
    then: Callable[[float], object],
    answers: AnswerFile | None = None,
) -> Prediction:
    """Ask for a number as a prediction, and show what happened only once it is saved.

    Parameters
    ----------
    id : str
        The question's id, such as ``a1-predict``.
    question : str
        The question, as plain text.
    low, high : float
        The smallest and largest number allowed, in `unit`.
    unit : str
        What is counted, such as ``minutes``; empty for a bare number.
    then : callable
        Takes the number and gives back what to show, as for `predict`.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Prediction
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.
    """
    form = NumberQuestion(id, question, low=low, high=high, unit=unit, answers=answers)
    return Prediction(form, then)


def _number(value: float) -> str:
    return f"{int(value):,}" if value.is_integer() else f"{value:,}"
