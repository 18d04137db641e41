"""The process that holds the checks and runs them. No line of a learner's ever runs in it.

It learns of a learner's work only by asking for the values of names and for what a function gives.
A name that the checker has itself, because the preamble, an earlier check or Python set it, is
never asked for: so no learner can replace a function that a check compares with.
"""

from __future__ import annotations

import ast
import os
import shutil
import sys
import tempfile
import traceback
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.sandbox.folder import lay_out
from autograder.sandbox.frames import Connection, Gone
from autograder.sandbox.proxies import Proxies
from autograder.sandbox.reads import Reads, reads
from autograder.sandbox.values import Handle, ValueRefused, decode, encode

_LONGEST_MESSAGE = 2000


def warm_up() -> None:
    """Load what most checks import, once, before any process is forked.

    Matplotlib reads a settings file from the folder that it is first imported in, and a learner's
    files lie in the folder of a check: so it is imported here, before any of them.
    """
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot  # noqa: F401
    import numpy as np
    import pandas as pd

    # What compares values loads more the first time.
    table = pd.DataFrame({"week": pd.to_datetime(["2026-01-05"]), "wait": [41.0]})
    pd.testing.assert_frame_equal(table, decode(encode(table, _kept_nowhere), _from_nowhere))
    np.testing.assert_allclose(table["wait"], np.array([41.0]))


def _kept_nowhere(value: object) -> int:
    raise ValueRefused("nothing is kept")


def _from_nowhere(handle: Handle) -> object:
    raise ValueRefused("nothing was kept")


def serve(connection: Connection) -> None:
    """Answer the conductor's questions, about one submission after the other, until it is gone.

    What checks print, and warnings, go nowhere: nbgrader gives no mark where anything is written to
    stderr, and a right answer must not lose its mark for a warning of pandas.

    Parameters
    ----------
    connection : Connection
        Where questions come from. It is on none of the standard streams, which lead nowhere.
    """
    home = Path.cwd()
    # A learner's files lie in the folder that checks run in. A module among them must never be
    # imported, so nothing on the import path may depend on the folder.
    sys.path[:] = [entry for entry in sys.path if Path(entry).is_absolute()]
    sys.dont_write_bytecode = True
    try:
        while True:
            question = connection.receive()
            if question["do"] == "files":
                job = _Job(connection, _fresh_folder(home), question["files"])
            connection.send({"n": question["n"], **job.answer(question)})
    except Gone:
        return


def _fresh_folder(home: Path) -> Path:
    """Return an empty working folder, and remove that of the submission before."""
    before, folder = Path.cwd(), Path(tempfile.mkdtemp(prefix="job_", dir=home))
    os.chdir(folder)
    if before != home:
        shutil.rmtree(before, ignore_errors=True)
    return folder


class _Job:
    """The checks of one submission: their names, and what they have asked for."""

    def __init__(self, connection: Connection, folder: Path, files: list[list[str]]) -> None:
        lay_out(folder, files)
        self._connection = connection
        self._number = 0  # of the question that is being answered
        self._proxies = Proxies(self._ask)
        # The names live in a module of their own, since dataclasses and others look for it.
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self._names = vars(module)
        # What functions of earlier code read once they are called.
        self._later: frozenset[str] = frozenset()

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one question."""
        self._number = question["n"]
        match question["do"]:
            case "prepare":
                return self._prepare(question["source"])
            case "run":
                return {"outputs": self._run(question["source"])}
            case "check":
                return {"outputs": self._check(question["source"])}
            case _:
                return {}

    def _ask(self, ask: Mapping[str, Any]) -> Mapping[str, Any]:
        self._connection.send({"n": self._number, "ask": ask})
        told = self._connection.receive()["told"]
        assert isinstance(told, dict)
        return told

    def _prepare(self, source: str) -> dict[str, Any]:
        for problem in self._run(source):
            return {"failed": f"{problem['ename']}: {problem['evalue']}"}
        return {}

    def _run(self, source: str) -> list[dict[str, Any]]:
        """Run the author's code; what it prints is no output."""
        file = f"<author's code {self._number}>"
        try:
            code = _read(source, file)
            if code.only_shows:
                # Such as the widgets of a question; it sets no name.
                return []
            self._later |= code.reads.later
            code.run(self._names)
        except BaseException as error:  # SystemExit too: no code of the author's ends the process
            return [_error(error, str(error), file, source)]
        return []

    def _check(self, source: str) -> list[dict[str, Any]]:
        file = f"<check {self._number}>"
        refused: dict[str, str] = {}
        fetched: dict[str, object] = {}
        self._proxies.begin()
        try:
            code = _read(source, file)
            wanted = sorted((code.reads.now | self._later) - self._names.keys())
            self._later |= code.reads.later
            fetched, refused = self._fetch(wanted)
            self._names.update(fetched)
            value = code.run(self._names)
            self._proxies.insist()
            return [] if value is None else [_result(value)]
        except Gone:
            raise
        except BaseException as error:  # SystemExit too: a check that ends early has not passed
            message = str(error)
            if isinstance(error, NameError) and error.name in refused:
                message = f"{error.name} can't be checked: {refused[error.name]}"
            return [_error(error, message, file, source)]
        finally:
            # A learner's names are asked for again by the next check, since cells in between may
            # change them; what the check set itself stays.
            for name, value in fetched.items():
                if self._names.get(name) is value:
                    del self._names[name]

    def _fetch(self, names: list[str]) -> tuple[dict[str, object], dict[str, str]]:
        """Return the values of a learner's names, and why others can't be had."""
        if not names:
            return {}, {}
        told = self._ask({"do": "names", "names": names})
        values: dict[str, object] = {}
        refused = {name: str(why) for name, why in told["refused"].items() if name in names}
        for name in names:
            if name in told["values"]:
                try:
                    values[name] = decode(told["values"][name], self._proxies.reach)
                except ValueRefused as why:
                    refused[name] = str(why)
        return values, refused


@dataclass(frozen=True, slots=True)
class _Code:
    """Code of the author's, compiled: its lines, and its last one if that is an expression."""

    lines: types.CodeType
    last: types.CodeType | None
    only_shows: bool
    reads: Reads

    def run(self, names: dict[str, Any]) -> object:
        """Run it, and return the value of its last line if that is an expression."""
        exec(self.lines, names)
        return None if self.last is None else eval(self.last, names)


@lru_cache(maxsize=1024)  # in a class the same checks come again with every submission
def _read(source: str, file: str) -> _Code:
    tree = ast.parse(source, file)
    needs = reads(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None

    def compiled(part: ast.Module | ast.Expression, mode: str) -> types.CodeType:
        # Without dont_inherit it would be compiled with the `from __future__` lines of this module.
        code: types.CodeType = compile(part, file, mode, dont_inherit=True)
        return code

    return _Code(
        lines=compiled(tree, "exec"),
        last=compiled(ast.Expression(last.value), "eval") if isinstance(last, ast.Expr) else None,
        only_shows=last is not None and not tree.body,
        reads=needs,
    )


def _result(value: object) -> dict[str, Any]:
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        # Shown as 0.5, not as np.float64(0.5): nbgrader reads a part of the points from it, and
        # gives all of them for what it can't read.
        value = value.item()
    return {
        "output_type": "execute_result",
        "data": {"text/plain": repr(value)[:_LONGEST_MESSAGE]},
        "metadata": {},
        "execution_count": None,
    }


def _error(error: BaseException, message: str, file: str, source: str) -> dict[str, Any]:
    """Return an error as an output, with the lines of this code that led to it and no others."""
    name, message = type(error).__name__, message[:_LONGEST_MESSAGE]
    lines = source.splitlines()
    shown = [
        f"line {frame.lineno}: {lines[frame.lineno - 1].strip()}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == file and frame.lineno and frame.lineno <= len(lines)
    ]
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": [*shown, f"{name}: {message}"],
    }
