"""Columns as people hand them in: numbers, dates and text, checked row by row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from datetime import date
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qi_tools.dates import read_dates
from qi_tools.errors import MeasureInvalid

__all__ = [
    "LARGEST",
    "first_few",
    "is_missing",
    "is_number",
    "is_whole",
    "locked",
    "one_line",
    "read_days",
    "read_numbers",
    "read_rows",
]

LONGEST_TEXT = 200
# Past this, sums overflow and no axis can be drawn. No count or percentage comes near it.
LARGEST = 1e100
FAULTS_IN_FULL = 5


def read_numbers(values: Iterable[object], column: str = "values") -> NDArray[np.float64]:
    """Turn a column into floats, or say which of its rows are not numbers.

    Parameters
    ----------
    values : iterable of numbers
        None, not a number and pandas' missing values are missing.
    column : str
        What the column is called in a message.

    Returns
    -------
    ndarray of float

    Raises
    ------
    MeasureInvalid
        If it is no column, or a row is not a number.

    Examples
    --------
    >>> read_numbers([1, None, 2.5]).tolist()
    [1.0, nan, 2.5]
    """
    rows = read_rows(column, values)
    numbers = np.full(len(rows), np.nan)
    faults = []
    for position, value in enumerate(rows):
        if is_missing(value):
            continue
        # Neither a time span, a number in numpy, nor True, a number in Python, is meant.
        number_like = isinstance(value, Real | Decimal) and not isinstance(
            value, bool | np.timedelta64
        )
        if not number_like:
            faults.append(f"{value!r} in row {position + 1}")
            continue
        try:
            numbers[position] = float(value)  # type: ignore[arg-type]
        except OverflowError:
            numbers[position] = math.inf
    if faults:
        raise MeasureInvalid(
            f"The {column} must be numbers, and None where one is missing. Not a number: "
            f"{first_few(faults)}. Measure.from_file reads numbers written as text."
        )
    return numbers


def read_days(dates: Iterable[object], day_first: bool | None) -> NDArray[np.datetime64]:
    """Turn a column into days, or say which of its rows are not dates.

    Parameters
    ----------
    dates : iterable of dates or text
    day_first : bool or None
        See `qi_tools.dates.read_dates`.

    Returns
    -------
    ndarray of datetime64[D]

    Raises
    ------
    MeasureInvalid
        If it is no column, a row is not a date or missing, or the dates can be read in two ways.

    Examples
    --------
    >>> read_days(["31/01/2026", date(2026, 2, 1)], None).tolist()
    [datetime.date(2026, 1, 31), datetime.date(2026, 2, 1)]
    """
    rows = read_rows("dates", dates)
    days = np.full(len(rows), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    faults = {}
    written = [position for position, day in enumerate(rows) if isinstance(day, str)]
    for position, day in enumerate(rows):
        if is_missing(day):
            faults[position] = "is missing"
        elif isinstance(day, date):  # datetime and pandas' timestamps are dates too
            days[position] = np.datetime64(date(day.year, day.month, day.day), "D")
        elif isinstance(day, np.datetime64):
            days[position] = day.astype("datetime64[D]")
        elif not isinstance(day, str):
            faults[position] = f"is {day!r}, not a date"
    if written:
        read = read_dates([str(rows[position]) for position in written], day_first=day_first)
        if read.question:
            raise MeasureInvalid(f"The dates are not clear. {read.question}")
        for number, position in enumerate(written):
            days[position] = read.days[number]
            if number in read.faults:
                faults[position] = f"{rows[position]!r} {read.faults[number]}"
    if faults:
        each = [f"row {position + 1} {reason}" for position, reason in sorted(faults.items())]
        raise MeasureInvalid(
            f"Every value needs a date. {first_few(each)}. Leave dates out to count the points."
        )
    return days


def read_rows(column: str, given: Iterable[object]) -> list[object]:
    """Give the rows of a column, which may be a list, an array or a column of a table."""
    single = isinstance(given, np.ndarray) and given.ndim == 0
    without_order = isinstance(given, str | bytes | Mapping | Set)
    if single or without_order or not isinstance(given, Iterable):
        raise MeasureInvalid(f"{column} is {given!r}. Give a list or a column of a table.")
    return list(given)


def is_missing(value: object) -> bool:
    """Say whether a cell holds nothing."""
    # pandas' own marks are known by name, so that pandas need not be loaded to ask.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, float | np.floating) and math.isnan(value)


def is_whole(value: object) -> bool:
    """Say whether something is a whole number."""
    # A time span counts as a whole number in numpy, and True as 1 in Python: neither is meant.
    return isinstance(value, Integral) and not isinstance(value, bool | np.timedelta64)


def is_number(value: object) -> bool:
    """Say whether something is one number that can be charted.

    Examples
    --------
    >>> [is_number(value) for value in (2, 0.5, True, "2", float("nan"), 10**400)]
    [True, True, False, False, False, False]
    """
    if not isinstance(value, Real) or isinstance(value, bool | np.timedelta64):
        return False
    try:
        return abs(float(value)) <= LARGEST
    except OverflowError:
        return False


def one_line(field: str, text: str) -> str:
    """Give the text without control characters and line breaks, which no label can show."""
    if not isinstance(text, str):
        raise MeasureInvalid(f"{field} is {text!r}. Use text in quotes.")
    line = "".join(character for character in " ".join(text.split()) if _can_be_shown(character))
    if len(line) > LONGEST_TEXT:
        raise MeasureInvalid(
            f"{field} has {len(line)} characters. Use {LONGEST_TEXT} or fewer; a note beside the "
            "chart has room for more."
        )
    return line


def first_few(items: list[str]) -> str:
    """Name the first few of many, and say how many more there are."""
    rest = len(items) - FAULTS_IN_FULL
    return ", ".join(items[:FAULTS_IN_FULL]) + (f" and {rest:,} more" if rest > 0 else "")


def locked(array: NDArray[Any]) -> NDArray[Any]:
    """Give a copy over bytes, which no one can make writable again."""
    return np.frombuffer(array.tobytes(), dtype=array.dtype)


def _can_be_shown(character: str) -> bool:
    code = ord(character)
    return code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000
