"""Marks as CSV that a spreadsheet can open without running anything in it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from autograder.award_rule import percent_text
from autograder.book import Book, Marking
from course.syllabus import Syllabus

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = tuple[Cell, ...]

MARKS_HEADER: Row = (
    "pseudonym",
    "assessment",
    "version",
    "attempt",
    "score",
    "max_score",
    "percent",
    "passed",
    "practice",
    "marked_at",
)

# Where a text begins a formula for a spreadsheet, also in other widths and behind blanks. One that
# parts cells at semicolons or tabs begins a new cell there, quotes or not, and each does in a new
# line.
_FORMULA = re.compile(
    r"(?:^|(?<=[;\t\r\n]))"
    r"(?=[\s\"]*[-=+@\uff0d\uff1d\uff0b\uff20\ufe63\ufe66\ufe62\ufe6b\u2212]|')"
    r"|^(?=[\t\r\n])"
)


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    r"""Return rows as CSV for Excel and other spreadsheets.

    Each cell is quoted. Where a text would begin a formula it gets an apostrophe, by which
    spreadsheets know text; where it has one already it gets another, so that they can be told
    apart. Numbers stay numbers.

    Parameters
    ----------
    rows : iterable of sequence
        The header, then the rows.

    Returns
    -------
    str
        With a byte-order mark in front, by which Excel knows UTF-8, and lines that end in CRLF.

    Examples
    --------
    >>> csv_text([("name", "mark"), ("=1+1", -2.5)])
    '\ufeff"name","mark"\r\n"\'=1+1","-2.5"\r\n'
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_shown(cell) for cell in row] for row in rows)
    return f"\ufeff{text.getvalue()}"


def marks_rows(book: Book, syllabus: Syllabus) -> tuple[Row, ...]:
    """Return a header and one row for each marked attempt, by pseudonym, without names."""
    marked = sorted(book.marked(), key=_order)
    return (MARKS_HEADER, *(_row(marking, syllabus) for marking in marked))


def named_marks_rows(book: Book, syllabus: Syllabus) -> tuple[Row, ...]:
    """Return the rows of `marks_rows`, each with the person's name and staff number in front.

    For those who may know who is behind a pseudonym; keep what comes of it as the staff list.
    """
    people = {person.pseudonym: person for person in book.people()}
    header, *rows = marks_rows(book, syllabus)
    named = ((people[str(row[0])].name, people[str(row[0])].staff_number, *row) for row in rows)
    return (("name", "staff_number", *header), *named)


def _order(marking: Marking) -> tuple[str, str, int]:
    receipt = marking.receipt
    return receipt.pseudonym, receipt.assessment, receipt.attempt


def _row(marking: Marking, syllabus: Syllabus) -> Row:
    record = marking.record
    assert record is not None  # only marked attempts come here
    rules = {each.id: each for each in syllabus.assessments}.get(record.assessment)
    return (
        record.pseudonym,
        record.assessment,
        record.version,
        record.attempt,
        record.score,
        record.max_score,
        float(percent_text(record)),
        # The rules of an assessment that is taught no longer are not known any more.
        "" if rules is None else _yes_or_no(record.certifies(rules)),
        _yes_or_no(record.practice),
        record.marked_at,
    )


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float) and math.isfinite(cell):
        return str(cell)
    return _FORMULA.sub("'", str(cell))
