"""A Bernoulli CUSUM as a picture: case by case, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from qi_tools.draw.memory_charts import (
    LIMIT_DASH,
    above,
    key,
    life_remarks,
    shift_remarks,
    signal_marks,
    told_shifts,
)
from qi_tools.draw.picture import EndLabel, Panel, Picture, Remark
from qi_tools.draw.placed import Drawn, Marks, Places, Stroke, line
from qi_tools.draw.points import across, dot_size, edges, places_across, upright
from qi_tools.draw.scales import value_limits
from qi_tools.palette import Theme
from qi_tools.phases import Floats
from qi_tools.spc.bernoulli_cusums import BernoulliCusum
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words

__all__ = ["caption", "picture", "straightened"]

MOST_MARKED = 150
"""With more cases dots would touch, and the line says it all."""


def picture(chart: BernoulliCusum, theme: Theme) -> Picture:
    """Draw a Bernoulli CUSUM.

    Parameters
    ----------
    chart : BernoulliCusum
    theme : Theme

    Returns
    -------
    Picture
    """
    measure = chart.measure
    high, low = _up_to_the_limit(chart, "high"), _up_to_the_limit(chart, "low")
    farther = np.where(high >= -low, high, low)
    things = (*_lines(chart, theme), *_marks(chart, high, low, theme))
    times = number_in_words(chart.odds_ratio)
    scale = (
        f"Evidence of odds {times} times as high (upper sum) or as low (lower sum) as the target "
        f"of {number_in_words(100 * chart.target)}%"
    )
    time = across(measure)
    panel = Panel(
        things=things,
        across=time if time.dated else replace(time, title="Case"),
        upright=upright(*value_limits(np.array([*high, *low, chart.limit, -chart.limit]))),
        ends=tuple(_ends(chart, theme)),
        remarks=(*_shifts(chart), *life_remarks(measure, farther)),
    )
    return Picture(
        theme=theme,
        above=tuple(above(measure, scale, chart.finding, chart.warnings, theme)),
        panels=(panel,),
        caption=caption(chart),
        key=tuple(key(things)),
    )


def caption(chart: BernoulliCusum) -> str:
    """Say what the sums are held to, what they do at the limit and where the cases come from."""
    sentences = [
        f"Bernoulli CUSUM. Target {number_in_words(100 * chart.target)}% ({chart.target_words}).",
        "Each case moves both sums.",
        f"A sum that reaches {number_in_words(chart.limit)} is a signal and starts again.",
        *told_shifts(chart.signals),
        provenance(chart.measure),
    ]
    return " ".join(filter(None, sentences))


def straightened(there: Places) -> Places:
    """Leave out places in the middle of straight stretches: the line stays what it is.

    Parameters
    ----------
    there : ndarray of float, shape (places, 2)
        A line that never turns straight back.

    Returns
    -------
    ndarray of float, shape (places, 2)

    Examples
    --------
    >>> straightened(line([1, 2, 3, 4, 4], [0, 1, 2, 3, 0])).tolist()
    [[1.0, 0.0], [4.0, 3.0], [4.0, 0.0]]
    """
    if len(there) < 3:
        return there
    before, after = np.diff(there, axis=0)[:-1], np.diff(there, axis=0)[1:]
    turn = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    size = np.hypot(*before.T) * np.hypot(*after.T)
    return there[np.concatenate(([True], turn > 1e-9 * size, [True]))]


def _up_to_the_limit(chart: BernoulliCusum, way: str) -> Floats:
    """Give a sum with the limit in the place of the 0 that it starts again from at a signal."""
    sums, limit = (chart.high, chart.limit) if way == "high" else (chart.low, -chart.limit)
    reached = np.array(sums)
    reached[[signal.points[0] for signal in chart.signals if signal.way == way]] = limit
    return reached


def _lines(chart: BernoulliCusum, theme: Theme) -> Iterator[Drawn]:
    places = places_across(chart.measure)
    ends = edges(places)[[0, -1]]
    for name, level in (("Upper limit", chart.limit), ("Lower limit", -chart.limit)):
        yield Stroke(line(ends, level), theme.quiet_ink, 1.0, LIMIT_DASH, name)
    yield Stroke(line(ends, 0.0), theme.ink, 1.0, name="Zero")
    width = 1.6 if places.size <= 10 * MOST_MARKED else 1.2
    for way, name in (("high", "Upper sum"), ("low", "Lower sum")):
        (at,) = np.nonzero(
            np.isin(
                np.arange(places.size),
                [signal.points[0] for signal in chart.signals if signal.way == way],
            )
        )
        # Before the first case the sum is 0; at a signal it falls back to 0.
        x = np.insert(np.concatenate((ends[:1], places)), at + 2, places[at])
        y = np.insert(np.concatenate(([0.0], _up_to_the_limit(chart, way))), at + 2, 0.0)
        yield Stroke(straightened(line(x, y)), theme.values, width, name=name)


def _marks(chart: BernoulliCusum, high: Floats, low: Floats, theme: Theme) -> Iterator[Marks]:
    measure = chart.measure
    places = places_across(measure)
    if places.size <= MOST_MARKED:
        events = measure.counted & (measure.values == 1)
        if events.any():
            there = line(places[events], high[events])
            yield Marks(
                there, "circle", dot_size(places.size), theme.values, theme.paper, 0.6, "Event"
            )
    told = [(each, high if each.way == "high" else low) for each in chart.signals]
    yield from signal_marks(measure, told, theme)


def _shifts(chart: BernoulliCusum) -> Iterator[Remark]:
    percent = [
        (
            replace(each, new_level=100 * each.new_level),
            _up_to_the_limit(chart, each.way),
        )
        for each in chart.signals
    ]
    yield from shift_remarks(chart.measure, percent, "%")


def _ends(chart: BernoulliCusum, theme: Theme) -> Iterator[EndLabel]:
    limit = number_in_words(chart.limit)
    yield EndLabel(chart.limit, f"Upper limit {limit}", theme.quiet_ink)
    yield EndLabel(-chart.limit, f"Lower limit -{limit}", theme.quiet_ink)
    for name, sums in (("Upper sum", chart.high), ("Lower sum", chart.low)):
        latest = float(sums[-1])
        yield EndLabel(latest, f"{name} {number_in_words(latest)}", theme.values)
