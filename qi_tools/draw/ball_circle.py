"""Who passes a ball to whom around a circle, in the first round and in the latest, as a picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, TITLE_SIZE, wrapped
from qi_tools.draw.picture import KeyEntry, Paragraph, Picture, Sketch
from qi_tools.draw.placed import Marks, Stroke, Thing, Words, places
from qi_tools.experiments.ball_game import CHANGES
from qi_tools.experiments.ball_passes import APART, CLOSE
from qi_tools.experiments.tennis_ball import Played, Round
from qi_tools.palette import Theme
from qi_tools.words import counted, number_in_words

__all__ = ["caption", "picture"]

RADIUS = 88.0
DISC = 22.0
LEAST_BESIDE = 460.0  # in less room the circles stand below one another
GAP = 12.0
BALL = 15.0
THROWN, HANDED, ROLLED = "Thrown", "Handed over", "Hands under the ball"


def picture(played: Played, theme: Theme) -> Picture:
    """Draw the way of the ball.

    Parameters
    ----------
    played : Played
    theme : Theme

    Returns
    -------
    Picture
    """
    shown = _shown(played)
    kinds = {line.name: line for each in shown for line in _lines(each, (0.0, 0.0), theme)}
    return Picture(
        theme,
        (Paragraph("The way of the ball", theme.ink, TITLE_SIZE, bold=True),),
        (),
        caption(played),
        key=tuple(
            KeyEntry(kinds[name], name) for name in (THROWN, HANDED, ROLLED) if name in kinds
        ),
        sketch=lambda room: _sketch(shown, room, theme),
    )


def caption(played: Played) -> str:
    """Say what the discs and lines are."""
    return (
        "Each disc is a person. Their numbers are the order of the first round, in which everyone "
        f"has to touch the ball. {played.measure.source}, simulated."
    )


def _shown(played: Played) -> tuple[Round, ...]:
    first, latest = played.rounds[0], played.rounds[-1]
    return (first,) if first is latest else (first, latest)


def _sketch(shown: tuple[Round, ...], room: float, theme: Theme) -> Sketch:
    beside = room >= LEAST_BESIDE
    cell = (room - GAP) / 2 if beside else room
    words = [_words(each, cell) for each in shown]
    tallest = max(map(len, words))
    things: list[Thing] = []
    left = top = 0.0
    for each, lines in zip(shown, words, strict=True):
        for number, text in enumerate(lines):
            base = top + SIZE + number * SIZE * LINE_HEIGHT
            things.append(Words(left, base, text, theme.ink, SIZE, bold=number == 0))
        # Circles beside one another stand level.
        above = (tallest if beside else len(lines)) * SIZE * LINE_HEIGHT + GAP
        reach = RADIUS + DISC / 2
        things += _circle(each, (left + min(cell / 2, 1.5 * reach), top + above + reach), theme)
        left, down = (left + cell + GAP, 0.0) if beside else (0.0, above + 2 * reach + GAP)
        top += down
    lowest = top if not beside else tallest * SIZE * LINE_HEIGHT + 2 * GAP + 2 * RADIUS + DISC
    return Sketch(tuple(things), lowest)


def _words(each: Round, room: float) -> tuple[str, ...]:
    """Say which round it is, what is changed in it, and how the ball goes."""
    changes = "; ".join(CHANGES[change].words for change in each.way) or "nothing changed"
    title = f"Round {each.number}: {number_in_words(each.seconds)} seconds"
    handed = sum(each.handed)
    kinds = [counted(len(each.handed) - handed, "throw")] * (handed < len(each.handed))
    kinds += [f"{handed} handed over"] * (handed > 0)
    told = f"{changes[0].upper()}{changes[1:]}. {', '.join(kinds) or 'No pass: the ball rolls'}."
    return (title, *wrapped(told, room))


def _circle(each: Round, middle: tuple[float, float], theme: Theme) -> Iterator[Thing]:
    yield from _lines(each, middle, theme)
    where = _where(each, middle)
    yield Marks(places(where), "circle", DISC, theme.values, theme.paper, 1.0, "People")
    for number, (x, y) in enumerate(where, 1):
        yield Words(x, y + 0.36 * SMALL, str(number), theme.paper, SMALL, True, "middle")
    if not each.handed:
        yield Marks(places([middle]), "circle", BALL, theme.concern, theme.paper, 1.0, "Ball")


def _lines(each: Round, middle: tuple[float, float], theme: Theme) -> Iterator[Stroke]:
    where = _where(each, middle)
    if not each.handed:
        for person in where:
            yield Stroke(places([person, middle]), theme.quiet_ink, 4.0, name=ROLLED)
    for ends, handed in zip(pairwise(where), each.handed, strict=False):
        if handed:
            yield Stroke(places(ends), theme.ink, 4.0, name=HANDED)
        else:
            yield Stroke(places(ends), theme.quiet_ink, 1.5, (5.0, 3.0), THROWN)


def _where(each: Round, middle: tuple[float, float]) -> list[tuple[float, float]]:
    """Give each person's place on the sheet, the first place at the top."""
    radius = RADIUS * (CLOSE / APART if "closer" in each.way else 1.0)
    turns = [2 * math.pi * place / len(each.places) for place in each.places]
    x, y = middle
    return [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]
