from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, written


def test_text_is_saved_as_written(file: AnswerFile, say: Any) -> None:
    question = written("q", "What will you try?", answers=file)
    say(question, "save", value=" Ring\n<b>them</b> ")
    assert file.load()["q"].value == " Ring\n<b>them</b> "


@pytest.mark.parametrize("value", ["", "  \n "])
def test_blank_text_is_no_answer(file: AnswerFile, say: Any, value: str) -> None:
    state = say(written("q", "What?", answers=file), "save", value=value)
    assert state["problem"] == {"kind": "refused", "text": "Write something first, then save."}
    assert file.load() == {}


def test_an_answer_can_be_taken_back(file: AnswerFile, say: Any) -> None:
    question = written("q", "What?", answers=file)
    say(question, "save", value="words")
    assert say(question, "save", value=" ")["saved"]["value"] == ""
    assert file.load()["q"].is_blank
    again = written("q", "What?", answers=file)
    assert again.state["saved"] is None
    assert again.state["note"] == ""
    assert say(again, "save", value="new words")["problem"] is None


def test_text_that_is_too_long_stays_on_the_page(file: AnswerFile, say: Any) -> None:
    state = say(written("q", "What?", answers=file), "save", value="x" * 4001)
    assert state["problem"]["kind"] == "refused"
    assert "shorten it by 1" in state["problem"]["text"]
    assert file.load() == {}


@pytest.mark.parametrize("value", [None, 3, ["words"]])
def test_what_is_not_text(file: AnswerFile, say: Any, value: Any) -> None:
    state = say(written("q", "What?", answers=file), "save", value=value)
    assert state["problem"]["kind"] == "refused"


@pytest.mark.parametrize("rows", [0, 41])
def test_rows(file: AnswerFile, rows: int) -> None:
    with pytest.raises(QuestionInvalid, match=f"has {rows} rows"):
        written("q", "What?", rows=rows, answers=file)
    assert written("q", "What?", rows=3, answers=file).content["rows"] == 3
