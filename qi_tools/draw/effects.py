"""The effects of an experiment as a picture: dots along an axis, beside what chance may do."""

from __future__ import annotations

from collections.abc import Iterator

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SMALL, width
from qi_tools.draw.picture import KeyEntry, Panel, Paragraph, Picture, Remark, Scale
from qi_tools.draw.placed import Area, Drawn, Marks, Shape, Stroke, line, places
from qi_tools.draw.scales import Ticks, value_ticks
from qi_tools.experiments.factorial.effects import Effect, Effects, Verdict, with_sign
from qi_tools.palette import Theme
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words

__all__ = ["caption", "picture"]

DOT = 10.0
STEPS = 36  # dots nearer to one another than this part of the axis are piled up
ROW = 14.0  # the height of a dot in a pile
LEAST_ROWS = 4.0
BEYOND = 14.0  # so far a label may reach beyond the axis, in points
# A margin so many times farther out than all else is only said: that of one effect, that of all.
FARTHEST_ONE, FARTHEST = 4.0, 1.6
MOST_NAMED_UNJUDGED = 3
SHAPES: dict[Verdict, Shape] = {
    "stands out": "diamond",
    "may stand out": "triangle",
    "like chance": "circle",
    "not judged": "circle",
}
MEANINGS: dict[Verdict, str] = {
    "stands out": "Stands out",
    "may stand out": "May stand out",
    "like chance": "Like chance",
    "not judged": "Not judged",
}
ONE, ALL = "Chance, one effect", "Chance, largest of all"
ALL_DASH = (7.0, 4.0)


def picture(plot: Effects, theme: Theme) -> Picture:
    """Draw the effects.

    Parameters
    ----------
    plot : Effects
    theme : Theme

    Returns
    -------
    Picture
    """
    piled = _piled(plot)
    high = max(LEAST_ROWS, max(height for _, height in piled) + 1.0)
    things = (*_chance(plot, high, theme), *_dots(piled, theme))
    reach = _reach(plot)
    measure = plot.done.measure
    unit = f"Effect ({measure.unit})" if measure.unit else f"Effect on {measure.name}"
    return Picture(
        theme=theme,
        above=tuple(_above(plot, theme)),
        panels=(
            Panel(
                things=things,
                across=Scale(-reach, reach, lambda room: _ticks(reach, room), unit),
                upright=Scale(0.0, high, lambda _: Ticks((), ())),
                remarks=tuple(_names(plot, piled)),
            ),
        ),
        caption=caption(plot),
        key=tuple(_key(things)),
        height=ROW * high,
    )


def caption(plot: Effects) -> str:
    """Say what the dots are, what chance may do, and where the values come from."""
    said = [
        "Dot plot of effects: each dot is the mean of the runs at the second level less the mean "
        "at the first. Dots that meet are piled up."
    ]
    if plot.judged:
        one, every = map(number_in_words, (plot.margin, plot.simultaneous_margin))
        beyond = "" if plot.simultaneous_margin <= _reach(plot) else ", beyond the scale"
        said.append(
            f"In about 19 of 20 experiments an effect of pure chance lies within {one} of zero, "
            f"and all of them within {every}{beyond}."
        )
    return " ".join(filter(None, (*said, provenance(plot.done))))


def _above(plot: Effects, theme: Theme) -> Iterator[Paragraph]:
    yield from heading(f"Effects on {plot.done.measure.name}", "", "neither", theme)
    yield Paragraph(plot.finding, theme.ink)
    for warning in plot.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _reach(plot: Effects) -> float:
    """Give how far the axis reaches to both sides: zero stands in the middle."""
    reach = abs(plot.largest_first[0].value)
    for margin, farthest in ((plot.margin, FARTHEST_ONE), (plot.simultaneous_margin, FARTHEST)):
        if margin <= farthest * reach:  # not a number is never in sight
            reach = max(reach, margin)
    return 1.08 * reach or 1.0


def _ticks(reach: float, room: float) -> Ticks:
    widest = max(map(width, value_ticks(-reach, reach, 8).labels))
    ticks = value_ticks(-reach, reach, max(2, min(8, int(room / (widest + 20)))))
    pairs = zip(ticks.places, ticks.labels, strict=True)
    kept = [
        (place, label)
        for place, label in pairs
        if width(label) / 2 <= (reach - abs(place)) / (2 * reach) * room + BEYOND
    ]
    return Ticks(tuple(place for place, _ in kept), tuple(label for _, label in kept))


def _piled(plot: Effects) -> list[tuple[Effect, float]]:
    """Give each effect its height in a pile, so that no dot covers another."""
    near = 2 * _reach(plot) / STEPS
    placed: list[tuple[Effect, float]] = []
    for effect in sorted(plot.effects, key=lambda each: abs(each.value)):
        taken = {high for each, high in placed if abs(each.value - effect.value) < near}
        free = next(high for high in range(len(taken) + 1) if high + 0.6 not in taken)
        placed.append((effect, free + 0.6))
    return placed


def _chance(plot: Effects, high: float, theme: Theme) -> Iterator[Drawn]:
    """Draw what chance may do: the room of one effect, and how far the largest of all goes."""
    reach = _reach(plot)
    one, every = plot.margin, plot.simultaneous_margin
    if plot.judged:
        wide = min(one, reach)
        corners = [(-wide, 0.0), (-wide, high), (wide, high), (wide, 0.0)]
        yield Area(places(corners), theme.band, name=ONE)
        if one <= reach:
            for side in (-one, one):
                yield Stroke(line(side, (0.0, high)), theme.quiet_ink, 1.2, (1.5, 2.5), ONE)
        if every <= reach:
            for side in (-every, every):
                yield Stroke(line(side, (0.0, high)), theme.quiet_ink, 1.2, ALL_DASH, ALL)
    yield Stroke(line(0.0, (0.0, high)), theme.line, 1.0, name="Zero")


def _dots(piled: list[tuple[Effect, float]], theme: Theme) -> Iterator[Marks]:
    looks: dict[Verdict, tuple[str, str]] = {
        "stands out": (theme.special, theme.paper),
        "may stand out": (theme.paper, theme.special),
        "like chance": (theme.values, theme.paper),
        "not judged": (theme.values, theme.paper),
    }
    for verdict, (fill, rim) in looks.items():
        here = [(each.value, high) for each, high in piled if each.verdict == verdict]
        if here:
            thick = 1.6 if fill == theme.paper else 0.6
            name = MEANINGS[verdict]
            yield Marks(places(here), SHAPES[verdict], DOT, fill, rim, thick, name)


def _key(things: tuple[Drawn, ...]) -> Iterator[KeyEntry]:
    named = {
        thing.name: thing
        for thing in things
        if isinstance(thing, Marks | Stroke) and thing.name not in {"Zero", MEANINGS["not judged"]}
    }
    yield from (KeyEntry(thing, name) for name, thing in named.items())


def _names(plot: Effects, piled: list[tuple[Effect, float]]) -> Iterator[Remark]:
    """Name what stands out; where nothing is judged, the largest."""
    high = {effect.word: at for effect, at in piled}
    for number, effect in enumerate(plot.largest_first):
        if effect.verdict in {"stands out", "may stand out"} or (
            not plot.judged and number < MOST_NAMED_UNJUDGED
        ):
            kind = "Main effect" if len(effect.word) == 1 else "Interaction"
            said = f"{effect.label} {with_sign(effect.value)}"
            yield Remark(effect.value, kind, said, point=high[effect.word])
