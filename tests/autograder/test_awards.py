"""Awards: the rule, issuing once, holding back, and deriving every award again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.awards import (
    AwardReport,
    certificate_of,
    issue_awards,
    rederive,
)
from autograder.credentials.keys import create_issuer
from autograder.credentials.trust import read_trust
from autograder.ledger import Ledger
from autograder.marking_record import MarkingRecord
from autograder.recognition import Recognition
from autograder.verify import verify
from course.approach import Approach, load_approach
from course.errors import CourseError, Refused
from course.syllabus import Syllabus, load_syllabus
from tests.small_desk import scores_of

BEGAN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
SAM, ALEX, KIM = "a" * 16, "b" * 16, "c" * 16


@dataclass
class SimulatedPerson:
    name: str
    email: str | None = None


@dataclass
class SimulatedDesk:
    """A desk with simulated people, no larger than awarding needs."""

    folder: Path
    passphrase: str = "a passphrase"
    lone: bool = False
    people: dict[str, SimulatedPerson] = field(default_factory=dict)
    records: list[MarkingRecord] = field(default_factory=list)
    recognised: list[Recognition] = field(default_factory=list)

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def person(self, pseudonym: str) -> SimulatedPerson:
        if pseudonym not in self.people:
            raise Refused(f"No one is enrolled here as {pseudonym}.")
        return self.people[pseudonym]

    def marking_records(self) -> tuple[MarkingRecord, ...]:
        return tuple(self.records)

    def recognitions(self) -> tuple[Recognition, ...]:
        return tuple(self.recognised)

    @contextmanager
    def writing(self) -> Iterator[None]:
        yield

    def mark(self, pseudonym: str, score: float, attempt: int = 1) -> MarkingRecord:
        """Take in a hand-in and mark it."""
        handed_in = f"{pseudonym} {attempt}".encode()
        digest = hashlib.sha256(handed_in).hexdigest()
        (self.folder / "received").mkdir(exist_ok=True)
        (self.folder / "received" / f"{digest}.zip").write_bytes(handed_in)
        self.records.append(record(pseudonym, score, attempt, digest))
        return self.records[-1]


def record(pseudonym: str, score: float, attempt: int = 1, digest: str = "0" * 64) -> MarkingRecord:
    marked_at = f"2026-11-{10 + attempt:02}T12:00:00Z"
    return MarkingRecord(
        pseudonym,
        "all_staff_check",
        "1",
        attempt,
        digest,
        scores_of(score, 8),
        score,
        8.0,
        marked_at,
    )


@pytest.fixture
def desk(tmp_path: Path) -> SimulatedDesk:
    made = SimulatedDesk(tmp_path)
    create_issuer(made.keys, "Riverside Health (simulated)", made.passphrase, BEGAN)
    made.people = {
        SAM: SimulatedPerson("Sam Okoro", "sam.okoro@example.org"),
        ALEX: SimulatedPerson("Alex Reid"),
        KIM: SimulatedPerson("Kim Lau"),
    }
    return made


@pytest.fixture(scope="module")
def syllabus() -> Syllabus:
    return load_syllabus()


@pytest.fixture(scope="module")
def approach() -> Approach:
    return load_approach()


def award(desk: SimulatedDesk, now: datetime = NOW) -> AwardReport:
    return issue_awards(desk, load_syllabus(), load_approach(), now)


# ------------------------------------------------------------------------ issuing


def test_who_passed_gets_a_certificate_that_verifies(desk: SimulatedDesk) -> None:
    mark = desk.mark(SAM, 7)
    desk.mark(ALEX, 6)
    report = award(desk)
    assert report.summary() == "Issued 1 certificate."
    (issued,) = report.issued
    assert (issued.pseudonym, issued.award) == (SAM, "all_staff")
    trust = read_trust(json.dumps(issued.trust).encode())
    for data in (json.dumps(issued.badge).encode(), issued.html.encode()):
        verdict = verify(data, trust, NOW, "sam.okoro@example.org")
        assert verdict.valid, verdict.reason
        assert verdict.details is not None
        assert verdict.details.holder == "Sam Okoro"
        assert verdict.details.valid_until == "2029-11-23T14:00:00Z"
    assert issued.badge["evidence"][0]["description"] == f"sha256:{mark.sha256}"
    assert issued.badge["credentialSubject"]["result"][0]["value"] == "87.5"
    assert json.loads((desk.folder / "trust.json").read_text(encoding="utf-8")) == issued.trust


def test_without_an_address_the_badge_names_the_person_only(desk: SimulatedDesk) -> None:
    desk.mark(ALEX, 8)
    (issued,) = award(desk).issued
    identifiers = issued.badge["credentialSubject"]["identifier"]
    assert [entry["identityHash"] for entry in identifiers] == ["Alex Reid"]


def test_running_it_again_issues_and_writes_nothing(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    award(desk)
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    again = award(desk, NOW + timedelta(days=6))
    assert again.summary() == "No new certificates are due."
    assert {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()} == before


def test_a_better_mark_later_changes_nothing_that_was_issued(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    (first,) = award(desk).issued
    desk.mark(SAM, 8, attempt=2)
    assert award(desk).issued == ()
    now_held = certificate_of(desk, SAM, "all_staff_check")
    assert now_held is not None
    assert now_held.badge == first.badge


def test_after_a_week_the_trust_file_is_signed_anew(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    first = award(desk).issued[0].trust
    award(desk, NOW + timedelta(days=8))
    held = certificate_of(desk, SAM, "all_staff_check")
    assert held is not None
    assert held.trust["made_at"] == "2026-12-01T14:00:00Z" != first["made_at"]
    later = NOW + timedelta(days=35)
    badge = json.dumps(held.badge).encode()
    assert verify(badge, read_trust(json.dumps(held.trust).encode()), later).valid
    assert not verify(badge, read_trust(json.dumps(first).encode()), later).valid


def test_the_certificate_of_an_assessment_is_found_again(desk: SimulatedDesk) -> None:
    assert certificate_of(desk, SAM, "all_staff_check") is None
    desk.mark(SAM, 7)
    (issued,) = award(desk).issued
    assert certificate_of(desk, SAM, "all_staff_check") == issued
    assert certificate_of(desk, SAM, "board_check") is None
    assert certificate_of(desk, ALEX, "all_staff_check") is None


def test_places_in_the_list_never_repeat(desk: SimulatedDesk) -> None:
    for pseudonym in (SAM, ALEX, KIM):
        desk.mark(pseudonym, 8)
    issued = award(desk).issued
    places = {one.badge["credentialStatus"]["statusListIndex"] for one in issued}
    assert len(places) == 3


# ------------------------------------------------------------------------ holding back


def test_one_that_cannot_be_issued_never_stops_the_others(desk: SimulatedDesk) -> None:
    changed, missing = desk.mark(SAM, 7), desk.mark(ALEX, 7)
    desk.mark(KIM, 7)
    received = desk.folder / "received"
    (received / f"{changed.hand_in_sha256}.zip").write_bytes(b"another paper")
    (received / f"{missing.hand_in_sha256}.zip").unlink()
    report = award(desk)
    assert [one.pseudonym for one in report.issued] == [KIM]
    said = {fault.where: fault.message for fault in report.held_back}
    assert "is not the file that was marked" in said[f"{SAM}, all_staff"]
    assert "is missing, so the award can't be proved" in said[f"{ALEX}, all_staff"]
    assert report.summary().startswith("Issued 1 certificate.\nHeld back, ")
    # Nothing is lost: once the copy is back, the award is made.
    (received / f"{changed.hand_in_sha256}.zip").write_bytes(f"{SAM} 1".encode())
    assert [one.pseudonym for one in award(desk).issued] == [SAM]


def test_a_name_that_cannot_be_shown_and_a_stranger_are_held_back(desk: SimulatedDesk) -> None:
    desk.people[SAM] = SimulatedPerson("\u202e")
    desk.mark(SAM, 7)
    desk.mark("d" * 16, 7)
    report = award(desk)
    assert report.issued == ()
    messages = " ".join(fault.message for fault in report.held_back)
    assert "can't be put on a certificate" in messages
    assert "No one is enrolled here" in messages


def test_a_clock_that_is_behind_is_noticed(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    (fault,) = award(desk, datetime(2026, 11, 5, tzinfo=UTC)).held_back
    assert "later than now by this computer's clock" in fault.message
    with pytest.raises(CourseError, match="The issuing key began at 2026-11-01T09:00:00Z"):
        award(desk, datetime(2026, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM certificates", "UPDATE people SET secret = zeroblob(32)"],
)
def test_a_ledger_that_was_changed_issues_nothing(desk: SimulatedDesk, statement: str) -> None:
    desk.mark(SAM, 7)
    award(desk)
    desk.mark(ALEX, 7)
    with closing(sqlite3.connect(desk.folder / "ledger.sqlite")) as database:
        database.execute("DROP TRIGGER entries_never_go")
        database.execute(statement)
        database.execute("DELETE FROM entries") if "DELETE" in statement else None
        database.commit()
    with pytest.raises(CourseError, match="The ledger was changed outside the course"):
        award(desk)


def test_a_trust_file_that_was_changed_issues_nothing(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    award(desk)
    path = desk.folder / "trust.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"rows": 1', '"rows": 0'), "utf-8")
    with pytest.raises(CourseError, match=r"desk's trust\.json was changed outside the course"):
        award(desk)


# ------------------------------------------------------------------------ deriving again


def derived(desk: SimulatedDesk, records: list[MarkingRecord] | None = None) -> tuple[Any, ...]:
    ledger = Ledger(desk.folder / "ledger.sqlite")
    return rederive(ledger, desk.records if records is None else records, load_syllabus())


def test_every_award_follows_from_the_records_and_the_rule(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 3)
    desk.mark(SAM, 7, attempt=2)
    desk.mark(ALEX, 8)
    desk.mark(KIM, 2)
    assert len(award(desk).issued) == 2
    assert derived(desk) == ()
    # What came later does not change what followed then.
    later = replace(record(SAM, 8, 3), marked_at="2026-12-24T12:00:00Z")
    assert derived(desk, [*desk.records, later]) == ()


def test_an_award_that_does_not_follow_shows(desk: SimulatedDesk) -> None:
    mark = desk.mark(SAM, 7)
    award(desk)
    for records in (
        [],
        [replace(mark, score=2.0)],
        [replace(mark, score=8.0)],
        [replace(mark, scores=mark.scores[::-1])],
        [replace(mark, pseudonym=ALEX)],
        [replace(mark, marked_at="2026-11-24T00:00:00Z")],
    ):
        (fault,) = derived(desk, records)
        assert fault.where == "entry 1"
        assert "does not follow from the marking records" in fault.message


def test_the_erased_are_left_out_and_the_chain_still_holds(desk: SimulatedDesk) -> None:
    desk.mark(SAM, 7)
    desk.mark(ALEX, 8)
    award(desk)
    Ledger(desk.folder / "ledger.sqlite").erase(SAM)
    desk.records = [each for each in desk.records if each.pseudonym != SAM]
    assert derived(desk) == ()
    assert certificate_of(desk, SAM, "all_staff_check") is None
    assert award(desk).issued == ()
