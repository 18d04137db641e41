"""Make ``clinic_cancellations_simulated.csv``: made-up reasons for cancelled clinic appointments.

Run ``python qi_tools/data/make_cancellations.py`` to write it again. The same file comes out each
time. Each working day of 26 weeks has so many cancellations, and each of them has a reason; what
makes them does not change over the weeks. Three reasons make most of them by design; real ones
need not. As in real records a few reasons are missing. The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20270111
WEEKS = 26
FIRST_DAY = date(2025, 9, 1)  # a Monday
MOST_IN_A_DAY = 3
CHANCE = 0.5  # of each of them

# How often each reason comes, out of 100.
REASONS = {
    "Patient unwell": 38,
    "Letter came too late": 29,
    "Clinic moved at short notice": 19,
    "No transport": 3,
    "Results not back": 2,
    "Interpreter not booked": 2,
    "Notes missing": 2,
    "Other": 4,
    "": 1,
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
    made = ["day,reason"]
    for number in range(7 * WEEKS):
        day = FIRST_DAY + timedelta(days=number)
        if day.weekday() > 4:
            continue
        for _ in range(MOST_IN_A_DAY):
            if random.random() < CHANCE:
                made.append(f"{day},{reason(random.random())}")
    return made


def reason(share: float) -> str:
    """Give the reason at a share of all of them, from 0 to 1."""
    for each, times in REASONS.items():
        share -= times / 100
        if share < 0:
            return each
    return each


if __name__ == "__main__":
    path = Path(__file__).with_name("clinic_cancellations_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
