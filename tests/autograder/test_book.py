"""The desk's book: only ever added to, by one at a time, and what it knows."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

import autograder.book as book_module
from autograder.book import SCHEMA, Book, make_book
from autograder.desk import Desk
from autograder.intake import take_in
from autograder.people import Person
from course.errors import CourseError, Refused
from tests.small_desk import NOW, enrolled, give_marks, hand_in

ANN = Person("ab" * 8, "7", "Ann Bell", None, "board")
BOB = Person("cd" * 8, "8", "Bob Cole", "bob@example.org", None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    make_book(tmp_path / "book.sqlite")
    return Book(tmp_path / "book.sqlite")


def test_the_book_is_only_ever_added_to(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    receipt = take_in(desk, hand_in(enrolment, tmp_path), NOW)
    give_marks(desk, receipt, 2, NOW)
    desk.add("conversations", at="", pseudonym="p", assessment="a", held_by="F")
    desk.add("returns", at="", file="f", sha256="s")
    paper = {"sheet": "s", "taken_on": "", "entered_by": "A", "checked_by": "B", "list_sha256": ""}
    desk.add("paper_entries", receipt=receipt.number, at="", **paper)
    mark = {"marker": "M", "criterion": "w1-data", "level": 2}
    desk.add("written_marks", receipt=receipt.number, at="", **mark)
    book = sqlite3.connect(desk.folder / "desk.sqlite")
    tables = ["people", "receipts", "settled", "markings", "conversations", "returns"]
    tables += ["paper_entries", "written_marks"]
    for table in tables:
        (column, *_) = [row[1] for row in book.execute(f"PRAGMA table_info({table})")]
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            book.execute(f"UPDATE {table} SET {column} = 9")
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            book.execute(f"DELETE FROM {table}")
    assert book.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    book.close()
    with pytest.raises(sqlite3.IntegrityError):
        desk.add("markings", receipt=99, at="", outcome="failed", feedback="[]")


def test_two_commands_never_change_a_desk_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.book.LOCK_SECONDS", 0.01)
    other = Desk.open(desk.folder)
    with desk.writing(), pytest.raises(CourseError, match="Another command"), other.writing():
        pass
    with other.writing(), other.writing():  # its own lock does not shut it out
        pass


def test_the_newest_marks_of_an_attempt_count(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    receipt = take_in(desk, hand_in(enrolment, tmp_path), NOW)
    assert desk.waiting() == (receipt,)
    give_marks(desk, receipt, 2, NOW)
    again = give_marks(desk, receipt, 5, NOW + timedelta(hours=1))
    assert desk.waiting() == ()
    assert desk.marking_records() == (again,)


def test_a_book_of_a_newer_version_is_not_touched(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "desk.sqlite") as book:
        book.execute("PRAGMA user_version = 9")
    book.close()
    with pytest.raises(CourseError, match="layout 9"):
        desk.people()


@pytest.mark.parametrize("layout", range(1, SCHEMA))
def test_a_book_of_an_earlier_version_is_brought_up_to_date(
    layout: int, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(desk, tmp_path)
    people, path = desk.people(), desk.folder / "desk.sqlite"
    new = path.rename(tmp_path / "new.sqlite")
    with monkeypatch.context() as then:
        then.setattr(book_module, "_LAYOUTS", book_module._LAYOUTS[:layout])
        make_book(path)
    with sqlite3.connect(path) as book:
        book.execute("ATTACH ? AS new", (str(new),))
        book.execute("INSERT INTO people SELECT * FROM new.people")
    book.close()
    before = path.read_bytes()
    opened = Desk.open(desk.folder)
    assert opened.people() == people
    for table in ("paper_entries", "written_marks"):
        with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):  # the new table is there
            opened.add(table, at=None)
    assert opened.markings() == ()
    backup = sqlite3.connect(path.with_name(f"desk.sqlite.before-layout-{layout + 1}"))
    assert backup.execute("SELECT count(*) FROM people").fetchone()[0] == len(people)
    assert backup.execute("PRAGMA user_version").fetchone() == (layout,)
    backup.close()
    after = path.read_bytes()
    Desk.open(desk.folder)  # once is enough
    assert path.read_bytes() == after != before


def test_a_missing_book_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"is missing\. Put it back"):
        Book(tmp_path / "book.sqlite").people()
    assert not list(tmp_path.iterdir())


def test_everyone_keeps_their_secret_and_their_place(book: Book) -> None:
    book.add_people([ANN, BOB], NOW)
    secret = book.secret(ANN.pseudonym)
    married = Person(ANN.pseudonym, "7", "Ann Cole", "ann@example.org", None)
    book.add_people([BOB, married], NOW)
    assert book.people() == (married, BOB)
    assert book.person(ANN.pseudonym) == married
    assert book.secret(ANN.pseudonym) == secret
    assert book.secret(BOB.pseudonym) not in (None, secret)
    assert book.secret("ef" * 8) is None
    with pytest.raises(Refused, match="No one is enrolled"):
        book.person("ef" * 8)


def test_people_are_added_all_or_none(book: Book) -> None:
    nameless = Person("ef" * 8, "9", None, None, None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        book.add_people([ANN, nameless], NOW)
    assert book.people() == ()
