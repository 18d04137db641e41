"""The marks that nbgrader has for one submission, after it was run or an expert changed them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from autograder.book import Receipt
from autograder.cell_marks import NotebookMarks, marks_of
from autograder.check_feedback import check_feedback
from autograder.credentials.moments import stamp
from autograder.engine.course_root import CourseRoot
from autograder.feedback import slot_feedback
from autograder.feedback_page import write_feedback
from autograder.marking_record import MarkingRecord
from course.result import SlotFeedback

Marks: TypeAlias = tuple[MarkingRecord, tuple[SlotFeedback, ...]]

BY_HAND = "written answers wait to be marked: qi-course desk open"


class NeedsAPerson(Exception):
    """Marking can't be ended without a person; says why."""


@dataclass(frozen=True)
class MarkedPaper:
    """What nbgrader's folders and gradebook hold of one attempt that was run.

    Parameters
    ----------
    course : CourseRoot
        The desk's course root.
    receipt : Receipt
        The attempt, which must be the one that the folders hold.
    holds_code : bool
        Whether it is of a code assessment.
    """

    course: CourseRoot
    receipt: Receipt
    holds_code: bool

    def record(self, now: datetime) -> MarkingRecord:
        """Return its marks.

        Raises
        ------
        NeedsAPerson
            If marks by hand are missing.
        """
        receipt = self.receipt
        marks = self._marks[receipt.assessment]
        if marks.waits:
            raise NeedsAPerson(BY_HAND)
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
                if cell.grade or cell.task
            ),
            score=float(marks.total),
            max_score=float(marks.max_score),
            marked_at=stamp(now),
            # A notebook that does not say where it ran was not run by this engine.
            practice=self.holds_code and self._ran_in != "sandbox",
        )

    def feedback(self, record: MarkingRecord) -> tuple[SlotFeedback, ...]:
        """Return what there is to say about each question, or each check of code.

        Raises
        ------
        NeedsAPerson
            If a check of answers did not run as it should: that is no one's wrong answer.
        """
        if not self.holds_code:
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
