"""The rows of a CSV file or other text file."""

from __future__ import annotations

import csv
import io

from qi_tools.errors import FileNotUnderstood
from qi_tools.reading.cells import Row, text_cell

__all__ = ["decoded", "rows_of_text", "separator_of"]

MOST_LINES_LOOKED_AT = 200


def decoded(name: str, data: bytes) -> str:
    """Give a file's text.

    Parameters
    ----------
    name : str
        What the file is called in messages.
    data : bytes
        The file, in UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    Returns
    -------
    str

    Raises
    ------
    FileNotUnderstood
        If it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]  # the second is what Excel writes on older machines
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileNotUnderstood(
        f"{name} is not a text file or a workbook. Open it in a spreadsheet and save it as an "
        "Excel workbook (.xlsx) or as CSV."
    )


def separator_of(text: str) -> str:
    r"""Find what parts the cells of most lines: a tab, a semicolon or a comma.

    Examples
    --------
    >>> separator_of("Falls, by month\nMonth;Falls\nJan 2025;1,5\n")
    ';'
    """
    lines = [line for line in text.splitlines() if line.strip()][:MOST_LINES_LOOKED_AT]
    return max(("\t", ";", ","), key=lambda mark: sum(mark in line for line in lines))


def rows_of_text(name: str, text: str, separator: str) -> list[Row]:
    """Part text into rows and cells, with quotes as spreadsheets write them.

    Parameters
    ----------
    name : str
        What the text is called in messages.
    text : str
        The whole text.
    separator : str
        What parts the cells.

    Returns
    -------
    list of Row

    Raises
    ------
    FileNotUnderstood
        If a quote is not closed.

    Examples
    --------
    >>> [cell.text for cell in rows_of_text("x", 'Jan 2025,"1,234"', ",")[0].cells]
    ['Jan 2025', '1,234']
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        # A quoted cell may hold a line break, so rows are counted here and not taken from lines.
        return [
            Row(number, tuple(map(text_cell, cells)))
            for number, cells in enumerate(
                csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=True),
                start=1,
            )
        ]
    except csv.Error as error:
        raise FileNotUnderstood(
            f"{name} can't be parted into cells ({error}). A quote may stand alone: open it in a "
            "spreadsheet and save it again."
        ) from None
