"""A run chart: a measure in time order about its median, judged by Anhøj's rules."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qi_tools.errors import MeasureInvalid
from qi_tools.measure import Measure
from qi_tools.runs import count_runs, medians, runs_in_order
from qi_tools.signals import Signal
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["FEWEST_USEFUL", "RULES", "RunChart", "introduction", "run_chart"]

RULES = "Anhøj's rules for unusually long runs and unusually few crossings"
FEWEST_USEFUL = 12
"""With fewer useful points the rules can hardly find anything (Anhøj & Olesen 2014)."""


@dataclass(frozen=True, slots=True)
class RunChart:
    """A measure about its median, and what the runs say.

    Make one with `run_chart`.

    Parameters
    ----------
    measure : Measure
        What is charted.
    centre : float
        The median of the values that are not missing.
    useful : int
        Points that are neither missing nor on the median.
    longest_run : int
        Useful points in the longest run on one side of the median.
    longest_run_limit : int
        A longer run than this is a signal.
    crossings : int
        Times that the line crosses the median.
    crossings_limit : int
        Fewer crossings than this are a signal.
    signals : tuple of Signal
        What the rules found; empty when they found nothing.
    warnings : tuple of str
        What a reader should know before trusting the chart.
    """

    measure: Measure
    centre: float
    useful: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    signals: tuple[Signal, ...]
    warnings: tuple[str, ...]

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a point.

        Columns: ``date`` (or ``point``, counted from 1), ``value``, ``median``, ``side`` of the
        median (above, below, on, missing) and ``in_long_run`` (True for points in a run too long
        for chance). Each call gives a new table.
        """
        from pandas import DataFrame

        values = self.measure.values
        sides = np.select([values > self.centre, values < self.centre], ["above", "below"], "on")
        in_long_run = np.zeros(values.size, dtype=bool)
        in_long_run[self.signal_points] = True
        days = self.measure.dates
        first = (
            {"point": np.arange(1, values.size + 1)}
            if days is None
            else {"date": days.astype("datetime64[s]")}
        )
        return DataFrame(
            first
            | {
                "value": values.copy(),
                "median": np.full(values.size, self.centre),
                "side": np.where(self.measure.known, sides, "missing"),
                "in_long_run": in_long_run,
            }
        )

    @property
    def signal_points(self) -> list[int]:
        """The points in runs too long for chance, counted from 0."""
        return sorted({point for signal in self.signals for point in signal.points})

    @property
    def finding(self) -> str:
        """What the rules found, in one or two plain sentences."""
        if self.signals:
            return "Signal: " + " ".join(signal.words for signal in self.signals)
        if self.useful < FEWEST_USEFUL:
            return "No judgement yet."
        return "No signal: ups and downs like these can be chance alone."

    def describe(self) -> str:
        r"""Describe the chart in words, for those who can't see it and for those who can.

        Returns
        -------
        str
            A few plain sentences: also the chart's text alternative.

        Examples
        --------
        >>> chart = run_chart(Measure.from_columns([5, 8, 6, 9], name="Wait", unit="minutes"))
        >>> print(chart.describe().replace(". ", ".\n"))
        Run chart of Wait, minutes: 4 points, from point 1 to point 4.
        Lowest 5 (point 1), highest 9 (point 4), median 7.
        No judgement yet.
        Too few points: 4 useful, and the rules need 12 or more.
        """
        measure = self.measure
        known = np.nonzero(measure.known)[0]
        lowest = int(known[np.argmin(measure.values[known])])
        highest = int(known[np.argmax(measure.values[known])])
        return " ".join(
            (
                introduction(measure),
                f"Lowest {number_in_words(float(measure.values[lowest]))} "
                f"({measure.label(lowest)}), "
                f"highest {number_in_words(float(measure.values[highest]))} "
                f"({measure.label(highest)}), median {number_in_words(self.centre)}.",
                self.finding,
                *self.warnings,
            )
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the chart with matplotlib.

        In a notebook the chart itself, as the last line of a cell, shows more: it carries its
        words and its table.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw. Left out, a new figure is made, with the source below the chart.

        Returns
        -------
        matplotlib Axes
        """
        from qi_tools.draw import run_chart as drawing

        return drawing.plot(self) if ax is None else drawing.draw(self, ax)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the chart as a picture, with its source below it.

        Parameters
        ----------
        path : path-like
            The file, ending in ``.png``, ``.svg`` or ``.pdf``. A file of that name is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        PictureNotSaved
            If the ending is another one, or the file can't be written.
        """
        from qi_tools.draw import run_chart as drawing

        return drawing.save(self, Path(path))

    def _repr_html_(self) -> str:
        from qi_tools.draw import run_chart as drawing

        return drawing.html(self)


def run_chart(measure: Measure) -> RunChart:
    """Judge a measure about its median by Anhøj's rules.

    Parameters
    ----------
    measure : Measure
        Values in time order.

    Returns
    -------
    RunChart
        The median, the counts of runs with their limits, and the signals.

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.

    References
    ----------
    Anhøj & Olesen (2014); Anhøj & Wentzel-Larsen (2018); see `qi_tools.runs`.

    Examples
    --------
    >>> wait = Measure.from_columns([9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3], name="Wait")
    >>> chart = run_chart(wait)
    >>> chart.centre, chart.longest_run, chart.crossings, chart.crossings_limit
    (5.5, 7, 1, 4)
    >>> print(chart.finding)
    Signal: The line crosses the median once; 4 or more times is usual.
    """
    if not isinstance(measure, Measure):
        raise MeasureInvalid(
            f"run_chart was given {type(measure).__name__}. Give it a Measure, made with "
            "Measure.from_columns or Measure.from_csv."
        )
    centre = float(medians(measure.values))
    runs = count_runs(measure.values, centre)
    useful = int(runs.useful)
    longest_run_limit = int(runs.longest_run_limit)
    signals = []
    if runs.long_run:
        signals.append(_long_run_signal(measure, centre, longest_run_limit))
    if runs.few_crossings:
        signals.append(_few_crossings_signal(int(runs.crossings), int(runs.crossings_limit)))
    return RunChart(
        measure=measure,
        centre=centre,
        useful=useful,
        longest_run=int(runs.longest_run),
        longest_run_limit=longest_run_limit,
        crossings=int(runs.crossings),
        crossings_limit=int(runs.crossings_limit),
        signals=tuple(signals),
        warnings=measure.warnings + _warnings(measure, useful),
    )


def introduction(measure: Measure, noun: str = "point") -> str:
    """Say in one sentence what a run chart holds: the measure, how many points and from when.

    Parameters
    ----------
    measure : Measure
        What is charted.
    noun : str
        What a point is called.

    Returns
    -------
    str

    Examples
    --------
    >>> introduction(Measure.from_columns([5, None, 7], name="Wait", simulated=True))
    'Run chart of Wait (simulated data): 2 points (1 missing), from point 1 to point 3.'
    """
    known = np.nonzero(measure.known)[0]
    missing = measure.values.size - known.size
    title = f"{measure.name}, {measure.unit}" if measure.unit else measure.name
    span = measure.label(int(known[0]))
    if known.size > 1:
        span = f"from {span} to {measure.label(int(known[-1]))}"
    gaps = f" ({missing:,} missing)" if missing else ""
    made_up = " (simulated data)" if measure.simulated else ""
    return f"Run chart of {title}{made_up}: {counted(known.size, noun)}{gaps}, {span}."


def _long_run_signal(measure: Measure, centre: float, limit: int) -> Signal:
    long_runs = [run for run in runs_in_order(measure.values, centre) if run.size > limit]
    longest = max(long_runs, key=len)
    side = "above" if measure.values[longest[0]] > centre else "below"
    span = f"{measure.label(int(longest[0]))} to {measure.label(int(longest[-1]))}"
    return Signal(
        "long run",
        f"{longest.size} points in a row are {side} the median ({span}); up to {limit} is usual.",
        tuple(int(point) for run in long_runs for point in run),
    )


def _few_crossings_signal(crossings: int, limit: int) -> Signal:
    times = {0: "never crosses the median", 1: "crosses the median once"}.get(
        crossings, f"crosses the median {crossings} times"
    )
    more = "once or more" if limit == 1 else f"{limit} or more times"
    return Signal("few crossings", f"The line {times}; {more} is usual.")


def _warnings(measure: Measure, useful: int) -> tuple[str, ...]:
    warnings = []
    if useful == 0:
        warnings.append("Too few points: every one lies on the median, so there are no runs.")
    elif useful < FEWEST_USEFUL:
        warnings.append(
            f"Too few points: {useful} useful, and the rules need {FEWEST_USEFUL} or more."
        )
    breaks = np.nonzero(measure.breaks)[0]
    if breaks.size:
        others = f" and in {counted(breaks.size - 1, 'other place')}" if breaks.size > 1 else ""
        warnings.append(
            f"Dates are skipped just before {measure.label(int(breaks[0]))}{others}; "
            "the line breaks there."
        )
    return tuple(warnings)
