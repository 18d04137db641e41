"""A picture of a result before it is laid out: what it shows, in the units of its own axes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from qi_tools.draw.letters import SIZE
from qi_tools.draw.placed import Drawn, Marks, Stroke, Thing
from qi_tools.draw.scales import Ticks
from qi_tools.palette import Theme

__all__ = [
    "TALL",
    "EndLabel",
    "KeyEntry",
    "Panel",
    "Paragraph",
    "Picture",
    "PointLabel",
    "Remark",
    "RowLabel",
    "Scale",
    "Sketch",
]

TALL = 240.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words above or below the chart.

    Parameters
    ----------
    text : str
    colour : str
    size : float
        Of its letters, in points.
    bold : bool
    warns : bool
        True for a warning: a sign stands before it.
    """

    text: str
    colour: str
    size: float = SIZE
    bold: bool = False
    warns: bool = False


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What a mark or a line means.

    Parameters
    ----------
    sample : Marks or Stroke
        One like it; only its look counts, not its place.
    words : str
    """

    sample: Marks | Stroke
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis.

    Parameters
    ----------
    low, high : float
        Its ends.
    ticks : callable
        Gives its labels for the room that there is, in points.
    title : str
        What it counts; written only where the picture's words don't say it.
    dated : bool
        True when it counts days since 1970.
    """

    low: float
    high: float
    ticks: Callable[[float], Ticks]
    title: str = ""
    dated: bool = False


@dataclass(frozen=True, slots=True)
class EndLabel:
    """The name of a line, written where the line ends.

    Parameters
    ----------
    at : float
        The line's value there.
    words : str
    colour : str
    """

    at: float
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Words about one place on the axis across, written above the chart.

    Parameters
    ----------
    at : float
        The place.
    when : str
        The place in words, for the list of remarks that have no room above the chart.
    words : str
    more : str
        What stands below the words, in quieter letters.
    point : float
        The value of the point that it speaks of, which a line leads to; not a number for none.
    bounds : bool
        True when something begins there: a line bounds it from top to bottom.
    """

    at: float
    when: str
    words: str
    more: str = ""
    point: float = math.nan
    bounds: bool = False


@dataclass(frozen=True, slots=True)
class PointLabel:
    """The name of a point, written beside it where there is room.

    Parameters
    ----------
    x, y : float
        The point.
    words : str
        Its name.
    in_full : str
        What is listed below the chart where its name has no room.
    """

    x: float
    y: float
    words: str
    in_full: str


@dataclass(frozen=True, slots=True)
class RowLabel:
    """The name of a row of a panel, written above it from the left; cut where it has no room.

    Parameters
    ----------
    at : float
        The value at the foot of its letters.
    words : str
        Its name.
    number : str
        What follows the name and is never cut.
    bold : bool
    """

    at: float
    words: str
    number: str
    bold: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One pair of axes.

    Parameters
    ----------
    things : tuple of Stroke, Area and Marks
        From the bottom to the top, in the units of the axes.
    across, upright : Scale
    ends : tuple of EndLabel
    remarks : tuple of Remark
    labels : tuple of PointLabel
        The most important first: it finds room first.
    rows : tuple of RowLabel
    title : str
        What stands above it, where there are several.
    """

    things: tuple[Drawn, ...]
    across: Scale
    upright: Scale
    ends: tuple[EndLabel, ...] = ()
    remarks: tuple[Remark, ...] = ()
    labels: tuple[PointLabel, ...] = ()
    rows: tuple[RowLabel, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is drawn without axes, such as a cube.

    Parameters
    ----------
    things : tuple of Thing
        In points, from the left and from 0 down.
    height : float
        How much height they take.
    """

    things: tuple[Thing, ...]
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """All of a picture.

    Parameters
    ----------
    theme : Theme
    above : tuple of Paragraph
        The words above, the first of them the title.
    panels : tuple of Panel
    caption : str
        How it was judged and drawn, and where the values come from.
    key : tuple of KeyEntry
    icons : tuple of tuple of Thing
        Each in a box from 0 to 100, drawn in the top right corner.
    height : float
        The height between the axes of a panel, in points.
    panel_width : float
        As many panels stand beside one another as have so much room; 0 for one.
    sketch : callable, optional
        Gives what is drawn in place of panels for the width that there is, in points.
    """

    theme: Theme
    above: tuple[Paragraph, ...]
    panels: tuple[Panel, ...]
    caption: str
    key: tuple[KeyEntry, ...] = ()
    icons: tuple[tuple[Thing, ...], ...] = ()
    height: float = TALL
    panel_width: float = 0.0
    sketch: Callable[[float], Sketch] | None = None
