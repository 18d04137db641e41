"""A picture on matplotlib's axes, for those who want to add to it, and for PDF."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, assert_never

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.transforms import Affine2D, ScaledTranslation

from qi_tools.draw.layout import Frame, Layout, lay_out, lay_out_about
from qi_tools.draw.letters import FAMILY, SIZE
from qi_tools.draw.picture import Picture
from qi_tools.draw.placed import Anchor, Area, Drawn, Marks, Shape, Sheet, Stroke, Thing, Words

__all__ = ["draw_on", "fill", "fill_sheet", "quiet_about_glyphs"]

_MARKERS: dict[Shape, str] = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_ALIGNMENTS: dict[Anchor, str] = {"start": "left", "middle": "center", "end": "right"}


def draw_on(picture: Picture, ax: Axes) -> Axes:
    """Draw a picture of one panel on axes that are there already, its words above them.

    Parameters
    ----------
    picture : Picture
    ax : matplotlib Axes

    Returns
    -------
    matplotlib Axes
    """
    box, scale = ax.get_window_extent(), 72 / ax.figure.dpi
    layout = lay_out_about(picture, float(box.width) * scale, float(box.height) * scale)
    _paint(layout, layout.frames[0], ax)
    _write(layout.words, _corner(layout.frames[0]), ax)
    return ax


def fill(figure: Figure, picture: Picture) -> list[Axes]:
    """Draw a picture in an empty figure, which takes the picture's size.

    Parameters
    ----------
    figure : matplotlib Figure
    picture : Picture

    Returns
    -------
    list of matplotlib Axes
        One for each panel; a sketch has one that can't be seen, in points.
    """
    layout = lay_out(picture)
    figure.set_size_inches(layout.width / 72, layout.height / 72)
    figure.set_facecolor(picture.theme.paper)
    if picture.sketch:
        return [fill_sheet(figure, layout.sheet)]
    all_axes = []
    for frame in layout.frames:
        bottom = 1 - (frame.top + frame.height) / layout.height
        size = frame.width / layout.width, frame.height / layout.height
        ax = figure.add_axes((frame.left / layout.width, bottom, *size))
        _paint(layout, frame, ax)
        all_axes.append(ax)
    _write(layout.words, _corner(layout.frames[0]), all_axes[0])
    return all_axes


def fill_sheet(figure: Figure, sheet: Sheet) -> Axes:
    """Draw a sheet in an empty figure, which takes the sheet's size.

    Parameters
    ----------
    figure : matplotlib Figure
    sheet : Sheet

    Returns
    -------
    matplotlib Axes
        They can't be seen, and count in points.
    """
    figure.set_size_inches(sheet.width / 72, sheet.height / 72)
    figure.set_facecolor(sheet.paper)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    _write(sheet.things, (0.0, 0.0), ax)
    return ax


@contextmanager
def quiet_about_glyphs() -> Iterator[None]:
    """Keep matplotlib from warning of signs that its font lacks: an empty box says so too."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing")
        yield


def _paint(layout: Layout, frame: Frame, ax: Axes) -> None:
    """Draw one panel in the units of the axes, so that a reader's own marks find their places."""
    panel, theme = frame.panel, layout.theme
    if panel.across.dated:
        ax.xaxis_date()
    for level, thing in enumerate(panel.things):
        artist = _artist(thing)
        artist.set_zorder(2 + 0.01 * level)
        ax.add_artist(artist)
    ax.set_xlim(panel.across.low, panel.across.high)
    ax.set_ylim(panel.upright.low, panel.upright.high)
    # As many lines for each label: matplotlib sets the first line lower when there are two.
    lines = max((label.count("\n") for label in frame.across.labels), default=0)
    labels = [label + "\n " * (lines - label.count("\n")) for label in frame.across.labels]
    letters = _letters(theme.quiet_ink, SIZE)
    ax.set_xticks(frame.across.places, labels, **letters)
    ax.set_yticks(frame.upright.places, frame.upright.labels, **letters)
    ax.tick_params(color=theme.line, length=4)
    if frame.across_title:
        ax.set_xlabel("\n".join(frame.across_title), **letters)
    ax.set_facecolor(theme.paper)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(theme.line)
    _write(frame.around, _corner(frame), ax)


def _corner(frame: Frame) -> tuple[float, float]:
    return frame.left, frame.top


def _write(things: Sequence[Thing], corner_at: tuple[float, float], ax: Axes) -> None:
    """Put what stands around axes on them, in points; say where their top left corner lies."""
    corner = ScaledTranslation(0, 1, ax.transAxes)  # type: ignore[arg-type]  # any transform does
    left, top = corner_at
    points = Affine2D().translate(-left, -top).scale(1 / 72, -1 / 72)
    there = points + ax.figure.dpi_scale_trans + corner
    for thing in things:
        if isinstance(thing, Words):
            ax.text(
                thing.x,
                thing.y,
                thing.text,
                transform=there,
                horizontalalignment=_ALIGNMENTS[thing.anchor],
                verticalalignment="baseline",
                **_letters(thing.colour, thing.size, bold=thing.bold),
            )
        else:
            artist = _artist(thing)
            artist.set_transform(there)
            artist.set_zorder(3)  # as words have: what comes later lies above
            ax.add_artist(artist)


def _artist(thing: Drawn) -> Artist:
    match thing:
        case Stroke():
            # matplotlib counts dashes in widths of the line.
            dash = tuple(length / thing.width for length in thing.dash)
            return Line2D(
                *thing.places.T,
                color=thing.colour,
                linewidth=thing.width,
                linestyle=(0, dash) if dash else "solid",
                label=thing.name,
                clip_on=False,
            )
        case Area():
            return Polygon(
                thing.places,
                facecolor=thing.fill,
                edgecolor=thing.rim or "none",
                linewidth=thing.rim_width if thing.rim else 0.0,
                label=thing.name,
                clip_on=False,
            )
        case Marks():
            return Line2D(
                *thing.places.T,
                linestyle="none",
                marker=_MARKERS[thing.shape],
                markersize=thing.size,
                markerfacecolor=thing.fill or "none",
                markeredgecolor=thing.rim or "none",
                markeredgewidth=thing.rim_width if thing.rim else 0.0,
                label=thing.name,
                clip_on=False,
            )
        case _:
            assert_never(thing)


def _letters(colour: str, size: float, *, bold: bool = False) -> dict[str, Any]:
    """Give matplotlib's arguments for text; a dollar sign in it is a dollar sign."""
    return {
        "color": colour,
        "fontfamily": FAMILY,
        "fontsize": size,
        "fontweight": "bold" if bold else "normal",
        "parse_math": False,
    }
