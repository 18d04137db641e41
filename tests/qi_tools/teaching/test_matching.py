from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, match

ROWS = {"do": "Try it", "plan": "Guess"}
OPTIONS = {"1": "First", "2": "Second"}
RIGHT = {"plan": "1", "do": "2"}
FEEDBACK = {"do": "What comes before?", "plan": "Is it too late?", "right": "Guess, then try."}
YES = {"right": True, "verdict": "Right.", "text": ""}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given = {"right": RIGHT, "feedback": FEEDBACK, "answers": file}
    return lambda **more: match("q", "Which order?", ROWS, OPTIONS, **{**given, **more})


def test_a_plain_match_says_nothing_about_right_or_wrong(ask: Any, say: Any) -> None:
    question = ask(right=None, feedback=None)
    assert question.content["button"] == "Save my answer"
    assert say(question, "save", value=["do=1", "plan=1"])["feedback"] is None


def test_each_row_is_judged_and_only_a_wrong_one_explained(ask: Any, say: Any) -> None:
    question = ask()
    assert question.content["button"] == "Check my answer"
    assert say(question, "save", value=["do=1", "plan=1"])["feedback"] == {
        "right": False,
        "verdict": "Not quite.",
        "text": "Rows that are right: 1 of 2.",
        "fields": {
            "do": {"right": False, "verdict": "Not quite.", "text": "What comes before?"},
            "plan": YES,
        },
    }
    assert say(question, "save", value=["do=2", "plan=1"])["feedback"] == {
        "right": True,
        "verdict": "Right.",
        "text": "Guess, then try.",
        "fields": {"do": YES, "plan": YES},
    }


def test_what_is_right_stays_with_the_course_until_it_is_checked(ask: Any, say: Any) -> None:
    question = ask()
    assert not any(text in repr(question.get_state()) for text in FEEDBACK.values())
    say(question, "save", value=["do=1", "plan=1"])
    sent = repr(question.get_state())
    assert [text in sent for text in FEEDBACK.values()] == [True, False, False]


def test_feedback_is_restored(ask: Any, file: AnswerFile) -> None:
    file.save("q", ("do=2", "plan=1"))
    assert ask().state["feedback"]["text"] == "Guess, then try."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"right": None}, "only one of right and feedback"),
        ({"feedback": None}, "only one of right and feedback"),
        ({"right": {"do": "1"}}, "right option of q is for do. Give it for each of: do, plan"),
        ({"right": {**RIGHT, "act": "1"}}, "right option of q is for plan, do, act"),
        ({"right": ["1", "2"]}, r"is for \['1', '2'\]. Give it for each of"),
        ({"right": {**RIGHT, "do": "3"}}, "right option for do of q is '3'. Use one of: 1, 2"),
        ({"right": {**RIGHT, "do": ["1"]}}, r"right option for do of q is \['1'\]"),
        ({"feedback": {}}, "is for nothing. Give it for each of: do, plan, right"),
        ({"feedback": {"do": "x", "plan": "y"}}, "for do, plan. Give it for each of: do, plan, ri"),
        ({"feedback": {**FEEDBACK, "do": " "}}, "The feedback of q for do is ' '"),
    ],
)
def test_right_and_feedback_must_fit(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)


@pytest.mark.parametrize(
    ("rows", "options", "words"),
    [
        ({"do": "Try it"}, OPTIONS, "Question q needs two or more rows"),
        (["Try it", "Guess"], OPTIONS, "Question q needs two or more rows"),
        (ROWS, {"1": "First"}, "Question q needs two or more options"),
        ({"do": "Same", "plan": "Same"}, OPTIONS, "Two rows of q read the same"),
        ({"do": " ", "plan": "Guess"}, OPTIONS, "Row do of q"),
        ({"a=b": "Try it", "plan": "Guess"}, OPTIONS, "id of this row of q does not work"),
        (ROWS, {"1=2": "First", "2": "Second"}, "id of this option of q does not work"),
    ],
)
@pytest.mark.parametrize("is_checked", [False, True])
def test_rows_and_options_must_work(
    file: AnswerFile, rows: Any, options: Any, words: str, is_checked: bool
) -> None:
    given: Any = {"right": RIGHT, "feedback": FEEDBACK} if is_checked else {}
    with pytest.raises(QuestionInvalid, match=words):
        match("q", "Which order?", rows, options, **given, answers=file)


def test_no_row_may_take_the_place_of_what_is_said_when_all_are_right(file: AnswerFile) -> None:
    rows = {"left": "Left", "right": "Right"}
    assert match("q", "Which?", rows, OPTIONS, answers=file).state["saved"] is None
    with pytest.raises(QuestionInvalid, match='A row of q has the id "right"'):
        match(
            "q",
            "Which?",
            rows,
            OPTIONS,
            right={"left": "1", "right": "2"},
            feedback={"left": "x", "right": "y"},
            answers=file,
        )
