"""Places in which a learner's work could get lost, and why the course won't work there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from course.errors import Refused
from course.folders import REPOSITORY

# Windows refuses paths of more than 260 characters; the longest path inside a workspace has about
# 130, and a newer version's name adds some.
LONGEST_FOLDER_ON_WINDOWS = 100

_ADVICE = (
    "Choose a folder on this computer's own disk, such as qi-course in your home folder; "
    "QI_COURSE_WORKSPACE can name one."
)


def refuse_unsafe_place(
    folder: Path,
    *,
    windows: bool = os.name == "nt",
    synchronised: Iterable[str] | None = None,
) -> None:
    """Refuse a folder in which the learner's work could get lost.

    Parameters
    ----------
    folder : Path
        Where the workspace would be.
    windows : bool
        Whether Windows' limit on the length of a path holds.
    synchronised : iterable of str or None
        Folders that a service keeps in step with other computers; by default what OneDrive says.

    Raises
    ------
    Refused
        With the reason, and where to put the workspace instead.
    """
    text = str(folder).replace("\\", "/")
    if text.startswith("//"):
        raise Refused(
            f"{folder} is on a network share, where your answers could get lost. {_ADVICE}"
        )
    if synchronised is None:
        names = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
        synchronised = [value for name in names if (value := os.environ.get(name))]
    roots = [root.replace("\\", "/").rstrip("/").lower() + "/" for root in synchronised]
    in_onedrive = any(
        part == "onedrive" or part.startswith("onedrive - ") for part in text.lower().split("/")
    )
    if in_onedrive or any(f"{text.lower()}/".startswith(root) for root in roots):
        raise Refused(
            f"{folder} is kept in step by OneDrive, which can mix up your answers. {_ADVICE}"
        )
    if windows and len(text) > LONGEST_FOLDER_ON_WINDOWS:
        raise Refused(
            f"The path {folder} has {len(text)} characters, and Windows allows the course "
            f"{LONGEST_FOLDER_ON_WINDOWS}. {_ADVICE}"
        )
    if folder == REPOSITORY or REPOSITORY in folder.parents:
        raise Refused(f"{folder} is inside the course's own folder, which stays clean. {_ADVICE}")
