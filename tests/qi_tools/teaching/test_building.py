from __future__ import annotations

from typing import Any

import pytest

from qi_tools.answers import AnswerFile
from qi_tools.teaching import QuestionInvalid, build

PARTS = {
    "what": ("What?", {"wait": "shorter waits", "nice": "a nicer time"}),
    "by-when": ("By when?", {"june": "by June", "may": "by May", "soon": "soon"}),
}
RIGHT = {"what": "wait", "by-when": ("june", "may")}
FEEDBACK = {
    "what": {"wait": "You can count it.", "nice": "Nicer for whom?"},
    "by-when": {"june": "A clear day.", "may": "A day, and near.", "soon": "Soon never comes."},
}


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given: dict[str, Any] = {
        "parts": PARTS,
        "right": RIGHT,
        "feedback": FEEDBACK,
        "done": "Anyone can check this aim.",
        "sentence": "We want {what} {by-when}.",
        "answers": file,
    }
    return lambda **more: build("q", "Build an aim.", **{**given, **more})


def test_what_the_browser_gets(ask: Any) -> None:
    question = ask()
    assert question.kind == "question"
    assert question.content == {
        "control": "selects",
        "question": "Build an aim.",
        "fields": [
            ["what", "What?", [["wait", "shorter waits"], ["nice", "a nicer time"]]],
            ["by-when", "By when?", [["june", "by June"], ["may", "by May"], ["soon", "soon"]]],
        ],
        "missing": "Choose something for every part first.",
        "button": "Check my answer",
        "sentence": [
            {"text": "We want "},
            {"part": "what"},
            {"text": " "},
            {"part": "by-when"},
            {"text": "."},
        ],
        "final": False,
    }
    said = [text for texts in FEEDBACK.values() for text in texts.values()]
    assert not any(text in repr(question.get_state()) for text in said)


def test_each_part_is_strong_or_weak(ask: Any, say: Any) -> None:
    state = say(ask(), "save", value=["what=wait", "by-when=soon"])
    assert state["saved"]["value"] == ("by-when=soon", "what=wait")
    assert state["saved"]["words"] == "We want shorter waits soon."
    assert state["feedback"] == {
        "right": False,
        "verdict": "Not there yet.",
        "text": "Parts that are strong: 1 of 2.",
        "fields": {
            "what": {"right": True, "verdict": "Strong.", "text": "You can count it."},
            "by-when": {"right": False, "verdict": "Weak.", "text": "Soon never comes."},
        },
    }


@pytest.mark.parametrize("when", ["june", "may"])
def test_it_is_done_when_every_part_is_strong(ask: Any, say: Any, when: str) -> None:
    found = say(ask(), "save", value=["what=wait", f"by-when={when}"])["feedback"]
    assert (found["right"], found["text"]) == (True, "Anyone can check this aim.")
    assert [part["verdict"] for part in found["fields"].values()] == ["Strong.", "Strong."]


def test_it_is_restored(ask: Any, file: AnswerFile) -> None:
    file.save("q", ("by-when=may", "what=wait"))
    assert ask().state["feedback"]["text"] == "Anyone can check this aim."


def test_an_unfinished_sentence_is_not_kept(ask: Any, file: AnswerFile, say: Any) -> None:
    problem = say(ask(), "save", value=["what=wait"])["problem"]
    assert problem == {"kind": "refused", "text": "Choose something for every part first."}
    assert file.load() == {}


@pytest.mark.parametrize("sentence", ["{what} {by-when} {what}", "{{Aim}} {by-when}, {what}"])
def test_a_part_may_come_twice_and_braces_may_be_words(ask: Any, sentence: str, say: Any) -> None:
    words = say(ask(sentence=sentence), "save", value=["what=nice", "by-when=may"])["saved"][
        "words"
    ]
    assert words in {"a nicer time by May a nicer time", "{Aim} by May, a nicer time"}


def test_a_part_may_have_a_number_as_its_id(file: AnswerFile, say: Any) -> None:
    question = build(
        "q",
        "Build it.",
        {"1": ("One", {"a": "an", "b": "be"}), "2": ("Two", {"a": "at", "b": "by"})},
        right={"1": "a", "2": "a"},
        feedback={"1": {"a": "x", "b": "y"}, "2": {"a": "x", "b": "y"}},
        done="Done!",
        sentence="{2} {1}",
        answers=file,
    )
    assert say(question, "save", value=["1=b", "2=a"])["saved"]["words"] == "at be"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": {}}, "Question q needs two or more parts"),
        ({"parts": {"what": PARTS["what"]}}, "Question q needs two or more parts"),
        ({"parts": [PARTS["what"]] * 2}, "Question q needs two or more parts"),
        ({"parts": {**PARTS, "A=B": PARTS["what"]}}, "id of this part of q does not work"),
        ({"parts": {**PARTS, "what": "What?"}}, "Part what of q is 'What\\?'. Give its label"),
        ({"parts": {**PARTS, "what": ("What?",)}}, "Part what of q is .* Give its label"),
        ({"parts": {**PARTS, "what": (" ", {"a": "A", "b": "B"})}}, "The label of what of q"),
        ({"parts": {**PARTS, "what": ("?", {"a": "A"})}}, "q, part what, needs two or more opt"),
        ({"right": {"what": "wait"}}, "strong option of q is for what. Give it for each of: what"),
        ({"right": {**RIGHT, "what": "no"}}, "strong option for what of q is 'no'. Use one or"),
        ({"right": {**RIGHT, "what": ()}}, r"strong option for what of q is \(\)"),
        ({"right": {**RIGHT, "what": 3}}, "strong option for what of q is 3"),
        ({"right": {**RIGHT, "what": [["wait"]]}}, r"for what of q is \[\['wait'\]\]"),
        ({"feedback": {"what": FEEDBACK["what"]}}, "feedback of q is for what. Give it for each"),
        (
            {"feedback": {**FEEDBACK, "what": {"wait": "x"}}},
            "feedback of q for what is for wait. Give it for each of: wait, nice",
        ),
        (
            {"feedback": {**FEEDBACK, "what": {"wait": "x", "nice": ""}}},
            "The feedback of q for what, nice, is ''",
        ),
        ({"done": " "}, "What q says when it is done"),
        ({"sentence": ""}, "The sentence of q is ''"),
        ({"sentence": "We want {what}."}, "Put each part's id into it in braces, and no others"),
        ({"sentence": "{what} {by-when} {who}"}, "no others: {what}, {by-when}"),
        ({"sentence": "{what} {by-when} {}"}, "Put each part's id"),
        ({"sentence": "{what} {by-when:3}"}, "Put each part's id"),
        ({"sentence": "{what!r} {by-when}"}, "Put each part's id"),
        ({"sentence": "{what} {by-when"}, "Put each part's id"),
    ],
)
def test_what_cannot_work(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)
