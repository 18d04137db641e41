"""Make ``staff_comments_simulated.csv``: 60 made-up comments of staff, each coded by two people.

Run ``python qi_tools/data/make_staff_comments.py`` to write it again. The same file comes out each
time. No one wrote any of this: each comment is a remark on one theme, with an ending that adds
nothing. The first coder reads most remarks as they were meant and the second slips more often,
nearly always between two themes that lie close together: time and staffing. The seed was not
picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import pick, row, whole

SEED = 20270327
COMMENTS = 60
WHO = {"Nursing": 4, "Facilities": 2, "Offices": 2, "Therapies": 1, "Medical": 1}
ENDINGS = ("", "", ", most days", ", if I may say so", ", and others say so too")
REMARKS = {
    "time": (
        "There is no time to think before the next thing",
        "Breaks are what goes first when it is busy",
        "We meet about change at the busiest hour",
    ),
    "staffing": (
        "Two of us do the work of three",
        "New people come and are gone by spring",
        "Nights are filled at the last minute",
    ),
    "space and kit": (
        "The printer is two floors away",
        "We share one hoist between two wards",
        "The store is full and still lacks what we need",
    ),
    "being heard": (
        "I raised it and never heard back",
        "Someone asked me what I would change",
        "Ideas go up and nothing comes down",
    ),
    "team": (
        "We help each other out without being asked",
        "Handover is the best part of the day",
        "People here say thank you",
    ),
}
CLOSE = {"time": "staffing", "staffing": "time"}
FIRST_SLIPS, SECOND_SLIPS, SLIPS_ELSEWHERE = 0.06, 0.30, 0.03


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
    made = ["comment,staff_group,words,first_coder,second_coder"]
    themes = tuple(REMARKS)
    for number in range(1, COMMENTS + 1):
        theme = themes[whole(random, 0, len(themes) - 1)]
        remarks = REMARKS[theme]
        words = remarks[whole(random, 0, len(remarks) - 1)]
        words += ENDINGS[whole(random, 0, len(ENDINGS) - 1)]
        codes = [coded(random, theme, slips) for slips in (FIRST_SLIPS, SECOND_SLIPS)]
        made.append(row(number, pick(random, WHO), words, *codes))
    return made


def coded(random: Random, theme: str, slips: float) -> str:
    """Give the code that a coder puts to a theme; slips lead to the theme close to it, if any."""
    if random.random() < (slips if theme in CLOSE else SLIPS_ELSEWHERE):
        return CLOSE.get(theme, "being heard" if theme != "being heard" else "team")
    return theme


if __name__ == "__main__":
    path = Path(__file__).with_name("staff_comments_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
