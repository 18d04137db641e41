from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.improvement.fields import (
    Day,
    Line,
    Lines,
    NotAllowed,
    Number,
    OneOf,
    Ref,
    Refs,
    plain,
    shown,
)
from qi_tools.improvement.project import SECTIONS, fields_of

ACT = OneOf("Act", options={"adapt": "Adapt", "adopt": "Adopt"})
KINDS = [Line("a"), Lines("a"), Day("a"), Number("a"), Number("a", low=1, whole=True), ACT]
KINDS += [Ref("a", to="drivers"), Refs("a", to="drivers")]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=2),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(anything)
def test_anything_at_all_is_read_or_refused_and_what_is_read_reads_the_same_again(kind, raw):
    try:
        value = kind.read(raw)
    except NotAllowed as refused:
        message = str(refused)
        assert message.startswith(("is ", "has ", "seems "))
        assert message.endswith(".")
        return
    assert kind.read(kind.blank if value == kind.blank else plain(value)) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Line("a"), "  two\n words\t", "two words"),
        (Line("a"), "bell\x07 and\x00 null", "bell and null"),
        (Lines("a"), "one \r\n\r\ntwo\r", "one\n\ntwo"),
        (Lines("a"), "2026-01-05\t5\t50", "2026-01-05\t5\t50"),
        (Day("a"), date(2026, 3, 31), date(2026, 3, 31)),
        (Day("a"), "", None),
        (Number("a"), "1e3", 1000.0),
        (Number("a"), " ", None),
        (Number("a"), 7, 7.0),
        (ACT, "adapt", "adapt"),
        (Refs("a", to="b"), ["x", "", "x", "y"], ("x", "y")),
    ],
)
def test_what_is_allowed_is_tidied(kind, raw, value):
    assert kind.read(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "message"),
    [
        (Line("a"), 3, "is 3. Give words, in quotation marks."),
        (Line("a", most=5), "abcdefg", "has 7 characters. The most is 5: shorten it by 2."),
        (Day("a"), "31/3/2026", 'is "31/3/2026", which is no date. Write the year first'),
        (Day("a"), datetime(2026, 3, 31, 12), "which is no date"),
        (Number("a"), "12%", 'is "12%", which is no number. Write a number without its unit'),
        (Number("a"), True, "is true, which is no number"),
        (Number("a"), float("nan"), "is nan. Give a number from -1,000,000,000,000 to"),
        (Number("a", low=1, high=5), 6, "is 6. Give a number from 1 to 5."),
        (Number("a", whole=True), 2.5, "is 2.5. Give a whole number."),
        (ACT, "stop", 'is "stop". Use "adapt" or "adopt", or leave it out.'),
        (Refs("a", to="b"), "x", 'is "x". Give a list of ids'),
    ],
)
def test_what_is_not_allowed_says_what_was_given_and_what_is_allowed(kind, raw, message):
    with pytest.raises(NotAllowed) as refused:
        kind.read(raw)
    assert message in str(refused.value)


@pytest.mark.parametrize("kind", [Line("a"), Lines("a")])
def test_an_nhs_number_is_refused_and_not_repeated(kind):
    with pytest.raises(NotAllowed, match="never about single patients") as refused:
        kind.read("She is 999 000 0018, bed 4")
    assert "999" not in str(refused.value)
    assert kind.read("We rang 999 000 0019 people")  # fails the check of an NHS number


def test_long_things_are_shown_short():
    assert len(shown("x" * 500)) < 70
    assert shown({"a": 1}) == "a table"


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.name)
def test_every_field_asks_in_plain_words(section):
    for name, kind in fields_of(section.record).items():
        assert kind.label[0].isupper(), name
        assert len(kind.label) <= 70, name
        assert not kind.hint or kind.hint[-1] in ".?", (name, kind.hint)
        assert not kind.label.endswith("."), name
        if isinstance(kind, Ref | Refs):
            assert SECTIONS[kind.to].one, name
