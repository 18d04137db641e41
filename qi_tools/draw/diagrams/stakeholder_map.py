"""A stakeholder map: influence upright, how much a change touches people across."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

from qi_tools.draw.diagrams.boxes import (
    LINE,
    PAD,
    TextBox,
    arrow_head,
    connector,
    rectangle,
    text_box,
)
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SMALL, wrapped
from qi_tools.draw.picture import KeyEntry, Picture, Sketch
from qi_tools.draw.placed import Area, Marks, Shape, Stroke, Thing, Words, places
from qi_tools.improvement.stakeholders import (
    INFLUENCES,
    QUADRANTS,
    STANDS,
    Quadrant,
    Stakeholder,
    StakeholderMap,
)
from qi_tools.palette import Theme

__all__ = ["picture"]

GAP, INSET = 8.0, PAD
BESIDE = 78.0  # the room for what the axis upright counts
LEAST_GRID = 520.0
LEAST_BOX, MOST_BOX = 200.0, 330.0
TRACK, STEP, MARK = 20.0, 28.0, 11.0
LOCATOR = 22.0
THICK = 2.6


class _Look(NamedTuple):
    shape: Shape
    full: bool


LOOKS: Final = {
    "against": _Look("diamond", full=True),
    "doubtful": _Look("diamond", full=False),
    "neutral": _Look("square", full=False),
    "helpful": _Look("circle", full=False),
    "leading": _Look("circle", full=True),
}


def picture(shown: StakeholderMap, theme: Theme) -> Picture:
    """Draw a stakeholder map.

    Parameters
    ----------
    shown : StakeholderMap
    theme : Theme

    Returns
    -------
    Picture
    """
    above = heading(shown.title, theme, is_blank=not shown.people)
    if not shown.people:
        return Picture(theme, above, (), shown.source, sketch=_blank)
    key = [KeyEntry(_mark(stand, 0, 0, theme), words) for stand, words in STANDS.items()]
    rim = Stroke(places([(0, 0)]), theme.concern, THICK, name="Rim")
    arrow = "The arrow leads from where people stand to where the change needs them."
    return Picture(
        theme,
        above,
        (),
        f"{arrow} {shown.source}".strip(),
        key=(*key, KeyEntry(rim, "thick rim: not yet where needed")),
        sketch=partial(_sketch, shown, theme),
    )


def _blank(room: float) -> Sketch:
    return Sketch((), 0.0)


def _sketch(shown: StakeholderMap, theme: Theme, room: float) -> Sketch:
    if shown.whole and room >= LEAST_GRID:
        return _grid(shown, theme, room)
    return _stacked([each for each in shown.quadrants if each.people], theme, room)


def _grid(shown: StakeholderMap, theme: Theme, room: float) -> Sketch:
    """Draw two rows of two quadrants, and below them the people who are not judged yet."""
    *judged, others = shown.quadrants
    wide = (room - BESIDE - GAP) / 2
    cells = {(each.influence, each.touched): _cell(each, wide, theme) for each in judged}
    lefts = {"low": BESIDE, "high": BESIDE + wide + GAP}
    things: list[Thing] = [
        Words(
            left + wide / 2,
            SMALL,
            f"{INFLUENCES[touched]} change to their day",
            theme.quiet_ink,
            SMALL,
            bold=True,
            anchor="middle",
        )
        for touched, left in lefts.items()
    ]
    top = LINE * SMALL + 6
    for influence in ("high", "low"):
        tall = max(cells[influence, touched].tall for touched in lefts)
        things += _beside(f"{INFLUENCES[influence]} influence", top + tall / 2, theme)
        for touched, left in lefts.items():
            things += cells[influence, touched].drawn(left, top, tall)
        top += tall + GAP
    if others.people:
        cell = _cell(others, room, theme)
        things += cell.drawn(0.0, top, cell.tall)
        top += cell.tall + GAP
    return Sketch(tuple(things), top - GAP)


def _stacked(quadrants: Sequence[Quadrant], theme: Theme, room: float) -> Sketch:
    """Draw the quadrants below one another, each with a sign of where on the map it stands."""
    things: list[Thing] = []
    top = 0.0
    for quadrant in quadrants:
        cell = _cell(quadrant, room, theme, located=True)
        things += cell.drawn(0.0, top, cell.tall)
        top += cell.tall + GAP
    return Sketch(tuple(things), top - GAP)


def _beside(words: str, middle: float, theme: Theme) -> Iterator[Words]:
    lines = wrapped(words, BESIDE - GAP, SMALL, bold=True)
    y = middle - LINE * SMALL * len(lines) / 2 + SMALL
    for number, text in enumerate(lines):
        yield Words(0.0, y + number * LINE * SMALL, text, theme.quiet_ink, SMALL, bold=True)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A quadrant with its words broken into lines and its people in columns."""

    quadrant: Quadrant
    heading: TextBox
    columns: tuple[tuple[_Person, ...], ...]
    located: bool
    theme: Theme

    @property
    def tall(self) -> float:
        tallest = max(sum(each.tall + GAP for each in column) for column in self.columns)
        return self.heading.height + tallest + (INSET - GAP if tallest else 0.0)

    def drawn(self, left: float, top: float, tall: float) -> Iterator[Thing]:
        theme, first = self.theme, self.quadrant.influence == self.quadrant.touched == "high"
        wide = self.heading.width + (LOCATOR if self.located else 0.0)
        yield Area(
            places(rectangle(left, top, wide, tall)),
            theme.band if self.quadrant.influence else theme.paper,
            theme.values if first else theme.line,
            1.8 if first else 1.0,
            "Quadrant",
        )
        yield from self.heading.written(left, top, theme.ink, theme.quiet_ink)
        if self.located:
            yield from _locator(self.quadrant, left + wide - LOCATOR - PAD, top + PAD + 2, theme)
        x = left + INSET
        for column in self.columns:
            y = top + self.heading.height
            for person in column:
                yield from person.drawn(x, y, theme)
                y += person.tall + GAP
            x += (column[0].box.width if column else 0.0) + GAP


def _cell(quadrant: Quadrant, wide: float, theme: Theme, *, located: bool = False) -> _Cell:
    shown, count = len(quadrant.people), quadrant.count
    name = quadrant.name if shown == count else f"{quadrant.name} ({shown} of {count})"
    more = [quadrant.meaning] if located or not quadrant.influence else []
    if not count:
        more.append("No one yet.")
    heading = text_box(name, wide - (LOCATOR if located else 0.0), more, bold=True)
    room = wide - 2 * INSET
    many = max(1, int((room + GAP) // (LEAST_BOX + GAP)))
    each = min(MOST_BOX if many > 1 else room, (room - (many - 1) * GAP) / many)
    columns: list[list[_Person]] = [[] for _ in range(many)]
    for person in quadrant.people:
        shortest = min(columns, key=lambda column: sum(other.tall + GAP for other in column))
        shortest.append(_person(person, each))
    return _Cell(quadrant, heading, tuple(map(tuple, columns)), located, theme)


def _locator(quadrant: Quadrant, left: float, top: float, theme: Theme) -> Iterator[Area]:
    """Draw the map very small, with one of its quadrants filled."""
    if not quadrant.influence:
        return
    half = LOCATOR / 2
    for influence, touched in QUADRANTS:
        x = left + (half if touched == "high" else 0.0)
        y = top + (0.0 if influence == "high" else half)
        here = (influence, touched) == (quadrant.influence, quadrant.touched)
        fill = theme.values if here else theme.paper
        yield Area(places(rectangle(x, y, half, half)), fill, theme.line, 1.0, "Locator")


@dataclass(frozen=True, slots=True)
class _Person:
    """A person or group with its words broken into lines."""

    who: Stakeholder
    box: TextBox

    @property
    def tall(self) -> float:
        return self.box.height + (TRACK if self.who.now or self.who.wanted else 0.0)

    def drawn(self, left: float, top: float, theme: Theme) -> Iterator[Thing]:
        rim, width = (theme.concern, THICK) if self.who.to_move else (theme.line, 1.0)
        corners = places(rectangle(left, top, self.box.width, self.tall))
        yield Area(corners, theme.paper, rim, width, "Box")
        yield from self.box.written(left, top, theme.ink, theme.quiet_ink)
        yield from _track(
            self.who, left + PAD + 1, top + self.box.height - PAD + TRACK / 2 + 3, theme
        )


def _person(who: Stakeholder, wide: float) -> _Person:
    return _Person(who, text_box(who.who or "…", wide, who.notes, bold=True))


def _track(who: Stakeholder, left: float, middle: float, theme: Theme) -> Iterator[Thing]:
    """Draw the way from against to leading, and on it where people stand and are needed."""
    there = {stand: left + MARK / 2 + place * STEP for place, stand in enumerate(STANDS)}
    if not (who.now or who.wanted):
        return
    ends = [(there["against"], middle), (there["leading"], middle)]
    yield Stroke(places(ends), theme.line, 1.0, name="Track")
    for x in there.values():
        yield Stroke(places([(x, middle - 3), (x, middle + 3)]), theme.line, 1.0, name="Track")
    if who.to_move:
        start, end = there[who.now], there[who.wanted]
        way = 1 if end > start else -1
        tip = (end - way * (MARK / 2 + 3), middle)
        yield connector([(start, middle), (tip[0] - 4 * way, middle)], theme, width=3.0)
        yield arrow_head(tip, (way, 0), theme, 9.0)
    for stand in {who.now, who.wanted} - {""}:
        yield _mark(stand, there[stand], middle, theme)


def _mark(stand: str, x: float, y: float, theme: Theme) -> Marks:
    look = LOOKS[stand]
    fill = theme.ink if look.full else theme.paper
    return Marks(places([(x, y)]), look.shape, MARK, fill, theme.ink, 1.6, STANDS[stand])
