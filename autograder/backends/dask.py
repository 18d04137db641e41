"""Running jobs on other machines, by Dask `distributed`.

Jobs hold hidden tests and learners' answers, and whoever reaches a Dask scheduler can run code on
its workers. So the cluster must be the desk's own: on a network of its own, or with ``tls://``
addresses, where every machine shows a certificate. Dask takes those from its configuration
(``distributed.comm.tls``, see "TLS/SSL" in its documentation); nothing is set here.

Each worker marks in a sandbox of its own machine. Where that has none, its results say
``practice``.
"""

from __future__ import annotations

import atexit
import hashlib
import platform
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from functools import partial
from importlib.metadata import version
from typing import Any, TypeAlias

import distributed
from distributed.exceptions import WorkerStartTimeoutError
from distributed.scheduler import KilledWorker, NoWorkerError

from autograder.backends.local import Runners
from autograder.engine.job import Job, JobFailed, JobResult
from course.folders import REPOSITORY

Versions: TypeAlias = Mapping[str, str]

#: How long to wait, in seconds, for the scheduler to answer.
CONNECT_SECONDS = 10.0
#: How long to do without any worker. One that died is back sooner than that.
PATIENCE_SECONDS = 60.0


# ------------------------------------------------------------ on the workers


def versions() -> Versions:
    """Return what marks depend on: our own sources, Python, and what checks compute with.

    It guards against a machine that was not updated, not against one that lies.
    """
    digest = hashlib.sha256()
    for package in ("autograder", "course", "qi_tools"):
        for path in sorted((REPOSITORY / package).rglob("*")):
            if path.suffix in {".py", ".csv", ".toml"}:
                name = path.relative_to(REPOSITORY).as_posix()
                # Git writes other line ends on Windows; that makes no other version.
                source = path.read_bytes().replace(b"\r\n", b"\n")
                digest.update(f"{name} {len(source)} ".encode() + source)
    python = ".".join(platform.python_version_tuple()[:2])
    packages = {
        name: version(name) for name in ("ipython", "matplotlib", "numpy", "pandas", "scipy")
    }
    return {"course": digest.hexdigest()[:12], "python": python, **packages}


#: Read when the worker starts, since that is the code it has loaded.
_LOADED = versions()


def loaded_versions() -> Versions:
    """Return the versions that this process has loaded."""
    return _LOADED


_thread = threading.local()


def run_job(job: Job, wanted: Versions) -> JobResult:
    """Run a job on the worker that this is called on.

    Parameters
    ----------
    job : Job
        What to run.
    wanted : mapping of str to str
        The versions of the machine that asks; a worker that came later was never asked for its.

    Raises
    ------
    JobFailed
        If it could not be run to its end, or the versions differ.
    """
    if differing := _differences(loaded_versions(), wanted):
        raise JobFailed(f"A Dask worker has {differing}. {_UPDATE}")
    # One for each thread, kept: a sandbox ends with the thread that started it.
    if not hasattr(_thread, "runners"):
        _thread.runners = Runners()
        atexit.register(_thread.runners.close)
    runners: Runners = _thread.runners
    return runners.run(job)


# ------------------------------------------------------------ on the machine that asks

_UPDATE = "Update the course there to the same version, then start the workers again."


class DaskBackend:
    """Runs jobs on the workers of a Dask cluster.

    A job whose worker dies is run again elsewhere. Dask gives up a job after a few such deaths
    (``distributed.scheduler.allowed-failures``), but it counts them for all jobs that the worker
    had been given, also those that only waited there. So such a job is a *suspect*: when nothing
    else runs, it is tried alone, and only if it ends its workers then too is it reported.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tls://desk.example:8786``.
    run : callable, optional
        What a worker does with a job and the versions wanted.

    Raises
    ------
    JobFailed
        If the scheduler can't be reached, has no workers, or one of them has other versions.
    """

    def __init__(self, address: str, run: Callable[[Job, Versions], JobResult] = run_job) -> None:
        self._address = address
        self._run = run
        self._lock = threading.Lock()
        self._running: dict[Future[JobResult], Any] = {}
        self._suspects: deque[tuple[Job, Future[JobResult]]] = deque()
        self._alone: Future[JobResult] | None = None
        self._closed = threading.Event()
        self._client = _connect(address)
        try:
            self._check_workers()
        except BaseException:
            self._client.close()
            raise
        threading.Thread(target=self._watch, name="dask-watch", daemon=True).start()

    @property
    def workers(self) -> int:
        """How many jobs the cluster runs at once, now: one for each thread of each worker."""
        try:
            return sum(self._client.nthreads().values())
        except Exception:  # no scheduler any more: Dask says so in many ways
            return 0

    def submit(self, job: Job) -> Future[JobResult]:
        """Run a job as soon as a worker is free; see `Backend`."""
        future: Future[JobResult] = Future()
        with self._lock:
            self._alone = None  # whoever is being tried alone no longer is
            try:
                self._start(job, future)
            except Exception as error:
                raise self._no_workers() from error
        return future

    def close(self) -> None:
        """Cancel everything; what runs on a worker runs on there to its end, for no one."""
        self._closed.set()
        for future in self._take_outstanding():
            future.cancel()
        self._client.close()

    def _check_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except WorkerStartTimeoutError:
            raise self._no_workers() from None
        mine = loaded_versions()
        for worker, theirs in self._client.run(loaded_versions, on_error="return").items():
            if isinstance(theirs, OSError):
                continue  # it has just gone; should it come back, `run_job` looks at its versions
            # Any other error is an answer: without our package it can't even read the question.
            if isinstance(theirs, Exception):
                raise JobFailed(
                    f"The Dask worker {worker} can't say which version of the course it has "
                    f"({theirs}). {_UPDATE}"
                )
            if differing := _differences(theirs, mine):
                raise JobFailed(f"The Dask worker {worker} has {differing}. {_UPDATE}")

    def _start(self, job: Job, future: Future[JobResult]) -> None:
        # pure=False: two equal jobs are two jobs. retries: another worker may do better.
        theirs = self._client.submit(self._run, job, loaded_versions(), pure=False, retries=2)
        self._running[future] = theirs  # Dask forgets a job whose future no one holds
        theirs.add_done_callback(partial(self._settle, job, future))

    def _settle(self, job: Job, future: Future[JobResult], theirs: Any) -> None:
        """Hand on what came of a job; Dask calls this in a thread of its own."""
        outcome = self._outcome(theirs)
        with self._lock:
            if self._running.pop(future, None) is None:
                return  # closed or given up meanwhile
            settled = outcome is not None or future is self._alone
            if not settled:
                self._suspects.append((job, future))
            if not self._running and self._suspects:
                self._try_alone()
        # Outside the lock, since whoever waits for this job may submit the next one at once.
        if settled:
            _resolve(future, outcome or JobFailed(_POISON))

    def _outcome(self, theirs: Any) -> JobResult | JobFailed | None:
        """Return what came of a job; None where Dask gave it up for its workers' deaths."""
        try:
            result: JobResult = theirs.result()
        except KilledWorker:
            return None
        except JobFailed as failure:
            return failure
        except (CancelledError, NoWorkerError):
            return self._no_workers()
        except Exception as error:
            return JobFailed(
                f"The Dask worker could not run the job ({type(error).__name__}: {error}). Look "
                "at what the worker logged, then run the job again."
            )
        return result

    def _try_alone(self) -> None:
        job, self._alone = self._suspects.popleft()
        try:
            self._start(job, self._alone)
        except Exception:
            # There is no scheduler any more; `_watch` will say so for all that wait.
            self._suspects.append((job, self._alone))

    def _watch(self) -> None:
        """Give up what waits once no worker has been there for long; Dask would wait for ever."""
        last_seen = time.monotonic()
        while not self._closed.wait(PATIENCE_SECONDS / 10):
            if self.workers:
                last_seen = time.monotonic()
            elif time.monotonic() - last_seen > PATIENCE_SECONDS:
                for future in self._take_outstanding():
                    _resolve(future, self._no_workers())

    def _take_outstanding(self) -> list[Future[JobResult]]:
        with self._lock:
            outstanding = [*self._running, *(future for _, future in self._suspects)]
            self._running.clear()
            self._suspects.clear()
        return outstanding

    def _no_workers(self) -> JobFailed:
        return JobFailed(
            f"The Dask scheduler at {self._address} has no workers, or is gone. Start it and its "
            f"workers ('dask worker {self._address}' on each machine), then run the job again."
        )


_POISON = (
    "The job ended every Dask worker that ran it, the last few while nothing else ran. Mark it on "
    "this machine without Dask, and look at what the workers logged."
)


class _Client(distributed.Client):
    """Dask's client, closed at once where it can't start.

    Left to the garbage collector, its end can meet the start of the next one and wait for ever.
    """

    def start(self, **options: Any) -> None:
        """Connect to the scheduler."""
        try:
            super().start(**options)  # type: ignore[no-untyped-call]
        except BaseException:
            self.close()  # type: ignore[no-untyped-call]
            raise


def _connect(address: str) -> Any:
    make: Any = _Client  # Dask is typed in part only
    try:
        return make(address, timeout=CONNECT_SECONDS, name="qi-course", set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise JobFailed(
            f"The Dask scheduler at {address} can't be reached ({error}). Check the address, that "
            "'dask scheduler' runs there, and for tls:// the certificates in Dask's configuration."
        ) from error


def _differences(theirs: Versions, mine: Versions) -> str:
    """Say what a worker has that differs from what is wanted; nothing where all is the same.

    Examples
    --------
    >>> _differences({"python": "3.12", "numpy": "2.4.6"}, {"python": "3.11", "numpy": "2.4.6"})
    'python 3.12 instead of 3.11'
    """
    return ", ".join(
        f"{name} {theirs.get(name)} instead of {wanted}"
        for name, wanted in mine.items()
        if theirs.get(name) != wanted
    )


def _resolve(future: Future[JobResult], outcome: JobResult | JobFailed) -> None:
    if not future.set_running_or_notify_cancel():
        return  # whoever asked does not want it any more
    if isinstance(outcome, JobFailed):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
