"""Kinds of chart: which lines each has, what it needs, and which rules have a meaning on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from qi_tools.errors import ChartImpossible
from qi_tools.phases import Flags, Floats
from qi_tools.spc import limits
from qi_tools.spc.limits import Constants, Limits, Points
from qi_tools.spc.rule_sets import RuleSet
from qi_tools.spc.rules import LooksAt, Rule

__all__ = ["KINDS", "Kind", "Need", "check", "kind_called", "plotted_target", "rules_for"]

_EVERYTHING: frozenset[LooksAt] = frozenset(("limits", "sigmas", "centre", "order"))


@dataclass(frozen=True, slots=True)
class Need:
    """Something that the points of a chart must have.

    Parameters
    ----------
    words : str
        The fault, as the end of a sentence that begins with the points at fault.
    fault : callable
        Gives True for points that do not have it.
    """

    words: str
    fault: Callable[[Points], Flags]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of chart.

    Parameters
    ----------
    name : str
        As it is asked for, such as ``"p"``.
    title : str
        As a reader sees it, such as ``"P chart"``.
    centre : {"mean", "median", "centre"}
        What the centre line is; on a t chart it is neither of the two.
    limits : callable
        Computes its lines; see `qi_tools.spc.limits`.
    denominators : {"required", "allowed", "refused"}
        Whether the values must, may or can't be counts over denominators.
    subgroups : bool
        True when each point must be the mean of several values.
    needs : tuple of Need
        What each point must have.
    plots : {"values", "counts", "spread"}
        What is plotted: the measure's values, the counts behind them, or how far values lie from
        each other, which has no better direction and no target of its own.
    judged : frozenset
        What rules may look at on this chart.
    from_moving_ranges : bool
        Whether the limits come from moving ranges, which can be screened.
    least, largest : float
        Between which the centre line must lie, for each one that is counted.
    """

    name: str
    title: str
    centre: Literal["mean", "median", "centre"]
    limits: Limits
    denominators: Literal["required", "allowed", "refused"] = "allowed"
    subgroups: bool = False
    needs: tuple[Need, ...] = ()
    plots: Literal["values", "counts", "spread"] = "values"
    judged: frozenset[LooksAt] = _EVERYTHING
    from_moving_ranges: bool = False
    least: float = -math.inf
    largest: float = math.inf

    @property
    def has_limits(self) -> bool:
        """Whether the chart has limits at all."""
        return "limits" in self.judged


def _below_zero(points: Points) -> Flags:
    return np.asarray(points.values < 0)


def _not_above_zero(points: Points) -> Flags:
    return np.asarray(points.values <= 0)


def _more_than_all(points: Points) -> Flags:
    if points.numerators is None or points.denominators is None:
        return np.zeros(points.values.shape, dtype=bool)
    return np.asarray(points.numerators > points.denominators)


_NOT_BELOW_ZERO = Need(
    'are below 0, and counts can\'t be. Mend them, or use the "i" chart for other values',
    _below_zero,
)
_SHARE = Need(
    "have a numerator above the denominator, so this is no proportion. When one case can have "
    'several events it is a rate: use the "u" chart',
    _more_than_all,
)
_AFTER_ZERO = Need(
    "are 0 or less, and there is always some time between two events. Record times more finely "
    "(hours, not days), or count the events of each week or month",
    _not_above_zero,
)

_ALL = (
    Kind("run", "Run chart", "median", limits.median_only, judged=frozenset(("centre", "order"))),
    Kind("i", "I chart", "mean", limits.individuals, from_moving_ranges=True),
    Kind(
        "i_m",
        "I chart about the median",
        "median",
        limits.individuals_about_median,
        from_moving_ranges=True,
    ),
    Kind(
        "i_mm",
        "I chart by medians",
        "median",
        limits.individuals_by_medians,
        from_moving_ranges=True,
    ),
    # Each moving range shares a point with the next, so runs and trends of them mislead.
    Kind(
        "mr",
        "MR chart",
        "mean",
        limits.moving_ranges,
        plots="spread",
        judged=frozenset(("limits",)),
    ),
    Kind("xbar_s", "X̄ chart (S)", "mean", limits.means_by_deviations, subgroups=True),
    Kind("s", "S chart", "mean", limits.deviations, subgroups=True, plots="spread"),
    Kind("xbar_r", "X̄ chart (R)", "mean", limits.means_by_ranges, subgroups=True),
    Kind("r", "R chart", "mean", limits.ranges, subgroups=True, plots="spread"),
    Kind(
        "p",
        "P chart",
        "mean",
        limits.proportions,
        "required",
        needs=(_SHARE,),
        least=0.0,
        largest=1.0,
    ),
    Kind(
        "p'",
        "P′ chart",
        "mean",
        limits.proportions_prime,
        "required",
        needs=(_SHARE,),
        from_moving_ranges=True,
        least=0.0,
        largest=1.0,
    ),
    Kind("u", "U chart", "mean", limits.rates, "required", least=0.0),
    Kind(
        "u'",
        "U′ chart",
        "mean",
        limits.rates_prime,
        "required",
        from_moving_ranges=True,
        least=0.0,
    ),
    Kind("i'", "I′ chart", "mean", limits.individuals_prime, from_moving_ranges=True),
    Kind(
        "np",
        "NP chart",
        "mean",
        limits.numbers_of_items,
        "required",
        needs=(_SHARE,),
        plots="counts",
        least=0.0,
        largest=1.0,
    ),
    Kind("c", "C chart", "mean", limits.counts, "refused", needs=(_NOT_BELOW_ZERO,), least=0.0),
    Kind(
        "g",
        "G chart",
        "median",
        limits.cases_between,
        "refused",
        needs=(_NOT_BELOW_ZERO,),
        least=0.0,
    ),
    Kind(
        "t",
        "T chart",
        "centre",
        limits.time_between,
        "refused",
        needs=(_AFTER_ZERO,),
        from_moving_ranges=True,
        least=0.0,
    ),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind of chart, by its name."""


def kind_called(name: object) -> Kind:
    """Give the kind of chart of this name.

    Raises
    ------
    ChartImpossible
        If there is none.

    Examples
    --------
    >>> kind_called("p").title
    'P chart'
    """
    plain = name.replace("′", "'").replace("’", "'") if isinstance(name, str) else name
    if not isinstance(plain, str) or plain not in KINDS:
        raise ChartImpossible(
            f"There is no {name!r} chart. Use one of {', '.join(KINDS)}; suggest_chart helps to "
            "choose."
        )
    return KINDS[plain]


def check(kind: Kind, points: Points, name: Callable[[int], str]) -> None:
    """Make sure that points have what a kind of chart needs.

    Parameters
    ----------
    kind : Kind
    points : Points
    name : callable
        Gives the words for a point, by its place.

    Raises
    ------
    ChartImpossible
        If they don't: says which points, and what to do.
    """
    if not isinstance(points.constants, Constants):
        raise ChartImpossible(
            f"constants is {points.constants!r}. Use qi_tools.spc.limits.PRINTED or EXACT, or "
            "Constants of that module."
        )
    over = points.denominators is not None
    if kind.denominators == "required" and not over:
        raise ChartImpossible(
            f"{_a(kind)} needs the denominators that the values are counted over. Give "
            'them with the measure (denominators=...), or use the "i" chart.'
        )
    if kind.denominators == "refused" and over:
        raise ChartImpossible(
            f'{_a(kind)} has no denominators, and these values have. Use the "p" or "u" chart, or '
            "make a measure of the counts alone."
        )
    if kind.subgroups and points.sizes is None:
        raise ChartImpossible(
            f"{_a(kind)} needs several values for each point. Make the measure with "
            'Measure.from_subgroups, or use the "i" chart.'
        )
    if points.centre is not None:
        _check_centre(kind, float(points.centre[0]))
    for need in kind.needs:
        places = np.nonzero(need.fault(points))[0]
        if places.size:
            more = f" and {places.size - 3:,} more" if places.size > 3 else ""
            named = ", ".join(name(int(place)) for place in places[:3])
            raise ChartImpossible(f"{_a(kind)} can't be made. Values {need.words}: {named}{more}.")


def _check_centre(kind: Kind, centre: float) -> None:
    """Make sure that a centre known from elsewhere is one that this kind of chart can have."""
    if kind.plots == "spread":
        raise ChartImpossible(
            f"{_a(kind)} takes its centre from the values alone. Leave the centre out."
        )
    if not kind.least <= centre <= kind.largest:
        above = " or above the whole" if kind.largest == 1 else ""
        raise ChartImpossible(
            f"{_a(kind)} can't have this centre: it would lie below 0{above}. Give it in the unit "
            "that is shown."
        )


def rules_for(kind: Kind, rules: RuleSet) -> tuple[Rule, ...]:
    """Give those rules of a set that have a meaning on a kind of chart.

    Raises
    ------
    ChartImpossible
        If there are none, or it is no set.

    Examples
    --------
    >>> from qi_tools import ANHOEJ
    >>> [rule.name for rule in rules_for(KINDS["run"], ANHOEJ)]
    ['long run', 'few crossings']
    """
    if not isinstance(rules, RuleSet):
        raise ChartImpossible(
            f"rules is {rules!r}. Use a set, such as qi_tools.ANHOEJ or qi_tools.MAKING_DATA_COUNT."
        )
    applied = tuple(rule for rule in rules.rules if rule.looks_at in kind.judged)
    if not applied:
        raise ChartImpossible(
            f"No rule of the set {rules.name} has a meaning on this chart: {kind.title}. Use "
            "another set, such as qi_tools.ANHOEJ."
        )
    return applied


def plotted_target(kind: Kind, target: Floats, denominators: Floats | None, per: float) -> Floats:
    """Give targets on the scale of what is plotted.

    Parameters
    ----------
    kind : Kind
    target : ndarray of float, shape (points,)
        In the measure's own unit.
    denominators : ndarray of float, shape (points,), or None
    per : float
        What proportions and rates are multiplied by.

    Returns
    -------
    ndarray of float, shape (points,)
        Counts where counts are plotted. Not a number on charts of spread: what values should reach
        says nothing of how far they may lie apart.
    """
    if kind.plots == "spread":
        return np.full(target.shape, np.nan)
    if kind.plots == "counts" and denominators is not None:
        return np.asarray(target / per * denominators)
    return target


def _a(kind: Kind) -> str:
    """Write a kind's title with its article, as it is spoken."""
    return f"{'An' if kind.title[0] in 'IMNRSX' else 'A'} {kind.title}"
