"""Our charts beside numbers that are printed: textbooks, handbooks and vignettes.

The data and the figures are in tests/reference, each file with its source. A line must agree with
every digit that is printed, but for the slack that the source's own rounding leaves it.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from qi_tools import Measure
from qi_tools.spc.charts import control_chart, run_chart
from qi_tools.spc.limits import Constants
from qi_tools.spc.rules import BeyondLimits, FewCrossings
from qi_tools.spc.runs import exact_runs

REFERENCE = Path(__file__).parents[2] / "reference"
# What NHSRplotthedots multiplies an average moving range by is 2.66, not 3/1.128.
PLOTTHEDOTS = Constants(d2=3 / 2.66)


def read(name):
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def column(name, heading, rows=slice(None)):
    return [float(row[heading]) for row in read(name)][rows]


def values(name, heading, rows=slice(None), **about):
    return Measure.from_columns(column(name, heading, rows), name=name, **about)


def counts(name, heading, among, rows=slice(None), **about):
    return values(name, heading, rows, denominators=column(name, among, rows), **about)


def flow_width():
    rows = read("montgomery_6_1")
    samples = [[float(value) for value in list(row.values())[1:]] for row in rows]
    groups = np.repeat(np.arange(1, 46), 5)
    return Measure.from_subgroups(np.ravel(samples), groups, name="Flow width").freeze(25)


def rings(name):
    groups = [int(row["sample"]) for row in read(name)]
    return Measure.from_subgroups(column(name, "value"), groups, name="Piston rings")


def without(measure, *points):
    for point in points:
        measure = measure.exclude(point, "Its cause is known")
    return measure


def loans():
    return values("montgomery_6_5", "cost").freeze(20)


def cans(last=30):
    return counts("montgomery_7_1", "nonconforming", "size", slice(last))


def boards(last=26):
    return values("montgomery_7_3", "nonconformities", slice(last))


def cloth():
    return counts(
        "montgomery_7_5", "nonconformities", "square_metres", data="rates", per=50, unit="50 m²"
    )


def accidents():
    return counts("nhs_accidents", "within_four_hours", "attendances")


CHARTS = {
    "flow width X̄": lambda: control_chart(flow_width(), "xbar_r"),
    "flow width R": lambda: control_chart(flow_width(), "r"),
    "piston rings X̄": lambda: control_chart(rings("montgomery_6_3"), "xbar_s"),
    "piston rings S": lambda: control_chart(rings("montgomery_6_3"), "s"),
    "piston rings of differing sizes X̄": lambda: control_chart(rings("montgomery_6_4"), "xbar_s"),
    "piston rings of differing sizes S": lambda: control_chart(rings("montgomery_6_4"), "s"),
    "loan costs I": lambda: control_chart(loans(), "i"),
    "loan costs MR": lambda: control_chart(loans(), "mr"),
    "juice cans P": lambda: control_chart(cans(), "p"),
    "juice cans without two samples P": lambda: control_chart(without(cans(), 15, 23), "p"),
    "juice cans NP": lambda: control_chart(cans(), "np"),
    "purchase orders P": lambda: control_chart(
        counts("montgomery_table_7_4", "nonconforming", "size"), "p"
    ),
    "circuit boards C": lambda: control_chart(boards(), "c"),
    "circuit boards without two samples C": lambda: control_chart(without(boards(), 6, 20), "c"),
    "shipments U": lambda: control_chart(
        counts("montgomery_7_4", "errors", "shipments", data="rates"), "u"
    ),
    "dyed cloth U": lambda: control_chart(cloth(), "u"),
    "valve failures T": lambda: control_chart(values("montgomery_7_6", "hours"), "t"),
    "flow rate I": lambda: control_chart(values("nist_flowrate", "rate"), "i"),
    "flow rate MR": lambda: control_chart(values("nist_flowrate", "rate"), "mr"),
    "wafers P": lambda: control_chart(cans(), "p"),  # the handbook has the same counts
    "wafer defects C": lambda: control_chart(values("nist_wafer_defects", "defects"), "c"),
    "accident departments P′": lambda: control_chart(accidents(), "p′"),
    "accident departments I′": lambda: control_chart(accidents(), "i′"),
    "cases between events G": lambda: control_chart(values("cases_between_events", "cases"), "g"),
    "outlier I": lambda: control_chart(
        values("plotthedots_outlier", "value"), "i", constants=PLOTTHEDOTS
    ),
    "outlier screened I": lambda: control_chart(
        values("plotthedots_outlier", "value"), "i", screen=True, constants=PLOTTHEDOTS
    ),
}


def outside(chart):
    """The points beyond the limits, from 1."""
    found = {point for s in chart.signals if s.rule == BeyondLimits().name for point in s.points}
    return [point + 1 for point in sorted(found)]


PUBLISHED = read("published_charts")


@pytest.mark.parametrize(
    "row",
    PUBLISHED,
    ids=[f"{row['source']}: {row['chart']}, {row['quantity']}" for row in PUBLISHED],
)
def test_printed_lines_and_signals(row):
    chart = CHARTS[row["chart"]]()
    if row["quantity"] == "outside":
        assert outside(chart) == [int(point) for point in row["printed"].split()]
        return
    *which, name = row["quantity"].split()
    line = getattr(chart, name)
    ours = {"mean": np.mean(line), "first": line[0]}[which[0]] if which else line[-1]
    digits = len(row["printed"].partition(".")[2])
    half = 0.5 * 10**-digits
    assert abs(ours - float(row["printed"])) <= half * (1 + 1e-9) + float(row["slack"])


def test_every_chart_is_held_to_something():
    assert {row["chart"] for row in PUBLISHED} == set(CHARTS)


def test_a_p_chart_is_too_narrow_for_very_many_and_a_p_prime_chart_is_not():
    """Mohammed et al. (2013): attendances by the hundred thousand."""
    assert len(outside(control_chart(accidents(), "p"))) == 16
    assert outside(control_chart(accidents(), "p′")) == []


@pytest.mark.parametrize(
    ("chart", "useful", "longest", "longest_limit", "crossings", "crossings_limit"),
    [
        # As qicharts2 0.8.1 counts them.
        (lambda: run_chart(values("cdi", "cases")), 32, 14, 8, 6, 11),
        (lambda: control_chart(loans(), "i"), 40, 6, 8, 20, 14),
        (lambda: control_chart(without(boards(46), 6, 20).freeze(26), "c"), 44, 8, 8, 14, 16),
        (lambda: control_chart(cloth(), "u"), 10, 4, 6, 3, 2),
        (lambda: control_chart(values("cases_between_events", "cases"), "g"), 65, 4, 9, 34, 25),
        (lambda: control_chart(values("montgomery_7_6", "hours"), "t"), 20, 5, 7, 10, 6),
    ],
    ids=["infections", "loan costs", "circuit boards", "dyed cloth", "cases between", "valve"],
)
def test_runs(chart, useful, longest, longest_limit, crossings, crossings_limit):
    (phase,) = chart().phases
    assert (phase.useful, phase.longest_run, phase.longest_run_limit) == (
        useful,
        longest,
        longest_limit,
    )
    assert (phase.crossings, phase.crossings_limit) == (crossings, crossings_limit)


def test_two_rounds_of_circuit_boards_signal_by_their_crossings():
    chart = control_chart(without(boards(46), 6, 20).freeze(26), "c")
    assert chart.phases[0].crossings < chart.phases[0].crossings_limit
    assert FewCrossings().name in {signal.rule for signal in chart.signals}


def test_a_lasting_change_of_infections_is_seen_and_phases_take_it_in():
    """The intervention came after month 24; as qicharts2 0.8.1 has it with that phase."""
    infections = values("cdi", "cases")
    chart = control_chart(infections.rephase(25, "The intervention"), "c")
    before, after = chart.phases
    assert run_chart(infections).phases[0].longest_run == 14
    assert (before.centre, before.lower, before.upper) == pytest.approx(
        (18.7083333, 5.7323941, 31.6842726), abs=1e-6
    )
    assert (after.useful, after.longest_run, after.crossings) == (12, 4, 6)


@pytest.mark.parametrize("row", read("number_of_runs"))
def test_number_of_runs_as_swed_and_eisenhart_print_it(row):
    useful = int(row["below"]) + int(row["above"])
    assert exact_runs(useful) == (int(row["too_few"]) + 1, int(row["too_many"]) - 1)
