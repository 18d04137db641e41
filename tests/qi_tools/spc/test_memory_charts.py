import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from qi_tools import Measure, Signal, bernoulli_cusum, cusum_chart, ewma_chart
from qi_tools.errors import ChartImpossible, MeasureInvalid, QIToolsError
from qi_tools.measure import check_measure, point_column
from qi_tools.spc.memory_charts import (
    ShiftSignal,
    carry,
    check_setting,
    finding,
    level,
    skip_warnings,
    stretches,
)

REFERENCE = Path(__file__).parents[2] / "reference"
nan = float("nan")


def measure_of(values, dates=None, **how):
    return Measure.from_columns(values, dates, **({"name": "Wait"} | how))


def test_a_level_left_out_is_estimated():
    start = level(measure_of([4, 6, 5, 7]))
    assert start.target == 5.5
    assert start.sigma == pytest.approx((2 + 1 + 2) / 3 / 1.128)
    assert (
        start.words == "Target 5.5 (the mean of these points), sigma 1.48 (from the moving ranges)."
    )
    assert [warning[:20] for warning in start.warnings] == [
        "Sigma rests on only ",
        "The target is the me",
    ]


def test_a_missing_value_breaks_the_moving_range():
    # Bridged, the range from 6 to 15 would count and sigma be far larger.
    assert level(measure_of([4, 6, nan, 15, 17])).sigma == pytest.approx(2 / 1.128)


def test_a_level_given_is_taken():
    start = level(measure_of([4, 6]), target=3, sigma=2)
    assert (start.target, start.sigma, start.warnings) == (3.0, 2.0, ())
    assert start.words == "Target 3 (given), sigma 2 (given)."


@pytest.mark.parametrize(("ranges", "warned"), [(11, True), (12, False)])
def test_few_moving_ranges_are_told(ranges, warned):
    warnings = level(measure_of(range(ranges + 1)), target=0).warnings
    assert [warning.startswith(f"Sigma rests on only {ranges} m") for warning in warnings] == (
        [True] if warned else []
    )


def test_sigma_for_each_point():
    measure = measure_of([4, nan, 6])
    start = level(measure, target=4, sigma=[1, nan, 2])
    assert start.distances(measure).tolist() == [0, 1]
    assert "sigma given for each point" in start.words
    # What is given at a missing point does not matter.
    assert level(measure, target=4, sigma=[1, 0, 2]).distances(measure).tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        start.sigma[0] = 3


@pytest.mark.parametrize(
    ("sigma", "said"),
    [
        (0, r"sigma is 0\. Use a number, above 0 and below 1e\+100"),
        (-1, "sigma is -1"),
        (nan, "sigma is nan"),
        (float("inf"), "sigma is inf"),
        (1e200, "sigma is 1e"),
        ("large", "sigma is 'large'"),
        (None, "Sigma can't be estimated"),
        ([1, 2], r"sigma has shape \(2,\)\. Give one number, or one for each of the 3 points"),
        ([1, 0, 2], "sigma is 0 at point 2"),
        ([1, float("inf"), 2], "sigma is inf at point 2"),
        (1e-150, "sigma is too small for these values"),
    ],
)
def test_a_sigma_that_is_none(sigma, said):
    measure = measure_of([5, 5, 5])
    with pytest.raises(ChartImpossible, match=said):
        level(measure, target=4, sigma=sigma).distances(measure)


@pytest.mark.parametrize("values", [[5], [5, nan], [5, nan, 7, nan, 6], [nan, 5]])
def test_no_moving_range_at_all(values):
    with pytest.raises(ChartImpossible, match="no two points with values stand together"):
        level(measure_of(values))


@pytest.mark.parametrize("values", [[3] * 12, [0, 0], [0.3, 0.1 + 0.2] * 6, [1e90, 1e90]])
def test_points_that_do_not_vary(values):
    with pytest.raises(ChartImpossible, match="neighbouring points don't differ"):
        level(measure_of(values))


def test_small_numbers_do_vary():
    assert level(measure_of([1e-300, 3e-300])).sigma == pytest.approx(2e-300 / 1.128)


@pytest.mark.parametrize("target", [nan, float("inf"), "ten", [1, 2], 1e300])
def test_a_target_that_is_none(target):
    with pytest.raises(ChartImpossible, match="target is"):
        level(measure_of([1, 2]), target=target)


def test_a_sum_is_carried_over_missing_values():
    known = np.array([False, True, False, False, True])
    path = carry(lambda total, new: total + new, np.array([1.0, 2.0]), known, 5.0)
    assert path.tolist() == [5, 6, 6, 6, 8]
    with pytest.raises(ValueError, match="read-only"):
        path[0] = 1


def test_stretches():
    def split(marked, joined):
        parts = stretches(np.array(marked) > 0, np.array(joined) > 0)
        return [part.tolist() for part in parts]

    assert split([0, 0], [1, 1]) == []
    assert split([1, 1, 1], [0, 1, 1]) == [[0, 1, 2]]
    assert split([1, 0, 1, 0, 1], [1, 1, 1, 0, 1]) == [[0, 2], [4]]


@pytest.mark.parametrize("given", [[1, 2], None, "waits.csv"])
def test_only_a_measure_is_charted(given):
    with pytest.raises(MeasureInvalid, match=r"some_chart was given .* Give it a Measure"):
        check_measure(given, "some_chart")


@pytest.mark.parametrize(
    ("value", "ends", "fits"),
    [
        (0.5, "", True),
        (0, "", False),
        (0, "[", True),
        (1, "[", False),
        (1, "[]", True),
        (-1, "[", False),
        (2, "]", False),
        (nan, "[]", False),
        ("1", "]", True),
        (None, "", False),
    ],
)
def test_settings(value, ends, fits):
    if fits:
        assert check_setting("weight", value, 0, 1, ends) == float(value)
    else:
        with pytest.raises(QIToolsError, match=f"weight is {value!r}. Use a number"):
            check_setting("weight", value, 0, 1, ends)


def test_a_setting_says_what_is_allowed():
    with pytest.raises(ChartImpossible, match=r"Use a number, 0 or more and below 1\."):
        check_setting("weight", 2, 0, 1, "[")
    with pytest.raises(ChartImpossible, match=r"Use a number, above 0 and up to 1\."):
        check_setting("weight", 2, 0, 1, "]")


def test_many_signals_are_not_all_told():
    signals = tuple(Signal("rule", f"Number {n}.") for n in range(5))
    assert finding(signals[:3]) == "Signal: Number 0. Number 1. Number 2."
    assert finding(signals[:4]).endswith("Number 2. There is 1 more signal.")
    assert finding(signals).endswith("Number 2. There are 2 more signals.")


def test_what_the_memory_skips_is_told():
    assert skip_warnings(measure_of([1, 2])) == ()
    assert skip_warnings(measure_of([1, nan, 2])) == (
        "1 value is missing; the chart carries on over it unchanged.",
    )
    months = [f"2025-{month:02}" for month in (1, 2, 3, 5, 6, 7, 8, 10, 11, 12)]
    assert skip_warnings(measure_of([1, nan, nan, *range(7)], months)) == (
        "2 values are missing; the chart carries on over them unchanged.",
        "Dates are skipped just before May 2025 and in 1 other place; "
        "the chart carries on as if they were not.",
    )


def test_phases_are_not_silently_passed_over():
    measure = measure_of([9, 8, 9, 5, 4, 5])
    for known_better in (measure.rephase(4, "New booking system"), measure.freeze(3)):
        (warning,) = skip_warnings(known_better)
        assert warning.startswith("This chart takes the measure as one stretch")


@pytest.mark.parametrize("wild", [-1000, 9, 1000])
def test_a_point_left_out_moves_nothing(wild):
    measure = measure_of([9, 8, wild, 9, 5, 4, 5]).exclude(3, "Closed that day")
    plain = measure_of([9, 8, 9, 5, 4, 5])
    kept = [0, 1, 3, 4, 5, 6]
    cusum, there = cusum_chart(measure), cusum_chart(plain)
    assert (cusum.target, cusum.sigma) == (there.target, there.sigma)
    assert cusum.high[kept].tolist() == there.high.tolist()
    assert cusum.high[2] == cusum.high[1]
    averages = ewma_chart(measure, target=8, sigma=1).averages
    assert averages[kept].tolist() == ewma_chart(plain, target=8, sigma=1).averages.tolist()
    assert "carries on over points left out" in skip_warnings(measure)[0]


def test_a_death_left_out_is_no_death():
    deaths = [0, 0, 1, 0, 1, 0]
    measure = measure_of(deaths).exclude(3, "Counted twice")
    chart = bernoulli_cusum(measure, target=0.2)
    plain = bernoulli_cusum(measure_of([0, 0, 0, 1, 0]), target=0.2)
    assert chart.high[[0, 1, 3, 4, 5]].tolist() == plain.high.tolist()


def test_a_death_left_out_does_not_move_the_target_either():
    deaths = [0, 0, 1, 0, 1, 0]
    measure = measure_of(deaths).exclude(3, "Counted twice")
    assert bernoulli_cusum(measure).target == 1 / 5
    assert bernoulli_cusum(measure, baseline=5).target == 1 / 4


def test_nothing_left():
    with pytest.raises(ChartImpossible, match="Every value is left out"):
        cusum_chart(measure_of([5]).exclude(1, "Closed that day"))
    with pytest.raises(ChartImpossible, match="Every value is left out"):
        bernoulli_cusum(measure_of([1]).exclude(1, "Closed that day"))


def test_first_column():
    assert point_column(measure_of([7, 8]))["point"].tolist() == [1, 2]
    dates = point_column(measure_of([7, 8], ["2025-01", "2025-02"]))["date"]
    assert dates.astype("datetime64[D]").astype(str).tolist() == ["2025-01-01", "2025-02-01"]


def test_a_shift_signal_is_a_signal():
    signal = ShiftSignal("upper sum", "It rises.", (3, 4), way="high", began=2, new_level=7.5)
    assert isinstance(signal, Signal)
    assert (signal.points, signal.way, signal.began, signal.new_level) == ((3, 4), "high", 2, 7.5)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def run_lengths(starts, ends, chances, restart=None):
    """Solve the integral equation of average run lengths (Page 1954; Crowder 1987).

    ``chances(here, there)`` is the density of a step; ``restart(here)`` the chance of a step to
    the lower end, where a sum that would go below it stops.
    """
    half = (ends - starts) / 2
    nodes = starts + half * (NODES + 1)
    at_end = [] if restart is None else [starts]
    states = np.array([*at_end, *nodes])
    steps = chances(states[:, None], nodes) * WEIGHTS * half
    if restart is not None:
        steps = np.column_stack([restart(states), steps])
    return states, np.linalg.solve(np.eye(states.size) - steps, np.ones(states.size))


def cusum_run_length(decision, off):
    def one_side(mean):
        _, lengths = run_lengths(
            0,
            decision,
            lambda here, there: norm_density(there - here + 0.5 - mean),
            lambda here: ndtr(0.5 - here - mean),
        )
        return lengths[0]

    return 1 / (1 / one_side(off) + 1 / one_side(-off))


def ewma_run_length(weight, sigmas, off):
    limit = sigmas * np.sqrt(weight / (2 - weight))

    def chances(here, there):
        return norm_density((there - (1 - weight) * here) / weight - off) / weight

    states, lengths = run_lengths(-limit, limit, chances)
    return 1 + np.sum(chances(0.0, states) * WEIGHTS * limit * lengths)


def norm_density(x):
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def test_published_run_lengths_are_copied_right():
    """The published tables, worked out again: a digit copied wrongly would stand out."""
    with (REFERENCE / "average_run_lengths.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) == 70
    for row in rows:
        limit, off = float(row["limit"]), float(row["off"])
        exact = (
            cusum_run_length(limit, off)
            if row["chart"] == "cusum"
            else ewma_run_length(float(row["weight"]), limit, off)
        )
        assert float(row["points"]) == pytest.approx(exact, rel=0.004, abs=0.06), row
