"""All pages to print are written as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.cli import main
from course.editions import printing
from course.editions.printing import print_course
from course.errors import CourseError
from tests.course.editions.small_story import write_story
from tests.course_server import LESSON


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    write_story(tmp_path / "modules" / LESSON)
    return tmp_path / "modules"


def test_every_lesson_that_is_there_is_written(tmp_path: Path, modules: Path) -> None:
    folder = tmp_path / "new" / "paper"
    written = list(print_course(folder, modules))
    names = ["a1_plain.html", "a1_large_print.html", "a1_summary.html", "all_staff_handout.html"]
    assert [path.name for path in written] == names
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    for path in written:
        assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path, modules: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"can't be written .* Choose another folder"):
        list(print_course(tmp_path / "file", modules))


def test_the_command_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "print_course", lambda folder: [folder / "a1_plain.html"])
    assert main(["print", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'a1_plain.html'}\n"
