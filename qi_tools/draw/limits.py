"""Where the scale of values starts and ends, for every way of drawing it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["value_limits"]


def value_limits(values: NDArray[np.float64], unit: str = "") -> tuple[float, float]:
    """Choose where the scale of values starts and ends.

    It starts at zero when no value is below zero and the lowest is at most half of the highest:
    then zero costs little room. Otherwise small changes would drown, and it starts just under the
    lowest value. Percentages up to 100 leave no room above 100.

    Parameters
    ----------
    values : ndarray of float
        What must be in sight; not a number is left out.
    unit : str
        The unit of the values.

    Returns
    -------
    low, high : float

    Examples
    --------
    >>> value_limits(np.array([2.0, 10.0])), value_limits(np.array([90.0, 100.0]), "%")
    ((0.0, 10.8), (89.2, 100.0))
    """
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    from_zero = low >= 0 and low <= high / 2 and high > 0
    bottom = 0.0 if from_zero else low
    room = 0.08 * (high - bottom) or 0.1 * abs(high) or 1.0
    top = high + room
    if unit == "%" and low >= 0 and high <= 100:
        top = min(top, 100.0)
    if from_zero:
        return 0.0, top
    return (max(0.0, low - room) if low >= 0 else low - room), top
