"""The demo takes a cohort along the whole path, and what it prints is what happened."""

import re

import pytest

from autograder.demo import run_demo
from autograder.desk import Desk

pytestmark = pytest.mark.nbgrader


def test_the_demo_goes_all_the_way(tmp_path):
    lines = []
    run_demo(tmp_path / "demo", 4, say=lines.append)
    said = "\n".join(lines)

    assert "4 enrolled" in said
    assert "4 of 4 have finished lesson A1" in said
    assert "answers.json is not the file that was packed" in said
    assert "0 failed" in said
    marked = re.findall(r"Marked a1_check, attempt (\d), of \w+: (\d) of 8", said)
    assert {attempt for attempt, _ in marked} == {"1", "2"}, "someone tries again"

    desk = Desk.open(tmp_path / "demo" / "desk")
    best = {}
    for record in desk.marking_records():
        best[record.pseudonym] = max(best.get(record.pseudonym, 0), record.score)
    passed = sum(score >= 7 for score in best.values())
    assert 0 < passed < 4, "some pass and some don't"
    assert f"Issued {passed} certificate" in said
    assert f"{passed} of {passed} are valid" in said
    assert "NOT VALID. " in said, "a certificate that was tampered with is refused"
    assert lines[-2].endswith(f"{passed} of 4 passed. To look at the marked work, run:")
