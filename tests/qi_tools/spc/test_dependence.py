import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qi_tools import Measure, load_dataset
from qi_tools.spc.dependence import (
    Season,
    _chance,
    autocorrelation,
    dependence_warnings,
    season,
)

nan = float("nan")
START = {
    "months": lambda n: np.datetime64("2020-01") + np.arange(n),
    "quarters": lambda n: np.datetime64("2014-01") + 3 * np.arange(n),
    "weeks": lambda n: np.datetime64("2020-01-06") + 7 * np.arange(n),
    "days": lambda n: np.datetime64("2024-01-01") + np.arange(n),
}
CYCLE = {"months": 12, "quarters": 4, "weeks": 365.25 / 7, "days": 7}


def measure_of(values, every="months"):
    values = np.asarray(values, dtype=float)
    return Measure(values, START[every](values.size).astype("datetime64[D]"), "Wait")


def wave(n, every, height):
    return height * np.sin(2 * np.pi * np.arange(n) / CYCLE[every])


def leaning(rng, n, lean):
    values = np.zeros(n + 50)
    for place, chance in enumerate(rng.standard_normal(n + 50)):
        values[place] = lean * values[place - 1] + chance
    return values[50:]


def share(found, simulations=400):
    return sum(bool(found()) for _ in range(simulations)) / simulations


# ---- how often each is found


STABLE = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "skewed": lambda rng, n: rng.exponential(size=n),
    "few events": lambda rng, n: rng.poisson(3, n),
}
SPECIAL = {
    "shift": lambda rng, n: rng.standard_normal(n) + 3 * (np.arange(n) >= n // 2),
    "trend": lambda rng, n: rng.standard_normal(n) + 4 * np.arange(n) / n,
}


@pytest.mark.parametrize("every", START)
@pytest.mark.parametrize("kind", STABLE)
def test_stable_measures_are_seldom_warned_of(every, kind):
    """At 1 in 100 for each of the two, 2% are expected: 4.5% is far out in 400 series."""
    rng = np.random.default_rng(1)
    n = {"months": 36, "quarters": 20, "weeks": 110, "days": 42}[every]
    assert share(lambda: dependence_warnings(measure_of(STABLE[kind](rng, n), every))) < 0.045


@pytest.mark.parametrize("n", [24, 36, 60])
@pytest.mark.parametrize("kind", SPECIAL)
def test_a_shift_or_a_trend_is_neither(n, kind):
    """They are special causes, and the chart's own rules tell of them."""
    rng = np.random.default_rng(2)
    assert share(lambda: dependence_warnings(measure_of(SPECIAL[kind](rng, n)))) < 0.045


@pytest.mark.parametrize(
    ("every", "n", "least"),
    [
        ("months", 24, 0.75),
        ("months", 36, 0.95),
        ("quarters", 24, 0.9),
        ("weeks", 110, 0.95),
        ("days", 28, 0.8),
    ],
)
def test_a_clear_season_is_usually_found(every, n, least):
    """A wave that goes two sigmas up and two down."""
    rng = np.random.default_rng(3)

    def found():
        each = season(measure_of(rng.standard_normal(n) + wave(n, every, 2), every))
        return each.found

    assert share(found, 150) > least


def test_one_bad_month_a_year_is_found_in_five_years():
    rng = np.random.default_rng(4)
    winter = 4.0 * (np.arange(60) % 12 == 0)
    found = [season(measure_of(rng.standard_normal(60) + winter)) for _ in range(100)]
    assert sum(each.found for each in found) > 40
    assert sum(each.highest == "January" for each in found) > 95


def test_a_season_is_found_on_top_of_a_shift_between_phases():
    rng = np.random.default_rng(5)
    values = rng.standard_normal(48) + wave(48, "months", 2) + 8 * (np.arange(48) >= 24)
    found = season(measure_of(values).rephase("2022-01", "New wing"))
    assert found.found
    assert found.effects[2] > 1.3  # March
    assert found.effects[8] < -1.3  # September


def test_leaning_points_are_usually_found():
    rng = np.random.default_rng(6)
    assert (
        share(lambda: autocorrelation(measure_of(leaning(rng, 60, 0.6))).found == "positive") > 0.8
    )
    assert (
        share(lambda: autocorrelation(measure_of(leaning(rng, 36, -0.6))).found == "negative") > 0.7
    )


def test_leaning_points_seldom_pass_for_a_season():
    rng = np.random.default_rng(7)
    assert share(lambda: season(measure_of(leaning(rng, 60, 0.7))).found) < 0.11


def test_a_season_taken_out_leaves_no_leaning():
    rng = np.random.default_rng(8)

    def found():
        each = measure_of(rng.standard_normal(48) + wave(48, "months", 2))
        return season(each).found and autocorrelation(each).found != "none"

    assert share(found, 200) < 0.04


def test_chance_is_never_made_out_too_small():
    """Two tests are made for months, and the better of the two is no more likely than it says."""
    rng = np.random.default_rng(18)
    chances = np.array([season(measure_of(rng.standard_normal(36))).chance for _ in range(800)])
    for level in (0.05, 0.2, 0.5):
        assert np.mean(chances < level) < level + 2.5 * math.sqrt(level * (1 - level) / 800)


# ---- autocorrelation


def test_lag1_is_that_of_the_textbook():
    """Sum of products of neighbours' distances from the mean over the sum of squared distances."""
    values = np.array([7.0, 9, 4, 8, 3, 6, 5, 9, 8, 2, 6, 7, 5])
    off = values - values.mean()
    found = autocorrelation(Measure.from_columns(values, name="Wait"))
    assert found.lag1 == pytest.approx(np.sum(off[1:] * off[:-1]) / np.sum(off**2))


def test_what_is_usual_has_moran_s_mean_and_variance():
    rng = np.random.default_rng(9)
    n = 30
    lags = []
    for _ in range(4000):
        off = rng.standard_normal(n)
        off -= off.mean()
        lags.append(np.sum(off[1:] * off[:-1]) / np.sum(off**2))
    low, high = autocorrelation(Measure.from_columns(rng.standard_normal(n), name="Wait")).usual
    assert (low + high) / 2 == pytest.approx(-1 / n)
    assert np.mean(lags) == pytest.approx(-1 / n, abs=0.01)
    error = (n - 2) / (n * math.sqrt(n - 1))
    assert np.std(lags) == pytest.approx(error, rel=0.05)
    assert high - low == pytest.approx(2 * stats.norm.ppf(0.995) * error)


def test_missing_and_excluded_points_have_no_neighbours():
    values = [5.0, 9, 4, 8, 5, 9] * 4
    whole = autocorrelation(Measure.from_columns(values, name="Wait"))
    with_gap = values.copy()
    with_gap[7] = nan
    missing = autocorrelation(Measure.from_columns(with_gap, name="Wait"))
    excluded = autocorrelation(Measure.from_columns(values, name="Wait").exclude(8, "A strike"))
    assert missing == excluded
    assert missing != whole
    assert missing.found == "negative"


def test_each_phase_has_its_own_average():
    rng = np.random.default_rng(10)
    values = rng.standard_normal(40) + 10 * (np.arange(40) >= 20)
    plain = Measure.from_columns(values, name="Wait")
    assert autocorrelation(plain).lag1 > 0.8
    assert autocorrelation(plain).found == "none"  # one shift explains it
    assert abs(autocorrelation(plain.rephase(21, "New")).lag1) < 0.4


@pytest.mark.parametrize(
    "values",
    [[0.1] * 20, [5.0] * 10 + [7.0] * 10, list(range(30)), [1.0] * 11, [1.0, nan] * 12],
    ids=["constant", "one step", "a line", "too few", "no neighbours"],
)
def test_nothing_to_find(values):
    found = autocorrelation(Measure.from_columns(values, name="Wait"))
    assert found.found == "none"
    assert dependence_warnings(Measure.from_columns(values, name="Wait")) == ()


# ---- season


@given(
    st.lists(st.floats(-50, 50), min_size=24, max_size=48, unique=True),
    st.floats(0.01, 100),
    st.floats(-1000, 1000),
)
def test_a_season_knows_no_unit(values, scale, origin):
    values = np.round(values, 3)
    first = season(measure_of(values))
    other = season(measure_of(values * scale + origin))
    if first is None:
        assert other is None
    else:
        assert other.chance == pytest.approx(first.chance, abs=1e-9)
        assert other.effects == pytest.approx(
            [scale * effect for effect in first.effects], abs=1e-6 * (scale + 1)
        )


def test_the_tail_is_nearly_that_of_the_f_distribution():
    rng = np.random.default_rng(11)
    n, parts = 36, 12
    each = (np.arange(n)[:, None] % parts == np.arange(1, parts)) - 1.0 * (
        np.arange(n)[:, None] % parts == 0
    )
    compared = 0
    for _ in range(300):
        ranks = rng.permutation(n) + 1.0 + 8 * np.sin(np.arange(n) * 2 * np.pi / 12)
        groups = [ranks[part::parts] for part in range(parts)]
        rest = np.concatenate([ranks[p::parts] - ranks[p::parts].mean() for p in range(parts)])
        left = ranks - np.tile([group.mean() for group in groups], n // parts)
        if left[1:] @ left[:-1] > 0 or not rest.any():
            continue  # F counts for less there
        exact = stats.f_oneway(*groups).pvalue
        ours = _chance(ranks, np.full((n, 1), 1 / 6), each)
        assert ours == pytest.approx(exact, rel=0.1, abs=2e-4)
        compared += 1
    assert compared > 100


def test_what_points_are_sorted_by():
    rng = np.random.default_rng(12)
    cycles = {
        every: season(measure_of(rng.standard_normal(n), every))
        for every, n in {"months": 24, "quarters": 16, "weeks": 106, "days": 21}.items()
    }
    assert {every: found.cycle for every, found in cycles.items()} == {
        "months": "month of the year",
        "quarters": "quarter of the year",
        "weeks": "month of the year",
        "days": "day of the week",
    }
    assert cycles["months"].labels[0] == "January"
    assert cycles["quarters"].labels[1] == "April to June"
    assert cycles["days"].labels == (
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    )
    assert all(sum(found.effects) == pytest.approx(0, abs=1e-9) for found in cycles.values())


def test_working_days_are_daily():
    days = START["days"](70)
    days = days[(days.astype(int) + 3) % 7 < 5]
    busy = np.where((days.astype(int) + 3) % 7 == 0, 9.0, 5.0)
    values = busy + np.random.default_rng(13).normal(0, 0.5, days.size)
    found = season(Measure(values, days.astype("datetime64[D]"), "Calls"))
    assert found.found
    assert (found.highest, len(found.labels)) == ("Monday", 5)


def test_no_season_can_be_looked_for():
    rng = np.random.default_rng(14)
    values = rng.standard_normal(40)
    days = np.cumsum(rng.integers(1, 60, 40)) + np.datetime64("2020-01-01")
    assert season(Measure.from_columns(values, name="Wait")) is None  # no dates
    assert season(Measure(values, days, "Days between")) is None  # not regular
    assert season(measure_of(values[:23])) is None  # not two years
    assert season(measure_of(np.full(36, 5.0))) is None  # no variation
    assert season(measure_of(np.where(np.arange(40) % 4 == 0, values, nan))) is None  # too few
    years = np.datetime64("1980") + np.arange(40)
    assert season(Measure(values, years.astype("datetime64[D]"), "Wait")) is None


def test_missing_months_and_one_wild_value_hide_no_season():
    values = 50 + wave(48, "months", 6) + np.random.default_rng(15).normal(0, 2, 48)
    values[[5, 17, 30]] = nan
    values[20] = 500
    assert season(measure_of(values)).found


def test_a_perfect_season():
    found = season(measure_of(np.tile([5.0, 3, 2, 1, 1.5, 2, 3, 4, 5, 6, 7, 6], 3)))
    assert found.chance == 0
    assert (found.highest, found.lowest) == ("November", "April")


# ---- words


def test_a_seasonal_measure_is_warned_of():
    values = 50 + wave(48, "months", 6) + np.random.default_rng(16).normal(0, 2, 48)
    (warning,) = dependence_warnings(measure_of(values))
    assert warning.startswith("The values follow the month of the year: highest in ")
    assert "No set of rules is honest until that is taken out" in warning


def test_a_waiting_list_is_warned_of():
    waits = leaning(np.random.default_rng(17), 80, 0.8)
    (warning,) = dependence_warnings(Measure.from_columns(waits, name="List"))
    assert warning.startswith("Each point leans on the one before it (lag-1 autocorrelation 0.")
    assert "too narrow" in warning


def test_an_alternating_measure_is_warned_of():
    (warning,) = dependence_warnings(Measure.from_columns([5, 9, 4, 8] * 6, name="Staff"))
    assert warning.startswith("The points go up and down in turn")
    assert "too wide" in warning


def test_england_is_seasonal():
    """Attendances at A&E in England dip each winter and fall by the short month of February."""
    frame = load_dataset("england_ae").frame
    found = season(Measure.from_columns(frame["all_attendances"], frame["month"], name="A&E"))
    assert found.cycle == "month of the year"
    assert found.lowest == "February"


def test_results_are_frozen():
    found = Season("day of the week", ("Monday", "Tuesday"), (1.0, -1.0), 0.5)
    with pytest.raises(FrozenInstanceError):
        found.chance = 0
    assert not found.found
