import math
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from itertools import groupby, pairwise
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.paper_planes import (
    BATCH,
    FLOW,
    PULL,
    Factory,
    FactoryInvalid,
    Step,
    run_factory,
)
from qi_tools.measure import Measure

seeds = st.integers()
lines = st.lists(st.floats(1, 40), min_size=2, max_size=5).map(
    lambda times: tuple(Step(f"Step {number}", time) for number, time in enumerate(times, 1))
)


ANY = st.integers(1, 8)
SEVERAL = st.integers(2, 8)


@st.composite
def factories(draw, batches=ANY):
    batch = draw(batches)
    return Factory(
        batch,
        draw(st.none() | st.integers(batch, batch + 8)),
        draw(st.integers(1, 25)),
        draw(st.integers(1, 900)),
        draw(st.floats(0, 0.9)),
        draw(st.floats(0, 1)),
        draw(lines),
    )


class OnlyRandom(Random):
    """Chance of which nothing but random() may be used: Python promises no more to stay."""

    def getrandbits(self, bits):
        raise AssertionError("getrandbits was used")


def needed(run):
    """The seconds that each step needs for each plane."""
    return [[done - began for began, done in plane.work] for plane in run.planes]


def by_hand(factory, seconds):
    """When each batch is taken up and out: each step waits for its batch and for itself."""
    taken_up, out = [], []
    free = [0] * len(factory.steps)
    for first in range(0, factory.planes, factory.batch):
        batch = seconds[first : first + factory.batch]
        at = free[0]
        if factory.limit is not None:
            # All but so many of the planes before must be out.
            must_be_out = first + len(batch) - factory.limit
            if must_be_out > 0:
                at = max(at, out[(must_be_out - 1) // factory.batch])
        taken_up.append(at)
        for step in range(len(free)):
            at = free[step] = max(at, free[step]) + sum(plane[step] for plane in batch)
        out.append(at)
    return taken_up, out


# The line against theory


@given(factories(), seeds)
def test_each_batch_moves_as_soon_as_it_can(factory, seed):
    run = run_factory(factory, Random(seed))
    taken_up, out = by_hand(factory, needed(run))
    for number, plane in enumerate(run.planes):
        assert plane.released == taken_up[number // factory.batch]
        assert plane.out == out[number // factory.batch]


@given(factories(), seeds)
def test_littles_law_holds_exactly(factory, seed):
    """L = λW over a run that begins and ends empty (Little 1961)."""
    run = run_factory(factory, Random(seed))
    area = sum(now.planes * (after.second - now.second) for now, after in pairwise(run.in_progress))
    n = len(run.planes)
    length = Fraction(area, run.seconds)
    rate = Fraction(n, run.seconds)
    lead = Fraction(sum(plane.out - plane.released for plane in run.planes), n)
    assert length == rate * lead
    assert run.mean_in_progress == pytest.approx(float(length))
    assert run.mean_lead_time == pytest.approx(float(lead))


@given(factories(), seeds)
def test_work_in_progress_is_told_as_it_was(factory, seed):
    run = run_factory(factory, Random(seed))
    seconds = [step.second for step in run.in_progress]
    assert seconds == sorted(set(seconds))
    assert seconds[0] == 0
    assert run.seconds == max(plane.out for plane in run.planes)
    assert run.in_progress[-1].planes == 0
    for step in run.in_progress:
        there = sum(plane.released <= step.second < plane.out for plane in run.planes)
        assert step.planes == there
        assert step.planes <= (factory.limit or factory.planes)
    for was, now in pairwise(run.in_progress):
        assert was.planes != now.planes


@given(factories(), seeds)
def test_each_person_works_on_one_plane_at_a_time_in_order(factory, seed):
    run = run_factory(factory, Random(seed))
    for plane in run.planes:
        assert len(plane.work) == len(factory.steps)
        assert plane.released <= plane.work[0][0]
        assert plane.work[-1][1] <= plane.out
        for (_, done), (began, _) in pairwise(plane.work):
            assert done <= began
        assert plane.lead_time >= plane.worked
    for before, after in pairwise(run.planes):
        for (_, done), (began, _) in zip(before.work, after.work, strict=True):
            assert done <= began
    for times in needed(run):
        for step, time in zip(factory.steps, times, strict=True):
            assert time == 1 or abs(time - step.seconds) <= factory.varies * step.seconds + 0.5
            assert time >= 1


@given(factories(SEVERAL), seeds)
def test_with_equal_work_every_plane_is_through_sooner_in_flow_than_in_batches(factory, seed):
    """In batches a sheet is taken up no later, and is out no sooner, plane by plane."""
    batch = replace(factory, limit=None)
    flow = replace(batch, batch=1)
    in_batches, one_by_one = run_factory(batch, Random(seed)), run_factory(flow, Random(seed))
    assert needed(in_batches) == needed(one_by_one)
    for slow, fast in zip(in_batches.planes, one_by_one.planes, strict=True):
        assert fast.released >= slow.released
        assert fast.out <= slow.out
    if factory.planes > 1:
        assert one_by_one.mean_lead_time < in_batches.mean_lead_time
        assert one_by_one.first_out < in_batches.first_out
    assert one_by_one.finished >= in_batches.finished


@given(factories(st.just(1)), st.integers(1, 9), seeds)
def test_a_limit_makes_no_lead_time_longer_and_the_whole_no_shorter(factory, limit, seed):
    push = run_factory(replace(factory, limit=None), Random(seed))
    pull = run_factory(replace(factory, limit=limit), Random(seed))
    assert needed(push) == needed(pull)
    for pushed, pulled in zip(push.planes, pull.planes, strict=True):
        assert pulled.lead_time <= pushed.lead_time
    assert pull.seconds >= push.seconds
    assert max(step.planes for step in pull.in_progress) <= limit


@given(st.integers(1, 10), st.integers(1, 5), lines, seeds)
def test_times_that_do_not_vary_follow_the_formulas(batch, batches, steps, seed):
    """The first batch is out after batch × the sum of the times, the next ones each batch × the
    slowest time later.
    """
    whole = tuple(Step(step.name, round(step.seconds)) for step in steps)
    factory = Factory(batch, planes=batch * batches, varies=0, steps=whole)
    run = run_factory(factory, Random(seed))
    times = [step.seconds for step in whole]
    assert run.first_out == batch * sum(times)
    assert run.seconds == batch * (sum(times) + (batches - 1) * max(times))


def test_a_limit_of_one_a_step_costs_no_output_on_an_even_line():
    """The critical work in progress of a balanced line (Hopp and Spearman 2000)."""
    steps = tuple(Step(f"Step {number}", 10) for number in range(4))
    flow = Factory(varies=0, steps=steps)
    free, enough, short = (
        run_factory(replace(flow, limit=limit), Random(1)) for limit in (None, 4, 3)
    )
    assert free.seconds == enough.seconds == 330
    assert short.seconds > 330


# Wrong folds


@given(factories(), seeds)
def test_a_slip_goes_on_until_it_is_found(factory, seed):
    run = run_factory(factory, Random(seed))
    wrong = [list(planes) for slip, planes in groupby(run.planes, lambda p: p.slip) if slip]
    # Good planes may stand between two slips, but each slip is one stretch.
    assert [planes[0].slip for planes in wrong] == list(range(1, len(wrong) + 1))
    assert run.spoilt == tuple(map(len, wrong))
    assert run.faulty == sum(run.spoilt)
    for planes in wrong:
        found = planes[0].work[-1][1]
        assert all(plane.work[0][0] <= found for plane in planes)
        first, last = run.planes.index(planes[0]), run.planes.index(planes[-1])
        assert last - first + 1 == len(planes)
        if last + 1 < len(run.planes):
            assert run.planes[last + 1].work[0][0] >= found


@given(factories(), seeds)
def test_no_slips_no_faults_and_nothing_but_slips_all_faults(factory, seed):
    good = run_factory(replace(factory, slip=0), Random(seed))
    bad = run_factory(replace(factory, slip=1), Random(seed))
    assert (good.faulty, good.spoilt) == (0, ())
    assert bad.faulty == factory.planes
    assert "wrong fold" not in good.describe()
    assert "wrong fold" in bad.describe()


def test_a_slip_is_found_late_in_batches():
    def spoilt(factory):
        runs = [run_factory(replace(factory, slip=0.02), Random(seed)) for seed in range(60)]
        return fmean(run.spoilt[0] for run in runs if run.spoilt)

    batch, flow, pull = spoilt(BATCH), spoilt(FLOW), spoilt(PULL)
    assert batch > 1.3 * flow
    assert flow > 1.3 * pull


@given(factories(SEVERAL), seeds)
def test_the_first_slip_spoils_no_more_in_flow_than_in_batches(factory, seed):
    batch = replace(factory, limit=None)
    in_batches = run_factory(batch, Random(seed)).spoilt
    one_by_one = run_factory(replace(batch, batch=1), Random(seed)).spoilt
    assert bool(in_batches) == bool(one_by_one)
    # One more when a plane is begun in the very second in which the slip is found.
    assert one_by_one[:1] <= tuple(planes + 1 for planes in in_batches[:1])


# Chance


@given(factories(), seeds)
def test_the_same_seed_gives_the_same_run(factory, seed):
    assert run_factory(factory, Random(seed)) == run_factory(factory, OnlyRandom(seed))


def test_other_seeds_give_other_runs():
    assert run_factory(FLOW, Random(1)) != run_factory(FLOW, Random(2))


# What a user gets


@given(factories(), seeds)
def test_every_plane_is_finished_in_progress_or_not_begun_at_the_bell(factory, seed):
    run = run_factory(factory, Random(seed))
    begun_later = sum(plane.released > factory.bell for plane in run.planes)
    assert run.finished + run.unfinished + begun_later == factory.planes
    assert len(run.describe()) <= 600


def test_a_plane_that_is_out_as_the_bell_rings_counts():
    steps = (Step("Fold", 10), Step("Test flight", 10))
    factory = Factory(planes=4, bell=40, varies=0, steps=steps)
    run = run_factory(factory, Random(1))
    assert [plane.out for plane in run.planes] == [20, 30, 40, 50]
    assert (run.finished, run.unfinished) == (3, 1)


def test_the_three_ways_tell_the_story():
    batch, flow, pull = (run_factory(factory, Random(1)) for factory in (BATCH, FLOW, PULL))
    assert batch.first_out > 4 * flow.first_out
    assert flow.first_out == pull.first_out
    assert batch.finished < flow.finished == pull.finished
    assert pull.seconds < 1.05 * flow.seconds
    assert batch.unfinished > flow.unfinished > pull.unfinished
    assert batch.mean_lead_time > 1.5 * flow.mean_lead_time
    assert flow.mean_lead_time > 1.5 * pull.mean_lead_time


def test_the_lead_times_are_read_back(tmp_path):
    run = run_factory(replace(BATCH, slip=0.1), Random(1))
    path = tmp_path / "planes.csv"
    run.table.to_csv(path, index=False)
    made, read = run.measure(), Measure.from_file(path, "lead time", "date")
    assert made.values.tolist() == [plane.lead_time for plane in run.planes]
    assert read.values.tolist() == made.values.tolist()
    assert made.dates is None
    assert made.simulated
    assert made.better == "lower"
    assert run.table["faulty"].sum() == run.faulty


def test_the_words():
    steps = (Step("Fold", 10), Step("Test flight", 10))
    factory = Factory(batch=2, planes=4, bell=50, varies=0, slip=1, steps=steps)
    assert run_factory(factory, Random(1)).describe() == (
        "Simulated factory, 4 paper planes made in batches of 2. The first was out after 40 "
        "seconds. At the bell, at 50 seconds, 2 were finished and 2 in progress. A plane took 40 "
        "seconds on average, of which 20 were work. On average 2.67 planes were in progress, and 4 "
        "at most. 4 planes had a wrong fold: 1 slip, with 4 planes spoilt by each on average."
    )


@pytest.mark.parametrize(
    ("factory", "way"),
    [
        (BATCH, "in batches of 5"),
        (FLOW, "one at a time"),
        (PULL, "one at a time, 4 in progress at most"),
        (Factory(2, 6), "in batches of 2, 6 in progress at most"),
    ],
)
def test_the_way_is_said(factory, way):
    assert factory.way == way


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"batch": 0}, "whole number from 1 to 100"),
        ({"batch": 2.0}, "whole number from 1 to 100"),
        ({"limit": 0}, "whole number from 1 to 500"),
        ({"limit": True}, "whole number from 1 to 500"),
        ({"batch": 5, "limit": 4}, "Give a limit of 5 or more"),
        ({"planes": 501}, "whole number from 1 to 500"),
        ({"bell": 0}, "whole number of seconds from 1 to 36,000"),
        ({"varies": 1}, "number from 0 to 0.9"),
        ({"varies": math.nan}, "number from 0 to 0.9"),
        ({"slip": "0.1"}, "number from 0 to 1"),
        ({"steps": ()}, "Give a tuple of 2 to 12 steps"),
        ({"steps": [Step("Fold", 10), Step("Fly", 5)]}, "Give a tuple of 2 to 12 steps"),
        ({"steps": ("Fold", "Fly")}, "Give a tuple of 2 to 12 steps"),
    ],
)
def test_a_factory_that_cannot_be_says_so(wrong, says):
    with pytest.raises(FactoryInvalid, match=says) as caught:
        Factory(**wrong)
    assert isinstance(caught.value, QIToolsError)


@pytest.mark.parametrize(
    ("name", "seconds", "says"),
    [
        (" ", 10, "Say what is done"),
        (None, 10, "Say what is done"),
        ("Fold", 0.5, "number from 1 to 600 seconds"),
        ("Fold", math.inf, "number from 1 to 600 seconds"),
        ("Fold", None, "number from 1 to 600 seconds"),
    ],
)
def test_a_step_that_cannot_be_says_so(name, seconds, says):
    with pytest.raises(FactoryInvalid, match=says):
        Step(name, seconds)


def test_settings_stay_as_they_are():
    with pytest.raises(FrozenInstanceError):
        FLOW.batch = 2
