"""Charts of assessments with decisions: each key is worked out from the values, by both rule sets.

An organisation chooses one of the two sets. Here both say the same of every chart, so a key holds
whichever it is, and the set that a chart names is the one that its key was worked out under.
"""

from __future__ import annotations

from dataclasses import replace

from course.charts import Chart
from qi_tools import ANHOEJ, MAKING_DATA_COUNT, RuleSet, control_chart
from qi_tools.spc.charts import Chart as JudgedChart
from qi_tools.spc.rules import BeyondLimits
from tests.course.decisions.check import ASKS, CHANGES, LEAVES, DecisionCheck, chart_of

BOTH = (ANHOEJ, MAKING_DATA_COUNT)


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
    assert points[-1] == len(chart.values) - 1
    return {"high": "higher", "low": "lower"}[found.variation.split(", ")[1]]


def test_charts_are_those_that_were_made(check: DecisionCheck) -> None:
    made = {id: series.chart() for id, series in check.series.items() if not id.startswith("w")}
    assert {id: item.chart for id, item in check.charted().items()} == made
    timeless = {item.id: item.chart for item in check.items() if item.chart}
    assert {id: timeless[id] for id in timeless.keys() - made.keys()} == check.timeless
    shown = [chart_of(item).values for item in check.charted().values()]
    assert len(set(shown)) == len(shown)


def test_each_chart_to_read_has_one_and_both_rule_sets_are_met(check: DecisionCheck) -> None:
    charted = {item.id for item in check.items() if item.chart}
    for slot in check.bank.slots:
        if slot.id in check.charts:
            assert {item.id for item in slot.items} <= charted
        elif slot.id not in check.decisions:
            assert not {item.id for item in slot.items} & charted
    sets = [chart_of(item).rule_set for item in check.charted().values()]
    named = [each for each in sets if each]
    assert 0.3 <= named.count("anhoej") / len(named) <= 0.7


def test_both_rule_sets_say_the_same_of_a_chart(check: DecisionCheck) -> None:
    for id, item in check.charted().items():
        chart = chart_of(item)
        one, other = (judged(chart, rules) for rules in BOTH)
        assert verdict(chart, ANHOEJ) == verdict(chart, MAKING_DATA_COUNT), id
        assert (one.variation, one.assurance) == (other.variation, other.assurance), id
        assert one.warnings == other.warnings == (), id


def test_a_question_on_what_a_chart_shows_gives_no_verdict(check: DecisionCheck) -> None:
    for id, item in check.charted().items():
        told = chart_of(item).drawn().describe()
        assert "simulated" in told
        assert ("ignal" in told) == (chart_of(item).shows == "signals"), id
        target = chart_of(item).target
        if target is not None and "Target" not in told:  # then the question itself must say it
            assert f"{target:g}" in item.text, id


def test_charts_to_read_show_what_the_key_says(check: DecisionCheck) -> None:
    items = check.charted()
    assert {id for id in items if check.slot_of(id) in check.charts} == set(check.shown)
    for id, shown in check.shown.items():
        for rules in BOTH:
            assert verdict(chart_of(items[id]), rules) == shown, id


def decision(check: DecisionCheck, id: str, chart: Chart, rules: RuleSet) -> str:
    """Return what to do about a chart: ask what changed; if nothing did, is it good enough?"""
    if verdict(chart, rules) != "noise" and id not in check.dealt_with:
        return ASKS
    good = check.good_enough.get(id, judged(chart, rules).assurance == "passing")
    return LEAVES if good else CHANGES


def test_every_decision_on_a_chart_is_as_the_key_says(check: DecisionCheck) -> None:
    items = check.charted()
    decided = [id for id in items if check.slot_of(id) in check.decisions]
    assert len(decided) >= 16
    for id in decided:
        kind = check.kind_of(id, str(check.key[id].right))
        for rules in BOTH:
            # A sponsor's or leader's part is another thing than what the chart calls for.
            assert kind in (decision(check, id, chart_of(items[id]), rules), "S"), id
    for id, words in check.said.items():
        assert words in items[id].text, id
    assert check.said.keys() == check.good_enough.keys() <= items.keys()
