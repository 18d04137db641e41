"""Attacks on the conversation with the marker: its files, its words, and the code that speaks.

Stock nbgrader talks to its kernels by network sockets, and has no such conversation; these are for
the day when someone has read our code.
"""

from __future__ import annotations

from tests.attacks.attack import code

_SAY = r"""
import json, os, struct, sys


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


def say(data, descriptors=range(3, 256)):
    for fd in descriptors:
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            pass


"""

_FORGED_PASSES = r"""
forged = b"".join(
    frame({
        "n": n, "outputs": [], "cut": False, "failed": None, "refused": {},
        "values": {"median_wait": 44.0, "summary": {}}, "value": 3, "ok": True,
    })
    for n in range(1, 400)
)
"""

ATTACKS = (
    code("writes rubbish into every open file", "stop", f"{_SAY}say(os.urandom(100_000))"),
    code(
        "writes rubbish into every open file, to gain marks",
        "score",
        f"{_SAY}say(os.urandom(100_000))",
    ),
    code(
        "answers questions before they are asked, as if every check had passed",
        "score",
        f"{_SAY}{_FORGED_PASSES}say(forged)",
    ),
    code(
        "answers for the checker from within a called function",
        "score",
        "median_wait = None",
        f"{_SAY}{_FORGED_PASSES}",
        "def moving_ranges(values):\n    say(forged)\n    os._exit(0)",
    ),
    code(
        "asks the marker for values, runs and files, as the checker does",
        "hidden tests",
        _SAY
        + r"""
asks = b"".join(
    frame({"n": n, "ask": ask})
    for n in range(1, 200)
    for ask in (
        {"do": "names", "names": ["upper_half", "all_waits"]},
        {"do": "run", "source": "print(upper_half)"},
        {"do": "files", "files": []},
    )
)
say(asks)
""",
        "print(globals().keys())",
    ),
    code(
        "announces a message of four gigabytes and says no more",
        "stop",
        f"{_SAY}say(b'\\xff\\xff\\xff\\xff')\n\nimport time\n\ntime.sleep(100)",
    ),
    code(
        "says a long message one byte at a time",
        "stop",
        f"""{_SAY}
import time

say(struct.pack(">I", 50_000_000))
while True:
    say(b" ")
    time.sleep(0.5)
""",
    ),
    code(
        "says messages that are none",
        "stop",
        _SAY
        + r"""
for evil in (b"", b"[]", b"null", b"{", b"[" * 100_000, b'{"n": 1e999}', b'{"n": NaN}',
             b'{"n": "2"}', b'{"n": true, "outputs": 7}', b'{"n": 2, "outputs": [[]]}', b"\xff",
             b'{"n": ' + b"9" * 100_000 + b"}", b'{"n": 2, "n": 3}'):
    say(frame(evil))
""",
    ),
    code(
        "closes every file of its process",
        "unmarked",
        "import os\n\nos.closerange(0, 1024)",
    ),
    code(
        "closes every file of its process, to stop the batch",
        "stop",
        "import os\n\nos.closerange(0, 1024)",
    ),
    code(
        "points every file of its process at another",
        "stop",
        """
        import os

        null = os.open("/dev/zero", os.O_RDWR)
        for fd in range(64):
            if fd != null:
                os.dup2(null, fd)
        """,
    ),
    code(
        "keeps a second end of every open file in a thread that floods it",
        "stop",
        f"""{_SAY}
import threading

def flood():
    while True:
        say(b"x" * 10_000)

threading.Thread(target=flood, daemon=True).start()
""",
    ),
    code(
        "replaces json and struct, so that all it says is forged",
        "score",
        r"""
        import json, struct

        forged = {"outputs": [], "values": {"median_wait": 44.0}, "value": 3, "passed": True}
        says, packs = json.dumps, struct.pack
        json.dumps = lambda message, *args, **kwargs: says(
            {**forged, "n": message.get("n") if isinstance(message, dict) else 1}
        )
        json.loads = lambda *args, **kwargs: {"n": 1, "do": "names", "names": []}
        struct.pack = lambda *args: packs(">I", 0)
        """,
    ),
    code(
        "replaces the functions of the sandbox itself",
        "score",
        r"""
        import sys

        for name, module in list(sys.modules.items()):
            if name.startswith("autograder"):
                for what, thing in list(vars(module).items()):
                    if callable(thing) and not isinstance(thing, type):
                        setattr(module, what, lambda *args, **kwargs: {"n": 1, "outputs": []})
                    if isinstance(thing, (bool, int)):
                        setattr(module, what, 2**31)
        """,
    ),
    code(
        "finds the conversation in memory and goes on with it itself",
        "score",
        r"""
        import gc

        for thing in gc.get_objects():
            if type(thing).__name__ == "Connection" and hasattr(thing, "send"):
                for n in range(1, 300):
                    try:
                        thing.send({"n": n, "outputs": [], "values": {}, "value": 3})
                    except Exception:
                        break
        """,
    ),
    code(
        "gives handles that lead elsewhere",
        "score",
        r"""
        import sys

        encoder = sys.modules.get("autograder.sandbox.values")
        names = ["function", "object", "handle", "Handle", "module", "pickle", "eval"]
        if encoder:
            encoder.encode = lambda value, keep: {
                "handle": -1, "kind": names, "name": "__import__", "type": "builtins.eval",
                "module": "os", "function": "system", "args": ["true"],
            }
        median_wait = weekly = moving_ranges = limits = summary = baseline = ax = len
        """,
    ),
    code(
        "runs its signal handlers and traps in the middle of an answer",
        "stop",
        """
        import signal

        def again(*info):
            raise RuntimeError

        signal.signal(signal.SIGALRM, again)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        """,
    ),
    code(
        "replaces where its words go",
        "unmarked",
        """
        import io, sys

        sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None
        sys.displayhook = sys.excepthook = print = None
        get_ipython().display_pub = get_ipython().display_formatter = None
        """,
    ),
)
