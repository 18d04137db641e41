import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random
from statistics import fmean

import pytest
from scipy.stats import norm

from qi_tools.experiments.colour_odds import colour_odds, repeat
from qi_tools.experiments.made_up_trust import AMBER, INDICATORS, SYSTEMS, ReportInvalid, Trust
from qi_tools.experiments.rag_or_dots import VERDICTS, by_chart, by_rag, score
from qi_tools.experiments.trust_report import publish
from qi_tools.spc.rule_sets import ANHOEJ, MAKING_DATA_COUNT
from tests.qi_tools.experiments.trusts import all_of, rows_of


@pytest.mark.parametrize("distance", [-2.0, -0.5, 0.0, 1.0, 3.0])
@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.name)
def test_the_odds_of_colours_are_those_of_the_normal_distribution(indicator, distance):
    odds = colour_odds(indicator, distance)
    green = norm.cdf(distance)
    assert odds.green == pytest.approx(green)
    assert odds.red == pytest.approx(
        norm.cdf(-distance - AMBER * indicator.target / indicator.sigma)
    )
    assert odds.red + odds.amber + odds.green == pytest.approx(1)
    assert odds.green_changes == pytest.approx(2 * green * (1 - green))
    assert odds.green_changes <= odds.changes <= 2 / 3


@pytest.mark.parametrize("name", ["chance", "moved"])
def test_colours_change_in_a_steady_system_as_often_as_theory_says(name, monkeypatch):
    """2p(1-p) for meeting the target or not; one less the sum of squares for three colours."""
    monkeypatch.setitem(SYSTEMS, "moved", replace(SYSTEMS["chance"], distance=0.8))
    distance = {"chance": 0.0, "moved": 0.8}[name]
    rows = rows_of(all_of(name), 60)
    pairs = len(rows) * 23
    met = [[colour == "green" for colour in row.colours] for row in rows]
    turned = sum(now != before for months in met for before, now in pairwise(months)) / pairs
    p = norm.cdf(distance)
    # Neighbouring pairs share a month, which no more than doubles the variance.
    error = math.sqrt(2 * 0.25 / pairs)
    assert abs(turned - 2 * p * (1 - p)) < 4 * error
    changed = sum(row.colour_changes for row in rows) / pairs
    usual = fmean(colour_odds(row.indicator, distance).changes for row in rows)
    assert abs(changed - usual) < 4 * error


def test_reports_repeated_are_the_sum_of_each():
    repeated = repeat(Trust(), 5, ANHOEJ, Random(3))
    random = Random(3)
    rag, chart = Counter(), Counter()
    for _ in range(5):
        report = publish(Trust(), random)
        rag.update(each.verdict for each in score(report, by_rag(report)).judged)
        decisions = by_chart(report, ANHOEJ)
        chart.update(each.verdict for each in score(report, decisions).judged)
    assert repeated.rag == tuple(rag[verdict] for verdict in VERDICTS)
    assert repeated.chart == tuple(chart[verdict] for verdict in VERDICTS)
    assert repeated.table["right"].tolist() == [rag["right"] / 5, chart["right"] / 5]
    assert repeated.runs == 5


@pytest.mark.parametrize(
    ("rules", "false"),
    [(ANHOEJ, 0.088), (MAKING_DATA_COUNT, 0.148)],
    ids=lambda each: str(each)[:20],
)
def test_charts_beat_colours_but_give_false_signals_too(rules, false):
    """The rates of false signals at 24 points were simulated apart: 10,000 series from numpy."""
    repeated = repeat(Trust(), 100, rules, Random(11))
    assert repeated.chart[0] > 1.5 * repeated.rag[0]
    assert repeated.chart[1] < repeated.rag[1]
    assert repeated.chart[2] < repeated.rag[2] / 5
    assert repeated.false_signals == pytest.approx(false, abs=4 * math.sqrt(false / 800))
    assert repeated.signals > 0.85
    assert repeated.colour_changes == pytest.approx(repeated.expected_changes, abs=0.02)


def test_without_any_change_every_question_is_a_reaction_to_noise():
    repeated = repeat(all_of("chance"), 20, ANHOEJ, Random(1))
    right, noise, *others = repeated.rag
    assert others == [0, 0, 0]
    assert noise > 20
    assert right + noise == 240
    assert math.isnan(repeated.signals)
    assert "where something did: none to look at" in repeated.describe()
    assert math.isnan(repeat(all_of("worsens"), 2, ANHOEJ, Random(1)).false_signals)


def test_a_description_of_many_is_short():
    for rules in (ANHOEJ, MAKING_DATA_COUNT, ANHOEJ + MAKING_DATA_COUNT):
        assert len(repeat(Trust(), 3, rules, Random(1)).describe()) <= 600


@pytest.mark.parametrize("runs", [0, 201, True, "9"])
def test_a_number_of_reports_that_cannot_be_says_so(runs):
    with pytest.raises(ReportInvalid, match="from 1 to 200"):
        repeat(Trust(), runs, ANHOEJ, Random(1))
