"""A run chart to look at, as a picture: a line of dots and a middle line, without any judgement."""

from __future__ import annotations

from qi_tools.draw.captions import heading, how_drawn
from qi_tools.draw.picture import EndLabel, Panel, Picture
from qi_tools.draw.placed import Stroke, line
from qi_tools.draw.points import across, dot_size, edges, marks, places_across, through, upright
from qi_tools.draw.scales import value_limits
from qi_tools.palette import Theme
from qi_tools.spc.plain_run_charts import PlainRunChart
from qi_tools.words import counted, number_in_words

__all__ = ["caption", "picture"]


def picture(chart: PlainRunChart, theme: Theme) -> Picture:
    """Draw a run chart to look at.

    Parameters
    ----------
    chart : PlainRunChart
    theme : Theme

    Returns
    -------
    Picture
    """
    measure = chart.measure
    places, known = places_across(measure), measure.known
    ends = edges(places)
    low, high = value_limits(measure.values, measure.unit)
    dots = line(places[known], measure.values[known])
    panel = Panel(
        things=(
            Stroke(line([ends[0], ends[-1]], chart.centre), theme.ink, 1.5, name="Middle line"),
            Stroke(
                through(places, measure.values, measure.breaks),
                theme.values,
                1.5,
                name=measure.name,
            ),
            marks(dots, "circle", dot_size(places.size), theme.values, theme, "Dots"),
        ),
        across=across(measure),
        upright=upright(low, high),
        ends=(EndLabel(chart.centre, f"Middle line {number_in_words(chart.centre)}", theme.ink),),
    )
    above = heading(measure.name, measure.unit, measure.better, theme)
    return Picture(theme, above, (panel,), caption(chart))


def caption(chart: PlainRunChart) -> str:
    """Say what the middle line is, how the chart was drawn and where the values come from."""
    if on := chart.on_the_line:
        middle = (
            "The middle line is the median: the middle of all dots when they are put in order of "
            f"size. {counted(on, 'dot')} {'lies' if on == 1 else 'lie'} on it."
        )
    else:
        middle = "The middle line is the median: half of the dots lie above it, half below."
    low, _ = value_limits(chart.measure.values, chart.measure.unit)
    return f"{middle} {how_drawn(chart.measure, low)}"
