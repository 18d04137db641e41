"""The demo takes a cohort along the whole path, and what it prints is what happened."""

import re

import pytest

from autograder.demo import run_demo
from autograder.desk import Desk
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
    marks = {(who[each.pseudonym][-2:], each.attempt): each for each in desk.marking_records()}
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
    assert lines[-2].endswith("1 of 5 passed. To look at the marked work, run:")
