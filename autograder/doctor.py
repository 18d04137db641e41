"""What a marking machine can and can't do, and what to do about it: for `qi-course doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import bubblewrap, cgroup

_PYTHONS = ((3, 11), (3, 13))
#: Below these, marking a class of a hundred gets slow or stops.
_LEAST_DISK = 2 * 1024**3
_LEAST_MEMORY = 2 * 1024**3
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about this machine.

    Parameters
    ----------
    name : str
        What was looked at.
    ok : bool
        Whether it needs nothing done.
    words : str
        How it is and, if that isn't well, what to do.
    """

    name: str
    ok: bool
    words: str


def diagnose() -> tuple[Finding, ...]:
    """Look at this machine; the trial in the sandbox takes a few seconds."""
    return tuple(_findings())


def words(findings: tuple[Finding, ...]) -> str:
    """Return findings as lines, and the verdict as the last one.

    A finding that needs something done begins with ``!``.
    """
    lines = [f"{' ' if one.ok else '!'} {one.name}: {one.words}" for one in findings]
    return "\n".join([*lines, "", verdict()])


def verdict() -> str:
    """Say whether code assessments that are marked on this machine can certify."""
    why = bubblewrap.why_not()
    if why is None:
        return "Code assessments marked here can certify."
    return f"Code assessments marked here are practice only, and can't certify: {why}"


def _findings() -> Iterator[Finding]:
    linux = sys.platform == "linux"
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield Finding("System", linux, system if linux else f"{system}. The sandbox needs Linux.")
    yield _python()
    yield from (_script(name) for name in ("nbgrader", "alembic"))
    if linux:
        yield _bubblewrap()
        yield _walls()
        yield from _group_and_user()
    yield _disk(Path.home())
    yield _memory()


def _python() -> Finding:
    given = sys.version_info[:2]
    good = _PYTHONS[0] <= given <= _PYTHONS[1]
    advice = "" if good else " Use Python 3.11, 3.12 or 3.13."
    return Finding("Python", good, f"{platform.python_version()}.{advice}")


def _script(name: str) -> Finding:
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join((beside, os.environ.get("PATH", ""))))
    if found:
        return Finding(name, True, "found.")
    return Finding(name, False, "not found. Run: python run.py")


def _bubblewrap() -> Finding:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return Finding("Bubblewrap", False, f"not installed. {bubblewrap.INSTALL}")
    try:
        said = subprocess.run(
            [bwrap, "--version"], check=False, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("Bubblewrap", False, f"does not run ({error}). {bubblewrap.INSTALL}")
    return Finding("Bubblewrap", said.returncode == 0, f"{said.stdout.strip()}.")


def _walls() -> Finding:
    why = bubblewrap.why_not()
    return Finding("Sandbox", why is None, why or "a trial was marked in it.")


def _group_and_user() -> Iterator[Finding]:
    group = cgroup.make_group(_GIB, 64)
    if group is not None:
        group.end()
    # Without one it is no fault: the limits of each process hold.
    yield Finding(
        "Control group",
        True,
        "bounds a sandbox's memory and processes."
        if group
        else "none can be made here, so memory is bounded for each process, not for all together. "
        "A service with Delegate=yes can make one.",
    )
    root = sys.platform != "win32" and os.getuid() == 0
    if root and group is None:
        told = "root, for whom nothing here counts threads. Mark as an ordinary user."
    elif root:
        told = "root. An ordinary user is safer still."
    else:
        told = "an ordinary user."
    yield Finding("User", not root or group is not None, told)


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    good = free >= _LEAST_DISK
    advice = "" if good else " Free some: marking needs 2 GiB."
    return Finding("Disk", good, f"{free / _GIB:.1f} GiB free in the home folder.{advice}")


def _memory() -> Finding:
    cores = os.cpu_count() or 1
    if sys.platform == "win32":
        return Finding("Cores", True, f"{cores}.")
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    good = total >= _LEAST_MEMORY
    advice = "" if good else " Mark with one worker: each needs about 0.5 GiB."
    return Finding("Cores and memory", good, f"{cores}, and {total / _GIB:.1f} GiB.{advice}")
