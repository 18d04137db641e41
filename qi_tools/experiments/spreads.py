"""Several ways to spread one change, held against one another: over time, and from site to site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.adoption import WAYS, Adoption, RolloutInvalid, Site
from qi_tools.result import Result
from qi_tools.words import joined

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["LEVERS", "SiteMaps", "Spreads", "fate", "levers"]

LEVERS = ("visits", "mandate", "support", "adapt")
"""What a rollout can do, by the names of its fields."""

MOST_TOLD = 6  # runs, in one description


def levers(run: Adoption) -> str:
    """Name the levers of a run.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.adoption import Rollout, spread
    >>> levers(spread(Rollout(mandate=True, support=True), Random(1)))
    'mandate, support'
    """
    return ", ".join(lever for lever in LEVERS if getattr(run.rollout, lever)) or "no lever"


def fate(site: Site) -> str:
    """Tell what became of the change at a site.

    Examples
    --------
    >>> fate(Site(1, 30, 1.0, (2, 3), 5, "contact", 9))
    'took it up in week 5, from a linked site; slipped back in week 9'
    """
    if site.adopted is None:
        return "did not take it up"
    took = f"took it up in week {site.adopted}, {WAYS[site.way]}"
    if site.way == "start":
        took = WAYS[site.way]
    return took if site.slipped is None else f"{took}; slipped back in week {site.slipped}"


@dataclass(frozen=True, slots=True)
class Spreads(Result):
    """How many sites took a change up, and how many use it, week by week and run by run.

    Parameters
    ----------
    runs : tuple of Adoption
        In the order in which they were made, all of as many sites and weeks.

    Raises
    ------
    RolloutInvalid
        If there are none, or they differ in sites or weeks.

    Examples
    --------
    >>> from random import Random
    >>> from textwrap import fill
    >>> from qi_tools.experiments.adoption import Rollout, spread
    >>> run = spread(Rollout(mandate=True), Random(1))
    >>> print(fill(Spreads((run,)).describe(), 92))
    Simulated: a change offered to 24 sites. After 52 weeks 24 took it up and 9 use it in run 1
    (mandate).
    """

    drawn_by: ClassVar[str] = "spreads"

    runs: tuple[Adoption, ...]

    def __post_init__(self) -> None:
        if len({(run.rollout.sites, run.rollout.weeks) for run in self.runs}) != 1:
            raise RolloutInvalid(
                "The runs are none, or they differ in their sites or weeks. Give runs of as many."
            )

    @property
    def table(self) -> DataFrame:
        """One row a week from the beginning on, two columns a run; each call gives a new table."""
        from pandas import DataFrame

        columns: dict[str, list[int]] = {"week": list(range(self.runs[0].rollout.weeks + 1))}
        for number, run in enumerate(self.runs, 1):
            weeks = [week for week in run.weeks if week.number >= 0]
            columns[f"run {number}: took it up"] = [week.adopted for week in weeks]
            columns[f"run {number}: use it"] = [week.in_use for week in weeks]
        return DataFrame(columns)

    def describe(self) -> str:
        """Tell in plain words how the runs ended, at most 600 characters."""
        rollout = self.runs[0].rollout
        told = [
            f"{run.weeks[-1].adopted} took it up and {run.weeks[-1].in_use} use it in run {number} "
            f"({levers(run)})"
            for number, run in list(enumerate(self.runs, 1))[-MOST_TOLD:]
        ]
        return (
            f"Simulated: a change offered to {rollout.sites} sites. After {rollout.weeks} weeks "
            f"{joined(told)}."
        )

    def report(self) -> tuple[str, ...]:
        """Tell how the runs ended, and how each of them went."""
        return (self.describe(), *(run.describe() for run in self.runs))


@dataclass(frozen=True, slots=True)
class SiteMaps(Result):
    """All sites with their links at the end of the latest run, and of the one before it.

    Parameters
    ----------
    spreads : Spreads
        The runs.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.adoption import Rollout, spread
    >>> maps = SiteMaps(Spreads((spread(Rollout(mandate=True), Random(1)),)))
    >>> maps.describe()[42:]
    '9 use the change, 15 slipped back, 0 never took it up.'
    """

    drawn_by: ClassVar[str] = "site_maps"

    spreads: Spreads

    @property
    def table(self) -> DataFrame:
        """One row a site of the latest run; each call gives a new table."""
        return self.spreads.runs[-1].site_table

    def describe(self) -> str:
        """Count the sites of the latest run that use it, slipped back or never took it up."""
        runs = self.spreads.runs
        last = runs[-1].weeks[-1]
        return (
            f"Simulated: the sites at the end of run {len(runs)}. {last.in_use} use the change, "
            f"{last.slipped} slipped back, {len(runs[-1].sites) - last.adopted} never took it up."
        )

    def report(self) -> tuple[str, ...]:
        """Tell what became of each site of the latest run."""
        sites = self.spreads.runs[-1].sites
        return (self.describe(), *(f"Site {site.number} {fate(site)}." for site in sites))
