"""Moments in time as certificates write them: UTC, to the second."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime

from qi_tools.words import day_in_words


def stamp(moment: datetime) -> str:
    """Return a moment as text in UTC, to the second.

    Parameters
    ----------
    moment : datetime
        A moment that knows its time zone.

    Raises
    ------
    ValueError
        If it has no time zone: it would mean another moment on another computer.

    Examples
    --------
    >>> stamp(datetime(2026, 11, 23, 14, 0, 0, 999, tzinfo=UTC))
    '2026-11-23T14:00:00Z'
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; use datetime.now(UTC)")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """Return the moment that a text stands for.

    Examples
    --------
    >>> read("2026-11-23T14:00:00Z").hour
    14
    """
    return datetime.fromisoformat(text)


def day(text: str) -> str:
    """Return the day of a moment in words, the same in every language setting.

    Examples
    --------
    >>> day("2026-11-03T14:00:00Z")
    '3 November 2026'
    """
    return day_in_words(read(text).astimezone(UTC))


def add_months(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or that month's last day if it is shorter.

    Examples
    --------
    >>> add_months(datetime(2027, 8, 31, tzinfo=UTC), 6).date().isoformat()
    '2028-02-29'
    """
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
