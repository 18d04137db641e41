"""Where a scale starts and ends, and where its labels stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qi_tools.draw.letters import width
from qi_tools.words import MONTHS, numbers_in_column

__all__ = ["Ticks", "date_ticks", "day_places", "point_ticks", "value_limits", "value_ticks"]

ROOM_BETWEEN = 8.0  # points between two labels
NOTHING, ROUNDING = 1e-100, 1e-9
NARROWEST = 20.0  # no date is narrower than this


@dataclass(frozen=True, slots=True)
class Ticks:
    """Places on an axis, in its own units, with their labels.

    Parameters
    ----------
    places : tuple of float
    labels : tuple of str
        A label may have two lines.
    """

    places: tuple[float, ...]
    labels: tuple[str, ...]


def value_limits(values: NDArray[np.float64], unit: str = "") -> tuple[float, float]:
    """Choose where the scale of values starts and ends.

    It starts at zero when no value is below zero and the lowest is at most half of the highest:
    then zero costs little room. Otherwise small changes would drown, and it starts just under the
    lowest value. Percentages up to 100 leave no room above 100.

    Parameters
    ----------
    values : ndarray of float
        What must be in sight; not a number is left out.
    unit : str
        The unit of the values.

    Returns
    -------
    low, high : float

    Examples
    --------
    >>> value_limits(np.array([2.0, 10.0])), value_limits(np.array([90.0, 100.0]), "%")
    ((0.0, 10.8), (89.2, 100.0))
    """
    values = values[~np.isnan(values)]
    if not values.size:  # such as the moving ranges of one point
        return 0.0, 1.0
    low, high = float(np.min(values)), float(np.max(values))
    from_zero = low >= 0 and low <= high / 2 and high > 0
    bottom = 0.0 if from_zero else low
    largest = max(abs(low), abs(high))
    if largest < NOTHING:
        room = 1.0
    elif high - bottom <= ROUNDING * largest:  # only the rounding of sums tells the values apart
        room = 0.1 * largest
    else:
        room = 0.08 * (high - bottom)
    top = high + room
    if unit == "%" and low >= 0 and high <= 100:
        top = min(top, 100.0)
    if from_zero:
        return 0.0, top
    return (max(0.0, low - room) if low >= 0 else low - room), top


def value_ticks(low: float, high: float, most: int) -> Ticks:
    """Choose round values for the labels of a scale of values.

    Parameters
    ----------
    low, high : float
        The ends of the scale.
    most : int
        The largest number of steps between labels.

    Returns
    -------
    Ticks

    Examples
    --------
    >>> value_ticks(0.0, 10.8, 6)
    Ticks(places=(0.0, 2.0, 4.0, 6.0, 8.0, 10.0), labels=('0', '2', '4', '6', '8', '10'))
    """
    span = max(high - low, 1e-300)
    power = 10.0 ** math.floor(math.log10(span / most))
    leads = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)
    step = next(lead * power for lead in leads if lead * power * most >= span * (1 - 1e-9))
    slack = 1e-9
    first, last = math.ceil(low / step - slack), math.floor(high / step + slack)
    places = tuple(step * number for number in range(first, last + 1))
    return Ticks(places, tuple(numbers_in_column(places, figures=9)))


def day_places(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Give the places of days on an axis: days since 1970, as matplotlib counts them too."""
    return days.astype("datetime64[D]").astype(np.float64)


def date_ticks(days: NDArray[np.datetime64], room: float) -> Ticks:
    r"""Choose points to label with their dates: the first, the last, and as many as fit between.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (points,)
        The points' days, in time order.
    room : float
        The length of the axis from the first point to the last, in points of type.

    Returns
    -------
    Ticks
        The year stands below the first label and wherever it changes.

    Examples
    --------
    >>> months = np.arange("2024-11", "2025-03", dtype="datetime64[M]").astype("datetime64[D]")
    >>> date_ticks(months, 300.0).labels
    ('Nov\n2024', 'Dec', 'Jan\n2025', 'Feb')
    """
    last = days.size - 1
    places = day_places(days)
    across = (places - places[0]) * (room / max(places[-1] - places[0], 1.0))
    monthly = _monthly(days)
    fewest = max(1, int(last * (NARROWEST + ROOM_BETWEEN) / max(room, 1.0)))
    # Months are told by halves of a year or by years, so that like stands beside like.
    steps = (1, 2, 3, 6, *range(12, last + 1, 12)) if monthly else range(fewest, last + 1)
    for step in steps:
        if step < fewest:
            continue
        evenly = range(0, last, step)
        # A label that stands in the way of the last one makes room for it.
        for points in (evenly, evenly[:-1]):
            labels = _dated(days, [*points, last], monthly=monthly)
            if points and _apart(across[[*points, last]], labels):
                return Ticks(tuple(places[[*points, last]].tolist()), labels)
    ends = [0, last] if last and _apart(across[[0, last]], ("Sep", "Sep")) else [0]
    return Ticks(tuple(places[ends].tolist()), _dated(days, ends, monthly=monthly))


def point_ticks(points: int, room: float) -> Ticks:
    """Choose numbers for the labels of points that have no dates.

    Parameters
    ----------
    points : int
        How many there are, counted from 1.
    room : float
        The length of the axis, in points of type.

    Returns
    -------
    Ticks
    """
    most = max(2, int(room / (width(f"{points:,}") + ROOM_BETWEEN)))
    steps = (size * lead for size in (10**power for power in range(12)) for lead in (1, 2, 5))
    step = next(step for step in steps if points / step <= most)
    places = range(step, points + 1, step)
    return Ticks(tuple(map(float, places)), tuple(f"{place:,}" for place in places))


def _monthly(days: NDArray[np.datetime64]) -> bool:
    """Say whether each point stands for a month of its own, on whatever day of it it is dated."""
    steps = np.diff(days).astype(np.int64)
    months = days.astype("datetime64[M]")
    if not steps.size:
        return bool((days == months).all())
    return bool(np.unique(months).size == days.size and np.median(steps) >= 27)


def _dated(
    days: NDArray[np.datetime64], points: Sequence[int], *, monthly: bool
) -> tuple[str, ...]:
    """Name points by day or month, with the year below the first and wherever it changes."""
    labels = []
    year = None
    for day in days[list(points)].tolist():
        month = MONTHS[day.month - 1][:3]
        words = month if monthly else f"{day.day} {month}"
        labels.append(words if day.year == year else f"{words}\n{day.year}")
        year = day.year
    return tuple(labels)


def _apart(across: NDArray[np.float64], labels: Sequence[str]) -> bool:
    """Say whether labels at these places, in points of type, stand clear of one another."""
    widths = [max(map(width, label.split("\n"))) for label in labels]
    return all(
        here + (here_wide + next_wide) / 2 + ROOM_BETWEEN <= after
        for (here, here_wide), (after, next_wide) in pairwise(
            zip(across.tolist(), widths, strict=True)
        )
    )
