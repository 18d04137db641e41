"""Each part tells all that it holds, and saves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course.editions.told import Said, as_told, tell
from qi_tools.teaching import build, choice, match, predict, predict_number, written


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_prediction_is_given_its_first_option_or_the_middle_and_is_not_saved(empty: Path) -> None:
    asked: list[Any] = []

    def then(guess: Any) -> str:
        asked.append(guess)
        return "It fell."

    told = tell(predict("q", "What next?", {"up": "Up", "down": "Down"}, then=then))
    assert (told.guess, [each.content["html"] for each in told.then]) == ("Up", ["<p>It fell.</p>"])
    number = tell(predict_number("n", "How many?", low=1, high=60, unit="jobs", then=then))
    assert number.guess == "30 jobs"
    assert asked == ["up", 30.0]
    assert list(empty.iterdir()) == []


def test_what_a_prediction_fails_to_unlock_is_not_passed_over() -> None:
    with pytest.raises(RuntimeError, match="q failed"):
        tell(predict("q", "What next?", {"up": "Up", "down": "Down"}, then=lambda _: 1 / 0))


def test_a_question_without_feedback_says_nothing_about_its_options() -> None:
    assert tell(choice("q", "Which?", {"a": "A", "b": "B"})).said == ()
    assert tell(match("q", "Which?", {"x": "X", "y": "Y"}, {"a": "A", "b": "B"})).said == ()
    assert tell(written("q", "Why?")).kind == "text"


def test_every_option_of_every_list_is_told_with_what_is_said_about_it() -> None:
    told = tell(
        build(
            "q",
            "Build it.",
            {
                "what": ("What?", {"a": "A", "b": "B"}),
                "when": ("When?", {"c": "C", "d": "D", "e": "E"}),
            },
            right={"what": "b", "when": {"d", "e"}},
            feedback={"what": {"a": "no a", "b": "yes b"}, "when": {"c": "c", "d": "d", "e": "e"}},
            done="Done well.",
            sentence="{what} {when}",
        )
    )
    assert sorted((each.field, each.option, each.right) for each in told.said) == [
        ("what", "a", False),
        ("what", "b", True),
        ("when", "c", False),
        ("when", "d", True),
        ("when", "e", True),
    ]
    assert Said("what", "a", False, "no a") in told.said
    assert told.done == "Done well."


def test_what_was_told_can_be_read_again() -> None:
    from dataclasses import asdict

    told = tell(predict("q", "?", {"up": "Up", "down": "Down"}, then=lambda _: "It fell."))
    assert as_told(asdict(told)) == told
