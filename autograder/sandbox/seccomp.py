"""Which system calls a process may make: a list of those allowed, enforced by the kernel.

The list is in ``system_calls.txt``. Whatever is not on it fails with an error, as it would in a
program without rights, so that an honest program sees an ordinary `OSError`:

* a call on the list: goes on, or where its arguments matter, goes on with those of `_ONLY`;
* a call newer than the list, and ``clone3``: ``ENOSYS``, as from an older kernel. The C library
  tries new calls first and takes the old way when they are missing; ``clone3`` must be missing,
  because its flags lie in memory, where a filter can't see them;
* any other: ``EPERM``;
* a call in another architecture's numbers (such as 32-bit code): the process is killed.

The program that the kernel runs before each call is built here by hand: some lines that can be
read, rather than one more library that must be there.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.sandbox.libc import call

_LIST = Path(__file__).with_name("system_calls.txt")
#: The newest call that the list's authors knew of: see the headers that it names.
NEWEST = 450
_CLONE3 = 435  # in both architectures

# linux/seccomp.h and linux/prctl.h
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_SET_SECCOMP, _MODE_FILTER = 22, 2
# linux/bpf_common.h: load a word, and with a word, return one, jump if equal, jump if greater
_LOAD, _AND, _RETURN, _IF_EQUAL, _IF_GREATER = 0x20, 0x54, 0x06, 0x15, 0x25
# struct seccomp_data: the number, the architecture, the instruction pointer, six arguments. Both
# architectures are little-endian: the lower half of an argument comes first.
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_ALL_BITS = 0xFFFFFFFF
_CLONE_THREAD = 0x00010000
_CLONE_NAMESPACES = 0x7E020080  # CLONE_NEWNS … CLONE_NEWNET, CLONE_NEWTIME


@dataclass(frozen=True, slots=True)
class Architecture:
    """A kind of processor that the list has numbers for.

    Parameters
    ----------
    audit : int
        What the kernel calls it (linux/audit.h).
    column : int
        Which of the list's columns has its numbers.
    """

    audit: int
    column: int


ARCHITECTURES = {"x86_64": Architecture(0xC000003E, 1), "aarch64": Architecture(0xC00000B7, 2)}


@dataclass(frozen=True, slots=True)
class _Only:
    """The values of one argument that a call may have; the kernel reads its lower half only."""

    argument: int
    values: tuple[int, ...]
    mask: int = _ALL_BITS


_ONLY = {
    # Threads, never a process: so one address space bounds all the memory there is.
    "clone": _Only(0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NAMESPACES),
    "socketpair": _Only(0, (1,)),  # AF_UNIX
    "prctl": _Only(0, (15, 16)),  # set and get a thread's name
    # Is it a terminal and how wide, how much is there to read, blocking or not, close on exec
    "ioctl": _Only(1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    # Duplicate, flags, locks. Not the size of pipes: it is kernel memory.
    "fcntl": _Only(1, (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030)),
}


def architecture() -> Architecture | None:
    """Return this machine's architecture, or None if the list has no numbers for it."""
    return ARCHITECTURES.get(platform.machine())


def allowed_numbers(kind: Architecture) -> dict[str, int]:
    """Return the calls on the list that an architecture has, and their numbers.

    Examples
    --------
    >>> allowed_numbers(ARCHITECTURES["aarch64"])["read"]
    63
    """
    rows = (
        line.split()
        for line in _LIST.read_text("ascii").splitlines()
        if line and not line.startswith("#")
    )
    return {row[0]: int(row[kind.column]) for row in rows if row[kind.column] != "-"}


def program(kind: Architecture) -> bytes:
    """Return the filter for one architecture, as the kernel takes it."""
    return b"".join(struct.pack("=HBBI", *step) for step in _steps(kind))


def _steps(kind: Architecture) -> Iterator[tuple[int, int, int, int]]:
    """Yield the filter's steps: what to do, how many to skip if true, if false, with what."""
    refuse, unknown = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS
    yield _LOAD, 0, 0, _ARCHITECTURE_AT
    yield _IF_EQUAL, 1, 0, kind.audit
    yield _RETURN, 0, 0, _KILL_PROCESS
    yield _LOAD, 0, 0, _NUMBER_AT
    # This also catches x32: its numbers have bit 30 set.
    yield _IF_GREATER, 0, 1, NEWEST
    yield _RETURN, 0, 0, unknown
    yield _IF_EQUAL, 0, 1, _CLONE3
    yield _RETURN, 0, 0, unknown
    for name, number in allowed_numbers(kind).items():
        if only := _ONLY.get(name):
            yield _IF_EQUAL, 0, 2 + 2 * len(only.values) + 1, number
            yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * only.argument
            yield _AND, 0, 0, only.mask
            for value in only.values:
                yield _IF_EQUAL, 0, 1, value
                yield _RETURN, 0, 0, _ALLOW
            yield _RETURN, 0, 0, refuse
        else:
            yield _IF_EQUAL, 0, 1, number
            yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, refuse


@cache
def program_here() -> bytes:
    """Return the filter for this machine; built once, before any process is forked."""
    kind = architecture()
    if kind is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for {platform.machine()}")
    return program(kind)


def allow_only_listed_calls() -> None:
    """Put the filter on this process, for good; it needs `namespaces.no_new_privileges` first."""
    steps = program_here()
    holder = ctypes.create_string_buffer(steps, len(steps))
    # struct sock_fprog: how many steps of eight bytes, and where they are.
    announced = struct.pack("@HP", len(steps) // 8, ctypes.addressof(holder))
    call("prctl", _SET_SECCOMP, _MODE_FILTER, announced)
