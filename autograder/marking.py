"""Marking: every hand-in that waits is rebuilt from the release, run, and written into the book.

Of an answer-file assessment only the checked answers are taken: the paper that runs is the desk's
own release, so nothing that a learner sends is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from autograder.credentials.moments import read, stamp
from autograder.desk import Desk, Marking, Receipt, write_whole
from autograder.executor import Executor, NbgraderExecutor, gradebook_url, nbgrader
from autograder.feedback import in_words, slot_feedback, write_feedback
from autograder.intake import RefusedFile, open_hand_in, take_in_all
from autograder.marking_record import MarkingRecord
from autograder.release import prepare_assessment
from autograder.returns import return_results
from course.errors import CourseError
from course.folders import COURSE
from course.handin import ANSWERS
from course.paper import ATTEMPT_FILE, open_paper
from course.result import SlotFeedback
from course.syllabus import Syllabus, load_syllabus
from qi_tools.answers import Answer, parse_answers

MARKED = "marked"
NEEDS_A_PERSON = "needs a person"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MarkingReport:
    """What a marking run did.

    Parameters
    ----------
    markings : tuple of Marking
        How each hand-in fared, in the order of marking.
    taken : tuple of Receipt
        What was taken in before.
    refused : tuple of RefusedFile
        What was not.
    returned : tuple of Path
        The results that were written.
    """

    markings: tuple[Marking, ...]
    taken: tuple[Receipt, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
    returned: tuple[Path, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether something is left for a person to look at."""
        return bool(self.refused) or any(each.outcome != MARKED for each in self.markings)

    def summary(self) -> str:
        """Return the counts in one line."""
        counts = {
            outcome: sum(each.outcome == outcome for each in self.markings)
            for outcome in (MARKED, NEEDS_A_PERSON, FAILED)
        }
        parts = [f"{len(self.taken)} taken in", f"{len(self.refused)} refused"]
        parts += [f"{count} {outcome}" for outcome, count in counts.items()]
        return f"{', '.join(parts)}, {len(self.returned)} results written."


def mark_everything(
    desk: Desk,
    files: Sequence[Path] = (),
    *,
    now: datetime,
    say: Callable[[str], object] = lambda line: None,
    executor: Executor | None = None,
) -> MarkingReport:
    """Take in what came, mark what waits, and write the results.

    Parameters
    ----------
    desk : Desk
        The desk.
    files : sequence of Path
        Hand-ins from elsewhere; everything in ``incoming`` is taken in too.
    now : datetime
        The desk's time.
    say : callable
        Gets one line for each step.
    executor : Executor, optional
        What runs a submission; by default nbgrader.

    Raises
    ------
    CourseError
        If the desk itself can't work. What was done stays done; run it again.
    """
    syllabus = load_syllabus()
    taken: list[Receipt] = []
    refused: list[RefusedFile] = []
    for each in take_in_all(desk, now, files, syllabus):
        if isinstance(each, Receipt):
            taken.append(each)
            say(f"Took in {_name(each)}.")
        else:
            refused.append(each)
            say(f"Refused {each.file}: {each.reason}")
    markings = []
    for marking in marking_run(desk, now, executor=executor, syllabus=syllabus):
        markings.append(marking)
        say(_said(marking))
    returned = return_results(desk, syllabus, now)
    return MarkingReport(tuple(markings), tuple(taken), tuple(refused), returned)


def mark(
    desk: Desk,
    now: datetime,
    assessment: str | None = None,
    *,
    receipts: Iterable[Receipt] | None = None,
    executor: Executor | None = None,
    source: Path = COURSE / "source",
) -> MarkingReport:
    """Mark hand-ins to the end; see `marking_run`."""
    run = marking_run(desk, now, assessment, receipts=receipts, executor=executor, source=source)
    return MarkingReport(tuple(run))


def marking_run(
    desk: Desk,
    now: datetime,
    assessment: str | None = None,
    *,
    receipts: Iterable[Receipt] | None = None,
    executor: Executor | None = None,
    source: Path = COURSE / "source",
    syllabus: Syllabus | None = None,
) -> Iterator[Marking]:
    """Mark hand-ins one after the other; each is in the desk's book before the next begins.

    Can be stopped at any point: the next run marks what is left. What goes wrong with one hand-in
    never stops the others.

    Parameters
    ----------
    desk : Desk
        The desk.
    now : datetime
        The time of marking.
    assessment : str, optional
        Mark only this assessment.
    receipts : iterable of Receipt, optional
        What to mark, again if need be; by default everything that waits for marks. The number
        of an attempt comes from its receipt, so marking again never raises it.
    executor : Executor, optional
        What runs a submission; by default nbgrader.
    source : Path
        The folder with the assessments' sources.
    syllabus : Syllabus, optional
        The assessments' kinds; by default the course's.

    Yields
    ------
    Marking
        How each fared.
    """
    run = _Run(desk, now, executor or NbgraderExecutor(), source, syllabus or load_syllabus())
    with desk.writing():
        waiting = [
            receipt
            for receipt in (desk.waiting() if receipts is None else receipts)
            if assessment is None or receipt.assessment == assessment
        ]
        # nbgrader keeps one submission a learner: the latest attempt is marked last and stays.
        for receipt in sorted(waiting, key=lambda receipt: (receipt.attempt, receipt.number)):
            marking = run.marking(receipt)
            desk.add_marking(marking, now)
            yield marking


class _NeedsAPersonError(Exception):
    """Marking can't be ended without a person; says why."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every hand-in of a marking run."""

    desk: Desk
    now: datetime
    executor: Executor
    source: Path
    syllabus: Syllabus

    def marking(self, receipt: Receipt) -> Marking:
        """Mark one hand-in; whatever goes wrong becomes its outcome."""
        try:
            record, feedback = self._marks(receipt)
        except _NeedsAPersonError as why:
            return Marking(receipt, NEEDS_A_PERSON, str(why), None, ())
        except CourseError as why:
            return Marking(receipt, FAILED, str(why), None, ())
        except Exception as error:  # one hand-in must never stop the others
            return Marking(receipt, FAILED, f"{type(error).__name__}: {error}", None, ())
        return Marking(receipt, MARKED, None, record, feedback)

    def _marks(self, receipt: Receipt) -> tuple[MarkingRecord, tuple[SlotFeedback, ...]]:
        root, assessment, pseudonym = self.desk.folder, receipt.assessment, receipt.pseudonym
        rules = self.syllabus.assessment(assessment)
        if rules.kind != "answer-file":
            raise _NeedsAPersonError(
                "it holds a learner's own code, which this desk can't run safely"
            )
        if rules.version != receipt.version:
            raise _NeedsAPersonError(
                f"it answers version {receipt.version}, and the questions here are of version "
                f"{rules.version}"
            )
        if not _waits_for_marks_by_hand(self.desk, receipt):
            prepare_assessment(root, self.source, assessment)
            _rebuild(self.desk, receipt)
            self.executor.autograde(root, assessment, pseudonym)
        folder = root / "autograded" / pseudonym / assessment
        whys = _checked(folder / f"{assessment}.ipynb")
        record = _record(self.desk, receipt, self.now)
        feedback = slot_feedback(folder, record, whys)
        write_feedback(root, assessment, pseudonym)
        return record, feedback


# ------------------------------------------------------------ before: the submission, rebuilt


def _rebuild(desk: Desk, receipt: Receipt) -> None:
    """Put together ``submitted/<pseudonym>/<assessment>`` from the release and the answers."""
    assessment, pseudonym = receipt.assessment, receipt.pseudonym
    data = desk.hand_in(receipt).read_bytes()
    if hashlib.sha256(data).hexdigest() != receipt.sha256:
        raise _NeedsAPersonError("the desk's own copy was changed since it was taken in")
    hand_in = open_hand_in(data)
    target = desk.folder / "submitted" / pseudonym / assessment
    if not _is_of(target, receipt):
        _forget_submission(desk, assessment, pseudonym)
    made = target.with_name(f".{assessment}")
    shutil.rmtree(made, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    made.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(desk.folder / "release" / assessment, made)
    write_whole(made / ANSWERS, _normalised(parse_answers(hand_in.answers)))
    write_whole(made / ATTEMPT_FILE, _attempt(receipt))
    received = read(receipt.received_at).astimezone(UTC)
    write_whole(made / "timestamp.txt", f"{received:%Y-%m-%d %H:%M:%S} UTC\n".encode())
    _show_answers(made / f"{assessment}.ipynb")
    made.replace(target)


def _show_answers(path: Path) -> None:
    """Write each question and the answer given above its mark, for the expert in formgrader.

    A marked notebook has no live questions: without this it shows only marks and code.
    """
    paper = open_paper(path.parent)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    shown = {
        drawn.slot.id: (drawn.item.text, in_words(paper, paper.answer(drawn.slot.id)))
        for drawn in paper.drawn
    }
    cells = []
    for cell in notebook["cells"]:
        slot = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if slot in shown:
            question, given = shown[slot]
            text = f"<p>{escape(question)}</p><p><b>Answer:</b> {escape(given or 'none')}</p>"
            cells.append(
                {"cell_type": "markdown", "id": f"shown-{slot}", "metadata": {}, "source": text}
            )
        cells.append(cell)
    notebook["cells"] = cells
    write_whole(path, json.dumps(notebook, ensure_ascii=False, indent=1).encode())


def _attempt(receipt: Receipt) -> bytes:
    """Return the attempt's card as the desk knows it, whatever the learner's copy said."""
    card = {
        "schema": 1,
        "pseudonym": receipt.pseudonym,
        "assessment": receipt.assessment,
        "version": receipt.version,
        "attempt": receipt.attempt,
    }
    return json.dumps(card).encode()


def _is_of(submitted: Path, receipt: Receipt) -> bool:
    """Say whether a submission folder holds this very attempt."""
    card = submitted / ATTEMPT_FILE
    return card.is_file() and card.read_bytes() == _attempt(receipt)


def _normalised(answers: dict[str, Answer]) -> bytes:
    document = {
        "schema": 1,
        "answers": {
            id: {"value": answer.value, "revision": answer.revision, "at": answer.at}
            for id, answer in sorted(answers.items())
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _forget_submission(desk: Desk, assessment: str, pseudonym: str) -> None:
    """Take another attempt's marks out of the gradebook.

    nbgrader has one submission a learner, and marks given by hand would pass on to the next
    attempt. The desk's own book keeps the marks of every attempt.
    """
    from nbgrader.api import Gradebook, MissingEntry

    with (
        nbgrader(desk.folder),
        Gradebook(gradebook_url(desk.folder)) as gradebook,
        contextlib.suppress(MissingEntry),
    ):
        gradebook.remove_submission(assessment, pseudonym)


# ------------------------------------------------------------ after: what the run came to


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
                raise _NeedsAPersonError(
                    f"{slot} ended with {output['ename']}: {str(output['evalue'])[:200]}"
                )
            elif about.get("grade") and output.get("name") == "stderr":
                # nbgrader gives no mark to a check that warns, though the answer may be right.
                raise _NeedsAPersonError(f"{slot} gave a warning while it was checked")
    return {slot: why for slot, why in whys.items() if why}


def _waits_for_marks_by_hand(desk: Desk, receipt: Receipt) -> bool:
    """Say whether this very attempt was run before and only a person's marks were missing."""
    last = [each for each in desk.markings() if each.receipt == receipt]
    autograded = desk.folder / "autograded" / receipt.pseudonym / receipt.assessment
    return bool(
        last and last[-1].outcome == NEEDS_A_PERSON and last[-1].reason == _BY_HAND
    ) and _is_of(autograded, receipt)


_BY_HAND = "written answers wait to be marked: qi-course desk open"


def _record(desk: Desk, receipt: Receipt, now: datetime) -> MarkingRecord:
    """Return the marks that nbgrader's gradebook has for a submission."""
    from nbgrader.api import Gradebook

    with nbgrader(desk.folder), Gradebook(gradebook_url(desk.folder)) as gradebook:
        submission = gradebook.find_submission(receipt.assessment, receipt.pseudonym)
        if submission.needs_manual_grade:
            raise _NeedsAPersonError(_BY_HAND)
        path = desk.folder / "release" / receipt.assessment / f"{receipt.assessment}.ipynb"
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


def _name(receipt: Receipt) -> str:
    return f"{receipt.assessment}, attempt {receipt.attempt}, of {receipt.pseudonym}"


def _said(marking: Marking) -> str:
    if marking.record is None:
        return f"{_name(marking.receipt)}: {marking.outcome} ({marking.reason})"
    score, most = marking.record.score, marking.record.max_score
    return f"Marked {_name(marking.receipt)}: {score:g} of {most:g}."
