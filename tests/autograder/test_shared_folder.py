"""The shared folder: what counts as arrived, and what is made there."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.shared_folder import SharedFolder
from course.errors import CourseError, Fault


@pytest.fixture
def shared(tmp_path: Path) -> SharedFolder:
    made = SharedFolder(tmp_path / "shared")
    made.prepare(["ab" * 8])
    return made


def test_it_is_made_with_a_way_there_and_back(shared: SharedFolder) -> None:
    shared.prepare(["ab" * 8, "cd" * 8])  # what is there already stays
    made = sorted(path.relative_to(shared.folder).as_posix() for path in shared.folder.rglob("*"))
    assert made == ["hand-ins", "results", f"results/{'ab' * 8}", f"results/{'cd' * 8}"]


def test_where_it_can_not_be_made_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CourseError, match="Check its name"):
        SharedFolder(tmp_path / "file").prepare([])


def test_only_whole_zip_files_have_arrived(shared: SharedFolder) -> None:
    for name in ("b.zip", "A.ZIP", ".c.zip", "notes.txt", "zip"):
        (shared.hand_ins / name).write_bytes(b"123")
    (shared.hand_ins / "folder.zip").mkdir()
    (shared.hand_ins / "large.zip").write_bytes(b"1234")
    found, faults = shared.arrived(3)
    assert [path.name for path in found] == ["A.ZIP", "b.zip"]
    assert [fault.where for fault in faults] == ["large.zip"]


def test_a_folder_that_is_away_is_a_fault_both_ways(tmp_path: Path) -> None:
    away = SharedFolder(tmp_path / "away")
    found, (fault,) = away.arrived(3)
    assert found == ()
    assert "can't be used now" in fault.message
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "r.qiresult").touch()
    assert [type(each) for each in away.deliver(tmp_path)] == [Fault]
    assert not away.folder.exists()


def test_only_results_are_delivered(shared: SharedFolder, tmp_path: Path) -> None:
    results = tmp_path / "results" / ("ab" * 8)
    results.mkdir(parents=True)
    for name in ("r.qiresult", "notes.txt", ".r.qiresult.1234"):
        (results / name).write_text(name)
    assert list(shared.deliver(tmp_path / "results")) == []
    copies = shared.results_of("ab" * 8)
    assert [path.name for path in copies.iterdir()] == ["r.qiresult"]
