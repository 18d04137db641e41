"""One step of a process map: its shape, its words, and the tabs of ways that are not drawn."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from qi_tools.draw.diagrams.boxes import LINE, PAD, TextBox, rectangle, text_box
from qi_tools.draw.letters import HINTED, SMALL, wrapped
from qi_tools.draw.letters import width as letters_width
from qi_tools.draw.placed import Area, Marks, Shape, Thing, Words, places
from qi_tools.improvement.process import Way
from qi_tools.improvement.process_map import MappedStep
from qi_tools.palette import Theme

__all__ = [
    "Node",
    "Room",
    "Tab",
    "drawn_shape",
    "edge",
    "hand_off_mark",
    "node",
    "shape",
    "step_box",
    "worth_mark",
]

Corners = list[tuple[float, float]]

POINT, ROUND, BULGE = 12.0, 16.0, 14.0
INSETS = {"decision": (8.0, 8.0), "wait": (0.0, 4.0), "start": (4.0, 4.0), "end": (4.0, 4.0)}
INDENT = 12.0  # tabs keep so far from the left of their step
TAB_SIDE, TAB_PAD, TAB_POINT, LEAST_TAB = 6.0, 3.0, 6.0, 36.0
MARK = 12.0


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a shape.

    Parameters
    ----------
    left, top, width, height : float
    """

    left: float
    top: float
    width: float
    height: float = 0.0

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab below a step: when a way is taken and, unless a line shows that, where it leads.

    Parameters
    ----------
    way : Way
    lines : tuple of str
    drawn : bool
        True where a line leads from it.
    """

    way: Way
    lines: tuple[str, ...]
    drawn: bool

    @property
    def height(self) -> float:
        """How high it is."""
        return _tab_height(self.lines)


@dataclass(frozen=True, slots=True)
class Node:
    """A step with its tabs.

    Parameters
    ----------
    step : MappedStep
    width : float
    box : TextBox
        Its words, in the room that its shape leaves for them.
    origins : tuple of str
        The lines of the tab above it: from where it is reached by ways that are not drawn.
    tabs : tuple of Tab
    """

    step: MappedStep
    width: float
    box: TextBox
    origins: tuple[str, ...]
    tabs: tuple[Tab, ...]

    @property
    def above(self) -> float:
        """How high its tab above is."""
        return _tab_height(self.origins) if self.origins else 0.0

    @property
    def below(self) -> float:
        """How high its tabs below are."""
        return sum(tab.height for tab in self.tabs)

    def exits(self, room: Room) -> dict[Way, float]:
        """Give how far down the drawn ways leave it, for the room of its shape."""
        if not self.tabs:
            return dict.fromkeys(self.step.ways, room.middle)
        found, y = {}, room.bottom
        for tab in self.tabs:
            if tab.drawn:
                found[tab.way] = y + tab.height / 2
            y += tab.height
        return found

    def drawn(self, room: Room, theme: Theme) -> Iterator[Thing]:
        """Draw it: shape, words, tabs and marks.

        Parameters
        ----------
        room : Room
            Of its shape; the tabs stand above and below.
        theme : Theme
        """
        if self.origins:
            tab = Room(room.left + INDENT, room.top - self.above, _tab_width(self.origins))
            yield from _tab_drawn(self.origins, tab, "", theme)
        y = room.bottom
        for each in self.tabs:
            towards = "" if each.drawn else "left" if each.way.back else "right"
            wide = _tab_width(each.lines) + (TAB_POINT if towards else 0.0)
            x = room.left + INDENT if each.way.back else room.right - wide
            yield from _tab_drawn(each.lines, Room(x, y, wide), towards, theme)
            if each.way.hand_off and not each.drawn:
                yield hand_off_mark(x - 4, y + each.height / 2, theme)
            y += each.height
        yield from drawn_shape(self.step, self.box, room, theme)


def node(
    step: MappedStep, width: float, origins: Sequence[Way], drawn: Collection[tuple[int, int]]
) -> Node:
    """Measure a step.

    Parameters
    ----------
    step : MappedStep
    width : float
    origins : sequence of Way
        The ways to it that are not drawn.
    drawn : collection of tuple of int
        The ends of the ways that are.

    Returns
    -------
    Node
    """
    from_where = ", ".join(str(number) for number in sorted({way.start for way in origins}))
    room = width - INDENT - 2 * TAB_SIDE - TAB_POINT
    tabs = []
    for way in step.ways:
        line = (way.start, way.to) in drawn
        if not (line and len(step.ways) == 1 and not way.label):
            words = way.label if line and way.label else way.words
            tabs.append(Tab(way, wrapped(words, room, SMALL), line))
    return Node(
        step,
        width,
        step_box(step, width, step.details),
        wrapped(f"from {from_where}", room + TAB_POINT - 2 * MARK, SMALL) if origins else (),
        tuple(tabs),
    )


def step_box(
    step: MappedStep, width: float, details: Sequence[str], more: Sequence[str] = ()
) -> TextBox:
    """Break the words of a step into lines for the room in its shape, and what is said below."""
    inner = width - sum(INSETS.get(step.step.kind, (0.0, 0.0)))
    one_line = " · ".join(details)
    fits = len(wrapped(one_line, inner - 2 * PAD, SMALL)) == 1
    return text_box(step.words, inner, (*((one_line,) if details and fits else details), *more))


def drawn_shape(step: MappedStep, box: TextBox, room: Room, theme: Theme) -> Iterator[Thing]:
    """Draw the shape of a step with its words and the mark of its worth."""
    kind = step.step.kind
    dark = kind in {"start", "end"}
    fill = {"start": theme.values, "end": theme.values, "wait": theme.band}.get(kind, theme.paper)
    rim = {"decision": theme.values, "wait": theme.concern}.get(kind, theme.quiet_ink)
    yield Area(places(shape(kind, room)), fill, theme.values if dark else rim, 1.6, "Box")
    ink, quiet = (theme.paper, theme.paper) if dark else (theme.ink, theme.quiet_ink)
    left = room.left + INSETS.get(kind, (0.0, 0.0))[0]
    yield from box.written(left, room.top, ink, quiet, room.height)
    if step.step.worth:
        place = [(room.right - POINT - MARK / 2, room.top)]
        yield replace(worth_mark(step.step.worth, theme), places=places(place))


def worth_mark(worth: str, theme: Theme) -> Marks:
    """Give the mark of what a step is worth: a shape as well as a colour."""
    looks: dict[str, tuple[Shape, str]] = {
        "value": ("triangle", theme.improvement),
        "needed": ("square", theme.quiet_ink),
        "waste": ("diamond", theme.concern),
    }
    form, colour = looks[worth]
    return Marks(places([(0.0, 0.0)]), form, MARK, colour, theme.paper, 1.5, "Worth")


def hand_off_mark(x: float, y: float, theme: Theme) -> Marks:
    """Mark a way on which someone else takes over."""
    return Marks(places([(x, y)]), "circle", 9.0, theme.paper, theme.special, 2.5, "Hand-off")


def shape(kind: str, room: Room) -> Corners:
    """Give the corners of the shape of a kind of step.

    A start and an end have round ends, a wait bulges to the right, a decision is pointed at both
    sides, and a task is a rectangle.
    """
    left, right, top, bottom = room.left, room.right, room.top, room.bottom
    match kind:
        case "decision":
            inner, outer = left + POINT, right - POINT
            return [
                *((inner, top), (outer, top), (right, room.middle)),
                *((outer, bottom), (inner, bottom), (left, room.middle)),
            ]
        case "wait":
            middle = (right - BULGE, room.middle)
            return [(left, top), *_arc(middle, (BULGE, room.height / 2), -90, 90), (left, bottom)]
        case "start" | "end":
            near, far, high, low = left + ROUND, right - ROUND, top + ROUND, bottom - ROUND
            round_all = (ROUND, ROUND)
            return [
                *_arc((near, high), round_all, 180, 270),
                *_arc((far, high), round_all, 270, 360),
                *_arc((far, low), round_all, 0, 90),
                *_arc((near, low), round_all, 90, 180),
            ]
        case _:
            return rectangle(left, top, room.width, room.height)


def edge(corners: Corners, y: float) -> tuple[float, float]:
    """Give how far left and right a shape reaches at some place down.

    Examples
    --------
    >>> edge(shape("decision", Room(0.0, 0.0, 100.0, 40.0)), 10.0)
    (6.0, 94.0)
    """
    found = []
    for (x, one), (other_x, other) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if one == other:
            found += [x, other_x] if one == y else []
        elif min(one, other) <= y <= max(one, other):
            found.append(x + (other_x - x) * (y - one) / (other - one))
    return min(found), max(found)


def _arc(middle: tuple[float, float], radii: tuple[float, float], first: int, last: int) -> Corners:
    """Give places along an ellipse, from one angle to another in steps of 15 degrees."""
    angles = [math.radians(angle) for angle in range(first, last + 1, 15)]
    (x, y), (across, down) = middle, radii
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


def _tab_height(lines: Sequence[str]) -> float:
    return 2 * TAB_PAD + LINE * SMALL * len(lines)


def _tab_width(lines: Sequence[str]) -> float:
    widest = max(letters_width(line, SMALL) for line in lines) * HINTED
    return max(LEAST_TAB, widest + 2 * TAB_SIDE)


def _tab_drawn(lines: Sequence[str], corner: Room, towards: str, theme: Theme) -> Iterator[Thing]:
    """Draw a tab, pointed where its way leads."""
    room = replace(corner, height=_tab_height(lines))
    left, right, top, bottom = room.left, room.right, room.top, room.bottom
    rim, x = theme.line, left + TAB_SIDE
    match towards:
        case "right":
            inner = right - TAB_POINT
            point = [(inner, top), (right, room.middle), (inner, bottom)]
            corners = [(left, top), *point, (left, bottom)]
        case "left":
            rim, inner = theme.concern, left + TAB_POINT
            x += TAB_POINT
            point = [(inner, bottom), (left, room.middle), (inner, top)]
            corners = [(right, top), (right, bottom), *point]
        case _:
            corners = rectangle(left, top, room.width, room.height)
    yield Area(places(corners), theme.paper, rim, 1.0, "Tab")
    for number, text in enumerate(lines):
        base = top + TAB_PAD + SMALL + number * LINE * SMALL
        yield Words(x, base, text, theme.ink, SMALL)
