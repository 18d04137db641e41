"""The papers of several runs of the marble funnel, laid side by side: one for each rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.marble_funnel import RULES, AimInvalid, Drops
from qi_tools.result import Result

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["MarblePapers", "papers"]


@dataclass(frozen=True, slots=True)
class MarblePapers(Result):
    """Where marbles fell under the rules that were tried. Make one with `papers`.

    Parameters
    ----------
    runs : tuple of Drops
        One for each rule, in the rules' order.
    """

    drawn_by: ClassVar[str] = "marble_papers"

    runs: tuple[Drops, ...]

    @property
    def finding(self) -> str:
        """How far off the marbles fell under each rule."""
        return " ".join(
            f"Rule {run.aim.rule}: half within {median(run.distances):.0f} mm of the mark, the "
            f"farthest {max(run.distances):.0f} mm off."
            for run in self.runs
        )

    @property
    def table(self) -> DataFrame:
        """One row a drop, as in `Drops.table`, with the rule before it."""
        from pandas import concat

        tables = [run.table.drop(columns="date") for run in self.runs]
        for run, table in zip(self.runs, tables, strict=True):
            table.insert(0, "rule", run.aim.rule)
        return concat(tables, ignore_index=True)

    def describe(self) -> str:
        r"""Tell in plain words where the marbles fell, at most 600 characters.

        Examples
        --------
        >>> from random import Random
        >>> from qi_tools.experiments.marble_funnel import Aim, drop_marbles
        >>> print(papers([drop_marbles(Aim(), Random(1))]).describe().replace(". ", ".\n"))
        Where marbles fell around the mark (simulated).
        Rule 1: half within 24 mm of the mark, the farthest 63 mm off.
        """
        return f"Where marbles fell around the mark (simulated). {self.finding}"

    def report(self) -> tuple[str, ...]:
        """Tell of each rule what it does and what came of it, a paragraph each."""
        return tuple(run.describe() for run in self.runs)


def papers(runs: Iterable[Drops]) -> MarblePapers:
    """Lay papers side by side; of several with one rule, the last.

    Parameters
    ----------
    runs : iterable of Drops
        In the order in which they were made; one or more.

    Returns
    -------
    MarblePapers

    Raises
    ------
    AimInvalid
        If there are none.
    """
    latest = {run.aim.rule: run for run in runs}
    if not latest:
        raise AimInvalid("There are no papers. Drop marbles under one rule or more.")
    return MarblePapers(tuple(latest[rule] for rule in RULES if rule in latest))
