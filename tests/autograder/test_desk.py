"""The desk: enrolling people, its shared folder, and talks with a facilitator."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.desk import OWN_COMPUTER, Desk
from autograder.intake import take_in
from course.enrolment import read_enrolment
from course.errors import CourseError, FaultsFound, Refused
from course.seal import multikey
from tests.small_desk import NOW, enrolled, give_marks, hand_in, staff_list

HEADER = "staff_number,name,email,staff_group\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


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


# ------------------------------------------------------------ a shared folder


def test_with_a_shared_folder_everyone_has_a_way_there_and_back(desk: Desk, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for path in desk.enrol(staff_list(tmp_path, 2), shared):
        enrolment = read_enrolment(path)
        assert enrolment.hand_in == str(shared / "hand-ins")
        assert enrolment.results == str(shared / "results" / enrolment.pseudonym)
        assert Path(enrolment.results).is_dir()
    assert (shared / "hand-ins").is_dir()
    assert len(list((shared / "results").iterdir())) == 2


def test_the_desk_remembers_its_shared_folder(desk: Desk, tmp_path: Path) -> None:
    assert desk.shared is None
    desk.enrol(staff_list(tmp_path, 1), tmp_path / "shared")
    again = Desk.open(desk.folder)
    assert again.shared == desk.shared is not None
    (enrolment,) = map(read_enrolment, again.enrol(staff_list(tmp_path, 1)))
    assert enrolment.hand_in == str(tmp_path / "shared" / "hand-ins")
    (enrolment,) = map(read_enrolment, again.enrol(staff_list(tmp_path, 1), tmp_path / "other"))
    assert enrolment.hand_in == str(tmp_path / "other" / "hand-ins")
    assert Desk.open(desk.folder).shared == again.shared
    assert again.organisation == "Riverside (simulated)"


def test_a_shared_folder_is_known_by_its_full_path(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (enrolment,) = map(read_enrolment, desk.enrol(staff_list(tmp_path, 1), Path("shared")))
    assert enrolment.hand_in == str(tmp_path / "shared" / "hand-ins")


@pytest.mark.parametrize("place", [".", "results/shared", ".."])
def test_learners_never_reach_the_desk_by_the_shared_folder(
    desk: Desk, tmp_path: Path, place: str
) -> None:
    with pytest.raises(Refused, match="Learners must not reach the desk"):
        desk.enrol(staff_list(tmp_path, 1), desk.folder / place)
    assert desk.people() == ()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_to_the_desk_is_no_shared_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to(desk.folder, target_is_directory=True)
    with pytest.raises(Refused, match="Learners must not reach the desk"):
        desk.enrol(staff_list(tmp_path, 1), tmp_path / "innocent" / "incoming")


def test_a_shared_folder_that_can_not_be_used_enrols_no_one(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("a file")
    with pytest.raises(CourseError, match="can't be used"):
        desk.enrol(staff_list(tmp_path, 1), tmp_path / "shared")
    assert desk.people() == ()
    assert desk.shared is None
    assert not list((desk.folder / "enrolments").iterdir())


# ------------------------------------------------------------ talks with a facilitator


def test_a_talk_is_noted_only_when_one_is_needed(desk: Desk, tmp_path: Path) -> None:
    (enrolment,) = enrolled(desk, tmp_path)
    me = enrolment.pseudonym
    with pytest.raises(Refused, match="needs no conversation"):
        desk.allow_attempt(me, "all_staff_check", "F. Acilitator", NOW)
    for attempt in (1, 2, 3):
        now = NOW + timedelta(days=2 * attempt)
        give_marks(desk, take_in(desk, hand_in(enrolment, tmp_path, attempt=attempt), now), 1, now)
    with pytest.raises(Refused, match="--by NAME"):
        desk.allow_attempt(me, "all_staff_check", " ", NOW)
    desk.allow_attempt(me, "all_staff_check", "F. Acilitator", NOW)
    assert desk.conversations(me, "all_staff_check") == 1
    with pytest.raises(Refused, match="needs no conversation"):
        desk.allow_attempt(me, "all_staff_check", "F. Acilitator", NOW)
    with pytest.raises(Refused, match="No one is enrolled"):
        desk.allow_attempt("cd" * 8, "all_staff_check", "F. Acilitator", NOW)
