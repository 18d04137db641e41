from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.experiments.made_up_trust import (
    ASK,
    DECISIONS,
    LEAVE,
    SYSTEMS,
    WORK,
    ReportInvalid,
    Trust,
)
from qi_tools.experiments.rag_or_dots import VERDICTS, by_chart, by_rag, score
from qi_tools.experiments.trust_report import publish
from qi_tools.spc.rule_sets import ANHOEJ, MAKING_DATA_COUNT
from tests.qi_tools.experiments.trusts import all_of, decided, few, seeds, trusts


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        ("meets", ("reaction to noise", "work not needed", "right")),
        ("chance", ("reaction to noise", "right", "right")),
        ("misses", ("reaction to noise", "right", "target given up")),
        ("worsens", ("right", "change missed", "change missed")),
        ("improves", ("right", "change missed", "change missed")),
        ("one month", ("right", "change missed", "change missed")),
    ],
)
def test_each_decision_on_each_system_has_its_verdict(name, verdicts):
    report = publish(all_of(name), Random(1))
    for decision, verdict in zip(DECISIONS, verdicts, strict=True):
        held = score(report, decided(report, decision))
        assert {each.verdict for each in held.judged} == {verdict}
        assert held.count(verdict) == 12
        assert {each.truth for each in held.judged} == {SYSTEMS[name].words}


@few
@given(trusts(), seeds, st.lists(st.sampled_from(DECISIONS), min_size=12, max_size=12))
def test_a_score_counts_each_decision_once(trust, seed, decisions):
    report = publish(trust, Random(seed))
    names = [row.indicator.name for row in report.rows]
    held = score(report, dict(zip(names, decisions, strict=True)))
    assert sum(held.count(verdict) for verdict in VERDICTS) == 12
    assert held.table["verdict"].tolist() == [each.verdict for each in held.judged]
    assert len(held.describe()) <= 600


def test_the_right_decisions_score_full_marks():
    report = publish(Trust(), Random(4))
    right = {row.indicator.name: SYSTEMS[row.system].right[-1] for row in report.rows}
    assert score(report, right).count("right") == 12
    assert "12 were right. 0 measures of 8" in score(report, right).describe()


def test_the_colours_ask_about_every_red_and_nothing_else():
    report = publish(Trust(), Random(2))
    decisions = by_rag(report)
    assert {cell.name for cell in report.rag if cell.colour == "red"} == {
        name for name, decision in decisions.items() if decision == ASK
    }
    assert set(decisions.values()) == {ASK, LEAVE}


@pytest.mark.parametrize("rules", [ANHOEJ, MAKING_DATA_COUNT], ids=lambda rules: rules.name)
def test_the_charts_decide_as_each_of_them_shows(rules):
    for seed in range(8):
        report = publish(Trust(), Random(seed))
        decisions = by_chart(report, rules)
        for chart in report.charts(rules):
            failing = chart.assurance == "failing"
            usual = ASK if chart.signals else WORK if failing else LEAVE
            assert decisions[chart.measure.name] == usual


def test_decisions_that_cannot_be_scored_say_so():
    report = publish(Trust(), Random(1))
    full = decided(report, LEAVE)
    for wrong, says in (
        ([LEAVE] * 12, "by name"),
        ({**full, "Parking": LEAVE}, "no measure 'Parking'"),
        (dict.fromkeys(list(full)[2:], LEAVE), "no decision yet on: Falls, Pressure ulcers"),
        ({**full, "Falls": "panic"}, "decision on Falls is 'panic'"),
    ):
        with pytest.raises(ReportInvalid, match=says):
            score(report, wrong)
