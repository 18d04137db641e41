"""A ramp of tests as a picture: a row for each test, with its prediction and its interval."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.letters import TITLE_SIZE, width
from qi_tools.draw.picture import KeyEntry, Panel, Paragraph, Picture, RowLabel, Scale
from qi_tools.draw.placed import SIGNAL_SHAPES, Drawn, Marks, Shape, Stroke, line
from qi_tools.draw.scales import Ticks, value_limits, value_ticks
from qi_tools.experiments.ward_ramp import Done, Ramp
from qi_tools.palette import Theme

__all__ = ["BEFORE", "INTERVAL", "PREDICTION", "VERDICTS", "caption", "picture"]

ROW = 74.0  # the height of a row, in points
NAME, CONDITIONS = 0.74, 0.51  # heights of the letters and of the marks, as shares of a row
BEFORE_AT, DURING_AT, PREDICTION_AT = 0.36, 0.22, 0.08
DOT, PREDICTED = 9.0, 8.0
BEFORE, PREDICTION, INTERVAL = "Before the test", "Prediction", "95% interval"
VERDICTS: dict[str, tuple[Shape, str]] = {
    "could be chance": ("circle", "During: could be chance"),
    "fewer missed": (SIGNAL_SHAPES["improvement"], "During: fewer than chance explains"),
    "more missed": (SIGNAL_SHAPES["concern"], "During: more than chance explains"),
}
"""The shape of a result and its name, by what can be concluded."""


def picture(ramp: Ramp, theme: Theme) -> Picture:
    """Draw a ramp of tests, the first one at the top.

    Parameters
    ----------
    ramp : Ramp
        With one test or more.
    theme : Theme

    Returns
    -------
    Picture
    """
    count = len(ramp.tests)
    things = tuple(_things(ramp, theme))
    panel = Panel(
        things=things,
        across=_across(ramp),
        upright=Scale(0.0, float(count), lambda _: Ticks((), ())),
        rows=tuple(_rows(ramp)),
    )
    above = (
        Paragraph("Tests so far", theme.ink, TITLE_SIZE, bold=True),
        Paragraph(ramp.finding, theme.ink),
    )
    named = {thing.name: thing for thing in things if isinstance(thing, Marks | Stroke)}
    key = tuple(KeyEntry(thing, name) for name, thing in named.items() if name)
    return Picture(theme, above, (panel,), caption(ramp), key, height=ROW * count)


def caption(ramp: Ramp) -> str:
    """Say how to read a row."""
    return (
        "A row for each test. Whether it could be chance is judged by the difference from as many "
        "shifts before, not by whether the interval holds the mark of before (Wilson 1927; Agresti "
        "and Caffo 2000). Simulated data."
    )


def _across(ramp: Ramp) -> Scale:
    highest = max(
        max(done.reading.high, done.reading.before, done.test.prediction) for done in ramp.tests
    )
    low, high = value_limits(np.array([0.0, highest]), "%")

    def ticks(room: float) -> Ticks:
        widest = max(map(width, value_ticks(low, high, 8).labels))
        return value_ticks(low, high, max(2, min(8, int(room / (widest + 20)))))

    return Scale(low, high, ticks, "Doses missed, % of those due")


def _things(ramp: Ramp, theme: Theme) -> Iterator[Drawn]:
    fills = {
        "could be chance": theme.values,
        "fewer missed": theme.improvement,
        "more missed": theme.concern,
    }
    right = _across(ramp).high
    for done, foot in _with_feet(ramp):
        reading = done.reading
        if done.number > 1:
            yield Stroke(line([0.0, right], foot + 1), theme.line, 0.6)
        at = foot + DURING_AT
        yield Marks(
            line([reading.before], foot + BEFORE_AT),
            "circle",
            DOT - 1,
            theme.paper,
            theme.quiet_ink,
            1.4,
            BEFORE,
        )
        yield Stroke(line([reading.low, reading.high], at), theme.ink, 1.6, name=INTERVAL)
        shape, name = VERDICTS[reading.conclusion]
        fill = fills[reading.conclusion]
        yield Marks(line([reading.during], at), shape, DOT, fill, theme.paper, 0.6, name)
        yield Marks(
            line([done.test.prediction], foot + PREDICTION_AT),
            "triangle",
            PREDICTED,
            theme.special,
            "",
            name=PREDICTION,
        )


def _rows(ramp: Ramp) -> Iterator[RowLabel]:
    for done, foot in _with_feet(ramp):
        yield RowLabel(foot + NAME, f"{done.number}. {done.test.named}", "", bold=True)
        yield RowLabel(foot + CONDITIONS, done.test.conditions, "")


def _with_feet(ramp: Ramp) -> Iterator[tuple[Done, float]]:
    """Give each test with the lower end of its row."""
    count = len(ramp.tests)
    yield from ((done, float(count - done.number)) for done in ramp.tests)
