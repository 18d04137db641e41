"""Who must mark written work, and what then counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.moderation import MOST_MARKERS, WAITS, WrittenMarks, side_by_side, standing
from course.document import read_toml
from course.folders import COURSE
from course.syllabus import Moderation
from tests.small_rubric import CRITERIA, RULES

levels = st.integers(0, 3)
marks = st.integers(1, MOST_MARKERS).flatmap(
    lambda markers: st.tuples(*[st.tuples(*[levels] * markers)] * len(CRITERIA))
)


def written(*by_marker: tuple[int, ...]) -> WrittenMarks:
    return side_by_side([tuple(zip(CRITERIA, each, strict=True)) for each in by_marker])


def test_a_clear_result_stands_on_one_marker_and_several_tasks() -> None:
    assert standing(written((3, 3, 2, 2)), RULES).settled
    assert standing(written((3, 3, 2, 2)), RULES).passed
    assert standing(written((1, 0, 1, 1)), RULES).settled
    assert not standing(written((1, 0, 1, 1)), RULES).passed


@pytest.mark.parametrize("close", [(2, 2, 2, 2), (3, 2, 2, 2), (2, 2, 2, 1)])
def test_what_is_near_the_pass_line_needs_a_second_marker(close: tuple[int, ...]) -> None:
    assert "pass line" in str(standing(written(close), RULES).why_more)
    assert standing(written(close, close), RULES).settled


def test_one_criterion_alone_never_fails_work_by_one_marker() -> None:
    alone = standing(written((3, 3, 3, 0)), replace(RULES, borderline_points=0))
    assert not alone.passed
    assert alone.why_more == "it would fail by single criteria alone"
    assert standing(written((3, 3, 3, 0), (3, 3, 3, 1)), RULES).why_more is None


def test_one_marker_on_one_case_never_decides() -> None:
    one_case = tuple((name, (3,)) for name in ("w1-a", "w1-b", "w1-c", "w1-d"))
    assert standing(one_case, RULES).why_more == "one marker on one case never decides"
    twice = tuple((name, (3, 3)) for name, _ in one_case)
    assert standing(twice, RULES).passed


def test_two_who_are_far_apart_need_a_third_and_the_one_between_counts() -> None:
    two = standing(written((2, 2, 2, 2), (2, 2, 2, 0)), RULES)
    assert two.why_more == "its two markers are far apart on w2-tone"
    three = standing(written((2, 2, 2, 2), (2, 2, 2, 0), (2, 2, 2, 2)), RULES)
    assert three.settled
    assert three.passed
    assert dict(three.levels)["w2-tone"] == 2


def test_unmarked_work_waits_and_is_no_pass() -> None:
    nothing = standing((), RULES)
    assert (nothing.settled, nothing.passed, nothing.markers) == (False, False, 0)
    assert len(WAITS) == MOST_MARKERS


def test_a_marker_who_left_a_criterion_out_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        standing((("w1-a", (1, 2)), ("w1-b", (1,))), RULES)


@given(marks)
def test_the_level_that_counts_is_the_middle_one(given: tuple[tuple[int, ...], ...]) -> None:
    stands = standing(tuple(zip(CRITERIA, given, strict=True)), RULES)
    assert [level for _, level in stands.levels] == [float(median(each)) for each in given]
    assert stands.passed == (
        stands.total >= stands.line and all(level >= 1 for _, level in stands.levels)
    )
    if stands.markers == MOST_MARKERS:
        assert stands.settled


@given(marks, st.integers(0, len(CRITERIA) - 1))
def test_a_higher_level_never_turns_a_pass_into_none(
    given: tuple[tuple[int, ...], ...], place: int
) -> None:
    better = [list(each) for each in given]
    better[place] = [min(level + 1, 3) for level in better[place]]
    before, after = (
        standing(tuple(zip(CRITERIA, map(tuple, each), strict=True)), RULES)
        for each in (given, better)
    )
    assert after.passed >= before.passed


def test_the_course_rules_can_fail_pass_and_ask_again() -> None:
    rules = Moderation(**read_toml(COURSE / "syllabus.toml")["moderation"])
    totals = {
        level: standing(tuple((name, (level,)) for name in CRITERIA), rules) for level in range(4)
    }
    assert [totals[level].passed for level in range(4)] == [False, False, True, True]
    assert not totals[2].settled
    assert all(low.total < high.total for low, high in pairwise(totals.values()))
