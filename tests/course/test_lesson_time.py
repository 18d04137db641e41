"""How long a lesson takes: what is read, what is done, and what is left out."""

import json

import pytest

from course.lesson_time import SECONDS, WORDS_A_MINUTE, honest_minutes
from course.notebook import QUESTIONS, read_notebook
from tests.small_lesson import code, text


def minutes(tmp_path, *cells):
    path = tmp_path / "lesson.ipynb"
    content = {"cells": [*cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")
    return honest_minutes(read_notebook(path))


def words(count):
    return " ".join(["word"] * count)


def test_a_text_takes_the_time_to_read_it(tmp_path):
    assert minutes(tmp_path, text("a", words(2 * WORDS_A_MINUTE))) == pytest.approx(2)


def test_the_facilitators_note_is_not_read_by_learners(tmp_path):
    assert minutes(tmp_path, text("a", words(999), "facilitator")) == 0


def test_code_counts_only_what_it_shows(tmp_path):
    shown = '"""Notes to a programmer."""\ncolour = "red"\n'
    shown += f"show_html(\"<p class='a b'>{words(50)}</p>\")"
    note = 'def f():\n    """Say what this does and why."""\n    return 1'
    found = minutes(tmp_path, code("a", shown), code("b", note))
    assert found == pytest.approx((50 + 4) / WORDS_A_MINUTE)


def test_a_question_takes_its_words_one_feedback_and_time_to_think(tmp_path):
    asked = f'"a-1", "{words(20)}", {{"a": "{words(10)}", "b": "{words(10)}"}}'
    said = f'right="a", feedback={{"a": "{words(30)}", "b": "{words(50)}"}}'
    expected = (20 + 20 + 40) / WORDS_A_MINUTE + SECONDS["choice"] / 60
    assert minutes(tmp_path, code("a", f"choice({asked}, {said})")) == pytest.approx(expected)


def test_every_kind_of_question_has_its_time():
    assert {*QUESTIONS} <= {*SECONDS}
