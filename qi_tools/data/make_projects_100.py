"""Make ``projects_100_simulated.csv``: 100 made-up improvement projects of a trust.

Run ``python qi_tools/data/make_projects_100.py`` to write it again. The same file comes out each
time. `projects.py` beside this says how a project is made up. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.projects import project_lines

SEED = 20270332
PROJECTS = 100


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
    return project_lines(random, PROJECTS)


if __name__ == "__main__":
    path = Path(__file__).with_name("projects_100_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
