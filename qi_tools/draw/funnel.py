"""A funnel plot as a picture."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SIZE, SMALL, width
from qi_tools.draw.picture import EndLabel, KeyEntry, Panel, Paragraph, Picture, PointLabel, Scale
from qi_tools.draw.placed import Area, Drawn, Marks, Places, Shape, Stroke, line
from qi_tools.draw.points import upright
from qi_tools.draw.scales import Ticks, value_limits, value_ticks
from qi_tools.palette import Theme
from qi_tools.phases import Flags, Floats
from qi_tools.spc.funnel_limits import FunnelLimits
from qi_tools.spc.funnels import Funnel
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words

__all__ = ["caption", "clipped", "picture"]

HEIGHT = 300.0
CENTRE, LIMIT = 1.5, 1.0
ALERT_DASH, TARGET_DASH = (4.0, 3.0), (9.0, 3.0, 2.0, 3.0)
MOST_NAMED = 12
"""More names than this would hide the plot that they explain."""
WITHIN = "Within limits"
_LOOKS: dict[str, Shape] = {"better": "square", "worse": "diamond", "different": "triangle"}
_EXPOSURE = re.compile(r"per ([\d,]*\.?\d+)\s+(.+)")


def picture(funnel: Funnel, theme: Theme) -> Picture:
    """Draw a funnel plot.

    Parameters
    ----------
    funnel : Funnel
    theme : Theme

    Returns
    -------
    Picture
    """
    low, high = _scale(funnel)
    begin, end = _ends_across(funnel)
    curves = _curves(funnel, begin, end)
    marks = tuple(_marks(funnel, theme))
    return Picture(
        theme=theme,
        above=tuple(_above(funnel, theme)),
        panels=(
            Panel(
                things=(*_lines(funnel, curves, (low, high), theme), *marks),
                across=_across(funnel, begin, end),
                upright=upright(low, high),
                ends=tuple(_ends(funnel, curves, (low, high), theme)),
                labels=tuple(_labels(funnel)),
            ),
        ),
        caption=caption(funnel),
        key=tuple(KeyEntry(each, each.name) for each in marks),
        height=HEIGHT,
    )


def caption(funnel: Funnel) -> str:
    """Say which limits these are, how far units differ beside chance, and how it was drawn."""
    low, high = _scale(funnel)
    limits = funnel.limits
    drawn = np.concatenate((limits.lower_998, limits.upper_998))
    sentences = [f"Funnel plot. Limits: {funnel.limits_in_words}.", funnel.dispersion.words]
    unnamed = len(funnel.signals) - MOST_NAMED
    if unnamed > 0:
        others = "other one" if unnamed == 1 else f"other {unnamed:,}"
        sentences.append(
            f"The {MOST_NAMED} units farthest beyond their limits are named; the table names the "
            f"{others}."
        )
    sentences.append(f"The scale of values {'starts' if low == 0 else 'does not start'} at zero.")
    if np.nanmin(drawn) < low or np.nanmax(drawn) > high:
        sentences.append("Limits of the smallest units reach beyond it.")
    return " ".join(filter(None, (*sentences, provenance(funnel))))


def _above(funnel: Funnel, theme: Theme) -> Iterator[Paragraph]:
    yield from heading(funnel.name or "Funnel plot", funnel.unit, funnel.better, theme)
    yield Paragraph(funnel.finding, theme.ink)
    for warning in funnel.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


# ---- the scales


def _scale(funnel: Funnel) -> tuple[float, float]:
    """Give the ends of the scale of values: each value, and the limits of all but small units.

    The limits of the smallest may reach so far out that all values would lie on one line.
    """
    shown, limits = funnel.shown, funnel.limits
    in_sight = [
        *funnel.values[shown],
        funnel.target,
        np.quantile(limits.lower_998[shown], 0.25),
        np.quantile(limits.upper_998[shown], 0.75),
    ]
    low, high = value_limits(np.array(in_sight))
    most = funnel.per if funnel.data == "proportions" else math.inf
    return low, min(high, most) if low < most else high


def _ends_across(funnel: Funnel) -> tuple[float, float]:
    sizes = funnel.denominators[funnel.shown]
    low, high = value_limits(sizes)
    largest = float(np.max(sizes))
    # The limits end at the largest unit, and their names stand just beyond.
    return low, (largest + 0.02 * (largest - low) if np.min(sizes) < largest else high)


def _across(funnel: Funnel, low: float, high: float) -> Scale:
    def ticks(room: float) -> Ticks:
        for most in range(8, 0, -1):
            chosen = value_ticks(low, high, most)
            widest = max(map(width, chosen.labels), default=0.0)
            if len(chosen.labels) * (widest + SIZE) <= room:
                break
        labelled: Iterable[tuple[float, str]] = zip(chosen.places, chosen.labels, strict=True)
        if funnel.data == "proportions":  # there is no half a case
            whole = (place for place in chosen.places if place == round(place))
            labelled = ((place, f"{place:,.0f}") for place in whole)
        kept = [
            (place, label)
            for place, label in labelled
            # Beyond the end of the axis stand the names of lines.
            if (place - low) / (high - low) * room + width(label) / 2 <= room + 2
        ]
        return Ticks(tuple(place for place, _ in kept), tuple(label for _, label in kept))

    return Scale(low, high, ticks, _size_in_words(funnel))


def _size_in_words(funnel: Funnel) -> str:
    """Say what the denominators count, as far as can be told from what they are and the unit."""
    if funnel.data == "ratios":
        return "Expected events"
    if funnel.data == "proportions":
        return "Cases in each unit (denominator)"
    found = _EXPOSURE.fullmatch(funnel.unit)
    if found and float(found[1].replace(",", "")) == funnel.per:
        return found[2][0].upper() + found[2][1:]
    return "Size of each unit (denominator)"


# ---- the lines


def _curves(funnel: Funnel, begin: float, end: float) -> FunnelLimits:
    """Give the limits as lines; level from end to end where all units have one size."""
    curve = funnel.curve
    if curve.denominators.size > 1:
        return curve
    only = (np.repeat(each, 2) for each in (curve.lower_998, curve.lower_95))
    others = (np.repeat(each, 2) for each in (curve.upper_95, curve.upper_998))
    return FunnelLimits(np.array([begin, end]), *only, *others)


def clipped(x: Floats, y: Floats, low: float, high: float) -> Places:
    """Cut a line off where it leaves the scale.

    Parameters
    ----------
    x, y : ndarray of float, shape (places,)
    low, high : float
        The ends of the scale of y.

    Returns
    -------
    ndarray of float, shape (places, 2)
        Not a number where it lies beyond.

    Examples
    --------
    >>> clipped(np.array([0.0, 2.0]), np.array([0.0, 4.0]), 0.0, 2.0).tolist()[:2]
    [[0.0, 0.0], [1.0, 2.0]]
    """
    for level in (low, high):
        (crossed,) = np.nonzero((y[:-1] - level) * (y[1:] - level) < 0)
        share = (level - y[crossed]) / (y[crossed + 1] - y[crossed])
        there = x[crossed] + share * (x[crossed + 1] - x[crossed])
        x, y = np.insert(x, crossed + 1, there), np.insert(y, crossed + 1, level)
    return line(x, np.where((y >= low) & (y <= high), y, np.nan))


def _lines(
    funnel: Funnel, curves: FunnelLimits, scale: tuple[float, float], theme: Theme
) -> Iterator[Drawn]:
    x = curves.denominators
    if theme.band != theme.paper:
        there = line(x, np.clip(curves.upper_998, *scale))
        back = line(x, np.clip(curves.lower_998, *scale))[::-1]
        yield Area(np.concatenate((there, back)), theme.band, name="Between limits")
    for name, y in _named(curves):
        cut = clipped(x, y, *scale)
        if not np.isnan(cut).all():
            yield Stroke(cut, theme.quiet_ink, LIMIT, ALERT_DASH if "95" in name else (), name)
    name, colour, dash = _centre(funnel, theme)
    yield Stroke(line(_ends_across(funnel), funnel.target), colour, CENTRE, dash, name)


def _named(curves: FunnelLimits) -> tuple[tuple[str, Floats], ...]:
    return (
        ("Upper 99.8%", curves.upper_998),
        ("Upper 95%", curves.upper_95),
        ("Lower 95%", curves.lower_95),
        ("Lower 99.8%", curves.lower_998),
    )


def _centre(funnel: Funnel, theme: Theme) -> tuple[str, str, tuple[float, ...]]:
    if funnel.target_given:
        return "Target", theme.target, TARGET_DASH
    return "All together", theme.ink, ()


def _ends(
    funnel: Funnel, curves: FunnelLimits, scale: tuple[float, float], theme: Theme
) -> Iterator[EndLabel]:
    for name, y in _named(curves):
        if scale[0] <= y[-1] <= scale[1]:
            yield EndLabel(float(y[-1]), name, theme.quiet_ink)
    name, colour, _ = _centre(funnel, theme)
    sign = "%" if funnel.unit.startswith("%") else ""
    yield EndLabel(funnel.target, f"{name} {number_in_words(funnel.target)}{sign}", colour)


# ---- the units


def _marks(funnel: Funnel, theme: Theme) -> Iterator[Marks]:
    positions, sizes, values = funnel.positions, funnel.denominators, funnel.values
    size = float(np.clip(7.0 * math.sqrt(60 / len(funnel.names)), 3.6, 7.0))
    judgements = funnel.table["judgement"].to_numpy()
    colours = {
        "better": theme.improvement,
        "worse": theme.concern,
        "different": theme.special,
    }

    def marks(which: Flags, name: str, shape: Shape, fill: str, rim: str) -> Iterator[Marks]:
        if which.any():
            there = line(sizes[which], values[which])
            height = size if shape == "circle" else max(6.0, 1.2 * size)
            width = 0.6 if rim == theme.paper else 1.4
            yield Marks(there, shape, height, fill, rim, width, name)

    within = funnel.shown & (positions == 0)
    yield from marks(within, WITHIN, "circle", theme.values, theme.paper)
    for step, heard in ((1, "Alert"), (2, "Alarm")):
        for judged, shape in _LOOKS.items():
            which = (np.abs(positions) == step) & (judgements == judged)
            name = f"{heard}: {judged}" if funnel.better != "neither" else heard
            colour = colours[judged]
            fill, rim = (colour, theme.paper) if step == 2 else (theme.paper, colour)
            yield from marks(which, name, shape, fill, rim)


def _labels(funnel: Funnel) -> Iterator[PointLabel]:
    """Name the units beyond their limits, the farthest first."""
    limits, target = funnel.limits, funnel.target
    edge = np.where(funnel.values > target, limits.upper_998, limits.lower_998)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.nan_to_num((funnel.values - target) / (edge - target))
    signals = sorted(
        funnel.signals,
        key=lambda each: (-abs(funnel.positions[each.points[0]]), -away[each.points[0]]),
    )
    for signal in signals[:MOST_NAMED]:
        (unit,) = signal.points
        x, y = float(funnel.denominators[unit]), float(funnel.values[unit])
        yield PointLabel(x, y, funnel.names[unit], signal.words)
