"""Control groups, most with a folder in place of the kernel's."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from autograder.sandbox.cgroup import Group, make_group

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has control groups")


def tree(folder: Path, *groups: str, handed: str = "cpu memory pids") -> Path:
    """Make a folder like ``/sys/fs/cgroup``, in which some groups hand controllers down."""
    for group in groups:
        (folder / group).mkdir(parents=True, exist_ok=True)
        (folder / group / "cgroup.subtree_control").write_text(f"{handed}\n")
    return folder


def own(folder: Path, text: str) -> Path:
    (folder / "own").write_text(text)
    return folder / "own"


def test_a_group_is_made_in_the_nearest_one_that_hands_down(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", "user/app")
    (root / "user/app/terminal").mkdir()
    group = make_group(5_000, 70, root, own(tmp_path, "0::/user/app/terminal\n"))
    assert group is not None
    (folder,) = group.folders
    assert folder.parent == root / "user/app"
    assert (folder / "memory.max").read_text() == "5000"
    assert (folder / "memory.swap.max").read_text() == "0"
    assert (folder / "pids.max").read_text() == "70"


def test_of_version_1_there_is_one_for_each_thing_that_it_bounds(tmp_path: Path) -> None:
    root = tree(tmp_path / "root", "memory", "pids", "unified")
    group = make_group(5_000, 70, root, own(tmp_path, "4:memory:/a\n8:pids:/\n0::/\n"))
    assert group is not None
    memory, pids = group.folders
    assert memory.parent == root / "memory"
    assert [path.name for path in memory.iterdir() if path.name != "cgroup.procs"] == [
        "memory.limit_in_bytes"
    ]
    assert pids.parent == root / "pids"
    assert (pids / "pids.max").read_text() == "70"


def test_a_real_group_bounds_threads_even_of_root() -> None:
    group = make_group(1024**3, 20)
    if group is None:
        pytest.skip("no control group can be made here")
    source = (
        "import threading, time\n"
        "for _ in range(40): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    try:
        done = subprocess.run(
            group.entering((sys.executable, "-c", source)),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        group.end()
    assert "can't start new thread" in done.stderr
    assert not any(folder.exists() for folder in group.folders)


@pytest.mark.parametrize(
    "text",
    ["", "4:memory:/user\n0::/\n", "0::/user/app/terminal\n", "1:name=systemd:/\n"],
    ids=["nothing", "version 1", "hands down too little", "no line of version 2"],
)
def test_where_none_is_handed_down_none_is_made(tmp_path: Path, text: str) -> None:
    root = tree(tmp_path / "root", "user/app", handed="cpu")
    assert make_group(1, 1, root, own(tmp_path, text)) is None
    assert not list(root.rglob("qi-sandbox-*"))


def test_without_any_groups_none_is_made(tmp_path: Path) -> None:
    assert make_group(1, 1, tmp_path / "root", tmp_path / "none") is None


def test_a_group_that_cannot_be_entered_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path / "root", "user")

    def refused(self: Group, command: tuple[str, ...]) -> tuple[str, ...]:
        for folder in self.folders:
            for file in folder.iterdir():
                file.unlink()  # the kernel's own files go with the folder
        return ("/bin/false",)

    monkeypatch.setattr(Group, "entering", refused)
    assert make_group(1, 1, root, own(tmp_path, "0::/user\n")) is None
    assert not list(root.rglob("qi-sandbox-*"))


def test_a_command_enters_before_it_starts(tmp_path: Path) -> None:
    entering = Group((tmp_path,)).entering(("/bin/sh", "-c", "echo $$ $0 $1", "a b", "$c"))
    done = subprocess.run(entering, capture_output=True, text=True, check=True)
    number, *words = done.stdout.split()
    assert words == ["a", "b", "$c"]
    assert (tmp_path / "cgroup.procs").read_text().strip() == number


def test_a_command_that_cannot_enter_does_not_start(tmp_path: Path) -> None:
    entering = Group((tmp_path / "gone",)).entering(("/bin/echo", "started"))
    done = subprocess.run(entering, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stdout == ""


def test_ending_a_group_kills_what_is_left_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    (folder / "cgroup.kill").touch()
    killed = []

    def emptied() -> None:
        killed.append((folder / "cgroup.kill").read_text())
        (folder / "cgroup.kill").unlink()

    timer = threading.Timer(0.1, emptied)
    timer.start()
    Group((folder,)).end()
    timer.join()
    assert killed == ["1"]
    assert not folder.exists()


def test_ending_a_group_that_is_gone_is_fine(tmp_path: Path) -> None:
    Group((tmp_path / "none",)).end()
