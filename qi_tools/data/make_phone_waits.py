"""Make ``phone_waits_simulated.csv``: 36 weeks of made-up waits at a booking line.

Run ``python qi_tools/data/make_phone_waits.py`` to write it again. The same file comes out each
time. For 20 weeks the average wait only wanders; from week 21 on, callers may ask to be rung back,
and the average wait is lower. The seed was picked among thirty for a clear story, which real waits
seldom tell: no wait lies on the median, and the change shows by both of Anhøj's rules. Made anew
with other chance, the change may show less clearly.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20261122
WEEKS = 36
FIRST_WEEK = date(2025, 9, 1)  # a Monday
WEEKS_BEFORE_CHANGE = 20
MINUTES_BEFORE, MINUTES_AFTER = 9.0, 6.5
SPREAD = 1.2


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
    made = ["week,wait_minutes"]
    for week in range(WEEKS):
        level = MINUTES_BEFORE if week < WEEKS_BEFORE_CHANGE else MINUTES_AFTER
        wait = NormalDist(level, SPREAD).inv_cdf(random.random())
        made.append(f"{FIRST_WEEK + timedelta(weeks=week)},{wait:.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("phone_waits_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
