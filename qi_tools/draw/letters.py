"""The letters on a chart: their sizes, and how much room they take.

Widths are measured in DejaVu Sans, which comes with matplotlib and so is the same everywhere. It is
wider than the system fonts that a browser uses instead, so what fits here fits there.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, Final

from matplotlib.font_manager import FontProperties, findfont, get_font

__all__ = ["FAMILY", "SIZE", "TITLE_SIZE", "letters", "quiet_about_glyphs", "width", "wrapped"]

FAMILY: Final = "DejaVu Sans"
TITLE_SIZE: Final = 16.0
SIZE: Final = 13.0
"""Points, as in every picture of ours: at its full width on a page these are CSS pixels."""

HINTED: Final = 1.02
"""Letters fitted to the dots of a coarse picture take up to so much more room than they measure."""


def letters(colour: str, *, size: float = SIZE, bold: bool = False) -> dict[str, Any]:
    """Give matplotlib's arguments for text; a dollar sign in it is a dollar sign."""
    return {
        "color": colour,
        "fontfamily": FAMILY,
        "fontsize": size,
        "fontweight": "bold" if bold else "normal",
        "parse_math": False,
    }


@lru_cache(maxsize=4096)
def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Measure one line of text, in points."""
    font = get_font(_font_file(bold))
    font.set_size(size, 72)
    with quiet_about_glyphs():
        font.set_text(text, 0.0)
    return float(font.get_width_height()[0]) / 64


def wrapped(text: str, room: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break text into lines that fit the room, in points; a word too long is broken too."""
    room /= HINTED  # long lines come out somewhat wider than they measure
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width(lines[-1] + character, size, bold) > room:
                lines.append("")
            lines[-1] += character
    return lines


@contextmanager
def quiet_about_glyphs() -> Iterator[None]:
    """Keep matplotlib from warning of signs that its font lacks: the browser's fonts have them."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing")
        yield


@cache
def _font_file(bold: bool) -> str:
    weight = "bold" if bold else "normal"
    return str(findfont(FontProperties(family=FAMILY, weight=weight)))
