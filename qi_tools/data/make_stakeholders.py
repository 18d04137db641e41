"""Make ``stakeholders_simulated.csv``: sixteen made-up people whom one change touches, by role.

Run ``python qi_tools/data/make_stakeholders.py`` to write it again. The same file comes out each
time. The change: visiting times open all day. Each role has a worry, and something that would help.
How much say and how much support each has differs by chance about what is usual for the role. There
are no names. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import row, shuffled, whole

SEED = 20270329
LEAST, MOST = 1, 5
# The role, its usual say and support (1 to 5), its worry, and what would help.
ROLES = (
    ("Ward sister", 4, 3, "Rounds will be interrupted", "Let the ward design the first test"),
    ("Night nurse", 2, 2, "Nobody asked the night shift", "Meet on the night shift"),
    ("Consultant", 5, 2, "I need a quiet hour for the round", "Ask what matters most on a round"),
    ("Trainee doctor", 1, 4, "Will it last when I move on?", "Offer a test to lead alone"),
    (
        "Healthcare assistant",
        2,
        4,
        "More questions for us to answer",
        "Listen, then try an answer card",
    ),
    (
        "Physiotherapist",
        2,
        5,
        "None: carers can learn to help",
        "Ask for a demonstration to others",
    ),
    ("Porter", 1, 3, "More people in the corridors", "Walk the route together"),
    ("Cleaner", 1, 2, "When am I to do the floor?", "Fix the hours together"),
    ("Receptionist", 2, 3, "The desk will be swamped", "Count callers together first"),
    (
        "Security officer",
        3,
        2,
        "Who is in the building at night?",
        "Agree on a limit to start with",
    ),
    ("Infection nurse", 4, 3, "More visitors, more infections?", "Plot infections with every test"),
    ("Daughter who cares", 1, 5, "Will I be in the way?", "Plan it with carers from the start"),
    ("Patient of long standing", 1, 4, "I want to sleep at noon", "Ask patients bed by bed"),
    ("Union representative", 3, 3, "Is this more work for the same pay?", "Show the data openly"),
    ("Finance manager", 3, 3, "What does it cost?", "Add a balancing measure"),
    ("Chief nurse", 5, 5, "Why is it so slow?", "Share the run chart each month"),
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
    made = ["role,say,support,worry,what_would_help"]
    for role, say, support, worry, help_ in shuffled(random, ROLES):
        marks = (min(MOST, max(LEAST, each + whole(random, -1, 1))) for each in (say, support))
        made.append(row(role, *marks, worry, help_))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("stakeholders_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
