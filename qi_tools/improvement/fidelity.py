"""How far a team's tests have the features of plan, do, study, act.

Taylor and others (2014) name five features: documentation, prediction, iterative cycles, small
scale first, and data over time. They give no thresholds that a project file could be held to: what
is counted for each, and when it is "yes", is our choice, and each rule says so.

References
----------
Taylor MJ, McNicholas C, Nicolay C, Darzi A, Bell D, Reed JE (2014). Systematic review of the
application of the plan-do-study-act method to improve quality in healthcare. BMJ Quality & Safety
23: 290-298.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias

from qi_tools.improvement.cycles import Cycle
from qi_tools.improvement.project_charts import ReadingsInvalid, measure_of
from qi_tools.improvement.ramps import Ramp, ramps
from qi_tools.words import counted

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["Feature", "Fidelity", "Level", "fidelity"]

Level: TypeAlias = Literal["yes", "partly", "no"]


@dataclass(frozen=True, slots=True)
class Feature:
    """How far tests have one feature of plan, do, study, act.

    Parameters
    ----------
    name : str
        Such as "Predicted".
    level : {"yes", "partly", "no"}
        In all, in some, or in none; "no" where there is nothing to count yet.
    met, of : int
        In how many of how many.
    words : str
        The same as one sentence.
    next_step : str
        What to do next; empty where the level is "yes".
    """

    name: str
    level: Level
    met: int
    of: int
    words: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How far tests have the five features.

    Parameters
    ----------
    features : tuple of Feature
        Documented, predicted, iterative, scaled, data over time.
    """

    features: tuple[Feature, ...]

    def describe(self) -> str:
        """Say each feature on a line of its own, with what to do next."""
        return "\n".join(
            f"{each.name}: {each.level}. {each.words} {each.next_step}".rstrip()
            for each in self.features
        )


def fidelity(project: Project, ramp: Ramp | None = None) -> Fidelity:
    """Count how far a project's tests have the five features of plan, do, study, act.

    The rules are ours:

    * documented: a test has a question, a plan, what happened, what was learnt and what comes next;
      one that still runs has a question and a plan;
    * predicted: a test says what the team thinks will happen;
    * iterative: a ramp has two tests or more; a single one that was abandoned is not counted, since
      nothing should follow;
    * scaled: a test that begins a ramp is with one or about three, and a later one is at most one
      step (1, 3, 5, all) beyond the largest that it builds on;
    * data over time: a test watches a measure with a reading before its first day and another on
      that day or after.

    Parameters
    ----------
    project : Project
    ramp : Ramp, optional
        One of its ramps; left out, all its tests.

    Returns
    -------
    Fidelity

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> tests = [{"id": "a", "scale": "1", "prediction": "Half will read it."},
    ...          {"id": "b", "scale": "all", "after": "a"}]
    >>> fidelity(read_project({"cycles": tests})).features[1].words
    'In 1 of 2 tests, the team says what it thinks will happen.'
    """
    chosen = ramps(project) if ramp is None else (ramp,)
    cycles = [cycle for each in chosen for cycle in each.cycles]
    to_repeat = [each for each in chosen if len(each.cycles) > 1 or each.cycles[0].act != "abandon"]
    days = _days(project, {id for cycle in cycles for id in cycle.measures})
    return Fidelity(
        (
            _feature(
                "Documented",
                [_documented(cycle) for cycle in cycles],
                "test",
                "question, plan, result, learning and next step are written down",
                "Write down what a test asked, did, found and led to on the day it ends.",
            ),
            _feature(
                "Predicted",
                [bool(cycle.prediction) for cycle in cycles],
                "test",
                "the team says what it thinks will happen",
                "Before the next test, write down what you think will happen, with a number.",
            ),
            _feature(
                "Iterative",
                [len(each.cycles) > 1 for each in to_repeat],
                "ramp",
                "one test builds on another",
                "Let what you learnt change the next test, and say which test it builds on.",
            ),
            _feature(
                "Scaled",
                [small for each in chosen for small in each.small_steps],
                "test",
                "the step from the one before is small",
                "Begin with one person, then about three, about five, all; say how many each time.",
            ),
            _feature(
                "Data over time",
                [_watched(cycle, days) for cycle in cycles],
                "test",
                "a measure was counted before it and goes on",
                "Name a measure for each test; count it before, during and after.",
            ),
        )
    )


def _feature(name: str, met: Sequence[bool], noun: str, clause: str, next_step: str) -> Feature:
    level: Level = "no" if not any(met) else "yes" if all(met) else "partly"
    words = (
        f"In {sum(met)} of {counted(len(met), noun)}, {clause}."
        if met
        else f"There is no {noun} to judge yet."
    )
    return Feature(name, level, sum(met), len(met), words, "" if level == "yes" else next_step)


def _documented(cycle: Cycle) -> bool:
    begun = bool(cycle.objective and cycle.plan)
    done = (cycle.happened, cycle.study, cycle.act)
    return begun and (all(done) or not (any(done) or cycle.ended))


def _days(project: Project, ids: Iterable[str]) -> dict[str, list[date]]:
    """Give the days of the readings of each measure, in order; none where they can't be read."""
    days: dict[str, list[date]] = {}
    for id in ids:
        try:
            measure = measure_of(project, id)
        except ReadingsInvalid:
            continue
        days[id] = [] if measure.dates is None else measure.dates.tolist()
    return days


def _watched(cycle: Cycle, days: Mapping[str, Sequence[date]]) -> bool:
    began = cycle.began
    return began is not None and any(
        each[0] < began <= each[-1] for id in cycle.measures if (each := days.get(id))
    )
