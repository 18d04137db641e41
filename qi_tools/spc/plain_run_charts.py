"""A run chart to look at: a measure in time order about its middle line, and no judgement.

Those who learn to read dots should judge for themselves, so this chart applies no rule and draws no
limit. Its words hold what an eye needs to judge by: the middle, the dots that stand out furthest,
and how many dots in turn lie above and below the middle line. Where the turns are many, no one can
take them in by ear; then the words hold the turns with the most dots and how the dots move in all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from qi_tools.measure import Measure, check_measure, point_column
from qi_tools.phases import Phases
from qi_tools.result import Result
from qi_tools.spc.runs import runs_in_order, sides_of
from qi_tools.spc.sentences import (
    Sentence,
    fitted,
    introduced,
    introduction,
    named,
    notes,
    paragraphs,
    provenance,
    warned,
)
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["PlainRunChart", "plain_run_chart"]

MOST_TURNS, MOST_TURNS_REPORTED = 30, 200
"""A description of more turns than this sums them up; a report breaks off."""
PARTS = 6


@dataclass(frozen=True, slots=True)
class PlainRunChart(Result):
    """A measure about its median, for the reader to judge.

    Make one with `plain_run_chart`. In a notebook it shows itself.

    Parameters
    ----------
    measure : Measure
        What is charted.
    centre : float
        The median of the values that are not missing, shown as the middle line.
    """

    measure: Measure
    centre: float

    drawn_by: ClassVar[str] = "plain_run_chart"

    @property
    def on_the_line(self) -> int:
        """How many dots lie on the middle line itself."""
        return int(np.count_nonzero(self.measure.known & (self._side == 0)))

    @property
    def _side(self) -> NDArray[np.int8]:
        """1 above the middle line, -1 below it, 0 on it or missing, shape (points,)."""
        values = self.measure.values
        line = np.full(values.size, self.centre)
        return sides_of(values, line, Phases(np.zeros(1, dtype=np.int64), values.size))

    @property
    def table(self) -> DataFrame:
        """The chart as a table, one row a dot.

        Columns: ``date`` (or ``point``, counted from 1), ``value`` and ``side`` of the middle line
        (above, below, on, missing). Each call gives a new table.
        """
        from pandas import DataFrame

        sides = np.select([self._side > 0, self._side < 0], ["above", "below"], "on")
        side = np.where(self.measure.known, sides, "missing")
        return DataFrame(
            point_column(self.measure) | {"value": self.measure.values.copy(), "side": side}
        )

    def describe(self) -> str:
        r"""Describe the chart in a few words, so that a reader who can't see it can judge it too.

        Returns
        -------
        str
            Plain sentences without any verdict, at most 600 characters: also the chart's text
            alternative. `report` tells what there is no room for.

        Examples
        --------
        >>> wait = Measure.from_columns([5, 8, 6, 9, 9.5], name="Wait", unit="minutes")
        >>> print(plain_run_chart(wait).describe().replace(". ", ".\n"))
        Run chart of Wait, minutes: 5 dots, from point 1 to point 5.
        The middle line is at 8.
        Highest dots: 9.5 (point 5) and 9 (point 4).
        Lowest dots: 5 (point 1) and 6 (point 3).
        In time order: 2 dots below the middle line, 2 above.
        1 dot lies on the line.
        """
        start = introduced(self.measure, lambda measure: introduction(measure, noun="dot"))
        turns = runs_in_order(self._side)
        in_short = self._summed_up(turns)
        in_turn = self._turns(turns) if len(turns) <= MOST_TURNS else in_short
        return fitted(
            (
                replace(start, spare=2),
                Sentence(f"The middle line is at {number_in_words(self.centre)}."),
                *map(Sentence, self._furthest()),
                Sentence(in_turn, in_short, spare=1),
                *map(Sentence, self._on_the_line()),
            )
        )

    def report(self) -> tuple[str, ...]:
        r"""Tell all that the chart shows, still without a verdict.

        Returns
        -------
        tuple of str
            Paragraphs: what is charted, the middle line and the furthest dots, how many dots in
            turn lie on each side, notes, warnings and the source.

        Examples
        --------
        >>> wait = Measure.from_columns([5, 8, 6, 9, 9.5], name="Wait", source="Our own log")
        >>> print("\n".join(plain_run_chart(wait).report()[2:]))
        In time order: 2 dots below the middle line, 2 above. 1 dot lies on the line.
        Source: Our own log.
        """
        measure, turns = self.measure, runs_in_order(self._side)
        in_turn = [self._turns(turns[:MOST_TURNS_REPORTED])]
        if len(turns) > MOST_TURNS:
            in_turn.insert(0, self._summed_up(turns))
        if len(turns) > MOST_TURNS_REPORTED:
            more = counted(len(turns) - MOST_TURNS_REPORTED, "more turn")
            in_turn.append(f"The table holds {more}.")
        middle = f"The middle line is at {number_in_words(self.centre)}, the median of all dots."
        return paragraphs(
            introduction(measure, noun="dot"),
            " ".join((middle, *self._furthest())),
            " ".join(filter(None, (*in_turn, *self._on_the_line()))),
            "Points left out elsewhere are dots like all others here." * bool(measure.exclusions),
            notes(measure),
            warned(measure.warnings),
            provenance(measure),
        )

    def _furthest(self) -> Iterator[str]:
        """Name the two highest and the two lowest dots: one alone can't be seen to stand apart."""
        measure = self.measure
        known = np.nonzero(measure.known)[0]
        upwards = known[np.argsort(measure.values[known], kind="stable")]
        downwards = known[np.argsort(-measure.values[known], kind="stable")]
        for which, dots in (("Highest", downwards[:2]), ("Lowest", upwards[:2])):
            told = [
                f"{number_in_words(float(measure.values[dot]))} ({measure.label(int(dot))})"
                for dot in dots
            ]
            yield f"{which} {'dots' if len(told) > 1 else 'dot'}: {' and '.join(told)}."

    def _turns(self, turns: tuple[NDArray[np.intp], ...]) -> str:
        """Say how many dots in turn lie on each side of the middle line; may be empty."""
        told: list[str] = []
        for turn in turns:
            told.append(
                f"{turn.size:,} {self._where(turn)}"
                if told
                else f"{counted(turn.size, 'dot')} {self._where(turn)} the middle line"
            )
        return f"In time order: {', '.join(told)}." if told else ""

    def _summed_up(self, turns: tuple[NDArray[np.intp], ...]) -> str:
        """Say what stands out of many turns, and how high the dots lie from sixth to sixth."""
        measure = self.measure
        most = []
        for side in ("above", "below"):
            here = [turn for turn in turns if self._where(turn) == side]
            if here:
                turn = max(here, key=len)
                first, last = (measure.label(int(turn[end])) for end in (0, -1))
                span = first if first == last else f"{first} to {last}"
                most.append(f"{turn.size:,} {side} ({span})")
        known = measure.values[measure.known]
        parts = np.array_split(known, min(PARTS, known.size))
        middles = [number_in_words(float(np.median(part))) for part in parts]
        return (
            f"The dots lie above or below the middle line in {counted(len(turns), 'turn')}; those "
            f"with most dots: {named(most, len(most))}. The middle of each sixth of the dots, in "
            f"time order: {named(middles, len(middles))}."
            if most
            else ""
        )

    def _where(self, turn: NDArray[np.intp]) -> str:
        return "above" if self.measure.values[turn[0]] > self.centre else "below"

    def _on_the_line(self) -> Iterator[str]:
        if on := self.on_the_line:
            yield f"{counted(on, 'dot')} {'lies' if on == 1 else 'lie'} on the line."


def plain_run_chart(measure: Measure) -> PlainRunChart:
    """Chart a measure about its median, without rules, limits or verdict.

    Parameters
    ----------
    measure : Measure
        Values in time order.

    Returns
    -------
    PlainRunChart

    Raises
    ------
    MeasureInvalid
        If what is given is not a measure.

    Examples
    --------
    >>> plain_run_chart(Measure.from_columns([9, 8, None, 4], name="Wait")).centre
    8.0
    """
    check_measure(measure, "plain_run_chart")
    return PlainRunChart(measure, float(np.nanmedian(measure.values)))
