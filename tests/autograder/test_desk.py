"""The desk's folder, its people, its book and its keys."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.desk import FOLDERS, OWN_COMPUTER, Desk
from autograder.intake import take_in
from autograder.people import normalise_staff_number, pseudonym_of, read_staff
from course.enrolment import read_enrolment
from course.errors import CourseError, FaultsFound, Refused
from course.folders import REPOSITORY
from course.seal import multikey
from course.syllabus import GROUPS
from tests.small_desk import NOW, enrolled, give_marks, hand_in

HEADER = "staff_number,name,email,staff_group\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


def faults_of(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FaultsFound) as found:
        read_staff(data, "staff.csv", GROUPS)
    return [str(fault) for fault in found.value.faults]


# ------------------------------------------------------------ the folder


def test_a_new_desk_opens_again_as_it_was_made(desk: Desk) -> None:
    opened = Desk.open(desk.folder)
    assert (opened.organisation, opened.lone) == ("Riverside (simulated)", False)
    assert opened.desk_key.private_bytes_raw() == desk.desk_key.private_bytes_raw()
    assert all((desk.folder / name).is_dir() for name in FOLDERS)
    assert (desk.folder / "nbgrader_config.py").is_file()
    assert [path.name for path in desk.folder.parent.iterdir()] == ["desk"]  # nothing left over


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_a_desk(desk: Desk) -> None:
    for path in [desk.folder, *desk.folder.rglob("*")]:
        if path.name != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("inside", [".", "autograder/desk"])
def test_a_desk_never_lives_in_the_repository(inside: str) -> None:
    with pytest.raises(Refused, match="inside the course's own folder"):
        Desk.create(REPOSITORY / inside, "Riverside")
    assert not (REPOSITORY / "autograder" / "desk").exists()


def test_a_desk_never_lives_in_a_learners_folder(tmp_path: Path) -> None:
    (tmp_path / ".qi-course").mkdir()
    (tmp_path / ".qi-course" / "workspace.json").write_text("{}")
    with pytest.raises(Refused, match="inside a learner's folder"):
        Desk.create(tmp_path / "lessons" / "desk", "Riverside")
    with pytest.raises(Refused, match="inside a learner's folder"):
        Desk.create(tmp_path, "Riverside")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_does_not_hide_where_a_desk_would_live(tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to(REPOSITORY / "modules", target_is_directory=True)
    with pytest.raises(Refused, match="inside the course's own folder"):
        Desk.create(tmp_path / "innocent" / "desk", "Riverside")


@pytest.mark.parametrize(
    ("place", "reason"),
    [("//server/share/desk", "network"), ("/home/a/OneDrive - X/d", "OneDrive")],
)
def test_places_where_a_book_breaks_are_refused(place: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Desk.create(Path(place), "Riverside")


def test_a_desk_is_made_in_an_empty_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert Desk.create(tmp_path / "empty", "Riverside").folder == tmp_path / "empty"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(CourseError, match="is not empty"):
        Desk.create(tmp_path / "full", "Riverside")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_desk_that_can_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="name must be"):
        Desk.create(tmp_path / "desk", "   ")
    assert not list(tmp_path.iterdir())


def test_a_desk_of_a_newer_version_is_not_touched(desk: Desk) -> None:
    about = json.loads((desk.folder / "desk.json").read_text())
    (desk.folder / "desk.json").write_text(json.dumps({**about, "schema": 2}))
    with pytest.raises(CourseError, match="Update the course"):
        Desk.open(desk.folder)


def test_a_book_of_a_newer_version_is_not_touched(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "desk.sqlite") as book:
        book.execute("PRAGMA user_version = 2")
    book.close()
    with pytest.raises(CourseError, match="layout 2"):
        desk.people()


def test_there_is_a_word_for_no_desk(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no marking desk"):
        Desk.open(tmp_path)
    with pytest.raises(CourseError, match="no marking desk"):
        Desk.open(tmp_path / "nowhere")


# ------------------------------------------------------------ keys


def test_the_passphrase_may_stay_out_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QI_DESK_PASSPHRASE", "correct horse")
    desk = Desk.create(tmp_path / "desk", "Riverside")
    assert not (desk.keys / "passphrase").exists()
    assert b"ENCRYPTED" in (desk.keys / "desk.pem").read_bytes()
    monkeypatch.setenv("QI_DESK_PASSPHRASE", "wrong horse")
    with pytest.raises(CourseError, match="does not open"):
        Desk.open(desk.folder).desk_key  # noqa: B018 (asking is the test)
    monkeypatch.delenv("QI_DESK_PASSPHRASE")
    with pytest.raises(CourseError, match="keys are locked"):
        Desk.open(desk.folder).passphrase  # noqa: B018


# ------------------------------------------------------------ the staff list


def test_every_bad_row_is_named_with_its_line() -> None:
    rows = (
        ",No Number,,\n"
        "1,,,\n"
        "2,Ann,not-an-address,\n"
        "3,Bob,,porters\n"
        "4,Cat,,,extra\n"
        "1.2E+07,Dan,,\n"
        '5,"Eve\nof two lines",,\n'
        "05,Fay,,\n"
        "#6,Gus,,\n"
    )
    assert faults_of(HEADER + rows) == [
        "line 2, staff_number: is missing",
        "line 3, name: must be 1 to 200 ordinary characters",
        "line 4, email: is not an e-mail address; correct it or leave it empty",
        f"line 5, staff_group: must be one of {', '.join(GROUPS)}, or empty",
        "line 6: has 5 cells and the header has 4",
        "line 7, staff_number: is 1.2E+07: a spreadsheet shortened it; format the column as text",
        "line 10, staff_number: is on line 8 already; keep one row",
        "line 11, staff_number: must be 1 to 32 letters, digits, hyphens or strokes",
    ]


def test_every_missing_column_is_named() -> None:
    assert [
        fault.split(";")[0] for fault in faults_of("staff_number,e-mail,name,name\n1,,a,b\n")
    ] == [
        "line 1, column name is there twice",
        "line 1, column email is missing",
        "line 1, column staff_group is missing",
    ]


@pytest.mark.parametrize("text", ["", "\n\n", HEADER])
def test_a_list_of_no_one_is_a_fault(text: str) -> None:
    assert "has no one in it" in faults_of(text)[0]


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x00" * 9, b"\x81\x8d\x90"])
def test_a_file_that_is_no_text_is_a_fault(data: bytes) -> None:
    assert "Save as CSV" in faults_of(data)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lists_come_as_spreadsheets_write_them(encoding: str, delimiter: str, end: str) -> None:
    text = f"{HEADER}00017,Zoë O’Brien,zoe@example.org,Quality coaches\n\n".replace(",", delimiter)
    (row,) = read_staff(text.replace("\n", end).encode(encoding), "staff.csv", GROUPS)
    assert (row.staff_number, row.name, row.group) == ("17", "Zoë O’Brien", "quality_coaches")


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_list_or_have_faults(data: bytes) -> None:
    try:
        rows = read_staff(HEADER.encode() + data, "staff.csv", GROUPS)
    except FaultsFound:
        return
    assert all(row.name and row.staff_number for row in rows)


@given(st.text("0123456789ABCabc -/", min_size=1, max_size=20))
def test_a_staff_number_is_normalised_once_and_for_all(text: str) -> None:
    once = normalise_staff_number(text)
    assert normalise_staff_number(once) == once
    assert pseudonym_of(b"key", text) == pseudonym_of(b"key", once)


def test_a_pseudonym_is_the_keyed_hash_of_the_staff_number() -> None:
    # printf 123 | openssl dgst -sha256 -hmac key
    assert pseudonym_of(b"key", " 00123") == "a7f7739b1dc5b4e9"
    assert pseudonym_of(b"other", "123") != pseudonym_of(b"key", "123")


# ------------------------------------------------------------ enrolling


def test_enrolling_writes_one_file_a_person_without_a_name(desk: Desk, tmp_path: Path) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(f"{HEADER}7,Ann Bell,ann@example.org,board\n8,Bob Cole,,\n")
    first, second = desk.enrol(staff)
    enrolment = read_enrolment(first)
    assert first == desk.folder / "enrolments" / f"{enrolment.pseudonym}.qienrol"
    assert (enrolment.group, read_enrolment(second).group) == ("board", None)
    assert enrolment.desk_key == multikey(desk.desk_key.public_key())
    assert (enrolment.hand_in, enrolment.results, enrolment.lone) == (None, None, False)
    assert b"Bell" not in first.read_bytes()
    assert b"example.org" not in first.read_bytes()
    person = desk.person(enrolment.pseudonym)
    assert (person.name, person.email, person.staff_number) == ("Ann Bell", "ann@example.org", "7")
    assert desk.secret(enrolment.pseudonym) == enrolment.secret
    assert read_enrolment(second).secret != enrolment.secret


def test_enrolling_again_keeps_pseudonym_and_secret_and_renews_the_rest(
    desk: Desk, tmp_path: Path
) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(f"{HEADER}0007,Ann Bell,,\n")
    before = read_enrolment(desk.enrol(staff)[0])
    staff.write_text(f"{HEADER}7,Ann Bell-Cole,ann@example.org,board\n")
    after = read_enrolment(desk.enrol(staff)[0])
    assert (after.pseudonym, after.secret) == (before.pseudonym, before.secret)
    assert [person.name for person in desk.people()] == ["Ann Bell-Cole"]


def test_a_list_with_a_fault_enrols_no_one(desk: Desk, tmp_path: Path) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(f"{HEADER}7,Ann Bell,,\n8,,,\n")
    with pytest.raises(FaultsFound):
        desk.enrol(staff)
    assert desk.people() == ()
    assert not list((desk.folder / "enrolments").iterdir())


def test_a_stranger_is_named_as_one(desk: Desk) -> None:
    assert desk.secret("ab" * 8) is None
    with pytest.raises(Refused, match="No one is enrolled"):
        desk.person("ab" * 8)


def test_a_lone_person_is_enrolled_on_their_own_computer(tmp_path: Path) -> None:
    desk = Desk.for_one(tmp_path / "desk")
    assert (desk.lone, desk.organisation) == (True, OWN_COMPUTER)
    path = tmp_path / "work" / ".qi-course" / "enrolment.json"
    person = desk.enrol_me('Ann "Annie" Bell', None, path)
    enrolment = read_enrolment(path)
    assert enrolment.lone
    assert enrolment.hand_in == str(desk.folder / "incoming")
    assert enrolment.results == str(desk.folder / "results" / person.pseudonym)
    assert Path(enrolment.results).is_dir()
    again = Desk.for_one(tmp_path / "desk").enrol_me("Ann Bell", "ann@example.org", path)
    assert (again.pseudonym, again.name) == (person.pseudonym, "Ann Bell")
    assert read_enrolment(path).secret == enrolment.secret
    with pytest.raises(FaultsFound, match=r"email: is not an e-mail"):
        desk.enrol_me("Ann Bell", "ann", path)
    with pytest.raises(Refused, match="inside the desk's"):
        desk.enrol_me("Ann Bell", None, desk.folder / "results" / "enrolment.json")


def test_a_lone_desk_and_one_for_many_are_not_mixed_up(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="marks many people"):
        desk.enrol_me("Ann", None, tmp_path / "enrolment.json")
    with pytest.raises(Refused, match="belongs to Riverside"):
        Desk.for_one(desk.folder)


# ------------------------------------------------------------ the book


def test_the_book_is_only_ever_added_to(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    receipt = take_in(desk, hand_in(enrolment, tmp_path), NOW)
    give_marks(desk, receipt, 2, NOW)
    desk.add("conversations", at="", pseudonym="p", assessment="a", held_by="F")
    desk.add("returns", at="", file="f", sha256="s")
    book = sqlite3.connect(desk.folder / "desk.sqlite")
    tables = ["people", "receipts", "settled", "markings", "conversations", "returns"]
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
    monkeypatch.setattr("autograder.desk.LOCK_SECONDS", 0.01)
    other = Desk.open(desk.folder)
    with desk.writing(), pytest.raises(CourseError, match="Another command"), other.writing():
        pass
    with other.writing(), other.writing():  # its own lock does not shut it out
        pass


def test_a_talk_is_noted_only_when_one_is_needed(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    me = enrolment.pseudonym
    with pytest.raises(Refused, match="needs no conversation"):
        desk.allow_attempt(me, "a1_check", "F. Acilitator", NOW)
    for attempt in (1, 2, 3):
        now = NOW + timedelta(days=2 * attempt)
        give_marks(desk, take_in(desk, hand_in(enrolment, tmp_path, attempt=attempt), now), 1, now)
    with pytest.raises(Refused, match="--by NAME"):
        desk.allow_attempt(me, "a1_check", " ", NOW)
    desk.allow_attempt(me, "a1_check", "F. Acilitator", NOW)
    assert desk.conversations(me, "a1_check") == 1
    with pytest.raises(Refused, match="needs no conversation"):
        desk.allow_attempt(me, "a1_check", "F. Acilitator", NOW)
    with pytest.raises(Refused, match="No one is enrolled"):
        desk.allow_attempt("cd" * 8, "a1_check", "F. Acilitator", NOW)


def test_the_newest_marks_of_an_attempt_count(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    receipt = take_in(desk, hand_in(enrolment, tmp_path), NOW)
    assert desk.waiting() == (receipt,)
    give_marks(desk, receipt, 2, NOW)
    again = give_marks(desk, receipt, 5, NOW + timedelta(hours=1))
    assert desk.waiting() == ()
    assert desk.marking_records() == (again,)
