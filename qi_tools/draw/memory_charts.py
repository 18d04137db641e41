"""What the drawings of charts with a memory share: words above, marks of signals, and remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SMALL
from qi_tools.draw.picture import KeyEntry, Paragraph, Remark
from qi_tools.draw.placed import Drawn, Marks, Shape, line
from qi_tools.draw.points import dot_size, places_across
from qi_tools.measure import Measure
from qi_tools.palette import Theme
from qi_tools.phases import Flags, Floats
from qi_tools.spc.memory_charts import ShiftSignal
from qi_tools.spc.sentences import meaning_of_way
from qi_tools.spc.signals import Signal
from qi_tools.words import number_in_words

__all__ = [
    "LEFT_OUT",
    "LIMIT_DASH",
    "POINTS",
    "above",
    "dots",
    "key",
    "life_remarks",
    "shift_remarks",
    "signal_marks",
    "told_shifts",
]

LIMIT_DASH = (6.0, 3.5)
POINTS, LEFT_OUT = "Points", "Left out"
SHIFTS_MARKED = 3
"""Where so many of the latest shifts began is marked: more would hide the lines."""


def above(
    measure: Measure, scale: str, finding: str, warnings: Sequence[str], theme: Theme
) -> Iterator[Paragraph]:
    """Give what stands above a chart: name, what its scale counts, finding, warnings."""
    yield from heading(measure.name, scale, measure.better, theme)
    yield Paragraph(finding, theme.ink)
    for warning in warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def key(things: Sequence[Drawn]) -> Iterator[KeyEntry]:
    """Explain each kind of mark that is there, but for plain points."""
    for thing in things:
        if isinstance(thing, Marks) and thing.name != POINTS:
            yield KeyEntry(thing, thing.name)


def dots(there: Floats, level: Floats, which: Flags, points: int, theme: Theme) -> Iterator[Marks]:
    """Mark plain points: smaller where there are many."""
    if which.any():
        size = dot_size(points)
        rim = theme.paper if size > 4.5 else ""  # a rim of paper would swallow a small dot
        yield Marks(
            line(there[which], level[which]), "circle", size, theme.values, rim, 0.6, POINTS
        )


def signal_marks(
    measure: Measure, signals: Sequence[tuple[Signal, Floats]], theme: Theme
) -> Iterator[Marks]:
    """Mark the points of signals by what they mean.

    Parameters
    ----------
    measure : Measure
    signals : sequence of (Signal, ndarray of float, shape (points,))
        Each with the line that its points lie on.
    theme : Theme

    Yields
    ------
    Marks
        One for each meaning that is there.
    """
    looks: dict[str, tuple[str, Shape, str]] = {
        "": ("Signal", "triangle", theme.special),
        "improvement": ("Signal: better", "square", theme.improvement),
        "concern": ("Signal: worse", "diamond", theme.concern),
    }
    places = places_across(measure)
    size = max(6.0, 1.15 * dot_size(places.size))
    for means, (name, shape, colour) in looks.items():
        there = [
            line(places[list(signal.points)], level[list(signal.points)])
            for signal, level in signals
            if meaning_of_way(signal.way, measure.better) == means
        ]
        if there:
            yield Marks(np.concatenate(there), shape, size, colour, theme.paper, 0.6, name)


def shift_remarks(
    measure: Measure, signals: Sequence[tuple[ShiftSignal, Floats]], unit: str = ""
) -> Iterator[Remark]:
    """Say where the latest shifts probably began, and to which level.

    Parameters
    ----------
    measure : Measure
    signals : sequence of (ShiftSignal, ndarray of float, shape (points,))
        In time order, each with the line that its points lie on.
    unit : str
        What stands behind the new level.

    Yields
    ------
    Remark
    """
    places = places_across(measure)
    for signal, level in signals[-SHIFTS_MARKED:]:
        yield Remark(
            float(places[signal.began]),
            measure.label(signal.began),
            f"Shift to about {number_in_words(signal.new_level)}{unit} probably began",
            point=float(level[signal.began]),
        )


def told_shifts(signals: Sequence[ShiftSignal]) -> Iterator[str]:
    """Say in the caption that not every shift is marked, where that is so."""
    if len(signals) > SHIFTS_MARKED:
        yield f"Where the latest {SHIFTS_MARKED} of {len(signals):,} shifts began is marked."


def life_remarks(measure: Measure, level: Floats) -> Iterator[Remark]:
    """Give the notes of a measure, and the points that were left out.

    Parameters
    ----------
    measure : Measure
    level : ndarray of float, shape (points,)
        How high each point stands on the chart.
    """
    places = places_across(measure)
    told = [(each.point, f"{LEFT_OUT}: {each.reason}") for each in measure.exclusions]
    told += [(each.point, each.words) for each in measure.notes]
    for point, words in told:
        yield Remark(float(places[point]), measure.label(point), words, point=float(level[point]))
