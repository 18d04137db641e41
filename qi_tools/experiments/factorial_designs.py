"""Factorial designs: change several things together by a plan, and still tell what each one did.

What it teaches, and whom. Coaches and experts, and any team with a change that has several parts:
changing one thing at a time is slow, and it never shows that two changes are more, or less, than
their parts (an interaction). In a two-level factorial design every factor has a low and a high
level and every run helps to measure every effect. A fraction of the runs measures more factors for
the same work; the price is that some effects can't be told from one another.

In the room. Choose two or three factors, such as coin, surface and way of spinning, and two levels
of each. Ask everyone to predict which effect is largest, and whether two of them work together.
Print the run sheet; spin in its order, no other; write down each time. Then read, in this order:
the run chart of the responses (was the process steady?), the cube (the mean at each corner), the
dot plot of effects (which stand out from the rest?). At last try the best corner again: an
experiment ends with a prediction that is tested.

Runs are listed in standard order, first factor fastest, and done in a random order, so that a drift
in time is not taken for an effect. An effect is the mean of the runs at the high level less that at
the low level; an interaction likewise, with the products of the signs. How large an effect must be
before it stands out is judged by the scatter of repeated runs or, without repeats, by Lenth's
pseudo standard error, which takes it that most effects are no more than chance.

References
----------
Box GEP, Hunter JS, Hunter WG (2005). Statistics for experimenters, 2nd edition. Wiley.

Lenth RV (1989). Quick and easy analysis of unreplicated factorials. Technometrics 31(4): 469-473.

Moen RD, Nolan TW, Provost LP (2012). Quality improvement through planned experimentation, 3rd
edition. McGraw-Hill.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from numbers import Real
from random import Random
from statistics import fmean, median, variance
from typing import TYPE_CHECKING, Literal, TypeAlias

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.errors import QIToolsError
from qi_tools.experiments.coin_spin import Spin, spins
from qi_tools.experiments.settings import is_whole, made_up_dates
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "GENERATORS",
    "Corner",
    "DesignInvalid",
    "Effect",
    "Factor",
    "FactorialDesign",
    "FactorialResult",
    "Run",
    "RunSheet",
    "Verdict",
    "analyse",
    "coin_spin_design",
    "lenth_standard_error",
    "spin_coins",
]

Verdict: TypeAlias = Literal["stands out", "may stand out", "like chance", "not judged"]

LETTERS = "ABCDE"
FEWEST_FACTORS, MOST_FACTORS = 2, len(LETTERS)
MOST_REPEATS = 20
LONGEST_NAME = 30
OWN_COLUMNS = frozenset({"date", "run", "standard order", "repeat"})
"""Headings of the tables of runs that are no factor's."""
GENERATORS: Mapping[tuple[int, int], tuple[str, ...]] = {
    (3, 4): ("C=AB",),
    (4, 8): ("D=ABC",),
    (5, 16): ("E=ABCD",),
    (5, 8): ("D=AB", "E=AC"),
}
"""The usual generators, by how many factors and how many corners (Box, Hunter & Hunter 2005)."""
FEWEST_TO_JUDGE = 7
"""With fewer effects than this, the middle one is no yardstick: a choice made here."""
CONFIDENCE = 0.95
# What is left of an effect of 0 after rounding, as a part of the largest response.
ROUNDING = 1e-12
LARGEST = 1e15
START = Spin("10p", "table", "flick")


class DesignInvalid(QIToolsError):
    """A factorial design, or its responses, can't be as given."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What is changed, and the two levels between which it is changed.

    Parameters
    ----------
    name : str
        Such as ``"Reminder"``; at most 30 characters.
    low, high : str
        The two levels, such as ``"letter"`` and ``"text message"``; at most 30 characters each.

    Raises
    ------
    DesignInvalid
        If a text is blank or too long, or the levels are the same.

    Examples
    --------
    >>> Factor("Reminder", "letter", "text message").high
    'text message'
    """

    name: str
    low: str
    high: str

    def __post_init__(self) -> None:
        for field in ("name", "low", "high"):
            given = getattr(self, field)
            text = " ".join(given.split()) if isinstance(given, str) else ""
            if not text or len(text) > LONGEST_NAME or not text.isprintable():
                raise DesignInvalid(
                    f"The {field} of a factor is {given!r}. Use 1 to {LONGEST_NAME} characters."
                )
            object.__setattr__(self, field, text)
        if self.low == self.high:
            raise DesignInvalid(
                f"Both levels of {self.name!r} are {self.low!r}. Give two different levels."
            )
        if self.name.casefold() in OWN_COLUMNS:
            raise DesignInvalid(
                f"A factor is called {self.name!r}, as a column of the run sheet is. Use another "
                "name."
            )

    def level(self, sign: int) -> str:
        """Give the level for a sign: -1 is the low one, 1 the high one."""
        return self.high if sign > 0 else self.low


@dataclass(frozen=True, slots=True)
class FactorialDesign:
    """A two-level factorial design, full or a fraction.

    The factors are A, B, C, D and E in the order in which they are given. A *word* is a string of
    these letters, in their order: ``"A"`` is the main effect of the first factor and ``"AC"`` the
    interaction of the first and the third.

    Parameters
    ----------
    factors : tuple of Factor
        2 to 5 factors.
    generators : tuple of str
        For a fraction: how each of the last factors is set by those before, such as ``"D=ABC"``, or
        ``"D=-ABC"`` for the other half. See `GENERATORS` for the usual ones.
    repeats : int
        How often each corner is run; 1 to 20.

    Raises
    ------
    DesignInvalid
        If the factors, generators or repeats can't be; also if a fraction would change two factors
        always together.

    Examples
    --------
    >>> half = FactorialDesign(
    ...     (Factor("coin", "1p", "£2"), Factor("surface", "table", "tray"),
    ...      Factor("way", "flick", "both hands")), ("C=AB",))
    >>> half.corners
    ((-1, -1, 1), (1, -1, -1), (-1, 1, -1), (1, 1, 1))
    >>> half.aliases("A"), half.resolution
    (('BC',), 3)
    """

    factors: tuple[Factor, ...]
    generators: tuple[str, ...] = ()
    repeats: int = 1

    def __post_init__(self) -> None:
        for field in ("factors", "generators"):
            given = getattr(self, field)
            if isinstance(given, str) or not isinstance(given, Iterable):
                raise DesignInvalid(f"{field} is {given!r}. Give a tuple.")
            object.__setattr__(self, field, tuple(given))
        if not all(isinstance(factor, Factor) for factor in self.factors):
            raise DesignInvalid("A factor is no Factor. Make each with Factor(name, low, high).")
        count = len(self.factors)
        if not FEWEST_FACTORS <= count <= MOST_FACTORS:
            raise DesignInvalid(
                f"There are {counted(count, 'factor')}. Use {FEWEST_FACTORS} to {MOST_FACTORS}; "
                "with more, begin with those that people who do the work think matter most."
            )
        if len({factor.name.casefold() for factor in self.factors}) < count:
            raise DesignInvalid("Two factors have the same name. Give each a name of its own.")
        if not is_whole(self.repeats) or not 1 <= self.repeats <= MOST_REPEATS:
            raise DesignInvalid(
                f"repeats is {self.repeats!r}. Use a whole number from 1 to {MOST_REPEATS}."
            )
        self._check_generators()

    def _check_generators(self) -> None:
        base = len(self.factors) - len(self.generators)
        if base < FEWEST_FACTORS:
            raise DesignInvalid(
                f"{counted(len(self.generators), 'generator')} for "
                f"{counted(len(self.factors), 'factor')} leave too few runs. At least "
                f"{FEWEST_FACTORS} factors must be free."
            )
        free, tidy = LETTERS[:base], []
        for letter, generator in zip(LETTERS[base:], self.generators, strict=False):
            text = re.sub(r"\s", "", generator).upper() if isinstance(generator, str) else ""
            found = re.fullmatch(f"{letter}=(-?)([{free}]+)", text)
            if not found or len(set(found[2])) < len(found[2]):
                raise DesignInvalid(
                    f'The generator of factor {letter} is {generator!r}. Write "{letter}=" and '
                    f'letters from {free}, each once, such as "{letter}={free}".'
                )
            tidy.append(f"{letter}={found[1]}{''.join(sorted(found[2]))}")
        object.__setattr__(self, "generators", tuple(tidy))
        if self.resolution is not None and self.resolution < 3:
            shortest = min(self.defining_words, key=lambda word: len(word.lstrip("-")))
            together = joined(list(shortest.lstrip("-")))
            raise DesignInvalid(
                f"With these generators factors {together} would always change together, "
                "so no one could tell their effects apart. Let each generator have two letters or "
                "more after the sign of equality, and no two the same."
            )

    @property
    def corners(self) -> tuple[tuple[int, ...], ...]:
        """The settings in standard order, the first factor fastest: a sign for each factor."""
        base = len(self.factors) - len(self.generators)
        rows = []
        for backwards in product((-1, 1), repeat=base):
            row = list(reversed(backwards))
            for generator in self.generators:
                sign, word = _signed(generator.partition("=")[2])
                row.append(sign * _sign(word, row))
            rows.append(tuple(row))
        return tuple(rows)

    @property
    def defining_words(self) -> tuple[str, ...]:
        """The words whose signs never change from run to run; none in a full design.

        They are the generators, as ``"ABCD"`` for ``"D=ABC"``, and all their products.
        """
        return tuple(_text(sign, mask) for mask, sign in self._relation.items() if mask)

    @property
    def _relation(self) -> dict[int, int]:
        """The defining relation: each constant word and its sign; 0 is the identity."""
        relation = {0: 1}
        for generator in self.generators:
            letter, _, right = generator.partition("=")
            sign, word = _signed(right)
            mask = word ^ _mask(letter)
            relation |= {old ^ mask: was * sign for old, was in relation.items()}
        return relation

    @property
    def resolution(self) -> int | None:
        """How many letters the shortest defining word has; None in a full design.

        At 3, main effects are mixed up with interactions of two factors; at 4, only with those of
        three; at 5, interactions of two only with those of three.
        """
        return min((len(word.lstrip("-")) for word in self.defining_words), default=None)

    def aliases(self, word: str) -> tuple[str, ...]:
        """Give the effects that can't be told from this one.

        Each is the word multiplied by a defining word; letters that come twice cancel (Box, Hunter
        & Hunter 2005).

        Parameters
        ----------
        word : str
            An effect, such as ``"A"`` or ``"AC"``.

        Returns
        -------
        tuple of str
            With a minus in front where it counts the other way round; shortest first.

        Raises
        ------
        DesignInvalid
            If it is no word of this design's letters.

        Examples
        --------
        >>> factors = tuple(Factor(name, "no", "yes") for name in "PQRST")
        >>> FactorialDesign(factors, ("D=AB", "E=-AC")).aliases("A")
        ('BD', '-CE', '-ABCDE')
        """
        mask = self._read(word)
        found = {mask ^ other: sign for other, sign in self._relation.items() if other}
        return tuple(_text(found[each], each) for each in sorted(found, key=_rank))

    @property
    def words(self) -> tuple[str, ...]:
        """The effects that the design can estimate, each under its shortest word."""
        taken: set[int] = set()
        chosen = []
        for mask in sorted(range(1, 1 << len(self.factors)), key=_rank):
            # What is aliased with the identity is constant: no effect at all.
            if mask in taken or mask in self._relation:
                continue
            taken |= {mask ^ other for other in self._relation}
            chosen.append(_text(1, mask))
        return tuple(chosen)

    def label(self, word: str) -> str:
        """Write an effect with the factors' names.

        Examples
        --------
        >>> coin_spin_design().label("AC")
        'coin × way'
        """
        mask = self._read(word)
        return " × ".join(
            factor.name for place, factor in enumerate(self.factors) if mask >> place & 1
        )

    @property
    def generator_words(self) -> tuple[str, ...]:
        """How each generated factor is set, in plain words.

        Examples
        --------
        >>> factors = tuple(Factor(name, "no", "yes") for name in ("tea", "milk", "cake"))
        >>> FactorialDesign(factors, ("C=AB",)).generator_words
        ('cake is at "yes" where an even number of tea and milk are at their second level.',)
        """
        told = []
        for generator in self.generators:
            letter, _, right = generator.partition("=")
            sign, mask = _signed(right)
            # A product of signs is plus where the lows are even in number.
            even = (mask.bit_count() % 2 == 0) == (sign > 0)
            names = [self.label(each) for each in _text(1, mask)]
            factor = self.factors[LETTERS.index(letter)]
            told.append(
                f'{factor.name} is at "{factor.high}" where an {"even" if even else "odd"} number '
                f"of {joined(names)} are at their second level."
            )
        return tuple(told)

    @property
    def alias_words(self) -> tuple[str, ...]:
        """What can't be told apart, in plain words: a sentence for each estimated effect.

        Examples
        --------
        >>> factors = tuple(Factor(name, "no", "yes") for name in ("tea", "milk", "cake"))
        >>> print(FactorialDesign(factors, ("C=-AB",)).alias_words[0])
        tea can't be told from milk × cake (turned round).
        """
        return tuple(
            f"{self.label(word)} can't be told from {joined(self._labels(others), 'or')}."
            for word in self.words
            if (others := self.aliases(word))
        )

    def _labels(self, words: Iterable[str]) -> list[str]:
        return [
            self.label(word.lstrip("-")) + (" (turned round)" if word.startswith("-") else "")
            for word in words
        ]

    def _read(self, word: object) -> int:
        letters = LETTERS[: len(self.factors)]
        if (
            not isinstance(word, str)
            or not word
            or not set(word) <= set(letters)
            or len(set(word)) < len(word)
        ):
            raise DesignInvalid(
                f'The effect is {word!r}. Use letters from {letters}, each once, such as "AB".'
            )
        return _mask(word)

    def standard_sheet(self) -> RunSheet:
        """Give a run sheet in standard order, one repeat after another.

        It is for responses that are already at hand in that order. Do not run in it.
        """
        return RunSheet(self, tuple(range(len(self.corners) * self.repeats)))

    def random_sheet(self, random: Random) -> RunSheet:
        """Give a run sheet in random order, all repeats mixed.

        Parameters
        ----------
        random : random.Random
            Where chance comes from. The same seed gives the same order on every machine.

        Returns
        -------
        RunSheet

        Examples
        --------
        >>> coin_spin_design(repeats=1).random_sheet(Random(1)).order
        (0, 3, 5, 4, 6, 2, 7, 1)
        """
        # Of all that Random offers, Python promises only of random() that it never changes.
        runs = range(len(self.corners) * self.repeats)
        return RunSheet(self, tuple(sorted(runs, key=lambda _: random.random())))

    def describe(self) -> str:
        r"""Describe the design in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> print(coin_spin_design().describe().replace(". ", ".\n"))
        Factorial design: 3 factors at two levels (A coin, B surface, C way).
        8 corners, each run 2 times, make 16 runs.
        It is full: every effect and interaction can be told from every other.
        """
        names = ", ".join(
            f"{letter} {factor.name}" for letter, factor in zip(LETTERS, self.factors, strict=False)
        )
        corners = len(self.corners)
        said = [
            f"Factorial design: {len(self.factors)} factors at two levels ({names}).",
            f"{corners} corners, each run {_times(self.repeats)}, make "
            f"{corners * self.repeats} runs.",
        ]
        if not self.generators:
            said.append("It is full: every effect and interaction can be told from every other.")
        else:
            said.append(
                f"It is a fraction ({', '.join(self.generators)}): each effect is mixed up with "
                f"{counted(len(self._relation) - 1, 'other')}, as A with "
                f"{joined(self.aliases('A'))}."
            )
            if self.resolution == 3:
                said.append("Main effects can't be told from interactions of two factors.")
        return shortened(" ".join(said), LONGEST)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an experiment.

    Parameters
    ----------
    corner : int
        Its place in standard order, from 1.
    repeat : int
        Which repeat of its corner it is, from 1.
    levels : tuple of str
        The level of each factor.
    """

    corner: int
    repeat: int
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The runs of a design in the order in which they are done.

    Make one with `FactorialDesign.random_sheet` or `FactorialDesign.standard_sheet`.

    Parameters
    ----------
    design : FactorialDesign
        The design.
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
                "random_sheet to draw one."
            )

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in the order in which they are done."""
        corners = self.design.corners
        return tuple(
            Run(
                place % len(corners) + 1,
                place // len(corners) + 1,
                _levels(self.design.factors, corners[place % len(corners)]),
            )
            for place in self.order
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
    share : float
        How much of all variation between the runs it makes, in per cent.
    verdict : {"stands out", "may stand out", "like chance", "not judged"}
        Whether it stands out from the rest: beyond the margin for all effects together, beyond that
        for a single one only, within both, or no margin could be had.
    aliases : tuple of str
        The words of the effects that can't be told from it.
    """

    word: str
    label: str
    value: float
    share: float
    verdict: Verdict
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corner:
    """The runs at one setting of some factors, whatever the others were.

    Parameters
    ----------
    signs : tuple of int
        -1 for low and 1 for high, for each of the factors.
    levels : tuple of str
        Their levels.
    mean : float
        The mean response; not a number where nothing was run.
    responses : tuple of float
        The single responses, in run order.
    """

    signs: tuple[int, ...]
    levels: tuple[str, ...]
    mean: float
    responses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FactorialResult:
    """What a factorial experiment showed.

    Make one with `analyse`.

    Parameters
    ----------
    sheet : RunSheet
        The runs, in the order in which they were done.
    responses : tuple of float
        What came of each run, in that order.
    name, unit, source : str
        What was measured, what it is counted in, where it comes from.
    simulated : bool
        True when the responses are made up.
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

    sheet: RunSheet
    responses: tuple[float, ...]
    name: str
    unit: str
    source: str
    simulated: bool
    effects: tuple[Effect, ...]
    standard_error: float
    freedom: float
    margin: float
    simultaneous_margin: float
    warnings: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The mean of all responses."""
        return fmean(self.responses)

    @property
    def noise_share(self) -> float:
        """How much of all variation is between repeats of the same setting, in per cent."""
        total = _squares(self.responses)
        within = math.fsum(_squares(corner.responses) for corner in self.corners)
        return 100 * within / total if total else 0.0

    @property
    def dots(self) -> tuple[Effect, ...]:
        """The effects as they lie along a dot plot: from the most negative to the most positive."""
        return tuple(sorted(self.effects, key=lambda effect: effect.value))

    @property
    def largest_first(self) -> tuple[Effect, ...]:
        """The effects by size, whichever their sign."""
        return tuple(sorted(self.effects, key=lambda effect: -abs(effect.value)))

    @property
    def corners(self) -> tuple[Corner, ...]:
        """The settings that were run, in standard order, with their means."""
        count = len(self.sheet.design.corners)
        return tuple(
            self._corner(
                self.sheet.design.factors,
                signs,
                [place % count == at for place in self.sheet.order],
            )
            for at, signs in enumerate(self.sheet.design.corners)
        )

    def cube(self, *names: str) -> tuple[Corner, ...]:
        """Give the means at the corners of a line, square or cube of some factors.

        Parameters
        ----------
        *names : str
            1 to 3 factors by name; none for the first three. The runs of the others are taken
            together.

        Returns
        -------
        tuple of Corner
            In standard order: 2, 4 or 8. In a fraction some may hold no run.

        Raises
        ------
        DesignInvalid
            If a name is no factor's, comes twice, or there are more than three.

        Examples
        --------
        >>> sheet = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1"))).standard_sheet()
        >>> [corner.mean for corner in analyse(sheet, [1, 3, 5, 11], name="y").cube("b")]
        [2.0, 8.0]
        """
        factors = self.sheet.design.factors
        known = [factor.name for factor in factors]
        chosen = names or tuple(known[:3])
        if len(chosen) > 3 or len(set(chosen)) < len(chosen) or not set(chosen) <= set(known):
            raise DesignInvalid(
                f"A cube of {joined([repr(name) for name in chosen])} can't be. Use 1 to 3 of: "
                f"{', '.join(known)}."
            )
        places = [known.index(name) for name in chosen]
        corners = self.sheet.design.corners
        rows = [corners[place % len(corners)] for place in self.sheet.order]
        return tuple(
            self._corner(
                tuple(factors[place] for place in places),
                signs,
                [tuple(row[place] for place in places) == signs for row in rows],
            )
            for signs in (each[::-1] for each in product((-1, 1), repeat=len(places)))
        )

    def _corner(
        self, factors: Sequence[Factor], signs: tuple[int, ...], held: Iterable[bool]
    ) -> Corner:
        here = tuple(
            response for response, is_here in zip(self.responses, held, strict=True) if is_here
        )
        return Corner(signs, _levels(factors, signs), fmean(here) if here else math.nan, here)

    @property
    def measure(self) -> Measure:
        """The responses in run order, for a run chart that shows whether they were steady."""
        from qi_tools.measure import Measure

        return Measure.from_columns(
            self.responses,
            name=self.name,
            unit=self.unit,
            source=self.source,
            simulated=self.simulated,
        )

    @property
    def table(self) -> DataFrame:
        """The runs with their responses, one row a run; each call gives a new table.

        Columns: those of the run sheet, and the response under its name. Simulated runs come with a
        ``date`` in front, one a run and made up too, so that the table can be charted from a file.
        """
        from pandas import to_datetime

        table = self.sheet.table
        if self.simulated:
            table.insert(0, "date", to_datetime(made_up_dates(len(self.responses))))
        table[self.name] = list(self.responses)
        return table

    @property
    def effect_table(self) -> DataFrame:
        """The effects, one row each, the largest first; each call gives a new table.

        Columns: ``effect``, ``name``, ``value``, ``share`` (in per cent), ``verdict`` and
        ``mixed_up_with``.
        """
        from pandas import DataFrame

        return DataFrame(
            [
                {
                    "effect": effect.word,
                    "name": effect.label,
                    "value": effect.value,
                    "share": effect.share,
                    "verdict": effect.verdict,
                    "mixed_up_with": ", ".join(effect.aliases),
                }
                for effect in self.largest_first
            ]
        )

    def describe(self) -> str:
        r"""Describe the result in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> sheet = FactorialDesign(
        ...     (Factor("Temperature", "160", "180"), Factor("Concentration", "20", "40"),
        ...      Factor("Catalyst", "A", "B"))).standard_sheet()
        >>> result = analyse(sheet, [60, 72, 54, 68, 52, 83, 45, 80], name="Yield", unit="%")
        >>> print(result.describe().replace(". ", ".\n"))
        Factorial experiment on Yield, %: 3 factors, 8 runs, mean 64.2.
        Largest effects: Temperature +23, Temperature × Catalyst +10, Concentration -5.
        Stands out: Temperature.
        May stand out: Temperature × Catalyst.
        The others can't be told from chance.
        """
        design = self.sheet.design
        of = f"{shortened(self.name, 60)}{f', {shortened(self.unit, 20)}' if self.unit else ''}"
        made_up = " (simulated data)" if self.simulated else ""
        largest = ", ".join(
            f"{shortened(effect.label, 45)} {_with_sign(effect.value)}"
            for effect in self.largest_first[:3]
        )
        said = [
            f"Factorial experiment on {of}{made_up}: {len(design.factors)} factors, "
            f"{len(self.responses)} runs, mean {number_in_words(self.mean)}.",
            f"Largest effects: {largest}.",
            self.finding,
        ]
        if design.generators:
            said.append("A fraction: each effect is mixed up with others.")
        short = [
            said[0],
            said[1],
            self._finding([effect.word for effect in self.effects]),
            *said[3:],
        ]
        text = " ".join(said)
        return text if len(text) <= LONGEST else shortened(" ".join(short), LONGEST)

    @property
    def finding(self) -> str:
        """Which effects stand out from the rest, in plain sentences."""
        return self._finding([effect.label for effect in self.effects])

    def _finding(self, names: Sequence[str]) -> str:
        if math.isnan(self.standard_error):
            return "Which effects are more than chance can't be told from these runs."
        by_verdict: dict[Verdict, list[str]] = {}
        for effect, name in zip(self.effects, names, strict=True):
            by_verdict.setdefault(effect.verdict, []).append(name)
        sure, perhaps = by_verdict.get("stands out", []), by_verdict.get("may stand out", [])
        if not sure and not perhaps:
            return "No effect stands out: none can be told from chance."
        said = []
        if sure:
            said.append(f"{'Stands' if len(sure) == 1 else 'Stand'} out: {joined(sure)}.")
        if perhaps:
            said.append(f"May stand out: {joined(perhaps)}.")
        if "like chance" in by_verdict:
            said.append("The others can't be told from chance.")
        return " ".join(said)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell of the result, in paragraphs.

        Examples
        --------
        >>> sheet = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1"))).standard_sheet()
        >>> analyse(sheet, [1, 3, 5, 11], name="y").report()[1].split(". ")[0]
        'Effects, the largest first: b +6 (64% of all variation), a +4 (29%), a × b +2 (7.1%)'
        """
        design = self.sheet.design
        lines = ", ".join(
            f"{effect.label} {_with_sign(effect.value)} ({number_in_words(effect.share, 2)}%"
            f"{' of all variation' if place == 0 else ''})"
            for place, effect in enumerate(self.largest_first)
        )
        noise = (
            f" The rest, {number_in_words(self.noise_share, 2)}%, is between repeats of the same "
            "setting."
            if design.repeats > 1
            else ""
        )
        ranked = sorted(self.corners, key=lambda corner: corner.mean)
        extremes = " ".join(
            f"The {word} mean, {number_in_words(corner.mean)}, was at {', '.join(corner.levels)}."
            for word, corner in (("lowest", ranked[0]), ("highest", ranked[-1]))
        )
        told = [
            f"{self.describe()} {design.describe()}"
            + (f" Source: {self.source}." if self.source else ""),
            f"Effects, the largest first: {lines}. An effect is the mean of the runs at the second "
            f"level less the mean at the first.{noise}",
            self._yardstick,
            self._together,
            " ".join((*design.generator_words, *design.alias_words)),
            f"{extremes} Try the better one again before you rely on it: an experiment ends with "
            "a prediction that is tested, and what holds here may not hold elsewhere or later.",
            " ".join(self.warnings),
        ]
        return tuple(paragraph for paragraph in told if paragraph)

    @property
    def _yardstick(self) -> str:
        if math.isnan(self.standard_error):
            return (
                "There is no yardstick for chance here, so the effects are shown and not judged. "
                "Repeat each setting, in random order, to get one."
            )
        by = (
            f"the scatter of the repeats ({self.freedom:g} degrees of freedom)"
            if self.sheet.design.repeats > 1
            else "Lenth's pseudo standard error, from the effects themselves. It takes it that "
            "most of them are no more than chance; if many are real, they hide one another"
        )
        return (
            f"Chance is judged by {by}. The standard error of an effect is "
            f"{number_in_words(self.standard_error)}. An effect may stand out beyond "
            f"{number_in_words(self.margin)} either way: a single effect of chance does so in "
            "about 1 of 20 experiments, or fewer. It stands out beyond "
            f"{number_in_words(self.simultaneous_margin)}: the largest of all effects of chance "
            "does so in about 1 of 20, or fewer. An effect within the margin is "
            "not shown to be nothing; there may be too few runs to see it."
        )

    @property
    def _together(self) -> str:
        together = [
            effect.label
            for effect in self.effects
            if len(effect.word) > 1 and effect.verdict in {"stands out", "may stand out"}
        ]
        if not together:
            return ""
        return (
            f"{joined(together)} "
            f"{'is an interaction' if len(together) == 1 else 'are interactions'}: "
            "what one factor does depends on the other. Read the means at the corners, not the "
            "main effects of these factors on their own."
        )


def analyse(
    sheet: RunSheet,
    responses: Iterable[object],
    *,
    name: str,
    unit: str = "",
    source: str = "",
    simulated: bool = False,
) -> FactorialResult:
    """Work out the effects of a factorial experiment, and which of them stand out.

    Parameters
    ----------
    sheet : RunSheet
        The runs, in the order in which they were done.
    responses : iterable of numbers
        What came of each run, in the same order.
    name : str
        What was measured, such as ``"Spin time"``.
    unit : str
        What it is counted in.
    source : str
        Where the responses come from.
    simulated : bool
        True when they are made up.

    Returns
    -------
    FactorialResult

    Raises
    ------
    DesignInvalid
        If a response is missing or no number, there are too many or too few, or the name is blank
        or a column's.

    References
    ----------
    Effects and their standard error: Box, Hunter & Hunter (2005). Pseudo standard error and
    margins: Lenth (1989).

    Examples
    --------
    >>> design = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1")))
    >>> result = analyse(design.standard_sheet(), [1, 3, 5, 11], name="y")
    >>> [(effect.word, effect.value) for effect in result.effects]
    [('A', 4.0), ('B', 6.0), ('AB', 2.0)]
    """
    if not isinstance(sheet, RunSheet):
        raise DesignInvalid(f"The run sheet is {sheet!r}. Make one with random_sheet.")
    name, unit, source = (
        _line(field, text) for field, text in (("name", name), ("unit", unit), ("source", source))
    )
    design = sheet.design
    headings = OWN_COLUMNS | {factor.name.casefold() for factor in design.factors}
    if not name or name.casefold() in headings:
        raise DesignInvalid(
            f"The name of the response is {name!r}. Say what was measured, in other words than the "
            'columns of the run sheet, such as "Spin time".'
        )
    values = _responses(responses, len(sheet.order))
    count = len(design.corners)
    groups: list[list[float]] = [[] for _ in range(count)]
    for place, value in zip(sheet.order, values, strict=True):
        groups[place % count].append(value)
    means = [fmean(group) for group in groups]
    sizes = [_contrast(word, design.corners, means) for word in design.words]
    error, freedom = _standard_error(groups, sizes)
    margin, simultaneous = _margins(error, freedom, len(sizes))
    total = _squares(values)
    effects = tuple(
        Effect(
            word,
            design.label(word),
            size,
            # The sum of squares of a contrast between the two halves of the runs.
            min(100.0, 100 * len(values) * size**2 / 4 / total) if total else 0.0,
            _verdict(size, margin, simultaneous),
            design.aliases(word),
        )
        for word, size in zip(design.words, sizes, strict=True)
    )
    return FactorialResult(
        sheet,
        values,
        name,
        unit,
        source,
        bool(simulated),
        effects,
        error,
        freedom,
        margin,
        simultaneous,
        tuple(_warnings(sheet, sizes, error)),
    )


def lenth_standard_error(effects: Iterable[float]) -> float:
    """Estimate the standard error of effects from the effects themselves.

    One and a half times the middle size of the effects is a first guess. Those beyond two and a
    half times the guess are set aside, and one and a half times the middle of the rest is the
    pseudo standard error (Lenth 1989).

    Parameters
    ----------
    effects : iterable of float
        All effects of the design; at least one.

    Returns
    -------
    float
        0 when half of the effects or more are 0.

    Examples
    --------
    >>> lenth_standard_error([23, -5, 1.5, 1.5, 10, 0, 0.5])
    2.25
    """
    sizes = [abs(effect) for effect in effects]
    if not sizes:
        raise DesignInvalid("There are no effects. Give at least one.")
    guess = 1.5 * median(sizes)
    return 1.5 * median([size for size in sizes if size < 2.5 * guess] or [0.0])


def coin_spin_design(
    coins: tuple[str, str] = ("10p", "£2"),
    surfaces: tuple[str, str] = ("table", "tray"),
    ways: tuple[str, str] = ("flick", "both hands"),
    *,
    repeats: int = 2,
) -> FactorialDesign:
    """Give the full design for spinning coins: two coins, two surfaces, two ways.

    Parameters
    ----------
    coins, surfaces, ways : tuple of str
        The two levels of each; see `qi_tools.experiments.coin_spin`.
    repeats : int
        How often each corner is run.

    Returns
    -------
    FactorialDesign

    Examples
    --------
    >>> len(coin_spin_design(ways=("pinch", "flick")).corners)
    8
    """
    return FactorialDesign(
        (
            Factor("coin", *coins),
            Factor("surface", *surfaces),
            Factor("way", *ways),
        ),
        repeats=repeats,
    )


def spin_coins(sheet: RunSheet, random: Random) -> FactorialResult:
    """Spin the made-up coin once for each run of a sheet, and work out the effects.

    Parameters
    ----------
    sheet : RunSheet
        Its factors are called ``"coin"``, ``"surface"`` and ``"way"``. What is no factor stays as
        at the start: a 10p, on a table, with a flick.
    random : random.Random
        Where chance comes from. The same seed gives the same spins.

    Returns
    -------
    FactorialResult
        With the seconds of each spin, marked as simulated.

    Raises
    ------
    DesignInvalid
        If a factor has another name.
    SpinInvalid
        If a level is none that the coin knows.

    Examples
    --------
    >>> sheet = coin_spin_design().random_sheet(Random(1))
    >>> spin_coins(sheet, Random(1)).responses[:4]
    (11.0, 7.2, 3.8, 9.4)
    """
    names = [factor.name for factor in sheet.design.factors]
    known = ("coin", "surface", "way")
    if not set(names) <= set(known):
        raise DesignInvalid(
            f"The factors are {joined([repr(name) for name in names])}. To spin a coin they must "
            f"be among: {', '.join(known)}."
        )
    seconds: list[float] = []
    for run in sheet.runs:
        setting = {field: getattr(START, field) for field in known}
        setting |= dict(zip(names, run.levels, strict=True))
        seconds += spins(Spin(**setting), 1, random)
    return analyse(sheet, seconds, name="Spin time", unit="seconds", simulated=True)


def _responses(given: Iterable[object], runs: int) -> tuple[float, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise DesignInvalid(f"The responses are {given!r}. Give a list of numbers, one a run.")
    rows = list(given)
    if len(rows) != runs:
        raise DesignInvalid(
            f"There are {counted(len(rows), 'response')} and {counted(runs, 'run')}. Give one "
            "response for each run, in the order of the run sheet."
        )
    values, missing = [], []
    for run, row in enumerate(rows, start=1):
        if row is None:
            missing.append(run)
            continue
        if isinstance(row, bool) or not isinstance(row, Real):
            raise DesignInvalid(f"The response of run {run} is {row!r}. Give a number.")
        try:
            value = float(row)
        except OverflowError:  # a whole number that no float holds
            value = math.inf
        if abs(value) > LARGEST:
            raise DesignInvalid(
                f"The response of run {run} is infinite or too large. Give a number up to "
                f"{LARGEST:g} either way."
            )
        if math.isnan(value):
            missing.append(run)
        else:
            values.append(value)
    if missing:
        raise DesignInvalid(
            f"There is no response for {'run' if len(missing) == 1 else 'runs'} "
            f"{joined([str(run) for run in missing])}. Do it again: without it the effects can't "
            "be told apart."
        )
    return tuple(values)


def _line(field: str, text: object) -> str:
    if not isinstance(text, str):
        raise DesignInvalid(f"{field} is {text!r}. Use text in quotes.")
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if len(line) > 200:
        raise DesignInvalid(f"{field} has {len(line)} characters. Use 200 or fewer.")
    return line


def _contrast(word: str, corners: Sequence[Sequence[int]], means: Sequence[float]) -> float:
    """Give the mean of the corners at the high side of an effect less that at the low side."""
    signs = [_sign(_mask(word), corner) for corner in corners]
    size = 2 * math.fsum(sign * mean for sign, mean in zip(signs, means, strict=True)) / len(means)
    return 0.0 if abs(size) <= ROUNDING * max(map(abs, means)) else size


def _standard_error(groups: Sequence[list[float]], effects: list[float]) -> tuple[float, float]:
    """Give the standard error of an effect and its degrees of freedom; not numbers if unknown."""
    repeats = len(groups[0])
    if repeats > 1:
        # All corners have the same number of repeats, so pooling is the mean of their variances.
        error = math.sqrt(4 * fmean(map(variance, groups)) / (repeats * len(groups)))
        freedom = float(len(groups) * (repeats - 1))
    elif len(effects) >= FEWEST_TO_JUDGE:
        error, freedom = lenth_standard_error(effects), len(effects) / 3
    else:
        error, freedom = math.nan, math.nan
    return (error, freedom) if error > 0 else (math.nan, math.nan)


def _margins(error: float, freedom: float, effects: int) -> tuple[float, float]:
    """Give the margins of error for one effect and for all together (Lenth 1989)."""
    if math.isnan(error):
        return math.nan, math.nan
    from scipy.special import stdtrit

    one, together = (1 + CONFIDENCE) / 2, (1 + CONFIDENCE ** (1 / effects)) / 2
    return error * float(stdtrit(freedom, one)), error * float(stdtrit(freedom, together))


def _verdict(size: float, margin: float, simultaneous: float) -> Verdict:
    if math.isnan(margin):
        return "not judged"
    if abs(size) > simultaneous:
        return "stands out"
    return "may stand out" if abs(size) > margin else "like chance"


def _warnings(sheet: RunSheet, effects: list[float], error: float) -> list[str]:
    warnings = []
    repeated = sheet.design.repeats > 1
    if math.isnan(error):
        if repeated:
            why = "All repeats came out the same, so there is no scatter to judge the effects by."
        elif len(effects) < FEWEST_TO_JUDGE:
            why = (
                f"{counted(len(effects), 'effect')} without repeats are too few to judge which of "
                "them stand out."
            )
        else:
            why = "Half of the effects or more are exactly 0, so there is no scatter to judge by."
        warnings.append(f"{why} Repeat the runs, or measure more finely.")
    if sheet.order == tuple(range(len(sheet.order))):
        warnings.append(
            "The runs are in standard order. If they were done so, a drift in time can look like "
            "an effect of the last factors."
        )
    if sheet.design.resolution == 3:
        warnings.append(
            "In this fraction main effects can't be told from interactions of two factors. Run "
            "another fraction of the design before you rely on one."
        )
    return warnings


def _squares(values: Sequence[float]) -> float:
    """Add up the squared distances from the mean."""
    middle = fmean(values)
    total = math.fsum((value - middle) ** 2 for value in values)
    return 0.0 if total <= (ROUNDING * max(map(abs, values))) ** 2 * len(values) else total


def _levels(factors: Iterable[Factor], signs: Iterable[int]) -> tuple[str, ...]:
    return tuple(factor.level(sign) for factor, sign in zip(factors, signs, strict=True))


def _mask(word: str) -> int:
    """Write a word as bits, A the lowest; words are then multiplied by exclusive or."""
    return sum(1 << LETTERS.index(letter) for letter in word)


def _signed(text: str) -> tuple[int, int]:
    return (-1 if text.startswith("-") else 1), _mask(text.lstrip("-"))


def _text(sign: int, mask: int) -> str:
    word = "".join(letter for place, letter in enumerate(LETTERS) if mask >> place & 1)
    return f"-{word}" if sign < 0 else word


def _rank(mask: int) -> tuple[int, str]:
    """Order words by length, then by the alphabet."""
    return mask.bit_count(), _text(1, mask)


def _sign(mask: int, signs: Sequence[int]) -> int:
    return math.prod(sign for place, sign in enumerate(signs) if mask >> place & 1)


def _with_sign(value: float) -> str:
    text = number_in_words(value)
    return text if value <= 0 else f"+{text}"


def _times(repeats: int) -> str:
    return "once" if repeats == 1 else f"{repeats} times"
