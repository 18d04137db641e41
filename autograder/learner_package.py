"""The learner's edition: the course as one zip, without keys, sources or the desk."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.release import build_release
from course.errors import CourseError
from qi_tools.whole_file import write_whole

FILES = ("run.py", "README.md", "LICENSE", "LICENSE-CONTENT", "pyproject.toml", "environment.yml")
FOLDERS = ("course", "modules", "qi_tools", "requirements")
# The sources hold the keys; the configuration is the desk's.
LEFT_OUT = ("course/source", "course/nbgrader_config.py")
NEVER = ("__pycache__", ".ipynb_checkpoints", "answers.json", "answers.json.lock")
# One date for every entry, so that the same course makes the same zip.
DATE = (2026, 1, 1, 0, 0, 0)


def build_learner_package(repository: Path, target: Path) -> Path:
    """Write the learner's edition and return its path.

    Parameters
    ----------
    repository : Path
        The full course.
    target : Path
        The zip to write; an older one is replaced only once the new one is whole.

    Raises
    ------
    CourseError
        The zip can't be written.
    """
    made = io.BytesIO()
    try:
        with tempfile.TemporaryDirectory() as folder:
            release = build_release(repository / "course" / "source", Path(folder) / "release")
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
                for path in _shipped(repository):
                    _add(package, path, path.relative_to(repository).as_posix())
                for path in sorted(release.rglob("*")):
                    if path.is_file():
                        name = path.relative_to(release).as_posix()
                        _add(package, path, f"course/release/{name}")
        write_whole(target, made.getvalue())
    except OSError as error:
        raise CourseError(
            f"{target} can't be written ({error.strerror}). Choose a folder that you may write "
            "in and that has 10 MB of room."
        ) from None
    return target


def _shipped(repository: Path) -> Iterator[Path]:
    for name in FILES:
        yield repository / name
    for name in FOLDERS:
        for path in sorted((repository / name).rglob("*")):
            place = path.relative_to(repository).as_posix()
            left_out = any(place == each or place.startswith(each + "/") for each in LEFT_OUT)
            if path.is_file() and not left_out and not set(path.parts) & set(NEVER):
                yield path


def _add(package: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = zipfile.ZipInfo(f"qi-course/{name}", DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    package.writestr(entry, path.read_bytes())
