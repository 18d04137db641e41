"""A run chart as a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from qi_tools.draw.captions import how_drawn
from qi_tools.draw.letters import SIZE, TITLE_SIZE, letters, quiet_about_glyphs, width, wrapped
from qi_tools.draw.limits import value_limits
from qi_tools.draw.scales import Ticks, date_ticks, day_places, point_ticks, value_ticks
from qi_tools.draw.svg import inline_svg
from qi_tools.errors import PictureNotSaved
from qi_tools.html import figure_html
from qi_tools.palette import ACCENT, INK, LINE, PAPER, QUIET_INK, SIGNAL
from qi_tools.run_charts import RULES, RunChart
from qi_tools.words import number_in_words

__all__ = ["caption", "draw", "html", "picture", "plot", "save"]

# Sizes in points; at full width on a page these are CSS pixels.
WIDE, NARROW = 680.0, 350.0
TALL, LESS_TALL = 240.0, 210.0
EDGE = 8.0
ABOVE_AXES = 10.0
LINE_HEIGHT = 1.35

_ENDINGS = (".png", ".svg", ".pdf")


@dataclass(frozen=True, slots=True)
class _Words:
    """A paragraph of the picture, broken into the lines it takes."""

    lines: tuple[str, ...]
    colour: str
    size: float = SIZE
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE_HEIGHT


def draw(chart: RunChart, ax: Axes) -> Axes:
    """Draw the chart on axes that are already there, its words above them."""
    box = ax.get_window_extent()
    scale = 72 / ax.figure.dpi
    room, height = float(box.width) * scale, float(box.height) * scale
    _draw_on(chart, ax, room, height)
    _write_above(ax, _words(chart, room), indent=0.0)
    return ax


def plot(chart: RunChart) -> Axes:
    """Draw the chart in a new figure that a notebook or a window shows."""
    from matplotlib import pyplot

    figure = pyplot.figure(dpi=100)
    return _fill(figure, chart, WIDE, TALL, footnote=True)


def save(chart: RunChart, path: Path) -> Path:
    """Save the chart as a picture, its description inside the file."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise PictureNotSaved(
            f'"{path.name}" ends in "{path.suffix}". Use a name that ends in '
            f"{', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}."
        )
    figure = Figure(dpi=72)
    _fill(figure, chart, WIDE, TALL, footnote=True)
    about = {
        "Title": chart.measure.name,
        "Subject" if ending == ".pdf" else "Description": chart.describe(),
    }
    try:
        with quiet_about_glyphs():
            figure.savefig(path, dpi=200, metadata=about)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureNotSaved(
            f'"{path}" could not be written ({reason}). Close the file if it is open, or choose '
            "another folder."
        ) from error
    return path


def html(chart: RunChart) -> str:
    """Give the chart as a figure for a page: drawn for a wide and for a narrow window."""
    wide, narrow = picture(chart), picture(chart, NARROW, LESS_TALL)
    return figure_html(wide, chart.describe(), caption(chart), chart.table, narrow_svg=narrow)


def picture(chart: RunChart, room: float = WIDE, height: float = TALL) -> str:
    """Draw the chart as SVG for a page.

    Parameters
    ----------
    chart : RunChart
    room : float
        The width of the picture, in points.
    height : float
        The height of the space between the axes, in points; words come on top of it.

    Returns
    -------
    str
    """
    figure = Figure(dpi=72)
    _fill(figure, chart, room, height, footnote=False)
    return inline_svg(figure)


def caption(chart: RunChart) -> str:
    """Say by which rules the chart was judged, how it was drawn and where the values come from."""
    known = int(np.count_nonzero(chart.measure.known))
    sentences = [f"Judged by {RULES}."]
    if chart.signals:
        sentences.append("A dashed median marks a signal.")
    if known > chart.useful > 0:
        sentences.append("Points on the median are not counted.")
    return " ".join((*sentences, how_drawn(chart.measure)))


def _fill(figure: Figure, chart: RunChart, room: float, height: float, *, footnote: bool) -> Axes:
    """Lay the picture out from the words it must hold, so that long ones squeeze nothing."""
    measure = chart.measure
    low, high = value_limits(measure.values, measure.unit)
    left = EDGE + max(map(width, value_ticks(low, high, height).labels)) + 8
    right = EDGE + 6 + max(map(width, _median_label(chart).split("\n")))
    above = _words(chart, room - 2 * EDGE)
    below = [_paragraph(caption(chart), room - 2 * EDGE, QUIET_INK, 11.0)] if footnote else []
    top = ABOVE_AXES + sum(words.height for words in above)
    dates = 8 + (1 if measure.dates is None else 2) * SIZE * LINE_HEIGHT
    bottom = EDGE + dates + sum(words.height + 6 for words in below)
    total = top + height + bottom
    figure.set_size_inches(room / 72, total / 72)
    figure.set_facecolor(PAPER)
    ax = figure.add_axes(
        (left / room, bottom / total, (room - left - right) / room, height / total)
    )
    _draw_on(chart, ax, room - left - right, height)
    _write_above(ax, above, indent=EDGE - left)
    for words in below:
        figure.text(
            EDGE / room,
            (EDGE + words.height) / total,
            "\n".join(words.lines),
            va="top",
            linespacing=LINE_HEIGHT,
            **letters(words.colour, size=words.size),
        )
    return ax


def _draw_on(chart: RunChart, ax: Axes, room: float, height: float) -> None:
    measure = chart.measure
    points = measure.values.size
    if measure.dates is None:
        places = np.arange(1.0, points + 1)
        across = point_ticks(points, room)
    else:
        ax.xaxis_date()  # so that a reader's own marks may be placed by date
        places = day_places(measure.dates)
        across = date_ticks(measure.dates, room)
    _draw_values(chart, ax, places, room)
    _draw_median(chart, ax, places)
    low, high = value_limits(measure.values, measure.unit)
    ax.set_ylim(low, high)
    margin = max((places[-1] - places[0]) * 8 / room, 1e-6 if points > 1 else 0.5)
    ax.set_xlim(places[0] - margin, places[-1] + margin)
    _dress(ax, across, value_ticks(low, high, height))


def _draw_values(chart: RunChart, ax: Axes, places: NDArray[np.float64], room: float) -> None:
    measure = chart.measure
    breaks = np.nonzero(measure.breaks)[0]
    ax.plot(
        np.insert(places, breaks, math.nan),
        np.insert(measure.values, breaks, math.nan),
        color=ACCENT,
        linewidth=1.5,
        label=measure.name,
        clip_on=False,
        zorder=3,
    )
    in_run = np.zeros(places.size, dtype=bool)
    in_run[chart.signal_points] = True
    size = min(7.0, max(3.2, 0.8 * room / places.size))
    edge = 0.6 if size > 4.5 else 0.0  # a rim of paper around a small dot would swallow it
    ax.plot(
        places[~in_run],
        measure.values[~in_run],
        linestyle="none",
        marker="o",
        markersize=size,
        markerfacecolor=ACCENT,
        markeredgecolor=PAPER,
        markeredgewidth=edge,
        label="Points",
        clip_on=False,
        zorder=4,
    )
    if chart.signal_points:
        ax.plot(
            places[in_run],
            measure.values[in_run],
            linestyle="none",
            marker="D",
            markersize=max(5.0, 1.15 * size),
            markerfacecolor=SIGNAL,
            markeredgecolor=PAPER,
            markeredgewidth=edge,
            label="Points in the long run",
            clip_on=False,
            zorder=4,
        )


def _draw_median(chart: RunChart, ax: Axes, places: NDArray[np.float64]) -> None:
    colour = SIGNAL if chart.signals else INK
    ax.plot(
        [places[0], places[-1]],
        [chart.centre, chart.centre],
        color=colour,
        linewidth=1.5,
        linestyle=(0, (5, 3)) if chart.signals else "solid",
        label="Median",
        clip_on=False,
        zorder=2,
    )
    ax.annotate(
        _median_label(chart),
        (1, chart.centre),
        xycoords=ax.get_yaxis_transform(),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        linespacing=1.2,
        annotation_clip=False,
        **letters(colour),
    )


def _dress(ax: Axes, across: Ticks, upright: Ticks) -> None:
    ax.set_facecolor(PAPER)
    # As many lines for each label: matplotlib sets the first line lower when there are two.
    lines = max((label.count("\n") for label in across.labels), default=0)
    labels = [label + "\n " * (lines - label.count("\n")) for label in across.labels]
    ax.set_xticks(across.places, labels, **letters(QUIET_INK))
    ax.set_yticks(upright.places, upright.labels, **letters(QUIET_INK))
    ax.tick_params(color=LINE, length=4)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(LINE)


def _median_label(chart: RunChart) -> str:
    return f"Median\n{number_in_words(chart.centre)}"


def _words(chart: RunChart, room: float) -> list[_Words]:
    """Give what stands above the chart, from the top: name, finding, warnings, unit."""
    measure = chart.measure
    finding = chart.finding + (" Diamonds mark long runs." if chart.signal_points else "")
    words = [
        _paragraph(measure.name, room, INK, TITLE_SIZE, bold=True),
        _paragraph(finding, room, SIGNAL if chart.signals else INK),
        *(_paragraph(warning, room, SIGNAL) for warning in chart.warnings),
    ]
    better = "" if measure.better == "neither" else f"{measure.better} is better"
    scale = ", ".join(part for part in (measure.unit, better) if part)
    if scale:
        words.append(_paragraph(scale[0].upper() + scale[1:], room, QUIET_INK))
    return words


def _paragraph(
    text: str, room: float, colour: str, size: float = SIZE, *, bold: bool = False
) -> _Words:
    return _Words(tuple(wrapped(text, room, size, bold)), colour, size, bold)


def _write_above(ax: Axes, paragraphs: list[_Words], indent: float) -> None:
    baseline = ABOVE_AXES
    for words in reversed(paragraphs):
        # Line by line: matplotlib spaces the lines of one text by the letters they hold.
        for line in reversed(words.lines):
            ax.annotate(
                line,
                (0, 1),
                xycoords="axes fraction",
                xytext=(indent, baseline),
                textcoords="offset points",
                va="baseline",
                annotation_clip=False,
                **letters(words.colour, size=words.size, bold=words.bold),
            )
            baseline += words.size * LINE_HEIGHT
