"""The stages of a project as a path; on a phone it leads downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qi_tools.draw.diagrams.boxes import LINE, PAD, TextBox, rectangle, text_box
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SIZE, SMALL, wrapped
from qi_tools.draw.picture import Picture, Sketch
from qi_tools.draw.placed import Area, Marks, Stroke, Thing, Words, places
from qi_tools.improvement.progress import Progress, StageOnPath
from qi_tools.palette import Theme

__all__ = ["picture"]

LEAST_STEP, MOST_STEP = 170.0, 260.0
BETWEEN, ROWS_BETWEEN = 14.0, 40.0
DISC = 28.0
WALKED, AHEAD = 4.0, 1.6  # how thick the path is behind, and before, where the team stands
DASH = (5.0, 4.0)


def picture(path: Progress, theme: Theme) -> Picture:
    """Draw a path of stages.

    Parameters
    ----------
    path : Progress
    theme : Theme

    Returns
    -------
    Picture
    """
    above = heading(
        path.title, theme, is_blank=not any(stage.state == "Reached" for stage in path.stages)
    )
    return Picture(theme, above, (), path.source, sketch=lambda room: _sketch(path, room, theme))


def _sketch(path: Progress, room: float, theme: Theme) -> Sketch:
    most = int((room + BETWEEN) // (LEAST_STEP + BETWEEN))
    if most < 2:
        return _downwards(path.stages, room, theme)
    rows = -(-len(path.stages) // most)
    columns = -(-len(path.stages) // rows)  # no row much emptier than the others
    side = BETWEEN if rows > 1 else 0.0  # there the path turns to the next row
    wide = min(MOST_STEP, (room - side + BETWEEN) / columns - BETWEEN)
    things: list[Thing] = []
    discs: list[tuple[float, float]] = []
    y = DISC / 2
    for first in range(0, len(path.stages), columns):
        steps = [_measured(stage, wide) for stage in path.stages[first : first + columns]]
        tall = max(step.card.height for step in steps)
        for place, step in enumerate(steps):
            left = place * (wide + BETWEEN)
            discs.append((left + DISC / 2 + 1, y))
            things += _step(step, left, y + DISC / 2 + 8, tall, theme)
        y += DISC / 2 + 8 + tall + max(step.below for step in steps) + ROWS_BETWEEN + DISC / 2
    turn = columns * (wide + BETWEEN) - BETWEEN + side - 3
    ways = [
        [one, other]
        if one[1] == other[1]
        else [
            one,
            (turn, one[1]),
            (turn, other[1] - DISC / 2 - ROWS_BETWEEN / 2),
            (other[0], other[1] - DISC / 2 - ROWS_BETWEEN / 2),
            other,
        ]
        for one, other in pairwise(discs)
    ]
    return Sketch((*_walked(path.stages, ways, discs, theme), *things), y - DISC / 2 - ROWS_BETWEEN)


def _downwards(stages: Sequence[StageOnPath], room: float, theme: Theme) -> Sketch:
    things: list[Thing] = []
    discs: list[tuple[float, float]] = []
    left, top = DISC + BETWEEN, 0.0
    for stage in stages:
        step = _measured(stage, min(room - left, 2 * MOST_STEP))
        discs.append((DISC / 2 + 1, top + PAD + LINE * SIZE / 2))
        things += _step(step, left, top, step.card.height, theme)
        top += step.card.height + step.below + BETWEEN
    ways = [[one, other] for one, other in pairwise(discs)]
    return Sketch((*_walked(stages, ways, discs, theme), *things), max(0.0, top - BETWEEN))


@dataclass(frozen=True, slots=True)
class _Step:
    """A stage with its words broken into lines: some in its card, its meaning below that."""

    stage: StageOnPath
    card: TextBox
    meaning: tuple[str, ...]

    @property
    def below(self) -> float:
        return 5 + len(self.meaning) * LINE * SMALL


def _measured(stage: StageOnPath, wide: float) -> _Step:
    card = text_box(f"{stage.number}. {stage.name}", wide, stage.standing, bold=True)
    return _Step(stage, card, wrapped(stage.meaning, wide - PAD, SMALL))


def _step(step: _Step, left: float, top: float, tall: float, theme: Theme) -> Iterator[Thing]:
    fill, rim, thick = {
        "Reached": (theme.band, theme.values, 1.8),
        "Next": (theme.paper, theme.values, 2.6),
        "Not yet": (theme.paper, theme.line, 1.0),
    }[step.stage.state]
    corners = places(rectangle(left, top, step.card.width, tall))
    yield Area(corners, fill, rim, thick, "Box")
    # Not in the middle of its height: names beside one another stand level.
    yield from step.card.written(left, top, theme.ink, theme.quiet_ink)
    y = top + tall + 5
    for text in step.meaning:
        yield Words(left + PAD, y + SMALL, text, theme.quiet_ink, SMALL)
        y += LINE * SMALL


def _walked(
    stages: Sequence[StageOnPath],
    ways: Sequence[Sequence[tuple[float, float]]],
    discs: Sequence[tuple[float, float]],
    theme: Theme,
) -> Iterator[Thing]:
    """Draw the path, thick as far as the team has come, and a disc for each stage."""
    for way, stage in zip(ways, stages[1:], strict=True):
        if stage.state == "Reached":
            yield Stroke(places(way), theme.values, WALKED, name="Link")
        else:
            yield Stroke(places(way), theme.quiet_ink, AHEAD, DASH, "Link")
    for disc, stage in zip(discs, stages, strict=True):
        yield from _disc(disc, stage, theme)


def _disc(middle: tuple[float, float], stage: StageOnPath, theme: Theme) -> Iterator[Thing]:
    """Draw a disc: filled and ticked, with a dot where the team stands, or empty."""
    (x, y), there = middle, places([middle])
    match stage.state:
        case "Reached":
            yield Marks(there, "circle", DISC, theme.values, theme.values, name="Reached")
            tick = [(x - 6, y + 0.5), (x - 1.5, y + 5), (x + 6.5, y - 5)]
            yield Stroke(places(tick), theme.paper, 2.6, name="Tick")
        case "Next":
            yield Marks(there, "circle", DISC, theme.paper, theme.values, 2.6, "Next")
            yield Marks(there, "circle", DISC / 2.6, theme.values, name="Next dot")
        case _:
            yield Marks(there, "circle", DISC, theme.paper, theme.line, 1.4, "Not yet")
