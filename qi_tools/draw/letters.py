"""The letters on a picture: their sizes, and how much room they take.

Widths are those of DejaVu Sans, which comes with matplotlib and is drawn in pictures. It is wider
than the system fonts that a browser uses instead, so what fits here fits there. They stand here as
numbers, so that a page need not load matplotlib to know them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = [
    "FAMILY",
    "LINE_HEIGHT",
    "SIZE",
    "SMALL",
    "SYSTEM_FONTS",
    "TITLE_SIZE",
    "width",
    "wrapped",
]

FAMILY: Final = "DejaVu Sans"
SYSTEM_FONTS: Final = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif"

TITLE_SIZE: Final = 16.0
SIZE: Final = 13.0
"""In points, as all sizes are; at a picture's full width on a page these are CSS pixels."""
SMALL: Final = 12.0
LINE_HEIGHT: Final = 1.35
"""The height of a line of text, as a multiple of its size."""

HINTED: Final = 1.02
"""Letters fitted to the dots of a coarse picture take up to so much more room than they measure."""

# Thousandths of the size, from the space to the tilde.
# fmt: off
_REGULAR = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)
_BOLD = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
)
# fmt: on
_ACCENT = 140  # what an accent adds, as a hook beside the letter does
_UNKNOWN = 1170  # no narrower than any letter of the font but the very widest signs


@lru_cache(maxsize=8192)
def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Measure one line of text, in points.

    Parameters
    ----------
    text : str
        One line.
    size : float
        The size of its letters.
    bold : bool
        True for bold letters, which are wider.

    Returns
    -------
    float

    Examples
    --------
    >>> width("ill") < width("Mow") < width("Mow", bold=True)
    True
    """
    widths = _BOLD if bold else _REGULAR
    return size * sum(_letter_width(letter, widths) for letter in text) / 1000


def wrapped(text: str, room: float, size: float = SIZE, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines that fit the room, in points; a word too long is broken too.

    Parameters
    ----------
    text : str
        Any text; line breaks in it are spaces.
    room : float
        The width that a line may take.
    size : float
        The size of its letters.
    bold : bool
        True for bold letters.

    Returns
    -------
    tuple of str
        One line or more.

    Examples
    --------
    >>> wrapped("Waits for a first appointment", 100.0)
    ('Waits for a', 'first', 'appointment')
    """
    room /= HINTED
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and width(lines[-1] + letter, size, bold) > room:
                lines.append("")
            lines[-1] += letter
    return tuple(lines)


def _letter_width(letter: str, widths: tuple[int, ...]) -> int:
    place = ord(letter) - 32
    if place < len(widths):
        return widths[place] if place >= 0 else 0
    if letter in "–‘’":
        return widths[ord("-" if letter == "–" else "'") - 32] + 150
    plain = unicodedata.normalize("NFD", letter)[0]
    if letter != plain and 0 <= ord(plain) - 32 < len(widths):
        return widths[ord(plain) - 32] + _ACCENT
    return _UNKNOWN
