"""Make ``staff_numbers_simulated.csv``: made-up headcounts for a plan of who is to learn how much.

Run ``python qi_tools/data/make_staff_numbers.py`` to write it again. The same file comes out each
time. A trust of some 5,000 people: how many are in each group, how many left in the last year, and
how many of those still in post were trained. About one in nine leaves; few are trained as yet, most
of them in the offices. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import happened, row

SEED = 20270320
LEAVES, ABOUT = 1 / 9, 0.1  # headcounts differ by up to so much from the usual
# Which dose a group is to have, how many people it usually has, and what share is trained.
GROUPS = {
    "Nursing": ("all staff", 1_650, 0.12),
    "Healthcare support": ("all staff", 900, 0.08),
    "Medical and dental": ("all staff", 560, 0.15),
    "Therapies": ("all staff", 420, 0.18),
    "Scientists and pharmacy": ("all staff", 310, 0.16),
    "Estates and facilities": ("all staff", 480, 0.04),
    "Offices": ("all staff", 640, 0.22),
    "Board members": ("board", 15, 0.6),
    "Directors and clinical directors": ("senior leaders", 75, 0.3),
    "Ward and department managers": ("middle managers", 480, 0.2),
    "Improvement coaches": ("coaches", 30, 0.9),
    "Improvement experts": ("experts", 4, 0.75),
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
    made = ["staff_group,dose,headcount,left_last_year,trained"]
    for group, (dose, usual, share) in GROUPS.items():
        people = round(usual * (1 - ABOUT + 2 * ABOUT * random.random()))
        left = happened(random, people, LEAVES)
        made.append(row(group, dose, people, left, happened(random, people, share)))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("staff_numbers_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
