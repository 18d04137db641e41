"""Each part tells all that it holds, and saves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course.editions.told import Said, as_told, tell
from qi_tools import Measure, run_chart
from qi_tools.teaching import (
    Choice,
    Moment,
    Place,
    branching,
    build,
    checklist,
    choice,
    experiment,
    match,
    measure_tree,
    number,
    order,
    poll,
    predict,
    predict_number,
    read_chart,
    reveal,
    several,
    timer,
    written,
)


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_prediction_is_given_its_first_option_or_the_middle_and_is_not_saved(empty: Path) -> None:
    asked: list[Any] = []

    def then(guess: Any) -> str:
        asked.append(guess)
        return "It fell."

    told = tell(predict("q", "What next?", {"up": "Up", "down": "Down"}, then=then))
    assert (told.guess, [each.content["html"] for each in told.then]) == ("Up", ["<p>It fell.</p>"])
    number = tell(predict_number("n", "How many?", low=1, high=60, unit="jobs", then=then))
    assert number.guess == "30 jobs"
    assert asked == ["up", 30.0]
    assert list(empty.iterdir()) == []


def test_what_a_prediction_fails_to_unlock_is_not_passed_over() -> None:
    with pytest.raises(RuntimeError, match="q failed"):
        tell(predict("q", "What next?", {"up": "Up", "down": "Down"}, then=lambda _: 1 / 0))


def test_a_question_without_feedback_says_nothing_about_its_options() -> None:
    assert tell(choice("q", "Which?", {"a": "A", "b": "B"})).said == ()
    assert tell(match("q", "Which?", {"x": "X", "y": "Y"}, {"a": "A", "b": "B"})).said == ()
    assert tell(written("q", "Why?")).kind == "text"


def test_every_option_of_every_list_is_told_with_what_is_said_about_it() -> None:
    told = tell(
        build(
            "q",
            "Build it.",
            {
                "what": ("What?", {"a": "A", "b": "B"}),
                "when": ("When?", {"c": "C", "d": "D", "e": "E"}),
            },
            right={"what": "b", "when": {"d", "e"}},
            feedback={"what": {"a": "no a", "b": "yes b"}, "when": {"c": "c", "d": "d", "e": "e"}},
            done="Done well.",
            sentence="{what} {when}",
        )
    )
    assert sorted((each.field, each.option, each.right) for each in told.said) == [
        ("what", "a", False),
        ("what", "b", True),
        ("when", "c", False),
        ("when", "d", True),
        ("when", "e", True),
    ]
    assert Said("what", "a", False, "no a") in told.said
    assert told.done == "Done well."


def test_every_box_is_told_with_what_is_said_about_it() -> None:
    options, said = {"a": "A", "b": "B", "c": "C"}, {"a": "no a", "b": "yes b", "c": "yes c"}
    told = tell(several("q", "Which?", options, right={"b", "c"}, feedback=said))
    assert told.kind == "checks"
    assert {each.option: (each.right, each.text) for each in told.said} == {
        "a": (False, "no a"),
        "b": (True, "yes b"),
        "c": (True, "yes c"),
    }
    assert tell(several("q", "Which?", options)).said == ()


def test_a_number_is_told_with_what_is_said_below_and_above_it() -> None:
    said = {"right": "Yes.", "low": "Count below.", "high": "Count above."}
    given: dict[str, Any] = {
        "right": 1250,
        "tolerance": 10,
        "unit": "calls",
        "low": 0,
        "high": 9000,
    }
    told = tell(number("q", "How many?", **given, feedback=said))
    assert told.said == (
        Said("", "1,250 calls", True, "Yes."),
        Said("", "less", False, "Count below."),
        Said("", "more", False, "Count above."),
    )


def test_things_are_told_in_their_right_order_with_what_is_said_about_each() -> None:
    items = {"a": "A", "b": "B", "c": "C", "d": "D"}
    said = {each: f"not {each}" for each in items} | {"right": "In order."}
    told = tell(order("q", "Order?", items, right=["c", "a", "d", "b"], feedback=said))
    assert [(each.option, each.text) for each in told.said] == [
        ("c", ""),
        ("a", "not a"),
        ("d", "not d"),
        ("b", "not b"),
    ]
    assert told.done == "In order."


def test_a_tree_is_told_with_the_place_of_each_measure() -> None:
    right = {"x": Place("outcome", "aim"), "y": Place("process", "x")}
    said = {"x": "not x", "y": "not y", "right": "A tree."}
    told = tell(
        measure_tree(
            "q", "?", {"x": "X", "y": "Y"}, aims={"aim": "Aim"}, right=right, feedback=said
        )
    )
    assert (told.kind, told.done) == ("tree", "A tree.")
    assert {each.field: each.option for each in told.said if each.right} == {
        "x-kind": "outcome",
        "x": "aim",
        "y-kind": "process",
        "y": "x",
    }
    assert {each.text for each in told.said if each.field == "y" and not each.right} == {"not y"}


@pytest.mark.parametrize(
    ("waits", "right"),
    [([9, 8, 7, 8, 9, 7] * 4, True), ([9] * 8 + [2] * 8, False)],
)
def test_a_chart_is_told_without_its_verdict_and_then_whole(waits: list[int], right: bool) -> None:
    chart = run_chart(Measure.from_columns(waits, name="Wait"))
    shown, asked = tell(read_chart("q", chart)).then
    assert right is not bool(chart.signals), "the example is of the other kind"
    assert chart.finding not in shown.content["html"]
    [verdict] = asked.said
    assert (verdict.option, verdict.right) == ("common", right)
    assert chart.finding in verdict.text
    assert [each.content["html"] for each in asked.then] == [chart.html()]


def test_a_checklist_tells_its_checks_and_its_model_answer() -> None:
    told = tell(checklist("q", "Write.", {"a": "A", "b": "B"}, model="A model.", rows=3))
    checks, model = told.then
    assert (told.kind, told.content["rows"], checks.kind) == ("checklist", 3, "checks")
    assert "A model." in model.content["html"]


def test_a_story_that_branches_tells_only_its_first_moment() -> None:
    ways = {"ask": Choice("Ask", "end", "Said so."), "push": Choice("Push", "end", "Nothing.")}
    moments = {"now": Moment("It begins.", ways), "end": Moment("It ends.", lesson="Ask.")}
    told = tell(branching("q", "A review", "now", moments))
    assert (told.content["text"], told.content["choices"]) == (
        "It begins.",
        [["ask", "Ask"], ["push", "Push"]],
    )
    assert not any(words in str(told) for words in ("It ends.", "Said so.", "Nothing."))


def test_an_experiment_tells_what_happens_what_to_guess_and_how_to_do_it_in_a_room() -> None:
    about, asked = tell(experiment("red_beads", "q")).then
    [lab] = asked.then
    assert (about.kind, asked.kind, lab.kind) == ("html", "radio", "lab")
    assert lab.content["room"]


def test_what_is_behind_a_button_is_told() -> None:
    told = tell(reveal("A hint", "Count.", poll("q", "Who?", {"a": "A", "b": "B"})))
    assert [each.kind for each in told.then] == ["html", "poll"]
    assert tell(timer("Talk", 5)).kind == "timer"


def test_telling_saves_nothing(empty: Path) -> None:
    tell(checklist("q", "Write.", {"a": "A", "b": "B"}, model="A model."))
    tell(read_chart("r", run_chart(Measure.from_columns([9, 8, 7, 9] * 4, name="Wait"))))
    tell(experiment("red_beads", "s"))
    assert list(empty.iterdir()) == []


def test_what_was_told_can_be_read_again() -> None:
    from dataclasses import asdict

    told = tell(predict("q", "?", {"up": "Up", "down": "Down"}, then=lambda _: "It fell."))
    assert as_told(asdict(told)) == told
