"""The EWMA chart: a moving average that remembers all points, the latest ones best.

Each new point moves the average a fixed share of the way towards itself: with a weight of 0.2 the
latest point counts 20%, the one before 16%, then 12.8% and so on. The average is much steadier
than the points, so its limits are narrower and a small shift crosses them sooner.

**When it helps.** The target is known from a stable time, and what matters is a small, lasting
change or a slow drift. It is about as quick as a CUSUM and easier to explain: the line is the
present level in the measure's own unit. With a weight of 0.1 or less, skewed measures trouble it
little (Borror, Montgomery & Runger 1999).

**When it doesn't.** A single wild point is spread over the ones after it; an ordinary control
chart shows it better. Just after a jump to the other side the average still lags on the old one.
In a first look at data without a known target, use a run chart. Where points lean on their
neighbours (a seasonal measure, a waiting list from week to week) alarms come much more often than
the figures below say.

**How quick it is.** Points until a signal, on average, for a measure that varies as a normal
distribution does with a known target and sigma:

============================  ===========================  ===========================
the process lies              weight 0.2, 2.962 sigmas     weight 0.1, 2.814 sigmas
============================  ===========================  ===========================
on its target (false alarm)   500                          500
half a sigma away             41.8                         31.3
one sigma away                10.5                         10.3
two sigmas away               3.7                          4.4
============================  ===========================  ===========================

(Lucas & Saccucci 1990; Montgomery 2009, chapter 9.) These are for limits that are not narrowed at
the start. This chart narrows them, so it is quicker when the process is off its target from the
first point: one sigma away is found after 9.5 points at weight 0.2 and 8.2 at weight 0.1 (by
simulation). With the defaults, a weight of 0.2 and 3 sigmas, a false alarm comes after about 560
points, and one sigma away is found after about 10.

References
----------
Roberts SW (1959). Control chart tests based on geometric moving averages. Technometrics 1(3):
239-250.

Borror CM, Montgomery DC, Runger GC (1999). Robustness of the EWMA control chart to non-normality.
Journal of Quality Technology 31(3): 309-316.

Lucas JM, Saccucci MS (1990). Exponentially weighted moving average control schemes: properties
and enhancements. Technometrics 32(1): 1-12.

Montgomery DC (2009). Introduction to Statistical Quality Control, 6th edition, chapter 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qi_tools.columns import LARGEST
from qi_tools.measure import Measure, check_measure, point_column
from qi_tools.result import Result
from qi_tools.spc.memory_charts import (
    Level,
    Way,
    carry,
    check_setting,
    finding,
    introduced_as,
    latest_signal,
    level,
    report,
    skip_warnings,
    stretches,
)
from qi_tools.spc.sentences import Sentence, fitted, told_apart, warning
from qi_tools.spc.signals import Signal
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["EwmaChart", "ewma_chart"]

_TITLE = "EWMA chart"
LEAST_WEIGHT = 0.001
"""With less the average hardly moves within a thousand points, and no one could use it."""


@dataclass(frozen=True, slots=True, eq=False)
class EwmaChart(Result):
    """A measure's exponentially weighted moving average between its limits.

    Make one with `ewma_chart`.

    Parameters
    ----------
    measure : Measure
        What is charted.
    level : Level
        The target and sigma, with where they come from.
    weight : float
        The share of the latest point in the average.
    sigmas : float
        How many standard deviations of the average the limits lie from the target.
    averages : ndarray of float, shape (points,)
        The average after each point, in the measure's unit.
    lower, upper : ndarray of float, shape (points,)
        The limits at each point, in the measure's unit.
    signals : tuple of Signal
        Each time that the average goes beyond a limit; empty when it never does.
    warnings : tuple of str
        What a reader should know before trusting the chart, the most important first.
    """

    measure: Measure
    level: Level
    weight: float
    sigmas: float
    averages: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    signals: tuple[Signal, ...]
    warnings: tuple[str, ...]

    drawn_by: ClassVar[str] = "ewma_chart"

    @property
    def target(self) -> float:
        """The level that the process is held to, in the measure's unit."""
        return self.level.target

    @property
    def sigma(self) -> float | NDArray[np.float64]:
        """The standard deviation of a point; one for each point where it was given so."""
        return self.level.sigma

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a point.

        Columns: ``date`` (or ``point``, counted from 1), ``value``, ``average``, ``target``,
        ``lower`` and ``upper`` limit, ``side`` of the limits (above, below, within, missing). Each
        call gives a new table.
        """
        from pandas import DataFrame

        sides = np.select(
            [~self.measure.counted, self.averages > self.upper, self.averages < self.lower],
            ["missing", "above", "below"],
            "within",
        )
        return DataFrame(
            point_column(self.measure)
            | {
                "value": self.measure.values.copy(),
                "average": self.averages.copy(),
                "target": np.full(sides.size, self.target),
                "lower": self.lower.copy(),
                "upper": self.upper.copy(),
                "side": sides,
            }
        )

    @property
    def finding(self) -> str:
        """What the average found, in plain sentences."""
        return finding(self.signals)

    def describe(self) -> str:
        r"""Describe the chart in a few words, for those who can't see it and for those who can.

        Returns
        -------
        str
            Plain sentences, at most 600 characters: also the chart's text alternative. `report`
            tells what there is no room for.

        Examples
        --------
        >>> wait = Measure.from_columns([5, 6, 4, 5, 7, 8, 7, 8], name="Wait", unit="minutes")
        >>> print(ewma_chart(wait, target=5, sigma=1).describe().replace(". ", ".\n"))
        EWMA chart of Wait, minutes: 8 points, from point 1 to point 8.
        Target 5 (given), sigma 1 (given).
        Latest average 6.5, limits 4.01 to 5.99.
        Signal: The average is above its upper limit from point 7 to point 8 (2 points).
        """
        return fitted(
            (
                introduced_as(self.measure, _TITLE),
                Sentence(self.level.words),
                Sentence(self._latest),
                *latest_signal(self.signals, self.measure.better),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        r"""Tell all that the chart holds, for those who want to check it.

        Returns
        -------
        tuple of str
            Paragraphs: what is charted, what it is set to, every signal, points left out, notes,
            warnings and the source.

        Examples
        --------
        >>> wait = Measure.from_columns([5, 6, 4, 5], name="Wait", unit="minutes")
        >>> print(ewma_chart(wait, target=5, sigma=1).report()[1].replace(". ", ".\n"))
        Target 5 (given), sigma 1 (given).
        The latest point counts 20% of the average; limits lie 3 sigmas of it away.
        Latest average 4.97, limits 4.09 to 5.91.
        """
        away = f"{number_in_words(self.sigmas)} sigma{'' if self.sigmas == 1 else 's'}"
        weighed = (
            f"The latest point counts {number_in_words(100 * self.weight)}% of the average; "
            f"limits lie {away} of it away."
        )
        settings = (f"{self.level.words} {weighed} {self._latest}",)
        return report(self.measure, _TITLE, settings, self.signals, self.warnings)

    @property
    def _latest(self) -> str:
        last = np.nonzero(self.measure.counted)[0][-1]
        average, lower, upper = told_apart(
            *(float(line[last]) for line in (self.averages, self.lower, self.upper))
        )
        return f"Latest average {average}, limits {lower} to {upper}."


def ewma_chart(
    measure: Measure,
    *,
    weight: float = 0.2,
    sigmas: float = 3.0,
    target: float | None = None,
    sigma: ArrayLike | None = None,
) -> EwmaChart:
    """Follow a measure with an average that remembers, between exact limits.

    The average starts at the target and at each point becomes ``weight * value + (1 - weight) *
    average``. Its variance becomes ``(1 - weight)**2 * variance + weight**2 * sigma**2``, so the
    limits are narrow at the start and settle at ``sigmas * sigma * sqrt(weight / (2 - weight))``
    from the target. Missing values leave both as they are. See `qi_tools.spc.ewma_charts` for when
    the chart helps and how quick it is.

    Parameters
    ----------
    measure : Measure
        Values in time order.
    weight : float
        The share of the latest point (often called lambda); from 0.001 to 1. Use 0.05 to 0.3;
        the smaller the shift that matters, the smaller the weight.
    sigmas : float
        How far away the limits lie, in standard deviations of the average; above 0.
    target : float, optional
        The level to hold to, in the measure's unit. Left out, the mean of the points.
    sigma : float or array_like of float, shape (points,), optional
        The standard deviation of a point, in the measure's unit; one for each point when they
        rest on different numbers of observations. Left out, the average moving range / 1.128.

    Returns
    -------
    EwmaChart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.
    ChartImpossible
        If a setting is out of range, or sigma is left out and can't be estimated.

    References
    ----------
    Roberts (1959); Montgomery (2009), chapter 9; see `qi_tools.spc.ewma_charts`.

    Examples
    --------
    >>> wait = Measure.from_columns([5, 6, 4, 5, 7, 8, 7, 8], name="Wait")
    >>> chart = ewma_chart(wait, target=5, sigma=1)
    >>> chart.averages.round(2).tolist()
    [5.0, 5.2, 4.96, 4.97, 5.37, 5.9, 6.12, 6.5]
    >>> [(signal.way, signal.points) for signal in chart.signals]
    [('high', (6, 7))]
    """
    measure = check_measure(measure, "ewma_chart")
    weight = check_setting("weight", weight, LEAST_WEIGHT, 1, "[]")
    sigmas = check_setting("sigmas", sigmas, 0, LARGEST)
    start = level(measure, target=target, sigma=sigma)
    known = measure.counted
    # In sigmas of the largest, so that no square is too large or too small for a computer.
    unit = float(np.max(start.known_sigmas(measure)))
    spreads = start.known_sigmas(measure) / unit

    def average(total: float, distance: float) -> float:
        return weight * distance + (1 - weight) * total

    def variance(total: float, spread: float) -> float:
        return (1 - weight) ** 2 * total + (weight * spread) ** 2

    away = carry(average, start.distances(measure) * spreads, known, 0.0)
    widths = sigmas * np.sqrt(carry(variance, spreads, known, 0.0))
    averages, lower, upper = (
        start.target + unit * distance for distance in (away, -widths, widths)
    )
    for column in (averages, lower, upper):
        column.setflags(write=False)
    signals = [
        *_signals(measure, "high", averages > upper),
        *_signals(measure, "low", averages < lower),
    ]
    return EwmaChart(
        measure=measure,
        level=start,
        weight=weight,
        sigmas=sigmas,
        averages=averages,
        lower=lower,
        upper=upper,
        signals=tuple(sorted(signals, key=lambda signal: signal.points[0])),
        warnings=start.warnings + measure.warnings + skip_warnings(measure),
    )


def _signals(measure: Measure, way: Way, beyond: NDArray[np.bool_]) -> list[Signal]:
    where = "above its upper limit" if way == "high" else "below its lower limit"
    signals = []
    for points in stretches(beyond & measure.counted, beyond):
        first, last = measure.label(int(points[0])), measure.label(int(points[-1]))
        span = (
            f"at {first}"
            if points.size == 1
            else f"from {first} to {last} ({counted(points.size, 'point')})"
        )
        signals.append(
            Signal(
                where.replace("its", "the"),
                f"The average is {where} {span}.",
                tuple(points.tolist()),
                way=way,
            )
        )
    return signals
