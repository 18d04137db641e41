"""What a run came to: marks, or a reason why a person must look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.engine.course_root import open_course_root
from autograder.marks import MarkedPaper, NeedsAPerson
from course.syllabus import load_syllabus
from tests.small_desk import LATER, SLOTS, OneLearner, write_source

pytestmark = pytest.mark.nbgrader


@contextmanager
def marked_paper(one: OneLearner) -> Iterator[MarkedPaper]:
    with open_course_root(one.desk.folder) as course:
        yield MarkedPaper(course, one.receipt, load_syllabus().assessment("all_staff_check"))


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("{}[given.item]", "q11 ended with KeyError"),
        ("raise SystemExit", "q11 ended with SystemExit"),
        ("2.5", "q11 ended with '2.5', which is no number of points from 0 to 1"),
    ],
)
def test_a_fault_of_the_check_is_no_ones_wrong_answer(
    tmp_path: Path, check: str, reason: str
) -> None:
    broken = OneLearner(tmp_path, {"q11": check})
    marking = broken.marking()
    assert marking.outcome == "needs a person"
    assert marking.reason is not None
    assert marking.reason.startswith(reason)
    assert broken.desk.marking_records() == ()
    # Once the source is mended, the next run marks it.
    shutil.rmtree(broken.source)
    write_source(broken.source)
    mended = broken.marking()
    assert mended.record is not None
    assert mended.record.score == 5


def test_a_right_answer_whose_check_warns_keeps_its_mark(tmp_path: Path) -> None:
    """nbgrader itself gives no mark where anything was written to standard error."""
    noisy = "import sys, warnings; warnings.warn('old'); print('odd', file=sys.stderr)"
    marking = OneLearner(tmp_path, {"q11": noisy}).marking()
    assert marking.record is not None
    assert marking.record.score == 5


def test_the_marks_are_the_gradebooks_own(tmp_path: Path) -> None:
    one = OneLearner(tmp_path, right=2)
    marked = one.marking()
    with marked_paper(one) as paper:
        record = paper.record(LATER)
        assert record == marked.record
        assert paper.feedback(record) == marked.feedback
    one.by_hand(0.5)
    with marked_paper(one) as paper:
        record = paper.record(LATER)
        assert record.scores == tuple(zip(SLOTS, (1, 1, 0, 0, 0.5), strict=True))
        assert not paper.feedback(record)[4].right  # half a mark is not the whole of it
        paper.write_feedback()
    page = (
        one.desk.folder
        / "feedback"
        / one.learner.pseudonym
        / "all_staff_check"
        / "all_staff_check.html"
    )
    assert "2.5 of 5" in page.read_text(encoding="utf-8")
    one.by_hand(0.5, waits=True)
    with marked_paper(one) as paper, pytest.raises(NeedsAPerson, match="wait to be marked"):
        paper.record(LATER)
