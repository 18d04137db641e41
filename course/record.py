"""A learner's record: one SQLite file of events that can be added to and never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from course.errors import CourseError

SECONDS_TO_WAIT_FOR_A_LOCK = 10.0

# One script a schema version: the first makes the record, each later one upgrades the one before.
# `INSERT OR REPLACE` deletes without firing a delete trigger, so inserts are guarded too.
SCHEMA = (
    """
    CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL CHECK (json_valid(detail))
    );
    CREATE INDEX event_by_kind ON event (kind, subject);
    CREATE TRIGGER event_never_updated BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'the record can only be added to'); END;
    CREATE TRIGGER event_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'the record can only be added to'); END;
    CREATE TRIGGER event_never_replaced BEFORE INSERT ON event
        WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the record can only be added to'); END;
    CREATE VIEW lesson_done AS
        SELECT subject AS lesson, MIN(at) AS at FROM event
        WHERE kind = 'lesson_done' GROUP BY subject;
    CREATE VIEW progress AS
        SELECT subject AS lesson, json_extract(detail, '$.answered') AS answered,
               json_extract(detail, '$.of') AS total, at
        FROM event WHERE id IN (
            SELECT MAX(id) FROM event WHERE kind = 'lesson_progress' GROUP BY subject);
    """,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, what kind, to what, and its details."""

    id: int
    at: str
    kind: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a lesson's activities have an answer."""

    answered: int
    total: int
    at: str


class Record:
    """The events of one learner, in the order in which they happened.

    Every call opens the file, does its work and closes it again. So two processes can share the
    record, and on Windows the file can be removed between calls.

    Parameters
    ----------
    path : Path
        The SQLite file; made when it is missing.

    Raises
    ------
    CourseError
        The file can't be opened, is not a record, or was made by a newer version of the course.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._connection() as connection:
            _upgrade(connection, path)

    def append(self, kind: str, subject: str, detail: Mapping[str, Any] | None = None) -> Event:
        """Add one event, safe on disk before this returns.

        Raises
        ------
        CourseError
            The event could not be written; everything written before is kept.
        """
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        held = dict(detail or {})
        with self._connection() as connection:
            cursor = connection.execute(
                "INSERT INTO event (at, kind, subject, detail) VALUES (?, ?, ?, ?)",
                (at, kind, subject, json.dumps(held, ensure_ascii=False, allow_nan=False)),
            )
            return Event(int(cursor.lastrowid or 0), at, kind, subject, held)

    def events(self, kind: str | None = None, subject: str | None = None) -> tuple[Event, ...]:
        """Return the events, oldest first, of one kind or about one subject if asked."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT id, at, kind, subject, detail FROM event"
                " WHERE kind = coalesce(?, kind) AND subject = coalesce(?, subject) ORDER BY id",
                (kind, subject),
            ).fetchall()
        return tuple(
            Event(id, at, kind, subject, json.loads(detail))
            for id, at, kind, subject, detail in rows
        )

    def last(self, kind: str, subject: str | None = None) -> Event | None:
        """Return the newest event of a kind, or None."""
        events = self.events(kind, subject)
        return events[-1] if events else None

    @property
    def lesson_done(self) -> dict[str, str]:
        """When each finished lesson was first finished."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT lesson, at FROM lesson_done").fetchall())

    @property
    def progress(self) -> dict[str, Progress]:
        """How far each lesson that was begun has come."""
        with self._connection() as connection:
            rows = connection.execute("SELECT lesson, answered, total, at FROM progress")
            return {lesson: Progress(*rest) for lesson, *rest in rows.fetchall()}

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with (
                closing(
                    sqlite3.connect(self.path, timeout=SECONDS_TO_WAIT_FOR_A_LOCK)
                ) as connection,
                connection,
            ):
                # A rollback journal, because write-ahead logging fails on network drives.
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.Error as error:
            raise CourseError(
                f"Your record {self.path} can't be used ({error}). What was in it before is kept. "
                "Make sure the disk is not full and the file is not open elsewhere, "
                "then try again."
            ) from None


def _upgrade(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the newest schema, keeping a copy of what was there before."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == len(SCHEMA):
        return
    if version > len(SCHEMA):
        raise CourseError(
            f"Your record {path} was made by a newer version of the course. "
            "Install that version again; nothing was changed."
        )
    if version:
        backup = path.with_name(f"{path.name}.before-schema-{version + 1}")
        with closing(sqlite3.connect(backup)) as copy:
            connection.backup(copy)
    for number, script in enumerate(SCHEMA[version:], start=version + 1):
        # One transaction a step: a process killed half-way leaves the step before it whole.
        connection.executescript(
            f"BEGIN EXCLUSIVE; {script} PRAGMA user_version = {number}; COMMIT;"
        )
