"""A chart with its lines and without its verdict, for learners to judge by its rules themselves.

It shows what the chart shows: values, centre line, limits, phases, notes. It keeps back what the
rules found: no signal is marked or counted, and no words tell. Its text alternative holds what an
eye needs to judge by: the points furthest out with their limits, and how many points in turn lie on
each side of the centre line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isinf
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Floats
from qi_tools.result import Result
from qi_tools.spc.charts import Chart, ChartPhase
from qi_tools.spc.rules import FewCrossings, LongRun, NumberOfRuns, Trend
from qi_tools.spc.runs import exact_runs, printed_runs, runs_in_order
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    introduced,
    introduction,
    left_out,
    notes,
    paragraphs,
    provenance,
    told_apart,
)
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["UnjudgedChart"]

MOST_TURNS, MOST_TURNS_REPORTED = 30, 200
VERDICT_COLUMNS = ["signals", "improvement", "concern"]


@dataclass(frozen=True, slots=True, eq=False)
class UnjudgedChart(Result):
    """A run chart or a control chart that keeps its verdict to itself.

    Parameters
    ----------
    chart : Chart
        The chart, judged.
    """

    chart: Chart

    drawn_by: ClassVar[str] = "unjudged_chart"

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a point, without what the rules found.

        The other columns of `Chart.table`. Each call gives a new table.
        """
        return self.chart.table.drop(columns=VERDICT_COLUMNS, errors="ignore")

    @property
    def yardsticks(self) -> tuple[str, ...]:
        """What is usual for so many points, a sentence a phase, where the rules depend on it."""
        return tuple(filter(None, map(self._yardstick, range(len(self.chart.phases)))))

    def describe(self) -> str:
        r"""Describe the chart in a few words, so that a reader who can't see it can judge it too.

        Returns
        -------
        str
            Plain sentences without any verdict, at most 600 characters: also the chart's text
            alternative. `report` and the table tell what there is no room for.

        Examples
        --------
        >>> from qi_tools import Measure, control_chart
        >>> wait = Measure.from_columns([5, 8, 6, 9, 7, 30], name="Wait", unit="minutes")
        >>> print(UnjudgedChart(control_chart(wait, "i")).describe().replace(". ", ".\n"))
        I chart of Wait, minutes: 6 points, from point 1 to point 6.
        Mean 10.8, limits -6.72 to 28.4.
        Furthest up: 30 (point 6, limit 28.4) and 9 (point 4, limit 28.4).
        Furthest down: 5 (point 1, limit -6.72) and 6 (point 3, limit -6.72).
        In time order: 5 points below the mean, 1 above.
        """
        phases = range(len(self.chart.phases))
        return fitted(
            (
                replace(introduced(self.chart.measure, self._introduction), spare=3),
                *(Sentence(self._lines(n), spare=2 if n < phases[-1] else 0) for n in phases),
                *map(Sentence, self._furthest()),
                *(self._turns_in_short(number) for number in phases),
                *map(Sentence, self._trends()),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Tell all that the chart shows, still without a verdict.

        Returns
        -------
        tuple of str
            Paragraphs: what is charted, each phase with its lines and how many points in turn lie
            on each side, the furthest points, the rules to judge by, notes and the source.
        """
        chart, phases = self.chart, range(len(self.chart.phases))
        return paragraphs(
            self._introduction(chart.measure),
            *(f"{self._lines(n)} {self._turns(n, MOST_TURNS_REPORTED)}".strip() for n in phases),
            " ".join((*self._furthest(), *self._trends())),
            " ".join((self.rules_in_words, *self.yardsticks)),
            left_out(chart.measure),
            notes(chart.measure),
            provenance(chart.measure),
        )

    @property
    def rules_in_words(self) -> str:
        """The rules that have a meaning on this chart, as one sentence."""
        told = "; ".join(rule.words for rule, _ in self.chart.analysis.found)
        return f"The {self.chart.rules.name} rules look for: {told}."

    def _introduction(self, measure: Measure) -> str:
        shown = int(np.count_nonzero(measure.known & measure.excluded))
        kind = self.chart.kind
        unit = "" if kind.plots == "counts" else measure.unit
        return introduction(replace(measure, unit=unit), kind.title, left_out=shown)

    def _when(self, number: int) -> str:
        """Name a phase at the beginning of a sentence; empty where there is only one."""
        if len(self.chart.phases) == 1:
            return ""
        return f"From {self.chart.measure.label(self.chart.phases[number].first)} on: "

    def _lines(self, number: int) -> str:
        """Say the lines of a phase."""
        phase, kind = self.chart.phases[number], self.chart.kind
        if np.isnan(phase.centre):
            return f"{self._when(number)}no {kind.centre}."
        centre, lower, upper = told_apart(phase.centre, phase.lower, phase.upper)
        told = f"{self._when(number)}{kind.centre} {centre}"
        if not np.isnan(phase.upper):
            line = self.chart.upper[_stretch(phase)]
            at = " at the last point" if np.ptp(line[~np.isnan(line)]) > 0 else ""
            told += f", limits{at} {lower} to {upper}"
        return f"{told[0].upper()}{told[1:]}."

    def _furthest(self) -> Iterator[str]:
        """Name the two points furthest up and down, each with the limit that it is held to."""
        chart = self.chart
        (judged,) = np.nonzero(chart.analysis.judged & ~np.isnan(chart.centre))
        sigmas = chart.analysis.lines.positions
        if np.isnan(sigmas[judged]).any():  # some points have no limits: go by the values alone
            sigmas = chart.values - chart.centre
        upwards = judged[np.argsort(sigmas[judged], kind="stable")]
        for way, points, limits in (
            ("up", upwards[::-1][:2], chart.upper),
            ("down", upwards[:2], chart.lower),
        ):
            told = [self._held(int(point), limits) for point in points]
            if told:
                yield f"Furthest {way}: {joined(told)}."

    def _held(self, point: int, limits: Floats) -> str:
        value, limit = float(self.chart.values[point]), float(limits[point])
        label = self.chart.measure.label(point)
        if np.isnan(limit):
            return f"{number_in_words(value)} ({label})"
        said, against = told_apart(value, limit)
        return f"{said} ({label}, limit {against})"

    def _runs(self, number: int) -> tuple[NDArray[np.intp], ...]:
        phase = self.chart.phases[number]
        return tuple(
            run + phase.first for run in runs_in_order(self.chart.analysis.side[_stretch(phase)])
        )

    def _side(self, run: NDArray[np.intp]) -> str:
        return "above" if self.chart.analysis.side[run[0]] > 0 else "below"

    def _turns(self, number: int, most: int) -> str:
        """Say how many points in turn lie on each side of a phase's centre line."""
        runs = self._runs(number)
        if not runs or "centre" not in self.chart.kind.judged:
            return ""
        first, *others = runs[:most]
        start = f"{counted(first.size, 'point')} {self._side(first)} the {self.chart.kind.centre}"
        told = [start, *(f"{run.size:,} {self._side(run)}" for run in others)]
        more = f" The table holds {counted(len(runs) - most, 'more turn')}." * (len(runs) > most)
        return f"In time order: {', '.join(told)}.{more}"

    def _turns_in_short(self, number: int) -> Sentence:
        """Give the turns of a phase, summed up where they are many; the oldest give way first."""
        runs = self._runs(number)
        full = self._turns(number, MOST_TURNS)
        if not full:
            return Sentence("")
        longest = max(runs, key=len)
        first, last = (self.chart.measure.label(int(longest[end])) for end in (0, -1))
        span = first if first == last else f"{first} to {last}"
        brief = (
            f"{counted(len(runs), 'turn')} of points above or below the {self.chart.kind.centre}; "
            f"the longest holds {longest.size:,} {self._side(longest)} ({span})."
        )
        if len(runs) > MOST_TURNS:
            return Sentence(brief)
        return Sentence(full, brief, spare=4 + len(self.chart.phases) - number)

    def _trends(self) -> Iterator[str]:
        """Say how long the longest rise and fall are, where a rule looks for them."""
        if not any(isinstance(rule, Trend) for rule, _ in self.chart.analysis.found):
            return
        ups, downs = [1], [1]
        for phase in self.chart.phases:
            here = _stretch(phase)
            values = self.chart.values[here][self.chart.analysis.judged[here]]
            ups.append(_longest_rise(values))
            downs.append(_longest_rise(-values))
        yield (f"Longest row of points all rising: {max(ups):,}; all falling: {max(downs):,}.")

    def _yardstick(self, number: int) -> str:
        phase, usual = self.chart.phases[number], []
        for rule, _ in self.chart.analysis.found:
            if isinstance(rule, LongRun):
                usual.append(f"up to {phase.longest_run_limit:,} in a row on one side")
            elif isinstance(rule, FewCrossings):
                usual.append(f"{phase.crossings_limit:,} or more crossings")
            elif isinstance(rule, NumberOfRuns):
                runs = exact_runs if rule.table == "exact" else printed_runs
                fewest, most = runs(phase.useful)
                usual.append(
                    "any number of runs" if isinf(most) else f"{fewest:,} to {most:,} runs"
                )
        if not usual or not phase.useful:
            return ""
        points = f"{counted(phase.useful, 'point')} off the {self.chart.kind.centre}"
        usual_for = "usual for" if self._when(number) else "Usual for"
        return f"{self._when(number)}{usual_for} {points}: {joined(usual)}."


def _stretch(phase: ChartPhase) -> slice:
    return slice(phase.first, phase.last + 1)


def _longest_rise(values: Floats) -> int:
    """Count the points of the longest row in which each is higher than the one before."""
    rises = np.diff(values) > 0
    falls = np.concatenate(([-1], np.nonzero(~rises)[0], [rises.size]))
    return int(np.diff(falls).max())
