"""A learner's attempts at assessments: begun, handed in once, and delivered to the desk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course.bank import BANK
from course.enrolled import enrolled_in
from course.errors import CourseError, Refused
from course.handin import pack
from course.record import Record
from course.result import Result
from course.returned import Returned
from course.rubric import RUBRIC
from course.syllabus import load_syllabus
from course.times import as_time, plain_time
from qi_tools.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an attempt was handed in: the file, its fingerprint and the time."""

    file: str
    sha256: str
    at: str
    delivered: bool

    def words(self) -> str:
        """Say what was handed in, when, and what is left to do."""
        way = (
            "It is in your desk's folder."
            if self.delivered
            else "Send this file to your desk: it is in the outbox of your course folder."
        )
        return (
            f"Handed in: {self.file}, {plain_time(self.at)}, fingerprint {self.sha256[:12]}. {way}"
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an assessment: its folder, the receipt once sent, the result once back."""

    assessment: str
    number: int
    folder: Path
    receipt: Receipt | None
    result: Result | None

    @property
    def is_open(self) -> bool:
        """Whether the learner can still answer."""
        return self.receipt is None and self.result is None


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts in a learner's folder.

    Parameters
    ----------
    folder : Path
        The learner's folder.
    release : Path
        Where the question papers are: ``<assessment>/<assessment>.ipynb`` and ``bank.toml``.
    record : Record
        The learner's record.
    returned : Returned
        What their desk has sent back.
    """

    folder: Path
    release: Path
    record: Record
    returned: Returned

    def at(self, assessment: str) -> tuple[Attempt, ...]:
        """Return the learner's attempts at an assessment, the first one first."""
        parent = self.folder / "assessments" / assessment
        numbers = {
            int(folder.name.removeprefix("attempt_"))
            for folder in parent.glob("attempt_*")
            if folder.name.removeprefix("attempt_").isdecimal()
        }
        results = {result.attempt: result for result in self.returned.results(assessment)}
        return tuple(
            Attempt(
                assessment,
                number,
                parent / f"attempt_{number}",
                self._receipt(assessment, number),
                results.get(number),
            )
            for number in sorted(numbers | set(results))
        )

    def start(self, assessment: str, now: datetime | None = None) -> Path:
        """Lay out the next attempt at an assessment and return its folder.

        Raises
        ------
        Refused
            An attempt is open or waits for its result, the assessment is passed, it is too early
            to try again, or a facilitator has to be seen first.
        CourseError
            The learner is not enrolled yet, or the question paper is missing.
        """
        plan = load_syllabus().assessment(assessment)
        enrolment = enrolled_in(self.folder)
        number = _next_number(self.at(assessment), now or datetime.now(tz=UTC))
        paper = self.release / assessment
        names = (f"{assessment}.ipynb", BANK, *([RUBRIC] if plan.written else []))
        if not all((paper / name).is_file() for name in names):
            raise CourseError(
                f"The question paper for “{plan.title}” is not on this computer. Ask your "
                "improvement team for the newest course package."
            )
        about = {
            "schema": 1,
            "pseudonym": enrolment.pseudonym,
            "assessment": assessment,
            "version": plan.version,
            "attempt": number,
        }
        folder = self.folder / "assessments" / assessment / f"attempt_{number}"
        made = folder.with_name(f".making_{number}")
        shutil.rmtree(made, ignore_errors=True)
        try:
            made.mkdir(parents=True)
            for name in names:
                write_whole(made / name, (paper / name).read_bytes())
            write_whole(made / "attempt.json", json.dumps(about, indent=1).encode())
            made.rename(folder)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            raise CourseError(
                f"The question paper could not be copied ({error.strerror}). Make room on the "
                "disk and try again; nothing was started."
            ) from None
        self.record.append("attempt_started", f"{assessment}/{number}")
        return folder

    def hand_in(self, assessment: str, now: datetime | None = None) -> Receipt:
        """Pack the open attempt, remember its receipt, and send it to the desk's folder if known.

        Raises
        ------
        Refused
            There is nothing to hand in, or it has been handed in already.
        """
        attempts = self.at(assessment)
        if not attempts:
            raise Refused("There is nothing to hand in yet. Begin the questions first.")
        attempt = attempts[-1]
        if not attempt.is_open:
            when = f" on {attempt.receipt.at[:10]}" if attempt.receipt else ""
            raise Refused(
                f"Attempt {attempt.number} was handed in already{when}. It can be handed in only "
                "once; your receipt is on the course's front page."
            )
        packed = pack(
            attempt.folder,
            enrolled_in(self.folder),
            self.folder / "outbox",
            now or datetime.now(tz=UTC),
        )
        detail = {
            "file": packed.name,
            "sha256": hashlib.sha256(packed.read_bytes()).hexdigest(),
        }
        self.record.append("handed_in", f"{assessment}/{attempt.number}", detail)
        # A folder that can't be reached is no reason to lose the receipt: it can be sent again.
        with contextlib.suppress(CourseError):
            self.deliver(assessment)
        receipt = self._receipt(assessment, attempt.number)
        assert receipt is not None
        return receipt

    def deliver(self, assessment: str) -> None:
        """Copy the last hand-in to the folder that the enrolment names, if it names one.

        Raises
        ------
        CourseError
            The folder can't be reached; the file stays in the outbox.
        """
        attempts = self.at(assessment)
        receipt = attempts[-1].receipt if attempts else None
        target = enrolled_in(self.folder).hand_in
        if target is None or receipt is None or receipt.delivered:
            return
        try:
            # The folder is not made when it is missing: a share that is not connected looks so.
            write_whole(
                Path(target) / receipt.file, (self.folder / "outbox" / receipt.file).read_bytes()
            )
        except OSError as error:
            raise CourseError(
                f"The hand-in folder can't be reached ({error.strerror}). Your file "
                f"{receipt.file} is safe in your outbox: try again later, or send it by hand."
            ) from None
        self.record.append("delivered", f"{assessment}/{attempts[-1].number}")

    def _receipt(self, assessment: str, number: int) -> Receipt | None:
        subject = f"{assessment}/{number}"
        event = self.record.last("handed_in", subject)
        if event is None:
            return None
        delivered = self.record.last("delivered", subject) is not None
        return Receipt(event.detail["file"], event.detail["sha256"], event.at, delivered)


def _next_number(attempts: tuple[Attempt, ...], now: datetime) -> int:
    """Return the number of the next attempt, or refuse it."""
    if not attempts:
        return 1
    last = attempts[-1]
    if last.is_open:
        raise Refused(f"Attempt {last.number} is still open. Go on with it and hand it in.")
    if last.result is None:
        raise Refused(
            f"Attempt {last.number} is handed in and waits for its result. You can try again "
            "once the result is here."
        )
    if any(attempt.result and attempt.result.passed for attempt in attempts):
        raise Refused("You have passed this already. There is no need to try again.")
    if last.result.facilitator_needed:
        raise Refused(
            "Please talk it through with a facilitator before you try again. Your improvement "
            "team can tell you whom to ask."
        )
    if last.result.not_before and now < as_time(last.result.not_before):
        raise Refused(
            f"You can try again from {plain_time(last.result.not_before)}. Use the time to go "
            "through the lesson once more."
        )
    return last.result.next_attempt or last.number + 1
