import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from qi_tools.errors import QIToolsError
from qi_tools.experiments.rag_or_dots import (
    AMBER,
    ASK,
    COLOURS,
    DECISIONS,
    INDICATORS,
    LEAVE,
    SYSTEMS,
    VERDICTS,
    WORK,
    ReportInvalid,
    Trust,
    by_chart,
    by_rag,
    colour_odds,
    publish,
    repeat,
    score,
)
from qi_tools.measure import Measure
from qi_tools.spc.multiples import small_multiples
from qi_tools.spc.rule_sets import ANHOEJ, MAKING_DATA_COUNT
from qi_tools.spc.summaries import summary

FALLS, PERCENT = INDICATORS[0], INDICATORS[3]
seeds = st.integers() | st.text()
few = settings(max_examples=15, deadline=None)


def all_of(name, months=24):
    return Trust(months, (name,) * len(INDICATORS))


@st.composite
def trusts(draw):
    return Trust(
        draw(st.integers(20, 60)),
        tuple(draw(st.sampled_from(list(SYSTEMS))) for _ in INDICATORS),
    )


def rows_of(trust, runs):
    return [row for seed in range(runs) for row in publish(trust, Random(seed)).rows]


def sigmas(row):
    """Each month's distance on the good side of the target."""
    this = row.indicator
    way = 1 if this.better == "higher" else -1
    return [way * (value - this.target) / this.sigma for value in row.values]


@few
@given(trusts(), seeds)
def test_the_same_seed_gives_the_same_report_and_all_systems_are_dealt_out(trust, seed):
    report = publish(trust, Random(seed))
    assert publish(trust, Random(seed)) == report
    assert Counter(row.system for row in report.rows) == Counter(trust.systems)
    assert [row.indicator for row in report.rows] == list(INDICATORS)
    assert {len(row.values) for row in report.rows} == {trust.months}


def test_chance_deals_each_system_to_each_measure():
    dealt = Counter((row.indicator.name, row.system) for row in rows_of(Trust(), 400))
    for indicator in INDICATORS:
        assert abs(dealt[indicator.name, "improves"] - 400 / 12) < 4 * math.sqrt(400 * 11 / 144)


class Extreme(Random):
    """The very ends of chance, a standard deviation of 8.6 either way."""

    def __init__(self, way):
        self.values = [1 - 2**-53, 0.0 if way > 0 else 0.5]
        self.turn = 0

    def random(self):
        self.turn += 1
        return self.values[self.turn % 2]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.name)
def test_no_value_can_leave_what_is_possible(indicator):
    means = [each.distance + change for each in SYSTEMS.values() for change in (0, each.change)]
    for sigma in (min(means) - 8.6, max(means) + 8.6):
        assert 0 < indicator.at(sigma) < (100 if indicator.unit == "%" else math.inf)


@pytest.mark.parametrize("way", [-1, 1])
def test_the_very_ends_of_chance_make_a_report_too(way):
    for row in publish(Trust(), Extreme(way)).rows:
        assert all(math.isfinite(value) for value in row.values)


@pytest.mark.parametrize("name", ["meets", "chance", "misses"])
def test_a_steady_system_has_the_mean_and_spread_that_it_is_said_to(name):
    values = [each for row in rows_of(all_of(name), 40) for each in sigmas(row)]
    n = len(values)
    assert fmean(values) == pytest.approx(SYSTEMS[name].distance, abs=4 / math.sqrt(n))
    assert stdev(values) == pytest.approx(1, rel=4 / math.sqrt(2 * n))


@pytest.mark.parametrize("name", ["worsens", "improves", "one month"])
def test_a_change_is_as_large_as_it_is_said_to_be_and_where(name):
    system = SYSTEMS[name]
    rows = rows_of(all_of(name), 40)
    before, during, after = [], [], []
    for row in rows:
        placed = sigmas(row)
        start, end = row.since - 1, len(placed) if system.lasts else row.since
        before += placed[:start]
        during += placed[start:end]
        after += placed[end:]
    for values, mean in (
        (before, system.distance),
        (during, system.distance + system.change),
        (after, system.distance),
    ):
        if values:
            assert fmean(values) == pytest.approx(mean, abs=4 / math.sqrt(len(values)))
    assert bool(after) is not system.lasts
    ago = {24 - row.since + 1 for row in rows}
    assert (min(ago), max(ago)) == system.begins


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(INDICATORS), st.floats(-12, 12))
def test_colours_follow_the_rule(indicator, distance):
    value = indicator.at(distance)
    worse = value > indicator.target if indicator.better == "lower" else value < indicator.target
    far = abs(value - indicator.target) > AMBER * indicator.target + 1e-6
    near = abs(value - indicator.target) < AMBER * indicator.target - 1e-6
    colour = indicator.colour(value)
    assert colour in COLOURS
    assert (colour == "green") is not worse
    if worse and far:
        assert colour == "red"
    if worse and near:
        assert colour == "amber"


def test_both_edges_of_amber():
    assert [FALLS.colour(value) for value in (6.0, 6.01, 6.3, 6.31)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]
    assert [PERCENT.colour(value) for value in (80.0, 79.99, 76.0, 75.99)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]


def test_the_coloured_table_compares_the_latest_month_with_the_one_before():
    row = publish(all_of("chance"), Random(1)).rows[0]
    for indicator, values, arrow, moved in (
        (FALLS, (6.0, 6.5), "up", "worse"),
        (FALLS, (6.5, 6.0), "down", "better"),
        (PERCENT, (79.0, 81.0), "up", "better"),
        (PERCENT, (81.0, 79.0), "down", "worse"),
        (PERCENT, (81.0, 81.0), "level", "the same"),
    ):
        cell = replace(row, indicator=indicator, values=values).latest
        assert (cell.value, cell.arrow, cell.moved) == (values[-1], arrow, moved)
        assert cell.colour == indicator.colour(values[-1])


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
    monkeypatch.setattr(
        "qi_tools.experiments.rag_or_dots.SYSTEMS",
        {**SYSTEMS, "moved": replace(SYSTEMS["chance"], distance=0.8)},
    )
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


def decided(report, decision):
    return {row.indicator.name: decision for row in report.rows}


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


def test_a_table_can_be_saved_and_read_back(tmp_path):
    report = publish(Trust(30), Random(1))
    path = tmp_path / "report.csv"
    report.table.to_csv(path, index=False)
    for made in report.measures:
        read = Measure.from_file(path, made.name, "date")
        assert read.values.tolist() == made.values.tolist()
        assert (read.dates == made.dates).all()
        assert made.simulated
        assert made.monthly
    table = report.table
    table["Falls"] = 0
    assert report.table["Falls"].tolist() == list(report.rows[0].values)


def test_measures_carry_target_and_direction_to_charts_and_icons():
    report = publish(Trust(), Random(1))
    for made, indicator in zip(report.measures, INDICATORS, strict=True):
        assert made.target.tolist() == [indicator.target] * 24
        assert (made.better, made.unit) == (indicator.better, indicator.unit)
    charts = report.charts(ANHOEJ)
    assert {chart.kind.name for chart in charts} == {"i"}
    assert small_multiples(charts, shared=False).charts == charts
    icons = {row.name: row.assurance for row in summary(charts).rows}
    for row in report.rows:
        if row.system in {"meets", "misses"}:
            assert (
                icons[row.indicator.name] == {"meets": "passing", "misses": "failing"}[row.system]
            )


def test_the_coloured_table_has_a_row_a_measure():
    report = publish(Trust(), Random(1))
    assert report.rag_table["measure"].tolist() == [each.name for each in INDICATORS]
    assert report.rag_table["colour"].tolist() == [cell.colour for cell in report.rag]


@few
@given(trusts(), seeds)
def test_descriptions_are_short_and_keep_the_truth_to_themselves(trust, seed):
    text = publish(trust, Random(seed)).describe()
    assert text.startswith("Simulated:")
    assert len(text) <= 600
    assert not any(system.words in text for system in SYSTEMS.values())


def test_a_description_of_many_is_short():
    for rules in (ANHOEJ, MAKING_DATA_COUNT, ANHOEJ + MAKING_DATA_COUNT):
        assert len(repeat(Trust(), 3, rules, Random(1)).describe()) <= 600


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"months": 19}, "from 20 to 60"),
        ({"months": 24.0}, "whole number"),
        ({"systems": ("meets",) * 11}, "Give 12 of them"),
        ({"systems": ["meets"] * 12}, "as a tuple"),
        ({"systems": ("meets",) * 11 + ("broken",)}, "No system is called 'broken'"),
        ({"systems": ("meets",) * 11 + ([],)}, "Use one of: meets, chance"),
    ],
)
def test_a_trust_that_cannot_be_says_so(wrong, says):
    with pytest.raises(ReportInvalid, match=says) as caught:
        Trust(**wrong)
    assert isinstance(caught.value, QIToolsError)


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


@pytest.mark.parametrize("runs", [0, 201, True, "9"])
def test_a_number_of_reports_that_cannot_be_says_so(runs):
    with pytest.raises(ReportInvalid, match="from 1 to 200"):
        repeat(Trust(), runs, ANHOEJ, Random(1))


def test_a_report_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        publish(Trust(), Random(1)).rows = ()
