"""Make ``estates_jobs_simulated.csv``: made-up repair jobs, one by one.

Run ``python qi_tools/data/make_estates_jobs.py`` to write it again. The same file comes out each
time. Each week eight jobs are reported. Three trades have most of them by design. How many days a
job takes comes from one spread, most a few days and some weeks; nothing changes over the weeks. The
seed was not picked.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, pick, row, week, whole

SEED = 20270312
WEEKS, JOBS_A_WEEK = 26, 8
FIRST_WEEK = date(2025, 9, 1)  # a Monday
USUAL_DAYS, SPREAD = 5.0, 0.8
# How often each trade is called, out of 100.
TRADES = {
    "Plumbing": 36,
    "Lighting": 29,
    "Doors and locks": 20,
    "Heating": 5,
    "Call bells": 4,
    "Floors": 3,
    "Other": 3,
}


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
    made = ["reported_on,trade,days_to_done"]
    for number in range(WEEKS):
        for weekday in sorted(whole(random, 0, 4) for _ in range(JOBS_A_WEEK)):
            day = week(FIRST_WEEK, number) + timedelta(days=weekday)
            days = USUAL_DAYS * math.exp(bell(random, 0, SPREAD))
            made.append(row(day, pick(random, TRADES), f"{days:.1f}"))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("estates_jobs_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
