"""The constants of control charts, for samples of a normal distribution.

All are worked out exactly, not read from a printed table, so they hold for any size. The printed
ones (Montgomery 2009, appendix table VI) are these rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from qi_tools.phases import Floats

__all__ = ["D2_OF_TWO", "c4", "d2", "d3"]

D2_OF_TWO = 2 / math.sqrt(math.pi)
"""Average range of two values over sigma: d2 for pairs, as moving ranges are."""


def c4(sizes: Floats) -> Floats:
    """Give the average standard deviation of samples of these sizes, over sigma.

    Parameters
    ----------
    sizes : ndarray of float, any shape
        How many values each sample has; below 2 there is no deviation.

    Returns
    -------
    ndarray of float
        Same shape; not a number below 2.

    References
    ----------
    Montgomery (2009), section 3.2 and appendix table VI.

    Examples
    --------
    >>> c4(np.array([1.0, 2.0, 5.0])).round(4).tolist()
    [nan, 0.7979, 0.94]
    """
    return _for_each_size(sizes, _c4)


def d2(sizes: Floats) -> Floats:
    """Give the average range of samples of these sizes, over sigma.

    Parameters
    ----------
    sizes : ndarray of float, any shape
        How many values each sample has; below 2 there is no range.

    Returns
    -------
    ndarray of float
        Same shape; not a number below 2.

    References
    ----------
    Tippett LHC (1925). On the extreme individuals and the range of samples taken from a normal
    population. Biometrika 17: 364-387.

    Examples
    --------
    >>> d2(np.array([2.0, 5.0, 25.0])).round(3).tolist()
    [1.128, 2.326, 3.931]
    """
    return _for_each_size(sizes, lambda size: _range_moments(size)[0])


def d3(sizes: Floats) -> Floats:
    """Give the standard deviation of the range of samples of these sizes, over sigma.

    Parameters
    ----------
    sizes : ndarray of float, any shape
        How many values each sample has; below 2 there is no range.

    Returns
    -------
    ndarray of float
        Same shape; not a number below 2.

    References
    ----------
    Tippett (1925); see `d2`.

    Examples
    --------
    >>> d3(np.array([2.0, 5.0, 25.0])).round(3).tolist()
    [0.853, 0.864, 0.708]
    """
    return _for_each_size(sizes, lambda size: _range_moments(size)[1])


def _for_each_size(sizes: Floats, factor: Callable[[int], float]) -> Floats:
    different, where = np.unique(sizes, return_inverse=True)
    factors = [factor(int(size)) if size >= 2 else np.nan for size in different]
    return np.array(factors, dtype=np.float64)[where].reshape(np.shape(sizes))


@cache
def _c4(size: int) -> float:
    return math.sqrt(2 / (size - 1)) * math.exp(math.lgamma(size / 2) - math.lgamma((size - 1) / 2))


@cache
def _range_moments(size: int) -> tuple[float, float]:
    """Give the mean and the standard deviation of the range of `size` standard normal values."""
    # P(range <= w) = n ∫ φ(x) (Φ(x + w) - Φ(x))^(n-1) dx. The integrand falls to nothing smoothly
    # on both sides, where the plain sum over a grid is as exact as the computer's numbers.
    widths, weights, chances, shares = _grid()
    beyond = 1 - size * np.sum(chances * shares ** (size - 1), axis=1)
    mean = float(np.sum(weights * beyond))
    square = float(np.sum(weights * 2 * widths * beyond))
    return mean, math.sqrt(square - mean**2)


@cache
def _grid() -> tuple[Floats, Floats, Floats, Floats]:
    """Give what is the same for every size: widths, their weights, φ(x)dx and Φ(x + w) - Φ(x)."""
    from scipy.special import ndtr

    x, step = np.linspace(-10, 10, 801, retstep=True)
    nodes, weights = np.polynomial.legendre.leggauss(200)
    widths = 10 * (nodes + 1)
    chances = step * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return widths, 10 * weights, chances, ndtr(x + widths[:, None]) - ndtr(x)
