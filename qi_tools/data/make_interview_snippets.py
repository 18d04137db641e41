"""Make ``interview_snippets_simulated.csv``: made-up remarks on a clinic, with themes.

Run ``python qi_tools/data/make_interview_snippets.py`` to write it again. The same file comes out
each time. No one said any of this: each snippet is put together from an opening and a remark, both
made up. Who says it, in which order, and behind which opening come by chance. Waiting and not
knowing come up most often by design.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import pick, row, shuffled, whole

SEED = 20270326
OPENINGS = ("", "", "To be honest, ", "Well, ", "You know, ", "What I noticed is: ")
WHO = {"patient": 5, "carer": 3, "nurse": 2, "receptionist": 2, "porter": 1}
REMARKS = {
    "waiting": (
        "I sat there for an hour before anyone came",
        "the wait for the doctor is the longest part of the day",
        "people come early and still leave late",
        "everybody is booked for nine and nobody is seen at nine",
        "half the room was waiting for the same machine",
        "the day is mostly sitting on a chair",
    ),
    "not knowing": (
        "nobody said how long it would be",
        "the board on the wall shows nothing that helps",
        "we can't tell people what we don't know ourselves",
        "the letter didn't say what to bring",
        "it wasn't clear who to ask",
        "a word now and then would have helped",
    ),
    "finding the way": (
        "the signs stop at the second corner",
        "three people asked for the lift while I stood there",
        "the clinic has moved and the map has not",
        "the entrance is on the other side from the bus",
    ),
    "kindness": (
        "the nurse sat down to talk, and that made the day",
        "they remembered my name the second time",
        "someone fetched water without being asked",
        "people are patient with one another here",
    ),
    "working around": (
        "there's a second list in the drawer, because the first is never right",
        "results are looked up on whichever screen is free",
        "we borrow the chair from next door every morning",
        "we start with whoever has their notes",
    ),
}


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
    made = ["snippet,who,theme"]
    remarks = [(remark, theme) for theme, group in REMARKS.items() for remark in group]
    for remark, theme in shuffled(random, remarks):
        words = OPENINGS[whole(random, 0, len(OPENINGS) - 1)] + remark
        made.append(row(words[0].upper() + words[1:], pick(random, WHO), theme))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("interview_snippets_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
