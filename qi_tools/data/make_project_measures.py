"""Make ``project_measures_simulated.csv``: made-up measures of one finished project by week.

Run ``python qi_tools/data/make_project_measures.py`` to write it again. The same file comes out
each time. A team tested three changes, one after the other, so that fewer clinic letters are late:
in weeks 9, 15 and 22. The share of letters with the checklist (process) rises with each, and the
share of late letters (outcome) falls with each. Overtime (balancing) only goes up and down. The
seed was not picked.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, happened, row, week, whole

SEED = 20270315
WEEKS = 40
FIRST_WEEK = date(2025, 1, 6)  # a Monday
FEWEST, MOST = 90, 130
OVERTIME_HOURS, SPREAD = 14.0, 2.5
LATE, CHECKED = 0.34, 0.05  # before the first test
# From which week on: what was tested, and the shares from then on.
TESTS = {
    9: ("Checklist on one desk", 0.29, 0.25),
    15: ("Checklist on all desks", 0.22, 0.60),
    22: ("Checklist printed on the form", 0.13, 0.92),
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
    made = ["week,late,with_checklist,letters,overtime_hours,test"]
    late, checked = LATE, CHECKED
    for number in range(WEEKS):
        test = ""
        if number + 1 in TESTS:
            test, late, checked = TESTS[number + 1]
        letters = whole(random, FEWEST, MOST)
        counts = happened(random, letters, late), happened(random, letters, checked), letters
        hours = max(0.0, bell(random, OVERTIME_HOURS, SPREAD))
        made.append(row(week(FIRST_WEEK, number), *counts, f"{hours:.1f}", test))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("project_measures_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
