"""Anhøj's two rules: a run may be too long, and the crossings of the centre too few.

Points on the centre line and missing points say nothing about runs, so they are left out; what is
left are the *useful* points. A run is a row of useful points on one side of the centre, and a
crossing is where one run ends and the next begins. In a series without any change in it,

* the longest run is seldom longer than ``round(log2(n)) + 3``, and
* there are seldom fewer crossings than the 5 % point of a binomial with ``n - 1`` trials and
  probability one half,

``n`` being the useful points. Either one alone is a signal.

All functions take one series or many at once: the last axis holds the points in order.

References
----------
Anhøj J, Olesen AV (2014). Run charts revisited: a simulation study of run chart rules for
detection of non-random variation in health care processes. PLoS ONE 9(11): e113825.

Anhøj J, Wentzel-Larsen T (2018). Sense and sensibility: on the diagnostic value of control chart
rules for detection of shifts in time series data. BMC Med Res Methodol 18: 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Runs", "anhoej_limits", "count_runs", "medians", "runs_in_order"]


@dataclass(frozen=True, slots=True)
class Runs:
    """Counts of runs, and the limits they are held to.

    Each is an array of whole numbers, one for each series (no axes at all for a single series).

    Parameters
    ----------
    useful : ndarray of int
        Points that are neither missing nor on the centre line.
    longest_run : ndarray of int
        Useful points in the longest run.
    longest_run_limit : ndarray of int
        A longer run than this is a signal.
    crossings : ndarray of int
        Times that the line crosses the centre.
    crossings_limit : ndarray of int
        Fewer crossings than this are a signal.
    """

    useful: NDArray[np.int64]
    longest_run: NDArray[np.int64]
    longest_run_limit: NDArray[np.int64]
    crossings: NDArray[np.int64]
    crossings_limit: NDArray[np.int64]

    @property
    def long_run(self) -> NDArray[np.bool_]:
        """True where the longest run is too long for chance."""
        return np.asarray(self.longest_run > self.longest_run_limit)

    @property
    def few_crossings(self) -> NDArray[np.bool_]:
        """True where there are too few crossings for chance."""
        return np.asarray(self.crossings < self.crossings_limit)


@cache
def anhoej_limits(useful: int) -> tuple[int, int]:
    """Give the longest run and the fewest crossings that chance alone makes likely.

    Both are worked out in whole numbers, so no rounding of a computer's can move a limit.

    Parameters
    ----------
    useful : int
        Useful points, 0 or more.

    Returns
    -------
    longest_run_limit : int
        ``round(log2(useful)) + 3``.
    crossings_limit : int
        The smallest ``k`` with ``P(X <= k) >= 0.05``, X binomial with ``useful - 1`` trials and
        probability one half. Without any useful point both limits are 0, which nothing breaks.

    Raises
    ------
    ValueError
        If `useful` is below 0.

    References
    ----------
    Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018).

    Examples
    --------
    >>> [anhoej_limits(n) for n in (12, 24, 36)]
    [(7, 3), (8, 8), (8, 13)]
    """
    if useful < 0:
        raise ValueError(f"useful is {useful}; give 0 or more points.")
    if useful == 0:
        return 0, 0
    # log2(n) lies nearest to k when n² lies from 2^(2k-1) up to 2^(2k+1). It never lies halfway:
    # that would make a power of two with an odd exponent a square.
    longest_run_limit = (useful * useful).bit_length() // 2 + 3
    trials = useful - 1
    crossings_limit, ways = 0, 1
    total = ways
    while 20 * total < 2**trials:  # total / 2^trials < 0.05
        ways = ways * (trials - crossings_limit) // (crossings_limit + 1)
        crossings_limit += 1
        total += ways
    return longest_run_limit, crossings_limit


def medians(values: ArrayLike) -> NDArray[np.float64]:
    """Give the median of each series, leaving missing values out.

    Parameters
    ----------
    values : array_like of float, shape (..., points)
        One series or many; not a number is a missing value.

    Returns
    -------
    ndarray of float, shape (...)
        Not a number where a whole series is missing.

    Raises
    ------
    ValueError
        If there are no points at all.

    Examples
    --------
    >>> medians([[3, 1, 2], [4, float("nan"), 1]]).tolist()
    [2.0, 2.5]
    """
    numbers = np.sort(np.asarray(values, dtype=np.float64), axis=-1)  # missing ones go last
    if numbers.ndim == 0 or numbers.shape[-1] == 0:
        raise ValueError("A median needs at least one point; give series of one point or more.")
    known = np.count_nonzero(~np.isnan(numbers), axis=-1)
    last = np.maximum(known - 1, 0)
    lower = np.take_along_axis(numbers, np.expand_dims(last // 2, -1), axis=-1)
    upper = np.take_along_axis(numbers, np.expand_dims((last + 1) // 2, -1), axis=-1)
    return np.asarray(((lower + upper) / 2)[..., 0])


def count_runs(values: ArrayLike, centre: ArrayLike) -> Runs:
    """Count the runs about a centre line, and set them beside Anhøj's limits.

    Parameters
    ----------
    values : array_like of float, shape (..., points)
        One series or many, in time order; not a number is a missing value.
    centre : array_like of float, shape (...)
        The centre line of each series.

    Returns
    -------
    Runs
        Counts and limits, each of shape (...).

    References
    ----------
    Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018).

    Examples
    --------
    >>> runs = count_runs([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 6.5)
    >>> int(runs.longest_run), int(runs.crossings), int(runs.crossings_limit)
    (6, 1, 3)
    >>> bool(runs.long_run), bool(runs.few_crossings)
    (False, True)
    """
    side = _sides(values, centre)
    shape = side.shape[:-1]
    run = np.zeros(shape, dtype=np.int64)
    longest = np.zeros(shape, dtype=np.int64)
    crossings = np.zeros(shape, dtype=np.int64)
    last_side = np.zeros(shape, dtype=np.int8)
    # Point by point for all series at once: a short loop however many series there are.
    for here in np.moveaxis(side, -1, 0):
        is_useful = here != 0
        goes_on = here == last_side
        crossings += is_useful & ~goes_on & (last_side != 0)
        run = np.where(is_useful, np.where(goes_on, run + 1, 1), run)
        longest = np.maximum(longest, run)
        last_side = np.where(is_useful, here, last_side)
    useful = np.count_nonzero(side, axis=-1)
    counts, where = np.unique(useful, return_inverse=True)
    limits = np.array([anhoej_limits(int(count)) for count in counts], dtype=np.int64)
    limits = limits.reshape(-1, 2)[np.reshape(where, shape)]
    return Runs(
        useful=np.asarray(useful, dtype=np.int64),
        longest_run=np.asarray(longest),
        longest_run_limit=np.asarray(limits[..., 0]),
        crossings=np.asarray(crossings),
        crossings_limit=np.asarray(limits[..., 1]),
    )


def runs_in_order(values: ArrayLike, centre: float) -> tuple[NDArray[np.intp], ...]:
    """Give the points of each run of one series.

    Parameters
    ----------
    values : array_like of float, shape (points,)
        One series in time order; not a number is a missing value.
    centre : float
        The centre line.

    Returns
    -------
    tuple of ndarray of int
        For each run in time order, the positions of its useful points, counted from 0.

    Examples
    --------
    >>> [run.tolist() for run in runs_in_order([1, 1, 5, 3, 5, 1], 3)]
    [[0, 1], [2, 4], [5]]
    """
    side = _sides(values, centre)
    (useful,) = np.nonzero(side)
    if useful.size == 0:
        return ()
    return tuple(np.split(useful, np.nonzero(np.diff(side[useful]))[0] + 1))


def _sides(values: ArrayLike, centre: ArrayLike) -> NDArray[np.int8]:
    """Give 1 above the centre, -1 below it, 0 on it or missing; same shape as the values."""
    numbers = np.asarray(values, dtype=np.float64)
    line = np.expand_dims(np.asarray(centre, dtype=np.float64), -1)
    return (numbers > line).astype(np.int8) - (numbers < line).astype(np.int8)
