"""Icons of variation and assurance, in a box from 0 to 100.

They speak Making Data Count's language, so that those who know it can read them: a circle, grey,
blue, orange or purple; H or L, with points on that side of it; P, F or a question mark beside the
target. The drawings are our own. Without colour they still differ: what asks for action (concern,
failing) is a filled disc, what does not is a ring; points are squares for improvement and diamonds
for concern, as on charts. Letters are strokes, the same on every computer.

For a signal that points neither up nor down, such as few crossings, Making Data Count has no icon;
ours shows points that keep to one side of the centre line and then to the other.

References
----------
NHS England, Making Data Count: the variation and assurance icons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Final

from qi_tools.draw.placed import SIGNAL_SHAPES, Drawn, Marks, Shape, Sheet, Stroke, moved, places
from qi_tools.draw.svg import svg
from qi_tools.palette import LIGHT, Theme

__all__ = ["BOX", "ICONS", "icon", "icon_svg"]

BOX: Final = 100.0
"""The height and the width of an icon's box."""

MIDDLE, RADIUS, RIM = 50.0, 45.0, 7.0
PEN = 9.0
LETTER = 36.0
DOT = 12.0

ICONS: Final = MappingProxyType(
    {
        "too few points": "Too few points",
        "common cause": "Common cause variation",
        "improvement, high": "Special cause variation: improvement, higher values",
        "improvement, low": "Special cause variation: improvement, lower values",
        "concern, high": "Special cause variation: concern, higher values",
        "concern, low": "Special cause variation: concern, lower values",
        "special cause, high": "Special cause variation: higher values",
        "special cause, low": "Special cause variation: lower values",
        "special cause": "Special cause variation that points neither up nor down",
        "passing": "Passing: if nothing changes, the target will be met",
        "failing": "Failing: if nothing changes, the target will not be met",
        "hit or miss": "Hit or miss: if nothing changes, chance decides whether the target is met",
    }
)
"""Each icon and what it says: all of `qi_tools.spc.variation.VARIATION`, and all of its `ASSURANCE`
but none, which has no icon."""


def icon(which: str, theme: Theme = LIGHT) -> tuple[Drawn, ...]:
    """Draw an icon.

    Parameters
    ----------
    which : str
        A variation or an assurance, such as ``"concern, high"`` or ``"passing"``; see `ICONS`.
    theme : Theme
        Its colours.

    Returns
    -------
    tuple of Stroke, Area and Marks
        From the bottom to the top, in a box from 0 to `BOX`; `qi_tools.draw.placed.moved` gives
        each of them its place and its size.

    Raises
    ------
    KeyError
        If there is no such icon.
    """
    return _DRAWINGS[which](theme)


def icon_svg(which: str, size: float = 28.0, theme: Theme = LIGHT) -> str:
    """Write an icon as SVG for a page, where `ICONS` holds the words that must stand beside it.

    Parameters
    ----------
    which : str
        See `ICONS`.
    size : float
        Its height and its width, in points, which on a page are CSS pixels.
    theme : Theme
        Its colours.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If there is no such icon.

    Examples
    --------
    >>> icon_svg("failing")[:64]
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" focu'
    """
    things = (moved(thing, 0.0, 0.0, size / BOX) for thing in icon(which, theme))
    return svg(Sheet(size, size, theme.paper, tuple(things)))


def _ring(colour: str, dash: tuple[float, ...] = ()) -> Drawn:
    if dash:
        turns = [math.tau * step / 72 for step in range(73)]
        round_about = [
            (MIDDLE + RADIUS * math.cos(turn), MIDDLE + RADIUS * math.sin(turn)) for turn in turns
        ]
        return Stroke(places(round_about), colour, RIM, dash)
    return _dots([(MIDDLE, MIDDLE)], "", size=2 * RADIUS, rim=colour)


def _disc(colour: str) -> Drawn:
    return _dots([(MIDDLE, MIDDLE)], colour, size=2 * RADIUS + RIM)


def _dots(
    where: Sequence[tuple[float, float]],
    fill: str,
    shape: Shape = "circle",
    *,
    size: float = DOT,
    rim: str = "",
) -> Marks:
    return Marks(places(where), shape, size, fill, rim, RIM)


def _line(where: Sequence[tuple[float, float]], colour: str, width: float = PEN) -> Stroke:
    return Stroke(places(where), colour, width)


def _bend(x: float, y: float, radius: float, start: float, end: float) -> list[tuple[float, float]]:
    """Give places on an arc, in degrees clockwise from three o'clock."""
    turns = [math.radians(start + (end - start) * step / 12) for step in range(13)]
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def _letter(letter: str, top: float, colour: str) -> tuple[Stroke, ...]:
    """Draw a letter in strokes, in the middle across."""
    left, right = MIDDLE - 12, MIDDLE + 12
    half, bottom = top + LETTER / 2, top + LETTER
    crossed = half + PEN / 2
    strokes: dict[str, list[list[tuple[float, float]]]] = {
        "H": [
            [(left, top), (left, bottom)],
            [(right, top), (right, bottom)],
            [(left, half), (right, half)],
        ],
        "L": [[(left, top), (left, bottom - PEN / 2), (right + PEN / 2, bottom - PEN / 2)]],
        "F": [
            [(right + PEN / 2, top + PEN / 2), (left, top + PEN / 2), (left, bottom)],
            [(left, half), (right - 1, half)],
        ],
        "P": [
            [
                (left, bottom),
                (left, top + PEN / 2),
                *_bend(right - 9, (top + PEN / 2 + crossed) / 2, 9.5, -90, 90),
                (left, crossed),
            ]
        ],
        "?": [
            [
                *_bend(MIDDLE, top + 15, 11, -190, 45),
                (MIDDLE, top + 30),
            ],
        ],
    }
    return tuple(_line(stroke, colour) for stroke in strokes[letter])


_RISING = ((31.0, 37.0), (50.0, 31.0), (69.0, 25.0))
_FALLING = tuple((x, BOX - y) for x, y in _RISING)


def _high(inside: str, shape: Shape) -> tuple[Drawn, ...]:
    return (_dots(_RISING, inside, shape), *_letter("H", 47.0, inside))


def _low(inside: str, shape: Shape) -> tuple[Drawn, ...]:
    return (_dots(_FALLING, inside, shape), *_letter("L", 16.0, inside))


def _arrow(colour: str, *, up: bool) -> tuple[Drawn, ...]:
    way = 1 if up else -1
    head = [(28.0, MIDDLE - 4 * way), (50.0, MIDDLE - 28 * way), (72.0, MIDDLE - 4 * way)]
    return (
        _line([(50.0, MIDDLE + 28 * way), (50.0, MIDDLE - 27 * way)], colour),
        _line(head, colour),
    )


def _common(theme: Theme) -> tuple[Drawn, ...]:
    grey = theme.quiet_ink
    dots = [(22.0, 60.0), (41.0, 38.0), (59.0, 62.0), (78.0, 40.0)]
    return (_ring(grey), _line(dots, grey, 4.0), _dots(dots, grey))


def _whole_phase(theme: Theme) -> tuple[Drawn, ...]:
    below = [(23.0, 66.0), (37.0, 62.0), (51.0, 66.0)]
    above = [(BOX - x, BOX - y) for x, y in below]
    return (
        _ring(theme.special),
        _line([(17.0, MIDDLE), (83.0, MIDDLE)], theme.special, 4.0),
        _dots(below + above, theme.special, SIGNAL_SHAPES["special"], size=11.5),
    )


def _too_few(theme: Theme) -> tuple[Drawn, ...]:
    dots = [(29.0, MIDDLE), (50.0, MIDDLE), (71.0, MIDDLE)]
    return (_ring(theme.quiet_ink, (17.0, 11.28)), _dots(dots, theme.quiet_ink))


def _target(colour: str, y: float) -> Stroke:
    return Stroke(places([(23.0, y), (77.0, y)]), colour, 5.0, (10.0, 4.67))


def _passing(theme: Theme) -> tuple[Drawn, ...]:
    blue = theme.improvement
    return (_ring(blue), _target(blue, 71.0), *_letter("P", 24.0, blue))


def _failing(theme: Theme) -> tuple[Drawn, ...]:
    inside = theme.paper
    return (_disc(theme.concern), _target(inside, 29.0), *_letter("F", 40.0, inside))


def _hit_or_miss(theme: Theme) -> tuple[Drawn, ...]:
    grey = theme.quiet_ink
    return (
        _ring(grey),
        _line([(15.0, MIDDLE), (30.0, MIDDLE)], grey, 5.0),
        _line([(70.0, MIDDLE), (85.0, MIDDLE)], grey, 5.0),
        *_letter("?", 24.0, grey),
        _dots([(MIDDLE, 75.0)], grey, size=11.0),
    )


_DRAWINGS: dict[str, Callable[[Theme], tuple[Drawn, ...]]] = {
    "too few points": _too_few,
    "common cause": _common,
    "improvement, high": lambda t: (
        _ring(t.improvement),
        *_high(t.improvement, SIGNAL_SHAPES["improvement"]),
    ),
    "improvement, low": lambda t: (
        _ring(t.improvement),
        *_low(t.improvement, SIGNAL_SHAPES["improvement"]),
    ),
    "concern, high": lambda t: (_disc(t.concern), *_high(t.paper, SIGNAL_SHAPES["concern"])),
    "concern, low": lambda t: (_disc(t.concern), *_low(t.paper, SIGNAL_SHAPES["concern"])),
    "special cause, high": lambda t: (_ring(t.special), *_arrow(t.special, up=True)),
    "special cause, low": lambda t: (_ring(t.special), *_arrow(t.special, up=False)),
    "special cause": _whole_phase,
    "passing": _passing,
    "failing": _failing,
    "hit or miss": _hit_or_miss,
}
