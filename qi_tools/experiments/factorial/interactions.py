"""How two factors work together: the mean response at each pair of their levels.

Where one factor does the same whatever the other is, the two lines of an interaction plot run side
by side; where it does more, less or the opposite, they don't (Box, Hunter & Hunter 2005). The lines
of chance are never quite parallel, so the interaction is judged as an effect like all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from qi_tools.alternatives import shortened
from qi_tools.experiments.factorial.designs import DesignInvalid, Factor
from qi_tools.experiments.factorial.effects import Effect, Verdict, effects, with_sign
from qi_tools.experiments.factorial.filled_sheets import Cell, FilledSheet
from qi_tools.result import Result
from qi_tools.spc.sentences import (
    SHORT_NAME,
    Sentence,
    fitted,
    paragraphs,
    provenance,
    warned,
    warning,
)
from qi_tools.words import number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Interaction", "interaction"]

JUDGED: Final[dict[Verdict, str]] = {
    "stands out": "That stands out from chance: the factors work together.",
    "may stand out": "That may be more than chance: the factors may work together.",
    "like chance": "That can't be told from chance.",
    "not judged": "Whether that is more than chance can't be told from these runs.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Interaction(Result):
    """The mean response at each pair of levels of two factors, whatever the others were.

    Make one with `interaction`.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.
    across : Factor
        Its levels stand along the axis.
    lines : Factor
        Each of its levels has a line.
    cells : tuple of Cell
        4, the level across changing fastest.
    effect : Effect
        The interaction; in a fraction the effect that it can't be told from.
    """

    drawn_by: ClassVar[str] = "interaction"

    done: FilledSheet
    across: Factor
    lines: Factor
    cells: tuple[Cell, ...]
    effect: Effect

    @property
    def title(self) -> str:
        """What it is called, and of what."""
        return f"{self.done.measure.name} by {self.across.name} and {self.lines.name}"

    @property
    def means(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The two ends of the line at the low level, and of that at the high level."""
        first, second, third, fourth = (cell.mean for cell in self.cells)
        return (first, second), (third, fourth)

    @property
    def finding(self) -> str:
        """How much the change across differs between the lines, and whether that is chance."""
        (begin, end), (other_begin, other_end) = self.means
        return (
            f'From "{self.across.low}" to "{self.across.high}" the mean changes by '
            f'{with_sign(end - begin)} with "{self.lines.low}" and by '
            f'{with_sign(other_end - other_begin)} with "{self.lines.high}". '
            f"{JUDGED[self.effect.verdict]}"
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before trusting the lines."""
        if not self.done.design.generators:
            return self.done.warnings
        own = self.done.design.word((self.across, self.lines))
        mixed = [word.lstrip("-") for word in (self.effect.word, *self.effect.aliases)]
        others = " or ".join(self.done.design.label(word) for word in mixed if word != own)
        return (
            f"In this fraction the interaction can't be told from {others}.",
            *self.done.warnings,
        )

    @property
    def table(self) -> DataFrame:
        """The means, one row a pair of levels; each call gives a new table.

        Columns: one for each factor, ``runs`` and ``mean``.
        """
        from pandas import DataFrame

        return DataFrame(
            {
                self.across.name: [cell.levels[0] for cell in self.cells],
                self.lines.name: [cell.levels[1] for cell in self.cells],
                "runs": [len(cell.responses) for cell in self.cells],
                "mean": [cell.mean for cell in self.cells],
            }
        )

    def describe(self) -> str:
        r"""Describe the two lines, at most 600 characters.

        Examples
        --------
        >>> from qi_tools.experiments.factorial.designs import FactorialDesign
        >>> from qi_tools.experiments.factorial.filled_sheets import filled
        >>> from qi_tools.experiments.factorial.run_sheets import RunSheet
        >>> design = FactorialDesign((Factor("tea", "no", "yes"), Factor("milk", "none", "some")))
        >>> done = filled(RunSheet(design, (3, 0, 2, 1)), [11, 1, 5, 3], name="Taste")
        >>> print(interaction(done, "tea", "milk").describe().replace(". ", ".\n"))
        Interaction plot of Taste by tea and milk.
        With none: no 1, yes 3.
        With some: no 5, yes 11.
        From "no" to "yes" the mean changes by +2 with "none" and by +6 with "some".
        Whether that is more than chance can't be told from these runs.
        """
        cut = shortened(self.title, SHORT_NAME)
        return fitted(
            (
                Sentence(self._introduction(self.title), self._introduction(cut), spare=1),
                Sentence(self._lines, spare=2),
                Sentence(self.finding, JUDGED[self.effect.verdict], spare=4),
                *warning(self.warnings),
            )
        )

    def report(self) -> tuple[str, ...]:
        """Tell the four means, and how to read them."""
        return paragraphs(
            self._introduction(self.title),
            self._lines,
            f"{self.finding} The interaction, half of the difference between the two changes, is "
            f"{with_sign(self._size)}.",
            "Lines side by side mean that each factor does the same whatever the other is. Lines "
            "of chance are never quite so: judge by the dot plot of effects.",
            warned(self.warnings),
            provenance(self.done),
        )

    @property
    def _size(self) -> float:
        (begin, end), (other_begin, other_end) = self.means
        return ((other_end - other_begin) - (end - begin)) / 2

    def _introduction(self, title: str) -> str:
        made_up = " (simulated data)" if self.done.simulated else ""
        unit = f", {self.done.measure.unit}" if self.done.measure.unit else ""
        return f"Interaction plot of {title}{unit}{made_up}."

    @property
    def _lines(self) -> str:
        return " ".join(
            f"With {level}: {self.across.low} {number_in_words(begin)}, {self.across.high} "
            f"{number_in_words(end)}."
            for level, (begin, end) in zip(
                (self.lines.low, self.lines.high), self.means, strict=True
            )
        )


def interaction(done: FilledSheet, across: str, lines: str) -> Interaction:
    """Give the means at each pair of levels of two factors.

    Parameters
    ----------
    done : FilledSheet
        The runs and what came of them.
    across : str
        The factor whose levels stand along the axis, by name.
    lines : str
        The factor whose levels have a line each.

    Returns
    -------
    Interaction

    Raises
    ------
    DesignInvalid
        If a name is no factor's, or both are the same.

    Examples
    --------
    >>> from qi_tools.experiments.factorial.designs import FactorialDesign
    >>> from qi_tools.experiments.factorial.filled_sheets import filled
    >>> from qi_tools.experiments.factorial.run_sheets import standard_order
    >>> design = FactorialDesign((Factor("a", "0", "1"), Factor("b", "0", "1")))
    >>> done = filled(standard_order(design), [1, 3, 5, 11], name="y")
    >>> interaction(done, "a", "b").means
    ((1.0, 3.0), (5.0, 11.0))
    """
    first, second = done.design.named(across), done.design.named(lines)
    if across == lines:
        raise DesignInvalid(f"An interaction of {across!r} with itself can't be. Name two factors.")
    # Any two factors of a design of resolution 3 or more meet at all four pairs of their levels.
    both = (first, second)
    return Interaction(done, first, second, done.cells(both), effects(done).of(both))
