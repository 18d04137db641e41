"""Limits of a funnel plot for units of any size, and how far units differ beside chance.

Computed here, explained in `qi_tools.spc.funnels`, where the references stand too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from qi_tools.columns import locked
from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Flags, Floats
from qi_tools.words import number_in_words

__all__ = [
    "FEWEST_EXPECTED",
    "Data",
    "Dispersion",
    "FunnelLimits",
    "Method",
    "dispersion",
    "dispersion_of",
    "limits_of",
    "rarest",
]

Data: TypeAlias = Literal["proportions", "rates", "ratios"]
Method: TypeAlias = Literal["exact", "shmi"]

TRIM = 0.1
"""The share of z-scores at each end that is pulled in (Spiegelhalter 2005) or, for the SHMI, left
out, before φ and τ² are taken from them."""
ALERT_TAIL, ALARM_TAIL = 0.025, 0.001
SIGNIFICANT = 0.05
# The normal approximation behind φ's test and widened limits wants at least so many events.
FEWEST_EXPECTED = 5
# Above this, the next whole number can no longer be told from a count.
MOST_EXPECTED = 1e15


@dataclass(frozen=True, slots=True, eq=False)
class FunnelLimits:
    """Limits for units of given sizes; each array has one number for each size.

    Parameters
    ----------
    denominators : ndarray of float
        How many the units saw, how long they were watched, or how many events were expected.
    lower_998, lower_95, upper_95, upper_998 : ndarray of float
        The limits on the scale of the values. Not a number where the denominator is.
    """

    denominators: Floats
    lower_998: Floats
    lower_95: Floats
    upper_95: Floats
    upper_998: Floats


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How far units differ, beside how far chance alone lets them.

    Parameters
    ----------
    units : int
        Units that it was taken from.
    phi : float
        φ, the mean square of the z-scores after the ends were pulled in or left out; not a number
        with fewer than two units.
    tau2 : float
        τ², the variance between units on the scale of the z-scores; 0 when chance explains all.
    p_value : float
        The chance of a φ so large when units differ by chance alone, from a χ² distribution.
        Pulling in the ends makes φ smaller, so that the true chance is smaller still. Not a number
        when it can't be told.
    """

    units: int
    phi: float
    tau2: float
    p_value: float

    @property
    def significant(self) -> bool:
        """True when φ is larger than chance allows, once in 20 at most."""
        return self.p_value < SIGNIFICANT

    @property
    def words(self) -> str:
        """The test of over-dispersion as one plain sentence."""
        if math.isnan(self.p_value):
            return (
                "Whether units differ by more than chance alone explains can't be told: that takes "
                f"two or more that expect {FEWEST_EXPECTED} events."
            )
        finding = "more than" if self.significant else "no more than"
        p = "p below 0.001" if self.p_value < 0.001 else f"p {number_in_words(self.p_value, 2)}"
        return (
            f"On the whole the units differ by {finding} chance alone explains "
            f"(φ {number_in_words(self.phi)}, {p})."
        )


def dispersion(
    z_scores: ArrayLike,
    errors: ArrayLike,
    *,
    estimated: bool,
    trim: float = TRIM,
    leave_out: bool = False,
) -> Dispersion:
    """Measure how far units differ, with the ends pulled in so that a few can't settle it.

    φ = Σz²/k and τ² = max(0, (kφ - (k - 1)) / (Σw - Σw²/Σw)), w = 1/s², over k units.

    Parameters
    ----------
    z_scores : array_like of float, shape (units,)
        How many standard errors each unit lies from the target.
    errors : array_like of float, shape (units,)
        The standard errors s, on the same scale as τ.
    estimated : bool
        True when the target is that of the same units: one degree of freedom less.
    trim : float
        The share at each end that is pulled in to its quantile (winsorised).
    leave_out : bool
        True to leave the ends out instead, as NHS England does for the SHMI: the units are put
        into 1/`trim` groups by rank, and the first and last group go.

    Returns
    -------
    Dispersion

    References
    ----------
    Spiegelhalter (2005) for φ, its test and winsorising; DerSimonian & Laird (1986) for τ².

    Examples
    --------
    >>> found = dispersion([-3, -1, 0.5, 2, 2.5], [0.1, 0.2, 0.1, 0.1, 0.2], estimated=False)
    >>> round(found.phi, 2), round(found.tau2, 4), found.significant
    (3.08, 0.0436, True)
    """
    from scipy.special import chdtrc

    z = np.asarray(z_scores, dtype=np.float64)
    s = np.asarray(errors, dtype=np.float64)
    if leave_out:
        kept = _middle(z, trim)
        z, s = z[kept], s[kept]
    elif z.size:
        z = np.clip(z, *np.quantile(z, [trim, 1 - trim]))
    units = z.size
    if units < 2:
        return Dispersion(units, math.nan, 0.0, math.nan)
    total = float(np.sum(z**2))
    weights = s**-2.0
    between = np.sum(weights) - np.sum(weights**2) / np.sum(weights)
    tau2 = max(0.0, (total - (units - 1)) / float(between))
    return Dispersion(units, total / units, tau2, float(chdtrc(units - estimated, total)))


def _middle(z_scores: Floats, trim: float) -> Flags:
    """Mark all but the first and last of 1/`trim` groups by rank; equal scores share a rank."""
    _, place, ties = np.unique(z_scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]
    groups = 1 / trim
    group = np.floor(ranks * groups / (z_scores.size + 1))
    return np.asarray((group > 0) & (group < groups - 1))


@dataclass(frozen=True, slots=True)
class _Scale:
    """A scale on which values vary nearly normally, by the same at any target.

    ``there`` and ``back`` lead to it and from it; the standard error of a unit is ``error`` over
    the square root of its denominator; ``least`` and ``most`` are its ends.
    """

    there: Callable[[Any], Any]
    back: Callable[[Any], Any]
    error: float
    least: float
    most: float


_ARCSINE = _Scale(lambda p: np.arcsin(np.sqrt(p)), lambda a: np.sin(a) ** 2, 0.5, 0, math.pi / 2)
_ROOT = _Scale(np.sqrt, np.square, 0.5, 0, math.inf)
_LOG = _Scale(np.log, np.exp, 1, -math.inf, math.inf)


def _scale(data: Data, method: Method) -> _Scale:
    if method == "shmi":
        return _LOG
    return _ARCSINE if data == "proportions" else _ROOT


def dispersion_of(
    events: Floats,
    sizes: Floats,
    target: float,
    *,
    data: Data,
    method: Method,
    large: Flags,
    estimated: bool,
) -> Dispersion:
    """Measure how far units differ, and test it by the units large enough.

    Parameters
    ----------
    events, sizes : ndarray of float, shape (units,)
        Known counts.
    target : float
        The centre, before it is multiplied.
    data, method
        As for `qi_tools.funnel`.
    large : ndarray of bool, shape (units,)
        True for units that expect enough events for a normal approximation.
    estimated : bool
        True when the target is that of the same units.

    Returns
    -------
    Dispersion
    """
    scale = _scale(data, method)
    errors = scale.error / np.sqrt(sizes)
    z_scores = (scale.there(events / sizes) - scale.there(target)) / errors
    ends = method == "shmi"
    found = dispersion(z_scores, errors, estimated=estimated, leave_out=ends)
    # Around one expected event the z-scores' mean square is far above 1 by chance alone.
    judged = dispersion(z_scores[large], errors[large], estimated=estimated, leave_out=ends)
    return replace(found, p_value=judged.p_value)


def rarest(sizes: Floats, target: float, data: Data) -> Floats:
    """Give how many events each unit expects, or non-events if they are fewer."""
    return sizes * (min(target, 1 - target) if data == "proportions" else target)


def limits_of(
    sizes: Floats, target: float, per: float, *, data: Data, method: Method, tau2: float | None
) -> FunnelLimits:
    """Give the limits of units of these sizes.

    Parameters
    ----------
    sizes : ndarray of float, shape (units,)
        Not a number for a unit without limits.
    target, per : float
        The centre, before it is multiplied by `per`, as the limits are.
    data, method
        As for `qi_tools.funnel`.
    tau2 : float or None
        The variance between units that the limits take in; None for limits of chance alone.

    Returns
    -------
    FunnelLimits

    Raises
    ------
    MeasureInvalid
        If too many events are expected to be told apart.
    """
    known = ~np.isnan(sizes)
    different, place = np.unique(sizes[known], return_inverse=True)
    if np.any(different * target > MOST_EXPECTED):
        raise MeasureInvalid(
            f"More than {MOST_EXPECTED:.0e} events are expected. Are target and per in the units "
            "of the values?"
        )

    def spread_out(limits: Floats) -> Floats:
        every = np.full(sizes.shape, np.nan)
        every[known] = limits[place] * per
        return locked(every)

    if tau2 is not None:
        alarm = _additive(different, target, _scale(data, method), tau2, ALARM_TAIL)
        alert = _additive(different, target, _scale(data, method), tau2, ALERT_TAIL)
    elif method == "shmi":
        alarm = _confidence(different, ALARM_TAIL)
        alert = _confidence(different, ALERT_TAIL)
    else:
        chance = _binomial if data == "proportions" else _poisson
        alarm = chance(different, target).limits(ALARM_TAIL)
        alert = chance(different, target).limits(ALERT_TAIL)
    return FunnelLimits(
        denominators=locked(sizes),
        lower_998=spread_out(alarm[0]),
        lower_95=spread_out(alert[0]),
        upper_95=spread_out(alert[1]),
        upper_998=spread_out(alarm[1]),
    )


def _additive(
    sizes: Floats, target: float, scale: _Scale, tau2: float, tail: float
) -> tuple[Floats, Floats]:
    """Give the limits of a normal distribution on the scale, widened by τ², back from the scale.

    Spiegelhalter (2005). An end of the scale is an end of the limits: without that, the sine and
    the square would turn round there.
    """
    from scipy.special import ndtri

    centre = scale.there(target)
    reach = -ndtri(tail) * np.sqrt(scale.error**2 / sizes + tau2)
    return (
        np.asarray(scale.back(np.maximum(centre - reach, scale.least))),
        np.asarray(scale.back(np.minimum(centre + reach, scale.most))),
    )


def _confidence(expected: Floats, tail: float) -> tuple[Floats, Floats]:
    """Give the exact confidence limits of a Poisson count, over that count.

    Points of chi-squared distributions with 2E and 2(E + 1) degrees of freedom, halved: which are
    points of gamma distributions.
    """
    from scipy.special import gammainccinv, gammaincinv

    return gammaincinv(expected, tail) / expected, gammainccinv(expected + 1, tail) / expected


@dataclass(frozen=True, slots=True, eq=False)
class _Chance:
    """How the counts of units vary by chance alone, each array of shape (units,).

    ``at_most`` and ``at_least`` give the chance of so many events or fewer, and or more;
    ``skew`` is the third central moment over the variance; ``most`` the largest count there is.
    """

    sizes: Floats
    mean: Floats
    variance: Floats
    skew: float
    most: Floats
    at_most: Callable[[Floats], Floats]
    at_least: Callable[[Floats], Floats]

    def limits(self, tail: float) -> tuple[Floats, Floats]:
        """Give the limits, over the sizes, that each tail's counts lie beyond."""
        from scipy.special import ndtri

        # A few steps from where a skewed normal distribution (Cornish & Fisher) has its tail.
        reach = -ndtri(tail)
        middle = self.mean + self.skew * (reach**2 - 1) / 6
        reach = reach * np.sqrt(self.variance)
        low = self._last_in_lower_tail(tail, np.maximum(np.floor(middle - reach - 0.5), -1))
        high = self._first_in_upper_tail(tail, np.maximum(np.ceil(middle + reach + 0.5), 1))
        # The tail's probability passes `tail` between these counts and the next ones inwards.
        within, beyond = self.at_most(low + 1), self.at_most(low)
        lower = low + (tail - beyond) / (within - beyond)
        within, beyond = self.at_least(high - 1), self.at_least(high)
        upper = high - (tail - beyond) / (within - beyond)
        return np.maximum(lower, 0) / self.sizes, np.minimum(upper, self.most) / self.sizes

    def _last_in_lower_tail(self, tail: float, counts: Floats) -> Floats:
        """Step to the largest counts with so many or fewer in the tail; -1 when there are none."""
        while np.any(too_many := self.at_most(counts) >= tail):
            counts = counts - too_many
        while np.any(more := self.at_most(counts + 1) < tail):
            counts = counts + more
        return counts

    def _first_in_upper_tail(self, tail: float, counts: Floats) -> Floats:
        """Step to the smallest counts with so many or more in the tail."""
        while np.any(too_few := self.at_least(counts) >= tail):
            counts = counts + too_few
        while np.any(fewer := self.at_least(counts - 1) < tail):
            counts = counts - fewer
        return counts


def _binomial(sizes: Floats, target: float) -> _Chance:
    from scipy.special import betainc, betaincc

    def at_most(counts: Floats) -> Floats:
        inside = np.clip(counts, 0, sizes - 1)
        chance = betaincc(inside + 1, sizes - inside, target)
        return np.where(counts < 0, 0.0, np.where(counts >= sizes, 1.0, chance))

    def at_least(counts: Floats) -> Floats:
        inside = np.clip(counts, 1, sizes)
        chance = betainc(inside, sizes - inside + 1, target)
        return np.where(counts <= 0, 1.0, np.where(counts > sizes, 0.0, chance))

    mean = sizes * target
    skew = 1 - 2 * target
    return _Chance(sizes, mean, mean * (1 - target), skew, sizes, at_most, at_least)


def _poisson(sizes: Floats, target: float) -> _Chance:
    from scipy.special import gammainc, gammaincc

    mean = sizes * target

    def at_most(counts: Floats) -> Floats:
        return np.where(counts < 0, 0.0, gammaincc(np.maximum(counts, 0) + 1, mean))

    def at_least(counts: Floats) -> Floats:
        return np.where(counts <= 0, 1.0, gammainc(np.maximum(counts, 1), mean))

    return _Chance(sizes, mean, mean, 1, np.full(sizes.shape, np.inf), at_most, at_least)
