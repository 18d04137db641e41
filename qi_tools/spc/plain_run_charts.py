"""A run chart to look at: a measure in time order about its middle line, and no judgement.

Those who learn to read dots should judge for themselves, so this chart applies no rule and draws no
limit. Its words hold what an eye needs to judge by: the middle, the dots that stand out furthest,
and how many dots in turn lie above and below the middle line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qi_tools.measure import Measure, check_measure, point_column
from qi_tools.phases import Phases
from qi_tools.spc.chart_words import introduction
from qi_tools.spc.runs import runs_in_order, sides_of
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["PlainRunChart", "plain_run_chart"]


@dataclass(frozen=True, slots=True)
class PlainRunChart:
    """A measure about its median, for the reader to judge.

    Make one with `plain_run_chart`. In a notebook it shows itself.

    Parameters
    ----------
    measure : Measure
        What is charted.
    centre : float
        The median of the values that are not missing, shown as the middle line.
    """

    measure: Measure
    centre: float

    @property
    def on_the_line(self) -> int:
        """How many dots lie on the middle line itself."""
        return int(np.count_nonzero(self.measure.known & (self._side == 0)))

    @property
    def _side(self) -> NDArray[np.int8]:
        """1 above the middle line, -1 below it, 0 on it or missing, shape (points,)."""
        values = self.measure.values
        line = np.full(values.size, self.centre)
        return sides_of(values, line, Phases(np.zeros(1, dtype=np.int64), values.size))

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a dot.

        Columns: ``date`` (or ``point``, counted from 1), ``value`` and ``side`` of the middle line
        (above, below, on, missing). Each call gives a new table.
        """
        from pandas import DataFrame

        sides = np.select([self._side > 0, self._side < 0], ["above", "below"], "on")
        side = np.where(self.measure.known, sides, "missing")
        return DataFrame(
            point_column(self.measure) | {"value": self.measure.values.copy(), "side": side}
        )

    def describe(self) -> str:
        r"""Describe the chart in words, so that a reader who can't see it can judge it too.

        Returns
        -------
        str
            A few plain sentences without any verdict: also the chart's text alternative.

        Examples
        --------
        >>> wait = Measure.from_columns([5, 8, 6, 9, 9.5], name="Wait", unit="minutes")
        >>> print(plain_run_chart(wait).describe().replace(". ", ".\n"))
        Run chart of Wait, minutes: 5 dots, from point 1 to point 5.
        The middle line is at 8.
        Highest dots: 9.5 (point 5) and 9 (point 4).
        Lowest dots: 5 (point 1) and 6 (point 3).
        In time order: 2 dots below the middle line, 2 above.
        1 dot lies on the line.
        """
        return " ".join(
            (
                introduction(self.measure, noun="dot"),
                f"The middle line is at {number_in_words(self.centre)}.",
                *self._furthest(),
                *self._turns(),
            )
        )

    def _furthest(self) -> Iterator[str]:
        """Name the two highest and the two lowest dots: one alone can't be seen to stand apart."""
        measure = self.measure
        known = np.nonzero(measure.known)[0]
        upwards = known[np.argsort(measure.values[known], kind="stable")]
        downwards = known[np.argsort(-measure.values[known], kind="stable")]
        for which, dots in (("Highest", downwards[:2]), ("Lowest", upwards[:2])):
            told = [
                f"{number_in_words(float(measure.values[dot]))} ({measure.label(int(dot))})"
                for dot in dots
            ]
            yield f"{which} {'dots' if len(told) > 1 else 'dot'}: {' and '.join(told)}."

    def _turns(self) -> Iterator[str]:
        """Say how many dots in turn lie on each side of the middle line."""
        told: list[str] = []
        for run in runs_in_order(self._side):
            side = "above" if self.measure.values[run[0]] > self.centre else "below"
            told.append(
                f"{run.size} {side}"
                if told
                else f"{counted(run.size, 'dot')} {side} the middle line"
            )
        if told:
            yield f"In time order: {', '.join(told)}."
        if on := self.on_the_line:
            yield f"{counted(on, 'dot')} {'lies' if on == 1 else 'lie'} on the line."

    def _repr_html_(self) -> str:
        from qi_tools.draw import plain_run_chart as drawing

        return drawing.html(self)


def plain_run_chart(measure: Measure) -> PlainRunChart:
    """Chart a measure about its median, without rules, limits or verdict.

    Parameters
    ----------
    measure : Measure
        Values in time order.

    Returns
    -------
    PlainRunChart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.

    Examples
    --------
    >>> plain_run_chart(Measure.from_columns([9, 8, None, 4], name="Wait")).centre
    8.0
    """
    check_measure(measure, "plain_run_chart")
    return PlainRunChart(measure, float(np.nanmedian(measure.values)))
