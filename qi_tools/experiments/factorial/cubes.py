"""The mean response at each corner of a cube, or a square, of three or two factors.

A cube shows how factors act together as no list of effects can: compare the two ends of each edge
(Box, Hunter & Hunter 2005; Moen, Nolan & Provost 2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from qi_tools.alternatives import shortened
from qi_tools.experiments.factorial.designs import DesignInvalid, Factor
from qi_tools.experiments.factorial.filled_sheets import Cell, FilledSheet
from qi_tools.result import Result
from qi_tools.spc.sentences import (
    SHORT_NAME,
    Sentence,
    fitted,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Cube", "cube"]


@dataclass(frozen=True, slots=True, eq=False)
class Cube(Result):
    """The mean response at each setting of two or three factors, whatever the others were.

    Make one with `cube`.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.
    factors : tuple of Factor
        Two for a square, three for a cube.
    cells : tuple of Cell
        4 or 8, in standard order; in a fraction some may hold no run.
    """

    drawn_by: ClassVar[str] = "cube"

    done: FilledSheet
    factors: tuple[Factor, ...]
    cells: tuple[Cell, ...]

    @property
    def title(self) -> str:
        """What it is called, and of what."""
        names = joined([factor.name for factor in self.factors])
        return f"{self.done.measure.name} by {names}"

    @property
    def ranked(self) -> tuple[Cell, ...]:
        """The cells in which something was run, the lowest mean first."""
        return tuple(
            sorted((cell for cell in self.cells if cell.responses), key=lambda cell: cell.mean)
        )

    @property
    def runs_each(self) -> int:
        """How many runs each mean is of."""
        return len(self.ranked[0].responses)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before trusting the means."""
        said = list(self.done.warnings)
        if empty := len(self.cells) - len(self.ranked):
            said.insert(
                0,
                f"{counted(empty, 'corner')} {'was' if empty == 1 else 'were'} not run in this "
                "fraction.",
            )
        return tuple(said)

    @property
    def finding(self) -> str:
        """Where the means are highest and lowest."""
        low, high = self.ranked[0], self.ranked[-1]
        return (
            f"Highest mean {number_in_words(high.mean)} ({self._setting(high)}). Lowest "
            f"{number_in_words(low.mean)} ({self._setting(low)})."
        )

    def _setting(self, cell: Cell) -> str:
        each = zip(self.factors, cell.levels, strict=True)
        return "; ".join(f"{factor.name}: {level}" for factor, level in each)

    @property
    def table(self) -> DataFrame:
        """The means, one row a corner; each call gives a new table.

        Columns: one for each factor, ``runs`` and ``mean``.
        """
        from pandas import DataFrame

        columns: dict[str, list[object]] = {
            factor.name: [cell.levels[place] for cell in self.cells]
            for place, factor in enumerate(self.factors)
        }
        columns["runs"] = [len(cell.responses) for cell in self.cells]
        columns["mean"] = [cell.mean for cell in self.cells]
        return DataFrame(columns)

    def describe(self) -> str:
        r"""Describe the means at the corners, at most 600 characters.

        Examples
        --------
        >>> from qi_tools.experiments.factorial.designs import FactorialDesign
        >>> from qi_tools.experiments.factorial.filled_sheets import filled
        >>> from qi_tools.experiments.factorial.run_sheets import RunSheet
        >>> design = FactorialDesign((Factor("tea", "no", "yes"), Factor("milk", "none", "some")))
        >>> done = filled(RunSheet(design, (3, 0, 2, 1)), [7, 1, 5, 3], name="Taste")
        >>> print(cube(done).describe().replace(". ", ".\n"))
        Square plot of Taste by tea and milk: the mean at each of 4 corners, of 1 run each.
        Highest mean 7 (tea: yes; milk: some).
        Lowest 1 (tea: no; milk: none).
        All corners: no, none 1; yes, none 3; no, some 5; yes, some 7.
        """
        cut = shortened(self.title, SHORT_NAME)
        return fitted(
            (
                Sentence(self._introduction(self.title), self._introduction(cut), spare=2),
                Sentence(self.finding, spare=1),
                Sentence(self._all, spare=4),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Tell the mean at each corner, and how to read them."""
        return paragraphs(
            self._introduction(self.title),
            self._all,
            f"{self.finding} Try the better one again before you rely on it: an experiment ends "
            "with a prediction that is tested, and what holds here may not hold elsewhere or "
            "later.",
            "Compare the two ends of each edge: they differ in one factor. Where edges that run "
            "the same way tell different stories, factors work together.",
            warned(self.warnings),
            provenance(self.done),
        )

    def _introduction(self, title: str) -> str:
        shape = "Cube" if len(self.factors) == 3 else "Square"
        made_up = " (simulated data)" if self.done.simulated else ""
        unit = f" in {self.done.measure.unit}" if self.done.measure.unit else ""
        return (
            f"{shape} plot of {title}{made_up}: the mean{unit} at each of {len(self.cells)} "
            f"corners, of {counted(self.runs_each, 'run')} each."
        )

    @property
    def _all(self) -> str:
        told = [
            f"{', '.join(cell.levels)} "
            + (number_in_words(cell.mean) if cell.responses else "not run")
            for cell in self.cells
        ]
        return f"All corners: {'; '.join(told)}."


def cube(done: FilledSheet, *names: str) -> Cube:
    """Give the means at the corners of a cube of three factors, or a square of two.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.
    *names : str
        Two or three factors by name: the first runs across, the second upwards, the third to the
        back. None for the first three. The runs of the others are taken together.

    Returns
    -------
    Cube

    Raises
    ------
    DesignInvalid
        If a name is no factor's or comes twice, or there are not two or three.

    Examples
    --------
    >>> from qi_tools.experiments.factorial.designs import FactorialDesign
    >>> from qi_tools.experiments.factorial.filled_sheets import filled
    >>> from qi_tools.experiments.factorial.run_sheets import standard_order
    >>> design = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1")))
    >>> done = filled(standard_order(design), [1, 3, 5, 11], name="y")
    >>> [cell.mean for cell in cube(done, "b", "a").cells]
    [1.0, 5.0, 3.0, 11.0]
    """
    factors = tuple(map(done.design.named, names)) or done.design.factors[:3]
    if not 2 <= len(factors) <= 3 or len(set(factors)) < len(factors):
        raise DesignInvalid(
            f"A cube of {joined([repr(name) for name in names])} can't be. Name three different "
            "factors, or two for a square."
        )
    return Cube(done, factors, done.cells(factors))
