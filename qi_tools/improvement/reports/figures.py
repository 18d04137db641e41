"""How a figure stands on A4: in the text, or on pages of its own if it needs their size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from qi_tools.draw import output, paper
from qi_tools.draw.layout import WIDE, lay_out
from qi_tools.draw.picture import Picture
from qi_tools.draw.placed import Sheet, moved
from qi_tools.improvement.diagram import Diagram
from qi_tools.palette import LIGHT
from qi_tools.result import Result

__all__ = [
    "CENTIMETRE",
    "ON_ITS_OWN",
    "TEXT_HIGH",
    "TEXT_WIDE",
    "Printed",
    "bare",
    "printed",
    "resized",
]

CENTIMETRE: Final = 72 / 2.54
TEXT_WIDE, TEXT_HIGH = 17.0 * CENTIMETRE, 25.7 * CENTIMETRE
"""The text on a page: A4 with margins of 2 cm, in points."""
TALLEST: Final = 0.8 * TEXT_HIGH
# A page of its own holds nothing else but, in a Word file, the end of its line.
OWN_PAGE: Final = paper.Paper(
    "A4 without margins",
    16.4 * CENTIMETRE + 2 * paper.MARGIN,
    25.2 * CENTIMETRE + 2 * paper.MARGIN,
)


ON_ITS_OWN: Final = "The diagram stands after this text, on a page of its own size."


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it is printed.

    Parameters
    ----------
    sheets : tuple of Sheet
        In the points of the paper.
    own_pages : bool
        True when each sheet needs a page to itself; then its caption is part of it.
    caption : str
        What stands below it.
    room : float
        How wide it is best drawn on a screen, in points.
    """

    sheets: tuple[Sheet, ...]
    own_pages: bool
    caption: str
    room: float


def printed(result: Result) -> Printed:
    """Draw a figure for A4.

    It stands in the text, a diagram in letters of 8 points or more. A diagram for which that is too
    small has as many pages of its own as it needs, upright or across.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Printed
    """
    caption = output.picture(result, LIGHT).caption
    if not isinstance(result, Diagram):
        return _in_text(result, caption, TEXT_WIDE / WIDE)
    for scale in paper.SCALES:
        drawn = _in_text(result, caption, scale)
        if drawn.sheets[0].height <= TALLEST:
            return drawn
    sheets = tuple(_trimmed(sheet) for sheet in paper.pages(result, OWN_PAGE, LIGHT))
    return Printed(sheets, True, caption, TEXT_WIDE / paper.SCALES[-1])


def bare(result: Result) -> Picture:
    """Draw a result without what the report says in letters that can be read aloud.

    That is the caption and, of a chart, what it found.
    """
    picture = replace(output.picture(result, LIGHT), caption="")
    return picture if isinstance(result, Diagram) else replace(picture, above=picture.above[:2])


def resized(sheet: Sheet, scale: float) -> Sheet:
    """Give a sheet larger or smaller."""
    things = tuple(moved(thing, 0.0, 0.0, scale) for thing in sheet.things)
    return Sheet(sheet.width * scale, sheet.height * scale, sheet.paper, things)


def _in_text(result: Result, caption: str, scale: float) -> Printed:
    room = TEXT_WIDE / scale
    sheet = lay_out(bare(result), room).sheet
    return Printed((resized(sheet, scale),), False, caption, room)


def _trimmed(sheet: Sheet) -> Sheet:
    """Take the margins off, since the page has its own."""
    off = paper.MARGIN
    things = tuple(moved(thing, -off, -off) for thing in sheet.things)
    return Sheet(sheet.width - 2 * off, sheet.height - 2 * off, sheet.paper, things)
