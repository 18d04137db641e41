"""A column of numbers as people write them, read without guessing.

Understood: ``1234.5``, ``1,234``, ``1 234``, ``12%``, ``£1,234.50``, and ``(12)`` as accountants
write −12. A comma may part thousands but is no decimal point, so ``1,5`` is refused. A number
that was hidden because it is small, as ``*`` or ``<5``, is a fault: no value may be made up for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qi_tools.reading.cells import Cell, is_missing

__all__ = ["NumbersRead", "read_numbers"]

_PLAIN = re.compile(r"(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WITH_COMMAS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
_WITH_SPACES = re.compile(r"[1-9]\d{0,2}( \d{3})+(\.\d*)?", re.ASCII)
_SIGNED = re.compile(r"(?P<sign>[+-]?) ?(?P<pound>£?) ?(?P<inner>[+-]?)(?P<size>.*)")
_CLOCK = re.compile(r"\d+:\d{2}(:\d{2})?( ?[ap]m)?", re.ASCII | re.IGNORECASE)
_MINUS = str.maketrans("−–‐‑", "----")
_SMALL = re.compile(r"([<≤] ?=?|less than) ?\d+ ?%?|\*+|\[?c\]?", re.IGNORECASE)

_ERRORS = {
    "#DIV/0!": "is a spreadsheet's error, a number over nothing; mend it or leave the cell blank",
    "#REF!": "is a spreadsheet's error, a formula that lost its cell; mend it",
    "#VALUE!": "is a spreadsheet's error, a formula that met text; mend it",
    "#NAME?": "is a spreadsheet's error, a formula with an unknown name; mend it",
    "#NUM!": "is a spreadsheet's error, a number it can't hold; mend it",
    "#NULL!": "is a spreadsheet's error; mend it",
    "#SPILL!": "is a spreadsheet's error; mend it",
    "#CALC!": "is a spreadsheet's error; mend it",
}
_SUPPRESSED = (
    "is a small number that was hidden, so its value is not known; leave the cell blank, or chart "
    "longer stretches of time"
)


@dataclass(frozen=True, slots=True)
class NumbersRead:
    """A column of written numbers, and what could not be read in it.

    Parameters
    ----------
    values : ndarray of float
        One number for each cell; not a number where the cell is blank or was not read.
    faults : dict of int to str
        For each cell that is neither a number nor blank, counted from 0, the reason.
    percent : bool
        True when the numbers carry a per cent sign.
    """

    values: NDArray[np.float64]
    faults: dict[int, str]
    percent: bool

    @property
    def known(self) -> NDArray[np.bool_]:
        """True where a number was read."""
        return ~np.isnan(self.values)


def read_numbers(cells: Sequence[Cell], *, comma_parts_thousands: bool = True) -> NumbersRead:
    """Read a column of numbers.

    Parameters
    ----------
    cells : sequence of Cell
    comma_parts_thousands : bool
        False where ``1,234`` may be a little more than 1, as in files parted by semicolons; a
        number with a comma is then refused.

    Returns
    -------
    NumbersRead
        The values, every fault, and whether they are percentages. When only some carry the sign,
        the fewer are faults.

    Examples
    --------
    >>> cells = [Cell(text) for text in ("1,234", "(12)", "£5", "n/a", "<5")]
    >>> read = read_numbers(cells)
    >>> read.values.tolist()
    [1234.0, -12.0, 5.0, nan, nan]
    >>> list(read.faults)
    [4]
    """
    values = np.full(len(cells), np.nan)
    faults: dict[int, str] = {}
    with_sign: list[int] = []
    without_sign: list[int] = []
    for position, cell in enumerate(cells):
        if cell.fault:
            faults[position] = cell.fault
            continue
        if isinstance(cell.held, date):
            faults[position] = "is a date, not a number; format the cell as a number"
            continue
        if cell.held is None and is_missing(cell.text):
            continue
        percent = cell.percent
        number: float | str
        if cell.held is None:
            percent = "%" in cell.text
            number = _number(cell.text, comma_parts_thousands)
        else:
            number = cell.held
        if isinstance(number, str):
            faults[position] = number
        elif np.isinf(number):
            faults[position] = "is too large a number"
        else:
            values[position] = number
            (with_sign if percent else without_sign).append(position)
    if with_sign and without_sign:
        for position in min(with_sign, without_sign, key=len):
            has = "has a % sign" if position in with_sign else "has no % sign"
            faults[position] = f"{has}, unlike other rows"
    return NumbersRead(values, dict(sorted(faults.items())), bool(with_sign))


def _number(text: str, comma_parts_thousands: bool) -> float | str:
    """Give the number, or the reason why the text is none."""
    written = text.translate(_MINUS)
    if reason := _known_fault(written):
        return reason
    negative = written.startswith("(") and written.endswith(")")
    if negative:
        written = written[1:-1].strip()
    written = written.removesuffix("%").rstrip()
    match = _SIGNED.fullmatch(written)
    assert match is not None  # the last part takes whatever is left
    signs = match["sign"] + match["inner"]
    if len(signs) > 1 or (negative and signs):
        return "is not a number"
    size = match["size"]
    if comma_parts_thousands and _WITH_COMMAS.fullmatch(size):
        size = size.replace(",", "")
    elif _WITH_SPACES.fullmatch(size):
        size = size.replace(" ", "")
    if not _PLAIN.fullmatch(size):
        comma = "," in size and not comma_parts_thousands
        return "is not a number; use a point, not a comma" if comma else "is not a number"
    return -float(size) if negative or signs == "-" else float(size)


def _known_fault(text: str) -> str:
    if _SMALL.fullmatch(text):
        return _SUPPRESSED
    if text.upper() in _ERRORS:
        return _ERRORS[text.upper()]
    if text and not text.strip("#"):
        return "is a number that its column is too narrow to show; widen the column and copy again"
    if _CLOCK.fullmatch(text):
        return "is a time on the clock; write it as a number, such as minutes"
    return ""
