"""A sandbox for the tests, and what the host sees of the processes in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.engine.job import Limits
from autograder.sandbox.bubblewrap import Sandbox
from autograder.sandbox.socket_end import SocketEnd

needs_sandbox = pytest.mark.usefixtures("sandbox_here")  # in tests/conftest.py


@contextmanager
def learner_in(sandbox: Sandbox, limits: Limits | None = None) -> Iterator[SocketEnd]:
    """Give a fresh learner's process, and end it."""
    learner, checker = sandbox.start(limits or Limits())
    try:
        yield learner
    finally:
        learner.kill()
        checker.kill()


def said(end: SocketEnd, source: str, seconds: float = 30) -> str:
    """Run a cell in a process, and return all that it put out as text."""
    end.send({"n": 1, "do": "run", "source": source, "limit": 1_000_000})
    answer = end.receive(seconds)
    return "".join(
        output.get("text") or output.get("data", {}).get("text/plain") or output["ename"]
        for output in answer["outputs"]
    ).strip()


def tried(sandbox: Sandbox, source: str, limits: Limits | None = None) -> str:
    """Run a cell in a learner's process of its own; return its words, or the name of its error."""
    with learner_in(sandbox, limits) as learner:
        return said(learner, source)


def below(pid: int) -> set[int]:
    """Return the processes that a process started, and those that they started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def status_of(pid: int) -> dict[str, str]:
    """Return what the kernel says of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def first_processes(sandbox: Sandbox) -> list[int]:
    """Return the host's numbers of the processes that are first in a namespace of their own.

    They are the learners and the checkers: numbered here, in bubblewrap, and 1 in their own.
    """
    seen = {pid: status_of(pid)["NSpid"].split() for pid in sorted(below(sandbox.pid))}
    return [pid for pid, numbers in seen.items() if len(numbers) == 3 and numbers[-1] == "1"]
