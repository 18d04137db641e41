"""A small assessment as its author made it, and learners' notebooks, without nbgrader."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from autograder.engine.job import CellRun, JobResult, Output
from autograder.engine.prepare import PreparedNotebook
from autograder.engine.snapshot import AuthorCell, AuthorNotebook, Snapshot
from autograder.engine.submitted import Submission

KINDS = {
    "setup": (True, False, False),
    "answer": (False, False, True),
    "check": (True, True, False),
    "words": (False, True, True),
}


def author_cell(name: str, points: float = 2.0) -> AuthorCell:
    """A cell whose name tells what it is for, such as ``check-2``."""
    locked, grade, solution = KINDS[name.partition("-")[0]]
    kind: Literal["code", "markdown"] = "markdown" if name.startswith("words") else "code"
    about: dict[str, object] = {"grade_id": name, "locked": locked, "grade": grade}
    about |= {"solution": solution, "schema_version": 3, "task": False, "cell_type": kind}
    about |= {"points": points} if grade else {}
    return AuthorCell(
        name=name,
        kind=kind,
        source=f"# {name}, with hidden tests" if locked else f"stub of {name}",
        released=f"# {name}" if locked else f"stub of {name}",
        locked=locked,
        grade=grade,
        solution=solution,
        task=False,
        points=points if grade else 0.0,
        id=name,
        metadata={"nbgrader": about},
        grade_row=f"grade-{name}" if grade else None,
        comment_row=f"comment-{name}" if solution else None,
    )


AUTHOR = AuthorNotebook(
    name="paper",
    row="1",
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    cells=tuple(
        author_cell(name)
        for name in ("setup-1", "answer-1", "check-1", "answer-2", "check-2", "check-3", "words-1")
    ),
    preamble="import math",
)
SNAPSHOT = Snapshot("paper", "1", None, (AUTHOR,), (("waits.csv", b"the author's"),))


def cell(
    source: str = "", kind: str = "code", name: str | None = None, **more: object
) -> dict[str, Any]:
    """A cell as a notebook's file has it."""
    metadata = {"nbgrader": {"grade_id": name}} if name else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, **more}


def released(name: str) -> dict[str, Any]:
    """A cell of the assessment, as learners get it."""
    mine = next(each for each in AUTHOR.cells if each.name == name)
    return cell(mine.released, mine.kind, name, id=name)


def as_released() -> list[dict[str, Any]]:
    return [released(mine.name) for mine in AUTHOR.cells]


def notebook(cells: Iterable[object], **more: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [*cells], **more}).encode()


def submission(cells: Iterable[object], **files: bytes) -> Submission:
    return Submission("ann", {"paper": notebook(cells)}, files)


def ran(prepared: PreparedNotebook, **outputs: Iterable[Output]) -> JobResult:
    """What came of a notebook's job; outputs by the name of the cell, ``_`` in place of ``-``."""
    given = {name.replace("_", "-"): tuple(each) for name, each in outputs.items()}
    runs = []
    for job_cell in prepared.job.cells:
        mine = prepared.cells[job_cell.place].author
        runs.append(CellRun(job_cell.place, given.get(mine.name, ()) if mine else ()))
    return JobResult(tuple(runs), "sandbox")
