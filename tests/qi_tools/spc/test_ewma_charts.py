import contextlib
import csv
import math
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import ChartImpossible, MeasureInvalid
from qi_tools.spc.ewma_charts import ewma_chart

REFERENCE = Path(__file__).parents[2] / "reference"
nan = float("nan")


def chart_of(values, dates=None, **how):
    return ewma_chart(Measure.from_columns(values, dates, name="Wait"), **how)


def rows(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.fixture(scope="module")
def montgomery():
    values = [float(row["value"]) for row in rows("montgomery_9_1.csv")]
    return chart_of(values, weight=0.1, sigmas=2.7, target=10, sigma=1)


def test_montgomery(montgomery):
    printed = [row["average"] for row in rows("montgomery_9_1.csv")]
    assert [f"{average:.6g}" for average in montgomery.averages] == printed
    limits = np.column_stack([montgomery.lower, montgomery.upper]).round(2).tolist()
    assert limits[:2] == [[9.73, 10.27], [9.64, 10.36]]
    assert limits[-1] == [9.38, 10.62]


def test_montgomery_signals(montgomery):
    (signal,) = montgomery.signals
    assert (signal.way, signal.points) == ("high", (28, 29))
    assert signal.rule == "above the upper limit"
    assert signal.words == (
        "The average is above its upper limit from point 29 to point 30 (2 points)."
    )


def test_both_sides():
    chart = chart_of([9, -30, 0], weight=0.5, target=0, sigma=1)
    assert chart.averages.tolist() == [4.5, -12.75, -6.375]
    assert [(signal.way, signal.points) for signal in chart.signals] == [
        ("high", (0,)),
        ("low", (1, 2)),
    ]
    assert chart.signals[0].words == "The average is above its upper limit at point 1."
    assert chart.signals[1].rule == "below the lower limit"


def test_a_weight_of_one_is_an_ordinary_control_chart():
    chart = chart_of([1, -4, 2.9], weight=1, target=0, sigma=1)
    assert chart.averages.tolist() == [1, -4, 2.9]
    assert chart.upper.tolist() == [3, 3, 3]
    assert [signal.points for signal in chart.signals] == [(1,)]


def test_limits_are_exact_from_the_first_point():
    chart = chart_of(range(40), weight=0.3, sigmas=2.5, target=7, sigma=4)
    number = np.arange(1, 41)
    width = 2.5 * 4 * np.sqrt(0.3 / 1.7 * (1 - 0.7 ** (2 * number)))
    assert chart.upper == pytest.approx(7 + width, rel=1e-12)
    assert chart.lower == pytest.approx(7 - width, rel=1e-12)


def test_missing_values_change_nothing():
    values = [nan, 4, nan, 9, nan]
    chart = chart_of(values, target=0, sigma=1)
    whole = chart_of([4, 9], target=0, sigma=1)
    assert chart.averages.tolist() == [0, *np.repeat(whole.averages, 2)]
    assert chart.upper.tolist() == [0, *np.repeat(whole.upper, 2)]
    assert [signal.points for signal in chart.signals] == [(1, 3)]
    assert chart.table["side"].tolist() == ["missing", "above", "missing", "above", "missing"]
    assert "3 values are missing" in chart.warnings[0]


def test_subgroups_of_different_sizes():
    sigma = [2.0, 1.0, 0.5]
    chart = chart_of([1, 2, 3], weight=0.2, target=0, sigma=sigma)
    # Each point's share in the last average, and so its part of the variance.
    shares = [0.2 * 0.8**2, 0.2 * 0.8, 0.2]
    variance = sum((share * spread) ** 2 for share, spread in zip(shares, sigma, strict=True))
    assert chart.upper[-1] == pytest.approx(3 * math.sqrt(variance))
    assert chart.averages[-1] == pytest.approx(np.dot(shares, [1, 2, 3]))


def test_defaults_are_the_measures_own():
    chart = chart_of([4, 6, 5, 7, nan, 8])
    assert (chart.target, chart.sigma) == (6, pytest.approx(5 / 3 / 1.128))
    assert (chart.weight, chart.sigmas) == (0.2, 3)
    assert any("a target from a stable time" in warning for warning in chart.warnings)


def test_table(montgomery):
    table = montgomery.table
    columns = ["point", "value", "average", "target", "lower", "upper", "side"]
    assert table.columns.tolist() == columns
    assert table["side"].tolist() == ["within"] * 28 + ["above"] * 2
    table["average"] = 0.0
    assert montgomery.table["average"].min() > 9
    months = ["2025-01", "2025-02"]
    assert chart_of([1, 2], months, target=1, sigma=1).table.columns[0] == "date"


def test_description(montgomery):
    assert montgomery.describe() == (
        "EWMA chart of Wait: 30 points, from point 1 to point 30. Target 10 (given), sigma 1 "
        "(given). Latest average 10.63, limits 9.38 to 10.62. "
        f"Signal: {montgomery.signals[0].words}"
    )
    weighed = "The latest point counts 10% of the average; limits lie 2.7 sigmas of it away."
    assert weighed in montgomery.report()[1]


def test_the_result_can_not_change(montgomery):
    for field in fields(montgomery):
        with pytest.raises(FrozenInstanceError):
            setattr(montgomery, field.name, None)
    for column in (montgomery.averages, montgomery.lower, montgomery.upper):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"weight": 0}, "weight is 0. Use a number, 0.001 or more and up to 1"),
        ({"weight": 1.01}, "weight is 1.01"),
        ({"weight": nan}, "weight is nan"),
        ({"sigmas": 0}, "sigmas is 0"),
        ({"sigma": -2}, "sigma is -2"),
        ({"target": "low"}, "target is 'low'"),
    ],
)
def test_settings_out_of_range(how, said):
    with pytest.raises(ChartImpossible, match=said):
        chart_of([1, 2, 3], **how)


def test_what_can_not_be_charted():
    with pytest.raises(ChartImpossible, match="neighbouring points don't differ"):
        chart_of([4, 4, 4])
    with pytest.raises(MeasureInvalid, match="ewma_chart was given list"):
        ewma_chart([1, 2, 3])


def run_lengths(off, series, points, lead_in=0, **how):
    """Points until the first signal in many simulated series; each must have one.

    With a lead-in on target the limits have settled by then, as those in the published tables
    have; only signals after it count.
    """
    lead = np.zeros((series, lead_in))
    values = np.random.default_rng(8).normal(off, 1, (series, points))
    charts = (chart_of(row, target=0, sigma=1, **how) for row in np.hstack([lead, values]))
    return np.array([chart.signals[0].points[0] + 1 - lead_in for chart in charts])


EWMA = [row for row in rows("average_run_lengths.csv") if row["chart"] == "ewma"]


@pytest.mark.parametrize("row", [row for row in EWMA if row["off"] in ("0.5", "1", "2")])
def test_average_run_lengths(row):
    off, published = float(row["off"]), float(row["points"])
    how = {"weight": float(row["weight"]), "sigmas": float(row["limit"])}
    lengths = run_lengths(off, 250, int(12 * published) + 60, lead_in=100, **how)
    assert lengths.mean() == pytest.approx(published, rel=0.2)


def test_average_run_lengths_of_the_defaults():
    assert run_lengths(0, 120, 7000).mean() == pytest.approx(560, rel=0.3)
    assert run_lengths(1, 400, 150).mean() == pytest.approx(9.9, rel=0.15)


numbers = st.one_of(st.floats(-1e6, 1e6), st.integers(-3, 3).map(float), st.just(nan))
some_known = st.lists(numbers, min_size=1, max_size=60).filter(lambda x: not np.isnan(x).all())


@given(some_known, st.floats(-10, 10), st.floats(0.01, 10), st.floats(0.001, 1), st.floats(0.1, 9))
def test_any_measure_has_a_true_chart(values, target, sigma, weight, sigmas):
    chart = chart_of(values, target=target, sigma=sigma, weight=weight, sigmas=sigmas)
    average, number = target, 0
    for point, value in enumerate(values):
        if not np.isnan(value):
            average = weight * value + (1 - weight) * average
            number += 1
        share = weight / (2 - weight) * (1 - (1 - weight) ** (2 * number))
        width = sigmas * sigma * math.sqrt(share)
        size = max(map(abs, [*filter(np.isfinite, values), 10]))
        assert chart.averages[point] == pytest.approx(average, rel=1e-9, abs=1e-12 * size)
        assert chart.upper[point] - target == pytest.approx(width, rel=1e-9, abs=1e-12 * size)
        assert chart.lower[point] - target == pytest.approx(-width, rel=1e-9, abs=1e-12 * size)
    known = ~np.isnan(values)
    for side, beyond in (
        ("high", chart.averages > chart.upper),
        ("low", chart.averages < chart.lower),
    ):
        signals = [signal for signal in chart.signals if signal.way == side]
        marked = [point for signal in signals for point in signal.points]
        assert marked == np.nonzero(beyond & known)[0].tolist()
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
    assert np.all(np.isfinite([chart.averages, chart.lower, chart.upper]))


@given(some_known)
def test_no_measure_makes_sums_without_end(values):
    with contextlib.suppress(ChartImpossible):
        chart = chart_of(values)
        assert np.all(np.isfinite([chart.averages, chart.lower, chart.upper]))


def test_a_million_points():
    values = np.random.default_rng(3).normal(0, 1, 1_000_000)
    chart = ewma_chart(Measure(values, None, "Wait"), target=0, sigma=1)
    latest = 0.2 * 0.8 ** np.arange(200)
    assert chart.averages[-1] == pytest.approx(np.dot(latest, values[:-201:-1]), rel=1e-9)
    assert chart.upper[-1] == pytest.approx(1)  # 3 * sqrt(0.2 / 1.8)
