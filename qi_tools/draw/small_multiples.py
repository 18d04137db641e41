"""Small multiples as a picture: a grid of small charts with one key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.chart import CENTRE, LIMIT, POINTS, SIGNAL_DASH, TARGET_DASH, panel
from qi_tools.draw.layout import WIDE
from qi_tools.draw.letters import SMALL
from qi_tools.draw.picture import KeyEntry, Panel, Paragraph, Picture, Scale
from qi_tools.draw.placed import Marks, Stroke, line
from qi_tools.draw.points import across, edges, places_across
from qi_tools.draw.scales import date_ticks, point_ticks, value_limits, value_ticks
from qi_tools.measure import Better
from qi_tools.palette import Theme
from qi_tools.spc.charts import Chart
from qi_tools.spc.multiples import SmallMultiples
from qi_tools.spc.sentences import told_apart
from qi_tools.words import counted

__all__ = ["caption", "picture"]

HEIGHT = 112.0
BESIDE = {1: 1, 2: 2, 4: 2}  # how many stand beside one another; of other numbers three
MOST_STEPS = 4  # between the labels of a scale of values


def picture(multiples: SmallMultiples, theme: Theme) -> Picture:
    """Draw small multiples.

    Parameters
    ----------
    multiples : SmallMultiples
    theme : Theme

    Returns
    -------
    Picture
    """
    charts = multiples.charts
    time = _time(charts) if multiples.shared else None
    together = _scale(charts) if multiples.shared else None
    panels = [_small(chart, time, together or _scale([chart]), theme) for chart in charts]
    if len(charts) == 1 and not multiples.name:
        panels[0] = replace(panels[0], title="")  # it is the title of all
    return Picture(
        theme=theme,
        above=tuple(_above(multiples, theme)),
        panels=tuple(panels),
        caption=caption(multiples),
        key=tuple(_key(charts, panels, theme)),
        height=HEIGHT,
        panel_width=WIDE / BESIDE.get(len(charts), 3),
    )


def caption(multiples: SmallMultiples) -> str:
    """Say by which rules the charts were judged, what they share and where they come from."""
    charts = multiples.charts
    kinds = list(dict.fromkeys(chart.kind.title for chart in charts))
    rules = " or ".join(dict.fromkeys(chart.rules.name for chart in charts))
    if len(kinds) > 1:
        told = f"Charts of {len(kinds)} kinds ({', '.join(kinds)})"
    else:
        told = kinds[0].replace("chart", "charts") if len(charts) > 1 else kinds[0]
    sentences = [f"{told}, judged by the {rules} rules."]
    if len(charts) > 1:
        sentences.append(_shared_in_words(multiples))
    if any(len(chart.phases) > 1 for chart in charts):
        sentences.append("Lines break where a phase begins.")
    lowest = [low for low, _ in _scales(multiples)]
    if any(low != 0 for low in lowest):
        one = len(lowest) == 1
        sentences.append(f"{'The scale does not' if one else 'Not all scales'} start at zero.")
    simulated = sum(1 for chart in charts if chart.measure.simulated)
    if simulated == len(charts):
        sentences.append("Simulated data.")
    elif simulated:
        names = ", ".join(chart.measure.name for chart in charts if chart.measure.simulated)
        sentences.append(f"Simulated data: {names}.")
    sources = list(dict.fromkeys(chart.measure.source.rstrip(".") for chart in charts))
    if told := "; ".join(filter(None, sources)):
        sentences.append(f"Source: {told}.")
    return " ".join(sentences)


def _shared_in_words(multiples: SmallMultiples) -> str:
    if not multiples.shared:
        return "Each chart has its own scales: heights can't be compared between charts."
    if _time(multiples.charts) is None:
        return "All have the same scale of values; each has its own scale of time."
    return "All have the same scales."


def _above(multiples: SmallMultiples, theme: Theme) -> Iterator[Paragraph]:
    # Above all charts stands what all agree on.
    units = list(dict.fromkeys(chart.unit for chart in multiples.charts))
    ways = list(dict.fromkeys(_better(chart) for chart in multiples.charts))
    unit = units[0] if len(units) == 1 else ""
    yield from heading(multiples.title, unit, ways[0] if len(ways) == 1 else "neither", theme)
    yield Paragraph(multiples.finding, theme.ink)
    for warning in multiples.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _better(chart: Chart) -> Better:
    # Of how far values lie apart nobody said which way is better.
    return "neither" if chart.kind.plots == "spread" else chart.measure.better


# ---- the scales


def _scale(charts: Sequence[Chart]) -> tuple[float, float]:
    """Give the ends of one scale on which values, limits and targets of all charts find room."""
    columns = [
        column
        for chart in charts
        for column in (chart.values, chart.lower, chart.upper, chart.target)
    ]
    return value_limits(np.concatenate(columns), charts[0].unit)


def _scales(multiples: SmallMultiples) -> list[tuple[float, float]]:
    charts = multiples.charts
    return [_scale(charts)] if multiples.shared else [_scale([chart]) for chart in charts]


def _time(charts: Sequence[Chart]) -> Scale | None:
    """Give one scale of time for all; None where their dates don't overlap, or only some have any.

    Points without dates are counted, and so share a scale of numbers.
    """
    ends = [edges(places_across(chart.measure))[[0, -1]] for chart in charts]
    low, high = min(first for first, _ in ends), max(last for _, last in ends)
    dated = [chart.measure.dates for chart in charts if chart.measure.dates is not None]
    if not dated:
        most = max(len(chart.measure) for chart in charts)
        share = (most - 1) / (high - low)
        return Scale(low, high, lambda room: point_ticks(most, room * share))
    overlap = max(days[0] for days in dated) <= min(days[-1] for days in dated)
    if len(dated) < len(charts) or not overlap:
        return None
    days = np.unique(np.concatenate(dated))
    first, last = days[[0, -1]].astype(np.float64)
    share = (last - first) / (high - low)
    return Scale(low, high, lambda room: date_ticks(days, room * share), dated=True)


# ---- the charts


def _small(chart: Chart, time: Scale | None, scale: tuple[float, float], theme: Theme) -> Panel:
    """Give a chart's axes without the words around them; above them its name and latest value."""
    return replace(
        panel(chart, theme),
        across=time or across(chart.measure),
        upright=Scale(*scale, lambda _: value_ticks(*scale, MOST_STEPS), _latest(chart)),
        ends=(),
        remarks=(),
        title=chart.measure.name,
    )


def _latest(chart: Chart) -> str:
    (known,) = np.nonzero(~np.isnan(chart.values))
    if not known.size:
        return "No value"
    latest, centre = told_apart(float(chart.values[known[-1]]), chart.phases[-1].centre)
    sign = "%" if chart.unit == "%" else ""
    told = [f"Latest {latest}{sign}"]
    if centre != "missing":
        told.append(f"{chart.kind.centre} {centre}{sign}")
    if chart.signals:
        told.append(counted(len(chart.signals), "signal"))
    return ", ".join(told)


def _key(charts: Sequence[Chart], panels: Sequence[Panel], theme: Theme) -> Iterator[KeyEntry]:
    """Explain each line and each kind of mark that is on any chart, once."""
    centres = {chart.kind.centre for chart in charts}
    centre = "Centre line" if len(centres) > 1 else centres.pop().capitalize()
    nowhere = line([], [])
    signals = [
        any(not signal.points and signal.phase == phase for signal in chart.signals)
        for chart in charts
        for phase in range(len(chart.phases))
    ]
    if not all(signals):
        yield KeyEntry(Stroke(nowhere, theme.ink, CENTRE), centre)
    if any(signals):
        dashed = Stroke(nowhere, theme.special, CENTRE, SIGNAL_DASH)
        yield KeyEntry(dashed, f"{centre} of a phase with a signal")
    if any(not np.isnan(chart.upper).all() for chart in charts):
        yield KeyEntry(Stroke(nowhere, theme.quiet_ink, LIMIT), "Limits")
    if any(not np.isnan(chart.target).all() for chart in charts):
        yield KeyEntry(Stroke(nowhere, theme.target, CENTRE, TARGET_DASH), "Target")
    marks = {
        thing.name: thing
        for each in reversed(panels)
        for thing in each.things
        if isinstance(thing, Marks) and thing.name != POINTS
    }
    for name, mark in marks.items():
        yield KeyEntry(mark, name)
