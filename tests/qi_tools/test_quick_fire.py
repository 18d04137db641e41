"""What the usual sets of rules say of the eight phone lines that learners judge by eye.

The rules are written small here, apart from the tools, except Anhøj's, which `run_chart` applies.
"""

import numpy as np
import pytest

from qi_tools import Measure, load_dataset, run_chart

NAME = "phone_waits_quick_fire_simulated"
FRAME = load_dataset(NAME).frame
NOISE = ("eye_clinic", "pay_queries", "maternity")


def waits(line):
    return FRAME[line].to_numpy(dtype=float)


def longest_run(truths):
    """Count the longest row of what is true."""
    longest = here = 0
    for truth in truths:
        here = here + 1 if truth else 0
        longest = max(longest, here)
    return longest


def sigma(values):
    return np.abs(np.diff(values)).mean() / 1.128


def beyond(values, sigmas, least=1, of=1):
    """Whether `least` of any `of` points in a row lie that far out on the same side of the mean."""
    z = (values - values.mean()) / sigma(values)
    return any(
        sum(far[start : start + of]) >= least
        for far in (z > sigmas, z < -sigmas)
        for start in range(len(values) - of + 1)
    )


def shift(values, points, centre):
    """Whether so many useful points in a row lie on one side of a centre line."""
    useful = values[values != centre]
    return max(longest_run(useful > centre), longest_run(useful < centre)) >= points


def trend(values, points):
    """Whether so many points in a row all go up, or all go down; points alike are left out."""
    steps = np.diff(values)
    steps = steps[steps != 0]
    return max(longest_run(steps > 0), longest_run(steps < 0)) + 1 >= points


RULES = {
    "Anhøj": lambda values: bool(run_chart(Measure.from_columns(values, name="Wait")).signals),
    "3 sigma": lambda values: beyond(values, 3),
    "2 of 3 beyond 2 sigma": lambda values: beyond(values, 2, least=2, of=3),
    **{
        f"shift of {points} about the {name}": lambda values, points=points, middle=middle: shift(
            values, points, middle(values)
        )
        for points in (6, 7, 8)
        for name, middle in (("mean", np.mean), ("median", np.median))
    },
    **{
        f"trend of {points}": lambda values, points=points: trend(values, points)
        for points in (5, 6, 7)
    },
}


def signals(line):
    return {name for name, rule in RULES.items() if rule(waits(line))}


@pytest.mark.parametrize("line", NOISE)
def test_under_every_usual_rule_these_are_noise(line):
    assert signals(line) == set()


@pytest.mark.parametrize("line", ["blood_tests", "porters", "it_help", "repairs"])
def test_under_every_usual_set_of_rules_these_changed(line):
    assert {"Anhøj", "shift of 8 about the mean", "shift of 8 about the median"} <= signals(line)


def test_one_week_at_x_ray_is_odd_and_nothing_else_is():
    assert signals("x_ray") == {"3 sigma"}
    values = waits("x_ray")
    (odd,) = np.nonzero(values > values.mean() + 3 * sigma(values))[0]
    assert odd == 15
    assert not any(rule(np.delete(values, odd)) for rule in RULES.values())
    assert values[odd] > np.delete(values, odd).max() + 2


def test_the_highest_dot_of_the_eye_clinic_is_its_last():
    assert waits("eye_clinic").argmax() == 23


def test_each_change_goes_the_way_that_its_story_says():
    def mean(line, first, last):
        return waits(line)[first - 1 : last].mean()

    assert mean("blood_tests", 13, 24) < mean("blood_tests", 1, 12) - 2
    assert mean("porters", 14, 24) > mean("porters", 1, 13) + 1
    quarters = [mean("it_help", first, first + 5) for first in (1, 7, 13, 19)]
    assert np.all(np.diff(quarters) > 0.5)
    spell = mean("repairs", 8, 17)
    assert spell > max(mean("repairs", 1, 7), mean("repairs", 18, 24)) + 1.5
    assert abs(mean("repairs", 1, 7) - mean("repairs", 18, 24)) < 0.5


def test_no_wait_lies_on_a_middle_line():
    for line in FRAME.columns[1:]:
        assert not np.any(waits(line) == np.median(waits(line))), line


def test_the_rules_find_what_they_are_for():
    """A rule that never fires would prove nothing."""
    up_and_down = np.array([5.0, 7.0] * 12)
    assert not any(rule(up_and_down) for rule in RULES.values())
    odd = up_and_down.copy()
    odd[9] = 99
    assert RULES["3 sigma"](odd)
    assert RULES["trend of 7"](np.concatenate((up_and_down, np.arange(8.0, 14.0))))
    stepped = np.concatenate((up_and_down, up_and_down + 9))
    assert RULES["shift of 8 about the mean"](stepped)
    assert RULES["Anhøj"](stepped)
    two = up_and_down.copy()
    two[[9, 11]] = 13.5
    assert RULES["2 of 3 beyond 2 sigma"](two)
