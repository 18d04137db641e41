"""What a submission's outputs are worth, by nbgrader's own rules.

nbgrader's steps after running, and what stands for each here: ``IgnorePattern``, ``LimitOutput``
and the rules of ``SaveAutoGrades`` are nbgrader's own. ``ClearMetadataPreprocessor`` has nothing to
do, as there are no metadata but the author's; ``AssignLatePenalties`` is part of `record`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.engine.job import JobResult, Output
from autograder.engine.prepare import Prepared, PreparedCell, PreparedNotebook
from autograder.engine.snapshot import AuthorCell, AuthorNotebook
from course.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


class MarksUnclear(CourseError):
    """A check gave something that is no number of points, so a person must look at it."""


@dataclass(frozen=True, slots=True)
class ScoredNotebook:
    """A notebook that was run, and its marks.

    Parameters
    ----------
    author : AuthorNotebook
        The author's.
    content : mapping
        The notebook with its outputs, as nbformat 4.5 has it.
    scores : mapping of str to float or None
        The marks of every cell that gives marks; None where a person gives them.
    comments : mapping of str to str or None
        What nbgrader says of every answer: "No response." or nothing.
    """

    author: AuthorNotebook
    content: Mapping[str, Any]
    scores: Mapping[str, float | None]
    comments: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Scored:
    """A submission that was run, and its marks.

    Parameters
    ----------
    notebooks : tuple of ScoredNotebook
        Those that were handed in.
    missing : tuple of AuthorNotebook
        Those that were not: they score 0.
    files : tuple of (str, bytes)
        What lies beside them.
    """

    notebooks: tuple[ScoredNotebook, ...]
    missing: tuple[AuthorNotebook, ...]
    files: tuple[tuple[str, bytes], ...]


def score(
    prepared: Prepared, results: Sequence[JobResult], settings: Config | None = None
) -> Scored:
    """Give the marks of a submission that was run.

    Parameters
    ----------
    prepared : Prepared
        The submission.
    results : sequence of JobResult
        What came of each notebook's job, in the same order.
    settings : Config, optional
        nbgrader's settings.

    Raises
    ------
    MarksUnclear
        If a check gave something that is no number from 0 to its points.
    """
    return Scored(
        notebooks=tuple(
            score_notebook(notebook, result, settings)
            for notebook, result in zip(prepared.notebooks, results, strict=True)
        ),
        missing=prepared.missing,
        files=prepared.files,
    )


def score_notebook(
    notebook: PreparedNotebook, result: JobResult, settings: Config | None = None
) -> ScoredNotebook:
    """Give the marks of one notebook; see `score`."""
    cells = [*_with_outputs(notebook, result, settings)]
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    for prepared, cell in zip(notebook.cells, cells, strict=True):
        mine = prepared.author
        if mine is not None and mine.grade:  # a task's marks are a person's alone
            scores[mine.name] = _score(mine, cell)
        if mine is not None and mine.comment_row:
            comments[mine.name] = _comment(mine, cell)
    content = {
        "cells": cells,
        # Where it ran decides whether it may certify, also once a person's marks are in.
        "metadata": {**notebook.author.metadata, "qi_course": {"ran_in": result.ran_in}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return ScoredNotebook(notebook.author, content, scores, comments)


# ------------------------------------------------------------ outputs


def _with_outputs(
    notebook: PreparedNotebook, result: JobResult, settings: Config | None
) -> Iterator[Any]:
    """Yield the cells as nbformat has them, with the outputs that nbgrader would keep."""
    from nbformat import from_dict
    from nbgrader.preprocessors import IgnorePattern, LimitOutput

    asked = [cell.place for cell in notebook.job.cells]
    if [run.place for run in result.runs] != asked:
        raise ValueError("the result belongs to another job")
    outputs = {run.place: (number, run.outputs) for number, run in enumerate(result.runs, start=1)}
    ignore, limit = IgnorePattern(config=settings), LimitOutput(config=settings)
    for place, prepared in enumerate(notebook.cells):
        number, given = outputs.get(place, (None, ()))
        cell = from_dict(_plain(prepared, number, given))  # type: ignore[no-untyped-call]
        if ignore.enabled:
            cell, _ = ignore.preprocess_cell(cell, {}, place)
        cell, _ = limit.preprocess_cell(cell, {}, place)
        yield cell


def _plain(cell: PreparedCell, number: int | None, outputs: Iterable[Output]) -> dict[str, Any]:
    plain = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": cell.metadata,
        "source": cell.source,
    }
    if cell.kind != "code":
        return plain
    return {
        **plain,
        "execution_count": number,
        "outputs": [
            {**output, "execution_count": number}
            if output["output_type"] == "execute_result"
            else dict(output)
            for output in outputs
        ],
    }


# ------------------------------------------------------------ marks


def _score(mine: AuthorCell, cell: Any) -> float | None:
    """Return the marks of a cell; None if a person gives them."""
    from nbgrader.utils import determine_grade

    if mine.is_run:
        for output in cell.outputs:
            if output.output_type == "execute_result":
                _check_part(mine, output)
    score, _ = determine_grade(cell)
    return None if score is None else float(score)


def _check_part(mine: AuthorCell, output: Any) -> None:
    """Refuse a part of the points that is none.

    nbgrader takes whatever is no number, is negative or is "nan" for full marks: also a
    ``np.float64(0.0)``, as numpy 2 writes it.
    """
    given = output.get("data", {}).get("text/plain", "")
    try:
        part = float(given)
    except ValueError:
        part = math.nan
    if not 0 <= part <= mine.points:
        raise MarksUnclear(
            f"{mine.name} ended with {str(given)[:60]!r}, which is no number of points from 0 to "
            f"{mine.points:g}. Let the check end with one, such as float(points), or with an "
            "assert."
        )


def _comment(mine: AuthorCell, cell: Any) -> str | None:
    from nbgrader.utils import compute_checksum

    answered = mine.task or cell.metadata.nbgrader.get("checksum") != compute_checksum(cell)
    return None if answered else "No response."
