"""What questions with several lists have in common, tested on a match."""

from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import match

ROWS = {"tap": "A tap that drips", "a-tap": "A tap that is mended", "a": "A new tap"}
OPTIONS = {"1": "First", "2": "Second", "3": "Third"}
CHOSEN = ("a=3", "a-tap=2", "tap=1")  # by row id: as text "a-tap=2" would come before "a=3"


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    return lambda: match("q", "In which order?", ROWS, OPTIONS, answers=file)


def test_what_the_browser_gets(ask: Any) -> None:
    options = [["1", "First"], ["2", "Second"], ["3", "Third"]]
    assert ask().kind == "question"
    assert ask().content == {
        "control": "selects",
        "question": "In which order?",
        "fields": [[row, text, options] for row, text in ROWS.items()],
        "missing": "Choose an answer in every row first.",
        "button": "Save my answer",
        "final": False,
    }


@pytest.mark.parametrize(
    "value", [["tap=1", "a=3", "a-tap=2"], ["a-tap=2", "a=3", "tap=1"], list(CHOSEN)]
)
def test_an_answer_is_kept_in_the_order_of_the_rows_ids(
    ask: Any, file: AnswerFile, say: Any, value: list[str]
) -> None:
    state = say(ask(), "save", value=value)
    assert file.load()["q"].value == CHOSEN
    assert state["saved"]["value"] == CHOSEN
    assert (
        state["saved"]["words"]
        == "A tap that drips: First; A tap that is mended: Second; A new tap: Third"
    )


def test_an_answer_is_restored(ask: Any, file: AnswerFile) -> None:
    file.save("q", CHOSEN)
    assert ask().state["saved"]["value"] == CHOSEN
    assert ask().state["note"] == ""


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "tap=1",
        1,
        {"tap": "1"},
        [],
        ["tap=1", "a=3"],
        ["tap=1", "a=3", "a-tap=4"],
        ["tap=1", "a=3", "a-tap="],
        ["tap=1", "a=3", "a-tap"],
        ["tap=1", "a=3", 3],
        ["tap=1", "a=3", "a-tap=2=2"],
        ["tap=1", "a=3", "a-tap=2", "b=1"],
        ["tap=1", "a=3", "a-tap=2", "tap=1"],
        ["tap=1", "tap=2", "a=3"],
    ],
)
def test_what_is_not_one_option_for_each_row(
    ask: Any, file: AnswerFile, say: Any, value: Any
) -> None:
    state = say(ask(), "save", value=value)
    assert state["problem"] == {"kind": "refused", "text": "Choose an answer in every row first."}
    assert file.load() == {}


def test_an_answer_to_other_rows_is_asked_again(ask: Any, file: AnswerFile) -> None:
    file.save("q", ("a=3", "tap=1"))
    assert ask().state["saved"] is None
    assert "has changed since you answered" in ask().state["note"]


def test_two_tabs(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value=CHOSEN)
    mine = ["tap=2", "a=3", "a-tap=1"]
    problem = say(here, "save", value=mine)["problem"]
    assert (problem["kind"], problem["revision"]) == ("conflict", 1)
    assert problem["mine"].startswith("A tap that drips: Second; ")
    assert problem["theirs"].startswith("A tap that drips: First; ")
    assert file.load()["q"].value == CHOSEN
    assert say(here, "keep mine", value=mine, over=1)["problem"] is None
    assert file.load()["q"].value == ("a=3", "a-tap=1", "tap=2")
