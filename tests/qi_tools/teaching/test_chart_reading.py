from __future__ import annotations

import re
from typing import Any

import pytest

from qi_tools import Measure, control_chart, ewma_chart, plain_run_chart, run_chart
from qi_tools.answers import AnswerFile
from qi_tools.spc.unjudged_charts import UnjudgedChart
from qi_tools.teaching import QuestionInvalid, read_chart
from tests.qi_tools.teaching.charts_of_every_kind import EVERY_KIND, SHIFTED, STEADY

CHARTS = [chart for charts in EVERY_KIND.values() for chart in charts]
CROSSES_ONCE = run_chart(
    Measure.from_columns([9, 8, 9, 8, 9, 8, 7, 3, 2, 4, 3, 2, 4, 3], name="Wait")
)
COMMON = ["verdict=common"]


def special(place: str) -> list[str]:
    return ["verdict=special", f"where={place}"]


def question(part: Any) -> Any:
    return part.children[1]


def shown(part: Any) -> list[str]:
    return [child.content["html"] for child in part.children if child.kind == "html"]


def places_of(chart: Any) -> set[str]:
    """Where the chart's own signals say that something shows."""
    return {f"point-{point + 1}" for point in chart.signal_points} | {
        signal.rule.replace(" ", "-") for signal in chart.signals if not signal.points
    }


@pytest.mark.parametrize("chart", CHARTS)
def test_the_verdict_is_the_charts_own(file: AnswerFile, say: Any, chart: Any) -> None:
    part = read_chart("q", chart, answers=file)
    asked = question(part)
    assert say(asked, "save", value=COMMON)["feedback"]["right"] is not bool(chart.signals)
    right = set()
    for place, _ in asked.content["places"]:
        if asked.feedback(tuple(special(place)))["right"]:
            right.add(place)
    assert right == places_of(chart)


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_sent_before_gives_the_verdict_away(file: AnswerFile, chart: Any) -> None:
    part = read_chart("q", chart, answers=file)
    assert shown(part) == [UnjudgedChart(chart).html()]
    assert question(part).state["feedback"] is None
    sent = repr([child.get_state() for child in part.children])
    code_and_style = r"'_esm': .*?, '_css'|<style>.*?</style>"
    without_code = re.sub(code_and_style, "", "".join(shown(part)) + repr(question(part).content))
    assert not any(signal.words in sent for signal in chart.signals)
    assert not re.search("signal|improvement|concern", without_code, re.IGNORECASE)


def test_the_whole_chart_follows_the_check(file: AnswerFile, say: Any) -> None:
    chart = run_chart(SHIFTED)
    part = read_chart("q", chart, answers=file)
    first = part.children[:2]
    say(question(part), "save", value=["verdict=special"])
    assert len(part.children) == 2
    say(question(part), "save", value=COMMON)
    assert shown(part)[1] == chart.html()
    assert part.children[:2] == first
    below = part.children[2]
    say(question(part), "save", value=special("point-25"))
    assert part.children[2] is below
    assert len(shown(read_chart("q", chart, answers=file))) == 2


def test_what_is_said(file: AnswerFile, say: Any) -> None:
    asked = question(read_chart("q", run_chart(SHIFTED), answers=file))
    found = say(asked, "save", value=special("point-3"))["feedback"]
    assert (found["right"], found["verdict"]) == (False, "Not quite.")
    assert found["text"].startswith("There is a special cause, but it does not show there. Signal")
    found = say(asked, "save", value=special("point-25"))["feedback"]
    assert (found["right"], found["verdict"]) == (True, "Right.")
    assert found["text"].startswith("That is one place where it shows. Signal: 10 points in a row")
    found = say(asked, "save", value=COMMON)["feedback"]
    assert found["text"].startswith("Signal: 10 points in a row")

    asked = question(read_chart("q-steady", run_chart(STEADY), answers=file))
    chance = "No signal: ups and downs like these can be chance alone. The whole chart is below."
    for value, right in ((COMMON, True), (special("point-3"), False)):
        found = say(asked, "save", value=value)["feedback"]
        assert (found["right"], found["text"]) == (right, chance)


def test_a_rule_about_the_whole_is_a_place(file: AnswerFile, say: Any) -> None:
    asked = question(read_chart("q", CROSSES_ONCE, answers=file))
    assert asked.content["places"][:2] == [
        ["few-crossings", "The whole line: few crossings"],
        ["point-1", "point 1: 9"],
    ]
    assert say(asked, "save", value=special("few-crossings"))["feedback"]["right"]
    assert not say(asked, "save", value=special("point-1"))["feedback"]["right"]


def test_only_points_that_are_judged_are_places(file: AnswerFile) -> None:
    measure = Measure.from_columns([1, None, *range(3, 20)], name="W").exclude(4, "Snow")
    asked = question(read_chart("q", run_chart(measure), answers=file))
    places = [place for place, _ in asked.content["places"]]
    assert places[:3] == ["few-crossings", "point-1", "point-3"]
    assert "point-4" not in places


def test_an_answer_is_kept_worded_and_restored(file: AnswerFile, say: Any) -> None:
    asked = question(read_chart("q", CROSSES_ONCE, answers=file))
    state = say(asked, "save", value=special("point-8")[::-1])
    assert file.load()["q"].value == ("verdict=special", "where=point-8")
    assert state["saved"]["words"] == "A special cause too: point 8: 3"
    again = question(read_chart("q", CROSSES_ONCE, answers=file))
    assert again.state["saved"]["value"] == ("verdict=special", "where=point-8")
    say(asked, "save", value=COMMON)
    problem = say(again, "save", value=special("point-8"))["problem"]
    assert (problem["kind"], problem["theirs"]) == ("conflict", "Common cause only")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "verdict=common",
        [],
        ["verdict=special"],
        ["where=point-1"],
        ["verdict=maybe"],
        ["verdict=common", "where=point-1"],
        ["verdict=common", "verdict=common"],
        ["verdict=special", "where=point-99"],
        ["verdict=special", "where=point-1", "more"],
        ["verdict", 3],
        {"verdict": "common"},
    ],
)
def test_what_is_not_an_answer(file: AnswerFile, say: Any, value: Any) -> None:
    asked = question(read_chart("q", CROSSES_ONCE, answers=file))
    problem = say(asked, "save", value=value)["problem"]
    assert problem["kind"] == "refused"
    assert problem["text"].startswith("Choose one of the answers first")
    assert file.load() == {}


def test_a_chart_to_look_at_is_judged_by_anhoej(file: AnswerFile, say: Any) -> None:
    plain = plain_run_chart(SHIFTED)
    part = read_chart("q", plain, answers=file)
    assert shown(part) == [plain.html()]
    assert "by the Anhøj rules" in question(part).content["question"]
    assert say(question(part), "save", value=special("point-25"))["feedback"]["right"]
    assert shown(part)[1] == run_chart(SHIFTED).html()


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (plain_run_chart(SHIFTED.rephase(21, "New")), "Give read_chart a run_chart of the measure"),
        (plain_run_chart(SHIFTED.freeze(12)), "Give read_chart a run_chart of the measure"),
        (run_chart(Measure.from_columns([1, 2] * 5, name="W")), "There is no verdict on the chart"),
        (plain_run_chart(Measure.from_columns([1, 2], name="W")), "too few points"),
        (ewma_chart(SHIFTED), "The chart of q is of the kind EwmaChart. read_chart takes what"),
        ("chart", "of the kind str"),
    ],
)
def test_a_chart_without_a_verdict(file: AnswerFile, chart: Any, words: str) -> None:
    with pytest.raises(QuestionInvalid, match=words):
        read_chart("q", chart, answers=file)


def test_few_points_with_a_signal_have_a_verdict(file: AnswerFile) -> None:
    measure = Measure.from_columns([5, 5.1, 4.9, 5, 5.1, 4.9, 5, 5.1, 4.9, 9], name="W")
    assert read_chart("q", control_chart(measure, "i"), answers=file)


def test_an_id_must_work(file: AnswerFile) -> None:
    with pytest.raises(QuestionInvalid, match="id of this question does not work"):
        read_chart("Q 1", CROSSES_ONCE, answers=file)
