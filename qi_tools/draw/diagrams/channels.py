"""The channel between two columns of a map: lines from boxes at its left to boxes at its right.

All lines into one box run along one upright track and enter it at one place, so that they join.
Where lines of different boxes meet, they only cross.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

__all__ = ["TRACKS", "Bundle", "bundled", "ordered"]

TRACKS = 4
"""So many boxes at the right of a channel can have lines; all orders of their tracks are tried."""
CLEAR = 7.0  # a line enters so far from where other lines leave


@dataclass(frozen=True, slots=True)
class Bundle:
    """The lines into one box.

    Parameters
    ----------
    to : int
        The box.
    exits : tuple of float
        How far down the lines leave the boxes at the left.
    entry : float
        How far down they enter.
    """

    to: int
    exits: tuple[float, ...]
    entry: float

    @property
    def top(self) -> float:
        """Where its track begins."""
        return min(self.entry, *self.exits)

    @property
    def bottom(self) -> float:
        """Where its track ends."""
        return max(self.entry, *self.exits)


def bundled(
    exits: Mapping[int, Sequence[float]], sides: Mapping[int, tuple[float, float]]
) -> tuple[Bundle, ...]:
    """Choose where lines enter their boxes: straight on if that can be, and never on another line.

    Parameters
    ----------
    exits : mapping of int to sequence of float
        For each box at the right, how far down the lines to it leave the boxes at the left. No two
        lines leave at one place.
    sides : mapping of int to tuple of float
        For each of these boxes, the highest and the lowest place at which lines may enter.

    Returns
    -------
    tuple of Bundle

    Examples
    --------
    >>> bundled({2: [10.0], 3: [30.0]}, {2: (0.0, 24.0), 3: (26.0, 32.0)})
    (Bundle(to=2, exits=(10.0,), entry=10.0), Bundle(to=3, exits=(30.0,), entry=30.0))
    """
    found = []
    for to, own in exits.items():
        others = [place for each, places in exits.items() if each != to for place in places]
        clear = {
            place: min([CLEAR, *(abs(place - other) for other in others)])
            for place in _wished(own, *sides[to])
        }
        entry = max(clear, key=lambda place: clear[place])  # of several, the first wished for
        found.append(Bundle(to, tuple(own), entry))
    return tuple(found)


def _wished(own: Sequence[float], top: float, bottom: float) -> Iterator[float]:
    """Give places to enter, the best first: straight on, else near the middle."""
    middle = (top + bottom) / 2
    yield from sorted(
        (place for place in own if top <= place <= bottom), key=lambda place: abs(place - middle)
    )
    for step in range(int(middle - top) + 1):
        yield middle - step
        yield middle + step


def ordered(bundles: Sequence[Bundle]) -> tuple[Bundle, ...]:
    """Order the bundles that need a track, from left to right, so that fewest lines cross.

    Examples
    --------
    >>> [each.to for each in ordered([Bundle(1, (0.0,), 20.0), Bundle(2, (10.0,), 30.0)])]
    [2, 1]
    """
    bent = [each for each in bundles if each.bottom > each.top]
    return min(permutations(bent), key=_crossings)


def _crossings(order: Sequence[Bundle]) -> int:
    return sum(
        sum(left.top < place < left.bottom for place in right.exits)
        + (right.top < left.entry < right.bottom)
        for left, right in combinations(order, 2)
    )
