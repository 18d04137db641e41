"""What every diagram of a project can do: be drawn, be printed on paper, be read as an outline."""

from __future__ import annotations

import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Self

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.outline import Item, outline_html, outlined, said, walked
from qi_tools.palette import LIGHT, Theme
from qi_tools.result import Result
from qi_tools.words import counted

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.draw.paper import Paper

__all__ = ["Diagram"]


class Diagram(Result):
    """A diagram of a project.

    What it says stands in its outline. It is made of pieces in order, so that paper too small for
    all of them can show some of them on each page.
    """

    __slots__ = ()

    title: str
    """What stands above it."""

    @property
    @abstractmethod
    def items(self) -> tuple[Item, ...]:
        """All that it says, as an outline."""

    @property
    @abstractmethod
    def pieces(self) -> int:
        """In how many pieces it can be parted."""

    @property
    @abstractmethod
    def joints(self) -> frozenset[int]:
        """The pieces, counted from 0, with which a new page best begins."""

    @abstractmethod
    def part(self, first: int, last: int) -> Self:
        """Give the same diagram with only some of its pieces.

        Parameters
        ----------
        first, last : int
            The first piece, counted from 0, and the first after it that is left out.
        """

    @property
    def outline(self) -> str:
        """All that it says, as text: a line an item, set in below what it belongs to."""
        return outlined(self.items)

    @property
    def table(self) -> DataFrame:
        """The outline as a table, one row an item; each call gives a new one."""
        from pandas import DataFrame

        rows = [
            (number, item.words, "; ".join(item.more)) for number, _, item in walked(self.items)
        ]
        return DataFrame(rows, columns=["number", "item", "more"])

    def describe(self) -> str:
        """Describe the diagram in a few plain sentences: also its text alternative."""
        if not self.items:
            return f"{self.title}. It is still blank."
        count = counted(sum(1 for _ in walked(self.items)), "item")
        top = "; ".join(said(item).rstrip(".") for item in self.items)
        return shortened(f"{self.title}. {count}, set out below as text. First: {top}.", LONGEST)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell: the outline, a paragraph a line."""
        return tuple(f"{number} {said(item)}" for number, _, item in walked(self.items))

    def below_html(self) -> str:
        """Give the outline as lists within lists, shown on demand below the figure."""
        if not self.items:
            return ""
        return (
            "<details><summary>Show the outline as text</summary>"
            f'<div class="qi-outline">{outline_html(self.items)}</div></details>'
        )

    def save_pages(
        self, path: str | os.PathLike[str], paper: Paper | None = None, *, theme: Theme = LIGHT
    ) -> tuple[Path, ...]:
        """Save the diagram for printing, on as many pages as legible letters need.

        Parameters
        ----------
        path : path-like
            The file. ``.pdf`` gives one file with all pages; ``.svg`` and ``.png`` give a file for
            each, numbered where there are several. Files of those names are replaced.
        paper : Paper, optional
            ``qi_tools.draw.paper.A4`` unless given, or ``A3``.
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        tuple of Path
            The files.

        Raises
        ------
        FileNotSaved
            If the ending is another one, or a file can't be written.
        """
        from qi_tools.draw import paper as papers

        return papers.save_pages(self, Path(path), paper or papers.A4, theme)
