"""Names beside points: each finds room near its point, and covers no point and no other name.

Room is sought around the point, near it first. A name that finds none is listed below the chart,
and its point gets a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from qi_tools.draw.letters import SMALL, width, wrapped
from qi_tools.draw.picture import Paragraph, PointLabel
from qi_tools.draw.placed import Drawn, Marks, Places, Stroke, Thing, Words, line, places
from qi_tools.palette import Theme
from qi_tools.phases import Flags, Floats

__all__ = ["Box", "Spot", "Surroundings", "find_spots", "labelled", "sampled"]

LINE = 1.2 * SMALL
LONGEST, MOST_LINES = 110.0, 2
APART = 3.0  # between a name and what stands beside it
STEP = 2.0  # between the places at which a line is looked at
CLOSE = 2.0  # from the point to a name that needs no line to lead to it
NEARER = 4.0  # so much nearer must its own point be than any other
FAR = (9.0, 18.0, 28.0, 40.0, 54.0)
FARTHER = (*FAR, 70.0, 90.0, 115.0)  # for numbers, which have no other resort
# Beside the point first, then above and below, then aslant.
DIRECTIONS = tuple(
    (float(np.cos(turn)), float(np.sin(turn)))
    for turn in np.deg2rad([0, 180, -90, 90, -45, 45, -135, 135, -22, 22, -158, 158, -68, 68])
)
CROSSED = 1.5  # what each step of a line behind a name costs, in points of distance


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in points from the top left corner.

    Parameters
    ----------
    left, top, right, bottom : float
    """

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, there: Places, apart: float = 0.0) -> Flags:
        """Say which places lie in it, or nearer to it than so much."""
        x, y = there.T
        flags = (x > self.left - apart) & (x < self.right + apart)
        return np.asarray(flags & (y > self.top - apart) & (y < self.bottom + apart))

    def distances(self, there: Places) -> Floats:
        """Give how far each place lies from it; 0 inside."""
        nearest = np.clip(there, (self.left, self.top), (self.right, self.bottom))
        return np.asarray(np.hypot(*(there - nearest).T))

    def covers(self, other: Box, apart: float = 0.0) -> bool:
        """Say whether it touches another, or comes nearer to it than so much."""
        across = self.left < other.right + apart and other.left < self.right + apart
        return across and self.top < other.bottom + apart and other.top < self.bottom + apart

    def within(self, other: Box) -> bool:
        """Say whether it lies in another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What is drawn already.

    Parameters
    ----------
    room : Box
        Where names may stand.
    marks : ndarray of float, shape (marks, 2)
        The middles of marks, which no name may cover.
    reach : ndarray of float, shape (marks,)
        How far each mark reaches from its middle.
    lines : ndarray of float, shape (places, 2)
        Places along lines, which names avoid where they can.
    """

    room: Box
    marks: Places
    reach: Floats
    lines: Places


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Room for a name.

    Parameters
    ----------
    box : Box
        The name's own.
    leader : ndarray of float, shape (places, 2)
        A line from the point to the name; empty where the name stands close.
    """

    box: Box
    leader: Places


def labelled(
    labels: Sequence[PointLabel],
    there: Places,
    drawn: Sequence[Drawn],
    room: Box,
    theme: Theme,
    *,
    first: int = 1,
) -> tuple[list[Thing], list[Paragraph]]:
    """Write names beside their points.

    Parameters
    ----------
    labels : sequence of PointLabel
        The most important first: it finds room first.
    there : ndarray of float, shape (labels, 2)
        Where their points stand.
    drawn : sequence of Stroke, Area and Marks
        What is drawn already, in its place.
    room : Box
        Where names may stand.
    theme : Theme
    first : int
        The number of the first point whose name has to be listed.

    Returns
    -------
    things : list of Stroke and Words
        Names and the lines that lead to them.
    listed : list of Paragraph
        What found no room.
    """
    around = _surroundings(drawn, room)
    wide = min(LONGEST, 0.45 * (room.right - room.left))
    names = [wrapped(label.words, wide, SMALL) for label in labels]
    few = [place for place, name in enumerate(names) if len(name) <= MOST_LINES]
    found = find_spots(there[few], [_size(names[place]) for place in few], around)
    spots = {place: spot for place, spot in zip(few, found, strict=True) if spot}
    others = [place for place in range(len(labels)) if place not in spots]
    largest = str(first + len(others))
    sizes = [_size((largest,)) for _ in others]
    taken = list(spots.values())
    numbered = find_spots(there[others], sizes, around, taken, FARTHER)
    listed: list[str] = []
    unnumbered: list[str] = []
    for place, spot in zip(others, numbered, strict=True):
        if spot is None:  # the list has its value all the same
            unnumbered.append(labels[place].in_full)
            continue
        names[place], spots[place] = (str(first + len(listed)),), spot
        listed.append(f"{names[place][0]}. {labels[place].in_full}")
    things = [
        thing for place, spot in spots.items() for thing in _written(names[place], spot, theme)
    ]
    return things, [Paragraph(each, theme.ink, SMALL) for each in (*listed, *unnumbered)]


def find_spots(
    points: Places,
    sizes: Sequence[tuple[float, float]],
    around: Surroundings,
    taken: Sequence[Spot] = (),
    far: Sequence[float] = FAR,
) -> list[Spot | None]:
    """Find room for names, one after the other.

    Parameters
    ----------
    points : ndarray of float, shape (names, 2)
        What is named.
    sizes : sequence of (float, float)
        The width and height of each name.
    around : Surroundings
    taken : sequence of Spot
        Names that stand already.
    far : sequence of float
        How far off, in points, names may stand that a line leads to.

    Returns
    -------
    list of Spot or None
        None where there is no room.

    Examples
    --------
    >>> around = Surroundings(Box(0, 0, 100, 50), places([(95, 25)]), np.array([3.0]), places([]))
    >>> box = find_spots(around.marks, [(40.0, 10.0)], around)[0].box
    >>> float(box.left), float(box.right)
    (47.0, 87.0)
    """
    standing = list(taken)
    found: list[Spot | None] = []
    for point, size in zip(points, sizes, strict=True):
        own = np.hypot(*(around.marks - point).T) < 1
        reach = float(np.max(around.reach[own], initial=0.0))
        tried = (
            (distance + 0.5 * turned, _spot(point, reach, size, distance, direction))
            for distance, (turned, direction) in product((CLOSE, *far), enumerate(DIRECTIONS))
        )
        free = (
            (cost + CROSSED * int(np.count_nonzero(spot.box.holds(around.lines))), spot)
            for cost, spot in tried
            if _is_free(spot, point, around, own, standing)
        )
        _, best = min(free, key=lambda each: each[0], default=(np.inf, None))
        found.append(best)
        standing += [best] if best else []
    return found


def sampled(there: Places, step: float = STEP) -> Places:
    """Give places along a line, so close together that nothing passes between them.

    Parameters
    ----------
    there : ndarray of float, shape (places, 2)
        Not a number breaks the line.
    step : float
        How far apart they may lie.

    Returns
    -------
    ndarray of float, shape (places, 2)

    Examples
    --------
    >>> sampled(places([(0, 0), (4, 0)])).tolist()
    [[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]]
    """
    pieces = [there[:1]]
    for here, after in pairwise(there):
        length = float(np.hypot(*(after - here)))
        if length > 0:  # not where the line is broken
            parts = int(np.ceil(length / step))
            pieces.append(here + (after - here) * (np.arange(1, parts + 1) / parts)[:, None])
        elif not np.isnan(after).any():
            pieces.append(after[None])
    together = np.concatenate(pieces)
    return np.asarray(together[~np.isnan(together).any(axis=1)])


def _surroundings(drawn: Sequence[Drawn], room: Box) -> Surroundings:
    marks = [thing for thing in drawn if isinstance(thing, Marks)]
    nothing = places([])
    return Surroundings(
        room,
        np.concatenate([nothing, *(each.places for each in marks)]),
        # A diamond's corners reach farther than half its size.
        np.concatenate(
            [np.zeros(0), *(np.full(len(each.places), 0.66 * each.size) for each in marks)]
        ),
        np.concatenate(
            [nothing, *(sampled(each.places) for each in drawn if isinstance(each, Stroke))]
        ),
    )


def _size(name: Sequence[str]) -> tuple[float, float]:
    return max(width(line, SMALL) for line in name), len(name) * LINE


def _spot(
    point: Floats,
    reach: float,
    size: tuple[float, float],
    distance: float,
    direction: tuple[float, float],
) -> Spot:
    wide, high = size
    (x, y), (across, down) = point + np.array(direction) * (reach + APART + distance), direction
    left = x - wide * (0.0 if across > 0.3 else 1.0 if across < -0.3 else 0.5)
    top = y - high * (0.0 if down > 0.3 else 1.0 if down < -0.3 else 0.5)
    leader = places([])
    if distance > CLOSE:
        begins = point + np.array(direction) * (reach + 1)
        leader = line((begins[0], x - across), (begins[1], y - down))
    return Spot(Box(left, top, left + wide, top + high), leader)


def _is_free(
    spot: Spot, point: Floats, around: Surroundings, own: Flags, standing: Sequence[Spot]
) -> bool:
    if not spot.box.within(around.room):
        return False
    distances = spot.box.distances(around.marks)
    if np.any(distances < around.reach + 1):
        return False
    nearest = float(spot.box.distances(point[None])[0])
    if not spot.leader.size and np.any(distances[~own] < nearest + NEARER):
        return False  # it could be the name of either
    if any(spot.box.covers(other.box, APART) for other in standing):
        return False
    leaders = [places([]), *(sampled(other.leader) for other in standing)]
    if np.any(spot.box.holds(np.concatenate(leaders), 1.0)):
        return False
    led = sampled(spot.leader)
    if not led.size:
        return True
    if any(np.any(other.box.holds(led, 1.0)) for other in standing):
        return False
    others = np.concatenate([around.marks[~own], *leaders])
    apart = np.concatenate([around.reach[~own], np.full(sum(map(len, leaders)), STEP)])
    between = np.hypot(*(led[:, None, :] - others[None, :, :]).transpose(2, 0, 1))
    return not np.any(between < apart)


def _written(name: Sequence[str], spot: Spot, theme: Theme) -> Iterator[Thing]:
    if spot.leader.size:
        yield Stroke(spot.leader, theme.quiet_ink, 0.7, name="Name")
    for number, text in enumerate(name):
        base = spot.box.top + 0.95 * SMALL + number * LINE
        yield Words(spot.box.left, base, text, theme.ink, SMALL)
