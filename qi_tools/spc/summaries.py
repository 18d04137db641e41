"""Many charts in one table, those that need attention first.

The order reads Making Data Count's matrix of variation and assurance as a list: what gets worse,
what will miss its target, what changed, what is left to chance, what can't be told yet, and what
is well. `ATTENTION` holds all of it, with the reasons.

References
----------
NHS England, Making Data Count: the matrix of variation and assurance icons.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qi_tools.alternatives import LONGEST
from qi_tools.columns import is_whole, one_line
from qi_tools.errors import ChartImpossible, FileNotSaved
from qi_tools.measure import Better
from qi_tools.palette import LIGHT, Theme
from qi_tools.spc.charts import Chart
from qi_tools.spc.sentences import told_apart
from qi_tools.spc.variation import FEWEST_FOR_ICONS, meets
from qi_tools.words import counted, listed, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ATTENTION", "Attention", "Summary", "SummaryRow", "summary"]


@dataclass(frozen=True, slots=True)
class Attention:
    """One step in the order of a summary.

    Parameters
    ----------
    heading : str
        What its measures have in common.
    why : str
        Why it stands where it does.
    classes : tuple of (str, str)
        The change and the standing of its measures (see `SummaryRow`), the first one first.
    urgent : bool
        Whether its measures call for someone to act or to look.
    """

    heading: str
    why: str
    classes: tuple[tuple[str, str], ...]
    urgent: bool = True


ATTENTION = (
    Attention(
        "Concern",
        "a cause for the worse is at work, and is easiest to find while it is fresh",
        (
            ("concern", "failing"),
            ("concern", "hit or miss"),
            ("concern", "not met"),
            ("concern", "none"),
            ("concern", "passing"),
        ),
    ),
    Attention(
        "Failing",
        "the target will not be met unless the work itself changes",
        (
            ("special cause", "failing"),
            ("common cause", "failing"),
            ("improvement", "failing"),
        ),
    ),
    Attention(
        "Changed",
        "there is a signal, and whether it is for better or for worse is yours to say",
        (
            ("special cause", "hit or miss"),
            ("special cause", "not met"),
            ("special cause", "none"),
            ("special cause", "passing"),
        ),
    ),
    Attention(
        "Target at risk",
        "meeting the target is left to chance, or can't be told and the latest value misses it",
        (
            ("common cause", "hit or miss"),
            ("common cause", "not met"),
            ("improvement", "hit or miss"),
            ("improvement", "not met"),
        ),
    ),
    Attention(
        "Too few points",
        "it can't be told yet, and silence is no good news",
        (
            ("too few points", "not met"),
            ("too few points", "none"),
        ),
        urgent=False,
    ),
    Attention(
        "Steady",
        "there is no signal, and no target is known to be at risk",
        (
            ("common cause", "none"),
            ("common cause", "passing"),
        ),
        urgent=False,
    ),
    Attention(
        "Improvement",
        "it gets better, and others may learn from it",
        (
            ("improvement", "none"),
            ("improvement", "passing"),
        ),
        urgent=False,
    ),
)
"""The order of a summary. Every change and standing that a chart can have stands here once.

A signal for the worse comes before a target that is always missed: the one is news with a cause to
be found, the other has been so for as long as the limits reach back. An improvement that still
fails its target stays among the failing. Too few points come before all that is well."""

_RANK = {
    pair: (step, place)
    for step, attention in enumerate(ATTENTION)
    for place, pair in enumerate(attention.classes)
}

_CHANGES = {
    "too few points": "Too few points",
    "common cause": "Common cause, no signal",
    "improvement, high": "Improvement, higher values",
    "improvement, low": "Improvement, lower values",
    "concern, high": "Concern, higher values",
    "concern, low": "Concern, lower values",
    "special cause, high": "Special cause, higher values",
    "special cause, low": "Special cause, lower values",
    "special cause": "Special cause, neither up nor down",
}
_ASSURANCES = {
    "passing": "Passing: will be met",
    "failing": "Failing: will not be met",
    "hit or miss": "Hit or miss: chance decides",
}

NAMED_FIRST = 3


@dataclass(frozen=True, slots=True, eq=False)
class SummaryRow:
    """One measure of a summary.

    Parameters
    ----------
    chart : Chart
        The chart that it comes from; its series make the sparkline.
    last : int or None
        The latest point that has a value, counted from 0; None when no point has one.
    """

    chart: Chart
    last: int | None

    @property
    def rank(self) -> tuple[int, int]:
        """Its step in `ATTENTION`, and its place among the classes there."""
        return _RANK[self.change, self.standing]

    @property
    def attention(self) -> Attention:
        """Its step in the order."""
        return ATTENTION[self.rank[0]]

    @property
    def name(self) -> str:
        """What is measured."""
        return self.chart.measure.name

    @property
    def unit(self) -> str:
        """What the values are counted in."""
        return self.chart.unit

    @property
    def title(self) -> str:
        """The name, with the unit where it is not per cent."""
        return self.name if self.unit in {"", "%"} else f"{self.name}, {self.unit}"

    @property
    def better(self) -> Better:
        """Which way is better."""
        return self.chart.measure.better

    @property
    def variation(self) -> str:
        """What the latest point shows; one of `qi_tools.spc.variation.VARIATION`."""
        return self.chart.variation

    @property
    def change(self) -> str:
        """The variation without high or low, such as improvement."""
        return self.variation.partition(",")[0]

    @property
    def assurance(self) -> str:
        """Whether the target will be met; one of `qi_tools.spc.variation.ASSURANCE`."""
        return self.chart.assurance

    @property
    def standing(self) -> str:
        """The assurance; "not met" where there is none and the latest value misses the target.

        A run chart has no limits to compare a target with, and yet its readers must hear of a
        target that is missed.
        """
        if self.assurance == "none" and self.meets is False:
            return "not met"
        return self.assurance

    @property
    def latest(self) -> float:
        """The latest known value; not a number when none is known."""
        return np.nan if self.last is None else float(self.chart.values[self.last])

    @property
    def missing(self) -> str:
        """The name of the last point, when it has no value; else empty."""
        end = len(self.chart.measure) - 1
        return "" if self.last == end else self.chart.measure.label(end)

    @property
    def target(self) -> float:
        """The target at the latest known value; not a number when there is none."""
        return np.nan if self.last is None else float(self.chart.target[self.last])

    @property
    def meets(self) -> bool | None:
        """Whether the latest known value meets the target; None when that can't be said."""
        if self.better == "neither" or np.isnan(self.target) or np.isnan(self.latest):
            return None
        return meets(self.latest, self.target, self.better)

    @property
    def centre(self) -> float:
        """The centre line of the latest phase, at its last point that has one."""
        return self.chart.phases[-1].centre

    @property
    def lower(self) -> float:
        """The lower limit of the latest phase; not a number when there is none."""
        return self.chart.phases[-1].lower

    @property
    def upper(self) -> float:
        """The upper limit of the latest phase; not a number when there is none."""
        return self.chart.phases[-1].upper

    @property
    def points(self) -> int:
        """How many points of the latest phase are known and not left out."""
        return int(np.count_nonzero(self.chart.analysis.judged[self.chart.phases[-1].first :]))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before trusting the row."""
        return self.chart.warnings

    @property
    def change_words(self) -> str:
        """What the variation icon says."""
        if self.variation == "too few points":
            return f"Too few points: {self.points} of the {FEWEST_FOR_ICONS} needed"
        return _CHANGES[self.variation]

    @property
    def assurance_words(self) -> str:
        """What the assurance icon says if nothing changes, or why there is none."""
        if self.assurance != "none":
            return _ASSURANCES[self.assurance]
        if np.isnan(self.target):
            return "No target"
        if self.better == "neither":
            return "Can't be told: no direction is better"
        if self.variation == "too few points":
            return "Can't be told: too few points"
        return "Can't be told: no limits"

    @property
    def latest_words(self) -> str:
        """The latest known value, in so many figures that it can be told from the target."""
        if self.last is None:
            return "No value"
        return self._told(told_apart(self.latest, self.target)[0])

    @property
    def when_words(self) -> str:
        """When the latest known value was, and whether a newer one is missing."""
        if self.last is None:
            return ""
        measure = self.chart.measure
        words = measure.label(self.last)
        if measure.excluded[self.last]:
            words += ", left out"
        return words + (f"; {self.missing} is missing" if self.missing else "")

    @property
    def target_words(self) -> str:
        """The target, and whether the latest known value meets it; empty without a target."""
        if np.isnan(self.target):
            return ""
        words = self._told(told_apart(self.target, self.latest)[0])
        words += {"higher": " or more", "lower": " or less", "neither": ""}[self.better]
        return words + {None: "", True: ": met", False: ": not met"}[self.meets]

    @property
    def lines_words(self) -> str:
        """The centre line and the limits of the latest phase."""
        if np.isnan(self.centre):
            return f"No {self.chart.kind.centre}"
        words = f"{self.chart.kind.centre.capitalize()} {number_in_words(self.centre)}"
        if np.isnan(self.upper):
            return words
        return f"{words}, limits {number_in_words(self.lower)} to {number_in_words(self.upper)}"

    @property
    def points_words(self) -> str:
        """How many points the latest phase has, and since when."""
        chart = self.chart
        since = chart.measure.label(chart.phases[-1].first)
        return f"{counted(self.points, 'point')} since {since}"

    @property
    def sentence(self) -> str:
        """The whole row as one sentence."""
        told = [f"{self.title}: {_uncapitalised(self.change_words)}"]
        when = f" ({self.when_words})" if self.when_words else ""
        told.append(f"latest {_uncapitalised(self.latest_words)}{when}")
        if target := self.target_words:
            assumed = "" if self.assurance == "none" else " if nothing changes"
            told += [f"target {target}", f"{_uncapitalised(self.assurance_words)}{assumed}"]
        told += [_uncapitalised(self.lines_words), self.points_words]
        if self.warnings:
            told.append(counted(len(self.warnings), "warning"))
        return "; ".join(told) + "."

    def _told(self, number: str) -> str:
        """Write a value; any unit but per cent stands beside the name."""
        return f"{number}%" if self.unit == "%" else number


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Many measures, those that need attention first.

    Make one with `summary`. In a notebook it shows itself as a table.

    Parameters
    ----------
    name : str
        What the measures have in common; may be empty.
    rows : tuple of SummaryRow
        In the order of `ATTENTION`; those of one class in the order in which they were given.
    warnings : tuple of str
        What a reader should know before trusting the summary. Each row has warnings of its own.
    """

    name: str
    rows: tuple[SummaryRow, ...]
    warnings: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the summary is called."""
        return f"Summary of {self.name}" if self.name else "Summary"

    @property
    def groups(self) -> tuple[tuple[Attention, tuple[SummaryRow, ...]], ...]:
        """The rows of each step of the order that has any."""
        return tuple(
            (attention, tuple(rows))
            for attention, rows in groupby(self.rows, key=lambda row: row.attention)
        )

    @property
    def table(self) -> DataFrame:
        """The summary as a table, one row a measure, in order.

        Columns: ``measure``, ``unit``, ``attention`` (the heading of its step), ``variation``,
        ``assurance``, ``latest`` (the latest known value), ``date`` (or ``point``, counted from 1,
        or both when only some measures have dates), ``missing`` (whether a later point has no
        value), ``target``, ``meets`` (yes, no, or empty), ``centre``, ``lower``, ``upper`` and
        ``points`` of the latest phase, and ``warnings``. Each call gives a new table.
        """
        from pandas import DataFrame

        rows = self.rows
        lasts = [(row.chart.measure.dates, row.last) for row in rows]
        columns: dict[str, object] = {
            "measure": [row.name for row in rows],
            "unit": [row.unit for row in rows],
            "attention": [row.attention.heading for row in rows],
            "variation": [row.variation for row in rows],
            "assurance": [row.assurance for row in rows],
            "latest": [row.latest for row in rows],
        }
        if any(dates is not None for dates, _ in lasts):
            nowhen = np.datetime64("NaT", "s")
            columns["date"] = np.array(
                [
                    nowhen if dates is None or last is None else dates[last].astype("M8[s]")
                    for dates, last in lasts
                ]
            )
        if any(dates is None for dates, _ in lasts):
            columns["point"] = np.array(
                [np.nan if dates is not None or last is None else last + 1 for dates, last in lasts]
            )
        columns |= {
            "missing": [bool(row.missing) for row in rows],
            "target": [row.target for row in rows],
            "meets": [{None: "", True: "yes", False: "no"}[row.meets] for row in rows],
            "centre": [row.centre for row in rows],
            "lower": [row.lower for row in rows],
            "upper": [row.upper for row in rows],
            "points": [row.points for row in rows],
            "warnings": [" ".join(row.warnings) for row in rows],
        }
        return DataFrame(columns)

    def describe(self) -> str:
        r"""Describe the summary in words.

        Returns
        -------
        str
            How many measures, how many on each step of the order, and which to look at first; 600
            characters or fewer.

        Examples
        --------
        >>> from qi_tools.measure import Measure
        >>> from qi_tools.spc.charts import control_chart
        >>> falls = Measure.from_columns([5, 7] * 8 + [12], name="Falls", better="lower")
        >>> waits = Measure.from_columns([5, 7] * 8, name="Waits", better="lower").aim(8)
        >>> print(summary([control_chart(waits, "i"), control_chart(falls, "i")]).describe())
        Summary: 2 measures (target at risk 1, steady 1). Look first at "Waits".
        """
        counts = [f"{attention.heading.lower()} {len(rows):,}" for attention, rows in self.groups]
        told = f"{self.title}: {counted(len(self.rows), 'measure')} ({', '.join(counts)})."
        return f"{told} {self._first(LONGEST - len(told) - 1)}"

    def report(self) -> tuple[str, ...]:
        """Give the summary as paragraphs.

        Returns
        -------
        tuple of str
            The description, the warnings if there are any, and one sentence a measure, in order.
        """
        warned = (" ".join(self.warnings),) if self.warnings else ()
        return (self.describe(), *warned, *(row.sentence for row in self.rows))

    def pages(self, rows: int = 12) -> tuple[Summary, ...]:
        """Split the summary into shorter ones, in order, whose pictures fit on a page each.

        Parameters
        ----------
        rows : int
            The most measures on a page; 12 of ordinary names fit on a page of A4.

        Returns
        -------
        tuple of Summary

        Raises
        ------
        ChartImpossible
            If the number of rows is not a whole number of 1 or more.
        """
        if not is_whole(rows) or rows < 1:
            raise ChartImpossible(f"rows is {rows!r}. Use a number of measures, 1 or more.")
        starts = range(0, len(self.rows), rows)
        return tuple(
            replace(
                self,
                name=f"{self.name} ({page} of {len(starts)})".lstrip() if starts[1:] else self.name,
                rows=self.rows[start : start + rows],
            )
            for page, start in enumerate(starts, start=1)
        )

    def html(self, *, theme: Theme = LIGHT) -> str:
        """Give the summary as a table for a page, each icon and small chart with its words.

        Parameters
        ----------
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        str
        """
        from qi_tools.draw import summary_page

        return summary_page.html(self, theme)

    def save(self, path: str | os.PathLike[str], *, theme: Theme = LIGHT) -> Path:
        """Save the summary as a picture or as a page.

        Parameters
        ----------
        path : path-like
            The file. A name that ends in ``.png`` or ``.svg`` gives a picture of the first 40
            measures, as wide as a page of A4; `pages` splits more of them into several. One that
            ends in ``.html`` gives a page with all of them, which any browser opens and prints. A
            file of that name is replaced.
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        FileNotSaved
            If the ending is another one, or the file can't be written.
        """
        path = Path(path)
        match path.suffix.lower():
            case ".html":
                from qi_tools.draw.summary_page import whole_page
                from qi_tools.saved_file import save_bytes

                return save_bytes(whole_page(self, theme).encode(), path, ending=".html")
            case ".png" | ".svg":
                from qi_tools.draw.output import write
                from qi_tools.draw.summary import sheet

                return write(sheet(self, theme), path, self.title, self.describe())
            case _:
                raise FileNotSaved(
                    f'"{path.name}" ends in "{path.suffix}". Use a name that ends in .png, .svg '
                    "or .html."
                )

    def _repr_html_(self) -> str:
        return self.html()

    def _first(self, room: int) -> str:
        """Say which measures to look at first, as many as there is room for."""
        urgent = [row.name for row in self.rows if row.attention.urgent]
        if not urgent:
            return "Nothing calls for attention now."
        for most in range(min(NAMED_FIRST, len(urgent)), 0, -1):
            words = f"Look first at {listed(urgent[:most])}."
            if len(words) <= room:
                return words
        return "Look first at the first one."


def summary(charts: Iterable[Chart], *, name: str = "") -> Summary:
    """Put many charts in one table, those that need attention first.

    Parameters
    ----------
    charts : iterable of Chart
        As `run_chart` and `control_chart` give them.
    name : str
        What the measures have in common, such as ``"Ward 4"``.

    Returns
    -------
    Summary

    Raises
    ------
    ChartImpossible
        If there is no chart, or something else is among them.

    Examples
    --------
    From a long table with a row for each ward and month:

    >>> import pandas
    >>> from qi_tools.measure import Measure
    >>> from qi_tools.spc.charts import control_chart
    >>> table = pandas.DataFrame({
    ...     "ward": ["Ash"] * 14 + ["Oak"] * 14,
    ...     "falls": [5, 7] * 7 + [5, 7] * 6 + [6, 15],
    ... })
    >>> charts = [
    ...     control_chart(Measure.from_columns(rows["falls"], name=ward, better="lower"), "i")
    ...     for ward, rows in table.groupby("ward")
    ... ]
    >>> falls = summary(charts, name="falls")
    >>> print(falls.describe())
    Summary of falls: 2 measures (concern 1, steady 1). Look first at "Oak".
    >>> falls.table[["measure", "attention", "variation", "latest"]]
      measure attention      variation  latest
    0     Oak   Concern  concern, high    15.0
    1     Ash    Steady   common cause     7.0
    """
    rows = sorted(_rows(charts), key=lambda row: row.rank)
    if not rows:
        raise ChartImpossible("There are no charts to sum up. Give one or more.")
    return Summary(one_line("The name", name), tuple(rows), tuple(_warnings(rows)))


def _rows(charts: Iterable[Chart]) -> Iterator[SummaryRow]:
    advice = "Give a list of charts, made with run_chart or control_chart."
    if not isinstance(charts, Iterable):
        raise ChartImpossible(f"The summary was given {type(charts).__name__}. {advice}")
    for number, chart in enumerate(charts, start=1):
        if not isinstance(chart, Chart):
            raise ChartImpossible(f"Number {number} is {type(chart).__name__}. {advice}")
        (known,) = np.nonzero(~np.isnan(chart.values))
        yield SummaryRow(chart, int(known[-1]) if known.size else None)


def _warnings(rows: Sequence[SummaryRow]) -> Iterator[str]:
    """Say what a reader must know of the rows together."""
    if simulated := [row.name for row in rows if row.chart.measure.simulated]:
        some = "" if len(simulated) == len(rows) else f": {'; '.join(simulated)}"
        yield f"Simulated data{some}."
    names = Counter(row.name for row in rows)
    if twice := [name for name, times in names.items() if times > 1]:
        yield f"More than one measure is called {listed(twice)}."
    rules = list(dict.fromkeys(row.chart.rules.name for row in rows))
    if len(rules) > 1:
        yield f"Not all are judged by the same rules: {' and '.join(rules)}."
    if behind := _behind(rows):
        yield f"Some end long before the others: {'; '.join(behind)}."


def _behind(rows: Sequence[SummaryRow]) -> list[str]:
    """Name the measures whose latest value is more than two of their usual steps old."""
    dated = [
        (row, row.chart.measure.dates, row.last)
        for row in rows
        if row.chart.measure.dates is not None and row.last is not None
    ]
    if not dated:
        return []
    newest = max(dates[last] for _, dates, last in dated)
    return [
        f"{row.name} ({row.chart.measure.label(last)})"
        for row, dates, last in dated
        if len(dates) > 1 and newest - dates[last] > 2 * np.median(np.diff(dates))
    ]


def _uncapitalised(words: str) -> str:
    return words[:1].lower() + words[1:]
