"""Where a desk may be, and that its folder is there whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from autograder.desk import Desk
from autograder.desk_folder import FOLDERS, About, open_desk_folder, write_about
from course.errors import CourseError, Refused
from course.folders import REPOSITORY


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "desk", "Riverside (simulated)")


def test_a_new_desk_opens_again_as_it_was_made(desk: Desk) -> None:
    opened = Desk.open(desk.folder)
    assert (opened.organisation, opened.lone) == ("Riverside (simulated)", False)
    assert opened.desk_key.private_bytes_raw() == desk.desk_key.private_bytes_raw()
    assert all((desk.folder / name).is_dir() for name in FOLDERS)
    assert (desk.folder / "nbgrader_config.py").is_file()
    assert [path.name for path in desk.folder.parent.iterdir()] == ["desk"]  # nothing left over


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_read_a_desk(desk: Desk) -> None:
    for path in [desk.folder, *desk.folder.rglob("*")]:
        if path.name != ".lock":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize("inside", [".", "autograder/desk"])
def test_a_desk_never_lives_in_the_repository(inside: str) -> None:
    with pytest.raises(Refused, match="inside the course's own folder"):
        Desk.create(REPOSITORY / inside, "Riverside")
    assert not (REPOSITORY / "autograder" / "desk").exists()


def test_a_desk_never_lives_in_a_learners_folder(tmp_path: Path) -> None:
    (tmp_path / ".qi-course").mkdir()
    (tmp_path / ".qi-course" / "workspace.json").write_text("{}")
    with pytest.raises(Refused, match="inside a learner's folder"):
        Desk.create(tmp_path / "lessons" / "desk", "Riverside")
    with pytest.raises(Refused, match="inside a learner's folder"):
        Desk.create(tmp_path, "Riverside")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_does_not_hide_where_a_desk_would_live(tmp_path: Path) -> None:
    (tmp_path / "innocent").symlink_to(REPOSITORY / "modules", target_is_directory=True)
    with pytest.raises(Refused, match="inside the course's own folder"):
        Desk.create(tmp_path / "innocent" / "desk", "Riverside")


@pytest.mark.parametrize(
    ("place", "reason"),
    [("//server/share/desk", "network"), ("/home/a/OneDrive - X/d", "OneDrive")],
)
def test_places_where_a_book_breaks_are_refused(place: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Desk.create(Path(place), "Riverside")


def test_a_desk_is_made_in_an_empty_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert Desk.create(tmp_path / "empty", "Riverside").folder == tmp_path / "empty"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(CourseError, match="is not empty"):
        Desk.create(tmp_path / "full", "Riverside")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_desk_that_can_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="name must be"):
        Desk.create(tmp_path / "desk", "   ")
    assert not list(tmp_path.iterdir())


def test_a_desk_of_a_newer_version_is_not_touched(desk: Desk) -> None:
    about = json.loads((desk.folder / "desk.json").read_text())
    (desk.folder / "desk.json").write_text(json.dumps({**about, "schema": 2}))
    with pytest.raises(CourseError, match="Update the course"):
        Desk.open(desk.folder)


def test_there_is_a_word_for_no_desk(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no marking desk"):
        Desk.open(tmp_path)
    with pytest.raises(CourseError, match="no marking desk"):
        Desk.open(tmp_path / "nowhere")


def test_what_the_folder_says_is_replaced_whole_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = open_desk_folder(desk.folder)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CourseError, match="can't be written"):
            write_about(desk.folder, About("Hillside", False, before.made_at, "/shared"))
    assert open_desk_folder(desk.folder) == before


@pytest.mark.parametrize("about", ["", "[]", "{}", '{"schema": 1}', '{"schema": 1, "x": 2}'])
def test_a_damaged_desk_says_so(desk: Desk, about: str) -> None:
    (desk.folder / "desk.json").write_text(about)
    with pytest.raises(CourseError, match=r"can't be read\. Put it back"):
        Desk.open(desk.folder)
