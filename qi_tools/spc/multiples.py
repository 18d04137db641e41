"""Small multiples: several charts side by side, drawn alike, so that the eye can compare them.

References
----------
Tufte ER (1990). Envisioning Information, chapter 4: small multiples.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from qi_tools.columns import one_line
from qi_tools.errors import ChartImpossible
from qi_tools.result import Result
from qi_tools.spc.charts import Chart
from qi_tools.spc.sentences import Sentence, fitted, named, warning
from qi_tools.spc.signals import Signal
from qi_tools.words import counted, listed

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["SmallMultiples", "small_multiples"]

NAMED_IN_FULL = 5


@dataclass(frozen=True, slots=True, eq=False)
class SmallMultiples(Result):
    """Several charts side by side.

    Make one with `small_multiples`. In a notebook it shows itself.

    Parameters
    ----------
    name : str
        What the charts have in common; may be empty.
    charts : tuple of Chart
        In the order in which they were given.
    shared : bool
        True when all have one scale of values, and one of time where their dates overlap.
    """

    name: str
    charts: tuple[Chart, ...]
    shared: bool

    drawn_by: ClassVar[str] = "small_multiples"

    @property
    def title(self) -> str:
        """What stands above the charts."""
        if self.name or len(self.charts) > 1:
            return self.name or counted(len(self.charts), "chart")
        return self.charts[0].measure.name

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What the rules found on all charts; each signal names its measure."""
        return tuple(
            replace(signal, words=f"{chart.measure.name}: {signal.words}")
            for chart in self.charts
            for signal in chart.signals
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know; each warning names the measures that it is about."""
        about: dict[str, list[str]] = {}
        for chart in self.charts:
            for each in chart.warnings:
                about.setdefault(each, []).append(chart.measure.name)
        return tuple(
            f"{named(names, NAMED_IN_FULL)}: {each}" if len(self.charts) > 1 else each
            for each, names in about.items()
        )

    @property
    def finding(self) -> str:
        """How many charts show signals, and which, in a plain sentence or two."""
        showing = [chart.measure.name for chart in self.charts if chart.signals]
        if len(self.charts) == 1:
            return f"The chart shows {'a' if showing else 'no'} signal."
        if not showing:
            return "No chart shows a signal."
        verb = "shows" if len(showing) == 1 else "show"
        return (
            f"{len(showing):,} of {counted(len(self.charts), 'chart')} {verb} a signal: "
            f"{named(showing, NAMED_IN_FULL)}."
        )

    @property
    def table(self) -> DataFrame:
        """All charts as one table, one row a point, chart after chart.

        Columns: ``measure`` (its name), then those of `qi_tools.spc.charts.Chart.table`; a cell is
        empty where a chart has no such column. Each call gives a new table.
        """
        from pandas import concat

        tables = [chart.table for chart in self.charts]
        for chart, table in zip(self.charts, tables, strict=True):
            table.insert(0, "measure", chart.measure.name)
        return concat(tables, ignore_index=True)

    def describe(self) -> str:
        """Describe the charts in a few words, for those who can't see them.

        Returns
        -------
        str
            How many charts, and which show signals; 600 characters or fewer.

        Examples
        --------
        >>> from qi_tools.measure import Measure
        >>> from qi_tools.spc.charts import run_chart
        >>> wards = {
        ...     "Ash": [9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3],
        ...     "Oak": [5, 7, 6, 8, 4, 5, 3, 8, 6, 4, 9, 7, 9, 5, 7, 4],
        ... }
        >>> charts = [
        ...     run_chart(Measure.from_columns(rows, name=ward, unit="a month"))
        ...     for ward, rows in wards.items()
        ... ]
        >>> print(small_multiples(charts, name="falls").describe())
        Small multiples of falls, a month: 2 charts. 1 of 2 charts shows a signal: Ash.
        """
        heading = f"Small multiples of {self.name}" if self.name else "Small multiples"
        unit = f", {self.charts[0].unit}" if self.shared and self.charts[0].unit else ""
        charts = counted(len(self.charts), "chart")
        showing = sum(1 for chart in self.charts if chart.signals)
        brief = f"{showing:,} of them show a signal." if showing else self.finding
        return fitted(
            (
                Sentence(f"{heading}{unit}: {charts}.", f"Small multiples: {charts}.", spare=1),
                Sentence(self.finding, brief, spare=3),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Tell what each chart shows.

        Returns
        -------
        tuple of str
            What all show together, then a paragraph a chart, in order.
        """
        return (self.describe(), *(chart.describe() for chart in self.charts))


def small_multiples(
    charts: Iterable[Chart], *, name: str = "", shared: bool = True
) -> SmallMultiples:
    """Put several charts side by side, in the order in which they are given.

    Parameters
    ----------
    charts : iterable of Chart
        Made with `run_chart` or `control_chart`; one or more.
    name : str
        What they have in common, such as ``"Falls on each ward"``.
    shared : bool
        Which scale of values: True for one and the same on all charts, so that heights can be
        compared; it needs one unit. False for each its own, so that each chart's own ups and downs
        fill its height; then heights can't be compared. One scale of time goes with one of values
        where the dates of all overlap, or none has dates.

    Returns
    -------
    SmallMultiples

    Raises
    ------
    ChartImpossible
        If there is no chart, something given is none, or units differ on a shared scale.

    References
    ----------
    Tufte (1990).

    Examples
    --------
    >>> from qi_tools.measure import Measure
    >>> from qi_tools.spc.charts import run_chart
    >>> wards = {"Ash": [5, 7, 6], "Oak": [9, 8, 9]}
    >>> charts = [run_chart(Measure.from_columns(rows, name=ward)) for ward, rows in wards.items()]
    >>> small_multiples(charts, name="Falls").table["measure"].tolist()
    ['Ash', 'Ash', 'Ash', 'Oak', 'Oak', 'Oak']
    """
    given = _charts(charts)
    units = list(dict.fromkeys(chart.unit for chart in given))
    if shared and len(units) > 1:
        told = listed([unit or "no unit" for unit in units])
        raise ChartImpossible(
            f"The units differ: {told}. One scale can't hold them. Use shared=False to give each "
            "chart its own scale."
        )
    return SmallMultiples(one_line("The name", name), given, bool(shared))


def _charts(charts: Iterable[Chart]) -> tuple[Chart, ...]:
    advice = "Give a list of charts, made with run_chart or control_chart."
    if not isinstance(charts, Iterable):
        raise ChartImpossible(f"small_multiples was given {type(charts).__name__}. {advice}")
    given = tuple(charts)
    for number, chart in enumerate(given, start=1):
        if not isinstance(chart, Chart):
            raise ChartImpossible(f"Number {number} is {type(chart).__name__}. {advice}")
    if not given:
        raise ChartImpossible("There are no charts to show. Give one or more.")
    return given
