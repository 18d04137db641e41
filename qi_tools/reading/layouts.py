"""Where titles, headings and rows stand among the cells of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qi_tools.errors import FileNotUnderstood, RowFault
from qi_tools.reading.cells import BLANK, Cell, Row, is_missing
from qi_tools.reading.guard import refuse_personal_data
from qi_tools.reading.numbers import read_numbers
from qi_tools.words import counted
from qi_tools.written_dates import read_date

__all__ = ["SPACES", "Layout", "lay_out", "reads_as_date", "reads_as_number"]

MOST_ROWS = 100_000
MOST_COLUMNS = 200
SPACES = "  "
_ADVICE = {
    ",": 'A number such as 1,234 needs quotes, "1,234", and each column a heading.',
    ";": "Each column needs a heading.",
    SPACES: "Copy the cells from a spreadsheet, or put n/a where a cell is blank.",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet's parts.

    Parameters
    ----------
    titles : tuple of str
        What stands alone in its row above the headings.
    headings : tuple of str
        One for each column.
    rows : tuple of Row
        The rows below the headings that hold something, each as long as the headings.
    """

    titles: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def lay_out(name: str, rows: Sequence[Row], *, separator: str, typed: bool = False) -> Layout:
    """Find titles, headings and rows, and refuse what must not be read.

    Rows above the headings that hold one cell alone are titles. A file's first row is no row of
    headings when its cell in a column of dates is itself a date; columns are then numbered.

    Parameters
    ----------
    name : str
        What the table is called in messages.
    rows : sequence of Row
        All rows, in order.
    separator : str
        What parts the cells: a comma, a semicolon, a tab or `SPACES`; empty for a workbook.
    typed : bool
        True for a table pasted or typed, where a first row with any number or date has no
        headings.

    Returns
    -------
    Layout

    Raises
    ------
    PersonalData
        If the cells look like data on single people.
    FileNotUnderstood
        If there is no table, it is too large, headings repeat, or rows have more cells than there
        are headings.
    """
    filled = [row for row in rows if row.filled]
    if len(filled) > MOST_ROWS:
        raise FileNotUnderstood(
            f"{name} has {len(filled):,} rows, more than the {MOST_ROWS:,} that can be read. "
            "Keep a row for each point."
        )
    start = next((place for place, row in enumerate(filled) if row.filled > 1), 0)
    above, body = filled[:start], filled[start:]
    top = body[0] if body and _is_headings(body, typed=typed) else None
    while top is None and above and _is_dated(above[-1]):  # no title: its value is blank
        body.insert(0, above.pop())
    below = body[1:] if top else body
    width = max(map(_width, body), default=0)
    headings = _headings(top, width)
    # Before any other message, for those quote cells.
    refuse_personal_data(name, headings, [*above, *([top] if top else [])], below)
    if not below:
        raise FileNotUnderstood(
            f"{name} has {counted(len(filled), 'row')}. It needs a row of headings and a row "
            "for each point."
        )
    if width < 2:
        raise FileNotUnderstood(
            f"{name} has one column. It needs dates in one column and values in another."
        )
    if width > MOST_COLUMNS:
        raise FileNotUnderstood(
            f"{name} has {width:,} columns, more than the {MOST_COLUMNS} that can be read. Keep "
            "only the columns to chart."
        )
    if separator not in {"", "\t"}:
        _refuse_ragged(name, body, _width(top) if top else len(body[0].cells), separator)
    kept = [
        place
        for place in range(width)
        if (top and place < len(top.cells) and top.cells[place].text)
        or any(place < len(row.cells) and row.cells[place].text for row in below)
    ]
    kept_headings = tuple(headings[place] for place in kept)
    for place, heading in enumerate(kept_headings):
        if heading in kept_headings[:place]:
            raise FileNotUnderstood(
                f'{name} has two columns called "{heading}". Give each column its own heading.'
            )
    return Layout(
        titles=tuple(cell.text for row in above for cell in row.cells if cell.text),
        headings=kept_headings,
        rows=tuple(
            Row(
                row.number,
                tuple(row.cells[at] if at < len(row.cells) else BLANK for at in kept),
            )
            for row in below
        ),
    )


def reads_as_date(cell: Cell) -> bool:
    """Say whether a cell holds a date, or text that may be one."""
    if cell.held is not None:
        return isinstance(cell.held, date)
    return bool(cell.text) and not isinstance(read_date(cell.text), str)


def reads_as_number(cell: Cell) -> bool:
    """Say whether a cell holds a number."""
    if is_missing(cell.text):
        return False
    return not read_numbers([cell]).faults


def _is_headings(body: Sequence[Row], *, typed: bool) -> bool:
    first, *rest = body
    if typed:
        return not any(reads_as_date(cell) or reads_as_number(cell) for cell in first.cells)
    for place, cell in enumerate(first.cells):
        if reads_as_date(cell):
            below = [row.cells[place] for row in rest if place < len(row.cells)]
            filled = [each for each in below if not is_missing(each.text)]
            if 2 * sum(map(reads_as_date, filled)) > len(filled):
                return False
    return True


def _is_dated(row: Row) -> bool:
    return any(reads_as_date(cell) for cell in row.cells)


def _width(row: Row) -> int:
    return max(place for place, cell in enumerate(row.cells, start=1) if cell.text)


def _headings(top: Row | None, width: int) -> tuple[str, ...]:
    cells = () if top is None else top.cells
    written = [cells[place].text if place < len(cells) else "" for place in range(width)]
    return tuple(text or f"Column {place}" for place, text in enumerate(written, start=1))


def _refuse_ragged(name: str, body: Sequence[Row], width: int, separator: str) -> None:
    """Refuse rows in which a cell may stand in the wrong column."""
    first, *rest = body
    ragged = [
        RowFault(
            row.number,
            "cells",
            separator.join(cell.text for cell in row.cells),
            f"has {counted(_width(row), 'cell')}; row {first.number} has {width}",
        )
        for row in rest
        if _width(row) > width or (separator == SPACES and 2 < width != _width(row))
    ]
    if ragged:
        raise FileNotUnderstood(
            f"{name} has rows with more or fewer cells than row {first.number}, its first. "
            f"{_ADVICE[separator]}",
            ragged,
        )
