"""Running jobs on this machine: a few threads, each with processes of its own to run jobs in.

Threads rather than a pool of processes, since they only wait for those processes. A process pool
breaks as a whole when one of its workers is killed (measured: 10 of 12 jobs lost); here only the
job whose process died is lost.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import LifoQueue
from typing import Protocol

from autograder.engine.job import Job, JobFailed, JobResult

#: What one worker holds, in bytes: a fork server or two processes, each with pandas loaded.
WORKER_BYTES = 400 * 1024**2
#: More workers than this gain little on one machine, since one process writes the gradebook.
MOST_WORKERS = 4


class Runner(Protocol):
    """Runs one job at a time, in processes of its own."""

    def run(self, job: Job) -> JobResult:
        """Run a job; raises `JobFailed`."""

    def close(self) -> None:
        """End its processes; also from another thread while a job runs, which then ends."""


def _checks_runner() -> Runner:
    from autograder.sandbox.practice import ChecksRunner

    return ChecksRunner()


def _code_runner() -> Runner:
    from autograder.sandbox.bubblewrap import SandboxFailed, SandboxRunner, trial, why_not
    from autograder.sandbox.practice import PracticeRunner

    # Each worker tries its own sandbox, which it then has; starting one only to try takes seconds.
    runner = SandboxRunner()
    if (why := trial(runner)) is None:
        return runner
    runner.close()
    if why_not() is None:  # it was only this time, so nothing may become practice for it
        raise SandboxFailed(why)
    return PracticeRunner()


class Runners:
    """What one worker runs its jobs with: a runner for each kind of job, made when first needed.

    Parameters
    ----------
    for_checks : callable, optional
        Makes the runner for jobs without learner's code.
    for_code : callable, optional
        Makes the runner for jobs with it: by default in the sandbox, or for practice where there
        is none.
    """

    def __init__(
        self,
        for_checks: Callable[[], Runner] = _checks_runner,
        for_code: Callable[[], Runner] = _code_runner,
    ) -> None:
        # By whether the job holds learner's code.
        self._makers = {False: for_checks, True: for_code}
        self._made: dict[bool, Runner] = {}
        self._lock = threading.Lock()
        self._closed = False

    def run(self, job: Job) -> JobResult:
        """Run one job where its kind belongs.

        Raises
        ------
        JobFailed
            If it could not be run to its end, for whatever reason.
        """
        kind = job.holds_learner_code
        runner = self._runner(kind)
        try:
            result = runner.run(job)
        except Exception as error:
            if self._closed:
                runner.close()  # again, lest it was closed just before it began
                raise _stopped() from error
            if isinstance(error, JobFailed):
                raise
            # No one foresaw this error, so no one knows what state the runner is in now.
            self._drop(kind, runner)
            raise JobFailed(
                f"The job could not be run ({type(error).__name__}: {error}). Run it again; if "
                "that fails too, run 'qi-course doctor' and report what it says."
            ) from error
        if self._closed:
            # Its processes may have been killed under it, and what is left of a killed learner
            # looks like that of a wrong one: it must never become marks.
            runner.close()
            raise _stopped()
        return result

    def close(self) -> None:
        """End every runner; a job that runs now fails, and later ones are refused."""
        with self._lock:
            self._closed = True
            made = list(self._made.values())
            self._made.clear()
        for runner in made:
            runner.close()

    def _runner(self, kind: bool) -> Runner:
        with self._lock:
            if self._closed:
                raise _stopped()
            if kind in self._made:
                return self._made[kind]
        # Outside the lock, so that closing need not wait until a sandbox has started.
        runner = self._makers[kind]()
        with self._lock:
            if not self._closed:
                self._made[kind] = runner
                return runner
        runner.close()
        raise _stopped()

    def _drop(self, kind: bool, runner: Runner) -> None:
        with self._lock:
            self._made.pop(kind, None)
        runner.close()


class LocalBackend:
    """Runs jobs on this machine.

    Parameters
    ----------
    workers : int, optional
        How many jobs at once; by default what `workers_for` says of this machine.
    make_runners : callable, optional
        Makes what one worker runs its jobs with.
    """

    def __init__(
        self, workers: int | None = None, make_runners: Callable[[], Runners] = Runners
    ) -> None:
        self.workers = workers or workers_for(_cores(), _memory_bytes())
        self._runners = [make_runners() for _ in range(self.workers)]
        # The last one back is the first one out: a few jobs start few sandboxes.
        self._free: LifoQueue[Runners] = LifoQueue()
        for runners in self._runners:
            self._free.put(runners)
        # A sandbox ends with the thread that started it; these threads last as long as the pool.
        self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="marking")

    def submit(self, job: Job) -> Future[JobResult]:
        """Run a job as soon as a worker is free; see `Backend`."""
        return self._pool.submit(self._run, job)

    def close(self) -> None:
        """Cancel what waits, kill what runs, and wait until all is gone."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for runners in self._runners:
            runners.close()
        self._pool.shutdown()

    def _run(self, job: Job) -> JobResult:
        runners = self._free.get()
        try:
            return runners.run(job)
        finally:
            self._free.put(runners)


def workers_for(cores: int, memory: int | None) -> int:
    """Return how many workers a machine carries, half of its memory left to everything else.

    Parameters
    ----------
    cores : int
        Its processors.
    memory : int or None
        Its memory in bytes, where that is known.

    Examples
    --------
    >>> workers_for(8, 16 * 1024**3), workers_for(2, None), workers_for(8, 1024**3)
    (4, 2, 1)
    """
    carried = MOST_WORKERS if memory is None else memory // 2 // WORKER_BYTES
    return max(1, min(cores, MOST_WORKERS, carried))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))  # a service may be given fewer than there are
    return os.cpu_count() or 1


def _memory_bytes() -> int | None:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None  # Windows has no sysconf, and not every Unix these names
    return size if size > 0 else None


def _stopped() -> JobFailed:
    return JobFailed("Marking was stopped while the job ran. Run it again.")
