"""A signal: what a rule found, where, and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Signal"]


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule found in one series.

    Parameters
    ----------
    rule : str
        The rule's name, such as ``"long run"``.
    words : str
        The finding as one plain sentence.
    points : tuple of int
        The points that make the signal, counted from 0. Empty when the whole phase makes it.
    way : {"high", "low", "neither"}
        Whether it points to higher or to lower values.
    phase : int
        The phase it was found in, counted from 0.

    Examples
    --------
    >>> Signal("few crossings", "The line crosses the median 3 times.").points
    ()
    """

    rule: str
    words: str
    points: tuple[int, ...] = ()
    way: Literal["high", "low", "neither"] = "neither"
    phase: int = 0
