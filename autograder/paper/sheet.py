"""Question sheets: each is one person's own draw, under a code that names it.

The code stands for person, assessment, version and attempt. It is made with the person's secret, so
no one can make up one that fits, and a mistyped code fits no sheet.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase

from autograder.csv_list import csv_rows
from autograder.desk import Desk
from autograder.marking_record import next_attempt
from autograder.people import Person, normalise_staff_number
from autograder.release import prepare_assessment
from course.bank import BANK, Bank, LookBack, load_bank
from course.errors import CourseError, Fault, FaultsFound
from course.folders import COURSE
from course.paper import Attempt, Drawn, draw
from course.syllabus import Assessment
from course.times import plain_time

#: Letters and digits that are not mistaken for each other, after Crockford's base 32.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's paper: whose it is, which attempt, and the questions drawn for it.

    ``look_backs`` are marked without being asked, and told before the questions they look back at.
    """

    person: Person
    attempt: Attempt
    code: str
    drawn: tuple[Drawn, ...]
    look_backs: tuple[LookBack, ...] = ()


def sheet_code(secret: bytes, attempt: Attempt) -> str:
    """Return the code of a sheet: eight letters and digits, with a hyphen in the middle.

    Examples
    --------
    >>> sheet_code(b"a secret", Attempt("ab" * 8, "all_staff_check", "1", 1))
    'V6Z8-1BT6'
    """
    whose = f"{attempt.pseudonym}\n{attempt.assessment}\n{attempt.version}\n{attempt.attempt}"
    digest = hmac.digest(secret, f"sheet\n{whose}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:5], "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def as_typed(code: str) -> str:
    """Return a code in its own spelling, however it was typed.

    Examples
    --------
    >>> as_typed(" k7f2 93qd"), as_typed("OIL0-1110")
    ('K7F2-93QD', '0110-1110')
    """
    letters = code.upper().translate(_MISREAD)
    return f"{letters[:4]}-{letters[4:]}"


def lettered(drawn: Drawn) -> Mapping[str, str]:
    """Return the options of a drawn question by the letter that stands before each on paper."""
    return dict(zip(ascii_uppercase, drawn.order, strict=False))


def questions(desk: Desk, assessment: Assessment) -> Bank:
    """Return the questions of an assessment, as the desk marks them."""
    prepare_assessment(desk.folder, COURSE / "source", assessment.id)
    return load_bank(desk.folder / "release" / assessment.id / BANK)


def sheet_of(desk: Desk, person: Person, bank: Bank, number: int) -> Sheet:
    """Return one person's sheet for one attempt."""
    secret = desk.secret(person.pseudonym)
    assert secret is not None, "a person of the desk has a secret"
    attempt = Attempt(person.pseudonym, bank.assessment, bank.version, number)
    drawn = draw(bank, person.pseudonym, bank.version, number)
    return Sheet(person, attempt, sheet_code(secret, attempt), drawn, bank.look_backs)


def sheets_due(
    desk: Desk, assessment: Assessment, people: Iterable[Person], now: datetime
) -> tuple[tuple[Sheet, ...], tuple[Fault, ...]]:
    """Return a sheet for everyone who may take the assessment now, and why the others may not.

    The rules are those of every attempt: none after a pass, none before the last one is marked,
    a day between attempts, and a talk with a facilitator after three.

    Parameters
    ----------
    desk : Desk
        The desk.
    assessment : Assessment
        Which.
    people : iterable of Person
        Who wants one.
    now : datetime
        The desk's time.
    """
    bank = questions(desk, assessment)
    sheets: list[Sheet] = []
    faults: list[Fault] = []
    for person in people:
        number = _next_number(desk, person, assessment, now)
        if isinstance(number, int):
            sheets.append(sheet_of(desk, person, bank, number))
        else:
            faults.append(Fault(f"{person.name} ({person.staff_number})", number))
    return tuple(sheets), tuple(faults)


def _next_number(desk: Desk, person: Person, assessment: Assessment, now: datetime) -> int | str:
    """Return the number of the attempt that a person may take now, or why there is none."""
    waiting = [
        receipt
        for receipt in desk.waiting()
        if (receipt.pseudonym, receipt.assessment) == (person.pseudonym, assessment.id)
    ]
    if waiting:
        return f"has handed in attempt {waiting[-1].attempt}, which is not marked yet"
    records = desk.records_of(person.pseudonym, assessment.id)
    held = desk.conversations(person.pseudonym, assessment.id)
    allowed = next_attempt(records, assessment, held)
    if allowed.number is None:
        return "has passed already"
    if allowed.facilitator_needed:
        return "needs a talk with a facilitator first: qi-course desk allow"
    if allowed.not_before is not None and now < allowed.not_before:
        return f"may try again from {plain_time(allowed.not_before.isoformat())}"
    return allowed.number


def people_in(desk: Desk, path: Path) -> tuple[Person, ...]:
    """Return the people of a desk whose staff numbers stand in a CSV file.

    Parameters
    ----------
    desk : Desk
        The desk.
    path : Path
        A list with the column staff_number, such as a workshop's list of who will come.

    Raises
    ------
    FaultsFound
        With every row that names no one of this desk.
    CourseError
        If the list can't be opened.
    """
    known = {person.staff_number: person for person in desk.people()}
    faults: list[Fault] = []
    found: dict[str, Person] = {}
    for line, row in csv_rows(opened(path), ("staff_number",), "person", faults):
        number = normalise_staff_number(row["staff_number"])
        if number in known:
            found[number] = known[number]
        else:
            message = f"is {row['staff_number']!r}, who is not enrolled here; enrol them first"
            faults.append(Fault(f"line {line}, staff_number", message))
    if faults:
        raise FaultsFound(path.name, faults)
    return tuple(found.values())


def opened(path: Path) -> bytes:
    """Return the bytes of a list.

    Raises
    ------
    CourseError
        If it can't be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(
            f"The list {path} can't be opened ({error.strerror}). "
            "Check its name and close other programs that use it."
        ) from None
