"""The tabular CUSUM: sums of what lies above and below the target, so that small shifts add up.

Each point's distance from the target, less half of the shift that matters, is added to an upper
sum that never falls below zero, and likewise downwards to a lower sum. While the process keeps to
its target both hover near zero. When it moves, one of them climbs.

**When it helps.** The target is known from a stable time, and what matters is a small, lasting
change: about half a sigma to two sigmas. It also says when the change began and how large it is.

**When it doesn't.** For sudden large changes an ordinary control chart is as quick and easier to
read. In a first look at data without a known target, use a run chart: a shift among the points
moves their own mean. Where points lean on their neighbours (a seasonal measure, a waiting list
from week to week) alarms come much more often than the figures below say.

**How quick it is.** Points until a signal, on average, for a measure that varies as a normal
distribution does with a known target and sigma, at ``shift=1``:

============================  ================  ================
the process lies              ``decision=4``    ``decision=5``
============================  ================  ================
on its target (false alarm)   168               465
half a sigma away             26.6              38.0
one sigma away                8.38              10.4
two sigmas away               3.34              4.01
============================  ================  ================

(Montgomery 2009, chapter 9.) An ordinary control chart with limits at three sigmas gives a false
alarm after 370 points, and finds a shift of one sigma after 44. With ``decision=5`` and a head
start of 2.5 it is 430 points to a false alarm, and 6.3 to find a process that starts one sigma
away (by simulation).

References
----------
Page ES (1954). Continuous inspection schemes. Biometrika 41(1-2): 100-115.

Lucas JM, Crosier RB (1982). Fast initial response for CUSUM quality-control schemes: give your
CUSUM a head start. Technometrics 24(3): 199-205.

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
    ShiftSignal,
    Way,
    carry,
    check_setting,
    finding,
    introduced_as,
    latest_signal,
    level,
    marked,
    report,
    skip_warnings,
    stretches,
)
from qi_tools.spc.sentences import Sentence, fitted, told_apart, warning
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["CusumChart", "cusum_chart"]

_TITLE = "CUSUM chart"


@dataclass(frozen=True, slots=True, eq=False)
class CusumChart(Result):
    """A measure's two sums about its target, and where they went too far.

    Make one with `cusum_chart`.

    Parameters
    ----------
    measure : Measure
        What is charted.
    level : Level
        The target and sigma, with where they come from.
    shift : float
        The shift to find quickly, in sigmas.
    decision : float
        A sum beyond this many sigmas is a signal.
    head_start : float
        Where the sums start, in sigmas.
    high, low : ndarray of float, shape (points,)
        The upper sum (0 or more) and the lower sum (0 or less) after each point, in sigmas.
    signals : tuple of ShiftSignal
        Each time that a sum goes beyond the decision interval; empty when none does.
    warnings : tuple of str
        What a reader should know before trusting the chart, the most important first.
    """

    measure: Measure
    level: Level
    shift: float
    decision: float
    head_start: float
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    signals: tuple[ShiftSignal, ...]
    warnings: tuple[str, ...]

    drawn_by: ClassVar[str] = "cusum_chart"

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

        Columns: ``date`` (or ``point``, counted from 1), ``value``, ``high`` and ``low`` (the sums
        in sigmas), ``high_signal`` and ``low_signal`` (True for points that make a signal). Each
        call gives a new table.
        """
        from pandas import DataFrame

        return DataFrame(
            point_column(self.measure)
            | {
                "value": self.measure.values.copy(),
                "high": self.high.copy(),
                "low": self.low.copy(),
                "high_signal": marked(self.signals, "high", len(self.measure)),
                "low_signal": marked(self.signals, "low", len(self.measure)),
            }
        )

    @property
    def finding(self) -> str:
        """What the sums found, in plain sentences."""
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
        >>> print(cusum_chart(wait, target=5, sigma=1).describe().replace(". ", ".\n"))
        CUSUM chart of Wait, minutes: 8 points, from point 1 to point 8.
        Target 5 (given), sigma 1 (given).
        Latest sums: upper 8, lower 0; beyond 5 sigmas is a signal.
        Signal: The upper sum passes 5 sigmas at point 7 (5.5).
        The shift probably began at point 5, to about 7.33.
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
        >>> print(cusum_chart(wait, target=5, sigma=1).report()[1].replace(". ", ".\n"))
        Target 5 (given), sigma 1 (given).
        Set to find a shift of 1 sigma.
        Latest sums: upper 0, lower 0; beyond 5 sigmas is a signal.
        """
        told = f"{self.level.words} Set to find a shift of {_sigmas(self.shift)}."
        if self.head_start:
            told += f" The sums start at {_sigmas(self.head_start)}, to be quick at the beginning."
        settings = (f"{told} {self._latest}",)
        return report(self.measure, _TITLE, settings, self.signals, self.warnings)

    @property
    def _latest(self) -> str:
        upper, lower, decision = told_apart(
            float(self.high[-1]), abs(float(self.low[-1])), self.decision
        )
        sigmas = "sigma" if self.decision == 1 else "sigmas"
        return f"Latest sums: upper {upper}, lower {lower}; beyond {decision} {sigmas} is a signal."


def cusum_chart(
    measure: Measure,
    *,
    target: float | None = None,
    sigma: ArrayLike | None = None,
    shift: float = 1.0,
    decision: float = 5.0,
    head_start: float = 0.0,
) -> CusumChart:
    """Sum up what lies above and below the target, and say when a shift began.

    With ``z`` a point's distance from the target in sigmas, the upper sum becomes
    ``max(0, sum + z - shift / 2)`` and the lower one ``min(0, sum + z + shift / 2)``. Missing
    values leave both as they are. The sums run on after a signal; once the cause is dealt with,
    start a new chart. See `qi_tools.spc.cusum_charts` for when the chart helps and how quick it is.

    Parameters
    ----------
    measure : Measure
        Values in time order.
    target : float, optional
        The level to hold to, in the measure's unit. Left out, the mean of the points.
    sigma : float or array_like of float, shape (points,), optional
        The standard deviation of a point, in the measure's unit; one for each point when they
        rest on different numbers of observations. Left out, the average moving range / 1.128.
    shift : float
        The shift to find quickly, in sigmas; above 0.
    decision : float
        The decision interval in sigmas: a sum beyond it is a signal; above 0. Use 4 or 5.
    head_start : float
        Where the sums start, in sigmas, from 0 to below `decision`. Half of `decision` gives the
        fast initial response of Lucas & Crosier (1982): a process that starts off its target is
        found sooner, at the price of a few more early false alarms.

    Returns
    -------
    CusumChart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.
    ChartImpossible
        If a setting is out of range, or sigma is left out and can't be estimated.

    References
    ----------
    Page (1954); Montgomery (2009), chapter 9; see `qi_tools.spc.cusum_charts`.

    Examples
    --------
    >>> wait = Measure.from_columns([5, 6, 4, 5, 7, 8, 7, 8], name="Wait")
    >>> chart = cusum_chart(wait, target=5, sigma=1)
    >>> chart.high.tolist()
    [0.0, 0.5, 0.0, 0.0, 1.5, 4.0, 5.5, 8.0]
    >>> [(signal.way, signal.points, signal.began) for signal in chart.signals]
    [('high', (6, 7), 4)]
    """
    measure = check_measure(measure, "cusum_chart")
    shift = check_setting("shift", shift, 0, LARGEST)
    decision = check_setting("decision", decision, 0, LARGEST)
    head_start = check_setting("head_start", head_start, 0, decision, "[")
    start = level(measure, target=target, sigma=sigma)
    distances = start.distances(measure)
    high = carry(_sum_that_stays_up, distances - shift / 2, measure.counted, head_start)
    low = carry(_sum_that_stays_down, distances + shift / 2, measure.counted, -head_start)
    signals = [
        *_signals(measure, start, "high", high, decision),
        *_signals(measure, start, "low", low, decision),
    ]
    return CusumChart(
        measure=measure,
        level=start,
        shift=shift,
        decision=decision,
        head_start=head_start,
        high=high,
        low=low,
        signals=tuple(sorted(signals, key=lambda signal: signal.points[0])),
        warnings=start.warnings + measure.warnings + skip_warnings(measure),
    )


def _sum_that_stays_up(total: float, step: float) -> float:
    return total + step if total + step > 0 else 0.0


def _sum_that_stays_down(total: float, step: float) -> float:
    return total + step if total + step < 0 else 0.0


def _signals(
    measure: Measure, start: Level, way: Way, sums: NDArray[np.float64], decision: float
) -> list[ShiftSignal]:
    known = measure.counted
    beyond = (np.abs(sums) > decision) & known
    zero = sums == 0
    last_zero = np.maximum.accumulate(np.where(zero, np.arange(sums.size), -1))
    sigmas = np.broadcast_to(start.sigma, sums.shape)
    signals = []
    # From zero to zero is one climb, and one signal, even if it dips below the decision interval.
    for points in stretches(beyond, ~zero):
        first = int(points[0])
        since = np.arange(last_zero[first] + 1, first + 1)
        since = since[known[since]]
        began = int(since[0])
        weights = (np.min(sigmas[since]) / sigmas[since]) ** 2
        new_level = float(np.average(measure.values[since], weights=weights))
        name = "upper" if way == "high" else "lower"
        before = " or before" if last_zero[first] < 0 else ""
        signals.append(
            ShiftSignal(
                f"{name} sum",
                f"The {name} sum passes {_sigmas(decision)} at {measure.label(first)} "
                f"({number_in_words(abs(float(sums[first])))}). The shift probably began at "
                f"{measure.label(began)}{before}, to about {number_in_words(new_level)}.",
                tuple(points.tolist()),
                way=way,
                began=began,
                new_level=new_level,
            )
        )
    return signals


def _sigmas(number: float) -> str:
    return f"{number_in_words(number)} sigma{'' if number == 1 else 's'}"
