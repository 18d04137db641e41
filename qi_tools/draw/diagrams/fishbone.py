"""A fishbone: the effect at its head, bones in pairs; on a phone one bone below another.

A bone slants, but words lie level: each cause stands above a twig that leads to its bone, no wider
than the bone leaves room for. Pairs of bones that have no room beside one another stand on spines
of their own, which all lead to the head.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qi_tools.draw.diagrams.boxes import (
    LINE,
    TextBox,
    arrow_head,
    connector,
    outlined_box,
    text_box,
)
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SIZE, SMALL, wrapped
from qi_tools.draw.picture import KeyEntry, Picture, Sketch
from qi_tools.draw.placed import Area, Marks, Stroke, Thing, Words, places
from qi_tools.improvement.causes import GUESS, Cause, Fishbone
from qi_tools.palette import Theme

__all__ = ["picture"]

LEAST_ROOM = 460.0  # in less there is no fish, only bones below one another
TAIL, NECK, HEAD, NOSE = 26.0, 14.0, 116.0, 22.0
LEAST_COLUMN, MOST_COLUMN = 182.0, 300.0  # the least holds a word such as "communication"
SLANT = 34.0  # how much farther left a bone ends than it begins
TOUCH = 6.0  # between the words of a cause and its bone
BETWEEN, ROWS_BETWEEN = 9.0, 22.0  # between causes on a bone, and between spines
LEAST_HALF = 34.0
MORE_SPINES, ONE_SIDED = 150.0, 400.0  # so much lower must the whole be for looking less a fish
MARK, BESIDE, BEHIND = 8.0, 15.0, 15.0
SPINE, BONE = 3.6, 2.2


def picture(fish: Fishbone, theme: Theme) -> Picture:
    """Draw a fishbone.

    Parameters
    ----------
    fish : Fishbone
    theme : Theme

    Returns
    -------
    Picture
    """
    above = heading(fish.title, theme, is_blank=not fish.causes)
    key = (
        KeyEntry(_mark(0, 0, theme, seen=True), "Seen: how we know stands below"),
        KeyEntry(_mark(0, 0, theme, seen=False), GUESS),
    )
    return Picture(
        theme,
        above,
        (),
        fish.source,
        key if any(cause.seen for cause in fish.causes) else (),
        sketch=lambda room: _sketch(fish, room, theme),
    )


def _sketch(fish: Fishbone, room: float, theme: Theme) -> Sketch:
    if room < LEAST_ROOM or not fish.causes:
        return _upright(fish, room, theme)
    head = text_box(fish.effect, HEAD, bold=True)
    rows = min(_fishes(fish, head, room), key=_cost)
    column, top = rows[0].column, 0.0
    neck = TAIL + max(len(row.pairs) for row in rows) * column + NECK
    things: list[Thing] = []
    spines: list[float] = []
    for row in rows:
        spine, bottom = top + row.up, top + row.up + row.down
        for place, pair in enumerate(row.pairs, 1):
            for bone, end in zip(pair, (top, bottom), strict=False):
                things += _bone(bone, TAIL + place * column, end, spine, theme)
        spines.append(spine)
        top += row.height
    return Sketch((*_spines(spines, neck, head, theme), *things), top - ROWS_BETWEEN)


def _fishes(fish: Fishbone, head: TextBox, room: float) -> Iterator[list[_Row]]:
    """Measure all fishes for which there is room: of pairs, or with bones above the spine only."""
    bones = fish.below()
    across = room - TAIL - NECK - HEAD - NOSE
    for together in (2, 1):
        pairs = [bones[place : place + together] for place in range(0, len(bones), together)]
        for count in range(min(len(pairs), int(across // LEAST_COLUMN)), 0, -1):
            yield _rows(fish, pairs, head, count, min(MOST_COLUMN, across / count))


def _cost(rows: Sequence[_Row]) -> float:
    """Weigh how high a fish is against how little it looks like one."""
    spines = MORE_SPINES * (len(rows) - 1)
    one_sided = ONE_SIDED if len(rows[0].pairs[0]) == 1 else 0.0
    return sum(row.height for row in rows) + spines + one_sided


def _rows(
    fish: Fishbone, pairs: Sequence[Sequence[Cause]], head: TextBox, count: int, column: float
) -> list[_Row]:
    """Measure the bones on as many spines as pairs need, so many of them on each."""
    rows: list[_Row] = []
    for first in range(0, len(pairs), count):
        there = tuple(
            tuple(_measured_bone(fish, bone, column) for bone in pair)
            for pair in pairs[first : first + count]
        )
        least = LEAST_HALF if rows else max(LEAST_HALF, head.height / 2 + BETWEEN)
        up, down = (
            max([least, *(pair[side].height for pair in there if len(pair) > side)])
            for side in (0, 1)
        )
        rows.append(_Row(column, there, up, down))
    return rows


def _spines(ys: Sequence[float], neck: float, head: TextBox, theme: Theme) -> Iterator[Thing]:
    """Draw the head, its spine, and the spines below, which lead up to it."""
    colour, first = theme.values, ys[0]
    chin = first + head.height / 2
    for y in ys[1:]:
        trunk = neck + HEAD / 2
        way = [(0.0, y), (trunk, y), (trunk, chin)]
        yield Stroke(places(way), colour, SPINE, name="Spine")
    if ys[1:]:
        yield replace(arrow_head((neck + HEAD / 2, chin), (0, -1), theme, 12.0), fill=colour)
    yield Stroke(places([(0.0, first), (neck, first)]), colour, SPINE, name="Spine")
    for y in ys:
        fin = [(0.0, y - 11), (13.0, y), (0.0, y + 11), (4.0, y)]
        yield Area(places(fin), colour, colour, name="Fin")
    yield from outlined_box(head, neck, first - head.height / 2, theme, fill=colour, rim=colour)
    right, steps = neck + HEAD, 24
    turns = [math.pi * (step / steps - 0.5) for step in range(steps + 1)]
    nose = [
        (right - 0.5 + NOSE * math.cos(turn), first + head.height / 2 * math.sin(turn))
        for turn in turns
    ]
    yield Area(places(nose), colour, colour, name="Nose")


@dataclass(frozen=True, slots=True)
class _Row:
    """A spine with its pairs of bones, and how far they reach above and below it."""

    column: float
    pairs: tuple[tuple[_Bone, ...], ...]
    up: float
    down: float

    @property
    def height(self) -> float:
        return self.up + self.down + ROWS_BETWEEN


@dataclass(frozen=True, slots=True)
class _Cause:
    """A cause with its words broken into lines, and what lies behind it."""

    words: tuple[str, ...]
    more: tuple[str, ...]
    seen: bool
    behind: tuple[_Cause, ...]

    @property
    def own_height(self) -> float:
        return LINE * (len(self.words) * SIZE + len(self.more) * SMALL) + 3

    @property
    def height(self) -> float:
        return self.own_height + sum(each.height + 3 for each in self.behind)


def _measured(fish: Fishbone, cause: Cause, room: float) -> _Cause:
    more = wrapped(f"Seen: {cause.seen}", room - BESIDE, SMALL) if cause.seen else ()
    behind = tuple(_measured(fish, each, room - BEHIND) for each in fish.below(cause.id))
    return _Cause(wrapped(cause.words or "…", room - BESIDE, SIZE), more, bool(cause.seen), behind)


def _written(cause: _Cause, left: float, top: float, theme: Theme) -> Iterator[Thing]:
    """Write a cause, and set in below it what lies behind it."""
    yield _mark(left + MARK / 2, top + 0.62 * SIZE, theme, seen=cause.seen)
    y = top
    for text in cause.words:
        yield Words(left + BESIDE, y + SIZE, text, theme.ink, SIZE)
        y += LINE * SIZE
    for text in cause.more:
        yield Words(left + BESIDE, y + SMALL, text, theme.quiet_ink, SMALL)
        y += LINE * SMALL
    stem, begun = left + MARK / 2, top + cause.own_height
    y = begun
    for each in cause.behind:
        y += 3
        middle = y + 0.62 * SIZE
        way = [(stem, begun), (stem, middle), (left + BEHIND - 2, middle)]
        yield connector(way, theme, width=1.0)
        yield from _written(each, left + BEHIND, y, theme)
        y += each.height


def _mark(x: float, y: float, theme: Theme, *, seen: bool) -> Marks:
    if seen:
        return Marks(places([(x, y)]), "square", MARK, theme.values, theme.values, name="Seen")
    return Marks(places([(x, y)]), "circle", MARK, theme.paper, theme.quiet_ink, 1.5, "Guess")


@dataclass(frozen=True, slots=True)
class _Bone:
    """A bone with its causes, measured for its column."""

    name: TextBox
    width: float
    causes: tuple[_Cause, ...]

    @property
    def height(self) -> float:
        return self.name.height + BETWEEN + sum(each.height + BETWEEN for each in self.causes)


def _measured_bone(fish: Fishbone, bone: Cause, column: float) -> _Bone:
    width = column - SLANT - TOUCH - BETWEEN
    causes = tuple(_measured(fish, each, width) for each in fish.below(bone.id))
    return _Bone(_named(bone, column - 2 * BETWEEN), width, causes)


def _named(bone: Cause, width: float) -> TextBox:
    more = (f"Seen: {bone.seen}",) if bone.seen else ()
    return text_box(bone.words or "…", width, more, bold=True)


def _bone(bone: _Bone, right: float, end: float, spine: float, theme: Theme) -> Iterator[Thing]:
    """Draw a bone from its outer end to the spine, its causes at its left, its name at its end."""
    up = end < spine
    rim = end + bone.name.height if up else end - bone.name.height  # where its name's box ends

    def across(y: float) -> float:
        return right - SLANT * (spine - y) / (spine - rim)

    way = places([(across(rim), rim), (right, spine)])
    yield Stroke(way, theme.values, BONE, name="Bone")
    y = rim + BETWEEN if up else rim - BETWEEN - (bone.height - bone.name.height - 2 * BETWEEN)
    for cause in bone.causes:
        # The bone is farthest left at the end that is farthest from the spine.
        left = across(y if up else y + cause.height) - TOUCH - bone.width
        twig = y + cause.own_height
        yield connector([(left, twig), (across(twig), twig)], theme, width=1.0)
        yield from _written(cause, left, y, theme)
        y += cause.height + BETWEEN
    top = end if up else rim
    left = right - SLANT - TOUCH - bone.width
    yield from _headed(bone.name, left, top, theme)


def _headed(name: TextBox, left: float, top: float, theme: Theme) -> Iterator[Thing]:
    yield from outlined_box(
        name, left, top, theme, fill=theme.band, rim=theme.values, rim_width=1.8
    )


def _upright(fish: Fishbone, room: float, theme: Theme) -> Sketch:
    """Draw the head on top, the spine down the left, and one bone below another."""
    spine, bones_left = 7.0, 22.0
    head = text_box(fish.effect, min(room, 2 * MOST_COLUMN), bold=True)
    things: list[Thing] = []
    top = head.height + BETWEEN * 2
    last = 0.0
    for bone in fish.below():
        name = _named(bone, min(room, 2 * MOST_COLUMN) - bones_left)
        last = top + name.height / 2
        way = places([(spine, last), (bones_left, last)])
        things.append(Stroke(way, theme.values, BONE, name="Bone"))
        things += _headed(name, bones_left, top, theme)
        stem, begun = bones_left + BETWEEN, top + name.height
        top = begun + BETWEEN
        for cause in fish.below(bone.id):
            left = bones_left + 2.5 * BETWEEN
            there = _measured(fish, cause, room - left)
            middle = top + 0.62 * SIZE
            way_in = [(stem, begun), (stem, middle), (left - 2, middle)]
            things.append(connector(way_in, theme, width=1.0))
            things += _written(there, left, top, theme)
            top += there.height + BETWEEN
        top += BETWEEN
    if last:
        way = places([(spine, last), (spine, head.height)])
        things.append(Stroke(way, theme.values, SPINE, name="Spine"))
        tip = arrow_head((spine, head.height), (0, -1), theme, 11.0)
        things.append(replace(tip, fill=theme.values))
    things += outlined_box(head, 0.0, 0.0, theme, fill=theme.values, rim=theme.values)
    return Sketch(tuple(things), max(head.height, top - 2 * BETWEEN))
