"""Attacks by the notebook's file: its checks, its metadata, its size, or what it is at all."""

from __future__ import annotations

import json
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.attacks.attack import Aim, Attack, cell_called, checks_of, notebook, notebook_bytes


def _on_checks(name: str, aim: Aim, **about: Any) -> Attack:
    """Return an attack that changes what the notebook says of every check."""

    def change(notebook: NotebookNode) -> None:
        for cell in checks_of(notebook):
            cell.metadata.nbgrader.update(about)

    return notebook(name, aim, change)


def _tagged(*tags: str) -> Any:
    def change(notebook: NotebookNode) -> None:
        for cell in checks_of(notebook):
            cell.metadata["tags"] = list(tags)

    return change


def _emptied(notebook: NotebookNode) -> None:
    for cell in checks_of(notebook):
        cell.source = "pass"


def _deleted(notebook: NotebookNode) -> None:
    checks = [id(cell) for cell in checks_of(notebook)]
    notebook.cells = [cell for cell in notebook.cells if id(cell) not in checks]


def _as_markdown(notebook: NotebookNode) -> None:
    for cell in checks_of(notebook):
        cell.cell_type = "markdown"
        cell.pop("outputs"), cell.pop("execution_count")


def _as_raw(notebook: NotebookNode) -> None:
    _as_markdown(notebook)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.cell_type = "raw"


def _copied(notebook: NotebookNode) -> None:
    """Copy a check as JupyterLab does: metadata and all."""
    cell = checks_of(notebook)[0]
    notebook.cells.append(NotebookNode(json.loads(json.dumps(cell)), id="copy"))


def _empty_copies(notebook: NotebookNode) -> None:
    for cell in checks_of(notebook):
        copy = NotebookNode(json.loads(json.dumps(cell)), id=f"{cell.id}-2", source="pass")
        notebook.cells.insert(0, copy)
        notebook.cells.append(NotebookNode(json.loads(json.dumps(copy)), id=f"{cell.id}-3"))


def _empty_copies_of_solutions(notebook: NotebookNode) -> None:
    """A learner's cell under a check's id."""
    for place, cell in enumerate(checks_of(notebook)):
        own = [each for each in notebook.cells if each.cell_type == "code"][place]
        own.metadata["nbgrader"] = NotebookNode(
            {**cell.metadata.nbgrader, "solution": True, "locked": False}
        )


def _moved(notebook: NotebookNode) -> None:
    checks = checks_of(notebook)
    rest = [cell for cell in notebook.cells if not any(cell is each for each in checks)]
    notebook.cells = [*checks, *rest]


def _more_checks(notebook: NotebookNode) -> None:
    about = {"grade": True, "locked": True, "points": 100, "schema_version": 3, "solution": False}
    about = {**about, "task": False, "cell_type": "code"}
    for n in range(3):
        cell = new_code_cell("pass", metadata={"nbgrader": {**about, "grade_id": f"bonus-{n}"}})
        notebook.cells.append(cell)


def _forged_outputs(notebook: NotebookNode) -> None:
    for cell in checks_of(notebook):
        cell.execution_count = 1
        shown = {"text/plain": str(cell.metadata.nbgrader.points)}
        cell.outputs = [new_output("execute_result", shown, execution_count=1)]


def _own_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "../../evil", "display_name": "x", "language": "sh"}
    notebook.metadata["language_info"] = {"name": "bash"}


def _no_kernel(notebook: NotebookNode) -> None:
    notebook.metadata = NotebookNode()


def _renamed(notebook: NotebookNode) -> None:
    for n, cell in enumerate(checks_of(notebook)):
        cell.metadata.nbgrader.grade_id = f"other-{n}"


def _swapped(notebook: NotebookNode) -> None:
    """Give an easy check the id of a hard one."""
    ids = [cell.metadata.nbgrader.grade_id for cell in checks_of(notebook)]
    for cell, other in zip(checks_of(notebook), reversed(ids), strict=True):
        cell.metadata.nbgrader.grade_id = other


def _unknown_metadata(value: Any) -> Any:
    def change(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            cell.metadata["nbgrader"] = value

    return change


def _many(notebook: NotebookNode) -> None:
    notebook.cells += [new_code_cell("pass", id=f"n{n}") for n in range(20_000)]


def _many_texts(notebook: NotebookNode) -> None:
    notebook.cells += [new_markdown_cell("x" * 3000, id=f"n{n}") for n in range(20_000)]


def _same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = "same"


def _magic_setup(notebook: NotebookNode) -> None:
    """Change the author's locked cell, which every check relies on."""
    cell_called(notebook, "setup").source = (
        "import numpy as np\nimport pandas as pd\n\n\n"
        "def read_waits():\n    return pd.DataFrame({'week': [0], 'wait_days': [1]})\n"
    )
    cell_called(notebook, "median").source = "median_wait = 1"


def _edited(**changes: Any) -> Any:
    """Return what changes members of the notebook's JSON."""

    def change(data: bytes) -> bytes:
        return json.dumps({**json.loads(data), **changes}).encode()

    return change


def _everywhere(name: str, value: Any) -> Any:
    """Return what gives a member of every cell another value."""

    def change(data: bytes) -> bytes:
        content = json.loads(data)
        for cell in content["cells"]:
            cell[name] = value
        return json.dumps(content).encode()

    return change


ATTACKS = (
    notebook("tags the checks to be skipped", "score", _tagged("skip-execution")),
    notebook("tags the checks so that errors do not count", "score", _tagged("raises-exception")),
    notebook(
        "tags the checks with whatever is known to leave something out",
        "score",
        _tagged(
            "skip-execution",
            "__none__",
            "nbval-skip",
            "remove_cell",
            "remove_output",
            "hide-output",
            "autograder-ignore",
            "parameters",
        ),
    ),
    notebook("empties the checks", "score", _emptied),
    notebook("deletes the checks", "score", _deleted),
    notebook("turns the checks into text", "score", _as_markdown),
    notebook("turns the checks into raw cells", "score", _as_raw),
    notebook("moves the checks to the front", "score", _moved),
    notebook("copies a check, as anyone might", "stop", _copied),
    notebook("adds empty copies of the checks, before and after", "score", _empty_copies),
    notebook("gives their own cells the ids of checks", "score", _empty_copies_of_solutions),
    notebook("adds checks of their own", "score", _more_checks),
    notebook("adds checks of their own, to stop the batch", "stop", _more_checks),
    notebook("hands in outputs of checks that passed", "score", _forged_outputs),
    notebook("chooses another kernel", "stop", _own_kernel),
    notebook("leaves out which kernel", "stop", _no_kernel),
    notebook("renames the checks", "score", _renamed),
    notebook("swaps the ids of easy and hard checks", "score", _swapped),
    notebook("changes the author's own cell", "score", _magic_setup),
    _on_checks("says that a check is worth more", "score", points=1000),
    _on_checks("says that a check is worth less than nothing", "unmarked", points=-1),
    _on_checks("says that a check is worth no number", "stop", points="NaN"),
    _on_checks("says that a check is a solution", "score", solution=True, locked=False),
    _on_checks("says that a check is not one", "score", grade=False),
    _on_checks("says that a check is not locked", "score", locked=False),
    _on_checks("says that a check is a task", "score", task=True),
    _on_checks("says that a check is of another kind of cell", "score", cell_type="markdown"),
    _on_checks("says that a check has no id", "stop", grade_id=""),
    _on_checks("gives all checks the same id", "stop", grade_id="check-median"),
    _on_checks("says that the checks are of an older version", "stop", schema_version=1),
    _on_checks("says that the checks are of a later version", "stop", schema_version=99),
    _on_checks("gives a checksum of its own", "score", checksum="0" * 32),
    _on_checks("gives an id that is a path", "stop", grade_id="../../source"),
    notebook("gives metadata that are nothing", "stop", _unknown_metadata(None)),
    notebook("gives metadata that are a list", "stop", _unknown_metadata([1])),
    notebook("gives metadata that are empty", "stop", _unknown_metadata({})),
    notebook("gives all cells the same id", "stop", _same_ids),
    notebook("hands in twenty thousand cells", "stop", _many),
    notebook("hands in sixty megabytes of text", "stop", _many_texts),
    notebook_bytes("hands in an empty file", "stop", lambda data: b""),
    notebook_bytes("hands in half a notebook", "stop", lambda data: data[: len(data) // 2]),
    notebook_bytes("hands in bytes that are no text", "stop", lambda data: b"\xff\xfe\x00" * 999),
    notebook_bytes("hands in a picture", "stop", lambda data: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    notebook_bytes("hands in a list", "stop", lambda data: b"[]"),
    notebook_bytes("hands in nothing in valid form", "stop", lambda data: b"null"),
    notebook_bytes("hands in brackets a million deep", "stop", lambda data: b"[" * 1_000_000),
    notebook_bytes(
        "hands in a notebook nested thirty thousand deep",
        "stop",
        lambda data: data.replace(
            b'"metadata": {', b'"metadata": {"deep": ' + b"[" * 30_000 + b"]" * 30_000 + b",", 1
        ),
    ),
    notebook_bytes(
        "hands in a number with a million digits",
        "stop",
        lambda data: data.replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * 1_000_000),
    ),
    notebook_bytes("hands in a notebook of version 3", "stop", _edited(nbformat=3)),
    notebook_bytes("hands in a notebook of version 99", "stop", _edited(nbformat=99)),
    notebook_bytes("hands in a notebook without cells", "stop", _edited(cells=[])),
    notebook_bytes("hands in a notebook whose cells are a text", "stop", _edited(cells="abc")),
    notebook_bytes("hands in a notebook whose cells are numbers", "stop", _edited(cells=[1, 2])),
    notebook_bytes("hands in a notebook without metadata", "stop", _edited(metadata=None)),
    notebook_bytes("gives every cell a source that is a number", "stop", _everywhere("source", 7)),
    notebook_bytes(
        "gives every cell outputs that are a text", "stop", _everywhere("outputs", "abc")
    ),
    notebook_bytes(
        "gives every cell a kind that there is not", "stop", _everywhere("cell_type", "evil")
    ),
    notebook_bytes(
        "gives every cell text that no encoding can hold",
        "stop",
        _everywhere("source", ["\ud800 \x00 \u202e"]),
    ),
    notebook_bytes(
        "says everything twice in the same notebook",
        "score",
        lambda data: b'{"cells": [],' + data.lstrip()[1:],
    ),
)
