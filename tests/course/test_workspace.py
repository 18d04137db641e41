"""A workspace keeps what a learner makes, whatever happens around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.errors import CourseError, Refused
from course.folders import REPOSITORY
from course.syllabus import load_syllabus
from course.workspace import Workspace
from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    KEY,
    LESSON,
    enrol,
    reopened,
)

A1 = load_syllabus().module("A1")
COPY = f"lessons/{LESSON}"


def test_a_folder_with_other_things_is_refused_and_left_alone(lab: Path) -> None:
    folder = lab / "workspace"
    folder.mkdir()
    (folder / "thesis.docx").write_text("mine")
    with pytest.raises(Refused, match="already holds other files"):
        reopened(lab)
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def test_the_courses_own_folder_stays_clean(lab: Path) -> None:
    with pytest.raises(Refused, match="stays clean"):
        Workspace.open(REPOSITORY / "work", modules=lab / "modules")
    assert not (REPOSITORY / "work").exists()


def test_a_newer_workspace_is_refused_and_left_alone(workspace: Workspace, lab: Path) -> None:
    state = workspace.folder / ".qi-course" / "workspace.json"
    state.write_text('{"schema": 2}')
    with pytest.raises(Refused, match="another version of the course"):
        reopened(lab)
    state.write_text("damaged")
    with pytest.raises(CourseError, match="is damaged"):
        reopened(lab)
    assert state.read_text() == "damaged"


def test_a_lesson_is_done_once_every_activity_has_an_answer(workspace: Workspace) -> None:
    answers = AnswerFile(workspace.folder / "lessons" / "1_all_staff" / "answers.json")
    assert workspace.progress(A1) is None

    answers.save(ACTIVITIES[0], "more")
    progress = workspace.progress(A1)
    assert progress is not None
    assert (progress.answered, progress.total) == (1, 2)
    assert workspace.record.lesson_done == {}

    answers.save(ACTIVITIES[1], "b")
    workspace.progress(A1)
    workspace.progress(A1)
    assert set(workspace.record.lesson_done) == {"A1"}
    assert len(workspace.record.events("lesson_progress")) == 2, "only news is recorded"


def test_answers_that_were_taken_back_or_are_damaged_do_not_count(workspace: Workspace) -> None:
    path = workspace.folder / "lessons" / "1_all_staff" / "answers.json"
    AnswerFile(path).save(ACTIVITIES[0], "")
    assert workspace.progress(A1) is None
    path.write_text("{")
    assert workspace.progress(A1) is None


def test_a_lesson_that_the_learner_broke_still_counts(workspace: Workspace) -> None:
    (workspace.folder / COPY).write_text("not a notebook any more")
    AnswerFile(workspace.folder / "lessons" / "1_all_staff" / "answers.json").save(
        ACTIVITIES[0], "more"
    )
    progress = workspace.progress(A1)
    assert progress is not None
    assert progress.total == 2


def test_the_chosen_group_wins_over_the_enrolled_one(workspace: Workspace) -> None:
    assert workspace.group is None
    enrol(workspace.folder, KEY, group="board")
    assert workspace.group == "board"
    workspace.choose_group("all_staff")
    assert workspace.group == "all_staff"
    with pytest.raises(CourseError, match="no dose 'nobody'"):
        workspace.choose_group("nobody")


def test_a_learner_goes_on_after_the_latest_answer(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "activities", lambda *_: ("one", "two", "three"))
    path = workspace.folder / "lessons" / "1_all_staff" / "answers.json"

    def go_on(**answered: str) -> str | None:
        answers = {
            id: {"value": value[5:], "revision": 1, "at": f"2026-11-23T{value[:5]}:00Z"}
            for id, value in answered.items()
        }
        path.write_text(json.dumps({"schema": 1, "answers": answers}))
        return workspace.go_on_at(A1)

    assert go_on() is None
    assert go_on(one="09:00x") == "two"
    assert go_on(one="09:00x", two="09:00x") == "three", "in one second, the order decides"
    assert go_on(two="09:00x") == "three"
    assert go_on(one="09:30x", three="09:00x") == "two"
    assert go_on(three="09:00x") == "one", "what was left out comes last"
    assert go_on(one="09:00x", two="09:10") == "two", "an answer taken back is open again"
    assert go_on(one="09:00x", two="09:00x", three="09:00x") is None
    path.write_text("{")
    assert workspace.go_on_at(A1) is None
