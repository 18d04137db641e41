"""Make ``sharps_injuries_simulated.csv``: 30 months of made-up injuries by needles.

Run ``python qi_tools/data/make_sharps_injuries.py`` to write it again. The same file comes out each
time. Staff work much the same number of shifts each month, and each shift has the same small chance
of an injury. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

SEED = 20270208
MONTHS, FIRST_YEAR = 30, 2023
SHIFTS, CHANCE = 6_000, 0.002


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
    made = ["month,injuries"]
    for number in range(MONTHS):
        year, month = divmod(number, 12)
        injuries = sum(random.random() < CHANCE for _ in range(SHIFTS))
        made.append(f"{FIRST_YEAR + year}-{month + 1:02},{injuries}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("sharps_injuries_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
