"""Make ``blood_test_times_simulated.csv``: made-up turnaround times of five blood tests a day.

Run ``python qi_tools/data/make_blood_test_times.py`` to write it again. The same file comes out
each time. Each day five tests are timed. All come from one level and one spread, but for two days
on which an analyser was being mended: then all five took longer. The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270207
DAYS, TESTS_A_DAY = 28, 5
FIRST_DAY = date(2026, 2, 2)  # a Monday
USUAL_MINUTES, SPREAD = 62.0, 9.0
DAYS_OF_REPAIR, MORE = (19, 20), 18.0


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
    made = ["day,minutes"]
    for number in range(DAYS):
        level = USUAL_MINUTES + (MORE if number + 1 in DAYS_OF_REPAIR else 0)
        for _ in range(TESTS_A_DAY):
            minutes = NormalDist(level, SPREAD).inv_cdf(random.random())
            made.append(f"{FIRST_DAY + timedelta(days=number)},{minutes:.0f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("blood_test_times_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
