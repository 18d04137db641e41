"""A portfolio of improvement projects that share too few coach days: what to start, and when.

What it teaches. Support is limited, so to choose is to say no. When projects ask for more days than
there are, all get less, each loses time to switching, and some stall; so starting everything
finishes little. Few at a time, chosen by what they bring for the days they take, bring more. It is
for boards, senior sponsors and coaches.

In the room. Print the 40 projects as cards. Each team picks a set, puts it in order, and says how
many may be in progress at once; it predicts how many will finish in three years. Run all teams'
plans with one seed, so that all meet the same luck. Ask each team to justify one cut to whoever
asked for it, and to look at the balance across priorities: the best value may leave one of them
bare.

What is simplified or made up. The projects (`qi_tools.experiments.projects`) and all numbers are
invented. Benefit counts only once a change is kept up, since what is in place and not kept up
fades. Coaches are interchangeable. With a share s of the support it asks for, a project makes s to
the power 1.5 of a month's progress: that power, and the chance to stall below half of the support,
are our choice and were measured by no one.

Sources. Little JDC (1961). A proof for the queuing formula L = λW: work in progress, rate and time.
Dantzig GB (1957). Discrete-variable extremum problems: to choose by value for size, and why that
is not always best.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TYPE_CHECKING, ClassVar, Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.projects import PRIORITIES, PROJECTS, Project
from qi_tools.experiments.settings import FIRST_DATE, bell, check_whole
from qi_tools.result import Result
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "STAGES",
    "Course",
    "Month",
    "Organisation",
    "Plan",
    "Portfolio",
    "PortfolioInvalid",
    "run_portfolio",
]

STAGES: Mapping[str, float] = {
    "chosen": 0.0,
    "team and aim": 0.0,
    "testing": 0.2,
    "improving": 0.5,
    "in place": 0.8,
    "kept up": 1.0,
}
"""The six stages, and the share of its work that a project has done when each begins.

A project is at "chosen" until it starts.
"""
SWITCHING: Final = 1.5
"""Progress is the share of the support to this power: half of it makes about a third."""
STALLS_BELOW: Final = 0.5
"""With less than this share of its support, a project may stall."""
MOST: Final = 40
"""So many projects at most."""


class PortfolioInvalid(QIToolsError):
    """The organisation or the plan can't be as given."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who has the projects, and how much support there is for them.

    Parameters
    ----------
    coach_days : int
        Coach days in each month: 1 to 1,000.
    months : int
        How long it is watched: 1 to 60.
    projects : tuple of Project
        What it could do: 1 to 40, no name twice.

    Raises
    ------
    PortfolioInvalid
        If one of them can't be.

    Examples
    --------
    >>> organisation = Organisation()
    >>> sum(each.days for each in organisation.projects), organisation.coach_days
    (254, 50)
    """

    coach_days: int = 50
    months: int = 36
    projects: tuple[Project, ...] = PROJECTS

    def __post_init__(self) -> None:
        days = "The number of coach days a month"
        check_whole(PortfolioInvalid, days, self.coach_days, 1, 1000)
        check_whole(PortfolioInvalid, "The number of months", self.months, 1, 60)
        _check_names("The projects", tuple(each.name for each in self.projects))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is chosen, in which order, and how many may be in progress at once.

    The first ones start in month 1. Each time one finishes or stalls, the next one starts in the
    month after. To start all at once, set `at_once` to the number of names.

    Parameters
    ----------
    order : tuple of str
        Names of projects, first to start first: 1 to 40, none twice.
    at_once : int
        1 to 40.

    Raises
    ------
    PortfolioInvalid
        If one of them can't be.

    Examples
    --------
    >>> Plan(("Quiet at night", "Joy in work"), at_once=1).order[0]
    'Quiet at night'
    """

    order: tuple[str, ...]
    at_once: int

    def __post_init__(self) -> None:
        _check_names("The plan", self.order)
        check_whole(PortfolioInvalid, "The number of projects at once", self.at_once, 1, MOST)


@dataclass(frozen=True, slots=True)
class Course:
    """What became of one chosen project. Months are counted from 1.

    Parameters
    ----------
    project : Project
        Which one.
    benefit : float
        What it truly brings in a month once kept up; below 0 when it does harm.
    started, finished, stalled : int or None
        The month in which it did, if it did. It works in the month it finishes or stalls.
    stage : str
        Where it is at the end: one of `STAGES`. A stalled project stays where it stalled.
    days : float
        Coach days that it was given in all.
    """

    project: Project
    benefit: float
    started: int | None
    finished: int | None
    stalled: int | None
    stage: str
    days: float

    @property
    def fate(self) -> str:
        """What became of it, in words."""
        if self.finished:
            gained = number_in_words(self.benefit, 2)
            return f"finished in month {self.finished}; brings {gained} points a month"
        if self.stalled:
            return f"stalled in month {self.stalled}, at “{self.stage}”"
        return f"under way, at “{self.stage}”" if self.started else "never began"


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the whole portfolio.

    Parameters
    ----------
    number : int
        Counted from 1.
    in_progress : int
        How many projects were worked on.
    asked, used : int
        Coach days that they asked for, and that there were to give.
    finished, stalled, waiting : int
        How many had, and how many had not begun, by the end of the month.
    benefit : float
        Points gained in the month, from projects kept up before it began.
    """

    number: int
    in_progress: int
    asked: int
    used: int
    finished: int
    stalled: int
    waiting: int
    benefit: float


@dataclass(frozen=True, slots=True)
class Portfolio(Result):
    """What came of a plan.

    Parameters
    ----------
    organisation : Organisation
        Whose it was.
    plan : Plan
        What was chosen.
    courses : tuple of Course
        What became of each project, in the plan's order.
    months : tuple of Month
        The portfolio, month by month.
    """

    drawn_by: ClassVar[str] = "cumulative_flow"

    organisation: Organisation
    plan: Plan
    courses: tuple[Course, ...]
    months: tuple[Month, ...]

    @property
    def benefit(self) -> float:
        """Points gained in all months."""
        return sum(month.benefit for month in self.months)

    @property
    def under_way(self) -> int:
        """How many projects are begun at the end, and neither finished nor stalled."""
        last = self.months[-1]
        return len(self.courses) - last.finished - last.stalled - last.waiting

    @property
    def finding(self) -> str:
        """What came of the projects, in a sentence or two."""
        last = self.months[-1]
        return (
            f"After {counted(len(self.months), 'month')}: {last.finished} finished, "
            f"{last.stalled} stalled, {self.under_way} still under way, {last.waiting} waiting. "
            f"The benefit was {number_in_words(round(self.benefit))} points."
        )

    @property
    def balance(self) -> tuple[tuple[str, float], ...]:
        """Each priority, and the share of all coach days used that went to it."""
        all_days = sum(month.used for month in self.months)
        return tuple(
            (
                priority,
                sum(each.days for each in self.courses if each.project.priority == priority)
                / all_days,
            )
            for priority in PRIORITIES
        )

    @property
    def table(self) -> DataFrame:
        """One row a month, with a made-up date."""
        from pandas import DataFrame, to_datetime

        months = self.months
        return DataFrame(
            {
                "date": to_datetime(_made_up_months(len(months))),
                "month": [month.number for month in months],
                "in progress": [month.in_progress for month in months],
                "days asked": [month.asked for month in months],
                "days used": [month.used for month in months],
                "finished": [month.finished for month in months],
                "stalled": [month.stalled for month in months],
                "waiting": [month.waiting for month in months],
                "benefit": [round(month.benefit, 1) for month in months],
            }
        )

    def describe(self) -> str:
        """Tell in plain words what came of it, at most 600 characters."""
        organisation = self.organisation
        short = sum(month.asked > month.used for month in self.months)
        return (
            f"Simulated: {len(self.courses)} of {counted(len(organisation.projects), 'project')} "
            f"chosen, at most {self.plan.at_once} at once, with "
            f"{counted(organisation.coach_days, 'coach day')} a month. {self.finding} Support fell "
            f"short in {counted(short, 'month')}."
        )

    def report(self) -> tuple[str, ...]:
        """Tell what came of the whole, of each project, and where the coach days went."""
        shares = (f"{share:.0%} to {priority}" for priority, share in self.balance)
        return (
            self.describe(),
            *(f"{each.project.name}: {each.fate}." for each in self.courses),
            f"Of the coach days went {', '.join(shares)}.",
        )


def run_portfolio(organisation: Organisation, plan: Plan, random: Random) -> Portfolio:
    """Follow a plan month by month, with luck.

    All luck is drawn before the start, so that with one seed each plan meets the same: a project
    brings the same benefit whoever starts it, and whenever.

    Parameters
    ----------
    organisation : Organisation
        Who has the projects, and how much support.
    plan : Plan
        What is chosen.
    random : random.Random
        Where chance comes from. The same seed gives the same run.

    Returns
    -------
    Portfolio

    Raises
    ------
    PortfolioInvalid
        If the plan names a project that the organisation doesn't have.

    Examples
    --------
    >>> best = sorted(PROJECTS, key=lambda each: -each.value)
    >>> for at_once in (40, 20, 9):
    ...     plan = Plan(tuple(each.name for each in best), at_once)
    ...     run = run_portfolio(Organisation(), plan, Random(1))
    ...     print(f"{at_once} at once: {run.months[-1].finished} finished")
    40 at once: 17 finished
    20 at once: 18 finished
    9 at once: 28 finished
    """
    projects = organisation.projects
    benefits = [each.benefit + each.spread * bell(random) for each in projects]
    luck = [[random.random() for _ in projects] for _ in range(organisation.months)]
    place_of = {each.name: place for place, each in enumerate(projects)}
    if strange := next((name for name in plan.order if name not in place_of), None):
        raise PortfolioInvalid(
            f"There is no project {strange!r}. Choose from the organisation's projects, such as "
            f"{projects[0].name!r}."
        )
    runners = [
        _Runner(projects[place], benefits[place], place)
        for place in (place_of[name] for name in plan.order)
    ]
    months: list[Month] = []
    for number in range(1, organisation.months + 1):
        gained = sum(each.benefit for each in runners if each.finished)
        open_ones = [each for each in runners if not each.finished and not each.stalled]
        active = open_ones[: plan.at_once]
        asked = sum(each.project.days for each in active)
        used = min(asked, organisation.coach_days)
        for each in active:
            each.work(number, used / asked, luck[number - 1][each.place])
        finished, stalled, begun = (
            sum(when is not None for when in whens)
            for whens in zip(*((e.finished, e.stalled, e.started) for e in runners), strict=True)
        )
        waiting = len(runners) - begun
        months.append(Month(number, len(active), asked, used, finished, stalled, waiting, gained))
    return Portfolio(organisation, plan, tuple(each.course for each in runners), tuple(months))


@dataclass(slots=True)
class _Runner:
    """A project while the months go by."""

    project: Project
    benefit: float
    place: int
    started: int | None = None
    finished: int | None = None
    stalled: int | None = None
    done: float = 0.0  # in months of full support, which add up exactly when there is enough
    days: float = 0.0

    def work(self, month: int, share: float, luck: float) -> None:
        self.started = self.started or month
        self.days += share * self.project.days
        self.done += share**SWITCHING
        if self.done >= self.project.months:
            self.finished = month
        elif share < STALLS_BELOW and luck < self.project.stall_chance:
            self.stalled = month

    @property
    def stage(self) -> str:
        if self.started is None:
            return "chosen"
        share = self.done / self.project.months
        return [name for name, begins in STAGES.items() if share >= begins][-1]

    @property
    def course(self) -> Course:
        return Course(
            self.project,
            self.benefit,
            self.started,
            self.finished,
            self.stalled,
            self.stage,
            self.days,
        )


def _check_names(what: str, names: tuple[str, ...]) -> None:
    if not isinstance(names, tuple) or not 1 <= len(names) <= MOST:
        raise PortfolioInvalid(
            f"{what}: {names!r} is no tuple of 1 to {MOST} projects. Give one with 1 to {MOST}."
        )
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PortfolioInvalid(f"{what}: {twice!r} comes twice. Name each project once.")


def _made_up_months(count: int) -> list[date]:
    """Give the first days of so many months in a row."""
    return [date(FIRST_DATE.year + each // 12, each % 12 + 1, 1) for each in range(count)]
