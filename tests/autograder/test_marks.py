"""What a run came to: marks, or a reason why a person must look."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.marks import NeedsAPerson, read_marks, read_record
from tests.small_desk import LATER, SLOTS, OneLearner, write_source

pytestmark = pytest.mark.nbgrader


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("{}[given.item]", "q11 ended with KeyError"),
        ("import warnings; warnings.warn('old')", "q11 gave a warning while it was checked"),
        ("raise SystemExit", "q11 ended with SystemExit"),
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


def test_the_marks_are_the_gradebooks_own(tmp_path: Path) -> None:
    one = OneLearner(tmp_path, right=2)
    marked = one.marking()
    record, feedback = read_marks(one.desk.folder, one.receipt, LATER)
    assert (record, feedback) == (marked.record, marked.feedback)
    assert record == read_record(one.desk.folder, one.receipt, LATER)
    one.by_hand(0.5)
    record, feedback = read_marks(one.desk.folder, one.receipt, LATER)
    assert record.scores == tuple(zip(SLOTS, (1, 1, 0, 0, 0.5), strict=True))
    assert not feedback[4].right  # half a mark is not the whole of it
    page = (
        one.desk.folder
        / "feedback"
        / one.learner.pseudonym
        / "all_staff_check"
        / "all_staff_check.html"
    )
    assert "2.5 of 5" in page.read_text(encoding="utf-8")
    one.by_hand(0.5, waits=True)
    with pytest.raises(NeedsAPerson, match="wait to be marked"):
        read_record(one.desk.folder, one.receipt, LATER)
