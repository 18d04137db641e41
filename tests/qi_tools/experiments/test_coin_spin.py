import math
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import fmean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.coin_spin import COINS, SPREAD, SURFACES, WAYS, Spin, SpinInvalid, spins

START = Spin("10p", "table", "flick")
EVERY = [Spin(coin, surface, way) for coin in COINS for surface in SURFACES for way in WAYS]
settings = st.sampled_from(EVERY)
seeds = st.integers() | st.text()


def log_mean(setting, seed):
    """The mean of the logarithm of many spins: with 4,000, right to about 0.0035 (one error)."""
    return fmean(map(math.log, spins(setting, 4000, Random(seed))))


@given(settings, st.integers(1, 30), seeds)
def test_the_same_seed_gives_the_same_spins(setting, n, seed):
    first = spins(setting, n, Random(seed))
    assert spins(setting, n, Random(seed)) == first
    assert len(first) == n


@given(settings, seeds)
def test_spins_follow_one_another_from_one_source_of_chance(setting, seed):
    random = Random(seed)
    assert spins(setting, 3, random) + spins(setting, 4, random) == spins(setting, 7, Random(seed))


@given(settings, seeds)
def test_spins_are_such_as_a_stopwatch_shows(setting, seed):
    for seconds in spins(setting, 10, Random(seed)):
        assert 0 < seconds < 60
        assert seconds == round(seconds, 1)


def test_other_seeds_give_other_spins():
    assert spins(START, 9, Random(1)) != spins(START, 9, Random(2))


@pytest.mark.parametrize("setting", EVERY, ids=str)
def test_many_spins_have_the_typical_seconds_as_their_middle(setting):
    seconds = spins(setting, 4000, Random(str(setting)))
    assert median(seconds) == pytest.approx(setting.typical_seconds, rel=0.03)
    assert stdev(map(math.log, seconds)) == pytest.approx(SPREAD, rel=0.06)


@pytest.mark.parametrize(
    ("part", "effects"), [("coin", COINS), ("surface", SURFACES), ("way", WAYS)], ids=str
)
def test_the_means_recover_each_effect(part, effects):
    before = log_mean(START, "before")
    for name, effect in effects.items():
        changed = replace(START, **{part: name})
        assert log_mean(changed, name) - before == pytest.approx(effect, abs=0.025)


def test_a_heavy_coin_and_both_hands_are_more_than_the_two_alone():
    coin, way = replace(START, coin="£2"), replace(START, way="both hands")
    both = replace(coin, way="both hands")
    alone = (log_mean(coin, "coin") - log_mean(START, "start")) + log_mean(way, "way")
    assert log_mean(both, "both") - alone == pytest.approx(0.2, abs=0.03)
    light = replace(way, coin="1p")
    assert light.typical_seconds * START.typical_seconds == pytest.approx(
        way.typical_seconds * replace(START, coin="1p").typical_seconds
    )


def test_real_coins_take_about_as_long():
    typical = [setting.typical_seconds for setting in EVERY]
    assert 1.8 < min(typical) < 2.5
    assert 15 < max(typical) < 20
    assert START.typical_seconds == pytest.approx(7)


@pytest.mark.parametrize(
    ("part", "wrong", "known"),
    [
        ("coin", "5p", "1p, 2p, 10p, £2"),
        ("surface", "Table", "table, tray, plate, cloth"),
        ("way", "", "flick, both hands, pinch"),
    ],
)
def test_an_unknown_setting_says_what_is_known(part, wrong, known):
    with pytest.raises(SpinInvalid) as caught:
        replace(START, **{part: wrong})
    assert str(caught.value) == f"The {part} of a spin is {wrong!r}. Use one of: {known}."
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize("n", [0, -1, 2.0, True, "9", None])
def test_a_number_of_spins_that_cannot_be_says_so(n):
    with pytest.raises(SpinInvalid, match="Give a whole number of 1 or more"):
        spins(START, n, Random(1))


def test_a_setting_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        START.coin = "£2"


@given(settings)
def test_the_very_ends_of_chance_are_spins_too(setting):
    class Extreme(Random):
        def __init__(self, value):
            self.value = value

        def random(self):
            return self.value

    (shortest,) = spins(setting, 1, Extreme(0.0))
    (longest,) = spins(setting, 1, Extreme(1 - 2**-53))
    assert 0 < shortest < setting.typical_seconds < longest < math.inf
