"""What can go wrong in the tools, in words that a reader can act on.

::

    QIToolsError
    ├── MeasureInvalid     the values or the dates can't make a measure
    ├── ChartImpossible    the measure can't be charted as asked
    ├── RulesInvalid       a rule or a set of rules that can't be
    ├── FileNotUnderstood  a data file, with every row that was not understood
    │   ├── DatesAmbiguous     the order of day and month must be asked
    │   └── SheetUnclear       the sheet of a workbook must be asked
    ├── PersonalData       a table that looks like data on single people
    ├── DatasetUnknown     no data set of that name is shipped
    └── FileNotSaved       the file that was asked for could not be written

The answers' own errors stand in `qi_tools.answers`, on the same root.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

__all__ = [
    "ChartImpossible",
    "DatasetUnknown",
    "DatesAmbiguous",
    "FileNotSaved",
    "FileNotUnderstood",
    "MeasureInvalid",
    "PersonalData",
    "QIToolsError",
    "RowFault",
    "RulesInvalid",
    "SheetUnclear",
]

# A message that fills the screen is not read: the rows after these are given by number alone.
ROWS_IN_FULL = 20


class QIToolsError(Exception):
    """The tools can't do what was asked; the message says why and what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in a notebook, where a traceback helps no one on the staff.

        IPython looks for this name. ``%tb`` still gives a coder the whole story.
        """
        return ["", str(self), ""]


class MeasureInvalid(QIToolsError):
    """The values or the dates can't make a measure."""


class ChartImpossible(QIToolsError):
    """The measure can't be charted as asked."""


class RulesInvalid(QIToolsError):
    """A rule or a set of rules that can't be."""


class DatasetUnknown(QIToolsError):
    """No data set of that name is shipped."""


class FileNotSaved(QIToolsError):
    """The file that was asked for could not be written."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """One cell of a data file that was not understood.

    Parameters
    ----------
    row : int
        The row's number as a spreadsheet shows it: the headings are row 1.
    column : str
        The column's heading.
    text : str
        What the cell holds.
    reason : str
        Why it was not understood.

    Examples
    --------
    >>> print(RowFault(4, "wait", "five", "is not a number"))
    row 4, wait: "five" is not a number
    """

    row: int
    column: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f'row {self.row}, {self.column}: "{self.text}" {self.reason}'


class FileNotUnderstood(QIToolsError):
    """A data file can't be read as a measure.

    Parameters
    ----------
    message : str
        What is wrong with the whole, and what to do.
    faults : iterable of RowFault
        Every cell that was not understood, in the file's own order.

    Examples
    --------
    >>> print(FileNotUnderstood("waits.csv has 1 row to mend.", [RowFault(4, "wait", "?", "…")]))
    waits.csv has 1 row to mend.
      row 4, wait: "?" …
    """

    def __init__(self, message: str, faults: Iterable[RowFault] = ()) -> None:
        self.faults = tuple(faults)
        lines = [message, *(f"  {fault}" for fault in self.faults[:ROWS_IN_FULL])]
        rest = self.faults[ROWS_IN_FULL:]
        if rest:
            lines.append("  and rows " + ", ".join(str(fault.row) for fault in rest))
        super().__init__("\n".join(lines))


class DatesAmbiguous(FileNotUnderstood):
    """Whether the day or the month comes first in a column of dates must be asked.

    Parameters
    ----------
    message : str
        The question.
    faults : iterable of RowFault
        What else was not understood.
    column : str
        The heading of the dates.
    text : str
        One of the dates, as written.
    day_first, month_first : datetime.date
        What that date is when read either way.
    """

    def __init__(
        self,
        message: str,
        faults: Iterable[RowFault],
        *,
        column: str,
        text: str,
        day_first: date,
        month_first: date,
    ) -> None:
        self.column = column
        self.text = text
        self.day_first = day_first
        self.month_first = month_first
        super().__init__(message, faults)


class SheetUnclear(FileNotUnderstood):
    """Which sheet of a workbook to read must be asked.

    Parameters
    ----------
    message : str
        The question.
    sheets : iterable of str
        The names of the sheets to choose from.
    """

    def __init__(self, message: str, sheets: Iterable[str]) -> None:
        self.sheets = tuple(sheets)
        super().__init__(message)


class PersonalData(QIToolsError):
    """A table looks like data on single people, and was not read.

    The message and the columns name places; what stands in them is nowhere in the error.

    Parameters
    ----------
    message : str
        What was found and where, and what to do.
    columns : iterable of str
        The columns to delete.
    """

    def __init__(self, message: str, columns: Iterable[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(message)
