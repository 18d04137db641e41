"""Each rule on literal series, where anyone can count along.

Lines are given, not computed: the centre at 0, a sigma of 1, limits at 3 and -3.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.errors import RulesInvalid
from qi_tools.phases import Phases
from qi_tools.spc.rules import (
    Alternating,
    BeyondLimits,
    FewCrossings,
    HuggingTheCentre,
    LongRun,
    NearTheLimits,
    NumberOfRuns,
    Positions,
    Shift,
    ShunningTheCentre,
    Trend,
)
from qi_tools.spc.runs import count_runs

MDC_2023 = NearTheLimits(2, 3, 2.0, "same side", "counted")
PLOTTHEDOTS = NearTheLimits(2, 3, 2.0, "same side", "not counted")
TWO_OF_THREE = NearTheLimits(2, 3, 2.0)
FOUR_OF_FIVE = NearTheLimits(4, 5, 1.0)
EVERY_RULE = (
    BeyondLimits(),
    LongRun(),
    FewCrossings(),
    Shift(7),
    Shift(6, "passed over"),
    Trend(7),
    Trend(5, "passed over"),
    MDC_2023,
    PLOTTHEDOTS,
    TWO_OF_THREE,
    FOUR_OF_FIVE,
    Alternating(14),
    HuggingTheCentre(15),
    ShunningTheCentre(8),
    NumberOfRuns(),
    NumberOfRuns("printed"),
)


def positions(*phases):
    """Points of one or more phases about 0, with a sigma of 1."""
    values = np.concatenate([np.asarray(phase, dtype=float) for phase in phases])
    side = np.sign(values).astype(np.int8)
    beyond = ((values > 3).astype(np.int8) - (values < -3)).astype(np.int8)
    laid = Phases.of_lengths(np.array([len(phase) for phase in phases]))
    return Positions(values, side, beyond, values.copy(), laid, count_runs(side, laid))


def marks(rule, *phases):
    """What a rule finds, as one sign a point: + high, - low, * both, . nothing."""
    found = rule.find(positions(*phases))
    signs = np.select([found.high & found.low, found.high, found.low], ["*", "+", "-"], ".")
    return "".join(signs)


def test_beyond_the_limits_is_strict():
    assert marks(BeyondLimits(), [3, 3.001, -3, -3.001, 0]) == ".+.-."


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1] * 7 + [-1], "+++++++."),
        ([1] * 6 + [-1], "......."),
        ([-1] * 8, "--------"),
        ([1, 1, 1, 1, 0, 1, 1, 1], "........"),  # a point on the centre breaks it
        ([0] * 8, "........"),
    ],
)
def test_shift_of_seven(values, found):
    assert marks(Shift(7), values) == found


def test_shift_that_passes_over_the_centre():
    assert marks(Shift(6, "passed over"), [1, 1, 1, 0, 1, 1, 1, -1]) == "+++.+++."
    assert marks(Shift(6, "passed over"), [0, 1, 1, 1, 1, 1, 0]) == "......."


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 0], "+++++++."),
        ([1, 2, 3, 4, 5, 6, 0], "......."),
        ([7, 6, 5, 4, 3, 2, 1], "-------"),
        ([1, 2, 3, 3, 4, 5, 6, 7], "........"),  # a tie breaks it
        ([5, 1, 2, 3, 4, 5, 6, 7, 7], ".+++++++."),
        # The turning point belongs to both.
        ([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], "++++++*------"),
    ],
)
def test_trend_of_seven(values, found):
    assert marks(Trend(7), values) == found


def test_trend_that_passes_over_ties():
    assert marks(Trend(5, "passed over"), [1, 2, 2, 3, 4, 5]) == "++.+++"
    assert marks(Trend(5, "passed over"), [1, 2, 2, 3, 4, 4]) == "......"


@pytest.mark.parametrize(
    ("values", "team", "plotthedots", "anywhere"),
    [
        # Two near the limit, the third on the same side.
        ([2.5, 0.5, 2.5, -1], "+.+.", "+.+.", "+.+."),
        # The third on the other side.
        ([2.5, -0.5, 2.5, -1], "....", "....", "+.+."),
        # The third on the centre line is on no side.
        ([2.5, 0, 2.5, -1], "....", "....", "+.+."),
        # One of the two outside the limit.
        ([2.5, 0.5, 3.5, -1], "+.+.", "....", "+.+."),
        # Two near, the third outside: only the near ones are marked in NHSRplotthedots.
        ([2.5, 3.5, 2.5, -1], "+++.", "+.+.", "+++."),
        ([2.0, 2.0, 2.0, 2.0], "....", "....", "...."),  # two sigmas are not beyond two
        ([2.5, 2.5], "..", "..", ".."),  # three points are needed
        ([0, -2.5, -2.5], "...", "...", ".--"),
        ([-1, -2.5, -2.5], ".--", ".--", ".--"),
    ],
)
def test_two_in_three_in_its_versions(values, team, plotthedots, anywhere):
    assert marks(MDC_2023, values) == team
    assert marks(PLOTTHEDOTS, values) == plotthedots
    assert marks(TWO_OF_THREE, values) == anywhere


def test_four_of_five():
    assert marks(FOUR_OF_FIVE, [1.5, 1.5, -1.5, 1.5, 1.5, 0]) == "++.++."
    assert marks(FOUR_OF_FIVE, [1.5, 1.5, -1.5, 0, 1.5, 1.5]) == "......"


def test_alternating():
    swing = [1, -1] * 7
    assert marks(Alternating(14), swing) == "+-" * 7
    assert marks(Alternating(14), swing[:-1]) == "." * 13
    assert marks(Alternating(14), [*swing[:7], -1, *swing[7:]]) == "." * 15


def test_hugging_the_centre():
    close = [0.5, -0.5, 0] * 5
    assert marks(HuggingTheCentre(15), close) == "+-+" * 5  # on the centre counts as high
    assert marks(HuggingTheCentre(15), close[:-1]) == "." * 14
    assert marks(HuggingTheCentre(15), [*close[:-1], 1.0]) == "." * 15


def test_shunning_the_centre():
    assert marks(ShunningTheCentre(8), [1.5, -1.5] * 4) == "+-" * 4
    assert marks(ShunningTheCentre(8), [1.5] * 8) == "." * 8  # all on one side is a shift
    assert marks(ShunningTheCentre(8), [1.5, -1.5] * 3 + [1.5, 1.0]) == "." * 8


def test_anhoejs_long_run_depends_on_the_points():
    others = [-1, 1] * 2 + [-1]
    assert marks(LongRun(), [1] * 7 + others) == "." * 12  # 12 useful points: 7 are usual
    assert marks(LongRun(), [1] * 8 + others[:-1]) == "++++++++...."
    assert marks(LongRun(), [1] * 4 + [0] + [1] * 4 + others[:-1]) == "++++.++++...."


@pytest.mark.parametrize("rule", [FewCrossings(), NumberOfRuns(), NumberOfRuns("printed")])
def test_rules_about_the_whole_mark_no_point(rule):
    found = rule.find(positions([-1] * 6 + [1] * 6, [1, -1] * 2, [1, 1, -1, -1, 1, -1] * 2))
    assert found.whole.tolist() == [True, False, False]
    assert not found.high.any()
    assert not found.low.any()


def test_too_many_runs():
    found = NumberOfRuns().find(positions([1, -1] * 10))
    assert found.whole.tolist() == [True]
    assert not FewCrossings().find(positions([1, -1] * 10)).whole.any()


def test_the_printed_table_differs_where_it_is_known_to():
    for runs, exact, printed in ((3, True, False), (11, True, False)):
        lengths = [12 // runs + (place < 12 % runs) for place in range(runs)]
        values = [(-1) ** place for place, length in enumerate(lengths) for _ in range(length)]
        assert NumberOfRuns().find(positions(values)).whole[0] == exact
        assert NumberOfRuns("printed").find(positions(values)).whole[0] == printed


points = st.lists(st.sampled_from([-3.5, -2.5, -1.5, -0.5, 0.0, 0.5, 1.5, 2.5, 3.5]), min_size=1)


@pytest.mark.parametrize("rule", EVERY_RULE, ids=str)
@settings(max_examples=40)
@given(st.lists(points, min_size=2, max_size=5))
def test_no_rule_sees_past_its_own_phase(rule, phases):
    apart = "".join(marks(rule, phase) for phase in phases)
    assert marks(rule, *phases) == apart
    whole = [rule.find(positions(phase)).whole[0] for phase in phases]
    assert rule.find(positions(*phases)).whole.tolist() == whole


@pytest.mark.parametrize("rule", EVERY_RULE, ids=str)
@settings(max_examples=40)
@given(points)
def test_turned_over_high_becomes_low(rule, values):
    if isinstance(rule, HuggingTheCentre):
        values = [value or 0.5 for value in values]  # a point on the centre is on no side
    there, back = (rule.find(positions(each)) for each in (values, np.negative(values)))
    assert there.high.tolist() == back.low.tolist()
    assert there.low.tolist() == back.high.tolist()
    assert there.whole.tolist() == back.whole.tolist()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Shift(1),
        lambda: Shift(7.0),
        lambda: Trend(2),
        lambda: Alternating(3),
        lambda: NearTheLimits(1, 3, 2.0),
        lambda: NearTheLimits(4, 3, 2.0),
        lambda: NearTheLimits(2, 3, 3.0),
        lambda: HuggingTheCentre(0),
        lambda: ShunningTheCentre(1),
    ],
)
def test_rules_that_can_not_be(make):
    with pytest.raises(RulesInvalid, match=r"Use \d|Ask for"):
        make()
