"""What happens in the life of a measure: phases, points left out, notes and targets.

Each is a plain frozen value with a place, counted from 0, and the words that a reader needs: a new
phase or an excluded point without a reason is how charts come to be distrusted.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Exclusion", "Note", "Phase", "Target"]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of points with lines of its own.

    Parameters
    ----------
    first : int
        Its first point, counted from 0.
    baseline : int or None
        How many of its points, from the first on, the lines are computed from: they are frozen
        after that. None when all points count.
    reason : str
        Why the phase began.
    """

    first: int
    baseline: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A point that does not count towards lines and runs, though it is still shown.

    Parameters
    ----------
    point : int
        Counted from 0.
    reason : str
        Why it is left out.
    """

    point: int
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Words that stand beside a point.

    Parameters
    ----------
    point : int
        Counted from 0.
    words : str
    """

    point: int
    words: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target, from one point on.

    Parameters
    ----------
    first : int
        The first point that it holds for, counted from 0.
    value : float
        In the measure's own unit.
    """

    first: int
    value: float
