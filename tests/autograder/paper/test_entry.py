"""Typed answers: every cell understood or named, the usual rules on attempts, and whose work."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.desk import Desk
from autograder.hand_in_file import open_hand_in
from autograder.paper import entry
from autograder.paper.entry import EntryReport, enter, list_to_fill
from autograder.paper.sheet import Sheet, lettered, sheets_due
from course.errors import CourseError, FaultsFound, Refused
from course.syllabus import Assessment
from qi_tools.answers import parse_answers
from tests.autograder.paper.conftest import NOW
from tests.small_desk import give_marks

GOOD = {"taken_on": "23/11/2026", "own_answers": "Yes", "q1": "b", "q2": "CAB", "q3": "A"}
Cells = Mapping[str, str]


@pytest.fixture
def sheets(desk: Desk, plan: Assessment) -> tuple[Sheet, ...]:
    return sheets_due(desk, plan, desk.people(), NOW)[0]


def filled(folder: Path, sheets: tuple[Sheet, ...], *rows: Cells) -> Path:
    """Fill in the list as someone would in a spreadsheet, one row for each of the first sheets."""
    blank = csv.DictReader(io.StringIO(list_to_fill(sheets)))
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, blank.fieldnames or (), delimiter=";")
        table.writeheader()
        for row, cells in zip(blank, rows, strict=False):
            table.writerow({**row, **cells})
    return path


def entered(desk: Desk, plan: Assessment, path: Path, **changed: object) -> EntryReport:
    about = {"by": "Jo Typist", "checked_by": "Sam Checker", "now": NOW, **changed}
    return enter(desk, plan, path, **about)  # type: ignore[arg-type]


def faults_of(desk: Desk, plan: Assessment, path: Path) -> str:
    with pytest.raises(FaultsFound) as found:
        entered(desk, plan, path)
    assert desk.receipts() == ()
    assert desk.paper_entries() == ()
    return str(found.value)


def test_what_is_typed_becomes_a_hand_in_like_any_other(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    report = entered(desk, plan, filled(tmp_path, sheets, GOOD, {**GOOD, "q1": "-", "q2": "a-c"}))
    assert report.summary() == "2 entered, 0 refused."
    first, second = desk.receipts()
    assert (first.pseudonym, first.attempt) == (sheets[0].person.pseudonym, 1)
    answers = {
        id: answer.value
        for id, answer in parse_answers(
            open_hand_in(desk.hand_in(first).read_bytes()).answers
        ).items()
    }
    q1, q2, q3 = sheets[0].drawn
    rows = dict(zip(q2.rows, (lettered(q2)[letter] for letter in "CAB"), strict=True))
    assert answers == {
        q1.item.id: lettered(q1)["B"],
        q2.item.id: tuple(sorted(f"{row}={option}" for row, option in rows.items())),
        q3.item.id: lettered(q3)["A"],
    }
    # What was left open, or open in one row, has no answer.
    kept = parse_answers(open_hand_in(desk.hand_in(second).read_bytes()).answers)
    assert set(kept) == {sheets[1].drawn[2].item.id}


def test_the_book_says_who_typed_and_who_checked(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    entered(desk, plan, filled(tmp_path, sheets, GOOD), by="  Jo   Typist ")
    (kept,) = desk.paper_entries()
    assert (kept.entered_by, kept.checked_by) == ("Jo Typist", "Sam Checker")
    assert (kept.sheet, kept.taken_on) == (sheets[0].code, "2026-11-23")
    assert kept.receipt == desk.receipts()[0].number


@pytest.mark.parametrize(
    ("by", "checked_by", "words"),
    [
        ("", "Sam", "who typed"),
        ("Jo", " ", "who typed"),
        ("Jo  Bell", "jo bell", "can't check their own"),
    ],
)
def test_it_takes_two_people(
    desk: Desk,
    plan: Assessment,
    sheets: tuple[Sheet, ...],
    tmp_path: Path,
    by: str,
    checked_by: str,
    words: str,
) -> None:
    with pytest.raises(Refused, match=words):
        entered(desk, plan, filled(tmp_path, sheets, GOOD), by=by, checked_by=checked_by)
    assert desk.receipts() == ()


WRONG = {
    "no such sheet": ({"sheet": "AAAA-AAAA"}, "line 2, sheet: is 'AAAA-AAAA', the code of no"),
    "another's sheet": ({"staff_number": "2"}, "line 2, staff_number: is '2', and sheet"),
    "not ticked": ({"own_answers": "no"}, "line 2, own_answers: must be yes"),
    "tick left out": ({"own_answers": ""}, "line 2, own_answers: must be yes"),
    "no day": ({"taken_on": ""}, "line 2, taken_on: is ''"),
    "no such day": ({"taken_on": "31/02/2026"}, "line 2, taken_on: is '31/02/2026'"),
    "a day to come": ({"taken_on": "24/11/2026"}, "line 2, taken_on: is '24/11/2026'"),
    "left out": ({"q1": ""}, "line 2, q1: is ''; type one letter A to D, or -"),
    "no such letter": ({"q1": "E"}, "line 2, q1: is 'E'; type one letter A to D"),
    "two letters": ({"q1": "AB"}, "line 2, q1: is 'AB'; type one letter A to D"),
    "a row too few": ({"q2": "AB"}, "line 2, q2: is 'AB'; type 3 letters A to C, one for each row"),
    "no answer at all": ({"q1": "-", "q2": "-", "q3": "-"}, "line 2: has no answer at all"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_cell_that_cannot_be_understood_is_named(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path, name: str
) -> None:
    cells, words = WRONG[name]
    assert words in faults_of(desk, plan, filled(tmp_path, sheets, {**GOOD, **cells}))


def test_all_faults_come_at_once_and_nothing_is_entered(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    rows = ({**GOOD, "q1": "x"}, GOOD, {**GOOD, "q3": "", "own_answers": ""})
    said = faults_of(desk, plan, filled(tmp_path, sheets, *rows))
    for words in ("3 faults", "line 2, q1", "line 4, own_answers", "line 4, q3"):
        assert words in said


def test_a_sheet_stands_once_in_a_list(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    twice = {**GOOD, "sheet": sheets[0].code.lower(), "staff_number": "1"}
    said = faults_of(desk, plan, filled(tmp_path, sheets, GOOD, twice))
    assert "line 3, sheet: stands on line 2 already" in said


@pytest.mark.parametrize("data", [b"", b"\0\1", b"sheet,q1\nA,B\n"])
def test_what_is_no_list_is_refused(
    desk: Desk, plan: Assessment, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(data)
    faults_of(desk, plan, path)


def test_the_same_list_again_enters_no_one_twice(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    entered(desk, plan, filled(tmp_path, sheets, GOOD))
    report = entered(desk, plan, filled(tmp_path, sheets, GOOD, GOOD))
    assert report.summary() == "1 entered, 0 refused, 1 entered before."
    assert len(desk.receipts()) == 2


def test_other_answers_later_change_nothing(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    entered(desk, plan, filled(tmp_path, sheets, GOOD))
    report = entered(desk, plan, filled(tmp_path, sheets, {**GOOD, "q1": "C"}))
    assert report.summary() == "0 entered, 1 refused."
    assert "with other answers, which stand" in str(report.refused[0])
    assert len(desk.receipts()) == len(desk.paper_entries()) == 1


def test_an_entry_that_was_cut_off_is_finished(
    desk: Desk,
    plan: Assessment,
    sheets: tuple[Sheet, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = filled(tmp_path, sheets, GOOD)
    with monkeypatch.context() as killed:
        killed.setattr(entry, "stamp", lambda now: 1 / 0)  # taken in, not yet in the book
        with pytest.raises(ZeroDivisionError):
            entered(desk, plan, path)
    assert len(desk.receipts()) == 1
    assert desk.paper_entries() == ()
    assert entered(desk, plan, path).summary() == "1 entered, 0 refused."
    assert len(desk.paper_entries()) == 1


def test_the_rules_on_attempts_are_the_same(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path
) -> None:
    entered(desk, plan, filled(tmp_path, sheets, GOOD))
    (receipt,) = desk.receipts()
    give_marks(desk, receipt, 0, NOW)
    day = NOW + timedelta(hours=25)
    again = sheets_due(desk, plan, desk.people(), day)[0]
    assert again[0].attempt.attempt == 2
    too_early = entered(desk, plan, filled(tmp_path, again, GOOD), now=NOW + timedelta(hours=1))
    assert "24 hours after the last result" in str(too_early.refused[0])
    assert entered(desk, plan, filled(tmp_path, again, GOOD), now=day).summary() == (
        "1 entered, 0 refused."
    )
    give_marks(desk, desk.receipts()[-1], 5, day)
    third = entered(desk, plan, filled(tmp_path, sheets, {**GOOD, "q1": "C"}), now=day)
    assert third.entered == ()


def test_a_list_that_cannot_be_opened(desk: Desk, plan: Assessment, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="can't be opened"):
        entered(desk, plan, tmp_path / "none.csv")


def test_a_name_is_no_formula(desk: Desk, sheets: tuple[Sheet, ...]) -> None:
    from dataclasses import replace

    person = replace(sheets[0].person, name="=1+1")
    assert "'=1+1" in list_to_fill([replace(sheets[0], person=person)])
    assert list_to_fill(()).startswith("sheet,staff_number,taken_on,own_answers")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(cells=st.fixed_dictionaries({name: st.text(max_size=6) for name in GOOD}))
def test_no_text_breaks_it(
    desk: Desk, plan: Assessment, sheets: tuple[Sheet, ...], tmp_path: Path, cells: Cells
) -> None:
    try:
        entered(desk, plan, filled(tmp_path, sheets, cells))
    except FaultsFound:
        assert len(desk.receipts()) == len(desk.paper_entries())
