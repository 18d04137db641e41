"""nbgrader itself, run in this process on a course root such as a desk's folder."""

from __future__ import annotations

import io
import logging
import os
import sysconfig
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.errors import CourseError
from course.folders import COURSE


class ExecutionFailed(CourseError):
    """nbgrader could not do what it was asked to; says why in one line."""


def convert(
    converter: type[Any],
    root: Path,
    assessment: str,
    pseudonym: str,
    settings: Mapping[str, Mapping[str, object]] | None = None,
) -> None:
    """Run one of nbgrader's converters over a course root.

    Parameters
    ----------
    converter : type
        ``GenerateAssignment``, ``Autograde`` or ``GenerateFeedback`` of `nbgrader.converters`.
    root : Path
        The course root.
    assessment : str
        The assignment's name.
    pseudonym : str
        The learner; ``.`` where there is none.
    settings : mapping, optional
        Further settings of nbgrader, by class and name.

    Raises
    ------
    ExecutionFailed
        With the last line of what went wrong. All of it is in the root's ``nbgrader.log``.
    """
    with nbgrader(root) as (config, log, said):
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Config

        config.merge(Config(settings or {}))
        course = CourseDirectory(
            config=config, log=log, root=str(root), assignment_id=assessment, student_id=pseudonym
        )
        run = converter(coursedir=course, config=config, log=log)
        run.force = True
        try:
            run.start()
        except Exception as error:
            raise ExecutionFailed(_last_cause(said.getvalue()) or str(error)) from error


@contextmanager
def nbgrader(root: Path) -> Iterator[tuple[Any, logging.Logger, io.StringIO]]:
    """Make this process ready to run nbgrader on a course root, and put it back afterwards.

    Yields
    ------
    tuple
        nbgrader's settings, its log, and what the log has said so far.
    """
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(_settings(root))).load_config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = gradebook_url(root)
    said = io.StringIO()
    log = logging.Logger("nbgrader")  # not the shared one: no one else's settings apply
    log.addHandler(logging.StreamHandler(said))
    file = logging.FileHandler(root / "nbgrader.log", mode="a", encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    file.setLevel(logging.WARNING)
    log.addHandler(file)
    with marking_environment(), warnings.catch_warnings():
        # nbgrader's own code warns under SQLAlchemy 2; nothing that a reader here can act on.
        warnings.simplefilter("ignore")
        try:
            yield config, log, said
        finally:
            file.close()


def gradebook_url(root: Path) -> str:
    """Return the address of a course root's gradebook."""
    return f"sqlite:///{(root / 'gradebook.db').as_posix()}"


def _settings(root: Path) -> Path:
    return root if (root / "nbgrader_config.py").is_file() else COURSE


@contextmanager
def marking_environment(**more: str) -> Iterator[None]:
    """Set what nbgrader and its kernels read from the environment, for as long as this lasts.

    Parameters
    ----------
    **more : str
        Further variables to set.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        given = {
            # nbgrader calls a bare "alembic" when it makes a gradebook.
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")]),
            # A kernel that someone installed under the same name in their home must not do the
            # marking, nor their IPython start-up files take part in it.
            "JUPYTER_PREFER_ENV_PATH": "1",
            "IPYTHONDIR": home,
            **more,
        }
        before = {name: os.environ.get(name) for name in given}
        os.environ.update(given)
        mask = os.umask(0o077)  # what nbgrader writes is for the desk's owner alone
        try:
            yield
        finally:
            os.umask(mask)
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _last_cause(said: str) -> str:
    """Return the last line of the first traceback in a log: what went wrong, in its own words."""
    _, _, trace = said.partition("Traceback (most recent call last):")
    for line in trace.splitlines():
        if line and not line.startswith((" ", "\t")):
            return line.strip()[:300]
    return ""
