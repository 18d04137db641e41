"""Where a series most likely shifted from one level to another.

References
----------
Hinkley DV (1970). Inference about the change-point in a sequence of random variables. Biometrika
57(1): 1-17 (the likeliest place: the one that leaves the least squares about two averages).
Pettitt AN (1979). A non-parametric approach to the change-point problem. Applied Statistics 28(2):
126-135 (on ranks, which no single value can rule).
"""

from __future__ import annotations

import numpy as np

from qi_tools.phases import Floats

__all__ = ["FEWEST_TO_SPLIT", "average_ranks", "best_split"]

FEWEST_TO_SPLIT = 6
"""Three points on either side, so that no single one makes a level of its own: our choice."""


def average_ranks(values: Floats) -> Floats:
    """Give each value its place from the smallest, 1, to the largest; equal values share theirs.

    Parameters
    ----------
    values : ndarray of float, shape (values,)
        None of them missing.

    Returns
    -------
    ndarray of float, shape (values,)

    Examples
    --------
    >>> average_ranks(np.array([7.0, 3.0, 7.0, 9.0])).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place], dtype=np.float64)


def best_split(
    values: Floats, before: int = FEWEST_TO_SPLIT // 2, after: int = FEWEST_TO_SPLIT // 2
) -> int:
    """Give the first value after the shift that fits best.

    Parameters
    ----------
    values : ndarray of float, shape (values,)
        None of them missing. Give ranks where single values may be far out.
    before, after : int
        So many values stand on either side at least, 1 or more.

    Returns
    -------
    int
        Counted from 0. Two averages, before it and from it on, leave the least squares (Hinkley
        1970). Of places that fit equally well, the first.

    Raises
    ------
    ValueError
        If there are too few values.

    Examples
    --------
    >>> best_split(np.array([5.0, 6.0, 4.0, 5.0, 9.0, 8.0, 9.0]))
    4
    """
    n = values.size
    if n < before + after or min(before, after) < 1:
        raise ValueError(f"{n} values can't be split into {before} and {after} or more.")
    first = np.arange(1, n)
    sums = np.cumsum(values - values.mean())[:-1]
    gain = sums**2 * (1 / first + 1 / (n - first))
    return int(np.argmax(gain[before - 1 : n - after])) + before
