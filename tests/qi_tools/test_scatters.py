import csv
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qi_tools.alternatives import LONGEST
from qi_tools.errors import MeasureInvalid, QIToolsError
from qi_tools.scatters import scatter

REFERENCE = Path(__file__).parents[1] / "reference"
NUMBER = st.floats(-1e6, 1e6).map(lambda value: round(value, 3)) | st.integers(-20, 20)
PAIRS = st.lists(st.tuples(NUMBER, NUMBER), min_size=2, max_size=40)


def anscombe(number):
    with (REFERENCE / "anscombe_quartet.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if line[0] != "#"))
    pairs = [(float(row["x"]), float(row["y"])) for row in rows if row["set"] == str(number)]
    return scatter(*zip(*pairs, strict=True))


# --- published and peer numbers -------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_anscombes_four_sets_have_one_line_and_one_r(number):
    plot = anscombe(number)
    assert len(plot) == 11
    assert np.mean(plot.x) == pytest.approx(9)
    assert np.mean(plot.y) == pytest.approx(7.5, abs=0.005)
    assert plot.slope == pytest.approx(0.5, abs=0.001)
    assert plot.intercept == pytest.approx(3, abs=0.005)
    assert plot.r**2 == pytest.approx(0.667, abs=0.001)


def test_anscombes_four_sets_are_told_apart():
    straight, curved, off, carried = map(anscombe, (1, 2, 3, 4))
    assert straight.link == "up"
    assert straight.warnings == ()
    assert straight.rests_on == ()
    assert curved.link == "curved"
    assert "along a curve" in curved.describe()
    assert np.nonzero(off.off_line)[0].tolist() == [2]
    assert off.warnings[0] == "1 pair lies far off the line: row 3 (13, 12.7)."
    assert carried.rests_on == (7,)
    assert "rests on row 8 (19, 12.5)" in carried.finding


@given(PAIRS)
def test_numbers_are_those_of_scipy(pairs):
    from scipy.stats import linregress, pearsonr, spearmanr

    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    # Where values differ by next to nothing, scipy warns that its own r is not sound.
    assume(all(np.ptp(each) > 1e-3 for each in (x, y)))
    plot = scatter(x, y)
    peer = pearsonr(x, y)
    assert plot.r == pytest.approx(peer.statistic, abs=1e-9)
    if len(pairs) > 3 and abs(plot.r) < 1 - 1e-9:
        interval = peer.confidence_interval(0.95)
        assert plot.interval == pytest.approx((interval.low, interval.high), abs=1e-7)
    assert plot.rho == pytest.approx(spearmanr(x, y).statistic, abs=1e-9)
    line = linregress(x, y)
    reach = np.ptp(y) / np.ptp(x)
    assert plot.slope == pytest.approx(line.slope, rel=1e-7, abs=1e-9 * reach)
    middle = plot.intercept + plot.slope * np.mean(x)
    assert middle == pytest.approx(np.mean(y), rel=1e-7, abs=1e-6)


@given(PAIRS, st.integers(-90, 90), st.integers(-90, 90))
def test_units_change_no_link(pairs, x_power, y_power):
    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    plot = scatter(x, y)
    # Powers of two change no digit.
    other = scatter(x * 2.0**x_power, y * 2.0**y_power)
    assert other.link == plot.link
    assert other.off_line.tolist() == plot.off_line.tolist()
    assert other.rests_on == plot.rests_on
    assert math.isnan(plot.r) == math.isnan(other.r)
    if not math.isnan(plot.r):
        assert other.r == pytest.approx(plot.r, abs=1e-12)
        turned = scatter(x, -y)
        assert turned.r == pytest.approx(-plot.r, abs=1e-12)
        assert {plot.link, turned.link} in (
            {"up", "down"},
            {"not told"},
            {"curved"},
        )


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 3)), min_size=8, max_size=25),
    st.integers(0, 40),
    st.integers(-2, 2),
)
def test_a_link_rests_on_those_without_which_none_is_told(pairs, far, slope):
    """Pairs about a line, and one that may lie far off along it."""
    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    x, y = np.append(x, far), np.append(slope * x + 2 * y, slope * far)
    plot = scatter(x, y)
    assume(plot.link in {"up", "down"})
    carriers = []
    for pair in range(x.size):
        rest = scatter(np.delete(x, pair), np.delete(y, pair))
        low, high = rest.interval
        assume(math.isnan(low) or abs(low) > 1e-6 < abs(high))  # on the edge a rounding decides
        if math.isnan(low) or low <= 0 <= high:
            carriers.append(pair)
    assert plot.rests_on == (tuple(carriers) if len(carriers) <= 2 else ())


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=8, max_size=20))
def test_pairs_off_the_line_are_those_of_a_refit_without_them(pairs):
    """An externally studentised residual is the miss of a line through all the others."""
    from scipy.stats import t

    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    assume(np.ptp(x) > 1e-2 and np.ptp(y) > 1e-2)
    plot = scatter(x, y)
    n = x.size
    for pair in range(n):
        others_x, others_y = np.delete(x, pair), np.delete(y, pair)
        if np.ptp(others_x) < 1e-6 * np.ptp(x):
            assert not plot.off_line[pair]
            continue
        slope, middle = np.polyfit(others_x - others_x.mean(), others_y, 1)
        left = others_y - middle - slope * (others_x - others_x.mean())
        spread = math.sqrt(np.sum(left**2) / (n - 3))
        reach = np.sum((others_x - others_x.mean()) ** 2)
        error = math.sqrt(1 + 1 / (n - 1) + (x[pair] - others_x.mean()) ** 2 / reach)
        miss = abs(y[pair] - middle - slope * (x[pair] - others_x.mean()))
        if spread < 1e-6 * np.ptp(y):
            continue  # all the others on one line: told by the case of Anscombe's third set
        chance = 2 * n * t.sf(miss / spread / error, n - 3)
        if abs(chance - 0.05) > 1e-4:
            assert plot.off_line[pair] == (chance < 0.05)


@given(st.lists(st.tuples(NUMBER, NUMBER), min_size=8, max_size=30))
def test_a_curve_is_told_by_the_f_test_of_its_square(pairs):
    from scipy.stats import f

    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    assume(np.unique(x).size > 2 and np.ptp(y) > 1e-2 and np.ptp(x) > 1e-2)
    u = (x - x.mean()) / np.ptp(x)
    powers = np.column_stack((np.ones_like(u), u, u**2))
    assume(np.linalg.cond(powers) < 1e4)
    left = [
        float(np.sum((y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]) ** 2))
        for columns in (powers[:, :2], powers)
    ]
    assume(left[1] > 1e-6 * float(np.sum((y - y.mean()) ** 2)))
    chance = f.sf((left[0] - left[1]) / (left[1] / (x.size - 3)), 1, x.size - 3)
    assume(abs(chance - 0.001) > 1e-6)
    assert scatter(x, y).curved == (chance < 0.001)


# --- what is told ---------------------------------------------------------------------------------


def test_nothing_is_told_of_fewer_than_eight_pairs():
    for pairs in range(1, 8):
        plot = scatter(range(pairs), range(pairs))
        assert plot.link == "not told"
        assert plot.strength == ""
    assert scatter(range(8), range(8)).link == "up"
    assert "fewer than 8 pairs" in scatter(range(7), range(7)).finding


def test_nothing_is_told_when_the_interval_holds_0():
    random = np.random.default_rng(3)
    plots = [scatter(random.normal(size=30), random.normal(size=30)) for _ in range(200)]
    told = [plot for plot in plots if plot.link in {"up", "down"}]
    assert len(told) <= 20  # 5 in 100, give or take chance
    untold = next(plot for plot in plots if plot.link == "not told")
    assert "holds 0" in untold.finding
    assert "does not show that there is none" in untold.report()[2]


@pytest.mark.parametrize(
    ("noise", "strength"), [(0.05, "very strong"), (0.6, "strong"), (1.4, "moderate"), (4, "weak")]
)
def test_the_strength_of_a_link(noise, strength):
    x = np.linspace(-1.7, 1.7, 400)
    plot = scatter(x, -x + noise * np.random.default_rng(5).normal(size=400))
    assert plot.link == "down"
    assert plot.strength == strength
    assert f"tends to be lower: a {strength} link" in plot.finding
    assert plot.finding.endswith("A link is not a cause.")


def test_a_curve_that_no_line_shows():
    x = np.linspace(-1, 1, 21)
    plot = scatter(x, x**2)
    assert abs(plot.r) < 1e-9
    assert plot.link == "curved"
    exact = scatter(x, 3 * x + 1)
    assert (exact.link, exact.curved, exact.off_line.any()) == ("up", False, False)
    assert exact.interval == pytest.approx((1, 1))


def test_ranks_that_tell_more_are_said():
    plot = anscombe(3)
    assert plot.rho == pytest.approx(0.9909, abs=1e-4)
    assert "Spearman's rank correlation (0.99)" in plot.warnings[1]


def test_one_value_all_along():
    plot = scatter([5] * 9, range(9), x_name="Ward", y_name="Falls")
    assert math.isnan(plot.r)
    assert math.isnan(plot.slope)
    assert plot.finding == "No link can be told: Ward is the same in every pair."
    assert scatter(range(9), [5] * 9, y_name="Falls").finding.endswith(
        "Falls is the same in every pair."
    )


def test_pairs_at_one_place_are_counted():
    x, y, times = scatter([1, 2, 1, 1, 3], [5, 6, 5, 5, 6]).places
    assert list(zip(x, y, times, strict=True)) == [(1, 5, 3), (2, 6, 1), (3, 6, 1)]


# --- missing, labels, words, table ----------------------------------------------------------------


def test_pairs_that_lack_a_value_are_left_out_and_counted():
    plot = scatter([1, None, 3, 4], [1, 2, float("nan"), pd.NA], labels=list("abcd"))
    assert plot.labels == ("a",)
    assert plot.warnings == ("3 of 4 pairs lack a value and are left out.",)
    assert scatter([1, None, 3], [1, 2, 3]).labels == ("row 1", "row 3")
    assert scatter([1, 2], [1, 2], labels=["Ash", None]).labels == ("Ash", "row 2")


@given(
    st.lists(st.tuples(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100)), min_size=1),
    *(st.text(st.characters(exclude_categories=["C"]), max_size=200) for _ in range(4)),
)
def test_a_description_is_short_and_a_report_whole(pairs, x_name, y_name, unit, label):
    x, y = zip(*pairs, strict=True)
    plot = scatter(
        x,
        y,
        x_name=x_name.strip() or "x",
        y_name=y_name.strip() or "y",
        x_unit=unit,
        y_unit=unit,
        labels=[label] * len(pairs),
    )
    assert 0 < len(plot.describe()) <= LONGEST
    report = plot.report()
    assert all(report)
    assert plot.finding in report[1]
    assert all(warning in report[-1] for warning in plot.warnings)


def test_the_words_of_a_plot():
    plot = scatter(
        range(10),
        [2, 1, 4, 3, 6, 5, 8, 7, 10, 9],
        x_name="Distance",
        x_unit="miles",
        y_name="Missed",
        y_unit="%",
        source="Clinic.",
        simulated=True,
    )
    report = plot.report()
    assert report[0] == (
        "Scatter plot of Missed, %, against Distance, miles: 10 pairs. Distance from 0 to 9, "
        "Missed from 1 to 10. Simulated data. Source: Clinic."
    )
    assert "1 more on Distance (miles) goes with 0.939 more on Missed (%)" in report[1]
    assert "Test a change on a small scale" in report[2]


def test_the_table_is_new_each_time_and_the_arrays_are_locked():
    plot = scatter([1, 2, 4], [1, 3, 3])
    table = plot.table
    assert list(table) == ["pair", "x", "y", "line", "residual", "off_line"]
    assert (table["line"] + table["residual"]).tolist() == pytest.approx([1, 3, 3])
    assert table["residual"].sum() == pytest.approx(0)
    table["x"] = 0
    assert plot.table["x"].tolist() == [1, 2, 4]
    for array in (plot.x, plot.y, plot.off_line):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        ([1, 2], [1], {}, "x has 2 values and y 1 value"),
        ([], [], {}, "There is no pair with both values"),
        ([None, 1], [1, None], {}, "There is no pair with both values"),
        ([1, math.inf], [1, 2], {}, "A value of x is infinite or too large to chart: row 2"),
        ([1, 2], [1, -1e101], {}, "A value of y is infinite"),
        (["1"], [1], {}, "The x must be numbers"),
        ([1], "1", {}, "y is '1'. Give a list"),
        ([1, 2], [1, 2], {"labels": ["a"]}, "2 pairs and 1 label"),
        ([1], [1], {"x_name": "  "}, "x_name is blank"),
        ([1], [1], {"y_unit": 3}, "y_unit is 3. Use text"),
    ],
)
def test_bad_input_says_what_to_do(x, y, options, message):
    with pytest.raises(MeasureInvalid, match=message) as caught:
        scatter(x, y, **options)
    assert isinstance(caught.value, QIToolsError)


def test_computing_loads_nothing_heavy():
    code = (
        "import sys\nfrom qi_tools import scatter\nscatter([1.5, 2, 9], [1, 2, 3]).describe()\n"
        "assert not {'pandas', 'matplotlib', 'scipy'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
