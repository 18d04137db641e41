"""The ledger: every award, once and for good, in a chain that shows any change.

Each entry is canonical text (RFC 8785) that holds the hash of the entry before it. Entries say
nothing about a person but hashes under a random secret of that person; the secret, the name and the
certificate sit in side tables. Deleting those erases the person, and the chain still holds.
A chain rewritten from the start is caught only by a checkpoint kept elsewhere: the trust file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785

from autograder.credentials.profile import Badge, read_badge
from autograder.credentials.trust import Checkpoint
from course.errors import CourseError, Fault, Refused

SCHEMA = 1
_BEGINNING = "0" * 64

_TABLES = f"""
PRAGMA user_version = {SCHEMA};
CREATE TABLE entries (number INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE people (pseudonym TEXT PRIMARY KEY, secret BLOB NOT NULL);
CREATE TABLE certificates (
    number INTEGER PRIMARY KEY REFERENCES entries (number),
    pseudonym TEXT NOT NULL REFERENCES people (pseudonym),
    award TEXT NOT NULL,
    badge TEXT NOT NULL,
    page TEXT NOT NULL,
    UNIQUE (pseudonym, award)
);
CREATE UNIQUE INDEX one_entry_a_place ON entries (json_extract(text, '$.place'));
CREATE TRIGGER entries_grow_by_one BEFORE INSERT ON entries
WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM entries)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger holds of a person for one award, until they are erased.

    Parameters
    ----------
    pseudonym : str
        Whose award it is.
    award : str
        The award's id.
    badge_text : str
        The signed badge, as text.
    """

    pseudonym: str
    award: str
    badge_text: str

    @property
    def badge(self) -> Badge:
        """The badge, read strictly."""
        return read_badge(self.badge_text.encode("utf-8"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One award in the ledger.

    Parameters
    ----------
    number : int
        Its place in the chain, from 1.
    text : str
        What the chain holds: canonical text, the same for ever.
    held : Held or None
        Whose it is, and the certificate; None once the person was erased.
    """

    number: int
    text: str
    held: Held | None

    @property
    def fact(self) -> dict[str, Any]:
        """What the text says."""
        try:
            members = json.loads(self.text)
        except ValueError:
            return {}  # only a changed entry; the audit says so
        return members if isinstance(members, dict) else {}

    @property
    def hash(self) -> str:
        """The SHA-256 of the text, which the next entry holds."""
        return _hash(self.text)


class Ledger:
    """The ledger of one desk.

    Parameters
    ----------
    path : Path
        The SQLite file; made when it is missing.

    Raises
    ------
    CourseError
        If the file is not a ledger, or was made by a newer version of the course.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as database:
            version = database.execute("PRAGMA user_version").fetchone()[0]
            tables = database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
            if version == 0 and tables == 0:
                database.executescript(f"BEGIN;{_TABLES}COMMIT;")
            elif version != SCHEMA:
                raise CourseError(
                    f"{path.name} was made by another version of the course (format {version}; "
                    f"this one reads {SCHEMA}). Use the version of the course that made it."
                )

    def append(
        self, pseudonym: str, award: str, assessments: Sequence[str], badge: Badge, page: str
    ) -> Entry:
        """Add an award.

        Parameters
        ----------
        pseudonym : str
            Whose award it is.
        award : str
            The award's id.
        assessments : sequence of str
            The ids of the assessments that it rests on.
        badge : Badge
            The signed badge.
        page : str
            The certificate page.

        Raises
        ------
        CourseError
            If this person already has this award, or the badge's place in the list of withdrawn
            certificates is taken; nothing is added.
        """
        document = rfc8785.dumps(badge.document).decode("utf-8")
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            self._refuse_second(database, pseudonym, award, badge.status_index)
            last = database.execute(
                "SELECT number, text FROM entries ORDER BY number DESC LIMIT 1"
            ).fetchone()
            number, previous = (last[0] + 1, _hash(last[1])) if last else (1, _BEGINNING)
            text = rfc8785.dumps(
                {
                    "kind": "award",
                    "number": number,
                    "previous": previous,
                    "at": badge.awarded,
                    "award": award,
                    "assessments": list(assessments),
                    "version": badge.achievement["version"],
                    "valid_until": badge.valid_until,
                    "credential": badge.id,
                    "list": badge.status_list,
                    "place": badge.status_index,
                    "key": badge.method,
                    **_blinded(self._secret(database, pseudonym), pseudonym, badge),
                }
            ).decode("utf-8")
            database.execute("INSERT INTO entries VALUES (?, ?)", (number, text))
            database.execute(
                "INSERT INTO certificates VALUES (?, ?, ?, ?, ?)",
                (number, pseudonym, award, document, page),
            )
            database.execute("COMMIT")
        return Entry(number, text, Held(pseudonym, award, document))

    def entries(self) -> tuple[Entry, ...]:
        """Return every entry, the oldest first."""
        with self._open() as database:
            return self._read(database)

    def held_for(self, pseudonym: str) -> tuple[Entry, ...]:
        """Return the entries of one person, the oldest first."""
        with self._open() as database:
            return self._read(database, "WHERE c.pseudonym = ?", pseudonym)

    def page(self, number: int) -> str:
        """Return the certificate page of an entry.

        Raises
        ------
        CourseError
            If there is none: its holder was erased.
        """
        with self._open() as database:
            row = database.execute(
                "SELECT page FROM certificates WHERE number = ?", (number,)
            ).fetchone()
        if row is None:
            raise CourseError(f"The ledger holds no certificate {number}: its holder was erased.")
        return str(row[0])

    def issued(self) -> frozenset[tuple[str, str]]:
        """Return the pseudonym and the award of every certificate whose holder is known."""
        with self._open() as database:
            return frozenset(database.execute("SELECT pseudonym, award FROM certificates"))

    def places(self) -> frozenset[int]:
        """Return the places in the list of withdrawn certificates that were ever given out."""
        with self._open() as database:
            rows = database.execute("SELECT json_extract(text, '$.place') FROM entries")
            return frozenset(place for (place,) in rows)

    def checkpoint(self) -> Checkpoint:
        """Return how far the ledger has got."""
        entries = self.entries()
        return Checkpoint(len(entries), entries[-1].hash if entries else _BEGINNING)

    def audit(self, checkpoint: Checkpoint | None = None) -> tuple[Fault, ...]:
        """Check the chain, and every certificate that is still held against its entry.

        Parameters
        ----------
        checkpoint : Checkpoint, optional
            How far the ledger had got at some time, from a trust file kept elsewhere.

        Returns
        -------
        tuple of Fault
            Every fault; empty if there is none.
        """
        with self._open() as database:
            entries = self._read(database)
            secret_of = dict(database.execute("SELECT pseudonym, secret FROM people"))
        faults = []
        previous = _BEGINNING
        for place, entry in enumerate(entries, 1):
            where = f"entry {place}"
            fact = entry.fact
            if (entry.number, fact.get("number"), fact.get("previous")) != (place, place, previous):
                faults.append(Fault(where, "does not follow from the entry before it"))
            if entry.held is not None and not _is_about(
                entry.fact, entry.held, secret_of[entry.held.pseudonym]
            ):
                faults.append(Fault(where, "is not about the certificate that is held for it"))
            previous = entry.hash
        if checkpoint is not None and not _reaches(entries, checkpoint):
            faults.append(
                Fault(
                    f"entry {checkpoint.rows}",
                    "is missing, or is not the one that the trust file was signed over",
                )
            )
        return tuple(faults)

    def erase(self, pseudonym: str) -> bool:
        """Delete everything that ties a person to the ledger; the chain still holds.

        Returns
        -------
        bool
            Whether there was anything to delete.
        """
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM certificates WHERE pseudonym = ?", (pseudonym,))
            gone = database.execute("DELETE FROM people WHERE pseudonym = ?", (pseudonym,))
            database.execute("COMMIT")
            # SQLite leaves what was deleted in the file's gaps; writing it anew leaves none.
            database.execute("VACUUM")
        return gone.rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one piece of work; what fails in the middle leaves nothing behind."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as database:
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA journal_mode = DELETE")  # WAL fails on network drives
                yield database
        except sqlite3.DatabaseError as why:
            raise CourseError(
                f"The ledger {self.path.name} can't be used ({why}). Nothing was changed. Check "
                "that the desk's folder can be written to, or put the file back from its backup."
            ) from why

    @staticmethod
    def _read(database: sqlite3.Connection, where: str = "", *values: object) -> tuple[Entry, ...]:
        rows = database.execute(
            "SELECT e.number, e.text, c.pseudonym, c.award, c.badge FROM entries e "
            f"LEFT JOIN certificates c ON c.number = e.number {where} ORDER BY e.number",
            values,
        )
        return tuple(
            Entry(number, text, Held(pseudonym, award, badge) if pseudonym else None)
            for number, text, pseudonym, award, badge in rows
        )

    @staticmethod
    def _refuse_second(
        database: sqlite3.Connection, pseudonym: str, award: str, place: int
    ) -> None:
        if database.execute(
            "SELECT 1 FROM certificates WHERE pseudonym = ? AND award = ?", (pseudonym, award)
        ).fetchone():
            raise CourseError(
                f"{pseudonym} already has the award {award}, and an award is issued once. "
                "Nothing was added."
            )
        if database.execute(
            "SELECT 1 FROM entries WHERE json_extract(text, '$.place') = ?", (place,)
        ).fetchone():
            raise CourseError(
                f"Place {place} in the list of withdrawn certificates is taken. "
                "Nothing was added; issue the award again."
            )

    @staticmethod
    def _secret(database: sqlite3.Connection, pseudonym: str) -> bytes:
        """Return a person's secret, made the first time that it is needed."""
        database.execute(
            "INSERT OR IGNORE INTO people VALUES (?, ?)", (pseudonym, secrets.token_bytes(32))
        )
        row = database.execute("SELECT secret FROM people WHERE pseudonym = ?", (pseudonym,))
        return bytes(row.fetchone()[0])


def _blinded(secret: bytes, pseudonym: str, badge: Badge) -> dict[str, Any]:
    """Return what an entry says about a person: hashes that mean nothing without the secret."""

    def blind(kind: str, value: bytes) -> str:
        return hmac.new(secret, kind.encode() + b":" + value, hashlib.sha256).hexdigest()

    return {
        "person": blind("person", pseudonym.encode("utf-8")),
        "evidence": [
            blind("evidence", entry["description"].encode("utf-8"))
            for entry in badge.document["evidence"]
        ],
        "badge": blind("badge", rfc8785.dumps(badge.document)),
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _is_about(fact: dict[str, Any], held: Held, secret: bytes) -> bool:
    """Whether an entry is about the certificate that is held for it."""
    try:
        badge = held.badge
    except Refused:
        return False
    expected = {
        **_blinded(secret, held.pseudonym, badge),
        "award": held.award,
        "credential": badge.id,
        "place": badge.status_index,
        "at": badge.awarded,
    }
    return all(fact.get(name) == value for name, value in expected.items())


def _reaches(entries: Sequence[Entry], checkpoint: Checkpoint) -> bool:
    if checkpoint.rows == 0:
        return checkpoint.head == _BEGINNING
    return len(entries) >= checkpoint.rows and entries[checkpoint.rows - 1].hash == checkpoint.head
