from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.teaching.lab_controls import (
    Control,
    Count,
    Pick,
    SettingRefused,
    Several,
    Tick,
    read_all,
)

BEADS = Count("beads", "Beads", 1, 1500, 10, unit="beads")
GUESS = Count("guess", "Guess", 0, 2.5, None, step=0.1)
COIN = Pick("coin", "Coin", {"1p": "One", "2p": "Two"}, "1p")
ACTS = Several("acts", "Acts", {"a": "A", "b": "B"}, least=1)
LOUD = Tick("loud", "Loud")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("control", "raw", "value"),
    [
        (BEADS, 7.0, 7),
        (GUESS, 1, 1.0),
        (GUESS, 0.123, 0.123),
        (COIN, "2p", "2p"),
        (ACTS, ["b", "a"], ("a", "b")),
        (LOUD, True, True),
        (LOUD, None, False),
    ],
)
def test_what_is_allowed_is_read(control: Control, raw: Any, value: Any) -> None:
    read = control.read(raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("control", "raw", "words"),
    [
        (BEADS, 0, "Beads: type a whole number from 1 to 1,500."),
        (BEADS, 2.5, "Beads: type a whole number from 1 to 1,500."),
        (BEADS, None, "Beads: type a whole number"),
        (BEADS, True, "Beads: type a whole number"),
        (GUESS, 2.6, "Guess: type a number from 0 to 2.5."),
        (GUESS, float("nan"), "Guess: type a number"),
        (COIN, "3p", "Coin: choose one of the list."),
        (ACTS, [], "Acts: tick 1 or more."),
        (ACTS, ["z"], "Acts: tick 1 or more."),
    ],
)
def test_what_is_not_allowed_is_refused_in_its_place(
    control: Control, raw: Any, words: str
) -> None:
    with pytest.raises(SettingRefused) as refused:
        control.read(raw)
    assert str(refused.value).startswith(words)
    assert refused.value.at == control.id


@given(ANY)
def test_whatever_comes_is_read_or_refused(raw: Any) -> None:
    controls = (BEADS, GUESS, COIN, ACTS, LOUD)
    for control in controls:
        try:
            read = control.read(raw)
        except SettingRefused:
            continue
        assert control.read(read) == read
    with pytest.raises(SettingRefused):
        read_all(controls, raw)
