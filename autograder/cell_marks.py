"""The marks of each cell of a marked notebook, as nbgrader's gradebook has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class CellMarks:
    """What one cell was marked as.

    Parameters
    ----------
    score, points : float
        Marks given, and marks to be had; both 0 for a cell that only has a comment.
    comment : str or None
        What a marker wrote about it, in markdown.
    """

    score: float = 0.0
    points: float = 0.0
    comment: str | None = None

    @property
    def full(self) -> bool:
        """Whether all its marks were given."""
        return self.score >= self.points


@dataclass(frozen=True, slots=True)
class NotebookMarks:
    """What one notebook was marked as.

    Parameters
    ----------
    cells : mapping of str to CellMarks
        By grade id, each cell that has marks or may have a comment.
    score, max_score : float
        Marks given, before any penalty, and marks to be had.
    late_penalty : float
        What is taken off for being late.
    waits : bool
        Whether a person has still to give marks, or to confirm them.
    """

    cells: Mapping[str, CellMarks]
    score: float
    max_score: float
    late_penalty: float = 0.0
    waits: bool = False

    @property
    def total(self) -> float:
        """What counts, as nbgrader's own feedback has it: the marks less the penalty."""
        return self.score - self.late_penalty


def marks_of(gradebook: Any, assessment: str, pseudonym: str) -> dict[str, NotebookMarks]:
    """Return the marks of a submission, by notebook.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        An open one. Nothing is written.
    assessment, pseudonym : str
        Whose submission, of which assessment.

    Raises
    ------
    nbgrader.api.MissingEntry
        If it was never marked.
    """
    from nbgrader.api import Notebook, SubmittedNotebook

    submission = gradebook.find_submission(assessment, pseudonym)
    # Whole objects would be loaded column by column, which takes longer than all the rest.
    notebooks = gradebook.db.query(
        SubmittedNotebook.id,
        Notebook.name,
        SubmittedNotebook.score,
        SubmittedNotebook.max_score,
        SubmittedNotebook.late_submission_penalty,
        SubmittedNotebook.needs_manual_grade,
    ).filter(
        SubmittedNotebook.assignment_id == submission.id,
        SubmittedNotebook.notebook_id == Notebook.id,
    )
    return {
        name: NotebookMarks(_cells(gradebook, id), score, most, penalty or 0.0, bool(waits))
        for id, name, score, most, penalty, waits in notebooks
    }


def _cells(gradebook: Any, notebook: str) -> dict[str, CellMarks]:
    from nbgrader.api import BaseCell, Comment, Grade

    grades = gradebook.db.query(BaseCell.name, Grade.score, Grade.max_score).filter(
        Grade.notebook_id == notebook, Grade.cell_id == BaseCell.id
    )
    comments = gradebook.db.query(BaseCell.name, Comment.comment).filter(
        Comment.notebook_id == notebook, Comment.cell_id == BaseCell.id
    )
    cells = {name: CellMarks(score or 0.0, most or 0.0) for name, score, most in grades}
    for name, comment in comments:
        cells[name] = replace(cells.get(name, CellMarks()), comment=comment)
    return cells
