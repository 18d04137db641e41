import csv
import math
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.runs import anhoej_limits, count_runs, medians, runs_in_order

REFERENCE = Path(__file__).parents[1] / "reference" / "anhoej_limits.csv"

nan = float("nan")
# Few different values, so that ties with the median and long runs are common.
series = st.lists(st.one_of(st.integers(-3, 3).map(float), st.just(nan)), min_size=1, max_size=60)


def published_limits() -> list[tuple[int, int, int]]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [
            (int(row["n"]), int(row["longest_run_max"]), int(row["n_crossings_min"]))
            for row in rows
        ]


def test_published_limits():
    rows = published_limits()
    assert [n for n, _, _ in rows] == list(range(10, 101))
    assert [(n, *anhoej_limits(n)) for n, _, _ in rows] == rows


@pytest.mark.parametrize(
    ("useful", "limits"), [(0, (0, 0)), (1, (3, 0)), (2, (4, 0)), (5, (5, 0)), (6, (6, 1))]
)
def test_limits_of_very_short_series(useful, limits):
    assert anhoej_limits(useful) == limits


@given(st.integers(1, 1200))
def test_limits_are_what_the_formulas_say(useful):
    longest, crossings = anhoej_limits(useful)
    assert longest == round(math.log2(useful)) + 3

    def chance_of_up_to(k: int) -> Fraction:
        ways = sum(math.comb(useful - 1, i) for i in range(k + 1))
        return Fraction(ways, 2 ** (useful - 1))

    assert chance_of_up_to(crossings) >= Fraction(1, 20)
    assert crossings == 0 or chance_of_up_to(crossings - 1) < Fraction(1, 20)


def test_limits_refuse_a_negative_count():
    with pytest.raises(ValueError, match="useful is -1"):
        anhoej_limits(-1)


def test_limits_stand_still_for_many_points():
    assert anhoej_limits(10_000) == (16, 4917)


@pytest.mark.parametrize(
    ("values", "useful", "longest", "crossings"),
    [
        ([1, 1, -1, -1, 1], 5, 2, 2),
        ([1, 0, 1, nan, 1], 3, 3, 0),  # the median and a gap neither count nor break
        ([1, 0, -1], 2, 1, 1),
        ([0, 0, 0], 0, 0, 0),
        ([nan, nan], 0, 0, 0),
        ([5], 1, 1, 0),
        ([-1] * 6 + [1] * 6, 12, 6, 1),
    ],
)
def test_counts(values, useful, longest, crossings):
    runs = count_runs(values, 0)
    assert (int(runs.useful), int(runs.longest_run), int(runs.crossings)) == (
        useful,
        longest,
        crossings,
    )


def test_both_signals_are_strict():
    at_limit = count_runs([1] * 7 + [-1, 1, -1, 1, -1], 0)  # 12 useful: 7 and 3 are the limits
    assert (int(at_limit.longest_run), int(at_limit.longest_run_limit)) == (7, 7)
    assert not at_limit.long_run
    assert count_runs([1] * 8 + [-1, 1, -1, 1], 0).long_run
    three = count_runs([1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1], 0)
    assert (int(three.crossings), int(three.crossings_limit)) == (3, 3)
    assert not three.few_crossings
    assert count_runs([1] * 6 + [-1] * 5 + [1], 0).few_crossings


@given(series)
def test_counts_agree_with_counting_by_hand(values):
    sides = [value > 0 for value in values if value == value and value != 0]
    lengths = [len(list(group)) for _, group in groupby(sides)]
    runs = count_runs(values, 0)
    assert int(runs.useful) == len(sides)
    assert int(runs.longest_run) == max(lengths, default=0)
    assert int(runs.crossings) == max(len(lengths) - 1, 0)
    in_order = runs_in_order(values, 0)
    assert [run.size for run in in_order] == lengths
    assert all(len({values[point] > 0 for point in run}) == 1 for run in in_order)


@given(st.lists(series, min_size=1, max_size=6), st.data())
def test_many_series_at_once_are_as_each_alone(many, data):
    width = max(map(len, many))
    block = np.array([row + [nan] * (width - len(row)) for row in many])
    centres = np.array(
        data.draw(st.lists(st.integers(-1, 1), min_size=len(many), max_size=len(many)))
    )
    together = count_runs(block, centres)
    for place, (row, centre) in enumerate(zip(block, centres, strict=True)):
        alone = count_runs(row, centre)
        for field in ("useful", "longest_run", "longest_run_limit", "crossings", "crossings_limit"):
            assert getattr(together, field)[place] == getattr(alone, field), field


@given(series)
def test_turning_a_series_over_or_round_changes_no_count(values):
    def counts(numbers):
        runs = count_runs(numbers, 0)
        return int(runs.useful), int(runs.longest_run), int(runs.crossings)

    assert counts(values) == counts([-value for value in values]) == counts(values[::-1])


@given(series.filter(lambda values: not all(map(math.isnan, values))))
def test_median_is_numpys(values):
    assert float(medians(values)) == float(np.nanmedian(values))


def test_median_of_many_and_of_none():
    assert medians([[1, 2, 3, nan], [nan] * 4]).tolist() == [2.0, pytest.approx(nan, nan_ok=True)]
    with pytest.raises(ValueError, match="at least one point"):
        medians([])


def test_nothing_given_is_changed():
    values = np.array([3.0, 1.0, 2.0])
    values.setflags(write=False)
    count_runs(values, medians(values))
    assert values.tolist() == [3.0, 1.0, 2.0]
