"""What a teaching part holds, told as plain values, whole and without a browser.

`tell_parts` runs where the notebook runs. It has each part say what it asks, what it would say to
every answer, and what a prediction unlocks, and nothing is saved.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from math import inf
from typing import Any

from qi_tools.answers import Answer, Value

#: The kind of output by which a part hands over what it tells.
TOLD = "application/vnd.qi-course.told+json"
#: The same for a part that can't be told: why.
UNTOLD = "application/vnd.qi-course.untold+json"

_NEVER = "2000-01-01T00:00:00Z"
_COMMON = "verdict=common"


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
        What is shown (``html``, ``stepper``, ``scene``, ``reveal``, ``timer``, ``lab``; ``stack``
        for several parts), or how a question is answered: ``radio``, ``number``, ``text``,
        ``selects``, ``checks``, ``typed``, ``order``, ``verdict``, ``poll``, ``tree``,
        ``checklist``, ``branching``.
    content : mapping
        What the part shows.
    said : tuple of Said
        What a check-yourself question says about each option.
    done : str
        What it says when all of several lists, or things in order, are right.
    then : tuple of Told
        What a prediction unlocks, or an answer; what is behind a button; the parts of a stack.
    guess : str
        The prediction for which it was unlocked; empty for what is no prediction.
    id : str
        The id under which its answer is kept; empty for what is no plain question.
    """

    kind: str
    content: Mapping[str, Any]
    said: tuple[Said, ...] = ()
    done: str = ""
    then: tuple[Told, ...] = ()
    guess: str = ""
    id: str = ""


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
        raw["id"],
    )


def tell_parts() -> None:
    """Have every teaching part of this notebook tell what it holds instead of showing itself."""
    from IPython.core.getipython import get_ipython

    from qi_tools.teaching.chart_reading import ChartReading
    from qi_tools.teaching.checklist import Checklist
    from qi_tools.teaching.html_block import Stack
    from qi_tools.teaching.part import Part
    from qi_tools.teaching.prediction import Prediction

    shell: Any = get_ipython()
    bundles = shell.display_formatter.mimebundle_formatter
    for kind in (Part, Prediction, Checklist, ChartReading, Stack):
        bundles.for_type(kind, _bundle)


def tell(part: Any) -> Told:
    """Tell what a part holds.

    A prediction is given its first option, or the number in the middle, and what else waits for an
    answer is given one; nothing is saved.

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
    from qi_tools.teaching.chart_reading import ChartReading
    from qi_tools.teaching.checklist import Checklist
    from qi_tools.teaching.html_block import Stack
    from qi_tools.teaching.prediction import Prediction

    match part:
        case Prediction():
            question = part.children[0]
            with _failures_raised():
                _answer(question, _guess(question.content))
            asked = _question(question)
            then = tuple(map(tell, part.children[1:]))
            guess = question.worded(question.answer.value)
            return Told(asked.kind, asked.content, then=then, guess=guess)
        case Checklist():
            text = part.children[0]
            _answer(text, "A text.")
            _answer(part.children[1], ("none",))
            return Told("checklist", text.content, then=tuple(map(tell, part.children[1:])))
        case ChartReading():
            shown, question = part.children[:2]
            _answer(question, (_COMMON,))
            asked = _question(question)
            whole = tuple(map(tell, part.children[2:]))
            return Told(
                "stack",
                {},
                then=(tell(shown), Told(asked.kind, asked.content, asked.said, then=whole)),
            )
        case Stack():
            return Told("stack", {}, then=tuple(map(tell, part.children)))
    match part.kind:
        case "question":
            return replace(_question(part), id=part.id)
        case "branching":  # of a story only where it stands: the rest is for those who get there
            return Told("branching", {**part.content, **part.story})
        case "reveal":
            return Told("reveal", part.content, then=tuple(map(tell, part.children)))
        case kind:
            return Told(kind, part.content)


def _answer(question: Any, value: Value) -> None:
    if question.answer is None:
        question.answer = Answer(value, 1, _NEVER)


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
            return Told("tree" if "aims" in content else "selects", content, said, done)
        case "checks":
            found = part.feedback(tuple(sorted(option for option, _ in content["options"])))
            about = found["fields"] if found else {}
            said = tuple(
                Said("", option, each["mark"] == "right", each["text"])
                for option, each in about.items()
            )
            return Told("checks", content, said)
        case "typed":
            said = tuple(
                Said("", words, value == part.right, part.feedback(value)["text"])
                for words, value in (
                    (part.worded(part.right), part.right),
                    ("less", -inf),
                    ("more", inf),
                )
            )
            return Told("typed", content, said)
        case "order":
            done = part.feedback(part.right)["text"]
            return Told("order", content, tuple(_said_in_order(part)), done)
        case "verdict":
            found = part.feedback((_COMMON,))
            said = (Said("", "common", found["right"], found["text"]),)
            return Told("verdict", content, said)
        case kind:
            return Told(kind, content)


def _said_in_order(part: Any) -> Iterator[Said]:
    """Try each thing at the top; the first never stands out of place alone."""
    first, *others = part.right
    yield Said("", first, True, "")
    for item in others:
        moved = (item, *(other for other in part.right if other != item))
        yield Said("", item, True, part.feedback(moved)["fields"][item]["text"])


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
