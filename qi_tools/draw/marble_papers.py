"""The papers of the marble funnel as a picture: around the same mark, on the same scale."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from qi_tools.draw.letters import SIZE, SMALL, TITLE_SIZE
from qi_tools.draw.picture import KeyEntry, Paragraph, Picture, Sketch
from qi_tools.draw.placed import Marks, Places, Stroke, Thing, Words, line, places
from qi_tools.experiments.marble_funnel import Drops, radius_alone
from qi_tools.experiments.marble_papers import MarblePapers
from qi_tools.palette import Theme

__all__ = ["EARLIER", "LATER", "caption", "picture"]

EARLIER, LATER, RING = "Earlier half", "Later half", "Ring"
RING_SHARE = 0.95
LARGEST = 320.0  # the side of a paper, in points
GAP, HEAD, FOOT = 12.0, 20.0, 22.0
WIDE_ENOUGH = 500.0  # for more than two papers beside one another
ROUND = (10, 20, 50, 100, 200, 500, 1000, 2000)  # lengths of the ruler, in millimetres


def picture(laid: MarblePapers, theme: Theme) -> Picture:
    """Draw papers side by side.

    Parameters
    ----------
    laid : MarblePapers
    theme : Theme

    Returns
    -------
    Picture
    """
    nowhere = line([], [])
    return Picture(
        theme=theme,
        above=(
            Paragraph("Where the marbles fell", theme.ink, TITLE_SIZE, bold=True),
            Paragraph(laid.finding, theme.ink),
        ),
        panels=(),
        caption=caption(laid),
        key=(
            *(KeyEntry(mark, mark.name) for mark in _halves(nowhere, nowhere, 7.0, theme)),
            KeyEntry(_ring(nowhere, theme), "95 in 100, left alone"),
        ),
        sketch=lambda room: _sketch(laid, room, theme),
    )


def caption(laid: MarblePapers) -> str:
    """Say what the marks are, and that scales are alike."""
    one = len(laid.runs) == 1
    scale = "The scale is" if one else "All papers have one scale,"
    return (
        "Each mark is a marble; a thin line joins them in the order of falling, and the cross is "
        "the mark aimed at. Within the dashed ring 95 marbles in 100 fall when the funnel is left "
        f"alone. {scale} the same across and along. Of several runs with one rule, the latest. "
        "Simulated data."
    )


def _sketch(laid: MarblePapers, room: float, theme: Theme) -> Sketch:
    count = len(laid.runs)
    columns = min(count, 3 if room >= WIDE_ENOUGH and count == 3 else 2)
    side = min(LARGEST, (room - GAP * (columns - 1)) / columns)
    first = (room - columns * side - (columns - 1) * GAP) / 2
    reach = _reach(laid)
    row = HEAD + side + GAP
    things: list[Thing] = []
    for number, run in enumerate(laid.runs):
        left = first + number % columns * (side + GAP)
        top = number // columns * row
        title = f"Rule {run.aim.rule}: {run.aim.drops} drops"
        things.append(Words(left, top + SIZE, title, theme.ink, SMALL, bold=True))
        things += _paper(run, (left, top + HEAD), side, reach, theme)
    height = math.ceil(count / columns) * row
    things += _ruler(first, height, side / 2 / reach, theme)
    return Sketch(tuple(things), height + FOOT)


def _reach(laid: MarblePapers) -> float:
    """Give how far from the mark the papers' edges are, in millimetres."""
    fell = (max(abs(drop.across), abs(drop.along)) for run in laid.runs for drop in run.drops)
    return 1.06 * max(radius_alone(RING_SHARE), *fell)


def _paper(
    run: Drops, corner: tuple[float, float], side: float, reach: float, theme: Theme
) -> Iterator[Thing]:
    scale = side / 2 / reach
    middle = np.array(corner) + side / 2
    fell = np.array([(drop.across, -drop.along) for drop in run.drops]) * scale + middle
    edges = places([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * side + np.array(corner)
    yield Stroke(edges, theme.line, name="Paper")
    yield Stroke(fell, theme.line, 0.5, name="Order")
    turn = np.linspace(0, 2 * math.pi, 73)
    around = line(np.cos(turn), np.sin(turn))
    half = len(fell) // 2
    size = min(7.0, max(4.0, side / 45))
    yield from _halves(fell[:half], fell[half:], size, theme)
    yield _ring(around * radius_alone(RING_SHARE) * scale + middle, theme)
    for arm in ([(-6, 0), (6, 0)], [(0, -6), (0, 6)]):
        yield Stroke(places(arm) + middle, theme.paper, 5.0, name="Halo")
    for arm in ([(-6, 0), (6, 0)], [(0, -6), (0, 6)]):
        yield Stroke(places(arm) + middle, theme.ink, 2.0, name="Mark")


def _halves(earlier: Places, later: Places, size: float, theme: Theme) -> tuple[Marks, Marks]:
    """Give the marks that tell early from late: by being filled or not, and by shape."""
    return (
        Marks(earlier, "circle", size, theme.paper, theme.values, 1.2, EARLIER),
        Marks(later, "diamond", 1.1 * size, theme.concern, theme.paper, 0.5, LATER),
    )


def _ring(around: Places, theme: Theme) -> Stroke:
    return Stroke(around, theme.ink, 1.3, (5.0, 3.0), RING)


def _ruler(left: float, top: float, scale: float, theme: Theme) -> Iterator[Thing]:
    """Draw a length of so many millimetres below the papers."""
    length = max(each for each in ROUND if each * scale <= 70 or each == ROUND[0])
    right, y = left + length * scale, top + 0.5 * SIZE
    bar = [(left, y - 4), (left, y), (right, y), (right, y - 4)]
    yield Stroke(places(bar), theme.ink, 1.2, name="Ruler")
    yield Words(right + 8, y + 2, f"{length:,} mm", theme.quiet_ink, SMALL)
