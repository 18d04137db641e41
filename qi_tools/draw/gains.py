"""The benefit that several plans gained, month by month: a line each, named where it ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.cumulative_flow import months
from qi_tools.draw.letters import TITLE_SIZE
from qi_tools.draw.picture import EndLabel, Panel, Paragraph, Picture
from qi_tools.draw.placed import Stroke, line
from qi_tools.draw.points import upright
from qi_tools.draw.scales import value_limits
from qi_tools.experiments.gains import Gains
from qi_tools.palette import Theme

__all__ = ["caption", "picture"]


def picture(gains: Gains, theme: Theme) -> Picture:
    """Draw what runs gained.

    Parameters
    ----------
    gains : Gains
    theme : Theme

    Returns
    -------
    Picture
    """
    lines = tuple(_lines(gains, theme))
    low, high = value_limits(np.concatenate([each.places[:, 1] for each in lines]))
    panel = Panel(
        things=lines,
        across=months(len(gains.runs[0].months)),
        upright=upright(low, high, "Points in the month"),
        ends=tuple(
            EndLabel(float(each.places[-1, 1]), each.name, each.colour) for each in reversed(lines)
        ),
    )
    above = (
        Paragraph("Benefit gained each month", theme.ink, TITLE_SIZE, bold=True),
        Paragraph(gains.finding[0].upper() + gains.finding[1:], theme.ink),
    )
    return Picture(theme, above, (panel,), caption(gains))


def caption(gains: Gains) -> str:
    """Say how to read the lines."""
    return (
        "The thick line is the latest run. A finished project gains its points in each month from "
        "then on. Simulated data."
    )


def _lines(gains: Gains, theme: Theme) -> Iterator[Stroke]:
    """Draw the latest run last, above the others."""
    for number, run in enumerate(gains.runs, 1):
        latest = number == len(gains.runs)
        there = line(
            [month.number for month in run.months], [month.benefit for month in run.months]
        )
        colour, width = (theme.values, 2.5) if latest else (theme.quiet_ink, 1.0)
        yield Stroke(there, colour, width, name=f"Run {number}")
