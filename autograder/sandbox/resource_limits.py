"""What one process may use: the kernel's own limits, which can't be raised again."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from autograder.engine.job import Limits

if sys.platform != "win32":
    import resource

#: The main thread's stack, and the default of every other: the address space is spent on both.
STACK_BYTES = 8 * 1024**2


def kernel_limits(limits: Limits) -> dict[str, int]:
    """Return the kernel's limits, by name, that hold a job's process to what it may use.

    ``RLIMIT_NPROC`` counts threads too. The kernel does not hold root to it; a service user is.
    Before Linux 5.14 it counts all that the user runs, so that there may be no thread at all.
    Time is kept by the conductor; the processor's time only catches what it could not.

    Examples
    --------
    >>> kernel_limits(Limits(job_seconds=1.5))["RLIMIT_CPU"]
    2
    """
    return {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_STACK": STACK_BYTES,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_NPROC": limits.threads,
        "RLIMIT_CPU": math.ceil(limits.job_seconds),
        "RLIMIT_CORE": 0,  # a core file would hold memory, and fill the disk
        # Kernel memory that the address space does not count:
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 64,
    }


def limit_resources(limits: Limits) -> None:
    """Hold this process to its limits, for good: soft and hard limits are the same."""
    for name, most in kernel_limits(limits).items():
        resource.setrlimit(getattr(resource, name), (most, most))


def be_the_first_to_go() -> None:
    """Make this process the first that the kernel ends when the machine has no memory left.

    Without it the kernel might choose the marker, or whatever else runs on this machine.
    """
    Path("/proc/self/oom_score_adj").write_text("1000")
