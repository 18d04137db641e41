from random import Random

import pytest

from qi_tools.experiments.ramp_fidelity import fidelity
from qi_tools.experiments.ward_ramp import Ramp, Test, carry_out


def ramp_of(*planned):
    ramp = Ramp()
    for number, test in enumerate(planned, 1):
        ramp = carry_out(ramp, test, Random(number))
    return ramp


def feature(ramp, name):
    found = next(each for each in fidelity(ramp) if each.name == name)
    return found.met, found.of


def plan(*ideas, scale="one nurse", shifts=1, prediction=10, **more):
    return Test(ideas or ("tabard",), prediction, scale, shifts=shifts, **more)


def test_an_empty_ramp_shows_no_feature():
    assert [(each.met, each.of) for each in fidelity(Ramp())] == [(0, 0)] * 4


def test_predicted_counts_predictions_that_came_true():
    ramp = ramp_of(plan(shifts=14, prediction=15), plan(shifts=14, prediction=80))
    assert feature(ramp, "predicted") == (1, 2)


@pytest.mark.parametrize(
    ("second", "met"),
    [
        (plan(time="night"), 1),
        (plan("tabard", "top-up"), 1),
        (plan(shifts=6), 1),
        (plan(prediction=5), 0),
        (plan("top-up"), 0),
    ],
)
def test_iterative_means_to_take_up_and_change(second, met):
    assert feature(ramp_of(plan(), second), "iterative") == (met, 1)


@pytest.mark.parametrize(
    ("scales", "grew"),
    [
        (("one nurse", "one bay", "whole ward"), (1, 1)),
        (("one nurse", "one nurse", "one bay"), (1, 1)),
        (("one nurse", "one bay", "one nurse"), (1, 1)),
        (("one nurse",), (0, 0)),
        (("one bay",), (0, 1)),
        (("one nurse", "whole ward"), (0, 1)),
        (("one bay", "whole ward"), (0, 1)),
    ],
)
def test_scaled_means_from_small_to_large_step_by_step(scales, grew):
    assert feature(ramp_of(*(plan(scale=scale) for scale in scales)), "scaled") == grew


def test_each_idea_grows_by_itself():
    ramp = ramp_of(plan(), plan("tabard", "top-up", scale="one bay"))
    assert feature(ramp, "scaled") == (1, 2)


def test_data_over_time_takes_several_shifts_of_larger_tests():
    ramp = ramp_of(
        plan(shifts=14), plan(scale="one bay", shifts=5), plan(scale="whole ward", shifts=6)
    )
    assert feature(ramp, "data over time") == (1, 2)
