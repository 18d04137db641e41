from __future__ import annotations

from statistics import fmean

from qi_tools.teaching.labs.clinic_queue import LAB
from tests.qi_tools.teaching.labs.kit import usual


def waits(**given: object) -> float:
    return fmean(
        float(LAB.play((usual(LAB, **given),), luck).tally["Mean wait (min)"]) for luck in range(12)
    )


def test_what_the_page_says_of_waits_is_so() -> None:
    at_80, at_95 = waits(patients=4.8), waits(patients=5.7)
    assert at_95 > 1.5 * at_80
    # No ups and downs, no waits: everyone is called on the minute.
    assert waits(arrivals="appointments", visit="same") == 0
    assert waits(patients=9.6, clinicians=2) < at_80


def test_a_clinic_to_which_nobody_comes_says_so() -> None:
    quiet = usual(LAB, patients=0.5)
    turns = (LAB.play((quiet,), luck) for luck in range(1, 400))
    assert all(turn.figures or "Nobody came" in turn.said for turn in turns)
