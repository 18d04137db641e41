"""nbgrader's own autograde command runs submissions as our marking does."""

from __future__ import annotations

import json
import os
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import nbgrader_step
from autograder.engine.job import CellRun, Job, JobFailed, JobResult
from autograder.nbgrader_root import ExecutionFailed, convert
from tests.autograder.engine.gradebook_rows import gradebook_rows
from tests.code_check import ASSESSMENT, HONEST, hand_in_to, submission

pytestmark = pytest.mark.nbgrader


class Runner:
    """Stands in for the sandbox: every check passes, but for those that are named."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.failing = ""

    def run(self, job: Job) -> JobResult:
        self.jobs.append(job)
        if self.failing == "all":
            raise JobFailed("The sandbox is gone. Mark again.")
        error = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": []}
        runs = tuple(
            CellRun(cell.place, (error,) if self.failing and self.failing in cell.source else ())
            for cell in job.cells
        )
        return JobResult(runs, "practice")


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Runner:
    runner = Runner()
    monkeypatch.setattr(nbgrader_step, "_runners", lambda: runner)
    return runner


@pytest.fixture
def root(made_course: Path, tmp_path: Path) -> Path:
    root = tmp_path / "course"
    shutil.copytree(made_course, root)
    return root


def hand_in(root: Path, student: str = "ann", change: Any = None) -> Path:
    notebook = submission(root, HONEST["full marks"].answers)
    if change:
        change(notebook)
    return hand_in_to(root, student, notebook)


def autograde(root: Path, student: str = "ann") -> dict[str, Any]:
    from nbgrader.converters import Autograde

    convert(Autograde, root, ASSESSMENT, student)
    rows = gradebook_rows(root)["grade"]
    return {row["cell"]: row["auto_score"] for row in rows if row["student_id"] in (student, "ann")}


def marked(root: Path, student: str = "ann") -> Any:
    path = root / "autograded" / student / ASSESSMENT / f"{ASSESSMENT}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def test_nbgrader_marks_with_our_runner(root: Path, runner: Runner) -> None:
    hand_in(root)
    runner.failing = "assert sorted(signals)"
    scores = autograde(root)
    assert scores["check-signals"] == 0
    assert scores["check-chart"] == 2
    assert scores["words"] is None
    (job,) = runner.jobs
    assert job.holds_learner_code
    assert ("waits.csv" in dict(job.files), "def read_waits" in job.preamble) == (True, True)


def test_one_copied_check_does_not_stop_the_others(root: Path, runner: Runner) -> None:
    """With nbgrader's own steps it ends the whole batch."""

    def copy_a_check(notebook: Any) -> None:
        copy = deepcopy(notebook.cells[4])
        copy.id = "copy"
        notebook.cells.append(copy)

    hand_in(root, "ann", copy_a_check)
    hand_in(root, "ben")
    from nbgrader.converters import Autograde

    convert(Autograde, root, ASSESSMENT, "*")
    assert len(runner.jobs) == 2
    assert {row["auto_score"] for row in gradebook_rows(root)["grade"]} == {None, 1, 2, 3}


def test_a_submission_can_not_make_its_own_code_a_check(root: Path, runner: Runner) -> None:
    def claim(notebook: Any) -> None:
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader")
            if about and about.grade_id in ("median", "words"):
                cell.cell_type = "code"
                cell.source = "evil()"
                cell["outputs"], cell["execution_count"] = [], None
                about.update(grade=True, solution=False, locked=True, points=50.0)

    hand_in(root, "ann", claim)
    autograde(root)
    (job,) = runner.jobs
    assert [cell.role for cell in job.cells if "evil()" in cell.source] == ["learner"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_a_link_points_to_goes_nowhere(root: Path, runner: Runner) -> None:
    folder = hand_in(root)
    (folder / "mine.csv").symlink_to(root / "gradebook.db")
    with pytest.raises(ExecutionFailed, match=r"mine\.csv is not an ordinary file"):
        autograde(root)
    assert runner.jobs == []
    assert not (root / "autograded" / "ann" / ASSESSMENT).exists()


def test_a_job_that_fails_leaves_nothing_marked(root: Path, runner: Runner) -> None:
    hand_in(root)
    runner.failing = "all"
    with pytest.raises(ExecutionFailed, match="The sandbox is gone"):
        autograde(root)
    assert not (root / "autograded" / "ann" / ASSESSMENT).exists()


def test_the_log_tells_of_practice_and_of_changed_checks(root: Path, runner: Runner) -> None:
    def soften(notebook: Any) -> None:
        notebook.cells[4].source = "assert True"

    hand_in(root, "ann", soften)
    autograde(root)
    log = (root / "nbgrader.log").read_text(encoding="utf-8")
    assert "check-median was changed; the original was used" in log
    assert "ran without a sandbox: its marks are for practice" in log


def test_the_marked_notebook_is_the_one_that_ran(root: Path, runner: Runner) -> None:
    def add(notebook: Any) -> None:
        notebook.cells[2].metadata["tags"] = ["skip-execution"]

    hand_in(root, "ann", add)
    autograde(root)
    assert "skip-execution" not in json.dumps(marked(root))
