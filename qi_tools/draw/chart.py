"""A run chart or a control chart as a picture."""

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
from qi_tools.spc.charts import Chart
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


def draw(chart: Chart, ax: Axes) -> Axes:
    """Draw the chart on axes that are already there, its words above them."""
    box = ax.get_window_extent()
    scale = 72 / ax.figure.dpi
    room, height = float(box.width) * scale, float(box.height) * scale
    _draw_on(chart, ax, room, height)
    _write_above(ax, _words(chart, room), indent=0.0)
    return ax


def plot(chart: Chart) -> Axes:
    """Draw the chart in a new figure that a notebook or a window shows."""
    from matplotlib import pyplot

    figure = pyplot.figure(dpi=100)
    return _fill(figure, chart, WIDE, TALL, footnote=True)


def save(chart: Chart, path: Path) -> Path:
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


def html(chart: Chart) -> str:
    """Give the chart as a figure for a page: drawn for a wide and for a narrow window."""
    wide, narrow = picture(chart), picture(chart, NARROW, LESS_TALL)
    return figure_html(wide, chart.describe(), caption(chart), chart.table, narrow_svg=narrow)


def picture(chart: Chart, room: float = WIDE, height: float = TALL) -> str:
    """Draw the chart as SVG for a page.

    Parameters
    ----------
    chart : Chart
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


def caption(chart: Chart) -> str:
    """Say by which rules the chart was judged, how it was drawn and where the values come from."""
    judged, on_centre = chart.analysis.judged, chart.analysis.side == 0
    applied = [rule.words for rule, _ in chart.analysis.found]
    told = f"{', '.join(applied[:-1])} and {applied[-1]}" if len(applied) > 1 else applied[0]
    sentences = [f"Judged by the {chart.rules.name} rules: {told}."]
    if chart.kind.has_limits:
        sentences.append("Dotted lines are limits, three sigmas from the centre.")
    if chart.screened:
        sentences.append("Limits screened for large moving ranges.")
    if chart.signals:
        sentences.append(f"A dashed {chart.kind.centre} marks a signal.")
    if np.any(judged & on_centre) and not np.all(on_centre):
        sentences.append(f"Points on the {chart.kind.centre} are not counted in runs.")
    if chart.measure.exclusions:
        sentences.append("Hollow points are left out.")
    return " ".join((*sentences, how_drawn(chart.measure, _scale(chart)[0])))


def _fill(figure: Figure, chart: Chart, room: float, height: float, *, footnote: bool) -> Axes:
    """Lay the picture out from the words it must hold, so that long ones squeeze nothing."""
    measure = chart.measure
    low, high = _scale(chart)
    left = EDGE + max(map(width, value_ticks(low, high, height).labels)) + 8
    right = EDGE + 6 + max(map(width, _centre_label(chart).split("\n")))
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


def _draw_on(chart: Chart, ax: Axes, room: float, height: float) -> None:
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
    for number in range(len(chart.phases)):
        _draw_lines(chart, number, ax, places)
    _label_centre(chart, ax)
    low, high = _scale(chart)
    ax.set_ylim(low, high)
    margin = max((places[-1] - places[0]) * 8 / room, 1e-6 if points > 1 else 0.5)
    ax.set_xlim(places[0] - margin, places[-1] + margin)
    _dress(ax, across, value_ticks(low, high, height))


def _scale(chart: Chart) -> tuple[float, float]:
    """Give the ends of the scale: values and limits must both find room."""
    together = np.concatenate((chart.values, chart.lower, chart.upper))
    return value_limits(together, chart.unit)


def _draw_values(chart: Chart, ax: Axes, places: NDArray[np.float64], room: float) -> None:
    values = chart.values
    breaks = np.nonzero(chart.measure.breaks)[0]
    ax.plot(
        np.insert(places, breaks, math.nan),
        np.insert(values, breaks, math.nan),
        color=ACCENT,
        linewidth=1.5,
        label=chart.measure.name,
        clip_on=False,
        zorder=3,
    )
    signal = np.zeros(places.size, dtype=bool)
    signal[chart.signal_points] = True
    size = min(7.0, max(3.2, 0.8 * room / places.size))
    edge = 0.6 if size > 4.5 else 0.0  # a rim of paper around a small dot would swallow it

    def dots(which: NDArray[np.bool_], label: str, marker: str, fill: str, rim: str) -> None:
        ax.plot(
            places[which],
            values[which],
            linestyle="none",
            marker=marker,
            markersize=size if marker == "o" else max(5.0, 1.15 * size),
            markerfacecolor=fill,
            markeredgecolor=rim,
            markeredgewidth=edge if rim == PAPER else 1.2,
            label=label,
            clip_on=False,
            zorder=4,
        )

    excluded = chart.measure.excluded
    dots(~signal & ~excluded, "Points", "o", ACCENT, PAPER)
    if excluded.any():
        dots(excluded, "Points left out", "o", PAPER, ACCENT)
    if signal.any():
        dots(signal, "Points of signals", "D", SIGNAL, PAPER)


def _draw_lines(chart: Chart, number: int, ax: Axes, places: NDArray[np.float64]) -> None:
    """Draw the centre line of one phase, and its limits as steps about each point."""
    phase = chart.phases[number]
    stretch = slice(phase.first, phase.last + 1)
    here = places[stretch]
    signal = any(signal.phase == number for signal in chart.signals)
    # A line that does not vary runs from point to point; one that varies has a step at each.
    ax.plot(
        here,
        chart.centre[stretch],
        color=SIGNAL if signal else INK,
        linewidth=1.5,
        linestyle=(0, (5, 3)) if signal else "solid",
        drawstyle="steps-mid",
        label=chart.kind.centre.capitalize(),
        clip_on=False,
        zorder=2,
    )
    if not chart.kind.has_limits:
        return
    for line, label in ((chart.lower, "Lower limit"), (chart.upper, "Upper limit")):
        ax.plot(
            here,
            line[stretch],
            color=QUIET_INK,
            linewidth=1.2,
            linestyle=(0, (1.5, 1.5)),
            drawstyle="steps-mid",
            label=label,
            clip_on=False,
            zorder=2,
        )


def _label_centre(chart: Chart, ax: Axes) -> None:
    last = chart.phases[-1]
    if math.isnan(last.centre):
        return
    signal = any(signal.phase == len(chart.phases) - 1 for signal in chart.signals)
    ax.annotate(
        _centre_label(chart),
        (1, last.centre),
        xycoords=ax.get_yaxis_transform(),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        linespacing=1.2,
        annotation_clip=False,
        **letters(SIGNAL if signal else INK),
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


def _centre_label(chart: Chart) -> str:
    return f"{chart.kind.centre.capitalize()}\n{number_in_words(chart.phases[-1].centre)}"


def _words(chart: Chart, room: float) -> list[_Words]:
    """Give what stands above the chart, from the top: name, finding, warnings, unit."""
    measure = chart.measure
    finding = chart.finding + (" Diamonds mark its points." if chart.signal_points else "")
    words = [
        _paragraph(measure.name, room, INK, TITLE_SIZE, bold=True),
        _paragraph(finding, room, SIGNAL if chart.signals else INK),
        *(_paragraph(warning, room, SIGNAL) for warning in chart.warnings),
    ]
    # Of how far values lie apart nobody said which way is better.
    unsaid = measure.better == "neither" or chart.kind.plots == "spread"
    better = "" if unsaid else f"{measure.better} is better"
    scale = ", ".join(part for part in (chart.unit, better) if part)
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
