"""Subgroups: several values of one day, week or batch, summed up as mean, deviation and range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Floats, Phases

__all__ = ["Subgroups", "gather"]


@dataclass(frozen=True, slots=True, eq=False)
class Subgroups:
    """How the values within each point's subgroup vary.

    Parameters
    ----------
    sizes : ndarray of float, shape (points,)
        Values that are not missing.
    deviations : ndarray of float, shape (points,)
        Their standard deviation; not a number below two values.
    ranges : ndarray of float, shape (points,)
        The largest less the smallest; not a number below two values.
    """

    sizes: Floats
    deviations: Floats
    ranges: Floats


def gather(values: Floats, group: NDArray[np.int64]) -> tuple[Floats, Subgroups]:
    """Sum values up by subgroup.

    Parameters
    ----------
    values : ndarray of float, shape (values,)
        Not a number is a missing value.
    group : ndarray of int, shape (values,)
        The subgroup of each value, counted from 0; each number up to the last one occurs.

    Returns
    -------
    means : ndarray of float, shape (subgroups,)
        Not a number where all values are missing.
    subgroups : Subgroups

    Examples
    --------
    >>> means, within = gather(np.array([1.0, 5.0, 3.0]), np.array([0, 1, 0]))
    >>> means.tolist(), within.sizes.tolist(), within.ranges.tolist()
    ([2.0, 5.0], [2.0, 1.0], [2.0, nan])
    """
    order = np.argsort(group, kind="stable")
    sorted_values = values[order]
    phases = Phases.of_lengths(np.bincount(group))
    known = ~np.isnan(sorted_values)
    sizes = phases.count(known).astype(np.float64)
    means = phases.mean(sorted_values, known)
    off = np.where(known, sorted_values - phases.spread(means), 0.0)
    several = np.where(sizes > 1, sizes, np.nan)
    deviations = np.sqrt(phases.total(off**2) / (several - 1))
    ranges = phases.largest(sorted_values) + phases.largest(-sorted_values)
    return means, Subgroups(sizes, deviations, np.where(sizes > 1, ranges, np.nan))
