"""Make ``referrals_simulated.csv``: made-up referrals and slots of a clinic by week.

Run ``python qi_tools/data/make_referrals.py`` to write it again. The same file comes out each time.
Referrals and slots each go up and down by chance about the same average. A slot that nobody needs
is lost, so the list grows though on average there is room for all. The seed was not picked.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from qi_tools.data.making import row, week, whole

SEED = 20270319
WEEKS = 52
FIRST_WEEK = date(2025, 1, 6)  # a Monday
FEWEST_REFERRED, MOST_REFERRED = 36, 60
FEWEST_SLOTS, MOST_SLOTS = 36, 60


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
    made = ["week,referrals,slots,seen,waiting"]
    waiting = 0
    for number in range(WEEKS):
        referred = whole(random, FEWEST_REFERRED, MOST_REFERRED)
        slots = whole(random, FEWEST_SLOTS, MOST_SLOTS)
        seen = min(slots, waiting + referred)
        waiting += referred - seen
        made.append(row(week(FIRST_WEEK, number), referred, slots, seen, waiting))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("referrals_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
