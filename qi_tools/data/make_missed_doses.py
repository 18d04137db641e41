"""Make ``missed_doses_simulated.csv``: made-up missed doses of medicine on a ward, by round.

Run ``python qi_tools/data/make_missed_doses.py`` to write it again. The same file comes out each
time. Four rounds a day give so many doses, and each dose may be missed with the same chance, which
is twice as high at 10 pm as in the other rounds. From day 22 on, when the trolley was checked at
handover, it is about half as high in all rounds. The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from qi_tools.data.making import happened, row, whole

SEED = 20270311
DAYS, DAYS_BEFORE_CHANGE = 42, 21
FIRST_DAY = date(2025, 9, 1)
FEWEST, MOST = 45, 75
BEFORE, AFTER = 0.06, 0.03
ROUNDS = {"8 am": 1, "noon": 1, "6 pm": 1, "10 pm": 2}  # how many times the chance


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
    made = ["day,round,missed,due"]
    for number in range(DAYS):
        usual = BEFORE if number < DAYS_BEFORE_CHANGE else AFTER
        for when, times in ROUNDS.items():
            due = whole(random, FEWEST, MOST)
            day = FIRST_DAY + timedelta(days=number)
            made.append(row(day, when, happened(random, due, times * usual), due))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("missed_doses_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
