"""Make ``coin_factorial_simulated.csv``: made-up spins of a planned experiment with three factors.

Run ``python qi_tools/data/make_coin_factorial.py`` to write it again. The same file comes out each
time. Every combination of two coins, two surfaces and two techniques is tried four times, in an
order by chance. The tray makes spins longer, and for the heavy coin more so (an interaction); the
technique changes nothing. The effects multiply, so look at logarithms. The seed was not picked.
"""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row, shuffled

SEED = 20270318
REPEATS = 4
COINS, SURFACES, TECHNIQUES = ("10p", "2p"), ("cloth", "tray"), ("finger and thumb", "flick")
USUAL_SECONDS, SPREAD = 4.0, 0.15
HEAVY, SMOOTH, HEAVY_AND_SMOOTH = 1.1, 1.5, 1.35  # how many times as long


def lines(random: Random) -> list[str]:
    """Give the lines of the file, headings first.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; its method random() is all that Python promises never to change.

    Returns
    -------
    list of str
    """
    made = ["run,coin,surface,technique,seconds"]
    plan = shuffled(random, [*product(COINS, SURFACES, TECHNIQUES)] * REPEATS)
    for number, (coin, surface, technique) in enumerate(plan, 1):
        heavy, smooth = coin == COINS[1], surface == SURFACES[1]
        usual = (
            USUAL_SECONDS * HEAVY**heavy * SMOOTH**smooth * HEAVY_AND_SMOOTH ** (heavy and smooth)
        )
        seconds = usual * math.exp(bell(random, 0, SPREAD))
        made.append(row(number, coin, surface, technique, f"{seconds:.1f}"))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("coin_factorial_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
