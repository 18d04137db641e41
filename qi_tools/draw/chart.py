"""A run chart or a control chart as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from qi_tools.draw.captions import heading, how_drawn
from qi_tools.draw.icons import ICONS, icon
from qi_tools.draw.letters import SMALL
from qi_tools.draw.picture import EndLabel, KeyEntry, Panel, Paragraph, Picture, Remark
from qi_tools.draw.placed import SIGNAL_SHAPES, Area, Drawn, Marks, Places, Stroke, line
from qi_tools.draw.points import (
    across,
    dot_size,
    edges,
    hollow,
    marks,
    places_across,
    stepped,
    through,
    upright,
)
from qi_tools.draw.scales import value_limits
from qi_tools.measure import Better
from qi_tools.palette import Theme
from qi_tools.phases import Flags, Floats
from qi_tools.spc.chart_words import headline_of
from qi_tools.spc.charts import Chart
from qi_tools.words import joined, number_in_words, numbers_in_column

__all__ = ["caption", "icons_of", "panel", "picture"]

LIMIT, CENTRE = 1.0, 1.5
SIGNAL_DASH, TARGET_DASH = (6.0, 3.5), (9.0, 3.0, 2.0, 3.0)
BREAK = 0.14  # of the step between two points: the gap in lines where a new phase begins


def picture(chart: Chart, theme: Theme) -> Picture:
    """Draw a run chart or a control chart.

    Parameters
    ----------
    chart : Chart
    theme : Theme

    Returns
    -------
    Picture
    """
    drawn = panel(chart, theme)
    return Picture(
        theme=theme,
        above=tuple(_above(chart, theme)),
        panels=(drawn,),
        caption=caption(chart),
        key=tuple(_key(chart, drawn, theme)),
        icons=tuple(icon(which, theme) for which in icons_of(chart)),
    )


def panel(chart: Chart, theme: Theme) -> Panel:
    """Draw the axes of a chart, and what lies between and around them.

    Parameters
    ----------
    chart : Chart
    theme : Theme

    Returns
    -------
    Panel
    """
    low, high = _scale(chart)
    return Panel(
        things=(*_lines(chart, theme), *_values(chart, theme)),
        across=across(chart.measure),
        upright=upright(low, high),
        ends=tuple(_ends(chart, theme)),
        remarks=tuple(_remarks(chart)),
    )


def icons_of(chart: Chart) -> tuple[str, ...]:
    """Name the icons of a chart's variation and assurance; none where no one can tell yet."""
    if chart.variation == "too few points" or chart.kind.plots == "spread":
        return ()
    if chart.assurance == "none":
        return (chart.variation,)
    return chart.variation, chart.assurance


def caption(chart: Chart) -> str:
    """Say by which rules a chart was judged, how it was drawn and where the values come from."""
    judged, on_centre = chart.analysis.judged, chart.analysis.side == 0
    told = joined([rule.words for rule, _ in chart.analysis.found])
    sentences = [f"{chart.kind.title}, judged by the {chart.rules.name} rules: {told}."]
    if chart.kind.has_limits:
        sentences.append("The limits lie three sigmas from the centre.")
    if chart.screened:
        sentences.append("Limits screened for large moving ranges.")
    if np.any(judged & on_centre) and not np.all(on_centre):
        sentences.append(f"Points on the {chart.kind.centre} are not counted in runs.")
    if icons := icons_of(chart):
        sentences.append(
            f"Icons, for the latest point: {'; '.join(ICONS[which] for which in icons)}."
        )
    return " ".join((*sentences, how_drawn(chart.measure, _scale(chart)[0])))


def _above(chart: Chart, theme: Theme) -> Iterator[Paragraph]:
    """Give what stands above the chart: name, unit, finding, warnings."""
    # Of how far values lie apart nobody said which way is better.
    better: Better = "neither" if chart.kind.plots == "spread" else chart.measure.better
    yield from heading(chart.measure.name, chart.unit, better, theme)
    yield Paragraph(headline_of(chart), theme.ink)
    for warning in chart.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _key(chart: Chart, drawn: Panel, theme: Theme) -> Iterator[KeyEntry]:
    for thing in drawn.things:
        if isinstance(thing, Marks) and thing.name != POINTS:
            yield KeyEntry(thing, thing.name)
    if any(not signal.points for signal in chart.signals):
        dashed = Stroke(line([], []), theme.special, CENTRE, SIGNAL_DASH)
        yield KeyEntry(dashed, f"{chart.kind.centre.capitalize()} of a phase with a signal")


def _scale(chart: Chart) -> tuple[float, float]:
    """Give the ends of the scale: values, limits and target must all find room."""
    together = np.concatenate((chart.values, chart.lower, chart.upper, chart.target))
    return value_limits(together, chart.unit)


# ---- the lines


def _lines(chart: Chart, theme: Theme) -> Iterator[Drawn]:
    places = places_across(chart.measure)
    whole = edges(places)
    begins, ends = whole[:-1].copy(), whole[1:].copy()
    for phase in chart.phases[1:]:  # lines are broken where a phase begins, for the eye to see
        gap = BREAK * (places[phase.first] - places[phase.first - 1])
        ends[phase.first - 1] -= gap
        begins[phase.first] += gap
    for number, phase in enumerate(chart.phases):
        here = slice(phase.first, phase.last + 1)
        if theme.band != theme.paper:
            yield from _bands(begins[here], ends[here], chart.lower[here], chart.upper[here], theme)
        for limit, name in ((chart.lower, "Lower limit"), (chart.upper, "Upper limit")):
            if not np.isnan(limit[here]).all():
                steps = stepped(begins[here], ends[here], limit[here])
                yield Stroke(steps, theme.quiet_ink, LIMIT, name=name)
        signal = any(each.phase == number and not each.points for each in chart.signals)
        yield Stroke(
            stepped(begins[here], ends[here], chart.centre[here]),
            theme.special if signal else theme.ink,
            CENTRE,
            SIGNAL_DASH if signal else (),
            chart.kind.centre.capitalize(),
        )
    if not np.isnan(chart.target).all():
        yield Stroke(
            stepped(whole[:-1], whole[1:], chart.target),
            theme.target,
            CENTRE,
            TARGET_DASH,
            "Target",
        )


def _bands(
    begins: Floats, ends: Floats, lower: Floats, upper: Floats, theme: Theme
) -> Iterator[Area]:
    """Fill the room between limits, stretch by stretch where both are known."""
    known = ~np.isnan(lower + upper)
    starts = np.nonzero(known & ~np.concatenate(([False], known[:-1])))[0]
    stops = np.nonzero(known & ~np.concatenate((known[1:], [False])))[0]
    for start, stop in zip(starts, stops + 1, strict=True):
        here = slice(start, stop)
        there = stepped(begins[here], ends[here], upper[here])
        back = stepped(begins[here], ends[here], lower[here])[::-1]
        yield Area(np.concatenate((there, back)), theme.band, name="Between limits")


def _ends(chart: Chart, theme: Theme) -> Iterator[EndLabel]:
    """Name the lines of the latest phase and the target, where they end."""
    phase = chart.phases[-1]
    signal = any(each.phase == len(chart.phases) - 1 and not each.points for each in chart.signals)
    lines = [
        ("Upper limit", phase.upper, theme.quiet_ink),
        (chart.kind.centre.capitalize(), phase.centre, theme.special if signal else theme.ink),
        ("Lower limit", phase.lower, theme.quiet_ink),
        ("Target", float(chart.target[-1]), theme.target),
    ]
    known = [line for line in lines if not math.isnan(line[1])]
    sign = "%" if chart.unit.startswith("%") else ""
    written = numbers_in_column([at for _, at, _ in known], figures=3)
    for (name, at, colour), number in zip(known, written, strict=True):
        yield EndLabel(at, f"{name} {number}{sign}", colour)


# ---- the points

POINTS, LEFT_OUT = "Points", "Left out"


def _values(chart: Chart, theme: Theme) -> Iterator[Drawn]:
    places, values = places_across(chart.measure), chart.values
    yield Stroke(
        through(places, values, chart.measure.breaks),
        theme.values,
        1.5,
        name=chart.measure.name,
    )
    size = dot_size(values.size)
    known = ~np.isnan(values)
    signal = np.zeros(values.size, dtype=bool)
    signal[chart.signal_points] = True
    excluded = chart.measure.excluded
    better, worse = signal & chart.improvement, signal & chart.concern

    def at(which: Flags) -> Places:
        return line(places[which & known], values[which & known])

    def shown(there: Places, what: str, name: str) -> Marks:
        return marks(there, SIGNAL_SHAPES[what], size, getattr(theme, what), theme, name)

    drawn = (
        marks(at(~signal & ~excluded), "circle", size, theme.values, theme, POINTS),
        hollow(at(excluded), size, theme, LEFT_OUT),
        shown(at(signal & ~better & ~worse), "special", "Signal"),
        shown(at(better & ~worse), "improvement", "Signal: better"),
        shown(at(worse & ~better), "concern", "Signal: worse"),
        # On the good side of the centre and on its way to the bad one, or the other way round.
        shown(at(better & worse), "special", "Signals both ways"),
    )
    yield from (each for each in drawn if each.places.size)


# ---- the remarks


def _remarks(chart: Chart) -> Iterator[Remark]:
    measure = chart.measure
    places = places_across(measure)
    begins = edges(places)
    centre = chart.kind.centre.capitalize()
    for number, (phase, lived) in enumerate(zip(chart.phases, measure.phases, strict=True)):
        when = measure.label(phase.first)
        known = len(chart.phases) > 1 and not math.isnan(phase.centre)
        level = f"{centre} {number_in_words(phase.centre)}" if known else ""
        if number or level:
            at = float(begins[phase.first])
            yield Remark(at, when, phase.reason, level, bounds=number > 0)
        if lived.baseline is not None and phase.first + lived.baseline <= phase.last:
            frozen = phase.first + lived.baseline
            at = float(begins[frozen])
            yield Remark(at, measure.label(frozen), "Lines frozen", bounds=True)
    told = [(each.point, f"{LEFT_OUT}: {each.reason}") for each in measure.exclusions]
    told += [(each.point, each.words) for each in measure.notes]
    for point, words in told:
        value = float(chart.values[point])
        yield Remark(float(places[point]), measure.label(point), words, point=value)
