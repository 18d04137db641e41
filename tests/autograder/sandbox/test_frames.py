import io
import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import frames
from autograder.sandbox.frames import Connection, Gone, decoded, encoded, length_of

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
messages = st.dictionaries(st.text(), json_values, max_size=4)


@given(st.lists(messages, max_size=4))
def test_messages_arrive_as_they_were_sent(said):
    wire = io.BytesIO()
    for message in said:
        Connection(io.BytesIO(), wire).send(message)
    hears = Connection(io.BytesIO(wire.getvalue()), io.BytesIO())
    assert [hears.receive() for _ in said] == said
    with pytest.raises(Gone):
        hears.receive()


@given(messages, st.data())
def test_a_message_that_breaks_off_is_none(message, data):
    whole = encoded(message)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    with pytest.raises(Gone, match="closed"):
        Connection(io.BytesIO(part), io.BytesIO()).receive()


@given(st.binary())
def test_any_bytes_are_a_message_or_none(data):
    with suppress(Gone):
        assert isinstance(decoded(data), dict)
    with suppress(Gone):
        assert 0 <= length_of(data) <= frames.LONGEST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"null",
        b'{"n": ' + b"9" * 5000 + b"}",
        b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" * 1_000_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_message_is_gone(body):
    with pytest.raises(Gone, match="no message"):
        decoded(body)


def test_a_message_that_is_too_long_is_neither_sent_nor_read(monkeypatch):
    monkeypatch.setattr(frames, "LONGEST", 100)
    with pytest.raises(Gone, match="too long"):
        encoded({"n": "a" * 100})
    with pytest.raises(Gone, match="too long"):
        length_of(struct.pack(">I", 101))
    assert length_of(struct.pack(">I", 100)) == 100
    with pytest.raises(Gone, match="too long"):
        Connection(io.BytesIO(struct.pack(">I", 2**32 - 1)), io.BytesIO()).receive()


@pytest.mark.parametrize("head", [b"", b"\x00\x00\x00", b"\x00" * 5])
def test_a_length_is_four_bytes(head):
    with pytest.raises(Gone):
        length_of(head)


def test_a_short_text_that_unfolds_into_too_many_parts_is_neither_sent_nor_read(monkeypatch):
    monkeypatch.setattr(frames, "MOST_PARTS", 9)
    message = {"n": [[], [], {}]}
    assert decoded(encoded(message)[4:]) == message
    for more in ([[]] * 5, [1] * 10, [{}] * 6):
        with pytest.raises(Gone, match="too long"):
            encoded({"n": more})
        with pytest.raises(Gone, match="too long"):
            decoded(json.dumps({"n": more}).encode())
