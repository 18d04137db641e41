"""Make ``observations_on_time_simulated.csv``: made-up observations of a ward by week.

Run ``python qi_tools/data/make_observations_on_time.py`` to write it again. The same file comes out
each time. Each week so many sets of observations are due for the early-warning score, and each is
done on time with the same chance. From week 19 on, when the next time was shown at the bedside, the
chance is higher. The seed was not picked.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, row, week, whole

SEED = 20270308
WEEKS, WEEKS_BEFORE_CHANGE = 36, 18
FIRST_WEEK = date(2025, 1, 6)  # a Monday
FEWEST, MOST = 260, 380
BEFORE, AFTER = 0.78, 0.86


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
    made = ["week,on_time,due"]
    for number in range(WEEKS):
        due = whole(random, FEWEST, MOST)
        done = happened(random, due, BEFORE if number < WEEKS_BEFORE_CHANGE else AFTER)
        made.append(row(week(FIRST_WEEK, number), done, due))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("observations_on_time_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
