from __future__ import annotations

import logging
from typing import Any

import ipywidgets
import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, predict, predict_number, show_html
from qi_tools.teaching.prediction import Prediction

OPTIONS = {"up": "They rise", "down": "They fall"}


class Then:
    """What a lesson does with a prediction; remembers each time it was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def __call__(self, made: object) -> object:
        self.asked.append(made)
        return [f"after {made}", show_html("<p>chart</p>")]


def shown(prediction: Prediction) -> list[str]:
    return [child.content["html"] for child in prediction.children[1:]]


def form(prediction: Prediction) -> Any:
    return prediction.children[0]


def test_nothing_is_made_before_the_prediction(file: AnswerFile, say: Any) -> None:
    then = Then()
    prediction = predict("q", "What happens?", OPTIONS, then=then, answers=file)
    say(form(prediction), "save", value="sideways")
    assert then.asked == []
    assert len(prediction.children) == 1

    state = say(form(prediction), "save", value="up")
    assert then.asked == ["up"]
    assert shown(prediction) == ["<p>after up</p>", "<p>chart</p>"]
    assert state["saved"]["words"] == "They rise"


def test_it_is_restored_at_once(file: AnswerFile) -> None:
    file.save("q", "down")
    prediction = predict("q", "What happens?", OPTIONS, then=Then(), answers=file)
    assert shown(prediction)[0] == "<p>after down</p>"
    assert form(prediction).state["saved"]["words"] == "They fall"


@pytest.mark.parametrize("do", ["save", "keep mine"])
def test_it_cannot_be_changed(file: AnswerFile, say: Any, do: str) -> None:
    prediction = predict("q", "What happens?", OPTIONS, then=Then(), answers=file)
    say(form(prediction), "save", value="up")
    state = say(form(prediction), do, value="down", over=1)
    assert state["saved"]["value"] == "up"
    assert file.load()["q"].value == "up"
    assert file.load()["q"].revision == 1
    assert shown(prediction)[0] == "<p>after up</p>"


def test_the_first_of_two_tabs_counts(file: AnswerFile, say: Any) -> None:
    here = predict("q", "What happens?", OPTIONS, then=Then(), answers=file)
    there = predict("q", "What happens?", OPTIONS, then=Then(), answers=file)
    say(form(there), "save", value="down")
    state = say(form(here), "save", value="up")
    assert state["saved"]["value"] == "down"
    assert "another tab, so that one stands" in state["note"]
    assert "They rise" in state["note"]
    assert shown(here)[0] == "<p>after down</p>"
    assert file.load()["q"].revision == 1


def test_a_prediction_that_no_longer_fits_is_asked_again(file: AnswerFile, say: Any) -> None:
    file.save("q", "sideways")
    then = Then()
    prediction = predict("q", "What happens?", OPTIONS, then=then, answers=file)
    assert then.asked == []
    assert "has changed" in form(prediction).state["note"]
    say(form(prediction), "save", value="up")
    assert then.asked == ["up"]


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_lesson_that_breaks_says_so_and_keeps_the_prediction(
    file: AnswerFile, say: Any, caplog: pytest.LogCaptureFixture, is_restored: bool
) -> None:
    def then(_: str) -> object:
        raise ZeroDivisionError

    if is_restored:
        file.save("q", "up")
    prediction = predict("q", "What happens?", OPTIONS, then=then, answers=file)
    if not is_restored:
        say(form(prediction), "save", value="up")
    assert "Your prediction is saved" in shown(prediction)[0]
    assert file.load()["q"].value == "up"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_then_must_be_a_function(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="has no function as its then"):
        predict("q", "What?", OPTIONS, then="chart", answers=file)  # type: ignore[arg-type]


def number(file: AnswerFile, then: Any, **changes: Any) -> Prediction:
    limits: dict[str, Any] = {"low": 0, "high": 60, "unit": "minutes"} | changes
    return predict_number("q", "How long?", **limits, then=then, answers=file)


def test_a_number(file: AnswerFile, say: Any) -> None:
    then = Then()
    prediction = number(file, then)
    assert form(prediction).content == {
        "control": "number",
        "question": "How long?",
        "label": "Your prediction, in minutes",
        "hint": "A number from 0 to 60.",
        "low": 0.0,
        "high": 60.0,
        "button": "Save my prediction",
        "final": True,
    }
    assert say(form(prediction), "save", value=12)["saved"]["words"] == "12 minutes"
    assert then.asked == [12.0]
    assert file.load()["q"].value == 12.0


@pytest.mark.parametrize("value", [None, "12", True, -0.1, 60.5, float("nan"), [3]])
def test_a_number_out_of_bounds(file: AnswerFile, say: Any, value: Any) -> None:
    prediction = number(file, Then())
    state = say(form(prediction), "save", value=value)
    assert state["problem"] == {"kind": "refused", "text": "Type a number from 0 to 60."}
    assert len(prediction.children) == 1


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(7.5, "minutes", "7.5 minutes"), (1200, "calls", "1,200 calls"), (3, "", "3")],
)
def test_a_number_in_words(file: AnswerFile, value: float, unit: str, words: str) -> None:
    file.save("q", value)
    prediction = number(file, Then(), high=5000, unit=unit)
    assert form(prediction).state["saved"]["words"] == words


@pytest.mark.parametrize(("low", "high"), [(5, 5), (6, 5), (float("nan"), 5), (0, float("inf"))])
def test_limits_that_do_not_work(file: AnswerFile, low: float, high: float) -> None:
    with pytest.raises(QuestionInvalid, match="Give a low number and a higher one"):
        number(file, Then(), low=low, high=high)


def test_a_prediction_is_a_widget(file: AnswerFile) -> None:
    assert isinstance(number(file, Then()), ipywidgets.VBox)
