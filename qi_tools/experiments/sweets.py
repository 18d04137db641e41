"""Samples of sweets from one jar: the smaller the sample, the more it varies.

What it teaches. All samples come from the same jar, and yet five sweets may show no red one at all
or nearly nothing else. A sample ten times as large varies about a third as much. So a percentage
without its number of cases says little, small units fill both ends of a league table, and limits
must be wider where fewer were counted. And a sample that really is from another jar is found only
where enough was counted. It is for all who read percentages of few patients.

In the room. One large jar of red and white sweets and small cups. Everyone draws 5, says the share
of red ones aloud, and puts them back; then 20, then 100 by pooling cups. Put all the shares on one
wall chart, by size. Ask what share is in the jar before you open it. To make it harder, fill one
cup of each size beforehand from a jar with more red sweets, and ask which cup it is.

What is simplified. Each sweet is put back before the next is drawn, as if the jar were endless, and
each is as likely to be drawn as any other. The shares are made up.

Sources. Bernoulli J (1713), Ars Conjectandi: the law of such counts. Wainer H (2007). The most
dangerous equation. American Scientist 95: small samples at both ends of rankings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["Jar", "JarInvalid", "Sample", "Samples", "draw"]

MOST_SIZES, LARGEST, MOST_REPEATS = 5, 200, 50


class JarInvalid(QIToolsError):
    """The jar can't be filled or drawn from as asked."""


@dataclass(frozen=True, slots=True)
class Jar:
    """What is in the jar, and how it is drawn from.

    Parameters
    ----------
    red : int
        Red sweets in 100: 1 to 99.
    odd : int, optional
        Red sweets in 100 of another jar, from which one sample of each size is drawn: 1 to 99.
    sizes : tuple of int
        How many sweets a sample has: 1 to 5 sizes, all different, of 1 to 200 sweets.
    repeats : int
        How many samples of each size are drawn: 2 to 50.

    Raises
    ------
    JarInvalid
        If one of them can't be.
    """

    red: int = 30
    odd: int | None = None
    sizes: tuple[int, ...] = (5, 20, 100)
    repeats: int = 20

    def __post_init__(self) -> None:
        check_whole(JarInvalid, "The number of red sweets in 100", self.red, 1, 99)
        if self.odd is not None:
            check_whole(
                JarInvalid, "The number of red sweets in 100 of the odd jar", self.odd, 1, 99
            )
        if not isinstance(self.sizes, tuple) or not 1 <= len(self.sizes) <= MOST_SIZES:
            raise JarInvalid(
                f"The sizes are {self.sizes!r}. Give 1 to {MOST_SIZES} numbers of sweets as a "
                "tuple, such as (5, 20, 100)."
            )
        for size in self.sizes:
            check_whole(JarInvalid, "The size of a sample", size, 1, LARGEST)
        if len(set(self.sizes)) < len(self.sizes):
            raise JarInvalid(f"A size comes twice in {self.sizes!r}. Give each once.")
        what = "The number of samples of each size"
        check_whole(JarInvalid, what, self.repeats, 2, MOST_REPEATS)

    def expected_deviation(self, size: int) -> float:
        """Work out how much the percentage of red sweets varies from sample to sample: binomially.

        Parameters
        ----------
        size : int
            How many sweets a sample has.

        Returns
        -------
        float
            The standard deviation, in percentage points.

        References
        ----------
        Bernoulli (1713).

        Examples
        --------
        A sample four times as large varies half as much:

        >>> [round(Jar().expected_deviation(size), 2) for size in (5, 20)]
        [20.49, 10.25]
        """
        return math.sqrt(self.red * (100 - self.red) / size)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Parameters
    ----------
    size : int
        How many sweets.
    red : int
        How many of them are red.
    odd : bool
        Whether they are from the odd jar.
    """

    size: int
    red: int
    odd: bool

    @property
    def percentage(self) -> float:
        """The percentage of red sweets.

        Examples
        --------
        >>> Sample(5, 2, odd=False).percentage
        40.0
        """
        return 100 * self.red / self.size


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples that were drawn.

    Parameters
    ----------
    jar : Jar
        Where they are from.
    samples : tuple of Sample
        In the order of drawing: all of the first size, then all of the next.
    """

    jar: Jar
    samples: tuple[Sample, ...]

    @property
    def measure(self) -> Measure:
        """The percentage of red sweets in each sample, for a p chart."""
        from qi_tools.measure import Measure

        return Measure.from_columns(
            [sample.red for sample in self.samples],
            denominators=[sample.size for sample in self.samples],
            name="Sweets that are red",
            unit="%",
            source="Samples of sweets",
            simulated=True,
            data="proportions",
        )

    @property
    def table(self) -> DataFrame:
        """One row a sample: its size, how many are red, and from which jar it is.

        The dates are made up, one a sample, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        samples = self.samples
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(samples))),
                "sample": range(1, len(samples) + 1),
                "size": [sample.size for sample in samples],
                "red": [sample.red for sample in samples],
                "jar": ["odd" if sample.odd else "usual" for sample in samples],
            }
        )

    def span(self, size: int) -> tuple[float, float]:
        """Give the lowest and the highest percentage among the samples of one size."""
        percentages = [sample.percentage for sample in self.samples if sample.size == size]
        return min(percentages), max(percentages)

    def deviation(self, size: int) -> float:
        """Give the standard deviation of the percentages about that of the jar, odd ones left out.

        In percentage points, for samples of one size.
        """
        usual = (each for each in self.samples if each.size == size and not each.odd)
        return math.sqrt(fmean((each.percentage - self.jar.red) ** 2 for each in usual))

    def describe(self) -> str:
        """Tell in plain words how the samples vary.

        Returns
        -------
        str
            At most 600 characters.
        """
        jar = self.jar
        told = []
        for size in jar.sizes:
            lowest, highest = map(number_in_words, self.span(size))
            usual = number_in_words(jar.expected_deviation(size), 2)
            told.append(f"Of {size}: {lowest}% to {highest}% (standard deviation {usual} points).")
        end = (
            "The jar is the same throughout, so every difference is chance."
            if jar.odd is None
            else f"One sample of each size is from a jar with {jar.odd}% red sweets."
        )
        return (
            f"Simulated: {counted(jar.repeats, 'sample')} of each size from one jar with "
            f"{jar.red}% red sweets; the percentage of red in a sample, and how much theory says "
            f"it varies. {' '.join(told)} {end}"
        )


def draw(jar: Jar, random: Random) -> Samples:
    """Draw samples of each size.

    Parameters
    ----------
    jar : Jar
        What is drawn from, and how.
    random : random.Random
        Where chance comes from. The same seed gives the same samples.

    Returns
    -------
    Samples

    Examples
    --------
    >>> samples = draw(Jar(), Random(1))
    >>> for size in samples.jar.sizes:
    ...     print(size, samples.span(size))
    5 (0.0, 80.0)
    20 (15.0, 50.0)
    100 (19.0, 36.0)
    """
    samples: list[Sample] = []
    for size in jar.sizes:
        filled = [(jar.red, False)] * jar.repeats
        if jar.odd is not None:
            filled[int(random.random() * jar.repeats)] = (jar.odd, True)
        for red, odd in filled:
            drawn = sum(100 * random.random() < red for _ in range(size))
            samples.append(Sample(size, drawn, odd))
    return Samples(jar, tuple(samples))
