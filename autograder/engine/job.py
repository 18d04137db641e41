"""A job: everything that running one submission needs, as one frozen value; and what comes of it.

A job can be run in another process or on another machine. It holds no name and no pseudonym.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from course.errors import CourseError

Role: TypeAlias = Literal["learner", "author", "check"]

#: One output of a cell, as nbformat 4 has it: plain dictionaries, lists and texts.
Output: TypeAlias = Mapping[str, Any]


class JobFailed(CourseError):
    """A job could not be run to its end, through no fault of the learner; says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell of a submission.

    Parameters
    ----------
    place : int
        Its place among all cells of the notebook, from 0.
    role : str
        Whose it is: ``learner`` (may hold anything), ``author`` (locked, restored from the
        gradebook) or ``check`` (gives marks, restored too; holds hidden tests).
    source : str
        Its code.
    """

    place: int
    role: Role
    source: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use.

    Parameters
    ----------
    cell_seconds, job_seconds : float
        The longest that one cell, and all cells together, may run.
    memory_bytes : int
        Address space of a process.
    disk_bytes, file_bytes : int
        What it may write in all, and to one file.
    output_bytes : int
        What is kept of the outputs of one cell.
    value_bytes : int
        The largest value that may cross to the checker.
    threads, open_files : int
        How many it may have at once.
    """

    cell_seconds: float = 30.0
    job_seconds: float = 120.0
    memory_bytes: int = 2 * 1024**3
    disk_bytes: int = 64 * 1024**2
    file_bytes: int = 16 * 1024**2
    output_bytes: int = 256 * 1024
    value_bytes: int = 16 * 1024**2
    threads: int = 16
    open_files: int = 64


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run of one submission.

    Parameters
    ----------
    cells : tuple of Cell
        Its code cells, in the order of the notebook.
    preamble : str
        Code of the author's that the checks rely on: the imports of the assessment's notebook and
        the functions of its locked cells. The checker runs it before any check.
    files : tuple of (str, bytes)
        What lies beside the notebook, by plain file name.
    limits : Limits
        What it may use.
    """

    cells: tuple[Cell, ...]
    preamble: str = ""
    files: tuple[tuple[str, bytes], ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def holds_learner_code(self) -> bool:
        """Whether any of its cells may hold anything."""
        return any(cell.role == "learner" for cell in self.cells)


@dataclass(frozen=True, slots=True)
class CellRun:
    """What came of one cell.

    Parameters
    ----------
    place : int
        The cell's place in the notebook.
    outputs : tuple of Output
        Its outputs. An author's text, a learner's text or a PNG picture; never HTML or script.
    """

    place: int
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job.

    Parameters
    ----------
    runs : tuple of CellRun
        One for each cell, in the same order.
    ran_in : str
        Where learner's code ran: ``nowhere`` (there was none), ``sandbox``, or ``practice`` (on
        this machine without walls, so that the marks can't certify).
    limits_hit : tuple of str
        Which limits stopped something: ``time``, ``memory``, ``disk``, ``output``, ``value``,
        ``processes`` or ``ended`` (it ended its own process).
    seconds : float
        How long it all took.
    """

    runs: tuple[CellRun, ...]
    ran_in: Literal["nowhere", "sandbox", "practice"]
    limits_hit: tuple[str, ...] = ()
    seconds: float = 0.0
