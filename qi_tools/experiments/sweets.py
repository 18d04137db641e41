"""Samples of coloured sweets from one jar: the smaller the sample, the more it varies.

What it teaches. All samples come from the same jar, and yet five sweets may show no red one at all
or nearly nothing else. A sample ten times as large varies about a third as much. So a percentage
without its number of cases says little, small units fill both ends of a league table, and limits
must be wider where fewer were counted. It is for all who read percentages of few patients.

In the room. One large jar of sweets in several colours and small cups. Everyone draws 5, says the
share of one colour aloud, and puts them back; then 10, then 50 by pooling cups. Put all the shares
on one wall chart, by size. Ask what share is in the jar before you open it.

What is simplified. Each sweet is put back before the next is drawn, as if the jar were endless, and
each is as likely to be drawn as any other. The colours and shares are made up.

Sources. Bernoulli J (1713), Ars Conjectandi: the law of such counts. Wainer H (2007). The most
dangerous equation. American Scientist 95: small samples at both ends of rankings.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["Expected", "Jar", "JarInvalid", "Sample", "Samples", "draw", "expected"]


MOST = {"colours": 8, "letters": 16, "parts": 1000, "sizes": 5, "size": 200, "repeats": 50}

HEADINGS = ("date", "sample", "size")
"""The table's other columns, which no colour may be called."""


class JarInvalid(QIToolsError):
    """The jar can't be filled or drawn from as asked."""


_check_whole = partial(check_whole, JarInvalid)


@dataclass(frozen=True, slots=True)
class Jar:
    """What is in the jar, and how it is drawn from.

    Parameters
    ----------
    colours : tuple of (str, int)
        Each colour and how many parts of the jar it makes up: 2 to 8 colours of 1 to 1,000 parts.
        The first is the one that descriptions tell of.
    sizes : tuple of int
        How many sweets a sample has: 1 to 5 sizes, all different, of 1 to 200 sweets.
    repeats : int
        How many samples of each size are drawn: 1 to 50.

    Raises
    ------
    JarInvalid
        If one of them can't be.

    Examples
    --------
    >>> Jar().share("red"), Jar(colours=(("mint", 1), ("toffee", 3))).share("mint")
    (0.3, 0.25)
    """

    colours: tuple[tuple[str, int], ...] = (
        ("red", 30),
        ("green", 25),
        ("yellow", 25),
        ("purple", 20),
    )
    sizes: tuple[int, ...] = (5, 10, 50)
    repeats: int = 20

    def __post_init__(self) -> None:
        _check_colours(self.colours)
        if not isinstance(self.sizes, tuple) or not 1 <= len(self.sizes) <= MOST["sizes"]:
            raise JarInvalid(
                f"The sizes are {self.sizes!r}. Give 1 to {MOST['sizes']} numbers of sweets as a "
                "tuple, such as (5, 10, 50)."
            )
        for size in self.sizes:
            _check_whole("The size of a sample", size, 1, MOST["size"])
        if len(set(self.sizes)) < len(self.sizes):
            raise JarInvalid(f"A size comes twice in {self.sizes!r}. Give each once.")
        check_whole(
            JarInvalid, "The number of samples of each size", self.repeats, 1, MOST["repeats"]
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The colours."""
        return tuple(name for name, _ in self.colours)

    def share(self, colour: str) -> float:
        """Give the share of one colour in the jar.

        Parameters
        ----------
        colour : str
            One of `names`.

        Returns
        -------
        float

        Raises
        ------
        JarInvalid
            If there is no such colour.
        """
        parts = [part for _, part in self.colours]
        return parts[_place(self, colour)] / sum(parts)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Parameters
    ----------
    size : int
        How many sweets.
    counts : tuple of int
        How many of each colour, in the jar's order.
    """

    size: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples that were drawn from a jar.

    Parameters
    ----------
    jar : Jar
        Where they are from.
    samples : tuple of Sample
        In the order of drawing: all of the first size, then all of the next.
    """

    jar: Jar
    samples: tuple[Sample, ...]

    def measure(self, colour: str, size: int | None = None) -> Measure:
        """Give the share of one colour in each sample, for a p chart.

        Parameters
        ----------
        colour : str
            One of the jar's.
        size : int, optional
            Only samples of this size; left out, all, and the limits narrow as samples grow.

        Returns
        -------
        Measure

        Raises
        ------
        JarInvalid
            If there is no such colour or no such size.
        """
        from qi_tools.measure import Measure

        chosen = self.samples if size is None else self._of(size)
        place = _place(self.jar, colour)
        return Measure.from_columns(
            [sample.counts[place] for sample in chosen],
            denominators=[sample.size for sample in chosen],
            name=f"Sweets that are {colour}",
            unit="%",
            source="Samples of sweets",
            simulated=True,
            data="proportions",
        )

    def span(self, colour: str, size: int) -> tuple[float, float]:
        """Give the lowest and the highest share of one colour among samples of one size.

        Parameters
        ----------
        colour : str
            One of the jar's.
        size : int
            One of the jar's.

        Returns
        -------
        tuple of float
            From 0 to 1.

        Raises
        ------
        JarInvalid
            If there is no such colour or no such size.
        """
        place = _place(self.jar, colour)
        shares = [sample.counts[place] / size for sample in self._of(size)]
        return min(shares), max(shares)

    @property
    def table(self) -> DataFrame:
        """One row a sample: its size, and how many of each colour.

        The dates are made up, one a sample, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        samples = self.samples
        numbers = range(len(samples))
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(numbers))),
                "sample": [number + 1 for number in numbers],
                "size": [sample.size for sample in samples],
            }
            | {
                name: [sample.counts[place] for sample in samples]
                for place, name in enumerate(self.jar.names)
            }
        )

    def describe(self) -> str:
        """Tell in plain words how the samples vary.

        Returns
        -------
        str
            At most 600 characters.
        """
        jar, colour = self.jar, self.jar.names[0]
        told = []
        for size in jar.sizes:
            lowest, highest = (number_in_words(100 * each) for each in self.span(colour, size))
            usual = number_in_words(100 * expected(jar, colour, size).deviation, 2)
            told.append(f"Of {size}: {lowest}% to {highest}% (standard deviation {usual} points).")
        return (
            f"Simulated: {counted(jar.repeats, 'sample')} of each size from one jar with "
            f"{number_in_words(100 * jar.share(colour))}% {colour} sweets; the share of {colour} "
            f"in a sample, and how much theory says it varies. {' '.join(told)} The jar is the "
            "same throughout, so every difference is chance."
        )

    def _of(self, size: int) -> tuple[Sample, ...]:
        if size not in self.jar.sizes:
            sizes = ", ".join(map(str, self.jar.sizes))
            raise JarInvalid(f"No sample has the size {size!r}. Use one of: {sizes}.")
        return tuple(sample for sample in self.samples if sample.size == size)


def draw(jar: Jar, random: Random) -> Samples:
    """Draw samples of each size from a jar.

    Parameters
    ----------
    jar : Jar
        What is in it, and how many samples to draw.
    random : random.Random
        Where chance comes from. The same seed gives the same samples.

    Returns
    -------
    Samples

    Examples
    --------
    >>> samples = draw(Jar(), Random(1))
    >>> for size in samples.jar.sizes:
    ...     print(size, samples.span("red", size))
    5 (0.0, 0.8)
    10 (0.1, 0.6)
    50 (0.12, 0.36)
    """
    ends = list(accumulate(part for _, part in jar.colours))
    samples: list[Sample] = []
    for size in jar.sizes:
        for _ in range(jar.repeats):
            drawn = Counter(bisect_right(ends, random.random() * ends[-1]) for _ in range(size))
            samples.append(Sample(size, tuple(drawn[place] for place in range(len(ends)))))
    return Samples(jar, tuple(samples))


@dataclass(frozen=True, slots=True)
class Expected:
    """What theory says of one colour in a sample.

    Parameters
    ----------
    share : float
        Its share in the jar, and on average in samples.
    deviation : float
        The standard deviation of its share in samples.
    absent : float
        The chance that a sample has none of it.
    """

    share: float
    deviation: float
    absent: float


def expected(jar: Jar, colour: str, size: int) -> Expected:
    """Work out how the share of one colour varies in samples of one size: binomially.

    Parameters
    ----------
    jar : Jar
        What is in it.
    colour : str
        One of the jar's.
    size : int
        How many sweets a sample has: 1 to 200.

    Returns
    -------
    Expected

    Raises
    ------
    JarInvalid
        If there is no such colour, or a sample can't have such a size.

    References
    ----------
    Bernoulli (1713).

    Examples
    --------
    A sample ten times as large varies less by the square root of ten:

    >>> for size in (5, 50):
    ...     usual = expected(Jar(), "red", size)
    ...     print(f"{usual.share:.1f} {usual.deviation:.3f} {usual.absent:.3f}")
    0.3 0.205 0.168
    0.3 0.065 0.000
    """
    _check_whole("The size of a sample", size, 1, MOST["size"])
    share = jar.share(colour)
    return Expected(share, math.sqrt(share * (1 - share) / size), (1 - share) ** size)


def _place(jar: Jar, colour: str) -> int:
    if colour not in jar.names:
        raise JarInvalid(f"No sweet has the colour {colour!r}. Use one of: {', '.join(jar.names)}.")
    return jar.names.index(colour)


def _check_colours(colours: object) -> None:
    if (
        not isinstance(colours, tuple)
        or not 2 <= len(colours) <= MOST["colours"]
        or not all(isinstance(each, tuple) and len(each) == 2 for each in colours)
    ):
        raise JarInvalid(
            f"The colours are {colours!r}. Give 2 to {MOST['colours']} pairs of a colour and its "
            'parts as a tuple, such as (("red", 30), ("green", 70)).'
        )
    for name, part in colours:
        if (
            not isinstance(name, str)
            or not name.isalpha()
            or len(name) > MOST["letters"]
            or name in HEADINGS
        ):
            raise JarInvalid(
                f"A colour is called {name!r}. Give a word of 1 to {MOST['letters']} letters, but "
                f"none of: {', '.join(HEADINGS)}."
            )
        _check_whole(f"The part that is {name}", part, 1, MOST["parts"])
    names = [name for name, _ in colours]
    if len({name.casefold() for name in names}) < len(names):
        raise JarInvalid(f"A colour comes twice: {', '.join(names)}. Give each once.")
