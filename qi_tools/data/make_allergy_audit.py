"""Make ``allergy_audit_simulated.csv``: made-up audits of 50 drug charts a week.

Run ``python qi_tools/data/make_allergy_audit.py`` to write it again. The same file comes out each
time. Each week 50 drug charts are looked at, and some have an empty allergy box. From week 15 on,
when the box was moved to the top of the chart, fewer do. The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

SEED = 20270209
WEEKS, CHARTS = 30, 50
FIRST_WEEK = date(2025, 1, 6)  # a Monday
WEEKS_BEFORE_CHANGE = 14
EMPTY_BEFORE, EMPTY_AFTER = 0.30, 0.16


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
    made = ["week,empty_boxes,charts"]
    for number in range(WEEKS):
        chance = EMPTY_BEFORE if number < WEEKS_BEFORE_CHANGE else EMPTY_AFTER
        empty = sum(random.random() < chance for _ in range(CHARTS))
        made.append(f"{FIRST_WEEK + timedelta(weeks=number)},{empty},{CHARTS}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("allergy_audit_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
