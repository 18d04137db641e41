"""What came of the runs of an experiment: first looked at in the order in which they were done.

If the responses drift or jump, the effects mean little (Moen, Nolan & Provost 2012).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from statistics import fmean
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.factorial.designs import (
    OWN_COLUMNS,
    DesignInvalid,
    Factor,
    FactorialDesign,
    levels,
)
from qi_tools.experiments.factorial.run_sheets import RunSheet
from qi_tools.experiments.settings import made_up_dates
from qi_tools.measure import Measure
from qi_tools.result import Result
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    introduced,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Cell", "FilledSheet", "filled"]


@dataclass(frozen=True, slots=True)
class Cell:
    """The runs at one setting of some factors, whatever the others were.

    Parameters
    ----------
    signs : tuple of int
        -1 for low and 1 for high, for each of the factors.
    levels : tuple of str
        Their levels.
    responses : tuple of float
        In run order; a fraction may leave a cell empty.
    """

    signs: tuple[int, ...]
    levels: tuple[str, ...]
    responses: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean response; not a number where nothing was run."""
        return fmean(self.responses) if self.responses else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class FilledSheet(Result):
    """What came of each run of an experiment; it draws itself as a run-order plot.

    Make one with `filled`.

    Parameters
    ----------
    sheet : RunSheet
    measure : Measure
        The responses in run order: also for a run chart, where there are runs enough.
    """

    drawn_by: ClassVar[str] = "run_order"

    sheet: RunSheet
    measure: Measure

    @property
    def design(self) -> FactorialDesign:
        """The design that was run."""
        return self.sheet.design

    @property
    def responses(self) -> tuple[float, ...]:
        """What came of each run, in run order."""
        return tuple(self.measure.values.tolist())

    @property
    def source(self) -> str:
        """Where the responses come from."""
        return self.measure.source

    @property
    def simulated(self) -> bool:
        """True when the responses are made up."""
        return self.measure.simulated

    @property
    def mean(self) -> float:
        """The mean of all responses."""
        return fmean(self.responses)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before trusting the order."""
        if self.sheet.order != tuple(range(len(self.sheet.order))):
            return ()
        return (
            "The runs are in standard order. If they were done so, a drift in time can look like "
            "an effect of the last factors.",
        )

    def cells(self, factors: Iterable[Factor]) -> tuple[Cell, ...]:
        """Give the runs at each setting of some factors, the first factor fastest."""
        chosen = tuple(factors)
        places = [self.design.factors.index(factor) for factor in chosen]
        held: dict[tuple[int, ...], list[float]] = {
            backwards[::-1]: [] for backwards in product((-1, 1), repeat=len(chosen))
        }
        for run, response in zip(self.sheet.runs, self.responses, strict=True):
            held[tuple(run.signs[place] for place in places)].append(response)
        return tuple(
            Cell(signs, levels(chosen, signs), tuple(here)) for signs, here in held.items()
        )

    @property
    def extremes(self) -> tuple[int, int]:
        """Which runs had the highest response and the lowest, from 0."""
        values = self.responses
        return values.index(max(values)), values.index(min(values))

    @property
    def table(self) -> DataFrame:
        """The runs with their responses, one row a run; each call gives a new table.

        Columns: those of the run sheet, and the response under its name. Simulated runs come with a
        ``date`` in front, one a run and made up too, so that the table can be charted from a file.
        """
        from pandas import to_datetime

        table = self.sheet.table
        if self.simulated:
            table.insert(0, "date", to_datetime(made_up_dates(len(self.responses))))
        table[self.measure.name] = list(self.responses)
        return table

    def setting(self, run: int) -> str:
        """Give the levels of a run, counted from 0, as words."""
        return ", ".join(self.sheet.runs[run].levels)

    def describe(self) -> str:
        r"""Describe the responses in run order, at most 600 characters.

        Examples
        --------
        >>> design = FactorialDesign((Factor("tea", "no", "yes"), Factor("milk", "no", "some")))
        >>> done = filled(RunSheet(design, (3, 0, 2, 1)), [7, 1, 5, 3], name="Taste")
        >>> print(done.describe().replace(". ", ".\n"))
        Run-order plot of Taste: 4 runs, mean 4.
        Highest: 7 in run 1 (yes, some).
        Lowest: 1 in run 2 (no, no).
        In run order: 7, 1, 5 and 3.
        """
        ends = [
            f"{which}: {number_in_words(self.responses[run])} in run {run + 1} "
            f"({self.setting(run)})."
            for which, run in zip(("Highest", "Lowest"), self.extremes, strict=True)
        ]
        return fitted(
            (
                introduced(self.measure, self._introduction),
                Sentence(ends[0], spare=5),
                Sentence(ends[1], spare=4),
                Sentence(self._in_order, spare=3),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Tell the responses in run order, and how to look at them."""
        return paragraphs(
            self._introduction(self.measure),
            self._in_order,
            "Look at the runs in the order in which they were done, before any effect. A drift, a "
            "jump or a single run far off has a cause of its own: find it first.",
            self.design.describe(),
            warned(self.warnings),
            provenance(self),
        )

    def _introduction(self, measure: Measure) -> str:
        unit = f", {measure.unit}" if measure.unit else ""
        made_up = " (simulated data)" if self.simulated else ""
        return (
            f"Run-order plot of {measure.name}{unit}{made_up}: {len(self.responses)} runs, mean "
            f"{number_in_words(self.mean)}."
        )

    @property
    def _in_order(self) -> str:
        return f"In run order: {joined([number_in_words(value) for value in self.responses])}."


def filled(
    sheet: RunSheet,
    responses: Iterable[object],
    *,
    name: str,
    unit: str = "",
    source: str = "",
    simulated: bool = False,
) -> FilledSheet:
    """Fill a run sheet in with what came of each run.

    Parameters
    ----------
    sheet : RunSheet
    responses : iterable of numbers
        One for each run, in the order of the sheet.
    name, unit, source : str
        What was measured, such as ``"Spin time"``; what it is counted in; where it comes from.
    simulated : bool
        True when the responses are made up.

    Returns
    -------
    FilledSheet

    Raises
    ------
    MeasureInvalid
        If a response is no number, or the name is blank.
    DesignInvalid
        If a response is missing, there are too many or too few, or the name is that of a column of
        the sheet.

    Examples
    --------
    >>> from qi_tools.experiments.factorial.designs import FactorialDesign
    >>> from qi_tools.experiments.factorial.run_sheets import standard_order
    >>> design = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1")))
    >>> filled(standard_order(design), [1, 3, 5, 11], name="y").mean
    5.0
    """
    measure = Measure.from_columns(
        responses, name=name, unit=unit, source=source, simulated=simulated
    )
    headings = OWN_COLUMNS | {factor.name.casefold() for factor in sheet.design.factors}
    if measure.name.casefold() in headings:
        raise DesignInvalid(
            f"The name of the response is {name!r}, as a column of the run sheet is. Say what "
            'was measured in other words, such as "Spin time".'
        )
    values = measure.values.tolist()
    if len(values) != len(sheet.order):
        raise DesignInvalid(
            f"There are {counted(len(values), 'response')} and "
            f"{counted(len(sheet.order), 'run')}. Give one response for each run, in the order "
            "of the run sheet."
        )
    if missing := [str(run) for run, value in enumerate(values, 1) if math.isnan(value)]:
        raise DesignInvalid(
            f"There is no response for {'run' if len(missing) == 1 else 'runs'} "
            f"{joined(missing)}. Do it again: without it the effects can't be told apart."
        )
    return FilledSheet(sheet, measure)
