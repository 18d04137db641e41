"""Make ``coin_spins_simulated.csv``: made-up coin spins of a team, in six rounds.

Run ``python qi_tools/data/make_coin_spins.py`` to write it again. The same file comes out each
time. In each round a team spins a coin six times, having changed one thing and written down a
guess. How long a spin lasts is the usual time, multiplied by what the coin, the surface and the
technique do, and by chance. A smooth surface helps much, a heavier coin a little, and the flick not
at all. The guess is the average before, made hopeful. The seed was not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random
from statistics import fmean

from qi_tools.data.making import bell, row

SEED = 20270302
SPINS_A_ROUND = 6
ROUNDS = (
    ("10p", "cloth", "finger and thumb"),
    ("10p", "table", "finger and thumb"),
    ("10p", "table", "flick"),
    ("10p", "tray", "finger and thumb"),
    ("2p", "tray", "finger and thumb"),
    ("50p", "tray", "finger and thumb"),
)
USUAL_SECONDS, SPREAD, HOPE = 5.0, 0.15, 1.2
TIMES = {"cloth": 0.6, "tray": 1.5, "2p": 1.2, "50p": 0.7}  # what is not named changes nothing


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
    made = ["spin,round,coin,surface,technique,guess_seconds,seconds"]
    guess = USUAL_SECONDS
    for number, tried in enumerate(ROUNDS, 1):
        usual = USUAL_SECONDS * math.prod(TIMES.get(each, 1.0) for each in tried)
        seconds = [
            round(usual * math.exp(bell(random, 0, SPREAD)), 1) for _ in range(SPINS_A_ROUND)
        ]
        for each in seconds:
            made.append(row(len(made), number, *tried, f"{guess:.1f}", each))
        guess = HOPE * fmean(seconds)
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("coin_spins_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
