"""The process map: what is done now, step by step, by whom, and where it waits or turns back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, Number, OneOf, Ref, asked

__all__ = ["KINDS", "WORTHS", "Arrow", "Process", "Step"]

#: What a step can be, by the word in the file.
KINDS: Final = {
    "start": "Start",
    "task": "Task",
    "wait": "Wait",
    "decision": "Decision",
    "end": "End",
}
#: What a step is worth to the person whom the process serves.
WORTHS: Final = {
    "value": "Adds value for them",
    "needed": "Needed, but adds none",
    "waste": "Neither: could go",
}


@dataclass(frozen=True, slots=True)
class Process:
    """Which process the map shows.

    Parameters
    ----------
    name : str
    walked : datetime.date or None
        When the team walked it, to see what is done and not what should be.
    """

    name: str = asked(Line("Which process?", "From where to where, such as: referral to visit."))
    walked: date | None = asked(
        Day("When did you walk it?", "Go and see. What is done often differs from what is written.")
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It leads to the next one in the list, unless arrows lead from it or it is an end.

    Parameters
    ----------
    id : str
    words : str
    kind : str
        A key of `KINDS`; blank is a task.
    lane : str
        Who does it.
    minutes : float or None
        How long it usually takes.
    worth : str
        A key of `WORTHS`; blank where not judged.
    """

    id: str
    words: str = asked(Line("What is done?", "A verb and a thing: check the list.", most=80))
    kind: str = asked(OneOf("Kind of step", "Blank is a task.", options=KINDS))
    lane: str = asked(Line("Who does it?", "A role, such as: receptionist.", most=40))
    minutes: float | None = asked(Number("Usual minutes", low=0))
    worth: str = asked(OneOf("What is it worth to the person served?", options=WORTHS))


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one step to another, where it is not simply the next in the list.

    Parameters
    ----------
    id : str
    step, to : str
        The steps that it leads from and to.
    label : str
        When it is taken, such as "No".
    """

    id: str
    step: str = asked(Ref("From", to="steps"))
    to: str = asked(Ref("To", to="steps"))
    label: str = asked(Line("When?", "Such as: Yes, or: no reply.", most=40))
