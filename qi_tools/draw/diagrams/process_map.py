"""A process map: steps in the lanes of those who do them, in rows of lanes as music has staves.

Ways to the next column are drawn as lines. All others are tabs at both ends, such as "to 5" and
"from 2", so that no line runs across the map and it can wrap, and be parted over pages, anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qi_tools.draw.diagrams.boxes import LINE, arrow_head, connector, rectangle
from qi_tools.draw.diagrams.channels import TRACKS, bundled, ordered
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.diagrams.steps import (
    Node,
    Room,
    drawn_shape,
    edge,
    hand_off_mark,
    node,
    shape,
    step_box,
    worth_mark,
)
from qi_tools.draw.letters import SMALL, width, wrapped
from qi_tools.draw.picture import KeyEntry, Paragraph, Picture, Sketch
from qi_tools.draw.placed import Area, Thing, Words, places
from qi_tools.improvement.process import WORTHS, Way
from qi_tools.improvement.process_map import Lane, MappedStep, ProcessMap
from qi_tools.palette import Theme

__all__ = ["picture"]

LEAST_COLUMN, MOST_COLUMN = 104.0, 176.0
LEAST_COLUMNS = 3  # with fewer, steps stand below one another
EXIT, TRACK, HEAD = 14.0, 6.0, 8.0
CHANNEL = EXIT + TRACKS * TRACK + HEAD
SIDE = 9.0  # between the edge of a lane and its first and last column
LANE_PAD, ROW_GAP, SYSTEM_GAP = 11.0, 12.0, 18.0
LEAST_NAME, MOST_NAME, NAME_PAD = 52.0, 110.0, 7.0
ENTRY = 6.0  # lines enter a box so far from its corners
STEP_GAP = 26.0
MARK_ROOM = 6.0  # a mark stands half above the first step


def picture(shown: ProcessMap, theme: Theme) -> Picture:
    """Draw a process map.

    Parameters
    ----------
    shown : ProcessMap
    theme : Theme

    Returns
    -------
    Picture
    """
    title, *blank = heading(shown.title, theme, is_blank=not shown.steps)
    told = [
        Paragraph(text, colour)
        for text, colour in ((shown.about, theme.ink), (shown.counts, theme.quiet_ink))
        if text
    ]
    caption = shown.source
    if any(not each.goes_on and each.ways for each in shown.steps):
        numbers = "Steps are numbered: from “to 5” go on at step 5, from “back to 2” at step 2."
        caption = f"{numbers} {caption}".strip()
    return Picture(
        theme,
        (title, *told, *blank),
        (),
        caption,
        key=tuple(_key(shown, theme)),
        sketch=lambda room: _sketch(shown, room, theme),
    )


def _key(shown: ProcessMap, theme: Theme) -> Iterator[KeyEntry]:
    judged = {each.step.worth for each in shown.steps}
    for worth, words in WORTHS.items():
        if worth in judged:
            yield KeyEntry(worth_mark(worth, theme), words)
    if shown.hand_offs:
        yield KeyEntry(hand_off_mark(0.0, 0.0, theme), "Hand-off: someone else takes over")


def _sketch(shown: ProcessMap, room: float, theme: Theme) -> Sketch:
    steps = [shown.steps[number - 1] for number in shown.shown]
    if not steps:
        return Sketch((), 0.0)
    there = sorted({each.column for each in steps})
    grid = _grid(shown, len(there), room)
    if grid is None:
        return _below_one_another(sorted(steps, key=lambda each: each.number), shown, room, theme)
    systems = [
        [each for each in steps if each.column in there[first : first + grid.columns]]
        for first in range(0, len(there), grid.columns)
    ]
    drawn = {ends for system in systems for ends in _drawn_ways(system)}
    origins: dict[int, list[Way]] = {}
    for way in shown.ways:
        if (way.start, way.to) not in drawn:
            origins.setdefault(way.to, []).append(way)
    things: list[Thing] = []
    top = 0.0
    for system in systems:
        nodes = {
            each.number: node(each, grid.column, origins.get(each.number, ()), drawn)
            for each in system
        }
        bottom, lanes, placed = _stacked(shown.lanes, nodes, grid, top, theme)
        things += lanes
        things += _lines(placed, drawn, theme)
        for each in placed.values():
            things += each.node.drawn(each.room, theme)
        top = bottom + SYSTEM_GAP
    return Sketch(tuple(things), top - SYSTEM_GAP)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns in a row of lanes: the width of the lanes' names, how many, and their width."""

    names: float
    columns: int
    column: float

    @property
    def wide(self) -> float:
        return self.left(self.columns) - CHANNEL + SIDE

    def left(self, place: int) -> float:
        """Give where a column begins."""
        return self.names + SIDE + place * (self.column + CHANNEL)


def _grid(shown: ProcessMap, columns: int, room: float) -> _Grid | None:
    """Part the columns over as few rows of lanes as hold them; None where the room is narrow."""
    names = _name_width(shown)
    free = room - names - 2 * SIDE + CHANNEL
    most = int(free // (LEAST_COLUMN + CHANNEL))
    if most < LEAST_COLUMNS:
        return None
    in_a_row = math.ceil(columns / math.ceil(columns / most))
    return _Grid(names, in_a_row, min(MOST_COLUMN, free / in_a_row - CHANNEL))


def _name_width(shown: ProcessMap) -> float:
    """Give the width of the names of lanes; 0 where nobody is named."""
    words = [word for lane in shown.lanes for word in lane.name.split()]
    if not words:
        return 0.0
    widest = max(width(word, SMALL, bold=True) for word in words) * 1.03 + 2 * NAME_PAD
    return min(MOST_NAME, max(LEAST_NAME, widest))


def _drawn_ways(system: Iterable[MappedStep]) -> Iterator[tuple[int, int]]:
    """Choose the ways that are drawn: to the next column, for as many boxes as have a track."""
    columns = {each.number: each.column for each in system}
    targets: dict[int, list[int]] = {}
    for each in system:
        for way in each.ways:
            if columns.get(way.to) == each.column + 1:
                into = targets.setdefault(each.column, [])
                if way.to not in into and len(into) < TRACKS:
                    into.append(way.to)
                if way.to in into:
                    yield way.start, way.to


@dataclass(frozen=True, slots=True)
class _Placed:
    """A step in its place."""

    node: Node
    room: Room

    @property
    def corners(self) -> list[tuple[float, float]]:
        return shape(self.node.step.step.kind, self.room)


def _stacked(
    lanes: Iterable[Lane], nodes: Mapping[int, Node], grid: _Grid, top: float, theme: Theme
) -> tuple[float, list[Thing], dict[int, _Placed]]:
    """Place steps in a row of those lanes that have some, and draw the bands of these."""
    first = min(each.step.column for each in nodes.values())
    placed: dict[int, _Placed] = {}
    bands: list[Thing] = []
    for lane in lanes:
        steps = [each for each in lane.steps if each.number in nodes]
        if not steps:
            continue
        y = top + LANE_PAD
        for row in _rows(steps):
            in_row = [nodes[each.number] for each in row]
            y += max(each.above for each in in_row)
            height = max(each.box.height for each in in_row)
            for each in in_row:
                left = grid.left(each.step.column - first)
                placed[each.step.number] = _Placed(each, Room(left, y, grid.column, height))
            y += height + max(each.below for each in in_row) + ROW_GAP
        room = grid.names - 2 * NAME_PAD
        name = wrapped(lane.name or "…", room, SMALL, bold=True) if grid.names else ()
        bottom = LANE_PAD + max(y - ROW_GAP, top + LANE_PAD + len(name) * LINE * SMALL)
        bands += _band(name, grid, top, bottom, theme)
        top = bottom
    return top, bands, placed


def _rows(steps: Sequence[MappedStep]) -> list[list[MappedStep]]:
    """Set the steps of a lane in rows: those of one column below one another."""
    rows: list[list[MappedStep]] = []
    for each in steps:
        row = next((row for row in rows if all(one.column != each.column for one in row)), None)
        if row is None:
            rows.append([each])
        else:
            row.append(each)
    return rows


def _band(
    name: Sequence[str], grid: _Grid, top: float, bottom: float, theme: Theme
) -> Iterator[Thing]:
    tall = bottom - top
    lane = rectangle(0.0, top, grid.wide, tall)
    yield Area(places(lane), theme.band, theme.line, 1.0, "Lane")
    if name:
        cell = rectangle(0.0, top, grid.names, tall)
        yield Area(places(cell), theme.paper, theme.line, 1.0, "Name")
    y = top + (tall - len(name) * LINE * SMALL) / 2
    for number, text in enumerate(name):
        base = y + SMALL + number * LINE * SMALL
        yield Words(NAME_PAD, base, text, theme.ink, SMALL, bold=True)


def _lines(
    placed: Mapping[int, _Placed], drawn: Collection[tuple[int, int]], theme: Theme
) -> Iterator[Thing]:
    """Draw the lines, channel by channel."""
    channels: dict[int, dict[int, dict[Way, tuple[float, float]]]] = {}
    for each in placed.values():
        for way, y in each.node.exits(each.room).items():
            if (way.start, way.to) in drawn:
                right = each.room.right if each.node.tabs else edge(each.corners, y)[1]
                into = channels.setdefault(each.node.step.column, {})
                into.setdefault(way.to, {})[way] = (right, y)
    for into in channels.values():
        rooms = {to: placed[to].room for to in into}
        bundles = bundled(
            {to: [y for _, y in ways.values()] for to, ways in into.items()},
            {to: (room.top + ENTRY, room.bottom - ENTRY) for to, room in rooms.items()},
        )
        tracks = {bundle.to: place for place, bundle in enumerate(ordered(bundles))}
        for bundle in bundles:
            begin = rooms[bundle.to].left - CHANNEL
            x = begin + EXIT + TRACK * tracks.get(bundle.to, 0)
            tip = (edge(placed[bundle.to].corners, bundle.entry)[0] - 1.0, bundle.entry)
            for way, (right, y) in into[bundle.to].items():
                bend = [(x, y), (x, bundle.entry)] if y != bundle.entry else []
                yield connector([(right, y), *bend, (tip[0] - HEAD + 2, bundle.entry)], theme)
                if way.hand_off:
                    yield hand_off_mark(begin + EXIT / 2, y, theme)
            yield arrow_head(tip, (1, 0), theme)


def _below_one_another(
    steps: Sequence[MappedStep], shown: ProcessMap, room: float, theme: Theme
) -> Sketch:
    """Draw one step a row, where there is room for no more."""
    things: list[Thing] = []
    top = foot = 0.0
    for place, each in enumerate(steps):
        lane = (each.step.lane,) if each.step.lane else ()
        ways = () if each.goes_on else tuple(_told(way, shown) for way in each.ways)
        box = step_box(each, room, (*lane, *each.details), ways)
        top = foot + STEP_GAP if place else MARK_ROOM
        if place:
            things += _down(steps[place - 1], each, (room / 2, foot), top, theme)
        things += drawn_shape(each, box, Room(0.0, top, room, box.height), theme)
        foot = top + box.height
    return Sketch(tuple(things), foot)


def _told(way: Way, shown: ProcessMap) -> str:
    """Say in words where a way leads."""
    hands = " (hand-off)" if way.hand_off else ""
    return f"{way.words} {shown.steps[way.to - 1].step.words}{hands}".strip()


def _down(
    one: MappedStep, other: MappedStep, begin: tuple[float, float], bottom: float, theme: Theme
) -> Iterator[Thing]:
    """Draw the way to the step below, if there is one."""
    ways = [way for way in one.ways if way.to == other.number]
    if ways:
        x, top = begin
        yield connector([begin, (x, bottom - HEAD + 1)], theme)
        yield arrow_head((x, bottom - 1), (0, 1), theme)
        if ways[0].hand_off:
            yield hand_off_mark(x, top + 8, theme)
