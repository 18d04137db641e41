"""The marks that nbgrader has for one submission, after it was run or an expert changed them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from autograder.book import Receipt
from autograder.credentials.moments import stamp
from autograder.feedback import slot_feedback, write_feedback
from autograder.marking_record import MarkingRecord
from autograder.nbgrader_root import gradebook_url, nbgrader
from course.result import SlotFeedback

Marks: TypeAlias = tuple[MarkingRecord, tuple[SlotFeedback, ...]]

BY_HAND = "written answers wait to be marked: qi-course desk open"


class NeedsAPerson(Exception):
    """Marking can't be ended without a person; says why."""


def read_marks(root: Path, receipt: Receipt, now: datetime) -> Marks:
    """Return the marks that nbgrader has for a submission, and make its feedback page.

    Parameters
    ----------
    root : Path
        The course root.
    receipt : Receipt
        The attempt that nbgrader's folders hold.
    now : datetime
        The time of marking.

    Returns
    -------
    tuple of MarkingRecord and tuple of SlotFeedback
        The marks, and what there is to say about each question.

    Raises
    ------
    NeedsAPerson
        If it did not run as it should, or waits for marks by hand.
    """
    assessment, pseudonym = receipt.assessment, receipt.pseudonym
    folder = root / "autograded" / pseudonym / assessment
    whys = _checked(folder / f"{assessment}.ipynb")
    record = read_record(root, receipt, now)
    feedback = slot_feedback(folder, record, whys)
    write_feedback(root, assessment, pseudonym)
    return record, feedback


def _checked(path: Path) -> dict[str, str]:
    """Return, by question, why the right answer is right, from a run that went as it should.

    Only an answer that is wrong may fail a check. Anything else that went wrong is no one's wrong
    answer, so it needs a person.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
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
            elif about.get("grade") and output.get("name") == "stderr":
                # nbgrader gives no mark to a check that warns, though the answer may be right.
                raise NeedsAPerson(f"{slot} gave a warning while it was checked")
    return {slot: why for slot, why in whys.items() if why}


def read_record(root: Path, receipt: Receipt, now: datetime) -> MarkingRecord:
    """Return the marks that nbgrader's gradebook has for a submission; see `read_marks`."""
    from nbgrader.api import Gradebook

    with nbgrader(root), Gradebook(gradebook_url(root)) as gradebook:
        submission = gradebook.find_submission(receipt.assessment, receipt.pseudonym)
        if submission.needs_manual_grade:
            raise NeedsAPerson(BY_HAND)
        path = root / "release" / receipt.assessment / f"{receipt.assessment}.ipynb"
        order = [
            cell["metadata"].get("nbgrader", {}).get("grade_id")
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        ]
        grades = [grade for paper in submission.notebooks for grade in paper.grades]
        grades.sort(key=lambda grade: order.index(grade.name))
        return MarkingRecord(
            pseudonym=receipt.pseudonym,
            assessment=receipt.assessment,
            version=receipt.version,
            attempt=receipt.attempt,
            hand_in_sha256=receipt.sha256,
            scores=tuple((grade.name, float(grade.score)) for grade in grades),
            score=float(submission.score),
            max_score=float(submission.max_score),
            marked_at=stamp(now),
        )
