"""A made-up trust: its measures, and how each of them truly behaves.

All measures, targets and spreads are made up, and so is the rule that amber means "the target is
missed by no more than 5% of it". Each system has one known truth, and decisions that are right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole

__all__ = [
    "AMBER",
    "ASK",
    "COLOURS",
    "DECISIONS",
    "INDICATORS",
    "LEAVE",
    "SYSTEMS",
    "WORK",
    "Indicator",
    "ReportInvalid",
    "System",
    "Trust",
]

ASK: Final = "ask what happened"
WORK: Final = "work on the system"
LEAVE: Final = "leave it alone"
DECISIONS = (ASK, WORK, LEAVE)
"""What can be done about a measure."""

COLOURS = ("red", "amber", "green")
AMBER = 0.05
"""A target missed by no more than this share of it is amber: a rule made up for this report."""

MONTHS = (20, 60)


class ReportInvalid(QIToolsError):
    """The board report can't be made, or the decisions can't be held against it."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A made-up measure of a made-up trust.

    Parameters
    ----------
    name, unit : str
        What is measured, and what it is counted in.
    better : {"lower", "higher"}
        Which way is better.
    target : float
        In its unit.
    sigma : float
        The standard deviation of months in which nothing changed, in its unit.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    target: float
    sigma: float

    def at(self, sigmas: float) -> float:
        """Give the value so many sigmas on the good side of the target, to two decimals."""
        return round(self.target + self._way * self.sigma * sigmas, 2)

    def colour(self, value: float) -> str:
        """Give one of `COLOURS`: green meets the target, amber misses it by 5% of it or less.

        Examples
        --------
        >>> falls = Indicator("Falls", "a month", "lower", 20.0, 1.0)
        >>> [falls.colour(value) for value in (20, 21, 21.1)]
        ['green', 'amber', 'red']
        """
        short = self._way * (self.target - value)
        if short <= 0:
            return "green"
        return "amber" if short <= AMBER * self.target * (1 + 1e-9) else "red"

    @property
    def _way(self) -> int:
        return 1 if self.better == "higher" else -1


# Spreads are so small that no value leaves 0 to 100%, or falls below 0, at the very ends of chance.
INDICATORS = (
    Indicator("Falls", "per 1,000 bed days", "lower", 6.0, 0.3),
    Indicator("Pressure ulcers", "per 10,000 bed days", "lower", 8.0, 0.5),
    Indicator("Length of stay", "days", "lower", 7.0, 0.35),
    Indicator("Hand hygiene", "%", "higher", 80.0, 1.5),
    Indicator("Patients seen on time", "%", "higher", 75.0, 1.8),
    Indicator("Theatre sessions begun on time", "%", "higher", 70.0, 2.2),
    Indicator("Complaints answered on time", "%", "higher", 76.0, 1.7),
    Indicator("Sickness absence", "%", "lower", 5.0, 0.25),
    Indicator("Appraisals done", "%", "higher", 78.0, 1.6),
    Indicator("Calls answered within 20 seconds", "%", "higher", 72.0, 2.0),
    Indicator("Days to mend equipment", "days", "lower", 10.0, 0.6),
    Indicator("Food wasted", "grams a meal", "lower", 120.0, 6.0),
)
"""The measures of the report, clinical and not; all numbers are made up."""


@dataclass(frozen=True, slots=True)
class System:
    """How a measure truly behaves.

    Parameters
    ----------
    words : str
        What is true of it.
    distance : float
        How far its mean is on the good side of the target before any change, in sigmas.
    change : float
        How far the mean moves towards the good side, in sigmas; 0 when nothing changes.
    begins : (int, int)
        The change begins so many months before the end: the fewest and the most, the latest month
        counted as 1.
    lasts : bool
        Whether the change stays; otherwise it is one single month.
    right : tuple of str
        The right decisions.
    """

    words: str
    distance: float
    change: float
    begins: tuple[int, int]
    lasts: bool
    right: tuple[str, ...]


SYSTEMS: Mapping[str, System] = {
    "meets": System("a steady system that meets its target", 4.5, 0, (0, 0), False, (LEAVE,)),
    "chance": System(
        "a steady system whose target is met or missed by chance",
        0.0,
        0,
        (0, 0),
        False,
        (LEAVE, WORK),
    ),
    "misses": System(
        "a steady system that always misses its target", -4.5, 0, (0, 0), False, (WORK,)
    ),
    "worsens": System("a lasting change for the worse", 4.5, -2.5, (9, 12), True, (ASK,)),
    "improves": System("a lasting change for the better", -4.5, 2.5, (9, 12), True, (ASK,)),
    "one month": System("one special month for the worse", 2.0, -6.0, (3, 6), False, (ASK,)),
}


@dataclass(frozen=True, slots=True)
class Trust:
    """The made-up trust that the report is about.

    Parameters
    ----------
    months : int
        How many months the charts reach back: 20 to 60.
    systems : tuple of str
        How the measures truly behave: as many of `SYSTEMS` as there are `INDICATORS`. Chance deals
        them out, so no reader can know which measure has which.

    Raises
    ------
    ReportInvalid
        If one of them can't be.

    Examples
    --------
    >>> sum(SYSTEMS[name].change != 0 for name in Trust().systems), len(Trust().systems)
    (4, 12)
    """

    months: int = 24
    systems: tuple[str, ...] = (
        *("meets",) * 2,
        *("chance",) * 4,
        *("misses",) * 2,
        *("worsens",) * 2,
        "improves",
        "one month",
    )

    def __post_init__(self) -> None:
        check_whole(ReportInvalid, "The number of months", self.months, *MONTHS)
        if not isinstance(self.systems, tuple) or len(self.systems) != len(INDICATORS):
            raise ReportInvalid(
                f"The systems are {self.systems!r}. Give {len(INDICATORS)} of them as a tuple, one "
                "for each measure."
            )
        for name in self.systems:
            if not isinstance(name, str) or name not in SYSTEMS:
                raise ReportInvalid(
                    f"No system is called {name!r}. Use one of: {', '.join(SYSTEMS)}."
                )
