"""A picture laid out: where its words, axes, labels and remarks stand, so that none covers another.

The layout comes from the words that the picture must hold: long ones make it taller and squeeze
nothing. Lines are named where they end; remarks stand in a band of their own above the axes. So
words never lie on the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, width, wrapped
from qi_tools.draw.picture import EndLabel, KeyEntry, Panel, Paragraph, Picture, Remark
from qi_tools.draw.placed import (
    Drawn,
    Marks,
    Sheet,
    Stroke,
    Thing,
    Words,
    moved,
    places,
)
from qi_tools.draw.point_labels import Box, labelled
from qi_tools.draw.scales import Ticks
from qi_tools.palette import Theme

__all__ = ["NARROW", "WIDE", "Frame", "Layout", "lay_out", "lay_out_about"]

# Sizes in points; at full width on a page these are CSS pixels.
WIDE, NARROW = 680.0, 320.0
FULL_AXES = 480.0  # the width of axes for which marks are drawn at their full size
LOWER = 0.875  # the height of axes in a narrow picture, as a share of that in a wide one
EDGE = 8.0
ABOVE_AXES = 12.0
ICON = 44.0
TICK = 4.0
LABEL_GAP = 6.0
HALF_A_DATE = 24.0  # what the label of the last point needs beside the axes
REMARK_ROOM, END_ROOM = 180.0, 140.0
MOST_LINES = 3
ROOM_FOR_ROW = 150.0  # so much width of the axes allows one more row of remarks
BASELINE = 1.02  # of the letters' size, from the top of a line


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One panel in its place.

    Parameters
    ----------
    panel : Panel
    left, top, width, height : float
        The room between its axes.
    across, upright : Ticks
        The labels that fit.
    around : tuple of Thing
        What is written around it: end labels and remarks.
    """

    panel: Panel
    left: float
    top: float
    width: float
    height: float
    across: Ticks
    upright: Ticks
    around: tuple[Thing, ...]

    @property
    def across_title(self) -> tuple[str, ...]:
        """What the axis across counts, in the lines that it takes; none where nothing is said."""
        title = self.panel.across.title
        return wrapped(title, self.width, SIZE) if title else ()

    def x(self, value: float) -> float:
        """Give the place across of a value."""
        scale = self.panel.across
        return self.left + (value - scale.low) / (scale.high - scale.low) * self.width

    def y(self, value: float) -> float:
        """Give the place down of a value."""
        scale = self.panel.upright
        return self.top + (scale.high - value) / (scale.high - scale.low) * self.height

    def placed(self, thing: Drawn) -> Drawn:
        """Give a thing of the panel in its place on the sheet."""
        x, y = self.x(0.0), self.y(0.0)
        unit = np.array([self.x(1.0) - x, self.y(1.0) - y])
        there = thing.places * unit + np.array((x, y))
        if isinstance(thing, Marks):  # on a phone dots lie closer together
            shrink = min(1.0, max(0.6, self.width / FULL_AXES))
            size, rim = thing.size * shrink, thing.rim_width * shrink
            return replace(thing, places=there, size=size, rim_width=rim)
        return replace(thing, places=there)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A picture with every word and every axis in its place.

    Parameters
    ----------
    width, height : float
        Of the whole, in points.
    theme : Theme
    words : tuple of Thing
        What stands above and below the axes.
    frames : tuple of Frame
    """

    width: float
    height: float
    theme: Theme
    words: tuple[Thing, ...]
    frames: tuple[Frame, ...]

    @property
    def sheet(self) -> Sheet:
        """The picture, ready to be written."""
        things: list[Thing] = [*self.words]
        for frame in self.frames:
            things += _axes(frame, self.theme)
            things += map(frame.placed, frame.panel.things)
            things += frame.around
        return Sheet(self.width, self.height, self.theme.paper, tuple(things))


def lay_out(picture: Picture, room: float = WIDE) -> Layout:
    """Lay a picture out.

    Parameters
    ----------
    picture : Picture
    room : float
        The width of the whole, in points.

    Returns
    -------
    Layout
    """
    theme = picture.theme
    y, words = _heading(picture, EDGE, EDGE, room - 2 * EDGE)
    y += EDGE if len(picture.panels) > 1 else 0.0  # their titles stand apart from the key
    if picture.sketch:
        sketch = picture.sketch(room - 2 * EDGE)
        words += [moved(thing, EDGE, y + EDGE) for thing in sketch.things]
        y += sketch.height + 2 * EDGE
    height = picture.height * (1 if room >= WIDE else LOWER)
    columns = max(1, int(room // picture.panel_width)) if picture.panel_width else 1
    frames: list[Frame] = []
    listed: list[Paragraph] = []
    cell = (room - EDGE) / columns
    for first in range(0, len(picture.panels), columns):
        row = picture.panels[first : first + columns]
        laid = [
            _panel(panel, _Box(EDGE + place * cell, y, cell - EDGE, height), theme)
            for place, panel in enumerate(row)
        ]
        lowest = max(frame.top for frame, _ in laid)  # axes beside one another stand level
        frames += [_lowered(frame, lowest - frame.top) for frame, _ in laid]
        listed += [paragraph for _, more in laid for paragraph in more]
        y = lowest + height + max(_below_axes(frame) for frame, _ in laid) + EDGE
    caption = [Paragraph(picture.caption, theme.quiet_ink, SMALL)] if picture.caption else []
    for paragraphs in (listed, caption):
        for paragraph in paragraphs:
            y, written = _written(paragraph, EDGE, y, room - 2 * EDGE, theme)
            words += written
        y += 4
    return Layout(room, y + EDGE, theme, tuple(words), tuple(frames))


def lay_out_about(picture: Picture, width: float, height: float) -> Layout:
    """Lay a picture of one panel out about axes whose size is given; its words stand above them.

    Parameters
    ----------
    picture : Picture
    width, height : float
        The size of the axes, in points.

    Returns
    -------
    Layout
        Counted from the top left corner of the heading; without caption.
    """
    theme = picture.theme
    y, words = _heading(picture, 0.0, 0.0, width)
    (panel,) = picture.panels
    labels = [wrapped(end.words, END_ROOM, SMALL) for end in panel.ends]
    bare = _bare(panel, _Box(0.0, y + ABOVE_AXES, width, height))
    frame, listed = _furnished(bare, labels, width + END_ROOM, theme)
    y = frame.top + height + _below_axes(frame) + EDGE
    for paragraph in listed:
        y, written = _written(paragraph, 0.0, y, width, theme)
        words += written
    return Layout(width, frame.top + height, theme, tuple(words), (frame,))


def _heading(picture: Picture, x: float, y: float, room: float) -> tuple[float, list[Thing]]:
    """Write what stands above the axes: icons, words and key."""
    things: list[Thing] = []
    icons, top = len(picture.icons), y
    for number, icon in enumerate(picture.icons):
        left = x + room - (icons - number) * (ICON + 4) + 4
        things += [moved(thing, left, top, ICON / 100) for thing in icon]
    for paragraph in picture.above:
        beside = icons * (ICON + 4) + 8 if icons and y < top + ICON else 0.0
        y, written = _written(paragraph, x, y, room - beside, picture.theme)
        things += written
    if icons:
        y = max(y, top + ICON)
    y, written = _key(picture.key, x, y, room, picture.theme)
    return y, things + written


def _written(
    paragraph: Paragraph, x: float, y: float, room: float, theme: Theme
) -> tuple[float, list[Thing]]:
    """Write a paragraph from y down, and say where the next one begins."""
    size = paragraph.size
    things: list[Thing] = []
    if paragraph.warns:
        middle = y + 0.62 * size
        things += _warning_sign(x + 0.6 * size, middle, size, paragraph.colour, theme)
        x, room = x + 1.6 * size, room - 1.6 * size
    for line in wrapped(paragraph.text, room, size, paragraph.bold):
        base = y + BASELINE * size
        things.append(Words(x, base, line, paragraph.colour, size, paragraph.bold))
        y += size * LINE_HEIGHT
    return y + 2, things


def _warning_sign(x: float, y: float, size: float, colour: str, theme: Theme) -> list[Thing]:
    return [
        Marks(places([(x, y)]), "triangle", size, colour, name="Warning"),
        Words(x, y + 0.42 * size, "!", theme.paper, 0.75 * size, bold=True, anchor="middle"),
    ]


def _key(
    key: Sequence[KeyEntry], left: float, y: float, room: float, theme: Theme
) -> tuple[float, list[Thing]]:
    """Write the key in as many rows as it needs."""
    things: list[Thing] = []
    x, sample = left, 22.0
    for entry in key:
        wide = sample + width(entry.words, SMALL) + 16
        if x > left and x + wide > left + room:
            x, y = left, y + SMALL * LINE_HEIGHT
        middle = y + 0.68 * SMALL
        line = [(x, middle), (x + sample - 5, middle)]
        if isinstance(entry.sample, Marks):
            line = [((x + x + sample - 5) / 2, middle)]
        things.append(replace(entry.sample, places=places(line)))
        base = y + BASELINE * SMALL
        things.append(Words(x + sample, base, entry.words, theme.quiet_ink, SMALL))
        x += wide
    return (y + SMALL * LINE_HEIGHT + 2 if key else y), things


@dataclass(frozen=True, slots=True)
class _Box:
    """The room that a panel, or the axes in it, may take."""

    left: float
    top: float
    width: float
    height: float


def _panel(panel: Panel, box: _Box, theme: Theme) -> tuple[Frame, list[Paragraph]]:
    """Place one panel: its title, its axes, and what stands around them."""
    above: list[Thing] = []
    top = box.top
    for title, colour, size, bold in (
        (panel.title, theme.ink, SIZE, True),
        (panel.upright.title, theme.quiet_ink, SMALL, False),
    ):
        if title:
            paragraph = Paragraph(title, colour, size, bold)
            top, written = _written(paragraph, box.left, top, box.width, theme)
            above += written
    labelled = max(map(width, panel.upright.ticks(box.height).labels), default=0.0) + TICK + 4
    labels = [wrapped(end.words, min(END_ROOM, 0.3 * box.width), SMALL) for end in panel.ends]
    widest = max((width(line, SMALL) for label in labels for line in label), default=0.0)
    beside = widest + LABEL_GAP + 4 if panel.ends else HALF_A_DATE
    axes = _Box(box.left + labelled, top + ABOVE_AXES, box.width - labelled - beside, box.height)
    frame, listed = _furnished(_bare(panel, axes), labels, box.left + box.width, theme)
    return replace(frame, around=(*above, *frame.around)), listed


def _bare(panel: Panel, axes: _Box) -> Frame:
    across, upright = panel.across.ticks(axes.width), panel.upright.ticks(axes.height)
    return Frame(panel, axes.left, axes.top, axes.width, axes.height, across, upright, ())


def _furnished(
    bare: Frame, labels: Sequence[tuple[str, ...]], furthest: float, theme: Theme
) -> tuple[Frame, list[Paragraph]]:
    """Write remarks above the axes, names beside points, and names beside the axes.

    What has no room is numbered and listed elsewhere.
    """
    band, remarks, listed = _remarks(bare, furthest, theme)
    frame = replace(bare, top=bare.top + band)
    things, more = _point_labels(frame, 1 + len(listed), theme)
    around = (*remarks, *things, *_row_labels(frame, theme), *_end_labels(frame, labels, theme))
    return replace(frame, around=around), [*listed, *more]


def _point_labels(frame: Frame, first: int, theme: Theme) -> tuple[list[Thing], list[Paragraph]]:
    labels = frame.panel.labels
    if not labels:
        return [], []
    there = places([(frame.x(label.x), frame.y(label.y)) for label in labels])
    drawn = [frame.placed(thing) for thing in frame.panel.things]
    bottom, right = frame.top + frame.height, frame.left + frame.width
    room = Box(frame.left + 3, frame.top - 3, right - 2, bottom - 3)
    return labelled(labels, there, drawn, room, theme, first=first)


def _lowered(frame: Frame, by: float) -> Frame:
    around = tuple(moved(thing, 0.0, by) for thing in frame.around)
    return replace(frame, top=frame.top + by, around=around)


def _below_axes(frame: Frame) -> float:
    lines = 1 + max((label.count("\n") for label in frame.across.labels), default=0)
    return TICK + 2 + (lines + len(frame.across_title)) * SIZE * LINE_HEIGHT


def _axes(frame: Frame, theme: Theme) -> list[Thing]:
    bottom, right = frame.top + frame.height, frame.left + frame.width
    corner = [(frame.left, frame.top), (frame.left, bottom), (right, bottom)]
    things: list[Thing] = [Stroke(places(corner), theme.line, name="Axes")]
    for place, label in zip(frame.upright.places, frame.upright.labels, strict=True):
        y = frame.y(place)
        things.append(Stroke(places([(frame.left - TICK, y), (frame.left, y)]), theme.line))
        x = frame.left - TICK - 3
        things.append(Words(x, y + 0.36 * SIZE, label, theme.quiet_ink, anchor="end"))
    for place, label in zip(frame.across.places, frame.across.labels, strict=True):
        x = frame.x(place)
        things.append(Stroke(places([(x, bottom), (x, bottom + TICK)]), theme.line))
        for number, line in enumerate(label.split("\n")):
            base = bottom + TICK + 2 + (BASELINE + number * LINE_HEIGHT) * SIZE
            things.append(Words(x, base, line, theme.quiet_ink, anchor="middle"))
    middle = (frame.left + right) / 2
    for number, line in enumerate(reversed(frame.across_title)):
        base = bottom + _below_axes(frame) - (0.3 + number * LINE_HEIGHT) * SIZE
        things.append(Words(middle, base, line, theme.quiet_ink, anchor="middle"))
    return things


def _row_labels(frame: Frame, theme: Theme) -> list[Thing]:
    """Name rows above them."""
    things: list[Thing] = []
    for row in frame.panel.rows:
        left, foot = frame.left + 3, frame.y(row.at)
        room = frame.width - 3 - SMALL - width(row.number, SMALL)
        name = _cut(row.words, room, row.bold)
        things.append(Words(left, foot, name, theme.ink, SMALL, row.bold))
        after = left + width(name, SMALL, row.bold) + 0.6 * SMALL
        things.append(Words(after, foot, row.number, theme.quiet_ink, SMALL))
    return things


def _cut(text: str, room: float, bold: bool) -> str:
    """Give as much of a text as there is room for, with a mark where it was cut."""
    if width(text, SMALL, bold) <= room:
        return text
    ends = range(len(text) - 1, 0, -1)
    cuts = (f"{text[:end].rstrip()}…" for end in ends)
    return next((cut for cut in cuts if width(cut, SMALL, bold) <= room), "…")


def _end_labels(frame: Frame, labels: Sequence[tuple[str, ...]], theme: Theme) -> list[Thing]:
    """Name lines where they end, the names pushed apart where lines end close together."""
    ends = frame.panel.ends
    heights = [len(label) * SMALL * 1.2 + 1 for label in labels]
    wanted = [frame.y(end.at) for end in ends]
    middles = _apart(wanted, heights, frame.top - 3, frame.top + frame.height + TICK)
    right = frame.left + frame.width
    things: list[Thing] = []
    for end, label, there, middle, high in zip(ends, labels, wanted, middles, heights, strict=True):
        if abs(there - middle) > 0.35 * SMALL:  # lead the eye from the line to its name
            lead = places([(right, there), (right + LABEL_GAP - 1, middle)])
            things.append(Stroke(lead, end.colour, 0.8))
        things += _stacked(label, right + LABEL_GAP, middle - high / 2, end)
    return things


def _stacked(label: Sequence[str], x: float, top: float, end: EndLabel) -> list[Thing]:
    return [
        Words(x, top + (0.98 + number * 1.2) * SMALL, line, end.colour, SMALL)
        for number, line in enumerate(label)
    ]


def _apart(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Push labels apart until none covers another, each as near as can be to where it belongs."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    # Labels that touch move as one block, whose middle stays where its labels wanted to be.
    blocks: list[tuple[float, float, list[int]]] = []  # top, height, members
    for place in order:
        tall = heights[place]
        top, members = wanted[place] - tall / 2, [place]
        while True:
            top = min(max(top, low), max(low, high - tall))
            if not blocks or blocks[-1][0] + blocks[-1][1] <= top:
                break
            _, above, others = blocks.pop()
            members, tall = others + members, above + tall
            offsets = np.cumsum([0.0, *(heights[member] for member in members[:-1])])
            top = float(
                np.mean(
                    [
                        wanted[member] - heights[member] / 2 - offset
                        for member, offset in zip(members, offsets, strict=True)
                    ]
                )
            )
        blocks.append((top, tall, members))
    middles = [0.0] * len(wanted)
    for top, _, members in blocks:
        for member in members:
            middles[member] = top + heights[member] / 2
            top += heights[member]  # noqa: PLW2901
    return middles


@dataclass(frozen=True, slots=True)
class _Note:
    """The lines of a remark, and where they stand in the band above the axes."""

    lines: tuple[str, ...]
    quiet: int  # so many of the last lines are in quiet letters
    at: float
    left: float
    right: float
    row: int = 0  # counted from the axes upwards

    def covers(self, other: _Note) -> bool:
        """Say whether its words touch the other's words or the line that leads to the other."""
        if self.row == other.row:
            return min(self.left, self.at) < max(other.right, other.at) + 6 and (
                min(other.left, other.at) < max(self.right, self.at) + 6
            )
        lower, upper = (self, other) if self.row < other.row else (other, self)
        return lower.left - 3 < upper.at < lower.right + 3


def _remarks(
    frame: Frame, furthest: float, theme: Theme
) -> tuple[float, list[Thing], list[Paragraph]]:
    """Write the remarks into a band above the axes; where they don't fit, number and list them."""
    remarks = sorted(frame.panel.remarks, key=lambda remark: remark.at)
    if not remarks:
        return 0.0, [], []
    room = min(REMARK_ROOM, 0.45 * frame.width)
    notes = [_note(frame, remark, room, furthest) for remark in remarks]
    placed = _in_rows(notes, max(1, int(frame.width / ROOM_FOR_ROW)))
    listed = []
    if max(len(note.lines) for note in notes) > MOST_LINES or placed is None:
        listed = [
            Paragraph(f"{number}. {_in_full(remark)}", theme.ink, SMALL)
            for number, remark in enumerate(remarks, start=1)
        ]
        numbered = [
            replace(remark, words=str(number), more="") for number, remark in enumerate(remarks, 1)
        ]
        notes = [_note(frame, remark, room, furthest) for remark in numbered]
        placed = _in_rows(notes, len(notes)) or [
            replace(note, row=row) for row, note in enumerate(notes)
        ]
    line = SMALL * 1.25
    talls = [
        max((len(note.lines) for note in placed if note.row == row), default=0) * line + 4
        for row in range(1 + max(note.row for note in placed))
    ]
    band = sum(talls) + 4
    things: list[Thing] = []
    bottom = frame.top + frame.height + band
    for remark, note in zip(remarks, placed, strict=True):
        tall, top = talls[note.row], frame.top + band - 4 - sum(talls[: note.row + 1])
        if remark.bounds:
            leader = places([(note.at, top + 2), (note.at, bottom)])
            things.append(Stroke(leader, theme.quiet_ink, 0.9, (1.5, 2.5), "Phase"))
        elif not np.isnan(remark.point):
            above = note.left <= note.at <= note.right
            leader = places(
                [
                    (note.at, top + (tall - 3 if above else 2)),
                    (note.at, frame.y(remark.point) + band - 6),
                ]
            )
            things.append(Stroke(leader, theme.quiet_ink, 0.7, name="Note"))
        for number, text in enumerate(note.lines):
            quiet = number >= len(note.lines) - note.quiet
            base = top + BASELINE * SMALL + number * line
            colour = theme.quiet_ink if quiet else theme.ink
            things.append(Words(note.left, base, text, colour, SMALL))
    return band, things, listed


def _note(frame: Frame, remark: Remark, room: float, furthest: float) -> _Note:
    words = wrapped(remark.words, room, SMALL) if remark.words else ()
    more = wrapped(remark.more, room, SMALL) if remark.more else ()
    lines = (*words, *more)
    wide = max((width(line, SMALL) for line in lines), default=0.0)
    at = frame.x(remark.at)
    left = at + (4 if remark.bounds or not np.isnan(remark.point) else 0)
    if left + wide > furthest:
        left = at - 4 - wide
        if left < frame.left:  # neither side has room: stand above
            left = max(furthest - wide, 0.0)
    return _Note(lines, len(more), at, left, left + wide)


def _in_rows(notes: Sequence[_Note], most: int) -> list[_Note] | None:
    """Give each note the lowest row in which it touches no other; None if there are too few."""
    placed: dict[int, _Note] = {}
    # From the right, so that the line that leads to a note passes beside the notes below it.
    for number in sorted(range(len(notes)), key=lambda place: -notes[place].at):
        rows = (replace(notes[number], row=row) for row in range(most))
        free = (note for note in rows if not any(note.covers(other) for other in placed.values()))
        fitting = next(free, None)
        if fitting is None:
            return None
        placed[number] = fitting
    return [placed[number] for number in range(len(notes))]


def _in_full(remark: Remark) -> str:
    words = ". ".join(part for part in (remark.words, remark.more) if part)
    return f"{remark.when}: {words}"
