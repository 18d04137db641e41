"""How far a marking run is, and how long the rest will take."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    done, total : int
        How many hand-ins are done, and how many there are.
    seconds : float
        How long those that are done took.
    """

    done: int
    total: int
    seconds: float

    @property
    def seconds_left(self) -> float:
        """How long the rest will take, if it goes on like this."""
        return (self.total - self.done) * self.seconds / self.done if self.done else math.inf

    def words(self) -> str:
        """Return it in words.

        Examples
        --------
        >>> Progress(50, 200, 6.0).words()
        '50 of 200, about 20 seconds left'
        >>> Progress(50, 200, 100.0).words()
        '50 of 200, about 5 minutes left'
        >>> Progress(200, 200, 24.0).words()
        '200 of 200'
        """
        counted = f"{self.done} of {self.total}"
        left = self.seconds_left
        if self.done >= self.total or math.isinf(left):
            return counted
        if left < 10:
            return f"{counted}, a few seconds left"
        if left < 90:
            return f"{counted}, about {round(left, -1):.0f} seconds left"
        if left < 90 * 60:
            return f"{counted}, about {left / 60:.0f} minutes left"
        return f"{counted}, about {left / 3600:.0f} hours left"
