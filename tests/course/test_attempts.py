"""Attempts are begun when they may be, handed in once, and delivered if it can be done."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course import attempts
from course.attempts import Receipt
from course.errors import CourseError, Refused
from course.workspace import Workspace
from tests.course_server import (
    ASSESSMENT,
    KEY,
    PSEUDONYM,
    answer_all,
    enrol,
    result_file,
)


def test_an_attempt_needs_an_enrolment(workspace: Workspace) -> None:
    with pytest.raises(CourseError, match="not enrolled yet"):
        workspace.start_attempt(ASSESSMENT)


def test_an_attempt_is_a_copy_of_the_paper_that_says_whose_it_is(workspace: Workspace) -> None:
    enrol(workspace.folder, KEY)
    folder = workspace.start_attempt(ASSESSMENT)
    assert folder == workspace.folder / "assessments" / ASSESSMENT / "attempt_1"
    assert {path.name for path in folder.iterdir()} == {
        f"{ASSESSMENT}.ipynb",
        "bank.toml",
        "attempt.json",
    }
    assert json.loads((folder / "attempt.json").read_text(encoding="utf-8")) == {
        "schema": 1,
        "pseudonym": PSEUDONYM,
        "assessment": ASSESSMENT,
        "version": "1",
        "attempt": 1,
    }
    (attempt,) = workspace.attempts(ASSESSMENT)
    assert attempt.is_open
    with pytest.raises(Refused, match="Attempt 1 is still open"):
        workspace.start_attempt(ASSESSMENT)


def test_a_missing_paper_or_a_full_disk_starts_nothing(
    workspace: Workspace, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(workspace.folder, KEY)
    bank, elsewhere = lab / "release" / ASSESSMENT / "bank.toml", lab / "bank.toml"
    bank.rename(elsewhere)
    with pytest.raises(CourseError, match="not on this computer"):
        workspace.start_attempt(ASSESSMENT)
    elsewhere.rename(bank)

    def full(_: Path, __: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(attempts, "write_whole", full)
        with pytest.raises(CourseError, match="nothing was started"):
            workspace.start_attempt(ASSESSMENT)
    assert workspace.attempts(ASSESSMENT) == ()
    assert list((workspace.folder / "assessments" / ASSESSMENT).iterdir()) == []


def test_handing_in_gives_a_receipt_and_can_be_done_once(
    workspace: Workspace, tmp_path: Path
) -> None:
    desk = tmp_path / "incoming"
    desk.mkdir()
    enrol(workspace.folder, KEY, hand_in=str(desk))
    with pytest.raises(Refused, match="nothing to hand in"):
        workspace.hand_in(ASSESSMENT)
    workspace.start_attempt(ASSESSMENT)
    with pytest.raises(Refused, match="no answers"):
        workspace.hand_in(ASSESSMENT)
    answer_all(workspace)

    receipt = workspace.hand_in(ASSESSMENT, now=datetime(2026, 11, 23, 14, tzinfo=UTC))

    assert receipt.file == f"{PSEUDONYM}_20261123T140000Z.zip"
    assert receipt.delivered
    assert receipt.file in receipt.words()
    outbox = workspace.folder / "outbox" / receipt.file
    assert (desk / receipt.file).read_bytes() == outbox.read_bytes()
    assert [path.name for path in desk.iterdir()] == [receipt.file]
    with pytest.raises(Refused, match="handed in already"):
        workspace.hand_in(ASSESSMENT)
    with pytest.raises(Refused, match="waits for its result"):
        workspace.start_attempt(ASSESSMENT)


def test_a_folder_out_of_reach_keeps_the_receipt_and_can_be_tried_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    blocked = tmp_path / "share"
    blocked.write_text("not a folder")
    enrol(workspace.folder, KEY, hand_in=str(blocked))
    workspace.start_attempt(ASSESSMENT)
    answer_all(workspace)
    receipt = workspace.hand_in(ASSESSMENT)
    assert not receipt.delivered
    assert "outbox" in receipt.words()
    with pytest.raises(CourseError, match="safe in your outbox"):
        workspace.deliver(ASSESSMENT)

    blocked.unlink()
    blocked.mkdir()
    workspace.deliver(ASSESSMENT)
    assert (blocked / receipt.file).is_file()
    assert workspace.attempts(ASSESSMENT)[-1].receipt == Receipt(
        receipt.file, receipt.sha256, receipt.at, True
    )


def test_the_next_attempt_keeps_to_what_the_result_says(waiting: Workspace) -> None:
    not_before = datetime(2026, 11, 24, 15, tzinfo=UTC)
    waiting.import_result(
        result_file(
            KEY,
            passed=False,
            score=3.0,
            percent=37.5,
            next_attempt=2,
            not_before="2026-11-24T15:00:00Z",
        )
    )
    with pytest.raises(Refused, match="You can try again from 24 November 2026"):
        waiting.start_attempt(ASSESSMENT, now=not_before - timedelta(seconds=1))
    assert waiting.start_attempt(ASSESSMENT, now=not_before).name == "attempt_2"


def test_a_facilitator_comes_first_when_the_result_says_so(waiting: Workspace) -> None:
    waiting.import_result(
        result_file(KEY, passed=False, score=3.0, percent=37.5, facilitator_needed=True)
    )
    with pytest.raises(Refused, match="facilitator before you try again"):
        waiting.start_attempt(ASSESSMENT)


def test_a_share_that_is_not_connected_is_never_made_on_this_disk(
    workspace: Workspace, tmp_path: Path
) -> None:
    share = tmp_path / "share" / "hand-ins"
    enrol(workspace.folder, KEY, hand_in=str(share))
    workspace.start_attempt(ASSESSMENT)
    answer_all(workspace)
    assert not workspace.hand_in(ASSESSMENT).delivered
    assert not share.parent.exists()
