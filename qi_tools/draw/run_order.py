"""The responses of an experiment in run order as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qi_tools.draw.captions import heading, how_drawn
from qi_tools.draw.letters import SMALL
from qi_tools.draw.picture import EndLabel, Panel, Paragraph, Picture, PointLabel
from qi_tools.draw.placed import Stroke, line
from qi_tools.draw.points import across, dot_size, edges, marks, places_across, upright
from qi_tools.draw.scales import value_limits
from qi_tools.experiments.factorial.filled_sheets import FilledSheet
from qi_tools.palette import Theme
from qi_tools.words import joined, number_in_words

__all__ = ["caption", "picture"]

ROOM_ABOVE = 0.12  # so much of the scale, above and below, holds the names of the extremes


def picture(done: FilledSheet, theme: Theme) -> Picture:
    """Draw the responses in run order.

    Parameters
    ----------
    done : FilledSheet
    theme : Theme

    Returns
    -------
    Picture
    """
    measure = done.measure
    places = places_across(measure)
    ends = edges(places)
    low, high = value_limits(measure.values, measure.unit)
    room = ROOM_ABOVE * (high - low)
    dots = line(places, measure.values)
    panel = Panel(
        things=(
            Stroke(line([ends[0], ends[-1]], done.mean), theme.ink, 1.5, name="Mean"),
            Stroke(dots, theme.values, 1.2, name="In run order"),
            marks(dots, "circle", dot_size(places.size), theme.values, theme, "Responses"),
        ),
        across=replace(across(measure), title="Run"),
        upright=upright(low if low == 0 else low - room, high + room),
        ends=(EndLabel(done.mean, f"Mean {number_in_words(done.mean)}", theme.ink),),
        labels=tuple(_labels(done)),
    )
    return Picture(theme, tuple(_above(done, theme)), (panel,), caption(done))


def caption(done: FilledSheet) -> str:
    """Say what is shown, how it was drawn and where the values come from."""
    low, _ = value_limits(done.measure.values, done.measure.unit)
    factors = joined([factor.name for factor in done.design.factors])
    return (
        f"Run-order plot: each dot is one run, numbered as they were done. The highest and the "
        f"lowest are named by {factors}. {how_drawn(done.measure, low)}"
    )


def _above(done: FilledSheet, theme: Theme) -> Iterator[Paragraph]:
    title = f"{done.measure.name} in run order"
    yield from heading(title, done.measure.unit, "neither", theme)
    for warning in done.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _labels(done: FilledSheet) -> Iterator[PointLabel]:
    for run in dict.fromkeys(done.extremes):
        setting, value = done.setting(run), done.responses[run]
        in_full = f"Run {run + 1}, {number_in_words(value)}: {setting}"
        yield PointLabel(float(run + 1), value, setting, in_full)
