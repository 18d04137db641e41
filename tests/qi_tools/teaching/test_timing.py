from __future__ import annotations

from typing import Any

import pytest

from qi_tools.teaching import QuestionInvalid, timer


def test_what_the_browser_gets() -> None:
    clock = timer(" Coins ", 9.5, steps=[("Brief", 5), (" Run ", 4.5)])
    assert clock.kind == "timer"
    assert clock.content == {
        "title": "Coins",
        "steps": [["Brief", 5.0], ["Run", 4.5]],
        "most": 600,
    }
    assert clock.run == {}
    assert timer("Coins", 12).content["steps"] == [["", 12.0]]


def test_tenths_of_a_minute_add_up() -> None:
    assert len(timer("Coins", 0.3, steps=[("A", 0.1), ("B", 0.2)]).content["steps"]) == 2


@pytest.mark.parametrize("minutes", [0, -1, 601, True, "5", None, float("nan"), float("inf")])
def test_minutes_that_cannot_be(minutes: Any) -> None:
    with pytest.raises(QuestionInvalid, match="more than 0 and at most 600"):
        timer("Coins", minutes)
    with pytest.raises(QuestionInvalid, match="The step 'Run' of the timer 'Coins' takes"):
        timer("Coins", 5, steps=[("Run", minutes)])


@pytest.mark.parametrize(
    ("title", "steps", "words"),
    [
        (" ", (), "The title of a timer is ' '"),
        ("Coins", [("Run", 4), ("Plot", 2)], "take 6 minutes, not 5"),
        ("Coins", [("Run",)], r"A step of the timer 'Coins' is \('Run',\)"),
        ("Coins", ["Run"], "A step of the timer 'Coins' is 'Run'"),
        ("Coins", [("", 5)], "The name of a step of the timer 'Coins'"),
    ],
)
def test_what_cannot_work(title: str, steps: Any, words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        timer(title, 5, steps=steps)
