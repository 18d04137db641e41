"""What a chart says in words: its signals, its warnings and its description."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from qi_tools.measure import Measure
from qi_tools.phases import Flags
from qi_tools.spc.dependence import dependence_warnings
from qi_tools.spc.rules import FewCrossings, LongRun, NumberOfRuns, Rule, Trend
from qi_tools.spc.runs import exact_runs, printed_runs
from qi_tools.spc.signals import Signal
from qi_tools.spc.variation import FEWEST_FOR_ICONS
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from qi_tools.spc.charts import Chart, ChartPhase

__all__ = [
    "FEWEST_USEFUL",
    "description_of",
    "finding_of",
    "introduction",
    "signals_of",
    "warnings_of",
]

FEWEST_USEFUL = 12
"""With fewer useful points rules about runs can hardly find anything (Anhøj & Olesen 2014), and
limits from fewer are mere trial limits (NHS England, Making Data Count)."""
NAMED_IN_FULL = 3
WITHOUT_WIDTH = "the limits have no width and nothing was judged by them."


def introduction(measure: Measure, title: str = "Run chart", noun: str = "point") -> str:
    """Say in one sentence what a chart holds: the measure, how many points and from when.

    Parameters
    ----------
    measure : Measure
        What is charted.
    title : str
        What the chart is called.
    noun : str
        What a point is called.

    Returns
    -------
    str

    Examples
    --------
    >>> introduction(Measure.from_columns([5, None, 7], name="Wait", simulated=True))
    'Run chart of Wait (simulated data): 2 points (1 missing), from point 1 to point 3.'
    """
    known = np.nonzero(measure.known)[0]
    missing = measure.values.size - known.size
    name = f"{measure.name}, {measure.unit}" if measure.unit else measure.name
    span = measure.label(int(known[0]))
    if known.size > 1:
        span = f"from {span} to {measure.label(int(known[-1]))}"
    gaps = f" ({missing:,} missing)" if missing else ""
    made_up = " (simulated data)" if measure.simulated else ""
    return f"{title} of {name}{made_up}: {counted(known.size, noun)}{gaps}, {span}."


def description_of(chart: Chart) -> Iterator[str]:
    """Give the sentences that describe a chart: what it holds, its lines, what was found."""
    measure = chart.measure
    yield introduction(replace(measure, unit=chart.unit), chart.kind.title)
    (known,) = np.nonzero(~np.isnan(chart.values))
    if known.size:
        lowest = int(known[np.argmin(chart.values[known])])
        highest = int(known[np.argmax(chart.values[known])])
        ends = (
            f"Lowest {number_in_words(float(chart.values[lowest]))} ({measure.label(lowest)}), "
            f"highest {number_in_words(float(chart.values[highest]))} ({measure.label(highest)})"
        )
        if len(chart.phases) == 1:
            yield f"{ends}, {_lines(chart, chart.phases[0])}."
        else:
            yield f"{ends}."
            for phase in chart.phases:
                why = f" ({phase.reason})" if phase.reason else ""
                yield f"From {measure.label(phase.first)}{why}: {_lines(chart, phase)}."
    for exclusion in measure.exclusions:
        yield f"Left out: {measure.label(exclusion.point)} ({exclusion.reason})."
    if chart.screened:
        large = int(chart.analysis.lines.screening.left_out.sum())
        were = "was" if large == 1 else "were"
        yield (
            f"{counted(large, 'large moving range')} {were} left out of the limits."
            if large
            else "Screened for large moving ranges: none was left out."
        )
    yield finding_of(chart)
    if chart.kind.has_limits and measure.better != "neither" and chart.kind.plots != "spread":
        yield _latest(chart)
    if chart.assurance != "none":
        latest = np.nonzero(chart.analysis.judged)[0][-1]
        target = number_in_words(float(chart.target[latest]))
        yield {
            "passing": f"If nothing changes, the target of {target} will be met every time.",
            "failing": f"If nothing changes, the target of {target} will not be met.",
            "hit or miss": f"Whether the target of {target} is met is left to chance.",
        }[chart.assurance]
    yield from chart.warnings


def _latest(chart: Chart) -> str:
    """Say what Making Data Count's first icon would."""
    if chart.variation == "too few points":
        return f"With fewer than {FEWEST_FOR_ICONS} points there is no icon for the latest one yet."
    if chart.variation == "special cause":
        return "The latest phase shows special cause variation."
    if chart.variation == "common cause":
        return "The latest point shows common cause variation."
    return f"The latest point shows special cause variation: {chart.variation}."


def finding_of(chart: Chart) -> str:
    """Say what the rules found, in a few plain sentences."""
    if chart.signals:
        return "Signal: " + " ".join(signal.words for signal in chart.signals)
    if max(phase.useful for phase in chart.phases) < FEWEST_USEFUL:
        return "No judgement yet."
    return "No signal: ups and downs like these can be chance alone."


def signals_of(chart: Chart) -> Iterator[Signal]:
    """Give the signals of a chart: one for each phase, rule and way."""
    for number, phase in enumerate(chart.phases):
        for rule, found in chart.analysis.found:
            ways: tuple[Literal["high", "low"], ...] = ("high", "low")
            for way in ways:
                flags = found.high if way == "high" else found.low
                points = np.nonzero(flags[phase.first : phase.last + 1])[0] + phase.first
                if points.size:
                    words = _points_in_words(chart, rule, phase, points, way)
                    yield Signal(rule.name, words, tuple(map(int, points)), way, number)
            if found.whole[number]:
                yield Signal(rule.name, _whole_in_words(chart, rule, phase), phase=number)


def warnings_of(chart: Chart) -> Iterator[str]:
    """Say what a reader should know before trusting a chart."""
    measure, kind = chart.measure, chart.kind
    several = len(chart.phases) > 1
    for number, phase in enumerate(chart.phases):
        where = f" in the phase from {measure.label(phase.first)}" if several else ""
        judged = int(np.count_nonzero(chart.analysis.judged[phase.first : phase.last + 1]))
        if not phase.baseline:
            yield f"There is no value to work the lines out from{where}."
        elif not phase.useful and judged:
            yield (
                f"Too few points{where}: every one lies on the {kind.centre}, so there are no runs."
            )
        elif kind.has_limits and phase.baseline < FEWEST_USEFUL:
            yield (
                f"Too few points{where}: {phase.baseline} in the baseline, and limits need "
                f"{FEWEST_USEFUL} or more."
            )
        elif phase.useful < FEWEST_USEFUL:
            yield (
                f"Too few points{where}: {phase.useful} useful, and the rules need "
                f"{FEWEST_USEFUL} or more."
            )
        drawn = ~np.isnan(chart.upper[phase.first : phase.last + 1])
        if kind.has_limits and phase.baseline > 1 and not drawn.any():
            short = (
                "no point stands for two values or more"
                if kind.subgroups
                else "no two neighbouring values of the baseline are known"
            )
            yield f"There are no limits{where}: {short}."
        if chart.analysis.still[number]:
            yield f"{_still_in_words(chart, number, where)}, so {WITHOUT_WIDTH}"
        if chart.analysis.lines.screening.gave_way[number]:
            yield (
                f"Leaving large moving ranges out would have left no variation{where}, so none "
                "was left out."
            )
    if kind.plots != "spread":
        yield from dependence_warnings(measure)
    (breaks,) = np.nonzero(measure.breaks)
    if breaks.size:
        others = f" and in {counted(breaks.size - 1, 'other place')}" if breaks.size > 1 else ""
        yield (
            f"Dates are skipped just before {measure.label(int(breaks[0]))}{others}; "
            "the line breaks there."
        )


def _still_in_words(chart: Chart, number: int, where: str) -> str:
    """Say what leaves the limits of a phase without width."""
    if chart.kind.subgroups:
        return f"The values within each point{where} don't vary at all"
    phase, frozen = chart.phases[number], chart.measure.phases[number].baseline
    stretch = slice(phase.first, phase.last + 1)
    baseline = chart.values[stretch][:frozen][chart.analysis.judged[stretch][:frozen]]
    if not baseline.size or np.ptp(baseline) <= 1e-12 * np.abs(baseline).max():
        return f"The baseline{where} doesn't vary at all"
    lines = chart.analysis.lines
    if phase.centre in {
        lines.floor,
        np.broadcast_to(lines.ceiling, chart.values.shape)[phase.last],
    }:
        return f"The centre line{where} leaves no room for variation"
    return f"Most neighbours in the baseline{where} are equal"


def _lines(chart: Chart, phase: ChartPhase) -> str:
    """Write the centre line and the limits of a phase."""
    stretch = slice(phase.first, phase.last + 1)
    if np.isnan(phase.centre):
        return f"no {chart.kind.centre}"
    centre = f"{chart.kind.centre} {number_in_words(phase.centre)}"
    if not chart.kind.has_limits or np.isnan(phase.upper):
        return centre
    vary = np.ptp(chart.upper[stretch][~np.isnan(chart.upper[stretch])]) > 0
    at = " at the last point" if vary else ""
    return f"{centre}, limits{at} {number_in_words(phase.lower)} to {number_in_words(phase.upper)}"


def _points_in_words(
    chart: Chart, rule: Rule, phase: ChartPhase, points: NDArray[np.intp], way: str
) -> str:
    analysis = chart.analysis
    passed_over = isinstance(rule, LongRun)  # such runs go on past points on the centre
    stretches = _stretches(points, analysis.side != 0 if passed_over else analysis.judged)
    if isinstance(rule, LongRun):
        longest = max(stretches, key=len)
        side = "above" if way == "high" else "below"
        return (
            f"{len(longest)} points in a row are {side} the {chart.kind.centre} "
            f"({_span(chart, longest)}); up to {phase.longest_run_limit} is usual."
        )
    named = [_span(chart, stretch) for stretch in stretches[:NAMED_IN_FULL]]
    if len(stretches) > NAMED_IN_FULL:
        named.append(f"{len(stretches) - NAMED_IN_FULL:,} more")
    told = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    rising = isinstance(rule, Trend)
    ways = ("rising", "falling") if rising else ("above", "below")
    return f"{rule.words[0].upper()}{rule.words[1:]}: {told} ({ways[way == 'low']})."


def _whole_in_words(chart: Chart, rule: Rule, phase: ChartPhase) -> str:
    where = f" from {chart.measure.label(phase.first)} on" if len(chart.phases) > 1 else ""
    centre = chart.kind.centre
    if isinstance(rule, FewCrossings):
        times = {0: f"never crosses the {centre}", 1: f"crosses the {centre} once"}.get(
            phase.crossings, f"crosses the {centre} {phase.crossings} times"
        )
        limit = phase.crossings_limit
        more = "once or more" if limit == 1 else f"{limit} or more times"
        return f"The line {times}{where}; {more} is usual."
    if isinstance(rule, NumberOfRuns):
        usual = exact_runs if rule.table == "exact" else printed_runs
        fewest, most = usual(phase.useful)
        runs = counted(phase.crossings + 1, "run")
        return f"{runs} about the {centre}{where}; {fewest} to {most} are usual."
    return f"{rule.words[0].upper()}{rule.words[1:]}{where}."


def _stretches(points: NDArray[np.intp], between: Flags) -> list[NDArray[np.intp]]:
    """Split points wherever one of those flagged stands between two of them."""
    so_far = np.cumsum(between)
    apart = so_far[points[1:] - 1] > so_far[points[:-1]]
    return list(np.split(points, np.nonzero(apart)[0] + 1))


def _span(chart: Chart, points: NDArray[np.intp]) -> str:
    first, last = chart.measure.label(int(points[0])), chart.measure.label(int(points[-1]))
    return first if len(points) == 1 else f"{first} to {last}"
