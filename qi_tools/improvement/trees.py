"""A tree: one thing at its root, and what stands below it, level by level."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import ClassVar, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.outline import Item, count_leaves, kept, walked
from qi_tools.words import ended, joined

__all__ = ["Tree"]


@dataclass(frozen=True, slots=True)
class Tree(Diagram):
    """A tree drawn from left to right: a driver diagram, a tree of whys, a tree of measures.

    Parameters
    ----------
    title : str
    root : str
        What stands at its root.
    levels : tuple of str
        What the levels are called, the root first; deeper ones are called like the last.
    branches : tuple of Item
        What stands below the root.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    root: str
    levels: tuple[str, ...]
    branches: tuple[Item, ...]
    source: str

    drawn_by: ClassVar[str] = "diagrams.tree"

    @property
    def items(self) -> tuple[Item, ...]:
        """All that it says, as an outline."""
        return (Item(self.root, below=self.branches),) if self.branches or self.root else ()

    @property
    def pieces(self) -> int:
        """How many branches have nothing below them."""
        return count_leaves(self.branches)

    @property
    def joints(self) -> frozenset[int]:
        """Where a branch from the root begins."""
        return frozenset(accumulate(count_leaves(item.below) or 1 for item in self.branches))

    def describe(self) -> str:
        """Describe the tree: its root, how many stand on each level, and its first branches."""
        if not self.branches:
            return f"{self.title}. {ended(self.root)} Nothing stands below it yet."
        sizes = Counter(depth for _, depth, _ in walked(self.branches))
        counts = joined(
            [
                f"{self.levels[min(depth + 1, len(self.levels) - 1)].lower()}: {size}"
                for depth, size in sorted(sizes.items())
            ]
        )
        named = "; ".join(item.words.rstrip(".") for item in self.branches)
        told = f"{self.title}. {ended(self.root)} Below it, {counts}. The first level: {named}."
        return shortened(told, LONGEST)

    def part(self, first: int, last: int) -> Self:
        """Give the tree with only some of its outermost branches."""
        return replace(self, branches=kept(self.branches, first, last))
