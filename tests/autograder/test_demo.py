"""The demo takes a cohort along the whole path, and what it prints is what happened."""

import re

import pytest

from autograder.demo import HIGHER, run_demo
from autograder.desk import Desk
from autograder.ledger import Ledger
from course.syllabus import load_syllabus

pytestmark = pytest.mark.nbgrader


def test_the_demo_goes_all_the_way_and_certifies_the_strong_alone(tmp_path):
    lines = []
    run_demo(tmp_path / "demo", 4, say=lines.append)
    said = "\n".join(lines)

    assert "5 enrolled" in said
    assert "5 of 5 have finished lessons A1, A2, A3, A4, A5a, A5b" in said
    assert "answers.json is not the file that was packed" in said
    assert "0 failed" in said
    assert re.search(r"Learner 04, blank, can't hand in: There are no answers to hand in", said)

    rules = load_syllabus().assessment("all_staff_check")
    desk = Desk.open(tmp_path / "demo" / "desk")
    who = {person.pseudonym: person.name for person in desk.people()}
    first = [each for each in desk.marking_records() if each.assessment == rules.id]
    marks = {(who[each.pseudonym][-2:], each.attempt): each for each in first}
    # Learner 01 is strong, 02 weak, 03 guesses, 04 is blank and 05 is strong in words alone.
    assert sorted(marks) == [
        ("01", 1), ("02", 1), ("02", 2), ("03", 1), ("03", 2), ("05", 1), ("05", 2),
    ]  # fmt: skip
    assert [key for key, mark in marks.items() if mark.passes(rules)] == [("01", 1)]
    assert marks["01", 1].score == 19
    assert {marks["02", attempt].score for attempt in (1, 2)} == {9}
    for attempt in (1, 2):
        mark = marks["05", attempt]
        (charts,) = mark.hurdles(rules)
        assert (mark.score, charts.right) == (18, 3), "enough in all, and too few charts"

    assert said.count(" of 20.") == len(marks)
    assert "Issued 1 certificate" in said
    assert "1 of 1 are valid" in said
    assert "NOT VALID. " in said, "a certificate that was tampered with is refused"
    certified = dict(re.findall(r"^   ([a-z ]+): (\d of \d)$", said, re.MULTILINE))
    assert certified == {
        "strong": "1 of 1",
        "weak": "0 of 1",
        "guessing": "0 of 1",
        "blank": "0 of 1",
        "strong in words": "0 of 1",
    }
    assert "The last had 18 of 20 right, but only 3 of the 5 charts; 4 are needed." in said
    assert lines[-2].endswith("1 of 5 passed the first. To look at the marked work, run:")


def test_the_demo_goes_on_through_every_dose_that_is_built(tmp_path):
    lines = []
    run_demo(tmp_path / "demo", 9, say=lines.append)
    said = "\n".join(lines)
    syllabus = load_syllabus()
    checks = [each.id for each in syllabus.assessments if each.built]
    assert list(HIGHER) == checks[1:]
    for number, check in enumerate(HIGHER, start=9):
        assert f"{number}. {syllabus.assessment(check).title}: " in said
    # At the board's, one writes well, one reacts to noise once, and two markers differ on a third.
    assert "1 near the line get a second, who is blind." in said
    assert "not passed (23 of 25 right, but no steady decisions; 18 of 18 points" in said
    assert "not passed (25 of 25 right; 9 of 18 points" in said
    assert re.findall(r"Certificates of this dose: (\d of \d)", said) == [
        "1 of 3",
        "1 of 1",
        "1 of 1",
    ]
    desk = Desk.open(tmp_path / "demo" / "desk")
    (work,) = {receipt.pseudonym for receipt in desk.receipts() if receipt.assessment == HIGHER[-1]}
    held = {each.fact["award"] for each in Ledger(desk.folder / "ledger.sqlite").held_for(work)}
    assert len(held) == 4
