"""The coloured table of a board report, as boards get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.trust_report import Report
from qi_tools.result import Result

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["RagTable"]


@dataclass(frozen=True, slots=True)
class RagTable(Result):
    """The latest month of each measure: red, amber or green, and an arrow.

    Parameters
    ----------
    made : Report
        Whose latest month it shows.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.made_up_trust import Trust
    >>> from qi_tools.experiments.trust_report import publish
    >>> print(RagTable(publish(Trust(), Random(1))).report()[1])
    Falls, per 1,000 bed days: 5.26, target 6: green, down since the month before, better.
    """

    made: Report

    drawn_by: ClassVar[str] = "rag_table"

    @property
    def table(self) -> DataFrame:
        """One row a measure; each call gives a new table."""
        return self.made.rag_table

    def describe(self) -> str:
        """Tell in plain words how many measures have which colour, at most 600 characters."""
        return self.made.describe()

    def report(self) -> tuple[str, ...]:
        """Tell what each line shows, in order."""
        return (
            self.describe(),
            *(
                f"{cell.name}, {cell.unit}: {cell.value:g}, target {cell.target:g}: {cell.colour}, "
                f"{cell.arrow} since the month before, {cell.moved}."
                for cell in self.made.rag
            ),
        )
