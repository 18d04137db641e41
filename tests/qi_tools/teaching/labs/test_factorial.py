from __future__ import annotations

from statistics import fmean

import pytest

from qi_tools.teaching.labs.factorial import LAB
from tests.qi_tools.teaching.labs.kit import usual


@pytest.mark.parametrize(
    ("plan", "repeats", "spins"), [("full", 1, 8), ("full", 2, 16), ("half", 3, 12)]
)
def test_each_corner_of_the_plan_is_spun(plan: str, repeats: int, spins: int) -> None:
    turn = LAB.play((usual(LAB, plan=plan, repeats=repeats),), 1)
    assert turn.tally["Spins"] == str(spins) == turn.said.split()[0]
    assert len(turn.table()) == spins
    assert turn.table().groupby(["coin", "surface", "way"]).size().unique().tolist() == [repeats]


def test_the_coin_and_both_hands_do_more_together() -> None:
    found = [
        float(LAB.play((usual(LAB, repeats=10),), luck).tally["coin × way"].replace("+", ""))
        for luck in range(30)
    ]
    assert fmean(found) > 1


def test_half_of_the_corners_measure_half_of_the_effects() -> None:
    tally = LAB.play((usual(LAB, plan="half"),), 1).tally
    assert tally["Plan"] == "half"
    assert len(tally) == 2 + 3
