"""Make ``line_infections_simulated.csv``: made-up lines put in between two infections.

Run ``python qi_tools/data/make_line_infections.py`` to write it again. The same file comes out each
time. Each line that is put into a vein has the same small chance of an infection; the file counts
the lines that stayed clean since the infection before. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

SEED = 20270211
INFECTIONS = 25
CHANCE = 0.02


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
    made = ["infection,clean_lines_since_last"]
    for number in range(1, INFECTIONS + 1):
        clean = 0
        while random.random() >= CHANCE:
            clean += 1
        made.append(f"{number},{clean}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("line_infections_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
