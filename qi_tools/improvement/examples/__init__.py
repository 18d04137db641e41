"""Two worked projects, made up for teaching: from the first aim to keeping the gain and spread."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qi_tools.errors import QIToolsError
from qi_tools.improvement.project import Project
from qi_tools.improvement.project_file import parse
from qi_tools.words import joined

__all__ = ["ExampleUnknown", "example_names", "example_project", "example_text"]

HERE: Final = Path(__file__).parent


class ExampleUnknown(QIToolsError):
    """No worked project of that name is shipped."""


def example_names() -> tuple[str, ...]:
    """Name the worked projects.

    Examples
    --------
    >>> example_names()
    ('missed_appointments', 'payroll_errors')
    """
    return tuple(sorted(path.stem for path in HERE.glob("*.toml")))


def example_text(name: str) -> str:
    """Give the file of a worked project as text, for a learner to copy.

    Parameters
    ----------
    name : str
        One of `example_names`.

    Returns
    -------
    str

    Raises
    ------
    ExampleUnknown
        If there is none of that name.

    Examples
    --------
    >>> print(example_text("payroll_errors").splitlines()[1])
    version = 2
    """
    if name not in example_names():
        raise ExampleUnknown(
            f'There is no worked project "{name}". Use {joined([*example_names()], "or")}.'
        )
    return (HERE / f"{name}.toml").read_text(encoding="utf-8")


def example_project(name: str) -> Project:
    """Give a worked project.

    Parameters
    ----------
    name : str
        One of `example_names`.

    Returns
    -------
    Project

    Raises
    ------
    ExampleUnknown
        If there is none of that name.

    Examples
    --------
    >>> project = example_project("missed_appointments")
    >>> project.aim.what, len(project.cycles)
    ('Fewer missed appointments', 17)
    """
    return parse(example_text(name).encode(), f"{name}.toml")
