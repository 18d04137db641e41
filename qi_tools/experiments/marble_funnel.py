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
from qi_tools.experiments.settings import check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["RULES", "SPREAD", "Aim", "AimInvalid", "Drop", "Drops", "drop_marbles", "radius_alone"]

RULES: Mapping[int, str] = {
    1: "leave the funnel alone",
    2: "from where it stands, move the funnel the other way by the error",
    3: "set the funnel as far from the mark as the marble fell, on the other side",
    4: "set the funnel over where the marble fell",
}
"""What is done after each drop."""
SPREAD = 20.0
"""The standard deviation of where a marble falls under a funnel that stands still, each of across
and along, in millimetres."""
FEWEST_DROPS, MOST_DROPS = 2, 200


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
        How many: 2 to 200.

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

    def __post_init__(self) -> None:
        check_whole(AimInvalid, "The rule", self.rule, min(RULES), max(RULES))
        check_whole(AimInvalid, "The number of drops", self.drops, FEWEST_DROPS, MOST_DROPS)

    @property
    def expected_times(self) -> float:
        """How many times as large as under rule 1 the mean squared distance is, on average.

        Write e for the chance in each drop. Under rule 2 a marble falls at the difference of the
        last two e; under rule 3 at the sum of all e with turning signs; under rule 4 at their sum.
        So the nth marble varies by 1, 2 (the first by 1), n and n times the variance of e (Deming
        1986); this is the mean over all drops.

        Examples
        --------
        >>> [Aim(rule, drops=50).expected_times for rule in RULES]
        [1.0, 1.98, 25.5, 25.5]
        """
        if self.rule == 1:
            return 1.0
        return 2 - 1 / self.drops if self.rule == 2 else (self.drops + 1) / 2


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
        return math.hypot(self.across, self.along)


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
    def distances(self) -> tuple[float, ...]:
        """How far each marble fell from the mark, in millimetres."""
        return tuple(drop.distance for drop in self.drops)

    @property
    def measure(self) -> Measure:
        """The distances, for a chart."""
        from qi_tools.measure import Measure

        return Measure.from_columns(
            self.distances,
            name="Distance from the mark",
            unit="millimetres",
            source=f"Marble funnel, rule {self.aim.rule}",
            simulated=True,
        )

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
                "distance": self.distances,
            }
        )

    @property
    def times(self) -> float:
        """How many times as large as is usual under rule 1 the mean squared distance was."""
        return fmean(distance**2 for distance in self.distances) / (2 * SPREAD**2)

    def describe(self) -> str:
        """Tell in plain words what happened.

        Returns
        -------
        str
            At most 600 characters.
        """
        aim = self.aim
        return (
            f"Simulated: {counted(aim.drops, 'marble')} dropped through a funnel under rule "
            f"{aim.rule}: {RULES[aim.rule]}. Half of them fell within "
            f"{number_in_words(median(self.distances))} mm of the mark, the farthest "
            f"{number_in_words(max(self.distances))} mm off. The mean squared distance is "
            f"{number_in_words(self.times)} times that expected of a funnel left alone; theory for "
            f"this rule says {number_in_words(aim.expected_times)}. {_LESSONS[aim.rule]}"
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
        error = _scatter(random)
        across, along = (_ruler(f + e) for f, e in zip(funnel, error, strict=True))
        drops.append(Drop(number, *funnel, across, along))
        funnel = _move(aim.rule, funnel, (across, along))
    return Drops(aim, tuple(drops))


def radius_alone(share: float) -> float:
    """Give within what distance of the mark a share of marbles falls with the funnel left alone.

    Parameters
    ----------
    share : float
        From 0 to below 1.

    Returns
    -------
    float
        In millimetres.

    References
    ----------
    Box & Muller (1958): the squared distance has an exponential distribution.

    Examples
    --------
    >>> [round(radius_alone(share)) for share in (0.5, 0.95)]
    [24, 49]
    """
    return SPREAD * math.sqrt(-2 * math.log(1 - share))


def _scatter(random: Random) -> tuple[float, float]:
    """Draw an error across and along from a bell shape (Box & Muller 1958)."""
    radius = radius_alone(random.random())
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
