"""Attacks by processes, threads and signals, and by ways out of a sandbox."""

from __future__ import annotations

from tests.attacks.attack import code

_SYSTEM_CALL = """
import ctypes, os, platform

libc = ctypes.CDLL(None, use_errno=True)


def try_calls(*named):
    for name, arguments in named:
        result = getattr(libc, name)(*arguments)
        if result >= 0 and result < 2**62:
            print(SIGNATURE, name, result)


"""

ATTACKS = (
    code(
        "leaves a daemon",
        "outlive",
        """
        import os, time

        if os.fork() == 0:
            mark_process()
            os.setsid()
            if os.fork() == 0:
                time.sleep(20)
            os._exit(0)
        """,
        waits=1,
    ),
    code(
        "leaves a program in a session of its own that ignores signals",
        "outlive",
        """
        import subprocess, sys

        subprocess.Popen(
            [sys.executable, "-c", "import signal, time\\n"
             "for n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\\ntime.sleep(20)",
             "-".join(("qi", "outlives"))],
            start_new_session=True,
        )
        """,
        waits=1,
    ),
    code(
        "leaves a thread that keeps the process",
        "outlive",
        """
        import signal, threading, time

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

        def stay():
            mark_process()
            time.sleep(20)

        threading.Thread(target=stay).start()
        """,
        waits=1,
    ),
    code(
        "starts sixty processes",
        "exhaust",
        """
        import os, time

        for _ in range(60):
            if os.fork() == 0:
                time.sleep(20)
                os._exit(0)
        print(SIGNATURE)
        """,
    ),
    code(
        "starts processes that start processes",
        "stop",
        """
        import os, time

        end = time.monotonic() + 5
        for _ in range(6):
            try:
                os.fork()
            except OSError:
                break
        while time.monotonic() < end:
            pass
        """,
    ),
    code(
        "starts a thousand threads",
        "exhaust",
        """
        import threading, time

        threading.stack_size(256 * 1024)
        for _ in range(1000):
            threading.Thread(target=time.sleep, args=(10,), daemon=True).start()
        print(SIGNATURE)
        """,
    ),
    code("ends its process", "unmarked", "import os\n\nos._exit(0)"),
    code("kills its process", "unmarked", "import os, signal\n\nos.kill(os.getpid(), 9)"),
    code(
        "kills what started it",
        "stop",
        "import os\n\nfor _ in range(3):\n    os.kill(os.getppid(), 9)",
    ),
    code("kills every process that it can", "stop", "import os\n\nos.kill(-1, 9)"),
    code(
        "kills its process group and its session",
        "stop",
        "import os\n\nos.killpg(os.getpgid(os.getppid()), 9)\nos.killpg(0, 9)",
    ),
    code(
        "stops what started it, without ending it",
        "stop",
        "import os, signal\n\nos.kill(os.getppid(), signal.SIGSTOP)",
    ),
    code(
        "stops itself, without ending",
        "stop",
        "import os, signal\n\nos.kill(os.getpid(), signal.SIGSTOP)",
    ),
    code(
        "crashes the interpreter",
        "unmarked",
        "import ctypes\n\nctypes.string_at(0)",
    ),
    code("leaves by SystemExit", "unmarked", "import sys\n\nsys.exit(0)"),
    code("leaves by quit()", "unmarked", "quit()"),
    code("raises what only the keyboard raises", "unmarked", "raise KeyboardInterrupt"),
    code("runs for ever", "stop", "while True:\n    pass"),
    code(
        "runs for ever and ignores being interrupted",
        "stop",
        """
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
        """,
    ),
    code("computes a number that never ends", "stop", "9**9**9"),
    code("sleeps in every cell", "stop", *["import time\n\ntime.sleep(100)"] * 7),
    code(
        "does not let the process end",
        "stop",
        """
        import atexit, signal, time

        def stay():
            while True:
                try:
                    time.sleep(100)
                except BaseException:
                    pass

        signal.signal(signal.SIGTERM, lambda *info: stay())
        atexit.register(stay)
        """,
    ),
    code(
        "forks, so that two processes answer",
        "stop",
        "import os\n\nos.fork()\nmedian_wait = os.getpid()",
    ),
    code(
        "clears the namespace and IPython",
        "unmarked",
        "get_ipython().reset()\nglobals().clear()",
    ),
    code(
        "takes the builtins away",
        "unmarked",
        "import builtins\n\nfor name in list(vars(builtins)):\n    delattr(builtins, name)",
    ),
    code(
        "lowers its own limits, so that nothing more works",
        "unmarked",
        """
        import resource

        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (0, 0))
        """,
    ),
    code(
        "raises its own limits",
        "escape",
        """
        import resource

        for limit in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
            hard = resource.getrlimit(limit)[1]
            if hard == resource.RLIM_INFINITY or hard > 2**33:
                print(SIGNATURE, limit, hard)
        """,
    ),
    code(
        "runs another program",
        "escape",
        "import subprocess\n\nsubprocess.run(['true'], check=True)\nprint(SIGNATURE)",
    ),
    code(
        "makes a file that is nowhere on a disk, to run it",
        "escape",
        """
        import os

        memory = os.memfd_create("x")
        os.write(memory, b"#!/bin/sh\\n")
        print(SIGNATURE, memory)
        """,
    ),
    code(
        "traces what started it",
        "escape",
        f"{_SYSTEM_CALL}try_calls(('ptrace', (16, os.getppid(), 0, 0)))",
    ),
    code(
        "reads the memory of what started it",
        "escape",
        f"""{_SYSTEM_CALL}
class Part(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


got = ctypes.create_string_buffer(64)
for line in open(f"/proc/{{os.getppid()}}/maps"):
    start = int(line.split("-")[0], 16)
    here, there = Part(ctypes.addressof(got), 64), Part(start, 64)
    try_calls(("process_vm_readv", (os.getppid(), ctypes.byref(here), 1,
                                    ctypes.byref(there), 1, 0)))
    break
""",
    ),
    code(
        "makes namespaces and mounts of its own",
        "escape",
        f"""{_SYSTEM_CALL}
CLONE_NEWUSER, CLONE_NEWNS = 0x10000000, 0x20000
try_calls(
    ("unshare", (CLONE_NEWNS,)),
    ("mount", (b"none", b"/mnt", b"tmpfs", 0, 0)),
    ("umount2", (b"/proc", 2)),
    ("chroot", (b"/tmp",)),
    ("unshare", (CLONE_NEWUSER | CLONE_NEWNS,)),
)
""",
    ),
    code(
        "enters the namespaces of what started it",
        "escape",
        f"""{_SYSTEM_CALL}
for process in (1, os.getppid()):
    for name in ("user", "mnt", "net", "pid"):
        try:
            space = os.open(f"/proc/{{process}}/ns/{{name}}", os.O_RDONLY)
        except OSError:
            continue
        try_calls(("setns", (space, 0)))
""",
    ),
    code(
        "calls the parts of the kernel that break most often",
        "escape",
        f"""{_SYSTEM_CALL}
numbers = {{
    "x86_64": {{"keyctl": 250, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
               "perf_event_open": 298, "add_key": 248}},
    "aarch64": {{"keyctl": 219, "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425,
                "perf_event_open": 241, "add_key": 217}},
}}[platform.machine()]
parameters = ctypes.create_string_buffer(256)
for name, arguments in (
    ("keyctl", (0, -3, 1, 0, 0)),
    ("userfaultfd", (1, 0, 0, 0, 0)),
    ("io_uring_setup", (1, parameters, 0, 0, 0)),
    ("bpf", (0, parameters, 72, 0, 0)),
    ("perf_event_open", (parameters, 0, -1, -1, 0)),
    ("add_key", (b"user", b"x", b"y", 1, -3)),
):
    if libc.syscall(numbers[name], *arguments) >= 0:
        print(SIGNATURE, name)
""",
    ),
    code(
        "sees the marker's processes",
        "escape",
        """
        import os

        seen = [p.name for p in Path("/proc").glob("[0-9]*") if int(p.name) != os.getpid()]
        if os.getppid() != 0 and seen:
            print(SIGNATURE, seen)
        """,
    ),
    code(
        "signals a process that is not its own",
        "escape",
        """
        import os

        for process in {1, os.getppid(), *range(2, 400)} - {0, os.getpid()}:
            try:
                os.kill(process, 0)
            except OSError:
                continue
            print(SIGNATURE, process)
        """,
    ),
    code(
        "types into the marker's terminal",
        "escape",
        """
        import fcntl, termios

        with open("/dev/tty", "w") as terminal:
            fcntl.ioctl(terminal, termios.TIOCSTI, b"#")
            print(SIGNATURE)
        """,
    ),
    code(
        "makes a device and a set-user-id file",
        "escape",
        """
        import os, stat

        for make in (
            lambda: os.mknod("disk", stat.S_IFBLK | 0o600, os.makedev(8, 0)),
            lambda: os.setuid(0),
            lambda: os.chown("/etc/passwd", 0, 0),
        ):
            try:
                make()
                print(SIGNATURE)
            except OSError:
                pass
        """,
    ),
    code(
        "reads the list of this machine's users",
        "escape",
        "if 'root:' in Path('/etc/passwd').read_text():\n    print(SIGNATURE)",
    ),
    code(
        "calls a service of this machine",
        "network",
        "import socket\n\nsocket.create_connection(('127.0.0.1', PORT), 3).close()",
    ),
    code(
        "calls a service by its address on the web",
        "network",
        "import urllib.request\n\nurllib.request.urlopen(f'http://127.0.0.1:{PORT}/', timeout=1)",
    ),
    code(
        "sends a datagram, as a look-up of names would",
        "network",
        """
        import socket

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(b"secret.example", ("127.0.0.1", PORT))
        """,
    ),
    code(
        "calls a service by an abstract socket, which no file system hides",
        "network",
        "import socket\n\nsocket.socket(socket.AF_UNIX).connect(f'\\0qi-{PORT}')",
    ),
    code(
        "calls a service by its socket in the marker's home",
        "network",
        "import socket\n\nsocket.socket(socket.AF_UNIX).connect(f'{HOME}/desk.sock')",
    ),
    code(
        "calls a service from an event loop, without a line of Python in between",
        "network",
        """
        import asyncio

        async def call():
            await asyncio.open_connection("127.0.0.1", PORT)

        await call()
        """,
    ),
)
