"""Make ``incident_reports_simulated.csv``: made-up incident reports of a whole hospital by month.

Run ``python qi_tools/data/make_incident_reports.py`` to write it again. The same file comes out
each time. On every day in a bed there is a chance of a report. For many small reasons it differs a
little from month to month, so the months differ by more than chance alone makes them. From the
19th month on, when reports could be made by phone, it is higher. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270205
MONTHS, FIRST_YEAR = 30, 2023
MONTHS_BEFORE_CHANGE = 18
BEFORE, AFTER, BETWEEN_MONTHS = 0.042, 0.049, 0.0025
FEWEST, MOST = 18_000, 21_000


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
    made = ["month,reports,bed_days"]
    for number in range(MONTHS):
        year, month = divmod(number, 12)
        level = BEFORE if number < MONTHS_BEFORE_CHANGE else AFTER
        chance = NormalDist(level, BETWEEN_MONTHS).inv_cdf(random.random())
        bed_days = FEWEST + int((MOST - FEWEST + 1) * random.random())
        reports = sum(random.random() < chance for _ in range(bed_days))
        made.append(f"{FIRST_YEAR + year}-{month + 1:02},{reports},{bed_days}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("incident_reports_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
