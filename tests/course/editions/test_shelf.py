"""A lesson runs once, in the background, and again only when something has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.editions import shelf as shelves
from course.editions.running import Ran
from course.editions.shelf import Shelf
from course.errors import CourseError
from tests.course.editions.small_story import write_story

RAN = Ran(({"cell_type": "markdown", "source": "# Hello", "metadata": {"tags": []}},), {})


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which copies were run; a copy that holds a number divided by zero fails."""
    found: list[str] = []

    def run(path: Path) -> Ran:
        found.append(path.parent.name)
        if "1 / 0" in path.read_text():
            raise CourseError(f"{path.name} does not run to its end.")
        return RAN

    monkeypatch.setattr(shelves, "run", run)
    return found


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    mine = write_story(tmp_path / "mine" / "a1_story.ipynb")
    return mine, write_story(tmp_path / "course" / "a1_story.ipynb")


def waited(shelf: Shelf, *copies: Path) -> Ran | None:
    """Look, let what was begun come to its end, and look again."""
    first = shelf.look(*copies)
    shelf._maker.submit(lambda: None).result()
    return first or shelf.look(*copies)


def test_it_is_made_once_and_kept(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    shelf = Shelf(tmp_path / "kept")
    assert shelf.look(*copies) is None, "no page waits for it"
    assert waited(shelf, *copies) == RAN
    assert Shelf(tmp_path / "kept").look(*copies) == RAN
    assert runs == ["mine"]


def test_a_changed_lesson_is_made_again_and_takes_the_place_of_the_old_one(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    shelf = Shelf(tmp_path / "kept")
    waited(shelf, *copies)
    copies[0].write_text(copies[0].read_text() + "\n")
    assert shelf.look(*copies) is None
    assert waited(shelf, *copies) == RAN
    assert runs == ["mine", "mine"]
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_the_courses_own_copy_stands_in_for_a_broken_one(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    write_story(copies[0], broken=True)
    assert waited(Shelf(tmp_path / "kept"), *copies) == RAN
    assert runs == ["mine", "course"]


def test_when_neither_copy_runs_it_says_so_and_can_be_tried_again(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    for copy in copies:
        write_story(copy, broken=True)
    shelf = Shelf(tmp_path / "kept")
    with pytest.raises(CourseError, match="does not run"):
        waited(shelf, *copies)
    write_story(copies[0])
    assert waited(shelf, *copies) == RAN


def test_what_was_kept_and_is_damaged_is_made_again(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    shelf = Shelf(tmp_path / "kept")
    waited(shelf, *copies)
    [kept] = (tmp_path / "kept").iterdir()
    for damage in ("{", "[]", '{"cells": [], "told": {"0": [{}]}}'):
        kept.write_text(damage)
        assert waited(shelf, *copies) == RAN


def test_nothing_comes_back_into_a_folder_that_was_erased(
    tmp_path: Path, copies: tuple[Path, Path], runs: list[str]
) -> None:
    with pytest.raises(CourseError, match="can't be written"):
        waited(Shelf(tmp_path / "erased" / "kept"), *copies)
    assert not (tmp_path / "erased").exists()
