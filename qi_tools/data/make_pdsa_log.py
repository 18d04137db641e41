"""Make ``pdsa_log_simulated.csv``: a made-up log of twelve tests of a shorter handover.

Run ``python qi_tools/data/make_pdsa_log.py`` to write it again. The same file comes out each time.
Each test changes one thing, and more people take part as it goes on. A good idea takes minutes off
a handover and is kept; a poor one adds some and is dropped, so that the next test begins where the
one before it did. Two tests were made without a guess, and one was "adopted" though it made things
worse: both are there to be found. How long a handover took comes by chance. The seed was not
picked.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from qi_tools.data.making import bell, row

SEED = 20270328
FIRST_DAY = date(2025, 9, 1)  # a Monday
DAYS_BETWEEN = 5
MINUTES_AT_FIRST, SPREAD, HOPE = 42.0, 1.5, 4
# The idea, how many people took part, the minutes that it adds, the decision, whether guessed.
TESTS = (
    ("Stand, don't sit", 1, -3, "adapt", True),
    ("Stand at the board", 2, -4, "adopt", True),
    ("Read the list out loud", 2, 5, "abandon", True),
    ("Sickest first", 3, -3, "adapt", False),
    ("Sickest first, with a marker", 4, -2, "adopt", True),
    ("One form for all", 4, 4, "adopt", True),
    ("Back to the short form", 5, -4, "adopt", True),
    ("Start on the hour", 8, -2, "adopt", True),
    ("Phones in a box", 8, 1, "abandon", False),
    ("One speaks, one checks", 12, -3, "adapt", True),
    ("The same at weekends", 16, -1, "adopt", True),
    ("The same on the next ward", 30, 0, "adopt", True),
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
    made = ["day,idea,people,guess_minutes,seen_minutes,decision"]
    usual = MINUTES_AT_FIRST
    for number, (idea, people, adds, decision, guessed) in enumerate(TESTS):
        day = FIRST_DAY + timedelta(days=DAYS_BETWEEN * number)
        guess = f"{usual - HOPE:.0f}" if guessed else ""
        seen = bell(random, usual + adds, SPREAD)
        made.append(row(day, idea, people, guess, f"{seen:.1f}", decision))
        if decision != "abandon":
            usual += adds
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("pdsa_log_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
