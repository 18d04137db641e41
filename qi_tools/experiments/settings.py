"""What experiments have in common: numbers checked, made-up dates, and a bell of chance."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from qi_tools.errors import QIToolsError

__all__ = ["FIRST_DATE", "bell", "check_number", "check_whole", "is_whole", "made_up_dates"]

FIRST_DATE: Final = date(2025, 1, 1)
"""The date of the first row of a table."""


def is_whole(given: object) -> bool:
    """Say whether something is a whole number; True, a 1 in Python, is not meant.

    `qi_tools.columns` asks the same of numpy's numbers too, and loads numpy for it.

    Examples
    --------
    >>> [is_whole(given) for given in (3, 3.0, True, "3")]
    [True, False, False, False]
    """
    return isinstance(given, int) and not isinstance(given, bool)


def check_whole(  # noqa: PLR0917
    error: type[QIToolsError], what: str, given: object, least: int, most: int, unit: str = ""
) -> None:
    """Refuse a setting that is no whole number, or one out of its range.

    Parameters
    ----------
    error : type
        The experiment's own error.
    what : str
        What was set, as the beginning of a sentence.
    given : object
        What it was set to.
    least, most : int
        What is allowed.
    unit : str
        Words behind "whole number", with a space before them.

    Raises
    ------
    QIToolsError
        The error given.
    """
    if not is_whole(given) or not least <= given <= most:  # type: ignore[operator]
        raise error(f"{what} is {given!r}. Give a whole number{unit} from {least:,} to {most:,}.")


def check_number(
    error: type[QIToolsError],
    what: str,
    given: object,
    low: float,
    high: float,
    *,
    above: bool = False,
    unit: str = "",
) -> None:
    """Refuse a setting that is no number, or one out of its range.

    Parameters
    ----------
    error : type
        The experiment's own error.
    what : str
        What was set, to follow "The".
    given : object
        What it was set to.
    low, high : float
        What is allowed.
    above : bool
        Whether `low` itself is refused.
    unit : str
        Words behind the range, with what parts them from it.

    Raises
    ------
    QIToolsError
        The error given.
    """
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not low <= given <= high or (above and given == low):  # type: ignore[operator]
        lowest = f"above {low}, at most {high}" if above else f"from {low} to {high}"
        raise error(f"The {what} is {given!r}. Give a number {lowest}{unit}.")


def made_up_dates(count: int) -> list[date]:
    """Give so many days in a row: each row of a table has a date of its own, as a chart needs.

    Examples
    --------
    >>> [day.isoformat() for day in made_up_dates(2)]
    ['2025-01-01', '2025-01-02']
    """
    return [FIRST_DATE + timedelta(days=number) for number in range(count)]


def bell(random: Random) -> float:
    """Draw from a bell shape about 0 with a standard deviation of 1, never beyond 6.

    Of all that `Random` offers, Python promises only of random() that it never changes; twelve of
    them, added up, are as good as a normal distribution here.

    Examples
    --------
    >>> round(bell(Random(1)), 3)
    -0.223
    """
    return sum(random.random() for _ in range(12)) - 6
