"""Everything that a gradebook holds of submissions, but for made-up ids."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

_OF_A_PAPER = """
    JOIN submitted_notebook AS paper ON paper.id = it.notebook_id
    JOIN submitted_assignment AS submission ON submission.id = paper.assignment_id
    JOIN notebook ON notebook.id = paper.notebook_id
    JOIN base_cell AS cell ON cell.id = it.cell_id
"""
_QUERIES = {
    "student": "SELECT * FROM student",
    "submitted_assignment": """
        SELECT it.*, assignment.name FROM submitted_assignment AS it
        JOIN assignment ON assignment.id = it.assignment_id
    """,
    "submitted_notebook": """
        SELECT it.*, submission.student_id, notebook.name FROM submitted_notebook AS it
        JOIN submitted_assignment AS submission ON submission.id = it.assignment_id
        JOIN notebook ON notebook.id = it.notebook_id
    """,
    "grade": f"""
        SELECT it.*, submission.student_id, notebook.name, cell.name AS cell, cell.type
        FROM grade AS it {_OF_A_PAPER}
    """,
    "comment": f"""
        SELECT it.*, submission.student_id, notebook.name, cell.name AS cell, cell.type
        FROM comment AS it {_OF_A_PAPER}
    """,
}
#: Ids that each gradebook makes up for itself. A student's is theirs.
_MADE_UP = {"notebook_id", "cell_id", "assignment_id"}


def gradebook_rows(root: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a course root's gradebook, by table, column by column."""
    book = sqlite3.connect(root / "gradebook.db")
    book.row_factory = sqlite3.Row
    try:
        return {table: _rows(book, table, query) for table, query in _QUERIES.items()}
    finally:
        book.close()


def _rows(book: sqlite3.Connection, table: str, query: str) -> list[dict[str, Any]]:
    left_out = _MADE_UP if table == "student" else {*_MADE_UP, "id"}
    rows = [
        {name: row[name] for name in row.keys() if name not in left_out}  # noqa: SIM118
        for row in book.execute(query)
    ]
    return sorted(rows, key=repr)
