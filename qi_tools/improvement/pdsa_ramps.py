"""The PDSA ramps of a project as a diagram: tests that build on one another, from one to all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Final, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.cycles import ACTS, SCALES, Cycle
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.outline import Item
from qi_tools.improvement.ramps import Ramp, cycle_numbers, ramps
from qi_tools.words import MONTHS, counted, day_in_words, joined

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["NumberedRamp", "NumberedTest", "PdsaRamps", "pdsa_ramps"]

NO_IDEA: Final = "the change idea is not named"
_LEVELS: Final = {scale: level for level, scale in enumerate(SCALES)}


@dataclass(frozen=True, slots=True)
class NumberedTest:
    """One test and its place in a ramp.

    Parameters
    ----------
    number : str
        Of the ramp, and of the test in it, such as "1.3".
    after : str
        The number of the test that it builds on; blank for the first of a ramp.
    depth : int
        How many tests it builds on, one after the other.
    level : int
        How high up the ramp it stands, from 0, one person once, to 3, everyone. A test that does
        not say with how many stands as high as the one that it builds on.
    cycle : Cycle
    """

    number: str
    after: str
    depth: int
    level: int
    cycle: Cycle

    @property
    def words(self) -> str:
        """Its number and its name."""
        return f"{self.number} {self.cycle.name or '…'}"

    @property
    def scale(self) -> str:
        """With how many it is."""
        return SCALES.get(self.cycle.scale, "With how many: …")

    @property
    def when(self) -> str:
        """Its first and last day."""
        return _when(self.cycle.began, self.cycle.ended)

    @property
    def predicted(self) -> bool:
        """True when the team wrote down what it thought would happen."""
        return bool(self.cycle.prediction)

    @property
    def decision(self) -> str:
        """What the team decided, in one word or two."""
        return self.cycle.act.capitalize() or "Not decided yet"

    @property
    def item(self) -> Item:
        """The test as part of an outline."""
        cycle = self.cycle
        prediction = f"Predicted: {_one_line(cycle.prediction)}"
        return Item(
            self.words,
            (
                *([f"Builds on {self.after}"] if self.after else []),
                self.scale,
                self.when,
                prediction if self.predicted else "No prediction",
                f"What happened: {_one_line(cycle.happened) or '…'}",
                f"Decision: {self.decision.lower()}",
                *([f"Next: {cycle.next_step}"] if cycle.next_step else []),
            ),
        )


@dataclass(frozen=True, slots=True)
class NumberedRamp:
    """A ramp with its tests numbered.

    Parameters
    ----------
    name : str
        Its number and the change idea that it tests.
    tests : tuple of NumberedTest
        The first one, then what builds on it, a branch after the other.
    count : int
        How many there are, also where only some of them are shown.
    """

    name: str
    tests: tuple[NumberedTest, ...]
    count: int


@dataclass(frozen=True, slots=True)
class PdsaRamps(Diagram):
    """All tests of a project, ramp by ramp.

    Parameters
    ----------
    title : str
    ramps : tuple of NumberedRamp
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    ramps: tuple[NumberedRamp, ...]
    source: str

    drawn_by: ClassVar[str] = "diagrams.pdsa_ramps"

    @property
    def tests(self) -> tuple[NumberedTest, ...]:
        """The tests, ramp by ramp."""
        return tuple(test for ramp in self.ramps for test in ramp.tests)

    @property
    def items(self) -> tuple[Item, ...]:
        """The ramps, and below them their tests."""
        return tuple(
            Item(ramp.name, below=tuple(test.item for test in ramp.tests)) for ramp in self.ramps
        )

    @property
    def pieces(self) -> int:
        """How many tests it shows."""
        return len(self.tests)

    @property
    def joints(self) -> frozenset[int]:
        """Where a ramp begins."""
        return frozenset(accumulate(len(ramp.tests) for ramp in self.ramps))

    def part(self, first: int, last: int) -> Self:
        """Give the ramps with only some of the tests, which keep their numbers."""
        chosen = self.tests[first:last]
        parts = (
            replace(ramp, tests=tuple(test for test in ramp.tests if test in chosen))
            for ramp in self.ramps
        )
        return replace(self, ramps=tuple(ramp for ramp in parts if ramp.tests))

    def describe(self) -> str:
        """Count the tests, the predictions and the decisions, and say how far each ramp came."""
        tests = self.tests
        if not tests:
            return f"{self.title}. It is still blank."
        decided = Counter(test.cycle.act for test in tests)
        decisions = [f"{act} {decided[act]}" for act in ACTS if decided[act]]
        said = f" Decisions: {joined(decisions)}." if decisions else ""
        predicted = sum(test.predicted for test in tests)
        counts = f"{counted(len(self.ramps), 'ramp')}, {counted(len(tests), 'test')}"
        each = " ".join(f"{ramp.name}: {_reached(ramp)}." for ramp in self.ramps)
        return shortened(
            f"{self.title}. {counts}, {predicted} with a prediction.{said} {each}", LONGEST
        )


def pdsa_ramps(project: Project) -> PdsaRamps:
    """Draw the ramps of a project: from a test with one person up to everyone.

    Parameters
    ----------
    project : Project

    Returns
    -------
    PdsaRamps

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> tests = [{"id": "a", "name": "Large print", "scale": "1", "prediction": "She can read it",
    ...           "began": "2026-03-02", "happened": "She could", "act": "adopt"}]
    >>> print(pdsa_ramps(read_project({"cycles": tests})).outline)
    - Ramp 1: the change idea is not named
      - 1.1 Large print (One, once; From 2 March 2026; Predicted: She can read it; \
What happened: She could; Decision: adopt)
    """
    ideas = {driver.id: driver.words or "…" for driver in project.drivers}
    numbers = cycle_numbers(project)
    return PdsaRamps(
        project.titled("PDSA ramps"),
        tuple(
            _numbered(ramp, numbers, f"Ramp {number}: {ideas.get(ramp.idea, NO_IDEA)}")
            for number, ramp in enumerate(ramps(project), 1)
        ),
        project.source,
    )


def _numbered(ramp: Ramp, numbers: Mapping[str, str], title: str) -> NumberedRamp:
    made: dict[str, NumberedTest] = {}
    for cycle in ramp.cycles:
        before = made.get(cycle.after)
        made[cycle.id] = NumberedTest(
            numbers[cycle.id],
            before.number if before else "",
            before.depth + 1 if before else 0,
            _LEVELS.get(cycle.scale, before.level if before else 0),
            cycle,
        )
    return NumberedRamp(title, tuple(made.values()), len(made))


def _reached(ramp: NumberedRamp) -> str:
    """Say how many tests a ramp has, and with how many people the widest was."""
    scales = {test.cycle.scale for test in ramp.tests} - {""}
    widest = max(scales, key=lambda scale: _LEVELS[scale], default="")
    reached = f", the widest with {SCALES[widest].lower()}" if widest else ""
    return f"{counted(ramp.count, 'test')}{reached}"


def _when(began: date | None, ended: date | None) -> str:
    """Write the first and the last day, and month and year once where they are the same.

    Examples
    --------
    >>> _when(date(2026, 3, 2), date(2026, 3, 9)), _when(date(2026, 3, 2), date(2026, 4, 9))
    ('2 to 9 March 2026', '2 March to 9 April 2026')
    """
    if began and ended and began != ended:
        first = day_in_words(began)
        if began.year == ended.year:
            first = f"{began.day} {MONTHS[began.month - 1]}"
            if began.month == ended.month:
                first = f"{began.day}"
        return f"{first} to {day_in_words(ended)}"
    if began:
        return day_in_words(began) if ended else f"From {day_in_words(began)}"
    return f"Until {day_in_words(ended)}" if ended else "When: …"


def _one_line(words: str) -> str:
    return " ".join(words.split())
