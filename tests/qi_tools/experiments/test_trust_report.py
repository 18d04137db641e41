import math
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given

from qi_tools.experiments.made_up_trust import INDICATORS, SYSTEMS, Trust
from qi_tools.experiments.trust_report import publish
from qi_tools.measure import Measure
from qi_tools.spc.multiples import small_multiples
from qi_tools.spc.rule_sets import ANHOEJ
from qi_tools.spc.summaries import summary
from tests.qi_tools.experiments.trusts import all_of, few, rows_of, seeds, trusts


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


def test_the_coloured_table_compares_the_latest_month_with_the_one_before():
    row = publish(all_of("chance"), Random(1)).rows[0]
    falls, hygiene = INDICATORS[0], INDICATORS[3]
    for indicator, values, arrow, moved in (
        (falls, (6.0, 6.5), "up", "worse"),
        (falls, (6.5, 6.0), "down", "better"),
        (hygiene, (79.0, 81.0), "up", "better"),
        (hygiene, (81.0, 79.0), "down", "worse"),
        (hygiene, (81.0, 81.0), "level", "the same"),
    ):
        cell = replace(row, indicator=indicator, values=values).latest
        assert (cell.value, cell.arrow, cell.moved) == (values[-1], arrow, moved)
        assert cell.colour == indicator.colour(values[-1])


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


def test_a_report_stays_as_it_is():
    with pytest.raises(FrozenInstanceError):
        publish(Trust(), Random(1)).rows = ()
