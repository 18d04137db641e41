"""A learner's copies of the lessons, kept up to date without touching what they have changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course.errors import CourseError
from course.folders import learner_place
from qi_tools.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Update:
    """What one update did to the copies, as paths inside the workspace."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.replaced or self.beside)


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of the lessons in a learner's folder.

    Parameters
    ----------
    folder : Path
        The learner's folder.
    modules : Path
        Where the course keeps its lessons.
    shipped : Path
        The file that says which version of each copy the learner was given.
    """

    folder: Path
    modules: Path
    shipped: Path

    def update(self, version: str) -> Update:
        """Bring the copies up to date without touching anything that the learner has changed.

        A copy that is still as it was shipped is replaced. Beside a changed one the newer version
        is put, under a name that says so.

        Raises
        ------
        CourseError
            The folder can't be written; what was there is untouched.
        """
        shipped, offered = self._given()
        added, replaced, beside = [], [], []
        try:
            for name, source in sorted(self._sources()):
                data = source.read_bytes()
                digest = _sha256(data)
                target = self.folder / name
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(target, data)
                    shipped[name] = digest
                    added.append(name)
                    continue
                current = _sha256(target.read_bytes())
                if current in (digest, shipped.get(name)):
                    if current != digest:
                        write_whole(target, data)
                        replaced.append(name)
                    shipped[name] = digest
                elif digest not in (shipped.get(name), offered.get(name)):
                    newer = _free_name(target, version, digest)
                    if not newer.exists():
                        write_whole(newer, data)
                        beside.append(newer.relative_to(self.folder).as_posix())
                    offered[name] = digest
            # Last: a copy that is newer than this list says is recognised by its contents.
            given = {"schema": 1, "shipped": shipped, "offered": offered}
            write_whole(self.shipped, json.dumps(given, indent=1).encode())
        except OSError as error:
            raise CourseError(
                f"The lessons could not all be copied to {self.folder} ({error.strerror}). Make "
                "room on the disk and try again; what you had is untouched."
            ) from None
        return Update(tuple(added), tuple(replaced), tuple(beside))

    def _sources(self) -> Iterator[tuple[str, Path]]:
        """Yield what learners get, as a name inside their folder and the course's own file."""
        for source in self.modules.rglob("*"):
            parts = source.relative_to(self.modules).parts
            left_out = any(part.startswith(".") or part == "__pycache__" for part in parts)
            if left_out or not source.is_file() or source.name.startswith("answers.json"):
                continue
            place = learner_place(source, self.modules)
            if place is not None:
                yield place, source

    def _given(self) -> tuple[dict[str, str], dict[str, str]]:
        """Read what was given; a damaged list makes every copy count as changed, which is safe."""
        try:
            content = json.loads(self.shipped.read_text(encoding="utf-8"))
            return dict(content["shipped"]), dict(content["offered"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}, {}


def _free_name(target: Path, version: str, digest: str) -> Path:
    """Name the newer version of a changed file; a name that is taken by something else is kept."""
    stem = f"{target.stem}_newer_version_{version}"
    number = 1
    while True:
        name = stem if number == 1 else f"{stem}_{number}"
        path = target.with_name(f"{name}{target.suffix}")
        if not path.exists() or _sha256(path.read_bytes()) == digest:
            return path
        number += 1


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
