from __future__ import annotations

from qi_tools.experiments.coin_spin import Spin
from qi_tools.teaching.labs.coin_spin import LAB
from tests.qi_tools.teaching.labs.kit import usual


def test_rounds_before_stay_as_they_were() -> None:
    one = LAB.play((usual(LAB),), 5)
    two = LAB.play((usual(LAB), usual(LAB, surface="cloth")), 5)
    assert two.table().iloc[:10]["seconds"].tolist() == one.table()["seconds"].tolist()
    assert two.table()["round"].tolist() == [1] * 10 + [2] * 10
    assert two.tally["What was spun"] == "10p, cloth, flick"


def test_the_middle_comes_near_what_is_typical() -> None:
    best = usual(LAB, coin="£2", way="both hands", surface="plate")
    middles = [float(LAB.play((best,), luck).tally["Middle"]) for luck in range(1, 101)]
    # The logarithm's median of ten has a standard error of about 1.25 · 0.22 / √10 = 0.087.
    typical = Spin("£2", "plate", "both hands").typical_seconds
    assert abs(sum(middles) / 100 / typical - 1) < 0.04
