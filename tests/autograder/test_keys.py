"""Keys are read from hidden tests, and from nowhere else."""

import json

import pytest

from autograder.keys import read_keys
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
    assert read_keys(notebook(tmp_path, source)) == {"q1-a": ("b", "Because.")}


def test_a_key_to_several_rows_is_read(tmp_path):
    source = (
        "### BEGIN HIDDEN TESTS\n"
        'key = {"q9-a": (("do=b", "plan=a"), "Because.")}\n### END HIDDEN TESTS'
    )
    (key,) = read_keys(notebook(tmp_path, source)).values()
    assert key.right == ("do=b", "plan=a")


def test_a_key_outside_the_hidden_part_does_not_count(tmp_path):
    assert read_keys(notebook(tmp_path, 'key = {"q1-a": ("b", "Because.")}')) == {}


@pytest.mark.parametrize("hidden", ["key = {", "key = {'a': 'b'}", "assert True"])
def test_a_hidden_test_without_a_readable_key_is_named(tmp_path, hidden):
    source = f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    with pytest.raises(CourseError, match="cell q1"):
        read_keys(notebook(tmp_path, source))
