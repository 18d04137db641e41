"""Copies of the lessons come up to date, and nothing that a learner changed is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from course import copies
from course.errors import CourseError
from course.syllabus import load_syllabus
from course.workspace import Workspace
from tests.course_server import (
    LESSON,
    reopened,
)

A1 = load_syllabus().module("A1")
VERSION = load_syllabus().version
COPY = f"lessons/{LESSON}"
NEWER = f"lessons/1_all_staff/a1_why_improvement_newer_version_{VERSION}.ipynb"


def test_a_new_workspace_holds_copies_and_no_answers(lab: Path) -> None:
    (lab / "modules" / "1_all_staff" / "answers.json").write_text("{}")
    (lab / "modules" / "1_all_staff" / ".ipynb_checkpoints").mkdir()
    (lab / "modules" / "1_all_staff" / ".ipynb_checkpoints" / "x.ipynb").write_text("{}")
    workspace = reopened(lab)

    original = (lab / "modules" / LESSON).read_bytes()
    assert (workspace.folder / COPY).read_bytes() == original
    assert workspace.lesson_path(A1) == workspace.folder / COPY
    copies = {
        path.relative_to(workspace.folder).as_posix()
        for path in workspace.folder.rglob("*")
        if path.is_file() and ".qi-course" not in path.parts
    }
    assert copies == {COPY, "reference/own_data.ipynb"}


def test_opening_again_changes_nothing(workspace: Workspace, lab: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in workspace.folder.rglob("*.ipynb")}
    again = reopened(lab)
    assert not again.update()
    assert {path: path.stat().st_mtime_ns for path in again.folder.rglob("*.ipynb")} == before
    assert len(again.record.events("updated")) == 1


def test_an_update_replaces_a_copy_that_nobody_changed(workspace: Workspace, lab: Path) -> None:
    (lab / "modules" / LESSON).write_bytes(b"newer")
    update = workspace.update()
    assert update.replaced == (COPY,)
    assert (workspace.folder / COPY).read_bytes() == b"newer"


def test_an_update_never_touches_a_changed_copy(workspace: Workspace, lab: Path) -> None:
    (workspace.folder / COPY).write_bytes(b"my own notes")
    (lab / "modules" / LESSON).write_bytes(b"newer")

    update = workspace.update()

    assert update.beside == (NEWER,)
    assert (workspace.folder / COPY).read_bytes() == b"my own notes"
    assert (workspace.folder / NEWER).read_bytes() == b"newer"
    assert not workspace.update(), "the same version is offered once"
    assert workspace.newer == (NEWER,)
    (workspace.folder / NEWER).unlink()
    assert workspace.newer == (), "named until the learner deletes it"


def test_a_changed_newer_version_is_kept_too(workspace: Workspace, lab: Path) -> None:
    (workspace.folder / COPY).write_bytes(b"mine")
    (lab / "modules" / LESSON).write_bytes(b"newer")
    workspace.update()
    (workspace.folder / NEWER).write_bytes(b"mine as well")
    (lab / "modules" / LESSON).write_bytes(b"newest")

    (beside,) = workspace.update().beside

    assert (workspace.folder / beside).read_bytes() == b"newest"
    assert (workspace.folder / NEWER).read_bytes() == b"mine as well"
    assert (workspace.folder / COPY).read_bytes() == b"mine"


def test_a_lost_list_of_what_was_shipped_makes_an_update_careful(
    workspace: Workspace, lab: Path
) -> None:
    (workspace.folder / ".qi-course" / "shipped.json").write_text("damaged")
    old = (workspace.folder / COPY).read_bytes()
    (lab / "modules" / LESSON).write_bytes(b"newer")
    assert workspace.update().beside == (NEWER,)
    assert (workspace.folder / COPY).read_bytes() == old


def test_an_update_that_is_cut_short_goes_on_next_time(
    workspace: Workspace, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lab / "modules" / LESSON).write_bytes(b"newer")
    (lab / "modules" / "reference" / "own_data.ipynb").write_bytes(b"newer, too")
    whole = copies.write_whole

    def killed(path: Path, data: bytes) -> None:
        if path.name == "own_data.ipynb":
            raise OSError(28, "No space left on device")
        whole(path, data)

    monkeypatch.setattr(copies, "write_whole", killed)
    with pytest.raises(CourseError, match=r"No space.*untouched"):
        workspace.update()
    monkeypatch.undo()

    assert workspace.update().replaced == ("reference/own_data.ipynb",)
    (lab / "modules" / LESSON).write_bytes(b"newest")
    assert workspace.update().replaced == (COPY,), "still known to be unchanged"
