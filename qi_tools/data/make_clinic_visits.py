"""Make ``clinic_visits_simulated.csv``: made-up minutes of each step of 80 visits to a clinic.

Run ``python qi_tools/data/make_clinic_visits.py`` to write it again. The same file comes out each
time. A visit has six steps in a row: three in which something is done, and a wait before each of
them. The minutes differ from visit to visit, most near the usual and a few much longer. The wait
for the doctor is longest. The seed was not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270314
VISITS, SPREAD = 80, 0.5
USUAL_MINUTES = {
    "wait_for_desk": 4,
    "at_desk": 2,
    "wait_for_nurse": 20,
    "with_nurse": 6,
    "wait_for_doctor": 42,
    "with_doctor": 10,
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
    made = [row("visit", *USUAL_MINUTES)]
    for number in range(1, VISITS + 1):
        minutes = (usual * math.exp(bell(random, 0, SPREAD)) for usual in USUAL_MINUTES.values())
        made.append(row(number, *(f"{each:.1f}" for each in minutes)))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("clinic_visits_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
