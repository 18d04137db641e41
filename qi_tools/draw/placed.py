"""What a picture is made of once it is laid out: strokes, areas, marks and words, in points.

A `Sheet` of them is all that the writers need to know (`qi_tools.draw.svg`, `qi_tools.draw.png`).
Places are counted from the top left corner, across and down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, assert_never

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qi_tools.draw.letters import SIZE

__all__ = [
    "SHAPES",
    "SIGNAL_SHAPES",
    "Anchor",
    "Area",
    "Drawn",
    "Marks",
    "Outline",
    "Places",
    "Shape",
    "Sheet",
    "Stroke",
    "Thing",
    "Words",
    "line",
    "moved",
    "outline",
    "places",
]

Places: TypeAlias = NDArray[np.float64]
"""Places, shape (any number, 2): across and down."""
Anchor: TypeAlias = Literal["start", "middle", "end"]
"""Which part of a line of words stands at its place."""
Shape: TypeAlias = Literal["circle", "square", "diamond", "triangle"]


SIGNAL_SHAPES: Final[dict[str, Shape]] = {
    "improvement": "square",
    "concern": "diamond",
    "special": "triangle",
}
"""The shape of a point with a signal; so are the theme's colours for them called."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a shape, about its middle, one unit high and wide or a little less or more.

    Parameters
    ----------
    corners : tuple of (float, float)
        Its corners; empty for a circle.
    """

    corners: tuple[tuple[float, float], ...]


# Of equal weight to the eye: a diamond needs more room than a square.
SHAPES: Final[dict[Shape, Outline]] = {
    "circle": Outline(()),
    "square": Outline(((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))),
    "diamond": Outline(((0.0, -0.66), (0.66, 0.0), (0.0, 0.66), (-0.66, 0.0))),
    "triangle": Outline(((0.0, -0.62), (0.64, 0.5), (-0.64, 0.5))),
}


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """A line through places; not a number breaks it.

    Parameters
    ----------
    places : ndarray of float, shape (places, 2)
    colour : str
    width : float
        In points.
    dash : tuple of float
        Lengths of dashes and gaps, in points; empty for a whole line.
    name : str
        What it shows, such as ``"Median"``.
    """

    places: Places
    colour: str
    width: float = 1.0
    dash: tuple[float, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A filled area.

    Parameters
    ----------
    places : ndarray of float, shape (corners, 2)
        Its corners in order.
    fill : str
    rim : str
        The colour of its edge; empty for none.
    rim_width : float
    name : str
        What it shows.
    """

    places: Places
    fill: str
    rim: str = ""
    rim_width: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The same shape at many places.

    Parameters
    ----------
    places : ndarray of float, shape (marks, 2)
        Their middles.
    shape : {"circle", "square", "diamond", "triangle"}
    size : float
        Their height, in points.
    fill : str
    rim : str
        The colour of their edge; empty for none.
    rim_width : float
    name : str
        What they show.
    """

    places: Places
    shape: Shape
    size: float
    fill: str
    rim: str = ""
    rim_width: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words.

    Parameters
    ----------
    x, y : float
        Where its baseline begins, has its middle or ends.
    text : str
        One line.
    colour : str
    size : float
        Of its letters, in points.
    bold : bool
    anchor : {"start", "middle", "end"}
    """

    x: float
    y: float
    text: str
    colour: str
    size: float = SIZE
    bold: bool = False
    anchor: Anchor = "start"


Drawn: TypeAlias = Stroke | Area | Marks
"""What can also be placed in the units of a chart's axes."""
Thing: TypeAlias = Drawn | Words


@dataclass(frozen=True, slots=True)
class Sheet:
    """A picture laid out, ready to be written.

    Parameters
    ----------
    width, height : float
        In points.
    paper : str
        What it is drawn on.
    things : tuple of Stroke, Area, Marks and Words
        From the bottom to the top.
    """

    width: float
    height: float
    paper: str
    things: tuple[Thing, ...]


def places(pairs: Sequence[tuple[float, float]]) -> Places:
    """Give places from pairs of across and down."""
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def line(x: ArrayLike, y: ArrayLike) -> Places:
    """Give places from a column of across and one of down; a single number serves for all."""
    across, down = np.broadcast_arrays(np.asarray(x, dtype=np.float64), y)
    return np.column_stack((across, down))


def outline(shape: Shape, size: float) -> Places:
    """Give the corners of a shape about its middle, in points; none for a circle."""
    return places(SHAPES[shape].corners) * size


def moved(thing: Thing, x: float, y: float, scale: float = 1.0) -> Thing:
    """Give a thing, drawn larger or smaller, with its origin elsewhere.

    Parameters
    ----------
    thing : Stroke, Area, Marks or Words
    x, y : float
        Where its origin comes to stand.
    scale : float
        How much larger it gets, its lines and letters with it.

    Returns
    -------
    Stroke, Area, Marks or Words
    """
    match thing:
        case Stroke():
            dash = tuple(scale * length for length in thing.dash)
            there = thing.places * scale + np.array((x, y))
            return replace(thing, places=there, width=thing.width * scale, dash=dash)
        case Area():
            there = thing.places * scale + np.array((x, y))
            return replace(thing, places=there, rim_width=thing.rim_width * scale)
        case Marks():
            there = thing.places * scale + np.array((x, y))
            size, rim_width = thing.size * scale, thing.rim_width * scale
            return replace(thing, places=there, size=size, rim_width=rim_width)
        case Words():
            size = thing.size * scale
            return replace(thing, x=thing.x * scale + x, y=thing.y * scale + y, size=size)
        case _:
            assert_never(thing)
