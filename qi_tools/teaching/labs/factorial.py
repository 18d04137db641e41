"""A planned experiment: three factors of a spinning coin at once."""

from __future__ import annotations

from itertools import combinations

from qi_tools.experiments.factorial.coins import coin_design, spin_coins
from qi_tools.experiments.factorial.cubes import cube
from qi_tools.experiments.factorial.designs import FactorialDesign
from qi_tools.experiments.factorial.effects import Effects, effects, with_sign
from qi_tools.experiments.factorial.filled_sheets import FilledSheet
from qi_tools.experiments.factorial.interactions import interaction
from qi_tools.experiments.factorial.run_sheets import random_order
from qi_tools.teaching.lab import Lab, Turn, of_this_turn
from qi_tools.teaching.lab_controls import Chosen, Count, Pick

__all__ = ["LAB"]

HALF = ("C=AB",)


def _play(turns: tuple[Chosen, ...], luck: int) -> Turn:
    done = _spun(turns, luck)
    found = effects(done)
    factors = [factor.name for factor in done.design.factors]
    largest = found.largest_first[0]
    return Turn(
        said=(
            f"{len(done.responses)} spins. The largest effect is {largest.label}, "
            f"{with_sign(largest.value)} seconds. {found.finding}"
        ),
        figures=(done, cube(done, *factors), found, interaction(done, *_together(found))),
        table=lambda: done.table,
        tally={
            "Plan": "half" if done.design.generators else "full",
            "Spins": str(len(done.responses)),
            **{effect.label: with_sign(effect.value) for effect in found.effects},
        },
    )


def _spun(turns: tuple[Chosen, ...], luck: int) -> FilledSheet:
    chosen, random = turns[-1], of_this_turn(turns, luck)
    design = coin_design(repeats=chosen["repeats"])
    if chosen["plan"] == "half":
        design = FactorialDesign(design.factors, HALF, chosen["repeats"])
    return spin_coins(random_order(design, random), random)


def _together(found: Effects) -> tuple[str, str]:
    """Name the two factors with the largest interaction."""
    pairs = combinations(found.done.design.factors, 2)
    one, other = max(pairs, key=lambda pair: abs(found.of(pair).value))
    return one.name, other.name


LAB = Lab(
    title="A planned experiment",
    about=(
        "What makes a coin spin longer: which coin, what it spins on, or how it is set going? Each "
        "of the three has two levels: 10p or £2, table or tray, a flick or both hands.",
        "A plan changes all three together and runs each of the eight corners, in random order. "
        "Every spin then helps to measure every effect. Coins and seconds are made up.",
    ),
    question=(
        "You have 16 spins to measure three effects. Which way measures each of them most surely?"
    ),
    options={
        "one": "One thing at a time: four spins as it is, and four for each change",
        "plan": "All at once by a plan: each of the eight corners twice",
        "same": "It makes no difference: 16 spins are 16 spins",
    },
    replies={
        "one": "You said one thing at a time. Then each effect rests on four spins against four. "
        "In the plan it rests on eight against eight, from the same 16.",
        "plan": "You said by a plan. Each effect is the mean of eight spins less the mean of the "
        "other eight, and you also learn what works only together.",
        "same": "You said that it makes no difference. What counts is how many spins stand on each "
        "side of an effect: eight and eight by the plan, four and four one at a time.",
    },
    controls=(
        Pick(
            "plan",
            "Which corners",
            {"full": "All eight corners", "half": "Half of them: four of the eight"},
            "full",
        ),
        Count("repeats", "Spins at each corner", 1, 10, 2),
    ),
    press="Spin by the plan",
    play=_play,
    learn=(
        "Look at the pictures in their order. Run order: was the process steady? Cube: where are "
        "the long spins? Dots: which effects stand out from the rest? Lines: what works together?",
        "Lines that are not parallel mean that one factor does more with the other than without. "
        "One thing at a time seldom finds that.",
        "Now take half of the corners. Each effect can't be told from the interaction of the other "
        "two: that is the price. Then take ten spins at each corner, and see which effects hold.",
    ),
    room=(
        "Two real coins, a table and a tray, and a run sheet in random order: 16 spins take 15 "
        "minutes. Ask everyone first which effect is the largest and which two work together.",
        "Ask: Which changes on our ward are always made together? What would a plan of four or "
        "eight corners look like for them? At last, test the best corner again.",
    ),
)
