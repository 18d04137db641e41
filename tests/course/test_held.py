"""A learner can take along, or erase, everything that is held about them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from course.enrolment import write_enrolment
from course.held import erase, export
from course.workspace import ENROLMENT, Workspace
from tests.course_server import (
    ASSESSMENT,
    LESSON,
    PSEUDONYM,
    reopened,
)

COPY = f"lessons/{LESSON}"


def test_an_export_holds_everything_but_the_secret(waiting: Workspace, tmp_path: Path) -> None:
    path = export(waiting.folder, waiting.record, tmp_path / "copy.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        record = archive.read("record.csv").decode("utf-8-sig")
        everything = b"".join(map(archive.read, names))
    assert {COPY, "READ ME FIRST.txt", ".qi-course/record.sqlite"} <= names
    assert f"assessments/{ASSESSMENT}/attempt_1/answers.json" in names
    assert "handed_in" in record
    assert bytes(range(32)).hex().encode() not in everything
    assert PSEUDONYM.encode() in everything


def test_an_export_into_the_workspace_itself_does_not_hold_itself(workspace: Workspace) -> None:
    path = export(workspace.folder, workspace.record, workspace.folder / "copy.zip")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "copy.zip" in name]


def test_erasing_says_what_it_erased_and_keeps_nothing(waiting: Workspace, lab: Path) -> None:
    (waiting.folder / "my_data.csv").write_text("mine")
    outside = lab / "outside.txt"
    outside.write_text("not in the workspace")
    (waiting.folder / "outbox" / "link").symlink_to(outside)

    gone = erase(waiting.folder)

    assert list(waiting.folder.iterdir()) == []
    assert {"my_data.csv", COPY, ".qi-course/record.sqlite", ".qi-course/enrolment.json"} <= set(
        gone
    )
    assert outside.read_text() == "not in the workspace"
    fresh = reopened(lab)
    assert fresh.enrolment is None
    assert fresh.attempts(ASSESSMENT) == ()


def test_nothing_of_a_person_but_the_pseudonym_is_kept(waiting: Workspace) -> None:
    assert waiting.enrolment is not None
    write_enrolment(waiting.enrolment, waiting.folder / ENROLMENT)
    text = " ".join(str(event) for event in waiting.record.events())
    assert "name" not in text.lower()
    assert "@" not in text
