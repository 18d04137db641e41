"""A result: what comes back from the desk after marking, sealed with the desk's key."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from course.document import (
    ASSESSMENT,
    ATTEMPT,
    PSEUDONYM,
    SCHEMA,
    VERSION,
    Document,
    Rule,
    every,
    maybe,
    moment,
    number,
    or_nothing,
    rows,
    table,
    text,
    whole,
    words,
    yes_or_no,
)
from course.rubric import LEVELS
from course.seal import LARGEST_SEALED, open_sealed
from course.syllabus import so_many_of

_MARK = number(0, 10_000)
_RESULT = Document(
    "results file",
    {
        "schema": SCHEMA,
        "kind": Rule("result", lambda value: value == "result"),
        "pseudonym": PSEUDONYM,
        "assessment": ASSESSMENT,
        "version": VERSION,
        "attempt": ATTEMPT,
        "score": _MARK,
        "max_score": _MARK,
        "percent": number(0, 100),
        # A result that was sealed before there were hurdles has none, and can't be sealed again.
        "hurdles": maybe(rows(20)),
        "passed": yes_or_no(),
        # All are left out where they say no, as in every result from before there were any.
        "code": maybe(yes_or_no()),
        "practice": maybe(yes_or_no()),
        "written": maybe(rows(60)),
        "marked_at": moment(),
        "next_attempt": or_nothing(ATTEMPT),
        "not_before": or_nothing(moment()),
        "facilitator_needed": yes_or_no(),
        "read_again": every(words(200), most=500),
        "feedback": rows(500),
        "certificate": or_nothing(table()),
        "certificate_html": or_nothing(words(LARGEST_SEALED)),
        "trust": or_nothing(table()),
    },
    way_out="Ask the desk to send it again.",
    limit=LARGEST_SEALED,
)
_HURDLE = replace(
    _RESULT,
    members={
        "name": words(40),
        "right": whole(0, 99),
        "of": whole(1, 99),
        "least": whole(1, 99),
    },
)
_CRITERION = replace(
    _RESULT,
    members={
        "criterion": text("w[1-9]-[a-z][a-z-]{0,29}", "a criterion's short name, such as w1-data"),
        "task": words(80),
        "text": words(200),
        "level": number(0, len(LEVELS) - 1),
        "looks_like": words(400),
        "to_reach": or_nothing(words(400)),
        "comment": or_nothing(words(4000)),
        "read_again": words(80),
    },
)
_FEEDBACK = replace(
    _RESULT,
    members={
        "slot": text("[A-Za-z0-9_-]{1,64}", "a question's short name, such as q1"),
        "question": words(4000),
        "given": or_nothing(words(4000)),
        "right": or_nothing(yes_or_no()),
        "read_again": words(200),
        "why": or_nothing(words(4000)),
    },
)


@dataclass(frozen=True, slots=True)
class HurdleResult:
    """How an attempt fared in questions that count on their own too, such as the charts.

    Parameters
    ----------
    name : str
        What they are called, such as ``charts``.
    right, of : int
        How many of them were right, and how many there were.
    least : int
        How many must be right to pass.
    """

    name: str
    right: int
    of: int
    least: int

    @property
    def cleared(self) -> bool:
        """Whether enough of them were right."""
        return self.right >= self.least

    @property
    def got(self) -> str:
        """How many were right, in words."""
        return so_many_of(self.right, self.of, self.name)

    @property
    def needed(self) -> str:
        """How many must be right, in words."""
        return so_many_of(self.least, self.of, self.name)


@dataclass(frozen=True, slots=True)
class SlotFeedback:
    """What the learner is told about one question, or about one check of their code.

    Parameters
    ----------
    slot : str
        The question's place in the paper, such as ``q1``.
    question : str
        Its text; of a check, the task that it belongs to.
    given : str or None
        The answer in the learner's paper; None if there was none, and for a check.
    right : bool or None
        Whether it was right. None before a pass: with the answer, it would give away the key. A
        check has no key, so there it is always told.
    read_again : str
        The heading of the part of the lesson to read again; of a check, its task.
    why : str or None
        Why the right answer is right. Only after a pass: before it, it would give away the key.
        Of a check, what was not as it should be.
    """

    slot: str
    question: str
    given: str | None
    right: bool | None
    read_again: str
    why: str | None


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """How one criterion of written work was marked, and what the next level would take.

    Parameters
    ----------
    criterion : str
        Its name, such as ``w1-data``.
    task, text : str
        What the task is called, and what was looked for.
    level : float
        What counts after all its markers, from 0.
    looks_like : str
        What that level looks like, rounded down.
    to_reach : str or None
        What the next level looks like; None at the highest.
    comment : str or None
        What a marker wrote to the learner.
    read_again : str
        The heading of the part of the lesson to read again.
    """

    criterion: str
    task: str
    text: str
    level: float
    looks_like: str
    to_reach: str | None
    comment: str | None
    read_again: str

    @property
    def name(self) -> str:
        """The level in a word; between two levels, both words."""
        low, high = LEVELS[math.floor(self.level)], LEVELS[math.ceil(self.level)]
        return low if low == high else f"between {low} and {high}"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one attempt.

    Parameters
    ----------
    pseudonym, assessment, version, attempt
        Whose paper it was, and which.
    score, max_score : float
        Marks given, and marks to be had.
    percent : float
        The score out of 100.
    hurdles : tuple of HurdleResult
        How it fared in each group of questions that counts on its own too.
    passed : bool
        Whether this attempt is a pass.
    marked_at : str
        When it was marked, in UTC, such as ``2026-11-23T14:00:00Z``.
    next_attempt : int or None
        The number that the next attempt must have; None if there is to be none.
    not_before : str or None
        The earliest time of the next attempt, in UTC.
    facilitator_needed : bool
        Whether a talk with a facilitator comes before the next attempt.
    read_again : tuple of str
        The headings of the lessons' parts in which not every answer was right.
    feedback : tuple of SlotFeedback
        One for each question, in the order of the paper.
    certificate : dict or None
        The badge (Open Badges 3.0), once awarded.
    certificate_html : str or None
        The same as a page to print.
    trust : dict or None
        What is needed to verify the badge without a network.
    code : bool
        Whether it is of a learner's own code. Its checks have no key to give away, so marks and
        reasons come before a pass, too.
    practice : bool
        Whether the code ran where it could have made up its marks; such a result is no pass.
    written : tuple of CriterionResult
        How each criterion of written work was marked.

    Raises
    ------
    ValueError
        If marks or reasons are given without a pass, except on code; or if practice is a pass.
    """

    pseudonym: str
    assessment: str
    version: str
    attempt: int
    score: float
    max_score: float
    percent: float
    hurdles: tuple[HurdleResult, ...]
    passed: bool
    marked_at: str
    next_attempt: int | None
    not_before: str | None
    facilitator_needed: bool
    read_again: tuple[str, ...]
    feedback: tuple[SlotFeedback, ...]
    certificate: dict[str, Any] | None
    certificate_html: str | None
    trust: dict[str, Any] | None
    code: bool = False
    practice: bool = False
    written: tuple[CriterionResult, ...] = ()

    def __post_init__(self) -> None:
        may_be_told = self.passed or self.code
        if any(tells_the_key(each.right, each.why, may_be_told) for each in self.feedback):
            raise ValueError("marks and reasons may be given only after a pass: they tell the key")
        if self.practice and self.passed:
            raise ValueError("marks of practice are no pass")

    @property
    def file_name(self) -> str:
        """The name of the file that this result travels in."""
        return f"result_{self.assessment}_{self.attempt}_{self.pseudonym}.qiresult"


def tells_the_key(right: bool | None, why: str | None, may_be_told: bool) -> bool:
    """Say whether feedback on a question would tell a key that may not be told yet.

    Examples
    --------
    >>> tells_the_key(True, None, may_be_told=False), tells_the_key(None, None, may_be_told=False)
    (True, False)
    """
    return not may_be_told and (right is not None or why is not None)


def result_payload(result: Result) -> dict[str, Any]:
    """Return a result as plain values, to be sealed.

    Raises
    ------
    DocumentInvalid
        If the result could not be read back.
    """
    payload = {"schema": 1, "kind": "result", **asdict(result)}
    for several in ("hurdles", "read_again", "feedback", "written"):
        payload[several] = list(payload[several])
    for later in ("code", "practice", "written"):
        if not payload[later]:
            del payload[later]
    _check(payload)
    return payload


def read_result(data: bytes, desk_key: str) -> Result:
    """Return the result in a file, once its seal is seen to be the desk's.

    Parameters
    ----------
    data : bytes
        The file, at most 8 MiB.
    desk_key : str
        The desk's Multikey, from the learner's enrolment.

    Raises
    ------
    SealBroken
        If the file was changed, or was sealed by someone else.
    DocumentInvalid
        If it is not a result.
    """
    payload = open_sealed(data, desk_key)
    _check(payload)
    members = {name: value for name, value in payload.items() if name not in ("schema", "kind")}
    for mark in ("score", "max_score", "percent"):
        members[mark] = float(members[mark])
    members["hurdles"] = tuple(HurdleResult(**row) for row in members.get("hurdles", ()))
    members["read_again"] = tuple(members["read_again"])
    members["written"] = tuple(CriterionResult(**row) for row in members.get("written", ()))
    members["feedback"] = tuple(SlotFeedback(**row) for row in members["feedback"])
    return Result(**members)


def _check(payload: dict[str, Any]) -> None:
    _RESULT.check(payload)
    for place, row in enumerate(payload.get("hurdles", ()), start=1):
        _HURDLE.check(row, f"hurdles {place}")
        if max(row["right"], row["least"]) > row["of"]:
            _RESULT.refuse(f"hurdles {place} asks for or counts more than its {row['of']}")
    for place, row in enumerate(payload.get("written", ()), start=1):
        _CRITERION.check(row, f"written {place}")
    for place, row in enumerate(payload["feedback"], start=1):
        _FEEDBACK.check(row, f"feedback {place}")
        if tells_the_key(row["right"], row["why"], payload["passed"] or payload.get("code", False)):
            _RESULT.refuse("it tells the key without a pass")
    if payload.get("practice") and payload["passed"]:
        _RESULT.refuse("it calls marks of practice a pass")
