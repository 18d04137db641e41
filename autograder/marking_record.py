"""What one attempt was marked as, which mark counts, and what may come next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import rfc8785

from autograder.credentials import moments
from autograder.moderation import WrittenMarks, standing
from course.result import HurdleResult
from course.syllabus import Assessment


@dataclass(frozen=True, slots=True)
class MarkingRecord:
    """The marks of one attempt, as they were given.

    Parameters
    ----------
    pseudonym, assessment, version, attempt
        Whose paper it was, and which.
    hand_in_sha256 : str
        The hash of the file that was handed in.
    scores : tuple of (str, float)
        The marks for each question, in the order of the paper.
    score, max_score : float
        Marks given, and marks to be had.
    marked_at : str
        When, in UTC, such as ``2026-11-23T14:00:00Z``.
    practice : bool
        Whether a learner's own code ran without a sandbox: it could have made up its marks, so
        they can't certify.
    written : WrittenMarks
        The levels that each marker gave for written work; they are no part of the score.

    Examples
    --------
    >>> record = MarkingRecord("ab" * 8, "all_staff_check", "1", 1, "00" * 32,
    ...                        (("q1", 1.0), ("q2", 0.0)), 1.0, 2.0, "2026-11-23T14:00:00Z")
    >>> record.percent, record.right
    (50.0, frozenset({'q1'}))
    >>> MarkingRecord.from_plain(record.plain()) == record
    True
    """

    pseudonym: str
    assessment: str
    version: str
    attempt: int
    hand_in_sha256: str
    scores: tuple[tuple[str, float], ...]
    score: float
    max_score: float
    marked_at: str
    practice: bool = False
    written: WrittenMarks = ()

    @property
    def percent(self) -> float:
        """The score out of 100."""
        return 100 * self.score / self.max_score

    @property
    def sha256(self) -> str:
        """The hash of the record's canonical form (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.plain())).hexdigest()

    @property
    def right(self) -> frozenset[str]:
        """The questions with full marks; every question counts the same."""
        return frozenset(
            slot for slot, score in self.scores if score * len(self.scores) >= self.max_score
        )

    def hurdles(self, assessment: Assessment) -> tuple[HurdleResult, ...]:
        """Return how these marks stand against each of an assessment's hurdles."""
        return tuple(
            HurdleResult(
                hurdle.name,
                right=len(self.right.intersection(hurdle.slots)),
                of=len(hurdle.slots),
                least=hurdle.least,
            )
            for hurdle in assessment.hurdles
        )

    def passes(self, assessment: Assessment) -> bool:
        """Say whether these marks are a pass.

        That takes enough in all, every hurdle cleared, and written work that passes and was marked
        by as many as it needs.
        """
        enough = 100 * self.score >= assessment.pass_percent * self.max_score
        cleared = all(hurdle.cleared for hurdle in self.hurdles(assessment))
        return enough and cleared and self._written_passes(assessment)

    def _written_passes(self, assessment: Assessment) -> bool:
        if assessment.moderation is None:
            return True
        marked = {name.partition("-")[0] for name, _ in self.written}
        work = standing(self.written, assessment.moderation)
        return marked == set(assessment.written) and work.settled and work.passed

    def certifies(self, assessment: Assessment) -> bool:
        """Say whether these marks are a pass, and were given where no one could make them up."""
        return not self.practice and self.passes(assessment)

    def plain(self) -> dict[str, Any]:
        """Return the record as plain values, to be stored or hashed."""
        values = {**asdict(self), "scores": [list(each) for each in self.scores]}
        values["written"] = [[name, list(levels)] for name, levels in self.written]
        for later in ("practice", "written"):
            # Certificates state the hashes of records from before there was either.
            if not values[later]:
                del values[later]
        return values

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> MarkingRecord:
        """Return the record that plain values stand for."""
        scores = tuple((slot, float(score)) for slot, score in values["scores"])
        written = tuple((name, tuple(levels)) for name, levels in values.get("written", ()))
        return cls(**{**values, "scores": scores, "written": written})


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """What a learner may do next in one assessment.

    Parameters
    ----------
    number : int or None
        The number that the next attempt must have; None after a pass.
    not_before : datetime or None
        The earliest time of it.
    facilitator_needed : bool
        Whether a talk with a facilitator comes first.
    """

    number: int | None
    not_before: datetime | None
    facilitator_needed: bool


def best(records: Iterable[MarkingRecord], assessment: Assessment) -> MarkingRecord | None:
    """Return the record that counts in an assessment; None if there is none.

    A pass counts before a higher mark that is no pass, any mark before one of practice, then the
    better mark, and among equals the earliest.
    """
    return max(
        records,
        key=lambda record: (
            record.certifies(assessment),
            not record.practice,
            record.percent,
            -record.attempt,
        ),
        default=None,
    )


def next_attempt(
    records: Iterable[MarkingRecord], assessment: Assessment, conversations: int
) -> NextAttempt:
    """Return what may come next after the marks so far.

    A pass in practice is no pass, so another attempt may follow it; but there is nothing to learn
    first, so it may follow at once. After a practice attempt that is none, the same waits hold as
    after any other, or practice would be a way to guess as often as one likes.

    Parameters
    ----------
    records : iterable of MarkingRecord
        One learner's records in this assessment, one for each attempt.
    assessment : Assessment
        Its rules on passing, waiting and facilitators.
    conversations : int
        How many talks with a facilitator were held; each allows one more attempt.

    Examples
    --------
    >>> from course.syllabus import load_syllabus
    >>> next_attempt([], load_syllabus().assessment("all_staff_check"), 0).number
    1
    """
    known = sorted(records, key=lambda record: record.attempt)
    if not known:
        return NextAttempt(1, None, facilitator_needed=False)
    if any(record.certifies(assessment) for record in known):
        return NextAttempt(None, None, facilitator_needed=False)
    last = known[-1]
    if last.passes(assessment):
        return NextAttempt(last.attempt + 1, None, facilitator_needed=False)
    allowed = assessment.attempts_before_facilitator + conversations
    return NextAttempt(
        last.attempt + 1,
        moments.read(last.marked_at) + timedelta(hours=assessment.wait_hours),
        facilitator_needed=last.attempt >= allowed,
    )
