"""A column of dates as people write them, read without guessing.

`qi_tools.written_dates` says what each text can mean. ``01/02/2025`` is 1 February to a British
reader and 2 January to an American one; ``2011-12`` is a month or a financial year; ``Q1 2024``
begins in January or in April. One date that can be read in only one way, such as ``31/01/2025``,
settles the whole column. When none does, and no one said which comes first, the reader is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qi_tools.phases import Flags, Phases
from qi_tools.words import day_in_words
from qi_tools.written_dates import Doubt, WrittenDate, read_date

__all__ = ["DatesRead", "OrderInDoubt", "breaks_before", "read_dates"]


@dataclass(frozen=True, slots=True)
class OrderInDoubt:
    """A date of a column in which nothing tells the day from the month.

    Parameters
    ----------
    text : str
        The date as written.
    day_first, month_first : datetime.date
        What it is when read either way.
    """

    text: str
    day_first: date
    month_first: date


@dataclass(frozen=True, slots=True)
class DatesRead:
    """A column of written dates, and what could not be read in it.

    Parameters
    ----------
    days : ndarray of datetime64[D]
        One day for each text; not a time where it was not read.
    faults : dict of int to str
        For each text that is no date, counted from 0, the reason.
    question : str
        What must be asked before the dates can be read; empty when there is nothing to ask.
    order : OrderInDoubt or None
        An example, when what must be asked is whether the day or the month comes first.
    """

    days: NDArray[np.datetime64]
    faults: dict[int, str]
    question: str = ""
    order: OrderInDoubt | None = None


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
    written = [read_date(text) for text in texts]
    days = np.full(len(texts), np.datetime64("NaT", "D"), dtype="datetime64[D]")
    faults: dict[int, str] = {}
    questions: list[str] = []
    order: OrderInDoubt | None = None
    readings: dict[Doubt | None, int] = {None: 0}
    for doubt in Doubt:
        alike = [
            (text, form)
            for text, form in zip(texts, written, strict=True)
            if isinstance(form, WrittenDate) and form.doubt is doubt
        ]
        if doubt is Doubt.ORDER and day_first is not None:
            readings[doubt] = 0 if day_first else 1
            continue
        reading, question = _settle(doubt, alike)
        if question:
            questions.append(question)
        else:
            readings[doubt] = reading
        if question and doubt is Doubt.ORDER:
            order = _order_in_doubt(alike)
    for position, form in enumerate(written):
        if isinstance(form, str):
            faults[position] = form
        elif form.doubt in readings:
            reading = readings[form.doubt]
            day = (form.first, form.second)[reading]
            if day is not None:
                days[position] = np.datetime64(day, "D")
            elif form.doubt is not None:
                way = form.doubt.value[reading]
                faults[position] = f"is not a real date when read {way}, as the other dates are"
    return DatesRead(days, faults, " ".join(questions), order)


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


def _settle(doubt: Doubt, alike: Sequence[tuple[str, WrittenDate]]) -> tuple[int, str]:
    """Let the dates with one reading settle the rest; otherwise give the question to ask."""
    if doubt is Doubt.SHORT_MONTH:
        return 0, _question_short_months(alike)
    only_first = [text for text, form in alike if form.second is None]
    only_second = [text for text, form in alike if form.first is None]
    first, second = doubt.value
    if only_first and only_second:
        return 0, (
            f'"{only_first[0]}" can only be {first} and "{only_second[0]}" only {second}: '
            f"{_ONE_WAY[doubt]}."
        )
    if only_first or only_second:
        return (0 if only_first else 1), ""
    for text, form in alike:
        if form.open:
            return 0, _question(text, form)
    return 0, ""


_ONE_WAY = {
    Doubt.ORDER: "write all the dates one way, such as 31/01/2025",
    Doubt.HYPHEN: "write all the dates one way, such as Dec 2011 or 2011/12",
    Doubt.QUARTER: "write all the dates one way, such as Q1 2024/25",
}


def _question(text: str, form: WrittenDate) -> str:
    first, second = form.first, form.second
    assert first is not None
    assert second is not None
    if form.doubt is Doubt.ORDER:
        return (
            f'"{text}" could be {day_in_words(first)} or {day_in_words(second)}: '
            "add day_first=True for the first, day_first=False for the second."
        )
    month = day_in_words(first, monthly=True)
    if form.doubt is Doubt.HYPHEN:
        year = f"{second.year}/{(second.year + 1) % 100:02}"
        return (
            f'"{text}" could be {month} or the financial year {year}: write the month with its '
            f"name, such as {month}, or the year as FY{year}."
        )
    later = day_in_words(second, monthly=True)
    quarter = (second.month - 4) // 3 % 4 + 1
    begun = second.year - (quarter == 4)
    return (
        f'"{text}" could begin in {month} or, in a financial year, in {later}: write {month} for '
        f"the first, Q{quarter} {begun}/{(begun + 1) % 100:02} for the second."
    )


def _order_in_doubt(alike: Sequence[tuple[str, WrittenDate]]) -> OrderInDoubt | None:
    """Give an example, unless the dates contradict one another whichever way they are read."""
    if any(form.first is None or form.second is None for _, form in alike):
        return None
    return next(
        OrderInDoubt(text, form.first, form.second)
        for text, form in alike
        if form.open and form.first is not None and form.second is not None
    )


def _question_short_months(alike: Sequence[tuple[str, WrittenDate]]) -> str:
    """Ask about a column such as Jan-05, Jan-12, Jan-19: those are days, and the year is missing.

    Months of a year follow one another within a year, forwards or backwards.
    """
    months = [form.first for _, form in alike if form.first is not None]
    counts = [month.year * 12 + month.month for month in months]
    steps = [later - earlier for earlier, later in pairwise(counts)]
    follow_on = all(0 < step < 12 for step in steps) or all(-12 < step < 0 for step in steps)
    if follow_on:
        return ""
    return (
        f'"{alike[0][0]}" could be a month and its year or a day without a year: '
        "write the year with four digits, such as Jan 2025 or 31 Jan 2025."
    )
