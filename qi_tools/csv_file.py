"""A CSV file with a row of headings: its columns found, and two of them read."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qi_tools.dates import read_dates
from qi_tools.errors import FileNotUnderstood, RowFault
from qi_tools.words import counted, listed

__all__ = ["ColumnsRead", "read_columns"]

LARGEST_FILE = 50 * 1024 * 1024
_DASHES = "-‐‑‒–—−"
_MISSING = {"", *_DASHES, "n/a", "#n/a", "na", "nan"}
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ColumnsRead:
    """Two columns of a file, in the file's own order.

    Parameters
    ----------
    file_name : str
        The file's name, without its folder.
    value_heading, date_heading : str
        The headings of the two columns.
    values : ndarray of float, shape (rows,)
        The values; not a number where a cell is blank.
    days : ndarray of datetime64[D], shape (rows,)
        The dates.
    percent : bool
        True when the values carry a per cent sign.
    """

    file_name: str
    value_heading: str
    date_heading: str
    values: NDArray[np.float64]
    days: NDArray[np.datetime64]
    percent: bool


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of a file: headings, then rows with the number that a spreadsheet gives them."""

    file_name: str
    delimiter: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, heading: str) -> list[str]:
        place = self.headings.index(heading)
        return [row[place] for row in self.rows]

    def faults(self, heading: str, reasons: dict[int, str]) -> list[RowFault]:
        cells = self.column(heading)
        return [
            RowFault(self.numbers[position], heading, cells[position], reason)
            for position, reason in reasons.items()
        ]


@dataclass(frozen=True, slots=True)
class _Numbers:
    values: NDArray[np.float64]
    faults: dict[int, str]
    percent: bool


def read_columns(
    path: str | os.PathLike[str],
    *,
    value: str | None = None,
    date: str | None = None,
    day_first: bool | None = None,
) -> ColumnsRead:
    """Read a column of values and a column of dates.

    Rows whose two cells are both blank are left out.

    Parameters
    ----------
    path : path-like
        The file.
    value, date : str, optional
        The headings of the columns. Left out, they are found if there is no doubt.
    day_first : bool, optional
        True when ``01/02/2025`` is 1 February.

    Returns
    -------
    ColumnsRead

    Raises
    ------
    FileNotUnderstood
        If the file or a column is not there, or rows are not understood: all of them at once.
    """
    table = _read_table(Path(path))
    date = _named(table, "date", date) or _find_dates(table, value)
    value = _named(table, "value", value) or _find_values(table, date)
    numbers = _read_numbers(table.column(value), commas=table.delimiter != ";")
    written = table.column(date)
    dated = [position for position, text in enumerate(written) if text.casefold() not in _MISSING]
    read = read_dates([written[position] for position in dated], day_first=day_first)
    if read.question:
        raise FileNotUnderstood(
            f'The dates in column "{date}" of {table.file_name} are not clear. {read.question}'
        )
    date_faults = {dated[number]: reason for number, reason in read.faults.items()}
    for position in sorted(set(range(len(written))) - set(dated)):
        if not np.isnan(numbers.values[position]) or position in numbers.faults:
            date_faults[position] = "is no date, and the row has a value"
    faults = table.faults(date, date_faults) + table.faults(value, numbers.faults)
    if faults:
        faults.sort(key=lambda fault: fault.row)
        rows = len({fault.row for fault in faults})
        raise FileNotUnderstood(
            f"{table.file_name} has {counted(rows, 'row')} to mend; nothing was charted.", faults
        )
    if not dated:
        raise FileNotUnderstood(
            f'Column "{date}" of {table.file_name} has no dates. Fill it in, or name another '
            f"column. The columns are {listed(table.headings)}."
        )
    return ColumnsRead(
        file_name=table.file_name,
        value_heading=value,
        date_heading=date,
        values=numbers.values[dated],
        days=read.days,
        percent=numbers.percent,
    )


def _read_table(path: Path) -> _Table:
    text = _read_text(path)
    first_line = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)  # a comma when there is none
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        # A quoted cell may hold a line break, so rows are counted here and not taken from lines.
        rows = [tuple(" ".join(cell.split()) for cell in row) for row in reader]
    except csv.Error as error:
        raise FileNotUnderstood(
            f"{path.name} is not a CSV file that can be read ({error}). "
            "Open it in a spreadsheet and save it again as CSV."
        ) from error
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if len(filled) < 2:
        raise FileNotUnderstood(
            f"{path.name} has {counted(len(filled), 'row')}. It needs a row of headings and a row "
            "for each point."
        )
    (heading_row, headings), *body = filled
    while headings and not headings[-1]:
        headings = headings[:-1]
    _check_headings(path.name, headings)
    width = len(headings)
    ragged = [
        RowFault(number, "cells", delimiter.join(row), f"has {len(row)} cells for {width} headings")
        for number, row in body
        if any(row[width:])
    ]
    if ragged:
        raise FileNotUnderstood(
            f"{path.name} has rows with more cells than the headings in row {heading_row}. "
            'A number such as 1,234 needs quotes, "1,234", and the first row holds the headings.',
            ragged,
        )
    return _Table(
        file_name=path.name,
        delimiter=delimiter,
        headings=headings,
        numbers=tuple(number for number, _ in body),
        rows=tuple((row + ("",) * width)[:width] for _, row in body),
    )


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileNotUnderstood(
                f"{path.name} is larger than 50 MB. Keep only the two columns to chart."
            )
        data = path.read_bytes()
    except FileNotFoundError:
        beside = sorted(file.name for file in path.parent.glob("*.csv"))[:10]
        there = f" Beside it are {listed(beside)}." if beside else ""
        raise FileNotUnderstood(
            f'There is no file "{path}". Check the name and the folder.{there}'
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileNotUnderstood(
            f'"{path}" could not be opened ({reason}). Close it elsewhere, and check the name.'
        ) from error
    if data.startswith(b"PK"):
        raise FileNotUnderstood(
            f"{path.name} is a workbook, not a CSV file. In the spreadsheet choose Save as, CSV."
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]  # the second is what Excel writes on older machines
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise FileNotUnderstood(
        f"{path.name} is not a text file. Open it in a spreadsheet and save it as CSV."
    )


def _check_headings(file_name: str, headings: Sequence[str]) -> None:
    for place, heading in enumerate(headings, start=1):
        if not heading:
            raise FileNotUnderstood(
                f"Column {place} of {file_name} has no heading. Give each column its own."
            )
        if heading in headings[: place - 1]:
            raise FileNotUnderstood(
                f'{file_name} has two columns called "{heading}". Give each column its own heading.'
            )


def _named(table: _Table, argument: str, wanted: str | None) -> str | None:
    """Find a heading as it was asked for; capitals and spaces may differ if there is no doubt."""
    if wanted is None or wanted in table.headings:
        return wanted
    alike = [
        heading
        for heading in table.headings
        if "".join(heading.split()).casefold() == "".join(wanted.split()).casefold()
    ]
    if len(alike) == 1:
        return alike[0]
    raise FileNotUnderstood(
        f'{table.file_name} has no column "{wanted}", which {argument}= asks for. '
        f"The columns are {listed(table.headings)}."
    )


def _find_dates(table: _Table, value: str | None) -> str:
    found = [
        heading
        for heading in table.headings
        if heading != value and _mostly_dates(table.column(heading))
    ]
    return _only(table, found, "date", "dates")


def _find_values(table: _Table, date: str) -> str:
    others = [heading for heading in table.headings if heading != date]
    if len(others) == 1:
        return others[0]
    found = [heading for heading in others if _mostly_numbers(table.column(heading))]
    return _only(table, found, "value", "values")


def _only(table: _Table, found: Sequence[str], argument: str, what: str) -> str:
    if len(found) == 1:
        return found[0]
    several = f"More than one column of {table.file_name} may hold the {what}."
    none = f"No column of {table.file_name} is seen to hold the {what}."
    raise FileNotUnderstood(
        f'{several if found else none} Say which: {argument}="…". '
        f"The columns are {listed(table.headings)}."
    )


def _mostly_dates(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.casefold() not in _MISSING]
    return 2 * len(read_dates(filled).faults) < len(filled)


def _mostly_numbers(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.casefold() not in _MISSING]
    return 2 * len(_read_numbers(filled, commas=True).faults) < len(filled)


def _read_numbers(cells: Sequence[str], *, commas: bool) -> _Numbers:
    """Read numbers; where columns are split by ``;`` a comma may be a decimal point, so refuse."""
    values = np.full(len(cells), np.nan)
    faults: dict[int, str] = {}
    with_sign: list[int] = []
    without_sign: list[int] = []
    for position, cell in enumerate(cells):
        if cell.casefold() in _MISSING:
            continue
        written = cell.replace("−", "-")
        percent = written.endswith("%")
        written = written.removesuffix("%").rstrip()
        if commas and _THOUSANDS.fullmatch(written):
            written = written.replace(",", "")
        if not _PLAIN_NUMBER.fullmatch(written):
            faults[position] = (
                "is not a number" if commas else "is not a number; use a point, not a comma"
            )
            continue
        values[position] = float(written)
        if np.isinf(values[position]):
            faults[position] = "is too large a number"
        (with_sign if percent else without_sign).append(position)
    if with_sign and without_sign:
        for position in min(with_sign, without_sign, key=len):
            has = "has a % sign" if position in with_sign else "has no % sign"
            faults[position] = f"{has}, unlike other rows"
    return _Numbers(values, dict(sorted(faults.items())), bool(with_sign))
