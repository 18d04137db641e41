"""Dates as people write them, read without guessing.

Understood: ``2025-01-31``, ``2025/01/31``, ``2025-01``, ``31/01/2025``, ``31/01/25``,
``31-01-2025``, ``31.01.2025``, ``01/2025``, ``31 Jan 2025``, ``31-Jan-25``, ``Jan 31, 2025``,
``Jan 2025``, ``January 2025`` and ``Jan-25`` (as spreadsheets write a month). A month stands for
its first day. A time after the date is left out.

``01/02/2025`` is 1 February to a British reader and 2 January to an American one. One date that
can be read in only one way, such as ``31/01/2025``, settles the whole column. When none does, and
no one said which comes first, the reader is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Flags, Phases
from qi_tools.words import MONTHS, day_in_words

__all__ = ["DatesRead", "breaks_before", "read_dates"]

_YEARS = range(1900, 2101)
_MONTH_NUMBERS = {
    name[:length].lower(): number
    for number, name in enumerate(MONTHS, start=1)
    for length in (3, len(name))
} | {"sept": 9}

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})[ -/]?([A-Za-z]+)[ ,./-]*(\d{4}|\d{2})", re.ASCII)
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]+)\.? (\d{1,2}),? (\d{4})", re.ASCII)
_NAME_YEAR = re.compile(r"([A-Za-z]+)[ ,./'-]*(\d{4}|\d{2})", re.ASCII)

_NOT_A_DATE = "is not a date we know; write it like 31/01/2025, 2025-01-31 or Jan 2025"
_LONG_YEAR = "has a short year; write the year with four digits"


@dataclass(frozen=True, slots=True)
class DatesRead:
    """A column of written dates, and what could not be read in it.

    Parameters
    ----------
    days : ndarray of datetime64[D]
        One day for each text; not a time where it was not read.
    faults : dict of int to str
        For each text not read, counted from 0, the reason.
    question : str
        What must be asked before the dates can be read; empty when there is nothing to ask.
    """

    days: NDArray[np.datetime64]
    faults: dict[int, str]
    question: str = ""


@dataclass(frozen=True, slots=True)
class _TwoNumbers:
    """A date whose day and month are two numbers, in an order yet to be settled."""

    first: int
    second: int
    year: int

    def day(self, day_first: bool) -> date | None:
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        return _real_day(self.year, month, day)


@dataclass(frozen=True, slots=True)
class _ShortMonth:
    """A month's name and two figures: a month and its year, or a day without a year."""

    month: date


_Form: TypeAlias = date | _TwoNumbers | _ShortMonth


def read_dates(texts: Sequence[str], *, day_first: bool | None = None) -> DatesRead:
    """Read a column of dates.

    Parameters
    ----------
    texts : sequence of str
        The dates as written, none of them blank.
    day_first : bool, optional
        True when ``01/02/2025`` is 1 February, False when it is 2 January. Needed only when no
        date of the column settles it.

    Returns
    -------
    DatesRead
        The days, every fault, and the question to ask if the column can be read in two ways.

    Examples
    --------
    >>> read_dates(["31/01/2025", "01/02/2025"]).days.tolist()
    [datetime.date(2025, 1, 31), datetime.date(2025, 2, 1)]
    >>> print(read_dates(["01/02/2025"]).question)
    "01/02/2025" could be 1 February 2025 or 2 January 2025: add day_first=True for the first, \
day_first=False for the second.
    >>> read_dates(["Jan 2025", "soon"]).faults
    {1: 'is not a date we know; write it like 31/01/2025, 2025-01-31 or Jan 2025'}
    """
    forms = [_form(text) for text in texts]
    question = ""
    if day_first is None:
        day_first, question = _settle_order(texts, forms)
    if not question:
        question = _question_short_months(texts, forms)
    days = np.full(len(texts), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    faults: dict[int, str] = {}
    for position, form in enumerate(forms):
        if isinstance(form, str):
            faults[position] = form
            continue
        day = _day(form, day_first)
        if day is None:
            order = "day first" if day_first else "month first"
            faults[position] = f"is not a real date when read {order}, as the other dates are"
        else:
            days[position] = np.datetime64(day, "D")
    return DatesRead(days, faults, question)


def breaks_before(days: NDArray[np.datetime64], series: Phases) -> Flags:
    """Tell where regular series of dates skip one or more of their steps.

    A monthly series without a row for March has a gap there, just as if March were blank. A series
    without a regular step has no such gaps, and weekends are none in a daily series.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape (points,)
        Days in time order, one series after another.
    series : Phases
        Where each series begins.

    Returns
    -------
    ndarray of bool, shape (points,)
        True where the time since the point before is too long.

    Examples
    --------
    >>> months = np.array(["2025-01", "2025-02", "2025-04", "2025-05", "2025-06", "2025-07"],
    ...                   dtype="datetime64[M]").astype("datetime64[D]")
    >>> breaks_before(months, Phases(np.array([0]), 6)).tolist()
    [False, False, True, False, False, False]
    """
    steps = np.diff(days, prepend=days[:1]).astype(np.float64)
    later = series.rank > 0
    usual = series.spread(series.median(steps, later))
    # Months have 28 to 31 days, so a step within a sixth of the usual one counts as regular.
    alike = later & (np.abs(steps - usual) <= usual / 6)
    regular = (series.count(alike) >= 0.7 * (series.lengths - 1)) & (series.lengths > 3)
    longest_weekend = 5  # days, from Thursday to Tuesday at Easter
    return np.asarray(
        later & series.spread(regular) & (steps > 1.5 * usual) & (steps > longest_weekend)
    )


def _form(text: str) -> _Form | str:
    """Give what the text says, or the reason why it says nothing."""
    written = _TIME.sub("", " ".join(text.split()))
    if match := _YEAR_FIRST.fullmatch(written):
        year, month, day = match.groups(default="1")
        return _real_day(int(year), int(month), int(day)) or "is not a real date"
    if match := _NUMBERS.fullmatch(written):
        first, mark, second, year = match.groups()
        if len(year) == 2 and mark != "/":
            return _LONG_YEAR  # 25-01-03 has three readings
        numbers = _TwoNumbers(int(first), int(second), _full_year(year))
        readable = numbers.day(True) or numbers.day(False)
        return numbers if readable else "is not a real date"
    if match := _MONTH_OF_YEAR.fullmatch(written):
        return _real_day(int(match[2]), int(match[1]), 1) or "is not a real date"
    if match := _DAY_NAME_YEAR.fullmatch(written):
        return _named_day(match[2], match[1], match[3])
    if match := _NAME_DAY_YEAR.fullmatch(written):
        return _named_day(match[1], match[2], match[3])
    if match := _NAME_YEAR.fullmatch(written):
        named = _named_day(match[1], "1", match[2])
        return _ShortMonth(named) if isinstance(named, date) and len(match[2]) == 2 else named
    return _NOT_A_DATE


def _named_day(name: str, day: str, year: str) -> date | str:
    month = _MONTH_NUMBERS.get(name.lower())
    if month is None:
        return _NOT_A_DATE
    return _real_day(_full_year(year), month, int(day)) or "is not a real date"


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _real_day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(form: _Form, day_first: bool) -> date | None:
    if isinstance(form, _TwoNumbers):
        return form.day(day_first)
    return form.month if isinstance(form, _ShortMonth) else form


def _settle_order(texts: Sequence[str], forms: Sequence[_Form | str]) -> tuple[bool, str]:
    """Let the dates with one reading settle the order; otherwise give the question to ask."""
    pairs = [
        (text, form)
        for text, form in zip(texts, forms, strict=True)
        if isinstance(form, _TwoNumbers)
    ]
    only_day_first = [text for text, form in pairs if form.day(False) is None]
    only_month_first = [text for text, form in pairs if form.day(True) is None]
    if only_day_first and only_month_first:
        return True, (
            f'"{only_day_first[0]}" can only be day first and "{only_month_first[0]}" only month '
            "first: write all the dates one way, such as 31/01/2025."
        )
    if only_day_first or only_month_first:
        return bool(only_day_first), ""
    for text, form in pairs:
        british, american = form.day(True), form.day(False)
        if british is not None and american is not None and british != american:
            return True, (
                f'"{text}" could be {day_in_words(british)} or {day_in_words(american)}: '
                "add day_first=True for the first, day_first=False for the second."
            )
    return True, ""


def _question_short_months(texts: Sequence[str], forms: Sequence[_Form | str]) -> str:
    """Ask about a column such as Jan-05, Jan-12, Jan-19: those are days, and the year is missing.

    Months of a year follow one another within a year, forwards or backwards.
    """
    months = [form.month for form in forms if isinstance(form, _ShortMonth)]
    counts = [month.year * 12 + month.month for month in months]
    steps = [later - earlier for earlier, later in pairwise(counts)]
    follow_on = all(0 < step < 12 for step in steps) or all(-12 < step < 0 for step in steps)
    if follow_on:
        return ""
    text = next(
        text for text, form in zip(texts, forms, strict=True) if isinstance(form, _ShortMonth)
    )
    return (
        f'"{text}" could be a month and its year or a day without a year: '
        "write the year with four digits, such as Jan 2025 or 31 Jan 2025."
    )
