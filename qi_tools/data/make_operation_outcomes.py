"""Make ``operation_outcomes_simulated.csv``: 400 made-up operations of one kind, case by case.

Run ``python qi_tools/data/make_operation_outcomes.py`` to write it again. The same file comes out
each time. Each operation may lead to another one within 30 days. The chance of that is 4% at
first, and 10% after 250 operations. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

SEED = 20270213
OPERATIONS, OPERATIONS_BEFORE_CHANGE = 400, 250
BEFORE, AFTER = 0.04, 0.10


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
    made = ["operation,back_to_theatre"]
    for number in range(1, OPERATIONS + 1):
        chance = BEFORE if number <= OPERATIONS_BEFORE_CHANGE else AFTER
        made.append(f"{number},{int(random.random() < chance)}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("operation_outcomes_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
