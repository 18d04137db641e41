"""A hand-in holds exactly three files, is the same bytes each time, and shows any change."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from course import handin
from course.document import DocumentInvalid
from course.enrolment import Enrolment
from course.errors import CourseError, Refused
from course.handin import pack, read_manifest
from course.seal import multikey
from qi_tools.answers import AnswerFile

SECRET = bytes(range(32))
ENROLMENT = Enrolment(
    pseudonym="0123456789abcdef",
    secret=SECRET,
    group="all_staff",
    organisation="Riverside (simulated)",
    desk_key=multikey(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
    hand_in=None,
    results=None,
    lone=True,
)
NOW = datetime(2026, 11, 23, 14, 0, 5, tzinfo=UTC)


@pytest.fixture
def attempt(tmp_path: Path) -> Path:
    folder = tmp_path / "assessments" / "all_staff_check" / "attempt_1"
    folder.mkdir(parents=True)
    about = {
        "schema": 1,
        "pseudonym": ENROLMENT.pseudonym,
        "assessment": "all_staff_check",
        "version": "1",
        "attempt": 1,
    }
    (folder / "attempt.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "all_staff_check.ipynb").write_text('{"cells": []}', encoding="utf-8")
    (folder / "bank.toml").write_text("schema = 1", encoding="utf-8")
    AnswerFile(folder / "answers.json").save("a1-q1-a", "c")
    return folder


def manifest_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        content: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return content


def test_the_zip_holds_the_three_files_and_no_other(attempt: Path, tmp_path: Path) -> None:
    path = pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    assert path == tmp_path / "outbox" / "0123456789abcdef_20261123T140005Z.zip"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["all_staff_check.ipynb", "answers.json", "manifest.json"]
        manifest = read_manifest(archive.read("manifest.json"))
        assert set(manifest.files) == {"all_staff_check.ipynb", "answers.json"}
        for name, packed in manifest.files.items():
            assert packed.holds(archive.read(name))
            assert archive.read(name) == (attempt / name).read_bytes()
            assert not packed.holds(archive.read(name) + b" ")
    assert manifest.authentic(SECRET)
    assert not manifest.authentic(bytes(32))
    assert (manifest.pseudonym, manifest.assessment, manifest.version, manifest.attempt) == (
        "0123456789abcdef",
        "all_staff_check",
        "1",
        1,
    )
    assert manifest.made_at == "2026-11-23T14:00:05Z"


def test_the_code_is_the_published_one(attempt: Path, tmp_path: Path) -> None:
    """Anyone with the secret can check it from the brief alone: HMAC-SHA256 over the JCS form."""
    manifest = manifest_of(pack(attempt, ENROLMENT, tmp_path, NOW))
    code = manifest.pop("hmac")
    assert code == hmac.new(SECRET, rfc8785.dumps(manifest), hashlib.sha256).hexdigest()


def test_the_same_attempt_and_time_give_the_same_bytes(attempt: Path, tmp_path: Path) -> None:
    summer = timezone(timedelta(hours=1))
    first = pack(attempt, ENROLMENT, tmp_path / "one", NOW)
    again = pack(attempt, ENROLMENT, tmp_path / "two", NOW.astimezone(summer))
    assert first.name == again.name
    assert first.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {3}


def test_the_secret_is_nowhere_in_the_zip(attempt: Path, tmp_path: Path) -> None:
    data = pack(attempt, ENROLMENT, tmp_path, NOW).read_bytes()
    assert SECRET not in data
    assert SECRET.hex().encode() not in data


def test_a_hand_in_is_never_replaced(attempt: Path, tmp_path: Path) -> None:
    path = pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    before = path.read_bytes()
    AnswerFile(attempt / "answers.json").save("a1-q1-a", "d", seen=1)
    with pytest.raises(CourseError, match="made already"):
        pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_failed_write_leaves_nothing(
    attempt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="Your answers are safe"):
        pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    assert list((tmp_path / "outbox").iterdir()) == []


def test_no_answers_are_not_handed_in(attempt: Path, tmp_path: Path) -> None:
    AnswerFile(attempt / "answers.json").save("a1-q1-a", "", seen=1)
    with pytest.raises(Refused, match="no answers to hand in yet"):
        pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    (attempt / "answers.json").unlink()
    with pytest.raises(Refused, match="no answers to hand in yet"):
        pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    assert not (tmp_path / "outbox").exists()


def test_damaged_answers_are_not_handed_in(attempt: Path, tmp_path: Path) -> None:
    (attempt / "answers.json").write_text('{"schema": 1, "answers": {}, "x": 1}', encoding="utf-8")
    with pytest.raises(Refused, match="hand in again"):
        pack(attempt, ENROLMENT, tmp_path, NOW)


def test_anothers_attempt_is_not_handed_in(attempt: Path, tmp_path: Path) -> None:
    other = replace(ENROLMENT, pseudonym="f" * 16)
    with pytest.raises(Refused, match="another enrolment"):
        pack(attempt, other, tmp_path, NOW)


def test_a_missing_or_huge_paper_is_told(
    attempt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handin, "LARGEST_FILE", 1000)
    (attempt / "all_staff_check.ipynb").write_bytes(b"x" * 1001)
    with pytest.raises(Refused, match="larger than"):
        pack(attempt, ENROLMENT, tmp_path, NOW)
    (attempt / "all_staff_check.ipynb").unlink()
    with pytest.raises(CourseError, match="Your answers are safe"):
        pack(attempt, ENROLMENT, tmp_path, NOW)
    (attempt / "attempt.json").unlink()
    with pytest.raises(CourseError, match="No attempt was started here"):
        pack(attempt, ENROLMENT, tmp_path, NOW)


def test_a_time_without_a_zone_is_a_mistake_of_the_caller(attempt: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        pack(attempt, ENROLMENT, tmp_path, datetime(2026, 11, 23))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("pseudonym", "f" * 16),
        ("assessment", "b1_check"),
        ("version", "2"),
        ("attempt", 2),
        ("made_at", "2026-11-23T14:00:06Z"),
    ],
)
def test_no_member_can_be_changed_without_the_secret(
    attempt: Path, tmp_path: Path, member: str, value: object
) -> None:
    manifest = manifest_of(pack(attempt, ENROLMENT, tmp_path, NOW))
    manifest[member] = value
    if member == "assessment":
        manifest["files"]["b1_check.ipynb"] = manifest["files"].pop("all_staff_check.ipynb")
    assert not read_manifest(json.dumps(manifest).encode()).authentic(SECRET)


def test_no_file_can_be_changed_without_the_secret(attempt: Path, tmp_path: Path) -> None:
    manifest = manifest_of(pack(attempt, ENROLMENT, tmp_path, NOW))
    files = manifest["files"]
    for change in ({"sha256": "0" * 64}, {"bytes": 3}):
        forged = {**manifest, "files": files | {"answers.json": files["answers.json"] | change}}
        assert not read_manifest(json.dumps(forged).encode()).authentic(SECRET)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.pop("hmac"), "hmac is missing"),
        (lambda m: m.update(hmac="A" * 64), "hmac must be"),
        (lambda m: m.update(hmac=1), "hmac must be"),
        (lambda m: m.update(schema=2), "schema must be 1"),
        (lambda m: m.update(pseudonym="../../up"), "pseudonym must be"),
        (lambda m: m.update(assessment="../a1"), "assessment must be"),
        (lambda m: m.update(attempt="1"), "attempt must be"),
        (lambda m: m.update(attempt=0), "attempt must be"),
        (lambda m: m.update(made_at="now"), "made_at must be"),
        (lambda m: m.update(name="Sam"), "name doesn't belong here"),
        (lambda m: m["files"].pop("answers.json"), "its files must be"),
        (lambda m: m["files"].update({"../x": {}}), "its files must be"),
        (lambda m: m["files"].update({"answers.json": []}), "files.answers.json must be a table"),
        (lambda m: m["files"]["answers.json"].update(bytes=-1), "files.answers.json.bytes"),
        (lambda m: m["files"]["answers.json"].update(sha256="x"), "files.answers.json.sha256"),
        (lambda m: m["files"]["answers.json"].update(x=1), "files.answers.json.x"),
    ],
)
def test_a_wrong_manifest_is_refused(attempt: Path, tmp_path: Path, change, reason: str) -> None:  # type: ignore[no-untyped-def]
    manifest = manifest_of(pack(attempt, ENROLMENT, tmp_path, NOW))
    change(manifest)
    with pytest.raises(DocumentInvalid, match="manifest") as refused:
        read_manifest(json.dumps(manifest).encode())
    assert reason in str(refused.value)


def test_a_manifest_that_names_a_member_twice_is_refused(attempt: Path, tmp_path: Path) -> None:
    data = json.dumps(manifest_of(pack(attempt, ENROLMENT, tmp_path, NOW)))
    with pytest.raises(DocumentInvalid, match="it names attempt twice"):
        read_manifest(data.replace('"attempt": 1', '"attempt": 1, "attempt": 2').encode())


def test_the_attempts_folder_is_left_as_it_was(attempt: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in attempt.iterdir()}
    pack(attempt, ENROLMENT, tmp_path / "outbox", NOW)
    assert {path.name: path.read_bytes() for path in attempt.iterdir()} == before
    shutil.rmtree(tmp_path / "outbox")
