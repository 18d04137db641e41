"""What a chart says in words: its signals, warnings, description and report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from qi_tools.measure import Measure
from qi_tools.phases import Flags
from qi_tools.spc.dependence import dependence_warnings
from qi_tools.spc.kinds import Kind
from qi_tools.spc.limits import EXACT, PRINTED
from qi_tools.spc.rules import (
    ON_BOTH_SIDES,
    FewCrossings,
    Found,
    LongRun,
    NumberOfRuns,
    Rule,
    Shift,
    Trend,
)
from qi_tools.spc.runs import exact_runs, printed_runs
from qi_tools.spc.sentences import (
    MOST_TOLD,
    Sentence,
    fitted,
    introduced,
    introduction,
    left_out,
    meaning_of_way,
    more_signals,
    named,
    notes,
    paragraphs,
    provenance,
    skipped_dates,
    told_apart,
    warned,
    warning,
)
from qi_tools.spc.signals import Signal
from qi_tools.spc.variation import FEWEST_FOR_ICONS, meets, nearly
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from qi_tools.spc.charts import Chart, ChartPhase

__all__ = [
    "FEWEST_USEFUL",
    "description_of",
    "finding_of",
    "headline_of",
    "report_of",
    "signals_of",
    "warnings_of",
]

FEWEST_USEFUL = 12
"""With fewer useful points rules about runs can hardly find anything (Anhøj & Olesen 2014), and
limits from fewer are mere trial limits (NHS England, Making Data Count)."""
NAMED_IN_FULL = 3
WITHOUT_WIDTH = "the limits have no width and nothing was judged by them."
ASSURANCES = {
    "none": "",
    "passing": "; if nothing changes, it will be met every time",
    "failing": "; if nothing changes, it will not be met",
    "hit or miss": "; if nothing changes, whether it is met is left to chance",
}
SPREADS = {"mr": "moving range", "s": "standard deviation", "r": "range"}
"""What is plotted where it is not the values themselves."""


def description_of(chart: Chart) -> str:
    """Describe a chart in few words: what it holds, its lines, what was found, what to beware."""
    return fitted(
        (
            introduced(chart.measure, lambda measure: _introduction(chart, measure)),
            _state(chart),
            *_latest_signal(chart),
            *_target_now(chart),
            *warning(chart.warnings),
        )
    )


def headline_of(chart: Chart) -> str:
    """Say the latest signal and count the others; with none, say what silence means."""
    return " ".join(sentence.full for sentence in _latest_signal(chart))


def report_of(chart: Chart) -> tuple[str, ...]:
    """Tell all that a chart holds, as the paragraphs of a report."""
    return paragraphs(
        " ".join((_introduction(chart, chart.measure), *_extremes(chart))),
        *(_phase_in_full(chart, number) for number in range(len(chart.phases))),
        *_signals_in_full(chart),
        " ".join(_latest_point(chart)),
        " ".join((*_targets(chart), *(sentence.full for sentence in _target_now(chart)))),
        left_out(chart.measure),
        notes(chart.measure),
        " ".join(_judged(chart)),
        " ".join(_limits_made(chart)),
        warned(chart.warnings),
        provenance(chart.measure),
    )


# ---- what is charted, and where it stands now


def _introduction(chart: Chart, measure: Measure) -> str:
    unit = "" if chart.kind.plots == "counts" else measure.unit
    shown = int(np.count_nonzero(measure.known & measure.excluded))
    return introduction(replace(measure, unit=unit), chart.kind.title, left_out=shown)


def _latest(chart: Chart) -> int | None:
    """Give the latest point that is known and counts, which targets and rules are held to."""
    (judged,) = np.nonzero(chart.analysis.judged)
    return int(judged[-1]) if judged.size else None


def _state(chart: Chart) -> Sentence:
    """Say the latest value and the lines of the latest phase."""
    measure, phase, latest = chart.measure, chart.phases[-1], _latest(chart)
    noun = SPREADS.get(chart.kind.name, "")
    if latest is None:
        told = f"No {noun or 'value'} counts"
    else:
        told = " ".join(filter(None, ("Latest", noun, _apart(chart)[0])))
        if latest != np.nonzero(measure.known)[0][-1]:
            told += f" ({measure.label(latest)})"
    lines = _lines(chart, phase)
    if len(chart.phases) == 1:
        return Sentence(f"{told}, {lines}.")
    since = f"{told}. From {measure.label(phase.first)} on"
    return Sentence(f"{since} ({phase.reason}): {lines}.", f"{since}: {lines}.", spare=5)


def _apart(chart: Chart) -> list[str]:
    """Write the latest value, the lines of the latest phase and the target, told apart."""
    phase, latest = chart.phases[-1], _latest(chart)
    value, target = (
        (float("nan"), float("nan"))
        if latest is None
        else (float(chart.values[latest]), float(chart.target[latest]))
    )
    return told_apart(value, phase.centre, phase.lower, phase.upper, target)


def _lines(chart: Chart, phase: ChartPhase) -> str:
    """Write the centre line and the limits of a phase."""
    if np.isnan(phase.centre):
        return f"no {chart.kind.centre}"
    centre, lower, upper = (
        _apart(chart)[1:4]
        if phase is chart.phases[-1]
        else told_apart(phase.centre, phase.lower, phase.upper)
    )
    told = f"{chart.kind.centre} {centre}"
    if not chart.kind.has_limits:
        return told
    if np.isnan(phase.upper):
        return f"{told}, no limits"
    upper_line = chart.upper[phase.first : phase.last + 1]
    at = " at the last point" if np.ptp(upper_line[~np.isnan(upper_line)]) > 0 else ""
    return f"{told}, limits{at} {lower} to {upper}"


def _extremes(chart: Chart) -> Iterator[str]:
    """Say the lowest, the highest and the latest of what is plotted."""
    measure = chart.measure
    (known,) = np.nonzero(~np.isnan(chart.values))
    noun = SPREADS.get(chart.kind.name, "value")
    if known.size == 0:
        yield f"There is no {noun} to plot."
        return
    ends = (known[np.argmin(chart.values[known])], known[np.argmax(chart.values[known])], known[-1])
    low, high, last = (
        f"{number_in_words(float(chart.values[end]))} ({measure.label(int(end))})" for end in ends
    )
    if chart.kind.plots == "spread":
        yield f"Plotted: {counted(known.size, noun)}."
    yield f"Lowest {noun} {low}, highest {high}, latest {last}."
    if measure.better != "neither" and chart.kind.plots != "spread":
        yield f"{measure.better.capitalize()} is better."


def _phase_in_full(chart: Chart, number: int) -> str:
    """Say what a phase holds: when, why, its lines, what they rest on, and its runs."""
    phase = chart.phases[number]
    span = _span(chart, np.array([phase.first, phase.last]))
    why = f" ({phase.reason})" if phase.reason else ""
    if len(chart.phases) == 1:
        told = f"Lines: {_lines(chart, phase)}."
    else:
        told = (
            f"Phase {number + 1:,} of {len(chart.phases):,}, {span}{why}: {_lines(chart, phase)}."
        )
    said = [told]
    if not np.isnan(phase.centre) and phase.baseline:
        said += _rests_on(chart, number)
    if phase.useful and "centre" in chart.kind.judged:
        said.append(
            f"{counted(phase.useful, 'point')} off the {chart.kind.centre}: the longest run holds "
            f"{phase.longest_run:,} (up to {phase.longest_run_limit:,} is usual), and the line "
            f"{_crosses(chart, phase)} ({_or_more(phase.crossings_limit)} is usual)."
        )
    return " ".join(said)


def _rests_on(chart: Chart, number: int) -> Iterator[str]:
    """Say what the lines of a phase were worked out from."""
    kind, phase, frozen = chart.kind, chart.phases[number], chart.measure.phases[number].baseline
    what = "They rest"
    if chart.known_centre is not None:  # what is left to work out is the spread, if anything
        if not (kind.from_moving_ranges or kind.subgroups):
            return
        what = "The limits' width rests"
    told = f"{what} on {counted(phase.baseline, SPREADS.get(kind.name, 'value'))}"
    if frozen is not None and frozen < phase.last - phase.first + 1:
        told += f", those of the first {counted(frozen, 'point')}, and stay frozen"
    yield f"{told}."


# ---- the target


def _target_now(chart: Chart) -> Iterator[Sentence]:
    """Say the target at the latest point that counts, and whether it is met, now and on."""
    latest = _latest(chart)
    if latest is None or np.isnan(chart.target[latest]):
        return
    value, target, better = chart.values[latest], chart.target[latest], chart.measure.better
    told = f"Target {_apart(chart)[4]}"
    if better == "neither":
        side = "at" if nearly(value, target) else "above" if value > target else "below"
        yield Sentence(f"{told}: the latest value is {side} it.")
    else:
        met = "met" if meets(value, target, better) else "not met"
        yield Sentence(f"{told}: {met} by the latest value{ASSURANCES[chart.assurance]}.")


def _targets(chart: Chart) -> Iterator[str]:
    """Say which targets there are, from when on, and how many values meet them."""
    measure = chart.measure
    if not measure.targets or chart.kind.plots == "spread":
        return
    unit = measure.unit and f" {measure.unit}"
    told = [
        f"{number_in_words(target.value)}{unit} from {measure.label(target.first)} on"
        for target in measure.targets
    ]
    yield f"{'Targets' if len(told) > 1 else 'Target'}: {'; '.join(told)}."
    (held,) = np.nonzero(chart.analysis.judged & ~np.isnan(chart.target))
    if held.size and measure.better != "neither":
        met = sum(meets(chart.values[point], chart.target[point], measure.better) for point in held)
        yield (
            f"{met:,} of {counted(held.size, 'value')} {'meets' if met == 1 else 'meet'} the "
            f"target{' of the time' if len(told) > 1 else ''}."
        )


# ---- what was found


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What one rule found in one phase, one way; without stretches the whole phase makes it."""

    rule: Rule
    phase: int
    way: Literal["high", "low", "neither"]
    stretches: tuple[NDArray[np.intp], ...]

    @property
    def end(self) -> int:
        """The last point that it names; -1 when it names none."""
        return int(self.stretches[-1][-1]) if self.stretches else -1

    def meaning(self, chart: Chart) -> str:
        """Say improvement or concern, where that can be said."""
        if chart.kind.plots == "spread" or isinstance(self.rule, ON_BOTH_SIDES):
            return ""
        return meaning_of_way(self.way, chart.measure.better)


def _all_found(chart: Chart) -> Iterator[_Found]:
    """Give all that was found: one for each phase, rule and way."""
    for number, phase in enumerate(chart.phases):
        for rule, found in chart.analysis.found:
            between = _points_that_part(chart, rule, found)
            ways: tuple[Literal["high", "low"], ...] = ("high", "low")
            for way in ways:
                flags = found.high if way == "high" else found.low
                points = np.nonzero(flags[phase.first : phase.last + 1])[0] + phase.first
                if points.size:
                    yield _Found(rule, number, way, tuple(_stretches(points, between)))
            if found.whole[number]:
                yield _Found(rule, number, "neither", ())


def _points_that_part(chart: Chart, rule: Rule, found: Found) -> Flags:
    """Flag the points that a row of points can't go on past, where they are not in it."""
    analysis = chart.analysis
    if isinstance(rule, LongRun) or (isinstance(rule, Shift) and rule.on_the_line == "passed over"):
        return np.asarray(analysis.side != 0)
    parting = analysis.judged.copy()
    if isinstance(rule, ON_BOTH_SIDES):
        parting &= ~(found.high | found.low)
    if isinstance(rule, Trend) and rule.ties == "passed over":
        (judged,) = np.nonzero(parting)
        values = chart.values[judged]
        parting[judged[1:][values[1:] == values[:-1]]] = False
    return parting


def _latest_signal(chart: Chart) -> Iterator[Sentence]:
    """Say the latest signal and count the others; with none, say what silence means."""
    found = list(_all_found(chart))
    if not found:
        yield Sentence(finding_of(chart))
        return
    # In the latest phase that has any, those that say when and which way tell more.
    latest = max(found, key=lambda each: (each.phase, each.end))
    means = latest.meaning(chart)
    heading = f"Signal ({means}): " if means else "Signal: "
    brief = latest.rule.name
    if latest.stretches:
        brief += f", {_span(chart, latest.stretches[-1])} ({_ways(latest)})"
    yield Sentence(
        f"{heading}{_told(chart, latest, latest.stretches[-1:])}", f"{heading}{brief}.", 3
    )
    yield from more_signals([each.meaning(chart) for each in found if each is not latest])


def _signals_in_full(chart: Chart) -> Iterator[str]:
    """Say all signals, a paragraph for each phase that has any."""
    found = list(_all_found(chart))
    if not found:
        yield finding_of(chart)
    several = len(chart.phases) > 1
    for number in range(len(chart.phases)):
        here = [each for each in found if each.phase == number]
        if not here:
            continue
        where = f" in phase {number + 1:,}" if several else ""
        said = [f"{counted(len(here), 'signal')}{where}."]
        for each in here:
            means = each.meaning(chart).capitalize()
            told = _told(chart, each, each.stretches, MOST_TOLD)
            said.append(f"{means}: {told}" if means else told)
        yield " ".join(said)


def _latest_point(chart: Chart) -> Iterator[str]:
    """Say what Making Data Count's first icon would."""
    if not chart.kind.has_limits or chart.measure.better == "neither":
        return
    if chart.kind.plots == "spread":
        return
    if chart.variation == "too few points":
        yield f"With fewer than {FEWEST_FOR_ICONS} points there is no icon for the latest one yet."
    elif chart.variation == "special cause":
        latest = _latest(chart)
        itself = latest is not None and (chart.analysis.high | chart.analysis.low)[latest]
        what = "point" if itself else "phase"
        yield f"The latest {what} shows special cause variation that points neither way."
    elif chart.variation == "common cause":
        yield "The latest point shows common cause variation."
    else:
        yield f"The latest point shows special cause variation: {chart.variation}."


def finding_of(chart: Chart) -> str:
    """Say what the rules found, in a few plain sentences."""
    if chart.signals:
        return "Signal: " + " ".join(signal.words for signal in chart.signals)
    if max(phase.useful for phase in chart.phases) < FEWEST_USEFUL:
        return "No judgement yet."
    return "No signal: ups and downs like these can be chance alone."


def signals_of(chart: Chart) -> Iterator[Signal]:
    """Give the signals of a chart: one for each phase, rule and way."""
    for found in _all_found(chart):
        longest_only = isinstance(found.rule, LongRun) and found.stretches
        told = (max(found.stretches, key=len),) if longest_only else found.stretches
        points = tuple(int(point) for stretch in found.stretches for point in stretch)
        yield Signal(found.rule.name, _told(chart, found, told), points, found.way, found.phase)


def warnings_of(chart: Chart) -> Iterator[str]:
    """Say what a reader should know before trusting a chart, the most important first."""
    phases = range(len(chart.phases))[::-1]  # the latest phase matters most
    for number in phases:
        yield from _too_few(chart, number)
    for number in phases:
        yield from _without_width(chart, number)
    if chart.kind.plots != "spread":
        yield from dependence_warnings(chart.measure)
    yield from chart.measure.warnings
    for number in phases:
        if chart.analysis.lines.screening.gave_way[number]:
            yield (
                "Leaving large moving ranges out would have left no variation"
                f"{_where(chart, number)}, so none was left out."
            )
    yield from skipped_dates(chart.measure, "the line breaks there")


def _where(chart: Chart, number: int) -> str:
    if len(chart.phases) == 1:
        return ""
    return f" in the phase from {chart.measure.label(chart.phases[number].first)}"


def _too_few(chart: Chart, number: int) -> Iterator[str]:
    """Say that a phase has too few points for its lines or for the rules."""
    kind, phase, where = chart.kind, chart.phases[number], _where(chart, number)
    judged = int(np.count_nonzero(chart.analysis.judged[phase.first : phase.last + 1]))
    if not phase.baseline:
        yield f"There is no value to work the lines out from{where}."
    elif not phase.useful and judged:
        yield f"Too few points{where}: every one lies on the {kind.centre}, so there are no runs."
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


def _without_width(chart: Chart, number: int) -> Iterator[str]:
    """Say that a phase has no limits, or that they have no width."""
    kind, phase, where = chart.kind, chart.phases[number], _where(chart, number)
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


def _told(
    chart: Chart, found: _Found, stretches: tuple[NDArray[np.intp], ...], most: int = NAMED_IN_FULL
) -> str:
    """Say what a rule found in these stretches, so many of them in full."""
    rule, centre = found.rule, chart.kind.centre
    if not stretches:
        return _whole_in_words(chart, rule, found.phase)
    if isinstance(rule, LongRun):
        (first, *others), more = stretches[:most], len(stretches) - most
        told = [
            f"{len(first)} points in a row are {_ways(found)} the {centre} ({_span(chart, first)})",
            *(f"{len(other)} more ({_span(chart, other)})" for other in others),
        ]
        told += [f"{more:,} more such runs"] if more > 0 else []
        limit = chart.phases[found.phase].longest_run_limit
        return f"{named(told, len(told))}; up to {limit} is usual."
    spans = named([_span(chart, stretch) for stretch in stretches], most)
    return f"{rule.words[0].upper()}{rule.words[1:]}: {spans} ({_ways(found)})."


def _ways(found: _Found) -> str:
    if isinstance(found.rule, Trend):
        return "rising" if found.way == "high" else "falling"
    side = "above" if found.way == "high" else "below"
    return f"those {side}" if isinstance(found.rule, ON_BOTH_SIDES) else side


def _whole_in_words(chart: Chart, rule: Rule, number: int) -> str:
    phase, centre = chart.phases[number], chart.kind.centre
    where = f" from {chart.measure.label(phase.first)} on" if len(chart.phases) > 1 else ""
    if isinstance(rule, FewCrossings):
        often = _crosses(chart, phase)
        return f"The line {often}{where}; {_or_more(phase.crossings_limit)} is usual."
    if isinstance(rule, NumberOfRuns):
        usual = exact_runs if rule.table == "exact" else printed_runs
        fewest, most = usual(phase.useful)
        runs = counted(phase.crossings + 1, "run")
        return f"{runs} about the {centre}{where}; {fewest} to {most} are usual."
    return f"{rule.words[0].upper()}{rule.words[1:]}{where}."


def _crosses(chart: Chart, phase: ChartPhase) -> str:
    often = {0: "", 1: " once"}.get(phase.crossings, f" {phase.crossings:,} times")
    return f"{'crosses' if often else 'never crosses'} the {chart.kind.centre}{often}"


def _or_more(fewest: int) -> str:
    return {0: "any number", 1: "once or more"}.get(fewest, f"{fewest:,} or more times")


def _stretches(points: NDArray[np.intp], between: Flags) -> list[NDArray[np.intp]]:
    """Split points wherever one of those flagged stands between two of them."""
    so_far = np.cumsum(between)
    apart = so_far[points[1:] - 1] > so_far[points[:-1]]
    return list(np.split(points, np.nonzero(apart)[0] + 1))


def _span(chart: Chart, points: NDArray[np.intp]) -> str:
    first, last = chart.measure.label(int(points[0])), chart.measure.label(int(points[-1]))
    return first if first == last else f"{first} to {last}"


# ---- how it was judged and made


def _judged(chart: Chart) -> Iterator[str]:
    """Say by which rules a chart was judged, and which of the set have no meaning on it."""
    applied = [rule.words for rule, _ in chart.analysis.found]
    yield f"Judged by the {chart.rules.name} rules: {'; '.join(applied)}."
    idle = [rule.words for rule in chart.rules.rules if rule.words not in applied]
    if idle:
        yield f"Not applied, for want of a meaning on this chart: {'; '.join(idle)}."
    if chart.rules.source:
        yield f"Source of the rules: {chart.rules.source}."


def _limits_made(chart: Chart) -> Iterator[str]:
    """Say where the centre line and the limits come from."""
    kind, constants = chart.kind, chart.constants
    if chart.known_centre is not None:
        yield f"The centre was given: {number_in_words(chart.known_centre)}."
    if kind.name == "i'" and constants is PRINTED:
        constants = EXACT
    yield _MADE[kind.name].format(
        d2=number_in_words(constants.d2, 4),
        d4=number_in_words(constants.d4, 4),
        median_d2=number_in_words(constants.median_d2, 4),
    )
    if _uses_constants(kind) and chart.constants != PRINTED:
        yield "Its constants are not the printed ones."
    if chart.screened:
        large = int(chart.analysis.lines.screening.left_out.sum())
        were = "none was" if not large else "1 was" if large == 1 else f"{large:,} were"
        yield f"Screened for large moving ranges: {were} left out of the limits."


def _uses_constants(kind: Kind) -> bool:
    return kind.from_moving_ranges or kind.name == "mr"


_FROM_RANGES = (
    "Limits lie three sigmas from the {centre}; sigma is the average moving range / {{d2}}."
)
_IN_GROUPS = (
    "Limits lie three sigmas from the {centre}; sigma comes from the {spread} of the values "
)
_IN_GROUPS += "within each point."
_OF_COUNTS = "Limits lie three sigmas from the mean; sigma is that of a {law} {what}"
_MADE = {
    "run": "A run chart has a median and no limits.",
    "i": _FROM_RANGES.format(centre="mean"),
    "i_m": _FROM_RANGES.format(centre="median"),
    "i_mm": "Limits lie three sigmas from the median; sigma is the median moving range / "
    "{median_d2}.",
    "mr": "The upper limit is {d4} times the average moving range.",
    "xbar_s": _IN_GROUPS.format(centre="mean", spread="standard deviations"),
    "s": _IN_GROUPS.format(centre="mean", spread="standard deviations"),
    "xbar_r": _IN_GROUPS.format(centre="mean", spread="ranges"),
    "r": _IN_GROUPS.format(centre="mean", spread="ranges"),
    "p": _OF_COUNTS.format(law="binomial", what="share, for each denominator."),
    "p'": _OF_COUNTS.format(law="binomial", what="share, times the average moving range of the ")
    + "points in such sigmas / {d2} (Laney 2002).",
    "u": _OF_COUNTS.format(law="Poisson", what="rate, for each denominator."),
    "u'": _OF_COUNTS.format(law="Poisson", what="rate, times the average moving range of the ")
    + "points in such sigmas / {d2} (Laney 2002).",
    "i'": "Limits lie three sigmas from the mean; sigma is the average moving range / {d2}, for "
    "each denominator (Taylor 2017).",
    "np": _OF_COUNTS.format(law="binomial", what="count, for each denominator."),
    "c": _OF_COUNTS.format(law="Poisson", what="count."),
    "g": "Limits lie three sigmas from the mean of a geometric count; runs are judged about the "
    "median.",
    "t": "The lines are those of an I chart of the times to the power of 1/3.6, turned back "
    "(Nelson 1994); sigma there is the average moving range / {d2}.",
}
"""Where the limits of each kind come from; `qi_tools.spc.limits` names the sources."""
