"""A signal: what a rule found, where, and in words."""

from __future__ import annotations

from dataclasses import dataclass

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
        The points that make the signal, counted from 0. Empty when the whole series makes it.

    Examples
    --------
    >>> Signal("few crossings", "The line crosses the median 3 times.").points
    ()
    """

    rule: str
    words: str
    points: tuple[int, ...] = ()
