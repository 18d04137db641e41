from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, number
from qi_tools.teaching.question import Refusal

FEEDBACK = {"right": "Half on each side.", "low": "Count below.", "high": "Count above."}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given = {
        **{"right": 1200, "tolerance": 50, "unit": "minutes", "low": -100, "high": 5000},
        **{"feedback": FEEDBACK, "answers": file},
    }
    return lambda **more: number("q", "What is the median?", **{**given, **more})


def test_what_the_browser_gets(ask: Any) -> None:
    question = ask()
    assert question.kind == "question"
    assert question.content == {
        "control": "typed",
        "question": "What is the median?",
        "label": "Your answer, in minutes",
        "hint": "A number from -100 to 5,000.",
        "slider": None,
        "unit": "minutes",
        "button": "Check my answer",
        "final": False,
    }
    assert ask(step=50).content["slider"] == [-100.0, 5000.0, 50.0]
    assert ask(unit="").content["label"] == "Your answer"
    sent = repr(question.get_state())
    assert not any(text in sent for text in (*FEEDBACK.values(), "1200", "1,200"))


@pytest.mark.parametrize(
    ("value", "verdict", "text"),
    [
        ("1,149.9", "Too low.", "low"),
        ("1150", "Right.", "right"),
        ("1,250", "Right.", "right"),
        ("1251", "Too high.", "high"),
        ("-5", "Too low.", "low"),
    ],
)
def test_only_what_is_true_is_said(ask: Any, say: Any, value: str, verdict: str, text: str) -> None:
    question = ask()
    found = say(question, "save", value=value)["feedback"]
    assert found == {"right": text == "right", "verdict": verdict, "text": FEEDBACK[text]}
    sent = repr(question.get_state())
    assert [each for each in FEEDBACK.values() if each in sent] == [FEEDBACK[text]]


def test_rounding_makes_no_right_number_wrong(ask: Any, say: Any) -> None:
    question = ask(right=0.3, tolerance=0, low=0, high=1)
    assert say(question, "save", value=0.1 + 0.2)["feedback"]["right"]
    assert not say(question, "save", value="0.3001")["feedback"]["right"]


@pytest.mark.parametrize(
    ("typed", "unit", "is_read"),
    [
        ("1,250", "minutes", 1250),
        (" 1 250 ", "minutes", 1250),
        ("12.5", "", 12.5),
        (".5", "", 0.5),
        ("−5", "", -5),
        ("12 minutes", "minutes", 12),
        ("12minutes a day", "minutes a day", 12),
        ("12 Minutes", "minutes a day", 12),
        ("45%", "%", 45),
        ("45 %", "% of patients", 45),
        ("45% of patients", "% of patients", 45),
    ],
)
def test_a_number_is_read_as_people_type_it(
    ask: Any, file: AnswerFile, say: Any, typed: str, unit: str, is_read: float
) -> None:
    assert say(ask(unit=unit), "save", value=typed)["problem"] is None
    assert file.load()["q"].value == is_read


@pytest.mark.parametrize(
    ("typed", "unit", "words"),
    [
        ("45%", "minutes", "“45%” is more than a number, or another unit. Type the number alone, "),
        ("3 days", "minutes", "Type the number alone, in minutes."),
        ("about 12", "", "“about 12” is more than a number, or another unit. Type it alone."),
        ("£12", "minutes", "“£12” is more than a number"),
        ("1e3", "minutes", "“1e3” is more than a number"),
        ("10-20", "minutes", "“10-20” is more than a number"),
        ("1,5", "minutes", "“1,5” is not a number that can be read. A comma parts thousands"),
        ("1.2.3", "", "“1.2.3” is not a number that can be read"),
        ("minutes", "minutes", "Type a number from -100 to 5,000."),
        (" ", "minutes", "Type a number from -100 to 5,000."),
        ("5,001", "minutes", "Type a number from -100 to 5,000."),
        ("-101", "minutes", "Type a number from -100 to 5,000."),
    ],
)
def test_what_is_not_taken_is_said_in_plain_words(
    ask: Any, file: AnswerFile, say: Any, typed: str, unit: str, words: str
) -> None:
    problem = say(ask(unit=unit), "save", value=typed)["problem"]
    assert problem["kind"] == "refused"
    assert words in problem["text"]
    assert file.load() == {}


@pytest.mark.parametrize("value", [None, True, float("nan"), 5001, ["12"], {}])
def test_what_is_no_number(ask: Any, file: AnswerFile, say: Any, value: Any) -> None:
    problem = say(ask(), "save", value=value)["problem"]
    assert problem == {"kind": "refused", "text": "Type a number from -100 to 5,000."}
    assert file.load() == {}


@pytest.fixture(scope="module")
def bare() -> Any:
    return number(
        "q", "?", right=0, tolerance=1, unit="minutes", low=-1e6, high=1e6, feedback=FEEDBACK
    )


@settings(max_examples=50, deadline=None)
@given(value=st.integers(-(10**8), 10**8).map(lambda whole: whole / 100))
def test_a_number_said_back_reads_the_same(bare: Any, value: float) -> None:
    assert bare.read(bare.worded(value)) == pytest.approx(value)
    assert bare.read(value) == value


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=20))
def test_any_text_is_read_or_refused(bare: Any, text: str) -> None:
    try:
        read = bare.read(text)
    except Refusal:
        return
    assert -1e6 <= read <= 1e6


def test_it_is_restored_and_two_tabs_ask(ask: Any, file: AnswerFile, say: Any) -> None:
    file.save("q", 1210.5)
    here, there = ask(), ask()
    assert here.state["saved"]["words"] == "1,210.5 minutes"
    assert here.state["feedback"]["right"]
    say(there, "save", value="12")
    problem = say(here, "save", value="13")["problem"]
    assert (problem["mine"], problem["theirs"]) == ("13 minutes", "12 minutes")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"right": "12"}, "The right of q is '12'. Give it a number"),
        ({"high": float("inf")}, "The high of q is inf"),
        ({"tolerance": -1}, "takes 1,200 give or take -1 as right, and allows -100 to 5,000"),
        ({"tolerance": 1301}, "leave room for it"),
        ({"right": 4960}, "takes 4,960 give or take 50"),
        ({"right": 5, "tolerance": 0, "low": 5, "high": 5}, "leave room for it"),
        ({"step": 0}, "The slider of q has steps of 0. Use more than 0 and at most 5,100"),
        ({"step": 5101}, "has steps of 5,101"),
        ({"unit": 5}, "The unit of q is 5"),
        ({"step": "1"}, "The step of q is '1'"),
        ({"feedback": {"right": "x"}}, "is for right. Give it for each of: right, low, high"),
        ({"feedback": {**FEEDBACK, "low": " "}}, "The feedback of q for low"),
    ],
)
def test_what_cannot_work(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)
