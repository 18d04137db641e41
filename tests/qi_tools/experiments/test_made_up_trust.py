import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.made_up_trust import (
    AMBER,
    COLOURS,
    INDICATORS,
    SYSTEMS,
    ReportInvalid,
    Trust,
)

FALLS, PERCENT = INDICATORS[0], INDICATORS[3]


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.name)
def test_no_value_can_leave_what_is_possible(indicator):
    means = [each.distance + change for each in SYSTEMS.values() for change in (0, each.change)]
    for sigma in (min(means) - 8.6, max(means) + 8.6):
        assert 0 < indicator.at(sigma) < (100 if indicator.unit == "%" else math.inf)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(INDICATORS), st.floats(-12, 12))
def test_colours_follow_the_rule(indicator, distance):
    value = indicator.at(distance)
    worse = value > indicator.target if indicator.better == "lower" else value < indicator.target
    far = abs(value - indicator.target) > AMBER * indicator.target + 1e-6
    near = abs(value - indicator.target) < AMBER * indicator.target - 1e-6
    colour = indicator.colour(value)
    assert colour in COLOURS
    assert (colour == "green") is not worse
    if worse and far:
        assert colour == "red"
    if worse and near:
        assert colour == "amber"


def test_both_edges_of_amber():
    assert [FALLS.colour(value) for value in (6.0, 6.01, 6.3, 6.31)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]
    assert [PERCENT.colour(value) for value in (80.0, 79.99, 76.0, 75.99)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"months": 19}, "from 20 to 60"),
        ({"months": 24.0}, "whole number"),
        ({"systems": ("meets",) * 11}, "Give 12 of them"),
        ({"systems": ["meets"] * 12}, "as a tuple"),
        ({"systems": ("meets",) * 11 + ("broken",)}, "No system is called 'broken'"),
        ({"systems": ("meets",) * 11 + ([],)}, "Use one of: meets, chance"),
    ],
)
def test_a_trust_that_cannot_be_says_so(wrong, says):
    with pytest.raises(ReportInvalid, match=says) as caught:
        Trust(**wrong)
    assert isinstance(caught.value, QIToolsError)
