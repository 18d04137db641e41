from dataclasses import replace
from itertools import permutations, product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import ANHOEJ, MAKING_DATA_COUNT, Measure, control_chart, run_chart
from qi_tools.errors import ChartImpossible
from qi_tools.spc import summaries
from qi_tools.spc.summaries import ATTENTION, summary
from qi_tools.spc.variation import ASSURANCE, VARIATION

nan = float("nan")
MONTHS = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
STEADY = [11.0, 9.0] * 8

# Written out here once more, so that a change of the order is a change of this test.
ORDER = [
    ("concern", "failing"),
    ("concern", "hit or miss"),
    ("concern", "not met"),
    ("concern", "none"),
    ("concern", "passing"),
    ("special cause", "failing"),
    ("common cause", "failing"),
    ("improvement", "failing"),
    ("special cause", "hit or miss"),
    ("special cause", "not met"),
    ("special cause", "none"),
    ("special cause", "passing"),
    ("common cause", "hit or miss"),
    ("common cause", "not met"),
    ("improvement", "hit or miss"),
    ("improvement", "not met"),
    ("too few points", "not met"),
    ("too few points", "none"),
    ("common cause", "none"),
    ("common cause", "passing"),
    ("improvement", "none"),
    ("improvement", "passing"),
]


def measure_of(values, *, name="y", dates=None, better="higher", target=None, **about):
    measure = Measure.from_columns(values, dates, name=name, better=better, **about)
    return measure if target is None else measure.aim(target)


def chart_of(values=STEADY, *, kind="i", rules=MAKING_DATA_COUNT, **about):
    measure = measure_of(values, **about)
    return run_chart(measure) if kind == "run" else control_chart(measure, kind, rules=rules)


def meaning_so(variation, standing):
    """A chart that says so: the class is set by hand, the values only serve the target."""
    target = 100.0 if standing == "not met" else None
    chart = chart_of(name=f"{variation}, {standing}", target=target)
    assurance = "none" if standing == "not met" else standing
    said = replace(
        chart.meaning,
        variation=np.array([VARIATION.index(variation)], dtype=np.int8),
        assurance=np.array([ASSURANCE.index(assurance)], dtype=np.int8),
    )
    return replace(chart, meaning=said)


EVERY = [
    (variation, standing)
    for variation in VARIATION
    for standing in (*ASSURANCE, "not met")
    # With too few points there is no icon of assurance either.
    if variation != "too few points" or standing in {"none", "not met"}
]


def row_of(chart):
    (row,) = summary([chart]).rows
    return row


# ---- the order


def test_the_order_is_the_one_that_is_documented_and_leaves_nothing_out():
    listed = [pair for attention in ATTENTION for pair in attention.classes]
    assert listed == ORDER
    assert set(ORDER) == {(variation.partition(",")[0], how) for variation, how in EVERY}


def test_every_pair_of_classes_stands_in_order_whichever_is_given_first():
    charts = {each: meaning_so(*each) for each in EVERY}
    for one, other in permutations(EVERY, 2):
        places = [ORDER.index((what.partition(",")[0], how)) for what, how in (one, other)]
        expected = [one, other] if places[0] <= places[1] else [other, one]
        rows = summary([charts[one], charts[other]]).rows
        assert [row.name for row in rows] == [f"{what}, {how}" for what, how in expected]


def test_measures_of_one_class_keep_the_order_given():
    names = ["Oak", "Ash", "Elm", "Yew"]
    charts = [chart_of(name=name) for name in names]
    assert [row.name for row in summary(charts).rows] == names
    assert [row.name for row in summary(reversed(charts)).rows] == names[::-1]


def test_only_what_someone_must_act_on_or_look_at_is_urgent():
    assert [step.heading for step in ATTENTION if step.urgent] == [
        "Concern",
        "Failing",
        "Changed",
        "Target at risk",
    ]


def test_groups_hold_all_rows_once_and_in_order():
    charts = [meaning_so(*each) for each in EVERY]
    found = summary(charts)
    assert [row for _, rows in found.groups for row in rows] == list(found.rows)
    headings = [attention.heading for attention, _ in found.groups]
    assert headings == [attention.heading for attention in ATTENTION]


# ---- what a row says


def test_a_worsening_measure():
    row = row_of(chart_of([*STEADY, 30.0], better="lower", target=12, name="Falls", unit="falls"))
    assert (row.variation, row.change, row.assurance) == ("concern, high", "concern", "hit or miss")
    assert row.attention.heading == "Concern"
    assert (row.latest, row.target, row.meets, row.points, row.missing) == (30, 12, False, 17, "")
    assert row.centre == pytest.approx(np.mean([*STEADY, 30.0]))
    assert row.sentence == (
        "Falls, falls: concern, higher values; latest 30 (point 17); target 12 or less: not met; "
        "hit or miss: chance decides if nothing changes; mean 11.2, limits 2.7 to 19.7; "
        "17 points since point 1."
    )


@pytest.mark.parametrize(
    ("better", "latest", "target", "meets"),
    [
        ("higher", 10.0, 9.0, True),
        ("higher", 10.0, 11.0, False),
        ("higher", 10.0, 10.0, True),
        ("lower", 10.0, 9.0, False),
        ("lower", 10.0, 11.0, True),
        ("lower", 10.0, 10.0, True),
        ("lower", 10.000001, 10.0, False),
        ("neither", 10.0, 10.0, None),
        ("higher", 10.0, None, None),
        ("lower", 0.0, 0.0, True),
        ("higher", -1.0, -2.0, True),
    ],
)
def test_whether_the_latest_value_meets_the_target(better, latest, target, meets):
    assert row_of(chart_of([*STEADY, latest], better=better, target=target)).meets is meets


def test_a_share_that_is_the_target_meets_it_though_binary_fractions_say_otherwise():
    counts = [5, 9] * 8 + [7]
    measure = Measure.from_columns(
        counts, denominators=[100] * 17, unit="%", better="lower", name="Share"
    ).aim(7)
    row = row_of(control_chart(measure, "p"))
    assert row.latest > row.target  # 7.000000000000001
    assert row.meets is True
    assert row.target_words == "7% or less: met"


def test_a_latest_value_next_to_its_target_is_told_apart_from_it():
    row = row_of(chart_of([94.0, 96.0] * 8 + [94.96], target=95, unit="%"))
    assert (row.latest_words, row.target_words) == ("94.96%", "95% or more: not met")


def test_a_missing_latest_value_is_said_with_the_last_one_known():
    row = row_of(chart_of([*STEADY, 12.0, nan], dates=MONTHS[:18], target=11))
    assert (row.latest, row.missing, row.last) == (12, "June 2024", 16)
    assert row.when_words == "May 2024; June 2024 is missing"
    assert row.meets is True


def test_the_target_is_that_of_the_latest_known_value():
    measure = measure_of([*STEADY, 10.0, nan]).aim(8).aim(20, since=18)
    assert row_of(control_chart(measure, "i")).target == 8


def test_a_latest_value_that_is_left_out_is_named_so():
    measure = measure_of([*STEADY, 30.0], dates=MONTHS[:17]).exclude("2024-05", "Flood")
    row = row_of(control_chart(measure, "i"))
    assert (row.latest, row.when_words) == (30, "May 2024, left out")
    assert (row.variation, row.points) == ("common cause", 16)


def test_only_the_latest_phase_is_told():
    measure = measure_of([*STEADY, *(x + 50 for x in STEADY)], target=55).rephase(17, "New way")
    row = row_of(control_chart(measure, "i"))
    assert (row.centre, row.points, row.points_words) == (60, 16, "16 points since point 17")


def test_too_few_points():
    row = row_of(chart_of([11.0, 9.0] * 6, target=100))
    assert row.change_words == "Too few points: 12 of the 13 needed"
    assert row.assurance_words == "Can't be told: too few points"
    assert (row.standing, row.attention.heading) == ("not met", "Too few points")


@pytest.mark.parametrize(
    ("about", "words", "standing", "heading"),
    [
        ({"kind": "run", "target": 20}, "Can't be told: no limits", "not met", "Target at risk"),
        ({"kind": "run", "target": 8}, "Can't be told: no limits", "none", "Steady"),
        ({"kind": "run"}, "No target", "none", "Steady"),
        (
            {"better": "neither", "target": 8},
            "Can't be told: no direction is better",
            "none",
            "Steady",
        ),
        ({"target": 5}, "Passing: will be met", "passing", "Steady"),
        ({"target": 10}, "Hit or miss: chance decides", "hit or miss", "Target at risk"),
        ({"target": 50}, "Failing: will not be met", "failing", "Failing"),
        ({"kind": "mr", "target": 8}, "No target", "none", "Steady"),
    ],
)
def test_assurance_in_words(about, words, standing, heading):
    # In an order without pattern, so that run charts find nothing either.
    values = [11.0, 11.0, 9.0, 9.0, 11.0, 9.0] * 3
    row = row_of(chart_of(values, rules=ANHOEJ, **about))
    assert (row.assurance_words, row.standing) == (words, standing)
    assert row.attention.heading == heading


def test_a_chart_without_a_single_value():
    row = row_of(control_chart(measure_of([5.0]), "mr"))
    assert row.last is None
    assert np.isnan(row.latest)
    assert (row.latest_words, row.when_words) == ("No value", "")
    assert row.sentence == (
        "y: too few points: 0 of the 13 needed; latest no value; no mean; 0 points since point 1; "
        "1 warning."
    )


# ---- the whole


def test_description_and_report():
    charts = [
        chart_of(name="Steady one"),
        chart_of([*STEADY, 30.0], better="lower", name="Falls"),
        chart_of(name="Target far off", target=50),
    ]
    found = summary(charts, name="Ward 4")
    assert found.describe() == (
        "Summary of Ward 4: 3 measures (concern 1, failing 1, steady 1). "
        'Look first at "Falls" and "Target far off".'
    )
    assert found.report() == (found.describe(), *(row.sentence for row in found.rows))
    calm = summary([chart_of()]).describe()
    assert calm == "Summary: 1 measure (steady 1). Nothing calls for attention now."


@given(
    st.lists(st.tuples(st.sampled_from(EVERY), st.integers(1, 200)), min_size=1, max_size=60),
    st.integers(0, 200),
)
def test_the_description_is_short_whatever_the_names(given_rows, name_length):
    charts = []
    for (variation, how), length in given_rows:
        chart = READY[variation, how]
        charts.append(replace(chart, measure=replace(chart.measure, name="n" * length)))
    described = summary(charts, name="s" * name_length).describe()
    assert len(described) <= summaries.LONGEST
    assert f"{len(charts)} measure" in described


READY = {each: meaning_so(*each) for each in EVERY}


def test_table():
    charts = [
        chart_of([*STEADY, nan], dates=MONTHS[:17], name="Dated", target=5, unit="%"),
        chart_of([*STEADY, 30.0], better="lower", target=12, name="Counted"),
    ]
    table = summary(charts).table
    assert table["measure"].tolist() == ["Counted", "Dated"]
    first, second = table.to_dict("records")
    assert first["point"] == 17
    assert pd.isna(first["date"])
    assert (first["attention"], first["variation"], first["meets"]) == (
        "Concern",
        "concern, high",
        "no",
    )
    assert second["date"] == pd.Timestamp("2024-04-01")
    assert pd.isna(second["point"])
    assert (second["missing"], second["latest"], second["meets"]) == (True, 9, "yes")
    assert (second["centre"], second["points"]) == (10, 16)
    assert "point" not in summary(charts[:1]).table
    assert "date" not in summary(charts[1:]).table


def test_each_call_gives_a_new_table():
    found = summary([chart_of()])
    changed = found.table
    changed["latest"] = 0
    assert found.table["latest"].tolist() == [9]


def test_pages_hold_every_row_once():
    found = summary([chart_of(name=f"m{number}") for number in range(7)], name="all")
    pages = found.pages(3)
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert [row for page in pages for row in page.rows] == list(found.rows)
    assert [page.name for page in pages] == ["all (1 of 3)", "all (2 of 3)", "all (3 of 3)"]
    assert [page.name for page in found.pages()] == ["all"]
    for wrong in (0, -1, 2.5, True):
        with pytest.raises(ChartImpossible, match="Use a number of measures, 1 or more"):
            found.pages(wrong)


# ---- warnings


def test_nothing_to_warn_of():
    assert summary([chart_of(name="a"), chart_of(name="b")]).warnings == ()


def test_warnings_of_the_whole():
    charts = [
        chart_of(dates=MONTHS[:16], name="Old", simulated=True),
        chart_of([*STEADY, *STEADY[:8]], dates=MONTHS, name="New"),
        chart_of(name="New", kind="run"),
    ]
    assert summary(charts).warnings == (
        "Simulated data: Old.",
        'More than one measure is called "New".',
        "Not all are judged by the same rules: Making Data Count and Anhøj.",
        "Some end long before the others: Old (April 2024).",
    )
    assert summary(charts[:1]).warnings == ("Simulated data.",)


@pytest.mark.parametrize(("last", "behind"), [(23, False), (22, False), (21, True)])
def test_a_measure_is_behind_when_two_of_its_steps_have_passed(last, behind):
    charts = [
        chart_of([10.0] * 24, dates=MONTHS, name="whole"),
        chart_of([10.0] * last, dates=MONTHS[:last], name="short"),
    ]
    words = " ".join(summary(charts).warnings)
    assert ("short" in words) is behind


def test_quarters_beside_months_are_not_behind():
    quarters = MONTHS[::3]
    charts = [
        chart_of([10.0] * 24, dates=MONTHS, name="months"),
        chart_of([10.0] * len(quarters), dates=quarters, name="quarters"),
    ]
    assert summary(charts).warnings == ()


# ---- what is refused


@pytest.mark.parametrize(
    ("given_charts", "words"),
    [
        ([], "There are no charts"),
        (5, "was given int"),
        ([measure_of(STEADY)], "Number 1 is Measure"),
        (["a chart"], "Number 1 is str"),
        ([SimpleNamespace(variation="concern, high")], "Number 1 is SimpleNamespace"),
        (pd.DataFrame({"variation": ["concern, high"]}), "Number 1 is str"),
    ],
)
def test_what_is_no_list_of_charts_is_refused(given_charts, words):
    with pytest.raises(ChartImpossible, match=words):
        summary(given_charts)


def test_one_chart_is_not_a_list():
    with pytest.raises(ChartImpossible, match="was given Chart"):
        summary(chart_of())


# ---- any chart

SERIES = st.lists(st.one_of(st.none(), st.floats(-1e4, 1e4)), min_size=1, max_size=40).filter(
    lambda values: any(value is not None for value in values)
)


@given(
    SERIES,
    st.sampled_from(["higher", "lower", "neither"]),
    st.sampled_from(["run", "i", "mr"]),
    st.one_of(st.none(), st.floats(-1e4, 1e4)),
)
def test_every_chart_finds_a_place_and_words(values, better, kind, target):
    chart = chart_of(values, kind=kind, better=better, target=target)
    row = row_of(chart)
    assert (row.change, row.standing) in ORDER
    assert row.sentence.count("\n") == 0
    assert "nan" not in row.sentence
    assert "missing" not in row.latest_words + row.lines_words + row.target_words
    if row.meets is not None and kind != "mr":
        better_by = (row.latest - target) * (1 if better == "higher" else -1)
        assert row.meets == (better_by >= -1e-9 * abs(target))


def test_all_classes_but_those_of_run_charts_can_come_from_a_chart():
    """The table of the order holds no class that only a mistake could lead to."""
    found = set()
    shapes = {
        "steady": STEADY,
        "up": [*STEADY, 30.0],
        "down": [*STEADY, -10.0],
        "few": STEADY[:5],
    }
    for values, better, target, kind in product(
        shapes.values(), ("higher", "lower", "neither"), (None, -40, 10, 60), ("i", "run")
    ):
        row = row_of(chart_of(values, better=better, target=target, kind=kind))
        found.add((row.change, row.standing))
    assert {
        ("concern", "failing"),
        ("concern", "hit or miss"),
        ("concern", "passing"),
        ("concern", "none"),
        ("special cause", "none"),
        ("common cause", "failing"),
        ("common cause", "hit or miss"),
        ("common cause", "passing"),
        ("improvement", "failing"),
        ("improvement", "passing"),
        ("too few points", "none"),
        ("too few points", "not met"),
    } <= found
