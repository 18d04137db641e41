"""A code assessment the whole way: handed in, run in the sandbox, read by an expert, returned."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest

from autograder.award_rule import due
from autograder.backends.local import LocalBackend, Runners
from autograder.book import Marking
from autograder.desk import Desk
from autograder.engine.job import Job, JobResult
from autograder.intake import take_in
from autograder.marking import mark, marks_by_hand
from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import gradebook_url, nbgrader
from autograder.release import build_release
from autograder.returns import result_of, return_results
from autograder.sandbox.practice import PracticeRunner
from course.enrolment import Enrolment
from course.handin import pack
from course.result import Result, read_result
from course.syllabus import Award, Syllabus, load_syllabus
from tests.code_check import ASSESSMENT, HONEST, POINTS, POINTS_BY_HAND, write_code_source
from tests.small_desk import LATER, NOW, enrolled

pytestmark = pytest.mark.nbgrader

PEOPLE = {
    "right": "full marks",
    "half": "only the first two tasks",
    "error": "an error in a cell",
}
BY_HAND = {"right": 4.0, "error": 3.0}


def with_code(syllabus: Syllabus) -> Syllabus:
    """Add the small code assessment and an award for it to the course's own."""
    plan = replace(
        syllabus.assessments[0],
        id=ASSESSMENT,
        kind="code",
        title="How long do patients wait?",
        slots=11,
        hurdles=(),
    )
    award = Award("code", "internal_experts", "Code", "Can code.", (ASSESSMENT,), built=True)
    return replace(
        syllabus, assessments=(*syllabus.assessments, plan), awards=(*syllabus.awards, award)
    )


SYLLABUS = with_code(load_syllabus())


class OnDesk:
    """A desk with hand-ins of code that wait to be marked."""

    def __init__(self, folder: Path) -> None:
        self.source = write_code_source(folder / "source")
        self.release = build_release(self.source, folder / "release")
        self.desk = Desk.create(folder / "desk", "Riverside (simulated)")
        learners = enrolled(self.desk, folder, len(PEOPLE))
        self.learners = dict(zip(PEOPLE, learners, strict=True))
        for name, work in PEOPLE.items():
            packed = self.packed(self.learners[name], folder / name, work)
            take_in(self.desk, packed, NOW, SYLLABUS)

    def packed(self, learner: Enrolment, folder: Path, work: str, attempt: int = 1) -> Path:
        """Do some work as a learner would, and pack it."""
        shutil.copytree(self.release / ASSESSMENT, folder)
        path = folder / f"{ASSESSMENT}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in HONEST[work].answers:
                cell.source = HONEST[work].answers[name]
        nbformat.write(notebook, path)
        card = {"schema": 1, "pseudonym": learner.pseudonym, "assessment": ASSESSMENT}
        card = {**card, "version": "1", "attempt": attempt}
        (folder / "attempt.json").write_text(json.dumps(card), encoding="utf-8")
        return pack(folder, learner, folder / "outbox", NOW + timedelta(seconds=attempt))

    def marked(self, backend: LocalBackend) -> dict[str, Marking]:
        """Mark what waits; return how each fared."""
        report = mark(self.desk, LATER, backend=backend, source=self.source, syllabus=SYLLABUS)
        names = {learner.pseudonym: name for name, learner in self.learners.items()}
        return {names[each.receipt.pseudonym]: each for each in report.markings}

    def give(self, name: str, points: float) -> None:
        """Mark the written answer, as an expert does in formgrader."""
        from nbgrader.api import Gradebook

        root, pseudonym = self.desk.folder, self.learners[name].pseudonym
        with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
            grade = gradebook.find_grade("words", ASSESSMENT, ASSESSMENT, pseudonym)
            grade.manual_score = points
            grade.needs_manual_grade = False
            comment = gradebook.find_comment("words", ASSESSMENT, ASSESSMENT, pseudonym)
            comment.manual_comment = "Say more about the cause."
            gradebook.db.commit()

    def record(self, name: str) -> MarkingRecord:
        """Return a learner's marks."""
        (record,) = self.desk.records_of(self.learners[name].pseudonym, ASSESSMENT)
        return record

    def result(self, name: str) -> Result:
        """Return what goes back to a learner, as it reads it."""
        return_results(self.desk, SYLLABUS, LATER)
        learner = self.learners[name]
        folder = self.desk.folder / "results" / learner.pseudonym
        path = folder / f"result_{ASSESSMENT}_1_{learner.pseudonym}.qiresult"
        return read_result(path.read_bytes(), learner.desk_key)


@pytest.fixture(scope="module")
def backend() -> Iterator[LocalBackend]:
    backend = LocalBackend(2)
    yield backend
    backend.close()


@pytest.fixture(scope="module")
def sandboxed(
    tmp_path_factory: pytest.TempPathFactory, backend: LocalBackend, sandbox_here: None
) -> OnDesk:
    on_desk = OnDesk(tmp_path_factory.mktemp("sandboxed") / "all")
    first = on_desk.marked(backend)
    # What was left as it was given out needs no one to read it.
    assert {name: each.outcome for name, each in first.items()} == {
        "right": "needs a person",
        "half": "marked",
        "error": "needs a person",
    }
    assert "written answers wait" in str(first["right"].reason)
    for name, points in BY_HAND.items():
        on_desk.give(name, points)
    second = on_desk.marked(backend)
    assert [each.outcome for each in second.values()] == ["marked", "marked"]
    return on_desk


def test_the_marks_are_those_of_the_checks_and_of_the_expert(sandboxed: OnDesk) -> None:
    for name, work in PEOPLE.items():
        record = sandboxed.record(name)
        assert dict(record.scores) == {**HONEST[work].scores, "words": BY_HAND.get(name, 0.0)}
        assert record.max_score == sum(POINTS.values()) + POINTS_BY_HAND
        assert not record.practice


def test_a_pass_in_the_sandbox_is_due_an_award(sandboxed: OnDesk) -> None:
    (earned,) = due(SYLLABUS, sandboxed.desk.marking_records())
    assert earned.pseudonym == sandboxed.learners["right"].pseudonym
    assert earned.award.id == "code"


def test_what_goes_back_says_in_words_what_each_check_found(sandboxed: OnDesk) -> None:
    result = sandboxed.result("error")
    told = {each.slot: each for each in result.feedback}
    assert (result.code, result.practice, result.passed) == (True, False, False)
    assert told["check-median"].right
    assert told["check-weekly"].question.startswith("2. A table of weeks")
    assert told["check-weekly"].why == (
        "This check did not pass. Your code stopped with a KeyError: it asks for a key or column "
        "that is not there."
    )
    assert told["words"].why == "3 of 4 marks. Say more about the cause."
    text = json.dumps([each.why for each in result.feedback])
    for secret in ("assert", "Traceback", "lower_half", "by_week"):
        assert secret not in text


def test_a_learner_is_told_the_authors_own_words(sandboxed: OnDesk) -> None:
    told = {each.slot: each for each in sandboxed.result("half").feedback}
    assert told["check-median"].why is None
    assert told["check-limits"].why is not None
    assert "the line that stands in for your answer is still there" in told["check-limits"].why


def test_the_feedback_page_and_the_formgraders_notebook_are_there(sandboxed: OnDesk) -> None:
    pseudonym = sandboxed.learners["right"].pseudonym
    page = sandboxed.desk.folder / "feedback" / pseudonym / ASSESSMENT / f"{ASSESSMENT}.html"
    assert "Say more about the cause." in page.read_text(encoding="utf-8")
    path = sandboxed.desk.folder / "autograded" / pseudonym / ASSESSMENT / f"{ASSESSMENT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.qi_course.ran_in == "sandbox"
    pictures = [
        output for cell in notebook.cells for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]  # fmt: skip
    assert len(pictures) == 1


def test_marking_again_keeps_what_the_expert_gave(sandboxed: OnDesk, backend: LocalBackend) -> None:
    """The machine's marks are made anew; the expert confirms that hers still hold."""
    desk = sandboxed.desk
    (receipt,) = (
        each for each in desk.receipts() if each.pseudonym == sandboxed.learners["error"].pseudonym
    )
    before = desk.records_of(receipt.pseudonym, ASSESSMENT)
    report = mark(
        desk, LATER, receipts=[receipt], backend=backend, source=sandboxed.source, syllabus=SYLLABUS
    )
    assert [each.outcome for each in report.markings] == ["needs a person"]
    assert desk.records_of(receipt.pseudonym, ASSESSMENT) == before
    sandboxed.give("error", 3.0)
    assert [each.outcome for each in sandboxed.marked(backend).values()] == ["marked"]
    assert list(marks_by_hand(desk, LATER, SYLLABUS)) == []
    assert desk.records_of(receipt.pseudonym, ASSESSMENT) == before


# ------------------------------------------------------------ without a sandbox


class WithoutWalls:
    """Runs what it is given as a computer without a sandbox would."""

    def __init__(self) -> None:
        self.inner = PracticeRunner()

    def run(self, job: Job) -> JobResult:
        return self.inner.run(job)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture(scope="module")
def practised(tmp_path_factory: pytest.TempPathFactory) -> OnDesk:
    on_desk = OnDesk(tmp_path_factory.mktemp("practised") / "all")
    backend = LocalBackend(1, lambda: Runners(for_code=WithoutWalls))
    try:
        on_desk.marked(backend)
        on_desk.give("right", 4.0)
        on_desk.marked(backend)
    finally:
        backend.close()
    return on_desk


def test_practice_gives_the_same_marks_and_no_award(practised: OnDesk) -> None:
    record = practised.record("right")
    assert record.practice
    assert (record.score, record.max_score) == (23, 23)
    assert due(SYLLABUS, [record]) == ()
    result = practised.result("right")
    assert (result.practice, result.passed, result.next_attempt) == (True, False, 2)


def test_practice_never_takes_the_place_of_marks_that_certify(
    practised: OnDesk, backend: LocalBackend, sandbox_here: None
) -> None:
    desk = practised.desk
    (receipt,) = (
        each for each in desk.receipts() if each.pseudonym == practised.learners["right"].pseudonym
    )
    again = {"receipts": [receipt], "source": practised.source, "syllabus": SYLLABUS}
    mark(desk, LATER, backend=backend, **again)  # type: ignore[arg-type]
    practised.give("right", 4.0)
    practised.marked(backend)
    record = practised.record("right")
    assert not record.practice
    without = LocalBackend(1, lambda: Runners(for_code=WithoutWalls))
    try:
        mark(desk, LATER, backend=without, **again)  # type: ignore[arg-type]
        practised.give("right", 4.0)
        (marking,) = [each for name, each in practised.marked(without).items() if name == "right"]
    finally:
        without.close()
    assert marking.outcome == "needs a person"
    assert "the earlier marks stand" in str(marking.reason)
    assert practised.record("right") == record
    (last,) = (each for each in desk.marked() if each.receipt == receipt)
    assert result_of(desk, SYLLABUS, last).passed
