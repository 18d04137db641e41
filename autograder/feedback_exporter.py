"""Our feedback page, for nbgrader's own command and formgrader's button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode

from autograder.cell_marks import CellMarks, NotebookMarks
from autograder.feedback_page import feedback_page, paper_of


class FeedbackPage(Exporter):
    """Writes the feedback page. nbgrader finds it by its name in ``nbgrader_config.py``."""

    output_mimetype = "text/html"
    file_extension = ".html"

    def from_notebook_node(  # type: ignore[override]  # as in nbconvert's own exporters
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a marked notebook, with nbgrader's marks already in its metadata."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        given = resources["nbgrader"]
        penalty = given["late_penalty"]
        marks = NotebookMarks(
            {
                about["grade_id"]: CellMarks(
                    about.get("score") or 0.0, about.get("points") or 0.0, about.get("comment")
                )
                for cell in nb.cells
                if (about := cell.metadata.get("nbgrader")) and "grade_id" in about
            },
            # nbgrader has taken the penalty off already.
            given["score"] + penalty,
            given["max_score"],
            penalty,
        )
        assessment = given["assignment"]
        paper = paper_of(assessment, Path(resources["metadata"]["path"]))
        return feedback_page(assessment, nb.cells, marks, paper), resources
