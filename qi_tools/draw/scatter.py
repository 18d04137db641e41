"""A scatter plot as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from qi_tools.draw.letters import SMALL, TITLE_SIZE, width
from qi_tools.draw.picture import KeyEntry, Panel, Paragraph, Picture, PointLabel, Scale
from qi_tools.draw.placed import Drawn, Marks, Stroke, line
from qi_tools.draw.points import upright
from qi_tools.draw.scales import Ticks, value_limits, value_ticks
from qi_tools.palette import Theme
from qi_tools.scatters import Scatter
from qi_tools.spc.sentences import provenance

__all__ = ["caption", "picture"]

HEIGHT = 280.0
LARGEST = 3.0  # how many times as high as the dot of one pair another may be
LEAST = 0.7  # and how small that of one pair may become beside a place of very many
MOST_NAMED = 12
DOTS, LINE, OFF_LINE = "Pairs", "Least-squares line", "Far off the line"


def picture(plot: Scatter, theme: Theme) -> Picture:
    """Draw a scatter plot.

    Parameters
    ----------
    plot : Scatter
    theme : Theme

    Returns
    -------
    Picture
    """
    things = (*_line(plot, theme), *_dots(plot, theme))
    low, high = value_limits(plot.y, plot.y_unit)
    return Picture(
        theme=theme,
        above=tuple(_above(plot, theme)),
        panels=(
            Panel(
                things=things,
                across=_across(plot),
                upright=upright(low, high, _axis(plot.y_name, plot.y_unit)),
                labels=tuple(_labels(plot)),
            ),
        ),
        caption=caption(plot),
        key=tuple(_key(things)),
        height=HEIGHT,
    )


def caption(plot: Scatter) -> str:
    """Say what the dots are, whether the scales start at zero and where the values come from."""
    sentences = ["Scatter plot: each dot is one pair."]
    if (most := int(np.max(plot.places[2]))) > 1:
        sentences = [
            "Scatter plot: each dot is one pair or several at one place; the larger it is, the "
            f"more (up to {most:,})."
        ]
    cut = [
        name
        for name, values, unit in (
            (plot.y_name, plot.y, plot.y_unit),
            (plot.x_name, plot.x, plot.x_unit),
        )
        if value_limits(values, unit)[0] != 0
    ]
    if cut:
        scale = "The scales do" if len(cut) == 2 else f"The scale of {cut[0]} does"
        sentences.append(f"{scale} not start at zero.")
    return " ".join(filter(None, (*sentences, provenance(plot))))


def _above(plot: Scatter, theme: Theme) -> Iterator[Paragraph]:
    yield Paragraph(f"{plot.y_name} against {plot.x_name}", theme.ink, TITLE_SIZE, bold=True)
    yield Paragraph(plot.finding, theme.ink)
    for warning in plot.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _axis(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _across(plot: Scatter) -> Scale:
    low, high = value_limits(plot.x, plot.x_unit)

    def ticks(room: float) -> Ticks:
        widest = max(map(width, value_ticks(low, high, 8).labels))
        return value_ticks(low, high, max(2, min(8, int(room / (widest + 20)))))

    return Scale(low, high, ticks, _axis(plot.x_name, plot.x_unit))


def _line(plot: Scatter, theme: Theme) -> Iterator[Stroke]:
    """Draw the line where a straight link is told, from the lowest x to the highest."""
    if plot.link not in {"up", "down"}:
        return
    ends = np.array([np.min(plot.x), np.max(plot.x)])
    level = plot.intercept + plot.slope * ends
    low, high = value_limits(plot.y, plot.y_unit)
    # Where the line leaves the scale it ends there.
    inside = np.clip(level, low, high)
    across = np.where(inside == level, ends, (inside - plot.intercept) / plot.slope)
    yield Stroke(line(across, inside), theme.ink, 1.5, name=LINE)


def _dots(plot: Scatter, theme: Theme) -> Iterator[Drawn]:
    off = set(zip(plot.x[plot.off_line].tolist(), plot.y[plot.off_line].tolist(), strict=True))
    off = off if plot.link != "curved" else set()
    x, y, times = plot.places
    one = float(np.clip(7.5 * math.sqrt(50 / x.size), 4.0, 7.5))
    scale = min(1.0, LARGEST / math.sqrt(int(np.max(times))))
    odd = np.array([place in off for place in zip(x.tolist(), y.tolist(), strict=True)])
    for many in sorted(set(times.tolist()), reverse=True):  # small dots above large ones
        size = one * max(LEAST, scale * math.sqrt(many))  # the area tells how many
        here = times == many
        if np.any(here & ~odd):
            there = line(x[here & ~odd], y[here & ~odd])
            yield Marks(there, "circle", size, theme.values, theme.paper, 0.6, DOTS)
        if np.any(here & odd):
            there = line(x[here & odd], y[here & odd])
            yield Marks(there, "diamond", 1.3 * size, theme.special, theme.paper, 0.6, OFF_LINE)


def _key(things: tuple[Drawn, ...]) -> Iterator[KeyEntry]:
    named = {thing.name: thing for thing in things if isinstance(thing, Marks | Stroke)}
    yield from (KeyEntry(thing, name) for name, thing in named.items() if name != DOTS)


def _labels(plot: Scatter) -> Iterator[PointLabel]:
    """Name the pairs that the words speak of."""
    off = [] if plot.link == "curved" else np.nonzero(plot.off_line)[0].tolist()
    for pair in list(dict.fromkeys((*plot.rests_on, *off)))[:MOST_NAMED]:
        x, y = float(plot.x[pair]), float(plot.y[pair])
        yield PointLabel(x, y, plot.labels[pair], plot.called([pair]))
