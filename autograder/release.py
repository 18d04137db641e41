"""What learners get of an assessment: nbgrader's student version, without any key."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from autograder.engine.author_code import author_faults
from autograder.nbgrader_root import ExecutionFailed, convert
from course.bank import BANK
from course.errors import CourseError, Fault, FaultsFound, Refused
from course.syllabus import load_syllabus
from qi_tools.whole_file import patiently

ANSWERS = "answers.json"
#: Words or lines of hidden tests at least this long may stand nowhere in a release.
TELLING = 16

# What nbgrader's own --no-db sets: a paper for learners needs no gradebook, which takes seconds.
WITHOUT_GRADEBOOK = {"SaveCells": {"enabled": False}, "GenerateAssignment": {"no_database": True}}

_HIDDEN = re.compile(r"BEGIN HIDDEN TESTS(.*?)END HIDDEN TESTS", re.DOTALL)
_MARKS = ("BEGIN HIDDEN", "END HIDDEN", "BEGIN SOLUTION", "END SOLUTION", "BEGIN MARK SCHEME")


def build_release(source: Path, to: Path) -> Path:
    """Make the student version of every assessment.

    Does nothing if it was made from this very source before. Never writes in ``source``.

    Parameters
    ----------
    source : Path
        The folder with one folder for each assessment: ``<assessment>.ipynb``, and ``bank.toml`` or
        what its code reads.
    to : Path
        Gets ``<assessment>/<assessment>.ipynb`` and what lies beside it; replaced whole.

    Returns
    -------
    Path
        ``to``

    Raises
    ------
    Refused
        If an ``answers.json`` is anywhere in the source or the release.
    FaultsFound
        If anything of a hidden test would be left in the release.
    CourseError
        If nbgrader can't make it.
    """
    refuse_answers(source)
    # The stamp is beside the release, not in it: learners get nothing that is made from a key.
    stamp = to.with_name(f".{to.name}.source")
    digest = tree_digest(source)
    try:
        if to.is_dir() and stamp.read_text(encoding="utf-8") == f"{digest} {tree_digest(to)}":
            return to
    except OSError:
        pass
    to.parent.mkdir(parents=True, exist_ok=True)
    made = to.with_name(f".{to.name}.{uuid4().hex}")
    try:
        made.mkdir()
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            for assessment in assessments_in(source):
                generate(root, source, assessment, WITHOUT_GRADEBOOK)
                shutil.copytree(
                    root / "release" / assessment,
                    made / assessment,
                    # nbgrader leaves its files read-only; copied bytes have no such modes.
                    copy_function=shutil.copyfile,
                )
        refuse_answers(made)
        shutil.rmtree(to, ignore_errors=True)
        patiently(lambda: made.replace(to))
        stamp.write_text(f"{digest} {tree_digest(to)}", encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"The question papers could not be made in {to} ({error.strerror}). "
            "Make room on the disk and try again."
        ) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return to


def prepare_assessment(root: Path, source: Path, assessment: str) -> None:
    """Bring an assessment into a course root: its source, its release and its gradebook entry.

    Does nothing if the root already has them of this very source.

    Parameters
    ----------
    root : Path
        The course root, such as a desk's folder.
    source : Path
        The folder with one folder for each assessment.
    assessment : str
        Which of them.

    Raises
    ------
    Refused, FaultsFound, CourseError
        As `build_release`.
    """
    refuse_answers(source / assessment)
    digest = tree_digest(source / assessment)
    stamp = root / "release" / f".{assessment}.source"
    released = root / "release" / assessment
    try:
        if released.is_dir() and stamp.read_text(encoding="utf-8") == digest:
            # A key that was put there later must not reach a submission either.
            refuse_answers(root / "source" / assessment)
            refuse_answers(released)
            if tree_digest(root / "source" / assessment) == digest:
                return
    except OSError:
        pass
    stamp.unlink(missing_ok=True)
    generate(root, source, assessment)
    stamp.write_text(digest, encoding="utf-8")


def generate(
    root: Path,
    source: Path,
    assessment: str,
    settings: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Run nbgrader's generate_assignment for one assessment in a course root, and check it.

    Parameters
    ----------
    root : Path
        The course root.
    source : Path
        The folder with one folder for each assessment.
    assessment : str
        Which of them.
    settings : mapping, optional
        Further settings of nbgrader, by class and name.

    Raises
    ------
    FaultsFound
        If a check of code can't work, or anything of a hidden test is left in the release.
    CourseError
        If there is no such assessment, or nbgrader can't make it.
    """
    from nbgrader.converters import GenerateAssignment

    origin = source / assessment
    notebook = f"{assessment}.ipynb"
    holds_code = load_syllabus().holds_code(assessment)
    for name in (notebook,) if holds_code else (notebook, BANK):
        if not (origin / name).is_file():
            raise CourseError(
                f"The assessment {assessment} has no {name} in {source}. Put it there first."
            )
    if holds_code and (unworkable := author_faults(origin / notebook)):
        raise FaultsFound(f"The checks of {assessment}", unworkable)
    copy = root / "source" / assessment
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(origin, copy, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    try:
        convert(GenerateAssignment, root, assessment, ".", settings)
    except ExecutionFailed as failed:
        raise CourseError(
            f"nbgrader can't make the student version of {assessment}: {failed}. "
            "Mend the source, then try again."
        ) from failed
    faults = [*_left_keys(copy / f"{assessment}.ipynb", root / "release" / assessment)]
    if faults:
        shutil.rmtree(root / "release" / assessment, ignore_errors=True)
        raise FaultsFound(f"The student version of {assessment}", faults)


def assessments_in(source: Path) -> tuple[str, ...]:
    """Return the assessments that a source folder holds."""
    return tuple(
        sorted(
            folder.name
            for folder in source.iterdir()
            if folder.is_dir() and (folder / f"{folder.name}.ipynb").is_file()
        )
    )


def refuse_answers(folder: Path) -> None:
    """Refuse a folder with an answers file anywhere in it.

    nbgrader copies what is in ``source`` over every submission: an author's own answers there
    would become everyone's.

    Raises
    ------
    Refused
        If there is one.
    """
    for path in sorted(folder.rglob("*")):
        if path.name.lower() == ANSWERS:
            raise Refused(
                f"{path} is an author's own answers, and would be marked as everyone's. "
                "Delete it, then try again."
            )


def tree_digest(folder: Path) -> str:
    """Return one hash over the names and contents of every file in a folder, hidden ones aside.

    Raises
    ------
    OSError
        If a file can't be read, or there is no such folder.
    """
    digest = hashlib.sha256()
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    for name in names:
        if any(part.startswith((".", "__pycache__")) for part in name.split("/")):
            continue
        content = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    return digest.hexdigest()


def _left_keys(source: Path, release: Path) -> Iterator[Fault]:
    """Yield what is left of hidden tests in a release, by what their source says."""
    told = [*_telling(json.loads(source.read_text(encoding="utf-8")))]
    for path in sorted(release.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        text = data.decode("utf-8", "replace")
        # A notebook is searched as its reader sees it, not as JSON escapes it.
        texts = [text, *_texts(json.loads(text))] if path.suffix == ".ipynb" else [text]
        for mark in _MARKS:
            if any(mark in each for each in texts):
                yield Fault(path.name, f"still holds the mark “{mark}”; close it in the source")
        for words in told:
            if any(words in each for each in texts):
                yield Fault(
                    path.name, f"still holds “{words[:40]}…” of a hidden test; say it only there"
                )


def _telling(notebook: dict[str, Any]) -> Iterator[str]:
    """Yield the lines and the texts of hidden tests that are long enough to tell something."""
    for cell in notebook["cells"]:
        source = cell["source"]
        for hidden in _HIDDEN.findall(source if isinstance(source, str) else "".join(source)):
            code = "\n".join(line for line in hidden.split("\n")[1:-1])
            for line in code.split("\n"):
                if len(line.strip()) >= TELLING:
                    yield line.strip()
            try:
                tree = ast.parse(code)
            except SyntaxError:
                continue
            for node in ast.walk(tree):
                match node:
                    # Ids are public; prose is what tells.
                    case ast.Constant(value=str(words)) if len(words) >= TELLING and " " in words:
                        yield words


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON value; a list of lines also as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        if value and all(isinstance(each, str) for each in value):
            yield "".join(value)
        for each in value:
            yield from _texts(each)
