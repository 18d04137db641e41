"""The people of a desk: their pseudonyms, and the list of staff to enrol."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from autograder.csv_list import csv_rows
from course.errors import Fault, FaultsFound

COLUMNS = ("staff_number", "name", "email", "staff_group")
LONGEST_NAME = 200
LONGEST_EMAIL = 254  # the longest address that mail can carry (RFC 5321)

_STAFF_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9/_-]{0,31}")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_SHORTENED = re.compile(r"[0-9.]+E\+[0-9]+")


@dataclass(frozen=True, slots=True)
class Person:
    """One person at a desk. Only the desk knows who is behind a pseudonym."""

    pseudonym: str
    staff_number: str
    name: str
    email: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One row of a staff list, checked and normalised."""

    staff_number: str
    name: str
    email: str | None
    group: str | None


def normalise_staff_number(text: str) -> str:
    """Return a staff number as it is compared: capitals, no spaces, no leading zeros.

    Spreadsheets drop the zeros in front of a number, so "00123" and "123" are the same person.

    Examples
    --------
    >>> normalise_staff_number(" 0012 3456 "), normalise_staff_number("ab-07")
    ('123456', 'AB-07')
    """
    compact = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return (compact.lstrip("0") or "0") if compact.isdecimal() else compact


def pseudonym_of(key: bytes, staff_number: str) -> str:
    """Return the pseudonym of a staff number: 16 hexadecimal digits of an HMAC-SHA256.

    Parameters
    ----------
    key : bytes
        The organisation's key. Who has it can test who a pseudonym is; no one else can.
    staff_number : str
        In any spelling that `normalise_staff_number` makes equal.

    Examples
    --------
    >>> pseudonym_of(b"key", "00123") == pseudonym_of(b"key", "123")
    True
    """
    number = normalise_staff_number(staff_number).encode("utf-8")
    return hmac.new(key, number, hashlib.sha256).hexdigest()[:16]


def read_staff(data: bytes, name: str, groups: Collection[str]) -> tuple[StaffRow, ...]:
    r"""Return the rows of a staff list.

    Parameters
    ----------
    data : bytes
        A CSV file with the columns staff_number, name, email and staff_group, in UTF-8 (with or
        without a byte-order mark) or in Windows' own encoding; parted by commas, semicolons or
        tabs. E-mail and staff group may be empty.
    name : str
        The file's name, for messages.
    groups : collection of str
        The staff groups that there are.

    Raises
    ------
    FaultsFound
        With every bad row and its line.

    Examples
    --------
    >>> read_staff(b"staff_number,name,email,staff_group\n7,Ann Bell,,All staff\n", "staff.csv",
    ...            ["all_staff"])
    (StaffRow(staff_number='7', name='Ann Bell', email=None, group='all_staff'),)
    """
    reading = _Reading(groups)
    rows = tuple(reading.rows(data))
    if reading.faults:
        raise FaultsFound(name, reading.faults)
    return rows


def read_own(staff_number: str, name: str, email: str | None) -> StaffRow:
    """Return the row of one person who gives their own details, under the rules of a list.

    Raises
    ------
    FaultsFound
        If the name or the address can't be used.

    Examples
    --------
    >>> read_own("LONE-1", 'Ann "Annie" Bell', None).name
    'Ann "Annie" Bell'
    """
    made = io.StringIO()
    rows = csv.writer(made, quoting=csv.QUOTE_ALL)
    rows.writerows([COLUMNS, (staff_number, name, email or "", "")])
    try:
        return read_staff(made.getvalue().encode(), "your details", ())[0]
    except FaultsFound as found:
        faults = [Fault(each.where.partition(", ")[2], each.message) for each in found.faults]
    raise FaultsFound("what you gave", faults)


@dataclass(slots=True)
class _Reading:
    """The state of reading one list: the faults so far, and where each number was seen."""

    groups: Collection[str]
    faults: list[Fault] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def rows(self, data: bytes) -> Iterator[StaffRow]:
        for line, values in csv_rows(data, COLUMNS, "person", self.faults):
            if (row := self.row(line, values)) is not None:
                yield row

    def row(self, line: int, values: Mapping[str, str]) -> StaffRow | None:
        before = len(self.faults)
        number = self.number(line, values["staff_number"])
        name, email, group = values["name"], values["email"], values["staff_group"]
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            self.fault(line, f"must be 1 to {LONGEST_NAME} ordinary characters", "name")
        if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
            self.fault(line, "is not an e-mail address; correct it or leave it empty", "email")
        group = group.lower().replace(" ", "_").replace("-", "_")
        if group and group not in self.groups:
            allowed = ", ".join(self.groups)
            self.fault(line, f"must be one of {allowed}, or empty", "staff_group")
        if len(self.faults) > before:
            return None
        return StaffRow(number, name, email or None, group or None)

    def number(self, line: int, given: str) -> str:
        number = normalise_staff_number(given)
        if not number:
            self.fault(line, "is missing", "staff_number")
        elif _SHORTENED.fullmatch(number):
            self.fault(
                line,
                f"is {number}: a spreadsheet shortened it; format the column as text",
                "staff_number",
            )
        elif not _STAFF_NUMBER.fullmatch(number):
            self.fault(line, "must be 1 to 32 letters, digits, hyphens or strokes", "staff_number")
        elif number in self.seen:
            self.fault(
                line, f"is on line {self.seen[number]} already; keep one row", "staff_number"
            )
        else:
            self.seen[number] = line
        return number

    def fault(self, line: int, message: str, column: str = "") -> None:
        self.faults.append(Fault(f"line {line}" + (f", {column}" if column else ""), message))
