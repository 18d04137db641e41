"""What every question has in common, tested on a choice."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, choice
from qi_tools.teaching.question import Question

OPTIONS = {"a": "Ay", "b": "Bee"}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    return lambda: choice("q", "Which?", OPTIONS, answers=file)


def test_showing_a_question_writes_nothing(ask: Any, file: AnswerFile) -> None:
    question = ask()
    question._repr_mimebundle_()
    assert question.state["saved"] is None
    assert list(file.path.parent.iterdir()) == []


def test_answers_go_beside_the_notebook_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    question = choice("q", "Which?", OPTIONS)
    monkeypatch.chdir("/")  # a lesson that moves elsewhere does not take its answers along
    say(question, "save", value="a")
    assert (tmp_path / "answers.json").exists()


def test_saving(ask: Any, file: AnswerFile, say: Any) -> None:
    state = say(ask(), "save", value="b")
    saved = file.load()["q"]
    assert saved.value == "b"
    assert state["saved"] == {"value": "b", "words": "Bee", "at": saved.at}
    assert state["problem"] is None


def test_a_saved_answer_is_restored_and_can_change(ask: Any, file: AnswerFile, say: Any) -> None:
    say(ask(), "save", value="b")
    again = ask()
    assert again.state["saved"]["value"] == "b"
    assert say(again, "save", value="a")["saved"]["value"] == "a"
    assert file.load()["q"].revision == 2


@pytest.mark.parametrize("value", [None, "c", "", 1, ["a"], {"a": 1}])
def test_what_is_not_an_answer_is_asked_again(
    ask: Any, file: AnswerFile, say: Any, value: Any
) -> None:
    state = say(ask(), "save", value=value)
    assert state["problem"] == {"kind": "refused", "text": "Choose one of the answers first."}
    assert file.load() == {}


@pytest.mark.parametrize(
    "message", [None, "save", {}, {"do": "dance"}, {"do": "keep mine", "value": "a", "over": "x"}]
)
def test_a_message_that_means_nothing_does_nothing(
    ask: Any, file: AnswerFile, message: Any
) -> None:
    question = ask()
    question._handle_custom_msg(message, [])
    assert file.load() == {}


def test_another_tab_was_quicker(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value="b")
    state = say(here, "save", value="a")
    theirs = file.load()["q"]
    assert state["problem"] == {
        "kind": "conflict",
        "mine": "Ay",
        "theirs": "Bee",
        "at": theirs.at,
        "revision": 1,
    }
    assert file.load()["q"] == theirs


def test_keep_mine(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value="b")
    over = say(here, "save", value="a")["problem"]["revision"]
    state = say(here, "keep mine", value="a", over=over)
    assert state["saved"]["value"] == "a"
    assert state["problem"] is None
    assert (file.load()["q"].value, file.load()["q"].revision) == ("a", 2)


def test_keep_mine_never_overwrites_what_was_not_shown(
    ask: Any, file: AnswerFile, say: Any
) -> None:
    here, there = ask(), ask()
    say(there, "save", value="b")
    over = say(here, "save", value="a")["problem"]["revision"]
    say(there, "save", value="b")
    state = say(here, "keep mine", value="a", over=over)
    assert state["problem"]["kind"] == "conflict"
    assert file.load()["q"].revision == 2


def test_keep_the_other(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value="b")
    say(here, "save", value="a")
    state = say(here, "keep the other")
    assert state["saved"]["value"] == "b"
    assert say(here, "save", value="a")["problem"] is None
    assert file.load()["q"].revision == 2


def test_two_tabs_that_agree_do_not_quarrel(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value="b")
    assert say(here, "save", value="b")["problem"] is None
    assert say(here, "save", value="a")["problem"] is None
    assert file.load()["q"].revision == 2


def test_a_failed_save_says_so_and_can_be_tried_again(
    ask: Any, file: AnswerFile, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        state = say(question, "save", value="a")
    assert state["saved"] is None
    assert state["problem"]["kind"] == "failed"
    assert "the disk is full" in state["problem"]["text"]
    assert say(question, "save", value="a")["saved"]["value"] == "a"


def test_a_damaged_file_is_named_before_and_after(ask: Any, file: AnswerFile, say: Any) -> None:
    file.path.write_bytes(b"damage")
    question = ask()
    assert "Nothing is deleted" in question.state["note"]
    assert file.path.read_bytes() == b"damage"
    state = say(question, "save", value="a")
    (kept,) = file.kept_aside
    assert kept.name in state["note"]
    assert kept.read_bytes() == b"damage"
    assert say(question, "save", value="b")["note"] == ""


def test_an_answer_to_an_older_form_of_the_question(ask: Any, file: AnswerFile, say: Any) -> None:
    file.save("q", "gone")
    question = ask()
    assert question.state["saved"] is None
    assert "has changed since you answered" in question.state["note"]
    assert say(question, "save", value="a")["saved"]["value"] == "a"


def test_an_answer_of_an_older_form_in_another_tab_gives_way(
    ask: Any, file: AnswerFile, say: Any
) -> None:
    question = ask()
    file.save("q", "gone")
    assert say(question, "save", value="a")["problem"] is None
    assert file.load()["q"].value == "a"


def test_a_question_needs_words_and_an_id(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="The question of q"):
        choice("q", " ", OPTIONS, answers=file)
    with pytest.raises(QuestionInvalid, match="id of this question"):
        choice("Q 1", "Which?", OPTIONS, answers=file)


def test_only_the_browser_part_is_sent(ask: Any) -> None:
    question: Question = ask()
    assert "answer" not in question.keys
    assert {"kind", "content", "state"} <= set(question.keys)
