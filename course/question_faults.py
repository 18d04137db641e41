"""What is wrong with what a notebook asks and shows: ids, predictions, options and feedback."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from course.errors import Fault
from course.notebook import PREDICTIONS, Call, Cell, Notebook
from qi_tools.teaching import (
    Choice,
    Moment,
    Place,
    QuestionInvalid,
    branching,
    build,
    checklist,
    experiment,
    match,
    measure_tree,
    number,
    order,
    poll,
    several,
)

_SAID = ("right", "feedback")
#: Questions written out in full: what makes each, what it must be given, and what it may be.
_WRITTEN_OUT: Mapping[str, tuple[Callable[..., Any], tuple[str, ...], tuple[str, ...]]] = {
    "branching": (branching, ("title", "start", "moments"), ()),
    "build": (build, ("question", "parts", *_SAID, "done", "sentence"), ()),
    "checklist": (checklist, ("prompt", "checks", "model"), ()),
    "experiment": (experiment, ("name",), ("luck",)),
    "match": (match, ("question", "rows", "options"), _SAID),
    "measure_tree": (measure_tree, ("question", "measures", "aims", *_SAID), ()),
    "number": (number, ("question", "tolerance", "unit", "low", "high", *_SAID), ("step",)),
    "order": (order, ("question", "items", *_SAID), ()),
    "poll": (poll, ("question", "options"), ()),
    "several": (several, ("question", "options"), _SAID),
}
#: What such a question may be made of.
_PIECES: Mapping[str, Callable[..., object]] = {"Choice": Choice, "Moment": Moment, "Place": Place}
QUESTION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def question_faults(notebook: Notebook) -> Iterator[Fault]:
    """Yield every fault of a notebook's teaching parts.

    Parameters
    ----------
    notebook : Notebook
        The notebook.
    """
    for call in notebook.calls:
        if call.name in {"stepper", "scene"} and not call.locked:
            yield Fault(
                call.cell.where,
                f"shows a {call.name} before a prediction; make it in the function that a "
                "prediction is given as 'then'",
            )
    seen: dict[str, Cell] = {}
    for call in notebook.questions:
        if call.id is None:
            yield Fault(call.cell.where, f"calls {call.name} without an id in quotes; give it one")
            continue
        for name in call.ids:
            if name in seen:
                yield Fault(
                    call.cell.where,
                    f"has the activity id {name!r} of {seen[name].where}; each needs its own",
                )
            seen.setdefault(name, call.cell)
        yield from _question_faults(notebook, call, call.id)


def _question_faults(notebook: Notebook, call: Call, name: str) -> Iterator[Fault]:
    where = call.cell.where
    if not QUESTION_ID.fullmatch(name):
        yield Fault(where, f"has the activity id {name!r}; use small letters, digits and hyphens")
    if call.name in PREDICTIONS and call.part("then") is None:
        yield Fault(where, f"has the prediction {name!r} that unlocks nothing; give it 'then'")
    if call.name in {"choice", "predict"}:
        options = notebook.value(call.part("options"))
        if not isinstance(options, dict) or len(options) < 2:
            yield Fault(
                where,
                f"has no options to read for {name!r}; write two or more out as {{'id': 'text'}}",
            )
        elif call.name == "choice":
            yield from _feedback_faults(notebook, call, options)
    elif call.name in _WRITTEN_OUT:
        yield from _call_faults(notebook, call)
    elif call.name == "scene":
        yield from _spot_faults(notebook, call)


def _feedback_faults(
    notebook: Notebook, call: Call, options: Mapping[object, object]
) -> Iterator[Fault]:
    where, name = call.cell.where, call.id
    right, feedback = call.part("right"), call.part("feedback")
    if right is None and feedback is None:
        yield from _unchecked_faults(call)
        return
    choices = [str(option) for option in options]
    if notebook.value(right) not in choices:
        yield Fault(where, f"says no right option for {name!r}; choose from: {', '.join(choices)}")
    given = notebook.value(feedback)
    given = given if isinstance(given, dict) else {}
    for option in choices:
        if not str(given.get(option, "")).strip():
            yield Fault(where, f"gives no feedback on option {option!r} of {name!r}; write it")
    for option in given:
        if option not in choices:
            yield Fault(where, f"gives feedback on {option!r}, which is no option of {name!r}")


def _unchecked_faults(call: Call) -> Iterator[Fault]:
    if {"check", "exercise"} & set(call.cell.tags):
        yield Fault(call.cell.where, f"has the question {call.id!r} without 'right' and 'feedback'")


def _call_faults(notebook: Notebook, call: Call) -> Iterator[Fault]:
    """Make the question as the page would, and pass on what is wrong with it."""
    make, needed, optional = _WRITTEN_OUT[call.name]
    parts = {name: call.part(name) for name in (*needed, *optional)}
    given = {
        name: _written_out(notebook, part)
        for name, part in parts.items()
        if part is not None or name in needed
    }
    unread = [name for name, value in given.items() if value is None]
    for name in unread:
        yield Fault(
            call.cell.where, f"has no {name!r} to read for {call.id!r}; write it out in the call"
        )
    if optional == _SAID and not given.keys() & {*optional}:
        yield from _unchecked_faults(call)
    if unread:
        return
    try:
        make(id=call.id, **given).close()
    except QuestionInvalid as error:
        yield Fault(call.cell.where, f"has the {call.name} {call.id!r}, which cannot work: {error}")


def _written_out(notebook: Notebook, part: ast.expr | None) -> Any:
    """Return what a literal stands for, with pieces such as `Moment` made; else None."""
    try:
        return _made(notebook, notebook.meant(part))
    except (TypeError, ValueError):  # a piece given too little, or what is known only at run time
        return None


def _made(notebook: Notebook, node: ast.expr | None) -> Any:
    match node:
        case ast.Dict(keys=keys, values=values):
            return {
                _made(notebook, key): _made(notebook, value)
                for key, value in zip(keys, values, strict=True)
            }
        case ast.Call(func=ast.Name(id=name)) if name in _PIECES:
            given = [_made(notebook, each) for each in node.args]
            named = {str(each.arg): _made(notebook, each.value) for each in node.keywords}
            return _PIECES[name](*given, **named)
    value = notebook.value(node)
    if value is None:
        raise ValueError
    return value


def _spot_faults(notebook: Notebook, call: Call) -> Iterator[Fault]:
    where, name = call.cell.where, call.id
    spots = notebook.meant(call.part("spots"))
    if not isinstance(spots, ast.Dict) or len(spots.values) < 2:
        yield Fault(
            where,
            f"has no spots to read for {name!r}; write two or more out as "
            "{'id': Spot(x, y, 'label', 'text')}",
        )
        return
    for at, node in enumerate(spots.values, start=1):
        spot = Call(call.cell, "Spot", node, call.locked) if isinstance(node, ast.Call) else None
        for part in ("label", "text"):
            said = notebook.value(spot.part(part)) if spot else None
            if not isinstance(said, str) or not said.strip():
                yield Fault(where, f"has no {part} for spot {at} of {name!r}; write it out")
