"""The odds of a chart: how often it cries wolf, and how often it sees one.

Every set of rules trades one against the other: more rules find a change sooner, and find changes
where there are none more often. How much depends on the number of points, so it is worked out for
each chart, by making thousands of charts of random numbers and judging them by the very code that
judges the chart itself.

* A **false alarm** is any signal, of any rule, anywhere among points that only chance moves.
* A shift is **found** when there is any signal anywhere among points of which the second half is
  shifted, by so many sigmas of what is plotted. Lines are worked out from all the points, the
  shifted ones too, as they are when a chart is first drawn.

The random numbers are normal. Charts of counts are taken to have many cases a point, where counts
are normal too, so the odds are rough where cases are few. Charts of time or cases between events
have exponential times, and the shift is of their mean. On charts of spread (MR, S, R) the spread
itself grows, until what is plotted has risen by so many of its own sigmas. Subgroups have five
values.

References
----------
Anhøj J, Wentzel-Larsen T (2018). Sense and sensibility: on the diagnostic value of control chart
rules for detection of shifts in time series data. BMC Med Res Methodol 18: 100 (the same two
questions, answered by simulation).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Integral
from types import MappingProxyType
from typing import Required, TypeAlias, TypedDict

import numpy as np

from qi_tools.columns import is_number
from qi_tools.errors import ChartImpossible
from qi_tools.phases import Floats, Phases
from qi_tools.spc.analysis import analyse
from qi_tools.spc.constants import c4, d2, d3
from qi_tools.spc.kinds import Kind, kind_called, rules_for
from qi_tools.spc.limits import PRINTED, Points
from qi_tools.spc.rule_sets import RuleSet
from qi_tools.words import counted, number_in_words

__all__ = ["MOST_POINTS", "RuleOdds", "rule_odds"]

MOST_POINTS = 500
"""Longer charts are not simulated; their odds are those of so many points."""
SEED = 20140725
IN_ALL = 160_000  # simulated points: enough for some 5,000 charts of the usual length at once
MOST_CHARTS = 5_000
SUBGROUP = 5
CASES = 1e6  # cases a point on charts of counts


@dataclass(frozen=True, slots=True)
class RuleOdds:
    """How often a set of rules gives false alarms, and how often it finds a shift.

    Parameters
    ----------
    rules : RuleSet
    kind : Kind
        The kind of chart.
    points : int
        How many points were asked for; see `MOST_POINTS`.
    shift : float
        In sigmas.
    false_alarm : float
        The chance of any signal when nothing but chance moves the points, from 0 to 1.
    detection : float
        The chance of any signal when the second half of the points is shifted.
    standard_error : float
        By how much the less certain of the two is off, typically, because it is simulated.
    simulations : int
        How many charts were simulated for each.
    baseline : int or None
        The lines were worked out from so many points and frozen; None when from all of them.
    screened : bool
        Whether large moving ranges were left out of the limits.
    """

    rules: RuleSet
    kind: Kind
    points: int
    shift: float
    false_alarm: float
    detection: float
    standard_error: float
    simulations: int
    baseline: int | None = None
    screened: bool = False

    @property
    def words(self) -> str:
        """The odds in plain sentences."""
        how = f"{self.kind.title}, {self.points:,} points, {self.rules.name} rules"
        if self.baseline is not None:
            how += f", lines frozen after {counted(self.baseline, 'point')}"
        if self.screened:
            how += ", large moving ranges left out"
        if self.points > MOST_POINTS:
            how += f" (as for {MOST_POINTS} points: longer charts are not simulated)"
        return (
            f"{how}: a signal appears on {_of_100(self.false_alarm)} of 100 such charts though "
            f"nothing has changed, and on {_of_100(self.detection)} when the second half has "
            f"shifted by {number_in_words(self.shift)} sigma. (From {self.simulations:,} simulated "
            f"charts; give or take {math.ceil(200 * self.standard_error)}.)"
        )


def rule_odds(
    rules: RuleSet,
    points: int,
    *,
    kind: str = "i",
    shift: float = 1.5,
    baseline: int | None = None,
    screen: bool = False,
) -> RuleOdds:
    """Say how often rules give false alarms on a chart of so many points, and find a shift.

    Parameters
    ----------
    rules : RuleSet
        A named set or one's own.
    points : int
        Points that are judged, 2 or more.
    kind : str
        The kind of chart; see `qi_tools.spc.kinds.KINDS`.
    shift : float
        How far the second half of the points is shifted, in sigmas; above 0.
    baseline : int, optional
        The lines are worked out from so many points, from the first on, and frozen.
    screen : bool
        Whether large moving ranges are left out of the limits, as `qi_tools.control_chart` can.

    Returns
    -------
    RuleOdds
        The same each time: the random numbers begin from a fixed seed, and what was worked out
        once is kept.

    Raises
    ------
    ChartImpossible
        If there is no such kind, no rule has a meaning on it, or a number is out of range.

    Examples
    --------
    >>> from qi_tools import ANHOEJ, MAKING_DATA_COUNT
    >>> [round(rule_odds(rules, 24).false_alarm, 1) for rules in (ANHOEJ, MAKING_DATA_COUNT)]
    [0.1, 0.2]
    """
    chosen = kind_called(kind)
    rules_for(chosen, rules)
    _check_whole("points", points, 2)
    if baseline is not None:
        _check_whole("baseline", baseline, 1)
    if not is_number(shift) or not shift > 0:
        raise ChartImpossible(f"shift is {shift!r}. Use a number of sigmas above 0, such as 1.5.")
    simulated = min(int(points), MOST_POINTS)
    frozen = simulated if baseline is None else min(int(baseline), simulated)
    settings = (rules, simulated, chosen.name, float(shift), frozen, bool(screen))
    try:
        hash(rules)
    except TypeError:  # a rule of one's own need not be hashable
        found = _simulate(*settings)
    else:
        found = _simulated_once(*settings)
    false_alarm, detection, charts = found
    least_certain = max(false_alarm * (1 - false_alarm), detection * (1 - detection), 1 / charts)
    return RuleOdds(
        rules,
        chosen,
        int(points),
        float(shift),
        false_alarm,
        detection,
        math.sqrt(least_certain / charts),
        charts,
        None if frozen == simulated else frozen,
        bool(screen),
    )


def _simulate(  # noqa: PLR0917
    rules: RuleSet, points: int, kind: str, shift: float, baseline: int, screen: bool
) -> tuple[float, float, int]:
    charts = max(1, min(MOST_CHARTS, IN_ALL // points))
    phases = Phases.of_lengths(np.full(charts, points))
    late = np.tile(np.arange(points) >= points // 2, charts)
    shares = []
    for height in (0.0, shift):
        # The same random numbers for both, so that only the shift tells them apart.
        plotted = _SERIES.get(kind, _individuals)(
            np.random.default_rng(SEED), np.where(late, height, 0.0)
        )
        chart = Points(
            baseline=phases.rank < baseline,
            phases=phases,
            excluded=np.zeros(phases.size, dtype=bool),
            breaks=np.zeros(phases.size, dtype=bool),
            screen=screen,
            **plotted,
        )
        analysis = analyse(chart, kind_called(kind), rules)
        signal = phases.count(analysis.high | analysis.low) > 0
        for _, found in analysis.found:
            signal |= found.whole
        shares.append(float(np.mean(signal)))
    return shares[0], shares[1], charts


_simulated_once = lru_cache(maxsize=512)(_simulate)


# ---- random numbers for each kind of chart, all raised by some sigmas at each point


class Columns(TypedDict, total=False):
    """What is simulated of `qi_tools.spc.limits.Points`."""

    values: Required[Floats]
    numerators: Floats
    denominators: Floats
    sizes: Floats
    deviations: Floats
    ranges: Floats


Series: TypeAlias = Callable[[np.random.Generator, Floats], Columns]


def _individuals(rng: np.random.Generator, raised: Floats) -> Columns:
    return {"values": rng.standard_normal(raised.size) + raised}


def _moving_ranges(rng: np.random.Generator, raised: Floats) -> Columns:
    # The limits' own sigma of moving ranges, over their mean.
    sigma = (PRINTED.d4 - 1) / 3
    return {"values": rng.standard_normal(raised.size) * (1 + sigma * raised)}


def _means(rng: np.random.Generator, raised: Floats) -> Columns:
    each = rng.standard_normal((raised.size, SUBGROUP))
    return _summed_up(each + raised[:, None] / math.sqrt(SUBGROUP))


def _deviations(rng: np.random.Generator, raised: Floats) -> Columns:
    factor = float(c4(np.array([SUBGROUP], dtype=np.float64))[0])
    growth = 1 + math.sqrt(1 - factor**2) / factor * raised
    return _summed_up(rng.standard_normal((raised.size, SUBGROUP)) * growth[:, None])


def _ranges(rng: np.random.Generator, raised: Floats) -> Columns:
    size = np.array([SUBGROUP], dtype=np.float64)
    growth = 1 + float(d3(size)[0] / d2(size)[0]) * raised
    return _summed_up(rng.standard_normal((raised.size, SUBGROUP)) * growth[:, None])


def _summed_up(each: Floats) -> Columns:
    return {
        "values": each.mean(axis=1),
        "sizes": np.full(each.shape[0], float(SUBGROUP)),
        "deviations": each.std(axis=1, ddof=1),
        "ranges": np.ptp(each, axis=1),
    }


def _shares(rng: np.random.Generator, raised: Floats) -> Columns:
    return _over_cases(rng, raised, 0.25)


def _rates(rng: np.random.Generator, raised: Floats) -> Columns:
    return _over_cases(rng, raised, 0.5)


def _over_cases(rng: np.random.Generator, raised: Floats, variance: float) -> Columns:
    """Give shares of, or rates over, many cases, about one half."""
    off = rng.standard_normal(raised.size) + raised
    values = 0.5 + math.sqrt(variance / CASES) * off
    return {
        "values": values,
        "numerators": values * CASES,
        "denominators": np.full(raised.size, CASES),
    }


def _counts(rng: np.random.Generator, raised: Floats) -> Columns:
    return {"values": CASES + math.sqrt(CASES) * (rng.standard_normal(raised.size) + raised)}


def _cases_between(rng: np.random.Generator, raised: Floats) -> Columns:
    # The sigma of exponential times is their mean. Rare events have many cases between them.
    return {"values": np.floor(1000 * rng.standard_exponential(raised.size) * (1 + raised))}


def _time_between(rng: np.random.Generator, raised: Floats) -> Columns:
    return {"values": rng.standard_exponential(raised.size) * (1 + raised)}


_SERIES: Mapping[str, Series] = MappingProxyType(
    {
        "mr": _moving_ranges,
        "xbar_s": _means,
        "xbar_r": _means,
        "s": _deviations,
        "r": _ranges,
        "p": _shares,
        "p'": _shares,
        "np": _shares,
        "u": _rates,
        "u'": _rates,
        "c": _counts,
        "g": _cases_between,
        "t": _time_between,
    }
)


def _check_whole(name: str, number: int, fewest: int) -> None:
    if isinstance(number, bool) or not isinstance(number, Integral) or number < fewest:
        raise ChartImpossible(f"{name} is {number!r}. Use a whole number, {fewest} or more.")


def _of_100(chance: float) -> str:
    share = round(100 * chance)
    if share < 1:
        return "fewer than 1"
    return "more than 99" if share > 99 else f"about {share}"
