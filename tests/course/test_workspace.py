"""A workspace keeps what a learner makes, whatever happens around it."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import course.workspace
from course.enrolment import write_enrolment
from course.errors import CourseError, Refused
from course.folders import REPOSITORY
from course.syllabus import load_syllabus
from course.workspace import Workspace, plain_time, refuse_unsafe_place
from qi_tools.answers import AnswerFile
from tests.course_server import (
    ACTIVITIES,
    ASSESSMENT,
    CERTIFICATE,
    LESSON,
    PSEUDONYM,
    enrol,
    result_file,
    write_modules,
    write_release,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
A1 = load_syllabus().module("A1")
VERSION = load_syllabus().version
COPY = f"lessons/{LESSON}"
NEWER = f"lessons/1_all_staff/a1_why_improvement_newer_version_{VERSION}.ipynb"


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    write_modules(tmp_path / "modules")
    write_release(tmp_path / "release")
    return tmp_path


@pytest.fixture
def workspace(lab: Path) -> Workspace:
    return reopened(lab)


def reopened(lab: Path) -> Workspace:
    return Workspace.open(lab / "workspace", modules=lab / "modules", release=lab / "release")


def answer_all(workspace: Workspace) -> None:
    attempt = workspace.attempts(ASSESSMENT)[-1]
    answers = AnswerFile(attempt.folder / "answers.json")
    for slot in ("q1", "q2"):
        for item in "abc":
            answers.save(f"a1-{slot}-{item}", "a")


# ---------------------------------------------------------------- copies


def test_a_new_workspace_holds_copies_and_no_answers(lab: Path) -> None:
    (lab / "modules" / "1_all_staff" / "answers.json").write_text("{}")
    (lab / "modules" / "1_all_staff" / ".ipynb_checkpoints").mkdir()
    (lab / "modules" / "1_all_staff" / ".ipynb_checkpoints" / "x.ipynb").write_text("{}")
    workspace = reopened(lab)

    original = (lab / "modules" / LESSON).read_bytes()
    assert (workspace.folder / COPY).read_bytes() == original
    assert workspace.lesson_path(A1) == workspace.folder / COPY
    copies = {
        path.relative_to(workspace.folder).as_posix()
        for path in workspace.folder.rglob("*")
        if path.is_file() and ".qi-course" not in path.parts
    }
    assert copies == {COPY, "reference/own_data.ipynb"}


def test_opening_again_changes_nothing(workspace: Workspace, lab: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in workspace.folder.rglob("*.ipynb")}
    again = reopened(lab)
    assert not again.update()
    assert {path: path.stat().st_mtime_ns for path in again.folder.rglob("*.ipynb")} == before
    assert len(again.record.events("updated")) == 1


def test_an_update_replaces_a_copy_that_nobody_changed(workspace: Workspace, lab: Path) -> None:
    (lab / "modules" / LESSON).write_bytes(b"newer")
    update = workspace.update()
    assert update.replaced == (COPY,)
    assert (workspace.folder / COPY).read_bytes() == b"newer"


def test_an_update_never_touches_a_changed_copy(workspace: Workspace, lab: Path) -> None:
    (workspace.folder / COPY).write_bytes(b"my own notes")
    (lab / "modules" / LESSON).write_bytes(b"newer")

    update = workspace.update()

    assert update.beside == (NEWER,)
    assert (workspace.folder / COPY).read_bytes() == b"my own notes"
    assert (workspace.folder / NEWER).read_bytes() == b"newer"
    assert workspace.newer(workspace.folder / COPY) == workspace.folder / NEWER
    assert not workspace.update(), "the same version is offered once"


def test_a_changed_newer_version_is_kept_too(workspace: Workspace, lab: Path) -> None:
    (workspace.folder / COPY).write_bytes(b"mine")
    (lab / "modules" / LESSON).write_bytes(b"newer")
    workspace.update()
    (workspace.folder / NEWER).write_bytes(b"mine as well")
    (lab / "modules" / LESSON).write_bytes(b"newest")

    (beside,) = workspace.update().beside

    assert (workspace.folder / beside).read_bytes() == b"newest"
    assert (workspace.folder / NEWER).read_bytes() == b"mine as well"
    assert (workspace.folder / COPY).read_bytes() == b"mine"


def test_a_lost_list_of_what_was_shipped_makes_an_update_careful(
    workspace: Workspace, lab: Path
) -> None:
    (workspace.hidden / "shipped.json").write_text("damaged")
    old = (workspace.folder / COPY).read_bytes()
    (lab / "modules" / LESSON).write_bytes(b"newer")
    assert workspace.update().beside == (NEWER,)
    assert (workspace.folder / COPY).read_bytes() == old


def test_an_update_that_is_cut_short_goes_on_next_time(
    workspace: Workspace, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lab / "modules" / LESSON).write_bytes(b"newer")
    (lab / "modules" / "reference" / "own_data.ipynb").write_bytes(b"newer, too")
    whole = course.workspace._write_whole

    def killed(path: Path, data: bytes) -> None:
        if path.name == "own_data.ipynb":
            raise OSError(28, "No space left on device")
        whole(path, data)

    monkeypatch.setattr(course.workspace, "_write_whole", killed)
    with pytest.raises(CourseError, match=r"No space.*untouched"):
        workspace.update()
    monkeypatch.undo()

    assert workspace.update().replaced == ("reference/own_data.ipynb",)
    (lab / "modules" / LESSON).write_bytes(b"newest")
    assert workspace.update().replaced == (COPY,), "still known to be unchanged"


def test_a_half_written_file_never_takes_the_place_of_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"whole")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        course.workspace._write_whole(path, b"half")
    assert path.read_bytes() == b"whole"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


# ---------------------------------------------------------------- where it may be


def test_a_folder_with_other_things_is_refused_and_left_alone(lab: Path) -> None:
    folder = lab / "workspace"
    folder.mkdir()
    (folder / "thesis.docx").write_text("mine")
    with pytest.raises(Refused, match="already holds other files"):
        reopened(lab)
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def test_the_courses_own_folder_stays_clean(lab: Path) -> None:
    with pytest.raises(Refused, match="stays clean"):
        Workspace.open(REPOSITORY / "work", modules=lab / "modules")
    assert not (REPOSITORY / "work").exists()


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (r"\\server\share\qi-course", "network share"),
        ("//server/share/qi-course", "network share"),
        ("/home/sam/OneDrive/qi-course", "OneDrive"),
        ("/home/sam/OneDrive - Simulated Trust/qi-course", "OneDrive"),
        ("/home/sam/Documents/qi-course", "OneDrive"),
        ("/" + "long/" * 30 + "qi-course", "characters"),
    ],
)
def test_a_place_where_work_gets_lost_is_refused_with_advice(folder: str, reason: str) -> None:
    with pytest.raises(Refused, match=rf"(?s){reason}.*Choose a folder on this computer"):
        refuse_unsafe_place(Path(folder), windows=True, synchronised=["/home/sam/Documents"])


def test_an_ordinary_place_is_fine() -> None:
    refuse_unsafe_place(Path("/home/sam/qi-course"), windows=True, synchronised=["/home/sam/Docs"])
    refuse_unsafe_place(Path("/" + "long/" * 60 + "qi-course"), windows=False, synchronised=[])


def test_the_longest_path_inside_fits_windows(workspace: Workspace) -> None:
    workspace_itself = str(workspace.folder)
    receipt = f"outbox/.{'f' * 64}_20261123T140000Z.zip.part"
    inside = [receipt, f"{NEWER}x", *map(str, workspace.folder.rglob("*"))]
    longest = max(len(name.removeprefix(workspace_itself)) for name in inside)
    assert course.workspace.LONGEST_FOLDER_ON_WINDOWS + longest < 260


def test_a_newer_workspace_is_refused_and_left_alone(workspace: Workspace, lab: Path) -> None:
    state = workspace.hidden / "workspace.json"
    state.write_text('{"schema": 2}')
    with pytest.raises(Refused, match="another version of the course"):
        reopened(lab)
    state.write_text("damaged")
    with pytest.raises(CourseError, match="is damaged"):
        reopened(lab)
    assert state.read_text() == "damaged"


# ---------------------------------------------------------------- lessons and groups


def test_a_lesson_is_done_once_every_activity_has_an_answer(workspace: Workspace) -> None:
    answers = AnswerFile(workspace.folder / "lessons" / "1_all_staff" / "answers.json")
    assert workspace.progress(A1) is None

    answers.save(ACTIVITIES[0], "more")
    progress = workspace.progress(A1)
    assert progress is not None
    assert (progress.answered, progress.total) == (1, 2)
    assert workspace.record.lesson_done == {}

    answers.save(ACTIVITIES[1], "b")
    workspace.progress(A1)
    workspace.progress(A1)
    assert set(workspace.record.lesson_done) == {"A1"}
    assert len(workspace.record.events("lesson_progress")) == 2, "only news is recorded"


def test_answers_that_were_taken_back_or_are_damaged_do_not_count(workspace: Workspace) -> None:
    path = workspace.folder / "lessons" / "1_all_staff" / "answers.json"
    AnswerFile(path).save(ACTIVITIES[0], "")
    assert workspace.progress(A1) is None
    path.write_text("{")
    assert workspace.progress(A1) is None


def test_a_lesson_that_the_learner_broke_still_counts(workspace: Workspace) -> None:
    (workspace.folder / COPY).write_text("not a notebook any more")
    AnswerFile(workspace.folder / "lessons" / "1_all_staff" / "answers.json").save(
        ACTIVITIES[0], "more"
    )
    progress = workspace.progress(A1)
    assert progress is not None
    assert progress.total == 2


def test_the_chosen_group_wins_over_the_enrolled_one(workspace: Workspace) -> None:
    assert workspace.group is None
    enrol(workspace.folder, KEY, group="board")
    assert workspace.group == "board"
    workspace.choose_group("all_staff")
    assert workspace.group == "all_staff"
    with pytest.raises(CourseError, match="no dose 'nobody'"):
        workspace.choose_group("nobody")


def test_enrolling_with_a_file(workspace: Workspace, tmp_path: Path) -> None:
    enrolment = enrol(tmp_path / "elsewhere", KEY)
    data = (tmp_path / "elsewhere" / ".qi-course" / "enrolment.json").read_bytes()
    assert workspace.enrol(data) == enrolment == workspace.enrolment
    with pytest.raises(CourseError):
        workspace.enrol(b"{}")
    assert workspace.enrolment == enrolment
    other = data.replace(PSEUDONYM.encode(), b"f" * 16)
    with pytest.raises(Refused, match="another enrolment"):
        workspace.enrol(other)
    assert workspace.enrolment == enrolment
    assert not [path for path in workspace.hidden.iterdir() if "new" in path.name]


# ---------------------------------------------------------------- attempts


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
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(workspace.folder, KEY)
    (workspace.release / ASSESSMENT / "bank.toml").rename(workspace.release / "bank.toml")
    with pytest.raises(CourseError, match="not on this computer"):
        workspace.start_attempt(ASSESSMENT)
    (workspace.release / "bank.toml").rename(workspace.release / ASSESSMENT / "bank.toml")

    def full(_: Path, __: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(course.workspace, "_write_whole", full)
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
    assert workspace.attempts(ASSESSMENT)[-1].receipt == course.workspace.Receipt(
        receipt.file, receipt.sha256, receipt.at, True
    )


# ---------------------------------------------------------------- results


@pytest.fixture
def waiting(workspace: Workspace) -> Workspace:
    """A workspace whose first attempt is handed in."""
    enrol(workspace.folder, KEY)
    workspace.start_attempt(ASSESSMENT)
    answer_all(workspace)
    workspace.hand_in(ASSESSMENT)
    return workspace


def test_a_result_brings_its_certificate_once_it_has_one(waiting: Workspace) -> None:
    waiting.import_result(result_file(KEY))
    (attempt,) = waiting.attempts(ASSESSMENT)
    assert attempt.result is not None
    assert attempt.result.passed
    assert list((waiting.folder / "certificates").iterdir()) == []

    waiting.import_result(result_file(KEY, **CERTIFICATE))
    waiting.import_result(result_file(KEY, **CERTIFICATE))
    waiting.import_result(result_file(KEY))

    assert len(waiting.record.events("result")) == 2, "the same file counts once"
    assert {path.name for path in (waiting.folder / "certificates").iterdir()} == {
        f"{ASSESSMENT}_certificate.html",
        f"{ASSESSMENT}_badge.json",
        f"{ASSESSMENT}_trust.json",
    }
    (attempt,) = waiting.attempts(ASSESSMENT)
    assert attempt.result is not None
    assert attempt.result.certificate == CERTIFICATE["certificate"]
    with pytest.raises(Refused, match="passed this already"):
        waiting.start_attempt(ASSESSMENT)


def test_a_result_of_another_desk_or_person_is_refused(waiting: Workspace) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for data in (
        result_file(stranger),
        result_file(KEY, pseudonym="f" * 16),
        result_file(KEY).replace(b"87.5", b"99.5"),
        b"",
        b"{}",
        b"\xff" * 100,
    ):
        with pytest.raises(Refused):
            waiting.import_result(data)
    assert waiting.results() == ()


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


def test_results_are_collected_from_a_folder_and_bad_files_are_passed_over(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "results"
    (folder / PSEUDONYM).mkdir(parents=True)
    enrol(workspace.folder, KEY, results=str(folder))
    name = f"result_{ASSESSMENT}_1_{PSEUDONYM}.qiresult"
    (folder / name).write_bytes(b"damaged")
    (folder / PSEUDONYM / name).write_bytes(result_file(KEY))
    (folder / "result_of_someone_else.qiresult").write_bytes(result_file(KEY))

    assert [result.assessment for result in workspace.collect_results()] == [ASSESSMENT]
    assert workspace.collect_results() == ()
    enrol(workspace.folder, KEY, results=str(tmp_path / "gone"))
    assert workspace.collect_results() == ()


# ---------------------------------------------------------------- what is held


def test_an_export_holds_everything_but_the_secret(waiting: Workspace, tmp_path: Path) -> None:
    path = waiting.export(tmp_path / "copy.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        record = archive.read("record.csv").decode("utf-8-sig")
        everything = b"".join(map(archive.read, names))
    assert {COPY, "READ ME FIRST.txt", ".qi-course/record.sqlite"} <= names
    assert f"assessments/{ASSESSMENT}/attempt_1/answers.json" in names
    assert "handed_in" in record
    assert bytes(range(32)).hex().encode() not in everything
    assert PSEUDONYM.encode() in everything


def test_an_export_into_the_workspace_itself_does_not_hold_itself(workspace: Workspace) -> None:
    path = workspace.export(workspace.folder / "copy.zip")
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "copy.zip" in name]


def test_erasing_says_what_it_erased_and_keeps_nothing(waiting: Workspace, lab: Path) -> None:
    (waiting.folder / "my_data.csv").write_text("mine")
    outside = lab / "outside.txt"
    outside.write_text("not in the workspace")
    (waiting.folder / "outbox" / "link").symlink_to(outside)

    gone = waiting.erase()

    assert list(waiting.folder.iterdir()) == []
    assert {"my_data.csv", COPY, ".qi-course/record.sqlite", ".qi-course/enrolment.json"} <= set(
        gone
    )
    assert outside.read_text() == "not in the workspace"
    fresh = reopened(lab)
    assert fresh.enrolment is None
    assert fresh.attempts(ASSESSMENT) == ()


def test_nothing_of_a_person_but_the_pseudonym_is_kept(waiting: Workspace) -> None:
    assert waiting.enrolment is not None
    write_enrolment(waiting.enrolment, waiting.folder / course.workspace.ENROLMENT)
    text = " ".join(str(event) for event in waiting.record.events())
    assert "name" not in text.lower()
    assert "@" not in text


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_times_are_written_as_people_write_them(time: datetime) -> None:
    words = plain_time(time.isoformat())
    assert datetime.strptime(words, "%d %B %Y at %H:%M") == time.replace(second=0, microsecond=0)
