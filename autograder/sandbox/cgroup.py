"""A bound on all memory and processes of a sandbox together, where this machine lets us set one.

The limits of each process add up, some kernel memory is counted by none of them, and the kernel
counts no threads for root. A control group bounds the sum. An ordinary user may make one only
inside a group of version 2 that is theirs: of a service with ``Delegate=yes``, or on many desktops
of the session. Root may make one anywhere, also of version 1, as in older containers. Where there
is none, the walls stand without it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_CONTROLLERS = {"memory", "pids"}
_SWAP = "memory.swap.max"
# Enters each group named before "--", and then becomes what is named behind it.
_ENTER = (
    'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
)
#: How long the kernel may take to empty a group that it was told to kill.
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Group:
    """A control group of our own.

    Parameters
    ----------
    folders : tuple of Path
        Where the kernel shows it: one folder, or with version 1 one for each thing that it bounds.
    """

    folders: tuple[Path, ...]

    def entering(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Return a command that enters the group and then becomes another command.

        It enters before it starts anything, so nothing that it starts is ever outside.
        """
        return ("/bin/sh", "-c", _ENTER, "sh", *map(str, self.folders), "--", *command)

    def end(self) -> None:
        """Kill what is left in the group, and remove it."""
        for folder in self.folders:
            kill = folder / "cgroup.kill"
            if kill.exists():  # since Linux 5.14; before, what is in it has been killed one by one
                kill.write_text("1")
            _remove(folder)


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _END_SECONDS
    while True:
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() > deadline:
                return  # an empty group that stays costs nothing
        time.sleep(0.01)


def make_group(
    memory_bytes: int, processes: int, root: Path = _ROOT, own: Path = _OWN
) -> Group | None:
    """Make a group with these bounds, or return None where that is not allowed here.

    Parameters
    ----------
    memory_bytes, processes : int
        The most memory, files in memory included, and the most processes and threads.
    root, own : Path
        Where the kernel shows all groups, and which one this process is in.
    """
    memory, most = str(memory_bytes), str(processes)
    if parent := _parent(root, own):
        places = {parent: {"memory.max": memory, "pids.max": most, _SWAP: "0"}}
    else:
        places = {
            root / "memory": {"memory.limit_in_bytes": memory},
            root / "pids": {"pids.max": most},
        }
    made: list[Path] = []
    try:
        for place, bounds in places.items():
            made.append(Path(tempfile.mkdtemp(prefix="qi-sandbox-", dir=place)))
            for name, bound in bounds.items():
                # A kernel that does not count swap has no file for it.
                with suppress(FileNotFoundError) if name == _SWAP else nullcontext():
                    (made[-1] / name).write_text(bound)
        group = Group(tuple(made))
        # To enter it also takes rights on the group that one comes from: so try.
        subprocess.run(group.entering(("true",)), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        Group(tuple(made)).end()
        return None
    return group


def _parent(root: Path, own: Path) -> Path | None:
    """Return the nearest group of version 2 above this process's that hands its bounds down."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return None
    # Version 2 has one line, "0::/path"; with version 1 beside it, it controls nothing.
    place = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    if place is None:
        return None
    for group in (root / place, *(root / place).parents):
        try:
            handed = (group / "cgroup.subtree_control").read_text().split()
        except OSError:
            handed = []
        if set(handed) >= _CONTROLLERS and os.access(group, os.W_OK):
            return group
        if group == root:
            return None
    return None
