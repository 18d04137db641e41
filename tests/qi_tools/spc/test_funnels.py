import csv
import math
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qi_tools.errors import MeasureInvalid, QIToolsError
from qi_tools.spc.funnel_limits import dispersion
from qi_tools.spc.funnels import LARGEST, funnel
from tests.qi_tools.spc.reading_back import (
    LONGEST,
    NUMBER,
    check_form,
    check_warnings,
    fitting,
    heard,
    lies,
    says,
)

REFERENCE = Path(__file__).parents[2] / "reference"
TAILS = {"95": 0.025, "998": 0.001}


def rows(name):
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def letters(units):
    return [f"Unit {number}" for number in range(1, units + 1)]


def one_size(size, target, data, **options):
    """A funnel whose only use is its limits at one target."""
    return funnel(
        ["A"], [0 if data != "ratios" else 1], [size], data=data, target=target, **options
    )


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("funnel_sr_limits.csv"), ids=str)
def test_published_limits_of_the_shmi(row):
    expected = float(row["expected"])
    limits = funnel(["A"], [1], [expected], data="ratios", method="shmi").limits
    level = row["percent"].replace(".", "")
    assert getattr(limits, f"lower_{level}")[0] == pytest.approx(float(row["lower"]), rel=1e-6)
    assert getattr(limits, f"upper_{level}")[0] == pytest.approx(float(row["upper"]), rel=1e-6)


@pytest.mark.parametrize("row", rows("funnel_true_probabilities.csv"), ids=str)
def test_published_chances_of_lying_beyond_a_limit(row):
    """Their expected events rise by 0.01, found by trying; the last printed figure may differ."""
    from scipy.special import gammainc, gammaincc

    above, up_to = float(row["above"]), float(row["up_to"])
    first = round(above * 100) + (above > 1)  # the first range includes its lower end
    expected = np.arange(first, round(up_to * 100) + 1) / 100
    method = "shmi" if row["limits"] == "confidence" else "exact"
    limits = funnel(["A"], [1], [1], data="ratios", method=method).limits_at(expected)
    if row["side"] == "lower":
        beyond = np.ceil(limits.lower_95 * expected) - 1
        chance = np.where(beyond < 0, 0, gammaincc(np.maximum(beyond, 0) + 1, expected))
    else:
        chance = gammainc(np.floor(limits.upper_95 * expected) + 1, expected)
    for figure, ours in (("median", np.median), ("least", np.min), ("largest", np.max)):
        assert ours(chance) == pytest.approx(float(row[figure]), abs=0.00016), figure


def binomial_tails(size, target):
    """P(X <= k) and P(X >= k) for k = 0 … size, in whole numbers."""
    chances = [math.comb(size, k) * target**k * (1 - target) ** (size - k) for k in range(size + 1)]
    below, sofar = [], Fraction(0)
    for chance in chances:
        sofar += chance
        below.append(sofar)
    return below, [1 - total + chance for total, chance in zip(below, chances, strict=True)]


@settings(max_examples=60)
@given(st.integers(1, 120), st.integers(0, 200))
def test_binomial_limits_flag_exactly_the_counts_in_the_tails(size, target):
    target = Fraction(target, 200)
    limits = one_size(size, float(target), "proportions").limits
    below, above = binomial_tails(size, target)
    for level, tail in TAILS.items():
        exact = Fraction(str(tail))
        for count in range(size + 1):
            value = count / size
            if abs(below[count] / exact - 1) > 1e-9:  # on the edge, a rounding decides
                assert (value < getattr(limits, f"lower_{level}")[0]) == (below[count] < exact)
            if abs(above[count] / exact - 1) > 1e-9:
                assert (value > getattr(limits, f"upper_{level}")[0]) == (above[count] < exact)


@settings(max_examples=60)
@given(st.floats(0.001, 400), st.sampled_from(["rates", "ratios"]))
def test_poisson_limits_flag_exactly_the_counts_in_the_tails(mean, data):
    limits = one_size(mean, 1, data).limits
    chances = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(800)]
    for level, tail in TAILS.items():
        for count in range(700):
            below, above = math.fsum(chances[: count + 1]), math.fsum(chances[count:])
            value = count / mean
            if abs(below / tail - 1) > 1e-9:
                assert (value < getattr(limits, f"lower_{level}")[0]) == (below < tail)
            if abs(above / tail - 1) > 1e-9:
                assert (value > getattr(limits, f"upper_{level}")[0]) == (above < tail)


@pytest.mark.parametrize("size", [10**6, 10**8, int(LARGEST)])
@pytest.mark.parametrize("target", [1e-8, 0.001, 0.3, 0.999])
def test_limits_of_huge_units_are_those_of_a_normal_distribution(size, target):
    from scipy.special import ndtri

    limits = one_size(size, target, "proportions").limits
    mean, variance = size * target, size * target * (1 - target)
    if variance < 1e5:
        return
    for level, tail in TAILS.items():
        z = -ndtri(tail)
        skew = (1 - 2 * target) * (z**2 - 1) / 6
        for edge, way in (("lower", -1), ("upper", 1)):
            count = getattr(limits, f"{edge}_{level}")[0] * size
            near = mean + way * (z * math.sqrt(variance) + 0.5) + skew
            assert count == pytest.approx(near, abs=0.6), (edge, level)


@given(st.integers(1, 500), st.integers(1, 99))
def test_non_events_have_the_mirrored_limits(size, percent):
    events = one_size(size, percent / 100, "proportions").limits
    others = one_size(size, 1 - percent / 100, "proportions").limits
    for level in TAILS:
        lower, upper = getattr(events, f"lower_{level}"), getattr(others, f"upper_{level}")
        assert lower[0] == pytest.approx(1 - upper[0], abs=1e-9)


@given(st.floats(0.1, 1000), st.floats(0.01, 5))
def test_rates_and_ratios_of_the_same_expected_count_agree(exposure, target):
    rate = one_size(exposure, target, "rates").limits
    ratio = one_size(exposure * target, 1, "ratios").limits
    for level in TAILS:
        for edge in ("lower", "upper"):
            ours = getattr(rate, f"{edge}_{level}")[0] / target
            assert ours == pytest.approx(getattr(ratio, f"{edge}_{level}")[0], rel=1e-7, abs=1e-9)


def test_the_upper_limit_is_not_the_one_of_spiegelhalters_appendix():
    """His is crossed by 23 events where 15 are expected: 3.3% of the time, not 2.5% or less."""
    limits = funnel(["A"], [1], [15], data="ratios").limits
    assert 23 < limits.upper_95[0] * 15 < 24
    assert 7 < limits.lower_95[0] * 15 < 8


def test_a_count_that_no_unit_can_have_is_no_limit():
    small = funnel(["A", "B"], [0, 1], [1, 1], data="proportions", target=0.5)
    assert small.limits.lower_95.tolist() == [0, 0]
    assert small.limits.upper_998.tolist() == [1, 1]
    assert small.signals == ()


def test_no_events_are_no_signal_where_none_is_likely():
    quiet = funnel(["A", "B", "C"], [0, 0, 0], [0.5, 1, 3.6], data="ratios")
    assert quiet.positions.tolist() == [0, 0, 0]
    shown = funnel(["A"], [0], [6.9], data="ratios")
    assert shown.positions.tolist() == [-1]
    assert funnel(["A"], [0], [7], data="ratios").positions.tolist() == [-2]


def test_limits_at_other_sizes_and_along_the_curve():
    plot = funnel(letters(3), [4, 30, 5], [60, 80, 70], data="proportions", per=100)
    again = plot.limits_at(plot.denominators)
    for field in ("lower_998", "lower_95", "upper_95", "upper_998"):
        assert getattr(again, field).tolist() == getattr(plot.limits, field).tolist()
    curve = plot.curve
    assert curve.denominators.tolist() == list(range(60, 81))
    assert curve.upper_95[[0, 20]].tolist() == plot.limits.upper_95[[0, 1]].tolist()
    rates = funnel(letters(2), [4, 30], [0.5, 8000.25], data="rates").curve
    assert rates.denominators.size == 200
    assert rates.denominators[[0, -1]] == pytest.approx([0.5, 8000.25])
    with pytest.raises(MeasureInvalid, match="above 0"):
        plot.limits_at([0])
    with pytest.raises(MeasureInvalid, match="whole numbers"):
        plot.limits_at([10.5])


# --- over-dispersion ------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.floats(-8, 8), st.floats(0.01, 2)), min_size=2, max_size=40),
    st.booleans(),
)
def test_phi_and_tau2_are_what_the_formulas_say(units, estimated):
    z_scores, errors = zip(*units, strict=True)
    ordered = sorted(z_scores)

    def quantile(share):
        place = share * (len(ordered) - 1)
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])

    pulled = [min(max(z, quantile(0.1)), quantile(0.9)) for z in z_scores]
    k = len(pulled)
    phi = sum(z * z for z in pulled) / k
    weights = [1 / s**2 for s in errors]
    rest = sum(weights) - sum(w * w for w in weights) / sum(weights)
    found = dispersion(z_scores, errors, estimated=estimated)
    assert found.units == k
    assert found.phi == pytest.approx(phi, rel=1e-9, abs=1e-12)
    assert found.tau2 == pytest.approx(max(0, (k * phi - (k - 1)) / rest), rel=1e-6, abs=1e-12)


def test_the_test_of_dispersion_is_a_chi_squared_one():
    """Upper 5% point of χ² with 10 degrees of freedom: 18.307 (any printed table)."""
    z = math.sqrt(1.8307)
    just_above = dispersion([z * 1.001, -z * 1.001] * 5, [1] * 10, estimated=False)
    just_below = dispersion([z * 0.999, -z * 0.999] * 5, [1] * 10, estimated=False)
    assert (just_above.significant, just_below.significant) == (True, False)
    assert dispersion([z * 0.999, -z * 0.999] * 5, [1] * 10, estimated=True).significant


def test_leaving_out_a_tenth_at_each_end():
    # Of 19 ranks, 1 falls into the first of ten groups, 18 and 19 into the last.
    found = dispersion([50, *range(1, 18), -60], np.ones(19), estimated=False, leave_out=True)
    assert found.units == 16
    assert found.phi == pytest.approx(sum(z * z for z in range(1, 17)) / 16)
    # Two that tie for ranks 1 and 2 both have 1.5, and go together.
    assert (
        dispersion([-50, -50, *range(17)], np.ones(19), estimated=True, leave_out=True).units == 15
    )
    equal = dispersion([1, 1, 1, 1], np.ones(4), estimated=False, leave_out=True)
    assert equal.units == 4


def simulated(seed, between, data, per=1):
    """400 units about one target; `between` is the standard deviation of the units' logarithms."""
    draw = np.random.default_rng(seed)
    sizes = np.rint(draw.uniform(100, 1500, 400))
    own = np.exp(draw.normal(0, between, 400))
    if data == "proportions":
        events = draw.binomial(sizes.astype(int), np.minimum(0.2 * own, 1))
    else:
        events = draw.poisson(sizes * (0.2 if data == "rates" else 1) * own)
    return letters(400), events, sizes, {"data": data, "per": per}


@pytest.mark.parametrize("data", ["proportions", "rates", "ratios"])
def test_units_that_differ_by_chance_alone(data):
    names, events, sizes, options = simulated(1, 0, data)
    plot = funnel(names, events, sizes, **options)
    assert not plot.dispersion.significant
    assert plot.warnings == ()
    assert 0.02 < np.mean(plot.positions != 0) < 0.07
    assert np.mean(np.abs(plot.positions) == 2) < 0.01


@pytest.mark.parametrize("data", ["proportions", "rates", "ratios"])
def test_units_that_differ_by_more(data):
    names, events, sizes, options = simulated(2, 0.3, data)
    plain = funnel(names, events, sizes, **options)
    assert plain.dispersion.significant
    assert plain.dispersion.p_value < 0.001
    assert "too narrow" in plain.warnings[0]
    assert np.mean(plain.positions != 0) > 0.4
    wide = funnel(names, events, sizes, overdispersion="additive", **options)
    assert wide.warnings == ()
    assert wide.dispersion == plain.dispersion
    assert "about 1 in 8 lies beyond such 95% limits" in wide.describe()
    assert np.mean(wide.positions != 0) < 0.15
    assert np.all(wide.limits.upper_95 > plain.limits.upper_95)
    assert np.all(wide.limits.lower_998 < plain.limits.lower_998)


@pytest.mark.parametrize(
    ("method", "held_95", "held_998"), [("exact", 0.88, 0.98), ("shmi", 0.80, 0.95)]
)
@pytest.mark.parametrize("between", [0.05, 0.3])
def test_widened_limits_hold_what_is_said_of_them(method, held_95, held_998, between):
    """The module, and `Funnel.finding`, say that pulling in the ends makes τ² too small."""
    within = []
    for seed in range(30):
        names, events, sizes, options = simulated(100 + seed, between, "ratios")
        plot = funnel(names, events, sizes, overdispersion="additive", method=method, **options)
        within.append([np.mean(np.abs(plot.positions) < far) for far in (1, 2)])
    assert np.mean(within, axis=0) == pytest.approx([held_95, held_998], abs=0.02)


def test_a_few_wild_units_do_not_widen_the_limits_of_all():
    names, events, sizes, options = simulated(1, 0, "ratios")
    events[:5] *= 4
    plot = funnel(names, events, sizes, overdispersion="additive", **options)
    assert plot.dispersion.tau2 < 0.001
    assert plot.positions[:5].tolist() == [2] * 5


def test_small_units_are_not_called_overdispersed():
    """With one event expected, the mean square of the z-scores is 1.8 by chance alone."""
    events = np.random.default_rng(3).poisson(1, 300)
    plot = funnel(letters(300), events, np.ones(300), data="ratios")
    assert plot.dispersion.phi > 1.4
    assert not plot.dispersion.significant
    assert plot.warnings == ()
    assert "can't be told" in " ".join(plot.report())


def test_widening_for_small_or_few_units_carries_a_warning():
    few = funnel(letters(4), [3, 30, 9, 6], [2, 9, 9, 9], data="ratios", overdispersion="additive")
    assert any("4 units only" in warning for warning in few.warnings)
    assert any("1 unit so small" in warning for warning in few.warnings)
    names, events, sizes, options = simulated(1, 0, "ratios")
    calm = funnel(names, events, sizes, overdispersion="additive", **options)
    assert calm.dispersion.tau2 == 0
    assert any('overdispersion="none"' in warning for warning in calm.warnings)


def test_widened_limits_end_where_values_end():
    """The sine and the square must not turn round: a lower limit of 0, not one above it."""
    low = funnel(letters(12), [0, 9] * 6, [20] * 12, data="proportions", overdispersion="additive")
    assert low.dispersion.tau2 > 0
    assert low.limits.lower_998.tolist() == [0] * 12
    high = funnel(
        letters(12), [20, 11] * 6, [20] * 12, data="proportions", overdispersion="additive"
    )
    assert high.limits.upper_998 == pytest.approx(np.ones(12))
    rate = funnel(letters(12), [0, 9] * 6, [20] * 12, data="rates", overdispersion="additive")
    assert rate.limits.lower_998.tolist() == [0] * 12


# --- what a reader gets ---------------------------------------------------------------------------


@pytest.fixture
def falls():
    return funnel(
        ["Ash", "Birch", "Elm", "Fir"],
        [12, 3, 30, 0],
        [2100, 1900, 2000, 0],
        data="rates",
        per=1000,
        name="Falls",
        unit="per 1,000 bed days",
        better="lower",
    )


def test_values_and_target(falls):
    assert falls.values[:3] == pytest.approx([12 / 2.1, 3 / 1.9, 15])
    assert math.isnan(falls.values[3])
    assert falls.target == pytest.approx(7.5)
    assert not falls.target_given
    assert falls.shown.tolist() == [True, True, True, False]


def test_signals_in_words(falls):
    assert [signal.points for signal in falls.signals] == [(1,), (2,)]
    assert [signal.rule for signal in falls.signals] == ["99.8% limits"] * 2
    assert [signal.way for signal in falls.signals] == ["low", "high"]
    assert "Birch: 1.58 is below its lower 99.8% limit" in falls.signals[0].words
    assert falls.signals[0].words.endswith("(alarm, better).")
    assert falls.signals[1].words.endswith("(alarm, worse).")


@pytest.mark.parametrize(
    ("better", "judgements"),
    [
        ("lower", ["none", "better", "worse", "none"]),
        ("higher", ["none", "worse", "better", "none"]),
        ("neither", ["none", "different", "different", "none"]),
    ],
)
def test_table(better, judgements):
    plot = funnel(list("ABCD"), [12, 3, 30, 0], [2100, 1900, 2000, 0], data="rates", better=better)
    table = plot.table
    assert table["name"].tolist() == list("ABCD")
    assert table["position"].tolist() == ["within", "below", "above", "no value"]
    assert table["signal"].tolist() == ["none", "alarm", "alarm", "none"]
    assert table["judgement"].tolist() == judgements
    assert table["upper_95"].isna().tolist() == [False, False, False, True]
    table.loc[0, "value"] = 99  # each table is new
    assert plot.table["value"].tolist() != table["value"].tolist()


def test_description(falls):
    words = falls.describe()
    assert words.startswith(
        "Funnel plot of Falls, per 1,000 bed days: 3 units with a value, all together 7.5. "
        "Limits: exact Poisson. 2 units lie beyond their 99.8% limits (alarm). "
    )
    assert "Alarm: Birch (below, better) and Elm (above, worse)." in words
    assert "too narrow" in words
    assert words.endswith("1 more warning.")
    assert "since the denominator is 0: Fir." in falls.report()[-1]


def test_descriptions_count_the_signals():
    none = funnel(list("AB"), [5, 6], [50, 50], data="proportions", target=0.1)
    assert "target 0.1." in none.describe()
    assert none.finding.startswith("No unit lies beyond its limits.")
    alert = funnel(list("AB"), [11, 5], [50, 50], data="proportions", target=0.1)
    assert alert.finding.startswith(
        "No unit lies beyond its 99.8% limits; 1 unit lies beyond its 95% limits (alert)."
    )
    both = funnel(list("ABC"), [25, 11, 11], [50, 50, 50], data="proportions", target=0.1)
    assert both.finding.startswith(
        "1 unit lies beyond its 99.8% limits (alarm), and 2 more beyond their 95% limits (alert)."
    )
    many = funnel(letters(9), [25] * 9, [50] * 9, data="proportions", target=0.1)
    assert "Unit 3 (above) and 6 more." in many.describe()
    assert "Unit 4" not in many.describe()
    assert "Unit 9: 0.5 is above" in many.report()[2]


def test_units_without_a_value_are_named():
    plot = funnel(list("ABCD"), [1, None, 3, 0], [10, 10, math.nan, 0], data="proportions")
    assert plot.warnings[0].startswith("There is only one unit with a value")
    assert plot.warnings[1] == "Shown without a value, since the denominator is 0: D."
    assert plot.warnings[2] == "Shown without a value, since a count is missing: B, C."
    assert plot.target == pytest.approx(0.1)
    assert plot.table["position"].tolist() == ["within", "no value", "no value", "no value"]


def test_nothing_to_compare():
    alone = funnel(["A"], [3], [10], data="proportions")
    assert alone.warnings == (
        "There is only one unit with a value, and no other to compare it with.",
    )
    assert alone.signals == ()
    assert math.isnan(alone.dispersion.phi)
    for data in ("proportions", "rates", "ratios"):
        none = funnel(list("ABC"), [0, 0, 0], [1, 10, 2], data=data)
        assert any("No unit had any event" in warning for warning in none.warnings)
        assert (none.signals == ()) == (data != "ratios")  # ten were expected in one unit
        none.describe()
    every = funnel(list("ABC"), [5, 10, 900], [5, 10, 900], data="proportions")
    assert any("No unit was without an event" in warning for warning in every.warnings)
    assert every.signals == ()


def test_a_target_is_on_the_scale_of_the_values():
    per_cent = funnel(list("AB"), [25, 5], [50, 50], data="proportions", per=100, target=10)
    plain = funnel(list("AB"), [25, 5], [50, 50], data="proportions", target=0.1)
    assert per_cent.positions.tolist() == plain.positions.tolist() == [2, 0]
    assert per_cent.limits.upper_95 == pytest.approx(100 * plain.limits.upper_95)
    assert funnel(list("AB"), [25, 5], [50, 50], data="ratios", per=100).target == 100


def test_everything_is_frozen(falls):
    with pytest.raises(AttributeError):
        falls.target = 3
    for array in (falls.values, falls.numerators, falls.limits.upper_95, falls.curve.lower_95):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    given = np.array([1.0, 2.0])
    plot = funnel(list("AB"), given, [10, 10], data="rates")
    given[0] = 9
    assert plot.numerators.tolist() == [1, 2]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "events", "sizes", "options", "message"),
    [
        ([], [], [], {}, "There are no units"),
        ("AB", [1, 2], [3, 4], {}, "names is 'AB'. Give a list"),
        (["A", " "], [1, 2], [3, 4], {}, "Every unit needs a name. None in row 2"),
        (["A", None], [1, 2], [3, 4], {}, "row 2"),
        (["A", math.nan], [1, 2], [3, 4], {}, "row 2"),
        (["A", pd.NA], [1, 2], [3, 4], {}, "row 2"),
        (["A", "B", "A "], [1, 2, 3], [3, 4, 5], {}, "more than once: A. Add up"),
        (["A", "B"], [1], [3, 4], {}, "2 names and 1 numerators"),
        (["A", "B"], [1, 2], [3], {}, "2 names and 1 denominators"),
        (["A", "B"], ["1", 2], [3, 4], {}, "numerators must be numbers.*'1' in row 1"),
        (["A", "B"], [1, 2], [3, "n/a"], {}, "denominators must be numbers.*'n/a' in row 2"),
        (["A", "B"], [True, 2], [3, 4], {}, "True in row 1"),
        (["A", "B"], [1, -2], [3, 4], {}, "numerators below 0: B"),
        (["A", "B"], [1, 2], [-3, 4], {}, "denominators below 0: A"),
        (["A", "B"], [1, math.inf], [3, 4], {"data": "rates"}, "too large or infinite: B"),
        (["A", "B"], [1, 2], [math.inf, 4], {"data": "rates"}, "too large or infinite: A"),
        (["A", "B"], [1, -math.inf], [3, 4], {"data": "rates"}, "below 0: B"),
        (["A", "B"], [1, 10**400], [3, 4], {}, "too large or infinite: B"),
        (["A", "B"], [1, 1.5], [3, 4], {"data": "ratios"}, "not whole numbers: B. Count whole"),
        (["A", "B"], [1, 2], [3, 4.5], {}, 'not whole numbers: B.*data="rates"'),
        (["A", "B"], [1, 5], [3, 4], {}, "more events than people they are among: B. Are they"),
        (["A", "B"], [1, 5], [0, 9], {"data": "ratios"}, "events but a denominator of 0: A"),
        (["A", "B"], [1, 5], [1e-300, 9], {"data": "rates"}, "too near 0: A"),
        (["A", "B"], [0, 0], [0, 0], {}, "No unit has both counts"),
        (["A", "B"], [None, None], [3, 4], {}, "No unit has both counts"),
        (["A", "B"], [1, 2], [3, 4], {"data": "percent"}, "data is 'percent'. Use one of"),
        (["A", "B"], [1, 2], [3, 4], {"overdispersion": True}, "overdispersion is True"),
        (["A", "B"], [1, 2], [3, 4], {"method": "cqc"}, 'Use one of "exact", "shmi"'),
        (["A", "B"], [1, 2], [3, 4], {"better": "up"}, "better is 'up'"),
        (["A", "B"], [1, 2], [3, 4], {"method": "shmi"}, "is for ratios"),
        (["A", "B"], [1, 2], [3, 4], {"per": 0}, "per is 0"),
        (["A", "B"], [1, 2], [3, 4], {"per": "1000"}, "per is '1000'"),
        (["A", "B"], [1, 2], [3, 4], {"target": 30}, "no proportion is above 1"),
        (["A", "B"], [1, 2], [3, 4], {"target": -1, "data": "rates"}, "target is -1"),
        (["A", "B"], [1, 2], [3, 4], {"target": math.nan}, "target is nan"),
        (["A", "B"], [1, 2], [3, 4], {"name": 5}, "name is 5"),
        (
            ["A", "B"],
            [1, 2],
            [3, 4],
            {"data": "ratios", "method": "shmi", "target": 2},
            "Leave target out",
        ),
        (
            ["A", "B"],
            [0, 2],
            [3, 4],
            {"data": "ratios", "method": "shmi"},
            "no events: A. The SHMI's method takes logs",
        ),
        (
            ["A", "B"],
            [1, 2],
            [1e10, 4],
            {"data": "rates", "target": 1e9},
            "events are expected",
        ),
    ],
)
def test_what_is_refused(names, events, sizes, options, message):
    with pytest.raises(MeasureInvalid, match=message):
        funnel(names, events, sizes, **({"data": "proportions"} | options))


def test_the_error_is_one_of_the_tools():
    assert issubclass(MeasureInvalid, QIToolsError)


def test_columns_of_every_kind_are_read_alike():
    expected = funnel(list("ABC"), [1, 2, None], [10, 20, 30], data="rates")
    for events in (
        np.array([1, 2, np.nan]),
        pd.Series([1, 2, pd.NA], dtype="Int64"),
        pd.Series([1, 2, None]),
        (number for number in [1, 2, None]),
        [Decimal(1), np.int64(2), np.float32("nan")],
    ):
        plot = funnel(pd.Series(list("ABC")), events, (10, 20.0, np.uint8(30)), data="rates")
        assert plot.values == pytest.approx(expected.values, nan_ok=True)
        assert plot.limits.upper_95 == pytest.approx(expected.limits.upper_95, nan_ok=True)
    assert funnel([101, 102], [1, 2], [3, 4], data="rates").names == ("101", "102")
    for odd in (np.array([True, False, True]), np.array([1, 2, 3], dtype="timedelta64[D]")):
        with pytest.raises(MeasureInvalid, match="must be numbers"):
            funnel(list("ABC"), odd, [10, 20, 30], data="rates")


odd = st.one_of(
    st.integers(-3, 50),
    st.integers(),
    st.floats(),
    st.none(),
    st.text(max_size=3),
    st.booleans(),
    st.decimals(allow_nan=False),
)


@given(
    st.lists(st.tuples(odd, odd, odd), max_size=5),
    st.sampled_from(["proportions", "rates", "ratios"]),
    st.sampled_from(["none", "additive"]),
)
def test_anything_gives_a_plot_or_a_clear_refusal(units, data, overdispersion):
    names, events, sizes = map(list, zip(*units, strict=True)) if units else ([], [], [])
    try:
        plot = funnel(names, events, sizes, data=data, overdispersion=overdispersion)
    except MeasureInvalid:
        return
    check_whole(plot)


def check_whole(plot):
    limits, shown = plot.limits, plot.shown
    four = np.array([limits.lower_998, limits.lower_95, limits.upper_95, limits.upper_998])
    assert np.all(np.isnan(four) == ~shown)
    assert np.all(np.isfinite(four[:, shown]))
    assert np.all(np.diff(four[:, shown], axis=0) >= 0)
    assert np.all(four[0, shown] >= 0)
    target = plot.target
    assert np.all(limits.lower_95[shown] <= target * (1 + 1e-12))
    assert np.all(limits.upper_95[shown] >= target * (1 - 1e-12))
    if plot.data == "proportions":
        assert np.all(four[3, shown] <= plot.per)
    table = plot.table
    assert len(table) == len(plot.names)
    beyond = (plot.values < limits.lower_95) | (plot.values > limits.upper_95)
    assert (table["signal"] != "none").tolist() == beyond.tolist()
    assert sorted(signal.points[0] for signal in plot.signals) == np.nonzero(beyond)[0].tolist()
    assert all(plot.names[signal.points[0]] in signal.words for signal in plot.signals)
    assert plot.describe().startswith("Funnel plot")
    assert plot.curve.denominators.size >= 1


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=30),
    st.sampled_from(["proportions", "rates", "ratios"]),
    st.sampled_from(["none", "additive"]),
    st.sampled_from(["lower", "higher", "neither"]),
    st.sampled_from([1, 100, 1000]),
)
def test_counts_that_can_be_always_make_a_whole_plot(units, data, overdispersion, better, per):
    events = [min(pair) for pair in units]
    sizes = [max(pair) for pair in units]
    assume(any(sizes))
    plot = funnel(
        letters(len(units)),
        events,
        sizes,
        data=data,
        overdispersion=overdispersion,
        better=better,
        per=per,
    )
    check_whole(plot)


class Reader:
    """Holds what a plot says to its table."""

    def __init__(self, plot):
        self.plot, self.table = plot, plot.table
        self.shown = self.table["value"].notna()

    def count(self, signal):
        return int((self.table["signal"] == signal).sum())

    def check_first(self, sentence):
        plot = self.plot
        unit = f", {plot.unit}" if plot.unit else ""
        centre = "target" if plot.target_given else "all together"
        found = fitting(
            re.escape(f"Funnel plot of {plot.name}{unit}: ")
            + rf"({NUMBER}) units? with a value, {centre} ({NUMBER})\.",
            sentence,
        )
        assert int(found[1]) == self.shown.sum()
        assert says(found[2], self.table["target"][0])

    def check_finding(self, said):
        alarms, alerts = self.count("alarm"), self.count("alert")
        if not alarms and not alerts:
            assert said[0] == "No unit lies beyond its limits."
            return said[1:]
        found = fitting(
            r"(?:No unit lies beyond its|(\d+) units? (lies?) beyond (?:its|their)) 99\.8% limits"
            r"(?: \(alarm\))?(?:(?:; |, and )(\d+) (?:units? lies? |more )beyond (?:its|their) "
            r"95% limits \(alert\))?\.",
            said[0],
        )
        assert int(found[1] or 0) == alarms
        assert int(found[3] or 0) == alerts
        assert ("(alarm)" in said[0]) == (alarms > 0)
        assert found[2] is None or (found[2] == "lies") == (alarms == 1)
        return said[1:]

    def check_chance(self, said):
        widened = self.plot.overdispersion != "none" and self.plot.dispersion.tau2 > 0
        near, far = (8, 60) if widened else (20, 500)
        start = "Of units that differ in no unusual way, " if widened else "By chance alone "
        assert said[0].startswith(start)
        told = re.sub(r"95|99\.8", "", said[0])
        assert list(map(int, re.findall(r"\d+", told))) == [1, near, 1, far]

    def check_description(self, text):
        assert len(text) <= LONGEST
        check_form(text)
        first, *said = re.split(r"(?<=\.) (?=[A-Z\d])", text)
        self.check_first(first)
        if said[0].startswith("Limits: "):
            assert said.pop(0) == f"Limits: {self.limits()}."
        said = self.check_finding(said)
        if said and said[0].startswith(("By chance", "Of units")):
            self.check_chance(said)
            said = said[1:]
        for signal in ("alarm", "alert"):
            if self.count(signal):
                self.check_units(said.pop(0), signal)
        check_warnings(said, self.plot.warnings)

    def limits(self):
        if self.plot.overdispersion == "additive":
            tau2 = f"{self.plot.dispersion.tau2:.3g}"
            return f"widened by the variance between units (Spiegelhalter 2005, τ² {tau2})"
        return "exact binomial" if self.plot.data == "proportions" else "exact Poisson"

    def check_units(self, sentence, signal):
        heading, _, listed = sentence.partition(": ")
        assert heading == signal.capitalize()
        rows = self.table[self.table["signal"] == signal]
        told = re.findall(r"(Unit \d+) \((above|below)(?:, (better|worse))?\)", listed)
        assert 1 <= len(told) <= 3
        for (name, side, judged), row in zip(told, rows.itertuples(), strict=False):
            assert (name, side) == (row.name, row.position)
            assert judged == ("" if row.judgement == "different" else row.judgement)
        rest = len(rows) - len(told)
        more = re.search(r" and (\d+) more\.$", listed)
        assert (int(more[1]) if more else 0) == rest

    def check_report(self, report):
        first, limits, *told = report
        for paragraph in report:
            check_form(paragraph)
        values = self.table[self.shown].set_index("name")["value"]
        start, low, high, *better = re.split(r"(?<=\.) (?=[A-Z])", first)
        self.check_first(start)
        for sentence, which, end in (
            (low, "Lowest", values.min()),
            (high, "Highest", values.max()),
        ):
            found = fitting(rf"{which}: (Unit \d+), ({NUMBER})\.", sentence)
            assert values[found[1]] == end
            assert says(found[2], end)
        way = self.plot.better
        assert better == ([] if way == "neither" else [f"{way.capitalize()} is better."])
        assert limits == f"Limits: {self.limits()}. {self.plot.finding}"
        if self.count("alarm") + self.count("alert"):
            self.check_signals(told.pop(0))
        words, *warnings = told
        self.check_dispersion(words)
        expected = [f"Take care. {' '.join(self.plot.warnings)}"] if self.plot.warnings else []
        assert warnings == expected

    def check_signals(self, text):
        rows = self.table.set_index("name")
        said = re.findall(
            rf"(Unit \d+): ({NUMBER}) is (above|below) its (upper|lower) (95|99\.8)% limit of "
            rf"({NUMBER}) \((alert|alarm), (better|worse|different)\)\.",
            text,
        )
        assert len(said) == self.count("alarm") + self.count("alert")
        assert text.count(" is ") == len(said)
        assert sorted(name for name, *_ in said) == sorted(rows.index[rows["signal"] != "none"])
        for name, value, side, edge, level, limit, signal, judged in said:
            row = rows.loc[name]
            assert (side, signal, judged) == (row["position"], row["signal"], row["judgement"])
            assert (edge, level) == (
                "upper" if side == "above" else "lower",
                "95" if signal == "alert" else "99.8",
            )
            assert says(value, row["value"])
            assert says(limit, row[f"{edge}_{level.replace('.', '')}"])

    def check_dispersion(self, words):
        spread = self.plot.dispersion
        if math.isnan(spread.p_value):
            assert words.endswith("can't be told: that takes two or more that expect 5 events.")
            return
        found = fitting(
            r"On the whole the units differ by (no )?more than chance alone explains "
            rf"\(φ ({NUMBER}), p (below 0\.001|{NUMBER})\)\.",
            words,
        )
        assert bool(found[1]) == (spread.p_value >= 0.05)
        assert says(found[2], spread.phi)
        if found[3] == "below 0.001":
            assert spread.p_value < 0.001
        else:
            assert float(found[3]) == pytest.approx(spread.p_value, rel=0.051)


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1, max_size=30),
    st.sampled_from(["proportions", "rates", "ratios"]),
    st.sampled_from(["none", "additive"]),
    st.sampled_from(["lower", "higher", "neither"]),
    st.sampled_from(["Falls", "Falls (all wards), 2025", "F" * 80]),
)
def test_every_sentence_is_true(units, data, overdispersion, better, name):
    plot = funnel(
        letters(len(units)),
        [min(pair) for pair in units],
        [max(pair) for pair in units],
        data=data,
        overdispersion=overdispersion,
        better=better,
        name=name,
        unit="per 100 patients",
        per=100,
    )
    reader = Reader(plot)
    reader.check_description(plot.describe())
    reader.check_report(plot.report())


@pytest.mark.parametrize("overdispersion", ["none", "additive"])
def test_a_lie_is_heard(overdispersion):
    events = [3, 12, 30, 22, 9, 11, 4, 60, 40, 41, 39, 44]
    plot = funnel(
        letters(12),
        events,
        [100] * 12,
        data="proportions",
        overdispersion=overdispersion,
        better="lower",
        name="Falls",
    )
    reader, description, report = Reader(plot), plot.describe(), plot.report()
    reader.check_description(description)
    reader.check_report(report)
    for lie in lies(description):
        assert heard(reader.check_description, lie), lie
    for place, paragraph in enumerate(report):
        for lie in lies(paragraph):
            assert heard(reader.check_report, (*report[:place], lie, *report[place + 1 :])), lie


def test_names_of_any_length_find_room():
    names = [f"{number} {'Ward ' * 38}".strip() for number in range(30)]
    plot = funnel(
        names, [9, 90] * 15, [100] * 30, data="proportions", name="N" * 200, unit="u" * 200
    )
    told = plot.describe()
    assert len(told) <= 600
    assert "30 units with a value" in told


@given(st.lists(st.integers(0, 40), min_size=2, max_size=20), st.randoms())
def test_the_order_of_units_changes_nothing(events, random):
    names = letters(len(events))
    order = list(range(len(events)))
    random.shuffle(order)
    plain = funnel(names, events, [50] * len(events), data="proportions")
    mixed = funnel(
        [names[i] for i in order],
        [events[i] for i in order],
        [50] * len(events),
        data="proportions",
    )
    assert mixed.positions.tolist() == [plain.positions[i] for i in order]
    assert mixed.dispersion.phi == pytest.approx(plain.dispersion.phi, nan_ok=True)


def test_a_hundred_thousand_units_are_as_each_alone():
    draw = np.random.default_rng(7)
    sizes = draw.integers(1, 100_000, 100_000)
    events = draw.binomial(sizes, 0.04)
    every = funnel(letters(100_000), events, sizes, data="proportions", target=0.04)
    assert 0.95 < np.mean(every.positions == 0) < 0.965
    some = slice(0, 100_000, 997)
    few = funnel(letters(101), events[some], sizes[some], data="proportions", target=0.04)
    assert every.limits.upper_998[some].tolist() == few.limits.upper_998.tolist()
    assert every.positions[some].tolist() == few.positions.tolist()
    assert len(every.describe()) < 2000


def test_importing_the_module_loads_neither_scipy_nor_pandas():
    code = (
        "import sys, qi_tools.spc.funnels\n"
        "print({'scipy', 'pandas', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
