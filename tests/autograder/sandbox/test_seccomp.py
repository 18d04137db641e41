from __future__ import annotations

import errno
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import seccomp
from autograder.sandbox.seccomp import ARCHITECTURES, NEWEST, allowed_numbers, program

ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSED, UNKNOWN = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
KINDS = sorted(ARCHITECTURES)
#: Never to be on the list, whatever its reason. Names as in the kernel's headers.
NEVER = {
    "fork", "vfork", "execve", "execveat", "clone3", "unshare", "setns", "mount", "umount2",
    "pivot_root", "chroot", "fsopen", "fsmount", "move_mount", "open_tree", "mount_setattr",
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open", "pidfd_getfd", "kcmp",
    "bpf", "perf_event_open", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "userfaultfd", "memfd_create", "memfd_secret", "keyctl", "add_key", "request_key", "socket",
    "connect", "bind", "listen", "accept", "accept4", "setsockopt", "shmget", "shmat", "shmctl",
    "msgget", "semget", "mq_open", "init_module", "finit_module", "delete_module", "kexec_load",
    "reboot", "swapon", "swapoff", "setuid", "setgid", "setreuid", "setresuid", "setgroups",
    "capset", "personality", "quotactl", "acct", "sethostname", "setdomainname", "settimeofday",
    "clock_settime", "adjtimex", "syslog", "iopl", "ioperm", "modify_ldt", "lookup_dcookie",
    "nfsservctl", "name_to_handle_at", "open_by_handle_at", "mknod", "mknodat", "chown",
    "fchown", "lchown", "fchownat", "setxattr", "inotify_init1", "fanotify_init", "timer_create",
    "timerfd_create", "signalfd4", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "seccomp",
    "landlock_create_ruleset", "sched_setaffinity", "sched_setscheduler", "sched_setattr",
    "setpriority", "ioprio_set", "mbind", "set_mempolicy", "move_pages", "migrate_pages",
    "vmsplice", "splice", "tee", "mlock", "mlockall", "setsid", "setpgid",
}  # fmt: skip


def decided(steps: bytes, number: int, audit: int, arguments: tuple[int, ...] = ()) -> int:
    """Return what a filter says to a call: the kernel's own machine, in a few lines."""
    padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("<iIQ6Q", number, audit, 0, *padded)
    code = [struct.unpack_from("=HBBI", steps, at) for at in range(0, len(steps), 8)]
    held = at = 0
    while True:
        what, if_true, if_false, value = code[at]
        at += 1
        match what:
            case 0x20:
                (held,) = struct.unpack_from("<I", data, value)
            case 0x54:
                held &= value
            case 0x15:
                at += if_true if held == value else if_false
            case 0x25:
                at += if_true if held > value else if_false
            case 0x06:
                return int(value)
            case _:
                raise AssertionError(f"an unknown step: {what:#x}")


@pytest.mark.parametrize("name", KINDS)
@given(
    number=st.integers(0, NEWEST + 50) | st.integers(0, 2**31 - 1),
    arguments=st.tuples(*[st.integers(0, 2**64 - 1)] * 6),
)
def test_a_call_goes_on_only_if_it_is_on_the_list(
    name: str, number: int, arguments: tuple[int, ...]
) -> None:
    kind = ARCHITECTURES[name]
    listed = {at: call for call, at in allowed_numbers(kind).items()}
    says = decided(program(kind), number, kind.audit, arguments)
    if says == ALLOW:
        assert number in listed
    elif number > NEWEST or number == 435:
        assert says == UNKNOWN
    else:
        assert says == REFUSED
        assert listed.get(number) in {None, "clone", "socketpair", "prctl", "ioctl", "fcntl"}


@pytest.mark.parametrize("name", KINDS)
def test_every_listed_call_without_a_rule_goes_on(name: str) -> None:
    kind = ARCHITECTURES[name]
    for call, number in allowed_numbers(kind).items():
        if call not in {"clone", "socketpair", "prctl", "ioctl", "fcntl"}:
            assert decided(program(kind), number, kind.audit, (2**64 - 1,) * 6) == ALLOW, call


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("call", "arguments", "goes_on"),
    [
        ("clone", (0x003D0F00,), True),  # a thread, as the C library makes it
        ("clone", (0x01200011,), False),  # fork
        ("clone", (0x00004111,), False),  # vfork
        ("clone", (0x10010000,), False),  # a thread in a new user namespace
        ("clone", (0x00010000 | 0x80,), False),  # in a new time namespace
        ("socketpair", (1, 1, 0), True),
        ("socketpair", (2, 1, 0), False),
        ("socketpair", (1 << 32 | 2,), False),
        ("prctl", (15,), True),
        ("prctl", (8,), False),  # keep capabilities
        ("ioctl", (0, 0x5421), True),
        ("ioctl", (0, 0x5412), False),  # TIOCSTI: type into a terminal
        ("fcntl", (0, 1030), True),
        ("fcntl", (0, 1031), False),
        ("fcntl", (1030, 8), False),
    ],
)
def test_where_arguments_matter_only_these_go_on(
    name: str, call: str, arguments: tuple[int, ...], goes_on: bool
) -> None:
    kind = ARCHITECTURES[name]
    number = allowed_numbers(kind)[call]
    says = decided(program(kind), number, kind.audit, arguments)
    assert says == (ALLOW if goes_on else REFUSED)


@given(
    number=st.integers(0, 2**31 - 1),
    audit=st.integers(0, 2**32 - 1).filter(
        lambda audit: audit not in {kind.audit for kind in ARCHITECTURES.values()}
    ),
)
def test_a_call_in_other_numbers_ends_the_process(number: int, audit: int) -> None:
    for kind in ARCHITECTURES.values():
        assert decided(program(kind), number, audit) == KILL


def test_32_bit_numbers_with_a_64_bit_processor_are_unknown() -> None:
    kind = ARCHITECTURES["x86_64"]
    for number in allowed_numbers(kind).values():
        assert decided(program(kind), number | 0x40000000, kind.audit) == UNKNOWN


@pytest.mark.parametrize("name", KINDS)
def test_nothing_dangerous_is_on_the_list(name: str) -> None:
    assert not NEVER & set(allowed_numbers(ARCHITECTURES[name]))


@pytest.mark.parametrize("name", KINDS)
def test_each_number_is_listed_once(name: str) -> None:
    numbers = list(allowed_numbers(ARCHITECTURES[name]).values())
    assert len(numbers) == len(set(numbers))
    assert max(numbers) <= NEWEST


@pytest.mark.parametrize("name", KINDS)
def test_the_kernel_takes_a_filter_of_this_length(name: str) -> None:
    assert 0 < len(program(ARCHITECTURES[name])) // 8 <= 4096


@pytest.mark.skipif(
    not Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").exists(),
    reason="the kernel's headers are not installed",
)
def test_the_numbers_are_those_of_the_headers() -> None:
    text = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
    words = [line.split() for line in text.splitlines() if line.startswith("#define __NR_")]
    numbers = {name.removeprefix("__NR_"): int(number) for _, name, number in words}
    for name, number in allowed_numbers(ARCHITECTURES["x86_64"]).items():
        assert numbers[name] == number
    assert NEVER & set(numbers) > {"execve", "ptrace"}


@pytest.mark.parametrize(
    ("call", "number"),
    [("openat", 56), ("read", 63), ("futex", 98), ("clone", 220), ("mmap", 222), ("statx", 291)],
)
def test_the_other_processors_numbers_are_right_where_they_are_known(
    call: str, number: int
) -> None:
    assert allowed_numbers(ARCHITECTURES["aarch64"])[call] == number


def test_an_unknown_processor_gets_no_filter_rather_than_a_wrong_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert seccomp.architecture() is None
    seccomp.program_here.cache_clear()
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program_here()


CHILD = """
import errno, os, sys
from autograder.sandbox import namespaces, seccomp
namespaces.no_new_privileges()
seccomp.allow_only_listed_calls()
import threading
thread = threading.Thread(target=print, args=("thread",), kwargs={"flush": True})
thread.start(); thread.join()
for attempt in (os.fork, lambda: os.execv("/bin/true", ["true"]), lambda: os.setpriority(0, 0, 5)):
    try:
        attempt()
        print("it went on")
    except OSError as error:
        print(errno.errorcode[error.errno])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_the_kernel_takes_the_filter_and_keeps_to_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["thread", "EPERM", "EPERM", "EPERM"]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="32-bit calls of an x86_64 processor")
def test_the_kernel_ends_a_process_that_makes_a_32_bit_call() -> None:
    """Machine code for ``mov eax, 20; int 0x80; ret``: getpid in 32-bit numbers."""
    child = """
import ctypes, mmap
from autograder.sandbox import namespaces, seccomp
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("b814000000cd80c3"))
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
namespaces.no_new_privileges()
seccomp.allow_only_listed_calls()
print("before", flush=True)
call()
print("after", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", child], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["before"]
    assert done.returncode == -31  # SIGSYS
