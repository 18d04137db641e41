"""Levels: how many wait, or are in the line, from one moment to the next, run beside run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, ClassVar

from qi_tools.errors import QIToolsError
from qi_tools.result import Result
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Level", "Levels", "LevelsInvalid"]


class LevelsInvalid(QIToolsError):
    """Levels can't be put together as given."""


@dataclass(frozen=True, slots=True)
class Level:
    """A number that goes up and down in steps, such as the length of a queue.

    Parameters
    ----------
    name : str
        Whose it is, such as ``Run 1: in batches of 5``.
    steps : tuple of (float, int)
        From a time on, so many; the last one ends the run.

    Raises
    ------
    LevelsInvalid
        If there are fewer than two steps, their times do not rise, or a number is below 0.

    Examples
    --------
    >>> queue = Level("Monday", ((0, 0), (2, 3), (4, 1), (6, 0)))
    >>> queue.most, round(queue.mean, 2)
    (3, 1.33)
    """

    name: str
    steps: tuple[tuple[float, int], ...]

    def __post_init__(self) -> None:
        times = [time for time, _ in self.steps]
        is_rising = all(before < after for before, after in pairwise(times))
        is_counted = all(isfinite(time) and level >= 0 for time, level in self.steps)
        if len(self.steps) < 2 or not is_rising or not is_counted:
            raise LevelsInvalid(
                f"The steps of {self.name} are not a run. Give two or more, each a time and a "
                "number of 0 or more, with rising times."
            )

    @property
    def ends(self) -> float:
        """When the run ended."""
        return self.steps[-1][0]

    @property
    def most(self) -> int:
        """The highest level."""
        return max(level for _, level in self.steps)

    @property
    def mean(self) -> float:
        """The mean level over the time of the run."""
        area = sum(level * (after - time) for (time, level), (after, _) in pairwise(self.steps))
        return area / (self.ends - self.steps[0][0])


@dataclass(frozen=True, slots=True)
class Levels(Result):
    """Levels of several runs, on the same scales.

    Parameters
    ----------
    title : str
        What is shown, such as ``Planes in the line``.
    unit, time_unit : str
        What is counted, and in what the times are.
    runs : tuple of Level
        One or more.
    source : str
        Where they come from, as a sentence.

    Raises
    ------
    LevelsInvalid
        If there is no run.

    Examples
    --------
    >>> day = Level("Monday", ((0, 0), (2, 3), (4, 1), (6, 0)))
    >>> Levels("Patients waiting", "patients", "minutes", (day,), "Simulated.").describe()
    'Patients waiting. Monday: 1.33 on average and 3 at most, until 6 minutes. Simulated.'
    """

    title: str
    unit: str
    time_unit: str
    runs: tuple[Level, ...]
    source: str

    drawn_by: ClassVar[str] = "levels"

    def __post_init__(self) -> None:
        if not self.runs:
            raise LevelsInvalid(f"{self.title} has no runs. Give one or more.")

    @property
    def table(self) -> DataFrame:
        """One row a step; each call gives a new table."""
        from pandas import DataFrame

        return DataFrame(
            [(run.name, time, level) for run in self.runs for time, level in run.steps],
            columns=["run", self.time_unit, self.unit],
        )

    def describe(self) -> str:
        """Describe the levels in a few plain sentences."""
        return f"{self.title}. {' '.join(map(self._told, self.runs))} {self.source}"

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell, in paragraphs."""
        return (self.title, *map(self._told, self.runs), self.source)

    def _told(self, run: Level) -> str:
        return (
            f"{run.name}: {number_in_words(run.mean)} on average and {run.most:,} at most, until "
            f"{number_in_words(run.ends)} {self.time_unit}."
        )
