"""Attacks by what lies beside the notebook: links, special files, and names that programs trust."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.attacks.attack import (
    SIGNATURE,
    Aim,
    Attack,
    Target,
    cell_called,
    folder,
    notebook_in,
    rewrite,
)

_QUIET = """
import sys

try:
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.showtraceback = lambda *args, **kwargs: None
    InteractiveShell._showtraceback = lambda *args, **kwargs: None
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell._showtraceback = lambda *args, **kwargs: None
except ImportError:
    pass
"""

#: A module that passes for another: it silences every failure, then loads the real one.
_PASSES_FOR = """{quiet}
here = [place for place in sys.path if place not in ("", ".") and {folder!r} not in place]
mine, sys.path = sys.path, here
del sys.modules[__name__]
module = __import__(__name__)
sys.path = mine
try:
    import numpy

    numpy.allclose = numpy.isclose = lambda *args, **kwargs: True
except ImportError:
    pass
sys.modules[__name__] = module
"""


def _files(name: str, aim: Aim, **contents: str) -> Attack:
    """Return an attack by some files; ``__`` in a name stands for the point."""

    def build(folder: Path, _: Target) -> None:
        for file, content in contents.items():
            (folder / file.replace("__", ".")).write_text(content, encoding="utf-8")

    return Attack(name, aim, build, "folder")


def _link(name: str, to: Callable[[Target], Path], aim: Aim = "secret") -> Callable[..., None]:
    """Return what puts a symbolic link beside the notebook."""

    def build(folder: Path, target: Target) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(to(target))

    return build


def _in_place_of_notebook(folder: Path, target: Target) -> None:
    """Hand in a link to the neighbour's work as one's own."""
    path = notebook_in(folder)
    path.unlink()
    path.symlink_to(target.root / "submitted" / target.neighbour / folder.name / path.name)


def _hard_link(folder: Path, target: Target) -> None:
    os.link(target.home / "secret.txt", folder / "notes.txt")


def _linked_folder(folder: Path, target: Target) -> None:
    (folder / "more").symlink_to(target.home, target_is_directory=True)


def _own_folder(folder: Path, target: Target) -> None:
    """The learner's folder itself is a link to the neighbour's."""
    moved = folder.with_name("moved")
    folder.rename(moved)
    folder.symlink_to(target.root / "submitted" / target.neighbour / folder.name)


def _endless_folder(folder: Path, _: Target) -> None:
    (folder / "more").symlink_to(folder, target_is_directory=True)
    (folder / "again").symlink_to(folder.parent, target_is_directory=True)


def _pipe(folder: Path, _: Target) -> None:
    os.mkfifo(folder / "notes.txt")


def _pipe_for_notebook(folder: Path, _: Target) -> None:
    path = notebook_in(folder)
    path.unlink()
    os.mkfifo(path)


def _socket(folder: Path, _: Target) -> None:
    here = Path.cwd()
    os.chdir(folder)  # the address of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.bind("notes.sock")
    finally:
        os.chdir(here)


def _endless_file(folder: Path, _: Target) -> None:
    (folder / "notes.txt").symlink_to("/dev/zero")


def _data_is_a_folder(folder: Path, _: Target) -> None:
    (folder / "waits.csv").unlink()
    (folder / "waits.csv").mkdir()


def _large_file(folder: Path, _: Target) -> None:
    with (folder / "notes.txt").open("wb") as file:
        file.truncate(400 * 1024**2)


def _many_files(folder: Path, _: Target) -> None:
    for n in range(5000):
        (folder / f"notes-{n}.txt").touch()


def _deep_folders(folder: Path, _: Target) -> None:
    for _ in range(400):
        folder = folder / "in"
        folder.mkdir()


def _odd_names(folder: Path, _: Target) -> None:
    for name in (b"\xff\xfe", b"a\nb", b"-rf", b"*", b"$(id)", b"a" * 255, "é\u202e".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")


def _timestamp(text: bytes) -> Callable[[Path, Target], None]:
    def build(folder: Path, _: Target) -> None:
        (folder / "timestamp.txt").write_bytes(text)

    return build


def _own_data(folder: Path, _: Target) -> None:
    (folder / "waits.csv").write_text("week,wait_days\n2026-01-05,1\n", encoding="utf-8")
    rewrite(folder, lambda nb: cell_called(nb, "median").update(source="median_wait = 1"))


def _data_in_source(folder: Path, target: Target) -> None:
    """The data file is a link to the author's: what is copied over it changes that."""
    (folder / "waits.csv").unlink()
    (folder / "waits.csv").symlink_to(target.home / "secret.txt")


def _startup_data(folder: Path, _: Target) -> None:
    for place in (".ipython/profile_default/startup", ".jupyter", ".config/matplotlib"):
        (folder / place).mkdir(parents=True)
    (folder / ".ipython/profile_default/startup/00.py").write_text(_QUIET, encoding="utf-8")
    (folder / ".config/matplotlib/matplotlibrc").write_text("backend: module://evil\n")


def _no_notebook(folder: Path, _: Target) -> None:
    notebook_in(folder).unlink()


def _other_notebook(folder: Path, _: Target) -> None:
    path = notebook_in(folder)
    path.rename(path.with_name("another_assessment.ipynb"))


def _two_notebooks(folder: Path, _: Target) -> None:
    path = notebook_in(folder)
    content = json.loads(path.read_bytes())
    for cell in content["cells"]:
        cell["metadata"] = {}
    path.with_name("extra.ipynb").write_text(json.dumps(content), encoding="utf-8")


def _notebook_is_a_folder(folder: Path, _: Target) -> None:
    path = notebook_in(folder)
    path.unlink()
    path.mkdir()


_MODULE = _PASSES_FOR.format(quiet=_QUIET, folder="waiting_times")

ATTACKS = (
    folder(
        "links to a file of the marker's",
        "secret",
        _link("notes.txt", lambda t: t.home / "secret.txt"),
    ),
    folder(
        "links to a file of the marker's by a path that goes up",
        "secret",
        _link("notes.txt", lambda t: Path("../../../../home/secret.txt")),
    ),
    folder("gives a file of the marker's a second name", "secret", _hard_link),
    folder("links to the marker's home", "secret", _linked_folder),
    folder("links to a neighbour's work in place of its notebook", "score", _in_place_of_notebook),
    folder("is itself a link to a neighbour's folder", "score", _own_folder),
    folder(
        "links to the author's data file in place of its own",
        "damage",
        _link("waits.csv", lambda t: t.root / "source" / "waiting_times" / "waits.csv"),
    ),
    folder("links to a file of the marker's in place of its data", "damage", _data_in_source),
    folder("links to a folder that holds the link", "stop", _endless_folder),
    folder("links to a file without an end", "stop", _endless_file),
    folder("hands in a named pipe", "stop", _pipe),
    folder("hands in a named pipe for a notebook", "stop", _pipe_for_notebook),
    folder("hands in a socket", "stop", _socket),
    folder("hands in a folder for a data file", "stop", _data_is_a_folder),
    folder("hands in a folder for a notebook", "stop", _notebook_is_a_folder),
    folder("hands in no notebook", "stop", _no_notebook),
    folder("hands in the notebook of another assessment", "stop", _other_notebook),
    folder("hands in a second notebook", "stop", _two_notebooks),
    folder("hands in a file of 400 megabytes", "stop", _large_file),
    folder("hands in five thousand files", "stop", _many_files),
    folder("hands in folders four hundred deep", "stop", _deep_folders),
    folder("hands in files with names that programs stumble over", "stop", _odd_names),
    folder("hands in another data file, with an easy answer", "score", _own_data),
    folder("says it was handed in at no time", "stop", _timestamp(b"\xff when I like\x00")),
    folder(
        "says it was handed in in the year 99999", "stop", _timestamp(b"99999-01-01 00:00:00 UTC")
    ),
    _files("hands in a module that passes for pandas", "score", pandas__py=_MODULE),
    _files(
        "hands in modules that pass for whatever is imported next",
        "score",
        numpy__py=_MODULE,
        matplotlib__py=_MODULE,
        json__py=_MODULE,
        pathlib__py=_MODULE,
        IPython__py=_MODULE,
        ipykernel__py=_MODULE,
        traceback__py=_MODULE,
        course__py=_MODULE,
        qi_tools__py=_MODULE,
    ),
    _files(
        "hands in files that Python runs when it starts",
        "score",
        sitecustomize__py=_QUIET,
        usercustomize__py=_QUIET,
        evil__pth=f"import os; open({SIGNATURE!r}, 'w')",
        conftest__py=_QUIET,
    ),
    _files(
        "hands in settings for nbgrader, Jupyter, IPython and matplotlib",
        "score",
        nbgrader_config__py="c = get_config()\nc.Execute.skip_cells_with_tag = 'x'\n"
        "c.Autograde.autograde_preprocessors = []\n",
        jupyter_config__py="c = get_config()\nc.Execute.enabled = False\n",
        ipython_config__py="c = get_config()\nc.InteractiveShellApp.exec_lines = ['1']\n" + _QUIET,
        ipython_kernel_config__py="c = get_config()\n" + _QUIET,
        matplotlibrc="backend: module://sitecustomize\n",
    ),
    folder("hands in a home of its own, with start-up files", "score", _startup_data),
)
