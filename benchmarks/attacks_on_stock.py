"""Try every attack on stock nbgrader, and write what happens to `tests/attacks/stock_nbgrader.md`.

    python benchmarks/attacks_on_stock.py [--only WORDS] [--workers 2]

Linux with bubblewrap, started as root, and never part of the tests. A driver in bubblewrap has no
network but its own loopback, a read-only system, and folders in memory. For each attack it makes a
home and a course root, and runs nbgrader as an unprivileged account with limits on memory,
processes, disk and time; then it looks at what came of it, and kills all that the account runs.
nbgrader runs as it comes; only the seconds for a cell are fewer, so that it is done sooner.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from tests.attacks.attack import Attack  # noqa: E402
from tests.attacks.catalogue import ATTACKS  # noqa: E402
from tests.attacks.evidence import ANSWERS, CODE, attacked, prepare, scene, succeeded  # noqa: E402

TABLE = REPOSITORY / "tests" / "attacks" / "stock_nbgrader.md"
CELL_SECONDS = 20
SECONDS = 90
GIGABYTE = 1024**3
#: An account that no one has.
NO_ONE = 54321
LIMITS = {
    resource.RLIMIT_AS: 4 * GIGABYTE,
    resource.RLIMIT_NPROC: 1600,
    resource.RLIMIT_FSIZE: GIGABYTE,
    resource.RLIMIT_CPU: 120,
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_CORE: 0,
}
#: What the feedback is needed for.
SHOWN = ("secret", "hidden tests told", "script")


WRITING = Lock()
COLUMNS = ("a learner …", "by", "to get", "result")
#: What can come of an attack, and how the sum of them is told.
RESULTS = {
    "succeeds": "succeed",
    "stops the batch": "stop the batch",
    "stays unmarked": "leave their own work unmarked",
    "fails": "fail",
}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="attacks whose name holds these words")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="also those that the table has")
    parser.add_argument("--show", action="store_true", help="also show marks and nbgrader's log")
    parser.add_argument("--drive", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drive:
        _drive(given.drive, given.show)
        return
    if os.geteuid() != 0:
        sys.exit(
            "Start this as root: it runs nbgrader as another account, and ends what that runs."
        )
    waiting: SimpleQueue[Attack] = SimpleQueue()
    known = _known()
    for attack in ATTACKS:
        if given.only in attack.name and (given.again or attack.name not in known):
            waiting.put(attack)
    with tempfile.TemporaryDirectory(prefix="qi_stock_") as made:
        prepared = Path(made)
        for assessment in (CODE, ANSWERS):
            root = prepared / assessment.name
            root.mkdir()
            (root / "nbgrader_config.py").write_text(
                f"c = get_config()\nc.Execute.timeout = {CELL_SECONDS}\n"
                # On a busy machine outputs come late, and would be left out.
                "c.Execute.iopub_timeout = 60\n",
                encoding="utf-8",
            )
            prepare(assessment, root)
        # Without matplotlib's list of fonts, each attack would begin with making one.
        warm = {**os.environ, "MPLCONFIGDIR": str(prepared / "matplotlib")}
        subprocess.run([sys.executable, "-c", "import matplotlib.pyplot"], env=warm, check=True)
        subprocess.run(["chmod", "-R", "a+rX", made], check=True)
        with ThreadPoolExecutor(given.workers) as pool:
            shares = [
                pool.submit(_work, waiting, prepared, known, given.show)
                for _ in range(given.workers)
            ]
        for share in shares:
            share.result()


def _known() -> dict[str, str]:
    """Return what the table has already, so that a long run can be stopped and go on."""
    if not TABLE.is_file():
        return {}
    rows = [line.strip("| ").split(" | ") for line in TABLE.read_text("utf-8").splitlines()]
    return {row[0]: row[-1] for row in rows if row[-1] in RESULTS}


def _work(waiting: SimpleQueue[Attack], prepared: Path, known: dict[str, str], show: bool) -> None:
    """Give the attacks that wait to a driver of its own, one by one; note what came of each."""
    with subprocess.Popen(
        [*_driver(prepared), *(["--show"] if show else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        with suppress(Empty):
            while True:
                attack = waiting.get_nowait()
                start = time.monotonic()
                driver.stdin.write(f"{attack.name}\n")
                driver.stdin.flush()
                result = driver.stdout.readline().strip()
                if not result:
                    raise RuntimeError(f"the driver ended at the attack {attack.name!r}")
                seconds = time.monotonic() - start
                sys.stdout.write(f"{seconds:5.1f} s  {result:16} {attack.name}\n")
                sys.stdout.flush()
                known[attack.name] = result
                with WRITING:
                    TABLE.write_text(_table(known), encoding="utf-8", newline="\n")
        driver.stdin.close()


def _driver(prepared: Path) -> list[str]:
    """Return the command of a driver where neither it nor an attack can do harm."""
    command = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    for path in ("/usr", "/bin", "/lib", "/lib64", "/sbin", "/etc"):
        command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm", "/world"):
        command += ["--perms", "1777", "--size", str(GIGABYTE), "--tmpfs", place]
    for path in (Path(sys.base_prefix), Path(sys.prefix), REPOSITORY, prepared):
        for above in reversed(path.parents[:-1]):
            command += ["--perms", "0755", "--dir", str(above)]
        command += ["--ro-bind", str(path), str(path)]
    command += ["--chdir", "/world", "--setenv", "LANG", "C.UTF-8", "--setenv", "HOME", "/world"]
    command += ["--setenv", "PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin"]
    command += ["--setenv", "MPLCONFIGDIR", str(prepared / "matplotlib"), "--cap-drop", "ALL"]
    # What it takes to hand things to another account, and to clear away what that leaves.
    for right in ("SETUID", "SETGID", "CHOWN", "KILL", "DAC_OVERRIDE", "FOWNER"):
        command += ["--cap-add", f"CAP_{right}"]
    python = [sys.executable, "-B", str(Path(__file__).resolve())]
    return [*command, "--", *python, "--drive", str(prepared)]


def _drive(prepared: Path, show: bool) -> None:
    """Try the attacks that are named line by line, and answer each with its result."""
    # Loaded once: each attack gets a fork of this.
    import nbgrader.apps  # noqa: F401

    os.umask(0o022)
    named = {attack.name: attack for attack in ATTACKS}
    for number, line in enumerate(sys.stdin):
        attack = named[line.strip()]
        world = Path("/world", str(number))
        world.mkdir()
        result = _try(attack, prepared / attacked(attack).name, world)
        if show:
            log = world / "course" / "nbgrader.log"
            sys.stderr.write(log.read_text(encoding="utf-8", errors="replace")[-6000:])
        # Some attacks make folders that are too deep for Python's own way to remove them.
        subprocess.run(["rm", "-rf", world], check=False)
        sys.stdout.write(f"{result}\n")
        sys.stdout.flush()


def _try(attack: Attack, prepared: Path, world: Path) -> str:
    """Mark an attacker's work with stock nbgrader, and say what came of it."""
    name = attacked(attack).name
    try:
        with scene([attack], prepared, world) as set_up:
            for place, folders, files in os.walk(world):
                for each in (".", *folders, *files):
                    os.lchown(os.path.join(place, each), NO_ONE, NO_ONE)  # noqa: PTH118
            os.environ.update({"HOME": str(set_up.target.home)})
            only = [] if attack.aim == "stop" else [f"--student={set_up.target.student}"]
            in_time = _nbgrader(set_up.target.root, ["autograde", name, *only])
            if attack.aim in SHOWN:
                in_time &= _nbgrader(set_up.target.root, ["generate_feedback", name, *only])
            set_up.settle()
            (seen,) = set_up.evidence().values()
    finally:
        _end_everything()
    if attack.aim == "stop":
        return "stops the batch" if succeeded(attack, seen) else "fails"
    if succeeded(attack, seen):
        return "succeeds"
    if not in_time:
        return "stops the batch"
    # Not what it was after, but a person has to look at it.
    return "fails" if seen.score is not None else "stays unmarked"


def _nbgrader(root: Path, arguments: Sequence[str]) -> bool:
    """Run one of nbgrader's commands as no one; say whether it came to an end by itself."""
    child = os.fork()
    if child == 0:
        try:
            _become_no_one(root)
            from nbgrader.apps.nbgraderapp import NbGraderApp

            NbGraderApp.launch_instance(argv=list(arguments))
        except SystemExit:
            pass
        finally:
            os._exit(0)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.WIFEXITED(status)
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _become_no_one(root: Path) -> None:
    """Give up every right, for good."""
    os.setsid()
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    os.setgroups([])
    os.setresgid(NO_ONE, NO_ONE, NO_ONE)
    os.setresuid(NO_ONE, NO_ONE, NO_ONE)
    ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    os.chdir(root)
    log = os.open(root / "nbgrader.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for descriptor, to in ((null, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, to)
    os.closerange(3, 1024)


def _end_everything() -> None:
    """Kill all that no one's account runs, until nothing is left."""
    for _ in range(200):
        left = [
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if _owner(process) == NO_ONE
        ]
        if not left:
            return
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
        # Those that have lost their parent are the concern of bubblewrap's own process.
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _owner(process: Path) -> int | None:
    """Return the account of a process; None when it has gone or only waits to be forgotten."""
    try:
        state = (process / "stat").read_text(encoding="utf-8", errors="replace")
        return None if state.rpartition(")")[2].split()[0] == "Z" else process.stat().st_uid
    except OSError:
        return None


def _table(known: Mapping[str, str]) -> str:
    """Return what is written down."""
    tried = [attack for attack in ATTACKS if attack.name in known]
    counts = Counter(known[attack.name] for attack in tried)
    said = ", ".join(f"{counts[result]} {verb}" for result, verb in RESULTS.items())
    names = ("nbgrader", "nbclient", "ipykernel", "pandas")
    lines = [
        "# What the attacks do to stock nbgrader",
        "",
        f"{datetime.now(UTC):%-d %B %Y}, `python benchmarks/attacks_on_stock.py`; "
        f"{', '.join(f'{name} {version(name)}' for name in names)},",
        f"Python {platform.python_version()}, Linux. nbgrader as it comes, but with {CELL_SECONDS}"
        f" seconds for a cell, {SECONDS} for the batch, and",
        "a minute for late outputs. Each attack ran alone, as an unprivileged account in"
        " bubblewrap. All begin with",
        "blank work, whose honest mark is 0.",
        "",
        f"Of {len(ATTACKS)} attacks {len(tried)} were tried: {said}. “Fails” says that the attack"
        " did not",
        "get what it was after; those on our own conversation have nothing to attack in nbgrader.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{' --- |' * len(COLUMNS)}",
    ]
    for attack in tried:
        lines.append(f"| {attack.name} | {attack.route} | {attack.aim} | {known[attack.name]} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
