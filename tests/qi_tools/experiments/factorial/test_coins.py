import math
from random import Random
from statistics import fmean

import pytest

from qi_tools.experiments.coin_spin import SPREAD, SpinInvalid
from qi_tools.experiments.factorial.coins import coin_design, spin_coins
from qi_tools.experiments.factorial.designs import DesignInvalid, Factor, FactorialDesign
from qi_tools.experiments.factorial.effects import effects
from qi_tools.experiments.factorial.filled_sheets import filled
from qi_tools.experiments.factorial.run_sheets import random_order, standard_order
from tests.qi_tools.experiments.factorial.examples import design_of


def sizes(result):
    return {effect.word: effect.value for effect in result.effects}


def test_the_coin_gives_back_its_effects_and_its_interaction():
    design = coin_design(repeats=20)
    logs = []
    for seed in range(10):
        sheet = random_order(design, Random(seed))
        spun = spin_coins(sheet, Random(seed + 100))
        seconds = map(math.log, spun.responses)
        logs.append(effects(filled(sheet, list(seconds), name="log of seconds")))
    # 10 experiments of 160 spins: twice the spread by the root of their number, about 0.011.
    error = 2 * SPREAD / math.sqrt(1600)
    # In logarithms: coin 0.05, surface 0.35, way 0.25, and 0.20 where £2 meets both hands.
    wanted = {"A": 0.15, "B": 0.35, "C": 0.35, "AB": 0, "AC": 0.10, "BC": 0, "ABC": 0}
    for word, size in wanted.items():
        found = fmean(sizes(each)[word] for each in logs)
        assert found == pytest.approx(size, abs=3.5 * error), word
    assert fmean(each.standard_error for each in logs) == pytest.approx(
        2 * SPREAD / math.sqrt(160), rel=0.05
    )
    sure = {effect.word for effect in logs[0].effects if effect.verdict == "stands out"}
    assert sure >= {"A", "B", "C"}


def test_what_is_no_factor_stays_as_at_the_start():
    design = FactorialDesign((Factor("way", "pinch", "flick"), Factor("coin", "1p", "2p")))
    done = spin_coins(standard_order(design), Random(1))
    assert done.simulated
    assert "simulated" in done.describe()
    assert done.responses == spin_coins(standard_order(design), Random(1)).responses


def test_a_coin_that_is_not_known_says_so():
    with pytest.raises(DesignInvalid, match="among: coin, surface, way"):
        spin_coins(standard_order(design_of(2)), Random(1))
    strange = FactorialDesign((Factor("coin", "1p", "1€"), Factor("way", "pinch", "flick")))
    with pytest.raises(SpinInvalid, match="Use one of"):
        spin_coins(standard_order(strange), Random(1))
