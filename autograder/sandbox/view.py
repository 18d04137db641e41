"""What can be seen inside the sandbox, and the command that shows no more than that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.namespaces import WRITABLE

#: Of a Python installation or environment, only these: it may lie in a folder with other things.
_PYTHON_PARTS = ("bin", "lib", "lib64", "pyvenv.cfg")
#: Of the system: programs and libraries, where they are links too, and how libraries are found.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
#: Never in the sandbox: they hold the assessments' solutions and hidden tests.
_KEYS = frozenset({"source", "release"})

_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": WRITABLE,
    "TMPDIR": WRITABLE,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": f"{WRITABLE}/matplotlib",
    "IPYTHONDIR": f"{WRITABLE}/ipython",
    "PYTHONDONTWRITEBYTECODE": "1",
    # The same submission shall give the same outputs, also where it prints a set.
    "PYTHONHASHSEED": "0",
    # Threads that a library starts by itself would be forked half, and cost address space.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True, slots=True)
class View:
    """What can be seen inside, all of it read-only, each at the place that it has outside.

    Parameters
    ----------
    shown : tuple of Path
        Files and folders.
    links : tuple of (str, str)
        Links at the root: where to, and where from.
    emptied : tuple of Path
        Folders of which nothing is shown but what `shown` lists.
    """

    shown: tuple[Path, ...]
    links: tuple[tuple[str, str], ...] = ()
    emptied: tuple[Path, ...] = ()


def view() -> View:
    """Return what this machine's sandbox shows: the system, this Python, and our packages."""
    shown: list[Path] = []
    links: list[tuple[str, str]] = []
    for place in map(Path, _SYSTEM):
        if place.is_symlink() and place.parent == Path("/"):
            links.append((str(place.readlink()), str(place)))
        elif place.exists():
            shown.append(place)
    program = Path(sys.executable).resolve()
    for prefix in (Path(sys.prefix), Path(sys.base_prefix), program.parents[1]):
        parts = [prefix / part for part in _PYTHON_PARTS]
        shown += (part for part in parts if part.exists() and Path("/usr") not in part.parents)
    packages = _packages()
    course = packages / "course"
    # One by one, so that a folder of keys that appears later is not seen either.
    shown += (path for path in sorted(course.iterdir()) if path.name not in _KEYS)
    shown += (packages / "autograder", packages / "qi_tools")
    return View(tuple(dict.fromkeys(shown)), tuple(links), (course,))


def command(bwrap: str, seen: View, run: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that runs a program in a sandbox.

    Parameters
    ----------
    bwrap : str
        Bubblewrap.
    seen : View
        What it sees.
    run : tuple of str
        The program and its arguments.

    Examples
    --------
    >>> words = command("bwrap", View((Path("/usr"),)), ("true",))
    >>> words[:2], words[-1]
    (('bwrap', '--unshare-all'), 'true')
    """
    words = [bwrap, "--unshare-all", "--new-session", "--die-with-parent"]
    # The one right that the fork server has in there, to make namespaces; its children lose it.
    words += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--clearenv"]
    for name, value in {**_ENVIRONMENT, "PYTHONPATH": str(_packages())}.items():
        words += ["--setenv", name, value]
    for target, link in seen.links:
        words += ["--symlink", target, link]
    # What is emptied comes after its surroundings and before what is shown in it.
    inside = [path for path in seen.shown if path.parent in seen.emptied]
    for path in seen.shown:
        if path not in inside:
            words += ["--ro-bind", str(path), str(path)]
    for path in seen.emptied:
        words += ["--perms", "0755", "--tmpfs", str(path)]
    for path in inside:
        words += ["--ro-bind", str(path), str(path)]
    # Not --dev: for its terminals bubblewrap would leave the fork server in a second user
    # namespace, which does not own the others.
    words += ["--proc", "/proc", "--tmpfs", "/dev"]
    for device in _DEVICES:
        words += ["--dev-bind", device, device]
    words += ["--size", str(64 * 1024**2), "--tmpfs", WRITABLE]
    for place in ("/", "/dev", *map(str, seen.emptied)):
        words += ["--remount-ro", place]
    return (*words, "--chdir", "/", "--", *run)


def _packages() -> Path:
    """Return the folder that our packages are in."""
    return Path(__file__).resolve().parents[2]
