"""A marble dropped through a funnel at a mark: what adjusting after every drop does to the spread.

What it teaches. A process that varies only by chance is best left alone. To correct it after each
result, as rules 2 to 4 do, makes it worse, however sensible it feels: this is tampering. It is for
all who act on the latest number: a rota changed after one busy night, a budget cut after one
underspend, a colleague taught by the last one taught.

In the room. A kitchen funnel on a stand, a marble, paper with a mark. Let teams argue for a rule,
guess its spread, and make 50 drops each; then lay the papers side by side and match each rule to a
habit at work. Rule 1 leaves the funnel alone. Rule 2 corrects each error from where the funnel
stands, rule 3 from the mark, and rule 4 does as was done last time.

When it does not hold. The mark is under the funnel here, and stays there. A funnel that is off the
mark should be moved, once, by the mean of several drops, and one that drifts must be followed:
MacGregor (1990) shows that small corrections then help.

Sources. Deming WE (1986). Out of the Crisis, who gives the experiment as Lloyd S Nelson's.
Grubbs FE (1954). An optimum procedure for setting machines or adjusting processes. MacGregor JF
(1990). A different view of the funnel experiment. Journal of Quality Technology 22.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from statistics import fmean, median
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import is_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "RULES",
    "Aim",
    "AimInvalid",
    "Drop",
    "Drops",
    "drop_marbles",
    "expected_square_distance",
    "expected_variance",
]

RULES: Mapping[int, str] = {
    1: "leave the funnel alone",
    2: "from where it stands, move the funnel the other way by the error",
    3: "set the funnel as far from the mark as the marble fell, on the other side",
    4: "set the funnel over where the marble fell",
}
"""What is done after each drop."""


MOST_DROPS = 1000
LEAST_SPREAD, MOST_SPREAD = 1.0, 1000.0


class AimInvalid(QIToolsError):
    """Marbles can't be dropped as asked."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How marbles are dropped.

    Parameters
    ----------
    rule : int
        What is done with the funnel after each drop: one of `RULES`.
    drops : int
        How many: 2 to 1,000.
    spread : float
        The standard deviation of where a marble falls under a funnel that stands still, in
        millimetres, each of across and along: 1 to 1,000.

    Raises
    ------
    AimInvalid
        If one of them can't be.

    Examples
    --------
    >>> print(RULES[Aim(rule=4).rule])
    set the funnel over where the marble fell
    """

    rule: int = 1
    drops: int = 50
    spread: float = 20.0

    def __post_init__(self) -> None:
        if not is_whole(self.rule) or self.rule not in RULES:
            told = "; ".join(f"{rule}: {words}" for rule, words in RULES.items())
            raise AimInvalid(f"The rule is {self.rule!r}. Use 1, 2, 3 or 4 ({told}).")
        if not is_whole(self.drops) or not 2 <= self.drops <= MOST_DROPS:
            raise AimInvalid(
                f"The number of drops is {self.drops!r}. Give a whole number from 2 to "
                f"{MOST_DROPS:,}."
            )
        spread = self.spread
        if (
            isinstance(spread, bool)
            or not isinstance(spread, int | float)
            or not LEAST_SPREAD <= spread <= MOST_SPREAD
        ):
            raise AimInvalid(
                f"The spread is {spread!r}. Give the millimetres, a number from "
                f"{LEAST_SPREAD:.0f} to {MOST_SPREAD:,.0f}."
            )


@dataclass(frozen=True, slots=True)
class Drop:
    """One drop. All places are in millimetres from the mark, to a tenth.

    Parameters
    ----------
    number : int
        Counted from 1.
    funnel_across, funnel_along : float
        Where the funnel stood.
    across, along : float
        Where the marble fell.
    """

    number: int
    funnel_across: float
    funnel_along: float
    across: float
    along: float

    @property
    def distance(self) -> float:
        """How far from the mark the marble fell.

        Examples
        --------
        >>> Drop(1, 0, 0, 3, -4).distance
        5.0
        """
        return math.sqrt(self.across * self.across + self.along * self.along)


@dataclass(frozen=True, slots=True)
class Drops:
    """Where the marbles fell, one after the other.

    Parameters
    ----------
    aim : Aim
        How they were dropped.
    drops : tuple of Drop
        In the order of dropping.
    """

    aim: Aim
    drops: tuple[Drop, ...]

    @property
    def distances(self) -> Measure:
        """How far each marble fell from the mark, in millimetres."""
        return self._measure([drop.distance for drop in self.drops], "Distance from the mark")

    @property
    def across(self) -> Measure:
        """How far to the right of the mark each marble fell, in millimetres; left is below 0."""
        return self._measure([drop.across for drop in self.drops], "Across from the mark")

    @property
    def along(self) -> Measure:
        """How far beyond the mark each marble fell, in millimetres; short of it is below 0."""
        return self._measure([drop.along for drop in self.drops], "Along from the mark")

    @property
    def table(self) -> DataFrame:
        """One row a drop: where the funnel stood, where the marble fell, and how far off, in mm.

        The dates are made up, one a drop, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        drops = self.drops
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(drops))),
                "drop": [drop.number for drop in drops],
                "funnel across": [drop.funnel_across for drop in drops],
                "funnel along": [drop.funnel_along for drop in drops],
                "across": [drop.across for drop in drops],
                "along": [drop.along for drop in drops],
                "distance": [drop.distance for drop in drops],
            }
        )

    @property
    def square_distance(self) -> float:
        """The mean of the squared distances from the mark, in square millimetres."""
        return fmean(drop.distance**2 for drop in self.drops)

    def describe(self) -> str:
        """Tell in plain words what happened.

        Returns
        -------
        str
            At most 600 characters.
        """
        aim = self.aim
        distances = [drop.distance for drop in self.drops]
        alone = 2 * aim.spread**2
        usual = number_in_words(expected_square_distance(aim) / alone)
        seen = number_in_words(self.square_distance / alone)
        return (
            f"Simulated: {counted(aim.drops, 'marble')} dropped through a funnel under rule "
            f"{aim.rule}: {RULES[aim.rule]}. Half of them fell within "
            f"{number_in_words(median(distances))} mm of the mark, the farthest "
            f"{number_in_words(max(distances))} mm off. The mean squared distance is {seen} times "
            f"that expected of a funnel left alone; theory for this rule says {usual}. "
            f"{_LESSONS[aim.rule]}"
        )

    def _measure(self, values: list[float], name: str) -> Measure:
        from qi_tools.measure import Measure

        return Measure.from_columns(
            values,
            name=name,
            unit="mm",
            source=f"Marble funnel, rule {self.aim.rule}",
            simulated=True,
        )


_LESSONS: Mapping[int, str] = {
    1: "No rule does better as long as the funnel is over the mark and only chance moves marbles.",
    2: "The spread settles, but each correction adds the last drop's chance to the next one's.",
    3: "In the long run marbles swing from side to side, farther and farther, without end.",
    4: "In the long run marbles wander off, and nothing brings them back.",
}


def drop_marbles(aim: Aim, random: Random) -> Drops:
    """Drop marbles at a mark, and after each one move the funnel as the rule says.

    The funnel starts over the mark. The same seed gives the same chance to each rule, so that rules
    can be compared drop by drop.

    Parameters
    ----------
    aim : Aim
        How they are dropped.
    random : random.Random
        Where chance comes from. The same seed gives the same drops.

    Returns
    -------
    Drops

    References
    ----------
    Deming (1986).

    Examples
    --------
    >>> for rule in RULES:
    ...     drops = drop_marbles(Aim(rule), Random(1)).drops
    ...     print(rule, [(drop.across, drop.along) for drop in drops[:3]])
    1 [(6.2, -8.8), (-1.1, 34.0), (-22.2, 7.3)]
    2 [(6.2, -8.8), (-7.3, 42.8), (-21.1, -26.7)]
    3 [(6.2, -8.8), (-7.3, 42.8), (-14.9, -35.5)]
    4 [(6.2, -8.8), (5.1, 25.2), (-17.1, 32.5)]
    """
    funnel = (0.0, 0.0)
    drops: list[Drop] = []
    for number in range(1, aim.drops + 1):
        error = _scatter(aim.spread, random)
        across, along = (_ruler(f + e) for f, e in zip(funnel, error, strict=True))
        drops.append(Drop(number, *funnel, across, along))
        funnel = _move(aim.rule, funnel, (across, along))
    return Drops(aim, tuple(drops))


def expected_variance(aim: Aim, number: int) -> float:
    """Work out the variance of where one marble falls, across as well as along.

    Write e for the chance in each drop, with variance s². Under rule 2 a marble falls at the
    difference of the last two e; under rule 3 at their sum with turning signs; under rule 4 at
    their sum.

    Parameters
    ----------
    aim : Aim
        How marbles are dropped.
    number : int
        Which drop, counted from 1.

    Returns
    -------
    float
        In square millimetres.

    Raises
    ------
    AimInvalid
        If there is no such drop.

    References
    ----------
    Deming (1986).

    Examples
    --------
    >>> [expected_variance(Aim(rule, spread=1), 50) for rule in RULES]
    [1, 2, 50, 50]
    """
    if not is_whole(number) or not 1 <= number <= aim.drops:
        raise AimInvalid(f"There is no drop {number!r}. Give a number from 1 to {aim.drops:,}.")
    times = {1: 1, 2: min(number, 2), 3: number, 4: number}[aim.rule]
    return times * aim.spread**2


def expected_square_distance(aim: Aim) -> float:
    """Work out the mean squared distance from the mark, all drops together.

    Parameters
    ----------
    aim : Aim
        How marbles are dropped.

    Returns
    -------
    float
        In square millimetres: across and along add up.

    Examples
    --------
    >>> [expected_square_distance(Aim(rule, drops=50, spread=1)) for rule in RULES]
    [2.0, 3.96, 51.0, 51.0]
    """
    return 2 * fmean(expected_variance(aim, number) for number in range(1, aim.drops + 1))


def _scatter(spread: float, random: Random) -> tuple[float, float]:
    """Draw an error across and along from a bell shape (Box & Muller 1958)."""
    radius = spread * math.sqrt(-2 * math.log(1 - random.random()))
    angle = 2 * math.pi * random.random()
    return radius * math.cos(angle), radius * math.sin(angle)


def _move(rule: int, funnel: tuple[float, float], fell: tuple[float, float]) -> tuple[float, float]:
    """Give the funnel's next place."""
    if rule == 1:
        return funnel
    if rule == 2:
        return _ruler(funnel[0] - fell[0]), _ruler(funnel[1] - fell[1])
    if rule == 3:
        return _ruler(-fell[0]), _ruler(-fell[1])
    return fell


def _ruler(place: float) -> float:
    """Read a place off, to a tenth of a millimetre; adding 0 turns -0 into 0."""
    return round(place, 1) + 0.0
