"""The rule of awards, and what a certificate says was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.award_rule import due, narrative, percent_text
from autograder.marking_record import MarkingRecord
from course.approach import Approach, load_approach
from course.syllabus import Syllabus, load_syllabus
from tests.small_desk import CHARTS_MISSED, scores_of

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SAM, ALEX, KIM = "a" * 16, "b" * 16, "c" * 16


def record(pseudonym: str, score: float, attempt: int = 1, digest: str = "0" * 64) -> MarkingRecord:
    marked_at = f"2026-11-{10 + attempt:02}T12:00:00Z"
    return MarkingRecord(
        pseudonym,
        "all_staff_check",
        "1",
        attempt,
        digest,
        scores_of(score, 8),
        score,
        8.0,
        marked_at,
    )


@pytest.fixture(scope="module")
def syllabus() -> Syllabus:
    return load_syllabus()


@pytest.fixture(scope="module")
def approach() -> Approach:
    return load_approach()


# ------------------------------------------------------------------------ the rule


def test_an_award_is_due_when_the_best_mark_reaches_the_pass_mark(syllabus: Syllabus) -> None:
    records = [record(SAM, 3), record(SAM, 7, 2), record(SAM, 5, 3), record(ALEX, 6)]
    (one,) = due(syllabus, records)
    assert (one.pseudonym, one.award.id) == (SAM, "all_staff")
    assert one.evidence == (records[1],)


def charts_missed(pseudonym: str, attempt: int = 1) -> MarkingRecord:
    return replace(record(pseudonym, 18, attempt), scores=CHARTS_MISSED, max_score=20.0)


def test_a_mark_that_misses_the_hurdle_earns_nothing(syllabus: Syllabus) -> None:
    assert due(syllabus, [charts_missed(SAM)]) == ()


def test_a_pass_counts_before_a_higher_mark_that_misses_the_hurdle(syllabus: Syllabus) -> None:
    higher, passed = charts_missed(SAM), record(SAM, 7, 2)
    assert higher.percent > passed.percent
    (one,) = due(syllabus, [higher, passed])
    assert [mark.attempt for mark in one.evidence] == [2]


def test_marks_of_practice_earn_nothing(syllabus: Syllabus) -> None:
    practice = replace(record(SAM, 8), practice=True)
    assert due(syllabus, [practice]) == ()
    (one,) = due(syllabus, [practice, record(SAM, 7, 2)])
    assert [mark.attempt for mark in one.evidence] == [2]


def test_what_was_issued_is_not_due_again(syllabus: Syllabus) -> None:
    records = [record(SAM, 8), record(ALEX, 8)]
    assert [one.pseudonym for one in due(syllabus, records)] == [SAM, ALEX]
    assert [one.pseudonym for one in due(syllabus, records, {(SAM, "all_staff")})] == [ALEX]


def test_among_equal_marks_the_first_counts(syllabus: Syllabus) -> None:
    (one,) = due(syllabus, [record(SAM, 7, 2), record(SAM, 7, 1)])
    assert one.evidence[0].attempt == 1


def test_every_required_assessment_must_be_passed(syllabus: Syllabus) -> None:
    second = replace(syllabus.assessment("all_staff_check"), id="second", pass_percent=50)
    both = replace(syllabus.award("all_staff"), id="both", requires=("all_staff_check", "second"))
    wider = replace(
        syllabus, assessments=(*syllabus.assessments, second), awards=(*syllabus.awards, both)
    )

    def awards(*records: MarkingRecord) -> list[str]:
        return [one.award.id for one in due(wider, records)]

    passed, other = record(SAM, 8), replace(record(SAM, 4), assessment="second")
    assert awards(passed) == ["all_staff"]
    assert awards(other) == []
    assert awards(passed, other) == ["all_staff", "both"]
    assert awards(passed, replace(other, score=3.9)) == ["all_staff"]
    assert awards(passed, replace(other, pseudonym=ALEX)) == ["all_staff"]


def test_an_award_that_is_not_built_is_never_due(syllabus: Syllabus) -> None:
    closed = replace(syllabus, awards=(replace(syllabus.award("all_staff"), built=False),))
    assert due(closed, [record(SAM, 8)]) == ()


@pytest.mark.parametrize(
    ("score", "most"), [(9.0, 8.0), (-1.0, 8.0), (0.0, 0.0), (float("nan"), 8.0)]
)
def test_marks_that_cannot_be_earn_nothing(syllabus: Syllabus, score: float, most: float) -> None:
    assert due(syllabus, [replace(record(SAM, 8), score=score, max_score=most)]) == ()


@given(st.lists(st.integers(0, 8), max_size=6), st.integers(1, 100))
def test_the_rule_is_the_pass_mark_and_the_hurdle(marks: list[int], pass_percent: int) -> None:
    syllabus = load_syllabus()
    check = replace(syllabus.assessment("all_staff_check"), pass_percent=pass_percent)
    syllabus = replace(syllabus, assessments=(check,), awards=(syllabus.award("all_staff"),))
    records = [record(SAM, mark, attempt) for attempt, mark in enumerate(marks, 1)]
    # The first five of the eight questions are the charts, and four of those must be right.
    passed = any(mark * 100 >= pass_percent * 8 and mark >= 4 for mark in marks)
    assert bool(due(syllabus, records)) == passed
    assert due(syllabus, records) == due(syllabus, records[::-1])


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_percentage_is_rounded_down_to_one_decimal(score: int, most: int) -> None:
    if score > most:
        score, most = most, score
    shown = percent_text(replace(record(SAM, score), score=float(score), max_score=float(most)))
    assert 0 <= 100 * score / most - float(shown) < 0.1 + 1e-9
    assert not shown.endswith(".0")


# ------------------------------------------------------------------------ what is said


def test_the_narrative_says_what_was_done_and_what_was_not(
    syllabus: Syllabus, approach: Approach
) -> None:
    said = narrative(syllabus, syllabus.award("all_staff"), approach, lone=False)
    check = syllabus.assessment("all_staff_check")
    lessons = [syllabus.module(id) for id in ("A1", "A2", "A3", "A4", "A5a", "A5b")]
    minutes = sum(lesson.minutes for lesson in lessons)
    names = ", ".join(f"{lesson.id} “{lesson.title}”" for lesson in lessons)
    assert said == (
        f"Passed the assessment “{check.title}”: {check.slots} questions in about "
        f"{check.minutes} minutes, pass mark 80% and at least 4 of the 5 charts, open book and not "
        f"supervised. It checks lessons {names} (about {minutes} minutes). Minutes and pass mark "
        "are this course's own. The organisation's own approach was not yet set."
    )
    lone = narrative(syllabus, syllabus.award("all_staff"), approach, lone=True)
    assert lone == f"{said} Marked and issued on the holder's own computer."


def test_an_approach_that_is_set_is_named(syllabus: Syllabus, approach: Approach) -> None:
    agreed = replace(approach, agreed=True, name="Riverside Improves")
    said = narrative(syllabus, syllabus.award("all_staff"), agreed, lone=False)
    assert "The organisation's own approach is Riverside Improves." in said
    assert "not yet set" not in said
