"""A bound on all memory and processes of a sandbox together, where this machine lets us set one.

The limits of each process add up, and some kernel memory is counted by none of them. A control
group (version 2) bounds the sum. An ordinary user may make one only inside a group that is theirs:
of a service with ``Delegate=yes``, or on many desktops of the session. Where there is none, the
walls stand without it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")
_CONTROLLERS = {"memory", "pids"}
_ENTER = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
#: How long the kernel may take to empty a group that it was told to kill.
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Group:
    """A control group of our own.

    Parameters
    ----------
    folder : Path
        Where the kernel shows it.
    """

    folder: Path

    def entering(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """Return a command that enters the group and then becomes another command.

        It enters before it starts anything, so nothing that it starts is ever outside.
        """
        return ("/bin/sh", "-c", _ENTER, str(self.folder), *command)

    def end(self) -> None:
        """Kill what is left in the group, and remove it."""
        kill = self.folder / "cgroup.kill"
        if kill.exists():  # since Linux 5.14; before, what is in it has been killed one by one
            kill.write_text("1")
        deadline = time.monotonic() + _END_SECONDS
        while True:
            try:
                self.folder.rmdir()
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
    parent = _parent(root, own)
    if parent is None:
        return None
    try:
        group = Group(Path(tempfile.mkdtemp(prefix="qi-sandbox-", dir=parent)))
    except OSError:
        return None
    try:
        (group.folder / "memory.max").write_text(str(memory_bytes))
        (group.folder / "pids.max").write_text(str(processes))
        with suppress(FileNotFoundError):  # a kernel that does not count swap
            (group.folder / "memory.swap.max").write_text("0")
        # To enter it also takes rights on the group that one comes from: so try.
        subprocess.run(group.entering(("true",)), check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        group.end()
        return None
    return group


def _parent(root: Path, own: Path) -> Path | None:
    """Return the nearest group above this process's that hands memory and processes down to us."""
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
