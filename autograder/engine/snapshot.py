"""What the author made of an assessment, read once for a whole class.

Everything that decides marks comes from here: which cells there are and in which order, what they
are for, their code and their points. Of a submission's own word on these nothing is believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from autograder.engine.author_code import author_code, preamble
from autograder.engine.job import Role
from autograder.release import refuse_answers
from course.errors import CourseError

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

#: What nbgrader itself copies neither from ``source`` nor from a submission.
IGNORED = (".ipynb_checkpoints", "__pycache__", "feedback")


@dataclass(frozen=True, slots=True)
class AuthorCell:
    """A cell that nbgrader knows by name.

    Parameters
    ----------
    name : str
        Its ``grade_id``.
    kind : str
        ``code`` or ``markdown``.
    source : str
        Its text, with hidden tests.
    released : str
        Its text as learners get it.
    locked, grade, solution, task : bool
        What nbgrader calls it.
    points : float
        The most that it gives; 0 where it gives no marks.
    id : str
        Its id in the notebook.
    metadata : mapping
        Its metadata in a marked notebook.
    grade_row, comment_row : str or None
        Under what the gradebook keeps its marks and its comment.
    """

    name: str
    kind: Literal["code", "markdown"]
    source: str
    released: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float
    id: str
    metadata: Mapping[str, Any]
    grade_row: str | None
    comment_row: str | None

    @property
    def role(self) -> Role:
        """Whose code it holds; see `job.Cell`."""
        if not self.locked:
            return "learner"
        return "check" if self.grade else "author"

    @property
    def is_run(self) -> bool:
        """Whether it is code of the author's, which runs just as the author wrote it."""
        return self.kind == "code" and self.locked


@dataclass(frozen=True, slots=True)
class AuthorNotebook:
    """One notebook of an assessment.

    Parameters
    ----------
    name : str
        Its name, without ``.ipynb``.
    row : str
        Under what the gradebook keeps it.
    metadata : mapping
        Its metadata: which kernel it is for.
    cells : tuple of AuthorCell
        Its named cells, in order.
    preamble : str
        See `author_code.preamble`.
    """

    name: str
    row: str
    metadata: Mapping[str, Any]
    cells: tuple[AuthorCell, ...]
    preamble: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An assessment as its author made it.

    Parameters
    ----------
    assignment : str
        Its name.
    row : str
        Under what the gradebook keeps it.
    duedate : datetime or None
        When it was due, in UTC.
    notebooks : tuple of AuthorNotebook
        Its notebooks.
    files : tuple of (str, bytes)
        What lies beside them, and takes the place of a submission's files of the same name.
    """

    assignment: str
    row: str
    duedate: datetime | None
    notebooks: tuple[AuthorNotebook, ...]
    files: tuple[tuple[str, bytes], ...]


def take_snapshot(gradebook: Gradebook, root: Path, assignment: str) -> Snapshot:
    """Read all that the author made of an assessment.

    Parameters
    ----------
    gradebook : Gradebook
        nbgrader's gradebook, open.
    root : Path
        The course root, with the assessment in ``source`` and ``release``.
    assignment : str
        The assessment.

    Raises
    ------
    Refused
        If an ``answers.json`` lies in the source: it would become everyone's.
    CourseError
        If the gradebook, the source and the release don't hold the same assessment.
    """
    from nbgrader.api import MissingEntry

    refuse_answers(root / "source" / assignment)
    refuse_answers(root / "release" / assignment)
    try:
        entry = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise CourseError(
            f"The gradebook in {root} has no assessment {assignment}. "
            "Make it first: nbgrader generate_assignment."
        ) from None
    return Snapshot(
        assignment=assignment,
        row=entry.id,
        duedate=entry.duedate,
        notebooks=tuple(_notebook(notebook, root, assignment) for notebook in entry.notebooks),
        files=tuple(_files(root / "source" / assignment)),
    )


def _notebook(entry: Any, root: Path, assignment: str) -> AuthorNotebook:
    name = f"{entry.name}.ipynb"
    released = _released(root / "release" / assignment / name)
    known = {cell.name: cell for cell in entry.source_cells}
    rows = {
        kind: {cell.name: cell for cell in getattr(entry, kind)}
        for kind in ("grade_cells", "solution_cells", "task_cells")
    }
    cells = []
    for place, cell in enumerate(released["cells"]):
        about = cell["metadata"].get("nbgrader", {})
        source = known.pop(about.get("grade_id"), None)
        if source is None:
            continue
        task = rows["task_cells"].get(source.name)
        grade = rows["grade_cells"].get(source.name) or task
        comment = rows["solution_cells"].get(source.name) or task
        # nbgrader tells "No response" by the checksum of the source, not of the release.
        metadata = {**cell["metadata"], "nbgrader": {**about, "checksum": source.checksum}}
        cells.append(
            AuthorCell(
                name=source.name,
                kind=source.cell_type,
                source=source.source,
                released=_text(cell["source"]),
                locked=source.locked,
                grade=source.name in rows["grade_cells"],
                solution=source.name in rows["solution_cells"],
                task=task is not None,
                points=float(grade.max_score) if grade else 0.0,
                id=cell.get("id", f"cell-{place}"),
                metadata=metadata,
                grade_row=grade.id if grade else None,
                comment_row=comment.id if comment else None,
            )
        )
    if known:
        raise CourseError(
            f"{name} in release/{assignment} lacks {', '.join(sorted(known))}, which the gradebook "
            "has. Make the assessment again: nbgrader generate_assignment --force."
        )
    metadata = {"language_info": {"name": "python"}}
    if kernelspec := json.loads(entry.kernelspec or "{}"):
        metadata["kernelspec"] = kernelspec
    return AuthorNotebook(
        name=entry.name,
        row=entry.id,
        metadata=metadata,
        cells=tuple(cells),
        preamble=preamble(author_code(root / "source" / assignment / name)),
    )


def _released(path: Path) -> dict[str, Any]:
    """Return a released notebook, once nbgrader finds its metadata sound."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator, SchemaTooOldError, ValidationError

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        notebook = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
        MetadataValidator().validate_nb(notebook)
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{path} can't be read ({error}). "
            "Make the assessment again: nbgrader generate_assignment --force."
        ) from None
    except (ValidationError, SchemaTooOldError) as error:
        reason = str(error).partition("\n")[0]
        raise CourseError(
            f"The marks of {path.name} are not set up as nbgrader needs it: {reason}. "
            "Mend the source, then make the assessment again."
        ) from None
    return dict(content)


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what lies beside the notebooks in ``source``; a link there is the author's own."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not is_ignored(name):
            yield name, path.read_bytes()


def is_ignored(name: str) -> bool:
    """Say whether nbgrader itself would leave a file out: notebooks and what tools leave behind.

    Examples
    --------
    >>> is_ignored("waits.csv"), is_ignored("__pycache__/waits.pyc"), is_ignored("copy.ipynb")
    (False, True, True)
    """
    return name.endswith((".ipynb", ".pyc")) or any(part in IGNORED for part in name.split("/"))
