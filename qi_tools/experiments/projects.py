"""Improvement projects, as their one-page proposals tell of them: 40 made-up ones to choose from.

Those asked for most loudly are seldom those that bring most for the coach days they take. Benefit
is in points, so that unlike things can be added up, which real ones seldom can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole

__all__ = ["PRIORITIES", "PROJECTS", "Project", "ProjectInvalid"]

PRIORITIES: Final = ("safety", "access", "experience", "staff", "resources")
"""What the organisation wants: each project serves one of them."""
STALL_CHANCE: Final = 0.04
"""What each point of readiness that lacks adds to the chance to stall in a month."""


class ProjectInvalid(QIToolsError):
    """A project can't be as given."""


@dataclass(frozen=True, slots=True)
class Project:
    """One made-up improvement project.

    Parameters
    ----------
    name, service : str
        What it is called and who does it.
    priority : str
        Which of `PRIORITIES` it serves.
    benefit, spread : int
        What it is expected to bring a month once kept up, in points from 1 to 100, and the standard
        deviation of what projects like it have brought, 0 to 100.
    days : int
        Coach days it asks for in each month: 1 to 100.
    months : int
        How long it takes with all of its support: 1 to 60.
    team, sponsor : int
        How ready they are: 1 (not at all) to 5.
    loudness : int
        How loudly it is asked for: 1 to 5.

    Raises
    ------
    ProjectInvalid
        If one of them can't be.

    Examples
    --------
    >>> PROJECTS[0].name, round(PROJECTS[0].value, 3), PROJECTS[0].stall_chance
    ('Fewer falls at night', 0.167, 0.08)
    """

    name: str
    service: str
    priority: str
    benefit: int
    spread: int
    days: int
    months: int
    team: int
    sponsor: int
    loudness: int

    def __post_init__(self) -> None:
        if self.priority not in PRIORITIES:
            raise ProjectInvalid(
                f"The priority of {self.name!r} is {self.priority!r}. Use one of: "
                f"{', '.join(PRIORITIES)}."
            )
        for what, given, least, most in (
            ("benefit", self.benefit, 1, 100),
            ("spread", self.spread, 0, 100),
            ("number of coach days", self.days, 1, 100),
            ("number of months", self.months, 1, 60),
            ("readiness of the team", self.team, 1, 5),
            ("readiness of the sponsor", self.sponsor, 1, 5),
            ("loudness", self.loudness, 1, 5),
        ):
            check_whole(ProjectInvalid, f"The {what} of {self.name!r}", given, least, most)

    @property
    def value(self) -> float:
        """The expected benefit a month for each coach day that it takes in all."""
        return self.benefit / (self.days * self.months)

    @property
    def stall_chance(self) -> float:
        """The chance that it stalls in a month with too little support."""
        return STALL_CHANCE * (10 - self.team - self.sponsor)


PROJECTS: Final = (
    Project("Fewer falls at night", "Older people", "safety", 12, 4, 8, 9, 4, 4, 2),
    Project("Pressure ulcers on two wards", "Medicine", "safety", 11, 4, 8, 10, 4, 3, 2),
    Project("Sepsis seen sooner", "Emergency", "safety", 16, 8, 10, 12, 3, 5, 5),
    Project("Fewer missed doses", "Pharmacy", "safety", 9, 3, 5, 6, 5, 4, 1),
    Project("Safer insulin", "Diabetes", "safety", 10, 5, 6, 9, 4, 3, 2),
    Project("Line infections", "Intensive care", "safety", 9, 4, 5, 8, 5, 5, 3),
    Project("Safer handover at night", "Surgery", "safety", 8, 5, 6, 8, 2, 3, 3),
    Project("Wrong labels on samples", "Laboratory", "safety", 6, 2, 3, 5, 5, 4, 1),
    Project("Sudden worsening on wards", "Whole hospital", "safety", 18, 12, 14, 18, 2, 4, 5),
    Project("Violence on admission wards", "Mental health", "safety", 13, 6, 9, 12, 4, 4, 3),
    Project("First visit within weeks", "Young people", "access", 14, 7, 9, 12, 3, 4, 4),
    Project("Clinic letters in days", "Outpatients", "access", 8, 2, 4, 5, 5, 3, 1),
    Project("Fewer missed visits", "Outpatients", "access", 9, 4, 5, 6, 4, 4, 2),
    Project("Scans reported in time", "Radiology", "access", 10, 4, 7, 9, 3, 3, 3),
    Project("Theatres start on time", "Theatres", "access", 8, 5, 9, 12, 2, 5, 5),
    Project("Same-day emergency care", "Emergency", "access", 15, 9, 12, 15, 3, 5, 5),
    Project("Phones answered", "Switchboard", "access", 6, 2, 3, 4, 4, 4, 2),
    Project("Home by noon", "Medicine", "access", 7, 6, 9, 10, 2, 5, 5),
    Project("Therapy at weekends", "Therapies", "access", 9, 5, 8, 10, 3, 2, 3),
    Project("Referrals sorted on the day", "Community", "access", 9, 3, 5, 7, 4, 4, 1),
    Project("Quiet at night", "Whole hospital", "experience", 7, 3, 5, 6, 4, 3, 1),
    Project("Complaints answered well", "Complaints", "experience", 7, 3, 4, 6, 4, 4, 2),
    Project("Meals that arrive warm", "Catering", "experience", 6, 2, 4, 5, 5, 3, 1),
    Project("Plans made with carers", "Dementia", "experience", 9, 4, 6, 9, 4, 4, 2),
    Project("Pain asked about", "Surgery", "experience", 7, 3, 5, 7, 3, 3, 2),
    Project("Signs that lead somewhere", "Estates", "experience", 4, 2, 3, 4, 3, 3, 3),
    Project("A new app for feedback", "Digital", "experience", 4, 6, 9, 12, 2, 5, 5),
    Project("Dying where people wish", "Community", "experience", 12, 5, 8, 11, 4, 3, 2),
    Project("Rotas known early", "Nursing", "staff", 9, 3, 5, 6, 4, 4, 2),
    Project("Breaks that are taken", "Nursing", "staff", 8, 4, 5, 7, 3, 3, 1),
    Project("New starters in post sooner", "People", "staff", 10, 4, 6, 8, 4, 5, 3),
    Project("Sickness talks that help", "People", "staff", 8, 5, 6, 9, 3, 3, 3),
    Project("Joy in work", "Mental health", "staff", 9, 5, 5, 8, 4, 4, 2),
    Project("Pay queries put right", "Payroll", "staff", 6, 2, 3, 4, 5, 4, 1),
    Project("Fewer bank shifts", "Nursing", "staff", 7, 6, 9, 12, 2, 5, 5),
    Project("Invoices paid in time", "Finance", "resources", 5, 2, 3, 5, 4, 4, 2),
    Project("Less wasted medicine", "Pharmacy", "resources", 8, 3, 4, 7, 4, 3, 1),
    Project("Fewer needless blood tests", "Laboratory", "resources", 8, 3, 4, 6, 5, 3, 1),
    Project("Less waste in theatres", "Theatres", "resources", 6, 3, 5, 7, 3, 3, 2),
    Project("One store for all wards", "Supplies", "resources", 6, 6, 10, 14, 2, 4, 4),
)
"""The 40 made-up projects."""
