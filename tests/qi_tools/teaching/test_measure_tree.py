from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.editions.told import tell as tell_part
from qi_tools.answers import AnswerFile
from qi_tools.teaching import Place, QuestionInvalid, measure_tree
from qi_tools.teaching.measure_tree import KINDS, _circle

MEASURES = {"falls": "Falls", "checks": "Checks done", "bed": "Kept in bed"}
AIMS = {"safe": "Less harm"}
RIGHT = {
    "falls": Place("outcome", "safe"),
    "checks": Place("process", "falls"),
    "bed": Place("balancing", "safe"),
}
FEEDBACK = {"falls": "Patients feel it.", "checks": "Staff do it.", "bed": "A price.", "right": "!"}
GOOD = ["falls-kind=outcome", "falls=safe", "checks-kind=process", "checks=falls"]
GOOD += ["bed-kind=balancing", "bed=safe"]


@pytest.fixture
def ask(file: AnswerFile) -> Any:
    given: dict[str, Any] = {
        "measures": MEASURES,
        "aims": AIMS,
        "right": RIGHT,
        "feedback": FEEDBACK,
        "answers": file,
    }
    return lambda **more: measure_tree("q", "Where?", **{**given, **more})


def changed(**other: str) -> list[str]:
    pairs = dict(pair.split("=") for pair in GOOD)
    return [f"{name}={value}" for name, value in {**pairs, **other}.items()]


def test_what_the_browser_gets(ask: Any) -> None:
    content = ask().content
    kinds = [[kind, words] for kind, words in KINDS.items()]
    assert content["fields"][:2] == [
        ["falls-kind", "Falls: which kind?", kinds],
        [
            "falls",
            "Falls: what does it feed?",
            [["safe", "Less harm"], ["checks", "Checks done"], ["bed", "Kept in bed"]],
        ],
    ]
    assert content["measures"] == [[name, text] for name, text in MEASURES.items()]
    assert content["aims"] == [["safe", "Less harm"]]
    assert not any(text in repr(ask().get_state()) for text in [*FEEDBACK.values()][:3])


def test_a_tree_is_kept_judged_and_restored(ask: Any, file: AnswerFile, say: Any) -> None:
    state = say(ask(), "save", value=GOOD)
    assert (state["feedback"]["right"], state["feedback"]["text"]) == (True, "!")
    assert file.load()["q"].value == (
        "bed=safe",
        "bed-kind=balancing",
        "checks=falls",
        "checks-kind=process",
        "falls=safe",
        "falls-kind=outcome",
    )
    assert state["saved"]["words"].startswith("Falls: outcome measure, feeds Less harm; Checks")
    assert ask().state["feedback"]["right"] is True


def test_each_row_is_judged_by_its_kind_and_its_place(ask: Any, say: Any) -> None:
    wrong = changed(**{"falls-kind": "process", "bed": "falls", "bed-kind": "outcome"})
    found = say(ask(), "save", value=wrong)["feedback"]
    assert (found["right"], found["text"]) == (False, "Measures that are right: 1 of 3.")
    right = {name: field["right"] for name, field in found["fields"].items()}
    assert right == {
        "falls-kind": False,
        "falls": True,
        "checks-kind": True,
        "checks": True,
        "bed-kind": False,
        "bed": False,
    }
    assert found["fields"]["falls-kind"]["text"] == "Patients feel it."
    assert found["fields"]["falls"]["text"] == ""
    assert "Staff do it." not in repr(found)


def test_a_measure_may_have_several_right_places(ask: Any, say: Any) -> None:
    several = {**RIGHT, "bed": Place("balancing", ("safe", "falls"))}
    for feeds, right in (("safe", True), ("falls", True), ("checks", False)):
        found = say(ask(right=several), "save", value=changed(bed=feeds))["feedback"]
        assert (found["right"], found["fields"]["bed"]["right"]) == (right, right)
    in_print = [each.option for each in tell_part(ask(right=several)).said if each.field == "bed"]
    assert in_print == ["safe", "falls", "checks"]


def test_a_circle_is_refused_in_words(ask: Any, file: AnswerFile, say: Any) -> None:
    problem = say(ask(), "save", value=changed(falls="checks"))["problem"]
    assert problem["text"] == (
        "“Falls” and “Checks done” feed one another in a circle, and so never reach an aim. "
        "Change what one of them feeds."
    )
    assert file.load() == {}


@pytest.mark.parametrize("value", [None, GOOD[1:], changed(falls="falls"), changed(falls="")])
def test_what_is_no_tree(ask: Any, say: Any, value: Any) -> None:
    problem = say(ask(), "save", value=value)["problem"]
    assert problem["text"] == "Choose the kind of each measure, and what it feeds."


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefz")))
def test_a_circle_is_found_wherever_there_is_one(feeds: dict[str, str]) -> None:
    """Held against the plain way: without a circle, every way is at its end after so many steps."""
    lasting = {*feeds}
    for _ in range(len(feeds) + 1):
        lasting = {name for name in lasting if feeds[name] in lasting}
    circle = _circle(feeds)
    assert bool(circle) is bool(lasting)
    for one, after in zip(circle, [*circle[1:], *circle[:1]], strict=True):
        assert feeds[one] == after


def test_two_tabs(ask: Any, file: AnswerFile, say: Any) -> None:
    here, there = ask(), ask()
    say(there, "save", value=GOOD)
    assert say(here, "save", value=changed(bed="falls"))["problem"]["kind"] == "conflict"
    say(here, "keep mine", value=changed(bed="falls"), over=1)
    assert "bed=falls" in file.load()["q"].value  # type: ignore[operator]


def test_it_can_be_told_in_print(ask: Any) -> None:
    told = tell_part(ask())
    assert told.kind == "tree"
    assert told.done == "!"
    right = {each.field: each.option for each in told.said if each.right}
    assert sorted(f"{field}={option}" for field, option in right.items()) == sorted(GOOD)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"measures": {"falls": "Falls"}}, "needs two or more measures"),
        ({"aims": {}}, "The tree q has no aim"),
        ({"aims": ["safe"]}, "The tree q has no aim"),
        ({"aims": {"falls": "Less harm"}}, "uses an id twice: falls"),
        ({"aims": {"bed-kind": "Less harm"}}, "uses an id twice: bed-kind"),
        ({"aims": {"right": "Less harm"}}, "uses an id twice: right"),
        ({"aims": {"safe": "Falls"}}, "Two texts of the tree q read the same"),
        ({"right": {"falls": Place("outcome", "safe")}}, "right place of q is for falls. Give it"),
        ({"right": {**RIGHT, "bed": Place("cost", "safe")}}, "right place for bed of q is Place"),
        ({"right": {**RIGHT, "bed": Place("outcome", "bed")}}, "or more of: safe, falls"),
        ({"right": {**RIGHT, "bed": ("outcome", "safe")}}, "right place for bed of q is"),
        ({"right": {**RIGHT, "bed": Place("outcome", ())}}, "right place for bed of q is Place"),
        ({"right": {**RIGHT, "bed": Place("outcome", ("safe", "x"))}}, "one or more of: safe"),
        ({"right": {**RIGHT, "falls": Place("outcome", "checks")}}, "right tree q has a circle"),
        ({"feedback": {"falls": "x"}}, "The feedback of q is for falls"),
        ({"feedback": {**FEEDBACK, "bed": " "}}, "The feedback of q for bed is ' '"),
    ],
)
def test_what_cannot_work(ask: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        ask(**change)


def test_a_tree_without_a_key_is_kept_and_not_judged(file: AnswerFile, say: Any) -> None:
    asked = measure_tree("q", "Where?", MEASURES, aims=AIMS, answers=file)
    assert asked.content["button"] == "Save my tree"
    state = say(asked, "save", value=changed(bed="falls"))
    assert state["feedback"] is None
    assert state["saved"]["words"].startswith("Falls: outcome measure, feeds Less harm")
    assert say(asked, "save", value=changed(falls="checks"))["problem"]


def test_a_key_without_feedback_is_refused(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="only one of right and feedback"):
        measure_tree("q", "Where?", MEASURES, aims=AIMS, right=RIGHT, answers=file)
