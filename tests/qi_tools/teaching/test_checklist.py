from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, checklist

CHECKS = {"much": "It says how much", "when": "It says by when"}
MODEL = "Halve the waits <b>by June</b>.\n\nFor every ward."


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given: dict[str, Any] = {"checks": CHECKS, "model": MODEL, "answers": file}
    return lambda **more: checklist("q", "Write an aim.", **{**given, **more})


def kinds(part: Any) -> list[str]:
    return [child.content.get("control", child.kind) for child in part.children]


def sent(part: Any) -> str:
    return " ".join(repr(child.get_state()) for child in part.children)


def test_what_is_below_does_not_exist_before(ask: Any, file: AnswerFile, say: Any) -> None:
    part = ask()
    assert kinds(part) == ["text"]
    say(part.children[0], "save", value="Fewer waits by June")
    assert kinds(part) == ["text", "checks"]
    assert "Now hold it against the list below." in sent(part)
    assert "Halve the waits" not in sent(part)

    first, ticks = part.children
    state = say(ticks, "save", value=["when"])
    assert kinds(part) == ["text", "checks", "html"]
    assert part.children[:2] == (first, ticks)
    assert state["feedback"] is None
    assert (
        part.children[2]
        .content["html"]
        .endswith("<p>Halve the waits &lt;b&gt;by June&lt;/b&gt;.</p><p>For every ward.</p>")
    )
    answers = {id: answer.value for id, answer in file.load().items()}
    assert answers == {"q": "Fewer waits by June", "q-checks": ("when",)}


def test_it_is_restored(ask: Any, file: AnswerFile) -> None:
    file.save("q-checks", ("when",))
    assert kinds(ask()) == ["text"]  # without a text there is nothing to hold against the list
    file.save("q", "Fewer waits")
    assert kinds(ask()) == ["text", "checks", "html"]


def test_a_text_taken_back_takes_the_rest_along(ask: Any, say: Any) -> None:
    part = ask()
    say(part.children[0], "save", value="Fewer waits")
    say(part.children[1], "save", value=["none"])
    say(part.children[0], "save", value=" ")
    assert kinds(part) == ["text"]


def test_to_have_none_of_it_is_an_answer(ask: Any, file: AnswerFile, say: Any) -> None:
    part = ask()
    say(part.children[0], "save", value="Fewer waits")
    ticks = part.children[1]
    assert ticks.content["options"][-1] == ["none", "None of these yet"]
    problem = say(ticks, "save", value=["none", "much"])["problem"]
    assert problem["text"].startswith("You ticked “None of these yet” and something else too.")
    assert "q-checks" not in file.load()
    assert kinds(part) == ["text", "checks"]
    say(ticks, "save", value=["none"])
    assert kinds(part) == ["text", "checks", "html"]


def test_no_text_is_refused_or_marked(ask: Any, say: Any) -> None:
    state = say(ask().children[0], "save", value="x")
    assert (state["problem"], state["feedback"]) == (None, None)
    assert say(ask().children[0], "save", value=" ")["saved"]["value"] == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"checks": {"a": "A"}}, "needs two or more checks"),
        ({"checks": {"a": "A", "none": "B"}}, 'A check of q-checks has the id "none"'),
        ({"model": " "}, "The model answer of q is ' '"),
        ({"rows": 0}, "has 0 rows"),
    ],
)
def test_what_cannot_work(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)


def test_the_id_of_the_ticks_must_have_room(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="id of this question does not work"):
        checklist("q" * 60, "Write.", CHECKS, model="x", answers=file)
