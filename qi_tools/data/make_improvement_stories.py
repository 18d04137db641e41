"""Make ``improvement_stories_simulated.csv``: made-up stories to sort by their kind.

Run ``python qi_tools/data/make_improvement_stories.py`` to write it again. The same file comes out
each time. Each story is plainly of one kind by design, and stands mostly for one side of quality;
real work is often more than one. The numbers in the stories and their order come by chance.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import row, shuffled, whole

SEED = 20270324
FEWEST, MOST = 12, 60
# Where, what was done, of which kind, and for which side of quality.
STORIES = (
    (
        "Ward",
        "A ward tries a new falls round with {} people and changes it each week",
        "QI project",
        "safe",
    ),
    ("Ward", "{} drug charts are held against the hospital's standard", "clinical audit", "safe"),
    ("Ward", "{} people are drawn by lot to have one dressing or another", "research", "effective"),
    (
        "Ward",
        "A team asks {} families what its visiting times were like for them",
        "service evaluation",
        "person-centred",
    ),
    (
        "Ward",
        "Nurses test a quiet hour with {} people and plot how well they slept",
        "QI project",
        "person-centred",
    ),
    (
        "Clinic",
        "A clinic tests text messages with {} people a week and plots who came",
        "QI project",
        "timely",
    ),
    (
        "Clinic",
        "{} referrals are held against the national two-week standard",
        "clinical audit",
        "timely",
    ),
    (
        "Clinic",
        "A study asks whether a new scan finds illness sooner in {} people",
        "research",
        "effective",
    ),
    (
        "Clinic",
        "A team tests letters in plain words with {} people who read little English",
        "QI project",
        "equitable",
    ),
    (
        "Clinic",
        "A new clinic counts who used it in its first year: {} in a hundred from poor streets",
        "service evaluation",
        "equitable",
    ),
    (
        "Estates",
        "Fitters test a kit for {} repairs a week and plot how long each takes",
        "QI project",
        "efficient",
    ),
    ("Estates", "{} fire doors are held against the regulations", "audit", "safe"),
    (
        "Estates",
        "After a year a new help desk is looked at: {} jobs, their cost and what callers say",
        "service evaluation",
        "efficient",
    ),
    (
        "Payroll",
        "Payroll tries a new form with {} starters and plots the errors",
        "QI project",
        "effective",
    ),
    ("Payroll", "{} payslips are held against the pay agreement", "audit", "effective"),
    (
        "Payroll",
        "Payroll tests a call-back within the day for {} queries a week",
        "QI project",
        "timely",
    ),
    (
        "Kitchen",
        "Cooks test smaller portions on {} trays and weigh what comes back",
        "QI project",
        "efficient",
    ),
    (
        "Kitchen",
        "A year after meals were made softer, {} people are asked how they eat now",
        "service evaluation",
        "person-centred",
    ),
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
    made = ["story,place,kind,side_of_quality"]
    for place, story, kind, side in shuffled(random, STORIES):
        made.append(row(story.format(whole(random, FEWEST, MOST)), place, kind, side))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("improvement_stories_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
