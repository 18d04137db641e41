"""The marks that nbgrader has for one submission, after it was run or an expert changed them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from autograder.book import Receipt, WrittenMark
from autograder.cell_marks import NotebookMarks, marks_of
from autograder.check_feedback import check_feedback
from autograder.credentials.moments import stamp
from autograder.engine.course_root import CourseRoot
from autograder.feedback import slot_feedback
from autograder.feedback_page import write_feedback
from autograder.marking_record import MarkingRecord
from autograder.moderation import WAITS
from autograder.written_work import WrittenPaper
from course.result import CriterionResult, SlotFeedback
from course.rubric import LEVELS, RUBRIC, Criterion, Task, load_rubric
from course.syllabus import Assessment

BY_HAND = "written answers wait to be marked: qi-course desk open"


class NeedsAPerson(Exception):
    """Marking can't be ended without a person; says why."""


class Marks(NamedTuple):
    """The marks of one attempt, and what there is to say about them."""

    record: MarkingRecord
    feedback: tuple[SlotFeedback, ...]
    written: tuple[CriterionResult, ...] = ()


@dataclass(frozen=True)
class MarkedPaper:
    """What nbgrader's folders and gradebook hold of one attempt that was run.

    Parameters
    ----------
    course : CourseRoot
        The desk's course root.
    receipt : Receipt
        The attempt, which must be the one that the folders hold.
    rules : Assessment
        The assessment that it is of.
    given : tuple of WrittenMark
        The levels that were given to its written work.
    """

    course: CourseRoot
    receipt: Receipt
    rules: Assessment
    given: tuple[WrittenMark, ...] = ()

    def record(self, now: datetime) -> MarkingRecord:
        """Return its marks.

        Raises
        ------
        NeedsAPerson
            If marks by hand are missing.
        """
        receipt, work = self.receipt, self._work
        marks = self._marks[receipt.assessment]
        if work is None and marks.waits:
            raise NeedsAPerson(BY_HAND)
        if work is not None and not work.standing.settled:
            raise NeedsAPerson(WAITS[work.standing.markers])
        # Written work counts by its own rules, so what formgrader holds of it is no score.
        apart = {name: marks.cells[name] for name, _ in work.written} if work else {}
        (author,) = self.course.snapshot(receipt.assessment).notebooks
        return MarkingRecord(
            pseudonym=receipt.pseudonym,
            assessment=receipt.assessment,
            version=receipt.version,
            attempt=receipt.attempt,
            hand_in_sha256=receipt.sha256,
            scores=tuple(
                (cell.name, float(marks.cells[cell.name].score))
                for cell in author.cells
                if (cell.grade or cell.task) and cell.name not in apart
            ),
            score=float(marks.total - sum(cell.score for cell in apart.values())),
            max_score=float(marks.max_score - sum(cell.points for cell in apart.values())),
            marked_at=stamp(now),
            # A notebook that does not say where it ran was not run by this engine.
            practice=self._holds_code and self._ran_in != "sandbox",
            written=work.written if work else (),
        )

    def written(self) -> tuple[CriterionResult, ...]:
        """Return how each criterion of its written work was marked, once that is settled."""
        if self._work is None:
            return ()
        cells, levels = self._marks[self.receipt.assessment].cells, dict(self._work.standing.levels)
        return tuple(
            _told(task, criterion, levels[criterion.name], cells[criterion.name].comment)
            for task in self._work.rubric.tasks
            for criterion in task.criteria
        )

    def feedback(self, record: MarkingRecord) -> tuple[SlotFeedback, ...]:
        """Return what there is to say about each question, or each check of code.

        Raises
        ------
        NeedsAPerson
            If a check of answers did not run as it should: that is no one's wrong answer.
        """
        if not self._holds_code:
            return slot_feedback(self._folder, record, _reasons(self._notebook))
        name = self.receipt.assessment
        path = self.course.folder / "release" / name / f"{name}.ipynb"
        released = json.loads(path.read_text(encoding="utf-8"))
        return check_feedback(self._notebook, self._marks[name].cells, released)

    def write_feedback(self) -> None:
        """Write nbgrader's feedback page, for those who use formgrader."""
        write_feedback(
            self.course.folder, self.receipt.assessment, self.receipt.pseudonym, self._marks
        )

    @property
    def _holds_code(self) -> bool:
        return self.rules.kind == "code"

    @cached_property
    def _work(self) -> WrittenPaper | None:
        if self.rules.moderation is None:
            return None
        rubric = load_rubric(self._folder / RUBRIC)
        return WrittenPaper(self.receipt, self._folder, rubric, self.rules.moderation, self.given)

    @property
    def _folder(self) -> Path:
        return self.course.folder / "autograded" / self.receipt.pseudonym / self.receipt.assessment

    @cached_property
    def _notebook(self) -> Mapping[str, Any]:
        path = self._folder / f"{self.receipt.assessment}.ipynb"
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content

    @cached_property
    def _marks(self) -> Mapping[str, NotebookMarks]:
        return marks_of(self.course.gradebook, self.receipt.assessment, self.receipt.pseudonym)

    @property
    def _ran_in(self) -> str | None:
        about = self._notebook["metadata"].get("qi_course", {})
        return str(about["ran_in"]) if "ran_in" in about else None


def _told(task: Task, criterion: Criterion, level: float, comment: str | None) -> CriterionResult:
    reached = int(level)
    return CriterionResult(
        criterion=criterion.name,
        task=task.title,
        text=criterion.text,
        level=level,
        looks_like=criterion.levels[reached],
        to_reach=criterion.levels[reached + 1] if reached + 1 < len(LEVELS) else None,
        comment=comment[:4000] if comment and comment.strip() else None,
        read_again=task.read_again,
    )


def _reasons(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return, by question, why the right answer is right, from a run that went as it should.

    Only an answer that is wrong may fail a check of answers. Anything else that went wrong is no
    one's wrong answer, so it needs a person.
    """
    whys = {}
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        slot = about.get("grade_id", cell.get("id"))
        for output in cell.get("outputs", ()):
            wrong = output["output_type"] == "error"
            if wrong and about.get("grade") and output["ename"] == "AssertionError":
                whys[slot] = str(output["evalue"])
            elif wrong:
                raise NeedsAPerson(
                    f"{slot} ended with {output['ename']}: {str(output['evalue'])[:200]}"
                )
    return {slot: why for slot, why in whys.items() if why}
