"""Rounds of a test as dots side by side, as SVG written here: it loads no matplotlib."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from qi_tools.html import figure_html
from qi_tools.palette import ACCENT, INK, LINE, PAPER, QUIET_INK, SIGNAL
from qi_tools.rounds import Round, Rounds
from qi_tools.words import number_in_words

__all__ = ["caption", "growing", "html", "picture"]

# CSS pixels when the picture has its full width on a page.
WIDE, NARROW = 640.0, 270.0
TALL = 190.0
SIZE = 13.0
LINE_HEIGHT = 17.0
LEFT = 26.0  # room for the numbers of the axis
EDGE = 4.0
BETWEEN = 8.0  # between two rounds
FULLEST = 6  # steps of the axis, at most
LETTER = 0.52 * SIZE  # a letter's usual width
ROOM_FOR_WORDS = 98.0  # in a narrower round a mark's number stands without its name

_FONTS = "system-ui, 'Segoe UI', Roboto, Arial, sans-serif"


def html(rounds: Rounds) -> str:
    """Give the rounds as a figure for a page, with their numbers as a table.

    Parameters
    ----------
    rounds : Rounds

    Returns
    -------
    str
    """
    return figure_html(
        picture(rounds, WIDE),
        rounds.describe(),
        caption(rounds),
        rounds.table,
        narrow_svg=picture(rounds, NARROW),
    )


def growing(rounds: Rounds) -> tuple[str, ...]:
    """Give one figure for each value of the last round, each with one dot more than the one before.

    All have the same scale, so that dots stay where they are.

    Parameters
    ----------
    rounds : Rounds

    Returns
    -------
    tuple of str
    """
    top = rounds.highest
    return tuple(
        figure_html(
            picture(part, WIDE, top),
            part.describe(),
            caption(part),
            narrow_svg=picture(part, NARROW, top),
        )
        for part in rounds.growing()
    )


def caption(rounds: Rounds) -> str:
    """Say what the marks are."""
    parts = [f"Each dot is one {rounds.each}."]
    if any(each.guess is not None for each in rounds.rounds):
        parts.append("The triangle with a dashed line is the guess.")
    if any(map(rounds.is_whole, rounds.rounds)):
        parts.append("The thick line is the middle: as many dots lie above it as below.")
    return " ".join((*parts, rounds.source)).rstrip()


def picture(rounds: Rounds, width: float, highest: float | None = None) -> str:
    """Draw the rounds as SVG.

    Parameters
    ----------
    rounds : Rounds
    width : float
        The width of the picture.
    highest : float, optional
        What the scale must reach; the highest of all values and guesses unless given.

    Returns
    -------
    str
        An ``<svg>`` element without ids, so that any number of them may stand on one page.
    """
    count = len(rounds.rounds)
    room = (width - LEFT - EDGE - BETWEEN * (count - 1)) / count
    words = [textwrap.wrap(each.what, max(1, int(room / LETTER))) for each in rounds.rounds]
    above = LINE_HEIGHT * (2 + max(map(len, words))) + 6
    reach = rounds.highest if highest is None else highest
    step = _step(reach)
    top = step * max(1, math.ceil(reach / step))
    panels = [
        _Panel(LEFT + place * (room + BETWEEN), room, above, top, rounds.size)
        for place in range(count)
    ]
    drawn = "".join(
        (
            *_axis(panels, step, width, rounds.unit),
            *(
                piece
                for panel, each, lines in zip(panels, rounds.rounds, words, strict=True)
                for piece in _round(panel, each, lines, rounds.is_whole(each))
            ),
        )
    )
    height = above + TALL + 2 * LINE_HEIGHT + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'focusable="false" font-size="{_n(SIZE)}" style="font-family: {_FONTS}">{drawn}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Panel:
    """The space of one round, and where a value lies in it."""

    left: float
    width: float
    top: float
    highest: float
    size: int

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + TALL

    def upright(self, value: float) -> float:
        return self.bottom - value / self.highest * TALL

    def across(self, place: int) -> float:
        return self.left + (place + 0.5) * self.width / self.size

    def named(self, name: str, value: float) -> str:
        number = number_in_words(value)
        return f"{name} {number}" if self.width >= ROOM_FOR_WORDS else number


def _axis(panels: list[_Panel], step: float, width: float, unit: str) -> Iterator[str]:
    first = panels[0]
    yield _text(unit.capitalize(), 0, SIZE, QUIET_INK)
    for number in range(round(first.highest / step) + 1):
        y = first.upright(number * step)
        yield (
            f'<path d="M{_n(first.left)} {_n(y)}H{_n(width - EDGE)}" '
            f'stroke="{LINE}" stroke-width="{1 if number == 0 else 0.4}"/>'
        )
        yield _text(
            number_in_words(number * step), LEFT - 5, y + 0.35 * SIZE, QUIET_INK, anchor="end"
        )


def _round(panel: _Panel, one: Round, lines: list[str], is_whole: bool) -> Iterator[str]:
    for number, line in enumerate((one.name, *lines), start=2):
        ink, weight = (INK, "bold") if number == 2 else (QUIET_INK, "normal")
        yield _text(line, panel.left, number * LINE_HEIGHT - 4, ink, weight=weight)
    yield (
        f'<path d="M{_n(panel.left)} {_n(panel.top)}V{_n(panel.bottom)}" '
        f'stroke="{LINE}" fill="none"/>'
    )
    places = [(panel.across(place), panel.upright(value)) for place, value in enumerate(one.values)]
    line = "L".join(f"{_n(x)} {_n(y)}" for x, y in places)
    yield f'<path d="M{line}" fill="none" stroke="{ACCENT}"/>'
    below = panel.bottom + LINE_HEIGHT + 2
    if one.guess is not None:
        y = panel.upright(one.guess)
        yield (
            f'<path class="guess" d="M{_n(panel.left)} {_n(y)}H{_n(panel.right)}" fill="none" '
            f'stroke="{SIGNAL}" stroke-width="1.5" stroke-dasharray="5 3"/>'
        )
        yield _triangle(panel.left, y)
        yield _triangle(panel.left, below - 0.35 * SIZE)
        yield _text(panel.named("guess", one.guess), panel.left + 13, below, INK)
        below += LINE_HEIGHT
    if is_whole:
        y = panel.upright(one.middle)
        yield _thick("middle", panel.left, panel.right, y)
        yield _thick("key", panel.left, panel.left + 10, below - 0.35 * SIZE)
        yield _text(panel.named("middle", one.middle), panel.left + 13, below, INK)
    radius = min(4.5, 0.4 * panel.width / panel.size)
    for x, y in places:
        yield (
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{ACCENT}" '
            f'stroke="{PAPER}" stroke-width="0.75"/>'
        )


def _triangle(x: float, y: float) -> str:
    return f'<path d="M{_n(x)} {_n(y - 5)}l9 5l-9 5Z" fill="{SIGNAL}"/>'


def _thick(name: str, left: float, right: float, y: float) -> str:
    return (
        f'<path class="{name}" d="M{_n(left)} {_n(y)}H{_n(right)}" fill="none" '
        f'stroke="{INK}" stroke-width="2.5"/>'
    )


def _text(
    words: str, x: float, y: float, ink: str, *, anchor: str = "start", weight: str = "normal"
) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" fill="{ink}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def _step(highest: float) -> float:
    """Choose the round number between two labels of the axis, so that there are few of them."""
    power = 10.0 ** math.floor(math.log10(highest / FULLEST)) if highest > 0 else 1.0
    return next(lead * power for lead in (1, 2, 5, 10) if lead * power * FULLEST >= highest)


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
