"""Marks are written whole or not at all, and what a person wrote stays."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.engine.prepare import prepare
from autograder.engine.record import record
from autograder.engine.score import Scored, score
from autograder.engine.snapshot import Snapshot
from autograder.engine.submitted import Submission, read_submission
from tests.autograder.engine.conftest import Course
from tests.autograder.engine.gradebook_rows import gradebook_rows
from tests.autograder.engine.small_notebook import ran
from tests.code_check import ASSESSMENT, HONEST, hand_in_to
from tests.code_check import submission as answered

pytestmark = pytest.mark.nbgrader

ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": []}


class Handed:
    """A submission in a course, ready to be recorded."""

    def __init__(self, course: Course, student: str = "ann", work: str = "full marks") -> None:
        self.course = course
        notebook = answered(course.root, HONEST[work].answers)
        hand_in_to(course.root, student, notebook, {"own.csv": b"mine"})
        self.snapshot: Snapshot = course.snapshot()
        self.submission: Submission = read_submission(course.root, ASSESSMENT, student)

    def scored(self, **outputs: Any) -> Scored:
        made = prepare(self.snapshot, self.submission, learner_code=True)
        return score(made, [ran(each, **outputs) for each in made.notebooks])

    def record(self, scored: Scored | None = None, settings: Any = None, **outputs: Any) -> None:
        record(
            self.course.gradebook,
            self.course.root,
            self.snapshot,
            self.submission,
            scored or self.scored(**outputs),
            settings,
        )

    @property
    def folder(self) -> Path:
        return self.course.root / "autograded" / self.submission.student / ASSESSMENT

    def grades(self) -> dict[str, Mapping[str, Any]]:
        return {row["cell"]: row for row in gradebook_rows(self.course.root)["grade"]}


@pytest.fixture
def handed(course: Course) -> Handed:
    return Handed(course)


def test_marks_and_the_marked_notebook_are_written(handed: Handed) -> None:
    handed.record(check_median=[ERROR])
    grades = handed.grades()
    assert grades["check-median"]["auto_score"] == 0
    assert grades["check-limits"]["auto_score"] == 3
    assert (grades["words"]["auto_score"], grades["words"]["needs_manual_grade"]) == (None, 1)
    names = {path.name for path in handed.folder.iterdir()}
    assert names == {f"{ASSESSMENT}.ipynb", "waits.csv", "own.csv", "timestamp.txt"}
    notebook = json.loads((handed.folder / f"{ASSESSMENT}.ipynb").read_text(encoding="utf-8"))
    failed = next(cell for cell in notebook["cells"] if cell["id"] == "check-median")
    assert failed["outputs"] == [ERROR]
    assert [path.name for path in handed.folder.parent.iterdir()] == [ASSESSMENT]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_no_one_changes_a_marked_file(handed: Handed) -> None:
    handed.record()
    assert {path.stat().st_mode & 0o777 for path in handed.folder.iterdir()} == {0o444}
    handed.record()  # and yet they can be replaced


def test_nbgrader_and_formgrader_read_it(handed: Handed) -> None:
    handed.record(check_median=[ERROR])
    book = handed.course.gradebook
    submission = book.find_submission(ASSESSMENT, "ann")
    assert submission.score == 18
    assert submission.max_score == 23
    assert submission.needs_manual_grade
    assert submission.notebooks[0].failed_tests
    assert submission.timestamp == datetime(2026, 11, 23, 14)
    (row,) = book.notebook_submission_dicts(ASSESSMENT, ASSESSMENT)
    assert row["code_score"] == 18


def test_marking_again_keeps_what_a_person_wrote(handed: Handed) -> None:
    handed.record()
    book = handed.course.gradebook
    grade = book.find_grade("check-limits", ASSESSMENT, ASSESSMENT, "ann")
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
    book.find_comment("median", ASSESSMENT, ASSESSMENT, "ann").manual_comment = "Well done."
    book.find_submission_notebook(ASSESSMENT, ASSESSMENT, "ann").flagged = True
    book.db.commit()
    handed.record(check_limits=[ERROR])
    again = handed.grades()["check-limits"]
    assert (again["auto_score"], again["manual_score"], again["extra_credit"]) == (0, 1.5, 0.5)
    assert again["needs_manual_grade"] == 1
    rows = gradebook_rows(handed.course.root)
    assert {row["manual_comment"] for row in rows["comment"]} == {None, "Well done."}
    assert rows["submitted_notebook"][0]["flagged"] == 1
    assert [len(rows[table]) for table in ("student", "submitted_assignment", "grade")] == [
        *(1, 1, 11)
    ]


def test_a_student_who_is_known_keeps_their_name(handed: Handed) -> None:
    handed.course.gradebook.add_student("ann", first_name="Ann")
    handed.record()
    (student,) = gradebook_rows(handed.course.root)["student"]
    assert student["first_name"] == "Ann"


def test_a_submission_without_a_time_keeps_the_one_it_has(handed: Handed) -> None:
    handed.record()
    handed.submission = replace(handed.submission, timestamp=None)
    handed.record()
    (row,) = gradebook_rows(handed.course.root)["submitted_assignment"]
    assert row["timestamp"].startswith("2026-11-23 14:00:00")


def test_a_notebook_that_is_missing_scores_nothing(handed: Handed) -> None:
    handed.record()
    found = handed.scored()
    handed.record(Scored((), (found.notebooks[0].author,), found.files))
    assert {row["auto_score"] for row in handed.grades().values()} == {0}
    assert {row["needs_manual_grade"] for row in handed.grades().values()} == {0}
    assert not (handed.folder / f"{ASSESSMENT}.ipynb").exists()


# ------------------------------------------------------------ being late


def late_penalty(handed: Handed, rule: object) -> float | None:
    from nbgrader.plugins import LateSubmissionPlugin
    from traitlets.config import Config

    class Rule(LateSubmissionPlugin):  # type: ignore[misc]
        def late_submission_penalty(self, student_id: str, score: float, late: float) -> Any:
            assert (student_id, score, late) == ("ann", 19, 3600)
            return rule

    settings = Config({"AssignLatePenalties": {"plugin_class": Rule}})
    handed.snapshot = replace(handed.snapshot, duedate=datetime(2026, 11, 23, 13))
    handed.record(settings=settings)
    (row,) = gradebook_rows(handed.course.root)["submitted_notebook"]
    penalty: float | None = row["late_submission_penalty"]
    return penalty


@pytest.mark.parametrize(
    ("rule", "penalty"), [(None, None), (2.5, 2.5), (0, 0), (-1, 0), (19, 19), (20, 19)]
)
def test_being_late_costs_what_the_desks_rule_says(
    handed: Handed, rule: float | None, penalty: float | None
) -> None:
    assert late_penalty(handed, rule) == penalty


def test_who_is_late_no_more_loses_nothing(handed: Handed) -> None:
    assert late_penalty(handed, 5) == 5
    handed.course.gradebook.grant_extension(ASSESSMENT, "ann", hours=1)
    handed.record()
    (row,) = gradebook_rows(handed.course.root)["submitted_notebook"]
    assert row["late_submission_penalty"] is None


# ------------------------------------------------------------ whole or not at all


class Broken(Exception):
    """What stops a test's recording."""


def test_a_gradebook_that_fails_leaves_everything_as_it_was(
    handed: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed.record()
    before = gradebook_rows(handed.course.root)
    notebook = (handed.folder / f"{ASSESSMENT}.ipynb").read_bytes()

    def fail() -> None:
        raise Broken

    with monkeypatch.context() as patched:
        patched.setattr(handed.course.gradebook.db, "commit", fail)
        with pytest.raises(Broken):
            handed.record(check_limits=[ERROR])
    handed.course.gradebook.db.commit()  # what failed must not come in with the next one
    assert gradebook_rows(handed.course.root) == before
    assert (handed.folder / f"{ASSESSMENT}.ipynb").read_bytes() == notebook
    assert [path.name for path in handed.folder.parent.iterdir()] == [ASSESSMENT]


def test_a_disk_that_is_full_leaves_everything_as_it_was(
    handed: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", fail)
    with pytest.raises(OSError, match="No space"):
        handed.record()
    assert handed.grades() == {}
    assert [*handed.folder.parent.iterdir()] == []


@pytest.mark.parametrize("renames", [0, 1])
def test_a_run_that_is_killed_is_mended_by_the_next(
    handed: Handed, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    """Killed before the old folder is moved aside, or before the new one is in its place."""
    handed.record()
    left: list[None] = [None] * renames

    def killed(action: Any) -> Any:
        if not left:
            raise Broken
        left.pop()
        return action()

    with monkeypatch.context() as patched:
        patched.setattr("autograder.engine.record.patiently", killed)
        # As after a kill, nothing is cleaned up.
        patched.setattr("autograder.engine.record._remove", lambda folder: None)
        with pytest.raises(Broken):
            handed.record(check_limits=[ERROR])
    marked = handed.grades()["check-limits"]["auto_score"]
    # Never marks beside a notebook that they don't belong to.
    assert (handed.folder.exists(), marked) == ((True, 3) if renames == 0 else (False, 0))
    handed.record(check_limits=[ERROR])
    assert handed.grades()["check-limits"]["auto_score"] == 0
    assert [path.name for path in handed.folder.parent.iterdir()] == [ASSESSMENT]


def test_a_run_that_is_killed_at_the_end_leaves_a_folder_that_the_next_deletes(
    handed: Handed,
) -> None:
    handed.record()
    old = handed.folder.with_name(f".{ASSESSMENT}.old")
    old.mkdir()
    (old / "waits.csv").write_bytes(b"old")
    handed.record()
    assert [path.name for path in handed.folder.parent.iterdir()] == [ASSESSMENT]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_no_file_is_written_through_a_link(handed: Handed) -> None:
    outside = handed.course.root / "outside"
    outside.mkdir()
    handed.folder.parent.mkdir(parents=True)
    handed.folder.symlink_to(outside, target_is_directory=True)
    handed.record()
    assert [*outside.iterdir()] == []
    assert not handed.folder.is_symlink()
