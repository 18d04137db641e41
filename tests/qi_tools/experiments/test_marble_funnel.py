import math
from dataclasses import FrozenInstanceError, replace
from itertools import accumulate, pairwise
from random import Random
from statistics import correlation, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.marble_funnel import (
    RULES,
    SPREAD,
    Aim,
    AimInvalid,
    Drop,
    drop_marbles,
    radius_alone,
)
from qi_tools.measure import Measure

aims = st.builds(Aim, st.sampled_from(list(RULES)), st.integers(2, 60))
seeds = st.integers() | st.text()
RUNS = 1500


def places(rule, drops, seed):
    """Where marbles fell across, and along."""
    fell = drop_marbles(Aim(rule, drops), Random(seed)).drops
    return [drop.across for drop in fell], [drop.along for drop in fell]


@pytest.fixture(scope="module")
def replicates():
    """Twelve drops under each rule, many times over: all that fell across or along, by drop."""
    return {
        rule: list(
            zip(
                *(side for seed in range(RUNS) for side in places(rule, 12, seed)),
                strict=True,
            )
        )
        for rule in RULES
    }


@given(aims, seeds)
def test_the_same_seed_gives_the_same_drops(aim, seed):
    first = drop_marbles(aim, Random(seed))
    assert drop_marbles(aim, Random(seed)) == first
    assert [drop.number for drop in first.drops] == list(range(1, aim.drops + 1))


def test_another_seed_gives_other_drops():
    assert drop_marbles(Aim(), Random(1)) != drop_marbles(Aim(), Random(2))


@given(aims, seeds)
def test_the_funnel_goes_where_the_rule_says(aim, seed):
    drops = drop_marbles(aim, Random(seed)).drops
    assert (drops[0].funnel_across, drops[0].funnel_along) == (0, 0)
    for drop, after in pairwise(drops):
        for stood, fell, moved in (
            (drop.funnel_across, drop.across, after.funnel_across),
            (drop.funnel_along, drop.along, after.funnel_along),
        ):
            due = {1: 0, 2: stood - fell, 3: -fell, 4: fell}[aim.rule]
            assert moved == pytest.approx(due, abs=1e-6)


@given(st.integers(2, 60), seeds)
def test_all_rules_meet_the_same_chance(drops, seed):
    """Rule 1 shows the errors e; the others are made of them."""
    one, two, three, four = (places(rule, drops, seed) for rule in RULES)
    for side in range(2):
        e = one[side]
        tolerance = 0.06 * drops  # each place is read off to a tenth
        assert two[side] == pytest.approx(
            [e[0], *(now - before for before, now in pairwise(e))], abs=0.3
        )
        assert three[side] == pytest.approx(
            list(accumulate(e, lambda fell, error: error - fell)), abs=tolerance
        )
        assert four[side] == pytest.approx(list(accumulate(e)), abs=tolerance)


@pytest.mark.parametrize("number", [1, 2, 3, 12])
@pytest.mark.parametrize(("rule", "times"), [(1, (1, 1)), (2, (1, 2)), (3, "n"), (4, "n")])
def test_the_variance_is_as_theory_says(replicates, rule, times, number):
    """Deming (1986): left alone s²; rule 2 twice that; rules 3 and 4 n times, without bound."""
    due = number if times == "n" else times[min(number, 2) - 1]
    fell = replicates[rule][number - 1]
    mean_square = fmean(place**2 for place in fell)
    assert mean_square == pytest.approx(due * SPREAD**2, rel=4 * math.sqrt(2 / len(fell)))
    assert abs(fmean(fell)) < 4 * 20 * math.sqrt(due / len(fell))


@pytest.mark.parametrize(
    ("rule", "due"), [(1, 0.0), (2, -0.5), (3, -11 / math.sqrt(132)), (4, 11 / math.sqrt(132))]
)
def test_one_drop_is_to_the_next_as_theory_says(replicates, rule, due):
    """Rule 2 tends to the other side, rule 3 nearly always goes there, rule 4 stays on its side."""
    before, after = replicates[rule][10], replicates[rule][11]
    error = max((1 - due**2) / math.sqrt(len(before)), 1e-3)
    assert correlation(before, after) == pytest.approx(due, abs=4 * error)


def test_rule_3_turns_the_side_and_rule_4_keeps_it(replicates):
    def turned(rule):
        return fmean(
            before * after < 0
            for before, after in zip(replicates[rule][10], replicates[rule][11], strict=True)
        )

    # Two places of a bell shape differ in sign with a chance of arccos(correlation)/pi (Sheppard).
    share = math.acos(11 / math.sqrt(132)) / math.pi
    assert turned(3) == pytest.approx(1 - share, abs=0.02)
    assert turned(4) == pytest.approx(share, abs=0.02)
    assert turned(1) == pytest.approx(0.5, abs=0.04)


def test_errors_are_bell_shaped_and_go_all_ways(replicates):
    fell = replicates[1][5]
    for times, share in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        inside = fmean(abs(place) < times * 20 for place in fell)
        assert inside == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / len(fell)))
    across, along = fell[::2], fell[1::2]
    assert abs(correlation(across, along)) < 4 / math.sqrt(len(across))


@pytest.mark.parametrize("rule", RULES)
def test_the_mean_squared_distance_is_as_theory_says(rule):
    aim = Aim(rule, 10)
    seen = [drop_marbles(aim, Random(seed)).times for seed in range(1000)]
    due = aim.expected_times
    assert due == pytest.approx({1: 1, 2: 1.9, 3: 5.5, 4: 5.5}[rule])
    spread = math.sqrt(fmean((each - due) ** 2 for each in seen) / len(seen))
    assert fmean(seen) == pytest.approx(due, abs=4 * spread)


@given(aims, seeds)
def test_measures_and_table_hold_the_drops(aim, seed):
    result = drop_marbles(aim, Random(seed))
    for part in ("across", "along", "distance"):
        assert result.table[part].tolist() == [getattr(drop, part) for drop in result.drops]
    assert result.measure.values.tolist() == list(result.distances)
    assert result.measure.simulated
    assert result.table["funnel across"].tolist() == [drop.funnel_across for drop in result.drops]
    assert len(result.describe()) <= 600


@pytest.mark.parametrize("rule", RULES)
def test_the_longest_run_is_described_in_short(rule):
    assert len(drop_marbles(Aim(rule, 200), Random(1)).describe()) <= 600


def test_the_table_can_be_saved_and_read_back(tmp_path):
    result = drop_marbles(Aim(4, 60), Random(1))
    path = tmp_path / "drops.csv"
    result.table.to_csv(path, index=False)
    for part in ("across", "along", "distance"):
        read = Measure.from_file(path, part, "date")
        assert read.values.tolist() == pytest.approx(result.table[part].tolist())


def test_the_table_is_a_fresh_one():
    result = drop_marbles(Aim(), Random(1))
    table = result.table
    table.loc[0, "distance"] = -1
    assert result.table.loc[0, "distance"] == result.drops[0].distance


def test_the_description_compares_with_a_funnel_left_alone():
    result = drop_marbles(Aim(2, 50), Random(1))
    text = result.describe()
    assert text.startswith("Simulated: 50 marbles dropped through a funnel under rule 2: from")
    farthest = max(drop.distance for drop in result.drops)
    assert f"the farthest {farthest:.3g} mm off" in text
    assert f"is {result.times:.3g} times" in text
    assert "theory for this rule says 1.98." in text


def test_distance_is_measured_straight():
    assert Drop(1, 0, 0, -3.0, 4.0).distance == 5


@given(aims, seeds)
def test_no_place_is_minus_nothing(aim, seed):
    for drop in drop_marbles(aim, Random(seed)).drops:
        for place in (drop.funnel_across, drop.funnel_along, drop.across, drop.along):
            assert place != 0 or math.copysign(1, place) == 1


@pytest.mark.parametrize("value", [0.0, 1 - 2**-53])
@pytest.mark.parametrize("rule", RULES)
def test_the_very_ends_of_chance_are_places_too(rule, value):
    class Extreme(Random):
        def random(self):
            return value

    assert all(math.isfinite(drop.distance) for drop in drop_marbles(Aim(rule), Extreme(1)).drops)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rule": 5}, "The rule is 5. Give a whole number from 1 to 4."),
        ({"rule": "1"}, "The rule is '1'."),
        ({"rule": True}, "The rule is True."),
        ({"rule": [1]}, "The rule is [1]."),
        ({"drops": 1}, "The number of drops is 1. Give a whole number from 2 to 200."),
        ({"drops": 50.0}, "The number of drops is 50.0."),
    ],
    ids=str,
)
def test_an_aim_that_cannot_be_says_why(wrong, said):
    with pytest.raises(AimInvalid) as caught:
        replace(Aim(), **wrong)
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_so_many_marbles_fall_within_the_radius(share):
    fell = [
        distance
        for seed in range(20)
        for distance in drop_marbles(Aim(1, 200), Random(seed)).distances
    ]
    inside = fmean(distance <= radius_alone(share) for distance in fell)
    assert inside == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / len(fell)))


def test_an_aim_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        Aim().rule = 2
