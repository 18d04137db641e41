"""Make ``discharge_before_noon_simulated.csv``: made-up numbers of people going home.

Run ``python qi_tools/data/make_discharge_before_noon.py`` to write it again. The same file comes
out each time. Each week so many people go home. From week 17 on, when the discharge lounge was
opened to all wards, more of them wait there. How many leave before noon does not change: letters
and medicines come when they always came. The seed was not picked.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, row, week, whole

SEED = 20270306
WEEKS, WEEKS_BEFORE_CHANGE = 32, 16
FIRST_WEEK = date(2025, 1, 6)  # a Monday
FEWEST, MOST = 180, 230
BEFORE_NOON = 0.21
LOUNGE_BEFORE, LOUNGE_AFTER = 0.18, 0.37


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
    made = ["week,before_noon,through_lounge,went_home"]
    for number in range(WEEKS):
        home = whole(random, FEWEST, MOST)
        noon = happened(random, home, BEFORE_NOON)
        chance = LOUNGE_BEFORE if number < WEEKS_BEFORE_CHANGE else LOUNGE_AFTER
        lounge = happened(random, home, chance)
        made.append(row(week(FIRST_WEEK, number), noon, lounge, home))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("discharge_before_noon_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
