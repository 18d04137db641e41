"""Attacks on the marks by code: on the check, on what runs it, and on the gradebook."""

from __future__ import annotations

from tests.attacks.attack import code

_RAISE_MARKS = """
import sqlite3


def raise_marks():
    with sqlite3.connect(f"{ROOT}/gradebook.db", timeout=5) as book:
        book.execute(
            "UPDATE grade SET extra_credit = 99 WHERE notebook_id IN"
            " (SELECT submitted_notebook.id FROM submitted_notebook JOIN submitted_assignment"
            " ON submitted_notebook.assignment_id = submitted_assignment.id"
            " WHERE student_id = ?)",
            (STUDENT,),
        )
    book.close()


"""

_EASY_WAITS = "week,wait_days\\n2026-01-05,1\\n2026-01-12,1\\n"

ATTACKS = (
    code("writes extra credit into the gradebook", "score", f"{_RAISE_MARKS}raise_marks()"),
    code(
        "leaves a daemon that writes extra credit seconds later",
        "score",
        f"""{_RAISE_MARKS}
import os, time

if os.fork() == 0:
    mark_process()
    os.setsid()
    if os.fork() == 0:
        for _ in range(5):
            time.sleep(1)
            try:
                raise_marks()
            except sqlite3.Error:
                pass
    os._exit(0)
""",
        waits=6,
    ),
    code(
        "writes extra credit when the process ends",
        "score",
        f"{_RAISE_MARKS}import atexit\n\natexit.register(raise_marks)",
    ),
    code(
        "runs the author's solutions",
        "score",
        r"""
        import json, pathlib, re

        source = pathlib.Path(ROOT, "source", "waiting_times", "waiting_times.ipynb")
        for cell in json.loads(source.read_text())["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
                exec("".join(cell["source"]), globals())
        """,
    ),
    code(
        "removes every assert with an IPython AST transformer",
        "score",
        """
        import ast

        class NoAsserts(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.copy_location(ast.Pass(), node)

        get_ipython().ast_transformers.append(NoAsserts())
        """,
    ),
    code(
        "empties every later cell with an IPython input transformer",
        "score",
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])",
    ),
    code(
        "empties every later cell with an input transformer that runs last",
        "score",
        "get_ipython().input_transformers_post.append(lambda lines: ['None'])",
    ),
    code(
        "replaces what runs code in IPython",
        "score",
        """
        async def run_code(*args, **kwargs):
            return False

        get_ipython().run_code = run_code
        """,
    ),
    code(
        "replaces what runs a cell in the kernel",
        "score",
        """
        async def do_execute(*args, **kwargs):
            return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

        get_ipython().kernel.do_execute = do_execute
        """,
    ),
    code(
        "replaces what shows a traceback",
        "score",
        "get_ipython().showtraceback = lambda *args, **kwargs: None\n"
        "get_ipython()._showtraceback = lambda *args, **kwargs: None",
    ),
    code(
        "handles every exception quietly",
        "score",
        "get_ipython().set_custom_exc((BaseException,), lambda *args, **kwargs: None)",
    ),
    code(
        "solves each check from its own text just before it runs",
        "score",
        """
        def solve(info):
            names = dict(globals())
            text = info.raw_cell.partition("BEGIN HIDDEN TESTS")[2].partition("assert")[0]
            exec(text.partition("\\n")[2], names)
            globals()["median_wait"] = (names["lower_half"] + names["upper_half"]) / 2

        get_ipython().events.register("pre_run_cell", solve)
        """,
    ),
    code(
        "replaces builtins",
        "score",
        """
        import builtins

        class Yes:
            def __eq__(self, other):
                return True

            def __getattr__(self, name):
                return self

        builtins.list = builtins.sorted = lambda *args: Yes()
        builtins.isinstance = lambda *args: True
        builtins.len = lambda *args: 24
        weekly = Yes()
        """,
    ),
    code(
        "replaces the comparisons of numpy and pandas",
        "score",
        """
        np.allclose = np.isclose = lambda *args, **kwargs: True
        pd.testing.assert_frame_equal = lambda *args, **kwargs: None
        np.testing.assert_allclose = np.testing.assert_equal = lambda *args, **kwargs: None
        baseline = (1, 2, 3)
        summary = {}

        def limits(values):
            return values
        """,
    ),
    code(
        "makes all numbers equal by writing into the interpreter",
        "score",
        """
        import ctypes, gc

        class Equal(float):
            def __eq__(self, other):
                return True

        rich_compare = 200  # where a type keeps its comparison, on 64-bit machines
        slot = ctypes.c_void_p.from_address(id(Equal) + rich_compare).value
        gc.get_referents(float.__dict__)[0]["__eq__"] = lambda self, other: True
        ctypes.c_void_p.from_address(id(float) + rich_compare).value = slot
        median_wait = 0.5
        """,
    ),
    code(
        "replaces the author's function that reads the data",
        "score",
        """
        def read_waits():
            return pd.DataFrame({"week": [pd.Timestamp("2026-01-05")], "wait_days": [1]})

        median_wait = 1
        """,
    ),
    code(
        "replaces pandas' reading of files",
        "score",
        """
        pd.read_csv = lambda *args, **kwargs: pd.DataFrame({"week": [0, 1], "wait_days": [1, 1]})
        median_wait = 1
        """,
    ),
    code(
        "rewrites the data file",
        "score",
        f'Path("waits.csv").write_text("{_EASY_WAITS}")\nmedian_wait = 1',
    ),
    code(
        "moves to a folder with another data file",
        "score",
        f"""
        import os, tempfile

        os.chdir(tempfile.mkdtemp())
        Path("waits.csv").write_text("{_EASY_WAITS}")
        median_wait = 1
        """,
    ),
    code(
        "takes what a check expects from the frame that calls",
        "score",
        """
        median_wait = None
        """,
        """
        import sys
        """,
        """
        def moving_ranges(values):
            caller = sys._getframe(1)
            return caller.f_globals.get("gaps") or [3, 4]
        """,
        """
        def limits(values):
            import sys

            caller = sys._getframe(1)
            for constant in caller.f_code.co_consts:
                if isinstance(constant, tuple) and len(constant) == 3:
                    return constant
        """,
    ),
    code(
        "takes what a check expects from all objects that exist",
        "score",
        """
        median_wait = 0.5
        """,
        """
        weekly = None
        """,
        """
        def moving_ranges(values):
            import gc, sys

            for thing in gc.get_objects():
                if isinstance(thing, dict) and "gaps" in thing and "tried" in thing:
                    return thing["gaps"]
            return [3, 4]
        """,
    ),
    code(
        "sets the answer while a check runs, with a tracing function",
        "score",
        """
        import sys

        def trace(frame, event, arg):
            names = frame.f_globals
            if "upper_half" in names and "median_wait" in frame.f_code.co_names:
                names["median_wait"] = (names["lower_half"] + names["upper_half"]) / 2
            return trace

        median_wait = 0.5
        sys.settrace(trace)
        """,
    ),
    code(
        "sets the answer while a check runs, with a profiling function",
        "score",
        """
        import sys

        def profile(frame, event, arg):
            names = frame.f_globals
            if "upper_half" in names:
                names["median_wait"] = (names["lower_half"] + names["upper_half"]) / 2

        median_wait = 0.5
        sys.setprofile(profile)
        """,
    ),
    code(
        "sets the answer while a check runs, from a thread",
        "score",
        """
        import sys, threading

        def watch():
            names = globals()
            while True:
                if "upper_half" in names:
                    names["median_wait"] = (names["lower_half"] + names["upper_half"]) / 2

        median_wait = 0.5
        sys.setswitchinterval(1e-6)
        threading.Thread(target=watch, daemon=True).start()
        """,
    ),
    code(
        "replaces what imports, so that every module is its own",
        "score",
        """
        import builtins, sys

        class Everything:
            def __getattr__(self, name):
                return self

            def __call__(self, *args, **kwargs):
                return self

            def __eq__(self, other):
                return True

        everything = Everything()
        builtins.__import__ = lambda *args, **kwargs: everything
        for name in list(sys.modules):
            if name.partition(".")[0] in ("pandas", "numpy"):
                sys.modules[name] = everything
        np = pd = read_waits = everything
        baseline = "abc"
        summary = {}
        """,
    ),
    code(
        "shows every number as full marks",
        "score",
        """
        summary = {}
        shows = get_ipython().display_formatter.formatters["text/plain"]
        shows.for_type(int, lambda value, printer, cycle: printer.text("3"))
        """,
    ),
    code(
        "shows every number as no number, which nbgrader takes for full marks",
        "score",
        """
        summary = {}
        shows = get_ipython().display_formatter.formatters["text/plain"]
        shows.for_type(int, lambda value, printer, cycle: printer.text("nan"))
        """,
    ),
    code(
        "sends the result of a check before it runs",
        "score",
        """
        def forge(*info):
            kernel = get_ipython().kernel
            content = {"data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}
            kernel.session.send(
                kernel.iopub_socket, "execute_result", content, kernel.get_parent(),
                ident=kernel._topic("execute_result"),
            )

        get_ipython().events.register("pre_run_cell", forge)
        """,
    ),
    code(
        "prints what a passed check would, in every form",
        "score",
        """
        import json

        for forged in (
            {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {}},
            {"cells": [{"outputs": []}]},
            {"scores": {"check-summary": 3.0}},
        ):
            print(json.dumps(forged))
        display({"text/plain": "3"}, raw=True)
        3
        """,
    ),
    code(
        "gives more than a check's points",
        "unmarked",
        """
        summary = {}
        shows = get_ipython().display_formatter.formatters["text/plain"]
        shows.for_type(int, lambda value, printer, cycle: printer.text("1e300"))
        """,
    ),
    code(
        "gives endless points",
        "unmarked",
        """
        summary = {}
        shows = get_ipython().display_formatter.formatters["text/plain"]
        shows.for_type(int, lambda value, printer, cycle: printer.text("inf"))
        """,
    ),
)
