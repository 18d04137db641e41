"""How far a ramp of tests has the features of plan, do, study, act.

References
----------
Taylor MJ, McNicholas C, Nicolay C, Darzi A, Bell D, Reed JE (2014). Systematic review of the
application of the plan-do-study-act method to improve quality in healthcare. BMJ Quality & Safety
23. It names the features; what is counted for each is our choice. A fifth, documentation, can't be
counted here: plan and result are kept, and what was learned is for the team to write down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from qi_tools.experiments.ward import IDEAS, SCALES
from qi_tools.experiments.ward_ramp import Done, Ramp

__all__ = ["Feature", "fidelity"]

SEVERAL_SHIFTS: Final = 6
"""From so many shifts on, a larger test counts as data over time: our choice."""


@dataclass(frozen=True, slots=True)
class Feature:
    """How far a ramp has one feature of plan, do, study, act.

    Parameters
    ----------
    name : str
        Which one.
    met, of : int
        In how many of how many it is there; of none where there was no occasion yet.
    rule : str
        What was counted.
    """

    name: str
    met: int
    of: int
    rule: str


def fidelity(ramp: Ramp) -> tuple[Feature, ...]:
    """Count how far a ramp has the features of plan, do, study, act.

    Parameters
    ----------
    ramp : Ramp

    Returns
    -------
    tuple of Feature
        Predicted, iterative, scaled, data over time.

    Examples
    --------
    >>> from random import Random
    >>> from qi_tools.experiments.ward_ramp import Test, carry_out
    >>> ramp = carry_out(Ramp(), Test(("tabard",), 15), Random(3))
    >>> for feature in fidelity(ramp):
    ...     print(f"{feature.name}: {feature.met} of {feature.of}")
    predicted: 1 of 1
    iterative: 0 of 0
    scaled: 0 of 0
    data over time: 0 of 0
    """
    tests = ramp.tests
    smallest = next(iter(SCALES))
    larger = [done for done in tests if done.test.scale != smallest]
    grown = [idea for idea in IDEAS if any(idea in done.test.ideas for done in larger)]
    return (
        Feature(
            "predicted",
            sum(done.foreseen for done in tests),
            len(tests),
            "tests whose prediction lies in the interval of what was seen",
        ),
        Feature(
            "iterative",
            sum(_builds_on(done, before) for before, done in pairwise(tests)),
            len(tests[1:]),
            "later tests that take up an idea of the one before and change something",
        ),
        Feature(
            "scaled",
            sum(_grew_by_steps(idea, tests) for idea in grown),
            len(grown),
            "ideas tested on a bay or the ward that began with one nurse and grew step by step",
        ),
        Feature(
            "data over time",
            sum(done.test.shifts >= SEVERAL_SHIFTS for done in larger),
            len(larger),
            f"tests with more than one nurse that ran for {SEVERAL_SHIFTS} shifts or more",
        ),
    )


def _builds_on(done: Done, before: Done) -> bool:
    now, then = done.test, before.test
    changed = (set(now.ideas), now.scale, now.time, now.staff, now.shifts) != (
        set(then.ideas),
        then.scale,
        then.time,
        then.staff,
        then.shifts,
    )
    return changed and not set(now.ideas).isdisjoint(then.ideas)


def _grew_by_steps(idea: str, tests: tuple[Done, ...]) -> bool:
    """Say whether an idea began with one nurse and grew by one step at a time."""
    reached = -1
    for done in tests:
        if idea in done.test.ideas:
            step = list(SCALES).index(done.test.scale)
            if step > reached + 1:
                return False
            reached = max(reached, step)
    return True
