"""Make ``length_of_stay_simulated.csv``: made-up stays after a hip operation by week.

Run ``python qi_tools/data/make_length_of_stay.py`` to write it again. The same file comes out each
time. Each week a different number of people go home; how long each of them stayed, in whole days,
comes from one and the same spread, most near a week and some much longer. The seed was not picked.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270206
WEEKS = 30
FIRST_WEEK = date(2025, 1, 6)  # a Monday
USUAL_DAYS, SPREAD = 7.0, 0.45
FEWEST, MOST = 4, 24


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
    made = ["week,days_in_all,people_home"]
    for number in range(WEEKS):
        people = FEWEST + int((MOST - FEWEST + 1) * random.random())
        log_days = NormalDist(math.log(USUAL_DAYS), SPREAD)
        days = sum(round(math.exp(log_days.inv_cdf(random.random()))) for _ in range(people))
        made.append(f"{FIRST_WEEK + timedelta(weeks=number)},{days},{people}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("length_of_stay_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
