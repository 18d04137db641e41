"""Marking: every hand-in that waits is rebuilt from the release, run, and written into the book.

A hand-in that can't be marked to the end never stops the others: it waits, with the reason.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from autograder.backends import Backend
from autograder.backends.local import LocalBackend
from autograder.book import FAILED, MARKED, NEEDS_A_PERSON, Marking, Receipt
from autograder.credentials.moments import stamp
from autograder.desk import Desk
from autograder.engine.course_root import CourseRoot, open_course_root
from autograder.engine.marker import Begun, Marked, Marker
from autograder.engine.score import MarksUnclear
from autograder.engine.submitted import SubmissionDamaged
from autograder.hand_in_file import HandIn, open_hand_in
from autograder.intake import RefusedFile, take_in_all
from autograder.marking_log import Logged, MarkingLog
from autograder.marks import BY_HAND, MarkedPaper, Marks, NeedsAPerson
from autograder.moderation import WAITS
from autograder.progress import Progress
from autograder.release import prepare_assessment
from autograder.returns import return_results
from autograder.submission import forget_another_attempt, is_of, lay_out, rebuild
from course.errors import CourseError, Fault
from course.folders import COURSE
from course.syllabus import Syllabus, load_syllabus
from qi_tools.answers import parse_answers

#: A hand-in that runs, that only waits for a person's marks, or that could not be begun.
_Attempt: TypeAlias = Begun | Exception | None


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which hand-ins to mark: those of some learners, in some assessments.

    Parameters
    ----------
    pseudonyms : frozenset of str
        The learners; empty for all.
    assessments : frozenset of str
        The assessments; empty for all.
    """

    pseudonyms: frozenset[str] = frozenset()
    assessments: frozenset[str] = frozenset()

    def check(self, desk: Desk) -> None:
        """Refuse a learner whom the desk, or an assessment that the course does not know.

        Raises
        ------
        CourseError
            With what there is.
        """
        for pseudonym in sorted(self.pseudonyms):
            desk.person(pseudonym)
        for assessment in sorted(self.assessments):
            load_syllabus().assessment(assessment)

    def waiting(self, desk: Desk) -> tuple[Receipt, ...]:
        """Return what waits for marks."""
        return tuple(receipt for receipt in desk.waiting() if self._holds(receipt))

    def with_latest(self, desk: Desk) -> tuple[Receipt, ...]:
        """Return what waits for marks, and everyone's latest attempt though it has some.

        Earlier attempts are left alone: nbgrader has one submission a learner, and marks by hand
        on the latest would be lost.
        """
        latest = {(each.pseudonym, each.assessment): each for each in desk.receipts()}
        found = dict.fromkeys((*latest.values(), *desk.waiting()))
        return tuple(receipt for receipt in found if self._holds(receipt))

    def _holds(self, receipt: Receipt) -> bool:
        return (not self.pseudonyms or receipt.pseudonym in self.pseudonyms) and (
            not self.assessments or receipt.assessment in self.assessments
        )


def mark_everything(
    desk: Desk,
    files: Sequence[Path] = (),
    *,
    now: datetime,
    say: Callable[[str], object] = lambda line: None,
    backend: Backend | None = None,
    again: bool = False,
    choose: Callable[[Desk], Iterable[Receipt]] = Desk.waiting,
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
    backend : Backend, optional
        What runs submissions; by default a few workers on this machine.
    again : bool
        Whether to take over marks that were changed by hand, too; see `marks_by_hand`.
    choose : callable
        Chooses what is marked once everything was taken in; by default all that waits.

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
    if again:
        for marking in marks_by_hand(desk, now):
            markings.append(marking)
            say(_said(marking))
    chosen = tuple(choose(desk))
    started = time.monotonic()
    run = marking_run(desk, now, receipts=chosen, backend=backend, syllabus=syllabus)
    try:
        for done, marking in enumerate(run, start=1):
            markings.append(marking)
            progress = Progress(done, len(chosen), time.monotonic() - started)
            say(f"{progress.words()}: {_said(marking)}" if len(chosen) > 1 else _said(marking))
    except KeyboardInterrupt:
        run.close()
        say(
            f"{len(markings)} of {len(chosen)} were marked, and are kept. "
            "Run the same command again to go on."
        )
        raise
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
    *,
    receipts: Iterable[Receipt] | None = None,
    backend: Backend | None = None,
    source: Path = COURSE / "source",
    syllabus: Syllabus | None = None,
) -> MarkingReport:
    """Mark hand-ins to the end; see `marking_run`."""
    run = marking_run(
        desk, now, receipts=receipts, backend=backend, source=source, syllabus=syllabus
    )
    return MarkingReport(tuple(run))


def marking_run(
    desk: Desk,
    now: datetime,
    *,
    receipts: Iterable[Receipt] | None = None,
    backend: Backend | None = None,
    source: Path = COURSE / "source",
    syllabus: Syllabus | None = None,
) -> Generator[Marking]:
    """Mark hand-ins; each is in the desk's book before the next is.

    Can be stopped at any point: the next run marks what is left. What goes wrong with one hand-in
    never stops the others.

    Parameters
    ----------
    desk : Desk
        The desk.
    now : datetime
        The time of marking.
    receipts : iterable of Receipt, optional
        What to mark, again if need be; by default everything that waits for marks. The number
        of an attempt comes from its receipt, so marking again never raises it.
    backend : Backend, optional
        What runs submissions, which stays open; by default a few workers on this machine.
    source : Path
        The folder with the assessments' sources.
    syllabus : Syllabus, optional
        The assessments' kinds; by default the course's.

    Yields
    ------
    Marking
        How each fared, in the order of attempts and receipts.
    """
    with ExitStack() as stack:
        stack.enter_context(desk.writing())
        waiting = list(desk.waiting() if receipts is None else receipts)
        if not waiting:
            return
        if backend is None:
            backend = stack.enter_context(closing(LocalBackend()))
        course = stack.enter_context(open_course_root(desk.folder))
        log = stack.enter_context(MarkingLog(desk.folder))
        reading = _Reading(desk, now, course, syllabus or load_syllabus())
        run = _Run(reading, Marker(course, backend), source)
        # nbgrader keeps one submission a learner: the latest attempt is marked last and stays.
        waiting.sort(key=lambda receipt: (receipt.attempt, receipt.number))
        for marking, marked in run.markings(waiting):
            desk.add_marking(marking, now)
            log.add(_logged(marking, marked))
            yield marking


def marks_by_hand(desk: Desk, now: datetime, syllabus: Syllabus | None = None) -> Iterator[Marking]:
    """Take over the marks that an expert has changed in formgrader since they were last read.

    Nothing is run again. nbgrader keeps one submission a learner, so only the latest attempt's
    marks can have been changed.

    Parameters
    ----------
    desk : Desk
        The desk.
    now : datetime
        The time of marking.
    syllabus : Syllabus, optional
        The assessments' kinds; by default the course's.

    Yields
    ------
    Marking
        Each with changed marks, once it is in the desk's book; and each whose marks can't be
        read, which changes nothing.
    """
    with ExitStack() as stack:
        stack.enter_context(desk.writing())
        known = [last for last in desk.marked() if last.record and _is_latest(desk, last.receipt)]
        if not known:
            return
        course = stack.enter_context(open_course_root(desk.folder))
        reading = _Reading(desk, now, course, syllabus or load_syllabus())
        for last in known:
            marking = _marking(last.receipt, partial(reading.marks_now, last))
            if marking.record is None:
                yield marking
            elif marking.record != last.record:
                desk.add_marking(marking, now)
                yield marking


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads the marks that a desk's course root has."""

    desk: Desk
    now: datetime
    course: CourseRoot
    syllabus: Syllabus

    def told(self, receipt: Receipt) -> Marks:
        """Return the marks of a hand-in that was run, and write its feedback page."""
        paper = self._paper(receipt)
        record = paper.record(self.now)
        if record.practice and any(
            earlier.attempt == record.attempt and not earlier.practice
            for earlier in self.desk.records_of(record.pseudonym, record.assessment)
        ):
            raise NeedsAPerson(
                "it was marked in a sandbox before, and this computer has none: the earlier marks "
                "stand. Mark it again where qi-course doctor finds a sandbox"
            )
        feedback = paper.feedback(record)
        paper.write_feedback()
        return Marks(record, feedback, paper.written())

    def _paper(self, receipt: Receipt) -> MarkedPaper:
        rules = self.syllabus.assessment(receipt.assessment)
        return MarkedPaper(self.course, receipt, rules, self.desk.written_marks(receipt))

    def marks_now(self, last: Marking) -> Marks:
        """Return the marks that nbgrader has now; the last ones themselves if they still hold."""
        assert last.record is not None
        record = self._paper(last.receipt).record(self.now)
        if replace(record, marked_at=last.record.marked_at) == last.record:
            return Marks(last.record, last.feedback, last.written)
        return self.told(last.receipt)


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every hand-in of a marking run."""

    reading: _Reading
    marker: Marker
    source: Path
    _prepared: set[str] = field(default_factory=set)

    def markings(self, receipts: Sequence[Receipt]) -> Iterator[tuple[Marking, Marked | None]]:
        """Yield how each hand-in fared, in order; while one is written down, others run."""
        under_way: deque[tuple[Receipt, _Attempt]] = deque()
        only_by_hand = {
            each.receipt.number
            for each in self.reading.desk.markings()
            if each.reason in (BY_HAND, *WAITS)
        }
        for receipt in receipts:
            # nbgrader has one place a learner, so no two of one learner are under way at once.
            while under_way and (
                len(under_way) >= 2 * self.marker.backend.workers
                or any(receipt.pseudonym == other.pseudonym for other, _ in under_way)
            ):
                yield self._ended(*under_way.popleft())
            waits = receipt.number in only_by_hand and _is_latest(self.reading.desk, receipt)
            under_way.append((receipt, None if waits else self._begun(receipt)))
        while under_way:
            yield self._ended(*under_way.popleft())

    def _begun(self, receipt: Receipt) -> Begun | Exception:
        """Begin with one hand-in."""
        course = self.reading.course
        try:
            rules = self.reading.syllabus.assessment(receipt.assessment)
            if rules.version != receipt.version:
                raise NeedsAPerson(
                    f"it answers version {receipt.version}, and the questions here are of version "
                    f"{rules.version}"
                )
            self._prepare(receipt.assessment)
            hand_in = _kept(self.reading.desk, receipt)
            forget_another_attempt(course.gradebook, course.folder, receipt)
            if rules.kind == "code":
                lay_out(course.folder, receipt, hand_in)
            else:
                rebuild(course.folder, receipt, hand_in.answers)
            return self.marker.begin(
                receipt.assessment, receipt.pseudonym, learner_code=rules.kind == "code"
            )
        except Exception as error:
            return error

    def _prepare(self, assessment: str) -> None:
        """Bring an assessment up to date, once in a run."""
        if assessment not in self._prepared:
            prepare_assessment(self.reading.course.folder, self.source, assessment)
            self._prepared.add(assessment)

    def _ended(self, receipt: Receipt, begun: _Attempt) -> tuple[Marking, Marked | None]:
        marked: Marked | None = None

        def marks() -> Marks:
            nonlocal marked
            if isinstance(begun, Exception):
                raise begun
            if begun is None:
                return self.reading.told(receipt)
            marked = self.marker.finish(begun)
            written = time.perf_counter()
            told = self.reading.told(receipt)
            took = replace(marked.seconds, feedback=time.perf_counter() - written)
            marked = replace(marked, seconds=took)
            return told

        return _marking(receipt, marks), marked


def _marking(receipt: Receipt, marks: Callable[[], Marks]) -> Marking:
    """Return how one hand-in fared; whatever goes wrong becomes its outcome."""
    try:
        record, feedback, written = marks()
    except (NeedsAPerson, SubmissionDamaged, MarksUnclear) as why:
        return Marking(receipt, NEEDS_A_PERSON, str(why), None, ())
    except CourseError as why:
        return Marking(receipt, FAILED, str(why), None, ())
    except Exception as error:  # one hand-in must never stop the others
        return Marking(receipt, FAILED, f"{type(error).__name__}: {error}", None, ())
    return Marking(receipt, MARKED, None, record, feedback, written)


def _kept(desk: Desk, receipt: Receipt) -> HandIn:
    """Return what was handed in, as it was taken in, with answers that were checked again."""
    data = desk.hand_in(receipt).read_bytes()
    if hashlib.sha256(data).hexdigest() != receipt.sha256:
        raise NeedsAPerson("the desk's own copy was changed since it was taken in")
    hand_in = open_hand_in(data)
    parse_answers(hand_in.answers)
    return hand_in


def _is_latest(desk: Desk, receipt: Receipt) -> bool:
    """Say whether nbgrader's folders, and so its gradebook, hold this very attempt."""
    return all(
        is_of(desk.folder / step / receipt.pseudonym / receipt.assessment, receipt)
        for step in ("submitted", "autograded")
    )


def _logged(marking: Marking, marked: Marked | None) -> Logged:
    receipt = marking.receipt
    entry = Logged(
        at=stamp(datetime.now(UTC)),
        receipt=receipt.number,
        assessment=receipt.assessment,
        version=receipt.version,
        outcome=marking.outcome,
    )
    if marked is None:
        return entry
    return replace(
        entry,
        ran_in=marked.ran_in,
        limits_hit=marked.limits_hit,
        notes=len(marked.notes),
        seconds=marked.seconds,
    )


def _name(receipt: Receipt) -> str:
    return f"{receipt.assessment}, attempt {receipt.attempt}, of {receipt.pseudonym}"


def _said(marking: Marking) -> str:
    if marking.record is None:
        return f"{_name(marking.receipt)}: {marking.outcome} ({marking.reason})"
    score, most = marking.record.score, marking.record.max_score
    return f"Marked {_name(marking.receipt)}: {score:g} of {most:g}."
