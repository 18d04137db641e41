"""A list that people typed in a spreadsheet and saved as CSV, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence

from course.errors import Fault

LARGEST_LIST = 5 * 1024 * 1024


def csv_rows(
    data: bytes, columns: Collection[str], noun: str, faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    r"""Yield each row of a list with its line, as text by column; blank rows are left out.

    Parameters
    ----------
    data : bytes
        A CSV file in UTF-8 (with or without a byte-order mark) or in Windows' own encoding; parted
        by commas, semicolons or tabs. The first row names the columns, in any order and in small
        or capital letters; further columns are not read.
    columns : collection of str
        The columns that must be there.
    noun : str
        What a row stands for, for messages.
    faults : list of Fault
        Gets what is wrong with the list or a row, each with its line.

    Examples
    --------
    >>> faults = []
    >>> list(csv_rows(b"Name;Age\nAnn;7\n\nBob\n", ["name"], "person", faults))
    [(2, {'name': 'Ann'})]
    >>> print(faults[0])
    line 4: has 1 cells and the header has 2
    """
    text = _decoded(data, faults)
    if text is None:
        return
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] | None = None
    line, count, before = 1, 0, len(faults)
    try:
        for cells in reader:
            # A quoted cell may run over several lines; the row is named by its first.
            here, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, columns, faults)
                if header is None:
                    return
                continue
            count += 1
            if len(cells) != len(header):
                message = f"has {len(cells)} cells and the header has {len(header)}"
                faults.append(Fault(f"line {here}", message))
                continue
            named = zip(header, cells, strict=True)
            yield here, {name: " ".join(cell.split()) for name, cell in named if name in columns}
    except csv.Error as error:
        message = f"can't be read as CSV ({error}); save the list again"
        faults.append(Fault(f"line {reader.line_num}", message))
    if not count and len(faults) == before:
        message = f"has no rows; give a header row and one row for each {noun}"
        faults.append(Fault("line 1", message))


def _decoded(data: bytes, faults: list[Fault]) -> str | None:
    if len(data) > LARGEST_LIST:
        faults.append(Fault("line 1", f"is larger than {LARGEST_LIST:,} bytes; split the list"))
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    faults.append(
        Fault("line 1", "is not a CSV text file; in your spreadsheet choose “Save as CSV UTF-8”")
    )
    return None


def _header(
    cells: Sequence[str], columns: Collection[str], faults: list[Fault]
) -> list[str] | None:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    wrong = [column for column in columns if names.count(column) != 1]
    for column in wrong:
        what = "is missing" if column not in names else "is there twice"
        message = f"must hold {', '.join(columns)}"
        faults.append(Fault(f"line 1, column {column} {what};", message))
    return None if wrong else names
