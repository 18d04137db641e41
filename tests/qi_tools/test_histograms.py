import math
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qi_tools.alternatives import LONGEST
from qi_tools.errors import MeasureInvalid, QIToolsError
from qi_tools.histograms import FEWEST_BINS, MOST_BINS, histogram

LARGE = st.floats(-1e100, 1e100)
USUAL = st.floats(-1e4, 1e4).map(lambda value: round(value, 3))
ONE_DECIMAL = st.integers(0, 600).map(lambda tenths: tenths / 10)
WHOLE = st.integers(-40, 2000)
VALUES = st.one_of(*(st.lists(kind, min_size=1) for kind in (LARGE, USUAL, ONE_DECIMAL, WHOLE)))


# --- bins -----------------------------------------------------------------------------------------


@given(VALUES)
def test_every_value_is_in_its_bin(values):
    """Left-closed, the last bin closed on both sides, as numpy counts too."""
    bins = histogram(values)
    expected, _ = np.histogram(values, bins.edges)
    assert bins.counts.tolist() == expected.tolist()
    assert bins.counts.sum() == len(values)
    assert bins.counts[0] > 0
    assert bins.counts[-1] > 0
    assert len(bins.bins) == bins.counts.size


@given(VALUES)
def test_widths_are_round_and_bins_neither_few_nor_many(values):
    bins = histogram(values)
    lead = Decimal(repr(bins.width)).normalize()
    assert lead.scaleb(-lead.adjusted()) in {Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5)}
    assert bins.counts.size <= MOST_BINS
    at = (bins.edges[:-1] + (0.5 if bins.whole else 0)) / bins.width
    assert at == pytest.approx(np.round(at), rel=1e-9, abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=30, max_size=300, unique=True))
def test_finely_measured_values_get_enough_bins(values):
    assume(np.ptp(values) > 1e-6)
    assert histogram(values).counts.size >= FEWEST_BINS


@given(st.lists(ONE_DECIMAL, min_size=2))
def test_no_bin_spans_more_recorded_values_than_another(values):
    """With one decimal each bin but the last has as many tenths in it."""
    tenths = histogram(values).width * 10
    assert tenths == pytest.approx(round(tenths))


@given(st.lists(st.integers(-1000, 1000), min_size=1))
def test_whole_numbers_lie_in_the_middle_of_their_units(values):
    bins = histogram(values)
    assert bins.whole
    assert np.all(bins.edges % 1 == 0.5)
    ends = [word.replace(",", "").split(" to ") for word in bins.bins]
    for (low, *rest), count in zip(ends, bins.counts, strict=True):
        high = rest[0] if rest else low
        assert count == sum(int(low) <= value <= int(high) for value in values)


def test_the_width_is_that_of_freedman_and_diaconis_made_round():
    values = np.linspace(0, 100, 1001) + 1e-7
    wide = 2 * 50 / 1001 ** (1 / 3)  # 9.997
    assert wide == pytest.approx(10, abs=0.01)
    assert histogram(values).width == 10
    # The middle half is one value: Sturges gives 8 / (1 + log2(21)) = 1.48, nearer to 2 than 1.
    assert histogram([5.5] * 15 + [1.5, 2.5, 3.5, 7.5, 8.5, 9.5]).width == 2


def test_a_tenth_written_as_a_float_lies_on_its_edge():
    """0.3 is not 3 × 0.1 in floats: it must still begin the fourth bin."""
    bins = histogram([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.9], width=0.1)
    assert bins.edges.tolist() == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert bins.counts.tolist() == [1, 1, 1, 1, 0, 0, 1, 1, 1]


def test_bins_as_asked():
    bins = histogram([3, 7.5, 12], width=5, start=2.5)
    assert bins.edges.tolist() == [2.5, 7.5, 12.5]
    assert bins.counts.tolist() == [1, 2]
    whole = histogram([3, 7, 12], width=5, start=1)
    assert whole.bins == ("1 to 5", "6 to 10", "11 to 15")
    assert whole.edges.tolist() == [0.5, 5.5, 10.5, 15.5]
    assert histogram([3, 7, 12], width=2.5).whole is False
    assert histogram([0, 1, 3]).bins == ("0", "1", "2", "3")


def test_names_of_bins():
    assert histogram([0.5, 1.25, 1.75, 2.0], width=0.5).bins == (
        "0.5 to under 1",
        "1 to under 1.5",
        "1.5 to 2",
    )
    assert histogram([1000.5, 1001.5], width=0.5).bins == (
        "1,000.5 to under 1,001",
        "1,001 to 1,001.5",
    )
    assert len(set(histogram(np.array([1.0, 1.5]) * 1e-7).bins)) > 1


def test_values_that_are_all_alike():
    for value in (0, 7, 5.5, 1 / 3, -2e50, 1e-300):
        bins = histogram([value] * 40)
        assert bins.counts.tolist() == [40]
        assert bins.edges[0] <= value <= bins.edges[1]
        assert bins.shape == "not told"
        assert bins.describe()


# --- statistics -----------------------------------------------------------------------------------


@given(st.lists(USUAL, min_size=2))
def test_statistics_are_those_of_numpy_and_scipy(values):
    from scipy.stats import skew

    bins = histogram(values)
    array = np.array(values)
    assert bins.mean == pytest.approx(np.mean(array), abs=1e-9)
    assert bins.sd == pytest.approx(np.std(array, ddof=1), abs=1e-9)
    assert bins.quartiles == pytest.approx(np.quantile(array, (0.25, 0.5, 0.75)), abs=1e-9)
    if len(values) > 2 and np.ptp(array) > 1e-3:
        assert bins.skewness == pytest.approx(float(skew(array, bias=False)), rel=1e-6, abs=1e-6)


def test_quartiles_are_those_of_rs_default():
    """R's quantile, type 7 (Hyndman & Fan 1996): position 1 + (n - 1) p, interpolated."""
    assert histogram([1, 2, 3, 4]).quartiles == (1.75, 2.5, 3.25)
    assert histogram([1, 2, 3, 4, 10]).quartiles == (2.0, 3.0, 4.0)


@given(VALUES, LARGE, LARGE)
def test_values_beyond_limits_are_counted(values, one, other):
    lower, upper = sorted((one, other))
    bins = histogram(values, lower=lower, upper=upper)
    assert bins.below == sum(value < lower for value in values)
    assert bins.above == sum(value > upper for value in values)


def test_limits_in_words():
    values = [4.0, 5.0, 9.0, 10.0]
    assert histogram(values, upper=9).beyond == "1 of 4 (25%) lies above 9."
    assert histogram(values, lower=5, upper=8).beyond == (
        "1 of 4 (25%) lies below 5 and 2 of 4 (50%) lie above 8."
    )
    assert histogram(values).beyond == ""
    assert histogram(values, upper=10).beyond == "None of 4 lies above 10."
    assert histogram(values, upper=9).beyond in histogram(values, upper=9).describe()


# --- shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "shape"),
    [
        (lambda random: random.normal(50, 10, 300), "not told"),
        (lambda random: random.uniform(0, 10, 300), "not told"),
        (lambda random: random.exponential(5, 300), "long tail up"),
        (lambda random: -random.exponential(5, 300), "long tail down"),
        (lambda random: np.append(random.normal(0, 1, 150), random.normal(6, 1, 150)), "two humps"),
        (lambda random: random.choice([10.0, 20.0, 30.0, 40.0], 300) + 0.5, "several humps"),
    ],
)
def test_shapes_are_told_and_seldom_by_chance(draw, shape):
    random = np.random.default_rng(20261126)
    told = [histogram(draw(random)).shape for _ in range(100)]
    assert told.count(shape) >= 97


def test_no_shape_is_told_of_few_values():
    few = np.random.default_rng(1).exponential(5, 29)
    bins = histogram(few)
    assert bins.shape == "not told"
    assert "Fewer than 30 values" in bins.warnings[0]
    assert histogram(np.append(few, few)).shape == "long tail up"


def test_a_far_off_value_is_asked_about():
    bins = histogram([*np.linspace(1, 10, 50), 10000])
    assert "such as 10,000" in bins.warnings[0]
    assert "such as -10,000" in histogram([*np.linspace(1, 10, 50), -10000]).warnings[0]
    assert histogram(np.linspace(1, 10, 50)).warnings == ()


# --- words and table ------------------------------------------------------------------------------


@given(
    VALUES,
    st.text(st.characters(exclude_categories=["C"]), max_size=200),
    st.text(st.characters(exclude_categories=["C"]), max_size=200),
)
def test_a_description_is_short_and_a_report_whole(values, name, unit):
    bins = histogram(values, name=name, unit=unit, lower=-1e99, upper=1e99)
    assert 0 < len(bins.describe()) <= LONGEST
    report = bins.report()
    assert all(report)
    assert any("run chart" in paragraph for paragraph in report)
    assert all(warning in report[-1] for warning in bins.warnings)


def test_missing_values_are_counted_and_said():
    bins = histogram([1.5, None, float("nan"), pd.NA, *np.linspace(1, 3, 40)])
    assert bins.counts.sum() == 41
    assert bins.warnings == ("3 of 44 values are missing and not counted.",)


def test_the_report_says_what_the_shape_means():
    random = np.random.default_rng(2)
    two = histogram(np.append(random.normal(0, 1, 150), random.normal(6, 1, 150)))
    assert "Draw each kind on its own" in two.report()[1]
    assert "says more of a usual case" in histogram(random.exponential(5, 300)).report()[1]
    assert "Neither a long tail" in histogram(random.normal(0, 1, 300)).report()[1]
    made_up = histogram([1, 2], source="Audit.", simulated=True)
    assert made_up.report()[0].endswith("Simulated data. Source: Audit.")


def test_the_table_is_new_each_time_and_the_arrays_are_locked():
    bins = histogram([1, 1, 2])
    table = bins.table
    assert list(table) == ["bin", "from", "to", "count", "share"]
    assert table["share"].sum() == pytest.approx(100)
    table["count"] = 0
    assert bins.table["count"].sum() == 3
    for array in (bins.values, bins.edges, bins.counts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([], {}, "There are no values"),
        ([None], {}, "There are no values"),
        ([1, float("inf")], {}, "infinite or too large to chart: inf"),
        ([1, 1e101], {}, "infinite or too large"),
        (["1"], {}, "The values must be numbers"),
        ("123", {}, "values is '123'. Give a list"),
        ([1], {"width": 0}, "width is 0. Use a number above 0"),
        ([1], {"width": -1}, "width is -1"),
        ([1], {"width": "2"}, "width is '2'. Use a number"),
        ([1], {"start": 2}, "start is 2, and the lowest value is 1"),
        ([1, 1e6], {"width": 1}, "That makes 1,000,000 bins, and up to 200"),
        ([1], {"width": 1, "start": -1e6}, "That makes 1,000,002 bins"),
        ([1e50], {"width": 1e-9}, "too small beside values of 1e.50"),
        ([1], {"lower": 3, "upper": 2}, "The limits are crossed"),
        ([1], {"upper": True}, "upper is True. Use a number"),
        ([1], {"unit": 5}, "unit is 5. Use text"),
    ],
)
def test_bad_input_says_what_to_do(values, options, message):
    with pytest.raises(MeasureInvalid, match=message) as caught:
        histogram(values, **options)
    assert isinstance(caught.value, QIToolsError)


def test_a_single_value():
    bins = histogram([4.5])
    assert math.isnan(bins.sd)
    assert math.isnan(bins.skewness)
    assert "1 value. Every value is 4.5." in bins.describe()
    assert "Standard deviation" not in " ".join(bins.report())


def test_computing_loads_nothing_heavy():
    code = (
        "import sys\nfrom qi_tools import histogram\nhistogram([1.5, 2, 9]).describe()\n"
        "assert not {'pandas', 'matplotlib', 'scipy'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
