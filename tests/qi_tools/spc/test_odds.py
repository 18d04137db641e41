from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import numpy as np
import pytest

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    WESTERN_ELECTRIC,
    Measure,
    RuleSet,
    control_chart,
    making_data_count,
    rule_odds,
    run_chart,
)
from qi_tools.errors import ChartImpossible
from qi_tools.spc.kinds import KINDS
from qi_tools.spc.odds import MOST_POINTS
from qi_tools.spc.rules import BeyondLimits, Found, LongRun, Shift, Trend

SHIFT_7_TREND_6 = RuleSet(
    "Shift of 7, trend of 6",
    (*(rule for rule in MAKING_DATA_COUNT.rules if not isinstance(rule, Trend)), Trend(6)),
)

# Share of 40,000 series of normal values that show any signal though nothing has changed, by a
# program written apart from this one; limits unscreened, from the same values.
FALSE_ALARMS = [
    (ANHOEJ, "run", {12: 0.012, 24: 0.031, 36: 0.044}),
    (PERLA, "run", {12: 0.131, 24: 0.37, 36: 0.56}),
    (making_data_count(7, "plotthedots"), "i", {12: 0.046, 24: 0.154, 36: 0.259}),
    (SHIFT_7_TREND_6, "i", {12: 0.059, 24: 0.182, 36: 0.299}),
    (WESTERN_ELECTRIC, "i", {12: 0.052, 24: 0.150, 36: 0.248}),
]


@pytest.mark.parametrize(
    ("rules", "kind", "points", "share"),
    [
        (rules, kind, n, share)
        for rules, kind, shares in FALSE_ALARMS
        for n, share in shares.items()
    ],
)
def test_false_alarms_are_those_of_another_program(rules, kind, points, share):
    found = rule_odds(rules, points, kind=kind)
    error = np.sqrt(share * (1 - share) * (1 / found.simulations + 1 / 40_000))
    # Three digits of the other program's figure, two where only two are known.
    rounding = 0.005 if round(share, 2) == share and share > 0.3 else 0.0005
    assert abs(found.false_alarm - share) < 3.5 * error + rounding


@pytest.mark.parametrize(
    ("rules", "false_alarm", "detection"),
    [(ANHOEJ, 0.09, 0.505), (MAKING_DATA_COUNT, 0.157, 0.66)],
)
def test_the_bargain_at_24_points(rules, false_alarm, detection):
    """A larger simulation, of 40,000 series, made apart."""
    found = rule_odds(rules, 24)
    assert found.false_alarm == pytest.approx(false_alarm, abs=0.015)
    assert found.detection == pytest.approx(detection, abs=0.025)
    assert found.standard_error < 0.008


def test_exact_chance_of_a_shift():
    both = RuleSet("Both", (Shift(2),))
    # About their own median neither two points nor three have two in a row on one side.
    assert rule_odds(both, 2, kind="run").false_alarm == 0
    assert rule_odds(both, 3, kind="run").false_alarm == pytest.approx(0, abs=1e-9)
    # About the mean of three, two neighbours share a side in two orders of three.
    assert rule_odds(both, 3, kind="i").false_alarm == pytest.approx(2 / 3, abs=0.03)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_shifts_more_often_than_it_cries_wolf(kind):
    found = rule_odds(ANHOEJ, 24, kind=kind, shift=3)
    assert 0 < found.false_alarm < 0.4
    assert found.detection > found.false_alarm + 0.15
    assert found.kind is KINDS[kind]


def test_larger_shifts_are_found_more_often():
    chances = [rule_odds(ANHOEJ, 24, shift=shift).detection for shift in (0.01, 1, 2, 4)]
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(rule_odds(ANHOEJ, 24).false_alarm, abs=0.01)
    assert chances[-1] > 0.97


def test_limits_of_single_points_only():
    """Limits from few points are off; the more points are held to them, the more fall outside."""
    outside = RuleSet("Limits", (BeyondLimits(),))
    assert rule_odds(outside, 24).false_alarm == pytest.approx(0.059, abs=0.012)
    frozen = rule_odds(outside, 36, baseline=12)
    assert frozen.false_alarm > rule_odds(outside, 36).false_alarm + 0.05
    assert frozen.baseline == 12
    assert "lines frozen after 12 points" in frozen.words


def test_screening_gives_more_false_alarms():
    plain, screened = rule_odds(ANHOEJ, 24), rule_odds(ANHOEJ, 24, screen=True)
    assert screened.false_alarm > plain.false_alarm + 0.01
    assert "large moving ranges left out" in screened.words


def test_the_same_each_time():
    first = rule_odds(NELSON, 20)
    assert first == rule_odds(NELSON, 20)
    from qi_tools.spc.odds import _simulate

    again = _simulate(NELSON, 20, "i", 1.5, 20, False)
    assert again == (first.false_alarm, first.detection, first.simulations)


def test_worked_out_once(monkeypatch):
    first = rule_odds(ANHOEJ, 17)
    monkeypatch.setattr("qi_tools.spc.odds.analyse", lambda *_: pytest.fail("was worked out again"))
    assert rule_odds(ANHOEJ, 17) == first


def test_long_charts_are_capped_and_say_so():
    found = rule_odds(ANHOEJ, 5000)
    assert found.points == 5000
    assert "as for 500 points" in found.words
    assert found.false_alarm == rule_odds(ANHOEJ, MOST_POINTS).false_alarm
    assert "as for" not in rule_odds(ANHOEJ, MOST_POINTS).words


@dataclass
class Everything:
    """A rule that can't be hashed."""

    name: ClassVar[str] = "everything"
    looks_at: ClassVar[str] = "order"
    words: ClassVar[str] = "anything at all"

    def find(self, positions):
        here = np.ones(positions.values.shape, dtype=bool)
        return Found(here, ~here, np.zeros(positions.phases.starts.size, dtype=bool))


def test_rules_of_our_own():
    found = rule_odds(RuleSet("Our own", (Everything(),)), 12)
    assert (found.false_alarm, found.detection) == (1, 1)
    assert "Our own rules: a signal appears on more than 99 of 100" in found.words


def test_words():
    found = rule_odds(RuleSet("Runs", (LongRun(),)), 24, kind="run", shift=2)
    assert found.words.startswith("Run chart, 24 points, Runs rules: a signal appears on ")
    assert "on about 1 of 100 such charts though nothing has changed" in found.words
    assert "shifted by 2 sigma" in found.words
    assert f"(From {found.simulations:,} simulated charts; give or take" in found.words
    # Six of twelve points lie on either side of their median: no run is longer than six.
    never = rule_odds(RuleSet("Runs", (LongRun(),)), 12, kind="run")
    assert (never.false_alarm, never.detection) == (0, 0)
    assert "on fewer than 1 of 100 such charts" in never.words
    with pytest.raises(FrozenInstanceError):
        found.false_alarm = 0


@pytest.mark.parametrize(
    ("points", "how", "fault"),
    [
        (1, {}, "points is 1. Use a whole number, 2 or more."),
        (24.5, {}, "points is 24.5"),
        (True, {}, "points is True"),
        (24, {"shift": 0}, "shift is 0. Use a number of sigmas above 0"),
        (24, {"shift": "two"}, "shift is 'two'"),
        (24, {"shift": float("nan")}, "shift is nan"),
        (24, {"baseline": 0}, "baseline is 0. Use a whole number, 1 or more."),
        (24, {"kind": "pie"}, "There is no 'pie' chart"),
    ],
)
def test_what_can_not_be(points, how, fault):
    with pytest.raises(ChartImpossible) as error:
        rule_odds(ANHOEJ, points, **how)
    assert fault in str(error.value)


def test_rules_without_a_meaning():
    with pytest.raises(ChartImpossible, match="No rule of the set Limits has a meaning"):
        rule_odds(RuleSet("Limits", (BeyondLimits(),)), 24, kind="run")
    with pytest.raises(ChartImpossible, match="rules is 'anhoej'"):
        rule_odds("anhoej", 24)


def test_a_chart_knows_its_odds():
    values = [*range(5, 20), None, *range(7, 21)]
    measure = Measure.from_columns(values, name="Wait").exclude(3, "A test")
    assert run_chart(measure).odds == rule_odds(ANHOEJ, 28, kind="run")
    screened = control_chart(measure, "i", rules=MAKING_DATA_COUNT, screen=True)
    assert screened.odds == rule_odds(MAKING_DATA_COUNT, 28, screen=True)


def test_the_odds_are_those_of_the_latest_phase():
    measure = Measure.from_columns([*range(30)], name="Wait").rephase(11, "New rota", baseline=12)
    chart = control_chart(measure, "i")
    assert chart.odds == rule_odds(ANHOEJ, 20, baseline=12)
    last = control_chart(Measure.from_columns([1, 2, 3], name="Wait").rephase(3, "New"), "i")
    assert last.odds is None
