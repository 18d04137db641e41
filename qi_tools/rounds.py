"""Rounds of a test: what was measured each time, and what was guessed beforehand.

A test of a change goes in rounds: a few measurements as things are, a few with one change, and so
on. `Rounds` puts them in order, so that each can be held against its guess and against the round
before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite
from statistics import median
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Round", "Rounds", "RoundsInvalid"]


class RoundsInvalid(QIToolsError):
    """The rounds of a test can't be put together as given."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a test.

    Parameters
    ----------
    name : str
        Such as ``Round 1``.
    what : str
        What was tried, in few words, such as ``10p, table, flick``.
    values : tuple of float
        What was measured, in order; 0 or more each.
    guess : float, optional
        What the middle value was guessed to be before the round; 0 or more.

    Raises
    ------
    RoundsInvalid
        If there are no values, or one of them, or the guess, can't be drawn from zero upwards.
    """

    name: str
    what: str
    values: tuple[float, ...]
    guess: float | None = None

    def __post_init__(self) -> None:
        numbers = self.values if self.guess is None else (*self.values, self.guess)
        wrong = [number for number in numbers if not (isfinite(number) and number >= 0)]
        if wrong or not self.values:
            raise RoundsInvalid(
                f"{self.name} has {f'the number {wrong[0]}' if wrong else 'no values'}. "
                "Give it one value or more, each 0 or above."
            )

    @property
    def middle(self) -> float:
        """The median: half of the values are higher."""
        return median(self.values)


@dataclass(frozen=True, slots=True)
class Rounds:
    r"""Rounds of a test, in order. In a notebook they show themselves.

    Parameters
    ----------
    rounds : tuple of Round
        One or more.
    size : int
        How many values a whole round has.
    unit : str
        The unit of the values, such as ``seconds``.
    each : str
        What one value is, such as ``spin``.
    source : str
        Where the values come from, as a sentence; it stands below the picture.

    Raises
    ------
    RoundsInvalid
        If there are no rounds, or one has more values than a whole round.

    Examples
    --------
    >>> before = Round("Round 1", "cloth", (3.0, 4.5, 3.5))
    >>> after = Round("Round 2", "tray", (9.0, 8.0), guess=12)
    >>> print(Rounds((before, after), 3, "seconds", "spin").describe().replace(". ", ".\n"))
    A dot for each spin, in order, in 2 rounds.
    Round 1 (cloth), in seconds: 3, 4.5 and 3.5.
    The middle is 3.5.
    Round 2 (tray), in seconds: 9 and 8, so far.
    The guess was 12.
    """

    rounds: tuple[Round, ...]
    size: int
    unit: str
    each: str
    source: str = ""

    def __post_init__(self) -> None:
        if not self.rounds:
            raise RoundsInvalid("There are no rounds. Give one or more.")
        for each in self.rounds:
            if len(each.values) > self.size:
                raise RoundsInvalid(
                    f"{each.name} has {len(each.values)} values, and a whole round has "
                    f"{self.size}. Leave some out, or give a larger size."
                )

    @property
    def highest(self) -> float:
        """The highest of all values and guesses."""
        values = [value for each in self.rounds for value in each.values]
        guesses = [each.guess for each in self.rounds if each.guess is not None]
        return max(values + guesses)

    @property
    def table(self) -> DataFrame:
        """The values, one row for each turn and one column for each round; a new table each time.

        A turn that a round has not had yet is missing.
        """
        from pandas import DataFrame, Series

        columns = {each.name: Series(each.values, dtype=float) for each in self.rounds}
        table = DataFrame(columns)
        table.insert(0, self.each, range(1, len(table) + 1))
        return table

    def is_whole(self, one: Round) -> bool:
        """Say whether a round has all its values, so that it has a middle to speak of."""
        return len(one.values) == self.size

    def growing(self) -> Iterator[Rounds]:
        """Give these rounds as they were while the last one was under way, value by value."""
        *before, last = self.rounds
        for count in range(1, len(last.values) + 1):
            yield replace(self, rounds=(*before, replace(last, values=last.values[:count])))

    def describe(self) -> str:
        """Say all the numbers in words: also the picture's text alternative."""
        count = len(self.rounds)
        parts = [
            f"A dot for each {self.each}, in order{f', in {count} rounds' if count > 1 else ''}."
        ]
        for each in self.rounds:
            *first, last = map(number_in_words, each.values)
            told = f"{', '.join(first)} and {last}" if first else last
            so_far = "" if self.is_whole(each) else ", so far"
            parts.append(f"{each.name} ({each.what}), in {self.unit}: {told}{so_far}.")
            if each.guess is not None:
                parts.append(f"The guess was {number_in_words(each.guess)}.")
            if self.is_whole(each):
                parts.append(f"The middle is {number_in_words(each.middle)}.")
        return " ".join(parts)

    def _repr_html_(self) -> str:
        from qi_tools.draw import rounds as drawing

        return drawing.html(self)
