"""The board's questions on paper: what only looks back is told before, and never asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.desk import Desk
from autograder.paper.entry import list_to_fill
from autograder.paper.pages import sheets_page
from autograder.paper.printed import print_sheets
from autograder.paper.sheet import Sheet
from autograder.people import Person
from course.errors import Refused
from course.paper import Attempt, draw
from course.syllabus import load_syllabus
from tests.course.assessment_source import learner
from tests.course.decisions.board import BOARD
from tests.course.decisions.check import chart_of


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    bank = BOARD.bank
    person = Person(learner(3), "S1", "Grace Simulated", None, "board")
    attempt = Attempt(person.pseudonym, BOARD.name, "1", 1)
    drawn = draw(bank, person.pseudonym, "1", 1)
    return Sheet(person, attempt, "AAAA-BBBB", drawn, bank.look_backs)


def test_a_look_back_is_told_once_before_the_first_decision(sheet: Sheet) -> None:
    page = sheets_page([sheet], load_syllabus().assessment(BOARD.name), "Riverside (simulated)")
    (back,) = sheet.look_backs
    assert page.count(back.text) == 1
    assert page.index("<h2>12. ") < page.index(back.text) < page.index("<h2>13. ")
    assert "<h2>24. " in page
    assert "<h2>25. " not in page
    assert "There are 24 questions" in page


def test_charts_are_printed_with_what_they_show(sheet: Sheet) -> None:
    page = sheets_page([sheet], load_syllabus().assessment(BOARD.name), "Riverside (simulated)")
    shown = [chart_of(each.item).shows for each in sheet.drawn if each.item.chart]
    assert page.count("judged by the") == shown.count("signals") > 0
    assert page.count("rules look for") == shown.count("limits") > 0


def test_the_list_for_typing_has_no_column_for_it(sheet: Sheet) -> None:
    columns = list_to_fill([sheet]).splitlines()[0].split(",")
    assert [each for each in columns if each.startswith("q")] == list(BOARD.slots)
    assert BOARD.look_back not in columns


def test_written_work_is_not_printed(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    with pytest.raises(Refused, match="has written work"):
        print_sheets(desk, load_syllabus().assessment(BOARD.name), (), datetime.now(UTC))
