"""Keys are read from hidden tests, and from nowhere else."""

import json

import pytest

from autograder.keys import Key, read_keys
from course.errors import CourseError


def notebook(tmp_path, source):
    path = tmp_path / "check.ipynb"
    path.write_text(json.dumps({"cells": [{"id": "q1", "source": source}]}), encoding="utf-8")
    return path


def test_the_key_and_its_reason_are_read(tmp_path):
    source = (
        'given = paper.answer("q1")\n### BEGIN HIDDEN TESTS\n'
        'key = {"q1-a": ("b", "Because.")}\nassert given\n### END HIDDEN TESTS'
    )
    assert read_keys(notebook(tmp_path, source)) == {"q1-a": Key("b", "Because.")}


def test_the_option_that_tampers_is_read(tmp_path):
    source = (
        "### BEGIN HIDDEN TESTS\n"
        'key = {"q13-a": ("b", "Because.", "c"), "q13-b": ("a", "So.")}\n### END HIDDEN TESTS'
    )
    keys = read_keys(notebook(tmp_path, source))
    assert {item: key.tampers for item, key in keys.items()} == {"q13-a": "c", "q13-b": None}


def test_a_slot_that_only_looks_back_has_an_empty_key(tmp_path):
    source = "### BEGIN HIDDEN TESTS\nkey = {}\nassert steady\n### END HIDDEN TESTS"
    assert read_keys(notebook(tmp_path, source)) == {}


def test_a_key_to_several_rows_is_read(tmp_path):
    source = (
        "### BEGIN HIDDEN TESTS\n"
        'key = {"q9-a": (("do=b", "plan=a"), "Because.")}\n### END HIDDEN TESTS'
    )
    (key,) = read_keys(notebook(tmp_path, source)).values()
    assert key.right == ("do=b", "plan=a")


def test_a_key_outside_the_hidden_part_does_not_count(tmp_path):
    assert read_keys(notebook(tmp_path, 'key = {"q1-a": ("b", "Because.")}')) == {}


@pytest.mark.parametrize(
    "hidden", ["key = {", "key = {'a': 'b'}", "key = {'a': ('b', 'c', 'd', 'e')}", "assert True"]
)
def test_a_hidden_test_without_a_readable_key_is_named(tmp_path, hidden):
    source = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    with pytest.raises(CourseError, match="cell q1"):
        read_keys(notebook(tmp_path, source))
