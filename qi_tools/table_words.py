"""A table as a reader says it: dates, numbers and yes or no in words, column by column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Any

from qi_tools.columns import is_missing
from qi_tools.words import day_in_words, numbers_in_column

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ColumnWords", "columns_in_words"]


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """One column of a table in words.

    Parameters
    ----------
    heading : str
        What stands above it.
    cells : tuple of str
        One for each row.
    numeric : bool
        True when all of them are numbers, which stand below one another by their right edge.
    """

    heading: str
    cells: tuple[str, ...]
    numeric: bool


def columns_in_words(table: DataFrame) -> tuple[ColumnWords, ...]:
    """Write a table as a reader says it.

    In each column dates are written alike and numbers have the same decimals. Text is given as it
    is, and what is missing is called so.

    Parameters
    ----------
    table : DataFrame
        It is not changed, and its index is not shown.

    Returns
    -------
    tuple of ColumnWords

    Examples
    --------
    >>> from pandas import DataFrame
    >>> table = DataFrame({"date": [date(2025, 1, 1), date(2025, 2, 1)], "upper_95": [1.5, 10]})
    >>> for column in columns_in_words(table):
    ...     print(column.heading, column.cells)
    Date ('January 2025', 'February 2025')
    Upper 95 ('1.5', '10.0')
    """
    return tuple(_in_words(str(name), column.tolist()) for name, column in table.items())


def _in_words(name: str, values: list[Any]) -> ColumnWords:
    spaced = name.replace("_", " ")
    heading = spaced[:1].upper() + spaced[1:]  # not capitalize(): "A&E" must stay "A&E"
    missing = [is_missing(value) for value in values]
    known = [value for value, gone in zip(values, missing, strict=True) if not gone]
    flags = bool(known) and all(isinstance(value, bool) for value in known)
    # True is a number in Python, and not meant as one.
    if not flags and all(isinstance(value, Real) for value in known):
        numbers = [math.nan if gone else value for value, gone in zip(values, missing, strict=True)]
        cells = numbers_in_column([float(number) for number in numbers], figures=5)
        return ColumnWords(heading, tuple(cells), numeric=True)
    if flags:
        told = ["yes" if value else "no" for value in known]
    elif all(isinstance(value, date) for value in known):
        monthly = all(value.day == 1 for value in known)
        told = [day_in_words(value, monthly=monthly) for value in known]
    else:
        told = [str(value) for value in known]
    words = iter(told)
    return ColumnWords(
        heading, tuple("missing" if gone else next(words) for gone in missing), numeric=False
    )
