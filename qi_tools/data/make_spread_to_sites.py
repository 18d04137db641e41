"""Make ``spread_to_sites_simulated.csv``: made-up spread of a new way to eight places.

Run ``python qi_tools/data/make_spread_to_sites.py`` to write it again. The same file comes out each
time. Each place begins in a month of its own and takes some months to do most handovers the new
way. Two have not begun. In one the new way fades from month 12 on, after the person who looked
after it has moved. The seed was not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, month, row, whole

SEED = 20270322
MONTHS, FIRST_YEAR = 18, 2024
FEWEST, MOST = 30, 60
HIGHEST, RISE = 0.92, 1.0  # of the logistic curve, by month
NOT_BEGUN = 0.02
# The month in which half of its handovers are done the new way.
BEGUN = {
    "Ash ward": 4,
    "Elm ward": 6,
    "Theatres": 7,
    "Porters": 9,
    "Day unit": 11,
    "Switchboard": 13,
}
PLACES = (*BEGUN, "Oak ward", "Mortuary")
FADES, FADES_FROM, LEFT_EACH_MONTH = "Elm ward", 12, 0.75


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
    made = ["month,place,new_way,handovers"]
    for number in range(1, MONTHS + 1):
        for place in PLACES:
            share = NOT_BEGUN
            if place in BEGUN:
                share = HIGHEST / (1 + math.exp(-RISE * (number - BEGUN[place])))
            if place == FADES and number >= FADES_FROM:
                share *= LEFT_EACH_MONTH ** (number - FADES_FROM + 1)
            handovers = whole(random, FEWEST, MOST)
            counts = happened(random, handovers, share), handovers
            made.append(row(month(FIRST_YEAR, number - 1), place, *counts))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("spread_to_sites_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
