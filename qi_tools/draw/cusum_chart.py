"""A CUSUM chart as a picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.memory_charts import (
    LIMIT_DASH,
    above,
    dots,
    key,
    life_remarks,
    shift_remarks,
    signal_marks,
    told_shifts,
)
from qi_tools.draw.picture import EndLabel, Panel, Picture
from qi_tools.draw.placed import Drawn, Stroke, line
from qi_tools.draw.points import across, edges, places_across, upright
from qi_tools.draw.scales import value_limits
from qi_tools.palette import Theme
from qi_tools.phases import Floats
from qi_tools.spc.cusum_charts import CusumChart
from qi_tools.spc.memory_charts import ShiftSignal
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words

__all__ = ["caption", "picture"]


def picture(chart: CusumChart, theme: Theme) -> Picture:
    """Draw a CUSUM chart.

    Parameters
    ----------
    chart : CusumChart
    theme : Theme

    Returns
    -------
    Picture
    """
    measure, decision = chart.measure, chart.decision
    things = (*_lines(chart, theme), *_points(chart, theme))
    unit = f" {measure.unit}" if measure.unit not in ("", "%") else measure.unit
    scale = f"Sums of distances from the target of {number_in_words(chart.target)}{unit}, in sigmas"
    panel = Panel(
        things=things,
        across=across(measure),
        upright=upright(*value_limits(np.array([*chart.high, *chart.low, decision, -decision]))),
        ends=tuple(_ends(chart, theme)),
        remarks=(
            *shift_remarks(measure, _told(chart), unit),
            *life_remarks(measure, np.where(chart.high >= -chart.low, chart.high, chart.low)),
        ),
    )
    return Picture(
        theme=theme,
        above=tuple(above(measure, scale, chart.finding, chart.warnings, theme)),
        panels=(panel,),
        caption=caption(chart),
        key=tuple(key(things)),
    )


def caption(chart: CusumChart) -> str:
    """Say what the sums start from, what they look for and where the values come from."""
    sigmas = "sigma" if chart.decision == 1 else "sigmas"
    sentences = [
        f"CUSUM chart. {chart.level.words}",
        f"Set to find a shift of {number_in_words(chart.shift)} "
        f"sigma{'' if chart.shift == 1 else 's'}; a sum beyond {number_in_words(chart.decision)} "
        f"{sigmas} is a signal.",
    ]
    if chart.head_start:
        sentences.append(f"The sums start at {number_in_words(chart.head_start)}.")
    sentences += [*told_shifts(chart.signals), provenance(chart.measure)]
    return " ".join(filter(None, sentences))


def _told(chart: CusumChart) -> list[tuple[ShiftSignal, Floats]]:
    """Give each signal with the sum that raised it."""
    return [(each, chart.high if each.way == "high" else chart.low) for each in chart.signals]


def _lines(chart: CusumChart, theme: Theme) -> Iterator[Drawn]:
    places = places_across(chart.measure)
    ends = edges(places)[[0, -1]]
    for name, level in (("Upper limit", chart.decision), ("Lower limit", -chart.decision)):
        yield Stroke(line(ends, level), theme.quiet_ink, 1.0, LIMIT_DASH, name)
    yield Stroke(line(ends, 0.0), theme.ink, 1.0, name="Zero")
    for name, sums in (("Upper sum", chart.high), ("Lower sum", chart.low)):
        yield Stroke(line(places, sums), theme.values, 1.6, name=name)


def _points(chart: CusumChart, theme: Theme) -> Iterator[Drawn]:
    """Mark where a sum left zero: along zero itself the line says enough."""
    places, counted = places_across(chart.measure), chart.measure.counted
    for way, sums in (("high", chart.high), ("low", chart.low)):
        plain = counted & (sums != 0)
        for signal in chart.signals:
            plain[list(signal.points)] &= signal.way != way
        yield from dots(places, sums, plain, places.size, theme)
    yield from signal_marks(chart.measure, _told(chart), theme)


def _ends(chart: CusumChart, theme: Theme) -> Iterator[EndLabel]:
    decision = number_in_words(chart.decision)
    yield EndLabel(chart.decision, f"Upper limit {decision}", theme.quiet_ink)
    yield EndLabel(-chart.decision, f"Lower limit -{decision}", theme.quiet_ink)
    for name, sums in (("Upper sum", chart.high), ("Lower sum", chart.low)):
        latest = float(sums[-1])
        yield EndLabel(latest, f"{name} {number_in_words(latest)}", theme.values)
