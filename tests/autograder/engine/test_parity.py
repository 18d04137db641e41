"""Stock nbgrader and our engine write the same marks and the same notebooks.

Stock nbgrader runs real submissions in its own kernels. Our engine is then given the outputs of
those runs, so that all but the running itself is compared, column by column.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.engine.job import CellRun, JobResult
from autograder.engine.prepare import PreparedNotebook, prepare
from autograder.engine.record import record
from autograder.engine.score import score
from autograder.engine.snapshot import take_snapshot
from autograder.engine.submitted import read_submission
from autograder.nbgrader_root import convert, gradebook_url, nbgrader
from tests.autograder.engine.gradebook_rows import gradebook_rows
from tests.code_check import ASSESSMENT, HONEST, hand_in_to, submission

pytestmark = pytest.mark.nbgrader

WORK = {
    "full": "full marks",
    "part": "one figure of the summary wrong",
    "blank": "blank",
    "moved": "cells of their own, and in another order",
    "late": "full marks",
}
LATE: dict[str, dict[str, object]] = {"LateSubmissionPlugin": {"penalty_method": "zero"}}


class Twins:
    """The same class twice: marked by stock nbgrader, and by our engine."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.stock, self.ours = folder / "stock", folder / "ours"
        shutil.copytree(made, self.stock)
        for student, work in WORK.items():
            notebook = submission(self.stock, HONEST[work].answers)
            HONEST[work].change(notebook)
            hand_in_to(self.stock, student, notebook, {"own.txt": b"mine", "waits.csv": b"mine"})
        self.hand_in_time("late", "2026-11-23 18:00:00 UTC")
        with self.gradebook(self.stock) as book:
            book.update_or_create_assignment(ASSESSMENT, duedate="2026-11-23 16:00:00 UTC")
        shutil.copytree(self.stock, self.ours)

    def hand_in_time(self, student: str, words: str) -> None:
        (self.stock / "submitted" / student / ASSESSMENT / "timestamp.txt").write_text(words)

    @staticmethod
    def gradebook(root: Path) -> Any:
        from nbgrader.api import Gradebook

        return Gradebook(gradebook_url(root))

    def mark(self, students: str) -> None:
        """Mark some of the class with both; ``*`` for all."""
        from nbgrader.converters import Autograde

        settings = {
            **LATE,
            "Autograde": {
                step: [each.__name__ for each in getattr(Autograde(), step)]
                for step in ("sanitize_preprocessors", "autograde_preprocessors")
            },
        }
        settings["Autograde"] = {
            step: [
                f"nbconvert.preprocessors.{name}"
                if name == "ClearMetadataPreprocessor"
                else f"nbgrader.preprocessors.{name}"
                for name in names  # type: ignore[attr-defined]
            ]
            for step, names in settings["Autograde"].items()
        }
        convert(Autograde, self.stock, ASSESSMENT, students, settings)
        with nbgrader(self.ours) as (config, _log, _said), self.gradebook(self.ours) as book:
            config.merge({"LateSubmissionPlugin": LATE["LateSubmissionPlugin"]})
            snapshot = take_snapshot(book, self.ours, ASSESSMENT)
            for student in WORK if students == "*" else [students]:
                handed_in = read_submission(self.ours, ASSESSMENT, student)
                made = prepare(snapshot, handed_in, learner_code=True)
                assert made.notes == ()
                results = [self.stock_result(student, each) for each in made.notebooks]
                scored = score(made, results, config)
                record(book, self.ours, snapshot, handed_in, scored, config)

    def stock_result(self, student: str, notebook: PreparedNotebook) -> JobResult:
        marked = self.notebook(self.stock, student)
        runs = (
            CellRun(cell.place, tuple(json.loads(json.dumps(marked.cells[cell.place].outputs))))
            for cell in notebook.job.cells
        )
        return JobResult(tuple(runs), "sandbox")

    @staticmethod
    def notebook(root: Path, student: str) -> Any:
        path = root / "autograded" / student / ASSESSMENT / f"{ASSESSMENT}.ipynb"
        return nbformat.read(path, as_version=4)

    def by_hand(self, change: Any) -> None:
        """Do the same by hand in both gradebooks."""
        for root in (self.stock, self.ours):
            with self.gradebook(root) as book:
                change(book)
                book.db.commit()

    def compare(self) -> None:
        assert gradebook_rows(self.ours) == gradebook_rows(self.stock)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory, made_course: Path) -> Twins:
    twins = Twins(tmp_path_factory.mktemp("twins"), made_course)
    twins.mark("*")
    return twins


def test_the_gradebooks_are_the_same(twins: Twins) -> None:
    twins.compare()
    rows = gradebook_rows(twins.ours)
    assert len(rows["grade"]) == 11 * len(WORK)
    penalties = {
        row["student_id"]: row["late_submission_penalty"] for row in rows["submitted_notebook"]
    }
    assert penalties == {**dict.fromkeys(WORK), "late": 19.0}
    scores = {
        student: {
            row["cell"]: row["auto_score"]
            for row in rows["grade"]
            if row["student_id"] == student and row["cell"] != "words"
        }
        for student in WORK
    }
    assert scores == {student: HONEST[work].scores for student, work in WORK.items()}


@pytest.mark.parametrize("student", WORK)
def test_the_marked_notebooks_are_the_same(twins: Twins, student: str) -> None:
    ours, stock = (twins.notebook(root, student) for root in (twins.ours, twins.stock))
    nbformat.validate(ours)
    # Two things are nbgrader's alone: when each cell ran, and which kernel of which version did.
    # One is ours: whether it ran in the sandbox.
    for cell in stock.cells:
        cell.metadata.pop("execution", None)
    stock.metadata.language_info = {"name": stock.metadata.language_info.name}
    assert ours.metadata.pop("qi_course").keys() == {"ran_in"}
    assert ours == stock


@pytest.mark.parametrize("student", WORK)
def test_the_files_beside_them_are_the_same(twins: Twins, student: str) -> None:
    def files(root: Path) -> dict[str, tuple[bytes, int]]:
        folder = root / "autograded" / student
        return {
            path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode)
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".ipynb"
        }

    assert files(twins.ours) == files(twins.stock)
    assert len(files(twins.ours)) == 3


def test_after_marks_by_hand_they_are_the_same_too(twins: Twins) -> None:
    def change(book: Any) -> None:
        def grade(student: str, cell: str) -> Any:
            return book.find_grade(cell, ASSESSMENT, ASSESSMENT, student)

        grade("part", "check-summary").manual_score = 2.5
        grade("part", "check-summary").extra_credit = 0.5
        grade("part", "words").manual_score = 4.0
        for row in (grade("part", "words"), grade("part", "check-summary")):
            row.needs_manual_grade = False
        book.find_comment("words", ASSESSMENT, ASSESSMENT, "part").manual_comment = "Clear."
        book.find_submission_notebook(ASSESSMENT, ASSESSMENT, "part").flagged = True
        grade("late", "check-limits").extra_credit = 1.0
        book.grant_extension(ASSESSMENT, "late", hours=1)  # an hour late in place of two

    twins.by_hand(change)
    twins.compare()
    twins.mark("part")
    twins.mark("late")
    twins.compare()
    rows = gradebook_rows(twins.ours)
    (again,) = (
        row
        for row in rows["grade"]
        if (row["student_id"], row["cell"]) == ("part", "check-summary")
    )
    assert (again["manual_score"], again["needs_manual_grade"]) == (2.5, 1)
    assert {row["late_submission_penalty"] for row in rows["submitted_notebook"]} == {None, 20.0}
