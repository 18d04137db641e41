"""Make ``discharge_steps_simulated.csv``: made-up minutes of each step of 60 people's way home.

Run ``python qi_tools/data/make_discharge_steps.py`` to write it again. The same file comes out each
time. From the decision that someone may go home until they leave, four steps follow one another.
How long each takes differs from person to person, most near the usual and a few much longer.
Medicines take longest and the letter is next. The seed was not picked.
"""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270307
PEOPLE, SPREAD = 60, 0.6
USUAL_MINUTES = {"letter": 65, "medicines": 130, "transport": 28, "goodbye": 12}


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
    made = [row("person", *(f"{step}_minutes" for step in USUAL_MINUTES))]
    for number in range(1, PEOPLE + 1):
        minutes = (
            round(usual * math.exp(bell(random, 0, SPREAD))) for usual in USUAL_MINUTES.values()
        )
        made.append(row(number, *minutes))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("discharge_steps_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
