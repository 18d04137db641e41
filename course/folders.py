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
