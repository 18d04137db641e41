"""Documents are read strictly, and every fault of a table is found."""

from __future__ import annotations

import pytest

from course.document import (
    Document,
    DocumentInvalid,
    every,
    faults_of,
    maybe,
    moment,
    number,
    one_of,
    or_nothing,
    rows,
    table,
    text,
    whole,
    words,
    yes_or_no,
)

CARD = Document(
    "card", {"colour": words(10), "side": whole(1, 6)}, way_out="Ask for another.", limit=60
)


def test_a_good_document_is_read() -> None:
    assert CARD.read(b'{"colour": "teal", "side": 3}') == {"colour": "teal", "side": 3}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"colour": "teal", "side": 3, "colour": "red"}', "it names colour twice"),
        (b'{"colour": "teal"}', "side is missing"),
        (b'{"colour": "teal", "side": 3, "x": 1}', "x doesn't belong here"),
        (b'{"colour": "teal", "side": 7}', "side must be a whole number from 1 to 6"),
        (b'{"colour": "teal", "side": true}', "side must be a whole number"),
        (b'{"colour": "teal", "side": 3.0}', "side must be a whole number"),
        (b'{"colour": "  ", "side": 3}', "colour must be text"),
        (b'{"colour": null, "side": 3}', "colour must be text"),
        (b'{"colour": "\\ud800", "side": 3}', "it is damaged"),
        (b'{"colour": "teal", "side": NaN}', "it is damaged"),
        (b'{"colour": "teal", "side": 1e999}', "it is damaged"),
        (b'{"colour": "teal", "side": 3', "it is damaged"),
        (b'\xff{"colour": "teal", "side": 3}', "it is damaged"),
        (b'\xef\xbb\xbf{"colour": "teal", "side": 3}', "it is damaged"),
        (b"[]", "it must be a table"),
        (b"{}" + b" " * 60, "it has 62 bytes; at most 60 are allowed"),
    ],
)
def test_a_bad_document_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentInvalid, match="This card can't be used: ") as refused:
        CARD.read(data)
    assert reason in str(refused.value)
    assert str(refused.value).endswith(". Ask for another.")
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 1


def test_a_deep_or_endless_document_is_refused() -> None:
    deep = Document("card", {}, way_out="", limit=1_000_000)
    for data in (b"[" * 100_000, b'{"a":' * 100_000, b"9" * 100_000):
        with pytest.raises(DocumentInvalid):
            deep.read(data)


def test_a_strange_member_name_is_shown_on_one_line() -> None:
    with pytest.raises(DocumentInvalid) as refused:
        Document("card", {}, way_out="").read(b'{"a\\nb\\u202e": 1}')
    assert "\n" not in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_every_fault_of_a_table_is_found() -> None:
    found = [str(fault) for fault in faults_of({"side": 9, "x": 1}, CARD.members, "card")]
    assert found == [
        "card.colour: is missing",
        "card.x: doesn't belong here",
        "card.side: must be a whole number from 1 to 6, not 9",
    ]


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (text("[a-z]{2}", "two letters"), ["ab"], ["ab\n", "AB", "abc", 2, None]),
        (words(3), ["a", "abc"], ["", " ", "abcd", 1]),
        (whole(0, 2), [0, 2], [-1, 3, 1.0, True, "1"]),
        (number(0, 100), [0, 99.5, 100], [-0.1, 100.1, True, "1", float("nan")]),
        (
            moment(),
            ["2026-11-23T14:00:00Z", "2028-02-29T23:59:59Z"],
            [
                "2026-11-23T14:00:00",
                "2026-11-23 14:00:00Z",
                "2026-02-29T00:00:00Z",
                "2026-11-23T24:00:01Z",
                "２026-11-23T14:00:00Z",
                5,
            ],
        ),
        (one_of("a", "b"), ["a", "b"], ["c", "", 1, None]),
        (every(whole(1, 3), least=1), [[1], [1, 2, 3]], [[], [4], [1, 1], 1, ["1"]]),
        (yes_or_no(), [True, False], [0, 1, None, "true"]),
        (table(), [{}, {"a": 1}], [[], None]),
        (rows(1), [[], [1]], [[1, 2], {}, "a"]),
        (or_nothing(whole(1, 1)), [None, 1], [0, "", False]),
    ],
)
def test_rules_hold_for_the_good_and_not_for_the_bad(rule, good, bad) -> None:  # type: ignore[no-untyped-def]
    assert [value for value in good if not rule.holds(value)] == []
    assert [value for value in bad if rule.holds(value)] == []


def test_a_member_that_may_be_left_out_still_has_a_rule() -> None:
    members = {"optional": maybe(yes_or_no())}
    assert list(faults_of({}, members)) == []
    assert [str(fault) for fault in faults_of({"optional": 1}, members)] == [
        "optional: must be true or false, not 1"
    ]


def test_a_secret_is_too_long_to_be_shown() -> None:
    (fault,) = faults_of({"secret": "00" * 31}, {"secret": text("[0-9a-f]{64}", "64 digits")})
    assert fault.message == "must be 64 digits"
