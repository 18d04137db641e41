from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engine.job import Limits
from autograder.sandbox.resource_limits import kernel_limits


@given(
    seconds=st.floats(0.01, 1e6),
    memory=st.integers(1, 2**40),
    threads=st.integers(1, 10_000),
    files=st.integers(1, 10_000),
)
def test_no_process_may_use_more_than_its_job(
    seconds: float, memory: int, threads: int, files: int
) -> None:
    limits = Limits(job_seconds=seconds, memory_bytes=memory, threads=threads, open_files=files)
    most = kernel_limits(limits)
    assert most["RLIMIT_AS"] == memory
    assert most["RLIMIT_NPROC"] == threads
    assert most["RLIMIT_NOFILE"] == files
    assert 0 <= most["RLIMIT_CPU"] - seconds < 1
    assert most["RLIMIT_CORE"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_soft_and_hard_limits_are_the_same_so_that_none_can_be_raised() -> None:
    child = """
import resource
from autograder.engine.job import Limits
from autograder.sandbox.resource_limits import be_the_first_to_go, kernel_limits, limit_resources
limits = Limits(open_files=33)
be_the_first_to_go()
print(open("/proc/self/oom_score_adj").read().strip())
limit_resources(limits)
for name, most in kernel_limits(limits).items():
    assert resource.getrlimit(getattr(resource, name)) == (most, most), name
print("held")
"""
    if sys.platform != "linux":
        pytest.skip("Linux names of limits")
    done = subprocess.run(
        [sys.executable, "-c", child], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["1000", "held"]
