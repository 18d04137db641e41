"""Anhøj's two rules: a run may be too long, and the crossings of the centre too few.

Points on the centre line and missing points say nothing about runs, so they are left out; what is
left are the *useful* points. A run is a row of useful points on one side of the centre, and a
crossing is where one run ends and the next begins. In a series without any change in it,

* the longest run is seldom longer than ``round(log2(n)) + 3``, and
* there are seldom fewer crossings than the 5% point of a binomial with ``n - 1`` trials and
  probability one half,

``n`` being the useful points. Either one alone is a signal.

Series are judged phase by phase, many at once; see `qi_tools.phases`.

References
----------
Anhøj J, Olesen AV (2014). Run charts revisited: a simulation study of run chart rules for
detection of non-random variation in health care processes. PLoS ONE 9(11): e113825.

Anhøj J, Wentzel-Larsen T (2018). Sense and sensibility: on the diagnostic value of control chart
rules for detection of shifts in time series data. BMC Med Res Methodol 18: 100.

Perla RJ, Provost LP, Murray SK (2011). The run chart: a simple analytical tool for learning from
variation in healthcare processes. BMJ Quality & Safety 20(1): 46-51.

Swed FS, Eisenhart C (1943). Tables for testing randomness of grouping in a sequence of
alternatives. Annals of Mathematical Statistics 14(1): 66-87.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil, comb, floor, inf, sqrt

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Floats, Phases

__all__ = [
    "Runs",
    "anhoej_limits",
    "count_runs",
    "exact_runs",
    "printed_runs",
    "runs_in_order",
    "sides_of",
]


IN_WHOLE_NUMBERS = 1000
FEWEST_FOR_RUNS = 10  # as in Perla's table: with fewer points any number of runs is usual


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Counts of runs, and the limits they are held to.

    Each is an array of whole numbers, one for each phase.

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
    def columns(self) -> tuple[NDArray[np.int64], ...]:
        """The five counts and limits, in their order."""
        return (
            self.useful,
            self.longest_run,
            self.longest_run_limit,
            self.crossings,
            self.crossings_limit,
        )

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

    Both are worked out in whole numbers, so no rounding of a computer's can move a limit; only
    above 1,000 points, where that takes long, the binomial distribution comes from scipy.

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
    if useful > IN_WHOLE_NUMBERS:
        return longest_run_limit, _few_of_many(trials)
    crossings_limit, ways = 0, 1
    total = ways
    while 20 * total < 2**trials:  # total / 2^trials < 0.05
        ways = ways * (trials - crossings_limit) // (crossings_limit + 1)
        crossings_limit += 1
        total += ways
    return longest_run_limit, crossings_limit


@cache
def exact_runs(useful: int) -> tuple[int, int]:
    """Give the fewest and the most runs that are usual, with 2.5% in either tail at most.

    Below 10 points any number is usual. Above 1,000, where counting takes long, the number of runs
    is taken to be normal.

    Parameters
    ----------
    useful : int
        Points that are not on the centre line, half of them taken to lie on either side.

    Returns
    -------
    fewest, most : int
        Fewer or more runs than these are a signal; without enough points nothing is.

    References
    ----------
    Swed & Eisenhart (1943); Wald A, Wolfowitz J (1940), Annals of Mathematical Statistics 11(2):
    147-162 (mean and variance of the number of runs).

    Examples
    --------
    >>> [exact_runs(n) for n in (10, 24, 60)]
    [(3, 9), (8, 18), (24, 38)]
    """
    if useful < FEWEST_FOR_RUNS:
        return 0, useful
    above, below = useful // 2, useful - useful // 2
    if useful > IN_WHOLE_NUMBERS:
        mean = 1 + 2 * above * below / useful
        off = 1.959964 * sqrt((mean - 1) * (mean - 2) / (useful - 1))
        return floor(mean - off - 0.5) + 1, ceil(mean + off + 0.5) - 1
    whole = comb(useful, above)
    fewest, tail = 0, _arrangements(above, below, 0)
    while 40 * tail <= whole and fewest < useful:  # the chance of so few runs is 1 in 40 or less
        fewest += 1
        tail += _arrangements(above, below, fewest)
    most, tail = useful, _arrangements(above, below, useful)
    while 40 * tail <= whole and most > 0:
        most -= 1
        tail += _arrangements(above, below, most)
    return fewest, most


def printed_runs(useful: int) -> tuple[float, float]:
    """Give the fewest and the most runs that are usual, by the table that Perla et al. made known.

    It was copied from reprints, which do not all agree, and not checked against the paper itself;
    17 of its rows are not the exact ones. Without a row in the table nothing is a signal.

    Examples
    --------
    >>> printed_runs(12), printed_runs(61)
    ((3, 11), (0, inf))
    """
    row = useful - FEWEST_FOR_RUNS
    if not 0 <= row < len(_PRINTED_RUNS):
        return 0, inf
    return _PRINTED_RUNS[row]


# For 10 points not on the median, and so on up to 60.
_PRINTED_RUNS = (
    (3, 9), (3, 10), (3, 11), (4, 11), (4, 12), (5, 12), (5, 13), (5, 13), (6, 14), (6, 15),
    (6, 16), (7, 16), (7, 17), (7, 17), (8, 18), (8, 18), (9, 19), (10, 19), (10, 20), (10, 20),
    (11, 21), (11, 22), (11, 23), (12, 23), (12, 24), (12, 24), (13, 25), (13, 25), (14, 26),
    (14, 26), (15, 27), (15, 27), (16, 28), (16, 28), (17, 29), (17, 30), (17, 31), (18, 31),
    (18, 32), (19, 32), (19, 33), (20, 33), (20, 34), (21, 34), (21, 35), (22, 35), (22, 36),
    (23, 36), (23, 37), (24, 38), (24, 38),
)  # fmt: skip


def _arrangements(above: int, below: int, runs: int) -> int:
    """Count the orders of so many points above and below that make so many runs."""
    if runs < 2 or not above or not below:
        return int(runs == 1 and not (above and below) and above + below > 0)
    half = runs // 2
    if runs % 2 == 0:
        return 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
    return comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(
        below - 1, half
    )


def sides_of(values: Floats, centre: Floats, phases: Phases) -> NDArray[np.int8]:
    """Say on which side of the centre line each point lies.

    Parameters
    ----------
    values, centre : ndarray of float, shape (points,)
        Not a number is a missing value.
    phases : Phases

    Returns
    -------
    ndarray of int8, shape (points,)
        1 above the centre, -1 below it, 0 on it or missing. A point counts as on it when only the
        rounding of the computer's sums keeps it off: the average of twelve values of 0.1 is not 0.1
        to the last digit, and yet nothing lies above it.

    Examples
    --------
    >>> values = np.full(12, 0.1)
    >>> sides_of(values, np.full(12, values.sum() / 12), Phases(np.array([0]), 12)).any()
    np.False_
    """
    reach = phases.spread(1e-12 * phases.largest(np.abs(values)))
    off = values - centre
    return (off > reach).astype(np.int8) - (off < -reach).astype(np.int8)


def count_runs(side: NDArray[np.int8], phases: Phases) -> Runs:
    """Count the runs about the centre line in each phase, and set them beside Anhøj's limits.

    Parameters
    ----------
    side : ndarray of int8, shape (points,)
        1 above the centre, -1 below it, 0 on it or missing.
    phases : Phases

    Returns
    -------
    Runs
        Counts and limits, each of shape (phases,).

    References
    ----------
    Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018).

    Examples
    --------
    >>> side = np.repeat(np.array([-1, 1], dtype=np.int8), 6)
    >>> runs = count_runs(side, Phases(np.array([0]), 12))
    >>> runs.longest_run.tolist(), runs.crossings.tolist(), runs.crossings_limit.tolist()
    ([6], [1], [3])
    >>> runs.long_run.tolist(), runs.few_crossings.tolist()
    ([False], [True])
    """
    is_useful = side != 0
    useful = phases.count(is_useful)
    longest, crossings = np.zeros_like(useful), np.zeros_like(useful)
    if useful.any():
        kept, which = phases.keep(is_useful)
        sides = side[is_useful]
        begins = np.ones(sides.shape, dtype=bool)
        begins[1:] = sides[1:] != sides[:-1]
        begins[kept.starts] = True
        (starts,) = np.nonzero(begins)
        lengths = np.diff(starts, append=sides.size)
        first = np.cumsum(begins)[kept.starts] - 1  # the first run of each phase
        longest[which] = np.maximum.reduceat(lengths, first)
        crossings[which] = np.diff(first, append=lengths.size) - 1
    counts, where = np.unique(useful, return_inverse=True)
    limits = np.array([anhoej_limits(int(count)) for count in counts], dtype=np.int64)[where]
    return Runs(useful, longest, limits[:, 0], crossings, limits[:, 1])


def runs_in_order(side: NDArray[np.int8]) -> tuple[NDArray[np.intp], ...]:
    """Give the points of each run of one phase.

    Parameters
    ----------
    side : ndarray of int8, shape (points,)
        1 above the centre, -1 below it, 0 on it or missing.

    Returns
    -------
    tuple of ndarray of int
        For each run in time order, the positions of its useful points, counted from 0.

    Examples
    --------
    >>> [run.tolist() for run in runs_in_order(np.array([-1, -1, 1, 0, 1, -1], dtype=np.int8))]
    [[0, 1], [2, 4], [5]]
    """
    (useful,) = np.nonzero(side)
    if useful.size == 0:
        return ()
    return tuple(np.split(useful, np.nonzero(np.diff(side[useful]))[0] + 1))


def _few_of_many(trials: int) -> int:
    """Give the 5% point of a binomial with so many trials and probability one half."""
    from scipy.special import bdtr

    # From a place that is surely too low; the normal distribution is near enough to find it.
    few = max(0, int(trials / 2 - 1.6449 * sqrt(trials) / 2) - 20)
    while bdtr(few, trials, 0.5) < 0.05:
        few += 1
    return few
