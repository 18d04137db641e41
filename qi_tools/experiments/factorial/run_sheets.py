"""The runs of a design in the order in which they are done.

The order is random, so that a drift in time is not taken for an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from qi_tools.experiments.factorial.designs import DesignInvalid, FactorialDesign, levels

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Run", "RunSheet", "random_order", "standard_order"]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an experiment.

    Parameters
    ----------
    corner : int
        Its place in standard order, from 1.
    repeat : int
        Which repeat of its corner it is, from 1.
    signs : tuple of int
        For each factor -1 at the low level, 1 at the high one.
    levels : tuple of str
        The level of each factor.
    """

    corner: int
    repeat: int
    signs: tuple[int, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The runs of a design in the order in which they are done.

    Make one with `random_order`, or with `standard_order`.

    Parameters
    ----------
    design : FactorialDesign
    order : tuple of int
        Each run's place in standard order, from 0; the repeats follow one another there.

    Raises
    ------
    DesignInvalid
        If a run is missing or comes twice.
    """

    design: FactorialDesign
    order: tuple[int, ...]

    def __post_init__(self) -> None:
        runs = len(self.design.corners) * self.design.repeats
        object.__setattr__(self, "order", tuple(self.order))
        if sorted(self.order) != list(range(runs)):
            raise DesignInvalid(
                f"The order of the runs must hold each number from 0 to {runs - 1} once. Use "
                "random_order to draw one."
            )

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in the order in which they are done."""
        corners, factors = self.design.corners, self.design.factors
        return tuple(
            Run(corner + 1, repeat + 1, corners[corner], levels(factors, corners[corner]))
            for repeat, corner in (divmod(place, len(corners)) for place in self.order)
        )

    @property
    def table(self) -> DataFrame:
        """The sheet to print and to fill in, one row a run; each call gives a new one.

        Columns: ``run``, ``standard order``, ``repeat`` and one for each factor.
        """
        from pandas import DataFrame

        runs = self.runs
        columns: dict[str, list[object]] = {
            "run": list(range(1, len(runs) + 1)),
            "standard order": [run.corner for run in runs],
            "repeat": [run.repeat for run in runs],
        }
        for place, factor in enumerate(self.design.factors):
            columns[factor.name] = [run.levels[place] for run in runs]
        return DataFrame(columns)


def random_order(design: FactorialDesign, random: Random) -> RunSheet:
    """Give a run sheet in random order, all repeats mixed.

    Parameters
    ----------
    design : FactorialDesign
    random : random.Random
        Where chance comes from. The same seed gives the same order on every machine.

    Returns
    -------
    RunSheet

    Examples
    --------
    >>> from qi_tools.experiments.factorial.designs import Factor
    >>> design = FactorialDesign(tuple(Factor(name, "no", "yes") for name in "abc"))
    >>> random_order(design, Random(1)).order
    (0, 3, 5, 4, 6, 2, 7, 1)
    """
    # Of all that Random offers, Python promises only of random() that it never changes.
    runs = range(len(design.corners) * design.repeats)
    return RunSheet(design, tuple(sorted(runs, key=lambda _: random.random())))


def standard_order(design: FactorialDesign) -> RunSheet:
    """Give a run sheet in standard order, one repeat after another.

    It is for responses that are already at hand in that order. Do not run in it.
    """
    return RunSheet(design, tuple(range(len(design.corners) * design.repeats)))
