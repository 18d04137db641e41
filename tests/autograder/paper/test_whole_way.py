"""The whole way on paper, with real nbgrader: print, fill in, type, mark, certify, print."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.awards import issue_awards
from autograder.desk import Desk
from autograder.keys import read_keys
from autograder.marking import mark_everything
from autograder.paper.entry import enter
from autograder.paper.printed import LIST, RESULTS, print_results, print_sheets
from autograder.paper.sheet import Sheet, lettered, sheets_due
from autograder.verify import verify_file
from course.approach import load_approach
from course.folders import COURSE
from course.syllabus import load_syllabus
from tests.small_desk import enrolled

pytestmark = pytest.mark.nbgrader

ASSESSMENT = "all_staff_check"


def right_letters(sheet: Sheet) -> dict[str, str]:
    """Fill in a sheet as someone would who knows it all."""
    keys = read_keys(COURSE / "source" / ASSESSMENT / f"{ASSESSMENT}.ipynb")
    filled = {}
    for drawn in sheet.drawn:
        right = keys[drawn.item.id].right
        letters = {option: letter for letter, option in lettered(drawn).items()}
        if isinstance(right, str):
            filled[drawn.slot.id] = letters[right]
        else:
            chosen = dict(each.split("=") for each in right)
            filled[drawn.slot.id] = "".join(letters[chosen[row]] for row in drawn.rows)
    return filled


def test_from_a_printed_sheet_to_a_printed_certificate(tmp_path: Path) -> None:
    syllabus = load_syllabus()
    plan = syllabus.assessment(ASSESSMENT)
    (hurdle,) = plan.hurdles
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)  # later than its keys
    enrolled(desk, tmp_path, 2)
    made = print_sheets(desk, plan, desk.people(), now)
    sheets, _ = sheets_due(desk, plan, desk.people(), now)
    with (made.folder / LIST).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, sheet in zip(rows, sheets, strict=True):
        row |= {"taken_on": f"{now:%d/%m/%Y}", "own_answers": "yes", **right_letters(sheet)}
    # The second knows everything but the charts, and leaves two of them open.
    rows[1] |= dict.fromkeys(hurdle.slots[:2], "-")
    typed = tmp_path / "typed.csv"
    with typed.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    enter(desk, plan, typed, by="Jo", checked_by="Sam", now=now)

    report = mark_everything(desk, now=now)
    assert [marking.record.score for marking in report.markings if marking.record] == [20.0, 18.0]
    assert [record.passes(plan) for record in desk.marking_records()] == [True, False]
    issue_awards(desk, syllabus, load_approach(), now)
    printed = print_results(desk, syllabus, plan, desk.people(), now)
    page = (printed.folder / RESULTS).read_text(encoding="utf-8")
    assert page.count("You have passed") == page.count("Not passed yet") == 1
    assert "18 of 20 right</strong>, and 3 of the 5 charts" in page
    (certificate,) = printed.folder.glob("certificate_*.html")
    assert verify_file(certificate, desk.folder / "trust.json", now).valid
