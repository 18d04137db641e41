"""Make ``hand_hygiene_simulated.csv``: 30 months of made-up hand hygiene audits on one ward.

Run ``python qi_tools/data/make_hand_hygiene.py`` to write it again. The same file comes out each
time. Each month someone watches a different number of moments at which hands should be cleaned. The
chance that they are is the same all the time. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

SEED = 20270203
MONTHS, FIRST_YEAR = 30, 2023
CLEANED = 0.82
FEWEST, MOST = 20, 80


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
    made = ["month,cleaned,moments"]
    for number in range(MONTHS):
        year, month = divmod(number, 12)
        moments = FEWEST + int((MOST - FEWEST + 1) * random.random())
        cleaned = sum(random.random() < CLEANED for _ in range(moments))
        made.append(f"{FIRST_YEAR + year}-{month + 1:02},{cleaned},{moments}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("hand_hygiene_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
