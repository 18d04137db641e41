"""A question whose answer is a number, right within a tolerance."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import QuestionInvalid, checked_for_each, checked_id, checked_text
from qi_tools.teaching.question import Question, Refusal
from qi_tools.words import in_unit, number_in_words

#: What is left of a typed number once its unit is taken away.
_BARE = re.compile(r"[+\-−–]? ?[\d., ]*\d[\d., ]*")
_FIGURES = 12  # a number is said back as it was typed
_ROUNDING = 1e-9  # of the right number: what the computer's rounding alone can move it by


class MeasuredNumber(Question):
    """A box for a number as people type it, and a slider beside it if there are steps.

    The right number and the feedback stay here.
    """

    def __init__(
        self,
        id: str,
        question: str,
        *,
        right: float,
        tolerance: float,
        unit: str,
        low: float,
        high: float,
        feedback: Mapping[str, str],
        step: float | None = None,
        answers: AnswerFile | None = None,
    ) -> None:
        checked_id(id)
        if not isinstance(unit, str):
            raise QuestionInvalid(f'The unit of {id} is {unit!r}. Give it words, such as "days".')
        given = {"right": right, "tolerance": tolerance, "low": low, "high": high}
        if step is not None:
            given["step"] = step
        for name, number in given.items():
            if not isinstance(number, int | float) or not math.isfinite(number):
                raise QuestionInvalid(f"The {name} of {id} is {number!r}. Give it a number.")
        if (
            tolerance < 0
            or not low <= right - tolerance <= right + tolerance <= high
            or low == high
        ):
            raise QuestionInvalid(
                f"Question {id} takes {_said(right)} give or take {_said(tolerance)} as right, and "
                f"allows {_said(low)} to {_said(high)}. Give a tolerance of 0 or more, and a low "
                "and a high that leave room for it."
            )
        if step is not None and not 0 < step <= high - low:
            raise QuestionInvalid(
                f"The slider of {id} has steps of {_said(step)}. Use more than 0 and at most "
                f"{_said(high - low)}, or leave step out for a box alone."
            )
        self._right, self._tolerance = float(right), float(tolerance)
        self._low, self._high, self._unit = float(low), float(high), unit.strip()
        self._range = f"{_said(low)} to {_said(high)}"
        said = checked_for_each(feedback, ("right", "low", "high"), f"The feedback of {id}")
        self._feedback = {
            when: checked_text(text, f"The feedback of {id} for {when}")
            for when, text in said.items()
        }
        content = {
            "control": "typed",
            "question": question,
            "label": in_unit("Your answer", self._unit),
            "hint": f"A number from {self._range}.",
            "slider": None if step is None else [self._low, self._high, float(step)],
            "unit": self._unit,
            "button": "Check my answer",
        }
        super().__init__(id, content, answers=answers)

    @property
    def right(self) -> float:
        """The right number, for an edition on paper; no browser gets it."""
        return self._right

    def read(self, raw: object) -> Value:
        """Give back a number within the limits, typed as people do, or as it was kept."""
        number = self._typed(raw) if isinstance(raw, str) else raw
        if (
            not isinstance(number, int | float)
            or isinstance(number, bool)
            or not self._low <= number <= self._high
        ):
            raise Refusal(f"Type a number from {self._range}.")
        return float(number)

    def worded(self, value: Value) -> str:
        """Give the number with its unit."""
        return f"{_said(float(value))} {self._unit}".strip()  # type: ignore[arg-type]

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say whether a number is right, too low or too high, and why."""
        off = float(value) - self._right  # type: ignore[arg-type]  # `read` gives back no other
        if abs(off) <= self._tolerance + _ROUNDING * max(1.0, abs(self._right)):
            return {"right": True, "verdict": "Right.", "text": self._feedback["right"]}
        which = "low" if off < 0 else "high"
        return {"right": False, "verdict": f"Too {which}.", "text": self._feedback[which]}

    def _typed(self, raw: str) -> float:
        """Read a number; its own unit may follow it."""
        from qi_tools.reading.cells import text_cell
        from qi_tools.reading.numbers import read_numbers

        cell = text_cell(raw)
        text = self._without_unit(cell.text)
        if not text:
            raise Refusal(f"Type a number from {self._range}.")
        if not _BARE.fullmatch(text):
            alone = (
                f"{in_unit('Type the number alone', self._unit)}."
                if self._unit
                else "Type it alone."
            )
            raise Refusal(f"“{cell.text}” is more than a number, or another unit. {alone}")
        read = read_numbers([text_cell(text)])
        if read.faults:
            raise Refusal(
                f"“{cell.text}” is not a number that can be read. A comma parts thousands, as in "
                "1,250; a point comes before a part of one, as in 1.5."
            )
        return float(read.values[0])

    def _without_unit(self, text: str) -> str:
        """Take the unit, or the first word of it, from the end of a text."""
        for unit in (self._unit, self._unit.partition(" ")[0]):
            if unit and text.casefold().endswith(unit.casefold()):
                return text[: -len(unit)].rstrip()
        return text


def number(
    id: str,
    question: str,
    *,
    right: float,
    tolerance: float,
    unit: str,
    low: float,
    high: float,
    feedback: Mapping[str, str],
    step: float | None = None,
    answers: AnswerFile | None = None,
) -> Question:
    """Ask for a number that is right within a tolerance.

    A number may be typed with commas between thousands and with its unit behind it (``1,250``,
    ``45%`` where the unit is ``%``, ``12 minutes`` where it is ``minutes``). Another unit, another
    sign, or a comma as a decimal point is refused in plain words.

    Parameters
    ----------
    id : str
        The question's id, such as ``a4-median``.
    question : str
        The question, as plain text.
    right : float
        The right number, in `unit`.
    tolerance : float
        How far from it still counts as right, in `unit`; 0 or more.
    unit : str
        What is counted, such as ``minutes``; empty for a bare number.
    low, high : float
        The smallest and the largest number allowed, in `unit`.
    feedback : mapping of str to str
        What to say when the number is ``right``, too ``low`` or too ``high``.
    step : float, optional
        Given, a slider in steps of this many stands below the box, and both show the same number.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a float.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.

    Examples
    --------
    >>> show = number("a4-median", "What is the median?", right=12, tolerance=0.5, unit="minutes",
    ...               low=0, high=60, feedback={"right": "Half lie on each side.",
    ...               "low": "Count the dots below.", "high": "Count the dots above."})
    >>> show.read("12.5 minutes"), show.feedback(9.0)["verdict"]
    (12.5, 'Too low.')
    """
    return MeasuredNumber(
        id,
        question,
        right=right,
        tolerance=tolerance,
        unit=unit,
        low=low,
        high=high,
        feedback=feedback,
        step=step,
        answers=answers,
    )


def _said(number: float) -> str:
    return number_in_words(number, _FIGURES)
