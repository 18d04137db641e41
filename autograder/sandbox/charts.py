"""Views of matplotlib's charts: what was drawn, as data, under the names that matplotlib uses.

A check reads them as it would read the chart itself::

    assert axes.get_title() == "Falls each month"
    assert axes.lines[0].get_ydata().max() < 10
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Falls", "Mean"]

so that it runs unchanged on both. A live chart may belong to a class of the learner's own that
says whatever the check wants to hear; a view is made of plain values.

This module never loads matplotlib: where it isn't loaded there can't be a chart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.sandbox.wire import Write

Colour = object  # a name, or numbers of red, green, blue and opacity: what was given


@dataclass(frozen=True, slots=True, eq=False)
class TextView:
    """A text on a chart."""

    text: str
    position: tuple[object, ...]

    def get_text(self) -> str:
        """Return the text."""
        return self.text

    def get_position(self) -> tuple[Any, ...]:
        """Return where it stands: x and y."""
        return self.position


@dataclass(frozen=True, slots=True, eq=False)
class LineView:
    """A line, or points drawn by `plot`."""

    given: tuple[object, object]
    places: NDArray[Any]
    label: str
    color: Colour
    linestyle: str
    linewidth: float
    marker: object

    def get_xdata(self, orig: bool = True) -> Any:
        """Return the x of each point: as given, or as the numbers that were drawn."""
        return self.given[0] if orig else self.places[:, 0]

    def get_ydata(self, orig: bool = True) -> Any:
        """Return the y of each point: as given, or as the numbers that were drawn."""
        return self.given[1] if orig else self.places[:, 1]

    def get_xydata(self) -> NDArray[Any]:
        """Return the points as drawn, shape (points, 2)."""
        return self.places

    def get_data(self, orig: bool = True) -> tuple[Any, Any]:
        """Return the x and the y of each point."""
        return self.get_xdata(orig), self.get_ydata(orig)

    def get_label(self) -> str:
        """Return its name in the legend."""
        return self.label

    def get_color(self) -> Any:
        """Return its colour, as it was given."""
        return self.color

    def get_linestyle(self) -> str:
        """Return its style, such as ``"--"``."""
        return self.linestyle

    def get_linewidth(self) -> float:
        """Return its width in points."""
        return self.linewidth

    def get_marker(self) -> Any:
        """Return what marks each point, such as ``"o"``."""
        return self.marker


@dataclass(frozen=True, slots=True, eq=False)
class PatchView:
    """An area with a rim that is no rectangle."""

    label: str
    facecolor: tuple[float, ...]
    edgecolor: tuple[float, ...]

    def get_label(self) -> str:
        """Return its name in the legend."""
        return self.label

    def get_facecolor(self) -> tuple[float, ...]:
        """Return its colour: red, green, blue and opacity."""
        return self.facecolor

    def get_edgecolor(self) -> tuple[float, ...]:
        """Return the colour of its rim."""
        return self.edgecolor


@dataclass(frozen=True, slots=True, eq=False)
class BarView(PatchView):
    """A rectangle: a bar, or a shaded stretch."""

    x: float
    y: float
    width: float
    height: float

    def get_x(self) -> float:
        """Return its left edge."""
        return self.x

    def get_y(self) -> float:
        """Return its lower edge."""
        return self.y

    def get_xy(self) -> tuple[float, float]:
        """Return its lower left corner."""
        return self.x, self.y

    def get_width(self) -> float:
        """Return its width."""
        return self.width

    def get_height(self) -> float:
        """Return its height."""
        return self.height


@dataclass(frozen=True, slots=True, eq=False)
class ContainerView:
    """The bars of one call of `bar` or `hist`."""

    patches: tuple[BarView, ...]
    label: str
    orientation: str | None
    datavalues: object

    def __len__(self) -> int:
        return len(self.patches)

    def __iter__(self) -> Iterator[BarView]:
        return iter(self.patches)

    def __getitem__(self, place: int) -> BarView:
        return self.patches[place]

    def get_label(self) -> str:
        """Return its name in the legend."""
        return self.label


@dataclass(frozen=True, slots=True, eq=False)
class CollectionView:
    """Points drawn by `scatter`, or an area drawn by `fill_between`."""

    offsets: NDArray[Any]
    label: str
    facecolor: NDArray[Any]
    sizes: NDArray[Any]

    def get_offsets(self) -> NDArray[Any]:
        """Return the points, shape (points, 2)."""
        return self.offsets

    def get_label(self) -> str:
        """Return its name in the legend."""
        return self.label

    def get_facecolor(self) -> NDArray[Any]:
        """Return the colours: red, green, blue and opacity of each."""
        return self.facecolor

    def get_sizes(self) -> NDArray[Any]:
        """Return the sizes of the points."""
        return self.sizes


@dataclass(frozen=True, slots=True, eq=False)
class SegmentsView:
    """Lines drawn by `hlines` or `vlines`."""

    segments: tuple[NDArray[Any], ...]
    label: str
    color: NDArray[Any]

    def get_segments(self) -> list[NDArray[Any]]:
        """Return the ends of each line, shape (2, 2)."""
        return list(self.segments)

    def get_label(self) -> str:
        """Return their name in the legend."""
        return self.label

    def get_color(self) -> NDArray[Any]:
        """Return the colours."""
        return self.color


@dataclass(frozen=True, slots=True, eq=False)
class LegendView:
    """A legend."""

    title: TextView
    texts: tuple[TextView, ...]

    def get_title(self) -> TextView:
        """Return its title, which has a text of its own."""
        return self.title

    def get_texts(self) -> list[TextView]:
        """Return its entries."""
        return list(self.texts)


@dataclass(frozen=True, slots=True, eq=False)
class AxesView:
    """One pair of axes and what is drawn on it."""

    titles: tuple[str, str, str]
    labels: tuple[str, str]
    limits: tuple[tuple[float, float], tuple[float, float]]
    scales: tuple[str, str]
    ticks: tuple[NDArray[Any], NDArray[Any]]
    tick_labels: tuple[tuple[TextView, ...], tuple[TextView, ...]]
    drawn_lines: tuple[LineView, ...]
    drawn_patches: tuple[PatchView, ...]
    drawn_collections: tuple[CollectionView | SegmentsView, ...]
    drawn_texts: tuple[TextView, ...]
    drawn_containers: tuple[ContainerView, ...]
    legend: LegendView | None

    @property
    def lines(self) -> list[LineView]:
        """The lines, in the order of drawing."""
        return list(self.drawn_lines)

    @property
    def patches(self) -> list[PatchView]:
        """The bars and other areas."""
        return list(self.drawn_patches)

    @property
    def collections(self) -> list[CollectionView | SegmentsView]:
        """What `scatter`, `fill_between`, `hlines` and `vlines` drew."""
        return list(self.drawn_collections)

    @property
    def texts(self) -> list[TextView]:
        """The texts that were added."""
        return list(self.drawn_texts)

    @property
    def containers(self) -> list[ContainerView]:
        """The sets of bars."""
        return list(self.drawn_containers)

    def get_lines(self) -> list[LineView]:
        """Return the lines."""
        return self.lines

    def get_title(self, loc: str = "center") -> str:
        """Return the title: the one in the middle, or at the left or right."""
        return self.titles[("left", "center", "right").index(loc)]

    def get_xlabel(self) -> str:
        """Return what is written along the x axis."""
        return self.labels[0]

    def get_ylabel(self) -> str:
        """Return what is written along the y axis."""
        return self.labels[1]

    def get_xlim(self) -> tuple[float, float]:
        """Return where the x axis begins and ends."""
        return self.limits[0]

    def get_ylim(self) -> tuple[float, float]:
        """Return where the y axis begins and ends."""
        return self.limits[1]

    def get_xscale(self) -> str:
        """Return ``"linear"`` or ``"log"``, say."""
        return self.scales[0]

    def get_yscale(self) -> str:
        """Return ``"linear"`` or ``"log"``, say."""
        return self.scales[1]

    def get_xticks(self) -> NDArray[Any]:
        """Return the places of the ticks."""
        return self.ticks[0]

    def get_yticks(self) -> NDArray[Any]:
        """Return the places of the ticks."""
        return self.ticks[1]

    def get_xticklabels(self) -> list[TextView]:
        """Return the words at the ticks."""
        return list(self.tick_labels[0])

    def get_yticklabels(self) -> list[TextView]:
        """Return the words at the ticks."""
        return list(self.tick_labels[1])

    def get_legend(self) -> LegendView | None:
        """Return the legend, if there is one."""
        return self.legend


@dataclass(frozen=True, slots=True, eq=False)
class FigureView:
    """A figure: its axes, and its own title."""

    drawn_axes: tuple[AxesView, ...]
    title: str
    size: tuple[float, float]

    @property
    def axes(self) -> list[AxesView]:
        """The pairs of axes."""
        return list(self.drawn_axes)

    def get_axes(self) -> list[AxesView]:
        """Return the pairs of axes."""
        return self.axes

    def get_suptitle(self) -> str:
        """Return the title above all axes."""
        return self.title

    def get_size_inches(self) -> NDArray[Any]:
        """Return its width and height in inches."""
        return np.array(self.size)


def writers() -> Mapping[type, Write]:
    """Give how each part of a chart is written: as its view."""
    views: Mapping[str, Callable[[Any], object]] = {
        "figure.Figure": _figure,
        "axes.Axes": _axes,
        "lines.Line2D": _line,
        "patches.Patch": _patch,
        "patches.Rectangle": _bar,
        "collections.Collection": _collection,
        "collections.LineCollection": _segments,
        "container.BarContainer": _container,
        "text.Text": _text,
        "legend.Legend": _legend,
    }

    def way(view_of: Callable[[Any], object]) -> Write:
        return lambda writer, value: writer.write(view_of(value))

    return {_matplotlib(name): way(view_of) for name, view_of in views.items()}


def _matplotlib(name: str) -> type:
    module, _, kind = name.partition(".")
    found: type = getattr(sys.modules[f"matplotlib.{module}"], kind)
    return found


def _figure(figure: Any) -> FigureView:
    width, height = figure.get_size_inches()
    return FigureView(
        tuple(_axes(each) for each in figure.axes),
        figure.get_suptitle(),
        (float(width), float(height)),
    )


def _axes(axes: Any) -> AxesView:
    left, centre, right = (axes.get_title(loc=place) for place in ("left", "center", "right"))
    segments = _matplotlib("collections.LineCollection")
    rectangle = _matplotlib("patches.Rectangle")
    bars = _matplotlib("container.BarContainer")
    legend = axes.get_legend()
    return AxesView(
        (left, centre, right),
        (axes.get_xlabel(), axes.get_ylabel()),
        (_pair(axes.get_xlim()), _pair(axes.get_ylim())),
        (axes.get_xscale(), axes.get_yscale()),
        (np.asarray(axes.get_xticks()), np.asarray(axes.get_yticks())),
        (tuple(map(_text, axes.get_xticklabels())), tuple(map(_text, axes.get_yticklabels()))),
        tuple(map(_line, axes.lines)),
        tuple((_bar if isinstance(each, rectangle) else _patch)(each) for each in axes.patches),
        tuple(
            (_segments if isinstance(each, segments) else _collection)(each)
            for each in axes.collections
        ),
        tuple(map(_text, axes.texts)),
        tuple(_container(each) for each in axes.containers if isinstance(each, bars)),
        None if legend is None else _legend(legend),
    )


def _pair(limits: Any) -> tuple[float, float]:
    low, high = limits
    return float(low), float(high)


def _text(text: Any) -> TextView:
    return TextView(text.get_text(), tuple(text.get_position()))


def _line(line: Any) -> LineView:
    return LineView(
        (line.get_xdata(), line.get_ydata()),
        _plain(line.get_xydata()),
        str(line.get_label()),
        line.get_color(),
        line.get_linestyle(),
        float(line.get_linewidth()),
        line.get_marker(),
    )


def _patch(patch: Any) -> PatchView:
    return PatchView(*_area(patch))


def _area(patch: Any) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    face, edge = (
        tuple(map(float, each)) for each in (patch.get_facecolor(), patch.get_edgecolor())
    )
    return str(patch.get_label()), face, edge


def _bar(bar: Any) -> BarView:
    sizes = (bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height())
    return BarView(*_area(bar), *map(float, sizes))


def _container(bars: Any) -> ContainerView:
    return ContainerView(
        tuple(map(_bar, bars.patches)), str(bars.get_label()), bars.orientation, bars.datavalues
    )


def _collection(collection: Any) -> CollectionView:
    sizes = collection.get_sizes() if hasattr(collection, "get_sizes") else ()
    return CollectionView(
        _plain(collection.get_offsets()),
        str(collection.get_label()),
        _plain(collection.get_facecolor()),
        _plain(sizes),
    )


def _segments(lines: Any) -> SegmentsView:
    return SegmentsView(
        tuple(map(_plain, lines.get_segments())), str(lines.get_label()), _plain(lines.get_color())
    )


def _legend(legend: Any) -> LegendView:
    return LegendView(_text(legend.get_title()), tuple(map(_text, legend.get_texts())))


def _plain(numbers: Any) -> NDArray[Any]:
    """Return numbers as a plain array; matplotlib hides missing points behind a mask."""
    return np.ma.filled(np.ma.asarray(numbers, dtype=np.float64), np.nan)
