"""What is printed: a sheet for each person with nothing but their own questions, and results."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from autograder.desk import Desk
from autograder.paper.entry import enter
from autograder.paper.printed import LIST, RESULTS, SHEETS, print_results, print_sheets
from autograder.paper.sheet import sheets_due
from course.errors import CourseError, Refused
from course.syllabus import Assessment, load_syllabus
from tests.autograder.paper.conftest import NOW
from tests.autograder.paper.test_entry import GOOD, filled
from tests.small_desk import give_marks


def test_sheets_and_the_list_for_typing_lie_in_a_folder_of_their_own(
    desk: Desk, plan: Assessment
) -> None:
    made = print_sheets(desk, plan, desk.people(), NOW)
    assert (made.people, made.faults) == (3, ())
    assert sorted(path.name for path in made.folder.iterdir()) == [LIST, SHEETS]
    assert made.folder.parent == desk.folder / "paper"
    assert (made.folder / SHEETS).stat().st_mode & 0o077 == 0
    page = (made.folder / SHEETS).read_text(encoding="utf-8")
    sheets, _ = sheets_due(desk, plan, desk.people(), NOW)
    for sheet in sheets:
        assert page.count(f"<code>{sheet.code}</code>") == 1
        assert sheet.person.name in page
    assert "What, &lt;q1&gt;" in page  # escaped
    assert "to pass: 16 of 20 right, and 4 of the 5 charts" in page.lower()
    rows = (made.folder / LIST).read_bytes().decode("utf-8-sig").splitlines()
    assert rows[0] == "sheet,staff_number,taken_on,own_answers,q1,q2,q3,name"
    assert rows[1] == f"{sheets[0].code},1,,,,,,Person 1"


def test_no_one_needs_a_sheet(desk: Desk, plan: Assessment) -> None:
    with pytest.raises(Refused, match="No one needs a sheet"):
        print_sheets(desk, plan, (), NOW)
    assert not list((desk.folder / "paper").iterdir())


def test_a_full_disk_says_so(desk: Desk, plan: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*about: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("autograder.paper.printed.write_whole", full)
    with pytest.raises(CourseError, match="could not be written"):
        print_sheets(desk, plan, desk.people(), NOW)


def test_results_go_back_on_paper_to_those_who_answered_on_paper(
    desk: Desk, plan: Assessment, tmp_path: Path
) -> None:
    syllabus = load_syllabus()
    with pytest.raises(Refused, match="No one has a result"):
        print_results(desk, syllabus, plan, desk.people(), NOW)
    sheets, _ = sheets_due(desk, plan, desk.people(), NOW)
    path = filled(tmp_path, sheets, GOOD, GOOD)
    enter(desk, plan, path, by="Jo", checked_by="Sam", now=NOW)
    for receipt in desk.receipts():
        give_marks(desk, receipt, 0, NOW + timedelta(minutes=1))
    made = print_results(desk, syllabus, plan, desk.people(), NOW)
    assert made.people == 2
    page = (made.folder / RESULTS).read_text(encoding="utf-8")
    assert page.count("Not passed yet") == 2
    assert "Person 1" in page
    assert "Person 3" not in page
    assert "You can try again from 24 November 2026" in page
    assert "0 of 5 right" in page
