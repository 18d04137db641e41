"""A question answered in the learner's own words."""

from __future__ import annotations

from qi_tools.answers import MAX_CHARACTERS, AnswerFile, Value
from qi_tools.teaching.part import QuestionInvalid
from qi_tools.teaching.question import Question, Refusal


class Writing(Question):
    """A box to write in; the answer is its text."""

    def __init__(
        self,
        id: str,
        prompt: str,
        *,
        rows: int = 4,
        after: str = "",
        answers: AnswerFile | None = None,
    ) -> None:
        if not 1 <= rows <= 40:
            raise QuestionInvalid(f"Question {id} has {rows} rows. Give it from 1 to 40.")
        content = {
            "control": "text",
            "question": prompt,
            "rows": rows,
            "most": MAX_CHARACTERS,
            "button": "Save my answer",
            "after": after,
        }
        super().__init__(id, content, answers=answers)

    def read(self, raw: object) -> Value:
        """Give back the text; blank text takes away an answer saved before."""
        if not isinstance(raw, str):
            raise Refusal("Write your answer in words.")
        return raw if raw.strip() else ""


def written(id: str, prompt: str, *, rows: int = 4, answers: AnswerFile | None = None) -> Question:
    """Ask for an answer in the learner's own words.

    It is saved by the button and on leaving the box. Empty the box and save to take an answer back.

    Parameters
    ----------
    id : str
        The question's id, such as ``a1-monday``.
    prompt : str
        What to write about, as plain text.
    rows : int
        How many lines the box shows, 1 to 40.
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
    return Writing(id, prompt, rows=rows, answers=answers)
