"""Something to write, a list to hold it against, and a model answer.

No one marks the text: learners compare it with the list, and only then see the model answer. What
is below does not exist before, so there is nothing on the page to peep at.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import ipywidgets

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.html_block import HtmlBlock
from qi_tools.teaching.part import QuestionInvalid, checked_id, checked_options, checked_text
from qi_tools.teaching.question import Refusal
from qi_tools.teaching.several_answers import SeveralAnswers
from qi_tools.teaching.writing import Writing

_NONE = "none"
_NONE_TEXT = "None of these yet"


class Checks(SeveralAnswers):
    """What a text may have; or, honestly, none of it."""

    def __init__(self, id: str, checks: Mapping[str, str], answers: AnswerFile | None) -> None:
        checks = checked_options(checked_id(id), checks, "check")
        if _NONE in checks:
            raise QuestionInvalid(
                f'A check of {id} has the id "{_NONE}", which is kept for “{_NONE_TEXT}”. '
                "Give the check another id."
            )
        super().__init__(
            id,
            "Read your own text again. What does it have?",
            {**checks, _NONE: _NONE_TEXT},
            hint="Tick all that it has. No one marks this.",
            button="Save my ticks",
            after="A model answer is below.",
            answers=answers,
        )

    def read(self, raw: object) -> Value:
        """Give back the ids of checks, sorted."""
        value = super().read(raw)
        if isinstance(value, tuple) and _NONE in value and len(value) > 1:
            raise Refusal(
                f"You ticked “{_NONE_TEXT}” and something else too. Take one of them back."
            )
        return value


class Checklist(ipywidgets.VBox):  # type: ignore[misc]
    """A text to write; once it is saved, what to look for in it; once that is, a model answer."""

    children: tuple[ipywidgets.Widget, ...]

    def __init__(
        self,
        id: str,
        prompt: str,
        checks: Mapping[str, str],
        *,
        model: str,
        rows: int = 4,
        answers: AnswerFile | None = None,
    ) -> None:
        after = "Now hold it against the list below."
        self._text = Writing(id, prompt, rows=rows, after=after, answers=answers)
        self._checks = Checks(f"{id}-checks", checks, answers)
        self._model = checked_text(model, f"The model answer of {id}")
        super().__init__()
        for part in (self._text, self._checks):
            part.observe(lambda _: self._show(), "answer")
        self._show()

    def _show(self) -> None:
        shown: list[ipywidgets.Widget] = [self._text]
        if self._text.answer is not None and not self._text.answer.is_blank:
            shown.append(self._checks)
            if self._checks.answer is not None:
                shown.append(HtmlBlock(_model_html(self._model)))
        if len(shown) != len(self.children):  # what stays is not drawn anew
            self.children = tuple(shown)


def checklist(
    id: str,
    prompt: str,
    checks: Mapping[str, str],
    *,
    model: str,
    rows: int = 4,
    answers: AnswerFile | None = None,
) -> Checklist:
    """Ask for a text, then what it has, and then show a model answer.

    The text is saved under `id`, as `written` does. Then the learner ticks what it has, or "None of
    these yet", saved under `id` with ``-checks`` behind it; then the model answer is shown. Nothing
    is marked.

    Parameters
    ----------
    id : str
        The question's id, such as ``a2-aim``.
    prompt : str
        What to write about, as plain text.
    checks : mapping of str to str
        What a good text has: id to text, in the order to show; at least two.
    model : str
        A model answer, as plain text. A blank line begins a new paragraph.
    rows : int
        How many lines the box shows, 1 to 40.
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Checklist
        A widget to show as the last line of a cell.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.

    Examples
    --------
    >>> show = checklist("a2-aim", "Write an aim.", {"much": "It says how much",
    ...                  "when": "It says by when"}, model="Halve the waits by June.")
    """
    return Checklist(id, prompt, checks, model=model, rows=rows, answers=answers)


def _model_html(model: str) -> str:
    paragraphs = (each.strip() for each in model.split("\n\n"))
    told = "".join(f"<p>{escape(each)}</p>" for each in paragraphs if each)
    return f"<p><strong>A model answer, one of many</strong></p>{told}"
