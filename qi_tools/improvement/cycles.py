"""PDSA cycles: tests of a change, each with a prediction, and the ramps that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, Lines, OneOf, Ref, Refs, asked

__all__ = ["ACTS", "SCALES", "Cycle"]

#: How many a test reaches: from one person once to all (often taught as 1, 3, 5, all).
SCALES: Final = {"1": "One, once", "3": "About three", "5": "About five", "all": "Everyone"}
#: What the team does after a test.
ACTS: Final = {
    "adapt": "Adapt: change it and test again",
    "adopt": "Adopt: test it wider, or make it how we work",
    "abandon": "Abandon: drop it and try something else",
}


@dataclass(frozen=True, slots=True)
class Cycle:
    """One test: plan, do, study, act.

    Parameters
    ----------
    id : str
    name : str
    after : str
        The test that it builds on; blank for the first of a ramp.
    idea : str
        The change idea of the driver diagram that it tests.
    objective, prediction, plan : str
    scale : str
        A key of `SCALES`.
    measures : tuple of str
        The measures that it watches.
    began, ended : datetime.date or None
    happened, study : str
    act : str
        A key of `ACTS`.
    next_step : str
    """

    id: str
    name: str = asked(Line("Name of the test", "Such as: a reminder call, day before.", most=80))
    after: str = asked(Ref("Builds on which test?", "Blank: it begins a ramp.", to="cycles"))
    idea: str = asked(Ref("Which change idea does it test?", to="drivers"))
    objective: str = asked(Lines("Plan: what do you want to learn?", "Put it as a question."))
    prediction: str = asked(
        Lines("Plan: what do you think will happen, and why?", "Say a number if you can.")
    )
    plan: str = asked(Lines("Plan: who does what, where and when?"))
    scale: str = asked(OneOf("Plan: with how many?", "Small first: 1, 3, 5, all.", options=SCALES))
    measures: tuple[str, ...] = asked(Refs("Plan: which measures do you watch?", to="measures"))
    began: date | None = asked(Day("Do: first day"))
    ended: date | None = asked(Day("Do: last day"))
    happened: str = asked(
        Lines("Do: what happened?", "What you saw and counted, also what you did not expect.")
    )
    study: str = asked(
        Lines("Study: how does that compare with what you thought?", "What have you learnt?")
    )
    act: str = asked(OneOf("Act: what now?", options=ACTS))
    next_step: str = asked(Line("Act: what comes next?"))
