"""Where things are: the course's own folders, and the two that people's work lives in."""

from __future__ import annotations

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
COURSE = REPOSITORY / "course"
MODULES = REPOSITORY / "modules"


def workspace_folder() -> Path:
    """Return the learner's own folder: QI_COURSE_WORKSPACE, or ``qi-course`` in their home."""
    return Path(os.environ.get("QI_COURSE_WORKSPACE") or Path.home() / "qi-course")


def desk_folder() -> Path:
    """Return the marking desk's folder: QI_COURSE_DESK, or ``qi-course-desk`` in the home."""
    return Path(os.environ.get("QI_COURSE_DESK") or Path.home() / "qi-course-desk")


def learner_place(path: Path, modules: Path) -> str | None:
    """Return where a file of the modules is in a learner's own folder, or None if it isn't there.

    Examples
    --------
    >>> learner_place(Path("modules/1_all_staff/a1_x.ipynb"), Path("modules"))
    'lessons/1_all_staff/a1_x.ipynb'
    >>> learner_place(Path("modules/reference/own_data.ipynb"), Path("modules"))
    'reference/own_data.ipynb'
    >>> learner_place(Path("modules/workshops/red_beads.ipynb"), Path("modules"))
    'workshops/red_beads.ipynb'
    """
    if not path.is_relative_to(modules):
        return None
    name = path.relative_to(modules).as_posix()
    if name.startswith(("reference/", "workshops/")):
        return name
    return f"lessons/{name}" if name[:1].isdecimal() else None
