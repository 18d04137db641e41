"""Make ``fridge_temperature_simulated.csv``: made-up temperatures of a medicine fridge by hour.

Run ``python qi_tools/data/make_fridge_temperature.py`` to write it again. The same file comes out
each time. Each hour the fridge is as far from its usual temperature as four fifths of what it was
an hour before, plus chance (an autoregression of order 1). Nothing changes in two weeks. The seed
was not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270316
HOURS = 336
USUAL_DEGREES, KEPT, SPREAD = 5.0, 0.8, 0.18


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
    made = ["hour,degrees"]
    off = bell(random, 0, SPREAD / math.sqrt(1 - KEPT**2))
    for number in range(1, HOURS + 1):
        made.append(row(number, f"{USUAL_DEGREES + off:.2f}"))
        off = KEPT * off + bell(random, 0, SPREAD)
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("fridge_temperature_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
