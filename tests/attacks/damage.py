"""Attacks on files, on other learners' marks, and on what runs after the learner's code."""

from __future__ import annotations

from tests.attacks.attack import code

ATTACKS = (
    code("writes into the marker's home", "damage", "Path(HOME, SIGNATURE).write_text('x')"),
    code("overwrites a file of the marker's", "damage", "Path(HOME, 'secret.txt').write_text('')"),
    code(
        "writes an IPython start-up file, which runs in everyone's marking",
        "damage",
        """
        start_up = Path(HOME, ".ipython", "profile_default", "startup")
        start_up.mkdir(parents=True, exist_ok=True)
        (start_up / "00.py").write_text(f"# {SIGNATURE}")
        """,
    ),
    code(
        "installs a kernel of its own",
        "damage",
        """
        kernel = Path(HOME, ".local", "share", "jupyter", "kernels", "python3")
        kernel.mkdir(parents=True, exist_ok=True)
        (kernel / "kernel.json").write_text(f'{{"argv": ["true"], "display_name": "{SIGNATURE}"}}')
        """,
    ),
    code(
        "changes nbgrader's settings",
        "damage",
        "with open(f'{ROOT}/nbgrader_config.py', 'a') as file:\n    file.write('# ' + SIGNATURE)",
    ),
    code(
        "changes the author's source",
        "damage",
        "with open(f'{ROOT}/source/waiting_times/waits.csv', 'a') as file:\n    file.write('x')",
    ),
    code(
        "leaves answers in source, which nbgrader copies over everyone's",
        "damage",
        "Path(ROOT, 'source', 'waiting_times', 'answers.json').write_text(SIGNATURE)",
    ),
    code(
        "overwrites a neighbour's work",
        "damage",
        "for path in Path(ROOT, 'submitted', NEIGHBOUR).rglob('*.ipynb'):\n"
        "    path.write_text('{}')",
    ),
    code(
        "deletes a neighbour's work",
        "damage",
        "import shutil\n\nshutil.rmtree(f'{ROOT}/submitted/{NEIGHBOUR}')",
    ),
    code(
        "lowers another's marks",
        "damage",
        """
        import sqlite3

        with sqlite3.connect(f"{ROOT}/gradebook.db", timeout=5) as book:
            book.execute("UPDATE grade SET manual_score = 0")
        """,
    ),
    code(
        "deletes the gradebook",
        "damage",
        "Path(ROOT, 'gradebook.db').unlink()",
    ),
    code(
        "leaves a file for the next learner in a shared folder",
        "damage",
        "for folder in ('/tmp', '/dev/shm', '/var/tmp'):\n"
        "    try:\n"
        "        Path(folder, SIGNATURE).write_text('x')\n"
        "    except OSError:\n"
        "        pass",
    ),
    code(
        "writes everywhere that it can",
        "damage",
        """
        import os, site, sys

        places = {*sys.path, *site.getsitepackages(), sys.prefix, sys.base_prefix, ROOT, HOME, "/",
                  "/etc", "/usr/lib", "/var", "/run", "/work", os.path.dirname(os.__file__), "..",
                  "../..", "/dev"}
        for place in places:
            try:
                Path(place, SIGNATURE).write_text("x")
            except OSError:
                pass
        """,
    ),
    code(
        "leaves modules where later imports look first",
        "damage",
        """
        import sys

        for place in sys.path:
            for name in ("sitecustomize.py", "usercustomize.py"):
                try:
                    with open(Path(place or ".", name), "x") as file:
                        file.write(f"# {SIGNATURE}")
                except OSError:
                    pass
        site = Path(HOME, ".local/lib/python3.11/site-packages")
        site.mkdir(parents=True)
        (site / "usercustomize.py").write_text(f"# {SIGNATURE}")
        """,
    ),
    code(
        "changes what shells and programs read when they start",
        "damage",
        """
        for name in (".bashrc", ".profile", ".pythonrc", ".config/matplotlib/matplotlibrc",
                     ".jupyter/jupyter_config.py", ".jupyter/nbgrader_config.py"):
            path = Path(HOME, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {SIGNATURE}")
        """,
    ),
    code(
        "writes through a hard link and a symbolic link",
        "damage",
        """
        import os

        os.symlink(f"{HOME}/secret.txt", "way_out")
        try:
            open("way_out", "w").close()
        except OSError:
            pass
        os.link(f"{HOME}/secret.txt", "second_name")
        open("second_name", "w").close()
        """,
    ),
    code(
        "goes up from its folder through the names of its open files",
        "damage",
        """
        import os

        for fd in range(3, 64):
            try:
                Path(f"/proc/self/fd/{fd}/../{SIGNATURE}").write_text("x")
            except OSError:
                pass
            try:
                os.close(os.open(SIGNATURE, os.O_CREAT | os.O_WRONLY, dir_fd=fd))
            except OSError:
                pass
        Path("../../..", SIGNATURE).write_text("x")
        """,
    ),
)
