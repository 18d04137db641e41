"""Make ``sickness_absence_simulated.csv``: made-up days lost to sickness by month.

Run ``python qi_tools/data/make_sickness_absence.py`` to write it again. The same file comes out
each time. In a month each person may fall ill once, and is then away for 1 to 9 days. The chance
differs between the groups and is higher in winter; it is the same from year to year. The seed was
not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, month, row, whole

SEED = 20270305
MONTHS, FIRST_YEAR = 36, 2023
WORKING_DAYS, MOST_DAYS = 21, 9
SUMMER, MORE_IN_WINTER = 0.16, 0.10
# People, and how many times the usual chance they have.
GROUPS = {
    "Nursing": (310, 1.1),
    "Medical": (120, 0.5),
    "Therapies": (85, 0.9),
    "Facilities": (140, 1.4),
    "Offices": (165, 0.8),
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
    made = ["month,staff_group,days_lost,days_available"]
    for number in range(MONTHS):
        winter = (1 + math.cos(math.tau * number / 12)) / 2  # 1 in January, 0 in July
        for group, (people, times) in GROUPS.items():
            ill = happened(random, people, times * (SUMMER + MORE_IN_WINTER * winter))
            lost = sum(whole(random, 1, MOST_DAYS) for _ in range(ill))
            made.append(row(month(FIRST_YEAR, number), group, lost, people * WORKING_DAYS))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("sickness_absence_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
