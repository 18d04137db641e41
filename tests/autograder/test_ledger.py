"""The ledger: it only grows, any change shows, and a person can be erased from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.credentials.documents import Achieved, Passed, signed_badge
from autograder.credentials.keys import Issuer, create_issuer
from autograder.credentials.profile import Badge
from autograder.credentials.trust import Checkpoint
from autograder.ledger import Entry, Ledger
from course.errors import CourseError

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PEOPLE = {f"{n:016x}": f"Person Number{n} (simulated)" for n in range(1, 6)}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return create_issuer(tmp_path_factory.mktemp("keys"), "Riverside (simulated)", "x", NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def full(ledger: Ledger, issuer: Issuer) -> Ledger:
    for place, pseudonym in enumerate(PEOPLE):
        add(ledger, issuer, pseudonym, place)
    return ledger


def badge(issuer: Issuer, name: str, place: int) -> Badge:
    passed = (Passed("all_staff_check", "Lesson A1", "87.5", f"{place + 0xABC000:064x}"),)
    achieved = Achieved("all_staff", "First lesson", "What it covers.", "Passed.", "1", passed)
    return signed_badge(
        issuer,
        achieved,
        name=name,
        email="someone@example.org",
        place=place,
        awarded=NOW,
        valid_months=36,
    )


def add(ledger: Ledger, issuer: Issuer, pseudonym: str, place: int) -> Entry:
    signed = badge(issuer, PEOPLE[pseudonym], place)
    return ledger.append(
        pseudonym, "all_staff", ["all_staff_check"], signed, f"<p>{signed.holder}</p>"
    )


def tampered(ledger: Ledger, *statements: str) -> None:
    """Change the file as someone would who has it in hand: without the triggers."""
    with closing(sqlite3.connect(ledger.path)) as database:
        for trigger in ("entries_grow_by_one", "entries_never_change", "entries_never_go"):
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_an_empty_ledger_is_in_order(ledger: Ledger) -> None:
    assert ledger.entries() == ()
    assert ledger.audit() == ()
    assert ledger.checkpoint() == Checkpoint(0, "0" * 64)


def test_each_entry_holds_the_hash_of_the_one_before(full: Ledger) -> None:
    entries = full.entries()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0].fact["previous"] == "0" * 64
    for before, after in pairwise(entries):
        assert after.fact["previous"] == before.hash
    assert full.checkpoint() == Checkpoint(5, entries[-1].hash)
    assert full.audit(full.checkpoint()) == ()


def test_an_entry_says_what_was_awarded_and_nothing_about_whom(full: Ledger) -> None:
    entry = full.entries()[2]
    assert entry.held is not None
    fact = entry.fact
    assert (fact["award"], fact["assessments"], fact["place"]) == (
        "all_staff",
        ["all_staff_check"],
        2,
    )
    assert (fact["at"], fact["valid_until"]) == ("2026-11-23T14:00:00Z", "2029-11-23T14:00:00Z")
    assert fact["credential"] == entry.held.badge.id
    for pseudonym, name in PEOPLE.items():
        assert pseudonym not in entry.text
        assert name not in entry.text
    signed = entry.held.badge.document
    for private in ("someone", signed["evidence"][0]["description"], signed["proof"]["proofValue"]):
        assert private not in entry.text


def test_it_is_read_again_from_the_file(full: Ledger) -> None:
    again = Ledger(full.path)
    assert again.entries() == full.entries()
    assert again.issued() == {(pseudonym, "all_staff") for pseudonym in PEOPLE}
    assert again.places() == {0, 1, 2, 3, 4}
    assert again.page(3) == "<p>Person Number3 (simulated)</p>"
    assert [entry.number for entry in again.held_for(f"{4:016x}")] == [4]


def test_an_award_is_issued_once(full: Ledger, issuer: Issuer) -> None:
    with pytest.raises(CourseError, match="already has the award all_staff"):
        add(full, issuer, f"{1:016x}", 99)
    assert len(full.entries()) == 5


def test_a_place_in_the_list_is_given_once(full: Ledger, issuer: Issuer) -> None:
    signed = badge(issuer, "Someone Else", 3)
    with pytest.raises(CourseError, match="Place 3 in the list of withdrawn certificates is taken"):
        full.append("f" * 16, "all_staff", ["all_staff_check"], signed, "")
    assert len(full.entries()) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET text = '{}' WHERE number = 2",
        "DELETE FROM entries WHERE number = 2",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries VALUES (2, '{}')",
        "INSERT INTO entries VALUES (9, '{}')",
    ],
)
def test_the_file_itself_refuses_changes(full: Ledger, statement: str) -> None:
    with (
        closing(sqlite3.connect(full.path)) as database,
        pytest.raises(sqlite3.IntegrityError, match="the ledger only grows"),
    ):
        database.execute(statement)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("all_staff", "board"),
        ("2026-11-23", "2025-11-23"),
        ('"place":', '"place": '),
        ("2029", "2099"),
    ],
)
def test_an_edited_entry_shows(full: Ledger, number: int, old: str, new: str) -> None:
    checkpoint = full.checkpoint()
    tampered(full, f"UPDATE entries SET text = replace(text, '{old}', '{new}')"
                   f" WHERE number = {number}")  # fmt: skip
    assert full.audit(checkpoint) != ()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE number = 3",
        "DELETE FROM entries WHERE number > 2",
        "DELETE FROM entries WHERE number = 5",
        "UPDATE entries SET number = number + 10",
        "UPDATE entries SET text = '[]' WHERE number = 3",
        "INSERT INTO entries SELECT 6, replace(text, '\"place\":4', '\"place\":7') FROM entries"
        " WHERE number = 5",
        "UPDATE certificates SET badge = replace(badge, 'Number2', 'Mallory')",
        "UPDATE certificates SET badge = 'damaged' WHERE number = 2",
        "UPDATE certificates SET award = 'board' WHERE number = 2",
        "UPDATE people SET secret = zeroblob(32)",
    ],
)
def test_a_deleted_added_or_swapped_entry_shows(full: Ledger, statement: str) -> None:
    checkpoint = full.checkpoint()
    tampered(full, statement)
    assert full.audit(checkpoint) != ()


def test_a_cut_end_is_seen_only_with_a_checkpoint_from_elsewhere(full: Ledger) -> None:
    checkpoint = full.checkpoint()
    tampered(
        full, "DELETE FROM certificates WHERE number = 5", "DELETE FROM entries WHERE number = 5"
    )
    assert full.audit() == ()
    (fault,) = full.audit(checkpoint)
    assert fault.where == "entry 5"


def test_an_older_checkpoint_is_still_reached_later(full: Ledger, issuer: Issuer) -> None:
    early = full.checkpoint()
    full.append("f" * 16, "all_staff", ["all_staff_check"], badge(issuer, "Late", 77), "")
    assert full.audit(early) == ()
    assert full.audit(Checkpoint(early.rows, "0" * 64)) != ()


def test_a_person_can_be_erased_and_the_chain_still_holds(full: Ledger) -> None:
    gone, name = f"{3:016x}", "Number3"
    checkpoint = full.checkpoint()
    before = full.path.read_bytes()
    assert gone.encode() in before
    assert name.encode() in before
    assert full.erase(gone)
    assert not list(full.path.parent.glob("*-journal"))
    after = full.path.read_bytes()
    assert gone.encode() not in after
    assert name.encode() not in after
    assert full.entries()[2].held is None
    assert full.audit(checkpoint) == ()
    assert full.checkpoint() == checkpoint
    assert full.held_for(gone) == ()
    with pytest.raises(CourseError, match="its holder was erased"):
        full.page(3)
    assert not full.erase(gone)


def test_a_stop_in_the_middle_leaves_nothing(
    full: Ledger, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = badge(issuer, "Someone Else", 50)
    before = (full.entries(), full.checkpoint())
    real = sqlite3.connect

    class Stopping(sqlite3.Connection):
        def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
            if statement.startswith("INSERT INTO certificates"):
                raise KeyboardInterrupt
            return super().execute(statement, *values)  # type: ignore[arg-type]

    def stopping(*args: object, **options: object) -> sqlite3.Connection:
        return real(*args, factory=Stopping, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", stopping)
    with pytest.raises(KeyboardInterrupt):
        full.append("f" * 16, "all_staff", ["all_staff_check"], signed, "")
    monkeypatch.undo()
    assert (full.entries(), full.checkpoint()) == before
    with closing(sqlite3.connect(full.path)) as database:
        assert database.execute("SELECT COUNT(*) FROM people").fetchone() == (5,)


def _newer(path: Path) -> None:
    Ledger(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_newer, r"made by another version of the course \(format 99; this one reads 1\)"),
        (lambda path: path.write_bytes(b"not a database at all" * 100), "can't be used"),
        (lambda path: path.mkdir(), "can't be used"),
    ],
)
def test_a_file_that_is_no_ledger_is_left_alone(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "ledger.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(CourseError, match=said):
        Ledger(path)
    assert before is None or path.read_bytes() == before


def test_what_is_held_is_canonical_text(full: Ledger) -> None:
    entry = full.entries()[0]
    assert entry.held is not None
    assert json.loads(entry.held.badge_text) == entry.held.badge.document
    assert list(entry.fact) == sorted(entry.fact)
