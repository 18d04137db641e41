"""A measure: what is counted over time, checked once and then never changed."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from qi_tools.dates import breaks_before, read_dates
from qi_tools.errors import MeasureInvalid
from qi_tools.words import counted, day_in_words

__all__ = ["Better", "Measure"]

Better: TypeAlias = Literal["lower", "higher", "neither"]

LONGEST_TEXT = 200
# Past this, sums overflow and no axis can be drawn. No count or percentage comes near it.
LARGEST = 1e100
FAULTS_IN_FULL = 5


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """Values of one measure in time order, with what a reader needs to know about them.

    Make one with `from_columns` or `from_csv`. The arrays are copies and can't be written to.

    Parameters
    ----------
    values : ndarray of float, shape (points,)
        The values in time order; not a number is a missing value.
    dates : ndarray of datetime64[D], shape (points,), or None
        A different day for each value, in time order. None when the points are only counted.
    name : str
        What is measured, such as ``"Average wait"``.
    unit : str
        What it is counted in, such as ``"minutes"`` or ``"%"``.
    source : str
        Where the values come from.
    better : {"lower", "higher", "neither"}
        Which way is better.
    simulated : bool
        True when the values are made up.
    warnings : tuple of str
        What a reader should know before trusting the values.

    Raises
    ------
    MeasureInvalid
        If a value is infinite, all are missing, the dates repeat or are out of order, the lengths
        differ or a text is blank or too long.
    """

    values: NDArray[np.float64]
    dates: NDArray[np.datetime64] | None
    name: str
    unit: str = ""
    source: str = ""
    better: Better = "neither"
    simulated: bool = False
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        _check_values(values)
        object.__setattr__(self, "values", _locked(values))
        if self.dates is not None:
            days = np.asarray(self.dates, dtype="datetime64[D]")
            _check_dates(days, values.size)
            object.__setattr__(self, "dates", _locked(days))
        for field in ("name", "unit", "source"):
            object.__setattr__(self, field, _one_line(field, getattr(self, field)))
        if not self.name:
            raise MeasureInvalid('The measure has no name. Add one, such as name="Average wait".')
        if self.better not in get_args(Better):
            raise MeasureInvalid(f'better is {self.better!r}. Use "lower", "higher" or "neither".')
        object.__setattr__(self, "warnings", tuple(self.warnings))

    @classmethod
    def from_columns(
        cls,
        values: Iterable[object],
        dates: Iterable[object] | None = None,
        *,
        name: str,
        unit: str = "",
        source: str = "",
        better: Better = "neither",
        simulated: bool = False,
        day_first: bool | None = None,
    ) -> Measure:
        """Make a measure from a column of values and, if there is one, a column of dates.

        Dates that are not in time order are put in order, values with them, and the measure
        carries a warning that says so. Spreadsheets often give the newest row first, and since no
        date may repeat there is only one order they can mean.

        Parameters
        ----------
        values : iterable of numbers
            None, not a number and pandas' missing values are missing. Text is refused.
        dates : iterable of dates or text, optional
            Days, or text that `qi_tools.dates` understands. Left out, the points are counted.
        name, unit, source : str
            What is measured, what it is counted in, where it comes from.
        better : {"lower", "higher", "neither"}
            Which way is better.
        simulated : bool
            True when the values are made up.
        day_first : bool, optional
            True when ``01/02/2025`` is 1 February. Only needed when the dates don't settle it.

        Returns
        -------
        Measure

        Raises
        ------
        MeasureInvalid
            If a value is not a number, a date is not a date, or they don't make a measure.

        Examples
        --------
        >>> wait = Measure.from_columns([5, None, 7], ["2025-01", "2025-02", "2025-03"],
        ...                             name="Average wait", unit="minutes", better="lower")
        >>> wait.values.tolist(), wait.monthly
        ([5.0, nan, 7.0], True)
        """
        numbers = _numbers(values)
        days = None if dates is None else _days(dates, day_first)
        warnings: tuple[str, ...] = ()
        if days is not None and days.size == numbers.size and np.any(days[1:] < days[:-1]):
            order = np.argsort(days, kind="stable")
            numbers, days = numbers[order], days[order]
            warnings = ("The dates were not in time order, so the points were put in order.",)
        return cls(numbers, days, name, unit, source, better, simulated, warnings)

    @classmethod
    def from_csv(
        cls,
        path: str | os.PathLike[str],
        value: str | None = None,
        date: str | None = None,
        *,
        name: str | None = None,
        unit: str | None = None,
        source: str | None = None,
        better: Better = "neither",
        simulated: bool = False,
        day_first: bool | None = None,
    ) -> Measure:
        """Read a measure from two columns of a CSV file with a row of headings.

        A blank cell, a dash and "n/a" are missing values. ``1,234`` and ``12%`` are understood.

        Parameters
        ----------
        path : path-like
            The file.
        value, date : str, optional
            The headings of the two columns. Left out, they are found if there is no doubt.
        name : str, optional
            What is measured; left out, the heading of the values.
        unit : str, optional
            What it is counted in; left out, ``"%"`` when the values carry that sign.
        source : str, optional
            Where the values come from; left out, the file's name.
        better : {"lower", "higher", "neither"}
            Which way is better.
        simulated : bool
            True when the values are made up.
        day_first : bool, optional
            True when ``01/02/2025`` is 1 February. Only needed when the dates don't settle it.

        Returns
        -------
        Measure

        Raises
        ------
        FileNotUnderstood
            If the file or a column is not there, or rows are not understood: all of them at once.
        MeasureInvalid
            If what was read does not make a measure, such as a date that comes twice.
        """
        from qi_tools.csv_file import read_columns

        read = read_columns(path, value=value, date=date, day_first=day_first)
        return cls.from_columns(
            read.values,
            read.days,
            name=read.value_heading if name is None else name,
            unit=("%" if read.percent else "") if unit is None else unit,
            source=read.file_name if source is None else source,
            better=better,
            simulated=simulated,
        )

    @property
    def known(self) -> NDArray[np.bool_]:
        """True where there is a value, shape (points,)."""
        return ~np.isnan(self.values)

    @property
    def monthly(self) -> bool:
        """True when each date is the first of its month, and so stands for the month."""
        if self.dates is None:
            return False
        return bool(np.all(self.dates == self.dates.astype("datetime64[M]")))

    @property
    def breaks(self) -> NDArray[np.bool_]:
        """True where a line through the points must break before a point, shape (points,)."""
        if self.dates is None:
            return np.zeros(self.values.shape, dtype=bool)
        return breaks_before(self.dates)

    def label(self, point: int) -> str:
        """Name a point by its date, or by its number when there are no dates.

        Parameters
        ----------
        point : int
            The point, counted from 0.

        Returns
        -------
        str

        Examples
        --------
        >>> Measure.from_columns([5, 6], name="Average wait").label(1)
        'point 2'
        """
        if self.dates is None:
            return f"point {range(self.values.size)[point] + 1}"
        return day_in_words(self.dates[point].item(), monthly=self.monthly)


def _numbers(values: Iterable[object]) -> NDArray[np.float64]:
    """Turn a column into floats, or say which of its rows are not numbers."""
    rows = _rows("values", values)
    numbers = np.full(len(rows), np.nan)
    faults = []
    for position, value in enumerate(rows):
        if _is_missing(value):
            continue
        # A time span counts as a whole number in numpy, and True as 1 in Python: neither is meant.
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
            f"The values must be numbers, and None where one is missing. Not a number: "
            f"{_first_few(faults)}. Measure.from_csv reads numbers written as text."
        )
    return numbers


def _days(dates: Iterable[object], day_first: bool | None) -> NDArray[np.datetime64]:
    """Turn a column into days, or say which of its rows are not dates."""
    rows = _rows("dates", dates)
    days = np.full(len(rows), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    faults = {}
    written = [position for position, day in enumerate(rows) if isinstance(day, str)]
    for position, day in enumerate(rows):
        if _is_missing(day):
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
            f"Every value needs a date. {_first_few(each)}. Leave dates out to count the points."
        )
    return days


def _rows(column: str, given: Iterable[object]) -> list[object]:
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise MeasureInvalid(f"{column} is {given!r}. Give a list or a column of a table.")
    return list(given)


def _is_missing(value: object) -> bool:
    # pandas' own marks are known by name, so that pandas need not be loaded to ask.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return isinstance(value, float | np.floating | Decimal) and math.isnan(value)


def _check_values(values: NDArray[np.float64]) -> None:
    if values.ndim != 1:
        raise MeasureInvalid(
            f"The values have {values.ndim} axes. A measure is one column: give one value a row."
        )
    if values.size == 0:
        raise MeasureInvalid("There are no values. A measure needs at least one.")
    if np.all(np.isnan(values)):
        raise MeasureInvalid(
            f"All {values.size:,} values are missing. A measure needs at least one."
        )
    too_large = np.nonzero(np.abs(values) > LARGEST)[0]
    if too_large.size:
        rows = [f"row {position + 1}" for position in too_large]
        raise MeasureInvalid(
            f"A value is infinite or too large to chart: {_first_few(rows)}. "
            "Mend it, or use None for a missing value."
        )


def _check_dates(days: NDArray[np.datetime64], points: int) -> None:
    if days.shape != (points,):
        raise MeasureInvalid(
            f"There are {counted(points, 'value')} and {counted(days.size, 'date')}. "
            "Give one date for each value."
        )
    if np.any(np.isnat(days)):
        raise MeasureInvalid("A date is missing. Every value needs a date.")
    steps = np.diff(days).astype(np.int64)
    if np.any(steps == 0):
        again = [day_in_words(day) for day in days[1:][steps == 0].tolist()]
        raise MeasureInvalid(
            f"A date comes more than once: {_first_few(list(dict.fromkeys(again)))}. "
            "Keep one value for each date, or add them up first."
        )
    if np.any(steps < 0):
        raise MeasureInvalid(
            "The dates are not in time order. Measure.from_columns puts them in order."
        )


def _one_line(field: str, text: str) -> str:
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


def _can_be_shown(character: str) -> bool:
    code = ord(character)
    return code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000


def _first_few(items: list[str]) -> str:
    rest = len(items) - FAULTS_IN_FULL
    return ", ".join(items[:FAULTS_IN_FULL]) + (f" and {rest:,} more" if rest > 0 else "")


def _locked(array: NDArray[Any]) -> NDArray[Any]:
    """Give a copy over bytes, which no one can make writable again."""
    return np.frombuffer(array.tobytes(), dtype=array.dtype)
