"""A table that looks like data on single people: found, and refused.

A chart needs totals. Patients' names, numbers, dates of birth and addresses have no place in its
table, so a table that seems to hold them is not read until they are deleted. The guard catches what
slips in by mistake; it can't promise that a table holds nothing personal.

**NHS numbers** have ten digits, the last a check by modulus 11, which about 1 in 11 of all numbers
of ten digits passes by chance. One number in groups of 3, 3 and 4 that passes is enough, and so is
one beside the letters NHS. Numbers without groups are judged by the column: it is refused when more
of its different ten-digit numbers pass than chance would let pass in 1 column of 100 (binomial, 2
numbers at the least). So it refuses by mistake, measured over 20,000 columns of random ten-digit
counts for each length, 5 in 1,000 columns of 2 rows and at most 1.2 in 1,000 of those with 3 to 60;
over 5,000 columns that stay near one level or count up, at most 7 in 1,000. Counts with fewer or
more digits are never refused so. One lone number without groups, however often it comes, is not
noticed by its digits.

**All else** is found by the heading and the kind of content together, or by content that is plain
to see: titles with names, full postcodes, dates spread over decades in no order. Headings of
measures ("Date of birth recorded", with percentages) and names of staff, wards and sites pass. So
do bare names under a heading such as "Name", for wards are called after people.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qi_tools.dates import read_dates
from qi_tools.errors import PersonalData
from qi_tools.reading.cells import Row
from qi_tools.words import joined, listed

__all__ = ["holds_nhs_number", "refuse_personal_data"]

BY_CHANCE = 1 / 11  # the share of all ten-digit numbers whose last digit passes the check
RARE = 0.01
YEARS_OF_BIRTH = 15  # half of the dates of a chart lie closer together than this
ROWS_NAMED = 10

_TEN_DIGITS = re.compile(
    r"(?<![\d.,])(?<!\d-)(?<!\+44 )(\d{3})([ .-]?)(\d{3})\2(\d{4})(?![.,-]?\d)", re.ASCII
)
_NHS = re.compile(r"\bNHS\b|\bCHI\b", re.IGNORECASE)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_TITLED = re.compile(r"(Mr|Mrs|MRS|Ms|Miss|MISS|Mx)\.? [A-Z][A-Za-z'’-]*.*")
_SURNAME_FIRST = re.compile(r"[A-Z][A-Z'’ -]+, ?[A-Z][A-Za-z'’.-]+( [A-Z(][A-Za-z.)]*)*")
_FULL_NAME = re.compile(r"[A-Z][A-Za-z'’-]+( [A-Z][A-Za-z'’.-]*)+")
_STAFF = re.compile(r"\b(Dr|Prof|Professor|Sister|Nurse|Matron|Consultant)\b", re.IGNORECASE)
_POSTCODE = re.compile(r"(.*\b)?[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.ASCII | re.IGNORECASE)
_CODE = re.compile(r"[A-Z]{0,4}[ /-]?\d{5,12}[A-Z]?|[A-Z]{1,4}[ /-]?\d{4,12}", re.IGNORECASE)
_NHS_LIKE = re.compile(r"\d[\d -]{7,}\d|\d\.\d+E\+0?9", re.ASCII | re.IGNORECASE)

_PERSON = r"(?:patient|pt|client|service user|resident|baby|child|mother)s?(?: s)?"
_HEADED_NHS = re.compile(r"(?:.* )?(?:nhs|chi|h c|hcn)(?: (?:number|no|num|id|identifier))?")
_HEADED_NAME = re.compile(
    rf"{_PERSON}(?: (?:full |first |last |family |given )?(?:names?|surnames?|forenames?|initials))"
    rf"|names? of (?:the )?{_PERSON}|{_PERSON} name .*first.*last.*"
    r"|surnames?|forenames?|(?:first|last|family|given|full|middle) ?names?|next of kin|nok"
)
_HEADED_PERSON = re.compile(_PERSON)
_HEADED_BIRTH = re.compile(r"(?:.* )?(?:date of birth|birth ?dates?|birthday|dob|d o b)(?: .*)?")
_HEADED_ADDRESS = re.compile(
    rf"(?:(?:home|postal|{_PERSON}) )?(?:address|addr)(?: line)?(?: \d)?"
    r"|street(?: address| name)?|house (?:number|name)(?: .*)?"
)
_HEADED_POSTCODE = re.compile(rf"(?:(?:home|{_PERSON}) )?post ?codes?")
_HEADED_HOSPITAL = re.compile(
    rf"(?:local )?(?:{_PERSON}|hospital|hosp|medical record|case ?note|district|pas|epr|emr|rio)"
    r" (?:number|no|num|id|identifier|ref|reference)|mrn|crn|patientid"
)
# Names of people in these columns are those of staff, and addresses those of places.
_NOT_PATIENTS = re.compile(
    r"\b(?:staff|ward|team|consultant|surgeon|clinician|nurse|doctor|physician|gp|practice|clinic"
    r"|hospital|trust|site|unit|provider|organisation|org|location|pharmacy|school|care home"
    r"|department|service|lead|manager|author|auditor|auditors|owner|reporter|reviewer|operator"
    r"|by|measure|measures|indicator|metric)\b"
)


@dataclass(frozen=True, slots=True)
class _Column:
    """The filled cells of a column, with the numbers of their rows."""

    heading: str
    rows: tuple[int, ...]
    texts: tuple[str, ...]

    def where(self, holds: Callable[[str], object]) -> list[int]:
        return [row for row, text in zip(self.rows, self.texts, strict=True) if holds(text)]

    def mostly(self, holds: Callable[[str], object], different: int = 1) -> list[int]:
        """Give the rows where it holds, if that is half of them or more, and not all alike."""
        found = {text for text in self.texts if holds(text)}
        rows = self.where(found.__contains__)
        return rows if len(found) >= different and 2 * len(rows) >= len(self.rows) else []


def refuse_personal_data(
    name: str, headings: Sequence[str], above: Iterable[Row], below: Iterable[Row]
) -> None:
    """Refuse a table that looks like data on single people.

    Parameters
    ----------
    name : str
        What the table is called.
    headings : sequence of str
        One for each column.
    above, below : iterable of Row
        The titles and headings, and the rows below them.

    Raises
    ------
    PersonalData
        Naming the columns, rows and what they seem to hold, never a cell's content.

    Examples
    --------
    >>> from qi_tools.reading.cells import Cell
    >>> rows = [Row(2, (Cell("Jan 2025"), Cell("999 000 0018"))), Row(3, (Cell("Feb 2025"),))]
    >>> refuse_personal_data("falls.csv", ["Month", "Falls"], [], rows)
    Traceback (most recent call last):
    ...
    qi_tools.errors.PersonalData: falls.csv looks like data on single people, so it was not read.
      Column "Falls": what look like NHS numbers, in row 2.
    Delete that column in your spreadsheet, save it and try again. A chart needs totals only: how \
many in each day, week or month.
    """
    above, below = list(above), list(below)
    lines: list[str] = []
    columns: list[str] = []
    for place, heading in enumerate(headings):
        column = _column(heading, place, below)
        found = _found(column)
        top = _column("", place, above)
        if rows := _nhs_numbers(top):
            found.append(("NHS numbers", rows))
        if found:
            columns.append(_called(heading, place))
            lines += [
                f"  {columns[-1]}: what look like {what}, {_in(rows)}." for what, rows in found
            ]
    if lines:
        those = "that column" if len(columns) == 1 else "those columns"
        raise PersonalData(
            f"{name} looks like data on single people, so it was not read.\n"
            + "\n".join(lines)
            + f"\nDelete {those} in your spreadsheet, save it and try again. A chart needs totals "
            "only: how many in each day, week or month.",
            columns,
        )


def holds_nhs_number(text: str) -> bool:
    """Say whether a text holds an NHS number: in groups, or beside the letters NHS.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> holds_nhs_number("He is 999 000 0018."), holds_nhs_number("Ring 999 000 0019.")
    (True, False)
    """
    text = text.translate(_DASHES)
    return any(
        _passes("".join(match.group(1, 3, 4))) and _is_certain(match, text)
        for match in _TEN_DIGITS.finditer(text)
    )


def _is_certain(match: re.Match[str], text: str) -> bool:
    return bool(match[2] or _NHS.search(text))


def _column(heading: str, place: int, rows: Sequence[Row]) -> _Column:
    filled = [
        (row.number, row.cells[place].text.translate(_DASHES))
        for row in rows
        if place < len(row.cells) and row.cells[place].text
    ]
    return _Column(
        heading, tuple(number for number, _ in filled), tuple(text for _, text in filled)
    )


def _found(column: _Column) -> list[tuple[str, list[int]]]:
    kinds = {
        "NHS numbers": _nhs_numbers,
        "people's names": _names,
        "dates of birth": _dates_of_birth,
        "addresses or postcodes": _addresses,
        "hospital numbers": _hospital_numbers,
    }
    return [(what, rows) for what, kind in kinds.items() if (rows := kind(column))]


def _nhs_numbers(column: _Column) -> list[int]:
    if _HEADED_NHS.fullmatch(_words(column.heading)) and (
        rows := column.where(_NHS_LIKE.fullmatch)
    ):
        return rows
    plain: set[str] = set()
    passed: dict[int, set[str]] = {}
    certain: list[int] = []
    for row, text in zip(column.rows, column.texts, strict=True):
        for match in _TEN_DIGITS.finditer(text):
            digits = match[1] + match[3] + match[4]
            plain.add(digits)
            if _passes(digits):
                passed.setdefault(row, set()).add(digits)
                if _is_certain(match, text):
                    certain.append(row)
    different = set().union(*passed.values())
    if len(different) >= 2 and _chance(len(different), len(plain)) < RARE:
        return list(passed)
    return list(dict.fromkeys(certain))


def _passes(digits: str) -> bool:
    from nhs_number.validate import is_valid

    return bool(is_valid(digits))


def _chance(passed: int, numbers: int) -> float:
    """Say how often chance lets so many or more pass: the upper tail of a binomial."""
    if passed <= numbers * BY_CHANCE:
        return 1.0
    log_choose = math.lgamma(numbers + 1)
    return math.fsum(
        math.exp(
            log_choose
            - math.lgamma(count + 1)
            - math.lgamma(numbers - count + 1)
            + count * math.log(BY_CHANCE)
            + (numbers - count) * math.log1p(-BY_CHANCE)
        )
        for count in range(passed, numbers + 1)
    )


def _names(column: _Column) -> list[int]:
    words = _words(column.heading)
    if _HEADED_NAME.fullmatch(words):
        return column.mostly(lambda text: sum(map(str.isalpha, text)) >= 2)
    if _NOT_PATIENTS.search(words) or column.where(_STAFF.search):
        return []
    if _HEADED_PERSON.fullmatch(words) and (rows := column.mostly(_FULL_NAME.fullmatch)):
        return rows
    expected = words in {"name", "names"} or bool(_HEADED_PERSON.fullmatch(words))
    return column.mostly(_TITLED.fullmatch, 1 if expected else 2) or column.mostly(
        _SURNAME_FIRST.fullmatch, 1 if expected else 3
    )


def _dates_of_birth(column: _Column) -> list[int]:
    days = read_dates(column.texts, day_first=True).days
    dated = [row for row, day in zip(column.rows, days, strict=True) if not np.isnat(day)]
    if _HEADED_BIRTH.fullmatch(_words(column.heading)):
        return dated
    known = days[~np.isnat(days)].astype(np.int64)
    if known.size < 8 or 2 * known.size < len(column.rows):
        return []
    steps = np.diff(known)
    lower, upper = np.quantile(known, (0.25, 0.75))
    in_order = np.all(steps >= 0) or np.all(steps <= 0)
    return [] if in_order or upper - lower < 365 * YEARS_OF_BIRTH else dated


def _addresses(column: _Column) -> list[int]:
    words = _words(column.heading)
    if _HEADED_ADDRESS.fullmatch(words):
        return column.mostly(lambda text: sum(map(str.isalpha, text)) >= 3)
    if _HEADED_POSTCODE.fullmatch(words):
        return column.where(_POSTCODE.fullmatch)
    return [] if _NOT_PATIENTS.search(words) else column.mostly(_POSTCODE.fullmatch, 2)


def _hospital_numbers(column: _Column) -> list[int]:
    if not _HEADED_HOSPITAL.fullmatch(_words(column.heading)):
        return []
    return column.mostly(_CODE.fullmatch)


def _words(heading: str) -> str:
    """Give a heading's words, small and parted by one space: ``PatientName``, ``patient_name``."""
    return " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", heading)).lower()


def _called(heading: str, place: int) -> str:
    """Name a column by its heading, or by its place when the heading may itself be personal."""
    personal = any(
        pattern.search(heading.translate(_DASHES))
        for pattern in (_TEN_DIGITS, _TITLED, _SURNAME_FIRST, _POSTCODE)
    )
    return f"Column {place + 1}" if personal else f"Column {listed([heading])}"


def _in(rows: Sequence[int]) -> str:
    if len(rows) == 1:
        return f"in row {rows[0]}"
    rest = len(rows) - ROWS_NAMED
    named = [str(row) for row in rows[:ROWS_NAMED]]
    if rest > 0:
        return f"in rows {', '.join(named)} and {rest:,} more"
    return f"in rows {joined(named)}"
