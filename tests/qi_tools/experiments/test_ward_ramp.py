import math
from dataclasses import FrozenInstanceError
from functools import reduce
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.ward import (
    IDEAS,
    ROLES,
    SCALES,
    STAFF,
    TIMES,
    Ward,
    WardInvalid,
    true_rate,
)
from qi_tools.experiments.ward_ramp import BUDGET, SURE, Done, Ramp, Shift, Test, carry_out
from qi_tools.measure import Measure

quick = settings(max_examples=50, deadline=None)
seeds = st.integers() | st.text()
wards = st.builds(Ward, st.floats(0.05, 0.3), st.permutations(ROLES).map(tuple))
idea_sets = st.lists(st.sampled_from(list(IDEAS)), min_size=1, unique=True).map(tuple)
places = st.sampled_from(
    [
        (scale, staff)
        for scale in SCALES
        for staff in STAFF
        if (scale, staff) != ("whole ward", "keen")
    ]
)
tests = st.builds(
    lambda ideas, prediction, place, time, shifts: Test(
        ideas, prediction, place[0], time, place[1], shifts
    ),
    idea_sets,
    st.floats(0, 100),
    places,
    st.sampled_from(list(TIMES)),
    st.integers(1, 14),
)


def plan(ideas, scale="one nurse", time="day", staff="usual", shifts=1, prediction=10):
    return Test(ideas, prediction, scale, time, staff, shifts)


def counts(test, runs=40):
    """Missed and due before and during a test, carried out anew so many times."""
    shifts = [
        shift
        for seed in range(runs)
        for shift in carry_out(Ramp(), test, Random(f"{test} {seed}")).tests[0].shifts
    ]
    return [
        (
            sum(each.missed for each in shifts if each.tested is tested),
            sum(each.doses for each in shifts if each.tested is tested),
        )
        for tested in (False, True)
    ]


def seen_difference(test):
    """The share missed during less before, and its standard error."""
    (missed0, doses0), (missed1, doses1) = counts(test)
    share0, share1 = missed0 / doses0, missed1 / doses1
    error = math.sqrt(share0 * (1 - share0) / doses0 + share1 * (1 - share1) / doses1)
    return share1 - share0, error


def log_odds_change(test):
    """The logarithm of the odds ratio, and its standard error (Woolf 1955)."""
    (missed0, doses0), (missed1, doses1) = counts(test)
    cells = (missed1, doses1 - missed1, missed0, doses0 - missed0)
    ratio = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    return ratio, math.sqrt(sum(1 / cell for cell in cells))


def done(*shares, ideas=("tabard",), **planned):
    """A test with so many missed of so many doses before, then during."""
    shifts = tuple(
        Shift(tested, doses, missed)
        for tested, (missed, doses) in zip((False, True), shares, strict=True)
    )
    return Done(1, plan(ideas, **planned), shifts)


@quick
@given(wards, tests, seeds)
def test_the_same_seed_gives_the_same_shifts(ward, test, seed):
    first = carry_out(Ramp(ward), test, Random(seed))
    assert carry_out(Ramp(ward), test, Random(seed)) == first
    shifts = first.tests[0].shifts
    assert [shift.tested for shift in shifts] == [False] * test.shifts + [True] * test.shifts
    assert all(0 <= shift.missed <= shift.doses == SCALES[test.scale] for shift in shifts)


def test_another_seed_gives_other_shifts():
    test = plan(("tabard",), shifts=10)
    assert carry_out(Ramp(), test, Random(1)) != carry_out(Ramp(), test, Random(2))


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize(
    ("scale", "time", "staff"),
    [
        ("one nurse", "day", "keen"),
        ("one bay", "night", "usual"),
        ("one bay", "weekend", "keen"),
        ("whole ward", "day", "usual"),
        ("whole ward", "night", "usual"),
    ],
)
def test_many_shifts_recover_each_effect(idea, scale, time, staff):
    seen, error = seen_difference(plan((idea,), scale, time, staff, shifts=14))
    with_it, without = (true_rate(Ward(), ideas, scale, time, staff) for ideas in ((idea,), ()))
    assert seen == pytest.approx(with_it - without, abs=4 * error)


def test_many_shifts_show_what_the_roles_promise():
    """Each is seen at 4 standard errors or more, or stays within 4 where there is none."""

    def z(ideas, *conditions):
        seen, error = seen_difference(plan(ideas, *conditions, shifts=14))
        return seen / error

    assert z(("top-up",), "whole ward", "day", "usual") < -4
    assert abs(z(("top-up",), "whole ward", "night", "usual")) < 4
    assert abs(z(("top-up",), "whole ward", "weekend", "usual")) < 4
    assert z(("one round",), "one nurse", "day", "usual") < -4
    assert z(("one round",), "whole ward", "day", "usual") > 4


def test_the_interaction_of_the_pair_is_recovered():
    """On the log odds, together less each alone: -0.6, as it was set."""
    conditions = ("whole ward", "day", "usual", 14)
    (one, e1), (other, e2), (both, e3) = (
        log_odds_change(plan(ideas, *conditions))
        for ideas in (("chart check",), ("urgent list",), ("chart check", "urgent list"))
    )
    error = math.sqrt(e1**2 + e2**2 + e3**2)
    assert both - one - other == pytest.approx(-0.6, abs=4 * error)
    assert both - one - other < -4 * error


def test_the_illusion_of_small_tests_with_keen_staff_is_recovered():
    """What keen staff gain by the tabard beyond what usual staff do, in shares of doses."""
    (keen, e1), (usual, e2) = (
        seen_difference(plan(("tabard",), "one nurse", "day", staff, 14)) for staff in STAFF
    )
    error = math.sqrt(e1**2 + e2**2)
    true_keen, true_usual = (
        true_rate(Ward(), ("tabard",), "one nurse", "day", staff)
        - true_rate(Ward(), (), "one nurse", "day", staff)
        for staff in STAFF
    )
    assert keen - usual == pytest.approx(true_keen - true_usual, abs=4 * error)
    assert keen - usual < -4 * error
    assert true_usual > 0 > true_keen


def test_careful_readers_are_seldom_fooled_by_chance():
    """Where nothing differs, a result passes for more than chance about 1 time in 20.

    4 standard errors of a proportion, and a little for counts being whole numbers.
    """
    test = plan(("top-up",), "one bay", "night", "usual", 7)
    runs = 1000
    fooled = sum(
        carry_out(Ramp(), test, Random(seed)).tests[0].reading.conclusion != "could be chance"
        for seed in range(runs)
    )
    assert fooled / runs == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / runs) + 0.005)


def test_one_shift_with_one_nurse_seldom_proves_anything():
    """Even a halving: a difference of 6 points is small beside the error with 20 doses."""
    test = plan(("one round",), "one nurse", "day", "usual", 1)
    proved = sum(
        carry_out(Ramp(), test, Random(seed)).tests[0].reading.conclusion == "fewer missed"
        for seed in range(500)
    )
    assert proved < 0.15 * 500


def test_a_reading_adds_a_missed_and_a_given_dose_to_each_side():
    """Agresti & Caffo (2000), worked by hand: 9/98 missed before, 1/98 during."""
    reading = done((9, 98), (1, 98), prediction=3).reading
    assert (reading.before, reading.during) == pytest.approx((100 * 9 / 98, 100 / 98))
    assert reading.difference == pytest.approx(2 - 10)
    assert reading.error == pytest.approx(100 * math.sqrt(0.02 * 0.98 / 100 + 0.1 * 0.9 / 100))
    assert reading.conclusion == "fewer missed"
    assert done((1, 98), (9, 98)).reading.conclusion == "more missed"
    assert done((4, 98), (2, 98)).reading.conclusion == "could be chance"
    none = done((0, 20), (0, 20)).reading
    assert none.conclusion == "could be chance"
    assert none.error > 0


def test_the_limit_is_that_of_19_in_20():
    assert pytest.approx(NormalDist().inv_cdf(0.975), abs=0.001) == SURE


def test_there_are_twelve_tests_and_no_more():
    ramp = reduce(
        lambda ramp, seed: carry_out(ramp, plan(("tabard",)), Random(seed)), range(BUDGET), Ramp()
    )
    assert [each.number for each in ramp.tests] == list(range(1, 13))
    with pytest.raises(WardInvalid, match="All 12 tests are used"):
        carry_out(ramp, plan(("tabard",)), Random(1))
    assert len(ramp.tests) == 12


@quick
@given(wards, st.lists(tests, max_size=4), seeds)
def test_tables_hold_the_shifts(ward, planned, seed):
    random = Random(seed)
    ramp = reduce(lambda ramp, test: carry_out(ramp, test, random), planned, Ramp(ward))
    table = ramp.shift_table
    assert len(table) == sum(2 * test.shifts for test in planned)
    assert len(ramp.table) == len(planned)
    for each in ramp.tests:
        rows = table[table["test"] == each.number]
        assert rows["missed"].tolist() == [shift.missed for shift in each.shifts]
        assert rows["doses"].tolist() == [shift.doses for shift in each.shifts]
        assert (rows["phase"] == "during").tolist() == [shift.tested for shift in each.shifts]


def test_the_table_of_shifts_can_be_saved_and_read_back(tmp_path):
    ramp = carry_out(Ramp(), plan(("tabard", "top-up"), shifts=3), Random(1))
    path = tmp_path / "ward.csv"
    ramp.shift_table.to_csv(path, index=False)
    read = Measure.from_file(path, "missed", "date", denominator="doses", data="proportions")
    assert read.numerators.tolist() == [shift.missed for shift in ramp.tests[0].shifts]


def test_the_score_is_told_only_after_implementing():
    ramp = carry_out(Ramp(), plan(("tabard",)), Random(1))
    ramp = carry_out(ramp, plan(("one round",)), Random(2))
    told = " ".join(ramp.report())
    assert not any(role in told for role in ROLES)
    assert "core" not in told
    assert len(ramp.report()) == 3


@pytest.mark.parametrize(
    ("missed", "doses", "low", "high"), [(10, 100, 0.0552, 0.1744), (0, 20, 0.0, 0.1611)]
)
def test_the_interval_is_the_score_interval(missed, doses, low, high):
    """It holds each share p with |missed/doses − p| within 1.96 √(p(1−p)/doses) (Wilson 1927)."""
    reading = done((1, 20), (missed, doses)).reading
    assert (reading.low, reading.high) == pytest.approx((100 * low, 100 * high), abs=0.01)
    for p in (reading.low / 100, reading.high / 100):
        if p:
            assert abs(missed / doses - p) == pytest.approx(SURE * math.sqrt(p * (1 - p) / doses))


def test_a_prediction_in_the_interval_was_foreseen():
    assert done((1, 20), (10, 100), prediction=6).foreseen
    assert not done((1, 20), (10, 100), prediction=5).foreseen


@pytest.mark.parametrize(
    ("before", "during", "said"),
    [
        ((9, 98), (1, 98), "from 2 to 14 fewer missed in 100 doses."),
        ((1, 98), (9, 98), "from 2 to 14 more missed in 100 doses."),
        ((3, 20), (1, 20), "from 29 fewer to 11 more missed in 100 doses."),
    ],
)
def test_what_may_be_concluded_is_said_in_doses_of_a_hundred(before, during, said):
    """The first, worked by hand: -8 and 1.96 times √(0.02·0.98/100 + 0.1·0.9/100), or 6.5."""
    assert done(before, during).finding.endswith(said)


@quick
@given(wards, st.lists(tests, max_size=3), seeds)
def test_descriptions_are_short(ward, planned, seed):
    random = Random(seed)
    ramp = reduce(lambda ramp, test: carry_out(ramp, test, random), planned, Ramp(ward))
    assert ramp.describe().startswith("Simulated: ")
    assert len(ramp.describe()) <= 600


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Test((), 5), "The test has no idea."),
        (lambda: Test("tabard", 5), "Give a tuple of: tabard, top-up"),
        (lambda: Test(("tabard", "tabard"), 5), "An idea comes twice"),
        (lambda: plan(("tabard",), scale="huge"), "The scale is 'huge'. Use one of: one nurse,"),
        (lambda: plan(("tabard",), time="dawn"), "The time is 'dawn'. Use one of: day, night"),
        (lambda: plan(("tabard",), staff="tired"), "The staff is 'tired'. Use one of: keen"),
        (lambda: plan(("tabard",), "whole ward", staff="keen"), "no keen staff only"),
        (lambda: plan(("tabard",), shifts=15), "The number of shifts is 15. Give a whole number"),
        (lambda: Test(("tabard",), 101), "The prediction is 101. Give a number of per"),
    ],
)
def test_what_cannot_be_says_why(make, said):
    with pytest.raises(WardInvalid) as caught:
        make()
    assert said in str(caught.value)


def test_a_ramp_stays_as_it_is():
    before = carry_out(Ramp(), plan(("tabard",)), Random(1))
    carry_out(before, plan(("tabard",)), Random(1))
    assert len(before.tests) == 1
    with pytest.raises(FrozenInstanceError):
        before.tests = ()
