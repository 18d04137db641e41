"""An EWMA chart as a picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.memory_charts import LEFT_OUT, above, key, life_remarks, signal_marks
from qi_tools.draw.picture import EndLabel, Panel, Picture
from qi_tools.draw.placed import Area, Drawn, Marks, Stroke, line
from qi_tools.draw.points import across, dot_size, edges, places_across, stepped, upright
from qi_tools.draw.scales import value_limits
from qi_tools.palette import Theme
from qi_tools.spc.ewma_charts import EwmaChart
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words, numbers_in_column

__all__ = ["caption", "picture"]

VALUES = "Values"


def picture(chart: EwmaChart, theme: Theme) -> Picture:
    """Draw an EWMA chart.

    Parameters
    ----------
    chart : EwmaChart
    theme : Theme

    Returns
    -------
    Picture
    """
    measure = chart.measure
    things = (*_lines(chart, theme), *_values(chart, theme), *_average(chart, theme))
    panel = Panel(
        things=things,
        across=across(measure),
        upright=upright(*_scale(chart)),
        ends=tuple(_ends(chart, theme)),
        remarks=tuple(life_remarks(measure, np.where(measure.known, measure.values, np.nan))),
    )
    return Picture(
        theme=theme,
        above=tuple(above(measure, measure.unit, chart.finding, chart.warnings, theme)),
        panels=(panel,),
        caption=caption(chart),
        key=tuple(key(things)),
    )


def caption(chart: EwmaChart) -> str:
    """Say what the average starts from, how it is weighed and where the values come from."""
    away = f"{number_in_words(chart.sigmas)} sigma{'' if chart.sigmas == 1 else 's'}"
    sentences = [
        f"EWMA chart. {chart.level.words} The line is an average in which the latest point counts "
        f"{number_in_words(100 * chart.weight)}%; its limits lie {away} of it from the target.",
        f"The scale {'starts' if _scale(chart)[0] == 0 else 'does not start'} at zero.",
        provenance(chart.measure),
    ]
    return " ".join(filter(None, sentences))


def _scale(chart: EwmaChart) -> tuple[float, float]:
    together = (chart.measure.values, chart.averages, chart.lower, chart.upper)
    return value_limits(np.concatenate(together), chart.measure.unit)


def _lines(chart: EwmaChart, theme: Theme) -> Iterator[Drawn]:
    places = edges(places_across(chart.measure))
    lower, upper = (stepped(places[:-1], places[1:], limit) for limit in (chart.lower, chart.upper))
    if theme.band != theme.paper:
        yield Area(np.concatenate((upper, lower[::-1])), theme.band, name="Between limits")
    for limit, name in ((lower, "Lower limit"), (upper, "Upper limit")):
        yield Stroke(limit, theme.quiet_ink, 1.0, name=name)
    yield Stroke(line(places[[0, -1]], chart.target), theme.ink, 1.2, name="Target")


def _values(chart: EwmaChart, theme: Theme) -> Iterator[Marks]:
    """Mark the values themselves, quietly: the average is what is judged."""
    measure = chart.measure
    places, size = places_across(measure), 0.75 * dot_size(len(measure))
    there = line(places, measure.values)
    left_out = measure.known & measure.excluded
    yield from (
        Marks(there[which], "circle", max(size, 3.0), fill, rim, 1.0, name)
        for which, fill, rim, name in (
            (measure.counted, theme.line, "", VALUES),
            (left_out, theme.paper, theme.line, LEFT_OUT),
        )
        if which.any()
    )


def _average(chart: EwmaChart, theme: Theme) -> Iterator[Drawn]:
    places = places_across(chart.measure)
    yield Stroke(line(places, chart.averages), theme.values, 2.6, name="Average")
    if places.size == 1:  # a line of one place can't be seen
        yield Marks(line(places, chart.averages), "circle", 6.0, theme.values, name="Average")
    told = [(signal, chart.averages) for signal in chart.signals]
    yield from signal_marks(chart.measure, told, theme)


def _ends(chart: EwmaChart, theme: Theme) -> Iterator[EndLabel]:
    lines = [
        ("Upper limit", chart.upper[-1], theme.quiet_ink),
        ("Target", chart.target, theme.ink),
        ("Lower limit", chart.lower[-1], theme.quiet_ink),
        ("Average", chart.averages[-1], theme.values),
    ]
    sign = "%" if chart.measure.unit.startswith("%") else ""
    written = numbers_in_column([float(at) for _, at, _ in lines], figures=3)
    for (name, at, colour), number in zip(lines, written, strict=True):
        yield EndLabel(float(at), f"{name} {number}{sign}", colour)
