"""The Bernoulli CUSUM: cases judged one by one, each of them an event or none.

Each case adds to two sums what it says for and against a changed risk: a log-likelihood ratio.
The upper sum asks whether the odds of the event have risen so many times (twice, unless told
otherwise), the lower one whether they have fallen as many times. Either sum starts again from zero
when the evidence runs out, and after a signal.

**When it helps.** Events are rare (about 1% to 10% of cases) and each case is known by itself:
deaths after surgery, infections, returns to theatre. Nothing waits for the end of a month, so a
doubled risk shows sooner than on a chart of monthly percentages, and there is no month with too
few cases.

**When it doesn't.** The cases' own risk varies much and its mix may change: then a rise may only
mean sicker patients, and a risk-adjusted chart is needed. There is no target from a stable time:
use a run chart of events, or of cases between them. When events are common a p chart is easier to
read.

**How quick it is.** Cases until a signal, on average, when target and cases fit (mean of 20,000
simulated series each, to two figures; odds ratio 2 and limit 3.5):

======  ============================  ====================  =====================
target  no change: false alarm        odds doubled:         odds halved:
        of either sum                 upper sum             lower sum
======  ============================  ====================  =====================
1%     7,500                         730                   1,800
2%     3,800                         370                   910
5%     1,600                         160                   360
10%    870                           91                    190
======  ============================  ====================  =====================

So a doubling is found after about 15 events, whatever the target, and a false alarm comes after
about 80. Whether that is right for the process is for those who know it to say. A higher limit
makes false alarms rarer and the chart slower.

References
----------
Reynolds MR, Stoumbos ZG (1999). A CUSUM chart for monitoring a proportion when inspecting
continuously. Journal of Quality Technology 31(1): 87-108.

Neuburger J, Walker K, Sherlaw-Johnson C, van der Meulen J, Cromwell DA (2017). Comparison of
control charts for monitoring clinical performance using binary data. BMJ Quality & Safety 26:
919-928.

Anhøj J (2024). qicharts2 0.8.1, bchart: two sides, the restart, and the usual odds ratio and limit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from qi_tools.columns import LARGEST
from qi_tools.errors import ChartImpossible
from qi_tools.measure import Measure, point_column
from qi_tools.result import Result
from qi_tools.spc.memory_charts import (
    ShiftSignal,
    Way,
    carry,
    check_setting,
    finding,
    introduced_as,
    latest_signal,
    marked,
    report,
    skip_warnings,
)
from qi_tools.spc.sentences import Sentence, fitted, told_apart, warning
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BernoulliCusum", "bernoulli_cusum"]

_TITLE = "Bernoulli CUSUM"
FEWEST_EVENTS = 5
"""A target from fewer events than this is little more than a guess: a choice, not a law."""


@dataclass(frozen=True, slots=True, eq=False)
class BernoulliCusum(Result):
    """Two sums of evidence, for and against a changed risk, case by case.

    Make one with `bernoulli_cusum`.

    Parameters
    ----------
    measure : Measure
        The cases: 1 for an event, 0 for none.
    target : float
        The risk that the process is held to, between 0 and 1.
    target_words : str
        Where the target comes from.
    odds_ratio : float
        How many times the odds must rise, or fall, for the change to matter.
    limit : float
        A sum that reaches this is a signal.
    high, low : ndarray of float, shape (cases,)
        The upper sum (0 or more) and the lower sum (0 or less) after each case. At a signal the
        sum has already started again, so it stands at 0 there.
    signals : tuple of ShiftSignal
        Each time that a sum reaches the limit; empty when none does.
    warnings : tuple of str
        What a reader should know before trusting the chart, the most important first.
    """

    measure: Measure
    target: float
    target_words: str
    odds_ratio: float
    limit: float
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    signals: tuple[ShiftSignal, ...]
    warnings: tuple[str, ...]

    drawn_by: ClassVar[str] = "bernoulli_cusum"

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a case.

        Columns: ``date`` (or ``point``, counted from 1), ``event`` (1 or 0), ``high`` and ``low``
        (the sums), ``high_signal`` and ``low_signal`` (True for cases that raise a signal). Each
        call gives a new table.
        """
        from pandas import DataFrame

        return DataFrame(
            point_column(self.measure)
            | {
                "event": self.measure.values.copy(),
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
        >>> falls = Measure.from_columns([0] * 20 + [1, 0, 1, 1, 0, 1, 1, 1], name="Fall")
        >>> print(bernoulli_cusum(falls, target=0.05).describe().replace(". ", ".\n"))
        Bernoulli CUSUM of Fall: 28 points, from point 1 to point 28.
        6 of 28 are events (21.4%).
        Target 5% (given).
        Latest sums: upper 0, lower 0; 3.5 is a signal.
        Signal: The upper sum reaches 3.5 at point 28.
        The shift probably began at point 21, to about 75%.
        """
        return fitted(
            (
                introduced_as(self.measure, _TITLE),
                Sentence(self._events),
                Sentence(f"Target {_percent(self.target)} ({self.target_words})."),
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
        >>> print(bernoulli_cusum([0, 0, 1, 0], target=0.2).report()[1].replace(". ", ".\n"))
        1 of 4 is an event (25%).
        Target 20% (given).
        It looks for odds 2 times as high or as low.
        Latest sums: upper 0.329, lower 0.105; 3.5 is a signal.
        A sum that reaches it starts again.
        """
        settings = (
            f"{self._events} Target {_percent(self.target)} ({self.target_words}). It looks for "
            f"odds {number_in_words(self.odds_ratio)} times as high or as low. {self._latest} "
            "A sum that reaches it starts again.",
        )
        return report(self.measure, _TITLE, settings, self.signals, self.warnings)

    @property
    def _events(self) -> str:
        known = self.measure.values[self.measure.counted]
        events = int(known.sum())
        verb = "is an event" if events == 1 else "are events"
        return f"{events:,} of {known.size:,} {verb} ({_percent(events / known.size)})."

    @property
    def _latest(self) -> str:
        upper, lower, limit = told_apart(float(self.high[-1]), abs(float(self.low[-1])), self.limit)
        return f"Latest sums: upper {upper}, lower {lower}; {limit} is a signal."


def bernoulli_cusum(
    cases: Measure | Iterable[object],
    *,
    target: float | None = None,
    odds_ratio: float = 2.0,
    limit: float = 3.5,
    baseline: int | None = None,
) -> BernoulliCusum:
    """Watch the risk of an event case by case, for a rise and for a fall.

    With target ``p``, odds ratio ``R`` and ``c = log(1 - p + R * p)``, a case with the event adds
    ``log(R) - c`` to the upper sum and a case without it adds ``-c``: the log-likelihood ratio of
    odds ``R`` times as high. The lower sum does the same for ``1 / R`` and counts downwards. A sum
    starts again from 0 when it passes 0 the wrong way and after a signal. Missing values leave
    both as they are. See `qi_tools.spc.bernoulli_cusums` for when the chart helps and how quick it
    is.

    Parameters
    ----------
    cases : Measure, or iterable of 0, 1, False, True and None
        One value for each case in time order: 1 for an event, 0 for none.
    target : float, optional
        The risk that the process is held to, above 0 and below 1. Left out, the share of events
        in the baseline.
    odds_ratio : float
        How many times the odds must rise, or fall, for the change to matter; above 1.
    limit : float
        A sum that reaches this is a signal; above 0.
    baseline : int, optional
        How many of the first cases the target is worked out from, when no target is given. Left
        out, all of them.

    Returns
    -------
    BernoulliCusum

    Raises
    ------
    MeasureInvalid
        If what is given can't be made a measure.
    ChartImpossible
        If a value is neither 0 nor 1, a setting is out of range, target and baseline are both
        given, or the baseline holds no event or nothing but events.

    References
    ----------
    Reynolds & Stoumbos (1999); Neuburger et al. (2017); see `qi_tools.spc.bernoulli_cusums`.

    Examples
    --------
    >>> chart = bernoulli_cusum([0, 0, 1, 0, 1, 1, None, 1, 1, 1], target=0.05)
    >>> chart.high.round(2).tolist()
    [0.0, 0.0, 0.64, 0.6, 1.24, 1.88, 1.88, 2.53, 3.17, 0.0]
    >>> [(signal.way, signal.points, signal.began) for signal in chart.signals]
    [('high', (9,), 2)]
    """
    measure = _as_measure(cases)
    odds_ratio = check_setting("odds_ratio", odds_ratio, 1, LARGEST)
    limit = check_setting("limit", limit, 0, LARGEST)
    if not measure.counted.any():
        raise ChartImpossible("Every value is left out. Keep at least one.")
    if target is None:
        target, target_words, warnings = _estimated_target(measure, baseline)
    elif baseline is None:
        target, target_words, warnings = check_setting("target", target, 0, 1), "given", ()
    else:
        raise ChartImpossible(
            f"Both target ({target!r}) and baseline ({baseline!r}) are given. Give one of them."
        )
    events = measure.values[measure.counted] == 1

    def step(total: float, evidence: float) -> float:
        # What reached the limit was told at that case, and the sum starts again at the next.
        return max(0.0, (total if total < limit else 0.0) + evidence)

    rising, falling = (
        carry(step, _evidence(events, target, ratio), measure.counted, 0.0)
        for ratio in (odds_ratio, 1 / odds_ratio)
    )
    signals = [
        *_signals(measure, "high", rising, limit),
        *_signals(measure, "low", falling, limit),
    ]
    high = np.where(rising < limit, rising, 0.0)
    low = 0.0 - np.where(falling < limit, falling, 0.0)
    for column in (high, low):
        column.setflags(write=False)
    return BernoulliCusum(
        measure=measure,
        target=target,
        target_words=target_words,
        odds_ratio=odds_ratio,
        limit=limit,
        high=high,
        low=low,
        signals=tuple(sorted(signals, key=lambda signal: signal.points[0])),
        warnings=warnings + measure.warnings + skip_warnings(measure),
    )


def _as_measure(cases: Measure | Iterable[object]) -> Measure:
    if isinstance(cases, Measure):
        measure = cases
    else:
        if isinstance(cases, Iterable) and not isinstance(cases, str | bytes):
            # A measure takes True for a slip, but here it is as good a word for an event as 1.
            cases = [int(case) if isinstance(case, bool | np.bool_) else case for case in cases]
        measure = Measure.from_columns(cases, name="Event")
    others = measure.known & (measure.values != 0) & (measure.values != 1)
    if np.any(others):
        (where,) = np.nonzero(others)
        first = int(where[0])
        rest = f" and {counted(where.size - 1, 'more value')}" if where.size > 1 else ""
        raise ChartImpossible(
            "A Bernoulli CUSUM takes 1 for an event and 0 for none. Neither: "
            f"{number_in_words(float(measure.values[first]))} ({measure.label(first)}){rest}. "
            "For counts and percentages use another chart."
        )
    return measure


def _estimated_target(measure: Measure, baseline: int | None) -> tuple[float, str, tuple[str, ...]]:
    cases = np.where(measure.counted, measure.values, np.nan)
    words = "the share of events among these cases"
    warnings = [
        "The target is worked out from these same cases, so a change among them moves it; "
        "a target from a stable time before is better."
    ]
    if baseline is not None:
        whole = isinstance(baseline, int | np.integer) and not isinstance(baseline, bool)
        if not whole or not 1 <= baseline <= cases.size:
            raise ChartImpossible(
                f"baseline is {baseline!r}. Use a whole number of cases, from 1 to {cases.size:,}."
            )
        cases = cases[:baseline]
        words = f"the share of events among the first {counted(int(baseline), 'case')}"
        warnings = []
    known = cases[~np.isnan(cases)]
    events = int(np.count_nonzero(known))
    if events in (0, known.size):
        found = (
            "no case with a known outcome"
            if known.size == 0
            else (
                f"no event in {counted(known.size, 'case')}"
                if events == 0
                else "nothing but events"
            )
        )
        raise ChartImpossible(
            f"The target can't be worked out: the baseline holds {found}. Give target, a risk "
            "above 0 and below 1, or a longer baseline."
        )
    if events < FEWEST_EVENTS:
        few = f"The target rests on only {counted(events, 'event')}; with so few it may be far off."
        warnings.insert(0, few)  # the most important first
    return events / known.size, words, tuple(warnings)


def _evidence(events: NDArray[np.bool_], target: float, ratio: float) -> NDArray[np.float64]:
    """Give each case's log-likelihood ratio of odds this many times those of the target."""
    against = math.log1p(target * (ratio - 1))
    return np.where(events, math.log(ratio) - against, -against)


def _signals(
    measure: Measure, way: Way, sums: NDArray[np.float64], limit: float
) -> list[ShiftSignal]:
    known = measure.counted
    reached = (sums >= limit) & known
    ends = reached | (sums == 0)
    name = "upper" if way == "high" else "lower"
    # The case after which the sum last started from zero; -1 before the first case.
    starts = np.maximum.accumulate(np.where(ends, np.arange(sums.size), -1))
    signals = []
    for point in np.nonzero(reached)[0].tolist():
        last_zero = int(starts[point - 1]) if point else -1
        since = np.arange(last_zero + 1, point + 1)
        since = since[known[since]]
        began = int(since[0])
        new_level = float(np.mean(measure.values[since]))
        signals.append(
            ShiftSignal(
                f"{name} sum",
                f"The {name} sum reaches {number_in_words(limit)} at {measure.label(point)}. "
                f"The shift probably began at {measure.label(began)}"
                f"{' or before' if last_zero < 0 else ''}, to about {_percent(new_level)}.",
                (point,),
                way=way,
                began=began,
                new_level=new_level,
            )
        )
    return signals


def _percent(share: float) -> str:
    return f"{number_in_words(100 * share)}%"
