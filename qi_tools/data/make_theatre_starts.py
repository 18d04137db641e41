"""Make ``theatre_starts_simulated.csv``: 40 weeks of made-up late starts in theatre.

Run ``python qi_tools/data/make_theatre_starts.py`` to write it again. The same file comes out each
time. The average delay of a week's first operations goes up and down about one level; from week 25
on that level is higher by one standard deviation. The seed was picked for a clear story, which real
weeks seldom tell: charts with a memory find the change, and a chart without one does not. Made anew
with other chance, the change may show less clearly.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270221
WEEKS, WEEKS_BEFORE_CHANGE = 40, 24
FIRST_WEEK = date(2025, 1, 6)  # a Monday
MINUTES_BEFORE, SPREAD = 14.0, 3.0


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
    made = ["week,minutes_late"]
    for number in range(WEEKS):
        level = MINUTES_BEFORE + (0 if number < WEEKS_BEFORE_CHANGE else SPREAD)
        late = NormalDist(level, SPREAD).inv_cdf(random.random())
        made.append(f"{FIRST_WEEK + timedelta(weeks=number)},{late:.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("theatre_starts_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
