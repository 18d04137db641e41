"""The marking desk: one folder with the keys, the people, what was handed in and what was marked.

::

    qi-course-desk/
    ├── desk.json  nbgrader_config.py  gradebook.db
    ├── keys/           the issuing key, the key that signs results, the organisation's key
    ├── desk.sqlite     people, receipts, markings, conversations, returns; only ever added to
    ├── enrolments/     one file a person, to be given to its owner
    ├── incoming/       hand-ins arrive here        refused/    and end here if they can't be taken
    ├── received/       what was taken in, by hash
    ├── source/ release/ submitted/ autograded/ feedback/    nbgrader's own folders
    └── results/        one folder a person, with what goes back
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from filelock import FileLock, Timeout

from autograder.credentials.moments import stamp
from autograder.marking_record import MarkingRecord
from autograder.people import Person, StaffRow, pseudonym_of, read_staff
from course.enrolment import Enrolment, write_enrolment
from course.errors import CourseError, Fault, FaultsFound, Refused
from course.folders import COURSE, REPOSITORY
from course.result import SlotFeedback
from course.seal import multikey
from course.syllabus import GROUPS

SCHEMA = 1
PASSPHRASE = "QI_DESK_PASSPHRASE"
LOCK_SECONDS = 10.0
#: Who issues on a lone computer whose organisation is not set: it must not sound like one.
OWN_COMPUTER = "Self-marked on the learner's own computer"
FOLDERS = (
    "enrolments",
    "incoming",
    "refused",
    "received",
    "source",
    "release",
    "submitted",
    "autograded",
    "feedback",
    "results",
)

_TABLES = """
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
"""
_ONLY_ADDED_TO = ("people", "receipts", "settled", "markings", "conversations", "returns")


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
    """

    receipt: Receipt
    outcome: str
    reason: str | None
    record: MarkingRecord | None
    feedback: tuple[SlotFeedback, ...]


class Desk:
    """A marking desk. Make one with `Desk.create`, open it with `Desk.open`.

    Parameters
    ----------
    folder : Path
        The desk's folder.
    organisation : str
        The name that certificates show as issuer.
    lone : bool
        Whether the desk is for one person on their own computer.
    """

    def __init__(self, folder: Path, organisation: str, lone: bool) -> None:
        self.folder = folder
        self.organisation = organisation
        self.lone = lone
        self._lock = FileLock(folder / ".lock", timeout=LOCK_SECONDS)

    # ------------------------------------------------------------ making and opening

    @classmethod
    def create(cls, folder: Path, organisation: str, *, lone: bool = False) -> Desk:
        """Make a desk with its keys; it is there whole or not at all.

        Parameters
        ----------
        folder : Path
            A folder that is not there yet, or is empty.
        organisation : str
            The name that certificates will show as issuer.
        lone : bool
            Whether it is for one person on their own computer.

        Raises
        ------
        Refused
            If the place is not safe for a desk.
        CourseError
            If there is something in the folder already, or it can't be made.
        """
        from autograder.credentials.keys import create_issuer

        folder = Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow a link)
        _refuse_unsafe_place(folder)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CourseError(f"{folder} is not empty. Choose a new folder for the desk.")
        made = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        try:
            made.mkdir(mode=0o700, parents=True)
            for name in ("keys", *FOLDERS):
                (made / name).mkdir(mode=0o700)
            keys = made / "keys"
            passphrase = os.environ.get(PASSPHRASE)
            if not passphrase:
                passphrase = secrets.token_urlsafe(32)
                write_whole(keys / "passphrase", passphrase.encode())
            issuer = create_issuer(keys, organisation, passphrase)
            write_whole(keys / "organisation.key", secrets.token_bytes(32))
            encryption = BestAvailableEncryption(passphrase.encode())
            write_whole(
                keys / "desk.pem",
                Ed25519PrivateKey.generate().private_bytes(
                    Encoding.PEM, PrivateFormat.PKCS8, encryption
                ),
            )
            _make_tables(made / "desk.sqlite")
            about = {"schema": SCHEMA, "organisation": issuer.name, "lone": lone}
            about["made_at"] = stamp(datetime.now(UTC))
            write_whole(made / "desk.json", _json(about))
            if folder.exists():
                folder.rmdir()
            made.replace(folder)
        except OSError as error:
            raise CourseError(
                f"The desk could not be made in {folder} ({error.strerror}). "
                "Check that the folder can be written to and has room, then try again."
            ) from None
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Desk:
        """Open a desk.

        Raises
        ------
        CourseError
            If there is no desk, or a newer version of the course made it.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow a link)
        _refuse_unsafe_place(folder)
        try:
            about = json.loads((folder / "desk.json").read_text(encoding="utf-8"))
            schema, organisation, lone = about["schema"], about["organisation"], about["lone"]
        except FileNotFoundError:
            raise CourseError(
                f"There is no marking desk in {folder}. Make one: qi-course desk create."
            ) from None
        except (OSError, ValueError, KeyError, TypeError):
            raise CourseError(
                f"{folder / 'desk.json'} can't be read. Put it back from the desk's backup."
            ) from None
        if schema != SCHEMA:
            raise CourseError(
                f"The desk in {folder} was made by another version of the course "
                f"(its layout is {schema}, this version reads {SCHEMA}). Update the course."
            )
        desk = cls(folder, organisation, lone)
        for name in FOLDERS:
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        # nbgrader and formgrader read their settings from the course root.
        config = (COURSE / "nbgrader_config.py").read_bytes()
        path = folder / "nbgrader_config.py"
        if not path.is_file() or path.read_bytes() != config:
            write_whole(path, config)
        return desk

    @classmethod
    def for_one(cls, folder: Path) -> Desk:
        """Open the desk of a lone computer, or make it.

        Raises
        ------
        Refused
            If the desk there is an organisation's.
        """
        from course.approach import load_approach

        if (folder / "desk.json").is_file():
            desk = cls.open(folder)
            if not desk.lone:
                raise Refused(
                    f"The desk in {folder} belongs to {desk.organisation} and marks many people. "
                    "Choose another folder for a desk of your own: QI_COURSE_DESK can name one."
                )
            return desk
        return cls.create(folder, load_approach().organisation or OWN_COMPUTER, lone=True)

    # ------------------------------------------------------------ keys

    @property
    def keys(self) -> Path:
        """The folder with the desk's keys. Who has it can issue in the organisation's name."""
        return self.folder / "keys"

    @property
    def passphrase(self) -> str:
        """What opens the keys: QI_DESK_PASSPHRASE, or else the desk's own passphrase file.

        Raises
        ------
        CourseError
            If there is neither.
        """
        given = os.environ.get(PASSPHRASE)
        if given:
            return given
        try:
            return (self.keys / "passphrase").read_text(encoding="utf-8").strip()
        except OSError:
            raise CourseError(
                f"The desk's keys are locked. Set {PASSPHRASE} to the passphrase that the desk "
                "was made with."
            ) from None

    @cached_property
    def desk_key(self) -> Ed25519PrivateKey:
        """The key that signs results. It is not the key that signs certificates.

        Raises
        ------
        CourseError
            If the passphrase doesn't open it.
        """
        try:
            key = load_pem_private_key(
                (self.keys / "desk.pem").read_bytes(), self.passphrase.encode()
            )
        except OSError:
            raise CourseError(
                "The key that signs results is missing. Put the desk's keys folder back from "
                "its backup."
            ) from None
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise CourseError(
                f"The passphrase does not open the key that signs results. Check {PASSPHRASE}, "
                "or the passphrase file in the desk's keys folder."
            )
        return key

    # ------------------------------------------------------------ people

    def enrol(self, staff: Path) -> tuple[Path, ...]:
        """Enrol everyone in a CSV file, or, if it has any fault, no one.

        Someone enrolled before keeps pseudonym and secret, so an enrolment file can be sent
        again; name, e-mail and group are renewed.

        Parameters
        ----------
        staff : Path
            A list as `autograder.people.read_staff` reads it.

        Returns
        -------
        tuple of Path
            One enrolment file a person, in the order of the list.

        Raises
        ------
        FaultsFound
            With every bad row.
        CourseError
            If the list can't be opened.
        """
        try:
            data = staff.read_bytes()
        except OSError as error:
            raise CourseError(
                f"The staff list {staff} can't be opened ({error.strerror}). "
                "Check its name and close other programs that use it."
            ) from None
        rows = read_staff(data, staff.name, GROUPS)
        with self.writing():
            people = self._take_on(rows)
            return tuple(
                self._write_enrolment(person, self.folder / "enrolments" / _file_name(person))
                for person in people
            )

    def enrol_me(self, name: str, email: str | None, enrolment: Path) -> Person:
        """Enrol the one person of a lone computer, and put the enrolment in their workspace.

        Parameters
        ----------
        name : str
            As certificates should show it.
        email : str or None
            Lets an employer match the certificate to the person.
        enrolment : Path
            Where the workspace keeps its enrolment.

        Raises
        ------
        Refused
            If the desk marks many people, or the workspace is inside the desk.
        FaultsFound
            If the name or the address can't be used.
        """
        if not self.lone:
            raise Refused(
                "This desk marks many people. Enrol them from a list: qi-course desk enrol."
            )
        if self.folder in Path(os.path.abspath(enrolment)).parents:  # noqa: PTH100
            raise Refused(
                "Your own folder is inside the desk's. Choose one outside it: "
                "QI_COURSE_WORKSPACE can name it."
            )
        with self.writing():
            known = self.people()
            number = known[0].staff_number if known else f"LONE-{secrets.token_hex(8)}"
            person = self._take_on([_own_row(number, name, email)])[0]
            results = self.folder / "results" / person.pseudonym
            results.mkdir(mode=0o700, exist_ok=True)
            enrolment.parent.mkdir(parents=True, exist_ok=True)
            self._write_enrolment(
                person, enrolment, hand_in=self.folder / "incoming", results=results
            )
        return person

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

    # ------------------------------------------------------------ what came in and was marked

    def receipts(self) -> tuple[Receipt, ...]:
        """Return everything that was taken in, in order."""
        return tuple(Receipt(*row) for row in self._rows(f"{_RECEIPT} ORDER BY receipt"))

    def waiting(self) -> tuple[Receipt, ...]:
        """Return what was never marked, or came to nothing when it was last marked, in order."""
        done = {each.receipt.number for each in self.markings() if each.record is not None}
        return tuple(receipt for receipt in self.receipts() if receipt.number not in done)

    def unsettled(self) -> frozenset[int]:
        """Return the receipts whose file was not yet moved away when the desk was stopped."""
        query = "SELECT receipt FROM receipts WHERE refused IS NULL EXCEPT SELECT * FROM settled"
        return frozenset(number for (number,) in self._rows(query))

    def hand_in(self, receipt: Receipt) -> Path:
        """Return the desk's own copy of what was handed in."""
        return self.folder / "received" / f"{receipt.sha256}.zip"

    def markings(self) -> tuple[Marking, ...]:
        """Return how each receipt fared when it was last marked, in the order of receipts."""
        return self._markings("")

    def marked(self) -> tuple[Marking, ...]:
        """Return the newest marks of each receipt that has any, in the order of receipts.

        A later marking that came to nothing takes no marks away.
        """
        return self._markings(" AND outcome = 'marked'")

    def _markings(self, only: str) -> tuple[Marking, ...]:
        receipts = {receipt.number: receipt for receipt in self.receipts()}
        rows = self._rows(
            "SELECT receipt, outcome, reason, record, feedback FROM markings AS m WHERE marking ="
            f" (SELECT max(marking) FROM markings WHERE receipt = m.receipt{only})"
            " ORDER BY receipt"
        )
        return tuple(
            Marking(
                receipts[number],
                outcome,
                reason,
                MarkingRecord.from_plain(json.loads(record)) if record else None,
                tuple(SlotFeedback(**each) for each in json.loads(feedback)),
            )
            for number, outcome, reason, record, feedback in rows
        )

    def marking_records(self) -> tuple[MarkingRecord, ...]:
        """Return the marks of every attempt: after a re-mark, only the newest ones."""
        return tuple(marking.record for marking in self.marked() if marking.record is not None)

    def records_of(self, pseudonym: str, assessment: str) -> tuple[MarkingRecord, ...]:
        """Return one person's marks in one assessment, the first attempt first."""
        mine = (
            record
            for record in self.marking_records()
            if (record.pseudonym, record.assessment) == (pseudonym, assessment)
        )
        return tuple(sorted(mine, key=lambda record: record.attempt))

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
            feedback=json.dumps([asdict(each) for each in marking.feedback], ensure_ascii=False),
        )

    # ------------------------------------------------------------ conversations

    def allow_attempt(self, pseudonym: str, assessment: str, by: str, now: datetime) -> None:
        """Note a facilitator's talk with a learner; it allows one more attempt.

        Raises
        ------
        Refused
            If the learner needs no such talk now: each is noted after the attempt it follows.
        """
        from autograder.marking_record import next_attempt
        from course.syllabus import load_syllabus

        rules = load_syllabus().assessment(assessment)
        self.person(pseudonym)
        if not by.strip():
            raise Refused("Say who held the conversation: --by NAME.")
        with self.writing():
            records = self.records_of(pseudonym, assessment)
            held = self.conversations(pseudonym, assessment)
            if not next_attempt(records, rules, held).facilitator_needed:
                raise Refused(
                    f"{pseudonym} needs no conversation for {assessment} now; nothing was noted. "
                    "One is needed after "
                    f"{rules.attempts_before_facilitator} marked attempts without a pass."
                )
            self.add(
                "conversations",
                at=stamp(now),
                pseudonym=pseudonym,
                assessment=assessment,
                held_by=" ".join(by.split()),
            )

    def conversations(self, pseudonym: str, assessment: str) -> int:
        """Return how many talks with a facilitator a learner has had about an assessment."""
        rows = self._rows(
            "SELECT count(*) FROM conversations WHERE pseudonym = ? AND assessment = ?",
            pseudonym,
            assessment,
        )
        return int(rows[0][0])

    # ------------------------------------------------------------ the book

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

    def add(self, table: str, **values: Any) -> int:
        """Add one row to a table of the desk's book and return its number.

        Raises
        ------
        sqlite3.IntegrityError
            If the row breaks a rule of the table.
        """
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._book() as book, book:
            cursor = book.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                tuple(values.values()),
            )
        return int(cursor.lastrowid or 0)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._book() as book:
            return book.execute(query, values).fetchall()

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        path = self.folder / "desk.sqlite"
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

    def _take_on(self, rows: Sequence[StaffRow]) -> tuple[Person, ...]:
        key = (self.keys / "organisation.key").read_bytes()
        known = {person.pseudonym: person for person in self.people()}
        people = tuple(
            Person(pseudonym_of(key, row.staff_number), row.staff_number, row.name, row.email,
                   row.group)
            for row in rows
        )  # fmt: skip
        now = stamp(datetime.now(UTC))
        with self._book() as book, book:
            for person in people:
                if known.get(person.pseudonym) == person:
                    continue
                secret = self.secret(person.pseudonym) or secrets.token_bytes(32)
                book.execute(
                    "INSERT INTO people (at, pseudonym, staff_number, name, email, staff_group,"
                    " secret) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (now, person.pseudonym, person.staff_number, person.name, person.email,
                     person.group, secret),
                )  # fmt: skip
        return people

    def _write_enrolment(
        self, person: Person, path: Path, hand_in: Path | None = None, results: Path | None = None
    ) -> Path:
        secret = self.secret(person.pseudonym)
        assert secret is not None
        write_enrolment(
            Enrolment(
                pseudonym=person.pseudonym,
                secret=secret,
                group=person.group,
                organisation=self.organisation,
                desk_key=multikey(self.desk_key.public_key()),
                hand_in=None if hand_in is None else str(hand_in),
                results=None if results is None else str(results),
                lone=self.lone,
            ),
            path,
        )
        return path


_RECEIPT = (
    "SELECT receipt, at, file, sha256, pseudonym, assessment, version, attempt FROM receipts"
    " WHERE refused IS NULL"
)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, so that all of it is there or nothing new.

    Windows has no such modes; there the folder's own permissions hold.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(part, flags, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _make_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as book:
        book.execute("PRAGMA journal_mode = DELETE")
        book.executescript(_TABLES)
        for table in _ONLY_ADDED_TO:
            for change in ("UPDATE", "DELETE"):
                book.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
                )
        book.execute(f"PRAGMA user_version = {SCHEMA}")
        book.commit()
    path.chmod(0o600)


def _refuse_unsafe_place(folder: Path) -> None:
    advice = (
        "Choose a folder on this computer's own disk, such as qi-course-desk in your home folder; "
        "QI_COURSE_DESK can name one."
    )
    text = str(folder).replace("\\", "/")
    if text.startswith("//"):
        raise Refused(f"{folder} is on a network share, where the desk's book can break. {advice}")
    if any(part.lower().startswith("onedrive") for part in text.split("/")):
        raise Refused(f"{folder} is kept in step by OneDrive, which copies keys away. {advice}")
    # Through links too: a desk must not end up inside another folder under an innocent name.
    for place in (folder, folder.resolve()):
        for parent in (place, *place.parents):
            if parent == REPOSITORY:
                raise Refused(f"{folder} is inside the course's own folder. {advice}")
            if (parent / ".qi-course" / "workspace.json").is_file():
                raise Refused(
                    f"{folder} is inside a learner's folder, who must not read the desk. {advice}"
                )


def _own_row(number: str, name: str, email: str | None) -> StaffRow:
    faults: list[Fault] = []
    try:
        # One person is a list of one: the same rules, and quoting by the CSV writer's own rule.
        cells = (number, name, email or "", "")
        quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
        header = "staff_number,name,email,staff_group\n"
        return read_staff(f"{header}{quoted}\n".encode(), "your details", GROUPS)[0]
    except FaultsFound as found:
        faults = [Fault(each.where.partition(", ")[2], each.message) for each in found.faults]
    raise FaultsFound("What you gave", faults)


def _file_name(person: Person) -> str:
    return f"{person.pseudonym}.qienrol"


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
