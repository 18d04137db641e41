"""Points in time order: their places, the steps of lines about them, and the scales they need."""

from __future__ import annotations

from functools import partial

import numpy as np

from qi_tools.draw.letters import SIZE
from qi_tools.draw.picture import Scale
from qi_tools.draw.placed import Marks, Places, Shape, line
from qi_tools.draw.scales import Ticks, date_ticks, day_places, point_ticks, value_ticks
from qi_tools.measure import Measure
from qi_tools.palette import Theme
from qi_tools.phases import Flags, Floats

__all__ = [
    "across",
    "dot_size",
    "edges",
    "hollow",
    "marks",
    "places_across",
    "stepped",
    "through",
    "upright",
]

ROOM_FOR_VALUE = 3.0  # heights of a line for each label of the upright axis
FULL_ROOM = 480.0
RIM, LEAST_WITH_RIM = 0.6, 4.5  # a rim of paper would swallow a small dot


def places_across(measure: Measure) -> Floats:
    """Give each point's place across: its day, or its number when there are no dates."""
    if measure.dates is None:
        return np.arange(1.0, measure.values.size + 1)
    return day_places(measure.dates)


def edges(places: Floats) -> Floats:
    """Give where each point's stretch of a line begins and ends: halfway to its neighbours.

    Parameters
    ----------
    places : ndarray of float, shape (points,)
        Rising.

    Returns
    -------
    ndarray of float, shape (points + 1,)

    Examples
    --------
    >>> edges(np.array([1.0, 2.0, 4.0])).tolist()
    [0.5, 1.5, 3.0, 4.75]
    """
    if places.size == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    between = (places[1:] + places[:-1]) / 2
    usual = float(np.median(np.diff(places))) / 2
    # A first or last point that stands far off gets no long line out into nothing.
    first = places[0] - min(between[0] - places[0], usual)
    last = places[-1] + min(places[-1] - between[-1], usual)
    return np.concatenate(([first], between, [last]))


def stepped(begins: Floats, ends: Floats, level: Floats) -> Places:
    """Give the places of a line that steps about its points; where it is level, its ends alone.

    Parameters
    ----------
    begins, ends : ndarray of float, shape (points,)
        Where each point's stretch begins and ends.
    level : ndarray of float, shape (points,)
        The line there; not a number breaks it.

    Returns
    -------
    ndarray of float, shape (places, 2)

    Examples
    --------
    >>> stepped(np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.array([5.0, 5.0])).tolist()
    [[0.0, 5.0], [2.0, 5.0]]
    """
    if not level.size:
        return line([], [])
    changes = np.nonzero(level[1:] != level[:-1])[0]  # not a number differs from itself
    first, last = np.append(0, changes + 1), np.append(changes, level.size - 1)
    x = np.column_stack((begins[first], ends[last])).ravel()
    return line(x, np.repeat(level[first], 2))


def through(places: Floats, values: Floats, breaks: Flags) -> Places:
    """Give the places of a line through points, broken before those that are flagged."""
    (before,) = np.nonzero(breaks)
    return line(np.insert(places, before, np.nan), np.insert(values, before, np.nan))


def dot_size(points: int) -> float:
    """Give the height of a dot, in points of type: smaller when there are many."""
    return float(np.clip(0.8 * FULL_ROOM / points, 3.4, 8.0))


def marks(  # noqa: PLR0917
    there: Places, shape: Shape, size: float, fill: str, theme: Theme, name: str
) -> Marks:
    """Give filled marks at places, of a size that suits their number (see `dot_size`).

    Parameters
    ----------
    there : ndarray of float, shape (marks, 2)
    shape : {"circle", "square", "diamond", "triangle"}
        A circle for a plain point; other shapes are signals, and a little larger.
    size : float
        The size of a plain point.
    fill : str
    theme : Theme
    name : str
        What they show.

    Returns
    -------
    Marks
    """
    large = size if shape == "circle" else max(5.0, 1.15 * size)
    rim = theme.paper if size > LEAST_WITH_RIM else ""
    return Marks(there, shape, large, fill, rim, RIM, name)


def hollow(there: Places, size: float, theme: Theme, name: str) -> Marks:
    """Give hollow dots at places, for points that do not count."""
    return Marks(there, "circle", size, theme.paper, theme.values, 1.2, name)


def across(measure: Measure) -> Scale:
    """Give the scale of time for the points of a measure."""
    places = places_across(measure)
    ends = edges(places)
    low, high = float(ends[0]), float(ends[-1])
    share = (places[-1] - places[0]) / (high - low)
    if measure.dates is None:
        return Scale(low, high, lambda room: point_ticks(places.size, room * share))
    days = measure.dates
    return Scale(low, high, lambda room: date_ticks(days, room * share), dated=True)


def upright(low: float, high: float, title: str = "") -> Scale:
    """Give a scale of values."""
    return Scale(low, high, partial(_value_ticks, low, high), title)


def _value_ticks(low: float, high: float, height: float) -> Ticks:
    return value_ticks(low, high, max(2, min(6, int(height / (ROOM_FOR_VALUE * SIZE)))))
