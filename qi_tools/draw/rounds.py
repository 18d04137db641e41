"""Rounds of a test as dots side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qi_tools.draw.letters import SIZE, wrapped
from qi_tools.draw.placed import Area, Marks, Sheet, Stroke, Thing, Words, places
from qi_tools.draw.svg import svg
from qi_tools.html import figure_html, numbers_html
from qi_tools.palette import LIGHT
from qi_tools.rounds import Round, Rounds
from qi_tools.words import number_in_words

__all__ = ["caption", "growing", "html", "picture", "sheet"]

# CSS pixels when the picture has its full width on a page.
WIDE, NARROW = 640.0, 270.0
TALL = 190.0
LINE_HEIGHT = 17.0
LEFT = 31.0  # room for the numbers of the axis
EDGE = 4.0
BETWEEN = 8.0  # between two rounds
FULLEST = 6  # steps of the axis, at most
ROOM_FOR_WORDS = 98.0  # in a narrower round a mark's number stands without its name


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
        numbers_html(rounds.table),
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
    """
    return svg(sheet(rounds, width, highest))


def sheet(rounds: Rounds, width: float, highest: float | None = None) -> Sheet:
    """Lay the rounds out beside one another, on one scale.

    Parameters
    ----------
    rounds, width, highest
        As for `picture`.

    Returns
    -------
    Sheet
    """
    count = len(rounds.rounds)
    room = (width - LEFT - EDGE - BETWEEN * (count - 1)) / count
    words = [wrapped(each.what, room) for each in rounds.rounds]
    above = LINE_HEIGHT * (2 + max(map(len, words))) + 6
    reach = rounds.highest if highest is None else highest
    step = _step(reach)
    top = step * max(1, math.ceil(reach / step))
    panels = [
        _Panel(LEFT + place * (room + BETWEEN), room, above, top, rounds.size)
        for place in range(count)
    ]
    things = (
        *_axis(panels, step, width, rounds.unit),
        *(
            thing
            for panel, each, lines in zip(panels, rounds.rounds, words, strict=True)
            for thing in _round(panel, each, lines, rounds.is_whole(each))
        ),
    )
    return Sheet(width, above + TALL + 2 * LINE_HEIGHT + 10, LIGHT.paper, things)


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


def _axis(panels: list[_Panel], step: float, width: float, unit: str) -> Iterator[Thing]:
    first = panels[0]
    yield Words(0, SIZE, unit.capitalize(), LIGHT.quiet_ink)
    for number in range(round(first.highest / step) + 1):
        y = first.upright(number * step)
        yield _level(first.left, width - EDGE, y, LIGHT.line, 1 if number == 0 else 0.4)
        label = number_in_words(number * step)
        yield Words(LEFT - 5, y + 0.35 * SIZE, label, LIGHT.quiet_ink, anchor="end")


def _round(panel: _Panel, one: Round, lines: Sequence[str], is_whole: bool) -> Iterator[Thing]:
    for number, words in enumerate((one.name, *lines), start=2):
        colour = LIGHT.ink if number == 2 else LIGHT.quiet_ink
        yield Words(panel.left, number * LINE_HEIGHT - 4, words, colour, bold=number == 2)
    yield Stroke(places([(panel.left, panel.top), (panel.left, panel.bottom)]), LIGHT.line)
    dots = places([(panel.across(at), panel.upright(each)) for at, each in enumerate(one.values)])
    yield Stroke(dots, LIGHT.values)
    below = panel.bottom + LINE_HEIGHT + 2
    if one.guess is not None:
        y = panel.upright(one.guess)
        yield _level(panel.left, panel.right, y, LIGHT.concern, 1.5, (5.0, 3.0), "Guess")
        yield _pointer(panel.left, y)
        yield _pointer(panel.left, below - 0.35 * SIZE)
        yield Words(panel.left + 13, below, panel.named("guess", one.guess), LIGHT.ink)
        below += LINE_HEIGHT
    if is_whole:
        y = panel.upright(one.middle)
        yield _level(panel.left, panel.right, y, LIGHT.ink, 2.5, name="Middle")
        yield _level(panel.left, panel.left + 10, below - 0.35 * SIZE, LIGHT.ink, 2.5)
        yield Words(panel.left + 13, below, panel.named("middle", one.middle), LIGHT.ink)
    size = min(9.0, 0.8 * panel.width / panel.size)
    yield Marks(dots, "circle", size, LIGHT.values, LIGHT.paper, 0.75, "Dots")


def _level(  # noqa: PLR0917
    left: float,
    right: float,
    y: float,
    colour: str,
    width: float,
    dash: tuple[float, ...] = (),
    name: str = "",
) -> Stroke:
    return Stroke(places([(left, y), (right, y)]), colour, width, dash, name)


def _pointer(x: float, y: float) -> Area:
    return Area(places([(x, y - 5), (x + 9, y), (x, y + 5)]), LIGHT.concern)


def _step(highest: float) -> float:
    """Choose the round number between two labels of the axis, so that there are few of them."""
    power = 10.0 ** math.floor(math.log10(highest / FULLEST)) if highest > 0 else 1.0
    return next(lead * power for lead in (1, 2, 5, 10) if lead * power * FULLEST >= highest)
