"""Numbers, dates and counts as a reader says them.

Month names are spelled here, not by the computer's language settings, so that a chart reads the
same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

__all__ = [
    "MONTHS",
    "counted",
    "day_in_words",
    "ended",
    "in_unit",
    "joined",
    "listed",
    "number_in_words",
    "numbers_in_column",
]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def number_in_words(value: float, figures: int = 3) -> str:
    """Write a number with as many figures as help a reader, and no more.

    Parameters
    ----------
    value : float
        The number; not a number reads as "missing".
    figures : int
        How many figures to show. The part before the decimal point is always shown whole.

    Returns
    -------
    str

    Examples
    --------
    >>> [number_in_words(x) for x in (1956613.0, 10.376, 0.04512, -3.0, 7e-9)]
    ['1,956,613', '10.4', '0.0451', '-3', '7e-09']
    """
    if math.isnan(value):
        return "missing"
    decimals = _decimals(value, figures)
    if decimals is None:
        return f"{value:.{figures}g}"
    text = f"{value:,.{decimals}f}"
    if decimals:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def numbers_in_column(values: Sequence[float], figures: int = 4) -> list[str]:
    """Write numbers that stand below one another, all with the same decimals.

    Parameters
    ----------
    values : sequence of float
        The numbers; not a number reads as "missing".
    figures : int
        How many figures to show of the largest. Decimals that none of them needs are left out.

    Returns
    -------
    list of str

    Examples
    --------
    >>> numbers_in_column([9.96487, 10.3, 1.0]), numbers_in_column([1200, 7, float("nan")])
    (['9.96', '10.30', '1.00'], ['1,200', '7', 'missing'])
    >>> numbers_in_column([200.5, -0.01])
    ['200.5', '0.0']
    """
    known = [value for value in values if not math.isnan(value)]
    largest = max(map(abs, known), default=0.0)
    most = _decimals(largest, figures)
    if most is None:
        return [number_in_words(value, figures) for value in values]
    enough = (
        decimals
        for decimals in range(most)
        if all(abs(round(value, decimals) - value) <= 1e-9 * largest for value in known)
    )
    decimals = next(enough, most)
    return [
        "missing" if math.isnan(value) else f"{round(value, decimals) + 0.0:,.{decimals}f}"
        for value in values  # adding 0 makes a zero of what is rounded to minus zero
    ]


def day_in_words(day: date, *, monthly: bool = False) -> str:
    """Write a date as British readers do.

    Parameters
    ----------
    day : datetime.date
        The day.
    monthly : bool
        True when the day stands for its whole month.

    Returns
    -------
    str

    Examples
    --------
    >>> day_in_words(date(2025, 1, 31)), day_in_words(date(2025, 1, 1), monthly=True)
    ('31 January 2025', 'January 2025')
    """
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return month if monthly else f"{day.day} {month}"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> counted(1, "point"), counted(1200, "point")
    ('1 point', '1,200 points')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Write names as one list.

    Examples
    --------
    >>> listed(["week", "wait", "calls"])
    '"week", "wait" and "calls"'
    """
    return joined([f'"{name}"' for name in names])


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Write parts one after another, the last one behind a word of its own.

    Examples
    --------
    >>> joined(["week", "wait", "calls"]), joined(["calls"]), joined(["day", "week"], "or")
    ('week, wait and calls', 'calls', 'day or week')
    """
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def ended(words: str) -> str:
    """Write words as a sentence that ends.

    Examples
    --------
    >>> ended("A visit is missed"), ended("Why?")
    ('A visit is missed.', 'Why?')
    """
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _decimals(value: float, figures: int) -> int | None:
    """Count the decimals that show so many figures; None when only powers of ten help."""
    size = abs(value)
    if size == 0:
        return max(0, figures - 1)
    if not 1e-6 <= size < 1e15:
        return None
    return max(0, figures - math.floor(math.log10(size)) - 1)


def in_unit(asked: str, unit: str) -> str:
    """Say what is asked for, and in which unit if it has one.

    Examples
    --------
    >>> in_unit("Your answer", "minutes"), in_unit("Your answer", "of 100"), in_unit("Yours", "")
    ('Your answer, in minutes', 'Your answer, of 100', 'Yours')
    """
    if not unit:
        return asked
    return f"{asked}, {unit}" if unit.startswith(("of ", "out of ")) else f"{asked}, in {unit}"
