"""A cumulative flow diagram: how many projects wait, are under way, have stalled or finished."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.letters import TITLE_SIZE
from qi_tools.draw.picture import EndLabel, Panel, Paragraph, Picture, Scale
from qi_tools.draw.placed import Area, Drawn, Stroke, line
from qi_tools.draw.points import upright
from qi_tools.draw.scales import Ticks
from qi_tools.experiments.portfolio import Portfolio
from qi_tools.palette import Theme
from qi_tools.words import counted

__all__ = ["BANDS", "caption", "months", "picture"]

BANDS = ("Finished", "Stalled", "Under way", "Waiting")
"""From the bottom to the top."""
STEP = 6  # months between two labels


def picture(made: Portfolio, theme: Theme) -> Picture:
    """Draw what became of a portfolio's projects.

    Parameters
    ----------
    made : Portfolio
    theme : Theme

    Returns
    -------
    Picture
    """
    projects = len(made.courses)
    panel = Panel(
        things=tuple(_bands(made, theme)),
        across=months(len(made.months)),
        upright=upright(0.0, float(projects), "Projects"),
        ends=tuple(_ends(made, theme)),
    )
    title = f"What became of {counted(projects, 'project')}"
    above = (
        Paragraph(title, theme.ink, TITLE_SIZE, bold=True),
        Paragraph(made.finding, theme.ink),
    )
    return Picture(theme, above, (panel,), caption(made))


def caption(made: Portfolio) -> str:
    """Say how to read the diagram."""
    return (
        "Cumulative flow diagram: the height of a band is the number of projects at the end of "
        "that month. Simulated data."
    )


def months(count: int) -> Scale:
    """Give a scale of so many months, counted from 1.

    Parameters
    ----------
    count : int

    Returns
    -------
    Scale
    """
    labelled = range(STEP, count + 1, STEP) if count >= STEP else range(1, count + 1)
    ticks = Ticks(tuple(map(float, labelled)), tuple(map(str, labelled)))
    return Scale(0.0, float(count), lambda _room: ticks, "Month")


def _edges(made: Portfolio) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Give the lower edge of each band and the top of all, for each month."""
    counts = [
        (
            month.finished,
            month.stalled,
            len(made.courses) - month.finished - month.stalled - month.waiting,
            month.waiting,
        )
        for month in made.months
    ]
    edges = np.zeros((len(BANDS) + 1, len(counts)))
    edges[1:] = np.cumsum(np.array(counts, dtype=np.float64).T, axis=0)
    return edges


def _bands(made: Portfolio, theme: Theme) -> Iterator[Drawn]:
    edges = _edges(made)
    # A month is as wide as a step: counts are of its end, and nothing is between two of them.
    across = np.repeat(np.arange(edges.shape[1] + 1.0), 2)[1:-1]
    fills = (theme.values, theme.concern, theme.band, theme.paper)
    for name, fill, low, high in zip(BANDS, fills, edges[:-1], edges[1:], strict=True):
        if np.any(high > low):
            there = line(across, np.repeat(high, 2))
            back = line(across, np.repeat(low, 2))[::-1]
            yield Area(np.concatenate((there, back)), fill, name=name)
    for lower, upper in ((0, 1), (1, 2), (2, 3)):
        if np.any(edges[lower] < edges[upper]) and np.any(edges[upper] < edges[-1]):
            edge = line(across, np.repeat(edges[upper], 2))
            yield Stroke(edge, theme.paper, 3.0, name="Halo")
            yield Stroke(edge, theme.ink, 1.0, name=f"Top of {BANDS[lower].lower()}")


def _ends(made: Portfolio, theme: Theme) -> Iterator[EndLabel]:
    last = _edges(made)[:, -1]
    for name, low, high in zip(BANDS, last[:-1].tolist(), last[1:].tolist(), strict=True):
        if high > low:
            yield EndLabel((low + high) / 2, f"{name} {high - low:.0f}", theme.ink)
