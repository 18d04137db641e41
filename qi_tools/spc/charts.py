"""Run charts and control charts of one measure: lines, signals, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qi_tools.columns import is_number
from qi_tools.errors import ChartImpossible
from qi_tools.measure import Measure, check_measure, point_column, ratios
from qi_tools.phases import Flags, Floats, Phases
from qi_tools.result import Result
from qi_tools.spc.analysis import Analysis, analyse
from qi_tools.spc.chart_words import (
    description_of,
    finding_of,
    report_of,
    signals_of,
    warnings_of,
)
from qi_tools.spc.kinds import KINDS, Kind, check, kind_called, plotted_target
from qi_tools.spc.limits import PRINTED, Constants, Points
from qi_tools.spc.odds import RuleOdds, rule_odds
from qi_tools.spc.rule_sets import ANHOEJ, RuleSet
from qi_tools.spc.signals import Signal
from qi_tools.spc.variation import ASSURANCE, VARIATION, Meaning, direction, meaning

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Chart", "ChartPhase", "control_chart", "run_chart"]


@dataclass(frozen=True, slots=True)
class ChartPhase:
    """One phase of a chart in numbers.

    Parameters
    ----------
    first, last : int
        Its points, counted from 0.
    baseline : int
        Points that its lines were computed from.
    reason : str
        Why it began.
    centre, lower, upper : float
        Its lines at the last point that has them; not a number where none has.
    useful : int
        Points that are judged and not on the centre line.
    longest_run, longest_run_limit : int
        Useful points in the longest run; a longer run than the limit is a signal.
    crossings, crossings_limit : int
        Times that the line crosses the centre; fewer than the limit are a signal.
    """

    first: int
    last: int
    baseline: int
    reason: str
    centre: float
    lower: float
    upper: float
    useful: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int


@dataclass(frozen=True, slots=True, eq=False)
class Chart(Result):
    """A measure on a run chart or a control chart.

    Make one with `run_chart` or `control_chart`. In a notebook it shows itself.

    Parameters
    ----------
    measure : Measure
        What is charted.
    kind : Kind
        The kind of chart.
    rules : RuleSet
        The rules that it was judged by.
    screened : bool
        True when large moving ranges were left out of the limits.
    analysis : Analysis
        The arrays behind the properties below.
    meaning : Meaning
        Improvement and concern, point by point.
    phases : tuple of ChartPhase
        Each phase in numbers.
    signals : tuple of Signal
        What the rules found; empty when they found nothing.
    warnings : tuple of str
        What a reader should know before trusting the chart, the most important first.
    constants : Constants
        What turned moving ranges into limits.
    known_centre : float or None
        The centre line, where it was known from elsewhere.
    """

    measure: Measure
    kind: Kind
    rules: RuleSet
    screened: bool
    analysis: Analysis
    meaning: Meaning
    phases: tuple[ChartPhase, ...]
    signals: tuple[Signal, ...]
    warnings: tuple[str, ...]
    constants: Constants = PRINTED
    known_centre: float | None = None

    drawn_by: ClassVar[str] = "chart"

    @property
    def unit(self) -> str:
        """What the values plotted are counted in; counts themselves have none."""
        return "" if self.kind.plots == "counts" else self.measure.unit

    @property
    def values(self) -> Floats:
        """What is plotted, shape (points,): moving ranges on an MR chart."""
        return self.analysis.lines.values

    @property
    def centre(self) -> Floats:
        """The centre line, shape (points,)."""
        return self.analysis.lines.centre

    @property
    def lower(self) -> Floats:
        """The lower limit, shape (points,); not a number where there is none."""
        return self.analysis.lines.lower

    @property
    def upper(self) -> Floats:
        """The upper limit, shape (points,); not a number where there is none."""
        return self.analysis.lines.upper

    @property
    def target(self) -> Floats:
        """The target, on the scale of what is plotted, shape (points,).

        Not a number where there is none, and everywhere on charts of spread (MR, S, R).
        """
        measure = self.measure
        return plotted_target(self.kind, measure.target, measure.denominators, measure.per)

    @property
    def improvement(self) -> Flags:
        """True for points with a signal in the better direction, shape (points,)."""
        return self.meaning.improvement

    @property
    def concern(self) -> Flags:
        """True for points with a signal in the worse direction, shape (points,)."""
        return self.meaning.concern

    @property
    def variation(self) -> str:
        """What the latest point shows; one of `qi_tools.spc.variation.VARIATION`."""
        return VARIATION[int(self.meaning.variation[0])]

    @property
    def assurance(self) -> str:
        """Whether the target will be met; one of `qi_tools.spc.variation.ASSURANCE`."""
        return ASSURANCE[int(self.meaning.assurance[0])]

    @property
    def signal_points(self) -> list[int]:
        """The points that show a signal, counted from 0."""
        return sorted({point for signal in self.signals for point in signal.points})

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a point.

        Columns: ``date`` (or ``point``, counted from 1), ``value``, ``centre``, ``lower`` and
        ``upper`` where the chart has limits, ``target`` where there is one, ``phase`` (counted from
        1), ``side`` of the centre (above, below, on, missing, excluded, no centre), ``signals``
        (the rules that found something there) and, where a direction is better, ``improvement`` and
        ``concern``. Each call gives a new table.
        """
        from pandas import DataFrame

        measure, analysis = self.measure, self.analysis
        known = ~np.isnan(self.values)
        side = np.select(
            [
                measure.excluded,
                ~known,
                np.isnan(self.centre),
                analysis.side > 0,
                analysis.side < 0,
            ],
            ["excluded", "missing", "no centre", "above", "below"],
            "on",
        )
        columns: dict[str, object] = {**point_column(measure)}
        columns |= {"value": self.values.copy(), "centre": self.centre.copy()}
        if self.kind.has_limits:
            columns |= {"lower": self.lower.copy(), "upper": self.upper.copy()}
        if measure.targets and self.kind.plots != "spread":
            columns["target"] = self.target
        phase = np.repeat(
            np.arange(1, len(self.phases) + 1), [each.last - each.first + 1 for each in self.phases]
        )
        names: list[list[str]] = [[] for _ in range(len(measure))]
        for rule, found in analysis.found:
            for point in np.nonzero(found.high | found.low)[0]:
                names[point].append(rule.name)
        columns |= {
            "phase": phase,
            "side": side,
            "signals": [", ".join(dict.fromkeys(each)) for each in names],
        }
        if _way(measure, self.kind):
            columns |= {"improvement": self.improvement.copy(), "concern": self.concern.copy()}
        return DataFrame(columns)

    @property
    def finding(self) -> str:
        """What the rules found, in a few plain sentences."""
        return finding_of(self)

    @property
    def odds(self) -> RuleOdds | None:
        """How often a chart like this gives a false alarm, and how often it finds a shift.

        Those of its rules, its kind and the points judged in its latest phase, with that phase's
        baseline; `RuleOdds.words` says them. A centre line from elsewhere is not considered. None
        where that phase has fewer than two points or no lines. The first call simulates some
        thousand charts.
        """
        phase, frozen = self.phases[-1], self.measure.phases[-1].baseline is not None
        points = int(np.count_nonzero(self.analysis.judged[phase.first :]))
        if points < 2 or not phase.baseline:
            return None
        return rule_odds(
            self.rules,
            points,
            kind=self.kind.name,
            baseline=phase.baseline if frozen else None,
            screen=self.screened,
        )

    def describe(self) -> str:
        r"""Describe the chart in a few words, for those who can't see it and for those who can.

        Returns
        -------
        str
            Plain sentences, at most 600 characters: also the chart's text alternative. `report`
            tells what there is no room for.

        Examples
        --------
        >>> chart = run_chart(Measure.from_columns([5, 8, 6, 9], name="Wait", unit="minutes"))
        >>> print(chart.describe().replace(". ", ".\n"))
        Run chart of Wait, minutes: 4 points, from point 1 to point 4.
        Latest 9, median 7.
        No judgement yet.
        Too few points: 4 useful, and the rules need 12 or more.
        """
        return description_of(self)

    def report(self) -> tuple[str, ...]:
        r"""Tell all that the chart holds, for those who want to check it.

        Returns
        -------
        tuple of str
            Paragraphs: what is charted, each phase with its lines, every signal, targets, points
            left out, notes, how it was judged and made, warnings and the source.

        Examples
        --------
        >>> chart = run_chart(Measure.from_columns([5, 8, 6, 9], name="Wait", unit="minutes"))
        >>> print(chart.report()[0].replace(". ", ".\n"))
        Run chart of Wait, minutes: 4 points, from point 1 to point 4.
        Lowest value 5 (point 1), highest 9 (point 4), latest 9 (point 4).
        """
        return report_of(self)


def run_chart(measure: Measure, *, rules: RuleSet = ANHOEJ) -> Chart:
    """Judge a measure about its median.

    Parameters
    ----------
    measure : Measure
        Values in time order.
    rules : RuleSet
        The rules; those about limits have no meaning here and are not applied.

    Returns
    -------
    Chart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.
    ChartImpossible
        If none of the rules has a meaning on a run chart.

    References
    ----------
    Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018); see `qi_tools.spc.runs`.

    Examples
    --------
    >>> wait = Measure.from_columns([9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3], name="Wait")
    >>> chart = run_chart(wait)
    >>> phase = chart.phases[0]
    >>> phase.centre, phase.longest_run, phase.crossings, phase.crossings_limit
    (5.5, 7, 1, 4)
    >>> print(chart.finding)
    Signal: The line crosses the median once; 4 or more times is usual.
    """
    return _chart(measure, KINDS["run"], rules, screen=False, constants=PRINTED, centre=None)


def control_chart(
    measure: Measure,
    kind: str,
    *,
    rules: RuleSet = ANHOEJ,
    screen: bool = False,
    centre: float | None = None,
    constants: Constants = PRINTED,
) -> Chart:
    """Judge a measure about its centre line and limits.

    Parameters
    ----------
    measure : Measure
        Values in time order.
    kind : str
        The kind of chart, such as ``"i"`` or ``"p"``: a name in `qi_tools.spc.kinds.KINDS`.
        `suggest_chart` says which suits the data.
    rules : RuleSet
        The rules for special causes.
    screen : bool
        True to leave moving ranges above their own upper limit out of the limits, once
        (Nelson 1982). Peers differ on whether to; here it is off, and the chart says so when on.
    centre : float, optional
        A centre line known from elsewhere, in the unit that is shown; on an NP chart, whose
        centre follows the denominators, the share.
    constants : Constants
        What turns moving ranges into limits; only for those who must reproduce another tool.

    Returns
    -------
    Chart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.
    ChartImpossible
        If there is no such kind, or the measure is not of the kind that it needs.

    References
    ----------
    See `qi_tools.spc.limits` for each kind.

    Examples
    --------
    >>> falls = Measure.from_columns([3, 5, 2, 4, 6, 3], denominators=[90, 100, 80, 95, 110, 85],
    ...                              per=100, name="Falls", data="rates")
    >>> chart = control_chart(falls, "u")
    >>> chart.centre.round(2)[0], chart.upper.round(1).tolist()[:3]
    (np.float64(4.11), [10.5, 10.2, 10.9])
    """
    return _chart(
        measure, kind_called(kind), rules, screen=screen, constants=constants, centre=centre
    )


def _chart(
    measure: Measure,
    kind: Kind,
    rules: RuleSet,
    *,
    screen: bool,
    constants: Constants,
    centre: float | None,
) -> Chart:
    check_measure(measure, "The chart")
    points = _points(measure, kind, screen=screen, constants=constants, centre=centre)
    check(kind, points, measure.label)
    per = 1.0 if kind.plots == "counts" else measure.per
    analysis = analyse(points, kind, rules, per=per)
    meant = meaning(
        analysis,
        points.phases,
        Phases(np.zeros(1, dtype=np.int64), len(measure)),
        np.array([_way(measure, kind)], dtype=np.int8),
        plotted_target(kind, measure.target, measure.denominators, measure.per),
    )
    phases = _phases(measure, points, analysis)
    screened = screen and kind.from_moving_ranges
    known_centre = None if centre is None else float(centre)
    bare = Chart(
        measure, kind, rules, screened, analysis, meant, phases, (), (), constants, known_centre
    )
    return replace(bare, signals=tuple(signals_of(bare)), warnings=tuple(warnings_of(bare)))


def _points(
    measure: Measure, kind: Kind, *, screen: bool, constants: Constants, centre: float | None
) -> Points:
    """Lay the phases of one measure end to end."""
    phases = Phases(np.array([phase.first for phase in measure.phases]), len(measure))
    frozen = [len(measure) if each.baseline is None else each.baseline for each in measure.phases]
    values = measure.values
    if measure.numerators is not None and measure.denominators is not None:
        values, _ = ratios(measure.numerators, measure.denominators)
    if centre is not None:
        if not is_number(centre):
            raise ChartImpossible(f"The centre is {centre!r}. Use a number.")
        centre = float(centre) / (1 if kind.plots == "counts" else measure.per)
    within = measure.subgroups
    return Points(
        values,
        phases.rank < phases.spread(np.array(frozen)),
        phases,
        measure.excluded,
        measure.breaks,
        measure.numerators,
        measure.denominators,
        None if within is None else within.sizes,
        None if within is None else within.deviations,
        None if within is None else within.ranges,
        None if centre is None else np.full(phases.starts.size, centre),
        constants,
        screen,
    )


def _way(measure: Measure, kind: Kind) -> int:
    """Give which way is better for what is plotted."""
    return 0 if kind.plots == "spread" else direction(measure.better)


def _phases(measure: Measure, points: Points, analysis: Analysis) -> tuple[ChartPhase, ...]:
    """Sum up each phase in numbers."""
    lines = analysis.lines
    baseline = points.phases.count(points.counted(lines.values))
    ends = points.phases.starts + points.phases.lengths - 1
    centre, lower, upper = (
        _last_known(line, points.phases) for line in (lines.centre, lines.lower, lines.upper)
    )
    return tuple(
        ChartPhase(
            phase.first,
            int(end),
            int(baseline[number]),
            phase.reason,
            float(centre[number]),
            float(lower[number]),
            float(upper[number]),
            *(int(column[number]) for column in analysis.runs.columns),
        )
        for number, (phase, end) in enumerate(zip(measure.phases, ends, strict=True))
    )


def _last_known(line: Floats, phases: Phases) -> Floats:
    """Give a line at the last point of each phase that has it: the latest month may be missing."""
    known = np.where(np.isnan(line), -1, np.arange(line.size))
    last = np.maximum.reduceat(known, phases.starts)
    return line[np.where(last < 0, phases.starts, last)]
