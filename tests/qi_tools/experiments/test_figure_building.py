import math
from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from statistics import fmean, linear_regression, stdev, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.experiments.figure_building import Build, Period, balance, build_figures
from qi_tools.experiments.figure_exercise import (
    IDEAS,
    LEARNING,
    PARTS,
    SAME,
    SPREAD,
    TOGETHER,
    Cycle,
    Exercise,
    typical,
)
from qi_tools.measure import Measure

seeds = st.integers() | st.text()
small = settings(max_examples=25, deadline=None)
FIRST = Cycle(SAME, 90, 8)
FOUR = Exercise(
    (
        FIRST,
        Cycle("hurry", 50, 8, kept=False),
        Cycle("check", 55, 9.5),
        Cycle("laid out", 50, 9.5),
        Cycle("one each", 45, 9),
    )
)


class Still(Random):
    """Chance that is always in the middle: no noise in the time."""

    def random(self):
        return 0.5


@st.composite
def exercises(draw):
    kept, cycles = set(), [FIRST]
    for _ in range(draw(st.integers(0, 4))):
        idea = draw(st.sampled_from([each for each in IDEAS if each not in kept]))
        keeps = idea == SAME or draw(st.booleans())
        cycles.append(Cycle(idea, draw(st.floats(1, 3600)), draw(st.floats(0, 10)), keeps))
        if keeps and idea != SAME:
            kept.add(idea)
    return Exercise(tuple(cycles), draw(st.integers(3, 8)))


@cache
def builds_of(way, runs=60):
    """Many builds in one way, with what is typical of each: all of the last period."""
    exercise = Exercise((FIRST, *(Cycle(idea, 60, 8) for idea in way)), 20)
    return [
        (build, typical(way, build.number))
        for seed in range(runs)
        for build in build_figures(exercise, Random(f"{way} {seed}")).periods[-1].builds
    ]


def log_mean(way):
    """The mean of log seconds, practice taken out; right to about 0.0035 (one error)."""
    return fmean(
        math.log(build.seconds) + LEARNING * math.log(build.number) for build, _ in builds_of(way)
    )


@small
@given(exercises(), seeds)
def test_the_same_seed_gives_the_same_builds(exercise, seed):
    first = build_figures(exercise, Random(seed))
    assert build_figures(exercise, Random(seed)) == first
    numbers = [build.number for period in first.periods for build in period.builds]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [len(period.builds) for period in first.periods] == [exercise.builds] * len(
        exercise.cycles
    )


def test_another_seed_gives_other_builds():
    assert build_figures(FOUR, Random(1)).periods != build_figures(FOUR, Random(2)).periods


@small
@given(exercises(), seeds)
def test_what_was_built_stays_when_a_cycle_is_added(exercise, seed):
    periods = build_figures(exercise, Random(seed)).periods
    shorter = replace(exercise, cycles=exercise.cycles[:-1] or exercise.cycles)
    before = build_figures(shorter, Random(seed)).periods
    assert periods[: len(before)] == before


@small
@given(exercises(), seeds)
def test_a_build_has_the_same_luck_whatever_is_tried(exercise, seed):
    hurried = Cycle("hurry", 50, 8, kept=False)
    other = replace(exercise, cycles=(FIRST, *(hurried for _ in exercise.cycles[1:])))
    for one, two in zip(
        build_figures(exercise, Random(seed)).periods,
        build_figures(other, Random(seed)).periods,
        strict=True,
    ):
        for a, b in zip(one.builds, two.builds, strict=True):
            usual = [typical(period.way, a.number).seconds for period in (one, two)]
            assert a.seconds / usual[0] == pytest.approx(b.seconds / usual[1], abs=0.01)


@small
@given(exercises(), seeds)
def test_a_change_stays_in_force_only_when_it_is_kept(exercise, seed):
    kept = set()
    for period in build_figures(exercise, Random(seed)).periods:
        tried = {period.cycle.idea} - {SAME}
        assert set(period.way) == kept | tried
        if period.cycle.kept:
            kept |= tried


def test_the_learning_curve_is_recovered_without_noise():
    """A power law is a straight line in logarithms (Wright 1936)."""
    (period,) = build_figures(Exercise((FIRST,), 20), Still()).periods
    line = linear_regression(
        [math.log(build.number) for build in period.builds],
        [math.log(build.seconds) for build in period.builds],
    )
    assert line.slope == pytest.approx(math.log2(0.85), abs=0.001)
    assert math.exp(line.intercept) == pytest.approx(90, abs=0.1)


def test_the_learning_curve_is_recovered_from_many_teams_with_noise():
    slopes = []
    for seed in range(300):
        (period,) = build_figures(Exercise((FIRST,), 20), Random(seed)).periods
        slopes.append(
            linear_regression(
                [math.log(build.number) for build in period.builds],
                [math.log(build.seconds) for build in period.builds],
            ).slope
        )
    assert fmean(slopes) == pytest.approx(-LEARNING, abs=4 * stdev(slopes) / math.sqrt(300))


@pytest.mark.parametrize("idea", IDEAS)
def test_the_means_recover_each_effect_on_time(idea):
    error = SPREAD * math.sqrt(2 / 1200)
    assert log_mean((idea,)) - log_mean(()) == pytest.approx(IDEAS[idea].seconds, abs=4 * error)


def test_the_interaction_is_recovered():
    alone = log_mean(("laid out",)) + log_mean(("one each",)) - log_mean(())
    error = SPREAD * math.sqrt(4 / 1200)
    assert log_mean(("laid out", "one each")) - alone == pytest.approx(-0.2, abs=4 * error)


def test_no_other_two_ideas_are_more_than_their_parts():
    assert list(TOGETHER) == [{"laid out", "one each"}]
    alone = log_mean(("photo",)) + log_mean(("check",)) - log_mean(())
    error = SPREAD * math.sqrt(4 / 1200)
    assert log_mean(("photo", "check")) == pytest.approx(alone, abs=4 * error)


def test_times_vary_as_much_as_they_are_said_to():
    logs = [math.log(build.seconds / usual.seconds) for build, usual in builds_of((), 100)]
    assert stdev(logs) == pytest.approx(SPREAD, rel=4 / math.sqrt(2 * len(logs)))


@pytest.mark.parametrize("way", [(), *((idea,) for idea in IDEAS), ("photo", "check")], ids=str)
def test_parts_are_right_binomially(way):
    builds = builds_of(way)
    right, n = [build.right for build, _ in builds], len(builds)
    odds = math.log(0.8 / 0.2) + sum(IDEAS[idea].right for idea in way)
    p = 1 / (1 + math.exp(-odds))
    spread = len(PARTS) * p * (1 - p)
    assert fmean(right) == pytest.approx(len(PARTS) * p, abs=4 * math.sqrt(spread / n))
    # The variance of a variance: (excess kurtosis + 2) / n of its square.
    error = spread * math.sqrt(((1 - 6 * p * (1 - p)) / spread + 2) / n)
    assert variance(right) == pytest.approx(spread, abs=4 * error)


def test_every_part_goes_wrong_as_often():
    builds = [build for build, _ in builds_of(())]
    wrong = Counter(part for build in builds for part in build.wrong)
    error = math.sqrt(0.2 * 0.8 / len(builds))
    assert set(wrong) == set(PARTS)
    assert all(
        times / len(builds) == pytest.approx(0.2, abs=4.5 * error) for times in wrong.values()
    )


@pytest.mark.parametrize(
    ("seconds", "wrong", "words"),
    [
        (50.0, 1, "faster and more accurate"),
        (50.0, 3, "faster but less accurate"),
        (70.0, 1, "slower but more accurate"),
        (70.0, 3, "slower and less accurate"),
        (60.0, 2, "as fast and as accurate"),
        (50.0, 2, "faster and as accurate"),
    ],
)
def test_the_balance_of_time_and_accuracy_is_said(seconds, wrong, words):
    before = Period(0, FIRST, (), (Build(1, 60.0, PARTS[:2]),))
    after = Period(1, Cycle("photo", 60, 8), ("photo",), (Build(2, seconds, PARTS[:wrong]),))
    assert balance(before, after) == words


def test_a_cycle_is_compared_with_the_last_that_was_kept():
    compared = [
        build_figures(replace(FOUR, cycles=FOUR.cycles[:count]), Random(1)).before.number
        for count in range(1, 6)
    ]
    assert compared == [0, 0, 0, 2, 3]


def test_the_middle_is_that_of_the_builds():
    period = Period(0, FIRST, (), tuple(Build(n, 50.0 + n**2, PARTS[:n]) for n in (3, 1, 2)))
    assert (period.seconds, period.right) == (54, 8)


def test_the_gain_by_practice_is_that_of_the_learning_curve():
    builds = build_figures(FOUR, Random(1))

    def unchanged(number):
        return 90 * number ** math.log2(0.85)

    # In the middle of five builds stands the third.
    assert builds.by_practice == pytest.approx(unchanged(3) - unchanged(23))
    assert builds.gained == pytest.approx(builds.periods[0].seconds - builds.periods[4].seconds)
    given_up = replace(FOUR, cycles=FOUR.cycles[:2])
    assert build_figures(given_up, Random(1)).by_practice == 0


def test_without_an_effect_practice_is_the_whole_gain_on_average(monkeypatch):
    monkeypatch.setattr(
        "qi_tools.experiments.figure_exercise.IDEAS",
        {SAME: IDEAS[SAME], "photo": replace(IDEAS["photo"], seconds=0.0)},
    )
    exercise = Exercise((FIRST, Cycle("photo", 60, 9)), 20)
    off = []
    for seed in range(200):
        builds = build_figures(exercise, Random(seed))
        off.append(builds.gained - builds.by_practice)
    # About the middle of builds that grow quicker, noise leaves less than a second.
    assert fmean(off) == pytest.approx(0, abs=1)
    assert builds.by_practice > 10


@small
@given(exercises(), seeds)
def test_measures_hold_what_was_built(exercise, seed):
    builds = build_figures(exercise, Random(seed))
    every = [build for period in builds.periods for build in period.builds]
    assert builds.times.values.tolist() == [build.seconds for build in every]
    assert builds.accuracy.numerators.tolist() == [build.right for build in every]
    assert builds.accuracy.denominators.tolist() == [10] * len(every)
    assert builds.times.simulated
    assert builds.accuracy.simulated
    assert (builds.times.better, builds.accuracy.better) == ("lower", "higher")
    starts = [period.builds[0].number - 1 for period in builds.periods[1:]]
    for measure in (builds.times, builds.accuracy):
        assert [note.point for note in measure.notes] == starts


def test_notes_say_what_was_tried_and_given_up():
    notes = build_figures(FOUR, Random(1)).times.notes
    assert [(note.point, note.words) for note in notes] == [
        (5, "Hurry (given up)"),
        (10, "Check"),
        (15, "Laid out"),
        (20, "One each"),
    ]


def test_the_table_can_be_saved_and_read_back(tmp_path):
    builds = build_figures(FOUR, Random(1))
    path = tmp_path / "builds.csv"
    builds.table.to_csv(path, index=False)
    times = Measure.from_file(path, "seconds", "date")
    assert times.values.tolist() == builds.times.values.tolist()
    accuracy = Measure.from_file(path, "right", "date", denominator="parts", data="proportions")
    assert accuracy.numerators.tolist() == builds.accuracy.numerators.tolist()
    table = builds.table
    assert table["predicted seconds"].tolist() == [
        seconds for seconds in (90, 50, 55, 50, 45) for _ in range(5)
    ]
    assert table["cycle"].tolist() == [cycle for cycle in range(5) for _ in range(5)]
    table.loc[0, "seconds"] = -1
    assert builds.table["seconds"].tolist() == builds.times.values.tolist()


@small
@given(exercises(), seeds)
def test_the_description_is_short_and_plain(exercise, seed):
    text = build_figures(exercise, Random(seed)).describe()
    assert text.startswith("Simulated: ")
    assert len(text) <= 600


def test_the_description_says_what_was_practice():
    builds = build_figures(FOUR, Random(1))
    text = builds.describe()
    share = 100 * builds.by_practice / builds.gained
    assert 40 < share < 90
    assert f"Practice alone would have saved about 26 seconds, {share:.0f}% of the gain." in text
    assert "Cycle 4 of 4, the last one kept (laid out, one each, check)" in text
    assert balance(builds.periods[0], builds.periods[4]) in text


def test_the_description_says_how_far_predictions_were_off():
    builds = build_figures(Exercise((Cycle(SAME, 3600, 0),)), Random(1))
    off = 3600 - builds.periods[0].seconds
    assert f"Predictions were off by {off:,.0f} seconds" in builds.describe()
    assert f"{builds.periods[0].right:g} parts on average" in builds.describe()
    assert builds.report() == (builds.describe(),)


def test_a_change_that_costs_time_leaves_more_to_practice_than_was_gained():
    builds = build_figures(Exercise((FIRST, Cycle("aloud", 60, 9))), Still())
    assert builds.gained < builds.by_practice < 2 * builds.gained
    assert "more than was gained" in builds.describe()


def test_the_description_without_cycles_and_without_one_kept():
    alone = build_figures(Exercise((FIRST,)), Random(1)).describe()
    assert "Practice" not in alone
    given_up = build_figures(replace(FOUR, cycles=FOUR.cycles[:2]), Random(1)).describe()
    assert "No change was kept." in given_up
    assert "Practice" not in given_up
