"""A cell of a table, as a spreadsheet shows it and as it holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

__all__ = ["BLANK", "Cell", "Row", "is_missing", "text_cell"]

_DASH_ALONE = re.compile("[-‐‑‒–—−]+")
_MISSING = {"", ".", "..", "...", "n/a", "#n/a", "na", "nan", "null", "[x]", "[z]"}
_MISSING_WORDS = {"no data", "not available", "not applicable"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Parameters
    ----------
    text : str
        What the cell shows, on one line.
    held : float, datetime.date or None
        The number or day that a workbook holds. None when there is only the text.
    percent : bool
        True when the number held is shown, and given here, as so many in a hundred.
    fault : str
        Why the cell can't be used, whatever it is wanted for; mostly empty.
    """

    text: str
    held: float | date | None = None
    percent: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells, with the number that a spreadsheet gives it."""

    number: int
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> int:
        """How many of the cells hold something."""
        return sum(1 for cell in self.cells if cell.text)


BLANK = Cell("")


def text_cell(text: str) -> Cell:
    """Make a cell of text, with each run of spaces and line breaks made one space."""
    return Cell(" ".join(text.split()))


def is_missing(text: str) -> bool:
    """Say whether a cell's text says that there is nothing.

    ``[x]`` (not available) and ``[z]`` (not applicable) are British official statistics' own marks.

    Examples
    --------
    >>> [is_missing(text) for text in ("", "–", "N/A", "..", "[x]", "0", "*")]
    [True, True, True, True, True, False, False]
    """
    plain = text.casefold()
    return plain in _MISSING or plain in _MISSING_WORDS or bool(_DASH_ALONE.fullmatch(plain))
