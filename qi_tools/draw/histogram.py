"""A histogram as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SMALL, width
from qi_tools.draw.picture import KeyEntry, Panel, Paragraph, Picture, Scale
from qi_tools.draw.placed import Area, Stroke, line, places
from qi_tools.draw.scales import ROOM_BETWEEN, Ticks, value_ticks
from qi_tools.histograms import ROUND, TIME_ORDER, Histogram
from qi_tools.palette import Theme
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words, numbers_in_column

__all__ = ["caption", "picture"]

LIMIT_DASH = (9.0, 3.0, 2.0, 3.0)
ABOVE_BARS = 1.08
HALO = 3.0  # the rim of paper that sets a line off from the bars behind it
OUT_LEFT, OUT_RIGHT = -20.0, 12.0  # so far a label may reach beyond the axis, in points
FARTHEST = 1.0  # a limit farther beyond the bars than all of them are wide is only said


def picture(bins: Histogram, theme: Theme) -> Picture:
    """Draw a histogram.

    Parameters
    ----------
    bins : Histogram
    theme : Theme

    Returns
    -------
    Picture
    """
    low, high = _ends(bins)
    top = ABOVE_BARS * float(np.max(bins.counts))
    lines = tuple(_lines(bins, top, theme))
    unit = bins.unit[:1].upper() + bins.unit[1:]
    return Picture(
        theme=theme,
        above=tuple(_above(bins, theme)),
        panels=(
            Panel(
                things=(*_bars(bins, theme), *_with_halos(lines, theme)),
                across=Scale(low, high, lambda room: _across(bins, low, high, room), unit),
                upright=Scale(0.0, top, lambda height: _upright(top, height), "Number of values"),
            ),
        ),
        caption=caption(bins),
        key=tuple(KeyEntry(each, each.name) for each in lines),
    )


def caption(bins: Histogram) -> str:
    """Say how the bins were made, what is not shown and where the values come from."""
    wide = number_in_words(bins.width, 6)
    edge = "" if bins.whole else " A value on an edge belongs to the bin that begins there."
    beyond = [
        f"The limit of {number_in_words(limit)} lies beyond the scale."
        for _, limit in _limits(bins)
        if not _in_sight(bins, limit)
    ]
    made = f"Histogram in bins of {wide}.{edge}"
    return " ".join(filter(None, (made, *beyond, TIME_ORDER, provenance(bins))))


def _above(bins: Histogram, theme: Theme) -> Iterator[Paragraph]:
    yield from heading(bins.name or "Histogram", "", "neither", theme)
    yield Paragraph(bins.finding, theme.ink)
    for warning in bins.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


# ---- the scales


def _ends(bins: Histogram) -> tuple[float, float]:
    """Give the ends of the scale: all bars, and limits that are not far away."""
    edges = bins.edges.tolist()
    seen = [limit for _, limit in _limits(bins) if _in_sight(bins, limit)]
    # Room for the labels at both ends; a single bar is not as wide as the picture.
    beside = (0.04 if len(edges) > 2 else 0.5) * (edges[-1] - edges[0])
    return min(edges[0], *seen, edges[-1]) - beside, max(edges[-1], *seen, edges[0]) + beside


def _limits(bins: Histogram) -> list[tuple[str, float]]:
    named = (("Lower limit", bins.lower), ("Upper limit", bins.upper))
    return [(name, limit) for name, limit in named if limit is not None]


def _in_sight(bins: Histogram, limit: float) -> bool:
    low, high = float(bins.edges[0]), float(bins.edges[-1])
    reach = FARTHEST * (high - low)
    return low - reach <= limit <= high + reach


def _across(bins: Histogram, low: float, high: float, room: float) -> Ticks:
    """Label as many edges as there is room for; whole numbers where they lie."""
    edges = bins.edges + (0.5 if bins.whole else 0.0)
    marked = edges[edges < bins.edges[-1] + (0 if bins.whole else bins.width / 2)]
    labels = numbers_in_column(marked.tolist(), figures=15)
    step = bins.width / (high - low) * room
    need = max(map(width, labels)) + ROOM_BETWEEN
    fitting = [each for each in range(1, marked.size + 1) if each * step >= need]
    rounded = [each for each in fitting if _is_round(each * bins.width)]
    every = [*rounded, *fitting, marked.size][0]
    # A label every so often, at numbers that are round where there can be any.
    first = int(-round(marked[0] / bins.width) % every) if every < marked.size else 0
    kept = []
    for place, label in zip(marked.tolist()[first::every], labels[first::every], strict=True):
        there, half = (place - low) / (high - low) * room, width(label) / 2
        if there - half >= OUT_LEFT and there + half <= room + OUT_RIGHT:
            kept.append((place, label))
    return Ticks(tuple(place for place, _ in kept), tuple(label for _, label in kept))


def _is_round(step: float) -> bool:
    lead = step / 10.0 ** math.floor(math.log10(step))
    return any(math.isclose(lead, float(each), rel_tol=1e-9) for each in (*ROUND, 10))


def _upright(top: float, height: float) -> Ticks:
    """Label whole numbers: there is no half a value."""
    ticks = value_ticks(0.0, top, max(1, min(6, int(height / 39), math.ceil(top))))
    whole = [place for place in ticks.places if place == round(place)]
    return Ticks(tuple(whole), tuple(f"{round(place):,}" for place in whole))


# ---- the bars and lines


def _bars(bins: Histogram, theme: Theme) -> Iterator[Area]:
    edges = bins.edges.tolist()
    for left, right, count in zip(edges[:-1], edges[1:], bins.counts.tolist(), strict=True):
        if count:
            corners = [(left, 0.0), (left, count), (right, count), (right, 0.0)]
            yield Area(places(corners), theme.values, theme.paper, 1.0, "Bar")


def _lines(bins: Histogram, top: float, theme: Theme) -> Iterator[Stroke]:
    """Draw the median and the limits from top to bottom."""
    said = number_in_words(bins.median)
    yield Stroke(line(bins.median, (0.0, top)), theme.ink, 1.5, name=f"Median {said}")
    for name, limit in _limits(bins):
        if _in_sight(bins, limit):
            said = f"{name} {number_in_words(limit)}"
            yield Stroke(line(limit, (0.0, top)), theme.target, 1.5, LIMIT_DASH, said)


def _with_halos(lines: Iterable[Stroke], theme: Theme) -> Iterator[Stroke]:
    """Set lines off from the bars behind them."""
    for each in lines:
        yield replace(each, colour=theme.paper, width=each.width + HALO, dash=(), name="Halo")
        yield each
