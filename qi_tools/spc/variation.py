"""What signals mean: improvement or concern, and whether a target will be met.

Variation is judged at the latest point, as Making Data Count's first icon is; assurance compares
the target with the limits there, as its second one does. Here both are plain words for people and
programs to read; the icons are drawn elsewhere.

References
----------
NHS England, Making Data Count: the variation and assurance icons, and the number of points from
which its tools show them (13), as its team states in issue 194 of NHSRplotthedots (2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Flags, Floats, Phases
from qi_tools.spc.analysis import Analysis

__all__ = [
    "ASSURANCE",
    "FEWEST_FOR_ICONS",
    "VARIATION",
    "Meaning",
    "direction",
    "meaning",
    "meets",
    "nearly",
]

VARIATION = (
    "too few points",
    "common cause",
    "improvement, high",
    "improvement, low",
    "concern, high",
    "concern, low",
    "special cause, high",
    "special cause, low",
    "special cause",
)
"""What the latest point shows. The last three say nothing of better or worse: no direction is
better, or the signal points nowhere, as one that lies in the whole phase does."""
ASSURANCE = ("none", "passing", "failing", "hit or miss")
"""Whether the target will be met, if nothing changes: always, never, now and then. None: there is
no target, no limits, too few points or no direction that is better."""
FEWEST_FOR_ICONS = 13
"""With fewer points in the latest phase there is no icon (Making Data Count)."""

_BETTER = {"higher": 1, "lower": -1, "neither": 0}


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What signals mean.

    Parameters
    ----------
    improvement, concern : ndarray of bool, shape (points,)
        Points with a signal in the better and in the worse direction. A point can show both: it
        may lie on the good side of the centre in a run and yet end a trend for the worse.
    variation : ndarray of int, shape (measures,)
        What the latest judged point shows: a place in `VARIATION`.
    assurance : ndarray of int, shape (measures,)
        Whether the target will be met: a place in `ASSURANCE`.
    """

    improvement: Flags
    concern: Flags
    variation: NDArray[np.int8]
    assurance: NDArray[np.int8]


def meaning(
    analysis: Analysis,
    phases: Phases,
    measures: Phases,
    better: NDArray[np.int8],
    target: Floats,
) -> Meaning:
    """Say what the signals of one or many measures mean.

    Parameters
    ----------
    analysis : Analysis
    phases : Phases
        The phases, as analysed.
    measures : Phases
        Where each measure begins; a measure has one phase or more.
    better : ndarray of int8, shape (measures,)
        1 where higher is better, -1 where lower is, 0 where neither; see `direction`.
    target : ndarray of float, shape (points,)
        Not a number where there is none.

    Returns
    -------
    Meaning
    """
    high, low = analysis.pointing
    neither = (analysis.high | analysis.low) & ~high & ~low
    way = measures.spread(better)
    improvement = np.where(way > 0, high, low) & (way != 0)
    concern = np.where(way > 0, low, high) & (way != 0)

    judged = analysis.judged
    # The latest judged point of each measure, or its first point where none is judged.
    place = np.where(judged, np.arange(judged.size), -1)
    last = np.maximum.reduceat(place, measures.starts)
    none = last < 0
    last = np.where(none, measures.starts, last)
    phase = phases.of_point[last]
    few = none | (phases.count(judged)[phase] < FEWEST_FOR_ICONS)
    whole = np.zeros(phases.starts.size, dtype=bool)
    for _, found in analysis.found:
        whole |= found.whole
    variation = np.select(
        [
            few,
            improvement[last] & (better > 0),
            improvement[last],
            concern[last] & (better < 0),
            concern[last],
            high[last],
            low[last],
            neither[last] | whole[phase],
        ],
        [0, 2, 3, 4, 5, 6, 7, 8],
        1,
    ).astype(np.int8)
    return Meaning(
        improvement,
        concern,
        variation,
        _assurance(analysis, last, few, analysis.still[phase], better, target),
    )


def direction(better: str) -> int:
    """Give 1 when higher is better, -1 when lower is, 0 when neither (see `Measure.better`)."""
    return _BETTER[better]


def meets(value: float, target: float, better: str) -> bool:
    """Say whether a value meets a target, when higher or lower is better (see `Measure.better`).

    Examples
    --------
    >>> meets(100 * 0.07, 7.0, "lower"), meets(8.0, 7.0, "lower"), meets(8.0, 7.0, "higher")
    (True, False, True)
    """
    return nearly(value, target) or (value > target) == (better == "higher")


def nearly(value: float, target: float) -> bool:
    """Say whether two numbers are one, but for the rounding of binary fractions."""
    return bool(abs(value - target) <= 1e-9 * abs(target))


def _assurance(  # noqa: PLR0917
    analysis: Analysis,
    last: NDArray[np.int64],
    few: Flags,
    still: Flags,
    better: NDArray[np.int8],
    targets: Floats,
) -> NDArray[np.int8]:
    target, lower, upper = targets[last], analysis.lines.lower[last], analysis.lines.upper[last]
    silent = few | (better == 0) | np.isnan(target) | np.isnan(lower) | np.isnan(upper)
    # A value that never varies meets a target that it equals; limits of some width that reach
    # the target leave it to chance.
    below = (target < lower) | (still & (target == lower))
    above = (target > upper) | (still & (target == upper))
    passing = np.where(better > 0, below, above)
    failing = np.where(better > 0, above, below) & ~passing
    return np.select([silent, passing, failing], [0, 1, 2], 3).astype(np.int8)
