"""A question with a few answers to choose from."""

from __future__ import annotations

from collections.abc import Mapping
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


class MultipleChoice(Question):
    """A group of radio buttons; the answer is the id of one option."""

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, str],
        *,
        button: str = "Save my answer",
        answers: AnswerFile | None = None,
        final: bool = False,
    ) -> None:
        self._options = checked_options(checked_id(id), options)
        content = {
            "control": "radio",
            "question": question,
            # A list, because the order of an object's members is not ours to rely on.
            "options": [[option, text] for option, text in self._options.items()],
            "button": button,
        }
        super().__init__(id, content, answers=answers, final=final)

    def read(self, raw: object) -> Value:
        """Give back the id of an option."""
        if not isinstance(raw, str) or raw not in self._options:
            raise Refusal("Choose one of the answers first.")
        return raw

    def worded(self, value: Value) -> str:
        """Give the text of an option."""
        return self._options[str(value)]


class CheckYourself(MultipleChoice):
    """A choice that says at once whether it is right, and why.

    The right answer and the feedback stay here: the browser gets only the feedback of the option
    that the learner checked.
    """

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, str],
        *,
        right: str,
        feedback: Mapping[str, str],
        answers: AnswerFile | None = None,
    ) -> None:
        if right not in options:
            raise QuestionInvalid(
                f"The right answer to {id} is {right!r}. Use one of: {', '.join(options)}."
            )
        self._right = right
        self._feedback = {
            option: checked_text(text, f"The feedback of {id} for {option}")
            for option, text in checked_for_each(feedback, options, f"The feedback of {id}").items()
        }
        super().__init__(id, question, options, button="Check my answer", answers=answers)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say whether an option is right, and why."""
        is_right = value == self._right
        return {
            "right": is_right,
            "verdict": "Right." if is_right else "Not quite.",
            "text": self._feedback[str(value)],
        }


def choice(
    id: str,
    question: str,
    options: Mapping[str, str],
    *,
    right: str | None = None,
    feedback: Mapping[str, str] | None = None,
    answers: AnswerFile | None = None,
) -> Question:
    """Ask a question with a few answers to choose from.

    With `right` and `feedback` it is a check-yourself question: the learner checks an answer, reads
    why it is right or not, and may try again. The first check already counts as answered; the file
    keeps the latest. Without them it only says that the answer is saved, and when.

    Parameters
    ----------
    id : str
        The question's id, such as ``a1-check-1``.
    question : str
        The question, as plain text.
    options : mapping of str to str
        What can be chosen: id to text, in the order to show.
    right : str, optional
        The id of the right option.
    feedback : mapping of str to str, optional
        What to say about each option.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.
    """
    if right is None and feedback is None:
        return MultipleChoice(id, question, options, answers=answers)
    if right is None or feedback is None:
        raise QuestionInvalid(
            f"Question {id} has only one of right and feedback. Give both, or neither."
        )
    return CheckYourself(id, question, options, right=right, feedback=feedback, answers=answers)
