"""Attacks by an answers file, on an assessment without code; see `tests.small_desk` for it.

The signed manifest and the zip file around it are attacked in `test_intake_attacks`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell

from tests.attacks.attack import (
    SIGNATURE,
    Attack,
    Target,
    answers,
    checks_of,
    rewrite,
)
from tests.small_desk import SLOTS

#: Every question that might be drawn, in every slot.
ITEMS = tuple(f"a1-{slot}-{letter}" for slot in SLOTS for letter in "abc")


def _file(values: dict[str, Any], **more: Any) -> str:
    """Return an answers file with a value for each question."""
    given = {
        name: {"value": value, "revision": 1, "at": "2026-11-23T14:00:00Z"}
        for name, value in values.items()
    }
    return json.dumps({"schema": 1, "answers": given, **more})


def _all(value: Any) -> str:
    return _file(dict.fromkeys(ITEMS, value))


def _with_code(source: str) -> Any:
    """Return what also puts code into every cell of the notebook, and between them."""

    def build(folder: Path, _: Target) -> None:
        (folder / "answers.json").write_text(_file({}), encoding="utf-8")

        def change(notebook: Any) -> None:
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.source = source
            notebook.cells.insert(0, new_code_cell(source))

        rewrite(folder, change)

    return build


def _with_tags(folder: Path, _: Target) -> None:
    (folder / "answers.json").write_text(_file({}), encoding="utf-8")

    def change(notebook: Any) -> None:
        for cell in checks_of(notebook):
            cell.metadata["tags"] = ["skip-execution"]

    rewrite(folder, change)


_KEY = (
    "import course.paper\n\n"
    "class Given:\n"
    "    choice = type('Any', (str,), {'__eq__': lambda *args: True})()\n"
    "    item = 'a1-q10-a'\n\n"
    "course.paper.Paper.answer = lambda *args: Given()\n"
    "get_ipython().showtraceback = get_ipython()._showtraceback = lambda *args, **kwargs: None"
)

ATTACKS = (
    answers("answers with all options at once", "score", _all(["a", "b", "c"])),
    answers("answers with all options in one text", "score", _all("abc")),
    answers("answers with a pattern", "score", _all(".*")),
    answers("answers with what a key might look like", "score", _all({"right": True, "score": 1})),
    answers("answers with true", "score", _all(True)),
    answers("answers with a number that is none", "score", _all("NaN").replace('"NaN"', "NaN")),
    answers("answers with an endless number", "score", _all("x").replace('"x"', "1e999")),
    answers("answers with nothing", "score", _all(None)),
    answers("answers by slot in place of question", "score", _file(dict.fromkeys(SLOTS, "b"))),
    answers(
        "answers questions that there are not",
        "score",
        _file({f"{name}-x": "b" for name in ITEMS} | {"score": 5, "__class__": "b"}),
    ),
    answers(
        "answers under names that only look the same",
        "score",
        _file({name.upper(): "b" for name in ITEMS} | {f"{name} ": "b" for name in ITEMS}),
    ),
    answers("gives marks along with the answers", "score", _file({}, score=5, max_score=1)),
    answers(
        "answers with a path and an address",
        "secret",
        _all("../../../home/secret.txt"),
    ),
    answers("answers with a script", "script", _all(f"<script>{SIGNATURE}</script>")),
    answers("answers with a template", "script", _all(f"{{{{ '{SIGNATURE}' | safe }}}}")),
    answers("answers with control characters", "script", _all(f"\x1b]8;;{SIGNATURE}\x07")),
    answers("answers with half a character", "stop", _all("x").replace('"x"', '"\\ud800"')),
    answers("answers with a text of a megabyte", "stop", _all("x" * 70_000)),
    answers(
        "answers a hundred thousand questions",
        "stop",
        _file(dict.fromkeys(map(str, range(100_000)), "b")),
    ),
    answers(
        "answers with brackets without end", "stop", '{"schema": 1, "answers": ' + "[" * 100_000
    ),
    answers(
        "answers the same question twice",
        "score",
        _all("a").replace("}}", '}, "a1-q10-a": {"value": "b"}}', 1),
    ),
    answers("answers with no JSON at all", "stop", b"\xff\xfe\x00"),
    answers(
        "answers as of a later version", "stop", _file({}).replace('"schema": 1', '"schema": 99')
    ),
    answers(
        "answers with a revision beyond every number",
        "stop",
        _all("a").replace('"revision": 1', '"revision": ' + "9" * 5000),
    ),
    Attack("tags the questions to be skipped", "score", _with_tags, "answers"),
    Attack("puts code into a notebook without code", "score", _with_code(_KEY), "answers"),
    Attack(
        "puts code into a notebook without code, to write a file",
        "damage",
        _with_code(
            "import pathlib\n\n"
            "pathlib.Path(pathlib.Path.cwd().parents[2], '-'.join(('qi', 'attack', 'won'))).touch()"
        ),
        "answers",
    ),
    Attack(
        "puts code into a notebook without code, to end the process",
        "stop",
        _with_code("import os\n\nos.kill(os.getppid(), 9)"),
        "answers",
    ),
)
