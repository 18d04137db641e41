"""Make ``red_beads_simulated.csv``: made-up red beads of six workers on four days.

Run ``python qi_tools/data/make_red_beads.py`` to write it again. The same file comes out each time.
Each worker takes 50 beads out of a box of 4,000 each day, without looking; 800 of them are red. The
beads go back each time. Nothing that a worker does changes the number of red ones. The seed was not
picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import row

SEED = 20270303
DAYS, WORKERS = 4, "ABCDEF"
BEADS, RED_IN_BOX, ALL_IN_BOX = 50, 800, 4_000


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
    made = ["day,worker,red_beads,beads"]
    for day in range(1, DAYS + 1):
        for worker in WORKERS:
            red = 0
            for taken in range(BEADS):
                red += random.random() < (RED_IN_BOX - red) / (ALL_IN_BOX - taken)
            made.append(row(day, f"Worker {worker}", red, BEADS))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("red_beads_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
