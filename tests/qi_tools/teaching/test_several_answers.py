from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, several

OPTIONS = {"ward": "The ward", "board": "The board", "all": "Everyone", "none": "No one"}
FEEDBACK = {
    "ward": "They see it first.",
    "board": "They see it last.",
    "all": "Each can see a part.",
    "none": "Then nothing is learned.",
}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given = {"right": {"ward", "all"}, "feedback": FEEDBACK, "answers": file}
    return lambda **more: several("q", "Who measures?", OPTIONS, **{**given, **more})


def test_what_the_browser_gets(ask: Any) -> None:
    question = ask()
    assert question.kind == "question"
    assert question.content == {
        "control": "checks",
        "question": "Who measures?",
        "hint": "Tick all that fit.",
        "options": [[option, text] for option, text in OPTIONS.items()],
        "button": "Check my answer",
        "after": "",
        "final": False,
    }
    assert not any(text in repr(question.get_state()) for text in FEEDBACK.values())


def test_a_plain_question_says_nothing_about_right_or_wrong(
    ask: Any, file: AnswerFile, say: Any
) -> None:
    question = ask(right=None, feedback=None)
    assert question.content["button"] == "Save my answer"
    state = say(question, "save", value=["ward", "all"])
    assert state["feedback"] is None
    assert state["saved"]["words"] == "The ward; Everyone"
    assert file.load()["q"].value == ("all", "ward")


def test_what_is_ticked_or_missed_is_marked_and_nothing_else(ask: Any, say: Any) -> None:
    question = ask()
    state = say(question, "save", value=["ward", "none"])
    assert state["feedback"] == {
        "right": False,
        "verdict": "Not quite.",
        "text": "Ticked and right: 1 of 2. Ticked by mistake: 1.",
        "fields": {
            "ward": {"mark": "right", "verdict": "Right.", "text": FEEDBACK["ward"]},
            "none": {"mark": "wrong", "verdict": "Not this one.", "text": FEEDBACK["none"]},
            "all": {
                "mark": "missed",
                "verdict": "Missed: this one belongs here too.",
                "text": FEEDBACK["all"],
            },
        },
    }
    assert FEEDBACK["board"] not in repr(question.get_state())


def test_all_that_are_right_and_no_other(ask: Any, say: Any) -> None:
    found = say(ask(), "save", value=["all", "ward"])["feedback"]
    assert (found["right"], found["verdict"]) == (True, "Right.")
    assert found["fields"].keys() == {"ward", "all"}
    assert not say(ask(), "save", value=["all", "ward", "none"])["feedback"]["right"]
    assert say(ask(), "save", value=["all"])["feedback"]["text"] == "Ticked and right: 1 of 2."


def test_it_is_restored(ask: Any, file: AnswerFile) -> None:
    file.save("q", ("all", "ward"))
    assert ask().state["feedback"]["right"]
    file.save("q", ("all", "gone"), seen=1)
    assert "has changed since you answered" in ask().state["note"]


@pytest.mark.parametrize(
    "value", [None, "ward", [], ["ward", "gone"], ["ward", 3], [["ward"]], {"ward": 1}, 2]
)
def test_what_is_not_an_answer(ask: Any, file: AnswerFile, say: Any, value: Any) -> None:
    problem = say(ask(), "save", value=value)["problem"]
    assert problem == {"kind": "refused", "text": "Tick at least one of the answers first."}
    assert file.load() == {}


def test_two_tabs(ask: Any, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value=["ward"])
    problem = say(here, "save", value=["none", "all"])["problem"]
    assert (problem["kind"], problem["mine"], problem["theirs"]) == (
        "conflict",
        "Everyone; No one",
        "The ward",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"right": None}, "only one of right and feedback"),
        ({"feedback": None}, "only one of right and feedback"),
        (
            {"right": ()},
            r"right answers to q are \(\). Give a collection with one or more of: ward",
        ),
        ({"right": "ward"}, "right answers to q are 'ward'"),
        ({"right": ["ward", "gone"]}, "right answers to q are"),
        ({"right": 3}, "right answers to q are 3"),
        ({"right": [["ward"]]}, "right answers to q are"),
        ({"feedback": {"ward": "x"}}, "feedback of q is for ward. Give it for each of: ward, boar"),
        ({"feedback": {**FEEDBACK, "all": " "}}, "The feedback of q for all is ' '"),
    ],
)
def test_right_and_feedback_must_fit(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)


def test_options_must_work(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="needs two or more options"):
        several("q", "Which?", {"a": "A"}, answers=file)
