"""Made-up improvement projects of a trust, as their one-page proposals tell of them.

The two sets of 40 and of 100 projects are made by this. Each project is one topic in one service,
and no two are alike. What a topic usually takes and brings is made up; each project differs from
that by chance. Those whose sponsor is keenest are not those that bring most: readiness has nothing
to do with benefit here.
"""

from __future__ import annotations

from random import Random

from qi_tools.data.making import pick, row, shuffled, whole

__all__ = ["project_lines"]

HEADINGS = (
    "name,service,kind,priority,months,coach_days_a_month,expected_benefit,stage,team,sponsor"
)
LEAST, MOST = 1, 5  # of readiness
WARDS = ("Medicine", "Surgery", "Older people", "Maternity", "Children")
COMMUNITY = ("Mental health", "District nursing", "Therapies", "Young people", "Dementia")
DESKS = ("Outpatients", "Radiology", "Theatres", "Laboratory", "Pharmacy")
OFFICES = ("Estates", "Payroll", "People", "Digital", "Supplies")
# The services, the kind, the priority, and how many months, coach days a month and points it takes
# and brings as a rule.
TOPICS = {
    "Fewer falls": (WARDS, "clinical", "safety", 9, 7, 12),
    "Fewer missed doses": (WARDS, "clinical", "safety", 6, 5, 9),
    "Sudden worsening seen": (WARDS, "clinical", "safety", 16, 12, 17),
    "Safer handover": (COMMUNITY, "clinical", "safety", 8, 6, 8),
    "Less restraint": (COMMUNITY, "clinical", "safety", 12, 9, 13),
    "Home by noon": (WARDS, "clinical", "access", 10, 9, 8),
    "First visit sooner": (COMMUNITY, "clinical", "access", 12, 8, 13),
    "Fewer missed visits": (COMMUNITY, "clinical", "access", 6, 5, 9),
    "Results in time": (DESKS, "clinical", "access", 9, 6, 10),
    "Phones answered": (DESKS, "non-clinical", "access", 4, 3, 6),
    "Start on time": (DESKS, "clinical", "access", 11, 8, 8),
    "Quiet at night": (WARDS, "clinical", "experience", 6, 5, 7),
    "Plans made together": (COMMUNITY, "clinical", "experience", 9, 6, 9),
    "Letters in plain words": (DESKS, "non-clinical", "experience", 5, 3, 6),
    "Rotas known early": (WARDS, "non-clinical", "staff", 6, 5, 9),
    "Breaks that are taken": (COMMUNITY, "non-clinical", "staff", 7, 5, 8),
    "Starters settled sooner": (OFFICES, "non-clinical", "staff", 8, 6, 10),
    "Joy in work": (OFFICES, "non-clinical", "staff", 8, 5, 9),
    "Jobs right first time": (OFFICES, "non-clinical", "resources", 6, 4, 7),
    "Queries put right": (OFFICES, "non-clinical", "resources", 4, 3, 6),
    "Less waste": (DESKS, "clinical", "resources", 7, 4, 8),
    "Fewer needless tests": (WARDS, "clinical", "resources", 6, 4, 8),
}
# How many of a hundred projects are at each stage.
STAGES = {
    "chosen": 30,
    "team and aim": 24,
    "testing": 22,
    "improving": 12,
    "in place": 8,
    "kept up": 4,
}


def project_lines(random: Random, count: int) -> list[str]:
    """Give the lines of a file of so many projects, headings first.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; its method random() is all that Python promises never to change.
    count : int
        How many projects: at most 110, for there are no more different ones.

    Returns
    -------
    list of str

    Examples
    --------
    >>> project_lines(Random(1), 1)[1]
    'Less waste: Radiology,Radiology,clinical,resources,8,4,8,chosen,2,1'
    """
    pairs = [(topic, service) for topic, about in TOPICS.items() for service in about[0]]
    made = [HEADINGS]
    for topic, service in shuffled(random, pairs)[:count]:
        _, kind, priority, months, days, benefit = TOPICS[topic]
        made.append(
            row(
                f"{topic}: {service}",
                service,
                kind,
                priority,
                _about(random, months),
                _about(random, days),
                _about(random, benefit),
                pick(random, STAGES),
                whole(random, LEAST, MOST),
                whole(random, LEAST, MOST),
            )
        )
    return made


def _about(random: Random, usual: int) -> int:
    """Draw a number up to a third less or more than the usual, and 1 at the least."""
    return max(1, round(usual * (2 + 2 * random.random()) / 3))
