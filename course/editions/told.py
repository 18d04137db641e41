"""What a teaching part holds, told as plain values, whole and without a browser.

`tell_parts` runs where the notebook runs. It has each part say what it asks, what it would say to
every answer, and what a prediction unlocks, and nothing is saved.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from qi_tools.answers import Answer, Value

#: The kind of output by which a part hands over what it tells.
TOLD = "application/vnd.qi-course.told+json"
#: The same for a part that can't be told: why.
UNTOLD = "application/vnd.qi-course.untold+json"

_NEVER = "2000-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about one option; ``field`` is the list it is in, where there are several."""

    field: str
    option: str
    right: bool
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a lesson.

    Parameters
    ----------
    kind : str
        ``html``, ``stepper``, ``scene``, or how a question is answered: ``radio``, ``number``,
        ``text``, ``selects``.
    content : mapping
        What the part shows.
    said : tuple of Said
        What a check-yourself question says about each option.
    done : str
        What it says when all of several lists are right.
    then : tuple of Told
        What a prediction unlocks.
    guess : str
        The prediction for which it was unlocked; empty for what is no prediction.
    """

    kind: str
    content: Mapping[str, Any]
    said: tuple[Said, ...] = ()
    done: str = ""
    then: tuple[Told, ...] = ()
    guess: str = ""


def html(text: str) -> Told:
    """Tell a piece of a page as it is."""
    return Told("html", {"html": text})


def as_told(raw: Mapping[str, Any]) -> Told:
    """Read again what was told."""
    return Told(
        raw["kind"],
        raw["content"],
        tuple(Said(**each) for each in raw["said"]),
        raw["done"],
        tuple(map(as_told, raw["then"])),
        raw["guess"],
    )


def tell_parts() -> None:
    """Have every teaching part of this notebook tell what it holds instead of showing itself."""
    from IPython.core.getipython import get_ipython

    from qi_tools.teaching.part import Part
    from qi_tools.teaching.prediction import Prediction

    shell: Any = get_ipython()
    bundles = shell.display_formatter.mimebundle_formatter
    for kind in (Part, Prediction):
        bundles.for_type(kind, _bundle)


def tell(part: Any) -> Told:
    """Tell what a part holds.

    A prediction is given its first option, or the number in the middle; it is not saved.

    Raises
    ------
    RuntimeError
        What a prediction unlocks could not be made.

    Examples
    --------
    >>> from qi_tools.teaching import choice
    >>> told = tell(choice("a1-x", "Which?", {"a": "One", "b": "Two"}, right="b",
    ...     feedback={"a": "No: one.", "b": "Yes: two."}))
    >>> told.kind, told.said[0]
    ('radio', Said(field='', option='a', right=False, text='No: one.'))
    """
    from qi_tools.teaching.prediction import Prediction

    if isinstance(part, Prediction):
        question = part.children[0]
        if question.answer is None:
            with _failures_raised():
                question.answer = Answer(_guess(question.content), 1, _NEVER)
        asked = _question(question)
        then = tuple(map(tell, part.children[1:]))
        guess = question.worded(question.answer.value)
        return Told(asked.kind, asked.content, then=then, guess=guess)
    if part.kind == "question":
        return _question(part)
    return Told(part.kind, part.content)


def _guess(content: Mapping[str, Any]) -> Value:
    if content["control"] == "number":
        return float(round((content["low"] + content["high"]) / 2))
    return str(content["options"][0][0])


def _question(part: Any) -> Told:
    content = part.content
    match content["control"]:
        case "radio":
            found = {option: part.feedback(option) for option, _ in content["options"]}
            said = tuple(
                Said("", option, bool(about["right"]), about["text"])
                for option, about in found.items()
                if about
            )
            return Told("radio", content, said)
        case "selects":
            said = tuple(_said_in_lists(part))
            chosen = {each.field: each.option for each in reversed(said) if each.right}
            done = part.feedback(_together(chosen))["text"] if said else ""
            return Told("selects", content, said, done)
        case kind:
            return Told(kind, content)


def _said_in_lists(part: Any) -> Iterator[Said]:
    """Try every option of every list: the first of each, then the second of each, and so on."""
    options = {name: [each for each, _ in given] for name, _, given in part.content["fields"]}
    for turn in range(max(map(len, options.values()))):
        chosen = {name: given[min(turn, len(given) - 1)] for name, given in options.items()}
        found = part.feedback(_together(chosen))
        for name, given in options.items():
            if found and turn < len(given):
                about = found["fields"][name]
                yield Said(name, given[turn], about["right"], about["text"])


def _together(chosen: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={chosen[name]}" for name in sorted(chosen))


@contextmanager
def _failures_raised() -> Iterator[None]:
    """Raise what a prediction only logs: a lesson with a gap must not look whole."""
    log = logging.getLogger("qi_tools.teaching.prediction")
    failures = _Failures()
    log.addHandler(failures)
    try:
        yield
    finally:
        log.removeHandler(failures)
    if failures.said:
        raise RuntimeError(failures.said[0])


class _Failures(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _bundle(part: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    # IPython would only print what goes wrong here, and go on.
    try:
        return {TOLD: asdict(tell(part))}
    except Exception:
        return {UNTOLD: traceback.format_exc()}
