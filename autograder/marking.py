"""Marking: every hand-in that waits is rebuilt from the release, run, and written into the book.

A hand-in that can't be marked to the end never stops the others: it waits, with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path

from autograder.book import FAILED, MARKED, NEEDS_A_PERSON, Marking, Receipt
from autograder.desk import Desk
from autograder.executor import Executor, NbgraderExecutor
from autograder.hand_in_file import HandIn, open_hand_in
from autograder.intake import RefusedFile, take_in_all
from autograder.marks import BY_HAND, Marks, NeedsAPerson, read_marks, read_record
from autograder.release import prepare_assessment
from autograder.returns import return_results
from autograder.submission import is_of, rebuild
from course.errors import CourseError, Fault
from course.folders import COURSE
from course.syllabus import Syllabus, load_syllabus
from qi_tools.answers import parse_answers


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
    faults : tuple of Fault
        What could not be reached, in the desk's shared folder for instance; nothing of it is lost.
    """

    markings: tuple[Marking, ...]
    taken: tuple[Receipt, ...] = ()
    refused: tuple[RefusedFile, ...] = ()
    returned: tuple[Path, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def troubled(self) -> bool:
        """Whether something is left for a person to look at."""
        unmarked = any(each.outcome != MARKED for each in self.markings)
        return unmarked or bool(self.refused or self.faults)

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
    again: bool = False,
) -> MarkingReport:
    """Take in what came, mark what waits, and write the results.

    Parameters
    ----------
    desk : Desk
        The desk.
    files : sequence of Path
        Hand-ins from elsewhere; everything that has arrived at the desk is taken in too.
    now : datetime
        The desk's time.
    say : callable
        Gets one line for each step.
    executor : Executor, optional
        What runs a submission; by default nbgrader.
    again : bool
        Whether to take over marks that were changed by hand, too; see `marks_by_hand`.

    Raises
    ------
    CourseError
        If the desk itself can't work. What was done stays done; run it again.
    """
    syllabus = load_syllabus()
    taken: list[Receipt] = []
    refused: list[RefusedFile] = []
    markings: list[Marking] = []
    returned: list[Path] = []
    faults: list[Fault] = []

    def trouble(fault: Fault) -> None:
        faults.append(fault)
        say(str(fault))

    for each in take_in_all(desk, now, files, syllabus):
        match each:
            case Receipt():
                taken.append(each)
                say(f"Took in {_name(each)}.")
            case RefusedFile():
                refused.append(each)
                say(f"Refused {each.file}: {each.reason}")
            case Fault():
                trouble(each)
    runs = [marking_run(desk, now, executor=executor, syllabus=syllabus)]
    if again:
        runs.insert(0, marks_by_hand(desk, now))
    for marking in chain.from_iterable(runs):
        markings.append(marking)
        say(_said(marking))
    for result in return_results(desk, syllabus, now):
        if isinstance(result, Fault):
            trouble(result)
        else:
            returned.append(result)
    return MarkingReport(
        tuple(markings), tuple(taken), tuple(refused), tuple(returned), tuple(faults)
    )


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
            marking = _marking(receipt, partial(run.marks, receipt))
            desk.add_marking(marking, now)
            yield marking


def marks_by_hand(desk: Desk, now: datetime) -> Iterator[Marking]:
    """Take over the marks that an expert has changed in formgrader since they were last read.

    Nothing is run again. nbgrader keeps one submission a learner, so only the latest attempt's
    marks can have been changed.

    Parameters
    ----------
    desk : Desk
        The desk.
    now : datetime
        The time of marking.

    Yields
    ------
    Marking
        Each with changed marks, once it is in the desk's book; and each whose marks can't be
        read, which changes nothing.
    """
    with desk.writing():
        for last in desk.marked():
            if last.record is None or not _is_latest(desk, last.receipt):
                continue
            marking = _marking(last.receipt, partial(_marks_now, desk.folder, last, now))
            if marking.record is None:
                yield marking
            elif marking.record != last.record:
                desk.add_marking(marking, now)
                yield marking


def _marks_now(root: Path, last: Marking, now: datetime) -> Marks:
    """Return the marks that nbgrader has now; the last ones themselves if they still hold."""
    assert last.record is not None
    record = read_record(root, last.receipt, now)
    if replace(record, marked_at=last.record.marked_at) == last.record:
        return last.record, last.feedback
    return read_marks(root, last.receipt, now)


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every hand-in of a marking run."""

    desk: Desk
    now: datetime
    executor: Executor
    source: Path
    syllabus: Syllabus

    def marks(self, receipt: Receipt) -> Marks:
        """Run one hand-in, unless only a person's marks were missing, and read its marks."""
        root, assessment, pseudonym = self.desk.folder, receipt.assessment, receipt.pseudonym
        rules = self.syllabus.assessment(assessment)
        if rules.kind != "answer-file":
            raise NeedsAPerson("it holds a learner's own code, which this desk can't run safely")
        if rules.version != receipt.version:
            raise NeedsAPerson(
                f"it answers version {receipt.version}, and the questions here are of version "
                f"{rules.version}"
            )
        if not _waits_for_marks_by_hand(self.desk, receipt):
            prepare_assessment(root, self.source, assessment)
            rebuild(root, receipt, _kept(self.desk, receipt).answers)
            self.executor.autograde(root, assessment, pseudonym)
        return read_marks(root, receipt, self.now)


def _marking(receipt: Receipt, marks: Callable[[], Marks]) -> Marking:
    """Return how one hand-in fared; whatever goes wrong becomes its outcome."""
    try:
        record, feedback = marks()
    except NeedsAPerson as why:
        return Marking(receipt, NEEDS_A_PERSON, str(why), None, ())
    except CourseError as why:
        return Marking(receipt, FAILED, str(why), None, ())
    except Exception as error:  # one hand-in must never stop the others
        return Marking(receipt, FAILED, f"{type(error).__name__}: {error}", None, ())
    return Marking(receipt, MARKED, None, record, feedback)


def _kept(desk: Desk, receipt: Receipt) -> HandIn:
    """Return what was handed in, as it was taken in, with answers that were checked again."""
    data = desk.hand_in(receipt).read_bytes()
    if hashlib.sha256(data).hexdigest() != receipt.sha256:
        raise NeedsAPerson("the desk's own copy was changed since it was taken in")
    hand_in = open_hand_in(data)
    parse_answers(hand_in.answers)
    return hand_in


def _waits_for_marks_by_hand(desk: Desk, receipt: Receipt) -> bool:
    """Say whether this very attempt was run before and only a person's marks were missing."""
    last = next((each for each in desk.markings() if each.receipt == receipt), None)
    return last is not None and last.reason == BY_HAND and _is_latest(desk, receipt)


def _is_latest(desk: Desk, receipt: Receipt) -> bool:
    """Say whether nbgrader's folders, and so its gradebook, hold this very attempt."""
    return all(
        is_of(desk.folder / step / receipt.pseudonym / receipt.assessment, receipt)
        for step in ("submitted", "autograded")
    )


def _name(receipt: Receipt) -> str:
    return f"{receipt.assessment}, attempt {receipt.attempt}, of {receipt.pseudonym}"


def _said(marking: Marking) -> str:
    if marking.record is None:
        return f"{_name(marking.receipt)}: {marking.outcome} ({marking.reason})"
    score, most = marking.record.score, marking.record.max_score
    return f"Marked {_name(marking.receipt)}: {score:g} of {most:g}."
