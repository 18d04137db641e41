"""Two-level factorial designs, full or a fraction: corners, defining relation, aliases, resolution.

The factors are A, B, C, D and E in the order in which they are given. A *word* is a string of these
letters, in their order: ``"A"`` is the main effect of the first factor and ``"AC"`` the interaction
of the first and the third. Words multiply: letters that come twice cancel (Box, Hunter & Hunter
2005).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole
from qi_tools.words import counted, joined

__all__ = [
    "GENERATORS",
    "OWN_COLUMNS",
    "DesignInvalid",
    "Factor",
    "FactorialDesign",
    "levels",
    "sign_of",
]

LETTERS = "ABCDE"
FEWEST_FACTORS, MOST_FACTORS = 2, len(LETTERS)
MOST_REPEATS = 20
LONGEST_NAME = 30
OWN_COLUMNS: Final = frozenset({"date", "run", "standard order", "repeat"})
"""Headings of the tables of runs that are no factor's."""
GENERATORS: Final[Mapping[tuple[int, int], tuple[str, ...]]] = {
    (3, 4): ("C=AB",),
    (4, 8): ("D=ABC",),
    (5, 16): ("E=ABCD",),
    (5, 8): ("D=AB", "E=AC"),
}
"""The usual generators, by how many factors and how many corners (Box, Hunter & Hunter 2005)."""


class DesignInvalid(QIToolsError):
    """A factorial design, or what is asked of it, can't be as given."""


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
    >>> Factor("Reminder", "letter", "text message").level(1)
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
        check_whole(DesignInvalid, "repeats", self.repeats, 1, MOST_REPEATS)
        object.__setattr__(self, "generators", tuple(self._read_generators()))
        if self.resolution is not None and self.resolution < 3:
            together = joined(list(self.defining_words[0].lstrip("-")))
            raise DesignInvalid(
                f"With these generators factors {together} would always change together, "
                "so no one could tell their effects apart. Let each generator have two letters or "
                "more after the sign of equality, and no two the same."
            )

    def _read_generators(self) -> Iterable[str]:
        base = len(self.factors) - len(self.generators)
        if base < FEWEST_FACTORS:
            raise DesignInvalid(
                f"{counted(len(self.generators), 'generator')} for "
                f"{counted(len(self.factors), 'factor')} leave too few runs. At least "
                f"{FEWEST_FACTORS} factors must be free."
            )
        free = LETTERS[:base]
        for letter, generator in zip(LETTERS[base:], self.generators, strict=False):
            text = re.sub(r"\s", "", generator).upper() if isinstance(generator, str) else ""
            found = re.fullmatch(f"{letter}=(-?)([{free}]+)", text)
            if not found or len(set(found[2])) < len(found[2]):
                raise DesignInvalid(
                    f'The generator of factor {letter} is {generator!r}. Write "{letter}=" and '
                    f'letters from {free}, each once, such as "{letter}={free}".'
                )
            yield f"{letter}={found[1]}{''.join(sorted(found[2]))}"

    @property
    def corners(self) -> tuple[tuple[int, ...], ...]:
        """The settings in standard order, the first factor fastest: a sign for each factor."""
        base = len(self.factors) - len(self.generators)
        rows = []
        for backwards in product((-1, 1), repeat=base):
            row = backwards[::-1]
            for generator in self.generators:
                right = generator.partition("=")[2]
                turned = -1 if right.startswith("-") else 1
                row += (turned * sign_of(right.lstrip("-"), row),)
            rows.append(row)
        return tuple(rows)

    @property
    def _relation(self) -> dict[str, int]:
        """The defining relation: each word that is constant, and its sign; "" is the identity."""
        relation = {"": 1}
        for generator in self.generators:
            letter, _, right = generator.partition("=")
            turned, word = (-1 if right.startswith("-") else 1), letter + right.lstrip("-")
            relation |= {_times(old, word): turned * was for old, was in relation.items()}
        return relation

    @property
    def defining_words(self) -> tuple[str, ...]:
        """The words whose signs never change from run to run, shortest first; none if it is full.

        They are the generators, as ``"ABCD"`` for ``"D=ABC"``, and all their products.
        """
        return _signed({word: sign for word, sign in self._relation.items() if word})

    @property
    def resolution(self) -> int | None:
        """How many letters the shortest defining word has; None in a full design.

        At 3, main effects are mixed up with interactions of two factors; at 4, only with those of
        three; at 5, interactions of two only with those of three.
        """
        return min((len(word.lstrip("-")) for word in self.defining_words), default=None)

    def aliases(self, word: str) -> tuple[str, ...]:
        """Give the effects that can't be told from this one.

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
        self._check(word)
        relation = self._relation
        return _signed({_times(word, other): relation[other] for other in relation if other})

    @property
    def words(self) -> tuple[str, ...]:
        """The effects that the design can estimate, each under its shortest word."""
        letters = LETTERS[: len(self.factors)]
        relation = self._relation
        # What is aliased with the identity is constant: no effect at all.
        taken, chosen = set(relation), []
        for size in range(1, len(letters) + 1):
            for word in map("".join, combinations(letters, size)):
                if word not in taken:
                    taken |= {_times(word, other) for other in relation}
                    chosen.append(word)
        return tuple(chosen)

    def label(self, word: str) -> str:
        """Write an effect with the factors' names.

        Examples
        --------
        >>> design = FactorialDesign((Factor("coin", "1p", "£2"), Factor("way", "pinch", "flick")))
        >>> design.label("AB")
        'coin × way'
        """
        self._check(word)
        return " × ".join(self.factors[LETTERS.index(letter)].name for letter in word)

    def word(self, factors: Iterable[Factor]) -> str:
        """Give the word of some of the factors together."""
        return "".join(LETTERS[place] for place in sorted(map(self.factors.index, factors)))

    def named(self, name: str) -> Factor:
        """Give a factor by its name; `DesignInvalid` where none is called so."""
        for factor in self.factors:
            if factor.name == name:
                return factor
        known = joined([repr(factor.name) for factor in self.factors], "or")
        raise DesignInvalid(f"No factor is called {name!r}. Use {known}.")

    @property
    def alias_words(self) -> tuple[str, ...]:
        """What can't be told apart, in plain words: a sentence for each estimated effect.

        Examples
        --------
        >>> factors = tuple(Factor(name, "no", "yes") for name in ("tea", "milk", "cake"))
        >>> print(FactorialDesign(factors, ("C=-AB",)).alias_words[0])
        tea can't be told from milk × cake (turned round).
        """
        mixed = {word: map(self._told, self.aliases(word)) for word in self.words}
        return tuple(
            f"{self.label(word)} can't be told from {joined(others, 'or')}."
            for word, each in mixed.items()
            if (others := list(each))
        )

    def _told(self, alias: str) -> str:
        turned = " (turned round)" if alias.startswith("-") else ""
        return self.label(alias.lstrip("-")) + turned

    def _check(self, word: object) -> None:
        letters = LETTERS[: len(self.factors)]
        if not isinstance(word, str) or not re.fullmatch(
            "".join(f"{letter}?" for letter in letters), word or "?"
        ):
            raise DesignInvalid(
                f"The effect is {word!r}. Use letters from {letters}, each once and in this order, "
                'such as "AB".'
            )

    def describe(self) -> str:
        r"""Describe the design in a few plain sentences, at most 600 characters.

        Examples
        --------
        >>> factors = tuple(Factor(name, "no", "yes") for name in ("tea", "milk", "cake"))
        >>> print(FactorialDesign(factors, ("C=AB",), repeats=2).describe().replace(". ", ".\n"))
        Factorial design: 3 factors at two levels (A tea, B milk, C cake).
        4 corners, each run 2 times, make 8 runs.
        It is a fraction (C=AB): each effect is mixed up with 1 other, as A with BC.
        Main effects can't be told from interactions of two factors.
        """
        names = ", ".join(
            f"{letter} {factor.name}" for letter, factor in zip(LETTERS, self.factors, strict=False)
        )
        corners = len(self.corners)
        times = "once" if self.repeats == 1 else f"{self.repeats} times"
        said = [
            f"Factorial design: {len(self.factors)} factors at two levels ({names}).",
            f"{corners} corners, each run {times}, make {corners * self.repeats} runs.",
        ]
        if not self.generators:
            said.append("It is full: every effect and interaction can be told from every other.")
        else:
            others = self.aliases("A")
            said.append(
                f"It is a fraction ({', '.join(self.generators)}): each effect is mixed up with "
                f"{counted(len(others), 'other')}, as A with {joined(others)}."
            )
            if self.resolution == 3:
                said.append("Main effects can't be told from interactions of two factors.")
        return " ".join(said)


def sign_of(word: str, signs: Sequence[int]) -> int:
    """Give the sign that a word has at a corner: the product of its factors' signs."""
    return math.prod(signs[LETTERS.index(letter)] for letter in word)


def levels(factors: Iterable[Factor], signs: Iterable[int]) -> tuple[str, ...]:
    """Give the level of each factor for its sign."""
    return tuple(factor.level(sign) for factor, sign in zip(factors, signs, strict=True))


def _times(word: str, other: str) -> str:
    """Multiply two words: letters that come twice cancel."""
    return "".join(sorted(set(word) ^ set(other)))


def _signed(words: Mapping[str, int]) -> tuple[str, ...]:
    """Write words with a minus where they are turned round, shortest first."""
    ordered = sorted(words, key=lambda word: (len(word), word))
    return tuple(f"-{word}" if words[word] < 0 else word for word in ordered)
