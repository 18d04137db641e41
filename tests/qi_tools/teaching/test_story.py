from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.teaching.story import Choice, Moment, story_faults

END = Moment("Over.", lesson="So it goes.")


def moment(**leads_to: str) -> Moment:
    return Moment(
        "Here.", {name: Choice(f"Go {name}", to, "Off.") for name, to in leads_to.items()}
    )


def test_a_story_may_come_back_to_where_it_was() -> None:
    assert story_faults("a", {"a": moment(x="b", y="end"), "b": moment(x="a"), "end": END}) == []


def test_values_are_values() -> None:
    assert Moment("Over.", {}, "So it goes.") == END
    with pytest.raises(dataclasses.FrozenInstanceError):
        END.text = "x"  # type: ignore[misc]


def test_every_fault_is_named_at_once() -> None:
    faults = story_faults(
        "a",
        {
            "a": moment(x="b", y="gone", z="end"),
            "b": moment(x="c"),
            "c": moment(x="b"),
            "island": moment(x="end"),
            "end": END,
        },
    )
    assert faults == [
        "Choice y of a leads to gone, which is no moment.",
        "island is never reached from a.",
        "From b no choices lead to an end.",
        "From c no choices lead to an end.",
    ]


@pytest.mark.parametrize(
    ("start", "moments", "words"),
    [
        ("a", {}, "Give the moments as a mapping"),
        ("a", [END], "Give the moments as a mapping"),
        ("a", {"a": "Here."}, "a is no moment"),
        ("z", {"a": moment(x="end"), "end": END}, "It starts at 'z', which is no moment"),
        (["a"], {"a": moment(x="end"), "end": END}, "It starts at ['a']"),
        ("end", {"end": END}, "over where it starts: end has no choices"),
        ("a", {"a": moment(x="a")}, "has no end"),
        ("A", {"A": moment(x="end"), "end": END}, "The id of a moment does not work: 'A'"),
        ("a", {"a": moment(X="end"), "end": END}, "The id of a choice of a does not work: 'X'"),
        ("a", {"a": moment(x="end"), "end": Moment(" ", lesson="L")}, "end has no text"),
        ("a", {"a": moment(x="end"), "end": Moment("E")}, "end is an end, and has no lesson"),
        (
            "a",
            {"a": dataclasses.replace(moment(x="end"), lesson="L"), "end": END},
            "a has a lesson, but is no end",
        ),
        ("a", {"a": Moment("H", ["end"]), "end": END}, "choices of a are no mapping"),  # type: ignore[arg-type]
        ("a", {"a": Moment("H", {"x": "end"}), "end": END}, "x of a is no choice"),  # type: ignore[dict-item]
        ("a", {"a": Moment("H", {"x": Choice("X", "end", "")}), "end": END}, "lacks its text, "),
        ("a", {"a": Moment("H", {"x": Choice("X", ["end"], "S")}), "end": END}, "where it leads"),  # type: ignore[arg-type]
        (
            "a",
            {"a": Moment("H", {x: Choice("X", "end", "S") for x in "xy"}), "end": END},
            "Two choices of a read the same",
        ),
    ],
)
def test_what_cannot_be_told(start: Any, moments: Any, words: str) -> None:
    assert words in "\n".join(story_faults(start, moments))


NAMES = ["a", "b", "c", "d", "end"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sets(st.sampled_from(NAMES), min_size=1), min_size=4, max_size=4))
def test_without_faults_every_moment_is_reached_and_leads_to_an_end(ways: list[set[str]]) -> None:
    """Held against walks of every length, made another way."""
    moments = {
        name: moment(**{to: to for to in sorted(leads)})
        for name, leads in zip(NAMES, ways, strict=False)
    }
    leads_to = {**dict(zip(NAMES, ways, strict=False)), "end": set()}
    reach = {name: {name} for name in NAMES}
    for _ in NAMES:
        reach = {name: reach[name].union(*(reach[to] for to in leads_to[name])) for name in NAMES}
    fine = reach["a"] == {*NAMES} and all("end" in reach[name] for name in NAMES)
    assert (story_faults("a", {**moments, "end": END}) == []) is fine
