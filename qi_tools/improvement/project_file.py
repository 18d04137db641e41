"""The file of a project: read, checked, merged with what others saved, and written whole.

TOML and JSON hold the same; the file's ending says which. A file always looks the same for the same
project, so that two versions of it can be compared line by line. Nothing that anyone wrote is lost:

- what another person saved meanwhile is merged in, or the save is refused (`EditsClash`);
- a file by hand, with comments or in another order, is copied before it is first written anew;
- a file of an older version is copied before it is written in the new one;
- a file that can't be read is never written over.
"""

from __future__ import annotations

import errno
import json
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from qi_tools.errors import QIToolsError
from qi_tools.improvement.fields import shown
from qi_tools.improvement.merging import Clash, merged
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_reading import (
    PlainProject,
    ProjectInvalid,
    as_plain,
    read_project,
)
from qi_tools.whole_file import patiently, refusal_in_words, write_whole

__all__ = [
    "VERSION",
    "EditsClash",
    "ProjectFile",
    "ProjectNotSaved",
    "parse",
    "written",
]

VERSION: Final = 2
MOST_BYTES = 2_000_000
LOCK_SECONDS = 10.0
HEADING = (
    "# An improvement project. Roles, not names; totals only; never anything about a single "
    "patient.\n"
)
_ENDINGS = (".toml", ".json")


def _from_1(document: dict[str, Any]) -> dict[str, Any]:
    """Give two sections names that can't be mistaken for others: the problem, and the changes."""
    renamed = {"problem": "event", "changes": "adopted"}
    newer = {renamed.get(name, name): held for name, held in document.items()}
    if isinstance(happened := newer.get("event"), dict):
        newer["event"] = {
            ("event" if name == "problem" else name): happened[name] for name in happened
        }
    return newer


# How a file of each older version becomes one of the next.
_UPGRADES: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_1}


BLANK: Final = Project()


class ProjectNotSaved(QIToolsError):
    """The project could not be written; what was saved before is still whole."""


class EditsClash(QIToolsError):
    """Someone else saved other changes of the same things; nothing was written.

    Parameters
    ----------
    clashes : tuple of Clash
    theirs : Project
        What the file holds now. Save again with ``base=theirs`` to put your own in its place.
    message : str
        What is wrong, where it is not that both changed the same.
    """

    def __init__(self, clashes: tuple[Clash, ...], theirs: Project, message: str = "") -> None:
        self.clashes = clashes
        self.theirs = theirs
        places = ", ".join(
            dict.fromkeys(" ".join(filter(None, (c.section, c.id, c.field))) for c in clashes)
        )
        super().__init__(
            message
            or f"Someone else changed the same things since you opened the project: {places}. "
            "Nothing was written. Look at their words and decide which to keep."
        )


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The file of one project.

    Parameters
    ----------
    path : Path
        The file, ending in ``.toml`` or ``.json``. It need not exist yet.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = ProjectFile(Path(folder) / "visits.toml")
    ...     saved = file.save(read_project({"aim": {"what": "Fewer missed visits"}}))
    ...     print(file.load().aim.what)
    Fewer missed visits
    """

    path: Path

    def __post_init__(self) -> None:
        if self.path.suffix.lower() not in _ENDINGS:
            raise ProjectInvalid(
                f'"{self.path.name}" is no name for a project file. Let it end in .toml or .json.'
            )

    def load(self) -> Project:
        """Read the project; nothing on the disk changes.

        Returns
        -------
        Project
            A blank one if there is no file yet.

        Raises
        ------
        ProjectInvalid
            If the file can't be read or breaks the rules; the message tells every fault.
        """
        data = self._read()
        return Project() if data is None else parse(data, self.path.name)

    def save(self, mine: Project, base: Project = BLANK) -> Project:
        """Write a project, with what others saved since merged in.

        Parameters
        ----------
        mine : Project
            What the file shall hold.
        base : Project
            What you began with: what `load` or the last `save` gave you. Left out, you began with
            a blank one: nothing that is there already is written over.

        Returns
        -------
        Project
            What the file holds now: your changes and those of others.

        Raises
        ------
        EditsClash
            If someone else changed the same field, or what both changed does not go together.
        ProjectInvalid
            If the file there can't be read; it is left as it is.
        ProjectNotSaved
            If the disk or the folder refuses; what was there before is still whole.
        """
        try:
            if not self.path.parent.is_dir():  # the lock would make it
                raise FileNotFoundError(errno.ENOENT, "no such folder", str(self.path.parent))
            with FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=LOCK_SECONDS):
                data = self._read()
                theirs = Project() if data is None else parse(data, self.path.name)
                now = _joined(base, mine, theirs)
                if data is None or now != theirs:
                    if data is not None and data != written(theirs, self.path.suffix):
                        self._keep_a_copy(data)
                    write_whole(self.path, self._fitting(now))
        except (OSError, NotImplementedError) as error:
            raise ProjectNotSaved(
                f"The project was not saved: {refusal_in_words(error)}. What was saved before is "
                "safe. Put that right, then try again."
            ) from error
        return now

    def _read(self) -> bytes | None:
        def whole() -> bytes:
            with self.path.open("rb") as file:
                return file.read(MOST_BYTES + 1)  # enough to know that it is too large

        try:
            return patiently(whole)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ProjectInvalid(
                f"{self.path.name} could not be read: {refusal_in_words(error)}. Close other "
                "programs that use the file, then try again."
            ) from error

    def _fitting(self, project: Project) -> bytes:
        data = written(project, self.path.suffix)
        if len(data) > MOST_BYTES:  # it could not be read again
            raise OSError(errno.EFBIG, "the file would be too large")
        return data

    def _keep_a_copy(self, data: bytes) -> None:
        """Keep the file as it was, beside it, under a name that no other file has."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        for count in range(1, 1000):
            more = f"-{count}" if count > 1 else ""
            copy = self.path.with_stem(f"{self.path.stem}.before-{stamp}{more}")
            with suppress(FileExistsError), copy.open("xb") as file:
                file.write(data)
                return


def parse(data: bytes, name: str) -> Project:
    r"""Read the bytes of a project file, of this version or an older one.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name: its ending says how it is written.

    Returns
    -------
    Project

    Raises
    ------
    ProjectInvalid
        If it can't be read or breaks the rules; the message tells every fault.

    Examples
    --------
    >>> parse(b'version = 2\n[aim]\nwhat = "Fewer missed visits"\n', "a.toml").aim.what
    'Fewer missed visits'
    """
    if len(data) > MOST_BYTES:
        raise ProjectInvalid(f"{name} is larger than {MOST_BYTES:,} bytes, and is no project file.")
    document = _document(data, name)
    version = document.pop("version", None)
    if type(version) is not int or not 1 <= version <= VERSION:
        newer = type(version) is int and version > VERSION
        raise ProjectInvalid(
            f"{name} was made by a newer release of the course (version {version}; this one knows "
            f"{VERSION}). Bring the course up to date, then open it again."
            if newer
            else f"{name} has the version {shown(version)}. A project file begins with: "
            f"version = {VERSION}"
        )
    for older in range(version, VERSION):
        document = _UPGRADES[older](document)
    return read_project(document, name)


def written(project: Project, ending: str) -> bytes:
    """Write a project as its file.

    Parameters
    ----------
    project : Project
    ending : str
        ``".toml"`` or ``".json"``.

    Returns
    -------
    bytes

    Examples
    --------
    >>> print(written(read_project({"aim": {"target": 8}}), ".toml").decode())
    # An improvement project. Roles, not names; totals only; never anything about a single patient.
    version = 2
    <BLANKLINE>
    [aim]
    target = 8
    <BLANKLINE>
    """
    plain = as_plain(project)
    if ending.lower() == ".json":
        whole = {"version": VERSION, **plain}
        return json.dumps(whole, ensure_ascii=False, indent=1, default=_iso).encode() + b"\n"
    return _toml(plain).encode()


def _joined(base: Project, mine: Project, theirs: Project) -> Project:
    if base == theirs:
        return mine
    whole, clashes = merged(*map(as_plain, (base, mine, theirs)))
    if clashes:
        raise EditsClash(clashes, theirs)
    try:
        return read_project(whole)
    except ProjectInvalid as error:
        raise EditsClash(
            (),
            theirs,
            "Your changes and those that someone else saved do not go together, so nothing was "
            f"written. {error}",
        ) from error


def _document(data: bytes, name: str) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ProjectInvalid(f"{name} is not plain text in UTF-8. Save it as UTF-8.") from error
    kind = "JSON" if name.lower().endswith(".json") else "TOML"
    try:
        document = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except RecursionError as error:
        raise ProjectInvalid(f"{name} is nested too deeply to be a project file.") from error
    except ValueError as error:
        raise ProjectInvalid(
            f"{name} is not written as {kind} wants it: {error}. Mend that place, or go back to "
            "an older copy of the file."
        ) from error
    if not isinstance(document, dict):
        raise ProjectInvalid(f"{name} holds {shown(document)}, and is no project file.")
    return document


def _toml(plain: PlainProject) -> str:
    tables = [f"version = {VERSION}\n"]
    for name, held in plain.items():
        if isinstance(held, dict):
            tables.append(f"[{name}]\n{_lines(held)}")
        else:
            tables += [f"[[{name}]]\n{_lines(record)}" for record in held]
    return HEADING + "\n".join(tables)


def _lines(record: Mapping[str, object]) -> str:
    return "".join(f"{name} = {_value(held)}\n" for name, held in record.items())


def _value(held: object) -> str:
    from tomlkit import item, string

    if isinstance(held, str) and "\n" in held:
        escaped = string(held, multiline=True).as_string()
        # A reader drops the line end that comes first; it lets the text begin at the left.
        return f'"""\n{escaped[3:]}'
    return item([*held] if isinstance(held, tuple) else held).as_string()


def _iso(held: object) -> str:
    assert isinstance(held, date)
    return held.isoformat()
