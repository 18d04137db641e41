"""Why a problem happens: the fishbone, and the five whys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, Final, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.fields import Line, Ref, asked
from qi_tools.improvement.outline import Item, branches, count_leaves, kept, walked
from qi_tools.improvement.trees import Tree
from qi_tools.words import counted, ended

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = [
    "ASKED",
    "GUESS",
    "Cause",
    "Effect",
    "Event",
    "Fishbone",
    "FiveWhys",
    "Why",
    "fishbone",
    "five_whys",
]

GUESS: Final = "A guess so far"
#: What is asked at each level of the whys, the problem first; the last is asked again and again.
ASKED: Final = ("What happened", "Why?", "Why is that?", "And why is that?")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fishbone explains.

    Parameters
    ----------
    effect : str
    """

    effect: str = asked(
        Line("What do the causes lead to?", "One thing that happens, such as: a visit is missed.")
    )


@dataclass(frozen=True, slots=True)
class Cause:
    """A bone of the fish, a cause on it, or what lies behind that.

    Parameters
    ----------
    id : str
    words : str
    under : str
        The cause that it leads to; blank for a bone, which names a kind of cause.
    seen : str
        How the team knows; blank while it is a guess.
    """

    id: str
    words: str = asked(Line("Kind of cause, or cause", most=120))
    under: str = asked(
        Ref(
            "It belongs to",
            "Blank: a bone, such as People or Place. Under a bone: a cause. Under that: why.",
            to="causes",
            levels=3,
        )
    )
    seen: str = asked(Line("How do you know?", "Counted, seen or heard. Blank: it is a guess."))


@dataclass(frozen=True, slots=True)
class Event:
    """What the whys begin with.

    Parameters
    ----------
    event : str
    """

    event: str = asked(
        Line("What happened?", "One thing that happened, not who did it: ask why, not who.")
    )


@dataclass(frozen=True, slots=True)
class Why:
    """An answer to "why?".

    Parameters
    ----------
    id : str
    words : str
    under : str
        The answer that it explains; blank for an answer to the first why.
    seen : str
        How the team knows; blank while it is a guess.
    """

    id: str
    words: str = asked(Line("Because", most=160))
    under: str = asked(Ref("It explains", "Blank: it answers the first why.", to="whys", levels=8))
    seen: str = asked(Line("How do you know?", "Counted, seen or heard. Blank: it is a guess."))


@dataclass(frozen=True, slots=True)
class Fishbone(Diagram):
    """A fishbone: kinds of cause as bones, causes on them, and what they lead to as the head.

    The first was drawn by Ishikawa (Guide to Quality Control, 1976).

    Parameters
    ----------
    title : str
    effect : str
        What the causes lead to.
    causes : tuple of Cause
        Without circles, as those of a `Project` are.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    effect: str
    causes: tuple[Cause, ...]
    source: str

    drawn_by: ClassVar[str] = "diagrams.fishbone"

    @property
    def items(self) -> tuple[Item, ...]:
        """All that it says, as an outline."""
        return (Item(self.effect, below=self._bones),)

    @property
    def pieces(self) -> int:
        """How many causes have nothing behind them."""
        return count_leaves(self._bones)

    @property
    def joints(self) -> frozenset[int]:
        """Where a bone begins."""
        return frozenset(accumulate(count_leaves(bone.below) or 1 for bone in self._bones))

    def below(self, id: str = "") -> tuple[Cause, ...]:
        """Give what stands below a cause; the bones unless one is named."""
        return tuple(cause for cause in self.causes if cause.under == id)

    def part(self, first: int, last: int) -> Self:
        """Give the fish with only some of its causes, and the bones that they are on."""
        ids = branches(self.causes, lambda cause: cause.under, lambda cause: Item(cause.id))
        left = {item.words for _, _, item in walked(kept(ids, first, last))}
        return replace(self, causes=tuple(cause for cause in self.causes if cause.id in left))

    def describe(self) -> str:
        """Describe the fish: how many causes it has, how many of them are seen, and its bones."""
        if not self.causes:
            return f"{self.title}. {ended(self.effect)} No cause is written here yet."
        bones = self._bones
        sizes = [sum(1 for _ in walked(bone.below)) for bone in bones]
        seen = sum(1 for cause in self.causes if cause.under and cause.seen)
        kinds = "1 kind of cause" if len(bones) == 1 else f"{len(bones)} kinds of cause"
        names = "; ".join(
            f"{bone.words} ({counted(size, 'cause')})"
            for bone, size in zip(bones, sizes, strict=True)
        )
        known = f"{seen} of them seen" if seen else "none of them seen yet"
        return shortened(
            f"{self.title}. The effect: {ended(self.effect)} {kinds}, with "
            f"{counted(sum(sizes), 'cause')}, {known}. Bones: {names}.",
            LONGEST,
        )

    @property
    def _bones(self) -> tuple[Item, ...]:
        return branches(self.causes, lambda cause: cause.under, _of_cause)


@dataclass(frozen=True, slots=True)
class FiveWhys(Tree):
    """A tree of whys: what happened at its root, and behind each answer what explains it."""

    def describe(self) -> str:
        """Describe the tree: where it begins, and the answers behind which nobody asked."""
        if not self.branches:
            return f"{self.title}. {ended(self.root)} Nobody has asked why yet."
        answers = list(walked(self.branches))
        ends = [(depth, item) for _, depth, item in answers if not item.below]
        deepest = max(depth for depth, _ in ends)
        last = sorted(ends, key=lambda end: -end[0])  # stable: else in the order of the outline
        named = "; ".join(f"{item.words} ({'; '.join(item.more)})" for _, item in last)
        return shortened(
            f"{self.title}. What happened: {ended(self.root)} "
            f"{counted(len(answers), 'answer')}, at most {counted(deepest + 1, 'why')} deep. "
            f"Possible roots, the deepest first: {named}.",
            LONGEST,
        )


def fishbone(project: Project) -> Fishbone:
    """Draw the fishbone of a project: what leads to its effect, seen or guessed.

    Parameters
    ----------
    project : Project

    Returns
    -------
    Fishbone

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project(
    ...     {
    ...         "effect": {"effect": "A visit is missed"},
    ...         "causes": [
    ...             {"id": "a", "words": "Letters"},
    ...             {"id": "b", "words": "Small print", "under": "a", "seen": "6 of 10 letters"},
    ...             {"id": "c", "words": "They come late", "under": "a"},
    ...         ],
    ...     }
    ... )
    >>> print(fishbone(project).outline)
    - A visit is missed
      - Letters
        - Small print (Seen: 6 of 10 letters)
        - They come late (A guess so far)
    """
    return Fishbone(
        project.titled("Fishbone"),
        project.effect.effect or "The effect is not written yet.",
        project.causes,
        project.source,
    )


def five_whys(project: Project) -> FiveWhys:
    """Draw the five whys of a project: from what happened to what may be at the root of it.

    An answer may have several behind it, so the whys make a tree; five of them are a custom, no
    rule (Ohno, Toyota Production System, 1988).

    Parameters
    ----------
    project : Project

    Returns
    -------
    FiveWhys

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project(
    ...     {
    ...         "event": {"event": "Pay was late"},
    ...         "whys": [
    ...             {"id": "a", "words": "A form came late", "seen": "Date stamps"},
    ...             {"id": "b", "words": "It waits for a signature", "under": "a"},
    ...         ],
    ...     }
    ... )
    >>> print(five_whys(project).outline)
    - Pay was late
      - A form came late (Seen: Date stamps)
        - It waits for a signature (A guess so far)
    """
    return FiveWhys(
        project.titled("Five whys"),
        project.event.event or "It is not written yet what happened.",
        ASKED,
        branches(
            project.whys,
            lambda why: why.under,
            lambda why: Item(why.words or "…", _known(why.seen)),
        ),
        project.source,
    )


def _of_cause(cause: Cause) -> Item:
    """Give the line for a cause. A bone is a heading: nobody need see it happen."""
    more = _known(cause.seen) if cause.under or cause.seen else ()
    return Item(cause.words or "…", more)


def _known(seen: str) -> tuple[str, ...]:
    return (f"Seen: {seen}" if seen else GUESS,)
