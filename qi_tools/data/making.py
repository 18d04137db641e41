"""What the makers of made-up data share: chance, dates and rows.

Chance comes from random.random() alone, the one source that Python promises never to change, so
that a seed gives the same file on every machine.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from random import Random
from statistics import NormalDist
from typing import Final, TypeVar

__all__ = ["bell", "happened", "month", "pick", "row", "shuffled", "week", "whole"]

SMALLEST: Final = 2.0**-53
"""The bell has no number to give for a chance of 0, which random() may draw."""

T = TypeVar("T")


def bell(random: Random, middle: float, spread: float) -> float:
    """Draw from a bell shape: the normal distribution.

    Examples
    --------
    >>> round(bell(Random(1), 10, 2), 3)
    7.788
    """
    return NormalDist(middle, spread).inv_cdf(max(random.random(), SMALLEST))


def whole(random: Random, least: int, most: int) -> int:
    """Draw a whole number, each from the least to the most being equally likely.

    Examples
    --------
    >>> [whole(Random(seed), 1, 6) for seed in range(5)]
    [6, 1, 6, 2, 2]
    """
    return least + int((most - least + 1) * random.random())


def happened(random: Random, times: int, chance: float) -> int:
    """Say how often something happened that has the same chance each time.

    Examples
    --------
    >>> happened(Random(1), 100, 0.2)
    16
    """
    return sum(random.random() < chance for _ in range(times))


def pick(random: Random, weights: Mapping[T, float]) -> T:
    """Pick one of several things, each as often as its weight says.

    Examples
    --------
    >>> [pick(Random(seed), {"stairs": 3, "lift": 1}) for seed in range(3)]
    ['lift', 'stairs', 'lift']
    """
    left = random.random() * sum(weights.values())
    for thing, weight in weights.items():
        left -= weight
        if left < 0:
            return thing
    return thing


def shuffled(random: Random, things: Iterable[T]) -> list[T]:
    """Give the things in an order by chance: each order is equally likely (Durstenfeld 1964).

    Examples
    --------
    >>> shuffled(Random(1), "abc")
    ['c', 'b', 'a']
    """
    mixed = list(things)
    for last in range(len(mixed) - 1, 0, -1):
        other = whole(random, 0, last)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return mixed


def week(first: date, number: int) -> date:
    """Give the first day of a week, the first week having number 0.

    Examples
    --------
    >>> print(week(date(2025, 1, 6), 2))
    2025-01-20
    """
    return first + timedelta(weeks=number)


def month(first_year: int, number: int) -> str:
    """Write a month as year and month, the first January having number 0.

    Examples
    --------
    >>> month(2024, 13)
    '2025-02'
    """
    years, months = divmod(number, 12)
    return f"{first_year + years}-{months + 1:02}"


def row(*cells: object) -> str:
    """Write the cells of a row as CSV; a cell that holds a comma is put in quotes.

    Examples
    --------
    >>> row("Ash", 3, "Too late, again")
    'Ash,3,"Too late, again"'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
