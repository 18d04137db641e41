"""The effects of a factorial experiment, and which of them stand out from chance.

An effect is the mean of the runs at the high level less that at the low level; an interaction
likewise, with the products of the signs (Box, Hunter & Hunter 2005). How large an effect must be
before it stands out is judged by the scatter of repeated runs or, without repeats, by Lenth's
pseudo standard error, which takes it that most effects are no more than chance (Lenth 1989).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from qi_tools.alternatives import shortened
from qi_tools.experiments.factorial.designs import Factor, sign_of
from qi_tools.experiments.factorial.filled_sheets import FilledSheet
from qi_tools.measure import Measure
from qi_tools.result import Result
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    introduced,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Effect", "Effects", "Verdict", "effects", "lenth_standard_error", "with_sign"]

Verdict: TypeAlias = Literal["stands out", "may stand out", "like chance", "not judged"]

FEWEST_TO_JUDGE = 7
"""With fewer effects than this, the middle one is no yardstick: a choice made here."""
CONFIDENCE = 0.95
# What is left of an effect of 0 after rounding, as a part of the largest response.
ROUNDING = 1e-12
MOST_NAMED, ROOM_FOR_FINDING = 3, 200


@dataclass(frozen=True, slots=True)
class Effect:
    """How much the response changes with a factor, or with factors together.

    Parameters
    ----------
    word : str
        Its letters, such as ``"AC"``.
    label : str
        The factors' names, such as ``"coin × way"``.
    value : float
        The mean of the runs at its high side less that at its low side, in the response's unit.
    verdict : {"stands out", "may stand out", "like chance", "not judged"}
        Whether it stands out from the rest: beyond the margin for all effects together, beyond that
        for a single one only, within both, or no margin could be had.
    aliases : tuple of str
        The words of the effects that can't be told from it.
    """

    word: str
    label: str
    value: float
    verdict: Verdict
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Effects(Result):
    """The effects of a factorial experiment; they draw themselves as dots along an axis.

    Make them with `effects`.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.
    effects : tuple of Effect
        Main effects first, then interactions of two factors, and so on.
    standard_error : float
        Of an effect: from the scatter of the repeats or, without repeats, Lenth's pseudo standard
        error. Not a number when there is nothing to judge by.
    freedom : float
        Its degrees of freedom; a third of the number of effects for Lenth's.
    margin : float
        A single effect of pure chance is larger than this in about 1 of 20 experiments.
    simultaneous_margin : float
        The largest effect of pure chance is larger than this in about 1 of 20 experiments.
    warnings : tuple of str
        What a reader should know before trusting the effects.
    """

    drawn_by: ClassVar[str] = "effects"

    done: FilledSheet
    effects: tuple[Effect, ...]
    standard_error: float
    freedom: float
    margin: float
    simultaneous_margin: float
    warnings: tuple[str, ...]

    @property
    def judged(self) -> bool:
        """Whether there is a yardstick for chance."""
        return not math.isnan(self.standard_error)

    @property
    def largest_first(self) -> tuple[Effect, ...]:
        """The effects by size, whichever their sign."""
        return tuple(sorted(self.effects, key=lambda effect: -abs(effect.value)))

    def of(self, factors: Iterable[Factor]) -> Effect:
        """Give the effect of factors together; in a fraction the one that it can't be told from."""
        word = self.done.design.word(factors)
        same = {word, f"-{word}"}
        return next(each for each in self.effects if same & {each.word, *each.aliases})

    @property
    def table(self) -> DataFrame:
        """The effects, one row each, the largest first; each call gives a new table.

        Columns: ``effect``, ``letters``, ``value``, ``verdict`` and ``mixed_up_with``.
        """
        from pandas import DataFrame

        return DataFrame(
            [
                {
                    "effect": effect.label,
                    "letters": effect.word,
                    "value": effect.value,
                    "verdict": effect.verdict,
                    "mixed_up_with": ", ".join(effect.aliases),
                }
                for effect in self.largest_first
            ]
        )

    @property
    def finding(self) -> str:
        """Which effects stand out from the rest, in plain sentences."""
        if not self.judged:
            return "Which effects are more than chance can't be told from these runs."
        by_verdict: dict[Verdict, list[str]] = {}
        for effect in self.largest_first:
            by_verdict.setdefault(effect.verdict, []).append(effect.label)
        sure, perhaps = by_verdict.get("stands out", []), by_verdict.get("may stand out", [])
        if not sure and not perhaps:
            return "No effect stands out: none can be told from chance."
        stand = "Stands" if len(sure) == 1 else "Stand"
        said = [
            f"{stand} out: {joined(sure)}." if sure else "",
            f"May stand out: {joined(perhaps)}." if perhaps else "",
            "The others can't be told from chance." if "like chance" in by_verdict else "",
        ]
        return " ".join(filter(None, said))

    def describe(self) -> str:
        r"""Describe the effects in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> from qi_tools.experiments.factorial.designs import FactorialDesign
        >>> from qi_tools.experiments.factorial.filled_sheets import filled
        >>> from qi_tools.experiments.factorial.run_sheets import standard_order
        >>> design = FactorialDesign(
        ...     (Factor("Temperature", "160", "180"), Factor("Concentration", "20", "40"),
        ...      Factor("Catalyst", "A", "B")))
        >>> yields = [60, 72, 54, 68, 52, 83, 45, 80]
        >>> done = filled(standard_order(design), yields, name="Yield", unit="%")
        >>> print(effects(done).describe().replace(". ", ".\n"))
        Effects on Yield, %: 3 factors, 8 runs, mean 64.2.
        Largest: Temperature +23, Temperature × Catalyst +10 and Concentration -5.
        Stands out: Temperature.
        May stand out: Temperature × Catalyst.
        The others can't be told from chance.
        The runs are in standard order.
        """
        mixed = "A fraction: each effect is mixed up with others."
        return fitted(
            (
                introduced(self.done.measure, self._introduction),
                Sentence(f"Largest: {joined(self._sizes[:MOST_NAMED])}.", spare=3),
                Sentence(self.finding, shortened(self.finding, ROOM_FOR_FINDING), spare=4),
                *([Sentence(mixed)] if self.done.design.generators else []),
                *warning(self.warnings),
            )
        )

    @property
    def _sizes(self) -> list[str]:
        return [f"{each.label} {with_sign(each.value)}" for each in self.largest_first]

    def _introduction(self, measure: Measure) -> str:
        of = f"{measure.name}, {measure.unit}" if measure.unit else measure.name
        made_up = " (simulated data)" if measure.simulated else ""
        return (
            f"Effects on {of}{made_up}: {len(self.done.design.factors)} factors, "
            f"{len(self.done.responses)} runs, mean {number_in_words(self.done.mean)}."
        )

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell of the effects, in paragraphs."""
        design = self.done.design
        return paragraphs(
            f"{self._introduction(self.done.measure)} {design.describe()}",
            f"Effects, the largest first: {joined(self._sizes)}. An effect is the mean of the runs "
            "at the second level less the mean at the first.",
            f"{self.finding} {self._yardstick}",
            "Where an interaction stands out, what one factor does depends on the other: read the "
            "means at the corners, not the main effects of these factors on their own.",
            " ".join(design.alias_words),
            warned(self.warnings),
            provenance(self.done),
        )

    @property
    def _yardstick(self) -> str:
        if not self.judged:
            return "There is no yardstick for chance here, so the effects are not judged."
        by = (
            f"the scatter of the repeats ({self.freedom:g} degrees of freedom)"
            if self.done.design.repeats > 1
            else "Lenth's pseudo standard error, from the effects themselves: if many of them are "
            "real, they hide one another"
        )
        return (
            f"Chance is judged by {by}. An effect may stand out beyond "
            f"{number_in_words(self.margin)} either way: a single effect of chance does so in "
            "about 1 of 20 experiments, or fewer. It stands out beyond "
            f"{number_in_words(self.simultaneous_margin)}: the largest of all effects of chance "
            "does so in about 1 of 20, or fewer. An effect within the margin is "
            "not shown to be nothing; there may be too few runs to see it."
        )


def effects(done: FilledSheet) -> Effects:
    """Work out the effects of a factorial experiment, and which of them stand out.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.

    Returns
    -------
    Effects

    Examples
    --------
    >>> from qi_tools.experiments.factorial.designs import FactorialDesign
    >>> from qi_tools.experiments.factorial.filled_sheets import filled
    >>> from qi_tools.experiments.factorial.run_sheets import standard_order
    >>> design = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1")))
    >>> found = effects(filled(standard_order(design), [1, 3, 5, 11], name="y"))
    >>> [(effect.word, effect.value) for effect in found.effects]
    [('A', 4.0), ('B', 6.0), ('AB', 2.0)]
    """
    words = done.design.words
    signs, responses = [run.signs for run in done.sheet.runs], done.responses
    sizes = [_size([sign_of(word, each) for each in signs], responses) for word in words]
    error, freedom = _standard_error(done, sizes)
    margin, simultaneous = _margins(error, freedom, len(sizes))
    found = tuple(
        Effect(
            word,
            done.design.label(word),
            size,
            _verdict(size, margin, simultaneous),
            done.design.aliases(word),
        )
        for word, size in zip(words, sizes, strict=True)
    )
    warnings = tuple(_warnings(done, sizes, error))
    return Effects(done, found, error, freedom, margin, simultaneous, warnings)


def lenth_standard_error(sizes: Sequence[float]) -> float:
    """Estimate the standard error of effects from the effects themselves.

    One and a half times the middle size of the effects is a first guess. Those beyond two and a
    half times the guess are set aside, and one and a half times the middle of the rest is the
    pseudo standard error (Lenth 1989). It is 0 when half of the effects or more are 0.

    Examples
    --------
    >>> lenth_standard_error([23, -5, 1.5, 1.5, 10, 0, 0.5])
    2.25
    """
    lengths = [abs(size) for size in sizes]
    guess = 1.5 * median(lengths)
    return 1.5 * median([length for length in lengths if length < 2.5 * guess] or [0.0])


def with_sign(value: float) -> str:
    """Write a change with its sign.

    Examples
    --------
    >>> with_sign(2.5), with_sign(-2.5), with_sign(0.0)
    ('+2.5', '-2.5', '0')
    """
    text = number_in_words(value)
    return text if value <= 0 else f"+{text}"


def _size(signs: Sequence[int], responses: Sequence[float]) -> float:
    """Give the mean of the runs at the high side of an effect less that at the low side."""
    runs = zip(signs, responses, strict=True)
    size = 2 * math.fsum(sign * response for sign, response in runs) / len(signs)
    return 0.0 if abs(size) <= ROUNDING * max(map(abs, responses)) else size


def _standard_error(done: FilledSheet, sizes: Sequence[float]) -> tuple[float, float]:
    """Give the standard error of an effect and its degrees of freedom; not numbers if unknown."""
    repeats, corners = done.design.repeats, len(done.design.corners)
    if repeats > 1:
        # All corners have the same number of repeats, so pooling is the mean of their variances.
        cells = [cell.responses for cell in done.cells(done.design.factors) if cell.responses]
        error = math.sqrt(4 * fmean(map(variance, cells)) / (repeats * corners))
        freedom = float(corners * (repeats - 1))
    elif len(sizes) >= FEWEST_TO_JUDGE:
        error, freedom = lenth_standard_error(sizes), len(sizes) / 3
    else:
        error, freedom = math.nan, math.nan
    return (error, freedom) if error > 0 else (math.nan, math.nan)


def _margins(error: float, freedom: float, count: int) -> tuple[float, float]:
    """Give the margins of error for one effect and for all together (Lenth 1989)."""
    if math.isnan(error):
        return math.nan, math.nan
    from scipy.special import stdtrit

    one, together = (1 + CONFIDENCE) / 2, (1 + CONFIDENCE ** (1 / count)) / 2
    return error * float(stdtrit(freedom, one)), error * float(stdtrit(freedom, together))


def _verdict(size: float, margin: float, simultaneous: float) -> Verdict:
    if math.isnan(margin):
        return "not judged"
    if abs(size) > simultaneous:
        return "stands out"
    return "may stand out" if abs(size) > margin else "like chance"


def _warnings(done: FilledSheet, sizes: Sequence[float], error: float) -> Iterable[str]:
    if math.isnan(error):
        if done.design.repeats > 1:
            why = "All repeats came out the same, so there is no scatter to judge the effects by."
        elif len(sizes) < FEWEST_TO_JUDGE:
            why = (
                f"{counted(len(sizes), 'effect')} without repeats are too few to judge which of "
                "them stand out."
            )
        else:
            why = "Half of the effects or more are exactly 0, so there is no scatter to judge by."
        yield f"{why} Repeat the runs, or measure more finely."
    yield from done.warnings
    if done.design.resolution == 3:
        yield (
            "In this fraction main effects can't be told from interactions of two factors. Run "
            "another fraction of the design before you rely on one."
        )
