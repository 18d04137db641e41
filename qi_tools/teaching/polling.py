"""A show of hands, counted."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import QuestionInvalid, checked_id, checked_options, script, style
from qi_tools.teaching.question import Question, Refusal

_MOST_OPTIONS = 10
_COUNT = re.compile(r"[0-9]{1,3}")
_COUNT_WORDS = "Give each answer a whole number from 0 to 999."


class Poll(Question):
    """Options with a count each; the answer is ``option=number``, in the order of their ids."""

    _esm = script("saving.js", "poll.js")
    _css = style("workshop.css")

    def __init__(
        self,
        id: str,
        question: str,
        options: Mapping[str, str],
        *,
        answers: AnswerFile | None = None,
    ) -> None:
        self._options = checked_options(checked_id(id), options)
        if len(self._options) > _MOST_OPTIONS:
            raise QuestionInvalid(
                f"The poll {id} has {len(self._options)} options. Give it at most {_MOST_OPTIONS}, "
                "so that hands can be counted."
            )
        content = {
            "control": "poll",
            "question": question,
            "options": [[option, text] for option, text in self._options.items()],
            "button": "Save the count",
        }
        super().__init__(id, content, answers=answers)

    def read(self, raw: object) -> Value:
        """Give back ``option=number`` for each option, in the order of their ids."""
        if not isinstance(raw, list | tuple) or not all(isinstance(each, str) for each in raw):
            raise Refusal(_COUNT_WORDS)
        counts = _counts(raw)
        if len(raw) != len(counts) or counts.keys() != self._options.keys():
            raise Refusal(_COUNT_WORDS)
        if not all(_COUNT.fullmatch(count) for count in counts.values()):
            raise Refusal(_COUNT_WORDS)
        if not any(int(count) for count in counts.values()):
            raise Refusal("Nothing is counted yet. Count at least one, then save.")
        return tuple(f"{option}={int(counts[option])}" for option in sorted(counts))

    def worded(self, value: Value) -> str:
        """Give each option with its number."""
        assert isinstance(value, tuple)  # for the type checker: `read` gives back nothing else
        counts = _counts(value)
        return "; ".join(f"{text}: {counts[option]}" for option, text in self._options.items())


def poll(
    id: str, question: str, options: Mapping[str, str], *, answers: AnswerFile | None = None
) -> Question:
    """Count a show of hands, or let someone alone say what they think.

    Bars show the counts as they grow. There is no right answer, and no verdict.

    Parameters
    ----------
    id : str
        The question's id, such as ``w1-hands``.
    question : str
        What is asked, as plain text.
    options : mapping of str to str
        What people can choose, id to text, in the order to show; from 2 to 10.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ``option=number``, in
        the order of the options' ids.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.

    Examples
    --------
    >>> from qi_tools.teaching import poll
    >>> show = poll("w1-hands", "What will happen?", {"more": "More beads", "same": "The same"})
    """
    return Poll(id, question, options, answers=answers)


def _counts(pairs: list[str] | tuple[str, ...]) -> dict[str, str]:
    # An id holds no "=", so there is only one way to split.
    split = (pair.partition("=") for pair in pairs)
    return {option: count for option, _, count in split}
