"""What every part of a lesson has: its look, and checks with clear messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from qi_tools.answers import AnswersInvalid, check_id
from qi_tools.errors import QIToolsError

_STATIC = Path(__file__).parent / "static"


def script(*names: str) -> str:
    """Give scripts of ``static`` with the building blocks that they need before them."""
    each = ("blocks.js", *names)
    return "".join((_STATIC / name).read_text(encoding="utf-8") for name in each)


def style(*names: str) -> str:
    """Give the look of the parts, and what a part adds to it."""
    each = ("teaching.css", *names)
    return "".join((_STATIC / name).read_text(encoding="utf-8") for name in each)


class QuestionInvalid(QIToolsError):
    """A lesson asks for a part in a way that cannot work; its author must change the call."""


class Part(anywidget.AnyWidget):
    """A piece of a lesson, drawn in the browser by ``static/teaching.js``.

    Attributes
    ----------
    kind : str
        Which of the script's drawings to use.
    content : dict
        What it shows. It never changes.
    """

    _esm = script("controls.js", "teaching.js")
    _css = style()

    kind = traitlets.Unicode().tag(sync=True)
    content = traitlets.Dict().tag(sync=True)


def checked_id(id: str, what: str = "question") -> str:
    """Give back an id that an answers file can hold.

    Raises
    ------
    QuestionInvalid
        If it cannot be one.
    """
    try:
        return check_id(id)
    except AnswersInvalid as error:
        raise QuestionInvalid(f"The id of this {what} does not work: {error}") from None


def checked_text(text: object, what: str) -> str:
    """Give back text with something in it.

    Raises
    ------
    QuestionInvalid
        If it is not text, or blank.
    """
    if not isinstance(text, str) or not text.strip():
        raise QuestionInvalid(f"{what} is {text!r}. Give it some words.")
    return text.strip()


def checked_options(id: str, options: Mapping[str, str], what: str = "option") -> dict[str, str]:
    """Give back the options of a question, or its rows, by id.

    Raises
    ------
    QuestionInvalid
        If there are fewer than two, an id or a text does not work, or two read the same.
    """
    if not isinstance(options, Mapping) or len(options) < 2:
        raise QuestionInvalid(
            f"Question {id} needs two or more {what}s, given as a mapping from id to text, "
            'such as {"more": "More patients", "fewer": "Fewer patients"}.'
        )
    checked = {
        checked_id(option, f"{what} of {id}"): checked_text(
            text, f"{what.title()} {option} of {id}"
        )
        for option, text in options.items()
    }
    if len(set(checked.values())) < len(checked):
        raise QuestionInvalid(f"Two {what}s of {id} read the same. Give each its own words.")
    return checked


def checked_for_each(given: object, ids: Collection[str], what: str) -> dict[str, Any]:
    """Give back what there is for each of some ids.

    Raises
    ------
    QuestionInvalid
        If it is no mapping, or there is nothing for an id, or something for another.
    """
    if not isinstance(given, Mapping) or given.keys() != {*ids}:
        listed = ", ".join(map(str, given)) if isinstance(given, Mapping) else repr(given)
        raise QuestionInvalid(
            f"{what} is for {listed or 'nothing'}. Give it for each of: {', '.join(ids)}."
        )
    return dict(given)
