"""A lesson runs apart from everyone's answers, and one that can't run says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course.editions.running import Ran, run
from course.errors import CourseError
from tests.course.editions.small_story import write_story
from tests.course_server import write_notebook


def test_a_lesson_that_ran_can_be_kept_and_answers_are_left_alone(ran: Ran, story: Path) -> None:
    assert (story.parent / "answers.json").read_text() == "not to be read or changed"
    assert [path.name for path in sorted(story.parent.iterdir())] == [
        "a1_story.ipynb",
        "answers.json",
    ]
    assert Ran.from_json(json.loads(json.dumps(ran.as_json()))) == ran
    [guess] = ran.told[3]
    assert guess.guess == "More"
    stepper, nested = guess.then
    assert (stepper.kind, nested.guess) == ("stepper", "30 minutes")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 / 0", "x.ipynb does not run to its end .*ZeroDivisionError"),
        (
            "from qi_tools.teaching import predict\n"
            'predict("a1-x", "?", {"a": "A", "b": "B"}, then=lambda _: 1 / 0)',
            "A part of x.ipynb can't be made .*a1-x failed",
        ),
    ],
)
def test_a_lesson_that_does_not_run_whole_is_refused(
    tmp_path: Path, source: str, expected: str
) -> None:
    with pytest.raises(CourseError, match=expected):
        run(write_notebook(tmp_path / "x.ipynb", (("code", source, ()),)))


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = write_story(tmp_path / "x.ipynb")
    path.write_text("{")
    with pytest.raises(CourseError, match="can't be read as a notebook"):
        run(path)
