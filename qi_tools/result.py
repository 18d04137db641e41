"""What every result can do: draw itself, save itself, show itself in a notebook."""

from __future__ import annotations

import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from qi_tools.palette import LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

__all__ = ["Result"]


class Result:
    """A result that can be looked at.

    In a notebook, as the last line of a cell, it shows its picture with its words and its table.
    """

    __slots__ = ()

    drawn_by: ClassVar[str]
    """The module of `qi_tools.draw` that draws it."""

    @property
    @abstractmethod
    def table(self) -> DataFrame:
        """The result as a table; each call gives a new one."""

    @abstractmethod
    def describe(self) -> str:
        """Describe the result in a few plain sentences: also its text alternative."""

    @abstractmethod
    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell of the result, in paragraphs."""

    def plot(self, ax: Axes | None = None, *, theme: Theme = LIGHT) -> Axes:
        """Draw the result with matplotlib.

        In a notebook the result itself, as the last line of a cell, shows more: it carries its
        words and its table.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw. Left out, a new figure is made, with the source below the chart.
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        matplotlib Axes
        """
        from qi_tools.draw import output

        return output.plot(self, ax, theme)

    def save(self, path: str | os.PathLike[str], *, theme: Theme = LIGHT) -> Path:
        """Save the result.

        Parameters
        ----------
        path : path-like
            The file. A name that ends in ``.png``, ``.svg`` or ``.pdf`` gives a picture, with the
            source below it; ``.docx`` gives a Word file with picture, words and numbers; ``.csv``
            gives the numbers. A file of that name is replaced.
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        FileNotSaved
            If the ending is another one, or the file can't be written.
        """
        from qi_tools.draw import output

        return output.save(self, Path(path), theme)

    def html(self, *, theme: Theme = LIGHT) -> str:
        """Give the result as a figure for a page: picture, words, caption, and table on demand.

        Parameters
        ----------
        theme : Theme
            The colours: ``LIGHT``, ``DARK`` or ``PRINT``.

        Returns
        -------
        str
        """
        from qi_tools.draw import output

        return output.html(self, theme)

    def below_html(self) -> str:
        """Give what the figure shows on demand below the picture, as HTML: the numbers."""
        from qi_tools.html import numbers_html

        return numbers_html(self.table)

    def _repr_html_(self) -> str:
        return self.html()
