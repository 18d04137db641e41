"""A diagram on paper: on one page if its letters stay legible, else on several."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qi_tools.draw import output
from qi_tools.draw.layout import EDGE, Layout, lay_out
from qi_tools.draw.placed import Sheet, moved
from qi_tools.palette import Theme
from qi_tools.saved_file import save_bytes

if TYPE_CHECKING:
    from qi_tools.improvement.diagram import Diagram

__all__ = ["A3", "A4", "Paper", "pages", "save_pages"]

MARGIN = 36.0 - EDGE  # half an inch, with the edge that a picture has itself
# The smallest letters of a picture are 12 points high, and so 8 on paper.
SCALES: Final = (0.9, 0.8, 2 / 3)
FILLED = 0.7  # so much of a page is filled at the least


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper.

    Parameters
    ----------
    name : str
    short, long : float
        Its sides, in points (72 an inch).
    """

    name: str
    short: float
    long: float


# ISO 216: 210 × 297 mm and 297 × 420 mm.
A4: Final = Paper("A4", 595.28, 841.89)
A3: Final = Paper("A3", 841.89, 1190.55)


def pages(diagram: Diagram, paper: Paper, theme: Theme) -> tuple[Sheet, ...]:
    """Lay a diagram out on paper.

    All of it stands on one page, across or upright, in the largest letters for which it fits; if
    even letters of 8 points are too large for that, it is parted over as few pages as hold it.

    Parameters
    ----------
    diagram : Diagram
    paper : Paper
    theme : Theme

    Returns
    -------
    tuple of Sheet
        Each of the size of the paper, one or more.
    """
    across, upright = (paper.long, paper.short), (paper.short, paper.long)
    for scale in SCALES:
        for size in (across, upright):
            layout = _laid(diagram, theme, size, scale)
            if _fits(layout, size, scale):
                return (_on_page(layout, size, scale),)
    scale = SCALES[-1]
    size, ranges = min(
        ((size, _parted(diagram, theme, size, scale)) for size in (across, upright)),
        key=lambda each: len(each[1]),
    )
    sheets = []
    for number, (first, last) in enumerate(ranges, 1):
        picture = output.picture(diagram.part(first, last), theme)
        title, *rest = picture.above
        named = replace(title, text=f"{title.text} (page {number} of {len(ranges)})")
        layout = lay_out(replace(picture, above=(named, *rest)), _room(size, scale))
        sheets.append(_on_page(layout, size, scale))
    return tuple(sheets)


def save_pages(diagram: Diagram, path: Path, paper: Paper, theme: Theme) -> tuple[Path, ...]:
    """Save a diagram for printing: one PDF, or a picture for each page.

    Parameters
    ----------
    diagram : Diagram
    path : Path
    paper : Paper
    theme : Theme

    Returns
    -------
    tuple of Path

    Raises
    ------
    FileNotSaved
        If the ending is another one, or a file can't be written.
    """
    sheets = pages(diagram, paper, theme)
    if path.suffix.lower() == ".pdf":
        return (save_bytes(_pdf(sheets, diagram), path, ending=".pdf"),)
    names = [path]
    if len(sheets) > 1:
        names = [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(sheets) + 1)]
    return tuple(
        output.write(sheet, name, diagram.title, diagram.describe())
        for sheet, name in zip(sheets, names, strict=True)
    )


def _pdf(sheets: tuple[Sheet, ...], diagram: Diagram) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    from qi_tools.draw.axes import fill_sheet, quiet_about_glyphs

    out = io.BytesIO()
    about = {"Title": diagram.title, "Subject": diagram.describe()}
    with quiet_about_glyphs(), PdfPages(out, metadata=about) as file:
        for sheet in sheets:
            figure = Figure(dpi=72)
            fill_sheet(figure, sheet)
            file.savefig(figure)
    return out.getvalue()


def _room(size: tuple[float, float], scale: float) -> float:
    return (size[0] - 2 * MARGIN) / scale


def _laid(diagram: Diagram, theme: Theme, size: tuple[float, float], scale: float) -> Layout:
    return lay_out(output.picture(diagram, theme), _room(size, scale))


def _fits(layout: Layout, size: tuple[float, float], scale: float) -> bool:
    return layout.height * scale <= size[1] - 2 * MARGIN


def _parted(
    diagram: Diagram, theme: Theme, size: tuple[float, float], scale: float
) -> list[tuple[int, int]]:
    """Fill page after page; begin the next at a joint where that leaves little room empty."""

    def fits(first: int, last: int) -> bool:
        return _fits(_laid(diagram.part(first, last), theme, size, scale), size, scale)

    ranges: list[tuple[int, int]] = []
    first, pieces = 0, diagram.pieces
    while first < pieces:
        last = first + 1
        while last < pieces and fits(first, last + 1):
            last += 1
        if last < pieces:
            least = first + FILLED * (last - first)
            last = max((joint for joint in diagram.joints if least <= joint <= last), default=last)
        ranges.append((first, last))
        first = last
    return ranges


def _on_page(layout: Layout, size: tuple[float, float], scale: float) -> Sheet:
    """Put a layout on a page, smaller if a single piece is too high even so."""
    wide, high = size
    scale = min(scale, (high - 2 * MARGIN) / layout.height)
    sheet = layout.sheet
    things = tuple(moved(thing, MARGIN, MARGIN, scale) for thing in sheet.things)
    return Sheet(wide, high, sheet.paper, things)
