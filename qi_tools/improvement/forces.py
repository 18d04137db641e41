"""The force field: what drives a change and what holds it back (Lewin, 1951)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.fields import Line, Number, OneOf, asked
from qi_tools.improvement.outline import Item
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["SIDES", "Change", "Force", "ForceField", "Side", "force_field"]

#: Which way a force pulls.
SIDES: Final = {"for": "Drives the change", "against": "Holds it back"}


@dataclass(frozen=True, slots=True)
class Change:
    """The change that the forces act on.

    Parameters
    ----------
    change : str
    """

    change: str = asked(Line("Which change?", "Such as: every patient gets a text message."))


@dataclass(frozen=True, slots=True)
class Force:
    """One force.

    Parameters
    ----------
    id : str
    words : str
    side : str
        A key of `SIDES`.
    strength : float or None
        From 1, weak, to 5, strong.
    action : str
        How the team will strengthen or weaken it.
    """

    id: str
    words: str = asked(Line("Force", most=100))
    side: str = asked(OneOf("Which way does it pull?", options=SIDES))
    strength: float | None = asked(
        Number("How strong, from 1 to 5?", "As the team judges it.", low=1, high=5, whole=True)
    )
    action: str = asked(
        Line("What will you do about it?", "Weakening what holds back often does most.")
    )

    @property
    def strength_in_words(self) -> str:
        """Its strength, or a question mark where nobody has judged it."""
        return "?" if self.strength is None else number_in_words(self.strength)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a force field says of it besides its strength."""
        return (f"Next: {self.action}",) if self.action else ()


@dataclass(frozen=True, slots=True)
class Side:
    """The forces that pull the same way, the strongest first.

    Parameters
    ----------
    name : str
    pulls : str
        A key of `SIDES`; blank where the team has not said which way they pull.
    forces : tuple of Force
    count : int
        How many there are, also where only some of them are shown.
    """

    name: str
    pulls: str
    forces: tuple[Force, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ForceField(Diagram):
    """What drives a change and what holds it back (Lewin, 1951).

    Strengths are the team's judgements, so they are never added up or taken from one another.

    Parameters
    ----------
    title : str
    change : str
        The change; blank where it is not written.
    driving, holding, open : Side
        What drives it, what holds it back, and the forces of which the team has not said.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    change: str
    driving: Side
    holding: Side
    open: Side
    source: str

    drawn_by: ClassVar[str] = "diagrams.force_field"

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        """What drives, what holds back, and what is not said."""
        return self.driving, self.holding, self.open

    @property
    def items(self) -> tuple[Item, ...]:
        """The change, and below it the forces by the way they pull."""
        below = tuple(
            Item(side.name, (counted(side.count, "force"),), tuple(map(_item, side.forces)))
            for side in self.sides
            if side.forces
        )
        if not (below or self.change):
            return ()
        return (Item(self.change or "The change is not written yet.", below=below),)

    @property
    def pieces(self) -> int:
        """How many rows it has: one force on either side makes a row."""
        return self._opens + len(self.open.forces)

    @property
    def joints(self) -> frozenset[int]:
        """Where the forces begin of which the team has not said which way they pull."""
        return frozenset({self._opens})

    def part(self, first: int, last: int) -> Self:
        """Give the force field with only some of its rows."""
        opens = self._opens
        return replace(
            self,
            driving=_part(self.driving, first, last),
            holding=_part(self.holding, first, last),
            open=_part(self.open, max(0, first - opens), max(0, last - opens)),
        )

    def describe(self) -> str:
        """Name the change, count the forces, and name the strongest."""
        if not any(side.forces for side in self.sides):
            return f"{self.title}. It is still blank."
        change = f"The change: {self.change.rstrip('.')}. " if self.change else ""
        counts = f"{_forces(self.driving, 'drive')} it; {_forces(self.holding, 'hold')} it back."
        if self.open.forces:
            counts += f" For {self.open.count} nobody has said which way it pulls."
        strongest = "".join(
            f" The strongest that {what}: {_strongest(side)}."
            for side, what in ((self.driving, "drives it"), (self.holding, "holds it back"))
            if side.forces and side.forces[0].strength
        )
        return shortened(f"{self.title}. {change}{counts}{strongest}", LONGEST)

    @property
    def _opens(self) -> int:
        return max(len(self.driving.forces), len(self.holding.forces))


def force_field(project: Project) -> ForceField:
    """Set what drives a project's change against what holds it back (Lewin, 1951).

    Parameters
    ----------
    project : Project

    Returns
    -------
    ForceField

    References
    ----------
    Lewin K (1951). Field Theory in Social Science. Harper & Brothers.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> forces = [{"id": "a", "words": "Phones are busy", "side": "against", "strength": 4}]
    >>> print(force_field(read_project({"forces": forces})).outline)
    - The change is not written yet.
      - Holds it back (1 force)
        - Phones are busy (Strength: 4)
    """
    driving, holding, open = (
        _side(name, pulls, project.forces)
        for pulls, name in (*SIDES.items(), ("", "Which way does it pull?"))
    )
    change = project.change.change
    return ForceField(project.titled("Force field"), change, driving, holding, open, project.source)


def _side(name: str, pulls: str, forces: tuple[Force, ...]) -> Side:
    there = [each for each in forces if each.side == pulls]
    there.sort(key=lambda force: force.strength or 0.0, reverse=True)
    return Side(name, pulls, tuple(there), len(there))


def _part(side: Side, first: int, last: int) -> Side:
    return replace(side, forces=side.forces[first:last])


def _item(force: Force) -> Item:
    return Item(force.words or "…", (f"Strength: {force.strength_in_words}", *force.notes))


def _forces(side: Side, verb: str) -> str:
    ending = "s" if side.count == 1 else ""
    return f"{counted(side.count, 'force')} {verb}{ending}"


def _strongest(side: Side) -> str:
    top = side.forces[0].strength
    words = [each.words or "…" for each in side.forces if each.strength == top]
    return f"{joined(words)} ({side.forces[0].strength_in_words})"
