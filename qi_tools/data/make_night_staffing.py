"""Make ``night_staffing_simulated.csv``: made-up gaps in staffing, night by night.

Run ``python qi_tools/data/make_night_staffing.py`` to write it again. The same file comes out each
time. What each night needs goes up and down by chance, and nobody can know it beforehand. One ward
books the same each night. The other meets the same nights, and each time books more or fewer by the
gap of the night before: rule 2 of the funnel experiment (Deming 1986), which doubles the variance.
The seed was not picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270310
NIGHTS = 80
FIRST_NIGHT = date(2025, 9, 1)
SPREAD = 4.0  # hours


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
    made = ["night,gap_same_booking,gap_adjusted_booking"]
    before = 0.0
    for number in range(NIGHTS):
        gap = bell(random, 0, SPREAD)
        night = FIRST_NIGHT + timedelta(days=number)
        made.append(row(night, f"{gap:.1f}", f"{gap - before:.1f}"))
        before = gap
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("night_staffing_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
