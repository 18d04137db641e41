"""What a learner handed in, read from ``submitted/`` without following it anywhere.

The folder may hold anything: links to the gradebook, pipes, a million files, damaged notebooks.
Only regular files within bounds are read, and a notebook is taken apart into plain values here.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from autograder.engine.snapshot import is_ignored
from course.errors import CourseError
from course.notebook import CELL_ID

TIMESTAMP = "timestamp.txt"
#: In bytes; an honest submission has well under a tenth of each.
LARGEST_FILE = 16 * 1024**2
# Read as JSON, a file may grow to some twenty times its size in memory.
LARGEST_NOTEBOOK = 8 * 1024**2
LARGEST_TOTAL = 64 * 1024**2
MOST_FILES = 500
MOST_CELLS = 1000
DEEPEST = 8

# What can't be part of a file's name everywhere, or would read as another name.
_PLAIN_NAME = re.compile(r'[^\x00-\x1f\x7f<>:"|?*\\/\ud800-\udfff]{1,120}')


class SubmissionDamaged(CourseError):
    """A submission can't be marked as it is; says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a learner handed in.

    Parameters
    ----------
    student : str
        Who.
    notebooks : mapping of str to bytes
        Each notebook, by its name without ``.ipynb``.
    files : mapping of str to bytes
        What lies beside them, by its path with ``/``.
    timestamp : datetime or None
        When it was handed in, in UTC, without a time zone as nbgrader has it.
    notes : tuple of str
        What was left out, and why.
    """

    student: str
    notebooks: Mapping[str, bytes]
    files: Mapping[str, bytes]
    timestamp: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmittedCell:
    """A cell as it was handed in: no more of it is used.

    Parameters
    ----------
    kind : str
        ``code``, ``markdown`` or ``raw``.
    source : str
        Its text.
    id : str or None
        Its id, if it has a usable one.
    name : str or None
        The ``grade_id`` that it claims.
    hidden : bool
        Whether its code is folded away.
    attached : bool
        Whether it had attachments, which are left out.
    """

    kind: Literal["code", "markdown", "raw"]
    source: str
    id: str | None = None
    name: str | None = None
    hidden: bool = False
    attached: bool = False


# ------------------------------------------------------------ the folder


def read_submission(root: Path, assignment: str, student: str) -> Submission:
    """Read ``submitted/<student>/<assignment>``.

    Parameters
    ----------
    root : Path
        The course root.
    assignment, student : str
        Which submission.

    Raises
    ------
    SubmissionDamaged
        If there is none, it is too large, or a notebook or the time of handing in can't be read.
    """
    folder = root / "submitted" / student / assignment
    notebooks: dict[str, bytes] = {}
    files: dict[str, bytes] = {}
    notes: list[str] = []
    room = LARGEST_TOTAL
    if any(_is_link(each) for each in (folder, folder.parent)):
        raise SubmissionDamaged(f"{folder} is a link. Put the submission itself there.")
    for name, entry in _entries(folder):
        notebook = "/" not in name and name.endswith(".ipynb")
        if is_ignored(name) and not notebook:
            continue
        reason, data = _content(entry, min(room, LARGEST_FILE))
        if reason and notebook:
            # Left out, it would score 0 as if it had not been handed in.
            raise SubmissionDamaged(f"{name} {reason}. Ask the learner to hand in again.")
        if reason:
            notes.append(f"{name} {reason}, so it was left out")
        elif notebook:
            notebooks[name.removesuffix(".ipynb")] = data
        else:
            files[name] = data
        room -= len(data)
    return Submission(student, notebooks, files, _timestamp(files.get(TIMESTAMP)), tuple(notes))


def _is_link(path: Path) -> bool:
    # A junction is what Windows has for a link to a folder.
    return path.is_symlink() or getattr(path, "is_junction", lambda: False)()


def _entries(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield everything in a folder that is not itself a folder, by its path; enters no link."""
    waiting = [("", folder)]
    seen = 0
    while waiting:
        within, path = waiting.pop()
        try:
            # Sorted, so that the same submission always gives the same result.
            entries = []
            with os.scandir(path) as found:
                for entry in found:
                    seen += 1
                    if seen > MOST_FILES:
                        raise SubmissionDamaged(
                            f"{folder} has more than {MOST_FILES} files. "
                            "Ask the learner to hand in the notebook and its data alone."
                        )
                    entries.append(entry)
        except OSError as error:
            raise SubmissionDamaged(
                f"{path} can't be read ({error.strerror}). Put the submission there again."
            ) from None
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = within + entry.name
            if not _is_link(path / entry.name) and entry.is_dir(follow_symlinks=False):
                if name.count("/") + 1 >= DEEPEST:
                    raise SubmissionDamaged(
                        f"{folder} has folders more than {DEEPEST} deep. "
                        "Ask the learner to hand in the notebook and its data alone."
                    )
                waiting.append((f"{name}/", path / entry.name))
            else:
                yield name, entry


def _content(entry: os.DirEntry[str], most: int) -> tuple[str, bytes]:
    """Return why a file is not taken, or nothing and what it holds."""
    if not _PLAIN_NAME.fullmatch(entry.name):
        return "has a name that not every computer can have", b""
    # Opened without following a link and without waiting for a pipe; then the open file itself is
    # judged, so that nothing can be put in its place in between.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    if _is_link(Path(entry.path)):
        return "is a link", b""
    if not entry.is_file(follow_symlinks=False):
        return "is not an ordinary file", b""
    try:
        handle = os.open(entry.path, flags)
    except OSError as error:
        return f"can't be read ({error.strerror})", b""
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return "is not an ordinary file", b""
        # A second name for the gradebook is no link that could be seen otherwise.
        if found.st_nlink > 1:
            return "is a file of some other folder too", b""
        data = file.read(most + 1)
    if len(data) > most:
        return f"is larger than the {most:,} bytes that are left for it", b""
    return "", data


def _timestamp(data: bytes | None) -> datetime | None:
    from nbgrader.utils import parse_utc

    words = (data or b"")[:100].decode("utf-8", "replace").strip()
    if not words:
        return None
    try:
        moment = parse_utc(words)
    except Exception:  # a learner's text, read by a parser that promises nothing
        moment = None
    if not isinstance(moment, datetime):
        raise SubmissionDamaged(
            f"{TIMESTAMP} holds {words!r}, which is no time. "
            "Write it like 2026-11-23 14:00:00 UTC, or delete the file."
        )
    return moment


# ------------------------------------------------------------ a notebook


def read_cells(name: str, data: bytes) -> tuple[SubmittedCell, ...]:
    """Return the cells of a notebook that may hold anything.

    Parameters
    ----------
    name : str
        The notebook's name, for messages.
    data : bytes
        Its file.

    Raises
    ------
    SubmissionDamaged
        If it isn't a notebook of format 4.

    Examples
    --------
    >>> read_cells("mine", b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}')
    (SubmittedCell(kind='code', source='1', id=None, name=None, hidden=False, attached=False),)
    """
    if len(data) > LARGEST_NOTEBOOK:
        raise _damaged(name, f"has more than {LARGEST_NOTEBOOK:,} bytes")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _damaged(name, "can't be read") from None
    match content:
        case {"nbformat": 4, "cells": [*cells]}:
            if len(cells) > MOST_CELLS:
                raise _damaged(name, f"has more than {MOST_CELLS:,} cells")
            return tuple(_cell(name, place, cell) for place, cell in enumerate(cells, start=1))
        case {"nbformat": int(version)} if version != 4:
            raise _damaged(name, "is of a format that is no longer used")
    raise _damaged(name, "is not a notebook")


def _cell(name: str, place: int, cell: Any) -> SubmittedCell:
    match cell:
        case {"cell_type": "code" | "markdown" | "raw" as kind, "source": source}:
            lines = source if isinstance(source, list) else [source]
            if all(isinstance(line, str) for line in lines):
                # A half of a pair of code units is no character, and no file could hold it.
                text = "".join(lines).encode("utf-8", "replace").decode("utf-8")
                about = _table(_table(cell.get("metadata")).get("nbgrader"))
                folded = _table(_table(cell.get("metadata")).get("jupyter"))
                id, known = cell.get("id"), about.get("grade_id")
                return SubmittedCell(
                    kind=kind,
                    source=text,
                    id=id if isinstance(id, str) and CELL_ID.fullmatch(id) else None,
                    name=known if isinstance(known, str) else None,
                    hidden=folded.get("source_hidden") is True,
                    attached=bool(cell.get("attachments")),
                )
    raise _damaged(name, f"is damaged in cell {place}")


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _damaged(name: str, reason: str) -> SubmissionDamaged:
    return SubmissionDamaged(
        f"{name}.ipynb {reason}. Ask the learner to open it in JupyterLab, save it and hand in "
        "again."
    )
