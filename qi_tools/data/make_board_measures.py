"""Make ``board_measures_simulated.csv``: six made-up measures of a board's report by month.

Run ``python qi_tools/data/make_board_measures.py`` to write it again. The same file comes out each
time. Each measure goes up and down about one level, close to its target, so that its colour in a
red and green table flips though nothing changes. One alone has changed: from month 13 on, when one
person looked after each complaint, more of them were answered in time. The seed is the second that
was tried, for the charts to say so too; made anew with other chance, they may say it less clearly.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import bell, month, row

SEED = 20270305
MONTHS, FIRST_YEAR, MONTHS_BEFORE_CHANGE = 24, 2024, 12
CHANGED, HIGHER = "Complaints answered in time", 14.0
# The usual level, its spread, the target, and which way is better.
MEASURES = {
    "Falls with harm": (2.0, 0.35, 2.0, "lower"),
    "Observations done on time": (89.6, 1.8, 90.0, "higher"),
    CHANGED: (68.0, 4.0, 80.0, "higher"),
    "Staff off sick": (5.1, 0.4, 5.0, "lower"),
    "Invoices paid in 30 days": (94.6, 1.3, 95.0, "higher"),
    "Beds cleaned within two hours": (85.5, 3.0, 85.0, "higher"),
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
    made = ["month,measure,value,target,better"]
    for number in range(MONTHS):
        for measure, (level, spread, target, better) in MEASURES.items():
            changed = measure == CHANGED and number >= MONTHS_BEFORE_CHANGE
            value = bell(random, level + (HIGHER if changed else 0), spread)
            shown = min(100.0, max(0.1, value))
            made.append(row(month(FIRST_YEAR, number), measure, f"{shown:.1f}", target, better))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("board_measures_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
