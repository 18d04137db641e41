"""The means of two or three factors at the corners of a square or a cube, as a picture.

The words of the levels stand at the ends of the edges that they belong to. The cube takes the width
that they leave, and the height that they need.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, width, wrapped
from qi_tools.draw.picture import Paragraph, Picture, Sketch
from qi_tools.draw.placed import Anchor, Area, Stroke, Thing, Words, places
from qi_tools.experiments.factorial.cubes import Cube
from qi_tools.experiments.factorial.designs import Factor
from qi_tools.palette import Theme
from qi_tools.spc.sentences import provenance
from qi_tools.words import counted, number_in_words

__all__ = ["caption", "picture"]

LINE = LINE_HEIGHT * SMALL
GAP = 6.0
BOX_HEIGHT = 24.0
NOT_RUN = "not run"
LEAST_TALL, MOST_WIDE = 120.0, 260.0
WIDEST_WORDS = 0.3  # so much of the whole width the words beside the cube may take
HIDDEN = (2.0, 3.0)
FRAME, THICK_FRAME = 1.2, 3.0


def picture(plot: Cube, theme: Theme) -> Picture:
    """Draw a cube or a square.

    Parameters
    ----------
    plot : Cube
    theme : Theme

    Returns
    -------
    Picture
    """
    return Picture(
        theme,
        tuple(_above(plot, theme)),
        (),
        caption(plot),
        sketch=lambda room: _sketch(plot, room, theme),
    )


def caption(plot: Cube) -> str:
    """Say what stands at the corners, and where the values come from."""
    shape = "Cube" if len(plot.factors) == 3 else "Square"
    runs = counted(plot.runs_each, "run")
    read = (
        f"{shape} plot: at each corner stands the mean of {runs}; the ends of an edge differ in "
        "one factor. The highest mean has a thick frame."
    )
    return " ".join(filter(None, (read, provenance(plot.done))))


def _above(plot: Cube, theme: Theme) -> Iterator[Paragraph]:
    unit = plot.done.measure.unit
    yield from heading(plot.title, f"Mean, {unit}" if unit else "Mean", "neither", theme)
    yield Paragraph(plot.finding, theme.ink)
    for warning in plot.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of words at an end of an edge, or its factor's name between them."""

    lines: tuple[str, ...]
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * LINE

    def at(self, x: float, top: float, anchor: Anchor, theme: Theme) -> Iterator[Words]:
        for number, line in enumerate(self.lines):
            base = top + (number + 0.76) * LINE
            yield Words(x, base, line, theme.ink, SMALL, self.bold, anchor)


def _edge_words(factor: Factor, room: float) -> tuple[_Block, _Block, _Block]:
    """Give the words of an edge: its low level, its name and its high level."""
    return (
        _Block(wrapped(factor.low, room, SMALL)),
        _Block(wrapped(factor.name, room, SMALL, bold=True), bold=True),
        _Block(wrapped(factor.high, room, SMALL)),
    )


def _along(factor: Factor, room: float) -> tuple[tuple[_Block, _Block, _Block], float]:
    """Give the words of an edge that runs up or back, and how far down it must reach for them."""
    words = _edge_words(factor, room)
    return words, words[1].height + LINE + 2 * GAP


def _needed(factor: Factor) -> float:
    """Give the width in which no word of an edge is broken off."""
    words = _edge_words(factor, 1e6)
    return 1.03 * max(width(line, SMALL, block.bold) for block in words for line in block.lines)


@dataclass(frozen=True, slots=True)
class _Solid:
    """Where the corners stand: the front square, and how far off the back one is."""

    left: float
    top: float
    wide: float
    tall: float
    back: tuple[float, float]

    def corner(self, signs: Sequence[int]) -> tuple[float, float]:
        """Give the place of a corner."""
        behind = len(signs) == 3 and signs[2] > 0
        across, up = self.back if behind else (0.0, 0.0)
        x = self.left + (self.wide if signs[0] > 0 else 0.0) + across
        y = self.top + (0.0 if signs[1] > 0 else self.tall) - up
        return x, y


def _sketch(plot: Cube, room: float, theme: Theme) -> Sketch:
    """Place the cube and its words in the room across."""
    said = [number_in_words(cell.mean) if cell.responses else NOT_RUN for cell in plot.cells]
    box = max(width(each, SIZE, bold=True) for each in said) * 1.05 + 2 * GAP
    deep = len(plot.factors) == 3
    half = box / 2
    # Half as deep as wide, and wider than two boxes: so no box meets a box or covers another edge.
    least = box + 10.0
    whole = (1.5 if deep else 1.0) * least + box
    sides = 2 if deep else 1
    most = min(WIDEST_WORDS * room, (room - whole) / sides - GAP)
    beside = min(most, _needed(plot.factors[1]))
    behind = min(most, _needed(plot.factors[2])) if deep else 0.0
    left = room - beside - behind - sides * GAP - box
    wide = min(MOST_WIDE, left / 1.5 if deep else left)
    up_words, tall = _along(plot.factors[1], beside)
    back_words, depth = _along(plot.factors[2], behind) if deep else (up_words, 0.0)
    rise = max(depth, 0.35 * wide, BOX_HEIGHT + 20) if deep else 0.0
    tall = max(tall, LEAST_TALL, 0.75 * wide, rise + BOX_HEIGHT + 10)
    head = max(0.0, up_words[2].height - LINE - rise, _over(back_words, tall) if deep else 0.0)
    spare = max(0.0, left - wide * (1.5 if deep else 1.0))
    solid = _Solid(
        spare / 2 + beside + GAP + half,
        head + rise + BOX_HEIGHT / 2,
        wide,
        tall,
        (wide / 2 if deep else 0.0, rise),
    )
    # What stands beside the lower corners grows down to here.
    below = max(up_words[0].height, back_words[0].height) - LINE / 2 + GAP
    words = [
        *_upright_words(up_words, solid, half, theme),
        *_across_words(plot.factors[0], solid, half, (below, room), theme),
        *(_back_words(back_words, solid, half, theme) if deep else ()),
    ]
    things = (*_edges(plot, solid, theme), *_boxes(plot, solid, said, box, theme), *words)
    lowest = max(each.y for each in words) + 0.3 * SMALL
    return Sketch(things, max(lowest, solid.top + tall + BOX_HEIGHT / 2))


def _over(words: tuple[_Block, _Block, _Block], tall: float) -> float:
    """Give how far the words at the back's foot reach above the cube."""
    return words[2].height - LINE / 2 - tall - BOX_HEIGHT / 2


def _edges(plot: Cube, solid: _Solid, theme: Theme) -> Iterator[Stroke]:
    for one, other in combinations(plot.cells, 2):
        differ = sum(a != b for a, b in zip(one.signs, other.signs, strict=True))
        if differ > 1:
            continue
        # Behind the front lie the three edges that meet at the left, low corner of the back.
        hidden = (-1, -1, 1) in {one.signs, other.signs}
        there = places([solid.corner(one.signs), solid.corner(other.signs)])
        dash = HIDDEN if hidden else ()
        yield Stroke(there, theme.quiet_ink, 1.0 if hidden else 1.5, dash, "Edge")


def _boxes(
    plot: Cube, solid: _Solid, said: Sequence[str], box: float, theme: Theme
) -> Iterator[Thing]:
    highest = plot.ranked[-1].mean
    for cell, words in zip(plot.cells, said, strict=True):
        x, y = solid.corner(cell.signs)
        across, down = box / 2, BOX_HEIGHT / 2
        corners = [(x - across, y - down), (x + across, y - down)]
        corners += [(x + across, y + down), (x - across, y + down)]
        run = bool(cell.responses)
        rim = theme.ink if run else theme.line
        thick = THICK_FRAME if run and cell.mean == highest else FRAME
        yield Area(places(corners), theme.paper, rim, thick, "Corner")
        ink = theme.ink if run else theme.quiet_ink
        yield Words(x, y + 0.36 * SIZE, words, ink, SIZE, run, "middle")


def _upright_words(
    words: tuple[_Block, _Block, _Block], solid: _Solid, half: float, theme: Theme
) -> Iterator[Words]:
    """Write beside the left edge: the low level grows downwards from its foot, the high one up."""
    low, name, high = words
    x, foot = solid.left - half - GAP, solid.top + solid.tall
    yield from high.at(x, solid.top + LINE / 2 - high.height, "end", theme)
    yield from name.at(x, (solid.top + foot - name.height) / 2, "end", theme)
    yield from low.at(x, foot - LINE / 2, "end", theme)


def _across_words(
    factor: Factor, solid: _Solid, half: float, spread: tuple[float, float], theme: Theme
) -> Iterator[Words]:
    """Write below the lower edge: its levels at its ends, its name below them.

    Words too long for the edge spread to both sides of its middle, below all that stands beside it.
    """
    left, right = solid.left - half, solid.left + solid.wide + half
    middle, (below, room) = (left + right) / 2, spread
    side = (right - left) / 2 - GAP
    top = solid.top + solid.tall + BOX_HEIGHT / 2 + GAP
    low, _, high = _edge_words(factor, side)
    if max(len(low.lines), len(high.lines)) == 1:
        yield from low.at(left, top, "start", theme)
        yield from high.at(right, top, "end", theme)
    else:
        top = max(top, solid.top + solid.tall + below)
        side = min(middle, room - middle) - GAP
        low, _, high = _edge_words(factor, side)
        yield from low.at(middle - GAP, top, "end", theme)
        yield from high.at(middle + GAP, top, "start", theme)
    name = _edge_words(factor, 2 * side)[1]
    yield from name.at(middle, top + max(low.height, high.height) + 2, "middle", theme)


def _back_words(
    words: tuple[_Block, _Block, _Block], solid: _Solid, half: float, theme: Theme
) -> Iterator[Words]:
    """Write beside the edge that runs from the right, low corner to the back."""
    low, name, high = words
    (across, up), foot = solid.back, solid.top + solid.tall
    right = solid.left + solid.wide
    yield from high.at(
        right + across + half + GAP, foot - up + LINE / 2 - high.height, "start", theme
    )
    middle = right + across / 2 + name.height / 2 * across / up + GAP
    yield from name.at(middle, foot - (up + name.height) / 2, "start", theme)
    yield from low.at(right + half + GAP, foot - LINE / 2, "start", theme)
