"""Make ``ward_falls_simulated.csv``: made-up falls and bed days of 14 wards by month.

Run ``python qi_tools/data/make_ward_falls.py`` to write it again. The same file comes out each
time. On every day in a bed there is a small chance of a fall. On one ward, Oak, it is twice that of
the others. From the 16th month on it is a third less on all wards but Oak: there the new way of
looking after people at risk did not begin. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

SEED = 20270201
MONTHS, FIRST_YEAR = 30, 2023
MONTHS_BEFORE_CHANGE = 15
FALLS_A_DAY, LESS = 0.006, 2 / 3
OTHER_WARD, TIMES = "Oak", 2.0
# People in bed on a usual day.
WARDS = {
    "Alder": 22,
    "Ash": 27,
    "Beech": 12,
    "Birch": 24,
    "Cedar": 9,
    "Elm": 28,
    "Hazel": 18,
    "Holly": 15,
    "Juniper": 7,
    "Larch": 21,
    "Maple": 30,
    "Oak": 23,
    "Rowan": 26,
    "Willow": 11,
}
DAYS, FEWEST, MOST = 30, 0.9, 1.1


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
    made = ["month,ward,falls,bed_days"]
    for number in range(MONTHS):
        year, month = divmod(number, 12)
        for ward, people in WARDS.items():
            chance = FALLS_A_DAY
            if ward == OTHER_WARD:
                chance *= TIMES
            elif number >= MONTHS_BEFORE_CHANGE:
                chance *= LESS
            bed_days = round(DAYS * people * (FEWEST + (MOST - FEWEST) * random.random()))
            falls = sum(random.random() < chance for _ in range(bed_days))
            made.append(f"{FIRST_YEAR + year}-{month + 1:02},{ward},{falls},{bed_days}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("ward_falls_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
