"""What goes back to learners: one signed file an attempt."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from autograder.book import Marking
from autograder.credentials.moments import stamp
from autograder.desk import Desk
from autograder.feedback import before_a_pass, to_read_again
from autograder.marking_record import best, next_attempt
from course.errors import CourseError, Fault
from course.result import Result, result_payload
from course.seal import seal
from course.syllabus import Syllabus
from qi_tools.whole_file import write_whole


def return_results(desk: Desk, syllabus: Syllabus, now: datetime) -> tuple[Path | Fault, ...]:
    """Write the results that are new or have changed since they were last returned.

    Each learner's latest marked attempt at each assessment, and the best one if that is another,
    gives one file in ``results/<pseudonym>``, with the certificate if one was issued. A desk with
    a shared folder puts a copy of each there, also of those that it could not put there before.

    Parameters
    ----------
    desk : Desk
        The desk.
    syllabus : Syllabus
        The rules on passing and trying again.
    now : datetime
        The time, for the desk's book.

    Returns
    -------
    tuple of Path or Fault
        The files that were written; then what could not be put into the shared folder.

    Raises
    ------
    CourseError
        If a file can't be written.
    """
    written: list[Path | Fault] = []
    with desk.writing():
        for marking in _to_return(desk, syllabus):
            result = result_of(desk, syllabus, marking)
            data = seal(result_payload(result), desk.desk_key)
            path = desk.folder / "results" / result.pseudonym / result.file_name
            # The same result gives the same bytes: what is there already is left alone.
            if path.is_file() and path.read_bytes() == data:
                continue
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(path, data, mode=0o600)
            except OSError as error:
                raise CourseError(
                    f"The result {path.name} could not be written ({error.strerror}). Make room "
                    "on the desk's disk, then run the command again; nothing is lost."
                ) from None
            digest = hashlib.sha256(data).hexdigest()
            desk.add("returns", at=stamp(now), file=path.name, sha256=digest)
            written.append(path)
        if desk.shared is not None:
            written += desk.shared.deliver(desk.folder / "results")
    return tuple(written)


def result_of(desk: Desk, syllabus: Syllabus, marking: Marking) -> Result:
    """Return what a learner is told about a marked attempt."""
    from autograder.awards import certificate_of

    record = marking.record
    if record is None:
        raise ValueError("only a marked attempt has a result")
    rules = syllabus.assessment(record.assessment)
    passed = record.certifies(rules)
    code = rules.kind == "code"
    allowed = next_attempt(
        desk.records_of(record.pseudonym, record.assessment),
        rules,
        desk.conversations(record.pseudonym, record.assessment),
    )
    issued = certificate_of(desk, record.pseudonym, record.assessment) if passed else None
    return Result(
        pseudonym=record.pseudonym,
        assessment=record.assessment,
        version=record.version,
        attempt=record.attempt,
        score=record.score,
        max_score=record.max_score,
        percent=record.percent,
        hurdles=record.hurdles(rules),
        passed=passed,
        marked_at=record.marked_at,
        next_attempt=allowed.number,
        not_before=stamp(allowed.not_before) if allowed.not_before else None,
        facilitator_needed=allowed.facilitator_needed,
        read_again=to_read_again(marking.feedback),
        feedback=marking.feedback if passed or code else before_a_pass(marking.feedback),
        certificate=issued.badge if issued else None,
        certificate_html=issued.html if issued else None,
        trust=issued.trust if issued else None,
        code=code,
        practice=record.practice,
        written=marking.written,
    )


def _to_return(desk: Desk, syllabus: Syllabus) -> tuple[Marking, ...]:
    """Return each learner's latest attempt at each assessment, and the one that counts.

    They differ when an earlier attempt was marked again and did better. An assessment that the
    syllabus has no longer is left out: what it gave was returned while it had it.
    """
    taught = {assessment.id for assessment in syllabus.assessments}
    attempts: dict[tuple[str, str], dict[int, Marking]] = {}
    for marking in desk.marked():
        receipt = marking.receipt
        if receipt.assessment in taught:
            attempts.setdefault((receipt.pseudonym, receipt.assessment), {})[receipt.attempt] = (
                marking
            )
    chosen = []
    for (_, assessment), markings in attempts.items():
        records = (marking.record for marking in markings.values() if marking.record)
        counts = best(records, syllabus.assessment(assessment))
        numbers = {max(markings), *([counts.attempt] if counts else [])}
        chosen += [markings[number] for number in sorted(numbers)]
    return tuple(chosen)
