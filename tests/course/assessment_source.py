"""An assessment of the course as its tests read it, and simulated learners to take it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import nbformat

from course.syllabus import Assessment

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def marked(notebook: Any) -> dict[str, Any]:
    """Return the cells that are marked, by their names in the gradebook."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


def outside_hidden_tests(notebook: Any) -> str:
    """Return all that a learner can read of a notebook."""
    cells = []
    for cell in notebook.cells:
        before, _, rest = cell.source.partition(BEGIN)
        cells.append(before + rest.partition(END)[2])
    return "\n".join(cells)


def learner(number: int) -> str:
    """Return the pseudonym of one of many simulated learners."""
    return hashlib.sha256(f"learner {number}".encode()).hexdigest()[:16]


def fraction(*parts: object) -> float:
    """Return a fixed number from 0 to 1 for what it is asked about."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def passes(plan: Assessment, right: Collection[str]) -> bool:
    """Return whether so many right, and these, are a pass but for written work."""
    return len(right) >= plan.slots_to_pass and all(
        len(set(right) & set(hurdle.slots)) >= hurdle.least for hurdle in plan.hurdles
    )
