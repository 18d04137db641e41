"""What signals mean, on series short enough to judge by eye.

Most series begin with the same twelve points, 11 and 9 in turn, from which the lines are frozen:
mean 10, sigma 1, limits 7 and 13, so 12 and 8 lie two sigmas out. What matters comes after them.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import ANHOEJ, MAKING_DATA_COUNT, Measure, control_chart, many, run_chart
from qi_tools.spc.limits import Constants
from qi_tools.spc.rule_sets import RuleSet, making_data_count
from qi_tools.spc.rules import FewCrossings, HuggingTheCentre, NearTheLimits, Shift, Trend
from qi_tools.spc.variation import ASSURANCE, FEWEST_FOR_ICONS, VARIATION, direction

nan = float("nan")
STEADY = [11.0, 9.0] * 6
ONE_SIGMA = Constants(d2=2.0)  # the ranges of STEADY are 2, and so sigma is 1
BETTER = ("higher", "lower", "neither")


def measure_of(after, *, better="higher", target=None, upside_down=False):
    values = [*STEADY, *after]
    if upside_down:
        values = [20 - value for value in values]
    measure = Measure.from_columns(values, name="y", better=better).freeze(len(STEADY))
    return measure if target is None else measure.aim(target)


def chart_of(after, *, rules=MAKING_DATA_COUNT, **how):
    return control_chart(measure_of(after, **how), "i", rules=rules, constants=ONE_SIGMA)


def after(flags):
    """The flagged places, counted from the first point after the steady ones."""
    assert not flags[: len(STEADY)].any()
    return np.nonzero(flags[len(STEADY) :])[0].tolist()


def found_by(chart, rule):
    ((high, low),) = (
        (found.high, found.low) for each, found in chart.analysis.found if each.name == rule
    )
    return after(high), after(low)


def test_the_steady_points_are_steady():
    chart = chart_of([10.0])
    assert (chart.centre[-1], chart.lower[-1], chart.upper[-1]) == (10, 7, 13)
    assert not chart.signals
    assert chart.variation == "common cause"


@pytest.mark.parametrize("better", BETTER)
def test_a_row_with_points_on_both_sides_is_neither_better_nor_worse(better):
    after_steady = [10.2, 9.8] * 8  # sixteen points within one sigma of the mean
    chart = chart_of(after_steady, rules=RuleSet("hugging", (HuggingTheCentre(),)), better=better)
    assert set(after(np.isin(np.arange(len(chart.measure)), chart.signal_points))) == set(range(16))
    assert not chart.improvement.any()
    assert not chart.concern.any()
    assert chart.variation == "special cause"


# ---- two versions of two in three


@pytest.mark.parametrize(
    ("values", "newer", "plotthedots"),
    [
        # The same in both: two beyond two sigmas, the third anywhere on their side.
        ([12.5, 12.5, 10.5], [0, 1], [0, 1]),
        ([12.5, 10.5, 12.5], [0, 2], [0, 2]),
        ([10.5, 12.5, 12.5], [1, 2], [1, 2]),
        ([12.5, 10.5, 12.5, 10.5, 12.5], [0, 2, 4], [0, 2, 4]),
        # The third on the other side, or on the mean.
        ([12.5, 9.5, 12.5], [], []),
        ([12.5, 10.0, 12.5], [], []),
        ([12.5, 12.5, 9.5], [], []),
        ([12.5, 7.5, 7.5], [], []),
        # Too far apart, or too few.
        ([12.5, 10.5, 10.5, 12.5], [], []),
        ([12.5, 12.5], [], []),
        # Two sigmas exactly is not beyond; the limit exactly is not outside.
        ([12.0, 12.0, 12.0], [], []),
        ([13.0, 13.0, 10.5], [0, 1], [0, 1]),
        # Only here they differ: points outside the limits.
        ([13.5, 12.5, 10.5], [0, 1], []),
        ([12.5, 10.5, 13.5], [0, 2], []),
        ([13.5, 13.5, 12.5], [0, 1, 2], []),
        ([13.5, 12.5, 12.5], [0, 1, 2], [1, 2]),
        ([13.5, 13.5, 10.5], [0, 1], []),
    ],
)
def test_two_in_three(values, newer, plotthedots):
    for version, expected in (("2023", newer), ("plotthedots", plotthedots)):
        rules = making_data_count(7, version)
        chart = chart_of(values, rules=rules)
        assert found_by(chart, "2 of 3") == (expected, [])
        assert found_by(chart, "beyond the limits") == (
            [place for place, value in enumerate(values) if value > 13],
            [],
        )
        low = chart_of(values, rules=rules, upside_down=True)
        assert found_by(low, "2 of 3") == ([], expected)


def test_two_in_three_shows_in_the_icon():
    # Issue 153 of NHSRplotthedots asks why the last of these points is common cause there.
    values = [13.5, 13.5, 12.5]
    assert chart_of(values).variation == "improvement, high"
    other = chart_of(values, rules=making_data_count(7, "plotthedots"))
    assert other.variation == "common cause"


def test_the_newer_version_is_the_one_used_by_default():
    assert making_data_count() == MAKING_DATA_COUNT == making_data_count(7, "2023")
    assert NearTheLimits(2, 3, 2.0, "same side", "counted") in MAKING_DATA_COUNT.rules


# ---- 6 or 7 points

RISING = [8.6, 9.0, 9.4, 9.8, 10.2, 10.6, 11.0, 11.4]
ABOVE = [10.4, 10.6, 10.5, 10.3, 10.7, 10.4, 10.6, 10.5]


@pytest.mark.parametrize("points", [6, 7])
@pytest.mark.parametrize("length", [5, 6, 7, 8])
@pytest.mark.parametrize(("rule", "values"), [("shift", ABOVE), ("trend", RISING)])
def test_6_or_7_points(rule, values, length, points):
    expected = list(range(length)) if length >= points else []
    rules = making_data_count(points)
    assert found_by(chart_of(values[:length], rules=rules), rule) == (expected, [])
    low = chart_of(values[:length], rules=rules, upside_down=True)
    assert found_by(low, rule) == ([], expected)


def test_a_point_on_the_mean_breaks_a_shift():
    values = [*ABOVE[:6], 10.0, *ABOVE[:6]]
    assert found_by(chart_of(values), "shift") == ([], [])
    by_six = chart_of(values, rules=making_data_count(6))
    assert found_by(by_six, "shift") == ([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12], [])


def test_a_tie_breaks_a_trend():
    values = [8.6, 8.8, 9.0, 9.2, 9.4, 9.6, 9.6, 9.8, 10.2, 10.4]
    assert found_by(chart_of(values), "trend") == ([], [])
    assert found_by(chart_of(values, rules=making_data_count(6)), "trend") == (
        [0, 1, 2, 3, 4, 5],
        [],
    )


def test_no_rule_reaches_from_one_phase_into_the_next():
    # Beyond two sigmas of its own phase, one point before the new phase and one after.
    first, second = [*STEADY, 10.5, 12.5], [12.5, *[9.0, 11.0] * 8]
    measure = Measure.from_columns([*first, *second], name="y").freeze(len(STEADY))
    chart = control_chart(
        measure.rephase(len(first) + 1, "New"),
        "i",
        rules=making_data_count(6),
        constants=ONE_SIGMA,
    )
    assert (chart.analysis.lines.positions[[13, 14]] > 2).all()
    assert not chart.signals
    # Seven in a row on one side, or rising, are no seven when a phase begins among them.
    sevens = RuleSet("Sevens", (Shift(7), Trend(7)))
    for values in (ABOVE[:7], RISING[:7]):
        measure = measure_of(values)
        assert control_chart(measure, "i", rules=sevens).signals
        for phase in range(14, 20):
            assert not control_chart(measure.rephase(phase, "New"), "i", rules=sevens).signals


# ---- improvement and concern at one point

STILL_LOW = [10.5, 7.2, 7.5, 7.8, 8.1, 8.4, 8.7, 9.0]  # seven below the mean, all rising


@pytest.mark.parametrize(
    ("better", "rising", "below", "icon"),
    [
        ("higher", "improvement", "concern", "improvement, high"),
        ("lower", "concern", "improvement", "improvement, low"),
    ],
)
def test_a_rising_trend_that_is_still_below_the_mean(better, rising, below, icon):
    chart = chart_of(STILL_LOW, better=better)
    everywhere = list(range(1, 8))
    assert found_by(chart, "trend") == (everywhere, [])
    assert found_by(chart, "shift") == ([], everywhere)
    assert after(getattr(chart, rising)) == everywhere
    assert after(getattr(chart, below)) == everywhere
    assert chart.variation == icon  # improvement wins, as in Making Data Count's own tool
    row = chart.table.iloc[-1]
    assert (row["improvement"], row["concern"]) == (True, True)
    assert row["signals"] == "trend, shift"
    ways = {(signal.rule, signal.way) for signal in chart.signals}
    assert ways >= {("trend", "high"), ("shift", "low")}


def test_both_through_many():
    frame = pd.DataFrame(
        {
            "better": np.repeat(BETTER, 20),
            "value": [*STEADY, *STILL_LOW] * 3,
        }
    )
    table = many(
        frame,
        ["better"],
        value="value",
        better="better",
        baseline=12,
        rules=MAKING_DATA_COUNT,
        constants=ONE_SIGMA,
    )
    last = table.groupby("better").last()
    assert last.loc[["higher", "lower"], ["improvement", "concern"]].to_numpy().all()
    assert not last.loc["neither", ["improvement", "concern"]].any()
    assert last.loc["neither", ["high", "low"]].all()
    assert last["variation"].to_dict() == {
        "higher": "improvement, high",
        "lower": "improvement, low",
        "neither": "special cause, high",
    }
    assert (table.groupby("better")[["improvement", "concern"]].sum().loc["higher"] == 7).all()


def test_the_top_of_a_mountain_ends_one_trend_and_begins_another():
    chart = chart_of([8.5, 9, 9.5, 10, 10.5, 11, 11.5, 11, 10.5, 10, 9.5, 9, 8.5])
    assert after(chart.improvement & chart.concern) == [6]
    assert chart.variation == "concern, low"


# ---- variation


@pytest.mark.parametrize(
    ("latest", "better", "variation"),
    [
        (14.0, "higher", "improvement, high"),
        (14.0, "lower", "concern, high"),
        (14.0, "neither", "special cause, high"),
        (6.0, "higher", "concern, low"),
        (6.0, "lower", "improvement, low"),
        (6.0, "neither", "special cause, low"),
        (13.0, "higher", "common cause"),
        (7.0, "higher", "common cause"),
    ],
)
def test_variation(latest, better, variation):
    chart = chart_of([latest], better=better)
    assert chart.variation == variation
    assert after(chart.improvement) == ([0] if "improvement" in variation else [])
    assert after(chart.concern) == ([0] if "concern" in variation else [])


def test_only_the_latest_point_counts():
    chart = chart_of([14.0, 10.0])
    assert chart.variation == "common cause"
    assert after(chart.improvement) == [0]


def test_a_missing_or_excluded_point_is_not_the_latest():
    assert chart_of([14.0, nan]).variation == "improvement, high"
    measure = measure_of([10.5, 14.0]).exclude(14, "Counted twice")
    chart = control_chart(measure, "i", rules=MAKING_DATA_COUNT, constants=ONE_SIGMA)
    assert chart.variation == "common cause"


@pytest.mark.parametrize("size", [1, 2, 12, 13, 14])
def test_icons_need_13_points(size):
    values = [*([9.0, 11.0] * 7)[: size - 1], 40.0]
    chart = control_chart(Measure.from_columns(values, name="y", better="lower").aim(500), "i")
    if size < FEWEST_FOR_ICONS:
        assert (chart.variation, chart.assurance) == ("too few points", "none")
    else:
        assert (chart.variation, chart.assurance) == ("concern, high", "passing")


def test_the_13_points_are_those_of_the_latest_phase_that_are_known():
    values = [*STEADY, 5.0, 4.0, *[5.0, 4.0] * 6, nan]
    measure = Measure.from_columns(values, name="y", better="lower").aim(9)
    full = control_chart(measure.rephase(13, "New"), "i")
    assert (full.variation, full.assurance) == ("common cause", "passing")
    assert control_chart(measure.rephase(14, "New"), "i").variation == "common cause"
    short = control_chart(measure.rephase(15, "New"), "i")
    assert (short.variation, short.assurance) == ("too few points", "none")


def test_a_signal_of_the_whole_phase_points_nowhere():
    few = RuleSet("Crossings", (FewCrossings(),))
    values = [9.0] * 12 + [11.0] * 12
    chart = run_chart(Measure.from_columns(values, name="y", better="higher"), rules=few)
    assert chart.variation == "special cause"
    assert not (chart.improvement | chart.concern).any()


def test_a_signal_of_an_earlier_phase_is_not_the_latest():
    few = RuleSet("Crossings", (FewCrossings(),))
    measure = Measure.from_columns([9.0] * 12 + [11.0] * 12 + STEADY + [10.5], name="y")
    chart = run_chart(measure.rephase(25, "New"), rules=few)
    assert chart.signals
    assert chart.variation == "common cause"


# ---- assurance


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (6.9, "passing", "failing"),
        (7.0, "hit or miss", "hit or miss"),
        (10.0, "hit or miss", "hit or miss"),
        (13.0, "hit or miss", "hit or miss"),
        (13.1, "failing", "passing"),
    ],
)
def test_assurance(target, higher, lower):
    for better, assurance in (("higher", higher), ("lower", lower), ("neither", "none")):
        assert chart_of([10.5], better=better, target=target).assurance == assurance


def test_no_assurance_without_target_or_limits():
    assert chart_of([10.5]).assurance == "none"
    assert run_chart(measure_of([10.5], target=10)).assurance == "none"


def test_values_that_never_stand_side_by_side_have_no_limits_and_we_say_so():
    values = [9.0, nan, 11.0, nan] * 8
    chart = control_chart(Measure.from_columns(values, name="y", better="higher").aim(1), "i")
    assert (chart.variation, chart.assurance) == ("common cause", "none")
    assert chart.warnings == (
        "There are no limits: no two neighbouring values of the baseline are known.",
    )
    table = many(pd.DataFrame({"number": 1, "value": values}), ["number"], value="value")
    assert set(table["warning"]) == {"no limits"}


def test_the_target_of_the_latest_known_point_counts():
    chart = control_chart(measure_of([10.5, 10.5, nan]).aim(5).aim(10, since=14), "i")
    assert chart.assurance == "hit or miss"
    awaited = measure_of([10.5, 10.5, nan]).aim(5).aim(50, since=15)
    chart = control_chart(awaited, "i", constants=ONE_SIGMA)
    assert chart.assurance == "passing"
    # The words speak of the target that was judged, not of one that has yet to begin.
    assert (
        "Target 5: met by the latest value; if nothing changes, it will be met every time."
    ) in chart.describe()


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [(4.0, "passing", "failing"), (5.0, "passing", "passing"), (6.0, "failing", "passing")],
)
def test_a_value_that_never_varies_meets_the_target_that_it_equals(target, higher, lower):
    for better, assurance in (("higher", higher), ("lower", lower)):
        measure = Measure.from_columns([5.0] * 20, name="y", better=better).aim(target)
        chart = control_chart(measure, "i")
        assert (chart.variation, chart.assurance) == ("common cause", assurance)


# ---- what is plotted may not be what the target is for


def test_spread_has_no_better_direction_and_no_target():
    measure = measure_of([10.5, 30.0], better="higher", target=8)
    chart = control_chart(measure, "mr")
    assert chart.variation == "special cause, high"
    assert not (chart.improvement | chart.concern).any()
    assert chart.assurance == "none"
    assert np.isnan(chart.target).all()
    assert not {"target", "improvement", "concern"} & set(chart.table)


@pytest.mark.parametrize("kind", ["s", "r"])
def test_spread_within_subgroups(kind):
    values = [9.0, 11.0] * 15 + [0.0, 40.0]
    groups = np.repeat(np.arange(1, 17), 2)
    measure = Measure.from_subgroups(values, groups, name="y", better="higher").aim(8)
    chart = control_chart(measure, kind)
    assert (chart.variation, chart.assurance) == ("special cause, high", "none")
    frame = pd.DataFrame({"all": 1, "group": groups, "value": values, "target": 8.0})
    table = many(
        frame, ["all"], value="value", date="group", kind=kind, better="higher", target="target"
    )
    assert set(table["variation"]) == {"special cause, high"}
    assert set(table["assurance"]) == {"none"}
    assert not table[["improvement", "concern"]].to_numpy().any()


@pytest.mark.parametrize(("target", "assurance"), [(4, "failing"), (12, "hit or miss")])
def test_the_target_of_an_np_chart_is_a_count_too(target, assurance):
    counts, sizes = [20, 30] * 10, [200, 250] * 10
    measure = Measure.from_columns(counts, denominators=sizes, unit="%", name="y", better="lower")
    measure = measure.aim(target)
    shares, numbers = control_chart(measure, "p"), control_chart(measure, "np")
    assert shares.assurance == numbers.assurance == assurance
    assert shares.target.tolist() == [target] * 20
    np.testing.assert_allclose(numbers.target, target / 100 * np.array(sizes))
    np.testing.assert_allclose(numbers.table["target"], numbers.target)


# ---- properties

readings = st.lists(st.integers(-20, 20).map(float) | st.just(nan), min_size=1, max_size=30).filter(
    lambda values: not np.isnan(values).all()
)
ways = st.sampled_from(BETTER)
rule_sets = st.sampled_from(
    [ANHOEJ, *(making_data_count(n, v) for n in (6, 7) for v in ("2023", "plotthedots"))]
)
OTHER = {"higher": "lower", "lower": "higher", "neither": "neither"}
UPSIDE_DOWN = {"high": "low", "low": "high"}


@given(readings, ways, rule_sets, st.integers(-25, 25))
def test_upside_down_it_means_the_same(values, better, rules, target):
    def judged(numbers, better, target):
        measure = Measure.from_columns(numbers, name="y", better=better).aim(target)
        return control_chart(measure, "i", rules=rules)

    one, other = (
        judged(values, better, target),
        judged([-value for value in values], OTHER[better], -target),
    )
    np.testing.assert_array_equal(one.improvement, other.improvement)
    np.testing.assert_array_equal(one.concern, other.concern)
    assert one.assurance == other.assurance
    sort, _, way = one.variation.partition(", ")
    expected = f"{sort}, {UPSIDE_DOWN[way]}" if way else sort
    last = np.nonzero(one.analysis.judged)[0][-1]
    if better != "neither" or not (one.analysis.high & one.analysis.low)[last]:
        assert other.variation == expected


@given(readings, ways, rule_sets)
def test_improvement_and_concern_are_the_signals_that_have_a_direction(values, better, rules):
    chart = control_chart(Measure.from_columns(values, name="y", better=better), "i", rules=rules)
    either = chart.analysis.high | chart.analysis.low
    meant = chart.improvement | chart.concern
    np.testing.assert_array_equal(meant, either & (better != "neither"))
    np.testing.assert_array_equal(np.nonzero(either)[0], chart.signal_points)
    assert chart.variation in VARIATION
    last = np.nonzero(chart.analysis.judged)[0][-1]
    if np.count_nonzero(~np.isnan(values)) < FEWEST_FOR_ICONS:
        assert chart.variation == "too few points"
    elif not either[last]:
        assert chart.variation in {"common cause", "special cause"}
    elif better != "neither":
        assert chart.variation.startswith("improvement" if chart.improvement[last] else "concern")


@given(readings, st.sampled_from(BETTER[:2]), st.sets(st.integers(-99, 99), min_size=2))
def test_a_harder_target_is_never_surer_to_be_met(values, better, targets):
    order = ["passing", "hit or miss", "failing"]
    measure = Measure.from_columns(values, name="y", better=better)
    says = [
        control_chart(measure.aim(target), "i").assurance
        for target in sorted(targets, reverse=better == "lower")
    ]
    assert set(says) <= set(ASSURANCE)
    if "none" in says:
        assert set(says) == {"none"}
    else:
        assert all(order.index(easy) <= order.index(hard) for easy, hard in pairwise(says))


@given(st.lists(st.tuples(readings, ways, st.integers(-25, 25)), min_size=1, max_size=5), rule_sets)
def test_many_measures_mean_what_each_means_alone(measures, rules):
    frame = pd.concat(
        [
            pd.DataFrame({"number": number, "value": values, "better": better, "target": target})
            for number, (values, better, target) in enumerate(measures)
        ]
    )
    table = many(frame, ["number"], value="value", better="better", target="target", rules=rules)
    for number, (values, better, target) in enumerate(measures):
        measure = Measure.from_columns(values, name="y", better=better).aim(target)
        chart, rows = control_chart(measure, "i", rules=rules), table[table["number"] == number]
        np.testing.assert_array_equal(rows["improvement"], chart.improvement)
        np.testing.assert_array_equal(rows["concern"], chart.concern)
        assert set(rows["variation"]) == {chart.variation}
        assert set(rows["assurance"]) == {chart.assurance}


def test_direction():
    assert [direction(better) for better in BETTER] == [1, -1, 0]
