import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import (
    ANHOEJ,
    MAKING_DATA_COUNT,
    NELSON,
    PERLA,
    Measure,
    control_chart,
    perla,
    run_chart,
)
from qi_tools.alternatives import LONGEST
from qi_tools.errors import ChartImpossible
from qi_tools.spc.unjudged_charts import UnjudgedChart
from tests.qi_tools.teaching.charts_of_every_kind import EVERY_KIND, SHIFTED, STEADY

VERDICT = re.compile(r"signal|judgement|improvement|concern|special|common cause|chance", re.I)
SPOKEN = [chart for charts in EVERY_KIND.values() for chart in charts]


def words_of(chart):
    unjudged = UnjudgedChart(chart)
    return " ".join((unjudged.describe(), *unjudged.report()))


def test_description_is_the_whole_story():
    measure = Measure.from_columns(
        [5, 8, None, 6, 9, 7, 30, 7], name="Wait", unit="minutes", simulated=True
    ).exclude(7, "Snow")
    assert UnjudgedChart(control_chart(measure, "i")).describe() == (
        "I chart of Wait, minutes (simulated data): 7 points (1 missing, 1 left out), from point 1 "
        "to point 8. Mean 7, limits 1.68 to 12.3. Furthest up: 9 (point 5, limit 12.3) and 8 "
        "(point 2, limit 12.3). Furthest down: 5 (point 1, limit 1.68) and 6 (point 4, limit "
        "1.68). In time order: 1 point below the mean, 1 above, 1 below, 1 above."
    )


@pytest.mark.parametrize("chart", SPOKEN)
def test_no_words_give_the_verdict_away(chart):
    said = words_of(chart)
    assert not VERDICT.search(said), said
    for signal in chart.signals:
        assert signal.words not in said


def test_the_search_for_a_verdict_finds_one():
    assert VERDICT.search(run_chart(SHIFTED).describe())
    assert VERDICT.search(run_chart(STEADY).describe())


@pytest.mark.parametrize("chart", SPOKEN)
def test_the_table_holds_all_but_what_was_found(chart):
    table, whole = UnjudgedChart(chart).table, chart.table
    assert "signals" in whole
    assert [name for name in whole if name not in table] == [
        name for name in ("signals", "improvement", "concern") if name in whole
    ]
    assert table.equals(whole[list(table)])


def test_the_turns_of_each_phase_are_told():
    chart = run_chart(Measure.from_columns([1, 3, 1, 3, 8, 6, 6, 8], name="W").rephase(5, "New"))
    said = UnjudgedChart(chart).report()
    assert said[1:3] == (
        "From point 1 on: median 2. In time order: 1 point below the median, 1 above, 1 below, 1 "
        "above.",
        "From point 5 on: median 7. In time order: 1 point above the median, 2 below, 1 above.",
    )


def test_limits_that_vary_are_told_beside_the_points():
    measure = Measure.from_columns(
        [5, 9, 5, 6], denominators=[100, 20, 90, 110], per=100, name="Falls", data="rates"
    )
    chart = control_chart(measure, "u")
    said = UnjudgedChart(chart).describe()
    assert "limits at the last point" in said
    assert f"45 (point 2, limit {chart.upper[1]:.1f})" in said


def test_a_row_of_rises_is_told_where_a_rule_looks_for_one():
    values = [1, 2, 3, 4, 3, 2, 5, 5, 6, 1, 4, 3, 6, 5]
    said = words_of(run_chart(Measure.from_columns(values, name="W"), rules=PERLA))
    assert "Longest row of points all rising: 4; all falling: 3." in said
    assert "Longest row" not in words_of(run_chart(Measure.from_columns(values, name="W")))


def test_many_turns_are_summed_up_and_reported_in_full():
    chart = run_chart(Measure.from_columns([1, 3] * 18 + [3, 1], name="W"))
    unjudged = UnjudgedChart(chart)
    assert (
        "37 turns of points above or below the median; the longest holds 2 above (point 36 to "
        in (unjudged.describe())
    )
    assert "1 point below the median, 1 above" in " ".join(unjudged.report())


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            ANHOEJ,
            "Usual for 20 points off the median: up to 7 in a row on one side and 6 or more c",
        ),
        (PERLA, "Usual for 20 points off the median: 7 to 15 runs."),
        (perla("printed"), "Usual for 20 points off the median: 6 to 16 runs."),
    ],
)
def test_what_is_usual_for_so_many_points(rules, words):
    unjudged = UnjudgedChart(run_chart(Measure.from_columns([1, 2] * 10, name="W"), rules=rules))
    assert unjudged.yardsticks[0].startswith(words)


def test_where_no_rule_depends_on_the_number_of_points_nothing_is_said():
    assert UnjudgedChart(control_chart(SHIFTED, "i", rules=NELSON)).yardsticks == ()
    few = run_chart(Measure.from_columns([1, 2, 3], name="W"), rules=perla("printed"))
    assert "any number of runs" in UnjudgedChart(few).yardsticks[0]


VALUES = st.lists(
    st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6), st.none()),
    min_size=2,
    max_size=60,
).filter(lambda values: any(value is not None for value in values))


@settings(max_examples=50, deadline=None)
@given(VALUES, st.sampled_from([ANHOEJ, PERLA, MAKING_DATA_COUNT, NELSON]), st.booleans())
def test_any_chart_is_told_shortly_and_alike_whatever_was_found(values, rules, rephased):
    measure = Measure.from_columns(values, name="W")
    if rephased:
        measure = measure.rephase(len(values) // 2 + 1, "New") if len(values) > 2 else measure
    try:
        chart = control_chart(measure, "i", rules=rules)
    except ChartImpossible:
        return
    said = UnjudgedChart(chart).describe()
    assert len(said) <= LONGEST
    assert not VERDICT.search(words_of(chart))
    assert words_of(replace(chart, signals=())) == words_of(chart)
    judged = int(np.count_nonzero(chart.analysis.judged))
    assert ("Furthest up" in said) is (judged > 0)
