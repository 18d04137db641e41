"""A data file, of whichever kind, read as a table."""

from __future__ import annotations

import os
from pathlib import Path

from qi_tools.errors import FileNotUnderstood
from qi_tools.reading.csv_files import decoded, rows_of_text, separator_of
from qi_tools.reading.layouts import lay_out
from qi_tools.reading.tables import Table
from qi_tools.reading.workbooks import is_workbook, read_sheet
from qi_tools.words import listed

__all__ = ["read_content", "read_file"]

LARGEST_FILE = 50 * 1024 * 1024
_ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
HIDDEN_NAMED = 10


def read_file(path: str | os.PathLike[str], *, sheet: str | None = None) -> Table:
    """Read a CSV file, other text with tabs or semicolons, or an Excel workbook.

    Parameters
    ----------
    path : path-like
        The file: .csv, .txt, .tsv, .xlsx or .xlsm. Its content says which it is.
    sheet : str, optional
        The sheet of a workbook. Left out, the only one with data.

    Returns
    -------
    Table

    Raises
    ------
    PersonalData
        If it looks like data on single people.
    SheetUnclear
        If the sheet of a workbook must be asked.
    FileNotUnderstood
        If the file is not there, is of another kind, damaged or too large, or holds no table.

    Examples
    --------
    >>> from qi_tools import load_dataset
    >>> table = read_file(load_dataset("phone_waits_simulated").path)
    >>> table.likely_dates, table.likely_values
    (('week',), ('wait_minutes',))
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _too_large(path.name)
        data = path.read_bytes()
    except FileNotFoundError:
        beside = sorted(
            file.name for file in path.parent.glob("*") if file.suffix.lower() in _ENDINGS
        )[:10]
        there = f" Beside it are {listed(beside)}." if beside else ""
        raise FileNotUnderstood(
            f'There is no file "{path}". Check the name and the folder.{there}'
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise FileNotUnderstood(
            f'"{path}" could not be opened ({reason}). Close it elsewhere, and check the name.'
        ) from error
    return read_content(path.name, data, sheet=sheet)


def read_content(name: str, data: bytes, *, sheet: str | None = None) -> Table:
    """Read a file's content, as it is when someone has handed it to a web page.

    Parameters
    ----------
    name : str
        The file's name.
    data : bytes
        The content.
    sheet : str, optional
        The sheet of a workbook.

    Returns
    -------
    Table

    Raises
    ------
    PersonalData, SheetUnclear, FileNotUnderstood
        As `read_file`.
    """
    if len(data) > LARGEST_FILE:
        raise _too_large(name)
    if is_workbook(name, data):
        read = read_sheet(name, data, sheet)
        layout = lay_out(name, read.rows, separator="")
        return Table.of_layout(name, layout, warnings=_hidden(name, read.hidden))
    if sheet is not None:
        raise FileNotUnderstood(f"{name} is not a workbook, so it has no sheets. Leave sheet out.")
    text = decoded(name, data)
    separator = separator_of(text)
    rows = rows_of_text(name, text, separator)
    layout = lay_out(name, rows, separator=separator)
    return Table.of_layout(name, layout, comma_parts_thousands=separator != ";")


def _too_large(name: str) -> FileNotUnderstood:
    return FileNotUnderstood(f"{name} is larger than 50 MB. Keep only the columns to chart.")


def _hidden(name: str, rows: tuple[int, ...]) -> list[str]:
    if not rows:
        return []
    named = ", ".join(map(str, rows[:HIDDEN_NAMED]))
    more = f" and {len(rows) - HIDDEN_NAMED:,} more" if len(rows) > HIDDEN_NAMED else ""
    which = f"Row {named} of {name} is" if len(rows) == 1 else f"Rows {named}{more} of {name} are"
    return [f"{which} hidden in the spreadsheet, and counted here."]
