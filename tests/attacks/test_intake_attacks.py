"""Hostile hand-ins: each is refused for its own reason, and nothing is left behind."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.desk import Desk
from autograder.hand_in_file import LARGEST_ZIP, HandInRefused, open_hand_in
from autograder.intake import take_in
from course.enrolment import Enrolment
from tests.small_desk import NOW, enrolled, hand_in, small_notebook

pytestmark = pytest.mark.attack

NOTEBOOK = "all_staff_check.ipynb"


class Target:
    """A desk, one of its learners, and an honest hand-in to spoil."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk.create(folder / "desk", "Riverside (simulated)")
        self.learner: Enrolment = enrolled(self.desk, folder)[0]
        self.honest = hand_in(self.learner, folder).read_bytes()
        with zipfile.ZipFile(io.BytesIO(self.honest)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}

    def signed(self, **changes: bytes) -> dict[str, bytes]:
        """The files with some replaced, and a manifest that is true of them."""
        files = {**self.files, **{name.replace("__", "."): data for name, data in changes.items()}}
        manifest = json.loads(files["manifest.json"])
        for name in manifest["files"]:
            digest = hashlib.sha256(files[name]).hexdigest()
            manifest["files"][name] = {"sha256": digest, "bytes": len(files[name])}
        return {**files, "manifest.json": self.sealed(manifest)}

    def sealed(self, manifest: dict[str, Any]) -> bytes:
        manifest.pop("hmac", None)
        code = hmac.new(self.learner.secret, rfc8785.dumps(manifest), hashlib.sha256).hexdigest()
        return rfc8785.dumps({**manifest, "hmac": code})

    def state(self) -> set[str]:
        """Everything in the desk that a refusal must not change."""
        return {
            f"{path.relative_to(self.desk.folder)} {path.stat().st_size}"
            for path in self.desk.folder.rglob("*")
            if path.is_file()
            and path.relative_to(self.desk.folder).parts[0] not in ("refused", "desk.sqlite")
            and path.name != ".lock"
        }

    def refuses(self, data: bytes, reason: str) -> None:
        """Hand some bytes in, and see them refused with nothing left behind."""
        for old in (self.desk.folder / "refused").iterdir():
            old.unlink()
        before = self.state()
        path = self.desk.folder / "incoming" / "hand_in.zip"
        path.write_bytes(data)
        with pytest.raises(HandInRefused, match=reason) as refused:
            take_in(self.desk, path, NOW)
        assert "\n" not in str(refused.value)
        assert self.state() == before
        assert self.desk.receipts() == ()
        (kept,) = [p for p in (self.desk.folder / "refused").iterdir() if p.suffix == ".zip"]
        (why,) = [p for p in (self.desk.folder / "refused").iterdir() if p.suffix == ".txt"]
        assert why.read_text(encoding="utf-8").strip() == str(refused.value)
        assert kept.read_bytes() == data


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    return Target(tmp_path_factory.mktemp("attacked"))


def zipped(
    files: dict[str, bytes],
    change: Callable[[zipfile.ZipInfo], None] = lambda entry: None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = compression
            change(entry)
            archive.writestr(entry, data)
    return made.getvalue()


def test_the_honest_one_would_be_taken(target: Target) -> None:
    assert open_hand_in(target.honest).manifest.attempt == 1
    assert open_hand_in(zipped(target.signed())).manifest.attempt == 1


def test_too_large(target: Target) -> None:
    target.refuses(target.honest + bytes(LARGEST_ZIP), r"more than 2,097,152 bytes")


@pytest.mark.parametrize("data", [b"", b"PK\5\6" + bytes(18), b"GIF89a", b"PK\3\4" * 99])
def test_not_a_zip(target: Target, data: bytes) -> None:
    target.refuses(data, r"not a whole zip file|holds nothing")


def test_cut_off(target: Target) -> None:
    target.refuses(target.honest[:-30], "not a whole zip file")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../keys/desk.pem", "points outside"),
        ("a/../../gradebook.db", "points outside"),
        ("/etc/passwd", "place of its own"),
        ("\\windows\\system.ini", "place of its own"),
        ("C:\\desk.ini", "place of its own"),
        ("C:desk.ini", "place of its own"),
        ("..\\..\\desk.json", "backslash"),
        ("answers.json\0.txt", "not an ordinary one"),
        ("notes.txt", "must hold"),
        ("sub/answers.json", "must hold"),
        ("Answers.json", "must hold"),
        ("other_check.ipynb", "must hold"),
        ("é.ipynb", "must hold"),
    ],
)
def test_names_that_do_not_belong(target: Target, name: str, reason: str) -> None:
    def rename(entry: zipfile.ZipInfo) -> None:
        if entry.filename == "intruder":
            entry.filename = name

    target.refuses(zipped({**target.signed(), "intruder": b"x"}, rename), reason)


@pytest.mark.parametrize("name", ["manifest.json", "answers.json", NOTEBOOK])
def test_a_file_is_missing(target: Target, name: str) -> None:
    files = target.signed()
    del files[name]
    target.refuses(zipped(files), "must hold")


@pytest.mark.parametrize("name", ["manifest.json", "answers.json", NOTEBOOK])
def test_a_file_is_there_twice(target: Target, name: str) -> None:
    made = io.BytesIO(zipped(target.signed()))
    with zipfile.ZipFile(made, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(name, b"{}")
    target.refuses(made.getvalue(), "holds a file twice")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFLNK | 0o777, "is a link"),
        (stat.S_IFIFO | 0o666, "not an ordinary file"),
        (stat.S_IFCHR | 0o666, "not an ordinary file"),
        (stat.S_IFBLK | 0o666, "not an ordinary file"),
        (stat.S_IFSOCK | 0o666, "not an ordinary file"),
        (stat.S_IFDIR | 0o777, "not an ordinary file"),
    ],
)
def test_what_is_no_file(target: Target, mode: int, reason: str) -> None:
    def change(entry: zipfile.ZipInfo) -> None:
        entry.create_system = 3
        entry.external_attr = mode << 16

    target.refuses(zipped(target.signed(), change), reason)


def test_a_folder(target: Target) -> None:
    target.refuses(zipped({**target.signed(), "answers.json/": b""}), "not an ordinary file")


def test_a_bomb(target: Target) -> None:
    files = {**target.signed(), NOTEBOOK: b" " * 1_500_000}
    target.refuses(zipped(files), "more than 100 times")


def test_a_bomb_that_is_simply_large(target: Target) -> None:
    noise = os.urandom(100_000).hex().encode()  # packs two to one only
    target.refuses(zipped({**target.signed(), NOTEBOOK: noise * 9}), "more than 1,572,864 bytes")
    files = {**target.signed(), NOTEBOOK: noise * 7, "answers.json": noise * 5}
    target.refuses(zipped(files), "unpacked it has more than 2,097,152 bytes")


@pytest.mark.parametrize("name", ["manifest.json", "answers.json"])
def test_a_part_that_is_too_large(target: Target, name: str) -> None:
    large = os.urandom(600_000).hex().encode()
    target.refuses(zipped({**target.signed(), name: large}), f"'{name}' has more than")


def test_a_bomb_whose_header_lies(target: Target) -> None:
    """The list says 100 bytes; the data go on for a million."""
    files = {**target.signed(), NOTEBOOK: b" " * 1_000_000}
    data = bytearray(zipped(files))
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        start = _entry(data, signature, NOTEBOOK.encode())
        data[start + offset : start + offset + 4] = struct.pack("<I", 100)
    target.refuses(bytes(data), "not a whole zip file")


def test_a_checksum_that_lies(target: Target) -> None:
    data = bytearray(zipped(target.signed(), compression=zipfile.ZIP_STORED))
    start = _entry(data, b"PK\1\2", b"answers.json")
    data[start + 16] ^= 1
    target.refuses(bytes(data), "not a whole zip file")


def _entry(data: bytearray, signature: bytes, name: bytes) -> int:
    """Where an entry's header is, in the data or in the list at the end."""
    at = {b"PK\1\2": 46, b"PK\3\4": 30}[signature]
    start = -1
    while (start := data.find(signature, start + 1)) >= 0:
        if data[start + at : start + at + len(name)] == name:
            return start
    raise AssertionError(f"no {name!r} in the zip file")


def test_entries_that_share_their_bytes(target: Target) -> None:
    """Two names for one place: how a small file is made to unpack to any size."""
    data = bytearray(zipped(target.signed()))
    of_answers = _entry(data, b"PK\1\2", b"answers.json")
    of_notebook = _entry(data, b"PK\1\2", NOTEBOOK.encode())
    data[of_notebook + 42 : of_notebook + 46] = data[of_answers + 42 : of_answers + 46]
    target.refuses(bytes(data), "overlap")


def test_an_entry_that_reaches_into_the_list(target: Target) -> None:
    data = bytearray(zipped(target.signed(), compression=zipfile.ZIP_STORED))
    last = max(_entry(data, b"PK\1\2", name.encode()) for name in target.files)
    for offset in (20, 24):
        size = struct.unpack_from("<I", data, last + offset)[0]
        data[last + offset : last + offset + 4] = struct.pack("<I", size + 60)
    target.refuses(bytes(data), "overlap")


def test_an_encrypted_entry(target: Target) -> None:
    data = bytearray(zipped(target.signed()))
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        data[_entry(data, signature, b"answers.json") + offset] |= 1
    target.refuses(bytes(data), "is encrypted")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression(target: Target, method: int) -> None:
    target.refuses(zipped(target.signed(), compression=method), "not known here")


@pytest.mark.parametrize("name", ["answers.json", NOTEBOOK])
def test_a_wrong_hash(target: Target, name: str) -> None:
    files = {**target.signed(), name: target.files[name] + b" "}
    target.refuses(zipped(files), f"{name} is not the file that was packed")


@pytest.mark.parametrize(
    "notebook",
    [
        b"",
        b"[]",
        b"{}",
        b'"text"',
        b"\xff\xfe",
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}',
        b"[" * 200_000,
        b'{"nbformat": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_damaged_notebook(target: Target, notebook: bytes) -> None:
    files = target.signed(all_staff_check__ipynb=notebook)
    target.refuses(zipped(files, compression=zipfile.ZIP_STORED), "notebook is damaged")


@pytest.mark.parametrize(
    "answers",
    [
        b"",
        b"[]",
        b'{"schema": 2, "answers": {}}',
        b'{"schema": 1, "answers": {}, "score": 8}',
        b'{"schema": 1, "answers": {"a": {"value": NaN, "revision": 1, "at": "x"}}}',
        b'{"schema": 1, "answers": {}, "answers": {}}',
        b'{"schema": 1, "answers": {"../q": {"value": "a", "revision": 1, "at": "x"}}}',
        b"[" * 100_000,
    ],
)
def test_answers_that_are_none(target: Target, answers: bytes) -> None:
    files = target.signed(answers__json=answers)
    target.refuses(
        zipped(files, compression=zipfile.ZIP_STORED), "answers file cannot be used|cannot be an id"
    )


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("pseudonym", "ab" * 8, "no one is enrolled"),
        ("assessment", "a2_check", "must hold|files must be"),
        ("attempt", 2, "next one must be attempt 1"),
        ("attempt", 0, "attempt must be"),
        ("attempt", True, "attempt must be"),
        ("attempt", 1.5, "attempt must be"),
        ("version", "2", "version 2"),
        ("schema", 2, "schema must be"),
        ("extra", 1, "doesn't belong"),
        ("files", {}, "files must be"),
    ],
)
def test_a_signed_manifest_that_does_not_fit(
    target: Target, member: str, value: object, reason: str
) -> None:
    manifest = {**json.loads(target.files["manifest.json"]), member: value}
    files = {**target.files, "manifest.json": target.sealed(manifest)}
    target.refuses(zipped(files), reason)


def test_a_manifest_without_a_code(target: Target) -> None:
    manifest = json.loads(target.files["manifest.json"])
    del manifest["hmac"]
    target.refuses(zipped({**target.files, "manifest.json": rfc8785.dumps(manifest)}), "hmac")


@pytest.mark.parametrize("member", ["attempt", "version", "made_at", "pseudonym", "assessment"])
def test_a_manifest_changed_after_it_was_signed(target: Target, member: str) -> None:
    manifest = json.loads(target.files["manifest.json"])
    changed = {"attempt": 2, "version": "2", "made_at": "2026-11-22T14:00:00Z"}
    manifest[member] = changed.get(member, "ab" * 8)
    target.refuses(
        zipped({**target.files, "manifest.json": rfc8785.dumps(manifest)}),
        "code was not made|no one is enrolled|files must be",
    )


def test_someone_elses_paper_under_my_name(target: Target, tmp_path: Path) -> None:
    """A learner can sign only for themselves: another's files under another's name need a key."""
    other = enrolled(Desk.create(tmp_path / "desk", "Hillside"), tmp_path)[0]
    forged = Enrolment(
        target.learner.pseudonym, other.secret, None, "x", other.desk_key, None, None, lone=False
    )
    target.refuses(hand_in(forged, tmp_path).read_bytes(), "code was not made")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_in_the_incoming_folder_is_never_followed(target: Target) -> None:
    before = target.state()
    link = target.desk.folder / "incoming" / "link.zip"
    link.symlink_to(target.desk.keys / "desk.pem")
    with pytest.raises(HandInRefused, match="it is a link"):
        take_in(target.desk, link, NOW)
    assert target.state() == before
    assert (target.desk.keys / "desk.pem").is_file()
    assert not link.is_symlink()
    aside = [path for path in (target.desk.folder / "refused").iterdir() if "link" in path.name]
    assert [path.suffix for path in aside] == [".txt"]  # the reason alone


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_a_pipe_in_the_incoming_folder_never_blocks(target: Target) -> None:
    pipe = target.desk.folder / "incoming" / "pipe.zip"
    os.mkfifo(pipe)
    with pytest.raises(HandInRefused, match="not an ordinary file"):
        take_in(target.desk, pipe, NOW)
    assert not pipe.exists()


def test_a_name_that_is_an_attack_of_its_own(target: Target) -> None:
    name = "a b'; DROP TABLE receipts;--\u202egpj.zip" if os.name != "nt" else "a b'; --.zip"
    path = target.desk.folder / "incoming" / name
    path.write_bytes(b"x")
    with pytest.raises(HandInRefused):
        take_in(target.desk, path, NOW)
    for kept in (target.desk.folder / "refused").iterdir():
        assert kept.name.isascii()
        assert not set(kept.name) & set(" ';/\\")


SPOILED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SPOILED
@given(data=st.data())
def test_any_spoiled_byte_is_refused_or_changes_nothing(
    target: Target, data: st.DataObject
) -> None:
    spoiled = bytearray(target.honest)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(spoiled) - 1))
        spoiled[place] = data.draw(st.integers(0, 255))
    try:
        found = open_hand_in(bytes(spoiled))
    except HandInRefused:
        return
    # Only what no one reads may differ, such as a date in the zip file's list.
    assert found.answers == target.files["answers.json"]
    assert found.notebook == target.files[NOTEBOOK]


@SPOILED
@given(data=st.binary(max_size=400))
@example(data=b"PK\5\6" + b"\xff" * 18)
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(HandInRefused):
        open_hand_in(data)


def test_cells_of_a_notebook_are_not_looked_at(target: Target) -> None:
    """A notebook that would do harm if it ran is taken: none of its cells ever runs."""
    notebook = small_notebook()
    notebook.cells[1].source = "import os; os._exit(0)"
    files = target.signed(all_staff_check__ipynb=json.dumps(notebook).encode())
    assert open_hand_in(zipped(files)).manifest.authentic(target.learner.secret)
