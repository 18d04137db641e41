"""How far two raters agree on the same records.

Agreement is shown as the per cent of records judged alike, as the per cent for each answer, and as
Cohen's kappa (1960): how much of the agreement that chance leaves room for was reached. Its
standard error is that of Fleiss, Cohen & Everitt (1969). Where nearly all records get one answer,
chance leaves little room, and kappa can be low though the raters hardly ever differ (Feinstein &
Cicchetti 1990).

References
----------
Cohen J (1960). A coefficient of agreement for nominal scales. Educational and Psychological
Measurement 20(1): 37-46.

Feinstein AR, Cicchetti DV (1990). High agreement but low kappa: I. The problems of two paradoxes.
Journal of Clinical Epidemiology 43(6): 543-549.

Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted kappa.
Psychological Bulletin 72(5): 323-327.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.errors import QIToolsError
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Agreement", "RatersInvalid", "agreement", "percent"]

NORMAL_95 = 1.959964
FEW_RECORDS = 30
"""With fewer records than this the standard error is called rough: a choice made here."""
DOMINANT, HIGH_AGREEMENT, LOW_KAPPA = 0.8, 0.8, 0.6
"""When kappa's paradox is told: one answer has this share, agreement is high and kappa is low.

The three limits are choices made here.
"""
MOST_ANSWERS = 20


class RatersInvalid(QIToolsError):
    """Two raters can't be compared, or can't judge, as was asked for."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree on the same records.

    Make one with `agreement`, or from the counts.

    Parameters
    ----------
    answers : tuple of str
        The answers that could be given; 2 to 20.
    counts : tuple of tuple of int
        How many records got each pair of answers: a row for each answer of the first rater, a
        column for each of the second.

    Raises
    ------
    RatersInvalid
        If the counts are no square of whole numbers of 0 or more, or no record was judged.

    Examples
    --------
    >>> both = Agreement(("yes", "no"), ((20, 5), (10, 15)))
    >>> both.agreed, round(both.by_chance, 2), round(both.kappa, 2)
    (0.7, 0.5, 0.4)
    """

    answers: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", tuple(self.answers))
        object.__setattr__(self, "counts", tuple(map(tuple, self.counts)))
        size = len(self.answers)
        if not 2 <= size <= MOST_ANSWERS or len(set(self.answers)) < size:
            raise RatersInvalid(
                f"The answers are {self.answers!r}. Use 2 to {MOST_ANSWERS} different ones."
            )
        if len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise RatersInvalid(
                f"The counts don't fit {size} answers. Give {size} rows of {size} counts."
            )
        for count in (count for row in self.counts for count in row):
            if not isinstance(count, Integral) or isinstance(count, bool) or count < 0:
                raise RatersInvalid(f"A count is {count!r}. Use whole numbers of 0 or more.")
        if self.records == 0:
            raise RatersInvalid("No record was judged by both raters. Give at least one.")

    @property
    def records(self) -> int:
        """How many records both raters judged."""
        return sum(map(sum, self.counts))

    @property
    def first_totals(self) -> tuple[int, ...]:
        """How often the first rater gave each answer."""
        return tuple(map(sum, self.counts))

    @property
    def second_totals(self) -> tuple[int, ...]:
        """How often the second rater gave each answer."""
        return tuple(map(sum, zip(*self.counts, strict=True)))

    @property
    def alike(self) -> int:
        """How many records the raters judged alike."""
        return sum(row[place] for place, row in enumerate(self.counts))

    @property
    def agreed(self) -> float:
        """The share of records judged alike, from 0 to 1."""
        return self.alike / self.records

    @property
    def by_chance(self) -> float:
        """The share that chance alone would give, were each rater's answers dealt out at random."""
        pairs = zip(self.first_totals, self.second_totals, strict=True)
        return sum(first * second for first, second in pairs) / self.records**2

    @property
    def agreed_by_answer(self) -> tuple[float, ...]:
        """Of all times either rater gave an answer, the share in which the other gave it too.

        Not a number for an answer that no one gave.
        """
        totals = zip(self.first_totals, self.second_totals, strict=True)
        return tuple(
            2 * self.counts[place][place] / (first + second) if first + second else math.nan
            for place, (first, second) in enumerate(totals)
        )

    @property
    def kappa(self) -> float:
        """Cohen's kappa: 1 is full agreement, 0 what chance gives, below 0 is less than that.

        Not a number when both raters gave all records the same answer.
        """
        room = 1 - self.by_chance
        return (self.agreed - self.by_chance) / room if room else math.nan

    @property
    def standard_error(self) -> float:
        """The large-sample standard error of kappa.

        Not a number when the raters agree on every record: the formula gives 0 there, which no
        number of records justifies.
        """
        if self.alike == self.records:
            return math.nan
        kappa, chance, n = self.kappa, self.by_chance, self.records
        first = [total / n for total in self.first_totals]
        second = [total / n for total in self.second_totals]
        diagonal = math.fsum(
            self.counts[i][i] / n * (1 - (first[i] + second[i]) * (1 - kappa)) ** 2
            for i in range(len(first))
        )
        beside = math.fsum(
            count / n * (second[i] + first[j]) ** 2
            for i, row in enumerate(self.counts)
            for j, count in enumerate(row)
            if i != j
        )
        variance = (diagonal + (1 - kappa) ** 2 * beside - (kappa - chance * (1 - kappa)) ** 2) / (
            n * (1 - chance) ** 2
        )
        return math.sqrt(max(0.0, variance))  # rounding may leave a little less than 0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% confidence interval of kappa, cut off at -1 and 1; or two not a numbers."""
        if math.isnan(self.standard_error):
            return math.nan, math.nan
        half = NORMAL_95 * self.standard_error
        return max(-1.0, self.kappa - half), min(1.0, self.kappa + half)

    @property
    def dominant(self) -> tuple[str, float]:
        """The most frequent answer, and its share of both raters' answers."""
        totals = zip(self.first_totals, self.second_totals, strict=True)
        shares = [(first + second) / (2 * self.records) for first, second in totals]
        most = max(range(len(shares)), key=shares.__getitem__)
        return self.answers[most], shares[most]

    @property
    def paradox(self) -> str:
        """Why kappa is low though the raters hardly ever differ; empty where it is not so."""
        answer, share = self.dominant
        if share < DOMINANT or self.agreed < HIGH_AGREEMENT or self.kappa >= LOW_KAPPA:
            return ""
        if math.isnan(self.kappa):
            return (
                f'All records got "{answer}", so chance leaves no room and kappa can\'t be '
                "computed. Such records can't show whether the raters tell anything apart."
            )
        return (
            f'This is kappa\'s paradox: {percent(share)} of all answers are "{answer}", so chance '
            f"alone would give {percent(self.by_chance)} agreement and a few differences pull "
            "kappa down. Read the agreement on each answer, and judge records in which the answers "
            "are more even."
        )

    @property
    def table(self) -> DataFrame:
        """The counts, one row an answer of the first rater; each call gives a new table."""
        from pandas import DataFrame

        return DataFrame(
            {"first rater": self.answers}
            | {
                f"second: {answer}": [row[place] for row in self.counts]
                for place, answer in enumerate(self.answers)
            }
        )

    def describe(self) -> str:
        r"""Describe the agreement in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> print(Agreement(("yes", "no"), ((20, 5), (10, 15))).describe().replace(". ", ".\n"))
        The raters agreed on 35 of 50 records (70%); chance alone would give 50%.
        Kappa is 0.4, with 95% confidence from 0.15 to 0.65.
        """
        said = [
            f"The raters agreed on {self.alike:,} of {counted(self.records, 'record')} "
            f"({percent(self.agreed)}); chance alone would give {percent(self.by_chance)}."
        ]
        low, high = self.interval
        if not math.isnan(low):
            said.append(
                f"Kappa is {number_in_words(self.kappa, 2)}, with 95% confidence from "
                f"{number_in_words(low, 2)} to {number_in_words(high, 2)}."
            )
        elif not math.isnan(self.kappa):
            said.append("Kappa is 1; how surely can't be told when no record differs.")
        said.append(self.paradox)
        return shortened(" ".join(filter(None, said)), LONGEST)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell of the agreement, in paragraphs."""
        each = ", ".join(
            f'"{answer}" {percent(share)}'
            for answer, share in zip(self.answers, self.agreed_by_answer, strict=True)
            if not math.isnan(share)
        )
        leaning = ", ".join(
            f'"{answer}" {first:,} and {second:,} times'
            for answer, first, second in zip(
                self.answers, self.first_totals, self.second_totals, strict=True
            )
        )
        few = (
            f" With {counted(self.records, 'record')} the confidence limits are rough."
            if self.records < FEW_RECORDS and not math.isnan(self.standard_error)
            else ""
        )
        return (
            self.describe() + few,
            f"Of all times one of them gave an answer, the other gave it too: {each}. The first "
            f"and the second rater said {leaning}.",
            "Kappa tells how much of the agreement that chance leaves room for was reached. It "
            "depends on how frequent the answers are, so do not compare it between sets of records "
            "with another mix. Agreement is not truth: two raters can share a mistake.",
        )


def agreement(
    first: Iterable[Hashable],
    second: Iterable[Hashable],
    answers: Sequence[str] | None = None,
) -> Agreement:
    """Compare what two raters said of the same records, one by one.

    Parameters
    ----------
    first, second : iterable
        Each rater's answers, in the same order of records. True and False read as "yes" and "no".
    answers : sequence of str, optional
        The answers that could be given; left out, those that were, in the order in which they come.
        It takes two or more.

    Returns
    -------
    Agreement

    Raises
    ------
    RatersInvalid
        If the lengths differ, an answer is missing, or is none of those that could be given.

    Examples
    --------
    >>> agreement([True, True, False], [True, False, False]).counts
    ((1, 1), (0, 1))
    """
    rows = [[_answer(answer) for answer in given] for given in (first, second)]
    if len(rows[0]) != len(rows[1]):
        raise RatersInvalid(
            f"The first rater gave {counted(len(rows[0]), 'answer')} and the second "
            f"{len(rows[1]):,}. Give both raters' answers on the same records."
        )
    pairs = list(zip(*rows, strict=True))
    for record, pair in enumerate(pairs, start=1):
        if not all(pair):
            raise RatersInvalid(
                f"An answer on record {record} is missing. Leave out records that one rater did "
                "not judge, and say how many there were."
            )
    seen = list(dict.fromkeys(answer for pair in pairs for answer in pair))
    if answers is None:
        if seen and set(seen) <= {"yes", "no"}:
            seen = ["yes", "no"]
        known = seen
    else:
        known = [_answer(answer) for answer in answers]
    if unknown := [answer for answer in seen if answer not in known]:
        raise RatersInvalid(
            f"{unknown[0]!r} is none of the answers. Use one of: {', '.join(known)}."
        )
    if len(known) == 1:
        raise RatersInvalid(
            f"Every answer is {known[0]!r}. Say which others could have been given, such as "
            'answers=("prompt", "late").'
        )
    return Agreement(
        tuple(known), tuple(tuple(pairs.count((one, two)) for two in known) for one in known)
    )


def _answer(given: object) -> str:
    """Read an answer; blank when there is none."""
    # The marks of numpy and pandas are known by name, so that neither need be loaded to ask.
    kind = type(given).__name__
    not_a_number = isinstance(given, float) and math.isnan(given)
    if given is None or not_a_number or kind in {"NAType", "NaTType"}:
        return ""
    if kind in {"bool", "bool_"}:
        return "yes" if given else "no"
    return " ".join(str(given).split())


def percent(share: float) -> str:
    """Write a share in per cent; what is not quite all never reads as all.

    Examples
    --------
    >>> percent(0.7), percent(0.9999)
    ('70%', '99.99%')
    """
    text = number_in_words(100 * share, 2)
    return f"{number_in_words(100 * share, 4) if text == '100' and share < 1 else text}%"
