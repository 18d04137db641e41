"""Make ``clinic_distances_simulated.csv``: made-up distances to a clinic and missed appointments.

Run ``python qi_tools/data/make_clinic_distances.py`` to write it again. The same file comes out
each time. Of people from 40 practices, the farther away they live the more miss their appointment;
what else makes them miss it differs from practice to practice. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270113
PRACTICES = 40
FARTHEST = 24.0  # miles
MISSED_NEAR, MORE_A_MILE, SPREAD = 4.0, 0.3, 1.8  # per cent


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
    made = ["practice,distance_miles,missed_percent"]
    for number in range(1, PRACTICES + 1):
        distance = round(1 + (FARTHEST - 1) * random.random() ** 2, 1)  # more of them are near
        usual = MISSED_NEAR + MORE_A_MILE * distance
        missed = max(0.0, NormalDist(usual, SPREAD).inv_cdf(random.random()))
        made.append(f"Practice {number},{distance},{missed:.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("clinic_distances_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
