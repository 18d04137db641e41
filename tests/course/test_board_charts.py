"""The charts of the board's assessment: each key is worked out from the values, by both rule sets.

An organisation chooses one of the two sets. Here both say the same of every chart, so a key holds
whichever it is, and the set that a chart names is the one that its key was worked out under.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from statistics import fmean

import pytest

from autograder.keys import Key
from course.bank import Bank, Item
from course.charts import Chart
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, Measure, RuleSet, control_chart
from qi_tools.spc.charts import Chart as JudgedChart
from qi_tools.spc.rules import BeyondLimits
from tests.course.board_charts import MONTHS, SERIES
from tests.course.board_key import (
    ASKS,
    CHANGES,
    CHARTS,
    DECISIONS,
    LEAVES,
    kind_of,
    notebook,
    read_bank,
    read_key,
)

BOTH = (ANHOEJ, MAKING_DATA_COUNT)
#: Stories that call the usual level good enough, or not; elsewhere the target says it.
GOOD_ENOUGH = {"board-q14-b": True, "board-q16-a": True, "board-q17-a": False}
GOOD_ENOUGH |= {"board-q20-a": False, "board-q20-b": True, "board-q14-c": False}
#: One special cause is known, and was dealt with.
DEALT_WITH = {"board-q16-a"}
SAID = {"board-q14-b": "acceptable", "board-q16-a": "content with all the other months"}
SAID |= {"board-q17-a": "wants fewer", "board-q20-a": "too long", "board-q20-b": "content with"}
SAID |= {"board-q14-c": "it isn't"}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def key() -> dict[str, Key]:
    return read_key()


def charted(bank: Bank) -> dict[str, Item]:
    return {item.id: item for slot in bank.slots for item in slot.items if item.chart}


def chart_of(item: Item) -> Chart:
    assert item.chart is not None
    return item.chart


def judged(chart: Chart, rules: RuleSet) -> JudgedChart:
    """Judge a chart. Where it doesn't say which way is better, low is, for a direction to show."""
    measure = chart.measure()
    if chart.better == "neither":
        measure = replace(measure, better="lower")
    return control_chart(measure, "i", rules=rules)


def verdict(chart: Chart, rules: RuleSet) -> str:
    """Return what a chart shows by a rule set: noise, odd (one month), or higher or lower since."""
    found = judged(chart, rules)
    if not found.signals:
        return "noise"
    points = found.signal_points
    outside = {
        point
        for rule, each in found.analysis.found
        if isinstance(rule, BeyondLimits)
        for point in (each.high | each.low).nonzero()[0].tolist()
    }
    if len(points) == 1 and set(points) == outside:
        return "odd"
    assert points[-1] == MONTHS - 1
    return {"high": "higher", "low": "lower"}[found.variation.split(", ")[1]]


def test_charts_are_those_that_were_made(bank: Bank) -> None:
    assert {id: item.chart for id, item in charted(bank).items()} == {
        id: series.chart() for id, series in SERIES.items() if id != "w1"
    }


def test_which_slots_have_charts_and_how_much_they_show(bank: Bank) -> None:
    shows = {id: chart_of(item).shows for id, item in charted(bank).items()}
    for slot in bank.slots:
        here = [shows.get(item.id) for item in slot.items]
        if slot.id in ("q10", "q11", "q12"):
            assert here == [{"q10": "dots", "q11": "limits", "q12": "signals"}[slot.id]] * 4
        elif slot.id in DECISIONS[:4]:
            assert None not in here
            assert "dots" not in here
    assert len({chart_of(item).values for item in charted(bank).values()}) == len(shows) == 32
    sets = [chart_of(item).rule_set for item in charted(bank).values()]
    assert sets.count("anhoej") >= 10
    assert sets.count("making_data_count") >= 10


@pytest.mark.parametrize("id", [id for id in SERIES if id != "w1"])
def test_both_rule_sets_say_the_same_of_a_chart(bank: Bank, id: str) -> None:
    chart = chart_of(charted(bank)[id])
    one, other = (judged(chart, rules) for rules in BOTH)
    assert verdict(chart, ANHOEJ) == verdict(chart, MAKING_DATA_COUNT)
    assert (one.variation, one.assurance) == (other.variation, other.assurance)
    assert one.warnings == other.warnings == ()


def test_a_question_on_what_a_chart_shows_gives_no_verdict(bank: Bank) -> None:
    for id, item in charted(bank).items():
        told = chart_of(item).drawn().describe()
        assert "simulated" in told
        assert ("ignal" in told) == (chart_of(item).shows == "signals"), id
        target = chart_of(item).target
        if target is not None and "Target" not in told:  # then the question itself must say it
            assert f"{target:g}" in item.text, id


#: What each chart of q10 to q12 shows, and words of the option that says so.
READ = {
    "board-q10-a": ("higher", "longer than they were"),
    "board-q10-b": ("noise", "usual ups and downs"),
    "board-q10-c": ("lower", "the level is lower: there is a lasting change"),
    "board-q10-d": ("odd", "far from all others"),
    "board-q11-a": ("noise", "in every month"),
    "board-q11-b": ("odd", "different in that month"),
    "board-q11-c": ("higher", "changed and has stayed"),
    "board-q11-d": ("noise", "the same causes make them all"),
    "board-q12-a": ("noise", "falls short of it"),
    "board-q12-b": ("noise", "will meet it and some will miss it"),
    "board-q12-c": ("lower", "got better, and it is not yet good enough"),
    "board-q12-d": ("noise", "lie between them, as long as nothing changes"),
}
ASSURANCE = {"a": "failing", "b": "hit or miss", "c": "failing", "d": "passing"}


def test_what_the_three_charts_show_is_as_the_key_says(bank: Bank, key: dict[str, Key]) -> None:
    items = charted(bank)
    assert [id for id in items if id.split("-")[1] in CHARTS] == list(READ)
    for id, (shown, said) in READ.items():
        for rules in BOTH:
            assert verdict(chart_of(items[id]), rules) == shown, id
            if "-q12-" in id:
                assert judged(chart_of(items[id]), rules).assurance == ASSURANCE[id[-1]]
        right = str(key[id].right)
        assert [letter for letter, words in items[id].options.items() if said in words] == [right]


def decision(id: str, chart: Chart, rules: RuleSet) -> str:
    """Return what to do about a chart: ask what changed; if nothing did, is it good enough?"""
    if verdict(chart, rules) != "noise" and id not in DEALT_WITH:
        return ASKS
    good = GOOD_ENOUGH.get(id, judged(chart, rules).assurance == "passing")
    return LEAVES if good else CHANGES


def test_every_decision_on_a_chart_is_as_the_key_says(bank: Bank, key: dict[str, Key]) -> None:
    items = charted(bank)
    decided = [id for id in items if id.split("-")[1] in DECISIONS]
    assert len(decided) == 20
    for id in decided:
        for rules in BOTH:
            found = decision(id, chart_of(items[id]), rules)
            assert kind_of(id, str(key[id].right)) == found, id
    for id, words in SAID.items():
        assert words in items[id].text, id


def test_what_stories_and_reasons_say_of_their_charts_is_true(bank: Bank) -> None:
    values = {id.removeprefix("board-"): series.values() for id, series in SERIES.items()}
    assert max(values["q10-a"]) < 30
    assert min(values["q10-c"]) > 10
    assert values["q10-b"][-2] < 80 < values["q10-b"][-1]
    assert values["q12-b"][-1] <= 21
    assert values["q13-b"][-1] == min(values["q13-b"][-13:])
    assert min(values["q13-b"]) > 80
    assert values["q13-c"][-1] < min(values["q13-c"][-3:-1])
    assert max(values["q13-d"]) < 30
    assert values["q14-a"][-1] < values["q14-a"][-2]
    assert list(values["q14-b"][-4:]) == sorted(values["q14-b"][-4:])
    assert min(values["q14-c"]) < 75 < max(values["q14-c"])
    assert values["q14-d"][-1] == min(values["q14-d"])
    assert values["q15-a"][-1] == max(values["q15-a"]) < 5
    assert values["q15-b"][-1] > values["q15-b"][-2]
    assert min(values["q15-d"][-2:]) > 85
    assert sum(each > 85 for each in values["q15-d"]) >= 6
    assert values["q16-a"][-1] > values["q16-a"][-2]
    assert values["q16-d"][-1] < min(values["q16-d"][-5:-1])
    assert values["q20-a"][-2] == max(values["q20-a"])
    assert values["q20-a"][-1] < 25.5
    assert values["q20-b"][-2] == max(values["q20-b"]) > values["q20-b"][-1]
    for id in ("q13-d", "q15-b", "q16-b", "q11-c", "q10-a", "q10-c"):  # since a month: all beyond
        mean, since = fmean(values[id]), SERIES[f"board-{id}"].month
        assert len({each > mean for each in values[id][since:]}) == 1, id
    for id in ("q11-c", "q15-b", "q16-b"):  # an option says that the limits hold them all
        chart = judged(chart_of(charted(bank)[f"board-{id}"]), ANHOEJ)
        held = (chart.values < chart.upper) & (chart.values > chart.lower)
        assert held.all(), id


def test_months_that_reasons_name_are_those_of_the_chart(key: dict[str, Key]) -> None:
    named = {"q10-a": "May 2025", "q10-c": "February 2025", "q10-d": "April 2025"}
    named |= {"q15-b": "August 2025"}
    for id, month in named.items():
        series = SERIES[f"board-{id}"]
        assert series.chart().measure().label(series.month) == month
        assert month in key[f"board-{id}"].why
    series = SERIES["board-q16-a"]
    assert series.chart().measure().label(series.month) == "July 2025"


def test_the_paper_to_improve_is_as_its_chart_says() -> None:
    cells = {cell.id: cell.source for cell in notebook().cells}
    values = SERIES["w1"].values()
    call = ast.parse(cells["w1-chart"])
    first = next(node for node in ast.walk(call) if isinstance(node, ast.List))
    assert ast.literal_eval(first) == list(values)
    # Month 9 of 2024, counted from 0, is October, and month 32 is September 2026.
    assert "for month in range(9, 33)" in cells["w1-chart"]
    assert [SERIES["w1"].chart().measure().label(place) for place in (0, 14, 23)] == [
        "October 2024",
        "December 2025",
        "September 2026",
    ]
    assert f"{values[-1]:g} % of wheelchairs were delivered" in cells["w1"]
    assert f"down from {values[-2]:g} % in August" in cells["w1"]
    assert max(values) < 80
    since = values[14:]
    chart = SERIES["w1"].chart()
    for rules in BOTH:
        assert verdict(chart, rules) == "higher"
        # The fall at the end is noise within the new level.
        alone = Measure.from_columns(since, name="Since December")
        assert not control_chart(alone, "i", rules=rules).signals
