"""Build a figure from a photo against the clock: four tests of change, and two measures.

What it teaches. A test of change needs a prediction, more than one measure and several points. To
go faster shortens the time and loses parts; to check costs time and saves parts: only both measures
together tell whether a change is worth it. And whoever does a thing again gets quicker anyway, so a
fall in time is no proof that the change did it. It is for teams about to begin with PDSA cycles,
and for coaches who will ask them "how do you know?".

In the room. A tester, a timer and an inspector at each table, a figure to put together (any toy or
cut-out with ten loose parts will do), and a photo of how it should look. Build it five times as you
like, and plot time and accuracy. Then four cycles: choose one idea, write down what you expect of
both measures, build five times, compare, and decide to keep it or give it up. Lay the run charts of
the tables side by side. Ask: what of the gain was the change, and what was practice?

What is simplified or made up. What ideas and practice do: `figure_exercise`. The parts are right or
wrong independently of one another, each with the same chance. Inspectors never err.

Sources. PDSA: Langley GJ et al (2009). The Improvement Guide. The exercise is known with a toy
figure from Williams DM.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import fmean, median
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.figure_exercise import (
    IDEAS,
    PARTS,
    SAME,
    SPREAD,
    Cycle,
    Exercise,
    typical,
)
from qi_tools.experiments.settings import bell, made_up_dates
from qi_tools.result import Result
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["Build", "Builds", "Period", "balance", "build_figures"]


@dataclass(frozen=True, slots=True)
class Build:
    """One figure, as timed and inspected.

    Parameters
    ----------
    number : int
        Counted from 1, through all periods.
    seconds : float
        As a stopwatch shows, to a tenth.
    wrong : tuple of str
        The parts that aren't as in the photo.
    """

    number: int
    seconds: float
    wrong: tuple[str, ...]

    @property
    def right(self) -> int:
        """How many parts are right."""
        return len(PARTS) - len(self.wrong)


@dataclass(frozen=True, slots=True)
class Period:
    """The first builds, or those of one cycle.

    Parameters
    ----------
    number : int
        0 for the first builds, then the number of the cycle.
    cycle : Cycle
        What was tried and predicted.
    way : tuple of str
        The ideas in force, the one that is tried among them.
    builds : tuple of Build
        In order.
    """

    number: int
    cycle: Cycle
    way: tuple[str, ...]
    builds: tuple[Build, ...]

    @property
    def seconds(self) -> float:
        """The middle time of the builds: the median."""
        return median(build.seconds for build in self.builds)

    @property
    def right(self) -> float:
        """The middle number of parts that are right: the median."""
        return median(build.right for build in self.builds)

    @property
    def practised(self) -> float:
        """The middle of the typical seconds of these builds, had nothing ever been changed."""
        return median(typical((), build.number).seconds for build in self.builds)


def balance(before: Period, after: Period) -> str:
    """Say what became of time and accuracy, as far as the builds show.

    Parameters
    ----------
    before, after : Period
        What is compared.

    Returns
    -------
    str

    Examples
    --------
    >>> slow = Period(0, Cycle("same", 90, 8), (), (Build(1, 80.0, ()),))
    >>> fast = Period(1, Cycle("hurry", 60, 9), ("hurry",), (Build(2, 62.0, ("hat", "nose")),))
    >>> balance(slow, fast), balance(fast, slow)
    ('faster but less accurate', 'slower but more accurate')
    """
    time, accuracy = before.seconds - after.seconds, after.right - before.right
    link = "but" if time * accuracy < 0 else "and"
    return (
        f"{_compared(time, 'faster', 'slower', 'as fast')} {link} "
        f"{_compared(accuracy, 'more accurate', 'less accurate', 'as accurate')}"
    )


@dataclass(frozen=True, slots=True)
class Builds(Result):
    """All builds of an exercise. In a notebook it shows the latest figures.

    Parameters
    ----------
    exercise : Exercise
        What was tried.
    periods : tuple of Period
        One for each cycle; the first is the one before any change.
    """

    drawn_by: ClassVar[str] = "built_figures"

    exercise: Exercise
    periods: tuple[Period, ...]

    @property
    def last_kept(self) -> Period:
        """The last period whose way was kept; the first one, if nothing was."""
        return [period for period in self.periods if period.cycle.kept][-1]

    @property
    def gained(self) -> float:
        """Seconds that the middle build takes less in the last way kept than before any change."""
        return self.periods[0].seconds - self.last_kept.seconds

    @property
    def by_practice(self) -> float:
        """Seconds that would typically have been gained by then, had nothing been changed."""
        return self.periods[0].practised - self.last_kept.practised

    @property
    def before(self) -> Period:
        """What the latest builds are to be compared with: the last before them that were kept.

        The first builds are compared with themselves.
        """
        return [period for period in (self.periods[:-1] or self.periods) if period.cycle.kept][-1]

    @property
    def times(self) -> Measure:
        """The seconds of each build, for a run chart, with a note where each cycle begins."""
        from qi_tools.measure import Measure

        return self._noted(
            Measure.from_columns(
                [build.seconds for build in self._all],
                name="Time to build the figure",
                unit="seconds",
                source="Build a figure",
                better="lower",
                simulated=True,
            )
        )

    @property
    def accuracy(self) -> Measure:
        """The share of parts that are right in each build, with a note where each cycle begins."""
        from qi_tools.measure import Measure

        return self._noted(
            Measure.from_columns(
                [build.right for build in self._all],
                denominators=[len(PARTS)] * len(self._all),
                name="Parts that are right",
                unit="%",
                source="Build a figure",
                better="higher",
                simulated=True,
                data="proportions",
            )
        )

    @property
    def table(self) -> DataFrame:
        """One row a build: the cycle, its idea and predictions, the seconds and the accuracy.

        The dates are made up, one a build, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        rows = [
            (period.cycle, period.number, build)
            for period in self.periods
            for build in period.builds
        ]
        builds = [build for _, _, build in rows]
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(rows))),
                "build": [build.number for build in builds],
                "cycle": [number for _, number, _ in rows],
                "idea": [cycle.idea for cycle, _, _ in rows],
                "predicted seconds": [float(cycle.seconds) for cycle, _, _ in rows],
                "seconds": [build.seconds for build in builds],
                "predicted right": [float(cycle.right) for cycle, _, _ in rows],
                "right": [build.right for build in builds],
                "parts": [len(PARTS)] * len(rows),
                "wrong": [", ".join(build.wrong) for build in builds],
            }
        )

    def describe(self) -> str:
        """Tell in plain words what happened, and what of it was practice, in 600 characters."""
        first, last = self.periods[0], self.last_kept
        tried = len(self.periods) - 1
        told = [
            f"Simulated: a figure of {len(PARTS)} parts, built {len(self._all)} times. Before any "
            f"change the middle was {_said(first)}."
        ]
        if last is not first:
            share = self.by_practice / self.gained if self.gained > 0 else math.inf
            part = f"{100 * share:.0f}% of the gain" if share <= 1 else "more than was gained"
            told.append(
                f"Cycle {last.number} of {tried}, the last one kept "
                f"({', '.join(last.way) or 'nothing changed'}): {_said(last)}: "
                f"{balance(first, last)}. Practice alone would have saved about "
                f"{number_in_words(self.by_practice, 2)} seconds, {part}."
            )
        elif tried:
            told.append("No change was kept.")
        seconds = fmean(abs(each.seconds - each.cycle.seconds) for each in self.periods)
        right = fmean(abs(each.right - each.cycle.right) for each in self.periods)
        told.append(
            f"Predictions were off by {number_in_words(seconds, 2)} seconds and "
            f"{number_in_words(right, 2)} parts on average."
        )
        return " ".join(told)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell, in paragraphs."""
        return (self.describe(),)

    @property
    def _all(self) -> list[Build]:
        return [build for period in self.periods for build in period.builds]

    def _noted(self, measure: Measure) -> Measure:
        for period in self.periods:
            if period.number:
                given_up = "" if period.cycle.kept else " (given up)"
                measure = measure.annotate(
                    period.builds[0].number, f"{period.cycle.idea.capitalize()}{given_up}"
                )
        return measure


def build_figures(exercise: Exercise, random: Random) -> Builds:
    """Build the figure a few times in each cycle.

    Parameters
    ----------
    exercise : Exercise
        What is tried.
    random : random.Random
        Where chance comes from. With the same seed each build has the same luck, whatever is tried,
        and what was built stays as it is when a cycle is added.

    Returns
    -------
    Builds

    Examples
    --------
    >>> cycles = (Cycle("same", 90, 8), Cycle("hurry", 50, 8, kept=False), Cycle("check", 55, 9),
    ...           Cycle("laid out", 50, 9.5), Cycle("one each", 45, 9))
    >>> for period in build_figures(Exercise(cycles), Random(1)).periods:
    ...     print(round(period.seconds), period.right, ", ".join(period.way) or "before")
    72 8 before
    45 6 hurry
    59 9 check
    46 10 laid out, check
    32 9 laid out, one each, check
    """
    numbers = count(1)
    way: frozenset[str] = frozenset()
    periods = []
    for place, cycle in enumerate(exercise.cycles):
        tried = way | {cycle.idea} - {SAME}
        builds = tuple(_build(tried, next(numbers), random) for _ in range(exercise.builds))
        names = tuple(idea for idea in IDEAS if idea in tried)
        periods.append(Period(place, cycle, names, builds))
        if cycle.kept:
            way = tried
    return Builds(exercise, tuple(periods))


def _build(way: frozenset[str], number: int, random: Random) -> Build:
    usual = typical(way, number)
    seconds = usual.seconds * math.exp(SPREAD * bell(random))
    wrong = tuple(part for part in PARTS if random.random() >= usual.right)
    return Build(number, round(seconds, 1), wrong)


def _compared(change: float, up: str, down: str, same: str) -> str:
    # Means of tenths and of whole parts differ by more than this, or not at all.
    if abs(change) < 1e-9:
        return same
    return up if change > 0 else down


def _said(period: Period) -> str:
    return (
        f"{number_in_words(period.seconds)} seconds, {number_in_words(period.right, 2)} parts right"
    )
