"""nbgrader's gradebook as CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.plugins import ExportPlugin

from autograder.exports import Row, csv_text
from qi_tools.whole_file import write_whole


class GradebookCsv(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Writes nbgrader's gradebook as CSV: ``nbgrader export``, with the columns of its own.

    nbgrader finds it by its name in ``nbgrader_config.py``.
    """

    def export(self, gradebook: Any) -> None:
        """Write the file that ``--to`` names, or ``grades.csv``."""
        rows = gradebook_rows(
            gradebook, [str(each) for each in self.assignment], [str(each) for each in self.student]
        )
        write_whole(Path(self.to or "grades.csv"), csv_text(rows).encode(), mode=0o600)


def gradebook_rows(
    gradebook: Any, assignments: Sequence[str] = (), students: Sequence[str] = ()
) -> tuple[Row, ...]:
    """Return a header and one row for each assignment and student, as nbgrader's own export has.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        An open one.
    assignments, students : sequence of str
        Which of them; all if there are none.
    """
    rows: list[Row] = [_HEADER]
    for assignment in gradebook.assignments:
        handed_in = {each.student_id: each for each in assignment.submissions}
        for student in gradebook.students:
            if (assignments and assignment.name not in assignments) or (
                students and student.id not in students
            ):
                continue
            submission = handed_in.get(student.id)
            score = submission.score if submission else 0.0
            penalty = (submission.late_submission_penalty if submission else 0.0) or 0.0
            rows.append(
                (
                    assignment.name,
                    _text(assignment.duedate),
                    _text(submission.timestamp if submission else None),
                    student.id,
                    student.last_name,
                    student.first_name,
                    student.email,
                    score,
                    penalty,
                    max(0.0, score - penalty),
                    assignment.max_score,
                )
            )
    return tuple(rows)


_HEADER: Row = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def _text(value: object) -> str:
    return "" if value is None else str(value)
