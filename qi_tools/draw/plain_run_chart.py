"""A run chart to look at, as SVG written here: it loads no matplotlib, so a page shows it quickly.

Browsers use their own font, so how wide words are is reckoned on the wide side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qi_tools.draw.captions import how_drawn
from qi_tools.draw.limits import value_limits
from qi_tools.html import figure_html
from qi_tools.measure import Measure
from qi_tools.palette import ACCENT, INK, LINE, PAPER, QUIET_INK
from qi_tools.spc.plain_run_charts import PlainRunChart
from qi_tools.words import MONTHS, counted, number_in_words, numbers_in_column

__all__ = ["caption", "html", "picture", "reckoned_width"]

# Sizes are CSS pixels when the picture has its full width on a page.
WIDE, NARROW = 680.0, 320.0
TALL, LESS_TALL = 230.0, 190.0
SIZE, TITLE_SIZE = 13.0, 16.0
LINE_HEIGHT = 1.35
EDGE = 8.0
ABOVE_AXES = 14.0
MARGIN = 10.0  # between an axis and the first dot, and around the line's label
ROOM_BETWEEN = 9.0  # between two labels

_FONTS = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif"


def html(chart: PlainRunChart) -> str:
    """Give the chart as a figure for a page: drawn for a wide and for a narrow window."""
    narrow = picture(chart, NARROW, LESS_TALL)
    return figure_html(
        picture(chart), chart.describe(), caption(chart), chart.table, narrow_svg=narrow
    )


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


def picture(chart: PlainRunChart, room: float = WIDE, height: float = TALL) -> str:
    """Draw the chart as SVG for a page.

    Parameters
    ----------
    chart : PlainRunChart
    room : float
        The width of the picture.
    height : float
        The height of the space between the axes; words come on top of it.

    Returns
    -------
    str
        An ``<svg>`` element without ids, so that any number of them may stand on one page.
    """
    measure = chart.measure
    above = list(_words_above(measure, room - 2 * EDGE))
    low, high = value_limits(measure.values, measure.unit)
    rungs = _round_values(low, high, most=max(2, int(height / 35)))
    rung_labels = numbers_in_column(rungs, figures=9)
    line_label = _line_label(chart, room)
    plot = _Plot(
        left=EDGE + max((reckoned_width(label) for label in rung_labels), default=0) + MARGIN,
        right=room - EDGE - MARGIN - max(map(reckoned_width, line_label)),
        top=ABOVE_AXES + sum(words.height for words in above),
        height=height,
        low=low,
        high=high,
    )
    across = plot.across(measure)
    total = plot.bottom + 8 + (1 if measure.dates is None else 2) * SIZE * LINE_HEIGHT + EDGE
    drawn = "".join(
        (
            *_drawn_words(above),
            *_drawn_rungs(plot, rungs, rung_labels),
            *_drawn_times(plot, measure, across),
            *_drawn_middle(plot, chart.centre, line_label),
            *_drawn_values(plot, measure, across),
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(room)} {_n(total)}" '
        f'focusable="false" font-size="{_n(SIZE)}" style="font-family: {_FONTS}">{drawn}</svg>'
    )


def reckoned_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Reckon how wide a line of text is at most, whatever font a browser picks.

    Parameters
    ----------
    text : str
        One line.
    size : float
        The size of its letters.
    bold : bool
        True for bold letters, which are wider.

    Returns
    -------
    float
        In the unit of `size`.

    Examples
    --------
    >>> reckoned_width("ill") < reckoned_width("Mow") < reckoned_width("Mow", bold=True)
    True
    """
    return size * sum(map(_letter_width, text)) * (1.18 if bold else 1.0)


@dataclass(frozen=True, slots=True)
class _Plot:
    """The space between the axes, and where a value or a time lies in it."""

    left: float
    right: float
    top: float
    height: float
    low: float
    high: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def upright(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * self.height

    def across(self, measure: Measure) -> NDArray[np.float64]:
        """Place each point by its date, or evenly when there are no dates."""
        if measure.dates is None:
            steps = np.arange(measure.values.size, dtype=np.float64)
        else:
            steps = (measure.dates - measure.dates[0]).astype(np.float64)
        room = self.right - self.left - 2 * MARGIN
        if steps[-1] == 0:
            return np.array([self.left + MARGIN + room / 2])
        return np.asarray(self.left + MARGIN + steps / steps[-1] * room)


@dataclass(frozen=True, slots=True)
class _Words:
    """A paragraph above the chart, broken into the lines it takes."""

    lines: tuple[str, ...]
    colour: str
    size: float = SIZE
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class _TimeLabel:
    """The lines that stand below a point."""

    point: int
    lines: tuple[str, ...]

    @property
    def width(self) -> float:
        return max(map(reckoned_width, self.lines))


def _words_above(measure: Measure, room: float) -> Iterator[_Words]:
    name = _wrapped(measure.name, room, TITLE_SIZE, bold=True)
    yield _Words(name, INK, TITLE_SIZE, bold=True)
    better = "" if measure.better == "neither" else f"{measure.better} is better"
    scale = ", ".join(part for part in (measure.unit, better) if part)
    if scale:
        yield _Words(_wrapped(scale[0].upper() + scale[1:], room, SIZE), QUIET_INK)


def _line_label(chart: PlainRunChart, room: float) -> tuple[str, ...]:
    """Name the middle line in few words, in a narrow picture below one another."""
    words = ("Middle line",) if room >= WIDE else ("Middle", "line")
    return (*words, number_in_words(chart.centre))


def _drawn_words(paragraphs: Sequence[_Words]) -> Iterator[str]:
    base = 0.0
    for words in paragraphs:
        for line in words.lines:
            base += words.size * LINE_HEIGHT
            yield _text(line, EDGE, base, words.colour, size=words.size, bold=words.bold)


def _drawn_rungs(plot: _Plot, rungs: Sequence[float], labels: Sequence[str]) -> Iterator[str]:
    frame = f"M{_n(plot.left)} {_n(plot.top)}V{_n(plot.bottom)}H{_n(plot.right)}"
    ticks = "".join(f"M{_n(plot.left - 4)} {_n(plot.upright(rung))}h4" for rung in rungs)
    yield f'<path d="{frame}{ticks}" fill="none" stroke="{LINE}"/>'
    for rung, label in zip(rungs, labels, strict=True):
        middle = plot.upright(rung) + 0.35 * SIZE
        yield _text(label, plot.left - 7, middle, QUIET_INK, anchor="end")


def _drawn_times(plot: _Plot, measure: Measure, across: NDArray[np.float64]) -> Iterator[str]:
    chosen = _labelled_times(measure, across)
    ticks = "".join(f"M{_n(across[label.point])} {_n(plot.bottom)}v4" for label in chosen)
    yield f'<path d="{ticks}" fill="none" stroke="{LINE}"/>'
    for label in chosen:
        for number, line in enumerate(label.lines, start=1):
            base = plot.bottom + 4 + number * SIZE * LINE_HEIGHT
            yield _text(line, across[label.point], base, QUIET_INK, anchor="middle")


def _drawn_middle(plot: _Plot, centre: float, label: Sequence[str]) -> Iterator[str]:
    y = plot.upright(centre)
    yield (
        f'<path class="middle" d="M{_n(plot.left)} {_n(y)}H{_n(plot.right)}" '
        f'fill="none" stroke="{INK}" stroke-width="1.5"/>'
    )
    tall = len(label) * SIZE * LINE_HEIGHT
    start = min(max(y - tall / 2, plot.top - ABOVE_AXES), plot.bottom - tall)
    for number, line in enumerate(label, start=1):
        base = start + number * SIZE * LINE_HEIGHT - 0.3 * SIZE
        yield _text(line, plot.right + MARGIN, base, INK)


def _drawn_values(plot: _Plot, measure: Measure, across: NDArray[np.float64]) -> Iterator[str]:
    places = [
        (float(x), plot.upright(float(value)))
        for x, value in zip(across, measure.values, strict=True)
    ]
    pieces, pen = [], "M"
    for (x, y), known, broken in zip(places, measure.known, measure.breaks, strict=True):
        if not known:
            pen = "M"
            continue
        pieces.append(f"{'M' if broken else pen}{_n(x)} {_n(y)}")
        pen = "L"
    yield (
        f'<path class="line" d="{"".join(pieces)}" fill="none" stroke="{ACCENT}" '
        'stroke-width="1.5" stroke-linejoin="round"/>'
    )
    apart = (plot.right - plot.left) / len(places)
    radius = min(4.5, max(2.0, 0.36 * apart))
    rim = f' stroke="{PAPER}" stroke-width="0.75"' if radius > 3 else ""
    for (x, y), known in zip(places, measure.known, strict=True):
        if known:
            yield (f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{ACCENT}"{rim}/>')


def _labelled_times(measure: Measure, across: NDArray[np.float64]) -> list[_TimeLabel]:
    """Choose the points to label: the first, the last, and as many between as have room."""
    last = measure.values.size - 1
    # Months are told by halves of a year or by years, so that like stands beside like.
    steps = (1, 2, 3, 6, *range(12, last + 1, 12)) if measure.monthly else range(1, last + 1)
    for step in steps:
        evenly = range(0, last, step)
        # A label that stands in the way of the last one makes room for it.
        for points in (evenly, evenly[:-1]):
            labels = _time_labels(measure, [*points, last])
            if points and _apart(labels, across):
                return labels
    return _time_labels(measure, sorted({0, last}))


def _time_labels(measure: Measure, points: Sequence[int]) -> list[_TimeLabel]:
    """Name points by day or month; the year stands below the first and wherever it changes."""
    if measure.dates is None:
        return [_TimeLabel(point, (f"{point + 1:,}",)) for point in points]
    labels = []
    year = None
    for point in points:
        day: date = measure.dates[point].item()
        month = MONTHS[day.month - 1][:3]
        words = month if measure.monthly else f"{day.day} {month}"
        labels.append(_TimeLabel(point, (words,) if day.year == year else (words, str(day.year))))
        year = day.year
    return labels


def _apart(labels: Sequence[_TimeLabel], across: NDArray[np.float64]) -> bool:
    return all(
        across[here.point] + (here.width + after.width) / 2 + ROOM_BETWEEN <= across[after.point]
        for here, after in pairwise(labels)
    )


def _round_values(low: float, high: float, most: int) -> list[float]:
    """Choose round values between two limits, not more than `most` steps of them."""
    span = max(high - low, 1e-300)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(lead * power for lead in (1, 2, 5, 10, 20) if lead * power * most >= span)
    slack = 1e-9
    return [
        step * number
        for number in range(math.ceil(low / step - slack), math.floor(high / step + slack) + 1)
    ]


def _wrapped(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines that fit the room; a word too long is broken too."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if reckoned_width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and reckoned_width(lines[-1] + character, size, bold) > room:
                lines.append("")
            lines[-1] += character
    return tuple(lines)


def _letter_width(character: str) -> float:
    """Reckon a letter's width, as a share of its size, in the widest of the usual fonts."""
    if not character.isascii():
        return 1.25
    if character in " !\"'(),-./:;I[\\]|fijlrtJ":
        return 0.47
    if character in "mwMW@%&#+=<>~^":
        return 1.0
    return 0.79 if character.isupper() else 0.65


def _text(
    words: str,
    x: float,
    y: float,
    colour: str,
    *,
    anchor: str = "start",
    size: float = SIZE,
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    bigger = f' font-size="{_n(size)}"' if size != SIZE else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" fill="{colour}"{where}{bigger}{weight}>'
        f"{escape(words, quote=False)}</text>"
    )


def _n(number: float) -> str:
    """Write a place with as many decimals as an eye can tell."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
