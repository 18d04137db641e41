"""What an attack is: hostile work on an assessment, and what it is after.

Every attack starts from blank work, so its honest mark is 0. None does lasting harm where it
succeeds: it writes or prints `SIGNATURE`, ends by itself within half a minute, and takes no more
than a few gigabytes.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import nbformat
from nbformat.notebooknode import NotebookNode

#: What a successful attack writes or prints. Its code never holds it in one piece, so that a
#: traceback that shows the code proves nothing.
SIGNATURE = "qi-attack-won"
#: What an attack's processes call themselves (`PR_SET_NAME`).
PROCESS_NAME = "qi-outlives"
#: A name that stands in a hidden test and nowhere else.
HIDDEN = "upper_half"

#: What an attack is after; `evidence.PROBES` has the proof of each.
Aim: TypeAlias = Literal[
    "score",  # marks that were not earned
    "secret",  # what stands in the marker's home, environment or another's work
    "hidden tests",  # shown in the outputs of the learner's own cells
    "hidden tests told",  # shown in the feedback
    "damage",  # a changed file, another's marks, or anything left lying around
    "outlive",  # a process that is still there after the marking
    "network",  # a connection to a service of this machine
    "escape",  # something that no learner's code may do; its output says so
    "exhaust",  # more memory, disk, processes or output than it may have
    "script",  # markup that would run in a reader's browser
    "stop",  # the next learner is not marked, or not rightly
    "unmarked",  # its own work can't be marked to the end
]
#: How it comes: code in the learner's cells, a changed notebook, files beside it, or an answers
#: file for an assessment without code.
Route: TypeAlias = Literal["code", "notebook", "folder", "answers"]


@dataclass(frozen=True, slots=True)
class Target:
    """What an attacker knows of where the work is marked; the worst case is everything.

    Parameters
    ----------
    root : Path
        The course root: ``source/``, ``submitted/``, ``gradebook.db``.
    home : Path
        The home of whoever marks. ``secret.txt`` stands there, and a socket, ``desk.sock``.
    port : int
        Where a service of this machine listens: TCP, UDP, and an abstract socket ``qi-<port>``.
    student, earlier, neighbour : str
        The attacker; a learner who was marked before; and one who is marked next.
    """

    root: Path
    home: Path
    port: int
    student: str
    earlier: str
    neighbour: str


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Parameters
    ----------
    name : str
        What the learner does, as in “A learner …”.
    aim : str
        What it is after.
    build : callable
        Gets the folder with the learner's blank work and the target, and makes the work hostile.
    route : str
        How it comes.
    waits : float
        Seconds after the marking until its effect can be seen.
    """

    name: str
    aim: Aim
    build: Callable[[Path, Target], None]
    route: Route = "code"
    waits: float = 0.0


#: The learner's own code cells, in the order in which they run.
CELLS = ("median", "weekly", "moving-ranges", "limits", "baseline", "summary", "chart")

_PRELUDE = """\
ROOT, HOME, PORT = {root!r}, {home!r}, {port!r}
STUDENT, EARLIER, NEIGHBOUR = {student!r}, {earlier!r}, {neighbour!r}
SIGNATURE = "-".join(("qi", "attack", "won"))


def mark_process():
    import ctypes

    ctypes.CDLL(None).prctl(15, b"-".join((b"qi", b"outlives")), 0, 0, 0)


"""


def code(name: str, aim: Aim, *cells: str, waits: float = 0.0) -> Attack:
    """Return an attack by code in the learner's first cells; the others stay blank."""

    def build(folder: Path, target: Target) -> None:
        prelude = _PRELUDE.format(
            root=str(target.root),
            home=str(target.home),
            port=target.port,
            student=target.student,
            earlier=target.earlier,
            neighbour=target.neighbour,
        )

        def change(notebook: NotebookNode) -> None:
            for place, (grade_id, source) in enumerate(zip(CELLS, cells, strict=False)):
                told = textwrap.dedent(source).strip("\n")
                cell_called(notebook, grade_id).source = told if place else prelude + told

        rewrite(folder, change)

    return Attack(name, aim, build, waits=waits)


def notebook(name: str, aim: Aim, change: Callable[[NotebookNode], Any]) -> Attack:
    """Return an attack by a changed notebook."""
    return Attack(name, aim, lambda folder, _: rewrite(folder, change), "notebook")


def notebook_bytes(name: str, aim: Aim, change: Callable[[bytes], bytes]) -> Attack:
    """Return an attack by a notebook's file that is perhaps no notebook at all."""

    def build(folder: Path, _: Target) -> None:
        path = notebook_in(folder)
        path.write_bytes(change(path.read_bytes()))

    return Attack(name, aim, build, "notebook")


def folder(name: str, aim: Aim, build: Callable[[Path, Target], None]) -> Attack:
    """Return an attack by what lies beside the notebook, or in its place."""
    return Attack(name, aim, build, "folder")


def answers(name: str, aim: Aim, text: str | bytes) -> Attack:
    """Return an attack by an answers file."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text

    def build(folder: Path, _: Target) -> None:
        (folder / "answers.json").write_bytes(data)

    return Attack(name, aim, build, "answers")


def notebook_in(folder: Path) -> Path:
    """Return the path of the notebook in a learner's folder."""
    (path,) = folder.glob("*.ipynb")
    return path


def cell_called(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the first cell with this grade id."""
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def checks_of(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that give marks by machine."""
    return [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code"
    ]


def rewrite(folder: Path, change: Callable[[NotebookNode], Any]) -> None:
    """Change the notebook in a learner's folder, as a text editor would: nothing is mended."""
    path = notebook_in(folder)
    changed = nbformat.read(path, as_version=4)
    change(changed)
    path.write_text(json.dumps(changed), encoding="utf-8")
