"""What is tried when a figure is built, and what is hidden: what each idea does.

All numbers are made up; nobody measured them. The logarithm of the seconds is a sum: first build +
practice + ideas + interaction + noise. So each idea multiplies the time. Practice follows a power
law. The log-odds that a part is right are a sum of ideas, and don't grow with practice.

Sources. The learning curve: Wright TP (1936). Factors affecting the cost of airplanes. Journal of
the Aeronautical Sciences 3. Speed against accuracy: Wickelgren WA (1977). Speed-accuracy tradeoff
and information processing dynamics. Acta Psychologica 41.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole

__all__ = [
    "IDEAS",
    "LEARNING",
    "MOST_CYCLES",
    "PARTS",
    "SAME",
    "SPREAD",
    "TOGETHER",
    "Cycle",
    "Exercise",
    "ExerciseInvalid",
    "Idea",
    "Typical",
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
    qi_tools.experiments.figure_exercise.ExerciseInvalid: The number of builds in a cycle is 1. ...
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


def _check_idea(idea: object) -> str:
    if not isinstance(idea, str) or idea not in IDEAS:
        raise ExerciseInvalid(f"An idea is called {idea!r}. Use one of: {', '.join(IDEAS)}.")
    return idea
