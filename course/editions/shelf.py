"""What was made of the lessons, kept so that it is made only once."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from course.editions.running import Ran, run
from course.errors import CourseError
from course.folders import COURSE, REPOSITORY
from qi_tools.whole_file import write_whole

# What a lesson shows also hangs on the code and the texts that it uses.
_USED = ("*.py", "*.md", "*.toml", "*.csv")


@dataclass(frozen=True)
class Shelf:
    """Lessons that ran, by what is in their notebooks; they run in the background, one at a time.

    Parameters
    ----------
    folder : Path
        Where they are kept: a folder of the learner's hidden one, made when it is needed.
    """

    folder: Path
    _making: dict[str, Future[Ran]] = field(default_factory=dict)
    _maker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="editions")
    )

    def look(self, notebook: Path, original: Path) -> Ran | None:
        """Return a lesson that ran, or None while it is on its way; never waits.

        Parameters
        ----------
        notebook : Path
            The learner's copy of the lesson.
        original : Path
            The course's own copy, for when the learner's does not run.

        Raises
        ------
        CourseError
            Neither copy runs. Looking again tries again.
        """
        name = self._name(notebook, original)
        kept = self._kept(name)
        if kept is not None:
            self._making.pop(name, None)
            return kept
        making = self._making.get(name)
        if making is None:
            self._making[name] = self._maker.submit(self._make, name, notebook, original)
            return None
        if not making.done():
            return None
        del self._making[name]
        return making.result()

    def _make(self, name: str, notebook: Path, original: Path) -> Ran:
        try:
            ran = run(notebook)
        except CourseError:
            ran = run(original)
        try:
            self.folder.mkdir(exist_ok=True)  # but not what holds it: that may have been erased
            for older in self.folder.glob(f"{notebook.stem}-*.json"):
                older.unlink(missing_ok=True)
            write_whole(self.folder / name, json.dumps(ran.as_json()).encode())
        except OSError as error:
            raise CourseError(
                f"{self.folder} can't be written ({error.strerror}). Make room on the disk, then "
                "try again."
            ) from None
        return ran

    def _kept(self, name: str) -> Ran | None:
        try:
            return Ran.from_json(json.loads((self.folder / name).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # not there, or damaged: it is made again

    def _name(self, notebook: Path, original: Path) -> str:
        digest = hashlib.sha256(_code().encode())
        for path in (notebook, original, COURSE / "our_approach.toml"):
            data = path.read_bytes() if path.is_file() else b""
            digest.update(hashlib.sha256(data).digest())
        return f"{notebook.stem}-{digest.hexdigest()[:32]}.json"


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for folder in (REPOSITORY / "qi_tools", COURSE):
        for pattern in _USED:
            for path in sorted(folder.rglob(pattern)):
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
