import math
from collections import Counter
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.errors import QIToolsError
from qi_tools.experiments.ward import (
    IDEAS,
    ROLES,
    TIMES,
    Ward,
    WardInvalid,
    best_ideas,
    missed_by_chance,
    true_rate,
    ward_by_chance,
    ward_rate,
)

wards = st.builds(Ward, st.floats(0.05, 0.3), st.permutations(ROLES).map(tuple))


def test_no_other_pair_interacts():
    conditions = ("whole ward", "day", "usual")

    def logit(*ideas):
        rate = true_rate(Ward(), ideas, *conditions)
        return math.log(rate / (1 - rate))

    for one, other in combinations(IDEAS, 2):
        extra = logit(one, other) - logit(one) - logit(other) + logit()
        expected = -0.6 if {one, other} == {"chart check", "urgent list"} else 0
        assert extra == pytest.approx(expected)


@pytest.mark.parametrize("roles", sorted(set(permutations(ROLES))), ids=", ".join)
def test_the_best_ideas_are_those_that_work_at_scale(roles):
    ward = Ward(roles=roles)
    work = {"by day only", "one of a pair"}
    assert best_ideas(ward) == tuple(idea for idea in IDEAS if ward.role(idea) in work)


@given(wards)
@settings(max_examples=20, deadline=None)
def test_no_set_of_ideas_does_better_than_the_best(ward):
    best = ward_rate(ward, best_ideas(ward))
    for size in range(6):
        for ideas in combinations(IDEAS, size):
            assert ward_rate(ward, ideas) >= best


def test_a_week_weighs_each_time_by_its_shifts():
    rates = [true_rate(Ward(), (), "whole ward", time, "usual") for time in TIMES]
    expected = (5 * rates[0] + 5 * rates[1] + 4 * rates[2]) / 14
    assert ward_rate(Ward(), ()) == pytest.approx(expected)


def test_chance_deals_each_role_to_each_idea_alike():
    """4 standard errors of a proportion: no idea can be guessed from its place."""
    lucks = 1000
    dealt = Counter(
        (idea, ward.role(idea))
        for ward in (ward_by_chance(Random(luck)) for luck in range(1, lucks + 1))
        for idea in IDEAS
    )
    for idea in IDEAS:
        for role in set(ROLES):
            chance = ROLES.count(role) / len(ROLES)
            error = math.sqrt(chance * (1 - chance) / lucks)
            assert dealt[idea, role] / lucks == pytest.approx(chance, abs=4 * error)


def test_doses_are_missed_as_often_as_the_rate_says():
    missed = missed_by_chance(10_000, 0.14, Random(1))
    assert missed / 10_000 == pytest.approx(0.14, abs=4 * math.sqrt(0.14 * 0.86 / 10_000))
    assert missed_by_chance(50, 0, Random(1)) == 0
    assert missed_by_chance(50, 1, Random(1)) == 50


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Ward(rate=0.5), "The share of doses missed is 0.5. Give a number from 0.05 to"),
        (lambda: Ward(rate=math.nan), "The share of doses missed is nan."),
        (lambda: Ward(roles=ROLES[:4]), "Give these as a tuple, in any order: keen only"),
        (lambda: Ward(roles=(1, 2, 3, 4, 5)), "The roles are (1, 2, 3, 4, 5)."),
        (lambda: Ward().role("posters"), "The ideas are ('posters',)."),
        (lambda: ward_rate(Ward(), ("tabard", "tabard")), "An idea comes twice"),
    ],
)
def test_what_cannot_be_says_why(make, said):
    with pytest.raises(WardInvalid) as caught:
        make()
    assert said in str(caught.value)
    assert isinstance(caught.value, QIToolsError)
