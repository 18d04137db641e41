"""The walls of one process: it is alone, sees almost nothing, and can change only what is its own.

Everything here runs inside bubblewrap, in a process that the fork server has just made, before a
line of the learner's is read. Each function puts up one wall; `fork_server` calls them in order.
Whoever breaks through one of them is still inside bubblewrap, without a network and with nothing
that can be written.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from autograder.sandbox.libc import call

#: The only folder that can be written, and the work folder in it. One file system holds both, so
#: that one cap bounds what a process writes in all. It hides no folder that may hold the course.
WRITABLE = "/sandbox"
WORK = f"{WRITABLE}/work"
#: The most files, folders and links in it: each costs kernel memory that no other limit counts.
MOST_FILES = 4096

# From the kernel's headers: linux/sched.h, linux/mount.h, linux/prctl.h, linux/capability.h.
_NEW_PID_NAMESPACE = 0x20000000
_NEW_NAMESPACES = (
    0x10000000  # user: capabilities count in here only, and the kernel counts its threads apart
    | 0x00020000  # mount: what is mounted here is seen here only
    | 0x08000000  # ipc: no shared memory or message queues with others
    | 0x40000000  # net: not even bubblewrap's own loopback
    | 0x04000000  # uts: the host name, which is bubblewrap's already
    | 0x02000000  # cgroup: does not see where it stands
)
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_SET_NO_NEW_PRIVS, _CAPBSET_DROP = 38, 24
_CAPABILITY_VERSION = 0x20080522
_MOST_CAPABILITIES = 64


def fork_first_process() -> int:
    """Fork a child that is the first process of a pid namespace of its own; as `os.fork`.

    It can neither see nor signal any other process. When the first process of a namespace is
    killed, the kernel kills all others in it before anyone can wait for it: so one signal ends
    everything that a learner's code started.
    """
    ours = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        # This changes the namespace of the children to come, never that of the process itself.
        call("unshare", _NEW_PID_NAMESPACE)
        pid = os.fork()
        if pid:
            try:
                call("setns", ours, _NEW_PID_NAMESPACE)
            except OSError:
                os.kill(pid, signal.SIGKILL)
                raise
        return pid
    finally:
        os.close(ours)


def own_session() -> None:
    """Leave the session and the process group of the fork server.

    A signal to one's own process group reaches all of it, whatever namespaces its members are in.
    """
    os.setsid()


def own_namespaces() -> None:
    """Enter fresh namespaces of every other kind, and lose all rights in those outside.

    The user keeps its number. It is not root (0) inside either, so that nothing that asks "is it
    root?" is ever told yes.
    """
    uid, gid = os.getuid(), os.getgid()
    call("unshare", _NEW_NAMESPACES)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def own_folders(disk_bytes: int) -> None:
    """Mount one capped folder that can be written, and hide ``/proc``.

    ``/proc`` would show the mounts, the limits and the processes' memory (``/proc/self/mem`` can
    even write where the page tables say no). Everything else was mounted read-only by bubblewrap,
    and mounts from outside a user namespace can't be changed in it.
    """
    if disk_bytes < 1:
        raise ValueError("the folder needs room")  # to the kernel, 0 means without a cap
    kept_out = _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS
    options = f"size={disk_bytes},nr_inodes={MOST_FILES},mode=700".encode()
    call("mount", b"tmpfs", WRITABLE.encode(), b"tmpfs", kept_out, options)
    call("mount", b"tmpfs", b"/proc", b"tmpfs", kept_out | _READ_ONLY, b"size=4k,nr_inodes=1")
    Path(WORK).mkdir()
    os.chdir(WORK)


def drop_capabilities() -> None:
    """Give up every capability, also those that a program could bring back.

    They count only in the namespace of its own; but what can't be asked for can't be abused.
    """
    # The kernel may know fewer capabilities than this, and says so at the first one too many.
    with suppress(OSError):
        for number in range(_MOST_CAPABILITIES):
            call("prctl", _CAPBSET_DROP, number, 0, 0, 0)
    head = _CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4)
    call("capset", head, bytes(24))


def no_new_privileges() -> None:
    """Make sure that no program can ever give more rights than there are now."""
    call("prctl", _SET_NO_NEW_PRIVS, 1, 0, 0, 0)
