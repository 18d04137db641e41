"""Anything at all against what reads a learner's words: a value, or a refusal, and never more."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import strategies as st

from autograder.sandbox.frames import LONGEST, Gone, decoded, length_of
from autograder.sandbox.values import ValueRefused, decode
from tests.crossing import Kept, a_figure, sent, some_of_each, strangers
from tests.fuzz.seconds import fuzz

pytestmark = pytest.mark.fuzz

HONEST = [sent(value, Kept()) for value in (*some_of_each(), a_figure(), print, object())]
TAGS = sorted({wire[0] for wire in HONEST if isinstance(wire, list)} | {"handle"})
TEXTS = (
    "",
    "a",
    "AAAAAAAAAAA=",
    "////fw==",
    "<f8",
    "|b1",
    "<U1",
    "|O",
    "M8[ns]",
    "D",
    "Int64",
    "NaN",
)
NUMBERS = (0, 1, -1, 2, 255, 2**31, 2**62, 2**63, -(2**63), 10**12, 10**4000)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(NUMBERS)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(TEXTS)
    | st.sampled_from(HONEST)
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(
            lambda tag, parts: [tag, *parts],
            st.sampled_from(TAGS),
            st.lists(inner | st.lists(inner, max_size=3), max_size=4),
        )
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=8,
)


def places(wire: Any, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    found = [path]
    if isinstance(wire, list):
        for number, part in enumerate(wire):
            found += places(part, (*path, number))
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """An honest value with a part or two replaced, left out or doubled."""
    # In a list of its own, so that the whole of it is a part as well; the honest ones stay.
    wire: Any = [copy.deepcopy(draw(st.sampled_from(HONEST)))]
    for _ in range(draw(st.integers(1, 3))):
        found = places(wire)[1:]
        *path, last = found[draw(st.integers(0, len(found) - 1))]
        parent = wire
        for number in path:
            parent = parent[number]
        match draw(st.sampled_from(("replace", "replace", "leave out", "double"))):
            case "replace":
                parent[last] = copy.deepcopy(draw(ANY_JSON))
            case "leave out" if path:
                del parent[last]
            case _:
                parent.insert(last, copy.deepcopy(parent[last]))
    return wire[0]


def check_value(plain: Any) -> None:
    try:
        value = decode(plain, reach=lambda handle: handle)
    except ValueRefused:
        return
    assert not list(strangers(value))


def check_message(data: bytes) -> None:
    with suppress(Gone):
        assert isinstance(decoded(data), dict)
    with suppress(Gone):
        assert 0 <= length_of(data[:4]) <= LONGEST


def test_any_bytes_are_a_message_or_none():
    fuzz(
        check_message,
        st.binary()
        | st.text().map(str.encode)
        | st.builds(
            lambda key, tail: b'{"' + key + b'": ' + tail, st.binary(max_size=3), st.binary()
        ),
    )


def test_any_json_is_a_value_or_refused():
    fuzz(check_value, ANY_JSON)


def test_a_damaged_value_is_a_value_or_refused():
    fuzz(check_value, damaged())
