"""A chart at the size of a word: values, centre line, limits and the points of signals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qi_tools.draw.placed import SIGNAL_SHAPES, Area, Drawn, Marks, Shape, Sheet, Stroke
from qi_tools.draw.scales import day_places
from qi_tools.draw.svg import svg
from qi_tools.palette import LIGHT, Theme
from qi_tools.phases import Floats
from qi_tools.spc.charts import Chart

__all__ = ["HEIGHT", "WIDTH", "sparkline", "sparkline_svg"]

WIDTH, HEIGHT = 120.0, 28.0
"""In points."""
EDGE = 4.0
DOT, SIGN = 3.0, 4.4


def sparkline(chart: Chart, theme: Theme = LIGHT) -> tuple[Drawn, ...]:
    """Draw a chart small.

    The room between the limits is a band with thin dotted edges, the centre line is thin. Points of
    signals have their shapes: squares for improvement, diamonds for concern, triangles where
    neither can be said. The latest value is a dot unless it shows a signal.

    Parameters
    ----------
    chart : Chart
    theme : Theme
        Its colours.

    Returns
    -------
    tuple of Area, Stroke and Marks
        From the bottom to the top, in a box `WIDTH` wide and `HEIGHT` high.
    """
    return tuple(_things(chart, theme))


def sparkline_svg(chart: Chart, theme: Theme = LIGHT) -> str:
    """Write a sparkline as SVG for a page; what it shows must stand beside it in words.

    Parameters
    ----------
    chart : Chart
    theme : Theme
        Its colours.

    Returns
    -------
    str
    """
    return svg(Sheet(WIDTH, HEIGHT, theme.paper, sparkline(chart, theme)))


def _things(chart: Chart, theme: Theme) -> Iterator[Drawn]:
    measure = chart.measure
    across = _across(chart)
    values, centre, lower, upper = _upright(chart.values, chart.centre, chart.lower, chart.upper)
    starts = [phase.first for phase in chart.phases]
    for first, end in pairwise([*starts, len(measure)]):
        here = slice(first, end)
        yield from _band(across[here], lower[here], upper[here], theme)
        yield Stroke(np.column_stack((across[here], centre[here])), theme.ink, 0.8)
    breaks = np.nonzero(measure.breaks)[0]
    line = np.column_stack((across, values))
    yield Stroke(np.insert(line, breaks, np.nan, axis=0), theme.values, 1.3)

    signal = np.zeros(len(measure), dtype=bool)
    signal[chart.signal_points] = True
    signal &= ~np.isnan(values)
    known = np.nonzero(~np.isnan(values))[0]
    if known.size and not signal[known[-1]]:
        yield Marks(line[known[-1:]], "circle", DOT, theme.values)
    neither = signal & ~chart.improvement & ~chart.concern
    looks: tuple[tuple[NDArray[np.bool_], Shape, str], ...] = (
        (neither, SIGNAL_SHAPES["special"], theme.special),
        (
            signal & chart.improvement & ~chart.concern,
            SIGNAL_SHAPES["improvement"],
            theme.improvement,
        ),
        (signal & chart.concern, SIGNAL_SHAPES["concern"], theme.concern),
    )
    for which, shape, colour in looks:
        if which.any():
            yield Marks(line[which], shape, SIGN, colour)


def _band(across: Floats, lower: Floats, upper: Floats, theme: Theme) -> Iterator[Drawn]:
    """Fill the room between the limits, wherever points in turn have both."""
    known = np.nonzero(~np.isnan(lower) & ~np.isnan(upper))[0]
    if not known.size:
        return
    for stretch in np.split(known, np.nonzero(np.diff(known) > 1)[0] + 1):
        top = np.column_stack((across[stretch], upper[stretch]))
        bottom = np.column_stack((across[stretch], lower[stretch]))
        yield Area(np.vstack((top, bottom[::-1])), theme.band)
        for edge in (top, bottom):
            yield Stroke(edge, theme.quiet_ink, 0.7, (1.0, 1.5))


def _across(chart: Chart) -> Floats:
    dates = chart.measure.dates
    when = np.arange(len(chart.measure), dtype=np.float64) if dates is None else day_places(dates)
    span = when[-1] - when[0]
    if not span:
        return np.full(when.shape, WIDTH / 2)
    return np.asarray(EDGE + (when - when[0]) / span * (WIDTH - 2 * EDGE))


def _upright(*lines: Floats) -> tuple[Floats, ...]:
    """Give the places down of values and lines, which together fill the height."""
    together = np.concatenate(lines)
    known = together[~np.isnan(together)]
    low, span = (known.min(), np.ptp(known)) if known.size else (0.0, 0.0)
    if not span:
        return tuple(np.where(np.isnan(line), np.nan, HEIGHT / 2) for line in lines)
    return tuple(HEIGHT - EDGE - (line - low) / span * (HEIGHT - 2 * EDGE) for line in lines)
