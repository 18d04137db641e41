"""Boxes with words in them, and the lines between them: what diagrams are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qi_tools.draw.letters import SIZE, SMALL, wrapped
from qi_tools.draw.placed import Area, Stroke, Thing, Words, places
from qi_tools.palette import Theme

__all__ = [
    "LINE",
    "PAD",
    "TextBox",
    "arrow_head",
    "connector",
    "outlined_box",
    "rectangle",
    "text_box",
]

PAD = 7.0
LINE = 1.28
"""The height of a line in a box, as a multiple of its letters' size."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Words broken into lines for a box of some width.

    Parameters
    ----------
    width : float
        Of the box, in points.
    words : tuple of str
    more : tuple of str
        Smaller and quieter lines below them.
    bold : bool
    """

    width: float
    words: tuple[str, ...]
    more: tuple[str, ...]
    bold: bool

    @property
    def height(self) -> float:
        """How high the box must be."""
        return 2 * PAD + LINE * (len(self.words) * SIZE + len(self.more) * SMALL)

    def written(
        self, left: float, top: float, ink: str, quiet_ink: str, height: float = 0.0
    ) -> Iterator[Words]:
        """Write the words into a box, in the middle of its height if it is higher than needed."""
        y = top + PAD + max(0.0, height - self.height) / 2
        for text in self.words:
            yield Words(left + PAD, y + SIZE, text, ink, SIZE, self.bold)
            y += LINE * SIZE
        for text in self.more:
            yield Words(left + PAD, y + SMALL, text, quiet_ink, SMALL)
            y += LINE * SMALL


def text_box(words: str, width: float, more: Sequence[str] = (), *, bold: bool = False) -> TextBox:
    """Break words into lines that fit a box.

    Parameters
    ----------
    words : str
    width : float
        Of the box, in points.
    more : sequence of str
        What stands below in smaller letters, each from a line of its own.
    bold : bool

    Returns
    -------
    TextBox
    """
    room = width - 2 * PAD
    small = tuple(line for text in more for line in wrapped(text, room, SMALL))
    return TextBox(width, wrapped(words, room, SIZE, bold), small, bold)


def rectangle(left: float, top: float, width: float, height: float) -> list[tuple[float, float]]:
    """Give the corners of a rectangle."""
    right, bottom = left + width, top + height
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def outlined_box(
    box: TextBox,
    left: float,
    top: float,
    theme: Theme,
    *,
    height: float = 0.0,
    fill: str = "",
    rim: str = "",
    rim_width: float = 1.0,
    name: str = "Box",
) -> Iterator[Thing]:
    """Draw a box with its words.

    Parameters
    ----------
    box : TextBox
    left, top : float
    theme : Theme
    height : float
        Its height, where it is higher than its words need.
    fill, rim : str
        Colours; the paper and the theme's lines unless given. On ``theme.values`` and
        ``theme.ink`` the words have the colour of the paper.
    rim_width : float
    name : str
        What the box is, for those who look for it on the sheet.

    Returns
    -------
    iterator of Thing
    """
    fill = fill or theme.paper
    dark = fill in {theme.values, theme.ink}
    tall = max(height, box.height)
    corners = places(rectangle(left, top, box.width, tall))
    yield Area(corners, fill, rim or theme.line, rim_width, name)
    ink, quiet = (theme.paper, theme.paper) if dark else (theme.ink, theme.quiet_ink)
    yield from box.written(left, top, ink, quiet, tall)


def connector(
    way: Sequence[tuple[float, float]], theme: Theme, *, width: float = 1.2, name: str = "Link"
) -> Stroke:
    """Draw a line through places."""
    return Stroke(places(way), theme.quiet_ink, width, name=name)


def arrow_head(
    tip: tuple[float, float], towards: tuple[int, int], theme: Theme, size: float = 7.0
) -> Area:
    """Draw the head of an arrow.

    Parameters
    ----------
    tip : tuple of float
        Where it points to.
    towards : tuple of int
        The direction, along one axis: (1, 0) is to the right, (0, 1) down.
    theme : Theme
    size : float
        Its length, in points.

    Returns
    -------
    Area
    """
    (x, y), (across, down) = tip, towards
    back = (x - across * size, y - down * size)
    half = 0.45 * size
    corners = [
        tip,
        (back[0] - down * half, back[1] + across * half),
        (back[0] + down * half, back[1] - across * half),
    ]
    return Area(places(corners), theme.quiet_ink, name="Arrow")
