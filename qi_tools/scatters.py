"""A scatter plot: whether two measures of the same things go together.

**How closely.** Pearson's r with its 95% confidence interval by Fisher's z (Fisher 1921), which
supposes independent pairs that spread about normally; Spearman's rank correlation, which a curve or
a far-off pair moves less; and the least-squares line of y on x.

**What is told.** Nothing with fewer than 8 pairs, or when the interval of r holds 0. Otherwise the
link is weak below 0.4, moderate below 0.7, strong below 0.9 and very strong from there (Schober,
Boer & Schwarte 2018; such names are rough). Four sets of pairs with one r and one line can look
altogether different (Anscombe 1973), so three things are looked for and said:

- a curve: adding x² to the line helps more than chance would once in 1,000 times (F test);
- pairs off the line: their residuals, each in units of the spread of the others, are larger than
  chance would make any of them once in 20 times (Cook & Weisberg 1982, Bonferroni);
- a link that rests on one or two pairs: without either, nothing could be told.

References
----------
Anscombe FJ (1973). Graphs in statistical analysis. The American Statistician 27(1): 17-21.

Cook RD, Weisberg S (1982). Residuals and influence in regression. Chapman and Hall.

Fisher RA (1921). On the "probable error" of a coefficient of correlation deduced from a small
sample. Metron 1: 3-32.

Schober P, Boer C, Schwarte LA (2018). Correlation coefficients: appropriate use and interpretation.
Anesthesia & Analgesia 126(5): 1763-1768.

Spearman C (1904). The proof and measurement of association between two things. American Journal of
Psychology 15(1): 72-101.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qi_tools import columns
from qi_tools.alternatives import shortened
from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Flags, Floats
from qi_tools.result import Result
from qi_tools.spc.sentences import Sentence, fitted, paragraphs, provenance, warned, warning
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Link", "Scatter", "scatter"]

Link: TypeAlias = Literal["not told", "up", "down", "curved"]

FEWEST_PAIRS = 8
Z_95 = 1.959963984540054  # the normal distribution's 97.5% point
STRENGTHS = ((0.9, "very strong"), (0.7, "strong"), (0.4, "moderate"), (0.0, "weak"))
CURVE_CHANCE, OUTLIER_CHANCE = 0.001, 0.05
RANKS_TELL_MORE = 0.1
RESTS_ON = 2
# Below this part of the whole, a sum of squares is nothing but rounding.
ROUNDING = 1e-18
ROOM_FOR_NAME, ROOM_FOR_UNIT, ROOM_FOR_LABEL = 40, 15, 30
NO_CAUSE = "A link is not a cause."


@dataclass(frozen=True, slots=True, eq=False)
class Scatter(Result):
    """Pairs of values, and how closely the two go together.

    Make one with `scatter`. The arrays are copies and can't be written to.

    Parameters
    ----------
    x, y : ndarray of float, shape (pairs,)
        The pairs of which both values are known, in the order given.
    labels : tuple of str
        What each pair is called: the label given, or the row it came from.
    r : float
        Pearson's correlation; not a number when x or y is all one value.
    interval : tuple of float
        The 95% confidence interval of r; not numbers with fewer than 4 pairs.
    rho : float
        Spearman's rank correlation.
    slope, intercept : float
        The least-squares line of y on x.
    curved : bool
        True when a curve fits better than the line, by more than chance.
    off_line : ndarray of bool, shape (pairs,)
        The pairs farther off the line than chance would put them.
    rests_on : tuple of int
        The one or two pairs, counted from 0, without either of which no link could be told.
    x_name, y_name : str
        What is measured across and upwards.
    x_unit, y_unit : str
        What they are counted in.
    source : str
        Where the values come from.
    simulated : bool
        True when the values are made up.
    warnings : tuple of str
        What a reader should know before trusting the plot, the most important first.
    """

    drawn_by: ClassVar[str] = "scatter"

    x: Floats
    y: Floats
    labels: tuple[str, ...]
    r: float
    interval: tuple[float, float]
    rho: float
    slope: float
    intercept: float
    curved: bool
    off_line: Flags
    rests_on: tuple[int, ...]
    x_name: str
    y_name: str
    x_unit: str
    y_unit: str
    source: str
    simulated: bool
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.x.size)

    @property
    def link(self) -> Link:
        """Whether y goes up or down with x, along a curve, or whether that can't be told."""
        if len(self) < FEWEST_PAIRS or math.isnan(self.r):
            return "not told"
        if self.curved:
            return "curved"
        low, high = self.interval
        return "up" if low > 0 else "down" if high < 0 else "not told"

    @property
    def strength(self) -> str:
        """How strong a straight link is, in a word; blank where there is none to tell of."""
        if self.link not in {"up", "down"}:
            return ""
        return next(word for least, word in STRENGTHS if abs(self.r) >= least)

    @property
    def fitted(self) -> Floats:
        """The line at each x, shape (pairs,)."""
        return np.asarray(self.intercept + self.slope * self.x, dtype=np.float64)

    @property
    def places(self) -> tuple[Floats, Floats, NDArray[np.int64]]:
        """Each different pair once, x and y, and how many pairs lie there."""
        pairs, times = np.unique(np.column_stack((self.x, self.y)), axis=0, return_counts=True)
        return pairs[:, 0], pairs[:, 1], times.astype(np.int64)

    @property
    def finding(self) -> str:
        """What the pairs tell, in plain sentences."""
        across, upwards = self._names
        if math.isnan(self.r):
            one = across if np.ptp(self.x) == 0 else upwards
            return f"No link can be told: {one} is the same in every pair."
        if len(self) < FEWEST_PAIRS:
            return f"No link can be told from fewer than {FEWEST_PAIRS} pairs."
        r = number_in_words(self.r, 2)
        low, high = (number_in_words(end, 2) for end in self.interval)
        if self.link == "curved":
            return (
                f"{upwards} follows {across} along a curve, so neither a straight line nor r ({r}) "
                f"sums it up. {NO_CAUSE}"
            )
        if self.link == "not told":
            return f"No link can be told: r is {r}, and its 95% interval, {low} to {high}, holds 0."
        way = "higher" if self.link == "up" else "lower"
        rests = ""
        if self.rests_on:
            it = "it" if len(self.rests_on) == 1 else "either"
            rests = (
                f" It rests on {self.called(self.rests_on)}: without {it} no link could be told."
            )
        return (
            f"Where {across} is higher, {upwards} tends to be {way}: a {self.strength} link "
            f"(r {r}, 95% interval {low} to {high}).{rests} {NO_CAUSE}"
        )

    @property
    def table(self) -> DataFrame:
        """The plot as a table, one row a pair.

        Columns: ``pair`` (its label), ``x``, ``y``, ``line`` (the line at that x), ``residual``
        and ``off_line``. Each call gives a new table.
        """
        from pandas import DataFrame

        return DataFrame(
            {
                "pair": self.labels,
                "x": self.x.copy(),
                "y": self.y.copy(),
                "line": self.fitted,
                "residual": self.y - self.fitted,
                "off_line": self.off_line.copy(),
            }
        )

    def describe(self) -> str:
        r"""Describe the plot in words, for those who can't see it and for those who can.

        Returns
        -------
        str
            A few plain sentences, at most 600 characters: also the plot's text alternative.

        Examples
        --------
        >>> plot = scatter(range(10), [2, 1, 4, 3, 6, 5, 8, 7, 10, 9], x_name="Staff",
        ...                y_name="Meals", y_unit="trays")
        >>> print(plot.describe().replace(". ", ".\n").replace(": a", ":\na"))
        Scatter plot of Meals, trays, against Staff: 10 pairs.
        Staff from 0 to 9, Meals from 1 to 10.
        Where Staff is higher, Meals tends to be higher:
        a very strong link (r 0.94, 95% interval 0.76 to 0.99).
        A link is not a cause.
        """
        return fitted(
            (
                Sentence(self._title),
                Sentence(self._span, spare=5),
                Sentence(self.finding),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Say all there is to say of the plot, for a page beside it.

        Returns
        -------
        tuple of str
            Paragraphs: what is shown, how the two go together, what that can't say, warnings.

        Examples
        --------
        >>> scatter([1, 2, 3], [3, 1, 2]).report()[1]
        'No link can be told from fewer than 8 pairs.'
        """
        told = [self.finding]
        if self.link in {"up", "down"}:
            across, upwards = (
                f"{name}{f' ({unit})' if unit else ''}"
                for name, unit in zip(self._names, (self.x_unit, self.y_unit), strict=True)
            )
            way = "more" if self.slope > 0 else "less"
            told.append(
                f"On the line, 1 more on {across} goes with {number_in_words(abs(self.slope))} "
                f"{way} on {upwards}. Differences along the line make "
                f"{number_in_words(100 * self.r**2, 2)}% of how {self._names[1]} varies (r²)."
            )
        if self.link != "not told":
            told.append(f"Spearman's rank correlation is {number_in_words(self.rho, 2)}.")
        caution = (
            f"{NO_CAUSE} Both may follow from something else, or the second may drive the first; "
            "what changes one need not change the other. Test a change on a small scale and "
            "follow it on a run chart."
            if self.link != "not told"
            else "That no link can be told does not show that there is none."
        )
        supposed = (
            "The interval of r supposes pairs that do not hang together: the same people or wards "
            "counted again and again make it too narrow. The line says nothing beyond the values "
            "that were seen."
            if self.link in {"up", "down"}
            else ""
        )
        return paragraphs(
            " ".join(filter(None, (self._title, self._span, provenance(self)))),
            " ".join(told),
            caution,
            supposed,
            warned(self.warnings),
        )

    def called(self, pairs: Iterable[int]) -> str:
        """Name pairs, counted from 0, with their values: the first few of many."""
        return columns.first_few(
            [
                f"{shortened(self.labels[pair], ROOM_FOR_LABEL)} "
                f"({number_in_words(float(self.x[pair]))}, {number_in_words(float(self.y[pair]))})"
                for pair in pairs
            ]
        )

    @property
    def _names(self) -> tuple[str, str]:
        return shortened(self.x_name, ROOM_FOR_NAME), shortened(self.y_name, ROOM_FOR_NAME)

    @property
    def _title(self) -> str:
        across, upwards = self._names
        x_unit, y_unit = (
            f", {shortened(unit, ROOM_FOR_UNIT)}" if unit else ""
            for unit in (self.x_unit, self.y_unit)
        )
        between = f"{y_unit}," if y_unit else ""
        return (
            f"Scatter plot of {upwards}{between} against {across}{x_unit}: "
            f"{counted(len(self), 'pair')}."
        )

    @property
    def _span(self) -> str:
        across, upwards = (
            f"{name} from {number_in_words(float(np.min(values)))} to "
            f"{number_in_words(float(np.max(values)))}"
            for name, values in zip(self._names, (self.x, self.y), strict=True)
        )
        return f"{across}, {upwards}."


def scatter(
    x: Iterable[object],
    y: Iterable[object],
    *,
    x_name: str = "x",
    y_name: str = "y",
    x_unit: str = "",
    y_unit: str = "",
    labels: Iterable[object] | None = None,
    source: str = "",
    simulated: bool = False,
) -> Scatter:
    """Put two measures of the same things against each other, and say how they go together.

    Parameters
    ----------
    x : iterable of float
        What is drawn across: what may come first, or what one can change. None and not a number
        are missing.
    y : iterable of float, as many
        What is drawn upwards. A pair of which one value is missing is left out, and a warning says
        so.
    x_name, y_name : str
        What is measured, such as ``"Distance"`` and ``"Missed appointments"``.
    x_unit, y_unit : str
        What they are counted in, such as ``"miles"`` and ``"%"``.
    labels : iterable of str, as many, optional
        What each pair is called, such as the practice. Left out, pairs go by their row.
    source : str
        Where the values come from.
    simulated : bool
        True when the values are made up.

    Returns
    -------
    Scatter

    Raises
    ------
    MeasureInvalid
        If the lengths differ, a value is infinite or not a number, there is no whole pair, or a
        name is blank.

    References
    ----------
    Fisher (1921); Spearman (1904); Anscombe (1973); see the module for each.

    Examples
    --------
    >>> plot = scatter([1, 2, 3, 4, None], [1, 3, 2, 5, 9])
    >>> round(plot.r, 2), round(plot.slope, 2), round(plot.intercept, 2), plot.link
    (0.83, 1.1, 0.0, 'not told')
    >>> plot.warnings
    ('1 of 5 pairs lacks a value and is left out.',)
    """
    texts = {
        field: columns.one_line(field, text)
        for field, text in (
            ("x_name", x_name),
            ("y_name", y_name),
            ("x_unit", x_unit),
            ("y_unit", y_unit),
            ("source", source),
        )
    }
    for field in ("x_name", "y_name"):
        if not texts[field]:
            raise MeasureInvalid(f"{field} is blank. Say what is measured, so that it can be read.")
    across, upwards = (
        columns.read_numbers(values, column) for values, column in ((x, "x"), (y, "y"))
    )
    if across.size != upwards.size:
        raise MeasureInvalid(
            f"x has {counted(across.size, 'value')} and y {counted(upwards.size, 'value')}. Give "
            "one of each for every pair, None where one is missing."
        )
    _check_size("x", across)
    _check_size("y", upwards)
    called = _labels(labels, across.size)
    whole = ~(np.isnan(across) | np.isnan(upwards))
    if not np.any(whole):
        raise MeasureInvalid("There is no pair with both values. Give x and y of the same things.")
    xs, ys = across[whole], upwards[whole]
    names = tuple(name for name, kept in zip(called, whole.tolist(), strict=True) if kept)
    r = _pearson(xs, ys)
    interval = _interval(r, xs.size)
    rho = _pearson(_ranks(xs), _ranks(ys))
    slope, intercept = _line(xs, ys)
    enough = xs.size >= FEWEST_PAIRS and not math.isnan(r)
    off_line = _off_line(xs, ys) if enough else np.zeros(xs.size, dtype=bool)
    curved = enough and _curved(xs, ys)
    low, high = interval
    carriers = _carriers(xs, ys) if enough and not curved and (low > 0 or high < 0) else []
    bare = Scatter(
        columns.locked(xs),
        columns.locked(ys),
        names,
        r,
        interval,
        rho,
        slope,
        intercept,
        curved,
        columns.locked(off_line),
        tuple(carriers) if len(carriers) <= RESTS_ON else (),
        texts["x_name"],
        texts["y_name"],
        texts["x_unit"],
        texts["y_unit"],
        texts["source"],
        bool(simulated),
        (),
    )
    return replace(bare, warnings=tuple(_warnings(bare, whole)))


def _check_size(column: str, values: Floats) -> None:
    too_large = np.nonzero(np.abs(values) > columns.LARGEST)[0]
    if too_large.size:
        each = [f"row {row + 1}" for row in too_large.tolist()]
        raise MeasureInvalid(
            f"A value of {column} is infinite or too large to chart: {columns.first_few(each)}. "
            "Mend it, or use None for a missing value."
        )


def _labels(labels: Iterable[object] | None, pairs: int) -> list[str]:
    by_row = [f"row {row + 1:,}" for row in range(pairs)]
    if labels is None:
        return by_row
    given = columns.read_rows("labels", labels)
    if len(given) != pairs:
        raise MeasureInvalid(
            f"There are {counted(pairs, 'pair')} and {counted(len(given), 'label')}. Give one "
            "label for each pair, or none at all."
        )
    named = (
        "" if columns.is_missing(label) else columns.one_line("A label", str(label))
        for label in given
    )
    return [name or row for name, row in zip(named, by_row, strict=True)]


def _centred(values: Floats) -> Floats:
    """Take the mean off, in units of the largest difference from it: squares then stay in range."""
    largest = float(np.max(np.abs(values))) or 1.0
    away = values / largest
    away = away - np.mean(away)
    widest = float(np.max(np.abs(away)))
    return away / widest if widest else away


def _pearson(x: Floats, y: Floats) -> float:
    """Give Pearson's r; not a number when x or y is all one value."""
    if x.size < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan
    dx, dy = _centred(x), _centred(y)
    r = float(np.sum(dx * dy) / math.sqrt(float(np.sum(dx**2)) * float(np.sum(dy**2))))
    return min(1.0, max(-1.0, r))


def _interval(r: float, pairs: int) -> tuple[float, float]:
    """Give the 95% confidence interval of r, by Fisher's z (Fisher 1921)."""
    if pairs < 4 or math.isnan(r):
        return math.nan, math.nan
    if abs(r) == 1:
        return r, r
    z, half = math.atanh(r), Z_95 / math.sqrt(pairs - 3)
    return math.tanh(z - half), math.tanh(z + half)


def _ranks(values: Floats) -> Floats:
    """Rank values from 1; equal ones share the mean of their ranks."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[place], dtype=np.float64)


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Give slope and intercept of the least-squares line; not numbers when x is all one value."""
    if np.ptp(x) == 0:
        return math.nan, math.nan
    x_mean, y_mean = float(np.mean(x)), float(np.mean(y))
    dx = _centred(x)
    # In the centred units x spans from −1 to 1 or less; give the slope in the units of x again.
    unit = float(np.ptp(x)) / float(np.ptp(dx))
    slope = float(np.sum(dx * (y - y_mean)) / np.sum(dx**2)) / unit
    return slope, y_mean - slope * x_mean


def _residuals(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Give centred x and y, and how far each y lies off the line, in the units of the centred y."""
    dx, dy = _centred(x), _centred(y)
    return dx, dy, dy - dx * (np.sum(dx * dy) / np.sum(dx**2))


def _curved(x: Floats, y: Floats) -> bool:
    """Say whether adding x² to the line helps more than chance would, by the F test."""
    from scipy.special import fdtrc

    if np.unique(x).size < 3:
        return False
    dx, dy, off = _residuals(x, y)
    bend = _residuals(x, dx**2)[2]
    left = float(np.sum(off**2))
    bends = float(np.sum(bend**2))
    if left <= ROUNDING * float(np.sum(dy**2)) or bends <= ROUNDING * float(np.sum(dx**4)):
        return False
    helped = float(np.sum(bend * off)) ** 2 / bends
    rest = left - helped
    if rest <= ROUNDING * float(np.sum(dy**2)):
        return True
    freedom = x.size - 3
    return bool(fdtrc(1, freedom, helped / (rest / freedom)) < CURVE_CHANCE)


def _off_line(x: Floats, y: Floats) -> Flags:
    """Mark pairs off the line by their externally studentised residual (Cook & Weisberg 1982)."""
    from scipy.special import stdtrit

    dx, dy, off = _residuals(x, y)
    n = x.size
    free = 1 - 1 / n - dx**2 / np.sum(dx**2)  # 0 for a pair that alone decides where the line goes
    whole, nothing = float(np.sum(off**2)), ROUNDING * float(np.sum(dy**2))
    can = (free > 1e-9) & (off**2 > nothing)
    rest = np.where(can, whole - off**2 / np.where(can, free, 1), 1.0)
    rest = np.maximum(rest, nothing)
    squared = np.where(can, off**2 / np.where(can, free, 1) * (n - 3) / rest, 0.0)
    limit = float(stdtrit(n - 3, 1 - OUTLIER_CHANCE / (2 * n)))
    return np.asarray(squared > limit**2, dtype=np.bool_)


def _carriers(x: Floats, y: Floats) -> list[int]:
    """Find the pairs without which, one at a time, no link could be told."""
    dx, dy = _centred(x), _centred(y)
    n = x.size
    drop = n / (n - 1)
    xx = np.sum(dx**2) - drop * dx**2
    yy = np.sum(dy**2) - drop * dy**2
    xy = np.sum(dx * dy) - drop * dx * dy
    some = (xx > 1e-12 * np.sum(dx**2)) & (yy > 1e-12 * np.sum(dy**2))
    r = np.where(some, xy / np.sqrt(np.where(some, xx * yy, 1.0)), 0.0)
    # The interval of r holds 0 when z is within its own half width.
    reach = math.tanh(Z_95 / math.sqrt(n - 1 - 3))
    return np.nonzero(np.abs(r) <= reach)[0].tolist()


def _warnings(plot: Scatter, whole: Flags) -> list[str]:
    """Say what was left out, and what r and the line hide."""
    warnings = []
    outliers = np.nonzero(plot.off_line)[0].tolist()
    if outliers and not plot.curved:  # a curve is told instead, and no line drawn to lie off
        lie = "pair lies" if len(outliers) == 1 else "pairs lie"
        warnings.append(f"{len(outliers):,} {lie} far off the line: {plot.called(outliers)}.")
    ranks_tell_more = abs(plot.rho) - abs(plot.r) > RANKS_TELL_MORE
    if ranks_tell_more and not plot.curved and len(plot) >= FEWEST_PAIRS:
        warnings.append(
            f"Spearman's rank correlation ({number_in_words(plot.rho, 2)}) is further from 0 than "
            f"r ({number_in_words(plot.r, 2)}): the link may be curved, or a far-off pair hides it."
        )
    if missing := int(np.count_nonzero(~whole)):
        one = missing == 1
        warnings.append(
            f"{missing:,} of {counted(whole.size, 'pair')} {'lacks' if one else 'lack'} a value "
            f"and {'is' if one else 'are'} left out."
        )
    return warnings
