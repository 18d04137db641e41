"""A board report of a made-up trust: as a table in colours, and month by month.

All values are made up. Months vary like a normal distribution and do not depend on each other; real
ones may.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Literal

from qi_tools.experiments.made_up_trust import (
    AMBER,
    DECISIONS,
    INDICATORS,
    SYSTEMS,
    Indicator,
    Trust,
)
from qi_tools.experiments.settings import FIRST_DATE
from qi_tools.words import counted, joined

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure
    from qi_tools.spc.charts import Chart
    from qi_tools.spc.rule_sets import RuleSet

__all__ = ["Cell", "Report", "Row", "publish"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the coloured table: the latest month of one measure.

    Parameters
    ----------
    name, unit : str
        What is measured, and what it is counted in.
    value, target : float
        Of the latest month.
    colour : str
        One of `COLOURS`.
    arrow : {"up", "down", "level"}
        How the value moved since the month before.
    moved : {"better", "worse", "the same"}
        Whether that is the better way.
    """

    name: str
    unit: str
    value: float
    target: float
    colour: str
    arrow: Literal["up", "down", "level"]
    moved: Literal["better", "worse", "the same"]


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, month by month, and what is true of it.

    Parameters
    ----------
    indicator : Indicator
        What is measured.
    system : str
        How it truly behaves: one of `SYSTEMS`.
    since : int or None
        The month in which the change began, counted from 1; None when nothing changed.
    values : tuple of float
        In the indicator's unit.
    """

    indicator: Indicator
    system: str
    since: int | None
    values: tuple[float, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """The colour of each month."""
        return tuple(self.indicator.colour(value) for value in self.values)

    @property
    def colour_changes(self) -> int:
        """How many months have another colour than the month before."""
        return sum(now != before for before, now in pairwise(self.colours))

    @property
    def latest(self) -> Cell:
        """Its line in the coloured table."""
        this, (before, value) = self.indicator, self.values[-2:]
        arrow: Literal["up", "down", "level"] = "level"
        moved: Literal["better", "worse", "the same"] = "the same"
        if value != before:
            arrow = "up" if value > before else "down"
            moved = "better" if (arrow == "up") == (this.better == "higher") else "worse"
        return Cell(this.name, this.unit, value, this.target, this.colour(value), arrow, moved)


@dataclass(frozen=True, slots=True)
class Report:
    """All measures of the report, with the truth that only the made-up world knows.

    Parameters
    ----------
    trust : Trust
        What it is about.
    rows : tuple of Row
        In the order of `INDICATORS`.
    """

    trust: Trust
    rows: tuple[Row, ...]

    @property
    def month_before(self) -> Report:
        """The report as it stood a month earlier.

        Raises
        ------
        ReportInvalid
            If it would reach back too few months.

        Examples
        --------
        >>> report = publish(Trust(months=25), Random(1))
        >>> report.month_before.rows[0].values == report.rows[0].values[:-1]
        True
        """
        return Report(
            replace(self.trust, months=self.trust.months - 1),
            tuple(replace(row, values=row.values[:-1]) for row in self.rows),
        )

    @property
    def rag(self) -> tuple[Cell, ...]:
        """The coloured table of the latest month."""
        return tuple(row.latest for row in self.rows)

    @property
    def rag_table(self) -> DataFrame:
        """The coloured table of the latest month, one row a measure."""
        from pandas import DataFrame

        return DataFrame(
            {
                "measure": cell.name,
                "unit": cell.unit,
                "value": cell.value,
                "target": cell.target,
                "colour": cell.colour,
                "arrow": cell.arrow,
                "against last month": cell.moved,
            }
            for cell in self.rag
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure with its target, for charts."""
        from qi_tools.measure import Measure

        dates = _months(self.trust.months)
        return tuple(
            Measure.from_columns(
                row.values,
                dates,
                name=row.indicator.name,
                unit=row.indicator.unit,
                source="Board report of a made-up trust",
                better=row.indicator.better,
                simulated=True,
            ).aim(row.indicator.target)
            for row in self.rows
        )

    def charts(self, rules: RuleSet) -> tuple[Chart, ...]:
        """Give the XmR chart of every measure: its X chart, whose limits come of moving ranges.

        Parameters
        ----------
        rules : RuleSet
            What they are judged by.

        Returns
        -------
        tuple of Chart
            For `qi_tools.small_multiples`, with ``shared=False`` since units differ, and for
            `qi_tools.summary`, which gives the icons.

        Examples
        --------
        >>> from qi_tools.spc.multiples import small_multiples
        >>> from qi_tools.spc.rule_sets import MAKING_DATA_COUNT
        >>> from qi_tools.spc.summaries import summary
        >>> charts = publish(Trust(), Random(1)).charts(MAKING_DATA_COUNT)
        >>> len(small_multiples(charts, shared=False).charts), len(summary(charts).rows)
        (12, 12)
        """
        from qi_tools.spc.charts import control_chart

        return tuple(control_chart(measure, "i", rules=rules) for measure in self.measures)

    @property
    def table(self) -> DataFrame:
        """One row a month, one column a measure; the dates are made up."""
        from pandas import DataFrame, to_datetime

        return DataFrame(
            {"date": to_datetime(_months(self.trust.months))}
            | {row.indicator.name: list(row.values) for row in self.rows}
        )

    def describe(self) -> str:
        """Tell in plain words what the report shows, and nothing of the truth.

        Returns
        -------
        str
            At most 600 characters.
        """
        cells = self.rag
        colours = Counter(cell.colour for cell in cells)
        moved = Counter(cell.moved for cell in cells)
        turned = sum(row.colours[-1] != row.colours[-2] for row in self.rows)
        return (
            f"Simulated: board report of {counted(len(cells), 'measure')} of a made-up trust over "
            f"{self.trust.months} months. In the latest month {colours['red']} are red, "
            f"{colours['amber']} amber (the target missed by {100 * AMBER:.0f}% of it or less) and "
            f"{colours['green']} green. Since the month before, {moved['better']} moved for the "
            f"better, {moved['worse']} for the worse, and {turned} changed colour. Decide for each "
            f"measure: {joined(DECISIONS, 'or')}."
        )


def publish(trust: Trust, random: Random) -> Report:
    """Make up a report.

    Parameters
    ----------
    trust : Trust
        What it is about.
    random : random.Random
        Where chance comes from. The same seed gives the same report.

    Returns
    -------
    Report

    Examples
    --------
    >>> report = publish(Trust(), Random(1))
    >>> for cell in report.rag[:3]:
    ...     print(cell.name, cell.value, cell.colour, cell.arrow)
    Falls 5.26 green down
    Pressure ulcers 7.44 green up
    Length of stay 5.34 green down
    """
    lots = [random.random() for _ in trust.systems]
    dealt = [name for _, name in sorted(zip(lots, trust.systems, strict=True))]
    return Report(
        trust,
        tuple(
            _row(indicator, name, trust.months, random)
            for indicator, name in zip(INDICATORS, dealt, strict=True)
        ),
    )


def _row(indicator: Indicator, name: str, months: int, random: Random) -> Row:
    system = SYSTEMS[name]
    fewest, most = system.begins
    ago = fewest + int(random.random() * (most - fewest + 1))
    since = months - ago + 1 if system.change else None
    values = []
    for month in range(1, months + 1):
        changed = since is not None and (month >= since if system.lasts else month == since)
        mean = system.distance + (system.change if changed else 0.0)
        values.append(indicator.at(mean + _normal(random)))
    return Row(indicator, name, since, tuple(values))


def _normal(random: Random) -> float:
    """Draw from a normal distribution about 0, standard deviation 1 (Box & Muller 1958)."""
    radius = math.sqrt(-2 * math.log(1 - random.random()))
    return radius * math.cos(2 * math.pi * random.random())


def _months(count: int) -> list[date]:
    return [
        FIRST_DATE.replace(year=FIRST_DATE.year + month // 12, month=month % 12 + 1)
        for month in range(count)
    ]
