"""Running jobs in processes without walls.

A job without learner's code runs in one checker process that serves many: only the author's code
runs there. Learner's code can be run without walls too, where a machine has no sandbox. It then can
do what its user can do, so what comes of it is *practice* and certifies nothing; only its time is
limited.
"""

from __future__ import annotations

import io
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO, Literal

from autograder.engine.job import Job, JobFailed, JobResult
from autograder.sandbox.conductor import conduct
from autograder.sandbox.frames import Connection, Gone, Silent, encoded

#: A checker process is replaced after so many jobs, in case checks leave something behind.
MOST_JOBS = 1000
# How long the threads of a dead process are waited for.
_WAIT = 1.0

# Nothing else of the marker's environment is handed on: tokens and addresses may be in it.
_KEPT = (
    "HOME",
    "LANG",
    "LOCALAPPDATA",
    "MPLCONFIGDIR",
    "PATH",
    "SYSTEMROOT",
    "USERPROFILE",
    "XDG_CACHE_HOME",
)


class PipeEnd:
    """A process of our own at the other end of two pipes, in a temporary folder.

    Threads read and write, as on Windows nothing else can wait for a pipe only so long.

    Parameters
    ----------
    part : str
        What the process is: a learner's; a checker of code; or a checker of answers, which begins
        sooner.
    """

    def __init__(self, part: Literal["learner", "checker", "answers"]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="marking_", ignore_cleanup_errors=True)
        folder = self._folder.name
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        self._process = subprocess.Popen(
            # Isolated: the working folder, with the learner's files in it, is on no import path.
            [sys.executable, "-I", "-m", "autograder.sandbox.practice", part],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**kept, **folders, **threads},
            # A group of its own, so that what it starts can be ended with it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin
        assert self._process.stdout
        self._killed = False
        self._heard: queue.Queue[dict[str, Any] | None] = queue.Queue(maxsize=1)
        self._said: queue.Queue[bytes | None] = queue.Queue()
        self._threads = [
            threading.Thread(target=_listen, args=(self._process.stdout, self._heard), daemon=True),
            threading.Thread(target=_speak, args=(self._process.stdin, self._said), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message; see `frames.End`."""
        self._said.put(encoded(message))

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next message; see `frames.End`."""
        try:
            message = self._heard.get(timeout=seconds)
        except queue.Empty:
            raise Silent("it said nothing in time") from None
        if message is None:
            raise Gone("the other end closed")
        return message

    def interrupt(self) -> None:
        """Ask what it runs to stop, as Ctrl+C does."""
        if sys.platform == "win32":
            with suppress(OSError):  # a marker without a console has none to break
                self._process.send_signal(signal.CTRL_BREAK_EVENT)
        elif not self._killed:
            # Not Popen.send_signal: that would reap a dead process, and its group's number with it.
            os.kill(self._process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it and what it started, and wait until it is gone."""
        if self._killed:
            return
        self._killed = True
        _kill_all(self._process)
        self._said.put(None)
        deadline = time.monotonic() + _WAIT
        while any(each.is_alive() for each in self._threads) and time.monotonic() < deadline:
            # What waits to be taken is taken, so that the thread that listens can end. It waits on
            # where something that has left the group holds the pipe: it dies with the marker.
            with suppress(queue.Empty):
                self._heard.get(timeout=0.01)
        heard, self._heard = self._heard, queue.Queue()
        self._heard.put(None)
        # Another thread may still wait for the next message, and its end was taken above.
        with suppress(queue.Full):
            heard.put_nowait(None)
        self._folder.cleanup()


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(command, check=False, capture_output=True)
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # macOS says so of a dead one
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _listen(pipe: BinaryIO, heard: queue.Queue[dict[str, Any] | None]) -> None:
    """Hand on each message that comes, and None at the end or at what is no message."""
    connection = Connection(pipe, io.BytesIO())
    with pipe, suppress(Gone, OSError):
        while True:
            heard.put(connection.receive())
    heard.put(None)


def _speak(pipe: BinaryIO, said: queue.Queue[bytes | None]) -> None:
    """Write what is said; a process that reads nothing makes this wait, and nobody else."""
    with suppress(OSError):
        while (message := said.get()) is not None:
            pipe.write(message)
            pipe.flush()
    with suppress(OSError):
        pipe.close()


class PracticeRunner:
    """Runs jobs with learner's code in two single-use processes, without walls.

    One job at a time. The processes for the next job are started while one runs, since their
    imports take longer than most jobs.
    """

    def __init__(self) -> None:
        self._next: tuple[PipeEnd, PipeEnd] | None = None
        self._running: tuple[PipeEnd, PipeEnd] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, job: Job) -> JobResult:
        """Run one job; see `conduct`.

        Raises
        ------
        JobFailed
            If it can't be run to its end, or the runner was closed.
        """
        with self._lock:
            if self._closed:
                raise JobFailed("Marking was stopped before this job began. Run it again.")
            self._running = self._next or _pair()
            self._next = _pair()
            learner, checker = self._running
        try:
            return conduct(job, learner, checker)
        finally:
            learner.kill()
            checker.kill()

    def close(self) -> None:
        """End all its processes for good; a job that runs in them now fails."""
        with self._lock:
            self._closed = True
            pairs = (self._running or (), self._next or ())
            self._running = self._next = None
        for pair in pairs:
            for end in pair:
                end.kill()

    def __enter__(self) -> PracticeRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pair() -> tuple[PipeEnd, PipeEnd]:
    return PipeEnd("learner"), PipeEnd("checker")


class ChecksRunner:
    """Runs jobs without learner's code in one checker process, which serves many of them.

    One job at a time. Only the author's code runs there, so nothing in it is hostile.
    """

    def __init__(self) -> None:
        self._checker: PipeEnd | None = None
        self._jobs = 0

    def run(self, job: Job) -> JobResult:
        """Run one job; see `conduct`.

        Raises
        ------
        JobFailed
            If the job holds learner's code, or can't be run to its end. The next job gets a new
            process then.
        """
        if job.holds_learner_code:
            raise JobFailed(
                "This submission holds a learner's code; it is not run with the checks."
            )
        if self._jobs >= MOST_JOBS:
            self.close()
        self._checker = self._checker or PipeEnd("answers")
        self._jobs += 1
        try:
            return conduct(job, None, self._checker)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the process."""
        if self._checker is not None:
            self._checker.kill()
        self._checker = None
        self._jobs = 0

    def __enter__(self) -> ChecksRunner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _main(part: str) -> None:
    """Serve as a learner's or a checker's process, through the pipes that are our standard ones."""
    pipes = [os.dup(stream) for stream in (0, 1)]
    if sys.platform == "win32":
        import msvcrt

        for pipe in pipes:
            msvcrt.setmode(pipe, os.O_BINARY)
    _silence()
    connection = Connection(os.fdopen(pipes[0], "rb"), os.fdopen(pipes[1], "wb"))
    from autograder.sandbox import checker, learner

    if part == "learner":
        learner.warm_up()
        learner.serve(connection)
    else:
        # Checks of answers draw nothing, and no learner's file lies beside them.
        if part == "checker":
            checker.warm_up()
        checker.serve(connection)


def _silence() -> None:
    """Let the standard streams lead nowhere, for what writes below Python's own streams too.

    Nothing can be read there, and no print or last words of a crash can mix with the messages.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


if __name__ == "__main__":
    _main(sys.argv[1])
