from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, order

ITEMS = {"do": "Try it", "plan": "Guess", "study": "Compare", "act": "Decide"}
RIGHT = ("plan", "do", "study", "act")
FEEDBACK = {
    "do": "What must stand before it?",
    "plan": "Is it not too late?",
    "study": "Compare with what?",
    "act": "On what grounds?",
    "right": "Guess, try, compare, decide.",
}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given: dict[str, Any] = {"id": "q", "right": RIGHT, "feedback": FEEDBACK, "answers": file}
    given |= {"question": "What comes first?", "items": ITEMS}
    return lambda **more: order(**{**given, **more})


def shown(question: Any) -> list[str]:
    return [item for item, _ in question.content["items"]]


def test_what_the_browser_gets(ask: Any) -> None:
    question = ask()
    assert question.kind == "question"
    assert sorted(question.content["items"]) == sorted([item, text] for item, text in ITEMS.items())
    assert {**question.content, "items": []} == {
        "control": "order",
        "question": "What comes first?",
        "hint": "Move things up or down until the order is yours.",
        "items": [],
        "button": "Check my answer",
        "final": False,
    }
    assert not any(text in repr(question.get_state()) for text in FEEDBACK.values())


def test_the_first_order_depends_on_the_question_alone(ask: Any) -> None:
    assert shown(ask()) == shown(ask()) == shown(ask(items=dict(reversed(ITEMS.items()))))
    orders = {tuple(shown(ask(id=f"q-{number}"))) for number in range(40)}
    assert len(orders) > 10


@pytest.mark.parametrize("right", list(permutations(ITEMS)))
def test_the_first_order_is_never_the_right_one(ask: Any, right: tuple[str, ...]) -> None:
    assert shown(ask(right=right)) != list(right)


def test_an_order_is_kept_as_given_and_restored(ask: Any, file: AnswerFile, say: Any) -> None:
    mine = ["study", "plan", "act", "do"]
    state = say(ask(), "save", value=mine)
    assert file.load()["q"].value == tuple(mine)
    assert state["saved"]["words"] == "1. Compare; 2. Guess; 3. Decide; 4. Try it"
    assert ask().state["saved"]["value"] == tuple(mine)
    assert shown(ask()) != mine


@pytest.mark.parametrize("mine", list(permutations(ITEMS)))
def test_only_the_first_out_of_place_is_explained(
    ask: Any, say: Any, mine: tuple[str, ...]
) -> None:
    question = ask()
    found = say(question, "save", value=list(mine))["feedback"]
    if mine == RIGHT:
        assert found == {
            "right": True,
            "verdict": "Right.",
            "text": "Guess, try, compare, decide.",
            "fields": {},
        }
        return
    place = next(at for at, item in enumerate(mine) if item != RIGHT[at])
    wrong = {"mark": "wrong", "verdict": "Not here.", "text": FEEDBACK[mine[place]]}
    assert (found["right"], found["verdict"]) == (False, "Not quite.")
    assert found["fields"] == {mine[place]: wrong}
    told = f"In their places, counted from the top: {place} of 4." if place else "Look again"
    assert found["text"].startswith(told)
    sent = repr(question.get_state())
    assert [text for text in FEEDBACK.values() if text in sent] == [FEEDBACK[mine[place]]]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "plan",
        [],
        ["plan", "do", "study"],
        ["plan", "do", "study", "study"],
        ["plan", "do", "study", "gone"],
        ["plan", "do", "study", 4],
        [*RIGHT, "plan"],
        {"plan": 1},
    ],
)
def test_what_is_not_an_order(ask: Any, file: AnswerFile, say: Any, value: Any) -> None:
    problem = say(ask(), "save", value=value)["problem"]
    assert problem == {"kind": "refused", "text": "Put all of them in order first."}
    assert file.load() == {}


def test_two_tabs(ask: Any, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value=list(RIGHT))
    problem = say(here, "save", value=list(RIGHT[::-1]))["problem"]
    assert problem["kind"] == "conflict"
    assert problem["theirs"].startswith("1. Guess; 2. Try it")
    assert problem["mine"].startswith("1. Decide; 2. Compare")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"items": {"a": "A"}}, "needs two or more items"),
        ({"items": {"a": "A", "b": "B"}}, "has two items to put in order. Give three"),
        ({"items": {"a": "A", "b": "B", "right": "C"}}, 'An item of q has the id "right"'),
        ({"right": RIGHT[:3]}, "right order of q is .* Give each of these once"),
        ({"right": (*RIGHT, "do")}, "right order of q is"),
        ({"right": (*RIGHT[:3], "gone")}, "right order of q is"),
        ({"right": {*RIGHT}}, "right order of q is"),
        ({"right": "plan"}, "right order of q is 'plan'"),
        ({"right": [1, 2, 3, 4]}, "right order of q is"),
        ({"feedback": {"do": "x"}}, "feedback of q is for do. Give it for each of: do, plan, stu"),
        ({"feedback": {**FEEDBACK, "right": ""}}, "The feedback of q for right is ''"),
        ({"id": "Q"}, "id of this question does not work"),
    ],
)
def test_what_cannot_work(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)
