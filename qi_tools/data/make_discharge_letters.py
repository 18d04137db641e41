"""Make ``discharge_letters_simulated.csv``: made-up discharge letters sent within a day, by month.

Run ``python qi_tools/data/make_discharge_letters.py`` to write it again. The same file comes out
each time. A whole hospital sends thousands of letters a month. For many small reasons the chance
that one is sent in time differs a little from month to month, so the months differ by more than
chance alone makes them. Nothing changes for good. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270204
MONTHS, FIRST_YEAR = 30, 2023
IN_TIME, BETWEEN_MONTHS = 0.86, 0.015
FEWEST, MOST = 3600, 4600


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
    made = ["month,in_time,letters"]
    for number in range(MONTHS):
        year, month = divmod(number, 12)
        chance = NormalDist(IN_TIME, BETWEEN_MONTHS).inv_cdf(random.random())
        letters = FEWEST + int((MOST - FEWEST + 1) * random.random())
        in_time = sum(random.random() < chance for _ in range(letters))
        made.append(f"{FIRST_YEAR + year}-{month + 1:02},{in_time},{letters}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("discharge_letters_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
