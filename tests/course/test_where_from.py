"""The page that says what the course rests on is dated, and names every lesson."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from course.errors import CourseError
from course.syllabus import load_syllabus
from course.where_from import where_from


def test_it_was_checked_on_a_real_day_that_is_past() -> None:
    assert date(2026, 1, 1) < where_from().checked <= date.today()


def test_it_lists_what_each_lesson_draws_on() -> None:
    listed = where_from().text.partition("## What each lesson draws on")[2]
    for module in load_syllabus().modules:
        assert (f"- **{module.id}.** " in listed) == module.built, module.id


def test_it_names_what_is_history_and_what_is_ours() -> None:
    text = where_from().text
    for words in (
        "NHS Improvement no longer exists",
        "NHS IMPACT now frames policy",
        "It is not a copy of anyone's table.",
        "Associates in Process Improvement",
        "Open Government Licence v3.0",
        "Not endorsed by NHS England, IHI or R Lloyd. Not CPD-accredited.",
    ):
        assert words in text


@pytest.mark.parametrize(
    "text",
    [
        "# Where this comes from\n",
        "Last checked: 31 June 2026.",
        "Last checked: 1 Frimaire 2026.",
        "Last checked: 1 June 2026.\nLast checked: 2 June 2026.",
    ],
)
def test_a_page_without_one_real_day_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "where_from.md"
    path.write_text(text)
    with pytest.raises(CourseError, match="one line with a real day"):
        where_from(path)


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="can't be read"):
        where_from(tmp_path / "where_from.md")
