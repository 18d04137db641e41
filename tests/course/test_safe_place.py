"""The course works only where a learner's work is safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.errors import Refused
from course.safe_place import LONGEST_FOLDER_ON_WINDOWS, refuse_unsafe_place
from course.syllabus import load_syllabus
from course.workspace import Workspace

VERSION = load_syllabus().version
NEWER = f"lessons/1_all_staff/a1_why_improvement_newer_version_{VERSION}.ipynb"


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (r"\\server\share\qi-course", "network share"),
        ("//server/share/qi-course", "network share"),
        ("/home/sam/OneDrive/qi-course", "OneDrive"),
        ("/home/sam/OneDrive - Simulated Trust/qi-course", "OneDrive"),
        ("/home/sam/Documents/qi-course", "OneDrive"),
        ("/" + "long/" * 30 + "qi-course", "characters"),
    ],
)
def test_a_place_where_work_gets_lost_is_refused_with_advice(folder: str, reason: str) -> None:
    with pytest.raises(Refused, match=rf"(?s){reason}.*Choose a folder on this computer"):
        refuse_unsafe_place(Path(folder), windows=True, synchronised=["/home/sam/Documents"])


def test_an_ordinary_place_is_fine() -> None:
    refuse_unsafe_place(Path("/home/sam/qi-course"), windows=True, synchronised=["/home/sam/Docs"])
    refuse_unsafe_place(Path("/" + "long/" * 60 + "qi-course"), windows=False, synchronised=[])


def test_the_longest_path_inside_fits_windows(workspace: Workspace) -> None:
    workspace_itself = str(workspace.folder)
    receipt = f"outbox/.{'f' * 64}_20261123T140000Z.zip.01234567"
    inside = [receipt, f"{NEWER}x", *map(str, workspace.folder.rglob("*"))]
    longest = max(len(name.removeprefix(workspace_itself)) for name in inside)
    assert LONGEST_FOLDER_ON_WINDOWS + longest < 260
