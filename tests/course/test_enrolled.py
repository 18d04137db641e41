"""An enrolment is taken in whole, and never in someone else's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.errors import CourseError, Refused
from course.workspace import Workspace
from tests.course_server import (
    KEY,
    PSEUDONYM,
    enrol,
)


def test_enrolling_with_a_file(workspace: Workspace, tmp_path: Path) -> None:
    enrolment = enrol(tmp_path / "elsewhere", KEY)
    data = (tmp_path / "elsewhere" / ".qi-course" / "enrolment.json").read_bytes()
    assert workspace.enrol(data) == enrolment == workspace.enrolment
    with pytest.raises(CourseError):
        workspace.enrol(b"{}")
    assert workspace.enrolment == enrolment
    other = data.replace(PSEUDONYM.encode(), b"f" * 16)
    with pytest.raises(Refused, match="another enrolment"):
        workspace.enrol(other)
    assert workspace.enrolment == enrolment
    assert not [path for path in (workspace.folder / ".qi-course").iterdir() if "new" in path.name]
