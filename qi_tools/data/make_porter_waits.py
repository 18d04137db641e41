"""Make ``porter_waits_simulated.csv``: 30 weeks of made-up waits for a porter.

Run ``python qi_tools/data/make_porter_waits.py`` to write it again. The same file comes out each
time. The average wait only goes up and down about one level, but for one week in which a lift was
out of order. The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270202
WEEKS = 30
FIRST_WEEK = date(2025, 1, 6)  # a Monday
USUAL_MINUTES, SPREAD = 16.0, 1.6
WEEK_WITHOUT_LIFT, MORE = 18, 9.0


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
    for number in range(WEEKS):
        level = USUAL_MINUTES + (MORE if number + 1 == WEEK_WITHOUT_LIFT else 0)
        wait = NormalDist(level, SPREAD).inv_cdf(random.random())
        made.append(f"{FIRST_WEEK + timedelta(weeks=number)},{wait:.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("porter_waits_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
