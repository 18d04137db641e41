"""Where jobs are run: on this machine, or on others by Dask."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from autograder.engine.job import Job, JobResult


class Backend(Protocol):
    """Runs many jobs at once; a job that fails never hurts another.

    Use it with `contextlib.closing`, so that Ctrl+C leaves nothing running.
    """

    @property
    def workers(self) -> int:
        """How many jobs it runs at once, now."""

    def submit(self, job: Job) -> Future[JobResult]:
        """Run a job as soon as a worker is free.

        Parameters
        ----------
        job : Job
            What to run.

        Returns
        -------
        Future of JobResult
            Its result; or `JobFailed`, whatever went wrong; or ``CancelledError`` if the backend
            was closed before it began.
        """

    def close(self) -> None:
        """Stop at once: what waits is cancelled, and what runs gives no result."""
