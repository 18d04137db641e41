"""A class is marked: strong, weak, blank, one that crashes, one that cheats."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest

from autograder.backends import Backend
from autograder.backends.local import LocalBackend
from autograder.book import Marking, Receipt
from autograder.desk import Desk
from autograder.engine.job import Job, JobResult
from autograder.intake import take_in
from autograder.marking import mark, mark_everything, marking_run, marks_by_hand
from autograder.nbgrader_root import (
    ExecutionFailed,
    convert,
    gradebook_url,
    marking_environment,
    nbgrader,
)
from autograder.returns import return_results
from course.enrolment import Enrolment
from course.folders import COURSE
from course.result import HurdleResult, read_result
from course.seal import multikey
from course.syllabus import load_syllabus
from tests.small_desk import (
    LATER,
    NOW,
    SLOTS,
    WHY,
    OneLearner,
    enrolled,
    hand_in,
    staff_list,
    write_source,
)

pytestmark = pytest.mark.nbgrader


class Crashing:
    """A backend whose process dies on one learner's paper."""

    def __init__(self, victim: str, inner: Backend) -> None:
        self.victim = victim
        self.inner = inner
        self.workers = inner.workers
        self.ran: list[str] = []

    def submit(self, job: Job) -> Future[JobResult]:
        whose = json.loads(dict(job.files)["attempt.json"])["pseudonym"]
        self.ran.append(whose)
        if whose != self.victim:
            return self.inner.submit(job)
        failed: Future[JobResult] = Future()
        failed.set_exception(RuntimeError("the process died"))
        return failed

    def close(self) -> None:
        """Leave the inner one open: others use it."""


class Class:
    """A desk with five hand-ins, marked once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = write_source(folder / "source")
        self.desk = Desk.create(folder / "desk", "Riverside (simulated)")
        self.people = dict(
            zip(
                ("strong", "weak", "blank", "crashed", "tagged"),
                enrolled(self.desk, folder, 5),
                strict=True,
            )
        )
        self.hand_in("strong", right=5)
        self.hand_in("weak", right=1)
        self.hand_in("blank", answered=0)
        self.hand_in("crashed", right=4)
        # A test cell that is skipped would count as passed.
        self.hand_in("tagged", right=2, tags=("skip-execution", "raises-exception"))
        self.backend = LocalBackend()
        crashing = Crashing(self.people["crashed"].pseudonym, self.backend)
        self.report = mark(self.desk, LATER, backend=crashing, source=self.source)

    def hand_in(self, name: str, **how: object) -> Receipt:
        packed = hand_in(self.people[name], self.folder / name, **how)  # type: ignore[arg-type]
        return take_in(self.desk, packed, NOW)

    def of(self, name: str, markings: tuple[Marking, ...]) -> Marking:
        pseudonym = self.people[name].pseudonym
        return next(each for each in markings if each.receipt.pseudonym == pseudonym)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    marked = Class(tmp_path_factory.mktemp("class"))
    yield marked
    marked.backend.close()


def test_everyone_gets_their_marks_and_the_crash_stops_no_one(marked: Class) -> None:
    found = {name: marked.of(name, marked.report.markings) for name in marked.people}
    scores = {name: each.record.score if each.record else None for name, each in found.items()}
    assert scores == {"strong": 5, "weak": 1, "blank": 0, "crashed": None, "tagged": 2}
    assert found["crashed"].outcome == "failed"
    assert found["crashed"].reason == "RuntimeError: the process died"
    assert marked.report.troubled
    assert marked.report.summary() == (
        "0 taken in, 0 refused, 4 marked, 0 needs a person, 1 failed, 0 results written."
    )


def test_a_record_tells_which_file_was_marked_and_when(marked: Class) -> None:
    marking = marked.of("weak", marked.report.markings)
    record = marking.record
    assert record is not None
    assert record.hand_in_sha256 == marking.receipt.sha256
    assert record.scores == tuple(zip(SLOTS, (1.0, 0.0, 0.0, 0.0, 0.0), strict=True))
    assert (record.max_score, record.attempt, record.version) == (5, 1, "1")
    assert record.marked_at == "2026-11-23T15:00:00Z"
    assert record in marked.desk.marking_records()


def test_the_feedback_is_in_words_with_reasons_for_what_was_wrong(marked: Class) -> None:
    first, second, *_ = marked.of("weak", marked.report.markings).feedback
    assert (first.right, first.given, first.why) == (True, "The second", None)
    assert (second.right, second.given, second.read_again) == (False, "The first", "Section q11")
    assert second.why is not None
    assert second.why.startswith(WHY)
    assert marked.of("blank", marked.report.markings).feedback[0].given is None


def test_the_stock_gradebook_has_the_same_marks(marked: Class) -> None:
    from nbgrader.api import Gradebook

    with nbgrader(marked.desk.folder), Gradebook(gradebook_url(marked.desk.folder)) as gradebook:
        rows = {
            each.student.id: (each.score, each.max_score, each.needs_manual_grade)
            for each in gradebook.assignment_submissions("all_staff_check")
        }
        weak = gradebook.find_submission("all_staff_check", marked.people["weak"].pseudonym)
        grades = {grade.name: grade.auto_score for grade in weak.notebooks[0].grades}
        assert weak.timestamp.isoformat() == "2026-11-23T14:00:00"
    for name, score in {"strong": 5, "weak": 1, "blank": 0, "tagged": 2}.items():
        assert rows[marked.people[name].pseudonym] == (score, 5, False)
    assert grades == {"q10": 1, "q11": 0, "q12": 0, "q13": 0, "q14": 0}


def test_the_gradebook_is_one_that_nbgrader_can_upgrade(marked: Class) -> None:
    """Without "alembic" on the PATH the first run leaves a gradebook without a version."""
    import sqlite3

    book = sqlite3.connect(marked.desk.folder / "gradebook.db")
    assert book.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    book.close()


def test_formgrader_shows_the_question_and_the_answer(marked: Class) -> None:
    weak = marked.people["weak"].pseudonym
    path = marked.desk.folder / "autograded" / weak / "all_staff_check" / "all_staff_check.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    shown = [cell.source for cell in notebook.cells if cell.id.startswith("shown-")]
    assert len(shown) == 5
    assert "<b>Answer:</b> The second" in shown[0]
    assert notebook.metadata.kernelspec.name == "python3"


def test_nothing_of_the_submitted_notebook_is_used(marked: Class) -> None:
    tagged = marked.people["tagged"].pseudonym
    for folder in ("submitted", "autograded"):
        text = (
            marked.desk.folder / folder / tagged / "all_staff_check" / "all_staff_check.ipynb"
        ).read_text()
        assert "skip-execution" not in text


def test_the_feedback_page_gives_nothing_away(marked: Class) -> None:
    pages = list((marked.desk.folder / "feedback").rglob("*.html"))
    assert len(pages) == 4
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "All staff: check what you learned" in text
        for secret in (WHY, "HIDDEN", "assert", "Traceback", "<script", "a1-q10-"):
            assert secret not in text


def test_a_second_run_marks_only_what_is_left(marked: Class) -> None:
    again = Crashing("no one", marked.backend)
    report = mark(marked.desk, LATER, backend=again, source=marked.source)
    assert again.ran == [marked.people["crashed"].pseudonym]
    (marking,) = report.markings
    assert marking.record is not None
    assert marking.record.score == 4
    assert mark(marked.desk, LATER, backend=again, source=marked.source).markings == ()
    assert len(marked.desk.marking_records()) == 5


def test_a_run_that_is_stopped_keeps_what_it_has(tmp_path: Path, marked: Class) -> None:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    for enrolment in enrolled(desk, tmp_path, 2):
        take_in(desk, hand_in(enrolment, tmp_path), NOW)
    run = marking_run(desk, LATER, source=marked.source)
    next(run)
    run.close()  # as a killed process would
    assert (len(desk.marking_records()), len(desk.waiting())) == (1, 1)
    assert len(mark(desk, LATER, source=marked.source).markings) == 1


def test_marking_again_never_raises_the_attempt(marked: Class) -> None:
    receipt = marked.of("strong", marked.report.markings).receipt
    report = mark(marked.desk, LATER, receipts=[receipt], source=marked.source)
    (marking,) = report.markings
    assert marking.record is not None
    assert (marking.record.attempt, marking.record.score) == (1, 5)
    mine = marked.desk.records_of(receipt.pseudonym, "all_staff_check")
    assert [record.attempt for record in mine] == [1]


def test_the_result_that_goes_back_is_signed_and_true(marked: Class) -> None:
    return_results(marked.desk, load_syllabus(), LATER)
    me = marked.people["tagged"].pseudonym
    data = (
        marked.desk.folder / "results" / me / f"result_all_staff_check_1_{me}.qiresult"
    ).read_bytes()
    result = read_result(data, multikey(marked.desk.desk_key.public_key()))
    assert (result.percent, result.passed, result.next_attempt) == (40, False, 2)
    assert all(each.why is None for each in result.feedback)


# ------------------------------------------------------------ nbgrader itself


def test_a_skipped_test_is_no_passed_test(marked: Class, tmp_path: Path) -> None:
    """With a learner's own notebook in ``submitted``: the settings alone must hold."""
    from nbgrader.converters import Autograde

    root = tmp_path / "desk"
    shutil.copytree(marked.desk.folder, root)
    one = root / "submitted" / "cheat" / "all_staff_check"
    blank = marked.people["blank"].pseudonym
    shutil.copytree(root / "submitted" / blank / "all_staff_check", one)
    notebook = nbformat.read(one / "all_staff_check.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]
    notebook.metadata["kernelspec"] = {"name": "evil", "display_name": "E", "language": "python"}
    nbformat.write(notebook, one / "all_staff_check.ipynb")
    convert(Autograde, root, "all_staff_check", "cheat")
    assert score_of(root, "cheat") == 0


def score_of(root: Path, pseudonym: str) -> float:
    from nbgrader.api import Gradebook

    with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
        return float(gradebook.find_submission("all_staff_check", pseudonym).score)


def test_nbgraders_steps_are_the_ones_that_were_read() -> None:
    """Each step was kept on purpose: a new one must be read before it marks anyone."""
    from nbgrader.converters import Autograde, GenerateAssignment

    assert [step.__name__ for step in Autograde().sanitize_preprocessors] == [
        "ClearOutput",
        "DeduplicateIds",
        "OverwriteKernelspec",
        "OverwriteCells",
        "CheckCellMetadata",
    ]
    assert [step.__name__ for step in Autograde().autograde_preprocessors] == [
        "Execute",
        "IgnorePattern",
        "ClearMetadataPreprocessor",
        "LimitOutput",
        "SaveAutoGrades",
        "AssignLatePenalties",
        "CheckCellMetadata",
    ]
    assert [step.__name__ for step in GenerateAssignment().preprocessors] == [
        "IncludeHeaderFooter",
        "InstantiateTests",
        "LockCells",
        "ClearSolutions",
        "ClearOutput",
        "CheckCellMetadata",
        "ComputeChecksums",
        "SaveCells",
        "ClearHiddenTests",
        "ClearMarkScheme",
        "ComputeChecksums",
        "CheckCellMetadata",
    ]


def test_what_nbgrader_can_not_run_fails_in_one_line(tmp_path: Path) -> None:
    from nbgrader.converters import Autograde

    with pytest.raises(ExecutionFailed, match="No notebooks were matched"):
        convert(Autograde, tmp_path, "all_staff_check", "no one")


def test_the_environment_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.delenv("IPYTHONDIR", raising=False)
    before = dict(os.environ)
    with marking_environment(QI_MORE="1"):
        assert os.environ["QI_MORE"] == "1"
        assert shutil.which("alembic")
    assert dict(os.environ) == before


def test_the_desks_settings_are_the_courses(marked: Class) -> None:
    with nbgrader(marked.desk.folder) as (config, _log, _said):
        assert config.Execute.skip_cells_with_tag == "__none__"
        assert config.Execute.kernel_name == "python3"
        assert config.CourseDirectory.root == str(marked.desk.folder)
        assert config.CourseDirectory.course_id == ""
    copy = (marked.desk.folder / "nbgrader_config.py").read_bytes()
    assert copy == (COURSE / "nbgrader_config.py").read_bytes()


# ------------------------------------------------------------ what needs a person


@pytest.fixture
def one(tmp_path: Path) -> OneLearner:
    return OneLearner(tmp_path)


def test_marks_given_by_hand_come_into_the_book(tmp_path: Path) -> None:
    """An expert changes a mark in formgrader; marking again takes it over, once it is confirmed."""
    one = OneLearner(tmp_path, right=2)
    desk, source, receipt = one.desk, one.source, one.receipt
    one.marking()

    one.by_hand(1.0)
    (waiting,) = mark(desk, LATER, receipts=[receipt], source=source).markings
    assert waiting.outcome == "needs a person"
    assert waiting.reason is not None
    assert "qi-course desk open" in waiting.reason
    assert desk.waiting() == (receipt,)
    one.by_hand(1.0)  # saved once more: confirmed
    (marking,) = mark(desk, LATER, source=source).markings
    assert marking.record is not None
    assert marking.record.score == 3
    assert marking.feedback[4].right

    # A new attempt begins without the marks that were given to the last one.
    two_days = NOW + timedelta(days=2)
    take_in(desk, hand_in(one.learner, tmp_path, right=2, attempt=2), two_days)
    (second,) = mark(desk, two_days, source=source).markings
    assert second.record is not None
    assert (second.record.attempt, second.record.score) == (2, 2)
    assert len(desk.marking_records()) == 2


def test_marks_that_were_changed_by_hand_are_taken_over_when_asked(one: OneLearner) -> None:
    """With `again`, nothing is run: the marks that an expert gave in formgrader stand."""
    first = one.marking()
    assert first.record is not None
    assert first.record.score == 5
    assert list(marks_by_hand(one.desk, LATER)) == []  # nothing has changed

    one.by_hand(0.0)
    assert mark(one.desk, LATER, source=one.source).markings == ()  # not unless asked
    day = LATER + timedelta(days=1)
    said: list[str] = []
    report = mark_everything(one.desk, now=day, say=said.append, again=True)
    (marking,) = report.markings
    assert marking.record is not None
    assert (marking.record.score, marking.record.attempt) == (4, 1)
    assert marking.record.marked_at == "2026-11-24T15:00:00Z"
    assert not marking.feedback[4].right
    assert said == [f"Marked all_staff_check, attempt 1, of {one.learner.pseudonym}: 4 of 5."]
    (path,) = report.returned
    assert read_result(path.read_bytes(), one.learner.desk_key).score == 4
    assert one.desk.marking_records() == (marking.record,)
    assert list(marks_by_hand(one.desk, day)) == []

    one.by_hand(None)  # the expert takes it back
    (back,) = marks_by_hand(one.desk, day)
    assert back.record is not None
    assert back.record.score == 5


def test_marks_that_can_not_be_read_again_change_nothing(one: OneLearner) -> None:
    record = one.marking().record
    one.by_hand(0.0, waits=True)
    (waiting,) = marks_by_hand(one.desk, LATER)
    assert waiting.outcome == "needs a person"
    assert one.desk.marking_records() == (record,)
    assert one.desk.waiting() == ()
    # Folders that hold another attempt, or none, are not this attempt's.
    shutil.rmtree(one.desk.folder / "autograded")
    assert list(marks_by_hand(one.desk, LATER)) == []


def test_a_kept_file_that_was_changed_is_not_marked(one: OneLearner, tmp_path: Path) -> None:
    other = hand_in(one.learner, tmp_path / "other", right=1)
    one.desk.hand_in(one.receipt).write_bytes(other.read_bytes())
    marking = one.marking()
    assert marking.reason == "the desk's own copy was changed since it was taken in"


def test_a_source_with_an_answers_file_marks_no_one(one: OneLearner) -> None:
    (one.source / "all_staff_check" / "answers.json").write_text("{}")
    marking = one.marking()
    assert marking.outcome == "failed"
    assert "marked as everyone's" in str(marking.reason)


# ------------------------------------------------------------ all in one


@pytest.fixture
def no_awards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("autograder.awards.certificate_of", lambda *_: None)
    return


@pytest.mark.usefixtures("no_awards")
def test_the_courses_own_assessment_goes_the_whole_way(tmp_path: Path) -> None:
    """Everything in ``incoming`` is taken in, marked with the real assessment, and returned."""
    from autograder.keys import read_keys
    from course.handin import pack
    from course.paper import open_paper
    from qi_tools.answers import AnswerFile

    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    learner: Enrolment = enrolled(desk, tmp_path)[0]
    work = tmp_path / "work"
    shutil.copytree(COURSE / "source" / "all_staff_check", work)
    card = {"schema": 1, "pseudonym": learner.pseudonym, "assessment": "all_staff_check"}
    (work / "attempt.json").write_text(json.dumps({**card, "version": "1", "attempt": 1}))
    keys = read_keys(work / "all_staff_check.ipynb")
    for place, drawn in enumerate(open_paper(work).drawn):
        right = keys[drawn.item.id].right
        answer = right
        if place == 3:
            answer = next(option for option in drawn.order if option != right)
        elif place == 8:  # steps to be put in order: two of them change places
            rows = [each.split("=") for each in right]
            rows[0][1], rows[1][1] = rows[1][1], rows[0][1]
            answer = tuple("=".join(row) for row in rows)
        AnswerFile(work / "answers.json").save(drawn.item.id, answer)
    AnswerFile(work / "answers.json").save("opportunity-what", "The lift is slow.")
    shutil.copy(pack(work, learner, tmp_path / "outbox", NOW), desk.folder / "incoming")
    (desk.folder / "incoming" / "letter.txt").write_text("Dear desk")
    said: list[str] = []
    report = mark_everything(desk, now=LATER, say=said.append)
    assert report.troubled  # the letter was refused
    assert report.summary() == (
        "1 taken in, 1 refused, 1 marked, 0 needs a person, 0 failed, 1 results written."
    )
    assert [line.split()[0] for line in said] == ["Took", "Refused", "Marked"]
    (path,) = report.returned
    result = read_result(path.read_bytes(), learner.desk_key)
    assert (result.score, result.max_score, result.passed, result.percent) == (18, 20, True, 90)
    assert result.hurdles == (HurdleResult("charts", right=5, of=5, least=4),)
    drawn = open_paper(work).drawn
    for place, each in enumerate(result.feedback):
        wrong = place in (3, 8)
        assert each.right is not wrong
        assert each.why == (keys[drawn[place].item.id].why if wrong else None)
    order = result.feedback[8].given or ""
    assert order.count("; ") == len(drawn[8].item.rows) - 1
    marked = desk.folder / "autograded" / learner.pseudonym / "all_staff_check"
    assert "The lift is slow." in (marked / "all_staff_check.ipynb").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_awards")
def test_a_shared_folder_brings_and_takes_back_and_its_faults_are_told(tmp_path: Path) -> None:
    desk = Desk.create(tmp_path / "desk", "Riverside (simulated)")
    desk.enrol(staff_list(tmp_path, 1), tmp_path / "shared")
    (learner,) = enrolled(desk, tmp_path)
    assert learner.hand_in is not None
    assert learner.results is not None
    shutil.copy(hand_in(learner, tmp_path), learner.hand_in)
    (tmp_path / "shared" / "results").rename(tmp_path / "away")
    said: list[str] = []
    report = mark_everything(desk, now=LATER, say=said.append)
    assert [marking.outcome for marking in report.markings] == ["marked"]
    assert len(report.returned) == 1
    (fault,) = report.faults
    assert said[-1] == str(fault)
    assert "nothing is lost" in fault.message
    assert report.troubled
    (tmp_path / "away").rename(tmp_path / "shared" / "results")
    report = mark_everything(desk, now=LATER)
    assert not report.troubled
    (copy,) = Path(learner.results).iterdir()
    assert copy.name == f"result_all_staff_check_1_{learner.pseudonym}.qiresult"
    assert read_result(copy.read_bytes(), learner.desk_key).pseudonym == learner.pseudonym


def test_all_of_nbgraders_converters_say_what_went_wrong(tmp_path: Path) -> None:
    from nbgrader.converters import GenerateFeedback

    with pytest.raises(ExecutionFailed):
        convert(GenerateFeedback, tmp_path, "all_staff_check", "no one")
