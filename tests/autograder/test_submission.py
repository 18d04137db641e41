"""A submission is made of the desk's release and the learner's answers, and of nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.hand_in_file import open_hand_in
from autograder.release import prepare_assessment
from autograder.submission import is_of, rebuild
from tests.small_desk import OneLearner

pytestmark = pytest.mark.nbgrader


class Ready:
    """A learner's attempt, ready to be put together."""

    def __init__(self, folder: Path) -> None:
        one = OneLearner(folder, right=1)
        self.root, self.receipt = one.desk.folder, one.receipt
        self.answers = open_hand_in(one.desk.hand_in(one.receipt).read_bytes()).answers
        self.folder = self.root / "submitted" / one.learner.pseudonym / "a1_check"
        prepare_assessment(self.root, one.source, "a1_check")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return Ready(tmp_path_factory.mktemp("ready"))


def test_it_holds_the_release_the_answers_and_the_desks_own_time(ready: Ready) -> None:
    rebuild(ready.root, ready.receipt, ready.answers)
    assert sorted(path.name for path in ready.folder.iterdir()) == [
        "a1_check.ipynb", "answers.json", "attempt.json", "bank.toml", "timestamp.txt",
    ]  # fmt: skip
    assert (ready.folder / "answers.json").read_bytes() == ready.answers
    assert (ready.folder / "timestamp.txt").read_text() == "2026-11-23 14:00:00 UTC\n"
    assert [path.name for path in ready.folder.parent.iterdir()] == ["a1_check"]
    notebook = nbformat.read(ready.folder / "a1_check.ipynb", as_version=4)
    shown = [cell.source for cell in notebook.cells if cell.id.startswith("shown-")]
    assert len(shown) == 5
    assert "<b>Answer:</b> The second" in shown[0]
    assert "<b>Answer:</b> The first" in shown[4]


def test_it_knows_whose_attempt_it_is(ready: Ready) -> None:
    rebuild(ready.root, ready.receipt, ready.answers)
    assert is_of(ready.folder, ready.receipt)
    assert not is_of(ready.folder, replace(ready.receipt, attempt=2))
    assert not is_of(ready.folder.with_name("elsewhere"), ready.receipt)


def test_a_full_disk_leaves_no_half_of_it(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            rebuild(ready.root, ready.receipt, ready.answers)
    assert not ready.folder.exists()
    rebuild(ready.root, ready.receipt, ready.answers)
    assert is_of(ready.folder, ready.receipt)
