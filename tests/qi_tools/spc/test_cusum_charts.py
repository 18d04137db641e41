import contextlib
import csv
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import ChartImpossible, MeasureInvalid
from qi_tools.spc.cusum_charts import cusum_chart

REFERENCE = Path(__file__).parents[2] / "reference"
nan = float("nan")


def chart_of(values, dates=None, **how):
    return cusum_chart(Measure.from_columns(values, dates, name="Wait"), **how)


def rows(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.fixture(scope="module")
def montgomery():
    return chart_of([float(row["value"]) for row in rows("montgomery_9_1.csv")], target=10, sigma=1)


def test_montgomery(montgomery):
    printed = [float(row["upper_sum"]) for row in rows("montgomery_9_1.csv")]
    assert montgomery.high.round(2).tolist() == printed
    assert montgomery.low[:3].round(2).tolist() == [-0.05, -1.56, -1.77]


def test_montgomery_dates_the_shift(montgomery):
    (signal,) = montgomery.signals
    assert (signal.way, signal.points) == ("high", (28, 29))  # periods 29 and 30
    assert signal.began == 22  # between periods 22 and 23
    assert signal.new_level == pytest.approx(10 + 0.5 + 5.28 / 7)  # his estimate: 11.25
    assert signal.words == (
        "The upper sum passes 5 sigmas at point 29 (5.28). The shift probably began at point 23, "
        "to about 11.3."
    )


def test_both_sides():
    up = [0, 3, 3, 3, -9, 0]
    chart, mirrored = (chart_of(values, target=0, sigma=1) for values in (up, [-x for x in up]))
    assert chart.high.tolist() == [0, 2.5, 5, 7.5, 0, 0]
    assert chart.low.tolist() == [0, 0, 0, 0, -8.5, -8]
    assert [(signal.way, signal.points) for signal in chart.signals] == [
        ("high", (3,)),
        ("low", (4, 5)),
    ]
    assert mirrored.low.tolist() == (-chart.high).tolist()
    assert mirrored.signals[0].new_level == -3


def test_five_itself_is_no_signal():
    assert chart_of([5.5], target=0, sigma=1).signals == ()
    assert len(chart_of([5.51], target=0, sigma=1).signals) == 1


def test_one_climb_is_one_signal():
    # The sum goes 6.5, 4.5, 6, 0, 6.5: below the decision interval and back, then from zero.
    chart = chart_of([7, -1.5, 2, -9, 7], target=0, sigma=1)
    high = [signal for signal in chart.signals if signal.way == "high"]
    assert [(signal.points, signal.began) for signal in high] == [((0, 2), 0), ((4,), 4)]
    assert "began at point 1 or before" in high[0].words
    assert "or before" not in high[1].words


def test_missing_values_change_nothing():
    chart = chart_of([nan, 0, 4, nan, 3, nan], target=0, sigma=1)
    assert chart.high.tolist() == [0, 0, 3.5, 3.5, 6, 6]
    (signal,) = chart.signals
    assert (signal.points, signal.began, signal.new_level) == ((4,), 2, 3.5)
    assert chart.warnings == ("3 values are missing; the chart carries on over them unchanged.",)


def test_a_shift_begins_at_a_point_with_a_value():
    assert chart_of([nan, nan, 9], target=0, sigma=1).signals[0].began == 2
    assert chart_of([0, nan, 9], target=0, sigma=1).signals[0].began == 2


def test_head_start():
    chart = chart_of([1, 1, 3, 0, 0], target=0, sigma=1, head_start=2.5)
    assert chart.high.tolist() == [3, 3.5, 6, 5.5, 5]
    assert chart.low.tolist() == [-1, 0, 0, 0, 0]
    assert chart.signals[0].new_level == pytest.approx(5 / 3)  # the head start is no evidence
    assert "The sums start at 2.5 sigmas" in " ".join(chart.report())


def test_subgroups_of_different_sizes():
    sigma = np.array([2.0, 1.0, 0.5])
    chart = chart_of([2, 3, 2], target=0, sigma=sigma)
    assert chart.high.tolist() == [0.5, 3, 6.5]
    # The mean of all observations: the means weigh as their sizes, which go with 1 / sigma².
    assert chart.signals[0].new_level == pytest.approx((2 * 1 + 3 * 4 + 2 * 16) / 21)


def test_defaults_are_the_measures_own():
    chart = chart_of([4, 6, 5, 7, nan, 8])
    assert (chart.target, chart.sigma) == (6, pytest.approx(5 / 3 / 1.128))
    assert (chart.shift, chart.decision, chart.head_start) == (1, 5, 0)
    assert any("a target from a stable time" in warning for warning in chart.warnings)


def test_table(montgomery):
    table = montgomery.table
    assert table.columns.tolist() == ["point", "value", "high", "low", "high_signal", "low_signal"]
    assert np.nonzero(table["high_signal"])[0].tolist() == [28, 29]
    assert not table["low_signal"].any()
    table["high"] = 0.0
    assert montgomery.table["high"].max() > 5


def test_description(montgomery):
    assert montgomery.describe() == (
        "CUSUM chart of Wait: 30 points, from point 1 to point 30. Target 10 (given), sigma 1 "
        "(given). Latest sums: upper 5.3, lower 0; beyond 5 sigmas is a signal. "
        f"Signal: {montgomery.signals[0].words}"
    )
    assert chart_of([1, 2, 1], target=1, sigma=1).finding.startswith("No signal")


def test_the_result_can_not_change(montgomery):
    for field in fields(montgomery):
        with pytest.raises(FrozenInstanceError):
            setattr(montgomery, field.name, None)
    for column in (montgomery.high, montgomery.low):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"shift": 0}, "shift is 0. Use a number, above 0"),
        ({"decision": 0}, "decision is 0"),
        ({"decision": float("inf")}, "decision is inf"),
        ({"head_start": 5}, "head_start is 5. Use a number, 0 or more and below 5"),
        ({"head_start": -1}, "head_start is -1"),
        ({"sigma": 0}, "sigma is 0"),
        ({"target": nan}, "target is nan"),
    ],
)
def test_settings_out_of_range(how, said):
    with pytest.raises(ChartImpossible, match=said):
        chart_of([1, 2, 3], **how)


def test_what_can_not_be_charted():
    with pytest.raises(ChartImpossible, match="neighbouring points don't differ"):
        chart_of([4, 4, 4])
    with pytest.raises(MeasureInvalid, match="cusum_chart was given list"):
        cusum_chart([1, 2, 3])


CUSUM = [row for row in rows("average_run_lengths.csv") if row["chart"] == "cusum"]


def run_lengths(off, series, points, **how):
    """Points until the first signal in many simulated series; each must have one."""
    values = np.random.default_rng(5).normal(off, 1, (series, points))
    charts = (chart_of(row, target=0, sigma=1, **how) for row in values)
    return np.array([chart.signals[0].points[0] + 1 for chart in charts])


@pytest.mark.parametrize("row", CUSUM[4::2])
def test_average_run_lengths(row):
    off, published = float(row["off"]), float(row["points"])
    # A run of 12 times the average comes once in 150,000 series.
    lengths = run_lengths(off, 300, int(12 * published) + 20, decision=float(row["limit"]))
    assert lengths.mean() == pytest.approx(published, rel=0.2)


def test_average_run_length_of_false_alarms():
    assert run_lengths(0, 150, 6000).mean() == pytest.approx(465, rel=0.3)


def test_a_head_start_finds_a_bad_start_sooner():
    assert run_lengths(1, 600, 150, head_start=2.5).mean() == pytest.approx(6.3, rel=0.15)


def plain_cusum(values, target, sigma, shift):
    """The sums by the book, one point after the other."""
    up = down = 0.0
    sums = []
    for value in values:
        if not np.isnan(value):
            distance = (value - target) / sigma
            up = max(0.0, up + distance - shift / 2)
            down = min(0.0, down + distance + shift / 2)
        sums.append((up, down))
    return np.array(sums)


numbers = st.one_of(st.floats(-1e6, 1e6), st.integers(-3, 3).map(float), st.just(nan))
some_known = st.lists(numbers, min_size=1, max_size=60).filter(lambda x: not np.isnan(x).all())


@given(some_known, st.floats(-10, 10), st.floats(0.01, 10), st.floats(0.1, 4), st.floats(0.1, 9))
def test_any_measure_has_a_true_chart(values, target, sigma, shift, decision):
    chart = chart_of(values, target=target, sigma=sigma, shift=shift, decision=decision)
    sums = plain_cusum(values, target, sigma, shift)
    np.testing.assert_allclose(np.column_stack([chart.high, chart.low]), sums, rtol=1e-12)
    beyond = (np.abs(sums) > decision) & ~np.isnan(values)[:, None]
    for column, side in enumerate(("high", "low")):
        signals = [signal for signal in chart.signals if signal.way == side]
        marked = [point for signal in signals for point in signal.points]
        assert marked == np.nonzero(beyond[:, column])[0].tolist()
        for signal in signals:
            first = signal.points[0]
            known = ~np.isnan(values[signal.began : first + 1])
            assert known[0]
            assert known[-1]
            assert np.all(sums[signal.began : first + 1, column] != 0)
            # Montgomery's estimate: target + k + sum / points since zero, in the measure's unit.
            half = shift / 2 if side == "high" else -shift / 2
            by_sum = target + sigma * (half + sums[first, column] / known.sum())
            assert signal.new_level == pytest.approx(by_sum, rel=1e-6, abs=1e-6)
    assert chart.describe()


few_values = st.lists(st.sampled_from([-3.0, 0.0, 0.1, 5.0, nan]), min_size=1, max_size=8)


@given(few_values.filter(lambda x: not np.isnan(x).all()))
def test_with_no_settings_there_is_a_chart_or_a_reason(values):
    ranges = np.abs(np.diff(values))
    if not np.any(ranges > 0):  # none, or missing ones and zeros only
        with pytest.raises(ChartImpossible, match="Give sigma"):
            chart_of(values)
        return
    chart = chart_of(values)
    assert chart.sigma == pytest.approx(np.nanmean(ranges) / 1.128)
    assert np.all(np.isfinite([chart.high, chart.low]))


@given(some_known)
def test_no_measure_makes_sums_without_end(values):
    with contextlib.suppress(ChartImpossible):
        chart = chart_of(values)
        assert np.all(np.isfinite([chart.high, chart.low]))


def test_a_million_points():
    values = np.random.default_rng(3).normal(0, 1, 1_000_000)
    values[::1000] = nan
    chart = cusum_chart(Measure(values, None, "Wait"), target=0, sigma=1)
    # Far from the start the sums are as exact as near it: taken up at a zero, they are the same.
    zero = np.nonzero(chart.high[:-2000] == 0)[0][-1]
    again = plain_cusum(values[zero + 1 :], 0, 1, 1)[:, 0]
    np.testing.assert_allclose(chart.high[zero + 1 :], again, rtol=0, atol=1e-14)
    assert len(chart.signals) > 1000
    assert len(chart.describe()) < 1000
