"""The feedback page: marks, questions and comments, the same from us and from nbgrader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.cell_marks import CellMarks, NotebookMarks, marks_of
from autograder.feedback_exporter import FeedbackPage
from autograder.feedback_page import feedback_page, paper_of, write_feedback
from autograder.nbgrader_root import convert, gradebook_url, nbgrader
from course.paper import open_paper
from qi_tools.answers import AnswerFile
from tests import code_check
from tests.small_desk import SLOTS, WHY, OneLearner, cell_about, small_bank, small_notebook


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A paper whose first question has an answer."""
    card = {"schema": 1, "pseudonym": "ab" * 8, "assessment": "all_staff_check"}
    (tmp_path / "attempt.json").write_text(json.dumps({**card, "version": "1", "attempt": 1}))
    (tmp_path / "bank.toml").write_text(small_bank())
    AnswerFile(tmp_path / "answers.json").save(open_paper(tmp_path).drawn[0].item.id, "b")
    return tmp_path


def marked_notebook() -> nbformat.NotebookNode:
    """A marked notebook as bad as can be: keys, tracebacks, scripts in every place."""
    notebook = small_notebook()
    for cell in notebook.cells[2:]:
        cell.metadata.nbgrader.update(score=1.0, points=1.0)
        cell.outputs = [
            nbformat.v4.new_output(
                "error", ename="AssertionError", evalue=WHY, traceback=[f"assert … {WHY}"]
            ),
            nbformat.v4.new_output(
                "display_data", data={"text/html": "<script>steal()</script><b>shown</b>"}
            ),
        ]
    notebook.cells[0].source = "<script>steal()</script>"
    notebook.cells[2].metadata.nbgrader["comment"] = (
        "Well **done** <script>steal()</script> [x](javascript:steal()) ![x](http://evil.example)"
    )
    notebook.cells[3].metadata.nbgrader["score"] = 0.0
    return notebook


def page(folder: Path, notebook: nbformat.NotebookNode, assessment: str = "all_staff_check") -> str:
    given = {"assignment": assessment, "notebook": assessment}
    resources = {
        "metadata": {"path": str(folder)},
        "nbgrader": {**given, "score": 4, "max_score": 5, "late_penalty": 0},
    }
    html, _ = FeedbackPage().from_notebook_node(notebook, resources)
    return html


def test_the_page_has_marks_questions_and_comments_and_nothing_else(paper: Path) -> None:
    html = page(paper, marked_notebook())
    assert '<html lang="en-GB">' in html
    assert "Marks: 4 of 5" in html
    assert html.count("Marks: 1 of 1") == 4
    assert "Marks: 0 of 1" in html
    assert "Your answer: The second" in html
    assert "Well <strong>done</strong>" in html
    for secret in (WHY, "BEGIN HIDDEN", "assert", "Traceback", "key", "a1-q10-"):
        assert secret not in html
    for harm in ("<script", "<img", "<a ", "<b>shown"):
        assert harm not in html
    assert "default-src 'none'" in html


def written(text: str, score: float | None) -> nbformat.NotebookNode:
    about = {"grade": True, "solution": True, "grade_id": "w1", "score": score, "points": 2}
    cell = nbformat.v4.new_markdown_cell(text, metadata={"nbgrader": about})
    return nbformat.v4.new_notebook(cells=[cell])


def test_what_a_learner_wrote_is_shown_as_text(tmp_path: Path) -> None:
    html = page(tmp_path, written("I <script>steal()</script> think", None), "some_code")
    assert "I &lt;script&gt;steal()&lt;/script&gt; think" in html
    assert "Marks: 0 of 2" in html


def test_what_came_late_says_how_much_was_taken_off(tmp_path: Path) -> None:
    marks = NotebookMarks({"w1": CellMarks(2, 2)}, score=2, max_score=2, late_penalty=0.5)
    html = feedback_page("some_code", written("text", None).cells, marks, None)
    assert "Marks: 1.5 of 2" in html
    assert "0.5 taken off because it came late" in html
    assert "taken off" not in feedback_page(
        "some_code", written("text", None).cells, replace(marks, late_penalty=0.0), None
    )


def test_a_bank_that_a_learner_of_code_sends_along_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "bank.toml").write_text("not a bank")
    assert paper_of("waiting_times", tmp_path) is None
    assert paper_of("an_assessment_that_no_one_knows", tmp_path) is None


def test_a_cell_that_names_no_mark_is_left_out(tmp_path: Path) -> None:
    copied = nbformat.v4.new_code_cell("1", metadata=cell_about("q99"))
    html = feedback_page("some_code", [copied], NotebookMarks({}, 0, 1), None)
    assert "Question" not in html


# ------------------------------------------------------------ the same as nbgrader's


class Root:
    """A course root with submissions of code, marked by stock nbgrader, with every kind of mark."""

    names = ("the mean in place of the median", "an error in a cell")

    def __init__(self, root: Path) -> None:
        from nbgrader.api import Gradebook
        from nbgrader.converters import Autograde

        self.root = root
        code_check.make_course(root)
        for student, name in zip("ab", self.names, strict=True):
            notebook = code_check.submission(root, code_check.HONEST[name].answers)
            code_check.hand_in_to(root, student, notebook, {"secret.txt": b"not to be copied"})
            convert(Autograde, root, code_check.ASSESSMENT, student)
        with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
            self._mark_by_hand(gradebook, "a")

    def _mark_by_hand(self, gradebook: object, student: str) -> None:
        """Give marks, extra credit, a comment and a penalty, as an expert does in formgrader."""
        where = (code_check.ASSESSMENT, code_check.ASSESSMENT, student)
        grade = gradebook.find_grade("words", *where)  # type: ignore[attr-defined]
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.find_grade("check-chart", *where).extra_credit = 1.0  # type: ignore[attr-defined]
        comment = gradebook.find_comment("words", *where)  # type: ignore[attr-defined]
        comment.manual_comment = "Well *put* <u>indeed</u>"
        paper = gradebook.find_submission_notebook(*where)  # type: ignore[attr-defined]
        paper.late_submission_penalty = 1.25
        gradebook.db.commit()  # type: ignore[attr-defined]

    def marks(self, student: str) -> dict[str, NotebookMarks]:
        from nbgrader.api import Gradebook

        with nbgrader(self.root), Gradebook(gradebook_url(self.root)) as gradebook:
            return marks_of(gradebook, code_check.ASSESSMENT, student)

    def write(self, student: str) -> Path:
        return write_feedback(self.root, code_check.ASSESSMENT, student, self.marks(student))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    return Root(tmp_path_factory.mktemp("feedback") / "root")  # type: ignore[return-value]


@pytest.mark.nbgrader
@pytest.mark.parametrize("student", ["a", "b"])
def test_nbgraders_command_and_ours_write_the_same_page(root: Root, student: str) -> None:
    from nbgrader.converters import GenerateFeedback

    name = f"{code_check.ASSESSMENT}.html"
    ours = (root.write(student) / name).read_bytes()
    (root.root / "feedback" / student / code_check.ASSESSMENT / name).unlink()
    convert(GenerateFeedback, root.root, code_check.ASSESSMENT, student)
    theirs = root.root / "feedback" / student / code_check.ASSESSMENT / name
    assert theirs.read_bytes().decode() == ours.decode()


@pytest.mark.nbgrader
def test_marks_comments_and_penalty_are_those_of_the_gradebook(root: Root) -> None:
    (marks,) = root.marks("a").values()
    assert marks.cells["words"] == CellMarks(2.5, 4, "Well *put* <u>indeed</u>")
    assert marks.cells["check-chart"] == CellMarks(3, 2, None)
    assert marks.cells["check-median"] == CellMarks(0, 1, None)
    assert marks.cells["median"] == CellMarks(0, 0, None)
    assert (marks.score, marks.max_score, marks.late_penalty) == (18 + 2.5 + 1, 23, 1.25)
    assert marks.total == 20.25
    html = (root.write("a") / f"{code_check.ASSESSMENT}.html").read_text(encoding="utf-8")
    assert "Marks: 20.25 of 23" in html
    assert "Well <em>put</em> &lt;u&gt;indeed&lt;/u&gt;" in html
    assert "`median_wait` should be the middle value of the waits." in html


@pytest.mark.nbgrader
def test_old_pages_are_replaced_whole_and_nothing_is_copied(root: Root, tmp_path: Path) -> None:
    folder = root.root / "feedback" / "b" / code_check.ASSESSMENT
    (folder / "old").mkdir(parents=True, exist_ok=True)
    (folder / "old" / "file").write_text("old")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("kept")
    (folder / "link").symlink_to(tmp_path / "outside")
    (root.root / "autograded" / "b" / code_check.ASSESSMENT / "leak").symlink_to(tmp_path)
    try:
        root.write("b")
    finally:
        (root.root / "autograded" / "b" / code_check.ASSESSMENT / "leak").unlink()
    assert [each.name for each in folder.iterdir()] == [f"{code_check.ASSESSMENT}.html"]
    assert (tmp_path / "outside" / "kept").read_text() == "kept"


@pytest.mark.nbgrader
def test_an_answer_file_page_is_the_same_as_nbgraders_too(tmp_path: Path) -> None:
    from nbgrader.converters import GenerateFeedback

    one = OneLearner(tmp_path, right=3)
    one.marking()
    desk, assessment, who = one.desk.folder, "all_staff_check", one.learner.pseudonym
    path = desk / "feedback" / who / assessment / f"{assessment}.html"
    ours = path.read_text(encoding="utf-8")
    assert ours.count("Your answer: The second") == 3
    assert len(SLOTS) == ours.count("<h2>")
    path.unlink()
    convert(GenerateFeedback, desk, assessment, who)
    assert path.read_text(encoding="utf-8") == ours
