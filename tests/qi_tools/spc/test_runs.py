import csv
import math
from fractions import Fraction
from itertools import combinations, groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.phases import Phases
from qi_tools.spc import runs as module
from qi_tools.spc.runs import (
    anhoej_limits,
    count_runs,
    exact_runs,
    printed_runs,
    runs_in_order,
    sides_of,
)

REFERENCE = Path(__file__).parents[2] / "reference" / "anhoej_limits.csv"

nan = float("nan")
# Few different values, so that ties with the median and long runs are common.
series = st.lists(st.one_of(st.integers(-3, 3).map(float), st.just(nan)), min_size=1, max_size=60)


def side_of(values, centre=0.0):
    numbers = np.array(values, dtype=float)
    return sides_of(numbers, np.full(numbers.size, float(centre)), whole(numbers))


def whole(values):
    """All points as one phase."""
    return Phases(np.array([0]), len(values))


def counted(values, centre=0.0):
    """The runs of one series, each count as a plain number."""
    runs = count_runs(side_of(values, centre), whole(values))
    names = ("useful", "longest_run", "longest_run_limit", "crossings", "crossings_limit")
    return {name: int(getattr(runs, name)[0]) for name in names} | {
        "long_run": bool(runs.long_run[0]),
        "few_crossings": bool(runs.few_crossings[0]),
    }


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
    runs = counted(values)
    assert (runs["useful"], runs["longest_run"], runs["crossings"]) == (useful, longest, crossings)


def test_both_signals_are_strict():
    at_limit = counted([1] * 7 + [-1, 1, -1, 1, -1])  # 12 useful: 7 and 3 are the limits
    assert (at_limit["longest_run"], at_limit["longest_run_limit"]) == (7, 7)
    assert not at_limit["long_run"]
    assert counted([1] * 8 + [-1, 1, -1, 1])["long_run"]
    three = counted([1, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1])
    assert (three["crossings"], three["crossings_limit"]) == (3, 3)
    assert not three["few_crossings"]
    assert counted([1] * 6 + [-1] * 5 + [1])["few_crossings"]


@given(series)
def test_counts_agree_with_counting_by_hand(values):
    sides = [value > 0 for value in values if value == value and value != 0]
    lengths = [len(list(group)) for _, group in groupby(sides)]
    runs = counted(values)
    assert runs["useful"] == len(sides)
    assert runs["longest_run"] == max(lengths, default=0)
    assert runs["crossings"] == max(len(lengths) - 1, 0)
    in_order = runs_in_order(side_of(values))
    assert [run.size for run in in_order] == lengths
    assert all(len({values[point] > 0 for point in run}) == 1 for run in in_order)


@given(st.lists(st.tuples(series, st.integers(-1, 1)), min_size=1, max_size=6))
def test_many_series_at_once_are_as_each_alone(many):
    sides = [side_of(values, centre) for values, centre in many]
    phases = Phases.of_lengths(np.array([side.size for side in sides]))
    together = count_runs(np.concatenate(sides), phases)
    for place, (values, centre) in enumerate(many):
        alone = counted(values, centre)
        for field in ("useful", "longest_run", "longest_run_limit", "crossings", "crossings_limit"):
            assert getattr(together, field)[place] == alone[field], field


@given(series)
def test_turning_a_series_over_or_round_changes_no_count(values):
    assert counted(values) == counted([-value for value in values]) == counted(values[::-1])


@pytest.mark.parametrize("value", [0.1, 1 / 3, 98.6, 1e9 + 0.1, -0.7])
@pytest.mark.parametrize("points", [12, 49, 1000])
def test_rounding_puts_no_point_off_the_centre(value, points):
    values = np.full(points, value)
    for centre in (np.add.reduce(values) / points, sum(values) / points):
        assert not side_of(values, centre).any()
    assert side_of([*values, value * (1 + 1e-9)], value)[-1] == np.sign(value)


def test_exact_numbers_of_runs():
    # Swed & Eisenhart (1943), 2.5% in either tail, half of the points on either side.
    rows = {10: (3, 9), 14: (4, 12), 16: (5, 13), 24: (8, 18), 30: (11, 21), 40: (15, 27)}
    rows |= {50: (19, 33), 60: (24, 38)}
    assert {useful: exact_runs(useful) for useful in rows} == rows


@given(st.integers(10, 16))
def test_numbers_of_runs_by_trying_every_order(useful):
    above = useful // 2
    orders = combinations(range(useful), above)
    runs = []
    for highs in orders:
        side = [point in highs for point in range(useful)]
        runs.append(1 + sum(a != b for a, b in pairwise(side)))
    fewest, most = exact_runs(useful)
    few, many = sorted(runs), sorted(runs, reverse=True)
    fortieth = len(runs) / 40
    assert sum(count < fewest for count in few) <= fortieth < sum(count <= fewest for count in few)
    assert sum(count > most for count in many) <= fortieth < sum(count >= most for count in many)


def test_few_points_have_any_number_of_runs():
    assert [exact_runs(useful) for useful in (0, 1, 9)] == [(0, 0), (0, 1), (0, 9)]
    assert [printed_runs(useful) for useful in (9, 61)] == [(0, math.inf)] * 2


@pytest.mark.parametrize("useful", [900, 997, 1000])
def test_limits_of_very_many_points_join_those_counted(useful, monkeypatch):
    crossings, runs = anhoej_limits.__wrapped__(useful), exact_runs.__wrapped__(useful)
    monkeypatch.setattr(module, "IN_WHOLE_NUMBERS", 10)
    assert anhoej_limits.__wrapped__(useful) == crossings
    assert np.abs(np.subtract(exact_runs.__wrapped__(useful), runs)).max() <= 1


def test_limits_of_a_million_points():
    longest, crossings = anhoej_limits(1_000_000)
    assert longest == 23
    # The normal distribution, an independent way.
    assert abs(crossings - (499_999.5 - 1.6449 * 500)) < 2


def test_nothing_given_is_changed():
    values = np.array([3.0, 1.0, 2.0])
    values.setflags(write=False)
    counted(values, 2.0)
    assert values.tolist() == [3.0, 1.0, 2.0]
