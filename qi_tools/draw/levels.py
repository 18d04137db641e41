"""Levels as a picture: a panel for each run, all on the same scales."""

from __future__ import annotations

from functools import partial

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.picture import TALL, EndLabel, Panel, Picture, Scale
from qi_tools.draw.placed import Area, Stroke, line, places
from qi_tools.draw.points import upright
from qi_tools.draw.scales import Ticks, value_ticks
from qi_tools.levels import Level, Levels
from qi_tools.palette import Theme
from qi_tools.words import number_in_words

__all__ = ["caption", "picture"]

LOW = 150.0  # of several panels each is lower than one alone
ROOM_ABOVE = 1.08
ROOM_FOR_TIME = 64.0  # points for each label of the axis across
MEAN_DASH = (6.0, 4.0)


def picture(levels: Levels, theme: Theme) -> Picture:
    """Draw levels.

    Parameters
    ----------
    levels : Levels
    theme : Theme

    Returns
    -------
    Picture
    """
    begins = min(run.steps[0][0] for run in levels.runs)
    ends = max(run.ends for run in levels.runs)
    top = ROOM_ABOVE * max(1, *(run.most for run in levels.runs))
    across = Scale(begins, ends, partial(_times, begins, ends), levels.time_unit.capitalize())
    several = len(levels.runs) > 1
    return Picture(
        theme=theme,
        above=heading(levels.title, "", "neither", theme),
        panels=tuple(
            Panel(
                things=_things(run, theme),
                across=across,
                upright=upright(0.0, top),
                ends=(EndLabel(run.mean, f"Mean {number_in_words(run.mean)}", theme.ink),),
                title=run.name if several else "",
            )
            for run in levels.runs
        ),
        caption=caption(levels),
        height=LOW if several else TALL,
    )


def caption(levels: Levels) -> str:
    """Say how to read it, and where the numbers come from."""
    return (
        f"The higher the line, the more {levels.unit} at that moment. The dashed line is the mean "
        f"over the time of the run. {levels.source}"
    )


def _things(run: Level, theme: Theme) -> tuple[Area | Stroke, ...]:
    times, level = (np.array(each, dtype=float) for each in zip(*run.steps, strict=True))
    stairs = line(np.repeat(times, 2)[1:], np.repeat(level, 2)[:-1])
    foot = [(float(times[-1]), 0.0), (float(times[0]), 0.0)]
    return (
        Area(places([*map(tuple, stairs.tolist()), *foot]), theme.band, name="Under the line"),
        Stroke(stairs, theme.values, 1.5, name="Level"),
        Stroke(line([times[0], times[-1]], [run.mean] * 2), theme.ink, 1.5, MEAN_DASH, "Mean"),
    )


def _times(begins: float, ends: float, room: float) -> Ticks:
    return value_ticks(begins, ends, max(2, int(room / ROOM_FOR_TIME)))
