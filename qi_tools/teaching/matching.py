"""A question in which each row takes one of the same options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import (
    QuestionInvalid,
    checked_for_each,
    checked_options,
    checked_text,
)
from qi_tools.teaching.question import Question
from qi_tools.teaching.selects import Field, Selects

#: The key of the feedback for when every row is right; so no row may have it as its id.
ALL_RIGHT = "right"


class Match(Selects):
    """Rows, each with a list of the same options."""

    def __init__(
        self,
        id: str,
        question: str,
        rows: Mapping[str, str],
        options: Mapping[str, str],
        *,
        button: str = "Save my answer",
        answers: AnswerFile | None = None,
    ) -> None:
        options = checked_options(id, options)
        labels = checked_options(id, rows, "row")
        super().__init__(
            id,
            {"question": question, "button": button},
            {row: Field(label, options) for row, label in labels.items()},
            missing="Choose an answer in every row first.",
            answers=answers,
        )

    def worded(self, value: Value) -> str:
        """Give each row with the text of its option."""
        texts = self.texts(value)
        return "; ".join(f"{self._fields[row].label}: {text}" for row, text in texts.items())


class CheckedMatch(Match):
    """A match that says at once which rows are right.

    The right options and the feedback stay here: the browser gets only the feedback of the rows
    that the learner got wrong.
    """

    def __init__(
        self,
        id: str,
        question: str,
        rows: Mapping[str, str],
        options: Mapping[str, str],
        *,
        right: Mapping[str, str],
        feedback: Mapping[str, str],
        answers: AnswerFile | None = None,
    ) -> None:
        options, rows = checked_options(id, options), checked_options(id, rows, "row")
        if ALL_RIGHT in rows:
            raise QuestionInvalid(
                f'A row of {id} has the id "{ALL_RIGHT}", which its feedback needs for when all '
                "rows are right. Give the row another id."
            )
        self._right = checked_for_each(right, rows, f"The right option of {id}")
        for row, option in self._right.items():
            if option not in tuple(options):
                raise QuestionInvalid(
                    f"The right option for {row} of {id} is {option!r}. "
                    f"Use one of: {', '.join(options)}."
                )
        said = checked_for_each(feedback, [*rows, ALL_RIGHT], f"The feedback of {id}")
        self._feedback = {
            row: checked_text(text, f"The feedback of {id} for {row}") for row, text in said.items()
        }
        super().__init__(id, question, rows, options, button="Check my answer", answers=answers)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say of each row whether it is right, and of a wrong one what to think of."""
        is_right = {row: option == self._right[row] for row, option in self.chosen(value).items()}
        fields = {
            row: {"right": True, "verdict": "Right.", "text": ""}
            if right
            else {"right": False, "verdict": "Not quite.", "text": self._feedback[row]}
            for row, right in is_right.items()
        }
        if all(is_right.values()):
            return {
                "right": True,
                "verdict": "Right.",
                "text": self._feedback[ALL_RIGHT],
                "fields": fields,
            }
        count = f"Rows that are right: {sum(is_right.values())} of {len(is_right)}."
        return {"right": False, "verdict": "Not quite.", "text": count, "fields": fields}


def match(
    id: str,
    question: str,
    rows: Mapping[str, str],
    options: Mapping[str, str],
    *,
    right: Mapping[str, str] | None = None,
    feedback: Mapping[str, str] | None = None,
    answers: AnswerFile | None = None,
) -> Question:
    """Ask for one of the same options in each of several rows.

    It also puts steps in order: the rows are the steps, and the options say "First", "Second" and
    so on. With `right` and `feedback` it is a check-yourself question, as `choice` is: each row is
    marked, and the learner may try again.

    Parameters
    ----------
    id : str
        The question's id, such as ``a3-order``.
    question : str
        The question, as plain text.
    rows : mapping of str to str
        What takes an option: id to text, in the order to show.
    options : mapping of str to str
        What can be chosen in each row: id to text, in the order to show. Keep the texts short: on
        a phone a list has room for about 25 letters.
    right : mapping of str to str, optional
        The id of the right option of each row.
    feedback : mapping of str to str, optional
        What to say about each row when its option is wrong; and, by the key ``right``, what to say
        when every row is right.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ``row=option``, in
        the order of the rows' ids.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.
    """
    if right is None and feedback is None:
        return Match(id, question, rows, options, answers=answers)
    if right is None or feedback is None:
        raise QuestionInvalid(
            f"Question {id} has only one of right and feedback. Give both, or neither."
        )
    return CheckedMatch(
        id, question, rows, options, right=right, feedback=feedback, answers=answers
    )
