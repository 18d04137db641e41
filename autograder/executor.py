"""What runs a submission: one small protocol, and nbgrader itself behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from autograder.nbgrader_root import convert


class Executor(Protocol):
    """Runs one submission of a course root and leaves its marks in the gradebook."""

    def autograde(self, root: Path, assessment: str, pseudonym: str) -> None:
        """Run ``submitted/<pseudonym>/<assessment>`` and put it into ``autograded``.

        Raises
        ------
        ExecutionFailed
            If it could not be run to its end; nothing of it is left in ``autograded``.
        """


class NbgraderExecutor:
    """Runs a submission as ``nbgrader autograde`` does, in this process.

    In one process the imports (2.3 s a command) are paid once for a whole class.
    """

    def autograde(self, root: Path, assessment: str, pseudonym: str) -> None:
        """Run one submission; see `Executor`."""
        from nbgrader.converters import Autograde

        convert(Autograde, root, assessment, pseudonym)
