"""Make ``ulcer_raters_simulated.csv``: what two made-up nurses say of 60 records of skin.

Run ``python qi_tools/data/make_ulcer_raters.py`` to write it again. The same file comes out each
time. Each record shows skin that is more or less broken. Asked whether it is "bad", each nurse has
a line of their own and wavers; asked whether the skin is broken, both share one line and only slip
now and then. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270313
RECORDS = 60
OWN_LINES, WAVER = (0.35, 0.6), 0.12
SHARED_LINE, SLIP = 0.5, 0.03


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
    made = ["record,first_vague,second_vague,first_sharp,second_sharp"]
    for number in range(1, RECORDS + 1):
        broken = random.random()
        vague = (broken + bell(random, 0, WAVER) > line for line in OWN_LINES)
        sharp = ((broken > SHARED_LINE) != (random.random() < SLIP) for _ in OWN_LINES)
        made.append(row(number, *("ulcer" if each else "no ulcer" for each in (*vague, *sharp))))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("ulcer_raters_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
