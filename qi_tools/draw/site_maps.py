"""All sites in a ring, with their links, at the end of a run: who uses the change, who does not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, TITLE_SIZE, wrapped
from qi_tools.draw.picture import KeyEntry, Paragraph, Picture, Sketch
from qi_tools.draw.placed import Marks, Shape, Stroke, Thing, Words, places
from qi_tools.experiments.adoption import Adoption, Site
from qi_tools.experiments.spreads import SiteMaps, levers
from qi_tools.palette import Theme

__all__ = ["BEGAN", "NEVER", "SLIPPED", "USES", "caption", "picture"]

USES, SLIPPED, NEVER = "Uses it", "Slipped back", "Never took it up"
BEGAN = "It began here"
SHAPES: Final[dict[str, Shape]] = {USES: "circle", SLIPPED: "diamond", NEVER: "square"}
SIZES: Final = {USES: 24.0, SLIPPED: 22.0, NEVER: 9.0}
RING = 33.0
IN_KEY = 11.0

MOST_RADIUS = 140.0
LEAST_BESIDE = 560.0  # in less room the rings stand below one another
GAP = 14.0


def picture(maps: SiteMaps, theme: Theme) -> Picture:
    """Draw the sites of the latest run, beside those of the run before.

    Parameters
    ----------
    maps : SiteMaps
    theme : Theme

    Returns
    -------
    Picture
    """
    shown = list(enumerate(maps.spreads.runs, 1))[-2:]
    return Picture(
        theme,
        (Paragraph("The sites at the end", theme.ink, TITLE_SIZE, bold=True),),
        (),
        caption(maps),
        key=tuple(_key(theme)),
        sketch=lambda room: _sketch(shown, room, theme),
    )


def caption(_: SiteMaps) -> str:
    """Say what the marks, numbers and lines are."""
    return (
        "Each mark is a site; the first stands at the top, and the others follow clockwise. The "
        "number is the week in which it took the change up. A line joins two sites that know each "
        "other; it is thick where both use the change. Simulated data."
    )


def _key(theme: Theme) -> Iterator[KeyEntry]:
    for state in (USES, SLIPPED, NEVER):
        mark = _mark(state, (0.0, 0.0), theme)
        yield KeyEntry(replace(mark, size=min(mark.size, IN_KEY)), state)
    yield KeyEntry(replace(_ring((0.0, 0.0), theme), size=IN_KEY), BEGAN)


def _sketch(shown: list[tuple[int, Adoption]], room: float, theme: Theme) -> Sketch:
    beside = len(shown) > 1 and room >= LEAST_BESIDE
    cell = (room - GAP) / 2 if beside else room
    radius = min(MOST_RADIUS, (cell - RING) / 2)
    titles = [
        wrapped(f"Run {number}: {levers(run)}", cell, SIZE, bold=True) for number, run in shown
    ]
    most = max(map(len, titles))
    things: list[Thing] = []
    left = top = 0.0
    for (_, run), title in zip(shown, titles, strict=True):
        for number, text in enumerate(title):
            base = top + SIZE + number * SIZE * LINE_HEIGHT
            things.append(Words(left, base, text, theme.ink, SIZE, bold=True))
        # Rings beside one another stand level.
        above = (most if beside else len(title)) * SIZE * LINE_HEIGHT + GAP
        reach = radius + RING / 2
        middle = (left + (min(cell / 2, 1.3 * reach) if beside else reach), top + above + reach)
        things += _ring_of_sites(run, middle, radius, theme)
        left, top = (left + cell + GAP, top) if beside else (left, top + above + 2 * reach + GAP)
    lowest = most * SIZE * LINE_HEIGHT + 2 * GAP + 2 * radius + RING if beside else top
    return Sketch(tuple(things), lowest)


def _ring_of_sites(
    run: Adoption, middle: tuple[float, float], radius: float, theme: Theme
) -> Iterator[Thing]:
    x, y = middle
    turns = [2 * math.pi * place / len(run.sites) for place in range(len(run.sites))]
    where = [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]
    states = [_state(site) for site in run.sites]
    pairs = [(site.number - 1, other - 1) for site in run.sites for other in site.links]
    for a, b in pairs:
        if a < b:
            both = states[a] == states[b] == USES
            colour, wide = (theme.values, 2.0) if both else (theme.line, 0.8)
            yield Stroke(places([where[a], where[b]]), colour, wide, name="Link")
    for site, state, there in zip(run.sites, states, where, strict=True):
        if site.way == "start":
            yield _ring(there, theme)
        yield _mark(state, there, theme)
        if site.adopted is not None:
            ink = theme.paper if state == USES else theme.ink
            base = there[1] + 0.36 * SMALL
            yield Words(there[0], base, str(site.adopted), ink, SMALL, True, "middle")


def _state(site: Site) -> str:
    if site.adopted is None:
        return NEVER
    return USES if site.slipped is None else SLIPPED


def _mark(state: str, there: tuple[float, float], theme: Theme) -> Marks:
    fill = theme.values if state == USES else theme.paper
    rim = {USES: theme.paper, SLIPPED: theme.concern, NEVER: theme.quiet_ink}[state]
    return Marks(places([there]), SHAPES[state], SIZES[state], fill, rim, 1.6, state)


def _ring(there: tuple[float, float], theme: Theme) -> Marks:
    return Marks(places([there]), "circle", RING, theme.paper, theme.ink, 1.6, BEGAN)
