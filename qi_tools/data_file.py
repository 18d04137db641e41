"""A result's numbers as a data file, for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING

from qi_tools.columns import is_missing
from qi_tools.saved_file import save_bytes

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.result import Result

__all__ = ["csv_bytes", "save_csv"]

# A cell that begins so may be run as a formula when a spreadsheet opens the file (OWASP, "CSV
# injection"). Spreadsheets read the wide forms of the same characters alike.
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def save_csv(result: Result, path: str | os.PathLike[str]) -> Path:
    """Save a result's numbers as a CSV file that spreadsheets read rightly.

    Parameters
    ----------
    result : Result
    path : path-like
        The file, ending in ``.csv``. A file of that name is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileNotSaved
        If the name has another ending, or the file can't be written.

    Examples
    --------
    >>> import tempfile
    >>> from qi_tools import Measure, plain_run_chart
    >>> wait = Measure.from_columns([5, None], ["2025-01-06", "2025-01-13"], name="Wait")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_csv(plain_run_chart(wait), f"{folder}/wait.csv")
    ...     print(path.read_text(encoding="utf-8-sig"))
    date,value,side
    2025-01-06,5,on
    2025-01-13,,missing
    <BLANKLINE>
    """
    return save_bytes(csv_bytes(result.table), path, ending=".csv")


def csv_bytes(table: DataFrame) -> bytes:
    """Write a table as a CSV file that spreadsheets read rightly.

    The file is UTF-8 and says so with a mark at its start, without which Excel misreads letters
    such as é. Dates are written year first, numbers with every digit they have, yes and no as TRUE
    and FALSE, and what is missing is left blank. Text that a spreadsheet could take for a formula
    gets an apostrophe in front.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    bytes
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([_harmless(str(name)) for name in table.columns])
    columns = [column.tolist() for _, column in table.items()]
    writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    return lines.getvalue().encode("utf-8-sig", "replace")


def _cell(value: object) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    if isinstance(value, Real):
        return str(value).removesuffix(".0")
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet could take for a formula."""
    # Control characters and spaces before the sign do not stop every spreadsheet.
    first = next((letter for letter in text if letter.isprintable() and letter != " "), "")
    return f"'{text}" if first.startswith(_FORMULA_SIGNS) else text
