"""The analysis of a chart, for one measure or many: lines, runs, and what the rules find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Flags
from qi_tools.spc.kinds import Kind, rules_for
from qi_tools.spc.limits import Lines, Points
from qi_tools.spc.rule_sets import RuleSet
from qi_tools.spc.rules import ON_BOTH_SIDES, Found, Positions, Rule
from qi_tools.spc.runs import Runs, count_runs, sides_of

__all__ = ["Analysis", "analyse"]


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What a chart shows and what its rules find.

    Parameters
    ----------
    lines : Lines
        Values, centre line and limits, in the unit that is shown.
    judged : ndarray of bool, shape (points,)
        True for points that rules look at: known and not excluded.
    side : ndarray of int8, shape (points,)
        1 above the centre line, -1 below it, 0 on it or not judged.
    runs : Runs
        The runs about the centre line in each phase.
    still : ndarray of bool, shape (phases,)
        True where the baseline doesn't vary at all, so that the limits have no width. Rules that
        look at limits or sigmas don't judge such a phase: any other value would be a signal.
    found : tuple of (Rule, Found)
        For each rule that has a meaning on this kind of chart, what it found.
    """

    lines: Lines
    judged: Flags
    side: NDArray[np.int8]
    runs: Runs
    still: Flags
    found: tuple[tuple[Rule, Found], ...]

    @property
    def high(self) -> Flags:
        """True for points where any rule found a signal towards higher values."""
        return self._any(found.high for _, found in self.found)

    @property
    def low(self) -> Flags:
        """True for points where any rule found a signal towards lower values."""
        return self._any(found.low for _, found in self.found)

    @property
    def pointing(self) -> tuple[Flags, Flags]:
        """Signals towards higher and towards lower values, of the rules that tell which way.

        Two arrays of bool, shape (points,).
        """
        telling = [found for rule, found in self.found if not isinstance(rule, ON_BOTH_SIDES)]
        return (
            self._any(found.high for found in telling),
            self._any(found.low for found in telling),
        )

    def _any(self, flags: Iterator[Flags]) -> Flags:
        together = np.zeros(self.side.shape, dtype=bool)
        for each in flags:
            together |= each
        return together


def analyse(points: Points, kind: Kind, rules: RuleSet, *, per: float = 1.0) -> Analysis:
    """Compute the lines of a chart and apply the rules.

    Parameters
    ----------
    points : Points
        One or many measures.
    kind : Kind
        The kind of chart.
    rules : RuleSet
        Those that have no meaning on this kind of chart are left out.
    per : float
        Values and lines are shown for so many.

    Returns
    -------
    Analysis

    Raises
    ------
    ChartImpossible
        If no rule has a meaning on this kind of chart.
    """
    lines = _times(kind.limits(points), per)
    phases = points.phases
    judged = ~np.isnan(lines.values) & ~points.excluded
    values = np.where(judged, lines.values, np.nan)
    # What the computer's rounding alone can move a sum by; see `sides_of`.
    reach = 1e-12 * phases.largest(np.abs(values))
    side = sides_of(values, lines.centre, phases)
    with np.errstate(invalid="ignore"):
        wide = lines.sigma * 3 > phases.spread(reach)
    still = (phases.count(~np.isnan(lines.sigma)) > 0) & (phases.count(wide) == 0)
    runs = count_runs(side, phases)
    applied = rules_for(kind, rules)
    none = np.zeros_like(judged)
    found = [(rule, Found(none, none, np.zeros_like(still))) for rule in applied]
    if judged.any():
        kept, which = phases.keep(judged)
        beyond = (values > lines.upper + phases.spread(reach)).astype(np.int8)
        beyond -= values < lines.lower - phases.spread(reach)
        positions = Positions(
            values[judged],
            side[judged],
            np.where(wide, beyond, np.int8(0))[judged],
            np.where(wide, lines.positions, np.nan)[judged],
            kept,
            Runs(*(column[which] for column in runs.columns)),
        )
        found = [
            (rule, _put_back(rule.find(positions), judged, which, phases.starts.size))
            for rule in applied
        ]
    return Analysis(lines, judged, side, runs, still, tuple(found))


def _put_back(found: Found, judged: Flags, which: NDArray[np.int64], phases: int) -> Found:
    """Give what was found among judged points its place among all points and phases."""
    if judged.all():
        return found
    high, low = np.zeros_like(judged), np.zeros_like(judged)
    high[judged], low[judged] = found.high, found.low
    whole = np.zeros(phases, dtype=bool)
    whole[which] = found.whole
    return Found(high, low, whole)


def _times(lines: Lines, per: float) -> Lines:
    """Show the lines for so many."""
    if per == 1:
        return lines
    return replace(
        lines,
        values=lines.values * per,
        centre=lines.centre * per,
        lower=lines.lower * per,
        upper=lines.upper * per,
        middle=lines.middle * per,
        sigma=lines.sigma * per,
        floor=lines.floor * per,
        ceiling=lines.ceiling * per,
    )
