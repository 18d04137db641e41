"""A course root, open: nbgrader's settings and gradebook, and what the authors made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.engine.snapshot import Snapshot, take_snapshot
from autograder.nbgrader_root import gradebook_url, nbgrader

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


class CourseRoot:
    """An open course root, such as a desk's folder. Get one from `open_course_root`.

    Parameters
    ----------
    folder : Path
        The course root.
    gradebook : Gradebook
        Its gradebook, open.
    settings : Config
        nbgrader's settings.
    """

    def __init__(self, folder: Path, gradebook: Gradebook, settings: Any) -> None:
        self.folder = folder
        self.gradebook = gradebook
        self.settings = settings
        self._snapshots: dict[str, Snapshot] = {}

    def snapshot(self, assignment: str) -> Snapshot:
        """Return an assessment as it was when it was first asked for."""
        if assignment not in self._snapshots:
            self._snapshots[assignment] = take_snapshot(self.gradebook, self.folder, assignment)
        return self._snapshots[assignment]


@contextmanager
def open_course_root(folder: Path) -> Iterator[CourseRoot]:
    """Open a course root; no one else may write in its gradebook meanwhile."""
    from nbgrader.api import Gradebook

    with nbgrader(folder) as (settings, _, _), Gradebook(gradebook_url(folder)) as gradebook:
        yield CourseRoot(folder, gradebook, settings)
