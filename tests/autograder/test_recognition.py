"""Prior learning: an expert signs, the certificate says so, and an award's own part is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.award_rule import due, narrative
from autograder.awards import issue_awards, rederive
from autograder.credentials.trust import read_trust
from autograder.desk import Desk
from autograder.ledger import Ledger
from autograder.marking_record import MarkingRecord
from autograder.recognition import LONGEST_EVIDENCE, Recognition
from autograder.verify import verify
from course.approach import load_approach
from course.errors import CourseError, Refused
from course.syllabus import load_syllabus
from tests.small_desk import NOW, enrolled

SYLLABUS = load_syllabus()
SEEN = "Certificate of a two-day course elsewhere, 2025"
CHAIN = ("all_staff_check", "board_check")


def passed(pseudonym: str, assessment: str, digest: str = "0" * 64) -> MarkingRecord:
    """Return a clear pass, with written work where there is some."""
    plan = SYLLABUS.assessment(assessment)
    slots = [place for place in plan.places if place not in plan.written]
    return MarkingRecord(
        pseudonym,
        assessment,
        plan.version,
        1,
        digest,
        tuple((slot, 1.0) for slot in slots),
        float(len(slots)),
        float(len(slots)),
        "2026-11-20T12:00:00Z",
        written=tuple((f"{task}-{part}", (3,)) for task in plan.written for part in "abc"),
    )


def recognition(pseudonym: str, assessment: str) -> Recognition:
    return Recognition(pseudonym, assessment, SEEN, "Dr Ann Lee", "2026-11-21T12:00:00Z")


def test_it_stands_for_a_lower_doses_assessment_and_never_for_the_awards_own() -> None:
    me = "ab" * 8
    lower, own = (recognition(me, each) for each in CHAIN)

    def awards(*records: MarkingRecord, recognised: tuple[Recognition, ...] = ()) -> list[str]:
        return [each.award.id for each in due(SYLLABUS, records, (), recognised)]

    board = passed(me, "board_check")
    assert awards(board) == []
    assert awards(board, recognised=(lower,)) == ["board"]
    assert awards(board, recognised=(recognition("cd" * 8, "all_staff_check"),)) == []
    assert awards(recognised=(lower, own)) == []
    assert awards(passed(me, "all_staff_check"), recognised=(own,)) == ["all_staff"]


def test_a_pass_counts_before_a_recognition() -> None:
    me = "ab" * 8
    records = [passed(me, each) for each in CHAIN]
    earned = due(SYLLABUS, records, (), [recognition(me, "all_staff_check")])
    board = next(each for each in earned if each.award.id == "board")
    assert board.recognised == ()
    assert board.evidence == tuple(records)


def test_the_certificate_says_so() -> None:
    told = narrative(
        SYLLABUS,
        SYLLABUS.award("board"),
        load_approach(),
        lone=False,
        recognised=[recognition("ab" * 8, "all_staff_check")],
    )
    assert (
        f"“All staff: check what you learned” was not taken: prior learning was recognised ({SEEN})"
        ", signed by Dr Ann Lee on 21 November 2026." in told
    )
    assert "It builds on" not in told
    plain = narrative(SYLLABUS, SYLLABUS.award("board"), load_approach(), lone=False)
    assert "It builds on “All staff: check what you learned”, passed as well." in plain
    assert "recognised" not in plain


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"assessment": "manager_check"}, "No award of a higher dose rests on manager_check"),
        ({"evidence": " seen "}, "Say in 10 to 120 letters what you have seen"),
        ({"evidence": "x" * (LONGEST_EVIDENCE + 1)}, "Say in 10 to 120 letters"),
        ({"by": "  "}, "which expert signs for it"),
        ({"by": "sIMULATED  person 1"}, "Nobody recognises their own learning"),
    ],
)
def test_what_cannot_be_recognised_is_refused_and_not_noted(
    desk: Desk, tmp_path: Path, changed: Mapping[str, str], reason: str
) -> None:
    (person,) = enrolled(desk, tmp_path, 1)
    name = desk.person(person.pseudonym).name
    given = {"assessment": "all_staff_check", "evidence": SEEN, "by": "Dr Ann Lee", **changed}
    if reason.startswith("Nobody"):
        given["by"] = f"  {name.upper()} "
    with pytest.raises(Refused, match=reason):
        desk.recognise(person.pseudonym, now=NOW, **given)
    assert desk.recognitions() == ()


def test_it_is_noted_once_and_only_for_people_of_the_desk(desk: Desk, tmp_path: Path) -> None:
    (person,) = enrolled(desk, tmp_path, 1)
    me = person.pseudonym
    found = desk.recognise(me, "all_staff_check", f" {SEEN}\n", "Dr  Ann Lee", NOW)
    assert (found.evidence, found.by) == (SEEN, "Dr Ann Lee")
    assert desk.recognitions() == (found,)
    with pytest.raises(Refused, match=r"is recognised for .* already"):
        desk.recognise(me, "all_staff_check", SEEN, "Dr Ann Lee", NOW)
    with pytest.raises(CourseError):
        desk.recognise("ef" * 8, "all_staff_check", SEEN, "Dr Ann Lee", NOW)
    with pytest.raises(CourseError, match="There is no assessment"):
        desk.recognise(me, "chess", SEEN, "Dr Ann Lee", NOW)


def test_a_certificate_that_rests_on_it_verifies_and_is_derived_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    (person,) = enrolled(desk, tmp_path, 1)
    me = person.pseudonym
    found = desk.recognise(me, "all_staff_check", SEEN, "Dr Ann Lee", NOW)
    digest = hashlib.sha256(b"what was handed in").hexdigest()
    (desk.folder / "received").mkdir(exist_ok=True)
    (desk.folder / "received" / f"{digest}.zip").write_bytes(b"what was handed in")
    record = passed(me, "board_check", digest)
    monkeypatch.setattr(Desk, "marking_records", lambda self: (record,))
    later = NOW + timedelta(days=700)  # the desk's key began when it was made: today
    (issued,) = issue_awards(desk, SYLLABUS, load_approach(), later).issued
    verdict = verify(
        issued.html.encode(), read_trust(json.dumps(issued.trust).encode()), later, None
    )
    assert verdict.valid, verdict.reason
    assert SEEN in issued.html
    evidence = {each["description"]: each["name"] for each in issued.badge["evidence"]}
    assert evidence[f"sha256:{found.sha256}"] == (
        "Recognition in place of All staff: check what you learned"
    )
    assert len(issued.badge["credentialSubject"]["result"]) == 1
    ledger = Ledger(desk.folder / "ledger.sqlite")
    assert rederive(ledger, [record], SYLLABUS, [found]) == ()
    for prior in ([], [recognition(me, "all_staff_check")]):
        (fault,) = rederive(ledger, [record], SYLLABUS, prior)
        assert "does not follow from the marking records" in fault.message
