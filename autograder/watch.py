"""Watching the desk: what arrives is marked within seconds, and its result goes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from autograder.backends import Backend
from autograder.book import Receipt
from autograder.desk import Desk
from autograder.engine.course_root import open_course_root
from autograder.engine.job import Job
from autograder.hand_in_file import LARGEST_ZIP
from autograder.marking import mark_everything
from course.errors import CourseError

#: How long it rests between two looks. Asking works on every drive; being told does not.
SECONDS_BETWEEN_LOOKS = 2.0


def watch(
    desk: Desk,
    backend: Backend,
    say: Callable[[str], object],
    *,
    after_marking: Callable[[], object] = lambda: None,
    pause: Callable[[float], object] = time.sleep,
) -> None:
    """Mark what arrives, until Ctrl+C.

    First everything that waits is marked; then what arrives, and what waited for an expert once
    the gradebook has changed. What came to nothing is not tried again and again.

    Parameters
    ----------
    desk : Desk
        The desk.
    backend : Backend
        What runs submissions; it stays open.
    say : callable
        Gets one line for each step. The same trouble is told once, until it has changed.
    after_marking : callable
        What follows when something was marked, such as issuing certificates.
    pause : callable
        Rests for so many seconds.
    """
    _warm_up(desk, backend)
    looks = _Looks(desk, backend, say)
    while True:
        if looks.look():
            after_marking()
        pause(SECONDS_BETWEEN_LOOKS)


def _warm_up(desk: Desk, backend: Backend) -> None:
    """Do what takes long the first time before anyone waits for it."""
    with desk.writing(), open_course_root(desk.folder):
        backend.submit(Job(cells=())).result()


class _Looks:
    """Looks at the desk again and again, and remembers what it has seen."""

    def __init__(self, desk: Desk, backend: Backend, say: Callable[[str], object]) -> None:
        self._desk = desk
        self._backend = backend
        self._say = say
        self._tried: set[int] = set()
        self._gradebook = _state_of(desk.folder / "gradebook.db")
        self._said_last: set[str] = set()
        self._said: set[str] = set()

    def look(self) -> bool:
        """Take in and mark what is new; say whether anything was marked."""
        self._said_last, self._said = self._said, set()
        try:
            return self._marked()
        except CourseError as busy:  # another command is at work on the desk, perhaps
            self._once(str(busy))
            return False

    def _marked(self) -> bool:
        gradebook = _state_of(self._desk.folder / "gradebook.db")
        if gradebook != self._gradebook:
            self._tried.clear()  # an expert has given marks meanwhile
            self._gradebook = gradebook
        if not (self._has_arrived() or self._fresh(self._desk)):
            return False
        report = mark_everything(
            self._desk,
            now=datetime.now(UTC),
            say=self._once,
            backend=self._backend,
            choose=self._fresh,
        )
        self._tried.update(marking.receipt.number for marking in report.markings)
        self._gradebook = _state_of(self._desk.folder / "gradebook.db")
        return bool(report.markings)

    def _has_arrived(self) -> bool:
        incoming = (self._desk.folder / "incoming").iterdir()
        # A name with a dot in front is still being written by a learner's computer.
        here = any(not path.name.startswith(".") for path in incoming)
        shared = self._desk.shared
        if shared is None:
            return here
        found, faults = shared.arrived(LARGEST_ZIP)
        for fault in faults:
            self._once(str(fault))
        return here or bool(found)

    def _fresh(self, desk: Desk) -> tuple[Receipt, ...]:
        """Return what waits and was not tried since anything changed."""
        return tuple(each for each in desk.waiting() if each.number not in self._tried)

    def _once(self, line: str) -> None:
        """Say a line, unless it was said at the last look too."""
        if line not in self._said_last and line not in self._said:
            self._say(line)
        self._said.add(line)


def _state_of(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
