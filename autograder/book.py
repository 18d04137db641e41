"""The desk's book: who is enrolled, what came in, and how it was marked. Only ever added to."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from autograder.credentials.moments import stamp
from autograder.marking_record import MarkingRecord
from autograder.people import Person
from autograder.recognition import Recognition
from course.errors import CourseError, Refused
from course.result import CriterionResult, SlotFeedback

LOCK_SECONDS = 10.0

MARKED = "marked"
NEEDS_A_PERSON = "needs a person"
FAILED = "failed"

# One script a layout: the first makes the book, each later one upgrades the one before.
_LAYOUTS = (
    """
CREATE TABLE people (
    entry INTEGER PRIMARY KEY, at TEXT NOT NULL, pseudonym TEXT NOT NULL,
    staff_number TEXT NOT NULL, name TEXT NOT NULL, email TEXT, staff_group TEXT,
    secret BLOB NOT NULL
);
CREATE TABLE receipts (
    receipt INTEGER PRIMARY KEY, at TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT,
    refused TEXT, pseudonym TEXT, assessment TEXT, version TEXT, attempt INTEGER,
    CHECK (refused IS NOT NULL OR (sha256 IS NOT NULL AND pseudonym IS NOT NULL
        AND assessment IS NOT NULL AND version IS NOT NULL AND attempt IS NOT NULL))
);
CREATE UNIQUE INDEX one_receipt_a_file ON receipts (sha256) WHERE refused IS NULL;
CREATE UNIQUE INDEX one_receipt_an_attempt ON receipts (pseudonym, assessment, attempt)
    WHERE refused IS NULL;
CREATE TABLE settled (receipt INTEGER PRIMARY KEY REFERENCES receipts);
CREATE TABLE markings (
    marking INTEGER PRIMARY KEY, receipt INTEGER NOT NULL REFERENCES receipts, at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('marked', 'needs a person', 'failed')),
    reason TEXT, record TEXT, feedback TEXT NOT NULL,
    CHECK ((outcome = 'marked') = (record IS NOT NULL))
);
CREATE TABLE conversations (
    conversation INTEGER PRIMARY KEY, at TEXT NOT NULL, pseudonym TEXT NOT NULL,
    assessment TEXT NOT NULL, held_by TEXT NOT NULL
);
CREATE TABLE returns (
    return INTEGER PRIMARY KEY, at TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL
);
""",
    """
CREATE TABLE paper_entries (
    receipt INTEGER PRIMARY KEY REFERENCES receipts, at TEXT NOT NULL, sheet TEXT NOT NULL,
    taken_on TEXT NOT NULL, entered_by TEXT NOT NULL, checked_by TEXT NOT NULL,
    list_sha256 TEXT NOT NULL
);
""",
    """
CREATE TABLE written_marks (
    entry INTEGER PRIMARY KEY, receipt INTEGER NOT NULL REFERENCES receipts, at TEXT NOT NULL,
    marker TEXT NOT NULL, criterion TEXT NOT NULL, level INTEGER NOT NULL CHECK (level >= 0),
    reason TEXT
);
CREATE INDEX written_marks_of_a_receipt ON written_marks (receipt);
ALTER TABLE markings ADD COLUMN written TEXT NOT NULL DEFAULT '[]';
CREATE INDEX markings_of_a_receipt ON markings (receipt);
""",
    """
CREATE TABLE recognitions (
    entry INTEGER PRIMARY KEY, at TEXT NOT NULL, pseudonym TEXT NOT NULL,
    assessment TEXT NOT NULL, evidence TEXT NOT NULL, recognised_by TEXT NOT NULL,
    UNIQUE (pseudonym, assessment)
);
""",
)
SCHEMA = len(_LAYOUTS)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the desk took in: its own number, time and hash, and whose attempt it is.

    Parameters
    ----------
    number : int
        The receipt's number at this desk.
    received_at : str
        The desk's own time, in UTC.
    file : str
        The name that the file came under.
    sha256 : str
        Its hash; the file is kept as ``received/<sha256>.zip``.
    pseudonym, assessment, version, attempt
        Whose paper it is, and which.
    """

    number: int
    received_at: str
    file: str
    sha256: str
    pseudonym: str
    assessment: str
    version: str
    attempt: int


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """Who typed a receipt's answers from paper, who checked them, and from which sheet.

    Parameters
    ----------
    receipt : int
        The receipt's number.
    entered_at : str
        The desk's own time, in UTC.
    sheet : str
        The code of the sheet.
    taken_on : str
        The day on which it was filled in.
    entered_by, checked_by : str
        Two people.
    list_sha256 : str
        The hash of the list that was typed.
    """

    receipt: int
    entered_at: str
    sheet: str
    taken_on: str
    entered_by: str
    checked_by: str
    list_sha256: str


@dataclass(frozen=True, slots=True)
class Marking:
    """One marking of one receipt.

    Parameters
    ----------
    receipt : Receipt
        What was marked.
    outcome : str
        ``marked``, ``needs a person`` or ``failed``.
    reason : str or None
        Why it was not marked.
    record : MarkingRecord or None
        The marks, if it was.
    feedback : tuple of SlotFeedback
        One for each question. Its reasons give away the key: they are for the desk, and for the
        learner after a pass.
    written : tuple of CriterionResult
        One for each criterion of written work.
    """

    receipt: Receipt
    outcome: str
    reason: str | None
    record: MarkingRecord | None
    feedback: tuple[SlotFeedback, ...]
    written: tuple[CriterionResult, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenMark:
    """The level that one marker gave one criterion of a receipt's written work.

    Parameters
    ----------
    receipt : int
        The receipt's number.
    at : str
        The desk's own time, in UTC.
    marker : str
        Who marked it.
    criterion : str
        Its name in the gradebook, such as ``w1-data``.
    level : int
        From 0, missing.
    reason : str or None
        Why it was changed, if the marker had given another level before.
    """

    receipt: int
    at: str
    marker: str
    criterion: str
    level: int
    reason: str | None = None


class Book:
    """The book of one desk. Make one with `make_book`.

    Parameters
    ----------
    path : Path
        Its file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_name(".lock"), timeout=LOCK_SECONDS)

    # ------------------------------------------------------------ writing and reading

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only one who changes the desk, as long as this lasts.

        Raises
        ------
        CourseError
            If another command is at work on it.
        """
        try:
            with self._lock:
                yield
        except Timeout:
            raise CourseError(
                "Another command is at work on this desk. Wait until it has ended, then try again."
            ) from None

    def upgrade(self) -> None:
        """Bring a book of an earlier layout up to date, keeping a copy of it as it was.

        Raises
        ------
        CourseError
            If another command is at work on the desk.
        """
        if self._path.is_file() and 0 < _layout_of(self._path) < SCHEMA:
            with self.writing():
                _upgrade(self._path)

    def add(self, table: str, **values: Any) -> int:
        """Add one row to a table of the desk's book and return its number.

        Raises
        ------
        sqlite3.IntegrityError
            If the row breaks a rule of the table.
        """
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._open() as book, book:
            cursor = book.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                tuple(values.values()),
            )
        return int(cursor.lastrowid or 0)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._open() as book:
            return book.execute(query, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        path = self._path
        if not path.is_file():
            raise CourseError(f"The desk's book {path} is missing. Put it back from its backup.")
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as book:
            version = book.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA:
                raise CourseError(
                    f"The desk's book {path} has layout {version}; this version of the course "
                    f"reads {SCHEMA}. Update the course."
                )
            book.execute("PRAGMA foreign_keys = ON")
            # Without it, INSERT OR REPLACE would delete a row behind the triggers' back.
            book.execute("PRAGMA recursive_triggers = ON")
            yield book

    # ------------------------------------------------------------ people

    def people(self) -> tuple[Person, ...]:
        """Return everyone who was enrolled, the first one first."""
        rows = self._rows(
            "SELECT pseudonym, staff_number, name, email, staff_group FROM people AS p WHERE entry"
            " = (SELECT max(entry) FROM people WHERE pseudonym = p.pseudonym) ORDER BY"
            " (SELECT min(entry) FROM people WHERE pseudonym = p.pseudonym)"
        )
        return tuple(Person(*row) for row in rows)

    def person(self, pseudonym: str) -> Person:
        """Return who is behind a pseudonym.

        Raises
        ------
        Refused
            If no one is.
        """
        for person in self.people():
            if person.pseudonym == pseudonym:
                return person
        raise Refused(
            f"No one is enrolled here as {pseudonym[:64]!r}. Check that the file is for this desk."
        )

    def secret(self, pseudonym: str) -> bytes | None:
        """Return the secret that a person's hand-ins are signed with; None for a stranger."""
        rows = self._rows("SELECT secret FROM people WHERE pseudonym = ? LIMIT 1", pseudonym)
        return bytes(rows[0][0]) if rows else None

    def add_people(self, people: Iterable[Person], now: datetime) -> None:
        """Add everyone who is new or of whom something has changed, or no one.

        Who is known already keeps their secret.
        """
        known = set(self.people())
        entries = [
            (
                stamp(now),
                person.pseudonym,
                person.staff_number,
                person.name,
                person.email,
                person.group,
                self.secret(person.pseudonym) or secrets.token_bytes(32),
            )
            for person in people
            if person not in known
        ]
        with self._open() as book, book:
            book.executemany(
                "INSERT INTO people (at, pseudonym, staff_number, name, email, staff_group, secret)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                entries,
            )

    # ------------------------------------------------------------ what came in and was marked

    def receipts(self) -> tuple[Receipt, ...]:
        """Return everything that was taken in, in order."""
        return tuple(Receipt(*row) for row in self._rows(f"{_RECEIPT} ORDER BY receipt"))

    def paper_entries(self) -> tuple[PaperEntry, ...]:
        """Return what was entered from paper, in the order of receipts."""
        rows = self._rows("SELECT * FROM paper_entries ORDER BY receipt")
        return tuple(PaperEntry(*row) for row in rows)

    def waiting(self) -> tuple[Receipt, ...]:
        """Return what was never marked, or came to nothing when it was last marked, in order."""
        rows = self._rows(
            f"{_RECEIPT} AND coalesce((SELECT record IS NULL FROM markings AS m"
            " WHERE m.receipt = receipts.receipt ORDER BY marking DESC LIMIT 1), 1)"
            " ORDER BY receipt"
        )
        return tuple(Receipt(*row) for row in rows)

    def unsettled(self) -> frozenset[int]:
        """Return the receipts whose file was not yet moved away when the desk was stopped."""
        query = "SELECT receipt FROM receipts WHERE refused IS NULL EXCEPT SELECT * FROM settled"
        return frozenset(number for (number,) in self._rows(query))

    def markings(self) -> tuple[Marking, ...]:
        """Return how each receipt fared when it was last marked, in the order of receipts."""
        return self._markings("")

    def marked(self) -> tuple[Marking, ...]:
        """Return the newest marks of each receipt that has any, in the order of receipts.

        A later marking that came to nothing takes no marks away.
        """
        return self._markings(" AND outcome = 'marked'")

    def _markings(
        self, only: str, whose: str = "", values: tuple[object, ...] = ()
    ) -> tuple[Marking, ...]:
        rows = self._rows(
            "SELECT r.receipt, r.at, r.file, r.sha256, r.pseudonym, r.assessment, r.version,"
            " r.attempt, outcome, reason, record, feedback, written FROM markings AS m"
            " JOIN receipts AS r ON r.receipt = m.receipt WHERE marking ="
            f" (SELECT max(marking) FROM markings WHERE receipt = m.receipt{only}){whose}"
            " ORDER BY m.receipt",
            *values,
        )
        return tuple(
            Marking(
                Receipt(*receipt),
                outcome,
                reason,
                MarkingRecord.from_plain(json.loads(record)) if record else None,
                tuple(SlotFeedback(**each) for each in json.loads(feedback)),
                tuple(CriterionResult(**each) for each in json.loads(written)),
            )
            for *receipt, outcome, reason, record, feedback, written in rows
        )

    def marking_records(self) -> tuple[MarkingRecord, ...]:
        """Return the marks of every attempt: after a re-mark, only the newest ones."""
        return tuple(marking.record for marking in self.marked() if marking.record is not None)

    def records_of(self, pseudonym: str, assessment: str) -> tuple[MarkingRecord, ...]:
        """Return one person's marks in one assessment, the first attempt first."""
        # Asked for each hand-in: so only the person's own are read.
        marked = self._markings(
            " AND outcome = 'marked'",
            " AND r.pseudonym = ? AND r.assessment = ?",
            (pseudonym, assessment),
        )
        records = (marking.record for marking in marked if marking.record is not None)
        return tuple(sorted(records, key=lambda record: record.attempt))

    def add_marking(self, marking: Marking, now: datetime) -> None:
        """Add a marking to the desk's book."""
        record = marking.record
        self.add(
            "markings",
            receipt=marking.receipt.number,
            at=stamp(now),
            outcome=marking.outcome,
            reason=marking.reason,
            record=json.dumps(record.plain()) if record else None,
            feedback=_as_json(marking.feedback),
            written=_as_json(marking.written),
        )

    def written_marks(self, receipt: Receipt) -> tuple[WrittenMark, ...]:
        """Return every level that was ever given to a receipt's written work, in order."""
        rows = self._rows(
            "SELECT receipt, at, marker, criterion, level, reason FROM written_marks"
            " WHERE receipt = ? ORDER BY entry",
            receipt.number,
        )
        return tuple(WrittenMark(*row) for row in rows)

    def add_written_marks(self, marks: Iterable[WrittenMark]) -> None:
        """Add the levels that a marker gave, all of them or none."""
        with self._open() as book, book:
            book.executemany(
                "INSERT INTO written_marks (receipt, at, marker, criterion, level, reason)"
                " VALUES (:receipt, :at, :marker, :criterion, :level, :reason)",
                [asdict(mark) for mark in marks],
            )

    def recognitions(self) -> tuple[Recognition, ...]:
        """Return all prior learning that was recognised, in order."""
        rows = self._rows(
            "SELECT pseudonym, assessment, evidence, recognised_by, at FROM recognitions"
            " ORDER BY entry"
        )
        return tuple(Recognition(*row) for row in rows)

    def conversations(self, pseudonym: str, assessment: str) -> int:
        """Return how many talks with a facilitator a learner has had about an assessment."""
        rows = self._rows(
            "SELECT count(*) FROM conversations WHERE pseudonym = ? AND assessment = ?",
            pseudonym,
            assessment,
        )
        return int(rows[0][0])


def _as_json(told: Iterable[SlotFeedback | CriterionResult]) -> str:
    return json.dumps([asdict(each) for each in told], ensure_ascii=False)


_RECEIPT = (
    "SELECT receipt, at, file, sha256, pseudonym, assessment, version, attempt FROM receipts"
    " WHERE refused IS NULL"
)


def make_book(path: Path) -> None:
    """Make an empty book that only its owner may read."""
    with closing(sqlite3.connect(path)) as book:
        book.execute("PRAGMA journal_mode = DELETE")
        _bring_up_to_date(book, 0)
    path.chmod(0o600)


def _layout_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as book:
        return int(book.execute("PRAGMA user_version").fetchone()[0])


def _upgrade(path: Path) -> None:
    layout = _layout_of(path)
    if layout == SCHEMA:  # another command has just done it
        return
    backup = path.with_name(f"{path.name}.before-layout-{layout + 1}")
    with closing(sqlite3.connect(path)) as book:
        with closing(sqlite3.connect(backup)) as copy:
            book.backup(copy)
        backup.chmod(0o600)
        _bring_up_to_date(book, layout)


def _bring_up_to_date(book: sqlite3.Connection, layout: int) -> None:
    for number, script in enumerate(_LAYOUTS[layout:], start=layout + 1):
        # One transaction a step: a process killed half-way leaves the step before it whole.
        guards = "".join(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END;"
            for table in re.findall(r"CREATE TABLE (\w+)", script)
            for change in ("UPDATE", "DELETE")
        )
        book.executescript(
            f"BEGIN EXCLUSIVE; {script} {guards} PRAGMA user_version = {number}; COMMIT;"
        )
