from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, choice

OPTIONS = {"yes": "Yes", "no": "No"}
FEEDBACK = {"yes": "One week tells you little.", "no": "Look for a pattern."}


def test_what_the_browser_gets(file: AnswerFile) -> None:
    question = choice("q", "Is it?", OPTIONS, answers=file)
    assert question.kind == "question"
    assert question.content == {
        "control": "radio",
        "question": "Is it?",
        "options": [["yes", "Yes"], ["no", "No"]],
        "button": "Save my answer",
        "final": False,
    }


def test_a_plain_choice_says_nothing_about_right_or_wrong(file: AnswerFile, say: Any) -> None:
    assert say(choice("q", "Is it?", OPTIONS, answers=file), "save", value="no")["feedback"] is None


def test_the_right_answer_stays_with_the_course_until_it_is_checked(
    file: AnswerFile, say: Any
) -> None:
    question = choice("q", "Is it?", OPTIONS, right="no", feedback=FEEDBACK, answers=file)
    sent = repr(question.get_state())
    assert not any(text in sent for text in FEEDBACK.values())
    assert "right" not in repr(question.content)
    assert question.content["button"] == "Check my answer"

    wrong = say(question, "save", value="yes")
    assert wrong["feedback"] == {"right": False, "verdict": "Not quite.", "text": FEEDBACK["yes"]}
    assert FEEDBACK["no"] not in repr(question.get_state())
    assert file.load()["q"].value == "yes"  # the first check counts as answered

    right = say(question, "save", value="no")
    assert right["feedback"] == {"right": True, "verdict": "Right.", "text": FEEDBACK["no"]}
    assert file.load()["q"].value == "no"


def test_feedback_is_restored(file: AnswerFile) -> None:
    file.save("q", "yes")
    question = choice("q", "Is it?", OPTIONS, right="no", feedback=FEEDBACK, answers=file)
    assert question.state["feedback"] == {
        "right": False,
        "verdict": "Not quite.",
        "text": FEEDBACK["yes"],
    }


@pytest.mark.parametrize(
    ("right", "feedback", "words"),
    [
        ("no", None, "only one of right and feedback"),
        (None, FEEDBACK, "only one of right and feedback"),
        ("maybe", FEEDBACK, "is 'maybe'. Use one of: yes, no"),
        ("no", {"no": "Fine."}, "feedback of q is for no. Give it for each of: yes, no"),
        ("no", {}, "is for nothing. Give it for each of: yes, no"),
        ("no", {**FEEDBACK, "maybe": "?"}, "is for yes, no, maybe. Give it for each of: yes, no"),
        ("no", {**FEEDBACK, "yes": " "}, "The feedback of q for yes"),
    ],
)
def test_right_and_feedback_must_fit(
    file: AnswerFile, right: str | None, feedback: dict[str, str] | None, words: str
) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        choice("q", "Is it?", OPTIONS, right=right, feedback=feedback, answers=file)
