"""A sheet as SVG that can stand inside a page, several times over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import assert_never

import numpy as np

from qi_tools.draw.letters import SIZE, SYSTEM_FONTS
from qi_tools.draw.placed import Area, Marks, Places, Sheet, Stroke, Thing, Words, outline

__all__ = ["svg"]


def svg(sheet: Sheet, *, title: str = "", description: str = "") -> str:
    """Write a sheet as an ``<svg>`` element.

    Text stays text, in the reader's own system font. The picture takes the width that it is given,
    has no ids and no styles of its own, and so touches nothing else on a page.

    Parameters
    ----------
    sheet : Sheet
    title, description : str
        What a picture that stands alone says of itself; left out on a page, where the figure
        around it has its text alternative.

    Returns
    -------
    str

    Examples
    --------
    >>> print(svg(Sheet(10, 5, "#ffffff", (Words(1, 4, "Wait", "#000000"),))))
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 5" focusable="false" \
font-size="13" style="font-family: system-ui, 'Segoe UI', Roboto, Arial, sans-serif">\
<rect width="10" height="5" fill="#ffffff"/><text x="1" y="4" fill="#000000">Wait</text></svg>
    """
    wide, high = _n(sheet.width), _n(sheet.height)
    said = ""
    if title:
        said = f"<title>{_text(title)}</title><desc>{_text(description)}</desc>"
    # A file of its own has a size; on a page the figure around it gives one.
    size = f' width="{wide}" height="{high}"' if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="0 0 {wide} {high}" '
        f'focusable="false" font-size="{_n(SIZE)}" style="font-family: {SYSTEM_FONTS}">{said}'
        f'<rect width="{wide}" height="{high}" fill="{sheet.paper}"/>'
        f"{''.join(_written(thing) for thing in sheet.things)}</svg>"
    )


def _written(thing: Thing) -> str:
    match thing:
        case Stroke():
            return _stroke(thing)
        case Area():
            return f'<path d="{_closed(thing.places)}" fill="{thing.fill}"{_rim(thing)}/>'
        case Marks():
            return (
                f'<path d="{"".join(_marks(thing))}" fill="{thing.fill or "none"}"{_rim(thing)}/>'
            )
        case Words():
            return _words(thing)
        case _:
            assert_never(thing)


def _stroke(stroke: Stroke) -> str:
    dash = f' stroke-dasharray="{" ".join(map(_n, stroke.dash))}"' if stroke.dash else ""
    return (
        f'<path d="{_open(stroke.places)}" fill="none" stroke="{stroke.colour}" '
        f'stroke-width="{_n(stroke.width)}"{dash} stroke-linejoin="round"/>'
    )


def _rim(thing: Area | Marks) -> str:
    if not thing.rim:
        return ""
    return f' stroke="{thing.rim}" stroke-width="{_n(thing.rim_width)}"'


def _open(places: Places) -> str:
    steps, pen = [], "M"
    for x, y in places.tolist():
        known = not math.isnan(x + y)
        if known:
            steps.append(f"{pen}{_n(x)} {_n(y)}")
        pen = "L" if known else "M"
    return "".join(steps)


def _closed(places: Places) -> str:
    return f"M{'L'.join(f'{_n(x)} {_n(y)}' for x, y in places.tolist())}Z"


def _marks(marks: Marks) -> Iterator[str]:
    radius, across = _n(marks.size / 2), _n(marks.size)
    corners = outline(marks.shape, marks.size)
    for x, y in marks.places.tolist():
        if marks.shape == "circle":
            yield (
                f"M{_n(x - marks.size / 2)} {_n(y)}a{radius} {radius} 0 1 0 {across} 0"
                f"a{radius} {radius} 0 1 0 -{across} 0"
            )
        else:
            yield _closed(corners + np.array((x, y)))


def _words(words: Words) -> str:
    more = ""
    if words.anchor != "start":
        more += f' text-anchor="{words.anchor}"'
    if words.size != SIZE:
        more += f' font-size="{_n(words.size)}"'
    if words.bold:
        more += ' font-weight="600"'
    return (
        f'<text x="{_n(words.x)}" y="{_n(words.y)}" fill="{words.colour}"{more}>'
        f"{_text(words.text)}</text>"
    )


def _text(text: str) -> str:
    return escape(text, quote=False)


def _n(number: float) -> str:
    """Write a place with as many decimals as an eye can tell."""
    written = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written
