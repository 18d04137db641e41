from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, poll
from qi_tools.teaching.question import Refusal

OPTIONS = {"more": "More", "a-few": "A few", "a": "One"}
COUNTED = ("a=0", "a-few=12", "more=3")  # by id: as text "a-few" would come before "a="


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    return lambda: poll("q", "How many?", OPTIONS, answers=file)


def test_what_the_browser_gets(ask: Any) -> None:
    assert ask().kind == "question"
    assert ask().content == {
        "control": "poll",
        "question": "How many?",
        "options": [["more", "More"], ["a-few", "A few"], ["a", "One"]],
        "button": "Save the count",
        "final": False,
    }


def test_a_count_is_kept_and_restored_without_a_verdict(
    ask: Any, file: AnswerFile, say: Any
) -> None:
    state = say(ask(), "save", value=["more=3", "a-few=012", "a=0"])
    assert file.load()["q"].value == COUNTED
    assert state["saved"]["words"] == "More: 3; A few: 12; One: 0"
    assert state["feedback"] is None
    assert ask().state["saved"]["value"] == COUNTED


@pytest.mark.parametrize(
    "value",
    [
        None,
        "more=3",
        ["more=3", "a-few=1"],
        ["more=3", "a-few=1", "a=-1"],
        ["more=3", "a-few=1", "a=1.5"],
        ["more=3", "a-few=1", "a=1000"],
        ["more=3", "a-few=1", "a=²"],
        ["more=3", "a-few=1", "a="],
        ["more=3", "a-few=1", "a=not a number"],
        ["more=3", "a-few=1", 1],
        ["more=3", "a-few=1", "a=1", "a=1"],
        ["more=3", "a-few=1", "b=1"],
    ],
)
def test_what_is_no_count(ask: Any, file: AnswerFile, say: Any, value: Any) -> None:
    assert "a whole number from 0 to 999" in say(ask(), "save", value=value)["problem"]["text"]
    assert file.load() == {}


def test_nothing_counted_is_not_saved(ask: Any, say: Any) -> None:
    problem = say(ask(), "save", value=["more=0", "a-few=0", "a=0"])["problem"]
    assert problem["text"].startswith("Nothing is counted yet.")


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.recursive(st.none() | st.integers() | st.text() | st.floats(), st.lists, max_leaves=6))
def test_whatever_comes_is_a_count_or_refused(ask: Any, raw: Any) -> None:
    with pytest.raises(Refusal):
        ask().read(raw)


def test_two_tabs(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value=list(COUNTED))
    mine = ["more=1", "a-few=0", "a=0"]
    problem = say(here, "save", value=mine)["problem"]
    assert (problem["kind"], problem["theirs"]) == ("conflict", "More: 3; A few: 12; One: 0")
    assert file.load()["q"].value == COUNTED
    assert say(here, "keep mine", value=mine, over=1)["problem"] is None
    assert file.load()["q"].value == ("a=0", "a-few=0", "more=1")


def test_hands_can_only_be_counted_for_so_many_options(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="has 11 options"):
        poll("q", "Which?", {str(each): f"No. {each}" for each in range(11)}, answers=file)
    with pytest.raises(QuestionInvalid, match="two or more options"):
        poll("q", "Which?", {"a": "A"}, answers=file)
