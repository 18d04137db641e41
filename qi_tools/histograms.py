"""A histogram: how values spread, whatever their order in time.

**Bins.** Their width starts from Freedman & Diaconis (1981), 2 × interquartile range / ∛n, or from
Sturges (1926), range / (1 + log₂ n), when the middle half of the values is all one value. It is
then rounded to 1, 2, 2.5 or 5 times a power of ten, so that there are 5 to 25 bins where that can
be, each bin begins at a multiple of its width, and no bin spans more of the values that can be
recorded than another: minutes to one decimal are not put into bins of 0.25.

**Edges.** A value on an edge belongs to the bin that begins there; the last bin takes in its upper
edge too. Whole numbers have bins of whole numbers, and each edge lies half way between two of them.

**Shape.** It is put into words only from 30 values on, and only where chance alone would seldom
give it. A long tail is told by the skewness G₁ (Joanes & Gill 1998), if it is above 0.5 and 2.58
standard errors from 0. A second hump is told by a valley between two bins whose counts are both
more than three standard errors of the difference above it (√ of the sum of the two counts). Of 30
to 1,000 values drawn from one normal, uniform or exponential distribution, no more than 1 set in
100 was told to have two humps or more (5,000 sets of each).

References
----------
Freedman D, Diaconis P (1981). On the histogram as a density estimator: L₂ theory. Zeitschrift für
Wahrscheinlichkeitstheorie und verwandte Gebiete 57: 453-476.

Hyndman RJ, Fan Y (1996). Sample quantiles in statistical packages. The American Statistician 50(4):
361-365.

Joanes DN, Gill CA (1998). Comparing measures of sample skewness and kurtosis. The Statistician
47(1): 183-189.

Sturges HA (1926). The choice of a class interval. Journal of the American Statistical Association
21: 65-66.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qi_tools import columns
from qi_tools.alternatives import shortened
from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Floats
from qi_tools.result import Result
from qi_tools.spc.sentences import Sentence, fitted, paragraphs, provenance, warned, warning
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Histogram", "Shape", "histogram"]

Shape: TypeAlias = Literal[
    "not told", "long tail up", "long tail down", "two humps", "several humps"
]

FEWEST_BINS, MOST_BINS = 5, 25
MOST_BINS_ASKED = 200
ROUND = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
# Values written with more decimals than this have no grid that bins would have to keep to.
MOST_DECIMALS = 6
FIGURES = 12
SMALLEST = 1e-100
LARGEST_WHOLE = 1e9
FEWEST_FOR_SHAPE = 30
LEAST_SKEWNESS, SKEWNESS_SIGMAS = 0.5, 2.58
VALLEY_SIGMAS = 3.0
NEARLY_ALL = 0.9
ROOM_FOR_TITLE, ROOM_FOR_UNIT = 70, 30
TIME_ORDER = "A histogram does not show the order in time: look at a run chart too."
_SHAPES: dict[Shape, str] = {
    "not told": "",
    "long tail up": "The values have a long tail towards the high end.",
    "long tail down": "The values have a long tail towards the low end.",
    "two humps": "The values have two humps: perhaps two kinds of case are mixed.",
    "several humps": "The values bunch in several places: perhaps they were rounded.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Histogram(Result):
    """Values counted in bins of one width.

    Make one with `histogram`. The arrays are copies and can't be written to.

    Parameters
    ----------
    values : ndarray of float, shape (values,)
        The values that are known, in the order given.
    edges : ndarray of float, shape (bins + 1,)
        Where the bins begin, and where the last one ends.
    counts : ndarray of int, shape (bins,)
        How many values each bin holds.
    width : float
        The width of a bin.
    whole : bool
        True when the bins hold whole numbers, with edges half way between two of them.
    lower, upper : float or None
        Limits that were set, such as a target or a specification. A value on one is within it.
    name : str
        What is measured, such as ``"Wait"``.
    unit : str
        What it is counted in, such as ``"minutes"``.
    source : str
        Where the values come from.
    simulated : bool
        True when the values are made up.
    warnings : tuple of str
        What a reader should know before trusting the histogram, the most important first.
    """

    drawn_by: ClassVar[str] = "histogram"

    values: Floats
    edges: Floats
    counts: NDArray[np.int64]
    width: float
    whole: bool
    lower: float | None
    upper: float | None
    name: str
    unit: str
    source: str
    simulated: bool
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.values.size)

    @property
    def mean(self) -> float:
        """The mean of the values."""
        # Over each value first: the sum of many large ones may overflow.
        return math.fsum((self.values / self.values.size).tolist())

    @property
    def sd(self) -> float:
        """The standard deviation of the values, over n − 1; not a number for a single value."""
        return float(np.std(self.values, ddof=1)) if len(self) > 1 else math.nan

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile (Hyndman & Fan 1996, definition 7)."""
        first, median, third = np.quantile(self.values, (0.25, 0.5, 0.75)).tolist()
        return first, median, third

    @property
    def median(self) -> float:
        """The median of the values."""
        return self.quartiles[1]

    @property
    def below(self) -> int:
        """How many values lie below the lower limit; 0 when there is none."""
        return 0 if self.lower is None else int(np.count_nonzero(self.values < self.lower))

    @property
    def above(self) -> int:
        """How many values lie above the upper limit; 0 when there is none."""
        return 0 if self.upper is None else int(np.count_nonzero(self.values > self.upper))

    @property
    def skewness(self) -> float:
        """The skewness G₁ (Joanes & Gill 1998); not a number when the values can't have one."""
        n = len(self)
        if n < 3:
            return math.nan
        # In units of the largest: cubes of large values overflow, and of small ones vanish.
        away = self.values - self.mean
        largest = float(np.max(np.abs(away)))
        if largest <= 1e-12 * float(np.max(np.abs(self.values))):
            return math.nan
        away = away / largest
        g1 = float(np.mean(away**3) / np.mean(away**2) ** 1.5)
        return g1 * math.sqrt(n * (n - 1)) / (n - 2)

    @property
    def shape(self) -> Shape:
        """The shape, where it can be told from so many values; see the module."""
        n = len(self)
        if n < FEWEST_FOR_SHAPE or math.isnan(self.skewness):
            return "not told"
        humps = _humps(self.counts)
        if humps > 1:
            return "two humps" if humps == 2 else "several humps"
        error = math.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
        if abs(self.skewness) < max(LEAST_SKEWNESS, SKEWNESS_SIGMAS * error):
            return "not told"
        return "long tail up" if self.skewness > 0 else "long tail down"

    @property
    def bins(self) -> tuple[str, ...]:
        """Each bin in words, such as ``"5 to under 7.5"``, or ``"5 to 9"`` for whole numbers."""
        if self.whole:
            first = [round(edge + 0.5) for edge in self.edges.tolist()]
            return tuple(
                f"{low:,}" if low + 1 == after else f"{low:,} to {after - 1:,}"
                for low, after in pairwise(first)
            )
        figures = _figures(self.edges)
        said = [number_in_words(edge, figures) for edge in self.edges.tolist()]
        most = [f"{low} to under {high}" for low, high in pairwise(said[:-1])]
        return (*most, f"{said[-2]} to {said[-1]}")

    @property
    def beyond(self) -> str:
        """How many values lie beyond the limits that were set, in a sentence; else blank."""
        said = [
            f"{_out_of(count, len(self))} {where} {number_in_words(limit)}"
            for count, where, limit in (
                (self.below, "below", self.lower),
                (self.above, "above", self.upper),
            )
            if limit is not None
        ]
        together = " and ".join(said)
        return f"{together[0].upper()}{together[1:]}." if said else ""

    @property
    def finding(self) -> str:
        """Where the values lie, their shape and what lies beyond limits, in plain sentences."""
        return " ".join(filter(None, (self._middle, _SHAPES[self.shape], self.beyond)))

    @property
    def table(self) -> DataFrame:
        """The histogram as a table, one row a bin.

        Columns: ``bin`` (in words), ``from``, ``to`` (its edges), ``count`` and ``share`` (in per
        cent). Each call gives a new table.
        """
        from pandas import DataFrame

        return DataFrame(
            {
                "bin": self.bins,
                "from": self.edges[:-1].copy(),
                "to": self.edges[1:].copy(),
                "count": self.counts.copy(),
                "share": 100 * self.counts / len(self),
            }
        )

    def describe(self) -> str:
        r"""Describe the histogram in words, for those who can't see it and for those who can.

        Returns
        -------
        str
            A few plain sentences, at most 600 characters: also the histogram's text alternative.

        Examples
        --------
        >>> falls = histogram([0, 1, 0, 2, 1, 0, 0, 3], name="Falls in a week", upper=2)
        >>> print(falls.describe().replace(". ", ".\n"))
        Histogram of Falls in a week: 8 values from 0 to 3, in bins of 1.
        Median 0.5, mean 0.875; the middle half lies between 0 and 1.25.
        The fullest bin, 0, holds 4 (50%).
        1 of 8 (12%) lies above 2.
        Fewer than 30 values: another sample may well have another shape.
        A histogram does not show the order in time: look at a run chart too.
        """
        return fitted(
            (
                Sentence(self._title),
                Sentence(self._middle),
                Sentence(self._fullest, spare=5),
                Sentence(_SHAPES[self.shape]),
                Sentence(self.beyond),
                *warning(self.warnings),
                Sentence(TIME_ORDER, spare=4),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Say all there is to say of the histogram, for a page beside it.

        Returns
        -------
        tuple of str
            Paragraphs: what is shown, how the values spread, what it can't say, how it was made.

        Examples
        --------
        >>> histogram([4.2, 4.9, 5.3]).report()[-2][:54]
        'Bins are 0.2 wide. A value on an edge belongs to the b'
        """
        spread = "" if math.isnan(self.sd) else f"Standard deviation {number_in_words(self.sd)}."
        shape = _SHAPES[self.shape]
        if self.shape == "two humps":
            shape += " Draw each kind on its own before you judge them together."
        elif self.shape in {"long tail up", "long tail down"}:
            shape += " The median then says more of a usual case than the mean."
        elif len(self) >= FEWEST_FOR_SHAPE:
            shape = "Neither a long tail nor a second hump is more than chance might give."
        edges = (
            "Each bin holds whole numbers."
            if self.whole
            else "A value on an edge belongs to the bin that begins there; the last bin takes in "
            "its upper edge too."
        )
        return paragraphs(
            " ".join(filter(None, (self._title, provenance(self)))),
            " ".join(filter(None, (self._middle, spread, self._fullest, shape, self.beyond))),
            f"{TIME_ORDER} Where the values drift or shift, one histogram mixes what was with what "
            "is now.",
            f"Bins are {self._say(self.width)} wide. {edges}",
            warned(self.warnings),
        )

    @property
    def _title(self) -> str:
        of = f" of {shortened(self.name, ROOM_FOR_TITLE)}" if self.name else ""
        unit = f", {shortened(self.unit, ROOM_FOR_UNIT)}" if self.unit else ""
        low, high = float(np.min(self.values)), float(np.max(self.values))
        span = (
            ""
            if low == high
            else f" from {number_in_words(low)} to {number_in_words(high)}, in bins of "
            f"{self._say(self.width)}"
        )
        return f"Histogram{of}{unit}: {counted(len(self), 'value')}{span}."

    @property
    def _middle(self) -> str:
        if np.ptp(self.values) == 0:
            return f"Every value is {number_in_words(self.median)}."
        first, median, third = map(number_in_words, self.quartiles)
        return (
            f"Median {median}, mean {number_in_words(self.mean)}; the middle half lies between "
            f"{first} and {third}."
        )

    @property
    def _fullest(self) -> str:
        fullest = int(np.argmax(self.counts))
        count = int(self.counts[fullest])
        share = number_in_words(100 * count / len(self), 2)
        if np.count_nonzero(self.counts == count) > 1:
            return ""
        return f"The fullest bin, {self.bins[fullest]}, holds {count:,} ({share}%)."

    def _say(self, width: float) -> str:
        return number_in_words(width, 6)


def histogram(
    values: Iterable[object],
    *,
    width: float | None = None,
    start: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    name: str = "",
    unit: str = "",
    source: str = "",
    simulated: bool = False,
) -> Histogram:
    """Count values in bins of one width.

    Parameters
    ----------
    values : iterable of float
        The values in any order. None and not a number are missing: not counted, and a warning says
        so.
    width : float, optional
        The width of a bin. Left out, a round one is chosen; see the module.
    start : float, optional
        Where the first bin begins, no higher than the lowest value; for whole numbers, the lowest
        number in it. Left out, bins begin at multiples of the width.
    lower, upper : float, optional
        Limits that were set, such as a target or a specification: values beyond are counted.
    name : str
        What is measured, such as ``"Wait"``.
    unit : str
        What it is counted in, such as ``"minutes"``.
    source : str
        Where the values come from.
    simulated : bool
        True when the values are made up.

    Returns
    -------
    Histogram

    Raises
    ------
    MeasureInvalid
        If there are no values, one is infinite or not a number, the bins would be too many or
        their width is not above 0, they begin above the lowest value, or the limits are crossed.

    References
    ----------
    Freedman & Diaconis (1981); Sturges (1926); see the module for each.

    Examples
    --------
    >>> waits = histogram([4.2, 7.5, 5.0, 9.9, 6.1, 7.4], name="Wait", unit="minutes")
    >>> waits.edges.tolist(), waits.counts.tolist()
    ([4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0], [1, 1, 1, 2, 0, 1])
    >>> waits.bins[0], waits.bins[-1]
    ('4 to under 5', '9 to 10')
    """
    name, unit, source = (
        columns.one_line(field, text)
        for field, text in (("name", name), ("unit", unit), ("source", source))
    )
    for option, number in (("width", width), ("start", start), ("lower", lower), ("upper", upper)):
        if number is not None and not columns.is_number(number):
            raise MeasureInvalid(f"{option} is {number!r}. Use a number, or leave it out.")
    if width is not None and not width > 0:
        raise MeasureInvalid(f"width is {width!r}. Use a number above 0.")
    if lower is not None and upper is not None and lower > upper:
        raise MeasureInvalid(f"The limits are crossed: lower is {lower!r} and upper {upper!r}.")
    given = columns.read_numbers(values)
    known = given[~np.isnan(given)]
    _check_values(known)
    decimals = _decimals(known)
    whole = (
        decimals == 0
        and float(np.max(np.abs(known))) <= LARGEST_WHOLE
        and all(option is None or float(option).is_integer() for option in (width, start))
    )
    step = _exact(width) if width is not None else _round_width(known, decimals, whole)
    edges = _edges(known, step, None if start is None else _exact(start), whole)
    bin_of = np.minimum(np.searchsorted(edges, known, side="right") - 1, edges.size - 2)
    counts = np.bincount(bin_of, minlength=edges.size - 1).astype(np.int64)
    return Histogram(
        columns.locked(known),
        columns.locked(edges),
        columns.locked(counts),
        float(step),
        whole,
        None if lower is None else float(lower),
        None if upper is None else float(upper),
        name,
        unit,
        source,
        bool(simulated),
        tuple(_warnings(known, given.size - known.size, counts)),
    )


def _check_values(known: Floats) -> None:
    if not known.size:
        raise MeasureInvalid("There are no values. A histogram needs at least one number.")
    too_large = np.abs(known) > columns.LARGEST
    if np.any(too_large):
        each = [f"{value:g}" for value in known[too_large].tolist()]
        raise MeasureInvalid(
            f"A value is infinite or too large to chart: {columns.first_few(each)}. Mend it, or "
            "use None for a missing value."
        )


def _exact(number: float) -> Fraction:
    """Give the number as it is written: 0.1 is a tenth, not the float next to it."""
    return Fraction(repr(float(number)))


def _decimals(known: Floats) -> int | None:
    """Count the decimals that the values are written with; None when they are many."""
    return next(
        (
            decimals
            for decimals in range(MOST_DECIMALS + 1)
            if np.array_equal(np.round(known, decimals), known)
        ),
        None,
    )


def _round_width(known: Floats, decimals: int | None, whole: bool) -> Fraction:
    """Choose a round width; see the module."""
    span, largest = float(np.ptp(known)), float(np.max(np.abs(known)))
    # Floats no longer tell narrower bins apart, or no axis can be drawn for them.
    least = Fraction(10) ** (math.floor(math.log10(max(largest, SMALLEST))) - FIGURES)
    grid = None if decimals is None else max(Fraction(1, 10**decimals), least)
    if span == 0:
        return grid or max(least, Fraction(10) ** (math.floor(math.log10(largest)) - 1))
    first, third = np.quantile(known, (0.25, 0.75)).tolist()
    aim = 2 * (third - first) / known.size ** (1 / 3) or span / (1 + math.log2(known.size))
    aim = min(max(aim, span / MOST_BINS), span / FEWEST_BINS)
    power = math.floor(math.log10(aim))
    around = [lead * Fraction(10) ** (power + more) for more in range(-1, 3) for lead in ROUND]
    widths = [
        width
        for width in around
        if width >= least and (grid is None or (width / grid).denominator == 1)
    ]
    widths = widths or [grid or least]  # the values themselves lie on a coarser grid
    low, high = _exact(np.min(known)), _exact(np.max(known))
    bins = {width: _bins(low // width * width, high, width, whole) for width in widths}
    allowed = [width for width in widths if bins[width] <= MOST_BINS] or widths[-1:]
    enough = [width for width in allowed if bins[width] >= FEWEST_BINS] or allowed[:1]
    return min(enough, key=lambda width: abs(math.log(float(width) / aim)))


def _bins(start: Fraction, high: Fraction, width: Fraction, whole: bool) -> int:
    """Count the bins from a start that hold the highest value."""
    if whole:
        return (high - start) // width + 1
    return max(1, -((start - high) // width))


def _edges(known: Floats, width: Fraction, start: Fraction | None, whole: bool) -> Floats:
    """Give the edges of bins that hold all values."""
    low, high = _exact(np.min(known)), _exact(np.max(known))
    if start is None:
        start = low // width * width
    if start > low:
        raise MeasureInvalid(
            f"start is {float(start):g}, and the lowest value is {float(low):g}. Begin at or below "
            "it, so that no value is lost."
        )
    bins = _bins(start, high, width, whole)
    if bins > MOST_BINS_ASKED:
        raise MeasureInvalid(
            f"That makes {bins:,} bins, and up to {MOST_BINS_ASKED} can be read. Use a larger "
            "width, or a start nearer to the lowest value."
        )
    first = start - Fraction(1, 2) if whole else start
    edges = np.array([float(first + number * width) for number in range(bins + 1)])
    if not np.all(np.diff(edges) > 0):
        raise MeasureInvalid(
            f"A width of {float(width):g} is too small beside values of {float(high):g}. Use a "
            "larger one."
        )
    return edges


def _humps(counts: NDArray[np.int64]) -> int:
    """Count the humps that are set apart by valleys deeper than chance seldom makes them."""
    humps, hump, valley = 1, 0, 0
    for count in counts.tolist():
        if _apart(hump, valley) and _apart(count, valley):
            humps, hump, valley = humps + 1, count, count
        elif count >= hump:
            # Higher ground: what lay before belongs to the same hump.
            hump = valley = count
        else:
            valley = min(valley, count)
    return humps


def _apart(hump: int, valley: int) -> bool:
    """Say whether a count lies so far below another that chance seldom makes the difference."""
    return hump - valley > VALLEY_SIGMAS * math.sqrt(hump + valley)


def _out_of(count: int, whole: int) -> str:
    if count == 0:
        return f"none of {whole:,} lies"
    share = number_in_words(100 * count / whole, 2)
    return f"{count:,} of {whole:,} ({share}%) {'lies' if count == 1 else 'lie'}"


def _figures(edges: Floats) -> int:
    """Count the figures that tell every edge from the next."""
    texts = (
        (figures, [number_in_words(edge, figures) for edge in edges.tolist()])
        for figures in range(3, 17)
    )
    return next(
        (
            figures
            for figures, said in texts
            if all(
                math.isclose(float(text.replace(",", "")), edge, rel_tol=1e-12, abs_tol=0)
                for text, edge in zip(said, edges.tolist(), strict=True)
            )
        ),
        17,
    )


def _warnings(known: Floats, missing: int, counts: NDArray[np.int64]) -> list[str]:
    warnings = []
    if counts.size > 2 and np.max(counts) > NEARLY_ALL * known.size and known.size > 10:
        low_side = int(np.argmax(counts)) < counts.size / 2
        far = number_in_words(float(np.max(known) if low_side else np.min(known)))
        warnings.append(
            f"Nearly all values lie in one bin, because a few lie far off, such as {far}. Check "
            "that these are no slips."
        )
    if known.size < FEWEST_FOR_SHAPE:
        warnings.append(
            f"Fewer than {FEWEST_FOR_SHAPE} values: another sample may well have another shape."
        )
    if missing:
        one = missing == 1
        warnings.append(
            f"{missing:,} of {counted(known.size + missing, 'value')} {'is' if one else 'are'} "
            "missing and not counted."
        )
    return warnings
