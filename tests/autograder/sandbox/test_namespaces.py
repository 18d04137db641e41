"""Each wall by itself, put up in bubblewrap by a program of a few lines."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import textwrap
from typing import Any

from autograder.sandbox.view import command, view
from tests.autograder.sandbox.inside import needs_sandbox

pytestmark = needs_sandbox

HEAD = """
import json, os
from pathlib import Path
from autograder.sandbox import namespaces

def here(*kinds):
    return {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in kinds}

def in_child(act):
    "Return what a function gives in a child that is first in its pid namespace."
    ours, theirs = os.pipe()
    pid = namespaces.fork_first_process()
    if not pid:
        try:
            said = act()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        os.write(theirs, json.dumps(said).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    return json.loads(os.read(ours, 65536))
"""


def inside(source: str) -> Any:
    """Run a program in bubblewrap and return what it prints, as JSON."""
    bwrap = shutil.which("bwrap")
    assert bwrap is not None
    words = command(bwrap, view(), (sys.executable, "-c", HEAD + textwrap.dedent(source)))
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_each_child_is_first_in_a_namespace_of_its_own() -> None:
    assert inside(
        """
        def child():
            return os.getpid(), os.getppid()
        first, second = in_child(child), in_child(child)
        pid = os.fork()
        if not pid:
            os._exit(os.getppid() == 1)
        print(json.dumps([first, second, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]))
        """
    ) == [[1, 0], [1, 0], 0]


def test_killing_the_first_process_kills_all_others_before_it_is_waited_for() -> None:
    """The second process holds a pipe's end: that it reads as closed shows that it is gone."""
    assert inside(
        """
        import signal, time
        ours, theirs = os.pipe()
        pid = namespaces.fork_first_process()
        if not pid:
            if os.fork() == 0:
                os.setsid()
                os.write(theirs, b"up")
            time.sleep(60)
        os.close(theirs)
        up = os.read(ours, 2)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.set_blocking(ours, False)
        print(json.dumps([up.decode(), os.read(ours, 1).decode()]))
        """
    ) == ["up", ""]


def test_it_shares_no_namespace_and_is_not_root() -> None:
    said = inside(
        """
        kinds = "user", "mnt", "pid", "ipc", "net", "uts", "cgroup"
        def child():
            namespaces.own_namespaces()
            return here(*kinds), os.getuid(), os.getgid()
        print(json.dumps([here(*kinds), *in_child(child)]))
        """
    )
    outside, own, uid, gid = said
    assert not set(outside.values()) & set(own.values())
    assert (uid, gid) == (1000, 1000)


def test_it_leaves_the_session_and_the_process_group() -> None:
    assert inside(
        """
        def child():
            namespaces.own_session()
            return os.getsid(0), os.getpgid(0)
        print(json.dumps(in_child(child)))
        """
    ) == [1, 1]


def test_its_folder_is_empty_and_capped_and_proc_is_hidden() -> None:
    said = inside(
        """
        def child():
            namespaces.own_namespaces()
            namespaces.own_folders(1 << 20)
            room = os.statvfs(".")
            return [os.getcwd(), os.listdir("."), os.listdir("/proc"),
                    room.f_blocks * room.f_bsize, room.f_files, room.f_flag]
        print(json.dumps(in_child(child)))
        """
    )
    assert said[:5] == ["/sandbox/work", [], [], 1 << 20, 4096]
    assert said[5] & 0b1110 == 0b1110  # no setuid, no devices, no programs


def test_a_folder_without_a_cap_is_refused() -> None:
    said = inside(
        """
        def child():
            namespaces.own_namespaces()
            namespaces.own_folders(0)
        print(json.dumps(in_child(child)))
        """
    )
    assert said == "ValueError: the folder needs room"


def test_a_wall_that_cannot_be_put_up_is_an_error_that_names_it() -> None:
    said = inside(
        """
        def child():
            namespaces.own_namespaces()
            namespaces.drop_capabilities()
            namespaces.own_folders(1 << 20)
        print(json.dumps(in_child(child)))
        """
    )
    assert said.startswith("PermissionError")
    assert "mount" in said


def test_no_right_is_left_and_none_can_come_back() -> None:
    said = inside(
        """
        def child():
            namespaces.own_namespaces()
            namespaces.drop_capabilities()
            namespaces.no_new_privileges()
            lines = Path("/proc/self/status").read_text().splitlines()
            return dict(line.split(":\\t") for line in lines if line[:3] in ("Cap", "NoN"))
        print(json.dumps(in_child(child)))
        """
    )
    assert said.pop("NoNewPrivs") == "1"
    assert len(said) == 5
    assert set(said.values()) == {"0" * 16}
