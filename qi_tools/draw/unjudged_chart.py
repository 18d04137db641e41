"""A run chart or a control chart as a picture, without what its rules found."""

from __future__ import annotations

from dataclasses import replace

from qi_tools.draw.captions import heading, how_drawn
from qi_tools.draw.chart import panel
from qi_tools.draw.picture import KeyEntry, Picture
from qi_tools.draw.placed import Marks
from qi_tools.measure import Better
from qi_tools.palette import Theme
from qi_tools.spc.unjudged_charts import UnjudgedChart

__all__ = ["picture"]


def picture(unjudged: UnjudgedChart, theme: Theme) -> Picture:
    """Draw a chart without a verdict: no signal, headline, warning or icon.

    Parameters
    ----------
    unjudged : UnjudgedChart
    theme : Theme

    Returns
    -------
    Picture
    """
    chart = unjudged.chart
    measure, kind = chart.measure, chart.kind
    drawn = panel(replace(chart, signals=()), theme)  # which points stand out follows from these
    better: Better = "neither" if kind.plots == "spread" else measure.better
    words = [unjudged.rules_in_words, *unjudged.yardsticks]
    if kind.has_limits:
        words.append("The limits lie three sigmas from the centre.")
    if chart.screened:
        words.append("Limits screened for large moving ranges.")
    words.append(how_drawn(measure, drawn.upright.low))
    dots = [thing for thing in drawn.things if isinstance(thing, Marks)]
    return Picture(
        theme,
        heading(measure.name, chart.unit, better, theme),
        (drawn,),
        f"{kind.title}. {' '.join(words)}",
        tuple(KeyEntry(each, each.name) for each in dots) if len(dots) > 1 else (),
    )
