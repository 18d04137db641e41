"""A submission made ready to be run: the author's notebook with the learner's text in it.

nbgrader's own steps before running, and what stands for each here:

- ``ClearOutput``: a notebook is built anew, and outputs are not among what it is built from.
- ``DeduplicateIds``: of two cells with the same name, the last one has it, as in nbgrader. The
  other loses its metadata whole; nbgrader leaves an empty one, at which its own check then stops
  the whole batch (its issue 1083).
- ``OverwriteKernelspec``: the notebook's metadata are the author's.
- ``OverwriteCells``: a known cell has the author's metadata and kind, and the author's source
  where it is locked. nbgrader compares what a submission says of a cell with the gradebook, but
  believes it on whether the cell gives marks.
- ``CheckCellMetadata``: there are none but the author's, checked when the snapshot was taken.

And one more than nbgrader has: the author's code always runs in the author's order, and all of it.
A check that was moved could else read a name before the check that sets it, and get a learner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

from autograder.engine.job import Cell, Job, Limits
from autograder.engine.snapshot import AuthorCell, AuthorNotebook, Snapshot
from autograder.engine.submitted import Submission, SubmissionDamaged, SubmittedCell, read_cells


@dataclass(frozen=True, slots=True)
class PreparedCell:
    """A cell of the notebook that is run and marked.

    Parameters
    ----------
    kind : str
        ``code``, ``markdown`` or ``raw``.
    id : str
        Its id, unlike every other in the notebook.
    source : str
        Its text: the author's if it is locked, else the learner's.
    metadata : mapping
        The author's if nbgrader knows the cell.
    author : AuthorCell or None
        What the author says of it; None if it is the learner's own.
    handed_in : bool
        Whether it was in the submission, not put back.
    """

    kind: Literal["code", "markdown", "raw"]
    id: str
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    author: AuthorCell | None = None
    handed_in: bool = True


@dataclass(frozen=True, slots=True)
class PreparedNotebook:
    """A notebook, made ready, and the job of running it.

    Parameters
    ----------
    author : AuthorNotebook
        The author's.
    cells : tuple of PreparedCell
        Its cells, in order.
    job : Job
        Its code.
    """

    author: AuthorNotebook
    cells: tuple[PreparedCell, ...]
    job: Job


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission, made ready.

    Parameters
    ----------
    notebooks : tuple of PreparedNotebook
        Those that were handed in.
    missing : tuple of AuthorNotebook
        Those that were not: they score 0.
    files : tuple of (str, bytes)
        What lies beside them: the submission's, and the author's over it.
    notes : tuple of str
        What a marker should know, such as a check that had been changed.
    """

    notebooks: tuple[PreparedNotebook, ...]
    missing: tuple[AuthorNotebook, ...]
    files: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]


def prepare(
    snapshot: Snapshot,
    submission: Submission,
    *,
    learner_code: bool,
    limits: Limits | None = None,
) -> Prepared:
    """Make a submission ready to be run.

    Parameters
    ----------
    snapshot : Snapshot
        The assessment.
    submission : Submission
        What was handed in.
    learner_code : bool
        Whether code of the learner's may run. If not, no job has any: the only code in it is the
        author's own.
    limits : Limits, optional
        What running it may use.

    Raises
    ------
    SubmissionDamaged
        If a notebook can't be read, or none of the assessment's was handed in.
    """
    files = overlaid(submission.files, snapshot.files)
    notes = list(submission.notes)
    notebooks = []
    for author in snapshot.notebooks:
        if author.name in submission.notebooks:
            cells = read_cells(author.name, submission.notebooks[author.name])
            notebook, found = prepare_notebook(
                author, cells, files, learner_code=learner_code, limits=limits
            )
            notebooks.append(notebook)
            notes += found
        else:
            notes.append(f"{author.name}.ipynb was not handed in")
    known = {author.name for author in snapshot.notebooks}
    notes += [
        f"{name}.ipynb is not part of the assessment, so it was left out"
        for name in sorted(submission.notebooks.keys() - known)
    ]
    if not notebooks:
        raise SubmissionDamaged(
            f"No notebook of {snapshot.assignment} was handed in. Ask the learner to hand in "
            f"{' and '.join(f'{name}.ipynb' for name in sorted(known))}."
        )
    there = {notebook.author.name for notebook in notebooks}
    missing = tuple(author for author in snapshot.notebooks if author.name not in there)
    return Prepared(tuple(notebooks), missing, files, tuple(notes))


def overlaid(
    submitted: Mapping[str, bytes], authors: Iterable[tuple[str, bytes]]
) -> tuple[tuple[str, bytes], ...]:
    """Return a submission's files with the author's in place of those of the same name.

    Examples
    --------
    >>> overlaid({"Waits.csv": b"mine", "notes.txt": b"mine"}, [("waits.csv", b"author's")])
    (('notes.txt', b'mine'), ('waits.csv', b"author's"))
    """
    authors = tuple(authors)
    # Windows and macOS take two names that differ in capitals alone for one file.
    files = {name.casefold() for name, _ in authors}
    folders = {folder for name in files for folder in _folders(name)}
    mine = [
        (name, data)
        for name, data in submitted.items()
        # Nor can a file of the learner's be where the author has a folder, or the other way round.
        if name.casefold() not in files | folders and not files & {*_folders(name.casefold())}
    ]
    return tuple(sorted([*mine, *authors]))


def _folders(name: str) -> Iterable[str]:
    """Yield the folders that a file lies in: ``a`` and ``a/b`` for ``a/b/c``."""
    return (str(folder) for folder in PurePosixPath(name).parents if folder.name)


def prepare_notebook(
    author: AuthorNotebook,
    submitted: Sequence[SubmittedCell],
    files: tuple[tuple[str, bytes], ...],
    *,
    learner_code: bool,
    limits: Limits | None = None,
) -> tuple[PreparedNotebook, tuple[str, ...]]:
    """Make one notebook ready; return it, and what a marker should know. See `prepare`."""
    cells, notes = _restored(author, submitted)
    job = Job(
        cells=tuple(_code(cells, learner_code=learner_code)),
        preamble=author.preamble,
        files=files,
        limits=limits or Limits(),
    )
    return PreparedNotebook(author, cells, job), notes


def _code(cells: Iterable[PreparedCell], *, learner_code: bool) -> Iterable[Cell]:
    """Yield what is run.

    What runs as the author's is taken from the snapshot, and everything else is the learner's:
    no mark in a submission can turn one into the other.
    """
    for place, cell in enumerate(cells):
        if cell.author and cell.author.is_run:
            yield Cell(place, cell.author.role, cell.author.source)
        elif learner_code and cell.kind == "code" and cell.handed_in and cell.source.strip():
            yield Cell(place, "learner", cell.source)


# ------------------------------------------------------------ the notebook


def _restored(
    author: AuthorNotebook, submitted: Sequence[SubmittedCell]
) -> tuple[tuple[PreparedCell, ...], tuple[str, ...]]:
    known = {cell.name: cell for cell in author.cells}
    # The last cell of a name has it.
    named = {
        cell.name: place for place, cell in enumerate(submitted) if cell.name in known and cell.name
    }
    ids = {cell.id for cell in author.cells}
    notes: list[str] = []
    cells: list[PreparedCell] = []
    for place, cell in enumerate(submitted):
        mine = known[cell.name] if cell.name and named.get(cell.name) == place else None
        if cell.name in known and mine is None:
            notes.append(f"{cell.name} was there twice; the last one was marked")
        if cell.attached:
            notes.append(f"pictures in the text of cell {place + 1} were left out")
        if mine is None:
            id = cell.id if cell.id and cell.id not in ids else f"cell-{place}"
            while id in ids:
                id += "-"
            ids.add(id)
            folded = {"jupyter": {"source_hidden": True}} if cell.hidden else {}
            cells.append(PreparedCell(cell.kind, id, cell.source, folded))
            continue
        if mine.locked and not _same(cell.source, mine.released):
            notes.append(f"{mine.name} was changed; the original was used")
        cells.append(_known(mine, mine.source if mine.locked else cell.source))
    if _out_of_order(cells, author.cells):
        notes.append("checks or locked cells had been moved; they run in their own order")
        cells = [cell for cell in cells if not (cell.author and cell.author.is_run)]
    for mine in author.cells:
        if mine.is_run or mine.grade or mine.task:
            if not _holds(cells, mine):
                cells.insert(_place(cells, mine, author.cells), _put_back(mine, named))
            if mine.name not in named:
                notes.append(f"{mine.name} was missing and was put back")
    return tuple(cells), tuple(dict.fromkeys(notes))


def _known(mine: AuthorCell, source: str, *, handed_in: bool = True) -> PreparedCell:
    return PreparedCell(mine.kind, mine.id, source, mine.metadata, mine, handed_in)


def _put_back(mine: AuthorCell, named: Mapping[str, int]) -> PreparedCell:
    """Return an author's cell as it was released, with its hidden tests if it is locked.

    An answer's cell that the learner deleted is only shown: its stub, if it were run, could undo
    an answer that the learner wrote elsewhere.
    """
    return _known(mine, mine.source if mine.locked else mine.released, handed_in=mine.name in named)


def _same(text: str, other: str) -> bool:
    """Say whether two texts are the same but for what an editor does on its own."""
    return [line.rstrip() for line in text.strip().splitlines()] == [
        line.rstrip() for line in other.strip().splitlines()
    ]


def _out_of_order(cells: Iterable[PreparedCell], authors: Iterable[AuthorCell]) -> bool:
    there = [cell.author.name for cell in cells if cell.author and cell.author.is_run]
    return there != [mine.name for mine in authors if mine.name in set(there)]


def _holds(cells: Iterable[PreparedCell], mine: AuthorCell) -> bool:
    return any(cell.author is mine for cell in cells)


def _place(cells: Sequence[PreparedCell], mine: AuthorCell, authors: Sequence[AuthorCell]) -> int:
    """Return where a missing cell belongs: behind what comes before it, as nbgrader has it.

    Author's code goes behind all author's code that comes before it, and before all that comes
    after it. The learner may have put the answers in any order.
    """
    order = {each.name: number for number, each in enumerate(authors)}
    number = order[mine.name]
    earlier = [0]
    later = [len(cells)]
    for place, cell in enumerate(cells):
        if cell.author is None:
            continue
        theirs = order[cell.author.name]
        if theirs == number - 1 or (cell.author.is_run and theirs < number):
            earlier.append(place + 1)
        if cell.author.is_run and theirs > number:
            later.append(place)
    return min(max(earlier), *later)
