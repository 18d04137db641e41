"""A tree from left to right; where there is little room, each level set in below the one above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qi_tools.draw.diagrams.boxes import TextBox, connector, outlined_box, text_box
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SMALL, wrapped
from qi_tools.draw.picture import Picture, Sketch
from qi_tools.draw.placed import Thing, Words
from qi_tools.improvement.outline import Item, walked
from qi_tools.improvement.trees import Tree
from qi_tools.palette import Theme

__all__ = ["picture"]

ACROSS_GAP, DOWN_GAP, BRANCH_GAP = 30.0, 7.0, 15.0
LEAST_COLUMN, MOST_COLUMN = 118.0, 330.0
INDENT, LEAST_BOX = 22.0, 150.0
HEADING_LINE = 15.0


def picture(tree: Tree, theme: Theme) -> Picture:
    """Draw a tree.

    Parameters
    ----------
    tree : Tree
    theme : Theme

    Returns
    -------
    Picture
    """
    above = heading(tree.title, theme, is_blank=not tree.branches)
    return Picture(theme, above, (), tree.source, sketch=lambda room: _sketch(tree, room, theme))


def _sketch(tree: Tree, room: float, theme: Theme) -> Sketch:
    if not tree.items:
        return Sketch((), 0.0)
    columns = 1 + max(depth for _, depth, _ in walked(tree.items))
    column = min(MOST_COLUMN, (room - (columns - 1) * ACROSS_GAP) / columns)
    if column < LEAST_COLUMN:
        return _set_in(tree.items, room, theme)
    top, things = _headings(tree, columns, column, theme)
    node = _measured(tree.items[0], column, 0)
    things += _placed(node, 0.0, top, theme)
    return Sketch(tuple(things), top + node.tall)


def _headings(tree: Tree, columns: int, column: float, theme: Theme) -> tuple[float, list[Thing]]:
    names = [tree.levels[min(level, len(tree.levels) - 1)] for level in range(columns)]
    lines = [wrapped(name, column, SMALL, bold=True) for name in names]
    things: list[Thing] = [
        Words(
            level * (column + ACROSS_GAP),
            SMALL + number * HEADING_LINE,
            text,
            theme.quiet_ink,
            SMALL,
            bold=True,
        )
        for level, heading in enumerate(lines)
        for number, text in enumerate(heading)
    ]
    return max(map(len, lines)) * HEADING_LINE + 6.0, things


@dataclass(frozen=True, slots=True)
class _Node:
    """An item with the room that it and all below it need."""

    box: TextBox
    level: int
    below: tuple[_Node, ...]
    gap: float

    @property
    def below_tall(self) -> float:
        return sum(node.tall for node in self.below) + self.gap * max(0, len(self.below) - 1)

    @property
    def tall(self) -> float:
        return max(self.box.height, self.below_tall)


def _measured(item: Item, column: float, level: int) -> _Node:
    box = text_box(item.words or "…", column, item.more, bold=level == 0)
    below = tuple(_measured(each, column, level + 1) for each in item.below)
    return _Node(box, level, below, BRANCH_GAP if level == 0 else DOWN_GAP)


def _placed(node: _Node, left: float, top: float, theme: Theme) -> Iterator[Thing]:
    """Draw a node at the middle of its room, and all below it to the right."""
    middle = top + node.tall / 2
    right, next_left = left + node.box.width, left + node.box.width + ACROSS_GAP
    bend = right + ACROSS_GAP / 2
    y = middle - node.below_tall / 2
    for each in node.below:
        there = y + each.tall / 2
        way = [(right, middle), (bend, middle), (bend, there), (next_left, there)]
        yield connector(way, theme)
        yield from _placed(each, next_left, y, theme)
        y += each.tall + node.gap
    yield from _boxed(node.box, node.level, left, middle - node.box.height / 2, theme)


def _set_in(items: Sequence[Item], room: float, theme: Theme) -> Sketch:
    """Draw each level set in below the one above, as an outline of boxes."""
    things: list[Thing] = []
    most = (room - LEAST_BOX) / INDENT
    top = 0.0
    feet: dict[int, float] = {}
    for _, depth, item in walked(items):
        left = min(depth, most) * INDENT
        box = text_box(item.words or "…", room - left, item.more, bold=depth == 0)
        if depth and depth <= most:
            stem, middle = left - INDENT / 2, top + box.height / 2
            way = [(stem, feet[depth - 1]), (stem, middle), (left, middle)]
            things.append(connector(way, theme))
        things += _boxed(box, depth, left, top, theme)
        feet[depth] = top + box.height
        top += box.height + DOWN_GAP
    return Sketch(tuple(things), top - DOWN_GAP)


def _boxed(box: TextBox, level: int, left: float, top: float, theme: Theme) -> Iterator[Thing]:
    if level == 0:
        yield from outlined_box(box, left, top, theme, fill=theme.values, rim=theme.values)
    elif level == 1:
        yield from outlined_box(
            box, left, top, theme, fill=theme.band, rim=theme.values, rim_width=1.8
        )
    else:
        yield from outlined_box(box, left, top, theme)
