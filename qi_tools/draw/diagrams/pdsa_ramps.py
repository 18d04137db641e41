"""PDSA ramps: tests that climb like steps from one person, at the left, to everyone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from qi_tools.draw.diagrams.boxes import (
    PAD,
    TextBox,
    arrow_head,
    connector,
    rectangle,
    text_box,
)
from qi_tools.draw.diagrams.headings import heading
from qi_tools.draw.letters import SMALL
from qi_tools.draw.picture import Picture, Sketch
from qi_tools.draw.placed import Area, Marks, Stroke, Thing, Words, moved, places
from qi_tools.improvement.pdsa_ramps import NumberedRamp, NumberedTest, PdsaRamps
from qi_tools.palette import Theme

__all__ = ["picture"]

ACROSS_GAP, DOWN_GAP, RAMP_GAP = 22.0, 26.0, 24.0
LEAST_BOX, MOST_BOX, LEAST_COLUMNS = 140.0, 240.0, 3
MARGIN, TURN = 8.0, 8.0  # beside the steps; for the line round to the next flight
RISE, FOOT = 20.0, 8.0
INDENT, HIGHEST = 12.0, 3
TAG = 28.0
MARK, MARK_LINE = 11.0, 19.0


def picture(shown: PdsaRamps, theme: Theme) -> Picture:
    """Draw PDSA ramps.

    Parameters
    ----------
    shown : PdsaRamps
    theme : Theme

    Returns
    -------
    Picture
    """
    above = heading(shown.title, theme, is_blank=not shown.ramps)
    caption = shown.source
    if shown.ramps:
        climbs = "A step up is a test with more: one, about three, about five, everyone."
        caption = f"{climbs} {caption}".strip()
    return Picture(theme, above, (), caption, sketch=partial(_sketch, shown, theme))


def _sketch(shown: PdsaRamps, theme: Theme, room: float) -> Sketch:
    if not shown.ramps:
        return Sketch((), 0.0)
    across = room - 2 * MARGIN - TURN
    columns = int((across + ACROSS_GAP) // (LEAST_BOX + ACROSS_GAP))
    things: list[Thing] = []
    top = 0.0
    for ramp in shown.ramps:
        heading = _heading(ramp, room)
        things += heading.written(-PAD, top - PAD, theme.ink, theme.quiet_ink)
        top += heading.height - PAD
        if columns < LEAST_COLUMNS:
            drawn = _downwards(ramp.tests, room, theme)
        else:
            longest = 1 + max(test.depth for each in shown.ramps for test in each.tests)
            many = min(columns, longest)
            wide = min(MOST_BOX, (across - (many - 1) * ACROSS_GAP) / many)
            drawn = _climbing(ramp.tests, many, wide, theme)
        things += (moved(thing, 0.0, top) for thing in drawn.things)
        top += drawn.height + RAMP_GAP
    return Sketch(tuple(things), top - RAMP_GAP)


def _heading(ramp: NumberedRamp, room: float) -> TextBox:
    shown, count = len(ramp.tests), ramp.count
    name = ramp.name if shown == count else f"{ramp.name} ({shown} of {count} tests)"
    return text_box(name, room + 2 * PAD, bold=True)


@dataclass(frozen=True, slots=True)
class _Card:
    """A test with its words broken into lines."""

    test: NumberedTest
    box: TextBox

    @property
    def tall(self) -> float:
        return self.box.height + 2 * MARK_LINE + 4

    def drawn(self, left: float, top: float, tall: float, theme: Theme) -> Iterator[Thing]:
        """Draw it in a box of some height, with its two marks at the foot."""
        corners = places(rectangle(left, top, self.box.width, tall))
        yield Area(corners, theme.paper, theme.values, 1.2, "Box")
        yield from self.box.written(left, top, theme.ink, theme.quiet_ink)
        test, x = self.test, left + PAD + MARK / 2
        rows = (
            (_prediction_mark, "Predicted" if test.predicted else "No prediction"),
            (_decision_mark, test.decision),
        )
        y = top + tall - PAD - 2 * MARK_LINE
        for mark, words in rows:
            yield from mark(test, x, y + MARK_LINE / 2, theme)
            yield Words(x + MARK + 2, y + MARK_LINE / 2 + 0.36 * SMALL, words, theme.ink, SMALL)
            y += MARK_LINE


def _card(test: NumberedTest, wide: float) -> _Card:
    return _Card(test, text_box(test.words, wide, (test.scale, test.when), bold=True))


def _runs(tests: Sequence[NumberedTest]) -> list[list[NumberedTest]]:
    """Part tests into runs in which each builds on the one before."""
    runs: list[list[NumberedTest]] = []
    for test in tests:
        if runs and test.after == runs[-1][-1].number:
            runs[-1].append(test)
        else:
            runs.append([test])
    return runs


@dataclass(frozen=True, slots=True)
class _Flight:
    """Tests of a run that stand beside one another, counted from its own top left corner."""

    cards: tuple[_Card, ...]
    column: int
    wide: float
    tagged: bool

    @property
    def tall(self) -> float:
        """How high each box is: so the steps are seen."""
        return max(card.tall for card in self.cards)

    @property
    def floor(self) -> float:
        """Where the steps stand."""
        levels = [card.test.level for card in self.cards]
        climb = max(levels) * RISE
        above = max(0.0, TAG - (climb - levels[0] * RISE)) if self.tagged else 0.0
        return above + climb + self.tall + FOOT

    def left(self, place: int) -> float:
        """Where a box begins."""
        return MARGIN + (self.column + place) * (self.wide + ACROSS_GAP)

    def bottom(self, place: int) -> float:
        """Where a box stands on its step."""
        return self.floor - FOOT - self.cards[place].test.level * RISE

    def drawn(self, theme: Theme) -> Iterator[Thing]:
        yield self._steps(theme)
        for place, card in enumerate(self.cards):
            left, top = self.left(place), self.bottom(place) - self.tall
            if place:
                before, there = self.bottom(place - 1) - self.tall / 2, top + self.tall / 2
                bend = left - ACROSS_GAP / 2
                way = [(left - ACROSS_GAP, before), (bend, before), (bend, there)]
                yield connector([*way, (left - 5, there)], theme)
                yield arrow_head((left, there), (1, 0), theme)
            elif self.tagged:
                yield from _tag(card.test, left, top, theme)
            yield from card.drawn(left, top, self.tall, theme)

    def _steps(self, theme: Theme) -> Area:
        corners = []
        for place in range(len(self.cards)):
            left, step = self.left(place) - ACROSS_GAP / 2, self.bottom(place)
            corners += [(left, step), (left + self.wide + ACROSS_GAP, step)]
        corners[0] = (self.left(0) - MARGIN, corners[0][1])
        corners[-1] = (self.left(len(self.cards) - 1) + self.wide + MARGIN, corners[-1][1])
        ends = [(corners[-1][0], self.floor), (corners[0][0], self.floor)]
        return Area(places([*corners, *ends]), theme.band, theme.line, 1.0, "Steps")


def _flights(run: Sequence[NumberedTest], many: int, wide: float) -> Iterator[_Flight]:
    """Part a run where a row is full."""
    first = 0
    while first < len(run):
        column = run[first].depth % many
        part = run[first : first + many - column]
        cards = tuple(_card(test, wide) for test in part)
        yield _Flight(cards, column, wide, tagged=not first and bool(run[0].after))
        first += len(part)


def _climbing(tests: Sequence[NumberedTest], many: int, wide: float, theme: Theme) -> Sketch:
    """Draw runs as flights of steps, below one another, a test in the column of its depth."""
    things: list[Thing] = []
    top = 0.0
    for run in _runs(tests):
        end: tuple[float, float] | None = None
        for flight in _flights(run, many, wide):
            if end:
                x, tip = flight.left(0) + wide / 2, top + flight.bottom(0) - flight.tall
                aside, between = end[0] + MARGIN + TURN, top - DOWN_GAP / 2
                way = [end, (aside, end[1]), (aside, between), (x, between), (x, tip - 5)]
                things += [connector(way, theme), arrow_head((x, tip), (0, 1), theme)]
            things += (moved(thing, 0.0, top) for thing in flight.drawn(theme))
            last = len(flight.cards) - 1
            end = (flight.left(last) + wide, top + flight.bottom(last) - flight.tall / 2)
            top += flight.floor + DOWN_GAP
    return Sketch(tuple(things), top - DOWN_GAP)


def _downwards(tests: Sequence[NumberedTest], room: float, theme: Theme) -> Sketch:
    """Draw tests below one another, each the further right the more people it is with."""
    things: list[Thing] = []
    wide = room - HIGHEST * INDENT
    top = 0.0
    for run in _runs(tests):
        for place, test in enumerate(run):
            card, left = _card(test, wide), test.level * INDENT
            if place:
                x = max(left, run[place - 1].level * INDENT) + PAD + MARK
                things.append(connector([(x, top - DOWN_GAP), (x, top - 5)], theme))
                things.append(arrow_head((x, top), (0, 1), theme))
            elif test.after:
                top += TAG - DOWN_GAP if top else TAG
                things += _tag(test, left, top, theme)
            things += card.drawn(left, top, card.tall, theme)
            top += card.tall + DOWN_GAP
    return Sketch(tuple(things), top - DOWN_GAP)


def _tag(test: NumberedTest, left: float, top: float, theme: Theme) -> Iterator[Thing]:
    """Say above a test on which it builds, where that one stands elsewhere."""
    x = left + PAD + MARK
    yield connector([(x, top - TAG + 4), (x, top - 5)], theme)
    yield arrow_head((x, top), (0, 1), theme)
    yield Words(x + 8, top - 10, f"from {test.after}", theme.ink, SMALL, bold=True)


def _prediction_mark(test: NumberedTest, x: float, y: float, theme: Theme) -> Iterator[Thing]:
    """Draw a box, ticked where there is a prediction."""
    half = MARK / 2
    yield Area(
        places(rectangle(x - half, y - half, MARK, MARK)), theme.paper, theme.ink, 1.2, "Predicted"
    )
    if test.predicted:
        yield _tick(x, y, theme.ink)


def _decision_mark(test: NumberedTest, x: float, y: float, theme: Theme) -> Iterator[Thing]:
    """Draw a way round for adapt, a tick for adopt, a cross for abandon."""
    half = MARK / 2
    match test.cycle.act:
        case "adapt":
            yield from _way_round(x, y, half, theme.values)
        case "adopt":
            yield _tick(x, y, theme.improvement, "Adopt")
        case "abandon":
            for way in (1, -1):
                ends = [(x - half, y - way * half), (x + half, y + way * half)]
                yield Stroke(places(ends), theme.concern, 2.4, name="Abandon")
        case _:
            dots = places([(x - half, y), (x, y), (x + half, y)])
            yield Marks(dots, "circle", 2.6, theme.quiet_ink, name="Not decided")


def _way_round(x: float, y: float, radius: float, colour: str) -> Iterator[Thing]:
    """Draw most of a circle, clockwise, with the head of an arrow at its end."""
    turns = [math.radians(degrees) for degrees in range(-40, 226, 15)]
    around = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    yield Stroke(places(around), colour, 1.8, name="Adapt")
    end_x, end_y = around[-1]
    out_x, out_y = math.cos(turns[-1]), math.sin(turns[-1])
    head = [(end_x - 6.0 * out_y, end_y + 6.0 * out_x)]
    head += [(end_x + side * out_x, end_y + side * out_y) for side in (3.6, -3.6)]
    yield Area(places(head), colour, name="Adapt")


def _tick(x: float, y: float, colour: str, name: str = "Tick") -> Stroke:
    corners = [(x - 4.5, y), (x - 1.5, y + 3.5), (x + 4.5, y - 4.0)]
    return Stroke(places(corners), colour, 2.4, name=name)
