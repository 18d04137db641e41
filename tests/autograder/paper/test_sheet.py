"""Question sheets: the same draw as on a computer, under a code that fits no other sheet."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.desk import Desk
from autograder.intake import take_in
from autograder.paper.sheet import (
    ALPHABET,
    as_typed,
    lettered,
    people_in,
    questions,
    sheet_code,
    sheet_of,
    sheets_due,
)
from course.errors import CourseError, FaultsFound
from course.paper import Attempt, draw
from course.syllabus import Assessment
from tests.autograder.paper.conftest import ASSESSMENT, NOW
from tests.small_desk import enrolled, give_marks, hand_in

attempts = st.builds(
    Attempt, st.text("0123456789abcdef", min_size=16, max_size=16), st.just("all_staff_check"),
    st.sampled_from("12"), st.integers(1, 9),
)  # fmt: skip


@given(st.binary(min_size=32, max_size=32), attempts)
def test_a_code_is_eight_letters_that_survive_typing(secret: bytes, attempt: Attempt) -> None:
    code = sheet_code(secret, attempt)
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", code)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert as_typed(typed) == code


def test_each_attempt_of_each_person_has_its_own_code(desk: Desk, plan: Assessment) -> None:
    bank = questions(desk, plan)
    codes = {
        sheet_of(desk, person, bank, number).code
        for person in desk.people()
        for number in (1, 2, 3)
    }
    assert len(codes) == 9


def test_a_sheet_is_the_draw_that_a_computer_would_show(desk: Desk, plan: Assessment) -> None:
    bank = questions(desk, plan)
    (sheet, *_), faults = sheets_due(desk, plan, desk.people(), NOW)
    assert faults == ()
    assert sheet.drawn == draw(bank, sheet.person.pseudonym, "1", 1)
    assert list(lettered(sheet.drawn[0])) == list("ABCD")
    assert tuple(lettered(sheet.drawn[0]).values()) == sheet.drawn[0].order


def test_those_who_may_not_try_now_get_none_and_are_told_why(
    desk: Desk, plan: Assessment, tmp_path: Path
) -> None:
    first, second, third = enrolled(desk, tmp_path, 3)
    give_marks(desk, take_in(desk, hand_in(first, tmp_path), NOW), 5, NOW)
    give_marks(desk, take_in(desk, hand_in(second, tmp_path), NOW), 0, NOW)
    take_in(desk, hand_in(third, tmp_path), NOW)
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=25)
    sheets, faults = sheets_due(desk, plan, desk.people(), soon)
    assert sheets == ()
    assert [re.search("passed|try again from|not marked", str(fault))[0] for fault in faults] == [  # type: ignore[index]
        "passed",
        "try again from",
        "not marked",
    ]
    sheets, _ = sheets_due(desk, plan, desk.people(), later)
    assert [(sheet.person.pseudonym, sheet.attempt.attempt) for sheet in sheets] == [
        (second.pseudonym, 2)
    ]


def test_after_three_tries_a_facilitator_comes_first(
    desk: Desk, plan: Assessment, tmp_path: Path
) -> None:
    (learner,) = enrolled(desk, tmp_path, 1)
    for number in (1, 2, 3):
        day = NOW + number * timedelta(hours=25)
        packed = hand_in(learner, tmp_path, attempt=number, now=day)
        give_marks(desk, take_in(desk, packed, day), 0, day)
    later = NOW + timedelta(days=30)
    person = desk.person(learner.pseudonym)
    sheets, (fault,) = sheets_due(desk, plan, [person], later)
    assert sheets == ()
    assert "a talk with a facilitator" in str(fault)
    desk.allow_attempt(learner.pseudonym, ASSESSMENT, "Fran (simulated)", later)
    (sheet,), _ = sheets_due(desk, plan, [person], later)
    assert sheet.attempt.attempt == 4


def test_a_list_of_people_names_those_of_this_desk(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "workshop.csv"
    path.write_text("Name;Staff number\nA;003\nB;1\nB;1\n", encoding="utf-8")
    assert [person.staff_number for person in people_in(desk, path)] == ["3", "1"]
    path.write_text("staff_number\n3\n77\n\n88\n", encoding="utf-8")
    with pytest.raises(FaultsFound, match=r"(?s)line 3.*'77'.*line 5.*'88'"):
        people_in(desk, path)
    with pytest.raises(CourseError, match="can't be opened"):
        people_in(desk, tmp_path / "none.csv")
