"""What a learner is told about the checks of their code, in plain English.

A traceback, the text of an error or what numpy and pandas say of two values that differ can hold
hidden tests, expected values, or whatever a learner's code smuggles out of them. So nothing that a
run gave is ever passed on: it only chooses among sentences that the author wrote into the check,
or that stand here.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from autograder.cell_marks import CellMarks
from course.markup import read_markdown
from course.result import SlotFeedback

NOT_PASSED = "This check did not pass."

# What our own engine writes where code was stopped: of the learner's cell, and of the check.
_STOPPED = {
    "CellTimeoutError": (
        "Your code took too long and was stopped.",
        "This check took too long and was stopped: does your code come to an end?",
    ),
    "NotRun": (
        "Your code was not run, because code before it took too long or ended everything.",
        "This check was not run.",
    ),
    "DeadKernelError": (
        "Your code ended the program that ran it.",
        "This check was stopped, because your code ended the program that ran it.",
    ),
    "LearnerStopped": (
        "Your code was stopped.",
        "This check was stopped, because your code took too long or ended the program that ran it.",
    ),
}

_KINDS = {
    "AssertionError": "an assertion of its own does not hold",
    "AttributeError": "it asks an object for something that the object does not have",
    "FileNotFoundError": "it reads a file that is not there",
    "ImportError": "it imports something that is not there",
    "IndentationError": "a line is not indented as Python needs it",
    "IndexError": "it asks for a place that a list or text does not have",
    "KeyError": "it asks for a key or column that is not there",
    "KeyboardInterrupt": "it was stopped",
    "MemoryError": "it needed more memory than there is for it",
    "ModuleNotFoundError": "it imports a module that is not there",
    "NameError": "it uses a name that was not set",
    "NotImplementedError": "the line that stands in for your answer is still there",
    "PermissionError": "it reads or writes where it may not",
    "RecursionError": "a function calls itself without end",
    "SyntaxError": "a line is not written as Python needs it",
    "SystemExit": "it ended the program",
    "TypeError": "it does something with a value of the wrong kind",
    "UnboundLocalError": "it uses a name before it was set",
    "ValueError": "it gives a function a value that the function can't use",
    "ZeroDivisionError": "it divides by zero",
}


def check_feedback(
    notebook: Mapping[str, Any], marks: Mapping[str, CellMarks], release: Mapping[str, Any]
) -> tuple[SlotFeedback, ...]:
    """Return what there is to say about each marked cell of a code assessment.

    Parameters
    ----------
    notebook : mapping
        The marked notebook: what was run, with its outputs.
    marks : mapping of str to CellMarks
        By grade id.
    release : mapping
        The notebook as it was given out; its headings say what a check is about. A learner may
        have changed the headings of their own.

    Returns
    -------
    tuple of SlotFeedback
        One for each cell with marks, in the order of the release.
    """
    places = {_about(cell).get("grade_id"): at for at, cell in enumerate(notebook["cells"])}
    tasks = {slot: task for slot, task in _tasks(release).items() if slot in marks}
    how_many = Counter(tasks.values())
    seen: Counter[str] = Counter()
    told = []
    for slot, task in tasks.items():
        seen[task] += 1
        several = how_many[task] > 1
        given = marks[slot]
        told.append(
            SlotFeedback(
                slot=slot,
                question=f"{task} (part {seen[task]} of {how_many[task]})" if several else task,
                given=None,
                right=given.full,
                read_again=task,
                why=_why(notebook["cells"], places.get(slot), given),
            )
        )
    return tuple(told)


def why_not(cells: Sequence[Mapping[str, Any]], place: int) -> str:
    """Return why a check did not pass, as far as a learner may know.

    Parameters
    ----------
    cells : sequence of mapping
        All cells of the marked notebook.
    place : int
        Which of them is the check.

    Examples
    --------
    >>> error = {"output_type": "error", "ename": "AssertionError", "evalue": "Take the median."}
    >>> check = {"cell_type": "code", "metadata": {}, "outputs": [error],
    ...          "source": "assert wait == 41, 'Take the median.'"}
    >>> why_not([check], 0)
    'Take the median.'
    >>> why_not([{**check, "source": "assert wait == 41, f'{wait} is not 41'"}], 0)
    'This check did not pass.'
    """
    check = cells[place]
    error = _error(check)
    if error is not None:
        kind, said = str(error.get("ename")), str(error.get("evalue"))
        if kind in _STOPPED:
            return _STOPPED[kind][1]
        if kind == "AssertionError" and said in _messages("".join(check["source"])):
            return said
    own = _own_error(cells, place)
    return NOT_PASSED if own is None else f"{NOT_PASSED} {_in_words(own)}"


def _why(cells: Sequence[Mapping[str, Any]], place: int | None, marks: CellMarks) -> str | None:
    parts = []
    if not marks.full:
        if marks.score:
            parts.append(f"{marks.score:g} of {marks.points:g} marks.")
        if place is None:
            parts.append(NOT_PASSED)
        # A check that gave some marks went as it should, unless it ended with an error.
        elif is_check(cells[place]) and (not marks.score or _error(cells[place])):
            parts.append(why_not(cells, place))
    if marks.comment:
        parts.append(marks.comment.strip())
    return " ".join(parts)[:4000] or None


def is_check(cell: Mapping[str, Any]) -> bool:
    """Say whether a cell is marked by running it, not by a person."""
    about = _about(cell)
    return cell["cell_type"] == "code" and bool(about.get("grade")) and not about.get("solution")


def _tasks(release: Mapping[str, Any]) -> dict[str, str]:
    """Return, by grade id, the nearest heading above each cell that gives marks."""
    tasks: dict[str, str] = {}
    heading = None
    for cell in release["cells"]:
        about = _about(cell)
        if cell["cell_type"] == "markdown" and not about.get("solution"):
            heading = _last_heading("".join(cell["source"])) or heading
        if about.get("grade") or about.get("task"):
            tasks[about["grade_id"]] = heading or f"Task {len(tasks) + 1}"
    return tasks


@lru_cache(maxsize=512)  # a class has one release
def _last_heading(markdown: str) -> str | None:
    headings = [heading.text for heading in read_markdown(markdown).headings if heading.text]
    return headings[-1][:200] if headings else None


@lru_cache(maxsize=512)  # a class has the same checks
def _messages(source: str) -> frozenset[str]:
    """Return the messages that an author wrote into a check word for word."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.msg.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
        and isinstance(node.msg, ast.Constant)
        and isinstance(node.msg.value, str)
    )


def _own_error(cells: Sequence[Mapping[str, Any]], place: int) -> str | None:
    """Return the kind of error that the learner's own code for a check ended with.

    That is the nearest cell above that is there for an answer, and what the learner added below
    it. It ran without the hidden tests, so the kind of its error can say nothing of them; the kind
    of an error in the check itself could, if the learner's function chose it by what it was given.
    """
    kind = None
    for cell in reversed(cells[:place]):
        about = _about(cell)
        error = _error(cell)
        if error is not None and not about.get("locked") and not about.get("grade"):
            kind = str(error.get("ename"))
        if about.get("solution"):
            if kind is None and "raise NotImplementedError" in "".join(cell["source"]):
                return "NotImplementedError"  # in a function that the check has called
            break
    return kind


def _in_words(kind: str) -> str:
    if kind in _STOPPED:
        return _STOPPED[kind][0]
    if kind in _KINDS:
        return f"Your code stopped with {_article(kind)} {kind}: {_KINDS[kind]}."
    known = getattr(builtins, kind, None)
    # Only Python's own names are repeated: the name of a learner's own class could say anything.
    if isinstance(known, type) and issubclass(known, BaseException):
        return f"Your code stopped with {_article(kind)} {kind}."
    return "Your code stopped with an error."


def _article(kind: str) -> str:
    return "an" if kind[0] in "AEIOU" else "a"


def _error(cell: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the last error among a cell's outputs: what stopped it stands behind its own."""
    errors = [each for each in cell.get("outputs") or () if each["output_type"] == "error"]
    return errors[-1] if errors else None


def _about(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    return cell["metadata"].get("nbgrader") or {}
