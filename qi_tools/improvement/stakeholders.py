"""The people whom a change touches: how much they can move it, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Final, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.fields import Line, OneOf, asked
from qi_tools.improvement.outline import Item
from qi_tools.words import counted, joined

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = [
    "INFLUENCES",
    "QUADRANTS",
    "STANDS",
    "Quadrant",
    "Stakeholder",
    "StakeholderMap",
    "stakeholder_map",
]

#: How much they can move the change.
INFLUENCES: Final = {"low": "Little", "high": "Much"}
#: Where they stand today, from the word in the file.
STANDS: Final = {
    "against": "Against it",
    "doubtful": "In doubt",
    "neutral": "Neither",
    "helpful": "Helps",
    "leading": "Leads it",
}
#: What to do, by how much people can move the change and how much it changes their day.
QUADRANTS: Final = {
    ("high", "high"): "Work with them",
    ("high", "low"): "Keep them on your side",
    ("low", "high"): "Hear them and help them",
    ("low", "low"): "Let them know",
}
NOT_JUDGED: Final = ("", "")


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A group or a role that the change touches; never a name.

    Parameters
    ----------
    id : str
    who : str
    influence : str
        A key of `INFLUENCES`.
    touched : str
        How much it changes their own day; a key of `INFLUENCES`.
    now, wanted : str
        Where they stand, and where the change needs them: keys of `STANDS`.
    cares_about : str
        What matters to them.
    action : str
        What the team will do next.
    """

    id: str
    who: str = asked(Line("Who?", "A group or a role, not a name: night nurses.", most=60))
    influence: str = asked(OneOf("How much can they move it?", options=INFLUENCES))
    touched: str = asked(OneOf("How much does it change their day?", options=INFLUENCES))
    now: str = asked(OneOf("Where do they stand now?", options=STANDS))
    wanted: str = asked(OneOf("Where does the change need them?", options=STANDS))
    cares_about: str = asked(Line("What matters to them?", "Ask them: do not guess."))
    action: str = asked(Line("What will you do next?"))

    @property
    def stands(self) -> str:
        """Where they stand and where the change needs them, in a few words.

        Examples
        --------
        >>> Stakeholder("a", now="doubtful", wanted="helpful").stands
        'In doubt → helps'
        >>> Stakeholder("a", now="helpful", wanted="helpful").stands, Stakeholder("a").stands
        ('Helps, as needed', 'Where they stand: …')
        """
        now, wanted = STANDS.get(self.now, "…"), STANDS.get(self.wanted, "…")
        if not (self.now or self.wanted):
            return "Where they stand: …"
        if self.now == self.wanted:
            return f"{now}, as needed"
        return f"{now} → {wanted[0].lower()}{wanted[1:]}"

    @property
    def to_move(self) -> bool:
        """True where they stand elsewhere than the change needs them."""
        return bool(self.now and self.wanted) and self.now != self.wanted

    @property
    def notes(self) -> tuple[str, ...]:
        """What a map says of them: where they stand, and what the team will do next."""
        half = ""
        if self.influence and not self.touched:
            half = f"Influence: {INFLUENCES[self.influence].lower()}"
        elif self.touched and not self.influence:
            half = f"Changes their day: {INFLUENCES[self.touched].lower()}"
        action = f"Next: {self.action}" if self.action else ""
        return tuple(filter(None, (self.stands, half, action)))


@dataclass(frozen=True, slots=True)
class Quadrant:
    """The people for whom the same is to do.

    Parameters
    ----------
    name : str
        What to do.
    influence, touched : str
        Keys of `INFLUENCES`; blank for the people who are not judged yet.
    people : tuple of Stakeholder
    count : int
        How many there are, also where only some of them are shown.
    """

    name: str
    influence: str
    touched: str
    people: tuple[Stakeholder, ...]
    count: int

    @property
    def meaning(self) -> str:
        """Who belongs there."""
        if not self.influence:
            return "How much they can move it, or how much it changes their day, is not said."
        much, day = INFLUENCES[self.influence], INFLUENCES[self.touched].lower()
        return f"{much} influence; it changes their day {day}"


@dataclass(frozen=True, slots=True)
class StakeholderMap(Diagram):
    """People by how much they can move a change and how much it changes their day.

    Parameters
    ----------
    title : str
    quadrants : tuple of Quadrant
        Those of `QUADRANTS` in that order, then the people who are not judged yet.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    quadrants: tuple[Quadrant, ...]
    source: str

    drawn_by: ClassVar[str] = "diagrams.stakeholder_map"

    @property
    def people(self) -> tuple[Stakeholder, ...]:
        """Those shown, quadrant by quadrant."""
        return tuple(each for quadrant in self.quadrants for each in quadrant.people)

    @property
    def whole(self) -> bool:
        """True when all people are shown."""
        return all(len(quadrant.people) == quadrant.count for quadrant in self.quadrants)

    @property
    def items(self) -> tuple[Item, ...]:
        """The quadrants that hold people, and their people."""
        return tuple(
            Item(
                quadrant.name,
                (quadrant.meaning,),
                tuple(Item(each.who or "…", each.notes) for each in quadrant.people),
            )
            for quadrant in self.quadrants
            if quadrant.people
        )

    @property
    def pieces(self) -> int:
        """How many people or groups it shows."""
        return len(self.people)

    @property
    def joints(self) -> frozenset[int]:
        """Where a quadrant begins."""
        return frozenset(accumulate(len(quadrant.people) for quadrant in self.quadrants))

    def part(self, first: int, last: int) -> Self:
        """Give the map with only some of the people."""
        chosen = self.people[first:last]
        return replace(
            self,
            quadrants=tuple(
                replace(quadrant, people=tuple(each for each in quadrant.people if each in chosen))
                for quadrant in self.quadrants
            ),
        )

    def describe(self) -> str:
        """Say how many people stand where, and who is not yet where the change needs them."""
        if not self.people:
            return f"{self.title}. It is still blank."
        shares = joined(
            [f"{each.name} {len(each.people)}" for each in self.quadrants if each.people]
        )
        to_move = [f"{each.who or '…'} ({each.stands})" for each in self.people if each.to_move]
        gaps = f" Not yet where the change needs them: {'; '.join(to_move)}." if to_move else ""
        count = counted(len(self.people), "stakeholder")
        return shortened(f"{self.title}. {count}: {shares}.{gaps}", LONGEST)


def stakeholder_map(project: Project) -> StakeholderMap:
    """Map the people of a project by their influence and by how much the change touches them.

    Parameters
    ----------
    project : Project

    Returns
    -------
    StakeholderMap

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> nurses = {"id": "a", "who": "Night nurses", "influence": "high", "touched": "high"}
    >>> print(stakeholder_map(read_project({"stakeholders": [nurses]})).outline)
    - Work with them (Much influence; it changes their day much)
      - Night nurses (Where they stand: …)
    """
    return StakeholderMap(
        project.titled("Stakeholder map"),
        tuple(
            _quadrant(name, place, project.stakeholders)
            for place, name in (*QUADRANTS.items(), (NOT_JUDGED, "Not judged yet"))
        ),
        project.source,
    )


def _quadrant(name: str, place: tuple[str, str], everyone: Sequence[Stakeholder]) -> Quadrant:
    people = tuple(each for each in everyone if _place(each) == place)
    return Quadrant(name, *place, people, len(people))


def _place(each: Stakeholder) -> tuple[str, str]:
    return (each.influence, each.touched) if each.influence and each.touched else NOT_JUDGED
