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

What is simplified or made up. All numbers are made up; nobody measured them. The logarithm of the
seconds is a sum: first build + practice + ideas + interaction + noise. So each idea multiplies the
time. Practice follows a power law. The parts are right or wrong independently of one another, each
with the same chance, whose log-odds are a sum of ideas; it doesn't grow with practice. Inspectors
never err.

Sources. The learning curve: Wright TP (1936). Factors affecting the cost of airplanes. Journal of
the Aeronautical Sciences 3. Speed against accuracy: Wickelgren WA (1977). Speed-accuracy tradeoff
and information processing dynamics. Acta Psychologica 41. PDSA: Langley GJ et al (2009). The
Improvement Guide. The exercise is known with a toy figure from Williams DM.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import fmean, median
from typing import TYPE_CHECKING, ClassVar, Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import bell, check_whole, made_up_dates
from qi_tools.result import Result
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "IDEAS",
    "LEARNING",
    "PARTS",
    "SAME",
    "SPREAD",
    "TOGETHER",
    "Build",
    "Builds",
    "Cycle",
    "Exercise",
    "ExerciseInvalid",
    "Idea",
    "Period",
    "Typical",
    "balance",
    "build_figures",
    "typical",
]

PARTS: Final = (
    "hat",
    "left ear",
    "right ear",
    "eyes",
    "nose",
    "mouth",
    "left arm",
    "right arm",
    "left shoe",
    "right shoe",
)
"""What a figure is put together from."""


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea for a change, with its hidden effects.

    Parameters
    ----------
    words : str
        What the team does.
    seconds : float
        What is added to the logarithm of the seconds.
    right : float
        What is added to the log-odds that a part is right.
    """

    words: str
    seconds: float
    right: float


SAME: Final = "same"
"""To change nothing: the first builds, and practice after them."""
IDEAS: Final[Mapping[str, Idea]] = {
    SAME: Idea("build as before", 0.0, 0.0),
    "laid out": Idea("lay the parts out in order", -0.20, 0.2),
    "one each": Idea("one person for each part", -0.10, -0.2),
    "photo": Idea("put the photo in front of the builder", -0.05, 0.8),
    "aloud": Idea("say each part aloud", 0.08, 0.5),
    "check": Idea("check against the photo at the end", 0.15, 1.2),
    "hurry": Idea("go faster", -0.25, -1.0),
}
"""What can be tried, one idea in each cycle."""
TOGETHER: Final[Mapping[frozenset[str], float]] = {frozenset({"laid out", "one each"}): -0.20}
"""What two ideas add to the logarithm of the seconds when they meet.

Where each has a part of their own, it pays more that all can see theirs at once.
"""

FIRST = math.log(90.0)
"""The middle of many first builds: 90 seconds."""
LEARNING = -math.log2(0.85)
"""The exponent of the learning curve: 85% of the time for each doubling of the builds."""
SPREAD = 0.12
"""The standard deviation of the noise in the logarithm of the seconds."""
RIGHT = math.log(0.8 / 0.2)
"""The log-odds that a part is right before any change: 8 of 10."""

MOST_CYCLES = 4
"""After the first builds."""
FEWEST_BUILDS, MOST_BUILDS = 3, 20
LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0


class ExerciseInvalid(QIToolsError):
    """Figures can't be built as asked."""


def _check_number(what: str, given: object, least: float, most: float, unit: str) -> None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise ExerciseInvalid(
            f"{what} is {given!r}. Give the {unit}, a number from {least:,.0f} to {most:,.0f}."
        )


@dataclass(frozen=True, slots=True)
class Cycle:
    """One PDSA cycle: an idea, what the team expects of it, and what it decides.

    Parameters
    ----------
    idea : str
        One of `IDEAS`.
    seconds : float
        The expected middle time of the builds: 1 to 3,600.
    right : float
        The expected middle number of parts that are right: 0 to 10.
    kept : bool
        True when the next cycles keep the change, False when it is given up.

    Raises
    ------
    ExerciseInvalid
        If one of them can't be.

    Examples
    --------
    >>> IDEAS[Cycle("check", seconds=70, right=9.5).idea].words
    'check against the photo at the end'
    """

    idea: str
    seconds: float
    right: float
    kept: bool = True

    def __post_init__(self) -> None:
        _check_idea(self.idea)
        _check_number(
            "The predicted time", self.seconds, LEAST_SECONDS, MOST_SECONDS, "seconds of a build"
        )
        _check_number("The predicted accuracy", self.right, 0, len(PARTS), "parts that are right")
        if not isinstance(self.kept, bool):
            raise ExerciseInvalid(f"Kept is {self.kept!r}. Give True or False.")
        if self.idea == SAME and not self.kept:
            raise ExerciseInvalid("Nothing was changed, so there is nothing to give up. Keep it.")


@dataclass(frozen=True, slots=True)
class Exercise:
    """What is tried, and how often the figure is built.

    Parameters
    ----------
    cycles : tuple of Cycle
        The first builds, in which nothing is changed, and at most 4 cycles. An idea that is kept
        can't be tried again.
    builds : int
        How often the figure is built in each: 3 to 20.

    Raises
    ------
    ExerciseInvalid
        If one of them can't be.

    Examples
    --------
    >>> Exercise((Cycle("same", 90, 8),), builds=1)
    Traceback (most recent call last):
    ...
    qi_tools.experiments.figure_building.ExerciseInvalid: The number of builds in a cycle is 1. ...
    """

    cycles: tuple[Cycle, ...]
    builds: int = 5

    def __post_init__(self) -> None:
        check_whole(
            ExerciseInvalid,
            "The number of builds in a cycle",
            self.builds,
            FEWEST_BUILDS,
            MOST_BUILDS,
        )
        cycles = self.cycles
        if (
            not isinstance(cycles, tuple)
            or not 1 <= len(cycles) <= 1 + MOST_CYCLES
            or not all(isinstance(cycle, Cycle) for cycle in cycles)
        ):
            raise ExerciseInvalid(
                f"The cycles are {cycles!r}. Give a tuple of 1 to {1 + MOST_CYCLES}, such as "
                f'(Cycle("{SAME}", 90, 8), Cycle("photo", 75, 9)).'
            )
        if cycles[0].idea != SAME:
            raise ExerciseInvalid(
                "Change nothing in the first builds: they show where you begin. Then try an idea."
            )
        kept: set[str] = set()
        for cycle in cycles:
            if cycle.idea in kept:
                raise ExerciseInvalid(
                    f"To {IDEAS[cycle.idea].words} is kept already. Try another idea, or change "
                    "nothing."
                )
            if cycle.kept and cycle.idea != SAME:
                kept.add(cycle.idea)


@dataclass(frozen=True, slots=True)
class Typical:
    """What many builds are like.

    Parameters
    ----------
    seconds : float
        The middle of their times: half of them take longer.
    right : float
        The chance that a part is right.
    """

    seconds: float
    right: float


def typical(way: Iterable[str], number: int) -> Typical:
    """Give what is hidden from the team: what a way of building does.

    Parameters
    ----------
    way : iterable of str
        The ideas in force.
    number : int
        Which build it is, counted from 1.

    Returns
    -------
    Typical

    Raises
    ------
    ExerciseInvalid
        If there is no such idea or no such build.

    References
    ----------
    Wright (1936).

    Examples
    --------
    The tenth build, by practice alone and with one change:

    >>> for way in ([], ["check"]):
    ...     print(round(typical(way, 10).seconds), round(typical(way, 10).right, 2))
    52 0.8
    61 0.93
    """
    check_whole(
        ExerciseInvalid, "The number of the build", number, 1, (MOST_CYCLES + 1) * MOST_BUILDS
    )
    ideas = frozenset(map(_check_idea, way))
    seconds = (
        FIRST
        - LEARNING * math.log(number)
        + sum(IDEAS[idea].seconds for idea in sorted(ideas))
        + sum(more for pair, more in TOGETHER.items() if pair <= ideas)
    )
    odds = RIGHT + sum(IDEAS[idea].right for idea in sorted(ideas))
    return Typical(math.exp(seconds), 1 / (1 + math.exp(-odds)))


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


def _check_idea(idea: object) -> str:
    if not isinstance(idea, str) or idea not in IDEAS:
        raise ExerciseInvalid(f"An idea is called {idea!r}. Use one of: {', '.join(IDEAS)}.")
    return idea


def _compared(change: float, up: str, down: str, same: str) -> str:
    # Means of tenths and of whole parts differ by more than this, or not at all.
    if abs(change) < 1e-9:
        return same
    return up if change > 0 else down


def _said(period: Period) -> str:
    return (
        f"{number_in_words(period.seconds)} seconds, {number_in_words(period.right, 2)} parts right"
    )
