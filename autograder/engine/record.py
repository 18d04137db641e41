"""Writing down the marks of one submission: the gradebook, and ``autograded/``.

The only step that writes. It does so in this order:

1. the marked notebook is written whole into a folder beside its place;
2. what was in its place is moved aside;
3. the gradebook takes all marks in one transaction;
4. the new folder is moved into its place, and the old one deleted.

Killed before 3 is done, the gradebook has nothing of it; killed after it, there is no marked
notebook, and nbgrader says that the submission waits to be marked. At no point do marks stand
beside a notebook that they don't belong to, and marking once more mends each of these.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from autograder.engine.score import Scored
from autograder.engine.snapshot import Snapshot
from autograder.engine.submitted import Submission
from qi_tools.whole_file import patiently

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from traitlets.config import Config

#: What nbgrader gives the files in ``autograded``: no one changes them. formgrader only reads.
READ_ONLY = 0o444


def record(  # noqa: PLR0917
    gradebook: Gradebook,
    root: Path,
    snapshot: Snapshot,
    submission: Submission,
    scored: Scored,
    settings: Config | None = None,
) -> None:
    """Write down the marks of one submission. Marks and comments given by hand stay.

    Parameters
    ----------
    gradebook : Gradebook
        nbgrader's gradebook, open.
    root : Path
        The course root.
    snapshot : Snapshot
        The assessment.
    submission : Submission
        What was handed in.
    scored : Scored
        What it is worth.
    settings : Config, optional
        nbgrader's settings: how marks are taken off for being late.

    Raises
    ------
    Exception
        What the disk or the gradebook says; everything is then as it was before.
    """
    place = root / "autograded" / submission.student / snapshot.assignment
    with _folder_in_place(place, _files(scored)):
        try:
            _write_marks(gradebook.db, snapshot, submission, scored, settings)
            gradebook.db.commit()
        except BaseException:
            gradebook.db.rollback()
            raise


# ------------------------------------------------------------ autograded/


def _files(scored: Scored) -> Iterator[tuple[str, bytes]]:
    yield from scored.files
    for notebook in scored.notebooks:
        # Not by nbformat, with nothing to look up: every part of it was made here. Without the
        # indents, which would take longer to write than the marks.
        content = json.dumps(notebook.content, ensure_ascii=False)
        yield f"{notebook.author.name}.ipynb", f"{content}\n".encode()


@contextmanager
def _folder_in_place(place: Path, files: Iterator[tuple[str, bytes]]) -> Iterator[None]:
    """Put a folder in its place around what must happen when it is not there."""
    made, old = (place.with_name(f".{place.name}.{part}") for part in ("new", "old"))
    place.parent.mkdir(parents=True, exist_ok=True)
    _remove(made)
    try:
        for name, data in files:
            _write(made / name, data)
        # What a run that was killed left there is gone from its place for good.
        _remove(old)
        if os.path.lexists(place):
            patiently(lambda: place.replace(old))
        try:
            yield
        except BaseException:
            if os.path.lexists(old):
                patiently(lambda: old.replace(place))
            raise
        patiently(lambda: made.replace(place))
        _remove(old)
    finally:
        _remove(made)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # "x": a name that is there already, as a link perhaps, is never written through. No fsync: it
    # takes longer than all the rest, and after a power cut marking once more makes the folder anew.
    with path.open("xb") as file:
        file.write(data)
    path.chmod(READ_ONLY)


def _remove(folder: Path) -> None:
    if folder.is_symlink():  # the link goes, not what it points to
        folder.unlink()
    if not folder.exists():
        return
    if os.name == "nt":  # where a read-only file can't be deleted
        for path in folder.rglob("*"):
            path.chmod(stat.S_IWRITE)
    patiently(lambda: shutil.rmtree(folder))


# ------------------------------------------------------------ the gradebook


def _write_marks(
    db: Any,
    snapshot: Snapshot,
    submission: Submission,
    scored: Scored,
    settings: Config | None,
) -> None:
    """Write what nbgrader's ``SaveAutoGrades`` and ``AssignLatePenalties`` would; commits nothing.

    Row by row and not through nbgrader's objects, which ask the gradebook for each cell again and
    commit each: that takes twenty times as long.
    """
    from nbgrader.api import Comment, Grade, SubmittedNotebook
    from sqlalchemy import bindparam, or_, update

    row, late = _submission_row(db, snapshot, submission)
    papers = _papers(db, row)
    grade, comment, paper = _table(Grade), _table(Comment), _table(SubmittedNotebook)
    for author in scored.missing:
        db.execute(
            update(grade)
            .where(grade.c.notebook_id == papers[author.row])
            .values(auto_score=0.0, needs_manual_grade=False)
        )
    a_grade = (
        update(grade)
        .where(grade.c.notebook_id == bindparam("paper"), grade.c.cell_id == bindparam("cell"))
        .values(
            auto_score=bindparam("score"),
            # A person's marks stand, but a person must see that the machine's may have changed.
            needs_manual_grade=or_(grade.c.manual_score.is_not(None), bindparam("by_hand")),
        )
    )
    a_comment = (
        update(comment)
        .where(comment.c.notebook_id == bindparam("paper"), comment.c.cell_id == bindparam("cell"))
        .values(auto_comment=bindparam("said"))
    )
    for notebook in scored.notebooks:
        mine = papers[notebook.author.row]
        cells = {cell.name: cell for cell in notebook.author.cells}
        grades = [
            {"paper": mine, "cell": cells[name].grade_row, "score": score, "by_hand": score is None}
            for name, score in notebook.scores.items()
        ]
        comments = [
            {"paper": mine, "cell": cells[name].comment_row, "said": said}
            for name, said in notebook.comments.items()
        ]
        for statement, rows in ((a_grade, grades), (a_comment, comments)):
            if rows:
                db.execute(statement, rows)
        penalty = _penalty(db, mine, submission.student, late, settings) if late > 0 else None
        db.execute(update(paper).where(paper.c.id == mine).values(late_submission_penalty=penalty))


def _submission_row(db: Any, snapshot: Snapshot, submission: Submission) -> tuple[str, float]:
    """Return the submission's row, made if it is new, and how many seconds late it is."""
    from nbgrader.api import Student, SubmittedAssignment
    from sqlalchemy import insert, select, update

    student, table = _table(Student), _table(SubmittedAssignment)
    if db.execute(select(student.c.id).where(student.c.id == submission.student)).first() is None:
        db.execute(insert(student).values(id=submission.student))
    found = db.execute(
        select(table.c.id, table.c.timestamp, table.c.extension).where(
            table.c.assignment_id == snapshot.row, table.c.student_id == submission.student
        )
    ).first()
    # Without a time of its own, a submission keeps the one that it has.
    handed_in = submission.timestamp or (found.timestamp if found else None)
    if found is None:
        row = uuid4().hex
        db.execute(
            insert(table).values(
                id=row,
                assignment_id=snapshot.row,
                student_id=submission.student,
                timestamp=handed_in,
            )
        )
        _mirror(db, row, snapshot)
    else:
        row = found.id
        db.execute(update(table).where(table.c.id == row).values(timestamp=handed_in))
    return row, _seconds_late(handed_in, snapshot.duedate, found.extension if found else None)


def _mirror(db: Any, row: str, snapshot: Snapshot) -> None:
    """Give a new submission a row for all that can get marks or a comment, as nbgrader does."""
    from nbgrader.api import Comment, Grade, SubmittedNotebook
    from sqlalchemy import insert

    papers = {author.row: uuid4().hex for author in snapshot.notebooks}
    cells = [(papers[author.row], cell) for author in snapshot.notebooks for cell in author.cells]
    rows: dict[Any, list[dict[str, Any]]] = {
        SubmittedNotebook: [
            {"id": paper, "assignment_id": row, "notebook_id": notebook}
            for notebook, paper in papers.items()
        ],
        Grade: [
            {"id": uuid4().hex, "notebook_id": paper, "cell_id": cell.grade_row}
            for paper, cell in cells
            if cell.grade_row
        ],
        Comment: [
            {"id": uuid4().hex, "notebook_id": paper, "cell_id": cell.comment_row}
            for paper, cell in cells
            if cell.comment_row
        ],
    }
    for entry, values in rows.items():
        if values:
            db.execute(insert(_table(entry)), values)


def _papers(db: Any, row: str) -> dict[str, str]:
    """Return the submission's rows of notebooks, by the author's."""
    from nbgrader.api import SubmittedNotebook
    from sqlalchemy import select

    table = _table(SubmittedNotebook)
    found = db.execute(select(table.c.notebook_id, table.c.id).where(table.c.assignment_id == row))
    return dict(found.all())


def _seconds_late(
    handed_in: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """Return by how many seconds a submission is late, as nbgrader has it.

    Examples
    --------
    >>> noon = datetime(2026, 11, 23, 12)
    >>> _seconds_late(noon, noon - timedelta(minutes=2), timedelta(minutes=1))
    60.0
    """
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def _penalty(
    db: Any, paper: str, student: str, late: float, settings: Config | None
) -> float | None:
    """Return what a late notebook loses, by the desk's own rule in nbgrader's settings."""
    from nbgrader.api import SubmittedNotebook
    from nbgrader.preprocessors import AssignLatePenalties
    from sqlalchemy import select

    score = db.execute(
        select(SubmittedNotebook.score).where(SubmittedNotebook.id == paper)
    ).scalar_one()
    step = AssignLatePenalties(config=settings)
    step.init_plugin()
    penalty = step.plugin_inst.late_submission_penalty(student, score, late)
    # nbgrader's own bounds: no one gains by being late, or loses more than there is.
    return None if penalty is None else min(max(penalty, 0), score)


def _table(entry: Any) -> Any:
    return entry.__table__
