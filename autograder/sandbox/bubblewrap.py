"""The sandbox: a fork server inside bubblewrap, which sees a read-only system and nothing else.

::

    marker ──▶ bwrap ──▶ fork server ──▶ a learner and a checker for each job, each behind
       ▲                                  further walls of its own: see `namespaces`
       └──────────── a socket to each ────────┘

Inside there is no network, no process from outside, and nothing that can be written but capped
memory. Of the course there are the packages that run a job; the assessments' sources, which hold
the solutions, are not there, and nothing of the marking desk is.
"""

from __future__ import annotations

import json
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeAlias, TypeVar

from autograder.engine.job import Cell, Job, JobFailed, JobResult, Limits
from autograder.sandbox import seccomp
from autograder.sandbox.cgroup import make_group
from autograder.sandbox.fork_server import LONGEST_ORDER
from autograder.sandbox.socket_end import SocketEnd
from autograder.sandbox.view import command, view

#: How long the fork server may take to load its packages, and to carry out one order.
START_SECONDS = 120.0
ORDER_SECONDS = 30.0
#: How long it may take to end, before it is killed.
END_SECONDS = 5.0
#: What all of a sandbox may use, where a control group can bound it: two pairs, one of them idle.
_MOST_MEMORY = 2 * (Limits().memory_bytes + Limits().disk_bytes) + 1024**3
_MOST_PROCESSES = 4 * Limits().threads + 16
#: What to do where bubblewrap is missing.
INSTALL = "On Debian or Ubuntu: sudo apt-get install bubblewrap"
#: The kernel's settings that refuse namespaces: the value that does so, and one that does not.
_REFUSALS = {
    "kernel.apparmor_restrict_unprivileged_userns": ("1", "0"),
    "kernel.unprivileged_userns_clone": ("0", "1"),
    "user.max_user_namespaces": ("0", "15000"),
}


class SandboxFailed(JobFailed):
    """The sandbox did not start, or ended by itself."""


_LOST = "The sandbox ended while it marked. Mark the job again."
T = TypeVar("T")
Pair: TypeAlias = tuple[SocketEnd, SocketEnd]


class Sandbox:
    """A fork server inside bubblewrap, which starts pairs of processes; for one job at a time.

    Raises
    ------
    SandboxFailed
        If it does not start, with bubblewrap's own words.
    """

    def __init__(self) -> None:
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise SandboxFailed("Bubblewrap (bwrap) is not installed.")
        serve = (sys.executable, "-P", "-s", "-m", "autograder.sandbox.fork_server")
        words = command(bwrap, view(), serve)
        self._group = make_group(_MOST_MEMORY, _MOST_PROCESSES)
        if self._group:
            words = self._group.entering(words)
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._ahead: tuple[Limits, Future[Pair]] | None = None
        # One thread does all that concerns the fork server. It starts it as well: the kernel ends
        # what was started with --die-with-parent when the *thread* that started it ends.
        self._keeper = ThreadPoolExecutor(1)
        with far:
            self._process = self._keeper.submit(self._begin, words, far).result()
        try:
            self._do(self._answer, START_SECONDS).result()
        except SandboxFailed:
            self.close()
            raise

    def start(self, limits: Limits) -> Pair:
        """Return a fresh learner and a fresh checker.

        A pair for the next job is started at once, so that it need not wait for it.

        Raises
        ------
        SandboxFailed
            If the walls don't stand, or the sandbox has ended.
        """
        if not self.alive:
            raise SandboxFailed(self._why())
        ahead, self._ahead = self._ahead, None
        if ahead and ahead[0] == limits:
            pair = ahead[1].result()
        else:
            if ahead:
                for end in ahead[1].result():
                    end.kill()
            pair = self._do(self._start, limits).result()
        self._ahead = limits, self._do(self._start, limits)
        return pair

    @property
    def pid(self) -> int:
        """The number of bubblewrap's own process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can still be used."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the sandbox and all that is in it; also from another thread, while a job runs."""
        self._finish()
        self._keeper.shutdown()
        if self._ahead and not self._ahead[1].exception():
            for end in self._ahead[1].result():
                end.kill()
        self._control.close()
        self._errors.close()
        if self._group:
            self._group.end()

    def _do(self, what: Callable[..., T], *arguments: object) -> Future[T]:
        try:
            return self._keeper.submit(what, *arguments)
        except RuntimeError as error:
            raise SandboxFailed("The sandbox was closed.") from error

    def _begin(self, words: tuple[str, ...], control: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            list(words),
            stdin=control.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            start_new_session=True,  # Ctrl+C is for the marker, which then ends it in good order
        )

    def _start(self, limits: Limits) -> Pair:
        learner, learner_far = socket.socketpair()
        checker, checker_far = socket.socketpair()
        try:
            with learner_far, checker_far:
                order = {"do": "pair", "limits": asdict(limits)}
                pids = self._order(order, learner_far.fileno(), checker_far.fileno())
        except SandboxFailed:
            learner.close()
            checker.close()
            raise
        return self._end(learner, pids["learner"]), self._end(checker, pids["checker"])

    def _end(self, line: socket.socket, pid: int) -> SocketEnd:
        def tell(what: str) -> None:
            # A sandbox that has ended, or was closed, took the process along.
            with suppress(SandboxFailed):
                self._do(self._order, {"do": what, "child": pid}).result()

        return SocketEnd(line, lambda: tell("interrupt"), lambda: tell("end"))

    def _order(self, order: Mapping[str, Any], *sockets: int) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], sockets)
        except OSError as error:
            raise SandboxFailed(self._why()) from error
        return self._answer(ORDER_SECONDS)

    def _answer(self, seconds: float) -> dict[str, Any]:
        try:
            self._control.settimeout(seconds)
            said = self._control.recv(LONGEST_ORDER)
        except OSError as error:
            # A late answer would be taken for that of the next order: so `_why` ends it.
            raise SandboxFailed(self._why()) from error
        if not said:
            raise SandboxFailed(self._why())
        answer: dict[str, Any] = json.loads(said)
        if "failed" in answer:
            raise SandboxFailed(f"The sandbox's walls don't stand: {answer['failed']}.")
        return answer

    def _finish(self) -> None:
        """Wait until all is gone: the fork server ends its children when its orders end."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _why(self) -> str:
        """End what does not answer, and return what bubblewrap or Python said last."""
        self._finish()
        with suppress(ValueError):  # it was closed
            self._errors.seek(0)
            if said := self._errors.read().decode(errors="replace").strip():
                return f"The sandbox ended: {said.splitlines()[-1]}"
        return "The sandbox ended without a word."


_TRIAL = threading.Lock()


class SandboxRunner:
    """Runs jobs in a sandbox, one at a time; a worker has its own."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, job: Job) -> JobResult:
        """Run one job in a fresh pair of processes; nothing of them is left afterwards.

        Raises
        ------
        JobFailed
            If the job can't be run to its end, or the sandbox does not start.
        """
        from autograder.sandbox.conductor import conduct

        sandbox, (learner, checker) = self._pair(job.limits)
        try:
            with ExitStack() as after:
                after.callback(learner.kill)
                after.callback(checker.kill)
                result = conduct(job, learner, checker)
        except JobFailed as failure:
            if sandbox.alive:
                raise
            raise SandboxFailed(_LOST) from failure
        # To the conductor it may have looked like a learner that ended: never to become marks.
        if not sandbox.alive:
            raise SandboxFailed(_LOST)
        return replace(result, ran_in="sandbox" if job.holds_learner_code else "nowhere")

    def close(self) -> None:
        """End the sandbox for good; a job that runs in it now fails."""
        with self._lock:
            self._closed = True
            sandbox, self._sandbox = self._sandbox, None
        if sandbox:
            sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pair(self, limits: Limits) -> tuple[Sandbox, Pair]:
        """Start a pair; where the sandbox ended since the last job, in a new one."""
        if self._closed:
            raise SandboxFailed("The sandbox was closed.")
        if old := self._sandbox:
            try:
                return old, old.start(limits)
            except SandboxFailed:
                old.close()
        # Outside the lock: closing need not wait until it has started.
        new = Sandbox()
        with self._lock:
            if not self._closed:
                self._sandbox = new
                return new, new.start(limits)
        new.close()
        raise SandboxFailed("The sandbox was closed.")


def why_not() -> str | None:
    """Say why this machine can't mark in the sandbox, and what to do; None where it can.

    Found out once, by really marking something in it, however many workers ask at the same time.
    """
    with _TRIAL:
        return _tried()


@cache
def _tried() -> str | None:
    with SandboxRunner() as runner:
        return trial(runner)


def trial(runner: SandboxRunner) -> str | None:
    """Mark something in a runner's sandbox; return why that can't be done, and what to do."""
    if sys.platform != "linux":
        return f"The sandbox needs Linux, and this is {platform.system()}."
    if seccomp.architecture() is None:
        return f"The sandbox knows x86_64 and aarch64 processors; this is {platform.machine()}."
    if shutil.which("bwrap") is None:
        return f"Bubblewrap is not installed. {INSTALL}"
    job = Job((Cell(0, "learner", "answer = 6 * 7"), Cell(1, "check", "assert answer == 42")))
    try:
        result = runner.run(job)
    except JobFailed as failure:
        return f"{failure} {_advice(Path('/proc/sys'))}"
    if any(run.outputs for run in result.runs):
        return f"A trial in the sandbox went wrong: {result.runs}."
    return None


def _advice(settings: Path) -> str:
    """Return what to do where the kernel refuses namespaces to ordinary users."""
    for name, (refusing, allowing) in _REFUSALS.items():
        setting = settings / name.replace(".", "/")
        with suppress(OSError):
            if setting.read_text().strip() == refusing:
                return (
                    f"This machine refuses user namespaces to programs ({name} is {refusing}). "
                    f"Ask its administrator for: sudo sysctl -w {name}={allowing}"
                )
    return "Ask the machine's administrator whether programs may make user namespaces here."
