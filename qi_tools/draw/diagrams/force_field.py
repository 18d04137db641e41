"""A force field: a change in the middle, what drives it at its left, what holds it back right."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from qi_tools.draw.diagrams.boxes import PAD, TextBox, outlined_box, rectangle, text_box
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SIZE
from qi_tools.draw.picture import Picture, Sketch
from qi_tools.draw.placed import Area, Thing, Words, places
from qi_tools.improvement.forces import Force, ForceField, Side
from qi_tools.palette import Theme

__all__ = ["picture"]

GAP, LIST_GAP = 8.0, 18.0
LEAST_WIDE = 520.0
LEAST_BAR, MOST_BAR = 120.0, 230.0
LOWEST_WORDS = 160.0  # so far down the words of a long bar may stand
RAIL = 8.0  # the bar where the lists stand below one another
STRONGEST, LEAST_UNIT, MOST_UNIT = 5, 13.0, 24.0
NUMBER, HEAD = 24.0, 9.0
LEAST_BOX = 200.0


def picture(shown: ForceField, theme: Theme) -> Picture:
    """Draw a force field.

    Parameters
    ----------
    shown : ForceField
    theme : Theme

    Returns
    -------
    Picture
    """
    is_blank = not any(side.forces for side in shown.sides)
    caption = shown.source
    if not is_blank:
        strength = (
            "The number and the length of an arrow are the strength, from 1 (weak) to 5 (strong), "
            "as the team judges it. Judgements are not added up."
        )
        caption = f"{strength} {caption}".strip()
    above = heading(shown.title, theme, is_blank=is_blank)
    return Picture(theme, above, (), caption, sketch=partial(_sketch, shown, theme))


def _sketch(shown: ForceField, theme: Theme, room: float) -> Sketch:
    if not shown.items:
        return Sketch((), 0.0)
    (root,) = shown.items
    bar = min(MOST_BAR, max(LEAST_BAR, 0.2 * room))
    things: list[Thing] = []
    top = 0.0
    if room >= LEAST_WIDE and (shown.driving.forces or shown.holding.forces):
        change = text_box(root.words, bar, bold=True)
        wide = (room - bar) / 2
        halves = (_half(shown.driving, wide, 1), _half(shown.holding, wide, -1))
        top = max(half.heading.height for half in halves)
        tall = max(change.height, *(half.tall for half in halves))
        for half, left in zip(halves, (0.0, wide + bar), strict=True):
            things += half.headed(left, 0.0, theme)
            things += half.drawn(left, top, theme)
        things += _bar(change, wide, top, tall, theme)
        top += tall
    else:
        change = text_box(root.words, room, bold=True)
        things += _bar(change, 0.0, top, change.height, theme)
        top += change.height
        for side, towards in ((shown.driving, 1), (shown.holding, -1)):
            if not side.forces:
                continue
            half = _half(side, room - RAIL, towards)
            left = 0.0 if towards > 0 else RAIL
            things += half.headed(left, top + GAP, theme)
            top += GAP + half.heading.height
            rail = rectangle(room - RAIL if towards > 0 else 0.0, top, RAIL, half.tall)
            things.append(Area(places(rail), theme.values, name="Rail"))
            things += half.drawn(left, top, theme)
            top += half.tall
    if shown.open.forces:
        tall, more = _open(shown.open, top + LIST_GAP, room, theme)
        things += more
        top += LIST_GAP + tall
    return Sketch(tuple(things), top)


def _bar(box: TextBox, left: float, top: float, tall: float, theme: Theme) -> Iterator[Thing]:
    """Draw the change; in a long bar its words stand where they are seen first."""
    corners = places(rectangle(left, top, box.width, tall))
    yield Area(corners, theme.values, theme.values, name="Box")
    lower = min(LOWEST_WORDS, (tall - box.height) / 2)
    yield from box.written(left, top + lower, theme.paper, theme.paper)


@dataclass(frozen=True, slots=True)
class _Half:
    """The forces that pull one way, with their words broken into lines."""

    heading: TextBox
    rows: tuple[tuple[Force, TextBox], ...]
    towards: int
    wide: float
    unit: float

    @property
    def tall(self) -> float:
        return sum(box.height + GAP for _, box in self.rows) - (GAP if self.rows else 0.0)

    def _box_left(self, left: float) -> float:
        return left if self.towards > 0 else left + self.wide - self.heading.width

    def headed(self, left: float, top: float, theme: Theme) -> Iterator[Thing]:
        flush = self._box_left(left) - PAD
        yield from self.heading.written(flush, top, theme.ink, theme.quiet_ink)

    def drawn(self, left: float, top: float, theme: Theme) -> Iterator[Thing]:
        """Draw each force in a box, and its arrow with the tip at the bar."""
        box_left, tip = self._box_left(left), left + (self.wide if self.towards > 0 else 0.0)
        inner = box_left + (self.heading.width if self.towards > 0 else 0.0)
        for force, box in self.rows:
            middle = top + box.height / 2
            yield from outlined_box(box, box_left, top, theme)
            yield Words(
                inner + self.towards * NUMBER / 2,
                middle + 0.36 * SIZE,
                force.strength_in_words,
                theme.ink,
                SIZE,
                bold=True,
                anchor="middle",
            )
            if force.strength:
                colour = theme.values if self.towards > 0 else theme.concern
                yield _arrow(tip, middle, self.towards * self.unit, force.strength, colour)
            top += box.height + GAP


def _half(side: Side, wide: float, towards: int) -> _Half:
    unit = min(MOST_UNIT, max(LEAST_UNIT, wide / 22))
    box_wide = wide - NUMBER - unit * STRONGEST
    rows = tuple((each, text_box(each.words or "…", box_wide, each.notes)) for each in side.forces)
    return _Half(_heading(side, box_wide), rows, towards, wide, unit)


def _heading(side: Side, wide: float) -> TextBox:
    shown, count = len(side.forces), side.count
    forces = "force" if count == 1 else "forces"
    share = f"{count} {forces}" if shown == count else f"{shown} of {count} {forces}"
    return text_box(side.name, wide, [share if count else "None yet."], bold=True)


def _arrow(tip: float, middle: float, unit: float, strength: float, colour: str) -> Area:
    """Draw an arrow as long, and as thick, as its force is strong; a unit below 0 leads left."""
    half = 1.5 + strength
    neck, tail = tip - math.copysign(HEAD, unit), tip - unit * strength
    wing = half + 4.5
    upper = [(tail, -half), (neck, -half), (neck, -wing), (tip, 0.0)]
    lower = [(x, -y) for x, y in reversed(upper[:-1])]
    return Area(places([(x, middle + y) for x, y in upper + lower]), colour, name="Arrow")


def _open(side: Side, top: float, room: float, theme: Theme) -> tuple[float, list[Thing]]:
    """Draw the forces of which the team has not said which way they pull, in rows of boxes."""
    heading = _heading(side, room)
    things: list[Thing] = [*heading.written(-PAD, top, theme.ink, theme.quiet_ink)]
    begun = top
    top += heading.height
    many = max(1, int((room + GAP) // (LEAST_BOX + GAP)))
    wide = (room - (many - 1) * GAP) / many
    boxes = [
        text_box(each.words or "…", wide, (f"Strength: {each.strength_in_words}", *each.notes))
        for each in side.forces
    ]
    for first in range(0, len(boxes), many):
        row = boxes[first : first + many]
        tall = max(box.height for box in row)
        for number, box in enumerate(row):
            things += outlined_box(box, number * (wide + GAP), top, theme, height=tall)
        top += tall + GAP
    return top - GAP - begun, things
