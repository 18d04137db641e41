"""The student version: made by nbgrader, without keys, and never in the repository."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import release
from autograder.keys import read_keys
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.release import build_release, prepare_assessment, refuse_answers, tree_digest
from course.errors import CourseError, FaultsFound, Refused
from course.folders import COURSE
from tests.small_desk import WHY, small_notebook, write_source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


def everything(folder: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()
    )


@pytest.mark.nbgrader
def test_learners_get_the_paper_and_the_bank_without_any_key(source: Path, tmp_path: Path) -> None:
    before = sorted(source.rglob("*")), tree_digest(source)
    made = build_release(source, tmp_path / "made" / "release")
    assert sorted(path.relative_to(made).as_posix() for path in made.rglob("*")) == [
        "all_staff_check",
        "all_staff_check/all_staff_check.ipynb",
        "all_staff_check/bank.toml",
    ]
    assert (sorted(source.rglob("*")), tree_digest(source)) == before
    assert WHY not in everything(made)
    assert "HIDDEN" not in everything(made)
    notebook = nbformat.read(made / "all_staff_check" / "all_staff_check.ipynb", as_version=4)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in small_notebook().cells]
    assert notebook.cells[2].source.strip() == 'given = paper.answer("q10")'
    assert all(not cell.metadata.editable for cell in notebook.cells[1:])


@pytest.mark.nbgrader
def test_the_courses_own_assessment_gives_nothing_away(tmp_path: Path) -> None:
    made = everything(build_release(COURSE / "source", tmp_path / "release"))
    keys = read_keys(COURSE / "source" / "all_staff_check" / "all_staff_check.ipynb")
    assert len(keys) >= 60
    assert not [key.why for key in keys.values() if key.why in made]


@pytest.mark.nbgrader
def test_it_is_made_again_only_when_the_source_or_the_release_changed(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    generate = release.generate

    def counted(root: Path, source: Path, assessment: str, *settings: Any) -> None:
        made.append(assessment)
        generate(root, source, assessment, *settings)

    monkeypatch.setattr(release, "generate", counted)
    to = tmp_path / "release"
    build_release(source, to)
    build_release(source, to)
    assert len(made) == 1
    bank = source / "all_staff_check" / "bank.toml"
    bank.write_text(bank.read_text() + "# changed\n")
    build_release(source, to)
    assert len(made) == 2
    (to / "all_staff_check" / "bank.toml").write_text("spoiled")
    build_release(source, to)
    assert len(made) == 3
    assert (to / "all_staff_check" / "bank.toml").read_text() == bank.read_text()


@pytest.mark.parametrize("name", ["answers.json", "deeper/Answers.JSON"])
def test_an_authors_answers_are_refused_anywhere(source: Path, tmp_path: Path, name: str) -> None:
    path = source / "all_staff_check" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("{}")
    with pytest.raises(Refused, match="marked as everyone's"):
        build_release(source, tmp_path / "release")
    with pytest.raises(Refused, match="Delete it"):
        prepare_assessment(tmp_path / "desk", source, "all_staff_check")
    assert not (tmp_path / "release").exists()
    path.unlink()
    refuse_answers(source)


@pytest.mark.nbgrader
@pytest.mark.parametrize(
    ("change", "says"),
    [
        # The reason is also said where everyone sees it.
        (lambda nb: nb.cells[0].update(source=f"# A small check\n{WHY} (q11, b)"), "hidden test"),
        # The hidden test is also in an output, or in the metadata.
        (lambda nb: nb.cells[0].metadata.update(note=f"{WHY} (q10, a)"), "hidden test"),
        # A mark that nbgrader does not know.
        (lambda nb: nb.cells[0].update(source="### END HIDDEN TEST"), "mark"),
    ],
)
def test_a_key_that_would_be_left_is_found(
    source: Path, tmp_path: Path, change: object, says: str
) -> None:
    path = source / "all_staff_check" / "all_staff_check.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)  # type: ignore[operator]
    nbformat.write(notebook, path)
    with pytest.raises(FaultsFound, match=says):
        build_release(source, tmp_path / "release")
    assert not (tmp_path / "release").exists()


@pytest.mark.nbgrader
def test_a_key_in_the_bank_is_found(source: Path, tmp_path: Path) -> None:
    bank = source / "all_staff_check" / "bank.toml"
    bank.write_text(f"# {WHY} (q10, a)\n{bank.read_text()}")
    with pytest.raises(FaultsFound, match=r"bank\.toml"):
        build_release(source, tmp_path / "release")


@pytest.mark.nbgrader
def test_a_source_that_nbgrader_can_not_read_is_told_in_one_line(
    source: Path, tmp_path: Path
) -> None:
    path = source / "all_staff_check" / "all_staff_check.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][2]["source"] = "### BEGIN HIDDEN TESTS\nassert True"  # never ended
    path.write_text(json.dumps(notebook))
    with pytest.raises(CourseError, match="No end hidden tests") as told:
        build_release(source, tmp_path / "release")
    assert "\n" not in str(told.value)


def test_a_source_without_a_bank_is_told(source: Path, tmp_path: Path) -> None:
    (source / "all_staff_check" / "bank.toml").unlink()
    with pytest.raises(CourseError, match=r"has no bank\.toml"):
        build_release(source, tmp_path / "release")


@pytest.mark.nbgrader
def test_a_course_root_gets_the_gradebooks_entry_too(source: Path, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    root = tmp_path / "desk"
    for name in ("source", "release"):
        (root / name).mkdir(parents=True)
    prepare_assessment(root, source, "all_staff_check")
    with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
        assert gradebook.find_assignment("all_staff_check").max_score == 5
    # What someone put into the root's own source reaches no submission.
    shutil.copy(
        source / "all_staff_check" / "bank.toml", root / "source" / "all_staff_check" / "extra.toml"
    )
    prepare_assessment(root, source, "all_staff_check")
    assert not (root / "source" / "all_staff_check" / "extra.toml").exists()
