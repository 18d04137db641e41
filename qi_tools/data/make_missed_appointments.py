"""Make ``missed_appointments_simulated.csv``: made-up missed appointments of a clinic by week.

Run ``python qi_tools/data/make_missed_appointments.py`` to write it again. The same file comes out
each time. Each week a different number of people have an appointment, and each may miss it with the
same chance. From week 21 on, when a text message said where, when and how to rebook, that chance is
lower. The seed was not picked.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, row, week, whole

SEED = 20270301
WEEKS, WEEKS_BEFORE_CHANGE = 40, 20
FIRST_WEEK = date(2025, 1, 6)  # a Monday
MISSED_BEFORE, MISSED_AFTER = 0.13, 0.08
FEWEST, MOST = 130, 210


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
    made = ["week,missed,booked"]
    for number in range(WEEKS):
        chance = MISSED_BEFORE if number < WEEKS_BEFORE_CHANGE else MISSED_AFTER
        booked = whole(random, FEWEST, MOST)
        missed = happened(random, booked, chance)
        made.append(row(week(FIRST_WEEK, number), missed, booked))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("missed_appointments_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
