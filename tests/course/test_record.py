"""The record keeps everything that is added, in order, and lets nothing be changed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course.record
from course.errors import CourseError
from course.record import Progress, Record


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(tmp_path / "record.sqlite")


def test_events_come_back_in_order_with_their_details(record: Record) -> None:
    record.append("lesson_opened", "A1")
    record.append("lesson_progress", "A1", {"answered": 1, "of": 3, "ünicode": "✓"})
    record.append("lesson_opened", "A2")

    assert [(event.kind, event.subject) for event in record.events()] == [
        ("lesson_opened", "A1"),
        ("lesson_progress", "A1"),
        ("lesson_opened", "A2"),
    ]
    assert record.events("lesson_progress")[0].detail == {"answered": 1, "of": 3, "ünicode": "✓"}
    assert [event.subject for event in record.events(subject="A2")] == ["A2"]
    last = record.last("lesson_opened")
    assert last is not None
    assert last.subject == "A2"
    assert record.last("lesson_done") is None


def test_views_show_the_first_finish_and_the_newest_progress(record: Record) -> None:
    first = record.append("lesson_done", "A1")
    record.append("lesson_done", "A1")
    record.append("lesson_progress", "A1", {"answered": 1, "of": 3})
    last = record.append("lesson_progress", "A1", {"answered": 3, "of": 3})

    assert record.lesson_done == {"A1": first.at}
    assert record.progress == {"A1": Progress(3, 3, last.at)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET subject = 'A9'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event VALUES (1, 'now', 'lesson_done', 'A9', '{}')",
        "REPLACE INTO event VALUES (1, 'now', 'lesson_done', 'A9', '{}')",
        "INSERT INTO event VALUES (1, '', '', '', '{}') ON CONFLICT (id) DO UPDATE SET kind = 'z'",
    ],
)
def test_nothing_can_be_changed_or_removed(record: Record, statement: str) -> None:
    before = (record.append("lesson_opened", "A1"),)
    with (
        closing(sqlite3.connect(record.path)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only be added to"),
    ):
        connection.execute(statement)

    assert record.events() == before


def test_details_must_be_whole(record: Record) -> None:
    with closing(sqlite3.connect(record.path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("INSERT INTO event (at, kind, subject, detail) VALUES ('', '', '', '{')")
    with pytest.raises(ValueError, match="not JSON compliant"):
        record.append("lesson_progress", "A1", {"answered": float("nan")})


def test_no_write_ahead_log_which_network_drives_break(record: Record) -> None:
    record.append("lesson_opened", "A1")
    with closing(sqlite3.connect(record.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in record.path.parent.iterdir()] == ["record.sqlite"]


def test_two_writers_lose_nothing(record: Record) -> None:
    def write(name: str) -> None:
        for number in range(15):
            Record(record.path).append("lesson_opened", f"{name}{number}")

    writers = [threading.Thread(target=write, args=(name,)) for name in "ABC"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len({event.subject for event in record.events()}) == 45


def test_a_killed_process_loses_nothing_that_was_added(record: Record) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from course.record import Record\n"
        "record = Record(Path(sys.argv[1]))\n"
        "for number in range(1000):\n"
        "    record.append('lesson_opened', str(number)); print(number, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(record.path)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(20)]
    process.kill()
    said += [int(line) for line in process.stdout.read().split() if line.isdigit()]
    process.wait()
    process.stdout.close()

    kept = [int(event.subject) for event in record.events()]
    assert kept == list(range(len(kept)))
    assert len(kept) >= len(said)


def test_a_full_disk_says_so_and_keeps_what_was_there(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (record.append("lesson_opened", "A1"),)
    connect = sqlite3.connect

    def full(*given: object, **named: object) -> sqlite3.Connection:
        connection = connect(*given, **named)  # type: ignore[call-overload]
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(course.record.sqlite3, "connect", full)
    with pytest.raises(CourseError, match=r"full.*kept.*try again"):
        record.append("lesson_progress", "A1", {"much": "x" * 100_000})
    monkeypatch.undo()

    assert record.events() == before


def test_a_file_that_is_no_record_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "record.sqlite"
    path.write_bytes(b"not a database, but long enough to be taken for one" * 40)
    with pytest.raises(CourseError, match="can't be used"):
        Record(path)
    assert path.read_bytes().startswith(b"not a database")


def test_an_upgrade_keeps_a_copy_of_what_was_there(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.append("lesson_opened", "A1")
    newer = (*course.record.SCHEMA, "CREATE TABLE extra (id INTEGER);")
    monkeypatch.setattr(course.record, "SCHEMA", newer)

    upgraded = Record(record.path)

    assert [event.subject for event in upgraded.events()] == ["A1"]
    with closing(sqlite3.connect(record.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT * FROM extra").fetchall() == []
    backup = record.path.with_name("record.sqlite.before-schema-2")
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT subject FROM event").fetchall() == [("A1",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_an_upgrade_that_fails_changes_nothing(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.append("lesson_opened", "A1")
    broken = (*course.record.SCHEMA, "CREATE TABLE extra (id INTEGER); CREATE TABLE event (id);")
    monkeypatch.setattr(course.record, "SCHEMA", broken)
    with pytest.raises(CourseError):
        Record(record.path)
    monkeypatch.undo()

    assert [event.subject for event in Record(record.path).events()] == ["A1"]
    with closing(sqlite3.connect(record.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_record_of_a_newer_course_is_refused(record: Record) -> None:
    with closing(sqlite3.connect(record.path)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(CourseError, match="newer version of the course"):
        Record(record.path)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            st.dictionaries(
                st.text(max_size=5), st.integers(-(2**53), 2**53) | st.text(max_size=9)
            ),
        ),
        max_size=5,
    )
)
def test_whatever_is_added_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, dict[str, int | str]]]
) -> None:
    record = Record(tmp_path_factory.mktemp("record") / "record.sqlite")
    try:
        for subject, detail in rows:
            record.append("anything", subject, detail)
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    assert [(event.subject, event.detail) for event in record.events()] == rows
