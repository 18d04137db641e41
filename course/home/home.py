"""What the pages need to know of the server that they run in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course.editions.shelf import Shelf
from course.home.links import Links
from course.home.marking import Marking
from course.workspace import Workspace

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Home:
    """What the pages need to know of the server that they run in."""

    folder: Path
    modules: Path
    release: Path | None
    links: Links
    marking: Marking | None
    shelf: Shelf

    def workspace(self) -> Workspace:
        """Open the learner's folder, making it when it isn't there."""
        return Workspace.open(self.folder, modules=self.modules, release=self.release)
