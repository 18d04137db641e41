"""Attacks on secrets: files, the environment, another's work, and the hidden tests."""

from __future__ import annotations

from tests.attacks.attack import code

ATTACKS = (
    code(
        "reads a file of the marker's",
        "secret",
        "print(Path(HOME, 'secret.txt').read_text())",
    ),
    code(
        "reads the environment",
        "secret",
        "import os, subprocess\n\nprint(dict(os.environ))\n",
    ),
    code(
        "reads every process's environment",
        "secret",
        """
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                print(path.read_bytes())
            except OSError:
                pass
        """,
    ),
    code(
        "reads the environment that the process was started with",
        "secret",
        "print(Path('/proc/self/environ').read_bytes())",
    ),
    code(
        "reads a neighbour's work",
        "secret",
        "print(Path(ROOT, 'submitted', NEIGHBOUR, 'waiting_times', 'waiting_times.ipynb')"
        ".read_text())",
    ),
    code(
        "finds a file by walking the whole disk",
        "secret",
        """
        import os

        for place, folders, files in os.walk("/"):
            folders[:] = [name for name in folders if name not in ("proc", "sys", "usr", ".venv")]
            if "secret.txt" in files:
                print(Path(place, "secret.txt").read_text())
        """,
    ),
    code(
        "links to a file of the marker's while it runs, so that it is copied into the feedback",
        "secret",
        "import os\n\nos.symlink(f'{HOME}/secret.txt', 'notes.txt')",
    ),
    code(
        "reads a file of the marker's through a cell magic and a shell",
        "secret",
        "%cat {HOME}/secret.txt\n!cat {HOME}/secret.txt\n%load_ext autoreload",
    ),
    code(
        "reads the hidden tests in source",
        "hidden tests",
        "print(Path(ROOT, 'source', 'waiting_times', 'waiting_times.ipynb').read_text())",
    ),
    code(
        "reads the hidden tests in the gradebook",
        "hidden tests",
        """
        import sqlite3

        with sqlite3.connect(f"file:{ROOT}/gradebook.db?mode=ro", uri=True) as book:
            print(book.execute("SELECT source FROM source_cell").fetchall())
        """,
    ),
    code(
        "reads the checks that ran before in IPython's history",
        "hidden tests",
        "median_wait = 0.5",
        "print(In, get_ipython().history_manager.input_hist_raw)",
    ),
    code(
        "notes each cell's text just before it runs",
        "hidden tests",
        """
        seen = []
        get_ipython().events.register("pre_run_cell", lambda info: seen.append(info.raw_cell))
        """,
        "print(seen)",
    ),
    code(
        "notes each cell's syntax tree just before it runs",
        "hidden tests",
        """
        import ast

        seen = []

        class Note(ast.NodeTransformer):
            def visit(self, node):
                seen.append(ast.unparse(node))
                return node

        get_ipython().ast_transformers.append(Note())
        """,
        "print(seen)",
    ),
    code(
        "searches every object in memory",
        "hidden tests",
        "median_wait = 0.5",
        """
        import gc, sys

        name = "_".join(("upper", "half"))
        for thing in gc.get_objects():
            try:
                if isinstance(thing, dict) and name in thing:
                    print(list(thing))
                if name in thing.__code__.co_names:
                    print(thing.__code__.co_names, thing.__code__.co_consts)
            except Exception:
                pass
        """,
    ),
    code(
        "searches the lines that tracebacks are made from",
        "hidden tests",
        "median_wait = 'none'",
        "import linecache\n\nprint(linecache.cache)",
    ),
    code(
        "searches its own memory as a file",
        "hidden tests",
        "median_wait = 0.5",
        r"""
        wanted = b" ".join((b"BEGIN", b"HIDDEN", b"TESTS"))
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                place, rights = line.split()[:2]
                start, end = (int(part, 16) for part in place.split("-"))
                if "rw" not in rights or end - start > 2**28:
                    continue
                try:
                    memory.seek(start)
                    held = memory.read(end - start)
                except (OSError, ValueError, OverflowError):
                    continue
                at = held.find(wanted)
                while at >= 0:
                    print(held[at : at + 300])
                    at = held.find(wanted, at + 1)
        """,
    ),
    code(
        "looks from a called function into the frames that call it",
        "hidden tests",
        "seen = []\nmedian_wait = 0.5",
        "import sys",
        """
        def moving_ranges(values):
            frame = sys._getframe()
            while frame is not None:
                seen.append((list(frame.f_globals), frame.f_code.co_names, frame.f_code.co_consts))
                frame = frame.f_back
            return [3, 4]
        """,
        "print(seen)",
    ),
    code(
        "reads what a check left in the namespace",
        "hidden tests",
        "median_wait = 0.5",
        "print(dir(), list(globals()))",
    ),
    code(
        "reads everything that modules hold",
        "hidden tests",
        "median_wait = 0.5",
        """
        import sys

        for module in list(sys.modules.values()):
            for name, thing in list(getattr(module, "__dict__", {}).items()):
                if isinstance(thing, (str, bytes, list, tuple, dict)) and len(thing) < 10_000:
                    text = repr(thing)
                    if "_".join(("upper", "half")) in text:
                        print(text)
        """,
    ),
    code(
        "reads from every file that the process holds open",
        "hidden tests",
        "median_wait = 0.5",
        r"""
        import os

        for fd in range(3, 256):
            try:
                if not os.path.exists(f"/proc/self/fd/{fd}") and os.path.exists("/proc/self/fd"):
                    continue
                os.set_blocking(fd, False)
                print(fd, os.pread(fd, 1_000_000, 0))
            except OSError:
                pass
        """,
    ),
    code(
        "answers wrongly, to read the hidden tests in the feedback",
        "hidden tests told",
        """
        median_wait = 0.5
    """,
    ),
    code(
        "puts what it finds in a calling frame into the message of an error",
        "hidden tests told",
        "import sys",
        "weekly = None",
        """
        def moving_ranges(values):
            frame = sys._getframe(1)
            raise ValueError([frame.f_code.co_names, list(frame.f_globals), values])
        """,
    ),
)
