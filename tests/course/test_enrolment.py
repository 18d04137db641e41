"""An enrolment file says nothing about the person, and comes back exactly or not at all."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from course.document import DocumentInvalid
from course.enrolment import Enrolment, read_enrolment, write_enrolment
from course.errors import CourseError
from course.seal import multikey

ENROLMENT = Enrolment(
    pseudonym="0123456789abcdef",
    secret=bytes(range(32)),
    group="all_staff",
    organisation="Riverside Community Health (simulated)",
    desk_key=multikey(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
    hand_in=r"\\server\course\hand in – été",
    results=None,
    lone=False,
)


def changed(folder: Path, **members: object) -> Path:
    path = folder / "enrolment.json"
    write_enrolment(ENROLMENT, path)
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **members}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "enrolment",
    [ENROLMENT, replace(ENROLMENT, group=None, hand_in=None, results="/mnt/results", lone=True)],
)
def test_an_enrolment_comes_back_as_it_was(tmp_path: Path, enrolment: Enrolment) -> None:
    write_enrolment(enrolment, tmp_path / "enrolment.json")
    assert read_enrolment(tmp_path / "enrolment.json") == enrolment
    assert [path.name for path in tmp_path.iterdir()] == ["enrolment.json"]


def test_the_file_holds_these_members_and_no_other(tmp_path: Path) -> None:
    write_enrolment(ENROLMENT, tmp_path / "enrolment.json")
    assert set(json.loads((tmp_path / "enrolment.json").read_bytes())) == {
        "schema",
        "pseudonym",
        "secret",
        "group",
        "organisation",
        "desk_key",
        "hand_in",
        "results",
        "lone",
    }
    assert b"\r" not in (tmp_path / "enrolment.json").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions on the folder")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    write_enrolment(ENROLMENT, tmp_path / "enrolment.json")
    assert stat.S_IMODE((tmp_path / "enrolment.json").stat().st_mode) == 0o600


def test_the_secret_is_not_shown() -> None:
    assert "secret" not in repr(ENROLMENT)
    assert ENROLMENT.secret.hex() not in repr(ENROLMENT)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"schema": 2}, "schema must be 1"),
        ({"schema": True}, "schema must be 1"),
        ({"pseudonym": "../../etc"}, "pseudonym must be"),
        ({"pseudonym": "0123456789ABCDEF"}, "pseudonym must be"),
        ({"pseudonym": "0123456789abcde"}, "pseudonym must be"),
        ({"secret": "00" * 31}, "secret must be"),
        ({"secret": None}, "secret must be"),
        ({"group": "all staff"}, "group must be"),
        ({"organisation": " "}, "organisation must be"),
        ({"desk_key": "z6Mk"}, "desk_key must be"),
        ({"desk_key": 3}, "desk_key must be"),
        ({"hand_in": ""}, "hand_in must be"),
        ({"results": ["a"]}, "results must be"),
        ({"lone": 1}, "lone must be"),
        ({"email": "a@b.example"}, "email doesn't belong here"),
    ],
)
def test_a_wrong_member_is_named(tmp_path: Path, members: dict[str, object], reason: str) -> None:
    with pytest.raises(DocumentInvalid, match="enrolment file") as refused:
        read_enrolment(changed(tmp_path, **members))
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("member", ["schema", "pseudonym", "secret", "desk_key", "lone"])
def test_a_missing_member_is_named(tmp_path: Path, member: str) -> None:
    path = changed(tmp_path)
    content = json.loads(path.read_bytes())
    del content[member]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(DocumentInvalid, match=f"{member} is missing"):
        read_enrolment(path)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "enrolment.json").write_bytes(b" " * 100_000)
    with pytest.raises(DocumentInvalid, match="at most 16,384"):
        read_enrolment(tmp_path / "enrolment.json")


def test_no_file_is_told_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="Ask your improvement team for one") as none:
        read_enrolment(tmp_path / "enrolment.json")
    assert none.value.exit_code == 2
    with pytest.raises(CourseError, match="can't be opened"):
        read_enrolment(tmp_path)


def test_nothing_is_written_that_could_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "enrolment.json"
    write_enrolment(ENROLMENT, path)
    with pytest.raises(DocumentInvalid):
        write_enrolment(replace(ENROLMENT, secret=b"short"), path)
    assert read_enrolment(path) == ENROLMENT


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "enrolment.json"
    write_enrolment(ENROLMENT, path)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="No space left"):
        write_enrolment(replace(ENROLMENT, group=None), path)
    assert read_enrolment(path) == ENROLMENT
    assert [each.name for each in tmp_path.iterdir()] == ["enrolment.json"]
