"""A file is written whole or not at all, whatever goes wrong at whatever moment."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from qi_tools import whole_file
from qi_tools.whole_file import patiently, write_whole


class Killed(BaseException):
    """Stands for a killed process: nothing in the code may catch it."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_new_or_replaced(tmp_path: Path) -> None:
    path = tmp_path / "waits.csv"
    write_whole(path, b"old")
    write_whole(path, b"")
    assert path.read_bytes() == b""
    write_whole(path, b"a\r\nb\n\x00")  # bytes are bytes: no line end is changed
    assert path.read_bytes() == b"a\r\nb\n\x00"
    assert names(tmp_path) == ["waits.csv"]


class Full:
    """A disk that is full: the file takes a part and no more."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        self.file.write(data[:2])
        self.file.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["write", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("old", [b"old", None])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), Killed()])
def test_a_fault_leaves_what_was_there_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    old: bytes | None,
    fault: BaseException,
) -> None:
    path = tmp_path / "waits.csv"
    if old is not None:
        path.write_bytes(old)

    def fail(*_: object, **__: object) -> None:
        raise fault

    def open_full(*given: Any, **more: Any) -> Full:
        return Full(open(*given, **more))  # noqa: PTH123 (the one that is stood in for)

    with monkeypatch.context() as patch:
        match where:
            case "write":
                patch.setattr(whole_file, "open", open_full, raising=False)
            case "fsync":
                patch.setattr(os, "fsync", fail)
            case "chmod" | "replace":
                patch.setattr(Path, where, fail)
        with pytest.raises(OSError if where == "write" else type(fault)):
            write_whole(path, b"new and longer", mode=0o600)
    assert names(tmp_path) == ([] if old is None else ["waits.csv"])
    assert old is None or path.read_bytes() == old
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_the_new_content_is_on_the_disk_before_it_takes_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "waits.csv"
    path.write_bytes(b"old")
    seen: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(path.read_bytes()))
    write_whole(path, b"new")
    assert seen[0] == b"old"


@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.replace"])
def test_a_process_that_is_really_killed_leaves_the_old_file(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "waits.csv"
    path.write_bytes(b"old")
    module, _, name = moment.rpartition(".")
    code = (
        "import os, pathlib, sys; from qi_tools.whole_file import write_whole; "
        f"{module}.{name} = lambda *_: os._exit(9); "
        "write_whole(pathlib.Path(sys.argv[1]), b'new')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == b"old"
    write_whole(path, b"new")  # what it left behind is in no one's way
    assert path.read_bytes() == b"new"


def test_readers_never_see_a_part_and_two_writers_never_mix(tmp_path: Path) -> None:
    path = tmp_path / "waits.csv"
    whole = {letter * 100_000 for letter in (b"a", b"b")}
    write_whole(path, b"a" * 100_000)

    def write(data: bytes) -> None:
        for _ in range(20):
            write_whole(path, data)

    writers = [threading.Thread(target=write, args=(data,)) for data in whole]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert patiently(path.read_bytes) in whole
    for writer in writers:
        writer.join()
    assert names(tmp_path) == ["waits.csv"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_private_file_is_private_from_its_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key"
    path.touch(0o644)
    modes: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda file: (modes.append(stat.S_IMODE(os.fstat(file).st_mode)), fsync(file))
    )
    write_whole(path, b"secret", mode=0o600)
    assert modes[0] == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_any_other_file_gets_the_mode_that_was_asked_or_a_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "plain", b"")
        write_whole(tmp_path / "open", b"", mode=0o664)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "plain").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o664


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    path = tmp_path / "waits.csv"
    path.symlink_to(tmp_path / "elsewhere")
    write_whole(path, b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"
    assert not path.is_symlink()


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "erased" / "waits.csv", b"new")
    assert names(tmp_path) == []


class Busy:
    """An action that is refused a few times before it can be done."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.refusals:
            raise PermissionError(errno.EACCES, "in use")
        return "done"


def test_windows_is_asked_again_while_a_file_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "_ON_WINDOWS", True)
    waited: list[float] = []
    monkeypatch.setattr(whole_file.time, "sleep", waited.append)
    assert patiently(Busy(3)) == "done"
    assert len(waited) == 3
    with pytest.raises(PermissionError):
        patiently(Busy(99))
    assert sum(waited) < 3


def test_elsewhere_a_refusal_is_final(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "_ON_WINDOWS", False)
    busy = Busy(1)
    with pytest.raises(PermissionError):
        patiently(busy)
    assert busy.calls == 1


def test_a_file_in_use_for_a_moment_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_file, "_ON_WINDOWS", True)
    monkeypatch.setattr(whole_file.time, "sleep", lambda _: None)
    busy, replace = Busy(2), Path.replace
    monkeypatch.setattr(Path, "replace", lambda part, path: (busy(), replace(part, path)))
    write_whole(tmp_path / "waits.csv", b"new")
    assert (tmp_path / "waits.csv").read_bytes() == b"new"
