"""Make ``readmissions_simulated.csv``: made-up readmissions of 60 hospitals in a year.

Run ``python qi_tools/data/make_readmissions.py`` to write it again. The same file comes out each
time. Each hospital has a chance of its own that someone comes back within 30 days: for many reasons
that the counts don't show, these chances differ a little. So the hospitals lie further apart than
chance alone would put them, and none of them is special. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import bell, happened, row, whole

SEED = 20270317
HOSPITALS = 60
USUAL, BETWEEN_HOSPITALS = 0.13, 0.016
FEWEST, MOST = 400, 6_000


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
    made = ["hospital,readmitted,went_home"]
    for number in range(1, HOSPITALS + 1):
        home = whole(random, FEWEST, MOST)
        chance = bell(random, USUAL, BETWEEN_HOSPITALS)
        made.append(row(f"Hospital {number}", happened(random, home, chance), home))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("readmissions_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
