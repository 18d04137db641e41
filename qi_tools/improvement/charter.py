"""The charter of a project: why, what is in and out, who is in the team, what could go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, Lines, Number, OneOf, asked

__all__ = ["PARTS", "Charter", "Member", "Risk"]

#: The parts that people play in a team, by the word in the file.
PARTS: Final = {
    "leader": "Leads the team",
    "sponsor": "Sponsors the team",
    "member": "Does the work that will change",
    "voice": "Uses the service",
    "data": "Looks after the data",
    "coach": "Coaches the team",
}


@dataclass(frozen=True, slots=True)
class Charter:
    """What a team and its sponsor agree on before they begin.

    Parameters
    ----------
    problem, why_now : str
    organisation_aim : str
        Which of the organisation's aims it helps to reach.
    in_scope, out_of_scope : str
    begins : datetime.date or None
    review : str
        When the sponsor and the team meet.
    """

    problem: str = asked(
        Lines("What is the problem?", "What happens, to whom, how often, and how you know it.")
    )
    why_now: str = asked(Lines("Why now?", "What would go on if nobody did anything?"))
    organisation_aim: str = asked(
        Line("Which aim of the organisation does it serve?", "As the organisation words it.")
    )
    in_scope: str = asked(Lines("What is in?", "Where it begins and ends: people, places, times."))
    out_of_scope: str = asked(Lines("What is out?", "What others may expect, and you leave alone."))
    begins: date | None = asked(Day("When does it begin?"))
    review: str = asked(
        Line("When do sponsor and team meet?", "Such as: the first Monday of each month.")
    )


@dataclass(frozen=True, slots=True)
class Member:
    """Someone's place in the team; the role, never the name.

    Parameters
    ----------
    id : str
    role : str
        Such as "Receptionist".
    part : str
        A key of `PARTS`.
    brings : str
    hours : float or None
        Protected, a week.
    """

    id: str
    role: str = asked(Line("Role", "The role, not the name, such as: receptionist.", most=80))
    part: str = asked(OneOf("Part in the team", options=PARTS))
    brings: str = asked(Line("What do they bring?"))
    hours: float | None = asked(Number("Protected hours a week", low=0, high=60))


@dataclass(frozen=True, slots=True)
class Risk:
    """What could go wrong, and what the team will do about it.

    Parameters
    ----------
    id : str
    risk, answer : str
    """

    id: str
    risk: str = asked(Line("What could go wrong?"))
    answer: str = asked(Line("What will you do about it?"))
