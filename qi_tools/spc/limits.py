"""Centre lines and limits of every chart, for one measure or many at once.

Each function takes `Points` (measures end to end, see `qi_tools.phases`) and gives `Lines`. The
moving ranges of points are those between neighbours in the baseline; a missing value or a skipped
date breaks them and is never bridged, while an excluded point is left out and its neighbours join.

References
----------
Anhøj J (2024). qicharts2 0.8.1: limits of I, MR, X̄, S, p, p′, u, u′, c, g and t charts.
Laney DB (2002). Improved control charts for attributes. Quality Engineering 14(4): 531-537.
Montgomery DC (2009). Introduction to Statistical Quality Control, 6th edition, chapters 6 and 7.
Nelson LS (1982). Control charts for individual measurements. J Quality Technology 14(3): 172-173.
Nelson LS (1994). A control chart for parts-per-million nonconforming items. J Quality Technology
26(3): 239-240 (time between events, to the power of 1/3.6).
Provost LP, Murray SK (2011). The Health Care Data Guide.
Taylor WA (2017). Normalized individuals (I_N) chart. Variation.com.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qi_tools.columns import is_number
from qi_tools.errors import ChartImpossible
from qi_tools.phases import Flags, Floats, Phases, Whole
from qi_tools.spc.constants import D2_OF_TWO, c4, d2, d3

__all__ = ["EXACT", "PRINTED", "Constants", "Limits", "Lines", "Points", "Screening"]


@dataclass(frozen=True, slots=True)
class Constants:
    """What turns moving ranges of two points into a standard deviation and its limits.

    Parameters
    ----------
    d2 : float
        Average moving range over sigma.
    d4 : float
        Upper limit of moving ranges over their average; with screening, ranges from there on are
        left out.
    median_d2 : float
        Median moving range over sigma.
    median_d4 : float
        As `d4`, for the median moving range.

    Raises
    ------
    ChartImpossible
        If one of them is not a number above 0.
    """

    d2: float = 1.128
    d4: float = 3.267
    median_d2: float = 0.954
    median_d4: float = 3.865

    def __post_init__(self) -> None:
        for name in ("d2", "d4", "median_d2", "median_d4"):
            if not is_number(getattr(self, name)) or not getattr(self, name) > 0:
                raise ChartImpossible(
                    f"{name} is {getattr(self, name)!r}. Use a number above 0, as tables print it."
                )


PRINTED = Constants()
"""The constants as tables print them (Montgomery 2009, appendix; median: Provost & Murray 2011)."""
EXACT = Constants(d2=D2_OF_TWO, d4=3.2665, median_d2=0.953873)
"""The same, unrounded: 2/√π, and √2 times the 75% point of a normal distribution."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of one or many measures, end to end.

    Parameters
    ----------
    values : ndarray of float, shape (points,)
        What is measured; not a number is a missing value.
    baseline : ndarray of bool, shape (points,)
        True for points in the baseline of their phase.
    phases : Phases
        Where each phase begins.
    excluded : ndarray of bool, shape (points,)
        True for points that do not count, in the baseline or outside it.
    breaks : ndarray of bool, shape (points,)
        True where dates are skipped just before a point: no moving range crosses that gap.
    numerators, denominators : ndarray of float, shape (points,), optional
        The counts behind the values, where values are counts over something.
    sizes, deviations, ranges : ndarray of float, shape (points,), optional
        Subgroups: how many values each has, their standard deviation and their range.
    centre : ndarray of float, shape (phases,), optional
        A centre line known from elsewhere, for all points of a phase.
    constants : Constants
    screen : bool
        True to leave out moving ranges above their own upper limit, once.
    """

    values: Floats
    baseline: Flags
    phases: Phases
    excluded: Flags
    breaks: Flags
    numerators: Floats | None = None
    denominators: Floats | None = None
    sizes: Floats | None = None
    deviations: Floats | None = None
    ranges: Floats | None = None
    centre: Floats | None = None
    constants: Constants = PRINTED
    screen: bool = False

    @property
    def chosen(self) -> Flags:
        """True for points that the lines are computed from, shape (points,)."""
        return np.asarray(self.baseline & ~self.excluded)

    def counted(self, values: Floats) -> Flags:
        """Flag the values that are known and count towards the lines."""
        return np.asarray(self.chosen & ~np.isnan(values))


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """What was done about large moving ranges.

    Parameters
    ----------
    left_out : ndarray of int, shape (phases,)
        How many were left out.
    gave_way : ndarray of bool, shape (phases,)
        True where leaving them out would have left no variation at all, and so was not done.
    """

    left_out: Whole
    gave_way: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of a chart, one number a point; not a number where there is none.

    Parameters
    ----------
    values : ndarray of float, shape (points,)
        What is plotted.
    centre : ndarray of float, shape (points,)
        The centre line, which runs are judged by.
    lower, upper : ndarray of float, shape (points,)
        The limits, three sigmas away, but never past what values can be.
    middle, sigma : ndarray of float, shape (points,)
        The centre and the step from which limits are made, on the scale where they are symmetric.
    power : float
        Values are this power of that scale.
    floor : float
        The least that values can be.
    ceiling : float or ndarray of float, shape (points,)
        The largest that they can be.
    screening : Screening
    """

    values: Floats
    centre: Floats
    lower: Floats
    upper: Floats
    middle: Floats
    sigma: Floats
    power: float
    floor: float
    ceiling: Floats | float
    screening: Screening

    def at(self, sigmas: float) -> Floats:
        """Give the line this many sigmas above the middle (below it when negative)."""
        return _line(self.middle, self.sigma, sigmas, self.power, self.floor, self.ceiling)

    @property
    def positions(self) -> Floats:
        """How many sigmas each point lies above the middle; not a number where sigma is none."""
        scaled = self.values if self.power == 1 else np.power(self.values, 1 / self.power)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(self.sigma > 0, (scaled - self.middle) / self.sigma, np.nan)


Limits: TypeAlias = Callable[[Points], Lines]


def median_only(points: Points) -> Lines:
    """Give the median and no limits: a run chart."""
    return _lines(points, points.values, _medians(points), np.nan)


def individuals(points: Points) -> Lines:
    """Give the mean, with limits from the average moving range: the I (XmR) chart.

    Source: Montgomery (2009), section 6.4; screening: Nelson (1982).
    """
    sigma, screening = _sigma_of_ranges(points, _moving_ranges(points, points.values))
    return _lines(points, points.values, _means(points), sigma, screening=screening)


def individuals_about_median(points: Points) -> Lines:
    """Give the median, with limits from the average moving range."""
    sigma, screening = _sigma_of_ranges(points, _moving_ranges(points, points.values))
    return _lines(points, points.values, _medians(points), sigma, screening=screening)


def individuals_by_medians(points: Points) -> Lines:
    """Give the median, with limits from the median moving range, which outliers hardly move.

    Source: Provost & Murray (2011).
    """
    ranges = _moving_ranges(points, points.values)
    typical, screening = _typical(points, ranges, points.phases.median, points.constants.median_d4)
    sigma = points.phases.spread(typical / points.constants.median_d2)
    return _lines(points, points.values, _medians(points), sigma, screening=screening)


def moving_ranges(points: Points) -> Lines:
    """Give the average moving range with its upper limit: the MR chart.

    The neighbours of an excluded point join, as on the I chart. Source: Montgomery (2009), section
    6.4.
    """
    plotted = _ranges_between(points, points.values, ~points.excluded)
    centre = points.phases.spread(points.phases.mean(plotted, points.counted(plotted)))
    return _lines(points, plotted, centre, (points.constants.d4 - 1) / 3 * centre, floor=0.0)


def means_by_deviations(points: Points) -> Lines:
    """Give the mean of subgroups, with limits from their standard deviations: the X̄ chart.

    Source: Montgomery (2009), section 6.3 (limits) and 6.3.2 (sizes that vary: pooled deviation).
    """
    sizes = _needed(points.sizes, "sizes")
    typical = points.phases.spread(_typical_deviation(points))
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = typical / (c4(sizes) * np.sqrt(sizes))
    return _lines(points, points.values, _subgroup_centre(points, sizes), sigma)


def deviations(points: Points) -> Lines:
    """Give the standard deviation of subgroups with its limits: the S chart.

    Source: Montgomery (2009), section 6.3.
    """
    sizes, plotted = _needed(points.sizes, "sizes"), _needed(points.deviations, "deviations")
    typical = points.phases.spread(_typical_deviation(points))
    factor = c4(sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = typical * np.sqrt(1 - factor**2) / factor
    return _lines(points, plotted, typical, sigma, floor=0.0)


def means_by_ranges(points: Points) -> Lines:
    """Give the mean of subgroups, with limits from their ranges: the X̄ chart beside an R chart.

    Source: Montgomery (2009), section 6.2; sizes that vary: each range over its own d2, averaged.
    """
    sizes = _needed(points.sizes, "sizes")
    some = np.where(sizes > 0, sizes, np.nan)
    sigma = points.phases.spread(_sigma_from_ranges(points, sizes)) / np.sqrt(some)
    return _lines(points, points.values, _subgroup_centre(points, sizes), sigma)


def ranges(points: Points) -> Lines:
    """Give the range of subgroups with its limits: the R chart.

    Source: Montgomery (2009), section 6.2. Where sizes vary the centre line varies with them.
    """
    sizes, plotted = _needed(points.sizes, "sizes"), _needed(points.ranges, "ranges")
    spread = points.phases.spread(_sigma_from_ranges(points, sizes))
    return _lines(points, plotted, spread * d2(sizes), spread * d3(sizes), floor=0.0)


def proportions(points: Points) -> Lines:
    """Give the overall proportion with binomial limits: the p chart.

    Source: Montgomery (2009), section 7.2.
    """
    centre, sigma = _binomial(points)
    return _lines(points, points.values, centre, sigma, floor=0.0, ceiling=1.0)


def rates(points: Points) -> Lines:
    """Give the overall rate with Poisson limits: the u chart.

    Source: Montgomery (2009), section 7.3.
    """
    centre, sigma = _poisson(points)
    return _lines(points, points.values, centre, sigma, floor=0.0)


def proportions_prime(points: Points) -> Lines:
    """Give the p chart's lines, its limits scaled by the variation between points: the p′ chart.

    Source: Laney (2002). The scale may be below 1: Laney allows limits to be narrowed too.
    """
    return _prime(points, *_binomial(points), ceiling=1.0)


def rates_prime(points: Points) -> Lines:
    """Give the u chart's lines, its limits scaled by the variation between points: the u′ chart.

    Source: Laney (2002).
    """
    return _prime(points, *_poisson(points), ceiling=np.inf)


def individuals_prime(points: Points) -> Lines:
    """Give the weighted mean, with limits that follow each point's denominator: the I′ chart.

    With equal denominators this is the I chart under exact constants. Source: Taylor (2017).
    """
    counted, sizes = _counted_and_sizes(points)
    centre = _overall(points, counted, sizes)
    ranges = _moving_ranges(points, points.values, sizes)
    exact = EXACT if points.constants is PRINTED else points.constants
    sigma, screening = _sigma_of_ranges(points, ranges, exact)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.where(sizes > 0, sigma / np.sqrt(sizes), np.nan)
    return _lines(points, points.values, centre, sigma, screening=screening)


def numbers_of_items(points: Points) -> Lines:
    """Give the average count of items with binomial limits: the np chart.

    Source: Montgomery (2009), section 7.2. Where denominators vary the centre line varies too.
    """
    counted, sizes = _counted_and_sizes(points)
    share = _overall(points, counted, sizes)
    some = sizes > 0  # among nobody nothing is counted, not even none
    sigma = np.where(some, np.sqrt(np.maximum(sizes * share * (1 - share), 0.0)), np.nan)
    plotted = np.where(some, _needed(points.numerators, "numerators"), np.nan)
    return _lines(points, plotted, sizes * share, sigma, floor=0.0, ceiling=sizes)


def counts(points: Points) -> Lines:
    """Give the average count with Poisson limits: the c chart.

    Source: Montgomery (2009), section 7.3.
    """
    centre = _means(points)
    return _lines(points, points.values, centre, np.sqrt(np.maximum(centre, 0.0)), floor=0.0)


def cases_between(points: Points) -> Lines:
    """Give the median, with geometric limits about the mean: the g chart of cases between events.

    The values are skewed, so runs are judged about the median; a centre from elsewhere is a mean,
    whose median is 0.693 (the natural logarithm of 2) times as large. Source: Benneyan (2001);
    Provost & Murray (2011).
    """
    mean = _means(points)
    given = points.centre
    centre = _medians(points) if given is None else 0.693 * mean
    sigma = np.sqrt(np.maximum(mean * (mean + 1), 0.0))
    return _lines(points, points.values, centre, sigma, middle=mean, floor=0.0)


def time_between(points: Points) -> Lines:
    """Give the lines of an I chart of times to the power of 1/3.6, turned back: the t chart.

    Source: Nelson (1994).
    """
    power = 3.6
    with np.errstate(invalid="ignore"):
        scaled = np.power(points.values, 1 / power)
    if points.centre is None:
        middle = points.phases.spread(points.phases.mean(scaled, points.counted(scaled)))
    else:
        middle = points.phases.spread(np.power(points.centre, 1 / power))
    sigma, screening = _sigma_of_ranges(points, _moving_ranges(points, scaled))
    return _lines(
        points,
        points.values,
        np.power(middle, power),
        sigma,
        middle=middle,
        floor=0.0,
        power=power,
        screening=screening,
    )


# ---- what the charts share


def _line(  # noqa: PLR0917
    middle: Floats,
    sigma: Floats,
    sigmas: float,
    power: float,
    floor: float,
    ceiling: Floats | float,
) -> Floats:
    line = middle + sigmas * sigma
    if power != 1:
        line = np.power(np.maximum(line, 0.0), power)
    if floor > -np.inf:
        line = np.maximum(line, floor)
    return np.minimum(line, ceiling)


def _lines(
    points: Points,
    values: Floats,
    centre: Floats,
    sigma: Floats | float,
    *,
    middle: Floats | None = None,
    floor: float = -np.inf,
    ceiling: Floats | float = np.inf,
    power: float = 1.0,
    screening: Screening | None = None,
) -> Lines:
    """Put the lines together; limits lie three sigmas from the middle."""
    middle = centre if middle is None else middle
    step = np.broadcast_to(np.asarray(sigma, dtype=np.float64), values.shape)
    return Lines(
        values,
        centre,
        _line(middle, step, -3.0, power, floor, ceiling),
        _line(middle, step, 3.0, power, floor, ceiling),
        middle,
        step,
        power,
        floor,
        ceiling,
        _unscreened(points) if screening is None else screening,
    )


def _means(points: Points) -> Floats:
    centre = points.centre
    if centre is None:
        centre = points.phases.mean(points.values, points.counted(points.values))
    return np.asarray(points.phases.spread(centre))


def _medians(points: Points) -> Floats:
    centre = points.centre
    if centre is None:
        centre = points.phases.median(points.values, points.counted(points.values))
    return np.asarray(points.phases.spread(centre))


def _moving_ranges(points: Points, values: Floats, sizes: Floats | None = None) -> Floats:
    """Give the moving ranges that sigma comes from; with sizes, see `_ranges_between`."""
    return _ranges_between(points, values, points.chosen, sizes)


def _ranges_between(
    points: Points, values: Floats, among: Flags, sizes: Floats | None = None
) -> Floats:
    """Give the range between each point and the one before it among these, on its own place.

    With sizes, each range is over what it would be expected to grow with (Taylor 2017), so that
    all have the same meaning.
    """
    (order,) = np.nonzero(among)
    chosen = values[order]
    steps = np.abs(np.diff(chosen))
    if sizes is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            inverse = 1 / sizes[order]
            steps = steps / np.sqrt((inverse[1:] + inverse[:-1]) / 2)
    # Neighbours share a phase, and no dates are skipped between them.
    stretch = (points.phases.of_point + np.cumsum(points.breaks))[order]
    found = np.full(values.shape, np.nan)
    found[order[1:]] = np.where(stretch[1:] == stretch[:-1], steps, np.nan)
    return found


def _sigma_of_ranges(
    points: Points, ranges: Floats, constants: Constants | None = None
) -> tuple[Floats, Screening]:
    """Give sigma from the average moving range, for each point."""
    constants = points.constants if constants is None else constants
    typical, screening = _typical(points, ranges, points.phases.mean, constants.d4)
    return np.asarray(points.phases.spread(typical / constants.d2)), screening


def _typical(
    points: Points, ranges: Floats, average: Callable[[Floats, Flags], Floats], factor: float
) -> tuple[Floats, Screening]:
    """Give each phase's typical moving range, once those too large beside it are left out."""
    known = ~np.isnan(ranges)
    typical = average(ranges, known)
    if not points.screen:
        return typical, _unscreened(points)
    with np.errstate(invalid="ignore"):
        small = ranges < points.phases.spread(factor * typical)
    screened = average(ranges, small)
    # Screening that leaves nothing but zeros would put every point outside the limits.
    gave_way = ~(screened > 0) & (typical > 0)
    as_it_was = gave_way | ~(typical > 0)
    left_out = np.where(as_it_was, 0, points.phases.count(known & ~small))
    return np.where(as_it_was, typical, screened), Screening(left_out, gave_way)


def _unscreened(points: Points) -> Screening:
    none = np.zeros(points.phases.starts.size, dtype=np.int64)
    return Screening(none, none.astype(bool))


def _needed(column: Floats | None, name: str) -> Floats:
    if column is None:
        raise ValueError(f"This chart needs {name}.")
    return column


def _counted_and_sizes(points: Points) -> tuple[Flags, Floats]:
    sizes = points.denominators
    if sizes is None:  # each value stands for one
        sizes = np.ones(points.values.shape)
    return points.counted(points.values), sizes


def _overall(points: Points, counted: Flags, sizes: Floats) -> Floats:
    """Give all counts over all denominators, for each point."""
    centre = points.centre
    if centre is None:
        numerators = points.values if points.numerators is None else points.numerators
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = points.phases.total(numerators, counted) / points.phases.total(sizes, counted)
    return np.asarray(points.phases.spread(centre))


def _binomial(points: Points) -> tuple[Floats, Floats]:
    counted, sizes = _counted_and_sizes(points)
    centre = _overall(points, counted, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.sqrt(np.maximum(centre * (1 - centre), 0.0) / sizes)
    return centre, np.where(sizes > 0, sigma, np.nan)


def _poisson(points: Points) -> tuple[Floats, Floats]:
    counted, sizes = _counted_and_sizes(points)
    centre = _overall(points, counted, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        sigma = np.sqrt(np.maximum(centre, 0.0) / sizes)
    return centre, np.where(sizes > 0, sigma, np.nan)


def _prime(points: Points, centre: Floats, sigma: Floats, *, ceiling: float) -> Lines:
    with np.errstate(divide="ignore", invalid="ignore"):
        positions = np.where(sigma > 0, (points.values - centre) / sigma, np.nan)
    scale, screening = _sigma_of_ranges(points, _moving_ranges(points, positions))
    # Counts that never vary have no positions; their limits are as narrow as the p or u chart's.
    step = np.where(sigma > 0, sigma * scale, sigma)
    return _lines(
        points, points.values, centre, step, floor=0.0, ceiling=ceiling, screening=screening
    )


def _subgroup_centre(points: Points, sizes: Floats) -> Floats:
    centre = points.centre
    if centre is None:
        counted = points.counted(points.values)
        totals = points.phases.total(points.values * sizes, counted)
        with np.errstate(invalid="ignore"):
            centre = totals / points.phases.total(sizes, counted)
    return np.asarray(points.phases.spread(centre))


def _typical_deviation(points: Points) -> Floats:
    """Give the plain average of deviations where all sizes agree, else the pooled deviation."""
    sizes, each = _needed(points.sizes, "sizes"), _needed(points.deviations, "deviations")
    phases = points.phases
    counted = points.counted(each)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = np.sqrt(
            phases.total((sizes - 1) * each**2, counted) / phases.total(sizes - 1, counted)
        )
    known = points.chosen & (sizes > 0)
    largest = phases.largest(np.where(known, sizes, np.nan))
    smallest = -phases.largest(np.where(known, -sizes, np.nan))
    return np.where(smallest == largest, phases.mean(each, counted), pooled)


def _sigma_from_ranges(points: Points, sizes: Floats) -> Floats:
    each = _needed(points.ranges, "ranges")
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(sizes > 1, each / d2(sizes), np.nan)
    return points.phases.mean(scaled, points.counted(scaled))
