"""What a learner handed in is read within bounds, and followed nowhere."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from autograder.engine import submitted
from autograder.engine.submitted import (
    Submission,
    SubmissionDamaged,
    SubmittedCell,
    read_cells,
    read_submission,
)
from tests.autograder.engine.small_notebook import cell, notebook

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted" / "ann" / "paper"
    folder.mkdir(parents=True)
    (folder / "paper.ipynb").write_bytes(notebook([cell("1")]))
    (folder / "waits.csv").write_bytes(b"3\n")
    return folder


def read(folder: Path) -> Submission:
    return read_submission(folder.parents[2], "paper", "ann")


def test_notebooks_files_and_the_time_are_read(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("2026-11-23 15:00:00 Europe/Berlin\n")
    (folder / "data" / "more").mkdir(parents=True)
    (folder / "data" / "more" / "beds.csv").write_bytes(b"4\n")
    found = read(folder)
    assert found.student == "ann"
    assert found.notebooks == {"paper": notebook([cell("1")])}
    assert {*found.files} == {"waits.csv", "timestamp.txt", "data/more/beds.csv"}
    assert found.timestamp == datetime(2026, 11, 23, 14)
    assert found.notes == ()


def test_what_tools_leave_behind_is_no_part_of_it(folder: Path) -> None:
    for name in (".ipynb_checkpoints/paper.ipynb", "__pycache__/x.py", "x.pyc", "feedback/x.html"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert {*read(folder).files} == {"waits.csv"}
    assert {*read(folder).notebooks} == {"paper"}


@needs_links
def test_no_link_is_followed(folder: Path) -> None:
    secret = folder.parents[2] / "gradebook.db"
    secret.write_bytes(b"secret")
    (folder.parents[2] / "source").mkdir()
    (folder.parents[2] / "source" / "key.txt").write_bytes(b"secret")
    (folder / "book.csv").symlink_to(secret)
    (folder / "nowhere.csv").symlink_to("nothing")
    (folder / "key").symlink_to(folder.parents[2] / "source", target_is_directory=True)
    os.link(secret, folder / "hard.csv")
    found = read(folder)
    assert {*found.files} == {"waits.csv"}
    assert found.notes == (
        "book.csv is a link, so it was left out",
        "hard.csv is a file of some other folder too, so it was left out",
        "key is a link, so it was left out",
        "nowhere.csv is a link, so it was left out",
    )


@needs_links
@pytest.mark.parametrize("levels", [0, 1])
def test_a_folder_that_is_a_link_is_no_submission(folder: Path, levels: int) -> None:
    place = [folder, folder.parent][levels]
    moved = place.rename(folder.parents[2] / "moved")
    place.symlink_to(moved, target_is_directory=True)
    with pytest.raises(SubmissionDamaged, match="is a link"):
        read(folder)


@needs_links
def test_a_notebook_that_is_a_link_does_not_score_as_missing(folder: Path) -> None:
    (folder / "paper.ipynb").rename(folder.parent / "elsewhere")
    (folder / "paper.ipynb").symlink_to(folder.parent / "elsewhere")
    with pytest.raises(SubmissionDamaged, match=r"paper\.ipynb is a link"):
        read(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_no_pipe_is_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    assert read(folder).notes == ("pipe.csv is not an ordinary file, so it was left out",)


def test_what_is_too_large_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitted, "LARGEST_FILE", 1000)
    monkeypatch.setattr(submitted, "LARGEST_TOTAL", 1500)
    (folder / "a.csv").write_bytes(b"x" * 1001)
    (folder / "b.csv").write_bytes(b"x" * 900)
    (folder / "c.csv").write_bytes(b"x" * 900)
    found = read(folder)
    assert {*found.files} == {"b.csv", "waits.csv"}
    assert [note.split(" ")[0] for note in found.notes] == ["a.csv", "c.csv"]
    (folder / "paper.ipynb").write_bytes(b"x" * 1001)
    with pytest.raises(SubmissionDamaged, match=r"paper\.ipynb is larger than"):
        read(folder)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a\\b", "a\nb", "a:b", "\x1b[31m", "a\udcffb", "x" * 121])
def test_a_name_that_not_every_computer_can_have_is_left_out(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    found = read(folder)
    assert {*found.files} == {"waits.csv"}
    assert "has a name that not every computer can have" in found.notes[0]


def test_too_many_files_and_folders_too_deep_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = folder / "/".join("deep" * 1 for _ in range(9))
    deep.mkdir(parents=True)
    with pytest.raises(SubmissionDamaged, match="more than 8 deep"):
        read(folder)
    monkeypatch.setattr(submitted, "MOST_FILES", 2)
    with pytest.raises(SubmissionDamaged, match="more than 2 files"):
        read(folder)


def test_a_submission_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SubmissionDamaged, match="can't be read"):
        read_submission(tmp_path, "paper", "ann")


@pytest.mark.parametrize("words", ["yesterday", "9" * 90, "\x00", "2026-13-45 99:99:99 UTC"])
def test_a_time_that_is_none_is_refused(folder: Path, words: str) -> None:
    (folder / "timestamp.txt").write_text(words)
    with pytest.raises(SubmissionDamaged, match="which is no time"):
        read(folder)


def test_without_a_time_there_is_none(folder: Path) -> None:
    (folder / "timestamp.txt").write_text(" \n")
    assert read(folder).timestamp is None


# ------------------------------------------------------------ a notebook


def test_of_a_cell_only_its_kind_text_id_and_name_are_taken() -> None:
    hostile = cell(
        ["a = 1\n", "b"],  # type: ignore[arg-type]
        name="check-1",
        id="mine",
        outputs=[{"output_type": "display_data"}],
        execution_count=7,
    )
    hostile["metadata"] |= {"tags": ["skip-execution"], "jupyter": {"source_hidden": True}}
    text = cell("<script>", "markdown", attachments={"a.png": {}})
    assert read_cells("paper", notebook([hostile, text])) == (
        SubmittedCell("code", "a = 1\nb", "mine", "check-1", hidden=True),
        SubmittedCell("markdown", "<script>", attached=True),
    )


def test_an_older_notebook_and_odd_ids_are_read_quietly() -> None:
    odd = [cell("1", id=5), cell("2", id="a b"), cell("3", id="x" * 65), cell("4", id="ok")]
    found = read_cells("paper", notebook(odd, nbformat_minor=2))
    assert [each.id for each in found] == [None, None, None, "ok"]


def test_half_a_character_becomes_one_that_a_file_can_hold() -> None:
    data = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\ud800"}]}'
    (found,) = read_cells("paper", data)
    assert found.source == "?"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "can't be read"),
        (b"\xff", "can't be read"),
        (b"[" * 100_000, "can't be read"),
        (b'{"nbformat": ' + b"9" * 5000 + b"}", "can't be read"),
        (b"[]", "is not a notebook"),
        (b"{}", "is not a notebook"),
        (b'{"nbformat": 4, "cells": {}}', "is not a notebook"),
        (b'{"nbformat": 4, "cells": null}', "is not a notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "is of a format that is no longer used"),
        (notebook([3]), "is damaged in cell 1"),
        (notebook([cell("1"), cell("1", "heading")]), "is damaged in cell 2"),
        (notebook([cell(3)]), "is damaged in cell 1"),  # type: ignore[arg-type]
        (notebook([cell([3])]), "is damaged in cell 1"),  # type: ignore[arg-type]
        (notebook([cell()] * 1001), "has more than 1,000 cells"),
        (b" " * (8 * 1024**2 + 1), "has more than 8,388,608 bytes"),
    ],
)
def test_a_damaged_notebook_is_told_as_such(data: bytes, reason: str) -> None:
    with pytest.raises(SubmissionDamaged) as refused:
        read_cells("paper", data)
    assert str(refused.value).startswith(f"paper.ipynb {reason}. Ask the learner")


def test_metadata_of_any_shape_do_no_harm() -> None:
    for odd in (None, 3, "x", [], {"nbgrader": 3}, {"nbgrader": {"grade_id": ["x"]}}):
        data = json.dumps(
            {"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "metadata": odd}]}
        )
        assert read_cells("paper", data.encode()) == (SubmittedCell("code", ""),)
