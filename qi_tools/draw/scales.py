"""Where the labels of an axis stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from matplotlib.dates import date2num
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from qi_tools.draw.letters import width
from qi_tools.words import MONTHS, numbers_in_column

__all__ = ["Ticks", "date_ticks", "day_places", "point_ticks", "value_ticks"]

ROOM_BETWEEN = 7.0  # points between two labels


@dataclass(frozen=True, slots=True)
class Ticks:
    """Places on an axis, in its own units, with their labels."""

    places: tuple[float, ...]
    labels: tuple[str, ...]


def value_ticks(low: float, high: float, height: float) -> Ticks:
    """Choose round values for the labels of the upright axis.

    Parameters
    ----------
    low, high : float
        The limits of the axis.
    height : float
        Its height, in points.

    Returns
    -------
    Ticks
    """
    locator = MaxNLocator(nbins=max(2, min(6, int(height / 40))), steps=[1, 2, 2.5, 5, 10])
    slack = 1e-9 * (high - low)
    places = [float(place) for place in locator.tick_values(low, high)]
    places = [place for place in places if low - slack <= place <= high + slack]
    return Ticks(tuple(places), tuple(numbers_in_column(places, figures=9)))


def day_places(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Give the places of days on an axis, as matplotlib counts them; same shape as the days."""
    return np.asarray(date2num(days), dtype=np.float64)  # type: ignore[no-untyped-call]


def date_ticks(days: NDArray[np.datetime64], room: float) -> Ticks:
    """Choose dates for the labels of the time axis, as many as fit without touching.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (points,)
        The points' days, in time order.
    room : float
        The length of the axis, in points.

    Returns
    -------
    Ticks
        Places as matplotlib counts days. The year stands below the first label and wherever it
        changes.
    """
    first, last = days[0].item(), days[-1].item()
    span = max((last - first).days, 1)
    candidates = list(_ticks_from_fine_to_coarse(days))
    for candidate in candidates:
        dated = _dated(candidate)
        ends = [
            ((day - first).days * room / span, max(map(width, label.split("\n")), default=0.0))
            for day, label in dated
        ]
        if all(
            here + (here_wide + next_wide) / 2 + ROOM_BETWEEN <= after
            for (here, here_wide), (after, next_wide) in pairwise(ends)
        ):
            break
    places = day_places(np.array([day for day, _ in dated], dtype="datetime64[D]"))
    return Ticks(tuple(places.tolist()), tuple(label for _, label in dated))


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


@dataclass(frozen=True, slots=True)
class _Tick:
    day: date
    words: str  # empty when the year alone is the label


def _ticks_from_fine_to_coarse(days: NDArray[np.datetime64]) -> Iterator[list[_Tick]]:
    first, last = days[0].item(), days[-1].item()
    steps = np.diff(days).astype(np.int64)
    usual = float(np.median(steps)) if steps.size else 1.0
    months = days.astype("datetime64[M]")
    by_month = np.unique(months).size == days.size and (usual >= 27 or days.size == 1)
    if not by_month:
        for step in (1, 2, 7, 14, 28):
            if step >= usual:
                starts = (first + timedelta(n) for n in range(0, (last - first).days + 1, step))
                yield [_Tick(day, f"{day.day} {MONTHS[day.month - 1][:3]}") for day in starts]
    # A point that stands for its month may be dated on any day of it: the label goes under it.
    own_days = {_month_count(day): day for day in days.tolist()} if by_month else {}
    counts = range(_month_count(first), _month_count(last) + 1)
    for step in (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600, 2400):
        ticks = []
        for count in counts:
            day = own_days.get(count, date(count // 12, count % 12 + 1, 1))
            if count % step == 0 and first <= day <= last:
                ticks.append(_Tick(day, "" if step % 12 == 0 else MONTHS[count % 12][:3]))
        yield ticks


def _dated(ticks: Sequence[_Tick]) -> list[tuple[date, str]]:
    """Put the year below the first label, and below each label of a new year."""
    labels = []
    year = None
    for tick in ticks:
        if not tick.words:
            labels.append((tick.day, str(tick.day.year)))
        elif tick.day.year != year:
            labels.append((tick.day, f"{tick.words}\n{tick.day.year}"))
        else:
            labels.append((tick.day, tick.words))
        year = tick.day.year
    return labels


def _month_count(day: date) -> int:
    return day.year * 12 + day.month - 1
