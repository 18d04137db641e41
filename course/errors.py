"""What can go wrong in the course, in words that a reader can act on.

::

    CourseError            could not be done (exit code 2)
    ├── Refused            was checked, and the answer is no (exit code 1)
    └── FaultsFound        a file has faults, all of them listed (exit code 1)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class CourseError(Exception):
    """Something could not be done; the message says why and what to do next."""

    exit_code = 2


class Refused(CourseError):
    """Something was checked, and the answer is no."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a file: where it is, and what to change.

    Examples
    --------
    >>> print(Fault("modules[0].minutes", "is -5; use a whole number from 1 to 480"))
    modules[0].minutes: is -5; use a whole number from 1 to 480
    """

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class FaultsFound(CourseError):
    """A file has faults; every one of them is listed.

    Parameters
    ----------
    name : str
        The file, as its reader knows it.
    faults : iterable of Fault
        Every fault, in the file's own order.

    Examples
    --------
    >>> print(FaultsFound("plan.toml", [Fault("title", "is missing")]))
    1 fault to mend in plan.toml:
      title: is missing
    """

    exit_code = 1

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        noun = "fault" if count == 1 else "faults"
        super().__init__(f"{count} {noun} to mend in {name}:\n{lines}")
