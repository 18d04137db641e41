"""A sentence to put together from parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import Formatter
from typing import Any

from qi_tools.answers import AnswerFile, Value
from qi_tools.teaching.part import (
    QuestionInvalid,
    checked_for_each,
    checked_id,
    checked_options,
    checked_text,
)
from qi_tools.teaching.question import Question
from qi_tools.teaching.selects import Field, Selects


class Build(Selects):
    """Parts of a sentence, each with a list of its own, and the sentence as it grows.

    Which options are strong and what there is to say about them stay here: the browser gets only
    the feedback of the options that the learner checked.
    """

    def __init__(
        self,
        id: str,
        question: str,
        parts: Mapping[str, tuple[str, Mapping[str, str]]],
        *,
        right: Mapping[str, str | Collection[str]],
        feedback: Mapping[str, Mapping[str, str]],
        done: str,
        sentence: str,
        answers: AnswerFile | None = None,
    ) -> None:
        fields = _checked_parts(checked_id(id), parts)
        self._right = _checked_right(id, fields, right)
        self._feedback = _checked_feedback(id, fields, feedback)
        self._done = checked_text(done, f"What {id} says when it is done")
        self._sentence = _pieces(id, fields, checked_text(sentence, f"The sentence of {id}"))
        content = {
            "question": question,
            "button": "Check my answer",
            "sentence": self._sentence,
        }
        super().__init__(
            id,
            content,
            fields,
            missing="Choose something for every part first.",
            answers=answers,
        )

    def worded(self, value: Value) -> str:
        """Give the sentence."""
        texts = self.texts(value)
        return "".join(piece.get("text") or texts[piece["part"]] for piece in self._sentence)

    def feedback(self, value: Value) -> dict[str, Any]:
        """Say of each part whether it is strong, and why."""
        chosen = self.chosen(value)
        fields = {}
        for part, option in chosen.items():
            is_strong = option in self._right[part]
            fields[part] = {
                "right": is_strong,
                "verdict": "Strong." if is_strong else "Weak.",
                "text": self._feedback[part][option],
            }
        strong = sum(option in self._right[part] for part, option in chosen.items())
        if strong == len(chosen):
            return {"right": True, "verdict": "Done.", "text": self._done, "fields": fields}
        count = f"Parts that are strong: {strong} of {len(chosen)}."
        return {"right": False, "verdict": "Not there yet.", "text": count, "fields": fields}


def build(
    id: str,
    question: str,
    parts: Mapping[str, tuple[str, Mapping[str, str]]],
    *,
    right: Mapping[str, str | Collection[str]],
    feedback: Mapping[str, Mapping[str, str]],
    done: str,
    sentence: str,
    answers: AnswerFile | None = None,
) -> Question:
    """Let the learner put a sentence together from parts, and say which parts are strong.

    The sentence is shown as it grows. The learner checks it, reads what there is to say about each
    part, and may try again.

    Parameters
    ----------
    id : str
        The question's id, such as ``a2-aim``.
    question : str
        What to build, as plain text.
    parts : mapping of str to (str, mapping of str to str)
        The parts by id, in the order to show: the part's label, and what can be chosen for it, id
        to text. Write each text as it stands in the sentence.
    right : mapping of str to str or collection of str
        The strong option, or options, of each part.
    feedback : mapping of str to mapping of str to str
        What to say about each option of each part.
    done : str
        What to say when every part is strong.
    sentence : str
        The sentence, with each part's id in braces, such as ``"{what} for {whom} by {when}."``
    answers : AnswerFile, optional
        Where answers are kept; ``answers.json`` in the current folder unless given.

    Returns
    -------
    Question
        A widget to show as the last line of a cell. Its answer is a tuple of ``part=option``, in
        the order of the parts' ids.

    Raises
    ------
    QuestionInvalid
        If the question cannot work as given.
    """
    return Build(
        id,
        question,
        parts,
        right=right,
        feedback=feedback,
        done=done,
        sentence=sentence,
        answers=answers,
    )


def _checked_parts(id: str, parts: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, Field]:
    if not isinstance(parts, Mapping) or len(parts) < 2:
        raise QuestionInvalid(
            f"Question {id} needs two or more parts, given as a mapping from id to a label and its "
            'options, such as {"when": ("By when?", {"june": "by June", "soon": "soon"}), ...}.'
        )
    fields = {}
    for part, given in parts.items():
        checked_id(part, f"part of {id}")
        if not isinstance(given, tuple) or len(given) != 2:
            raise QuestionInvalid(
                f"Part {part} of {id} is {given!r}. Give its label and its options, such as "
                '("By when?", {"june": "by June", "soon": "soon"}).'
            )
        label, options = given
        fields[part] = Field(
            checked_text(label, f"The label of {part} of {id}"),
            checked_options(f"{id}, part {part},", options),
        )
    return fields


def _checked_right(
    id: str, fields: Mapping[str, Field], right: Mapping[str, str | Collection[str]]
) -> dict[str, frozenset[str]]:
    checked = {}
    for part, given in checked_for_each(right, fields, f"The strong option of {id}").items():
        options = tuple(fields[part].options)
        strong = [given] if isinstance(given, str) else given
        if (
            not isinstance(strong, Collection)
            or not strong
            or any(o not in options for o in strong)
        ):
            raise QuestionInvalid(
                f"The strong option for {part} of {id} is {given!r}. "
                f"Use one or more of: {', '.join(options)}."
            )
        checked[part] = frozenset(strong)
    return checked


def _checked_feedback(
    id: str, fields: Mapping[str, Field], feedback: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    checked = {}
    for part, given in checked_for_each(feedback, fields, f"The feedback of {id}").items():
        what = f"The feedback of {id} for {part}"
        checked[part] = {
            option: checked_text(text, f"{what}, {option},")
            for option, text in checked_for_each(given, fields[part].options, what).items()
        }
    return checked


def _pieces(id: str, fields: Mapping[str, Field], sentence: str) -> list[dict[str, str]]:
    """Cut the sentence where its parts go."""
    invalid = QuestionInvalid(
        f"The sentence of {id} is {sentence!r}. Put each part's id into it in braces, and no "
        f"others: {', '.join(f'{{{part}}}' for part in fields)}."
    )
    pieces = []
    try:
        for text, part, form, conversion in Formatter().parse(sentence):
            if form or conversion:
                raise invalid
            pieces += [{"text": text}] if text else []
            pieces += [{"part": part}] if part is not None else []
    except ValueError:  # a brace without its other half
        raise invalid from None
    if {piece["part"] for piece in pieces if "part" in piece} != fields.keys():
        raise invalid
    return pieces
