"""A result comes back as the desk sealed it, and gives no key away before a pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from course.document import DocumentInvalid
from course.result import HurdleResult, Result, SlotFeedback, read_result, result_payload
from course.seal import SealBroken, multikey, seal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DESK = multikey(KEY.public_key())

FAILED = Result(
    pseudonym="0123456789abcdef",
    assessment="all_staff_check",
    version="1",
    attempt=1,
    score=6.0,
    max_score=8.0,
    percent=75.0,
    hurdles=(HurdleResult("charts", 3, 5, 4),),
    passed=False,
    marked_at="2026-11-23T14:00:00Z",
    next_attempt=2,
    not_before="2026-11-24T14:00:00Z",
    facilitator_needed=False,
    read_again=("Six parts of quality",),
    feedback=(
        SlotFeedback("q1", "Which part?", "Safe", None, "Six parts of quality", None),
        SlotFeedback("q2", "Which – größte – part?", None, None, "Six parts of quality", None),
    ),
    certificate=None,
    certificate_html=None,
    trust=None,
)
PASSED = replace(
    FAILED,
    attempt=2,
    score=7.0,
    percent=87.5,
    hurdles=(HurdleResult("charts", 4, 5, 4), HurdleResult("tools", 2, 2, 1)),
    passed=True,
    next_attempt=None,
    not_before=None,
    feedback=(SlotFeedback("q1", "Which part?", "Safe", False, "Six parts", "It keeps people."),),
    certificate={"id": "urn:uuid:1", "type": ["VerifiableCredential"]},
    certificate_html="<!doctype html>\n<title>Certificate</title>",
    trust={"keys": []},
)


@pytest.mark.parametrize("result", [FAILED, PASSED])
def test_a_result_comes_back_as_it_was(result: Result) -> None:
    assert read_result(seal(result_payload(result), KEY), DESK) == result


def test_whole_marks_come_back_as_numbers_with_a_point() -> None:
    read = read_result(seal(result_payload(PASSED), KEY), DESK)
    assert [type(mark) for mark in (read.score, read.max_score, read.percent)] == [float] * 3


def test_the_file_is_named_by_assessment_attempt_and_pseudonym() -> None:
    assert FAILED.file_name == "result_all_staff_check_1_0123456789abcdef.qiresult"


@pytest.mark.parametrize(
    ("member", "value"), [("right", True), ("right", False), ("why", "Because")]
)
def test_nothing_that_tells_the_key_comes_before_a_pass(member: str, value: object) -> None:
    told = replace(FAILED.feedback[0], **{member: value})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="only after a pass"):
        replace(FAILED, feedback=(told,))
    payload = result_payload(FAILED)
    payload["feedback"][0][member] = value
    with pytest.raises(DocumentInvalid, match="it tells the key without a pass"):
        read_result(seal(payload, KEY), DESK)


def test_checks_of_code_have_no_key_so_they_are_told_before_a_pass() -> None:
    check = SlotFeedback("Check-Median_2", "1. The middle", None, False, "1. The middle", "Why.")
    result = replace(FAILED, code=True, feedback=(check,))
    assert read_result(seal(result_payload(result), KEY), DESK) == result


def test_marks_of_practice_are_no_pass() -> None:
    practice = replace(FAILED, practice=True)
    assert read_result(seal(result_payload(practice), KEY), DESK) == practice
    with pytest.raises(ValueError, match="practice are no pass"):
        replace(PASSED, practice=True)
    payload = {**result_payload(PASSED), "practice": True}
    with pytest.raises(DocumentInvalid, match="practice a pass"):
        read_result(seal(payload, KEY), DESK)


def test_a_result_says_only_what_is_so() -> None:
    """Results from before there were code and practice stay as they are, byte for byte."""
    assert not {"code", "practice"} & result_payload(PASSED).keys()


def test_another_desks_result_is_refused() -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(SealBroken, match="not sealed by your organisation's desk"):
        read_result(seal(result_payload(PASSED), other), DESK)


def test_another_document_of_the_desk_is_not_a_result() -> None:
    with pytest.raises(DocumentInvalid, match="results file"):
        read_result(seal({"schema": 1, "kind": "trust"}, KEY), DESK)


def test_a_result_from_before_there_were_hurdles_has_none() -> None:
    payload = result_payload(PASSED)
    del payload["hurdles"]
    assert read_result(seal(payload, KEY), DESK) == replace(PASSED, hurdles=())


@pytest.mark.parametrize("member", sorted(result_payload(PASSED).keys() - {"hurdles"}))
def test_a_missing_member_is_named(member: str) -> None:
    payload = result_payload(PASSED)
    del payload[member]
    with pytest.raises(DocumentInvalid, match=f"{member} is missing"):
        read_result(seal(payload, KEY), DESK)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("schema", 2),
        ("kind", "trust"),
        ("pseudonym", "../x"),
        ("assessment", "a1/check"),
        ("version", 1),
        ("attempt", 0),
        ("attempt", True),
        ("score", "7"),
        ("score", -1),
        ("percent", 100.5),
        ("passed", "yes"),
        ("marked_at", "2026-11-23"),
        ("not_before", "tomorrow"),
        ("next_attempt", 1.5),
        ("facilitator_needed", None),
        ("read_again", "Six parts"),
        ("read_again", ["Six parts", "Six parts"]),
        ("hurdles", 3),
        ("hurdles", [{}]),
        ("feedback", {}),
        ("feedback", ["q1"]),
        ("feedback", [{}]),
        ("certificate", "x"),
        ("certificate_html", ""),
        ("trust", []),
        ("code", "yes"),
        ("practice", 1),
        ("more", 1),
    ],
)
def test_a_wrong_member_is_named(member: str, value: object) -> None:
    payload = result_payload(PASSED) | {member: value}
    with pytest.raises(DocumentInvalid, match=member):
        read_result(seal(payload, KEY), DESK)


@pytest.mark.parametrize(
    ("member", "value"), [("slot", "Q 1"), ("question", ""), ("given", 1), ("right", 1), ("x", 1)]
)
def test_a_wrong_member_of_the_feedback_is_named(member: str, value: object) -> None:
    payload = result_payload(PASSED)
    payload["feedback"][0][member] = value
    with pytest.raises(DocumentInvalid, match=rf"feedback 1\.{member}"):
        read_result(seal(payload, KEY), DESK)


@pytest.mark.parametrize(
    ("member", "value"),
    [("name", ""), ("right", -1), ("right", 4.5), ("of", 0), ("least", "4"), ("slots", ["q10"])],
)
def test_a_wrong_member_of_a_hurdle_is_named(member: str, value: object) -> None:
    payload = result_payload(PASSED)
    payload["hurdles"][1][member] = value
    with pytest.raises(DocumentInvalid, match=rf"hurdles 2\.{member}"):
        read_result(seal(payload, KEY), DESK)


@pytest.mark.parametrize("member", ["right", "least"])
def test_a_hurdle_can_not_count_more_than_it_has(member: str) -> None:
    payload = result_payload(PASSED)
    payload["hurdles"][0][member] = 6
    with pytest.raises(DocumentInvalid, match="hurdles 1 asks for or counts more than its 5"):
        read_result(seal(payload, KEY), DESK)


def test_a_hurdle_is_cleared_by_enough_right() -> None:
    assert [HurdleResult("charts", right, 5, 4).cleared for right in (3, 4, 5)] == [
        False,
        True,
        True,
    ]


def test_nothing_is_made_that_could_not_be_read() -> None:
    with pytest.raises(DocumentInvalid, match="percent must be"):
        result_payload(replace(PASSED, percent=101.0))
