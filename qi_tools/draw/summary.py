"""A summary of many measures as a picture: a table with icons and sparklines, for a board paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from qi_tools.draw.icons import BOX, icon
from qi_tools.draw.layout import EDGE, WIDE
from qi_tools.draw.letters import LINE_HEIGHT, SIZE, SMALL, TITLE_SIZE, width, wrapped
from qi_tools.draw.placed import Sheet, Stroke, Thing, Words, moved, places
from qi_tools.draw.sparklines import HEIGHT, sparkline
from qi_tools.palette import LIGHT, Theme
from qi_tools.spc.summaries import Summary, SummaryRow
from qi_tools.words import counted, number_in_words

__all__ = ["MOST_ROWS", "caption", "how_many_more", "ordered", "sentence", "sheet"]

MOST_ROWS: Final = 40
"""A taller picture could be read nowhere: of more measures it shows so many, and says so."""

ICON = 28.0
GAP = 6.0
PAD = 5.0
BASELINE = 1.02  # of the letters' size, from the top of a line
# Where each column begins, and how wide it is.
NAME, CHANGE, LATEST, TARGET, CHART = (
    (EDGE, 150.0),
    (EDGE + 156, 128.0),
    (EDGE + 290, 66.0),
    (EDGE + 362, 172.0),
    (EDGE + 540, 124.0),
)
HEADINGS = (
    (NAME, "Measure"),
    (CHANGE, "Change"),
    (LATEST, "Latest"),
    (TARGET, "Target"),
    (CHART, "Centre (limits)"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Things laid out from the left and from 0 down, and how much height they take."""

    things: tuple[Thing, ...]
    height: float

    def lowered(self, by: float) -> Iterator[Thing]:
        return (moved(thing, 0.0, by) for thing in self.things)


def sheet(summary: Summary, theme: Theme = LIGHT) -> Sheet:
    """Lay a summary out as a table as wide as every picture of ours, which fits across a page.

    Parameters
    ----------
    summary : Summary
        Of more than `MOST_ROWS` measures the first ones are shown. `Summary.pages` gives parts
        that fit on pages of A4.
    theme : Theme

    Returns
    -------
    Sheet
    """
    blocks = list(_blocks(summary, theme))
    things: list[Thing] = []
    y = EDGE
    for block in blocks:
        things += block.lowered(y)
        y += block.height
    return Sheet(WIDE, y + EDGE, theme.paper, tuple(things))


def ordered(summary: Summary) -> str:
    """Say how the rows are ordered."""
    steps = [attention.heading.lower() for attention, _ in summary.groups]
    alike = "measures alike stand in the order given."
    if len(steps) == 1:
        return f"All are on one step of the order: {steps[0]}; {alike}"
    return f"Those that need attention come first: {', then '.join(steps)}; {alike}"


def caption(summary: Summary) -> str:
    """Say how to read the small charts, by which rules they were judged and where they are from."""
    charts = [row.chart for row in summary.rows]
    rules = list(dict.fromkeys(chart.rules.name for chart in charts))
    sources = list(
        dict.fromkeys(chart.measure.source.rstrip(".") for chart in charts if chart.measure.source)
    )
    sentences = [
        "In the charts squares are signals of improvement, diamonds of concern, triangles of "
        "neither; dotted lines are limits.",
        "Passing, failing and hit or miss say what to expect if nothing changes.",
        f"Judged by the {' and '.join(rules)} rules.",
    ]
    if sources:
        sentences.append(f"{'Source' if len(sources) == 1 else 'Sources'}: {'; '.join(sources)}.")
    return " ".join(sentences)


def how_many_more(summary: Summary) -> str:
    """Say how many measures the picture leaves out; empty when it shows all."""
    more = len(summary.rows) - MOST_ROWS
    if more <= 0:
        return ""
    left = summary.rows[MOST_ROWS:]
    steps = list(dict.fromkeys(row.attention.heading.lower() for row in left))
    return (
        f"{counted(more, 'more measure')} ({', '.join(steps)}) not shown here. The page and the "
        "table of this summary hold all of them."
    )


def _blocks(summary: Summary, theme: Theme) -> Iterator[_Block]:
    whole = WIDE - 2 * EDGE
    yield _text(summary.title, EDGE, whole, theme.ink, TITLE_SIZE, bold=True)
    yield _text(ordered(summary), EDGE, whole, theme.quiet_ink)
    for warning in summary.warnings:
        yield _text(warning, EDGE, whole, theme.concern)
    yield _headings(theme)
    shown = 0
    for attention, rows in summary.groups:
        kept = rows[: MOST_ROWS - shown]
        if not kept:
            break
        shown += len(kept)
        yield _group(f"{attention.heading} ({len(rows):,})", attention.why, theme)
        yield from (_row(row, theme) for row in kept)
    yield _rule(theme.line)
    if more := how_many_more(summary):
        yield _text(more, EDGE, whole, theme.ink, bold=True)
    yield _text(caption(summary), EDGE, whole, theme.quiet_ink)


def _headings(theme: Theme) -> _Block:
    words = [
        _text(heading, left, room, theme.quiet_ink, bold=True) for (left, room), heading in HEADINGS
    ]
    return _beside(words, above=PAD)


def _group(heading: str, why: str, theme: Theme) -> _Block:
    after = EDGE + width(heading, SIZE, bold=True) + 10
    title = _text(heading, EDGE, after, theme.ink, SIZE, bold=True)
    reason = _text(sentence(why), after, WIDE - EDGE - after, theme.quiet_ink)
    lower = _Block(tuple(reason.lowered(SIZE - SMALL)), reason.height)  # on one baseline
    return _below([_rule(theme.ink, 1.2), _beside([title, lower], above=0.0)])


def _row(row: SummaryRow, theme: Theme) -> _Block:
    told = row.assurance != "none"
    cells = [
        _below(
            [
                _text(row.name, *NAME, theme.ink, bold=True),
                _text(_about(row), *NAME, theme.quiet_ink),
            ]
        ),
        _with_icon(row.variation, (_change(row),), CHANGE, theme),
        _below(
            [
                _text(row.latest_words, *LATEST, theme.ink, bold=True),
                _text(row.when_words, *LATEST, theme.quiet_ink),
            ]
        ),
        _with_icon(row.assurance if told else "", _aim(row), TARGET, theme),
        _below([_chart(row, theme), _text(_lines(row), *CHART, theme.quiet_ink)]),
    ]
    return _below([_rule(theme.line, 0.6), _beside(cells, above=PAD - 2)])


def _about(row: SummaryRow) -> str:
    """Say what a reader must know of the measure, below its name."""
    told = [row.unit] if row.unit != "%" else []
    if row.better != "neither":
        told.append(f"{row.better} is better")
    if row.warnings:
        told.append(counted(len(row.warnings), "warning"))
    words = ", ".join(filter(None, told))
    return f"{words[:1].upper()}{words[1:]}"


def _change(row: SummaryRow) -> str:
    if row.variation == "too few points":
        return row.change_words
    return row.variation.capitalize()


def _aim(row: SummaryRow) -> tuple[str, ...]:
    if not row.target_words:
        return (row.assurance_words,)
    return (row.assurance_words.partition(":")[0], row.target_words)


def _lines(row: SummaryRow) -> str:
    if np.isnan(row.centre) or np.isnan(row.upper):
        return row.lines_words
    centre, lower, upper = map(number_in_words, (row.centre, row.lower, row.upper))
    return f"{centre} ({lower} to {upper})"


def _chart(row: SummaryRow, theme: Theme) -> _Block:
    left, _ = CHART
    things = tuple(moved(thing, left, -1.0) for thing in sparkline(row.chart, theme))
    return _Block(things, HEIGHT - 2)


def _with_icon(
    which: str, words: Sequence[str], column: tuple[float, float], theme: Theme
) -> _Block:
    left, room = column
    first, *more = words
    beside, rest = left + ICON + GAP, room - ICON - GAP
    text = _below(
        [
            _text(first, beside, rest, theme.ink),
            *(_text(line, beside, rest, theme.quiet_ink) for line in more),
        ]
    )
    if not which:
        return text
    drawn = tuple(moved(thing, left, 1.0, ICON / BOX) for thing in icon(which, theme))
    return _Block((*drawn, *text.things), max(ICON + 2, text.height))


def _text(
    text: str, left: float, room: float, colour: str, size: float = SMALL, *, bold: bool = False
) -> _Block:
    if not text:
        return _Block((), 0.0)
    lines = wrapped(text, room, size, bold)
    step = size * LINE_HEIGHT
    things = tuple(
        Words(left, BASELINE * size + number * step, line, colour, size, bold)
        for number, line in enumerate(lines)
    )
    return _Block(things, len(lines) * step + 2)


def _rule(colour: str, width: float = 0.8) -> _Block:
    return _Block((Stroke(places([(EDGE, 2.0), (WIDE - EDGE, 2.0)]), colour, width),), 4.0)


def _below(blocks: Sequence[_Block]) -> _Block:
    """Put blocks below one another."""
    things: list[Thing] = []
    y = 0.0
    for block in blocks:
        things += block.lowered(y)
        y += block.height
    return _Block(tuple(things), y)


def _beside(blocks: Sequence[_Block], *, above: float) -> _Block:
    """Put blocks, each in its own column, beside one another."""
    things = tuple(chain.from_iterable(block.lowered(above) for block in blocks))
    return _Block(things, above + max(block.height for block in blocks) + 1)


def sentence(words: str) -> str:
    """Make a sentence of the reason for a step of the order."""
    return f"{words[0].upper()}{words[1:]}."
