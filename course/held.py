"""Everything that is held about a learner on their computer: a copy to take along, and erasure."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from course.enrolled import ENROLMENT
from course.errors import CourseError
from course.record import Record

_NOTE = (
    "This is everything that the course holds about you on this computer.\n"
    "record.csv lists what was recorded, and when. The other files are as they were in your\n"
    "folder. The secret that proves your hand-ins is left out: whoever has it could hand in as\n"
    "you. The marking desk keeps its own records; your improvement team can tell you about them.\n"
)


def export(folder: Path, record: Record, to: Path) -> Path:
    """Write everything in a learner's folder into one zip file, and return it.

    The secret that proves hand-ins is left out, since whoever has it can hand in as the learner.

    Raises
    ------
    CourseError
        The copy can't be written; nothing was changed.
    """
    events = io.StringIO(newline="")
    table = csv.writer(events, lineterminator="\n")
    table.writerow(("when", "what", "about", "details"))
    for event in record.events():
        table.writerow((event.at, event.kind, event.subject, json.dumps(event.detail)))
    partial = to.with_name(f".{to.name}.part")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("READ ME FIRST.txt", _NOTE)
            archive.writestr("record.csv", events.getvalue().encode("utf-8-sig"))
            for path in _files(folder):
                name = path.relative_to(folder).as_posix()
                if name == ENROLMENT:
                    archive.writestr(name, _without_secret(path.read_bytes()))
                elif path != partial:
                    archive.write(path, name)
        partial.replace(to)
    except OSError as error:
        raise CourseError(
            f"The copy could not be written ({error.strerror}). Make room on the disk and "
            "try again; nothing was changed."
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    return to


def erase(folder: Path) -> tuple[str, ...]:
    """Remove everything in a learner's folder, their own files too, and say what it was.

    Raises
    ------
    CourseError
        Some files could not be removed; they are named.
    """
    gone = tuple(path.relative_to(folder).as_posix() for path in _files(folder))
    kept: list[str] = []
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, onerror=lambda _do, path, _why: kept.append(path))
        else:
            try:
                child.unlink()
            except OSError:
                kept.append(str(child))
    if kept:
        raise CourseError(
            f"Not everything could be erased: {', '.join(sorted(kept))}. Close the programs "
            "that use these files, then erase again."
        )
    return gone


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _without_secret(data: bytes) -> bytes:
    content = {**json.loads(data), "secret": "left out of this copy"}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
