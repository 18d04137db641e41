"""What the author made of an assessment is read once, and must agree with itself."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.engine.snapshot import take_snapshot
from course.errors import CourseError, Refused
from tests.autograder.engine.conftest import Course
from tests.code_check import ASSESSMENT, FIXTURE, POINTS, POINTS_BY_HAND

pytestmark = pytest.mark.nbgrader


def change_release(course: Course, change: Any) -> None:
    path = course.root / "release" / ASSESSMENT / f"{ASSESSMENT}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.chmod(0o600)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_snapshot_says_what_the_author_made(course: Course) -> None:
    course.gradebook.update_or_create_assignment(ASSESSMENT, duedate="2026-11-23 12:00:00 UTC")
    found = course.snapshot()
    assert found.assignment == ASSESSMENT
    assert found.duedate == datetime(2026, 11, 23, 12)
    assert found.files == (("waits.csv", (FIXTURE / "waits.csv").read_bytes()),)
    (notebook,) = found.notebooks
    cells = {cell.name: cell for cell in notebook.cells}
    assert {name: cell.points for name, cell in cells.items() if cell.grade} == {
        **POINTS,
        "words": POINTS_BY_HAND,
    }
    assert [name for name, cell in cells.items() if cell.role == "author"] == ["setup"]
    assert [name for name, cell in cells.items() if cell.role == "check"] == [*POINTS]
    hidden = cells["check-median"]
    assert "HIDDEN" in hidden.source
    assert "HIDDEN" not in hidden.released
    assert (hidden.comment_row, cells["median"].grade_row) == (None, None)
    assert "def read_waits" in notebook.preamble
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_order_is_that_of_the_release(course: Course) -> None:
    release = json.loads(
        (course.root / "release" / ASSESSMENT / f"{ASSESSMENT}.ipynb").read_text(encoding="utf-8")
    )
    order = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in release["cells"]]
    (notebook,) = course.snapshot().notebooks
    assert [cell.name for cell in notebook.cells] == [name for name in order if name]


@pytest.mark.parametrize("step", ["source", "release"])
def test_an_answers_file_of_the_authors_is_refused(course: Course, step: str) -> None:
    (course.root / step / ASSESSMENT / "answers.json").write_text("{}")
    with pytest.raises(Refused, match="marked as everyone's"):
        course.snapshot()


def test_what_tools_leave_in_the_source_is_not_copied(course: Course) -> None:
    source = course.root / "source" / ASSESSMENT
    for name in (".ipynb_checkpoints", "__pycache__", "data"):
        (source / name).mkdir()
        (source / name / "beds.csv").write_bytes(b"1")
    assert [name for name, _ in course.snapshot().files] == ["data/beds.csv", "waits.csv"]


def test_an_assessment_that_is_not_there_is_told(course: Course) -> None:
    with pytest.raises(CourseError, match="has no assessment none"):
        take_snapshot(course.gradebook, course.root, "none")


def test_a_release_that_lacks_a_cell_is_told(course: Course) -> None:
    change_release(course, lambda content: content["cells"].pop(4))
    with pytest.raises(CourseError, match=r"lacks check-median, .*generate_assignment --force"):
        course.snapshot()


def test_metadata_that_nbgrader_would_refuse_are_told(course: Course) -> None:
    def spoil(content: Any) -> None:
        del content["cells"][4]["metadata"]["nbgrader"]["schema_version"]

    change_release(course, spoil)
    with pytest.raises(CourseError, match="are not set up as nbgrader needs it"):
        course.snapshot()


def test_a_release_that_is_gone_or_damaged_is_told(course: Course, tmp_path: Path) -> None:
    path = course.root / "release" / ASSESSMENT / f"{ASSESSMENT}.ipynb"
    path.chmod(0o600)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match="can't be read"):
        course.snapshot()
    path.unlink()
    with pytest.raises(CourseError, match="can't be read"):
        course.snapshot()
