from __future__ import annotations

from statistics import fmean
from typing import Any

from qi_tools.teaching.labs.waiting_list import LAB
from tests.qi_tools.teaching.labs.kit import usual


def at_the_end(**given: Any) -> float:
    return fmean(
        float(LAB.play((usual(LAB, **given),), luck).tally["At the end"].replace(",", ""))
        for luck in range(30)
    )


def test_as_many_slots_as_referrals_let_a_list_grow_and_a_few_more_keep_it_short() -> None:
    equal, few_more = at_the_end(), at_the_end(slots=44)
    # A walk of 104 steps of √40 that cannot go below 0: mean about √(2·104·40/π) = 51.
    assert 25 < equal < 80
    assert few_more < 15
    assert 230 < at_the_end(waiting=300) < 370
    assert at_the_end(waiting=300, slots=44) < 60
