"""A Pareto chart: the causes of a problem, the most frequent first.

It helps to choose where to begin. Sorted bars always fall from left to right, even where every
cause is as common as any other (Wilkinson 2006), and that a few causes make most of the trouble is
often seen but is no law. So three questions are asked before any causes are called the *vital few*
(Juran's words):

1. Do few causes make 80%? Few means up to three if that is no more than half of the causes that
   were seen, or else no more than a third: two of four, three of eight, four of twelve. This is a
   choice made here; no one has settled it.
2. Are the differences more than chance? Counts of separate events are tested against causes that
   are all equally common, by Pearson's chi-square. Amounts such as minutes lost can't be tested so.
3. Are there enough events to tell? With n events and k causes the test is trusted from n = 10 and
   n²/k = 10 on (Koehler & Larntz 1980).

An "Other" is no cause but a collection: it stays last whatever its size, counts towards the whole,
and is never one of the vital few.

References
----------
Juran JM (1975). The non-Pareto principle; mea culpa. Quality Progress 8(5): 8-9.

Koehler KJ, Larntz K (1980). An empirical investigation of goodness-of-fit statistics for sparse
multinomials. Journal of the American Statistical Association 75: 336-344.

Wilkinson L (2006). Revising the Pareto chart. The American Statistician 60(4): 332-334.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from qi_tools import columns
from qi_tools.alternatives import shortened
from qi_tools.errors import MeasureInvalid
from qi_tools.phases import Floats
from qi_tools.result import Result
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    named,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.words import counted, listed, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Pareto", "pareto"]

MOST_OF_IT = 0.8
A_FEW = 3
SIGNIFICANT = 0.05
FEWEST_EVENTS, LEAST_EVENTS_SQUARED_PER_CAUSE = 10, 10
MANY_CAUSES = 15
# Whole numbers above this are no counts of events, and floats no longer hold them all.
LARGEST_COUNT = 1e9
OTHERS = frozenset(
    {
        "all other",
        "all others",
        "any other",
        "misc",
        "misc.",
        "miscellaneous",
        "other",
        "other (please specify)",
        "other cause",
        "other causes",
        "other reason",
        "other reasons",
        "others",
        "something else",
    }
)
NAMED_IN_FULL = 3
ROOM_FOR_CAUSE, ROOM_FOR_TITLE = 40, 70
RUN_CHART_FIRST = (
    "Check on a run chart first that the total is steady. Where the process changed, a Pareto "
    "chart mixes what went wrong before with what goes wrong now, and its order will not last."
)


@dataclass(frozen=True, slots=True, eq=False)
class Pareto(Result):
    """Causes and how much each of them makes, the largest first.

    Make one with `pareto`. The array is a copy and can't be written to.

    Parameters
    ----------
    causes : tuple of str
        The causes, largest first; those of one size in the order in which they were given, and
        any "Other" last.
    counts : ndarray of float, shape (causes,)
        How many events each cause has, or how much it makes.
    named : int
        How many causes were seen at all, "Other" not among them and gathered ones counted singly.
    needed : int
        The fewest causes that make 80% of the whole. 0 when all that are named don't.
    chance : float
        How probable differences this large are when all causes are equally common. Not a number
        when there are too few events to tell, or amounts instead of events.
    events : bool
        True when the counts are whole numbers, taken as counts of separate events.
    others : int
        How many of the last causes are an "Other".
    name : str
        What goes wrong, such as ``"Cancelled appointments"``.
    unit : str
        What is counted, such as ``"appointments"`` or ``"minutes lost"``.
    source : str
        Where the counts come from.
    simulated : bool
        True when the counts are made up.
    warnings : tuple of str
        What a reader should know before trusting the chart, the most important first.
    """

    drawn_by: ClassVar[str] = "pareto"

    causes: tuple[str, ...]
    counts: Floats
    named: int
    needed: int
    chance: float
    events: bool
    others: int
    name: str
    unit: str
    source: str
    simulated: bool
    warnings: tuple[str, ...]

    @property
    def total(self) -> float:
        """All counts together."""
        return math.fsum(self.counts.tolist())

    @property
    def shares(self) -> Floats:
        """How much of the whole each cause makes, in per cent, shape (causes,)."""
        return np.asarray(100 * (self.counts / self.total), dtype=np.float64)

    @property
    def cumulative(self) -> Floats:
        """How much of the whole each cause and those before it make, in per cent."""
        together = 100 * np.cumsum(self.counts / self.total)
        together[-1] = 100  # whatever was lost by rounding
        return np.asarray(np.minimum(together, 100), dtype=np.float64)

    @property
    def vital_few(self) -> tuple[str, ...]:
        """The fewest causes that make 80%, if they are few and not so by chance; else none."""
        most = max(min(A_FEW, self.named // 2), self.named // 3)
        told = self.chance < SIGNIFICANT or not self.events
        return self.causes[: self.needed] if 0 < self.needed <= most and told else ()

    @property
    def finding(self) -> str:
        """Whether few causes make most of it, in plain sentences."""
        few = self.vital_few
        if few:
            made = number_in_words(float(self.cumulative[len(few) - 1]), 2)
            does = "makes" if len(few) == 1 else "make"
            return (
                f"Vital few: {len(few):,} of {self.named:,} causes {does} {made}%: "
                f"{_together(few)}."
            )
        if self.named == 0:
            return "No cause is named, so there is nothing to choose from."
        if self.named == 1:
            return "Only one cause is named, so there is nothing to choose from."
        if self.events and math.isnan(self.chance):
            return f"No vital few: {self._amount(self.total)} are too few to tell causes apart."
        if self.chance >= SIGNIFICANT:
            return (
                "No vital few: the differences are no larger than chance makes them where all "
                f"causes are equally common (p {_p(self.chance)})."
            )
        if not self.needed:
            return (
                "No vital few: so much is under "
                f'"{shortened(self.causes[-1], ROOM_FOR_CAUSE)}" that the named causes make less '
                "than 80%."
            )
        return (
            f"No vital few: it takes {self.needed:,} of the {self.named:,} causes to make 80%. "
            f"The largest, {_together(self.causes[:1])}, makes "
            f"{number_in_words(float(self.shares[0]), 2)}%."
        )

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a cause.

        Columns: ``cause``, ``count``, ``share`` and ``cumulative_share`` (both in per cent) and
        ``vital_few``. Each call gives a new table.
        """
        from pandas import DataFrame

        return DataFrame(
            {
                "cause": self.causes,
                "count": self.counts.copy(),
                "share": self.shares,
                "cumulative_share": self.cumulative,
                "vital_few": np.arange(len(self.causes)) < len(self.vital_few),
            }
        )

    def describe(self) -> str:
        r"""Describe the chart in words, for those who can't see it and for those who can.

        Returns
        -------
        str
            A few plain sentences, at most 600 characters: also the chart's text alternative.

        Examples
        --------
        >>> chart = pareto(["No letter", "Unwell", "Traffic", "Strike", "Other"],
        ...                [61, 12, 6, 2, 9], name="Missed clinics", unit="appointments")
        >>> print(chart.describe().replace(". ", ".\n"))
        Pareto chart of Missed clinics: 90 appointments by cause.
        Largest first: No letter 61 (68%), Unwell 12 (13%), Traffic 6 (6.7%) and 2 more.
        Vital few: 2 of 4 causes make 81%: No letter and Unwell.
        """
        return fitted(
            (
                Sentence(self._title),
                Sentence(self._ranked(NAMED_IN_FULL), self._ranked(1), spare=4),
                Sentence(self.finding),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Say all there is to say of the chart, for a page beside it.

        Returns
        -------
        tuple of str
            Paragraphs: what is shown, what it means, what to check first, what it can't say.

        Examples
        --------
        >>> pareto(["A", "B"], [3, 1]).report()[1].split(". ")[0]
        'No vital few: 4 events are too few to tell causes apart'
        """
        shown = [self._title, self._ranked(len(self.causes)), provenance(self)]
        asked = (
            "Causes are called the vital few when up to three of them, and no more than half, or "
            "else no more than a third, make 80%"
            + (" and the differences are more than chance" if self.events else "")
            + ". That a few causes make most of a problem is often seen, but it is no law."
        )
        tested = []
        if not math.isnan(self.chance):
            tested.append(
                "Against causes that are all equally common, the chi-square test gives "
                f"p {_p(self.chance)}. It takes the counts as separate events."
            )
        limits = (
            "The chart ranks how much, not how bad: a rare cause can do more harm than a frequent "
            "one. What stands first is where to look first, not who is to blame, and neighbours "
            "of nearly one size may change places by chance."
        )
        return paragraphs(
            " ".join(filter(None, shown)),
            " ".join((self.finding, *([asked] if self.named > 1 else []), *tested)),
            RUN_CHART_FIRST,
            limits,
            warned(self.warnings),
        )

    @property
    def _title(self) -> str:
        of = f" of {shortened(self.name, ROOM_FOR_TITLE)}" if self.name else ""
        return f"Pareto chart{of}: {self._amount(self.total)} by cause."

    def _amount(self, count: float) -> str:
        # Eight figures: a count of events is said whole.
        figure = number_in_words(count, 8 if self.events else 3)
        unit = shortened(self.unit, ROOM_FOR_CAUSE) or ("events" if self.events else "in all")
        return f"{figure} {unit}"

    def _ranked(self, most: int) -> str:
        shares = self.shares.tolist()
        each = [
            f"{shortened(cause, ROOM_FOR_CAUSE)} {number_in_words(count, 8 if self.events else 3)} "
            f"({number_in_words(share, 2)}%)"
            for cause, count, share in zip(self.causes, self.counts.tolist(), shares, strict=True)
        ]
        return f"Largest first: {named(each, most)}."


def pareto(
    causes: Iterable[object],
    counts: Iterable[object] | None = None,
    *,
    name: str = "",
    unit: str = "",
    source: str = "",
    simulated: bool = False,
    most: int | None = None,
) -> Pareto:
    """Order the causes of a problem by size, and say whether few of them make most of it.

    Causes that differ only in capital letters and spaces are one cause, and a warning says so. A
    cause that comes several times is added up.

    Parameters
    ----------
    causes : iterable of str
        One row an event: its cause. With `counts`, one row a cause. None, not a number and blank
        text are missing: not counted, and a warning says so.
    counts : iterable of float, optional
        How often each cause came, or how much it made, such as minutes lost: 0 or more. When all
        are whole numbers they are taken as counts of separate events. None is missing.
    name : str
        What goes wrong, such as ``"Cancelled appointments"``.
    unit : str
        What is counted, such as ``"appointments"`` or ``"minutes lost"``.
    source : str
        Where the counts come from.
    simulated : bool
        True when the counts are made up.
    most : int, optional
        Show at most so many causes, and gather the smaller ones as ``"Other (12 causes)"``; never
        the vital few, nor a single cause. Left out, every cause is shown.

    Returns
    -------
    Pareto

    Raises
    ------
    MeasureInvalid
        If there are no causes, the lengths differ, a count is negative, infinite or not a number,
        all counts are 0, or `most` is not a whole number above 0.

    References
    ----------
    Juran (1975); Koehler & Larntz (1980); Wilkinson (2006); see the module for each.

    Examples
    --------
    >>> reasons = ["No letter", "unwell", "No letter", None, "Other", "No letter", "Unwell"]
    >>> chart = pareto(reasons, name="Missed clinics")
    >>> chart.causes, chart.counts.tolist(), chart.cumulative.round(1).tolist()
    (('No letter', 'unwell', 'Other'), [3.0, 2.0, 1.0], [50.0, 83.3, 100.0])
    >>> print(chart.warnings[0])
    1 row of 7 names no cause and is not counted.
    """
    name, unit, source = (
        columns.one_line(field, text)
        for field, text in (("name", name), ("unit", unit), ("source", source))
    )
    if most is not None and not (columns.is_whole(most) and most > 0):
        raise MeasureInvalid(f"most is {most!r}. Use a whole number above 0, such as 8.")
    rows = [_cause(row) for row in columns.read_rows("causes", causes)]
    sizes = _sizes(counts, len(rows))
    spellings, amounts = _added_up(rows, sizes)
    whole = math.fsum(amounts)
    if not spellings:
        raise MeasureInvalid(
            "There are no causes to count. Give one row an event, or causes and their counts."
        )
    if whole == 0:
        raise MeasureInvalid("All counts are 0, so no cause is larger than another.")
    events = bool(np.all(sizes[~np.isnan(sizes)] % 1 == 0)) and whole <= LARGEST_COUNT
    largest_first = sorted(range(len(spellings)), key=lambda place: -amounts[place])
    own = [place for place in largest_first if not _is_other(spellings[place][0])]
    others = [place for place, each in enumerate(spellings) if _is_other(each[0])]
    seen = [amounts[place] for place in own if amounts[place] > 0]
    warnings = []
    if counts is None and len(rows) > 5 and len(spellings) == len(rows):
        warnings.append(
            "Every row has a cause of its own. One row a cause needs counts, and free text must "
            "be put into groups first."
        )
    other = math.fsum(amounts[place] for place in others)
    if others and other >= max(seen, default=0.0):
        warnings.append(
            f"{listed([spellings[place][0] for place in others])} "
            f"{'holds' if len(others) == 1 else 'hold'} {number_in_words(100 * other / whole, 2)}"
            "%, no less than any named cause. Look into it before choosing."
        )
    warnings += _missing_warnings(rows, sizes, counts is not None, unit)
    warnings += _spelling_warnings(spellings)
    chart = Pareto(
        tuple(spellings[place][0] for place in (*own, *others)),
        columns.locked(np.array([amounts[place] for place in (*own, *others)])),
        len(seen),
        _needed(seen, whole),
        _chance(seen) if events else math.nan,
        events,
        len(others),
        name,
        unit,
        source,
        bool(simulated),
        tuple(warnings),
    )
    return _gathered(chart, most)


def _cause(row: object) -> str:
    """Read the name of a cause; blank when there is none."""
    if columns.is_missing(row):
        return ""
    if isinstance(row, float) and row.is_integer():
        row = int(row)  # a column of codes with a gap comes as floats
    return columns.one_line("A cause", str(row))


def _sizes(counts: Iterable[object] | None, rows: int) -> Floats:
    """Read how much each row makes; 1 each when rows are events."""
    if counts is None:
        return np.ones(rows)
    sizes = columns.read_numbers(counts, "counts")
    if sizes.size != rows:
        raise MeasureInvalid(
            f"There are {counted(rows, 'cause')} and {counted(sizes.size, 'count')}. Give one "
            "count for each cause."
        )
    for fault, where in (
        ("negative", sizes < 0),
        ("infinite or too large", np.abs(sizes) > columns.LARGEST),
    ):
        if np.any(where):
            each = [f"row {row + 1}" for row in np.nonzero(where)[0].tolist()]
            raise MeasureInvalid(
                f"A count is {fault}: {columns.first_few(each)}. Use 0 or more, or None for a "
                "missing count."
            )
    return sizes


def _added_up(rows: list[str], sizes: Floats) -> tuple[list[tuple[str, ...]], list[float]]:
    """Add up the rows of each cause, in the order in which causes first come.

    Returns the spellings of each cause, the most frequent one first, and how much it makes.
    """
    spellings: dict[str, Counter[str]] = {}
    amounts: dict[str, list[float]] = {}
    for cause, size in zip(rows, sizes.tolist(), strict=True):
        if cause and not math.isnan(size):
            key = cause.casefold()
            spellings.setdefault(key, Counter())[cause] += 1
            amounts.setdefault(key, []).append(size)
    ordered = [tuple(spelling for spelling, _ in each.most_common()) for each in spellings.values()]
    return ordered, [math.fsum(each) for each in amounts.values()]


def _is_other(cause: str) -> bool:
    return cause.casefold() in OTHERS


def _needed(seen: list[float], whole: float) -> int:
    """Count the fewest causes that make 80%; 0 when all of them together don't."""
    together = np.cumsum(np.array(seen) / whole) if seen else np.zeros(0)
    enough = np.nonzero(together >= MOST_OF_IT - 1e-9)[0]
    return int(enough[0]) + 1 if enough.size else 0


def _chance(seen: list[float]) -> float:
    """Test counts of events against causes that are all equally common."""
    events, causes = sum(seen), len(seen)
    if causes < 2 or events < FEWEST_EVENTS or events**2 / causes < LEAST_EVENTS_SQUARED_PER_CAUSE:
        return math.nan
    from scipy.special import chdtrc

    expected = events / causes
    return float(chdtrc(causes - 1, sum((count - expected) ** 2 for count in seen) / expected))


def _missing_warnings(rows: list[str], sizes: Floats, with_counts: bool, unit: str) -> list[str]:
    warnings = []
    nameless = [size for cause, size in zip(rows, sizes.tolist(), strict=True) if not cause]
    if nameless:
        one = len(nameless) == 1
        held = math.fsum(size for size in nameless if not math.isnan(size))
        amount = f" ({number_in_words(held)} {unit or 'in all'})" if with_counts else ""
        warnings.append(
            f"{counted(len(nameless), 'row')} of {len(rows):,}{amount} "
            f"{'names' if one else 'name'} no cause and {'is' if one else 'are'} not counted."
        )
    empty = sum(
        bool(cause) and math.isnan(size) for cause, size in zip(rows, sizes.tolist(), strict=True)
    )
    if empty:
        one = empty == 1
        warnings.append(
            f"{counted(empty, 'row')} of {len(rows):,} {'has' if one else 'have'} a cause but no "
            f"count, and {'is' if one else 'are'} left out."
        )
    return warnings


def _spelling_warnings(spellings: list[tuple[str, ...]]) -> list[str]:
    joined = [listed(several) for several in spellings if len(several) > 1]
    if not joined:
        return []
    return [f"Spelled in more than one way and counted as one: {columns.first_few(joined)}."]


def _gathered(chart: Pareto, most: int | None) -> Pareto:
    """Gather the smallest causes as asked, and warn where asking would help."""
    causes, bars = chart.causes, len(chart.causes) - chart.others
    if most is None:
        if bars <= MANY_CAUSES:
            return chart
        advice = f"{bars} causes are many to read. Gather the smallest of them as one (most=8)."
        return replace(chart, warnings=(*chart.warnings, advice))
    kept = max(most, len(chart.vital_few))
    warnings = chart.warnings
    if most < kept:
        hidden = f"most={most} would hide some of the vital few, so all {kept} of them are shown."
        warnings = (*warnings, hidden)
    gathered = bars - kept
    if gathered < 1 or (gathered == 1 and not chart.others):
        return replace(chart, warnings=warnings)
    together = math.fsum(chart.counts[kept:].tolist())
    label = (
        f"{causes[bars]} and {counted(gathered, 'more cause')}"
        if chart.others
        else f"Other ({counted(gathered, 'cause')})"
    )
    return replace(
        chart,
        causes=(*causes[:kept], label),
        counts=columns.locked(np.append(chart.counts[:kept], together)),
        others=1,
        warnings=warnings,
    )


def _together(causes: tuple[str, ...]) -> str:
    return named([shortened(cause, ROOM_FOR_CAUSE) for cause in causes], NAMED_IN_FULL)


def _p(chance: float) -> str:
    return "below 0.001" if chance < 0.001 else number_in_words(chance, 2)
