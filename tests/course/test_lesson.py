"""A lesson is read from its file, as far as it can be read, and never run."""

import json

import pytest

from course.errors import CourseError
from course.lesson import module_id, read_lesson
from tests.small_lesson import changed, code, plus


def test_a_lesson_is_read_without_running_it(tmp_path):
    path = tmp_path / "a9_waiting_less.ipynb"
    ran = plus(code("bad", 'open("ran", "w"); predict("a9-late", "?", options, then=f)'))
    ran["cells"].append(code("broken", 'choice("a9-broken"'))
    path.write_text(json.dumps(ran), encoding="utf-8")
    lesson = read_lesson(path)
    assert (lesson.title, lesson.module) == ("Waiting less", "A9")
    assert lesson.activities == ("a9-late", "a9-guess", "a9-card", "a9-check", "a9-monday")
    assert lesson.words == ("system",)
    assert lesson.sections[0] == "What you will learn"
    assert lesson.key_points == ("Wait less.",)
    assert (lesson.monday, lesson.monday_activities) == ("Look.", ("a9-monday",))
    assert lesson.activities_by_cell[3] == ("a9-late",)
    assert not list(tmp_path.rglob("ran"))


def test_a_lesson_without_a_title_goes_by_its_file(tmp_path):
    path = tmp_path / "notes.ipynb"
    path.write_text('{"cells": []}', encoding="utf-8")
    lesson = read_lesson(path)
    assert (lesson.title, lesson.module) == ("notes", None)
    assert lesson.sections == lesson.activities == lesson.words == ()
    assert lesson.key_points == lesson.monday_activities == ()
    assert lesson.monday == ""


def test_the_step_on_monday_has_its_list_and_no_more(tmp_path):
    step = "## One thing to do on Monday\n\nLook.\n\n- One?\n- Two?\n\nPlease write no names."
    path = tmp_path / "a9_waiting_less.ipynb"
    path.write_text(json.dumps(changed("monday", source=step)), encoding="utf-8")
    assert read_lesson(path).monday == "Look. One? Two?"


def test_a_checklist_counts_once_and_may_hold_the_step_on_monday(tmp_path):
    path = tmp_path / "a9_waiting_less.ipynb"
    source = 'checklist("a9-monday", "What?", {"a": "A", "b": "B"}, model="Look.")'
    path.write_text(json.dumps(changed("monday-1", source=source)), encoding="utf-8")
    lesson = read_lesson(path)
    assert lesson.activities == ("a9-guess", "a9-card", "a9-check", "a9-monday")
    assert lesson.monday_activities == ("a9-monday",)


def test_a_file_that_is_not_there_or_no_notebook_is_refused(tmp_path):
    path = tmp_path / "a9_waiting_less.ipynb"
    with pytest.raises(CourseError, match="is not there"):
        read_lesson(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(CourseError, match="is not a notebook"):
        read_lesson(path)


def test_the_id_of_a_module_starts_the_file_name(tmp_path):
    assert module_id(tmp_path / "a1_x.ipynb") == "A1"
    assert module_id(tmp_path / "f12b_x.ipynb") == "F12b"
    assert module_id(tmp_path / "about_x.ipynb") is None
