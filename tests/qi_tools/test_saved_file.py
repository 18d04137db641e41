from pathlib import Path

import pytest

from qi_tools.errors import FileNotSaved
from qi_tools.saved_file import save_bytes


@pytest.mark.parametrize("name", ["wait.docx", "WAIT.DOCX"])
def test_a_file_is_written_and_given_back(tmp_path, name):
    path = save_bytes(b"new", str(tmp_path / name), ending=".docx")
    assert path == tmp_path / name
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["wait.doc", "wait", "", ".docx", "wait.docx "])
def test_a_name_that_opens_in_nothing_is_refused(tmp_path, name):
    with pytest.raises(FileNotSaved, match=r"must end in \.docx"):
        save_bytes(b"new", f"{tmp_path}/{name}", ending=".docx")


@pytest.mark.parametrize("name", ["gone/wait.docx", "w\x00.docx", "w" * 300 + ".docx"])
def test_a_place_that_can_hold_no_file_is_told(tmp_path, name):
    with pytest.raises(FileNotSaved, match=r"could not be written \(.+\)\. Close the file"):
        save_bytes(b"new", tmp_path / name, ending=".docx")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_is_told(tmp_path):
    (tmp_path / "wait.docx").mkdir()
    with pytest.raises(FileNotSaved, match="could not be written"):
        save_bytes(b"new", tmp_path / "wait.docx", ending=".docx")


def test_a_file_in_use_is_told_and_kept(tmp_path, monkeypatch):
    path = save_bytes(b"old", tmp_path / "wait.csv", ending=".csv")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileNotSaved, match=r"\(Permission denied\)"):
        save_bytes(b"new", path, ending=".csv")
    assert path.read_bytes() == b"old"
