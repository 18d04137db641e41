"""Make ``pressure_ulcers_simulated.csv``: made-up days between serious pressure ulcers.

Run ``python qi_tools/data/make_pressure_ulcers.py`` to write it again. The same file comes out each
time. An ulcer can come at any hour; after the first 16, when each bed got a better mattress, they
come a third as often. A chart with dates takes one ulcer a day, so one that would come on the same
day as the one before is drawn again. The seed is the fifth that was tried, for the change to show;
made anew with other chance, it may show less clearly.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

SEED = 20270214
ULCERS, ULCERS_BEFORE_CHANGE = 32, 16
START = datetime(2023, 1, 1)  # the first gap is counted from here
DAYS_BEFORE, DAYS_AFTER = 12.0, 36.0


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
    made = ["found_on,days_since_last"]
    when = START
    for number in range(ULCERS):
        usual = DAYS_BEFORE if number < ULCERS_BEFORE_CHANGE else DAYS_AFTER
        days = 0.0
        while (when + timedelta(days=days)).date() == when.date():
            days = -usual * math.log(1 - random.random())
        when += timedelta(days=days)
        made.append(f"{when:%Y-%m-%d},{days:.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("pressure_ulcers_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
