"""Make ``walk_round_simulated.csv``: what was seen on a made-up walk round.

Run ``python qi_tools/data/make_walk_round.py`` to write it again. The same file comes out each
time. Each thing seen leads to a question, and the question to a tool that helps with it; by design
one tool suits best, though others may help too. How often each was seen in a week and the order
come by chance.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import row, shuffled, whole

SEED = 20270325
MOST_IN_A_WEEK = 12
# Where, what was seen, what one might ask, and a tool that helps.
SEEN = (
    ("Ward", "A nurse walks to the far store again", "How far do we walk?", "Process map"),
    ("Ward", "Two people write down the same thing", "Which step adds nothing?", "Process map"),
    ("Ward", "A call bell rings for long", "Is this usual?", "Run chart"),
    ("Ward", "A wet floor by the tap, once more", "Why does it come back?", "Five whys"),
    ("Ward", "A pump is missing at the change of shift", "What may lead to it?", "Fishbone"),
    ("Ward", "Someone can't reach their drink", "What is it like for them?", "Ask and watch"),
    ("Office", "A tray of letters that nobody has typed", "Where do letters wait?", "Process map"),
    ("Office", "The phone rings out at noon", "At which hours?", "Run chart"),
    ("Office", "A form comes back with a blank box", "Which boxes most often?", "Pareto chart"),
    ("Office", "A caller is passed on three times", "What is it like for them?", "Ask and watch"),
    ("Kitchen", "Trays come back half full", "Which meals most often?", "Pareto chart"),
    ("Kitchen", "A trolley leaves late", "What may lead to it?", "Fishbone"),
    ("Workshop", "A fitter waits for a part", "Which parts most often?", "Pareto chart"),
    ("Workshop", "A lamp is replaced for the third time", "Why does it come back?", "Five whys"),
    (
        "Clinic",
        "A full waiting room and an empty chair inside",
        "Where do people wait?",
        "Process map",
    ),
    ("Clinic", "A sign that sends people astray", "What is it like for them?", "Ask and watch"),
    ("Stores", "Three brands of one glove", "What would one brand change?", "PDSA"),
    ("Stores", "A box past its date", "Would a red tag help?", "PDSA"),
)


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
    made = ["seen,place,question,tool,times_in_a_week"]
    for place, seen, question, tool in shuffled(random, SEEN):
        made.append(row(seen, place, question, tool, whole(random, 1, MOST_IN_A_WEEK)))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("walk_round_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
