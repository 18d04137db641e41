"""What several plans for one portfolio gained, month by month, laid over one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.portfolio import Portfolio, PortfolioInvalid
from qi_tools.result import Result
from qi_tools.words import joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Gains"]


@dataclass(frozen=True, slots=True)
class Gains(Result):
    """The benefit that runs gained in each month.

    Parameters
    ----------
    runs : tuple of Portfolio
        In the order in which they were made, all of as many months.

    Raises
    ------
    PortfolioInvalid
        If there are none, or they differ in their months.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.portfolio import Organisation, Plan, run_portfolio
    >>> few = run_portfolio(Organisation(), Plan(("Phones answered",), 1), Random(1))
    >>> print(Gains((few, few)).describe())
    Simulated: benefit gained in 36 months, all in all: 140 points in run 1 and 140 points in run 2.
    """

    drawn_by: ClassVar[str] = "gains"

    runs: tuple[Portfolio, ...]

    def __post_init__(self) -> None:
        if len({len(run.months) for run in self.runs}) != 1:
            raise PortfolioInvalid(
                "The runs are none, or they differ in their months. Give runs of as many months."
            )

    @property
    def finding(self) -> str:
        """What each run gained in all."""
        totals = [
            f"{number_in_words(round(run.benefit))} points in run {number}"
            for number, run in enumerate(self.runs, 1)
        ]
        return f"benefit gained in {len(self.runs[0].months)} months, all in all: {joined(totals)}."

    @property
    def table(self) -> DataFrame:
        """One row a month, one column a run."""
        from pandas import DataFrame

        gained = {
            f"run {number}": [round(month.benefit, 1) for month in run.months]
            for number, run in enumerate(self.runs, 1)
        }
        table = DataFrame(gained)
        table.insert(0, "month", range(1, len(table) + 1))
        return table

    def describe(self) -> str:
        """Tell in plain words what the runs gained, at most 600 characters."""
        return f"Simulated: {self.finding}"

    def report(self) -> tuple[str, ...]:
        """Tell what the runs gained, and what each of them was."""
        return (self.describe(), *(run.describe() for run in self.runs))
