"""The coloured table of a board report: each colour has a shape and a word, each arrow a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qi_tools.draw.letters import SIZE, SMALL, TITLE_SIZE, width
from qi_tools.draw.picture import Paragraph, Picture, Sketch
from qi_tools.draw.placed import Area, Marks, Shape, Stroke, Thing, Words, line, places
from qi_tools.experiments.made_up_trust import AMBER
from qi_tools.experiments.rag_table import RagTable
from qi_tools.experiments.trust_report import Cell
from qi_tools.palette import Theme

__all__ = ["ARROWS", "COLOUR_SHAPES", "caption", "picture"]

COLOUR_SHAPES: Final[Mapping[str, Shape]] = {
    "red": "diamond",
    "amber": "triangle",
    "green": "circle",
}
"""The shape of each colour, for those who can't tell colours apart."""
ARROWS: Final = {"up": "↑", "down": "↓", "level": "→"}

MARK = 14.0
MOST_WIDE = 660.0  # in more room the columns would be too far apart to read across
LEAST_WIDE = 640.0  # in less room a line of the table stands on two lines
LOW_ROW, HIGH_ROW = 27.0, 46.0
PAD = 6.0
# Where columns begin or, of numbers, end: as shares of the width.
VALUE_ENDS, TARGET_ENDS, COLOUR_AT, ARROW_AT = 0.55, 0.65, 0.7, 0.83
NARROW_COLOUR_AT, NARROW_ARROW_AT = 0.46, 0.7


def picture(shown: RagTable, theme: Theme) -> Picture:
    """Draw the table.

    Parameters
    ----------
    shown : RagTable
    theme : Theme

    Returns
    -------
    Picture
    """
    title = f"Board report, month {shown.made.trust.months}"
    return Picture(
        theme,
        (Paragraph(title, theme.ink, TITLE_SIZE, bold=True),),
        (),
        caption(shown),
        sketch=lambda room: _sketch(shown.made.rag, room, theme),
    )


def caption(_: RagTable) -> str:
    """Say what colours and arrows mean."""
    return (
        f"Green: the target is met. Amber: it is missed by {100 * AMBER:.0f}% of it or less. Red: "
        "by more. The arrow points from last month to this one; beside it stands whether that is "
        "better or worse. A made-up trust, simulated data."
    )


def _sketch(cells: tuple[Cell, ...], room: float, theme: Theme) -> Sketch:
    wide = room >= LEAST_WIDE
    across = min(room, MOST_WIDE)
    height = LOW_ROW if wide else HIGH_ROW
    things: list[Thing] = list(_headings(across, theme)) if wide else []
    top = LOW_ROW if wide else 0.0
    for number, cell in enumerate(cells):
        y = top + number * height
        if number % 2 == 0:
            corners = [(0.0, y), (across, y), (across, y + height), (0.0, y + height)]
            things.append(Area(places(corners), theme.band, name="Every other line"))
        rule = line([0.0, across], [y, y])
        things += [Stroke(rule, theme.line, 0.8), *_row(cell, y, across, wide, theme)]
    return Sketch(tuple(things), top + len(cells) * height)


def _headings(across: float, theme: Theme) -> Iterator[Words]:
    base = LOW_ROW - 9
    yield Words(PAD, base, "Measure", theme.ink, SMALL, True)
    yield Words(VALUE_ENDS * across, base, "Value", theme.ink, SMALL, True, "end")
    yield Words(TARGET_ENDS * across, base, "Target", theme.ink, SMALL, True, "end")
    yield Words(COLOUR_AT * across, base, "Colour", theme.ink, SMALL, True)
    yield Words(ARROW_AT * across, base, "Since last month", theme.ink, SMALL, True)


def _row(cell: Cell, top: float, across: float, wide: bool, theme: Theme) -> Iterator[Thing]:
    first, second = top + 18.0, top + (18.0 if wide else 37.0)
    value, target = f"{cell.value:g}", f"{cell.target:g}"
    yield Words(PAD, first, cell.name, theme.ink, SIZE, True)
    unit = PAD + width(cell.name, SIZE, bold=True) + 6.0
    yield Words(unit, first, cell.unit, theme.quiet_ink, SMALL)
    if wide:
        yield Words(VALUE_ENDS * across, second, value, theme.ink, SIZE, True, "end")
        yield Words(TARGET_ENDS * across, second, target, theme.quiet_ink, SIZE, False, "end")
    else:
        yield Words(PAD, second, value, theme.ink, SIZE, True)
        beside = PAD + width(value, SIZE, bold=True) + 6.0
        yield Words(beside, second, f"target {target}", theme.quiet_ink, SMALL)
    yield from _colour(cell, (COLOUR_AT if wide else NARROW_COLOUR_AT) * across, second, theme)
    at = (ARROW_AT if wide else NARROW_ARROW_AT) * across
    yield Words(at, second, f"{ARROWS[cell.arrow]} {cell.moved}", theme.ink, SIZE)


def _colour(cell: Cell, left: float, base: float, theme: Theme) -> Iterator[Thing]:
    fills = {"red": theme.target, "amber": theme.concern, "green": theme.values}
    where = places([(left + MARK / 2, base - 4.5)])
    yield Marks(where, COLOUR_SHAPES[cell.colour], MARK, fills[cell.colour], name=cell.colour)
    yield Words(left + MARK + 5.0, base, cell.colour.capitalize(), theme.ink, SIZE)
