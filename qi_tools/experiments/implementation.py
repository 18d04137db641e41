"""Ideas put in place on a whole ward for good, and what came of it in the weeks after."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from qi_tools.experiments.settings import made_up_dates
from qi_tools.experiments.ward import (
    SCALES,
    TIMES,
    Ward,
    best_ideas,
    missed_by_chance,
    true_rate,
    ward_rate,
)
from qi_tools.words import joined

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["WEEKS_AFTER", "WEEKS_BEFORE", "Implementation", "Week", "implement"]

WEEKS_BEFORE: Final = 12
WEEKS_AFTER: Final = 24


@dataclass(frozen=True, slots=True)
class Week:
    """One week on the whole ward.

    Parameters
    ----------
    in_place : bool
        True once the chosen ideas are.
    doses, missed : int
        How many were due, and how many of these were missed.
    """

    in_place: bool
    doses: int
    missed: int


@dataclass(frozen=True, slots=True)
class Implementation:
    """What came of putting ideas in place on the whole ward: 12 weeks before and 24 after.

    Parameters
    ----------
    ward : Ward
        Which one.
    ideas : tuple of str
        What was chosen.
    weeks : tuple of Week
        In time order.
    """

    ward: Ward
    ideas: tuple[str, ...]
    weeks: tuple[Week, ...]

    @property
    def measure(self) -> Measure:
        """The share of doses missed in each week, for a P chart; its lines are those of before."""
        from qi_tools.measure import Measure

        missed = Measure.from_columns(
            [week.missed for week in self.weeks],
            denominators=[week.doses for week in self.weeks],
            name="Doses missed on the whole ward, week by week",
            unit="%",
            source="Ward simulator",
            better="lower",
            simulated=True,
            data="proportions",
        )
        return missed.freeze(WEEKS_BEFORE).annotate(WEEKS_BEFORE + 1, "Ideas in place")

    @property
    def shares(self) -> tuple[float, float]:
        """Doses missed before and after, in per cent of those due."""
        before, after = (
            [week for week in self.weeks if week.in_place is in_place] for in_place in (False, True)
        )
        return (
            100 * sum(week.missed for week in before) / sum(week.doses for week in before),
            100 * sum(week.missed for week in after) / sum(week.doses for week in after),
        )

    @property
    def score(self) -> int:
        """How much of the possible gain was had, in per cent; below 0 when more are missed."""
        before, after, best = (
            ward_rate(self.ward, ideas) for ideas in ((), self.ideas, best_ideas(self.ward))
        )
        return round(100 * (before - after) / (before - best))

    @property
    def table(self) -> DataFrame:
        """One row a week, with a made-up date."""
        from pandas import DataFrame, to_datetime

        weeks = self.weeks
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(7 * len(weeks))[::7]),
                "week": list(range(1, len(weeks) + 1)),
                "in place": [week.in_place for week in weeks],
                "doses": [week.doses for week in weeks],
                "missed": [week.missed for week in weeks],
            }
        )

    def describe(self) -> str:
        """Tell in plain words what came of it, at most 600 characters, and what was best."""
        before, after = self.shares
        return (
            f"Simulated: {joined(self.ideas) or 'nothing'} put in place on the whole ward. Missed: "
            f"{before:.1f}% of doses in the {WEEKS_BEFORE} weeks before, {after:.1f}% in the "
            f"{WEEKS_AFTER} weeks after. Score: {self.score} of 100, the share of the possible "
            f"gain. Best would have been {joined(best_ideas(self.ward))}."
        )


def implement(ward: Ward, ideas: tuple[str, ...], random: Random) -> Implementation:
    """Put ideas in place on the whole ward, with its usual staff, for 24 weeks.

    Parameters
    ----------
    ward : Ward
        Where.
    ideas : tuple of str
        What is chosen; none keeps the ward as it is.
    random : random.Random
        Where chance comes from. The same seed gives the same weeks.

    Returns
    -------
    Implementation

    Raises
    ------
    WardInvalid
        If there is no such idea.

    Examples
    --------
    >>> implement(Ward(), ("one round",), Random(1)).score
    -57
    """
    doses = SCALES["whole ward"]
    weeks = tuple(
        Week(
            in_place,
            doses * sum(TIMES.values()),
            sum(
                missed_by_chance(
                    doses * shifts,
                    true_rate(ward, ideas if in_place else (), "whole ward", time, "usual"),
                    random,
                )
                for time, shifts in TIMES.items()
            ),
        )
        for in_place in (False,) * WEEKS_BEFORE + (True,) * WEEKS_AFTER
    )
    return Implementation(ward, ideas, weeks)
