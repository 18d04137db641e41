"""A question of which several answers may be right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import (
    QuestionInvalid,
    checked_for_each,
    checked_id,
    checked_options,
    checked_text,
)
from qi_tools.teaching.question import Question, Refusal


class SeveralAnswers(Question):
    """A group of tick boxes; the answer is the ids of those ticked, sorted."""

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, str],
        *,
        hint: str = "Tick all that fit.",
        button: str = "Save my answer",
        after: str = "",
        answers: AnswerFile | None = None,
    ) -> None:
        self._options = checked_options(checked_id(id), options)
        content = {
            "control": "checks",
            "question": question,
            "hint": hint,
            "options": [[option, text] for option, text in self._options.items()],
            "button": button,
            "after": after,
        }
        super().__init__(id, content, answers=answers)

    def read(self, raw: object) -> Value:
        """Give back the ids of options, sorted."""
        if (
            not isinstance(raw, list | tuple)
            or not raw
            or not all(isinstance(option, str) and option in self._options for option in raw)
        ):
            raise Refusal("Tick at least one of the answers first.")
        return tuple(sorted({*raw}))

    def worded(self, value: Value) -> str:
        """Give the texts of the options ticked, in the order shown."""
        assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
        return "; ".join(text for option, text in self._options.items() if option in value)


class CheckedSeveral(SeveralAnswers):
    """Tick boxes that say at once which ticks are right, and which are missing.

    The right options and the feedback stay here: the browser gets only the feedback of the options
    that the learner ticked or missed.
    """

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, str],
        *,
        right: Collection[str],
        feedback: Mapping[str, str],
        answers: AnswerFile | None = None,
    ) -> None:
        options = checked_options(checked_id(id), options)
        if (
            isinstance(right, str)
            or not isinstance(right, Collection)
            or not right
            or any(option not in tuple(options) for option in right)
        ):
            raise QuestionInvalid(
                f"The right answers to {id} are {right!r}. Give a collection with one or more of: "
                f"{', '.join(options)}."
            )
        self._right = frozenset(right)
        self._feedback = {
            option: checked_text(text, f"The feedback of {id} for {option}")
            for option, text in checked_for_each(feedback, options, f"The feedback of {id}").items()
        }
        super().__init__(id, question, options, button="Check my answer", answers=answers)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say of each tick whether it is right, and name the ticks that are missing."""
        assert isinstance(value, tuple)
        ticked = frozenset(value)
        marks = (
            ("right", "Right.", ticked & self._right),
            ("wrong", "Not this one.", ticked - self._right),
            ("missed", "Missed: this one belongs here too.", self._right - ticked),
        )
        fields = {
            option: {"mark": mark, "verdict": verdict, "text": self._feedback[option]}
            for mark, verdict, options in marks
            for option in options
        }
        if ticked == self._right:
            return {"right": True, "verdict": "Right.", "text": "", "fields": fields}
        told = [f"Ticked and right: {len(ticked & self._right)} of {len(self._right)}."]
        if wrong := len(ticked - self._right):
            told.append(f"Ticked by mistake: {wrong}.")
        return {"right": False, "verdict": "Not quite.", "text": " ".join(told), "fields": fields}


def several(
    id: str,
    question: str,
    options: Mapping[str, str],
    *,
    right: Collection[str] | None = None,
    feedback: Mapping[str, str] | None = None,
    answers: AnswerFile | None = None,
) -> Question:
    """Ask a question of which several answers may be right.

    With `right` and `feedback` it is a check-yourself question, as `choice` is: each option that
    was ticked or missed is marked, and the learner may try again. At least one must be ticked.

    Parameters
    ----------
    id : str
        The question's id, such as ``a3-wastes``.
    question : str
        The question, as plain text.
    options : mapping of str to str
        What can be ticked: id to text, in the order to show.
    right : collection of str, optional
        The ids of all right options; at least one.
    feedback : mapping of str to str, optional
        What to say about each option when it was ticked, or missed.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ids, sorted.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.

    Examples
    --------
    >>> show = several("a3-who", "Who measures?", {"ward": "The ward", "board": "The board"})
    """
    if right is None and feedback is None:
        return SeveralAnswers(id, question, options, answers=answers)
    if right is None or feedback is None:
        raise QuestionInvalid(
            f"Question {id} has only one of right and feedback. Give both, or neither."
        )
    return CheckedSeveral(id, question, options, right=right, feedback=feedback, answers=answers)
