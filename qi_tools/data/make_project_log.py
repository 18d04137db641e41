"""Make ``project_log_simulated.csv``: a made-up log of twelve projects by month.

Run ``python qi_tools/data/make_project_log.py`` to write it again. The same file comes out each
time. A sponsor comes to the review of some projects more often than to that of others. Where the
sponsor came, the team kept more of its promised hours; the more hours it kept, the more tests it
made; and after a month with two tests or more it reached the next stage. What a project was held up
by is noted where it made no test. The seed was not picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import happened, month, pick, row

SEED = 20270323
MONTHS, FIRST_YEAR = 10, 2025
STAGES = ("chosen", "team and aim", "testing", "improving", "in place", "kept up")
PROMISED_HOURS, TESTS = 12, 4
KEPT_WITH_SPONSOR, KEPT_WITHOUT, HOURS_FOR_A_TEST = 0.8, 0.35, 0.4
# How likely the sponsor is to come.
PROJECTS = {
    "Phones answered": 0.9,
    "Fewer missed doses": 0.9,
    "Clinic letters in days": 0.8,
    "Falls at night": 0.8,
    "Pay queries put right": 0.7,
    "Home by noon": 0.6,
    "Breaks that are taken": 0.5,
    "Meals that arrive warm": 0.4,
    "Scans reported in time": 0.3,
    "Signs that lead somewhere": 0.3,
    "Rotas known early": 0.2,
    "Line infections": 0.1,
}
HELD_UP_BY = {"No time free": 5, "No data yet": 3, "Other team not asked": 2, "No say over it": 2}


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
    made = ["month,project,stage,sponsor_came,hours_promised,hours_kept,tests,held_up_by"]
    reached = dict.fromkeys(PROJECTS, 0)
    for number in range(MONTHS):
        for project, comes in PROJECTS.items():
            came = random.random() < comes
            share = KEPT_WITH_SPONSOR if came else KEPT_WITHOUT
            kept = happened(random, PROMISED_HOURS, share)
            tests = happened(random, TESTS, HOURS_FOR_A_TEST * kept / PROMISED_HOURS)
            held_up = "" if tests else pick(random, HELD_UP_BY)
            stage = STAGES[reached[project]]
            when = month(FIRST_YEAR, number)
            made.append(row(when, project, stage, int(came), PROMISED_HOURS, kept, tests, held_up))
            reached[project] = min(reached[project] + (tests > 1), len(STAGES) - 1)
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("project_log_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
