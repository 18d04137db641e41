"""The latest figures as they were built: each part right, or crossed out where it is not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, TITLE_SIZE
from qi_tools.draw.picture import KeyEntry, Paragraph, Picture, Sketch
from qi_tools.draw.placed import Area, Places, Stroke, Thing, Words, line, moved, places
from qi_tools.experiments.figure_building import Build, Builds, Period
from qi_tools.experiments.figure_exercise import IDEAS, PARTS
from qi_tools.palette import Theme
from qi_tools.words import number_in_words

__all__ = ["caption", "picture"]

TALL, BROAD = 122.0, 100.0
LEAST_CELL, MOST_CELL = 101.0, 170.0
WRONG = "Missing or wrong"
RIGHT = "Right"
CROSS = 5.0


def _oval(x: float, y: float, across: float, down: float) -> list[tuple[float, float]]:
    turns = [2 * math.pi * step / 28 for step in range(28)]
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


def _box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


# About a middle of (50, 66), in a box 100 wide and 122 high. A part may be of several shapes.
BODY: Final = _oval(50, 68, 27, 37)
SHAPES: Final[Mapping[str, tuple[list[tuple[float, float]], ...]]] = {
    "hat": (_box(33, 8, 67, 28), _box(22, 26, 78, 33)),
    "left ear": (_oval(19, 53, 8, 10),),
    "right ear": (_oval(81, 53, 8, 10),),
    "eyes": (_oval(41, 50, 6, 6), _oval(59, 50, 6, 6)),
    "nose": (_oval(50, 64, 7, 5.5),),
    "mouth": (_box(37, 76, 63, 83),),
    "left arm": ([(25, 77), (7, 90), (3, 84), (23, 68)],),
    "right arm": ([(75, 77), (93, 90), (97, 84), (77, 68)],),
    "left shoe": (_oval(35, 109, 14, 7),),
    "right shoe": (_oval(65, 109, 14, 7),),
}


def picture(builds: Builds, theme: Theme) -> Picture:
    """Draw the latest figures.

    Parameters
    ----------
    builds : Builds
    theme : Theme

    Returns
    -------
    Picture
    """
    latest = builds.periods[-1]
    title = "The first figures"
    if latest.number:
        title = f"The latest figures: {IDEAS[latest.cycle.idea].words}"
    return Picture(
        theme,
        (Paragraph(title, theme.ink, TITLE_SIZE, bold=True),),
        (),
        caption(builds),
        key=(
            KeyEntry(Stroke(places([]), theme.values, 7.0), RIGHT),
            KeyEntry(Stroke(places([]), theme.concern, 1.5, (3.0, 2.0)), f"{WRONG}, with a cross"),
        ),
        sketch=lambda room: _sketch(latest, room, theme),
    )


def caption(builds: Builds) -> str:
    """Say what is drawn, and where it comes from."""
    parts = len(PARTS)
    return (
        f"Each figure has {parts} parts: {', '.join(PARTS)}. Below it stand its seconds and how "
        f"many parts are right. {builds.times.source}, simulated."
    )


def _sketch(period: Period, room: float, theme: Theme) -> Sketch:
    """Put the figures in rows, as many beside one another as there is room for."""
    columns = min(len(period.builds), int(room // LEAST_CELL))
    rows = math.ceil(len(period.builds) / columns)
    columns = math.ceil(len(period.builds) / rows)
    cell = min(room / columns, MOST_CELL)
    height = TALL + 2 * SIZE * LINE_HEIGHT + 10
    things: list[Thing] = []
    for number, build in enumerate(period.builds):
        row, column = divmod(number, columns)
        x, y = column * cell + (cell - BROAD) / 2, row * height
        things += [moved(thing, x, y) for thing in _figure(build, theme)]
    return Sketch(tuple(things), rows * height)


def _figure(build: Build, theme: Theme) -> Iterator[Thing]:
    yield Area(places(BODY), theme.band, theme.line, 1.5, "Body")
    for part, shapes in SHAPES.items():
        yield from _part(part, shapes, part in build.wrong, theme)
    seconds = f"{number_in_words(build.seconds)} seconds"
    for number, words in enumerate((seconds, f"{build.right} of {len(PARTS)} right")):
        base = TALL + SIZE + number * SIZE * LINE_HEIGHT
        yield Words(BROAD / 2, base, words, theme.ink, SMALL, number == 0, "middle")


def _part(
    part: str, shapes: tuple[list[tuple[float, float]], ...], is_wrong: bool, theme: Theme
) -> Iterator[Thing]:
    for corners in map(places, shapes):
        if not is_wrong:
            yield Area(corners, theme.values, theme.paper, 1.0, part)
            continue
        yield Area(corners, theme.paper, name=part)
        around = [*corners.tolist(), corners[0].tolist()]
        yield Stroke(places(around), theme.concern, 1.5, (3.0, 2.0), WRONG)
    if is_wrong:
        x, y = _middle(shapes)
        for rise in (CROSS, -CROSS):
            yield Stroke(line([x - CROSS, x + CROSS], [y - rise, y + rise]), theme.concern, 2.0)


def _middle(shapes: tuple[list[tuple[float, float]], ...]) -> Places:
    low = places([corner for shape in shapes for corner in shape]).min(axis=0)
    high = places([corner for shape in shapes for corner in shape]).max(axis=0)
    middle: Places = (low + high) / 2
    return middle
