from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import Measure, control_chart, suggest_chart
from qi_tools.errors import MeasureInvalid, QIToolsError
from qi_tools.spc.kinds import KINDS

nan = float("nan")


def months(n):
    return (np.datetime64("2022-01") + np.arange(n)).astype("datetime64[D]")


def measure_of(values, denominators=None, **how):
    values = np.asarray(values)
    return Measure.from_columns(
        values, months(values.size), denominators=denominators, **({"name": "Measure"} | how)
    )


def others(found):
    return [each.kind for each in found.others]


def said(found, words):
    return any(words in warning for warning in found.warnings)


# ---- twelve measures as wards and offices keep them; all simulated


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def falls(rng):
    days = rng.integers(1800, 2000, 30)
    return measure_of(rng.poisson(6.2 * days / 1000), days, per=1000, data="rates")


def falls_of_a_region(rng):
    bed_days = np.full(30, 30_000)
    uneven = rng.gamma(30, 6.2 / 30, 30)
    return measure_of(rng.poisson(uneven * 30), bed_days, per=1000, data="rates")


def infections(rng):
    return measure_of(rng.poisson(0.6, 30), np.full(30, 18_000), per=100_000, data="rates")


def wound_infections(rng):
    return measure_of(rng.binomial(40, 0.02, 30), np.full(30, 40), unit="%")


def pressure_ulcers(rng):
    return measure_of(rng.poisson(14, 30), data="counts")


def complaints(rng):
    return measure_of(rng.poisson(rng.gamma(4, 5, 30)), data="counts")


def waits(rng):
    return measure_of(rng.normal(42, 6, 30), unit="days")


def over_four_hours(rng):
    seen = rng.integers(9_000, 11_000, 24)
    return measure_of((seen * rng.normal(0.3, 0.02, 24)).astype(int), seen, unit="%")


def missed_appointments(rng):
    booked = rng.integers(350, 450, 30)
    return measure_of(rng.binomial(booked, 0.09), booked, unit="%")


def hand_hygiene(rng):
    return measure_of(rng.binomial(20, 0.985, 30), np.full(30, 20), unit="%")


def payroll_errors(rng):
    return measure_of(rng.poisson(12, 30), rng.integers(2900, 3100, 30), per=1000, data="rates")


def blood_results(rng):
    return Measure.from_subgroups(
        rng.normal(40, 5, 150), np.repeat(np.arange(30), 5), name="Turnaround", unit="minutes"
    )


@pytest.mark.parametrize(
    ("make", "kind", "ready"),
    [
        (falls, "u", True),
        (falls_of_a_region, "u'", True),
        (infections, "t", False),
        (wound_infections, "g", False),
        (pressure_ulcers, "c", True),
        (complaints, "i", True),
        (waits, "i", True),
        (over_four_hours, "p'", True),
        (missed_appointments, "p", True),
        (hand_hygiene, "g", False),
        (payroll_errors, "u", True),
        (blood_results, "xbar_s", True),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_real_kinds_of_measures(rng, make, kind, ready):
    measure = make(rng)
    found = suggest_chart(measure)
    assert (found.kind, found.ready) == (kind, ready)
    assert found.title == KINDS[kind].title
    if ready:
        assert control_chart(measure, found.kind).kind is KINDS[kind]
        assert others(found)[-1] == "run"


# ---- how often the choice is right


def share_of(kind, make, simulations=150):
    rng = np.random.default_rng(5)
    return np.mean([suggest_chart(make(rng)).kind == kind for _ in range(simulations)])


def test_chance_alone_seldom_calls_for_wider_or_narrower_limits():
    assert share_of("p", missed_appointments) > 0.93
    assert share_of("u", falls) > 0.93
    assert share_of("c", pressure_ulcers) > 0.93


def test_points_twice_as_far_out_as_chance_are_usually_seen():
    def shares(rng):
        return measure_of(rng.normal(200, 2 * np.sqrt(160), 30).round(), np.full(30, 1000))

    assert share_of("p'", shares) > 0.97


def test_subgroups_that_differ_no_more_than_chance_seldom_get_an_i_chart():
    assert share_of("xbar_s", blood_results) > 0.97


@pytest.mark.parametrize(
    ("draw", "least", "most"),
    [
        (lambda rng: rng.normal(40, 5, 30), 0, 0.05),
        (lambda rng: rng.normal(40, 5, 30) + 40 * (np.arange(30) == 9), 0, 0.1),
        (lambda rng: rng.exponential(5, 30), 0.65, 1),
        (lambda rng: 90 - rng.exponential(5, 30), 0.65, 1),
    ],
    ids=["even", "one far out", "tail up", "tail down"],
)
def test_strongly_skewed_values_are_usually_warned_of(draw, least, most):
    rng = np.random.default_rng(6)
    warned = np.mean([said(suggest_chart(measure_of(draw(rng))), "lie far") for _ in range(200)])
    assert least <= warned <= most


# ---- points


@pytest.mark.parametrize(("points", "kind"), [(1, "run"), (11, "run"), (12, "c"), (20, "c")])
def test_few_points(rng, points, kind):
    found = suggest_chart(measure_of(rng.poisson(20, 40)[:points], data="counts"))
    assert found.kind == kind
    assert said(found, "are trial limits: work them out again at 20") == (points == 12)


@pytest.mark.parametrize(
    ("how", "later"),
    [
        ({}, "i"),
        ({"data": "counts"}, "c"),
        ({"denominators": [50] * 5}, "p"),
        ({"denominators": [50] * 5, "data": "rates"}, "u"),
        ({"data": "cases between"}, "g"),
        ({"data": "time between"}, "t"),
    ],
)
def test_what_a_run_chart_becomes(how, later):
    found = suggest_chart(measure_of([3, 4, 2, 5, 6], **how))
    assert (found.kind, others(found)) == ("run", [later])
    assert found.others[0].when == "from 12 points on"


def test_missing_and_excluded_points_do_not_count(rng):
    values = rng.normal(10, 1, 13)
    values[4] = nan
    measure = measure_of(values)
    assert suggest_chart(measure).kind == "i"
    assert suggest_chart(measure.exclude(months(13)[0], "A strike")).kind == "run"


def test_the_longest_phase_counts(rng):
    measure = measure_of(rng.normal(10, 1, 24))
    assert suggest_chart(measure.rephase(months(24)[20], "New")).kind == "i"
    thirds = measure.rephase(months(24)[8], "New").rephase(months(24)[16], "Newer")
    found = suggest_chart(thirds)
    assert found.kind == "run"
    assert found.why[0].startswith("The longest phase has 8 points")
    assert suggest_chart(measure.freeze(months(24)[9])).kind == "run"


def test_no_variation():
    found = suggest_chart(measure_of([20] * 15, [20] * 15, unit="%"))
    assert found.kind == "run"
    assert found.why[0].startswith("Every value is the same so far: 100.")


# ---- against chance


def test_too_much_variation_says_how_much():
    wide = [400, 600] * 15  # of 1,000: neighbours differ by 12.6 of chance's own sigmas
    found = suggest_chart(measure_of(wide, [1000] * 30))
    times = 200 / 1000 / 1.128 / np.sqrt(0.25 / 1000)
    assert f"limits would be {times:.2g} times too narrow" in found.why[1]
    assert others(found)[0] == "i'"


def test_too_little_variation_needs_a_reason():
    even = [50, 51] * 15
    found = suggest_chart(measure_of(even, [100] * 30))
    assert found.kind == "p'"
    times = 0.01 / 1.128 / np.sqrt(0.505 * 0.495 / 100)
    assert f"only {times:.2g} times as much as chance" in found.why[1]
    assert f"limits would be {1 / times:.2g} times too wide" in found.why[1]
    assert said(found, "are values averaged, rounded or carried over")
    counts = suggest_chart(measure_of([100, 102] * 15, data="counts"))
    assert counts.kind == "i"
    assert said(counts, "vary less than chance need a reason")


def test_one_special_cause_is_no_reason_for_wider_limits(rng):
    events = rng.binomial(400, 0.1, 30)
    events[12] = 130
    assert suggest_chart(measure_of(events, [400] * 30)).kind == "p"


def test_large_sizes_need_less_to_be_seen():
    """Neighbours that differ by 1.3 sigmas more than chance: too little to say with few events."""
    rng = np.random.default_rng(21)
    steps = rng.normal(0, 1, 24)
    steps *= 1.3 * 1.128 / np.mean(np.abs(np.diff(steps)))

    def shares(size):
        return np.round(size * 0.05 + steps * np.sqrt(size * 0.05 * 0.95))

    assert suggest_chart(measure_of(shares(400), [400] * 24)).kind == "p"
    assert suggest_chart(measure_of(shares(40_000), [40_000] * 24)).kind == "p'"


def test_no_two_neighbours_are_known():
    values = [value for each in [20, 25, 22, 18, 21, 24] * 2 for value in (each, None)]
    found = suggest_chart(measure_of(values, [100] * 24))
    assert found.kind == "p"
    assert "No two neighbours are known" in found.why[1]


# ---- what is counted


def test_rare_events_are_better_timed():
    zeros = [0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0]
    found = suggest_chart(measure_of(zeros * 2, data="counts"))
    assert (found.kind, found.ready, others(found)) == ("t", False, ["g", "c"])
    assert found.why[0].startswith("Events are rare here: 16 of 24 points have none")
    assert "write down the date and the time" in found.why[1]
    assert said(found, "There were only 10 events in all.")


def test_rare_needs_both_few_events_and_many_zeros():
    few = [3, 2, 4, 1, 3, 5, 2, 3, 4, 1, 2, 6] * 2
    assert suggest_chart(measure_of(few, data="counts")).kind == "c"
    lumpy = [0, 0, 20, 25, 0, 30, 0, 22, 0, 28, 26, 24] * 2
    assert suggest_chart(measure_of(lumpy, data="counts")).kind == "i"


def test_what_is_nearly_always_done_is_counted_by_its_misses():
    done = [20, 19, 20, 20, 20, 18, 20, 20] * 3
    found = suggest_chart(measure_of(done, [20] * 24, unit="%"))
    assert found.kind == "g"
    assert found.why[0].startswith("Misses are rare here: 18 of 24 points have none")
    assert "for every miss write down how many cases went well" in found.why[1]


def test_few_expected_events_make_rough_limits(rng):
    few = suggest_chart(measure_of(rng.poisson(5, 30), data="counts"))
    assert said(few, "on that side only runs can show a change")
    assert not said(suggest_chart(measure_of(rng.poisson(12, 30), data="counts")), "only runs")


def test_counts_ask_for_their_denominators(rng):
    found = suggest_chart(measure_of(rng.poisson(20, 30), data="counts"))
    assert others(found)[0] == "u"
    assert said(found, "give the denominators and use a U chart")


@pytest.mark.parametrize("odd", [2.5, -1])
def test_counts_that_are_none(rng, odd):
    found = suggest_chart(measure_of([*rng.poisson(20, 29), odd], data="counts"))
    assert found.kind == "i"
    assert said(found, "Counts are whole numbers, 0 or more")


def test_counts_over_denominators_are_rates(rng):
    days = rng.integers(900, 1100, 30)
    found = suggest_chart(measure_of(rng.poisson(days / 50), days, data="counts"))
    assert found.kind == "u"


def test_shares_above_one_are_rates():
    found = suggest_chart(measure_of([20, 26, 31, 23, 18, 27, 24, 29, 22, 25] * 3, [25] * 30))
    assert found.kind == "u"
    assert said(found, 'make the measure with data="rates"')


# ---- between events


def test_cases_between(rng):
    found = suggest_chart(measure_of(rng.geometric(0.02, 25), data="cases between"))
    assert (found.kind, others(found)[0]) == ("g", "t")
    bad = suggest_chart(measure_of([*rng.geometric(0.02, 24), -3], data="cases between"))
    assert bad.kind == "run"
    assert said(bad, "1 value is below 0")


def test_time_between(rng):
    days = rng.exponential(20, 25) + 0.1
    assert suggest_chart(measure_of(days, data="time between")).kind == "t"
    assert suggest_chart(measure_of([*days, -1], data="time between")).kind == "run"


def test_times_of_zero_say_why_there_is_no_t_chart(rng):
    whole = [*rng.integers(1, 30, 23), 0, 0]
    found = suggest_chart(measure_of(whole, data="time between"))
    assert (found.kind, others(found)[0]) == ("g", "t")
    assert "but 2 times are 0" in found.why[1]
    halves = suggest_chart(measure_of([0, 0.5, *whole[:22]], data="time between"))
    assert (halves.kind, others(halves)) == ("run", ["t"])
    assert "but 1 time is 0" in halves.why[1]


# ---- measurements and subgroups


def test_percentages_without_counts(rng):
    found = suggest_chart(measure_of(rng.normal(90, 2, 30), unit="%"))
    assert said(found, "percentages without their counts")


def test_small_whole_numbers_may_be_counts(rng):
    assert "c" in others(suggest_chart(measure_of(rng.poisson(5, 30))))
    assert "c" not in others(suggest_chart(measure_of(rng.poisson(500, 30))))


def test_means_that_differ_more_than_their_values(rng):
    day = np.repeat(rng.normal(0, 7, 30), 5)
    found = suggest_chart(
        Measure.from_subgroups(
            rng.normal(40, 5, 150) + day, np.repeat(np.arange(30), 5), name="Turnaround"
        )
    )
    assert (found.kind, others(found)[:2]) == ("i", ["s", "xbar_s"])
    assert said(found, "More changes between subgroups than within")


def test_an_r_chart_is_named_beside_the_s_chart(rng):
    assert others(suggest_chart(blood_results(rng)))[:2] == ["s", "xbar_r"]


def test_values_alike_within_every_subgroup(rng):
    means = np.repeat(rng.normal(40, 5, 20), 3)
    found = suggest_chart(Measure.from_subgroups(means, np.repeat(range(20), 3), name="Wait"))
    assert found.kind == "i"
    assert "all the same" in found.why[1]


def test_subgroups_of_one_value(rng):
    singles = Measure.from_subgroups(rng.normal(40, 5, 20), range(20), name="Wait")
    assert suggest_chart(singles).kind == "i"


# ---- words


def test_a_season_is_warned_of(rng):
    values = 9000 + 900 * np.cos(2 * np.pi * np.arange(48) / 12) + rng.normal(0, 300, 48)
    assert said(suggest_chart(measure_of(values)), "No set of rules is honest")


def test_words_and_their_page(rng):
    found = suggest_chart(measure_of(rng.normal(10, 1, 30), name="<b>Wait</b>"))
    text = found.describe()
    assert text.splitlines()[0] == "Suggested: I chart."
    assert "Also possible: Run chart (to begin with" in text
    page = found._repr_html_()
    assert page.count("<li>") == len(text.splitlines()) - 1
    with pytest.raises(FrozenInstanceError):
        found.kind = "p"


def test_not_a_measure():
    with pytest.raises(MeasureInvalid, match="suggest_chart was given list"):
        suggest_chart([1, 2, 3])


counts = st.lists(st.one_of(st.integers(0, 60), st.none()), min_size=1, max_size=30)


@settings(max_examples=200)
@given(
    counts,
    st.sampled_from(["measurements", "counts", "proportions", "rates", "cases between"]),
    st.integers(1, 80),
)
def test_whatever_is_ready_can_be_charted(values, data, size):
    sizes = [size] * len(values) if data in {"proportions", "rates"} else None
    try:
        measure = Measure.from_columns(values, denominators=sizes, name="Any", data=data)
    except QIToolsError:
        return
    found = suggest_chart(measure)
    assert found.kind in KINDS
    assert all(sentence.endswith(".") for sentence in found.why)
    if found.ready:
        control_chart(measure, found.kind)
