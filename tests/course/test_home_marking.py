"""Marking on a computer of one's own runs the desk's commands and tells what they said."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from course.errors import CourseError
from course.home.marking import Marking


def marking(program: str, workspace: Path) -> Marking:
    return Marking((sys.executable, "-c", program), workspace)


def finished(work: Marking) -> str:
    work.start()
    for thread in threading.enumerate():
        if thread.name.startswith("marking"):
            thread.join(60)
    return work.outcome.state


def test_marking_runs_mark_and_then_award(tmp_path: Path) -> None:
    work = marking("import sys; print('did', sys.argv[1])", tmp_path)
    assert work.outcome.state == "idle"
    assert finished(work) == "done"
    assert work.outcome.said == "did mark\ndid award"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; print('one refused'); sys.exit(1)", "one refused\none refused"),
        ("import sys; sys.exit('no desk') if 0 else print('x', file=sys.stderr) or exit(2)", "x"),
    ],
)
def test_marking_that_fails_says_why(tmp_path: Path, program: str, said: str) -> None:
    work = marking(program, tmp_path)
    assert finished(work) == "failed"
    assert work.outcome.said == said


def test_a_missing_command_is_told(tmp_path: Path) -> None:
    work = Marking((str(tmp_path / "nothing"),), tmp_path)
    assert finished(work) == "failed"
    assert "could not be run" in work.outcome.said
    with pytest.raises(CourseError, match="could not be run"):
        work.enrol("Sam", "")
