"""A Pareto chart as a picture: lying bars, so that causes may have long names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qi_tools.draw.captions import heading
from qi_tools.draw.letters import SMALL, width
from qi_tools.draw.picture import EndLabel, KeyEntry, Panel, Paragraph, Picture, RowLabel, Scale
from qi_tools.draw.placed import Area, Drawn, Marks, Places, Stroke, line, places
from qi_tools.draw.scales import Ticks, value_ticks
from qi_tools.palette import Theme
from qi_tools.paretos import MOST_OF_IT, RUN_CHART_FIRST, Pareto
from qi_tools.spc.sentences import provenance
from qi_tools.words import number_in_words

__all__ = ["caption", "picture"]

ROW = 38.0
# Shares of a row, from its top down: the foot of its name, its bar, and what lies below.
NAME_FOOT, BAR_TOP, BAR_BOTTOM = 0.38, 0.5, 0.9
THINNER = 0.12  # so much of a row less above and below has the bar of all causes so far
EIGHTY_DASH = (2.5, 2.5)
VITAL, REST, SO_FAR, EIGHTY = "Vital few", "Other causes", "With those above, in all", "80% of all"


def picture(chart: Pareto, theme: Theme) -> Picture:
    """Draw a Pareto chart.

    Parameters
    ----------
    chart : Pareto
    theme : Theme

    Returns
    -------
    Picture
    """
    rows = len(chart.causes)
    return Picture(
        theme=theme,
        above=tuple(_above(chart, theme)),
        panels=(
            Panel(
                things=tuple(_things(chart, theme)),
                across=_across(chart),
                upright=Scale(-rows, 0.0, lambda _: Ticks((), ())),
                ends=tuple(_ends(chart, theme)),
                rows=tuple(_rows(chart)),
            ),
        ),
        caption=caption(chart),
        key=tuple(_key(chart, theme)),
        height=ROW * rows,
    )


def caption(chart: Pareto) -> str:
    """Say how to read the chart, what to check first and where the counts come from."""
    read = "Pareto chart. The numbers at the right say how much of the whole each cause and those "
    return " ".join(filter(None, (f"{read}above it make.", RUN_CHART_FIRST, provenance(chart))))


def _above(chart: Pareto, theme: Theme) -> Iterator[Paragraph]:
    yield from heading(chart.name or "Pareto chart", "", "neither", theme)
    yield Paragraph(chart.finding, theme.ink)
    for warning in chart.warnings:
        yield Paragraph(warning, theme.concern, SMALL, warns=True)


def _key(chart: Pareto, theme: Theme) -> Iterator[KeyEntry]:
    nowhere = places([])
    if chart.vital_few:
        yield KeyEntry(Marks(nowhere, "square", 9.0, theme.values), VITAL)
        yield KeyEntry(Marks(nowhere, "square", 9.0, theme.paper, theme.values, 1.2), REST)
    yield KeyEntry(Marks(nowhere, "square", 7.0, theme.band, theme.line, 0.8), SO_FAR)
    yield KeyEntry(Stroke(nowhere, theme.quiet_ink, 1.2, EIGHTY_DASH), EIGHTY)


def _across(chart: Pareto) -> Scale:
    def ticks(room: float) -> Ticks:
        widest = width(value_ticks(0.0, chart.total, 6).labels[-1])
        return value_ticks(0.0, chart.total, max(2, min(8, int(room / (widest + 24)))))

    unit = chart.unit or ("events" if chart.events else "")
    return Scale(0.0, chart.total, ticks, unit[:1].upper() + unit[1:])


def _things(chart: Pareto, theme: Theme) -> Iterator[Drawn]:
    so_far = chart.cumulative / 100 * chart.total
    solid = len(chart.vital_few) or len(chart.causes) - chart.others
    for row, (count, together) in enumerate(zip(chart.counts, so_far, strict=True)):
        top, bottom = -row - BAR_TOP, -row - BAR_BOTTOM
        inner = _bar(float(together), top - THINNER, bottom + THINNER)
        yield Area(inner, theme.band, theme.line, 0.8, SO_FAR)
        if count > 0:
            fill, name = (theme.values, VITAL) if row < solid else (theme.paper, REST)
            yield Area(_bar(float(count), top, bottom), fill, theme.values, 1.2, name)
        eighty = line(MOST_OF_IT * chart.total, (top, bottom))
        yield Stroke(eighty, theme.quiet_ink, 1.2, EIGHTY_DASH, EIGHTY)


def _bar(length: float, top: float, bottom: float) -> Places:
    return places([(0.0, top), (length, top), (length, bottom), (0.0, bottom)])


def _rows(chart: Pareto) -> Iterator[RowLabel]:
    vital = len(chart.vital_few)
    for row, cause in enumerate(chart.causes):
        count = number_in_words(float(chart.counts[row]), 8 if chart.events else 3)
        share = number_in_words(float(chart.shares[row]), 2)
        yield RowLabel(-row - NAME_FOOT, cause, f"{count} ({share}%)", bold=row < vital)


def _ends(chart: Pareto, theme: Theme) -> Iterator[EndLabel]:
    middle = (BAR_TOP + BAR_BOTTOM) / 2
    for row, share in enumerate(np.asarray(chart.cumulative).tolist()):
        said = number_in_words(share, 2)
        if said == "100" and share < 100 - 1e-9:
            said = ">99"  # a hundred is said only of the whole
        yield EndLabel(-row - middle, f"{said}%", theme.quiet_ink)
