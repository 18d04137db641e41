import math
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from heapq import heapify, heapreplace
from itertools import pairwise
from random import Random
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.clinic_queue import (
    FIRST_MONDAY,
    Clinic,
    ClinicInvalid,
    Constant,
    Exponential,
    Lognormal,
    run_clinic,
)
from qi_tools.measure import Measure

seeds = st.integers()
minutes = st.floats(0.01, 60)
visits = (
    st.builds(Constant, minutes)
    | st.builds(Exponential, minutes)
    | st.builds(Lognormal, minutes, st.floats(0.01, 3))
)
clinics = st.builds(
    Clinic,
    st.sampled_from(["random", "appointments"]),
    st.floats(0.1, 40),
    st.integers(2, 5),
    visits,
    st.floats(0.01, 6),
    st.integers(1, 3),
    st.integers(1, 3),
    st.floats(0.01, 1),
    st.integers(0, 1),
)


class OnlyRandom(Random):
    """Chance of which nothing but random() may be used: Python promises no more to stay."""

    def getrandbits(self, bits):
        raise AssertionError("getrandbits was used")


def starts_by_hand(patients, clinicians):
    """First come, first served: whoever is free first calls the next (Kiefer, Wolfowitz 1955)."""
    free = [0] * clinicians
    heapify(free)
    starts = []
    for patient in patients:
        start = max(patient.arrives, free[0])
        heapreplace(free, start + patient.leaves - patient.starts)
        starts.append(start)
    return starts


def bookings(run):
    return [(p.arrives, p.leaves - p.starts, p.urgent) for p in run.patients]


# The queue against theory


@given(clinics, seeds)
def test_each_patient_is_called_as_soon_as_a_clinician_is_free(clinic, seed):
    for day in run_clinic(clinic, Random(seed)).days:
        lanes = [(day.patients, clinic.clinicians)]
        if clinic.urgent_clinicians:
            lanes = [
                ([p for p in day.patients if p.urgent], clinic.urgent_clinicians),
                (
                    [p for p in day.patients if not p.urgent],
                    clinic.clinicians - clinic.urgent_clinicians,
                ),
            ]
        for patients, clinicians in lanes:
            assert [p.starts for p in patients] == starts_by_hand(patients, clinicians)


@given(clinics, seeds)
def test_littles_law_holds_exactly(clinic, seed):
    """L = λW over a run that begins and ends empty (Little 1961)."""
    run = run_clinic(clinic, Random(seed))
    time = sum(day.seconds for day in run.days)
    waiting = sum(
        now.waiting * (then.second - now.second)
        for day in run.days
        for now, then in pairwise(day.queue)
    )
    length = Fraction(waiting, time)
    n = len(run.patients)
    if n == 0:
        assert length == 0
        return
    rate = Fraction(n, time)
    wait = Fraction(sum(p.starts - p.arrives for p in run.patients), n)
    assert length == rate * wait
    assert run.mean_queue == pytest.approx(float(length))
    assert run.mean_wait == pytest.approx(float(wait / 60))


@given(clinics, seeds)
def test_the_queue_is_told_as_it_was(clinic, seed):
    for day in run_clinic(clinic, Random(seed)).days:
        seconds = [step.second for step in day.queue]
        assert seconds == sorted(set(seconds))
        assert seconds[0] == 0
        assert day.queue[-1].waiting == 0
        assert day.seconds >= max([round(clinic.hours * 3600), *(p.leaves for p in day.patients)])
        for step in day.queue:
            there = sum(p.arrives <= step.second < p.starts for p in day.patients)
            assert step.waiting == there
        for was, now in pairwise(day.queue[:-1]):
            assert was.waiting != now.waiting
        assert day.longest_queue <= len(day.patients)
        assert day.mean_queue <= day.longest_queue


def erlang_c(clinicians, load):
    """Give the share of patients who wait in M/M/c, for `load` = arrival rate × mean visit.

    C = B' / (sum of load^k / k! for k < c, + B'), with B' = load^c / c! × c / (c - load)
    (Erlang 1917).
    """
    all_busy = load**clinicians / math.factorial(clinicians) * clinicians / (clinicians - load)
    return all_busy / (sum(load**k / math.factorial(k) for k in range(clinicians)) + all_busy)


def long_runs(visit, clinicians=1):
    """Runs of 168 hours at 100 patients an hour: so long that the empty start hardly counts."""
    clinic = Clinic(
        patients_an_hour=100, clinicians=clinicians, visit=visit, hours=168, days=1, weeks=1
    )
    return [run_clinic(clinic, Random(seed)).patients for seed in range(4)]


def batch_means(runs, value):
    """Means over stretches of some 800 patients, long enough to be all but independent."""
    means = []
    for patients in runs:
        size = len(patients) // 20
        means += [fmean(map(value, patients[k * size : (k + 1) * size])) for k in range(20)]
    return means


def agrees(means, theory):
    error = stdev(means) / math.sqrt(len(means))
    assert error < 0.06 * theory, "too little chance to find a fault"
    assert abs(fmean(means) - theory) < 3 * error


@pytest.mark.parametrize(("clinicians", "load"), [(1, 0.7), (2, 1.5), (4, 3.2)])
def test_waits_of_exponential_visits_follow_erlang(clinicians, load):
    visit = 0.6 * load  # minutes: 100 patients an hour come every 0.6 minutes
    runs = long_runs(Exponential(visit), clinicians)
    waits = erlang_c(clinicians, load)
    agrees(batch_means(runs, lambda p: p.wait), waits * visit / (clinicians - load))
    agrees(batch_means(runs, lambda p: p.wait > 0), waits)


def test_the_load_is_work_over_time():
    assert Clinic(patients_an_hour=6, clinicians=2, visit=Exponential(15)).load == 0.75


def test_erlangs_formula_is_the_textbooks():
    assert erlang_c(1, 0.7) == pytest.approx(0.7)  # M/M/1: the share that waits is the load
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("visit", "variation"),
    [(Constant(0.42), 0), (Lognormal(0.42, 0.5), 0.5), (Lognormal(0.3, 1.2), 1.2)],
)
def test_waits_for_one_clinician_follow_pollaczek_and_khinchine(visit, variation):
    """Mean wait in M/G/1 = load × (1 + variation²) / 2 × mean visit / (1 - load).

    Pollaczek (1930), Khinchine (1932).
    """
    load = visit.mean / 0.6
    theory = load * (1 + variation**2) / 2 * visit.mean / (1 - load)
    agrees(batch_means(long_runs(visit), lambda p: p.wait), theory)


@given(st.floats(0.5, 60), st.integers(1, 5), st.floats(0.1, 8), st.floats(0.05, 1), seeds)
def test_nobody_waits_when_nothing_varies_and_there_is_time(
    an_hour, clinicians, hours, share, seed
):
    """D/D/c with a load of at most 1; down to the second, since appointments are whole seconds."""
    seconds = math.floor(clinicians * 3600 / an_hour) - 1
    visit = Constant(share * seconds / 60)
    clinic = Clinic("appointments", an_hour, clinicians, visit, hours, days=1)
    run = run_clinic(clinic, Random(seed))
    assert {p.wait for p in run.patients} == {0}
    assert run.days[0].longest_queue == 0
    # The first comes at the opening.
    assert len(run.patients) == pytest.approx(an_hour * hours, abs=1)


def test_waits_grow_by_the_same_step_when_visits_are_too_long():
    run = run_clinic(Clinic("appointments", 6, visit=Constant(12), days=1), Random(1))
    assert [p.wait for p in run.patients] == [2 * k for k in range(24)]


@given(clinics, seeds)
def test_one_more_clinician_makes_nobody_wait_longer(clinic, seed):
    one_queue = replace(clinic, urgent_clinicians=0)
    before = run_clinic(one_queue, Random(seed))
    after = run_clinic(replace(one_queue, clinicians=clinic.clinicians + 1), Random(seed))
    assert bookings(before) == bookings(after)
    for was, now in zip(before.patients, after.patients, strict=True):
        assert now.wait <= was.wait


def test_two_queues_wait_longer_than_one_but_the_urgent_wait_less():
    one = Clinic(patients_an_hour=16, clinicians=3, urgent_share=0.2, weeks=20)
    two = replace(one, urgent_clinicians=1)
    pooled, carved = run_clinic(one, Random(1)), run_clinic(two, Random(1))
    assert bookings(pooled) == bookings(carved)
    assert carved.mean_wait > 1.5 * pooled.mean_wait

    def urgent(run):
        return fmean(p.wait for p in run.patients if p.urgent)

    assert urgent(carved) < urgent(pooled)
    assert "Urgent patients waited" in carved.describe()


@pytest.mark.parametrize(
    ("arrivals", "load", "wait"),
    [
        ("random", 0.6, 8),
        ("random", 0.95, 23),
        ("appointments", 0.6, 0.5),
        ("appointments", 0.95, 7),
    ],
)
def test_the_waits_that_the_module_tells_of(arrivals, load, wait):
    clinic = Clinic(arrivals, 6 * load, weeks=100)
    assert clinic.load == pytest.approx(load)
    assert run_clinic(clinic, Random(1)).mean_wait == pytest.approx(wait, rel=0.1)


# Chance


@given(clinics, seeds)
def test_the_same_seed_gives_the_same_run(clinic, seed):
    assert run_clinic(clinic, Random(seed)) == run_clinic(clinic, OnlyRandom(seed))


@given(clinics, visits, st.integers(2, 9), seeds)
def test_the_same_seed_brings_the_same_patients_whatever_else_is_changed(
    clinic, visit, clinicians, seed
):
    changed = replace(clinic, visit=visit, clinicians=clinicians, urgent_clinicians=0)
    first, second = run_clinic(clinic, Random(seed)), run_clinic(changed, Random(seed))
    assert [(p.arrives, p.urgent) for p in first.patients] == [
        (p.arrives, p.urgent) for p in second.patients
    ]


def test_other_seeds_bring_other_patients():
    assert run_clinic(Clinic(), Random(1)) != run_clinic(Clinic(), Random(2))


@pytest.mark.parametrize(
    ("visit", "variation"),
    [(Constant(10), 0), (Exponential(10), 1), (Lognormal(10, 0.5), 0.5), (Lognormal(10, 1.0), 1)],
)
def test_visits_have_their_mean_and_variation(visit, variation):
    n = 200_000
    lengths = [visit.minutes((k + 0.5) / n) for k in range(n)]
    assert lengths == sorted(lengths)
    assert fmean(lengths) == pytest.approx(10, rel=0.002)
    assert stdev(lengths) / 10 == pytest.approx(variation, rel=0.01)


@given(visits)
def test_the_very_ends_of_chance_are_visits_too(visit):
    assert 0 <= visit.minutes(0.0) <= visit.minutes(1 - 2**-53) < math.inf


def test_random_arrivals_are_poisson():
    """The number a day has its mean for variance; within 3 standard errors of each."""
    rate, n = 20, 1000
    clinic = Clinic(patients_an_hour=5, visit=Constant(1), days=5, weeks=200)
    days = [len(day.patients) for day in run_clinic(clinic, Random(1)).days]
    assert len(days) == n
    assert abs(fmean(days) - rate) < 3 * math.sqrt(rate / n)
    assert abs(stdev(days) ** 2 / rate - 1) < 3 * math.sqrt(2 / n + 1 / (rate * n))


# What a user gets


def test_the_days_have_made_up_dates():
    run = run_clinic(Clinic(days=2, weeks=2), Random(1))
    assert [(day.day - FIRST_MONDAY).days for day in run.days] == [0, 1, 7, 8]
    assert FIRST_MONDAY.isoweekday() == 1


@given(clinics, seeds)
def test_utilisation_is_a_share(clinic, seed):
    run = run_clinic(clinic, Random(seed))
    assert 0 <= run.utilisation <= 1
    assert run.table["utilisation"].between(0, 100).all()
    assert len(run.describe()) <= 600


def test_utilisation_of_a_full_clinic():
    run = run_clinic(Clinic("appointments", 6, visit=Constant(10), days=1), Random(1))
    assert run.utilisation == 1
    half = run_clinic(Clinic("appointments", 6, 2, Constant(10), days=1), Random(1))
    assert half.utilisation == 0.5


def test_the_table_has_a_row_a_week():
    run = run_clinic(Clinic(weeks=6), Random(1))
    table = run.table
    assert len(table) == 6
    week = [p for day in run.days[5:10] for p in day.patients]
    assert table["patients"][1] == len(week)
    assert table["mean wait"][1] == pytest.approx(fmean(p.wait for p in week))
    assert table["longest wait"][1] == max(p.wait for p in week)
    table["patients"] = 0
    assert run.table["patients"][1] == len(week)


@pytest.mark.parametrize(
    "column", ["mean wait", "longest wait", "longest queue", "utilisation", "patients"]
)
def test_a_saved_table_is_read_back(tmp_path, column):
    run = run_clinic(Clinic(weeks=12), Random(1))
    path = tmp_path / "clinic.csv"
    run.table.to_csv(path, index=False)
    made, read = run.measure(column), Measure.from_file(path, column, "date")
    assert read.values.tolist() == pytest.approx(made.values.tolist())
    assert (read.dates == made.dates).all()
    assert made.simulated
    assert made.better == ("neither" if column in {"patients", "utilisation"} else "lower")


def test_a_week_without_patients_has_no_wait():
    run = run_clinic(Clinic(patients_an_hour=0.1, hours=2, days=1, weeks=30), Random(1))
    table = run.table
    nobody = table["patients"] == 0
    assert 0 < nobody.sum() < 30
    assert (table["mean wait"].isna() == nobody).all()
    assert run.measure().values.size == 30


def test_nobody_came():
    run = run_clinic(Clinic(patients_an_hour=0.001, days=1), Random(1))
    assert run.patients == ()
    assert math.isnan(run.mean_wait)
    assert run.utilisation == run.mean_queue == 0
    assert run.describe() == "Simulated clinic, 1 day, 1 clinician: 0 patients came."


def test_each_patients_wait_is_a_point():
    run = run_clinic(Clinic(days=1), Random(1))
    assert run.waits.values.tolist() == [p.wait for p in run.patients]
    assert run.waits.dates is None
    assert run.waits.simulated


def test_the_words():
    run = run_clinic(Clinic("appointments", 6, visit=Constant(12), days=1), Random(1))
    assert run.describe() == (
        "Simulated clinic, 1 day, 1 clinician: 24 patients came. They waited 23 minutes on average "
        "and 46 minutes at most. The queue was 1.92 long on average and 4 at most. The clinicians "
        "were with patients for 100% of their time."
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"arrivals": "walk-in"}, 'Use "random" or "appointments"'),
        ({"arrivals": ["random"]}, 'Use "random" or "appointments"'),
        ({"visit": 10}, "Use Constant"),
        ({"patients_an_hour": 0}, "above 0, at most 600"),
        ({"patients_an_hour": math.nan}, "above 0, at most 600"),
        ({"patients_an_hour": "5"}, "above 0, at most 600"),
        ({"clinicians": 0}, "whole number from 1 to 50"),
        ({"clinicians": True}, "whole number from 1 to 50"),
        ({"clinicians": 1.0}, "whole number from 1 to 50"),
        ({"hours": 169}, "at most 168 hours"),
        ({"days": 8}, "from 1 to 7"),
        ({"weeks": 0}, "from 1 to 520"),
        ({"urgent_share": 1.1}, "from 0 to 1"),
        ({"urgent_clinicians": -1}, "from 0 to 50"),
        ({"clinicians": 2, "urgent_clinicians": 1}, "no patient is urgent"),
        ({"urgent_share": 0.2, "urgent_clinicians": 1}, "nobody sees the others"),
        ({"patients_an_hour": 100, "weeks": 52}, "some 104,000 patients, and 20,000 is the most"),
    ],
)
def test_a_clinic_that_cannot_be_says_so(wrong, says):
    with pytest.raises(ClinicInvalid, match=says) as caught:
        Clinic(**wrong)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize("make", [Constant, Exponential, lambda mean: Lognormal(mean, 0.5)])
@pytest.mark.parametrize("wrong", [0, -1, 601, math.inf, math.nan, None, True, "10"])
def test_a_visit_that_cannot_be_says_so(make, wrong):
    with pytest.raises(ClinicInvalid, match="Give a number above 0, at most 600 minutes"):
        make(wrong)


def test_a_variation_that_cannot_be_says_so():
    with pytest.raises(ClinicInvalid, match="Give a number above 0, at most 3"):
        Lognormal(10, 0)


def test_all_clinicians_can_be_for_urgent_patients_when_all_are_urgent():
    clinic = Clinic(clinicians=2, urgent_share=1, urgent_clinicians=2, days=1)
    pooled = replace(clinic, urgent_clinicians=0)
    assert run_clinic(clinic, Random(1)).days == run_clinic(pooled, Random(1)).days


def test_an_unknown_column_says_what_there_is():
    with pytest.raises(ClinicInvalid, match="Use one of: patients, mean wait"):
        run_clinic(Clinic(), Random(1)).measure("wait")


def test_settings_stay_as_they_are():
    with pytest.raises(FrozenInstanceError):
        Clinic().clinicians = 2
