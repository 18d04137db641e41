"""An interaction of two factors as a picture: two lines, named where they end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SIZE, SMALL, wrapped
from qi_tools.draw.picture import EndLabel, Panel, Paragraph, Picture, PointLabel, Scale
from qi_tools.draw.placed import Drawn, Shape, Stroke, line
from qi_tools.draw.points import marks, upright
from qi_tools.draw.scales import Ticks, value_limits
from qi_tools.experiments.factorial.interactions import Interaction
from qi_tools.palette import Theme
from qi_tools.spc.sentences import provenance
from qi_tools.words import counted, number_in_words

__all__ = ["caption", "picture"]

LOW, HIGH = -0.35, 1.25  # the ends of the axis across; the levels stand at 0 and 1
DOT = 9.0
DASH = (7.0, 4.0)
LOOKS: tuple[tuple[Shape, tuple[float, ...]], ...] = (("circle", ()), ("square", DASH))


def picture(plot: Interaction, theme: Theme) -> Picture:
    """Draw an interaction.

    Parameters
    ----------
    plot : Interaction
    theme : Theme

    Returns
    -------
    Picture
    """
    low, high = _limits(plot)
    (_, end), (_, other_end) = plot.means
    panel = Panel(
        things=tuple(_things(plot, theme)),
        across=Scale(LOW, HIGH, lambda room: _levels(plot, room), plot.across.name),
        upright=upright(low, high, f"Mean ({plot.done.measure.unit or plot.done.measure.name})"),
        ends=(
            EndLabel(end, plot.lines.low, theme.ink),
            EndLabel(other_end, plot.lines.high, theme.ink),
        ),
        labels=tuple(_labels(plot)),
    )
    return Picture(theme, tuple(_above(plot, theme)), (panel,), caption(plot))


def caption(plot: Interaction) -> str:
    """Say what is shown, how it was drawn and where the values come from."""
    runs = counted(len(plot.cells[0].responses), "run")
    starts = "starts" if _limits(plot)[0] == 0 else "does not start"
    return " ".join(
        filter(
            None,
            (
                f"Interaction plot: each mark is the mean of {runs}, each line one level of "
                f"{plot.lines.name}. The scale {starts} at zero.",
                provenance(plot.done),
            ),
        )
    )


def _limits(plot: Interaction) -> tuple[float, float]:
    return value_limits(np.array(plot.means).ravel(), plot.done.measure.unit)


def _above(plot: Interaction, theme: Theme) -> Iterator[Paragraph]:
    yield from heading(plot.title, "", "neither", theme)
    yield Paragraph(plot.finding, theme.ink)
    for warning in plot.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _things(plot: Interaction, theme: Theme) -> Iterator[Drawn]:
    names = (plot.lines.low, plot.lines.high)
    for means, name, (shape, dash), colour in zip(
        plot.means, names, LOOKS, (theme.values, theme.ink), strict=True
    ):
        there = line((0.0, 1.0), means)
        yield Stroke(line((1.0, HIGH), means[1]), colour, 0.8, (1.5, 2.5), "To name")
        yield Stroke(there, colour, 2.0, dash, name)
        yield marks(there, shape, DOT, colour, theme, name)


def _levels(plot: Interaction, room: float) -> Ticks:
    """Label the two levels, each in half of the room."""
    half = (room / (HIGH - LOW)) * 0.62
    labels = (
        "\n".join(wrapped(level, half, SIZE)) for level in (plot.across.low, plot.across.high)
    )
    return Ticks((0.0, 1.0), tuple(labels))


def _labels(plot: Interaction) -> Iterator[PointLabel]:
    for cell in plot.cells:
        said = number_in_words(cell.mean)
        there = 0.0 if cell.signs[0] < 0 else 1.0
        yield PointLabel(there, cell.mean, said, f"{', '.join(cell.levels)}: {said}")
