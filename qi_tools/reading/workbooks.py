"""The rows of a sheet in an Excel workbook, and the files that look like one."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import iterparse

from qi_tools.errors import FileNotUnderstood, QIToolsError, SheetUnclear
from qi_tools.reading.cells import BLANK, Cell, Row, text_cell
from qi_tools.words import listed

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

__all__ = ["Sheet", "is_workbook", "read_sheet"]

LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 5_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')

_NO_RESULT = (
    "is a formula whose result was not saved; open the workbook in a spreadsheet and save it again"
)
_SAVE_AS = "Open it in a spreadsheet and save it as an Excel workbook (.xlsx)."


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Parameters
    ----------
    name : str
    rows : tuple of Row
        The rows that the file holds, blank ones too.
    hidden : tuple of int
        The numbers of the rows that the spreadsheet doesn't show.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: tuple[int, ...]


def is_workbook(name: str, data: bytes) -> bool:
    """Say whether a file is an Excel workbook that can be read.

    Parameters
    ----------
    name : str
        What the file is called in messages.
    data : bytes
        The file.

    Raises
    ------
    FileNotUnderstood
        If it is a file of another kind that a spreadsheet opens, with what to do.
    """
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise FileNotUnderstood(
                f"{name} is protected by a password. Open it in a spreadsheet, take the password "
                "off a copy that holds totals only, and save that."
            )
        raise FileNotUnderstood(f"{name} is a workbook of the old kind (.xls). {_SAVE_AS}")
    if data.startswith(b"%PDF"):
        raise FileNotUnderstood(
            f"{name} is a PDF, which holds no table that can be read for certain. Ask for the "
            "spreadsheet that it was made from."
        )
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FileNotUnderstood(
            f"{name} is a web page, whatever its name says: some systems save them so. {_SAVE_AS}"
        )
    if not data.startswith(b"PK"):
        return False
    return _is_xlsx(name, data)


def read_sheet(name: str, data: bytes, wanted: str | None) -> Sheet:
    """Read one sheet of a workbook.

    Dates and numbers are taken as they are held. A number shown as a percentage is given as so many
    in a hundred.

    Parameters
    ----------
    name : str
        What the file is called in messages.
    data : bytes
        The workbook.
    wanted : str or None
        The sheet's name; None for the only sheet with data.

    Returns
    -------
    Sheet

    Raises
    ------
    SheetUnclear
        If several sheets hold data and none was asked for.
    FileNotUnderstood
        If there is no such sheet, or the workbook is damaged or too large.
    """
    with _opened(name, data) as workbook:
        title = _sheet_name(name, workbook, wanted)
        sheet = workbook[title]
        # Read-only sheets tell neither which rows are hidden nor a formula that has no result from
        # a blank cell, so the sheet's own XML is asked; only openpyxl knows where it lies.
        hidden, unsaved = _marks_of(data, sheet._worksheet_path)
        rows = [
            Row(number, tuple(_with_fault(cells, unsaved.get(number, frozenset()))))
            for number, cells in enumerate(_cells_of(sheet), start=1)
            if cells  # there may be a million rows that hold nothing
        ]
    filled = {row.number for row in rows if row.filled}
    return Sheet(title, tuple(rows), tuple(number for number in hidden if number in filled))


def _is_xlsx(name: str, data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise _damaged(name) from None
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise FileNotUnderstood(f"{name} is a binary workbook (.xlsb). {_SAVE_AS}")
    if "mimetype" in names and "content.xml" in names:
        raise FileNotUnderstood(f"{name} is an OpenDocument file (.ods). {_SAVE_AS}")
    if any(part.endswith(".iwa") for part in names):
        raise FileNotUnderstood(
            f"{name} is a Numbers file. Export it as an Excel workbook (.xlsx)."
        )
    if not any(part.startswith("xl/") for part in names):
        raise FileNotUnderstood(
            f"{name} is not a workbook. Choose an Excel workbook or a CSV file."
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise FileNotUnderstood(
            f"{name} is too large when unpacked. Copy the columns to chart into a new workbook."
        )
    return True


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[Workbook]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # It warns of styles and forms that it leaves out; none of them is read here.
            warnings.filterwarnings("ignore", module="openpyxl")
            workbook = openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
            try:
                yield workbook
            finally:
                workbook.close()
    except QIToolsError:
        raise
    except Exception:  # a damaged workbook fails in as many ways as there are parts in it
        raise _damaged(name) from None


def _damaged(name: str) -> FileNotUnderstood:
    return FileNotUnderstood(
        f"{name} is damaged, or was not saved to its end. {_SAVE_AS} If it won't open there, use "
        "an older copy."
    )


def _sheet_name(name: str, workbook: Workbook, wanted: str | None) -> str:
    titles = [str(sheet.title) for sheet in workbook.worksheets]
    if wanted is not None:
        if wanted in titles:
            return wanted
        plain = str(wanted).strip().casefold()
        alike = [title for title in titles if title.strip().casefold() == plain]
        if len(alike) == 1:
            return alike[0]
        raise SheetUnclear(
            f'{name} has no sheet "{wanted}". The sheets are {listed(titles)}.', titles
        )
    if len(titles) == 1:
        return titles[0]
    with_data = [str(sheet.title) for sheet in workbook.worksheets if _holds_table(sheet)]
    if len(with_data) == 1:
        return with_data[0]
    if not with_data:
        raise FileNotUnderstood(
            f"No sheet of {name} holds a table: a row of headings and a row for each point."
        )
    raise SheetUnclear(
        f'{name} has several sheets with data. Say which: sheet="…". They are {listed(with_data)}.',
        with_data,
    )


def _holds_table(sheet: Any) -> bool:
    rows = 0
    for cells in _cells_of(sheet):
        rows += sum(1 for cell in cells if cell.text) > 1
        if rows == 2:
            return True
    return False


def _cells_of(sheet: Any) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    for cells in sheet.iter_rows():
        yield [_cell(cell) for cell in cells]


def _cell(cell: Any) -> Cell:
    value = cell.value
    match value:
        case None:
            return BLANK
        case bool():
            return Cell("TRUE" if value else "FALSE")
        case int() | float():
            if "%" in _QUOTED.sub("", cell.number_format or ""):
                hundred = float(Decimal(str(value)) * 100)
                return Cell(f"{hundred:.15g}%", hundred, percent=True)
            return Cell(f"{value:.15g}", float(value))
        case datetime():
            return Cell(value.strftime("%d/%m/%Y"), value.date())
        case date():
            return Cell(value.strftime("%d/%m/%Y"), value)
        case time() | timedelta():
            return Cell(
                str(value), fault="is a time on the clock; write it as a number, such as minutes"
            )
        case _:
            return text_cell(str(value))


def _with_fault(cells: list[Cell], unsaved: frozenset[int]) -> Iterator[Cell]:
    for place in range(max(len(cells), max(unsaved, default=0))):
        cell = cells[place] if place < len(cells) else BLANK
        no_result = place + 1 in unsaved and not cell.text
        yield Cell("=…", fault=_NO_RESULT) if no_result else cell


def _marks_of(data: bytes, part: str) -> tuple[list[int], Mapping[int, frozenset[int]]]:
    """Find the hidden rows, and the columns of formulas without a result by row."""
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    hidden: list[int] = []
    unsaved: dict[int, frozenset[int]] = {}
    number = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(part) as source:
        for _, row in iterparse(source):
            if not row.tag.endswith("}row"):
                continue
            number = int(row.get("r", number + 1))
            if row.get("hidden") in {"1", "true"}:
                hidden.append(number)
            places = set()
            for place, cell in enumerate(row, start=1):
                parts = {child.tag.rpartition("}")[2]: child.text for child in cell}
                if "f" in parts and not parts.get("v"):
                    at = cell.get("r")
                    places.add(
                        column_index_from_string(coordinate_from_string(at)[0]) if at else place
                    )
            if places:
                unsaved[number] = frozenset(places)
            row.clear()
    return hidden, unsaved
