"""Each wall is tried from inside a real learner's process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.engine.job import Limits
from autograder.sandbox.bubblewrap import Sandbox
from autograder.sandbox.view import view
from tests.autograder.sandbox.inside import (
    first_processes,
    learner_in,
    needs_sandbox,
    said,
    status_of,
    tried,
)

pytestmark = [needs_sandbox, pytest.mark.attack]
ROOT = Path(__file__).resolve().parents[3]
MIB = 1024**2


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


# ------------------------------------------------------------ files


def test_nothing_but_the_folder_of_its_own_can_be_written(sandbox: Sandbox) -> None:
    written = tried(
        sandbox,
        """
        import os
        for folder, _, files in os.walk("/"):
            try:
                open(folder + "/mine", "w").close()
                print(folder)
            except OSError:
                pass
            for name in files[:3]:
                try:
                    open(folder + "/" + name, "r+").close()
                    print(folder + "/" + name)
                except OSError:
                    pass
        """.replace("\n        ", "\n"),
        Limits(cell_seconds=60),
    ).split()
    devices = {"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"}
    assert {"/sandbox", "/sandbox/work"} <= set(written)
    assert {place for place in written if not place.startswith("/sandbox")} <= devices


@pytest.mark.parametrize(
    "place",
    [
        ROOT / "course" / "source",
        ROOT / "course" / "release",
        ROOT / "tests",
        ROOT / "modules",
        ROOT / ".git",
        Path.home() / ".ssh",
        Path("/etc/passwd"),
        Path("/etc/hostname"),
        Path("/home"),
        Path("/tmp"),
        Path("/run"),
        Path("/var"),
        Path("/sys"),
        Path("/dev/shm"),
        Path("/dev/pts"),
    ],
    ids=str,
)
def test_what_is_none_of_its_business_is_not_there(sandbox: Sandbox, place: Path) -> None:
    if any(place in shown.parents for shown in view().shown):
        pytest.skip("the course or its Python lies below it, and is all that is shown of it")
    assert tried(sandbox, f"import os; print(os.path.exists({str(place)!r}))") == "False"


def test_no_notebook_is_in_the_sandbox(sandbox: Sandbox) -> None:
    """The assessments' sources are notebooks: they hold the solutions and the hidden tests."""
    code = (
        "import os\n"
        f"for place, _, files in os.walk({str(ROOT)!r}):\n"
        "    if 'site-packages' not in place:\n"
        "        print(*[f for f in files if f.endswith('.ipynb')], end='')"
    )
    assert tried(sandbox, code) == ""


def test_a_folder_of_keys_that_appears_later_is_not_seen(sandbox: Sandbox) -> None:
    """Of the course each file is shown by itself, so the folder is the sandbox's own."""
    code = f"import os; print(sorted(os.listdir({str(ROOT / 'course')!r})))"
    listed = tried(sandbox, code)
    assert "syllabus.toml" in listed
    assert "source" not in listed
    mounts = Path(f"/proc/{first_processes(sandbox)[0]}/mountinfo").read_text()
    (course,) = [line for line in mounts.splitlines() if f" {ROOT / 'course'} " in line]
    assert " tmpfs " in course


def test_proc_is_empty_and_cannot_be_mounted_again(sandbox: Sandbox) -> None:
    mount = (
        "import ctypes, os; libc = ctypes.CDLL(None, use_errno=True)\n"
        "made = libc.mount(b'proc', b'/proc', b'proc', 0, None), ctypes.get_errno()\n"
        "gone = libc.umount2(b'/proc', 2), ctypes.get_errno()\n"
        "print(made, gone, os.listdir('/proc'))"
    )
    assert tried(sandbox, mount) == "(-1, 1) (-1, 1) []"


def test_a_learner_sees_no_file_of_the_one_before(sandbox: Sandbox) -> None:
    tried(sandbox, "open('mine.txt', 'w').write('x'); open('/sandbox/mine', 'w').write('x')")
    assert tried(sandbox, "import os; print(os.listdir('.'), os.listdir('..'))") == "[] ['work']"


def test_the_environment_tells_nothing_of_the_marker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "correct horse")
    sandbox = Sandbox()
    try:
        assert "correct horse" not in tried(sandbox, "import os; print(dict(os.environ))")
    finally:
        sandbox.close()


# ------------------------------------------------------------ other processes


@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "os.execv('/usr/bin/true', ['true'])",
        "os.posix_spawn('/usr/bin/true', ['true'], {})",
        "__import__('subprocess').run(['true'])",
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socketpair(socket.AF_INET)",
        "os.mkfifo('/sandbox/work/f')",
        "os.memfd_create('m')",
        "os.setuid(0)",
        "os.chroot('/usr')",
        "os.setpriority(os.PRIO_PROCESS, 0, -5)",
        "os.sched_setaffinity(0, {0})",
        "os.chown('/sandbox/work', 0, 0)",
        "fcntl.fcntl(os.pipe()[0], 1031, 1048576)",
    ],
)
def test_what_needs_a_right_is_refused_as_to_anyone_without_it(
    sandbox: Sandbox, attempt: str
) -> None:
    assert tried(sandbox, f"import os, socket, signal, fcntl; {attempt}") == "PermissionError"


@pytest.mark.skipif(sys.maxsize < 2**32, reason="numbers of 64-bit kernels")
@pytest.mark.parametrize("name", ["unshare", "setns", "ptrace", "mount", "bpf", "keyctl", "reboot"])
def test_raw_calls_into_the_kernel_are_refused(sandbox: Sandbox, name: str) -> None:
    numbers = {  # x86_64, aarch64
        "unshare": (272, 97),
        "setns": (308, 268),
        "ptrace": (101, 117),
        "mount": (165, 40),
        "bpf": (321, 280),
        "keyctl": (250, 219),
        "reboot": (169, 142),
    }
    number = numbers[name][os.uname().machine == "aarch64"]
    code = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"print(libc.syscall({number}, 0x10000000, 0, 0, 0, 0), ctypes.get_errno())"
    )
    assert tried(sandbox, code) == "-1 1"


def test_it_is_alone(sandbox: Sandbox) -> None:
    code = (
        "import os\nfound = []\n"
        "for pid in range(1, 70000):\n"
        "    try:\n        os.kill(pid, 0)\n        found.append(pid)\n"
        "    except ProcessLookupError:\n        pass\n"
        "print(os.getpid(), os.getppid(), found)"
    )
    assert tried(sandbox, code) == "1 0 [1]"


def test_a_signal_to_its_group_reaches_no_one_else(sandbox: Sandbox) -> None:
    with learner_in(sandbox) as learner:
        code = "import os, signal; signal.signal(15, signal.SIG_IGN); os.killpg(0, 15); print('on')"
        assert said(learner, code) == "on"
        code = "import os; os.killpg(0, 9); print('on')"
        assert said(learner, code) == "on"  # nor itself, as the first of its namespace
    assert tried(sandbox, "print('on')") == "on"


def test_the_kernel_says_that_it_has_no_rights_left(sandbox: Sandbox) -> None:
    with learner_in(sandbox) as learner:
        said(learner, "1")
        pids = first_processes(sandbox)[:2]  # later ones may still be at their walls
        server = int(status_of(pids[0])["PPid"])
        for pid in pids:
            status = status_of(pid)
            rights = {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
            assert rights == {"0" * 16}
            assert status["NoNewPrivs"] == "1"
            assert status["Seccomp"] == "2"
            assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == "1000"
            for kind in ("user", "mnt", "pid", "ipc", "net", "uts", "cgroup"):
                own, above = (Path(f"/proc/{one}/ns/{kind}").readlink() for one in (pid, server))
                assert own != above, f"shares its {kind} namespace"


def test_it_holds_no_file_open_but_its_own_line(sandbox: Sandbox) -> None:
    with learner_in(sandbox) as learner:
        said(learner, "1")
        for pid in first_processes(sandbox)[:2]:
            held = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
            assert len([file for file in held if file.startswith("socket:")]) == 1
            assert {file for file in held if not file.startswith("socket:")} == {"/dev/null"}


# ------------------------------------------------------------ how much


def test_memory_ends(sandbox: Sandbox) -> None:
    limits = Limits(memory_bytes=1024 * MIB)
    assert tried(sandbox, f"x = bytearray({1024 * MIB})", limits) == "MemoryError"
    many = f"x = [bytearray({50 * MIB}) for _ in range(100)]"
    assert tried(sandbox, many, limits) == "MemoryError"
    mapped = f"import mmap; mmap.mmap(-1, {1024 * MIB})"
    assert tried(sandbox, mapped, limits) == "OSError"


def test_disk_ends(sandbox: Sandbox) -> None:
    code = (
        "import errno\nwritten = 0\n"
        "try:\n"
        "    for n in range(100):\n"
        "        with open(('../', './')[n % 2] + str(n), 'wb', buffering=0) as f:\n"
        "            written += f.write(bytes(1 << 20))\n"
        "except OSError as error:\n    print(errno.errorcode[error.errno], written >> 20)"
    )
    assert tried(sandbox, code, Limits(disk_bytes=8 * MIB)) in ("ENOSPC 7", "ENOSPC 8")


def test_a_file_ends(sandbox: Sandbox) -> None:
    code = (
        "import os\nwith open('big', 'wb', buffering=0) as f:\n"
        "    print(f.write(bytes(3 << 20)) >> 20)\n    f.write(b'x')"
    )
    assert tried(sandbox, code, Limits(file_bytes=2 * MIB)) == "2\nOSError"


def test_the_number_of_files_ends(sandbox: Sandbox) -> None:
    code = "for n in range(10_000):\n    open(str(n), 'w').close()"
    assert tried(sandbox, code) == "OSError"


def test_the_number_of_open_files_ends(sandbox: Sandbox) -> None:
    code = "x = [open('/dev/null') for _ in range(100)]"
    assert tried(sandbox, code, Limits(open_files=50)) == "OSError"


def test_limits_cannot_be_raised(sandbox: Sandbox) -> None:
    code = (
        "import resource\n"
        "for name in ('AS', 'FSIZE', 'NOFILE', 'NPROC', 'CPU', 'CORE'):\n"
        "    which = getattr(resource, 'RLIMIT_' + name)\n"
        "    soft, hard = resource.getrlimit(which)\n"
        "    try:\n        resource.setrlimit(which, (hard + 1, hard + 1)); print('raised', name)\n"
        "    except ValueError:\n        print(name, soft)"
    )
    limits = Limits(memory_bytes=1024 * MIB, threads=5, job_seconds=9.5)
    assert tried(sandbox, code, limits).splitlines() == [
        f"AS {1024 * MIB}",
        f"FSIZE {16 * MIB}",
        "NOFILE 64",
        "NPROC 5",
        "CPU 10",
        "CORE 0",
    ]


@pytest.mark.skipif(
    sys.platform == "linux" and os.getuid() == 0, reason="the kernel counts no threads of root"
)
def test_threads_end(sandbox: Sandbox) -> None:
    code = (
        "import threading, time\n"
        "for n in range(100):\n"
        "    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()"
    )
    assert tried(sandbox, code, Limits(threads=8)) == "RuntimeError"


def test_time_ends_though_it_will_not_stop(sandbox: Sandbox) -> None:
    """The processor's time is bounded by the kernel, should the conductor ever fail."""
    from autograder.sandbox.frames import Gone

    code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    with learner_in(sandbox, Limits(job_seconds=1)) as learner, pytest.raises(Gone):
        said(learner, code)


# ------------------------------------------------------------ and the honest


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import asyncio; print(asyncio.run(asyncio.sleep(0.01, 'woke')))", "woke"),
        (
            "from concurrent.futures import ThreadPoolExecutor as T\n"
            "with T(4) as pool: print(sum(pool.map(abs, range(-9, 0))))",
            "45",
        ),
        (
            "import pandas as pd\npd.DataFrame({'a': [1, 2]}).to_csv('a.csv', index=False)\n"
            "print(pd.read_csv('a.csv').a.sum())",
            "3",
        ),
        ("import tempfile\nwith tempfile.TemporaryFile() as f: print(f.write(b'abc'))", "3"),
        ("import numpy as np\nprint(np.linalg.inv(np.eye(300) * 2).trace())", "150.0"),
        ("import scipy.stats as s\nprint(round(s.norm.cdf(0), 3))", "0.5"),
        ("import qi_tools, course.paper\nprint(qi_tools.__name__)", "qi_tools"),
        ("from zoneinfo import ZoneInfo\nprint(ZoneInfo('Europe/London'))", "Europe/London"),
        ("import shutil\nopen('a', 'w').write('x')\nprint(shutil.copy('a', 'b'))", "b"),
        ("import sqlite3\nc = sqlite3.connect('x.db')\nc.execute('create table t (a)')\n"
         "c.commit()\nprint('kept')", "kept"),
        ("import signal, time\nsignal.signal(signal.SIGALRM, lambda *_: print('rang'))\n"
         "signal.setitimer(signal.ITIMER_REAL, 0.01)\ntime.sleep(0.05)", "rang"),
        ("import sys, threading; print(threading.active_count(), sys.stdout.isatty())", "1 False"),
        ("%timeit -n1 -r1 -q pass\n%pwd", "'/sandbox/work'"),
        ("import warnings, random, uuid, platform, getpass, locale, time\n"
         "print(len(str(uuid.uuid4())), platform.node())", "36 sandbox"),
    ],
)  # fmt: skip
def test_honest_code_notices_nothing(sandbox: Sandbox, code: str, words: str) -> None:
    assert tried(sandbox, code) == words


def test_the_same_code_gives_the_same_outputs_in_every_sandbox(sandbox: Sandbox) -> None:
    code = "print({'a', 'b', 'c', 'd', 'e'})"
    other = Sandbox()
    try:
        assert tried(other, code) == tried(sandbox, code)
    finally:
        other.close()
