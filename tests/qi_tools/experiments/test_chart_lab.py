from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import NormalDist, fmean, pstdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.chart_lab import (
    CHANGES,
    MEAN,
    PLACES,
    SIGMA,
    Plan,
    PlanInvalid,
    plant,
    repeat,
)
from qi_tools.measure import Measure
from qi_tools.spc.charts import control_chart
from qi_tools.spc.odds import rule_odds
from qi_tools.spc.rule_sets import ANHOEJ, MAKING_DATA_COUNT, RuleSet
from qi_tools.spc.rules import BeyondLimits

BOTH = (ANHOEJ, MAKING_DATA_COUNT)
plans = st.builds(
    Plan,
    st.sampled_from(list(CHANGES)),
    st.sampled_from([0.5, 1.5, 3, 6]),
    st.sampled_from(list(PLACES)),
    st.integers(12, 60),
)
seeds = st.integers() | st.text()


@settings(max_examples=50, deadline=None)
@given(plans, seeds)
def test_the_same_seed_gives_the_same_chance_to_each_plan(plan: Plan, seed: int | str) -> None:
    planted = plant(plan, Random(seed))
    noise = plant(replace(plan, change="nothing"), Random(seed))
    assert planted == plant(plan, Random(seed))
    assert len(planted.values) == len(plan.raised) == plan.points
    for value, alone, raised in zip(planted.values, noise.values, plan.raised, strict=True):
        assert value - alone == pytest.approx(SIGMA * raised, abs=0.11)
    assert not any(plan.raised[: plan.since - 1])
    assert (plan.raised[plan.since - 1] > 0) == (plan.change != "nothing")
    assert max(plan.raised) == (0 if plan.change == "nothing" else pytest.approx(plan.size))


def test_what_each_change_does_to_the_points() -> None:
    twelve = {"size": 2, "place": "late", "points": 12}
    assert Plan("nothing", **twelve).raised == (0,) * 12
    assert Plan("shift", **twelve).raised == (0,) * 9 + (2,) * 3
    assert Plan("outlier", **twelve).raised == (0,) * 9 + (2, 0, 0)
    assert Plan("trend", **twelve).raised[9:] == pytest.approx((2 / 3, 4 / 3, 2))


def test_chance_is_normal_about_the_level() -> None:
    values = [value for seed in range(200) for value in plant(Plan("nothing"), Random(seed)).values]
    assert fmean(values) == pytest.approx(MEAN, abs=4 * SIGMA / math.sqrt(len(values)))
    assert pstdev(values) == pytest.approx(SIGMA, rel=4 / math.sqrt(2 * len(values)))
    beyond = sum(abs(value - MEAN) > 2 * SIGMA for value in values) / len(values)
    assert beyond == pytest.approx(0.0455, abs=0.012)


@pytest.mark.parametrize("rules", BOTH, ids=lambda each: each.name)
def test_the_shares_are_those_of_the_odds_of_any_chart(rules: RuleSet) -> None:
    """Another seed, another source of chance, and code that was written for another use."""
    ours = repeat(Plan(), 2000, BOTH, Random(4)).of(rules.name)
    odds = rule_odds(rules, 24)
    for share, due in ((ours.on_noise, odds.false_alarm), (ours.on_change, odds.detection)):
        error = math.sqrt(due * (1 - due) / 2000) + odds.standard_error
        assert abs(share - due) < 3.5 * error


@settings(max_examples=15, deadline=None)
@given(plans, st.integers())
def test_charts_judged_together_are_judged_as_each_alone(plan: Plan, seed: int) -> None:
    together = repeat(plan, 20, BOTH, Random(seed))
    random = Random(seed)
    alone = {rules.name: 0 for rules in BOTH}
    for _ in range(20):
        chance = np.array([NormalDist().inv_cdf(random.random()) for _ in plan.raised])
        measure = Measure.from_columns(chance + plan.raised, name="Chance")
        for rules in BOTH:
            chart = control_chart(measure, "i", rules=rules)
            alone[rules.name] += bool(chart.signals)
    for rules in BOTH:
        assert together.of(rules.name).on_change * 20 == pytest.approx(alone[rules.name])


def test_a_set_fires_where_any_of_its_rules_does() -> None:
    many = repeat(Plan("outlier", 4), 500, BOTH, Random(2))
    assert len(many.rules) == len({*ANHOEJ.rules, *MAKING_DATA_COUNT.rules})
    for fired in many.sets:
        own = [rule for rule in many.rules if fired.name in rule.belongs]
        for way in ("on_noise", "on_change"):
            shares = [getattr(rule, way) for rule in own]
            assert max(shares) <= getattr(fired, way) <= sum(shares) + 1e-9
    limits = next(rule for rule in many.rules if rule.name == BeyondLimits().words)
    assert limits.belongs == ("Anhøj", "Making Data Count")
    assert limits.on_change > limits.on_noise + 0.4


def test_larger_changes_are_found_more_often_and_noise_stays_as_it_was() -> None:
    sizes = [repeat(Plan(size=size), 1000, BOTH, Random(3)) for size in (0.5, 1.5, 3)]
    for name in ("Anhøj", "Making Data Count"):
        small, middle, large = (each.of(name).on_change for each in sizes)
        assert small + 0.15 < middle < large - 0.15
        assert len({each.of(name).on_noise for each in sizes}) == 1


def test_more_points_make_more_false_alarms() -> None:
    few, many = (repeat(Plan("nothing", points=n), 2000, BOTH, Random(5)) for n in (12, 60))
    for one, other in zip(few.sets, many.sets, strict=True):
        assert one.on_noise + 0.05 < other.on_noise


def test_nothing_planted_is_all_noise() -> None:
    for fired in repeat(Plan("nothing"), 300, BOTH, Random(6)).sets:
        assert fired.on_noise == fired.on_change


@settings(max_examples=25, deadline=None)
@given(plans, seeds)
def test_measure_chart_table_and_words(plan: Plan, seed: int | str) -> None:
    planted = plant(plan, Random(seed))
    assert planted.measure.simulated
    assert tuple(planted.measure.values) == planted.values
    assert planted.table["wait minutes"].tolist() == list(planted.values)
    assert planted.chart(ANHOEJ).kind.name == "i"
    assert [note.point for note in planted.measure.notes] == (
        [] if plan.change == "nothing" else [plan.since - 1]
    )
    assert plan.words in planted.describe()
    assert planted.describe().startswith("Simulated: ")


def test_the_words_of_many_charts_hold_their_numbers() -> None:
    many = repeat(Plan(), 400, BOTH, Random(7))
    for fired in many.sets:
        assert f"{fired.name} rules: {100 * fired.on_change:.0f} of 100 with it" in many.describe()
    assert f"Give or take {many.give_or_take}." in many.describe()
    assert len(many.describe()) <= 600
    assert len(many.table) == len(many.sets) + len(many.rules)
    assert many.table["nothing planted"].iloc[0] == 100 * many.sets[0].on_noise


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"change": "jump"}, "The change is 'jump'. Use one of: nothing, shift, trend, outlier."),
        ({"place": "never"}, "The place is 'never'. Use one of: early, middle, late."),
        ({"size": 0}, "The size is 0. Give a number above 0, at most 6.0 sigmas."),
        ({"size": "big"}, "The size is 'big'."),
        ({"points": 11}, "The number of points is 11. Give a whole number of them from 12 to 60."),
        ({"points": 24.0}, "The number of points is 24.0."),
    ],
)
def test_a_plan_that_cannot_be_says_why(given, words: str) -> None:
    with pytest.raises(PlanInvalid) as invalid:
        Plan(**given)
    assert str(invalid.value).startswith(words)


def test_so_many_charts_or_no_rules_cannot_be() -> None:
    with pytest.raises(PlanInvalid, match="The number of charts is 0"):
        repeat(Plan(), 0, BOTH, Random(1))
    with pytest.raises(PlanInvalid, match="There is no set of rules"):
        repeat(Plan(), 10, (), Random(1))


def test_a_plan_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Plan().size = 2  # type: ignore[misc]
