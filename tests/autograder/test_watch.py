"""The desk is watched: what arrives is marked and returned, and nothing is said twice."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.backends.local import LocalBackend
from autograder.desk import Desk
from autograder.marks import BY_HAND
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.watch import watch
from course.result import read_result
from tests.small_desk import enrolled, hand_in, staff_list

pytestmark = pytest.mark.nbgrader


@pytest.fixture(scope="module")
def backend() -> Iterator[LocalBackend]:
    backend = LocalBackend(1)
    yield backend
    backend.close()


class Stopped(Exception):
    """Ctrl+C."""


class Watched:
    """A desk that is watched for some looks; before each, something happens."""

    def __init__(self, desk: Desk, backend: LocalBackend) -> None:
        self.desk = desk
        self.backend = backend
        self.said: list[str] = []
        self.followed = 0

    def while_this_happens(self, *happenings: Callable[[], object]) -> list[str]:
        """Watch; return what was said from the first happening on."""
        left = iter(happenings)
        begun: list[int] = []

        def pause(_: float) -> None:
            begun.append(len(self.said))
            happens = next(left, None)
            if happens is None:
                raise Stopped
            happens()

        with pytest.raises(Stopped):
            watch(
                self.desk,
                self.backend,
                self.said.append,
                after_marking=self.follow,
                pause=pause,
            )
        return self.said[begun[0] :]

    def follow(self) -> None:
        self.followed += 1


@pytest.fixture
def watched(tmp_path: Path, backend: LocalBackend) -> Watched:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    desk.enrol(staff_list(tmp_path, 2), tmp_path / "shared")
    return Watched(desk, backend)


def nothing() -> None:
    """Nothing happens between two looks."""


def test_what_arrives_is_marked_and_goes_back(watched: Watched, tmp_path: Path) -> None:
    learner, other = enrolled(watched.desk, tmp_path, 2)
    assert learner.hand_in is not None
    assert learner.results is not None
    first = hand_in(learner, tmp_path / "first")
    second = hand_in(other, tmp_path / "second")
    said = watched.while_this_happens(
        lambda: shutil.copy(first, str(learner.hand_in)),
        nothing,
        lambda: shutil.copy(second, watched.desk.folder / "incoming"),
        nothing,
    )
    assert [line.split()[0] for line in said] == ["Took", "Marked", "Took", "Marked"]
    assert watched.followed == 2
    (result,) = Path(learner.results).iterdir()
    assert read_result(result.read_bytes(), learner.desk_key).pseudonym == learner.pseudonym


def test_what_waits_for_an_expert_is_tried_again_once_she_was_there(
    watched: Watched, tmp_path: Path
) -> None:
    from nbgrader.api import Gradebook

    learner, _ = enrolled(watched.desk, tmp_path, 2)
    shutil.copy(hand_in(learner, tmp_path), watched.desk.folder / "incoming")
    root = watched.desk.folder

    def expert(waits: bool) -> Callable[[], None]:
        def give() -> None:
            with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
                grade = gradebook.find_grade(
                    "q10", "all_staff_check", "all_staff_check", learner.pseudonym
                )
                grade.manual_score, grade.needs_manual_grade = 0.5, waits
                gradebook.db.commit()
            # The desk has the attempt as one that waits for her.
            if waits:
                (receipt,) = watched.desk.receipts()
                marking = watched.desk.markings()[0]
                watched.desk.add_marking(
                    replace(marking, outcome="needs a person", reason=BY_HAND, record=None),
                    datetime.now(UTC),
                )
                assert watched.desk.waiting() == (receipt,)

        return give

    said = watched.while_this_happens(expert(True), nothing, nothing, expert(False), nothing)
    assert [line.partition(": ")[2] for line in said] == [
        "needs a person (written answers wait to be marked: qi-course desk open)",
        said[-1].partition(": ")[2],
    ]
    (record,) = watched.desk.marking_records()
    assert dict(record.scores)["q10"] == 0.5


def test_the_same_trouble_is_told_once(watched: Watched, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    said = watched.while_this_happens(
        lambda: shared.rename(tmp_path / "away"),
        nothing,
        nothing,
        lambda: (tmp_path / "away").rename(shared),
        nothing,
        lambda: shared.rename(tmp_path / "away"),
    )
    assert len(said) == 2
    assert all("can't be used now" in line for line in said)


def test_another_command_at_work_is_waited_for(watched: Watched, tmp_path: Path) -> None:
    learner, _ = enrolled(watched.desk, tmp_path, 2)
    other = Desk.open(watched.desk.folder)
    watched.desk._lock.timeout = 0.1

    def begin() -> None:
        other._lock.acquire()
        shutil.copy(hand_in(learner, tmp_path), watched.desk.folder / "incoming")

    said = watched.while_this_happens(begin, nothing, other._lock.release, nothing)
    assert said[0].startswith("Another command is at work on this desk")
    assert [line.split()[0] for line in said[1:]] == ["Took", "Marked"]


def test_a_learners_home_page_has_the_result_soon(tmp_path: Path, backend: LocalBackend) -> None:
    """With the real rests between two looks: a few seconds from handing in to the result."""
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    desk.enrol(staff_list(tmp_path, 1), tmp_path / "shared")
    (learner,) = enrolled(desk, tmp_path)
    stop = threading.Event()

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    def run() -> None:
        with pytest.raises(Stopped):
            watch(desk, backend, lambda _: None, pause=pause)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        packed = hand_in(learner, tmp_path / "work")
        shutil.copy(packed, str(learner.hand_in))
        deadline = time.monotonic() + 60
        while not list(Path(str(learner.results)).iterdir()) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join()
    (result,) = Path(str(learner.results)).iterdir()
    assert read_result(result.read_bytes(), learner.desk_key).attempt == 1
