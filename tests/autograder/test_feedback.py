"""What a learner is told: in words, and never more than they may know."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.feedback import (
    before_a_pass,
    in_words,
    slot_feedback,
    to_read_again,
)
from autograder.marking_record import MarkingRecord
from course.bank import Item, Slot
from course.paper import Attempt, Drawn, Paper, open_paper
from course.result import SlotFeedback
from qi_tools.answers import AnswerFile
from tests.small_desk import SLOTS, WHY, small_bank


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper with the first question right, the second wrong, and no more answers."""
    card = {"schema": 1, "pseudonym": "ab" * 8, "assessment": "all_staff_check"}
    card = {**card, "version": "1", "attempt": 1}
    (tmp_path / "attempt.json").write_text(json.dumps(card))
    (tmp_path / "bank.toml").write_text(small_bank())
    drawn = open_paper(tmp_path).drawn
    AnswerFile(tmp_path / "answers.json").save(drawn[0].item.id, "b")
    AnswerFile(tmp_path / "answers.json").save(drawn[1].item.id, "c")
    return tmp_path


def record(*scores: float) -> MarkingRecord:
    named = tuple(zip(SLOTS, scores, strict=True))
    marked = "2026-11-23T14:00:00Z"
    return MarkingRecord(
        "ab" * 8, "all_staff_check", "1", 1, "0" * 64, named, sum(scores), 5.0, marked
    )


def test_each_question_is_told_in_words(paper: Path) -> None:
    told = slot_feedback(paper, record(1, 0, 0, 0, 0), {"q11": WHY})
    drawn = open_paper(paper).drawn
    assert told[0] == SlotFeedback(
        "q10", drawn[0].item.text, "The second", True, "Section q10", None
    )
    assert told[1] == SlotFeedback(
        "q11", drawn[1].item.text, "The third", False, "Section q11", WHY
    )
    assert (told[2].given, told[2].right) == (None, False)
    assert [each.slot for each in told] == list(SLOTS)


def test_an_answer_to_several_rows_is_told_row_by_row_as_shown(tmp_path: Path) -> None:
    options = {"a": "First", "b": "Second.", "c": "Third"}
    rows = {"plan": "Guess what will happen.", "do": "What comes next?", "study": "Look back"}
    item = Item("a3-order", "Put them in order.", options, rows)
    slot = Slot("q9", "A3", "12", "easy", "x", "y", (item,))
    drawn = Drawn(slot, item, ("a", "b", "c"), ("study", "plan", "do"))
    attempt = Attempt("ab" * 8, "all_staff_check", "1", 1)
    paper = Paper(attempt, (drawn,), AnswerFile(tmp_path / "answers.json"))
    assert in_words(paper, paper.answer("q9")) is None
    paper.answers.save("a3-order", ("do=b", "plan=a", "study=c"))
    assert in_words(paper, paper.answer("q9")) == (
        "Look back: Third; Guess what will happen: First; What comes next? Second"
    )


def test_half_a_mark_is_not_right(paper: Path) -> None:
    told = slot_feedback(paper, record(0.5, 1, 0, 0, 0), {})
    assert [each.right for each in told] == [False, True, False, False, False]


def test_before_a_pass_no_mark_and_no_reason_is_told(paper: Path) -> None:
    told = before_a_pass(slot_feedback(paper, record(1, 0, 0, 0, 0), dict.fromkeys(SLOTS, WHY)))
    assert len(told) == 5
    assert all((each.right, each.why) == (None, None) for each in told)
    assert told[0].given is not None, "learners still see what they answered"


def test_the_parts_to_read_again_are_those_with_a_wrong_answer(paper: Path) -> None:
    told = slot_feedback(paper, record(1, 0, 1, 1, 0), {})
    assert to_read_again(told) == ("Section q11", "Section q14")
    assert to_read_again(slot_feedback(paper, record(1, 1, 1, 1, 1), {})) == ()
