import math
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.errors import ChartImpossible, MeasureInvalid
from qi_tools.spc.bernoulli_cusums import bernoulli_cusum

nan = float("nan")


def test_what_one_case_says():
    # By hand: of odds 1 to 9, doubled odds are 2 to 9, halved odds 1 to 18.
    chart = bernoulli_cusum([1, 0], target=0.1)
    up, down = math.log((2 / 11) / 0.1), math.log((1 / 19) / 0.1)
    assert chart.high == pytest.approx([up, up + math.log((9 / 11) / 0.9)])
    assert down < 0
    assert chart.low == pytest.approx([0, -math.log((18 / 19) / 0.9)])


def test_sums_start_again_at_a_signal_and_at_zero():
    chart = bernoulli_cusum([1] * 8 + [0] * 60, target=0.1, limit=2.0)
    each = math.log((2 / 11) / 0.1)  # 0.6: four of them pass 2
    high = [each, 2 * each, 3 * each, 0, each, 2 * each, 3 * each, 0]
    assert chart.high[:8] == pytest.approx(high)
    assert np.all(chart.high[8:] == 0)
    assert [(s.way, s.points, s.began) for s in chart.signals[:2]] == [
        ("high", (3,), 0),
        ("high", (7,), 4),
    ]
    falls = [signal for signal in chart.signals if signal.way == "low"]
    assert len(falls) == 1
    step = math.log((18 / 19) / 0.9)
    case = math.ceil(2 / step)  # so many cases without an event from point 9 on
    assert (falls[0].points, falls[0].began, falls[0].new_level) == ((7 + case,), 8, 0)
    assert chart.low[7 + case] == 0
    assert chart.low[6 + case] == pytest.approx(-step * (case - 1))


def test_the_limit_itself_is_a_signal():
    each = math.log((2 / 11) / 0.1)
    assert len(bernoulli_cusum([0, 1], target=0.1, limit=each).signals) == 1
    assert bernoulli_cusum([0, 1], target=0.1, limit=each * 1.0001).signals == ()


def test_where_the_shift_began():
    chart = bernoulli_cusum([0] * 30 + [1, 0, 1, 1, 0, 1, 1, 1], target=0.05)
    (signal,) = chart.signals
    assert (signal.points, signal.began, signal.new_level) == ((37,), 30, 0.75)
    assert signal.words == (
        "The upper sum reaches 3.5 at point 38. The shift probably began at point 31, to about 75%."
    )
    first = bernoulli_cusum([1] * 6, target=0.05).signals[0]
    assert "began at point 1 or before" in first.words


def test_missing_values_change_nothing():
    cases = [0, 1, None, 1, nan, 1, 1, 1, 1, None, 0]
    chart = bernoulli_cusum(cases, target=0.05)
    whole = bernoulli_cusum([0, 1, 1, 1, 1, 1, 1, 0], target=0.05)
    known = [0, 1, 3, 5, 6, 7, 8, 10]
    assert chart.high[known].tolist() == whole.high.tolist()
    assert chart.high[2] == chart.high[1]
    assert chart.high[9] == chart.high[8] == 0  # a signal is not raised again at the gap
    assert [signal.points for signal in chart.signals] == [(8,)]
    assert chart.signals[0].began == 1
    assert chart.warnings == ("3 values are missing; the chart carries on over them unchanged.",)


def test_a_target_left_out_is_the_share_of_events():
    chart = bernoulli_cusum([0, 1, 0, 0, None] * 5)
    assert chart.target == 0.25
    assert chart.target_words == "the share of events among these cases"
    assert any("worked out from these same cases" in warning for warning in chart.warnings)


def test_a_baseline():
    chart = bernoulli_cusum([0, 1, None, 0, 0, 1, 1, 1], baseline=5)
    assert chart.target == 0.25
    assert "Target 25% (the share of events among the first 5 cases)." in chart.describe()
    assert chart.warnings[0] == "The target rests on only 1 event; with so few it may be far off."
    enough = bernoulli_cusum([1, 0] * 6, baseline=10)
    assert enough.warnings == ()


@pytest.mark.parametrize("baseline", [0, -1, 9, 2.5, True, "all", nan])
def test_a_baseline_that_is_none(baseline):
    with pytest.raises(ChartImpossible, match="Use a whole number of cases, from 1 to 8"):
        bernoulli_cusum([0, 1] * 4, baseline=baseline)


@pytest.mark.parametrize(
    ("cases", "how", "said"),
    [
        ([0] * 9, {}, "no event in 9 cases"),
        ([1] * 9, {}, "nothing but events"),
        ([0, 0, 1], {"baseline": 2}, "no event in 2 cases"),
        ([None, None, 1, 0], {"baseline": 2}, "no case with a known outcome"),
        ([0, 1], {"target": 0}, "target is 0. Use a number, above 0 and below 1"),
        ([0, 1], {"target": 1}, "target is 1"),
        ([0, 1], {"target": nan}, "target is nan"),
        ([0, 1], {"target": 0.1, "baseline": 1}, "Give one of them"),
        ([0, 1], {"target": 0.1, "odds_ratio": 1}, "odds_ratio is 1. Use a number, above 1"),
        ([0, 1], {"target": 0.1, "odds_ratio": 0.5}, "odds_ratio is 0.5"),
        ([0, 1], {"target": 0.1, "limit": 0}, "limit is 0"),
        ([0, 2, 1, 0.5], {"target": 0.1}, r"Neither: 2 \(point 2\) and 1 more value\."),
        ([0, -1], {"target": 0.1}, r"Neither: -1 \(point 2\)\. For counts"),
    ],
)
def test_what_can_not_be_charted(cases, how, said):
    with pytest.raises(ChartImpossible, match=said):
        bernoulli_cusum(cases, **how)


@pytest.mark.parametrize("cases", ["0101", 1, [], [None], ["0", "1"], [float("inf")]])
def test_what_is_no_measure(cases):
    with pytest.raises(MeasureInvalid):
        bernoulli_cusum(cases, target=0.1)


def test_ways_to_give_the_cases():
    plain = bernoulli_cusum([0, 1, 1], target=0.1)
    for cases in (
        [False, True, True],
        np.array([False, True, True]),
        np.array([0, 1, 1]),
        (case for case in (0, 1, 1)),
        Measure.from_columns([0, 1, 1], name="Fall"),
    ):
        assert bernoulli_cusum(cases, target=0.1).high.tolist() == plain.high.tolist()


def test_table_and_description():
    days = [f"2025-03-{day:02}" for day in range(1, 9)]
    falls = Measure.from_columns([0, 0] + [1] * 6, days, name="Fall", simulated=True)
    chart = bernoulli_cusum(falls, target=0.05)
    table = chart.table
    columns = ["date", "event", "high", "low", "high_signal", "low_signal"]
    assert table.columns.tolist() == columns
    assert np.nonzero(table["high_signal"])[0].tolist() == [7]
    assert not table["low_signal"].any()
    table["high"] = 9.0
    assert chart.table["high"].max() < 3.5
    assert chart.describe() == (
        "Bernoulli CUSUM of Fall (simulated data): 8 points, from 1 March 2025 to 8 March 2025. "
        "6 of 8 are events (75%). Target 5% (given). Latest sums: upper 0, lower 0; 3.5 is a "
        f"signal. Signal: {chart.signals[0].words}"
    )
    assert "It looks for odds 2 times as high or as low." in chart.report()[1]
    one = bernoulli_cusum([0, 1], target=0.1)
    assert "1 of 2 is an event (50%)" in one.describe()
    assert one.finding.startswith("No signal")


def test_the_result_can_not_change():
    chart = bernoulli_cusum([0, 1], target=0.1)
    for field in fields(chart):
        with pytest.raises(FrozenInstanceError):
            setattr(chart, field.name, None)
    for column in (chart.high, chart.low):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def cases_per_signal(target, odds_times, side, cases):
    odds = odds_times * target / (1 - target)
    events = np.random.default_rng(11).random(cases) < odds / (1 + odds)
    chart = bernoulli_cusum(Measure(events.astype(float), None, "Event"), target=target)
    # Each signal starts its sum again, so one long series holds many run lengths.
    return cases / sum(signal.way in side for signal in chart.signals)


@pytest.mark.parametrize(
    ("target", "none", "doubled", "halved"),
    [(0.01, 7500, 730, 1800), (0.02, 3800, 370, 910), (0.05, 1600, 160, 360), (0.1, 870, 91, 190)],
)
def test_average_run_lengths_in_the_docstring(target, none, doubled, halved):
    assert cases_per_signal(target, 1, ("high", "low"), 300 * none) == pytest.approx(none, rel=0.2)
    assert cases_per_signal(target, 2, ("high",), 400 * doubled) == pytest.approx(doubled, rel=0.15)
    assert cases_per_signal(target, 0.5, ("low",), 400 * halved) == pytest.approx(halved, rel=0.15)


some_cases = st.lists(st.sampled_from([0, 1, None]), min_size=1, max_size=80).filter(
    lambda cases: any(case is not None for case in cases)
)


@given(some_cases, st.floats(0.001, 0.999), st.floats(1.01, 20), st.floats(0.01, 6))
def test_any_cases_have_a_true_chart(cases, target, ratio, limit):
    chart = bernoulli_cusum(cases, target=target, odds_ratio=ratio, limit=limit)
    for side, times, path in (("high", ratio, chart.high), ("low", 1 / ratio, -chart.low)):
        odds = times * target / (1 - target)
        risk = odds / (1 + odds)
        total, near = 0.0, False
        said = [signal.points[0] for signal in chart.signals if signal.way == side]
        for point, case in enumerate(cases):
            reached = False
            if case is not None:
                chance, before = (risk, target) if case else (1 - risk, 1 - target)
                total = max(0.0, total + math.log(chance / before))
                near = abs(total - limit) < 1e-9
                reached = total >= limit
                total = 0.0 if reached else total
            if near:
                break  # which side of the limit it falls on is a matter of rounding
            assert path[point] == pytest.approx(total, rel=1e-7, abs=1e-9)
            assert (point in said) == reached
    assert np.all(chart.high >= 0)
    assert np.all(chart.low <= 0)
    assert not np.any(np.signbit(chart.high) | (np.signbit(chart.low) & (chart.low == 0)))
    assert chart.describe()


@given(some_cases, st.integers(1, 90))
def test_with_a_baseline_there_is_a_chart_or_a_reason(cases, baseline):
    known = [case for case in cases[:baseline] if case is not None]
    if baseline > len(cases):
        with pytest.raises(ChartImpossible, match="Use a whole number"):
            bernoulli_cusum(cases, baseline=baseline)
    elif len(set(known)) < 2:
        with pytest.raises(ChartImpossible, match="Give target"):
            bernoulli_cusum(cases, baseline=baseline)
    else:
        chart = bernoulli_cusum(cases, baseline=baseline)
        assert chart.target == pytest.approx(np.mean(known))
        assert np.all(np.isfinite([chart.high, chart.low]))


@pytest.mark.parametrize("target", [1e-300, 1 - 1e-16])
def test_extreme_targets(target):
    chart = bernoulli_cusum([0, 1, 0, 1], target=target, odds_ratio=1e90)
    assert np.all(np.isfinite([chart.high, chart.low]))


def test_a_million_cases():
    events = np.random.default_rng(4).random(1_000_000) < 0.02
    chart = bernoulli_cusum(Measure(events.astype(float), None, "Event"), target=0.02)
    assert len(chart.signals) == pytest.approx(1_000_000 / 3800, rel=0.2)
    assert len(chart.describe()) < 1000
