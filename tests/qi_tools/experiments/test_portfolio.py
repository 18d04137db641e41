import math
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise, permutations
from random import Random
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.portfolio import (
    STAGES,
    Organisation,
    Plan,
    PortfolioInvalid,
    run_portfolio,
)
from qi_tools.experiments.projects import PRIORITIES, PROJECTS
from qi_tools.measure import Measure

quick = settings(max_examples=50, deadline=None)
seeds = st.integers() | st.text()
EQUAL = replace(PROJECTS[0], benefit=10, spread=0, days=6, months=5, team=5, sponsor=5)


def equals(count, **changes):
    """So many projects that differ in name alone."""
    each = replace(EQUAL, **changes)
    return tuple(replace(each, name=f"Project {number}") for number in range(count))


def names(projects):
    return tuple(each.name for each in projects)


def all_at_once(organisation):
    return Plan(names(organisation.projects), len(organisation.projects))


def best_value(organisation, at_once):
    projects = sorted(organisation.projects, key=lambda each: -each.value)
    return Plan(names(projects), at_once)


def as_hoped(organisation, plan):
    """Follow a plan without chance: each brings what is expected, and nothing stalls."""
    sure = (replace(each, spread=0, team=5, sponsor=5) for each in organisation.projects)
    return run_portfolio(replace(organisation, projects=tuple(sure)), plan, Random(1))


def every_plan(organisation):
    every = names(organisation.projects)
    for size in range(1, len(every) + 1):
        for order in permutations(every, size):
            yield from (Plan(order, at_once) for at_once in range(1, size + 1))


@st.composite
def organisations(draw, most=12):
    chosen = draw(st.lists(st.sampled_from(PROJECTS), min_size=1, max_size=most, unique=True))
    return Organisation(draw(st.integers(1, 120)), draw(st.integers(1, 40)), tuple(chosen))


@st.composite
def planned(draw):
    organisation = draw(organisations())
    order = draw(st.permutations(names(organisation.projects)))
    chosen = order[: draw(st.integers(1, len(order)))]
    return organisation, Plan(tuple(chosen), draw(st.integers(1, 15)))


@quick
@given(planned(), seeds)
def test_the_same_seed_gives_the_same_run(given_plan, seed):
    organisation, plan = given_plan
    run = run_portfolio(organisation, plan, Random(seed))
    assert run_portfolio(organisation, plan, Random(seed)) == run
    assert names(each.project for each in run.courses) == plan.order
    assert len(run.months) == organisation.months


def test_another_seed_gives_another_run():
    organisation = Organisation()
    plan = all_at_once(organisation)
    assert run_portfolio(organisation, plan, Random(1)) != run_portfolio(
        organisation, plan, Random(2)
    )


def test_each_plan_meets_the_same_luck():
    organisation = Organisation()
    plans = (all_at_once(organisation), *(best_value(organisation, each) for each in (1, 9, 40)))
    runs = [run_portfolio(organisation, plan, Random(7)) for plan in plans]
    brought = [{each.project.name: each.benefit for each in run.courses} for run in runs]
    assert brought[0] == brought[1] == brought[2] == brought[3]


@quick
@given(planned(), seeds)
def test_littles_law_holds_over_the_horizon(given_plan, seed):
    """Mean in progress = starts a month × mean months in progress (Little 1961)."""
    organisation, plan = given_plan
    run = run_portfolio(organisation, plan, Random(seed))
    started = [each for each in run.courses if each.started]
    rate = len(started) / organisation.months
    spent = [
        (each.finished or each.stalled or organisation.months) - each.started + 1
        for each in started
    ]
    mean_in_progress = fmean(month.in_progress for month in run.months)
    assert mean_in_progress == pytest.approx(rate * fmean(spent))


def test_littles_law_tells_how_fast_equal_projects_finish():
    """With 3 of 5 months in progress, 3/5 of a project finish a month (Little 1961)."""
    organisation = Organisation(18, 50, equals(40))
    run = run_portfolio(organisation, Plan(names(organisation.projects), 3), Random(1))
    assert run.months[-1].finished == 30 == 3 / 5 * 50


@quick
@given(organisations(), seeds)
def test_with_enough_support_each_project_finishes_in_its_own_months(organisation, seed):
    enough = sum(each.days for each in organisation.projects)
    plenty = replace(organisation, coach_days=enough, months=60)
    run = run_portfolio(plenty, all_at_once(plenty), Random(seed))
    for each in run.courses:
        assert (each.started, each.finished, each.stalled) == (1, each.project.months, None)
        assert each.days == each.project.days * each.project.months


@quick
@given(st.sampled_from([1, 2, 3, 4, 6, 12]), st.integers(1, 6), seeds)
def test_more_equal_projects_in_progress_never_finish_sooner(few, months, seed):
    """First, last and on average, where support is for `few` at once and all come in full groups.

    One in between may: the fourth of many, with support for three, when four run at once.
    """
    organisation = Organisation(6 * few, 60, equals(12, months=months))

    def finished(at_once):
        run = run_portfolio(organisation, Plan(names(organisation.projects), at_once), Random(seed))
        return [each.finished or math.inf for each in run.courses]

    ends = [finished(at_once) for at_once in (1, 2, 3, 4, 6, 12) if at_once >= few]
    for fewer, more in pairwise(ends):
        assert min(fewer) <= min(more)
        assert max(fewer) <= max(more)
        assert fmean(fewer) <= fmean(more)
    assert max(ends[0]) == (12 / few * months if 12 / few * months <= 60 else math.inf)


def test_half_of_the_support_makes_less_than_half_of_the_progress():
    """At a share of 1/4, progress is 1/8 of a month: 5 months take 40."""
    organisation = Organisation(6, 60, equals(4))
    run = run_portfolio(organisation, Plan(names(organisation.projects), 4), Random(1))
    assert [each.finished for each in run.courses] == [40] * 4
    assert all(each.days == 40 * 6 / 4 for each in run.courses)


def test_the_best_value_per_day_is_not_always_the_best_choice():
    """The knapsack's lesson (Dantzig 1957): what is best for its size may use up the time."""
    long = replace(EQUAL, name="long", benefit=7, days=10, months=6)
    short = replace(EQUAL, name="short", benefit=4, days=10, months=4)
    assert long.value > short.value
    organisation = Organisation(10, 8, (long, short))
    greedy = as_hoped(organisation, best_value(organisation, 1))
    assert [each.finished for each in greedy.courses] == [6, None]
    assert greedy.benefit == 7 * 2
    best = max(every_plan(organisation), key=lambda plan: as_hoped(organisation, plan).benefit)
    assert best == Plan(("short",), 1)
    assert as_hoped(organisation, best).benefit == 4 * 4


def test_projects_stall_as_often_as_their_readiness_says():
    """In the first month with a share below half; 4 standard errors of a proportion."""
    organisation = Organisation(10, 1, equals(40, team=1, sponsor=3))
    chance = organisation.projects[0].stall_chance
    plan = all_at_once(organisation)
    stalled = [
        run_portfolio(organisation, plan, Random(seed)).months[0].stalled for seed in range(100)
    ]
    assert chance == pytest.approx(0.24)
    share = sum(stalled) / 4000
    assert share == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 4000))


def test_no_project_stalls_with_half_of_its_support():
    organisation = Organisation(12, 30, equals(4, team=1, sponsor=1))
    plan = all_at_once(organisation)
    for seed in range(20):
        assert run_portfolio(organisation, plan, Random(seed)).months[-1].stalled == 0
    short = replace(organisation, coach_days=11)
    assert any(run_portfolio(short, plan, Random(seed)).months[-1].stalled for seed in range(20))


def test_true_benefits_scatter_about_what_is_expected():
    organisation = Organisation(months=1)
    plan = all_at_once(organisation)
    strange = [
        (each.benefit - each.project.benefit) / each.project.spread
        for seed in range(50)
        for each in run_portfolio(organisation, plan, Random(seed)).courses
    ]
    assert fmean(strange) == pytest.approx(0, abs=4 / math.sqrt(2000))
    assert pstdev(strange) == pytest.approx(1, rel=4 / math.sqrt(2 * 2000))


@quick
@given(planned(), seeds)
def test_the_months_add_up(given_plan, seed):
    organisation, plan = given_plan
    run = run_portfolio(organisation, plan, Random(seed))
    for month in run.months:
        active = [
            each
            for each in run.courses
            if each.started
            and each.started <= month.number <= (each.finished or each.stalled or month.number)
        ]
        assert month.in_progress == len(active) <= plan.at_once
        assert month.asked == sum(each.project.days for each in active)
        assert month.used == min(month.asked, organisation.coach_days)
        kept = [each for each in run.courses if each.finished and each.finished < month.number]
        assert month.benefit == pytest.approx(sum(each.benefit for each in kept))
    assert sum(each.days for each in run.courses) == pytest.approx(
        sum(month.used for month in run.months)
    )
    assert run.benefit == pytest.approx(sum(month.benefit for month in run.months))
    shares = dict(run.balance)
    assert tuple(shares) == PRIORITIES
    assert sum(shares.values()) == pytest.approx(1)


@quick
@given(planned(), seeds)
def test_stages_follow_from_what_was_done(given_plan, seed):
    organisation, plan = given_plan
    for each in run_portfolio(organisation, plan, Random(seed)).courses:
        assert (each.stage == "chosen") == (each.started is None)
        assert (each.stage == "kept up") == (each.finished is not None)


def test_a_project_goes_through_all_stages():
    def stages(place):
        plan = Plan(("Project 1", "Project 0"), 1)
        return tuple(
            run_portfolio(Organisation(6, months, equals(2, months=10)), plan, Random(1))
            .courses[place]
            .stage
            for months in range(1, 13)
        )

    assert stages(0) == (
        *("team and aim",),
        *("testing",) * 3,
        *("improving",) * 3,
        *("in place",) * 2,
        *("kept up",) * 3,
    )
    assert stages(1)[9:] == ("chosen", "team and aim", "testing")
    assert set(stages(0)) | set(stages(1)) == set(STAGES)


def test_few_of_the_best_at_a_time_bring_more_than_all_at_once():
    organisation = Organisation()
    brought = {
        at_once: fmean(
            run_portfolio(organisation, best_value(organisation, at_once), Random(seed)).benefit
            for seed in range(20)
        )
        for at_once in (2, 9, 20, 40)
    }
    assert max(brought, key=brought.get) == 9
    assert brought[9] > 2 * brought[40]


def test_projects_that_finish_are_told_with_what_they_bring():
    organisation = Organisation(6, 12, equals(2, months=10))
    first, second = as_hoped(organisation, Plan(("Project 1", "Project 0"), 1)).courses
    assert first.fate == "finished in month 10; brings 10 points a month"
    assert second.fate == "under way, at “testing”"
    assert as_hoped(replace(organisation, months=5), Plan(("Project 0", "Project 1"), 1)).courses[
        1
    ].fate == ("never began")


def test_the_table_can_be_saved_and_read_back(tmp_path):
    organisation = Organisation()
    run = run_portfolio(organisation, best_value(organisation, 9), Random(1))
    path = tmp_path / "portfolio.csv"
    run.table.to_csv(path, index=False)
    for heading, values in (
        ("in progress", [month.in_progress for month in run.months]),
        ("benefit", [round(month.benefit, 1) for month in run.months]),
    ):
        read = Measure.from_file(path, heading, "date")
        assert read.monthly
        assert read.values.tolist() == pytest.approx(values)
    table = run.table
    table.loc[0, "benefit"] = -1
    assert run.table.loc[0, "benefit"] == 0


@quick
@given(planned(), seeds)
def test_the_description_is_short_and_counts_each_project_once(given_plan, seed):
    run = run_portfolio(*given_plan, Random(seed))
    text = run.describe()
    assert text.startswith("Simulated: ")
    assert len(text) <= 600
    waiting = sum(each.started is None for each in run.courses)
    ended = run.months[-1].finished + run.months[-1].stalled
    assert run.under_way == len(run.courses) - ended - waiting
    assert f"{run.under_way} still under way, {waiting} waiting." in text
    report = run.report()
    assert len(report) == 2 + len(run.courses)
    assert sum("never began" in line for line in report) == waiting


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Organisation(coach_days=0), "The number of coach days a month is 0."),
        (lambda: Organisation(months=61), "The number of months is 61."),
        (lambda: Organisation(projects=()), "() is no tuple of 1 to 40 projects"),
        (lambda: Organisation(projects=(PROJECTS[0],) * 2), "'Fewer falls at night' comes twice"),
        (lambda: Plan((), 1), "The plan: () is no tuple"),
        (lambda: Plan("Joy in work", 1), "The plan: 'Joy in work' is no"),
        (lambda: Plan(("a", "a"), 1), "'a' comes twice."),
        (lambda: Plan(("a",), 0), "The number of projects at once is 0."),
        (
            lambda: run_portfolio(Organisation(), Plan(("a",), 1), Random(1)),
            "There is no project 'a'.",
        ),
    ],
)
def test_what_cannot_be_run_says_why(make, said):
    with pytest.raises(PortfolioInvalid) as caught:
        make()
    assert said in str(caught.value)


def test_a_run_stays_as_it_is():
    run = as_hoped(Organisation(), Plan(("Joy in work",), 1))
    with pytest.raises(FrozenInstanceError):
        run.plan = None
