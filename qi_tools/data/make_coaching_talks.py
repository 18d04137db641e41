"""Make ``coaching_talks_simulated.csv``: three made-up coaching talks, turn by turn.

Run ``python qi_tools/data/make_coaching_talks.py`` to write it again. The same file comes out each
time. No one said any of this. Coach A mostly asks open questions, coach B mostly closed ones, and
coach C mostly gives advice. After an open question or a summary the other person says more. Which
words are picked comes by chance. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import pick, row, whole

SEED = 20270330
TURNS = 8  # of each of the two
OPEN, CLOSED, ADVICE, SUMMARY = "open question", "closed question", "advice", "summary"
# How often each kind comes, out of 10.
COACHES = {
    "A": {OPEN: 6, CLOSED: 1, ADVICE: 1, SUMMARY: 2},
    "B": {OPEN: 2, CLOSED: 6, ADVICE: 1, SUMMARY: 1},
    "C": {OPEN: 1, CLOSED: 2, ADVICE: 6, SUMMARY: 1},
}
WORDS = {
    OPEN: (
        "What did you expect to see?",
        "What surprised you?",
        "What could you try by Tuesday?",
        "How will you know that it helped?",
        "Who else sees this every day?",
    ),
    CLOSED: (
        "Did you plot it?",
        "Is the team on board?",
        "Have you asked the sponsor?",
        "Was it better than last week?",
        "Can you finish by June?",
    ),
    ADVICE: (
        "You should use a checklist",
        "If I were you, I would start with the night shift",
        "Just send them all an email",
        "On my ward we put up a poster",
        "What you need is a bigger sample",
    ),
    SUMMARY: (
        "So two tests helped, and you don't yet know why",
        "I hear that time is the hard part",
        "You have a chart, and now you look for a cause",
        "So the team is willing and the forms are not",
        "You said that the nights are different",
    ),
}
SHORT = ("Yes", "No", "I think so", "Maybe", "All right")
LONG = (
    "I thought it would drop at once, and it went up first",
    "The porters saw it long before we did, so I'd ask them",
    "I could try it with one patient tomorrow and look",
    "We never wrote down what we expected, and that's the gap",
    "When I plotted it I saw that Mondays are different",
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
    made = ["talk,turn,speaker,kind,words"]
    for coach, kinds in COACHES.items():
        for turn in range(1, 2 * TURNS, 2):
            kind = pick(random, kinds)
            answers = LONG if kind in {OPEN, SUMMARY} else SHORT
            made.append(row(coach, turn, "coach", kind, one_of(random, WORDS[kind])))
            made.append(row(coach, turn + 1, "coachee", "answer", one_of(random, answers)))
    return made


def one_of(random: Random, words: tuple[str, ...]) -> str:
    """Pick one of several, each being equally likely."""
    return words[whole(random, 0, len(words) - 1)]


if __name__ == "__main__":
    path = Path(__file__).with_name("coaching_talks_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
