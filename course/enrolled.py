"""The enrolment in a learner's folder: who the desk knows them as."""

from __future__ import annotations

from pathlib import Path

from course.enrolment import Enrolment, read_enrolment, write_enrolment
from course.errors import CourseError, Refused
from qi_tools.whole_file import write_whole

HIDDEN = ".qi-course"
ENROLMENT = f"{HIDDEN}/enrolment.json"


def enrolment_in(folder: Path) -> Enrolment | None:
    """Return the enrolment in a learner's folder, or None before enrolment."""
    path = folder / ENROLMENT
    return read_enrolment(path) if path.is_file() else None


def enrolled_in(folder: Path) -> Enrolment:
    """Return the enrolment in a learner's folder.

    Raises
    ------
    CourseError
        The learner is not enrolled yet.
    """
    enrolment = enrolment_in(folder)
    if enrolment is None:
        raise CourseError("You are not enrolled yet. Enrol from the course's front page first.")
    return enrolment


def enrol(folder: Path, data: bytes) -> Enrolment:
    """Take an enrolment file into a learner's folder.

    Raises
    ------
    Refused
        Someone else is enrolled in this folder.
    CourseError
        The file is not an enrolment file.
    """
    incoming = folder / HIDDEN / "enrolment.new"
    try:
        write_whole(incoming, data, mode=0o600)
        enrolment = read_enrolment(incoming)
    except OSError as error:
        raise CourseError(
            f"The enrolment file could not be saved ({error.strerror}). Make room on the disk and "
            "try again; nothing was changed."
        ) from None
    finally:
        incoming.unlink(missing_ok=True)
    known = enrolment_in(folder)
    if known is not None and known.pseudonym != enrolment.pseudonym:
        raise Refused(
            "This folder already belongs to another enrolment. Use the file you were given "
            "first, or erase what this folder holds before you start anew."
        )
    write_enrolment(enrolment, folder / ENROLMENT)
    return enrolment
