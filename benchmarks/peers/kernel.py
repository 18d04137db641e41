"""The floor: the same limits and rules in bare numpy, for one array, with no table at the end.

It holds for what the benchmark makes and nothing else: series of one length, no missing values, no
point exactly on its centre line.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


def signals(values: NDArray[np.float64]) -> dict[str, Flags]:
    """Find the signals of individuals charts by Anhøj's rules and by Making Data Count's.

    Parameters
    ----------
    values : ndarray of float, shape (series, points)

    Returns
    -------
    dict
        Flags of points, shape (series, points), or for "few crossings" of series.
    """
    points = values.shape[1]
    centre = values.mean(axis=1, keepdims=True)
    sigma = np.abs(np.diff(values)).mean(axis=1, keepdims=True) / 1.128
    sigmas = (values - centre) / sigma
    steps = np.diff(values)
    crossings = np.count_nonzero((sigmas[:, 1:] > 0) != (sigmas[:, :-1] > 0), axis=1)
    longest_run = round(math.log2(points)) + 3
    found = {
        "beyond the limits": np.abs(sigmas) > 3,
        "few crossings": crossings < _usual_crossings(points),
    }
    for side in (sigmas > 0, sigmas < 0):
        for name, length in (("long run", longest_run + 1), ("shift", 7)):
            _add(found, name, _rows(side, length))
        far = side & (np.abs(sigmas) > 2)
        two = far[:, :-2].astype(np.int8) + far[:, 1:-1] + far[:, 2:] >= 2
        _add(found, "2 of 3", far & _members(two & _all_of(side, 3), 3, points))
    for way in (steps > 0, steps < 0):
        _add(found, "trend", _members(_all_of(way, 6), 7, points))
    return found


def _usual_crossings(points: int) -> int:
    """Give the 5 % point of the crossings that a series without any change has."""
    ways, crossings = 0, -1
    while 20 * ways < 2 ** (points - 1):
        crossings += 1
        ways += math.comb(points - 1, crossings)
    return crossings


def _add(found: dict[str, Flags], name: str, flags: Flags) -> None:
    found[name] = found[name] | flags if name in found else flags


def _all_of(flags: Flags, length: int) -> Flags:
    """Say of each stretch so long, by its first place, whether all of it is flagged."""
    places = flags.shape[1] - length + 1
    whole = flags[:, :places].copy()
    for place in range(1, length):
        whole &= flags[:, place : place + places]
    return whole


def _members(stretches: Flags, length: int, points: int) -> Flags:
    """Flag all points of the stretches, each named by its first place."""
    flags = np.zeros((stretches.shape[0], points), dtype=bool)
    for place in range(length):
        flags[:, place : place + stretches.shape[1]] |= stretches
    return flags


def _rows(flags: Flags, length: int) -> Flags:
    return _members(_all_of(flags, length), length, flags.shape[1])
