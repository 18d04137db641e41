"""Make ``training_evaluation_simulated.csv``: what 80 made-up learners said, knew and did.

Run ``python qi_tools/data/make_training_evaluation.py`` to write it again. The same file comes out
each time. Nearly all liked the course, and the marks of nearly all rose. Whether someone had a
project half a year later hung on whether their manager kept time free, and not on how they liked
it. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import bell, pick, row

SEED = 20270321
LEARNERS, MOST_MARKS = 80, 20
BEFORE, RISE, SPREAD = 9.0, 4.5, 2.5
TIME_KEPT, ACTIVE_WITH_TIME, ACTIVE_WITHOUT = 0.4, 0.7, 0.15
LIKED = {5: 60, 4: 32, 3: 8}  # out of 100


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
    made = ["learner,liked,marks_before,marks_after,time_kept,active_after_6_months"]
    for number in range(1, LEARNERS + 1):
        before = bell(random, BEFORE, SPREAD)
        after = before + bell(random, RISE, SPREAD)
        marks = (min(MOST_MARKS, max(0, round(each))) for each in (before, after))
        kept = random.random() < TIME_KEPT
        active = random.random() < (ACTIVE_WITH_TIME if kept else ACTIVE_WITHOUT)
        made.append(row(number, pick(random, LIKED), *marks, int(kept), int(active)))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("training_evaluation_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
