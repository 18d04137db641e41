"""A table pasted from a spreadsheet, or typed."""

from __future__ import annotations

import re

from qi_tools.errors import FileNotUnderstood
from qi_tools.reading.cells import Row, text_cell
from qi_tools.reading.csv_files import rows_of_text, separator_of
from qi_tools.reading.layouts import SPACES, lay_out
from qi_tools.reading.tables import Table
from qi_tools.words import counted

__all__ = ["read_pasted"]

PASTED = "pasted data"
LONGEST_TEXT = 5_000_000
# Spaces after a comma only ease the eye.
_SPACES = re.compile(r"(?<![,;\s])[^\S\t]{2,}")


def read_pasted(text: str) -> Table:
    r"""Read a table pasted from a spreadsheet, or typed with commas, semicolons or several spaces.

    The first row may hold headings. A first row with a number or a date has none, and the columns
    are then called "Column 1", "Column 2" and so on.

    Parameters
    ----------
    text : str
        Two or more columns, a row a line.

    Returns
    -------
    Table

    Raises
    ------
    PersonalData
        If it looks like data on single people.
    FileNotUnderstood
        If it is no table.

    Examples
    --------
    >>> table = read_pasted("Jan 2025\t5\nFeb 2025\t7")
    >>> table.headings, table.measure(name="Falls").values.tolist()
    (('Column 1', 'Column 2'), [5.0, 7.0])
    """
    if not isinstance(text, str) or not text.strip():
        raise FileNotUnderstood(
            "There is nothing to read. Copy two columns from a spreadsheet, with their headings, "
            "and paste them."
        )
    lines = text.splitlines()
    if len(text) > LONGEST_TEXT:
        raise FileNotUnderstood(
            f"The {PASTED} is too long ({counted(len(lines), 'line')}). Keep a row for each point."
        )
    separator = separator_of(text)
    spaced = [line for line in lines if _SPACES.search(line.strip())]
    parted = [line for line in lines if separator in line.strip()]
    tied = separator != "\t" and 0 < len(spaced) == len(parted)
    if tied or len(spaced) > len(parted):
        rows = [
            Row(number, tuple(map(text_cell, _SPACES.split(line.strip()))))
            for number, line in enumerate(lines, start=1)
        ]
        separator = SPACES
    else:
        rows = rows_of_text(f"The {PASTED}", text, separator)
    layout = lay_out(f"The {PASTED}", rows, separator=separator, typed=True)
    return Table.of_layout(PASTED, layout, comma_parts_thousands=separator != ";")
