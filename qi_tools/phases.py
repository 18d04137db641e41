"""Phases: stretches of points that are each judged on their own, laid end to end in one array.

One measure with one phase is a single stretch; ten thousand measures with several phases each are
as many stretches in the same flat arrays. Everything below works on all of them at once, so one
measure and ten thousand are computed by the same lines of code and give the same numbers, and
stretches may differ in length without any padding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flags", "Floats", "Phases", "Whole"]

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Whole: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Phases:
    """Where each phase begins in arrays that hold all points end to end.

    Parameters
    ----------
    starts : ndarray of int, shape (phases,)
        The first point of each phase, rising from 0; no phase is empty.
    size : int
        How many points there are in all.

    Raises
    ------
    ValueError
        If the starts do not rise from 0 to below `size`.

    Examples
    --------
    >>> two = Phases(np.array([0, 3]), 5)
    >>> two.total(np.array([1.0, 2.0, 3.0, 10.0, 20.0])).tolist()
    [6.0, 30.0]
    """

    starts: Whole
    size: int

    def __post_init__(self) -> None:
        starts = np.asarray(self.starts, dtype=np.int64)
        rising = starts.size > 0 and starts[0] == 0 and bool(np.all(np.diff(starts) > 0))
        if not rising or starts[-1] >= self.size:
            raise ValueError("The starts of phases must rise from 0 and stay below the size.")
        object.__setattr__(self, "starts", starts)

    @classmethod
    def of_lengths(cls, lengths: NDArray[Any]) -> Phases:
        """Lay stretches of these lengths, each 1 or more, end to end."""
        ends = np.cumsum(np.asarray(lengths, dtype=np.int64))
        return cls(ends - lengths, int(ends[-1]))

    @cached_property
    def lengths(self) -> Whole:
        """How many points each phase has, shape (phases,)."""
        return np.diff(self.starts, append=self.size)

    @cached_property
    def of_point(self) -> Whole:
        """The phase of each point, counted from 0, shape (points,)."""
        return np.repeat(np.arange(self.starts.size), self.lengths)

    @cached_property
    def rank(self) -> Whole:
        """The place of each point within its phase, counted from 0, shape (points,)."""
        return np.asarray(np.arange(self.size) - self.spread(self.starts))

    def spread(self, each: NDArray[Any]) -> NDArray[Any]:
        """Give every point what its phase has: shape (phases,) becomes (points,)."""
        return np.repeat(each, self.lengths)

    def total(self, values: Floats, where: Flags | None = None) -> Floats:
        """Add up the values of each phase, those not in `where` left out."""
        # numpy adds within a stretch in pairs, so the rounding stays far below any tie.
        counted = values if where is None else np.where(where, values, 0.0)
        return np.asarray(np.add.reduceat(counted, self.starts), dtype=np.float64)

    def count(self, flags: Flags) -> Whole:
        """Count the points of each phase that are flagged."""
        return np.asarray(np.add.reduceat(flags, self.starts, dtype=np.int64))

    def largest(self, values: Floats) -> Floats:
        """Give the largest value of each phase, missing ones left out; all missing gives none."""
        return np.asarray(np.fmax.reduceat(values, self.starts))

    def mean(self, values: Floats, where: Flags) -> Floats:
        """Average the values of each phase that are in `where`; without any, not a number."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.total(values, where) / self.count(where))

    def median(self, values: Floats, where: Flags) -> Floats:
        """Give the median of the values of each phase in `where`; without any, not a number."""
        known = np.where(where, values, np.nan)
        middle = np.full(self.starts.size, np.nan)
        counts = self.count(~np.isnan(known))
        # Phases of one length are sorted together, as the rows of one table. There can never be
        # many different lengths: together they have no more points than there are.
        for length in np.unique(self.lengths):
            (which,) = np.nonzero(self.lengths == length)
            rows = np.sort(known[self.starts[which, None] + np.arange(length)], axis=1)
            last = np.maximum(counts[which] - 1, 0)  # missing values were sorted to the end
            lower = rows[np.arange(which.size), last // 2]
            upper = rows[np.arange(which.size), (last + 1) // 2]
            middle[which] = (lower + upper) / 2
        return middle

    def keep(self, flags: Flags) -> tuple[Phases, Whole]:
        """Give the phases of the flagged points alone, and which of the former each one was.

        A phase without any flagged point falls away.

        Raises
        ------
        ValueError
            If no point is flagged.
        """
        counts = self.count(flags)
        (which,) = np.nonzero(counts)
        if which.size == 0:
            raise ValueError("No point is left.")
        return Phases.of_lengths(counts[which]), which
