"""How a change will last and travel: changes made, keeping the gain, and the sites that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, Lines, OneOf, Ref, Refs, asked

__all__ = ["STATES", "MadeChange", "Site", "Spreading", "Sustaining"]

#: How far a site has come.
STATES: Final = {
    "asked": "Asked",
    "testing": "Testing it there",
    "using": "Uses it",
    "stopped": "Stopped, or said no",
}


@dataclass(frozen=True, slots=True)
class MadeChange:
    """A change that is now how the work is done.

    Parameters
    ----------
    id : str
    what : str
    since : datetime.date or None
    idea : str
        The change idea of the driver diagram.
    measures : tuple of str
        The measures on whose charts it is marked; blank for all.
    """

    id: str
    what: str = asked(Line("What has changed for good?", most=80))
    since: date | None = asked(Day("Since when?"))
    idea: str = asked(Ref("Which change idea was it?", to="drivers"))
    measures: tuple[str, ...] = asked(
        Refs("On which charts should it be marked?", "None chosen: on all.", to="measures")
    )


@dataclass(frozen=True, slots=True)
class Sustaining:
    """How the gain will be kept.

    Parameters
    ----------
    owner, standard, training, watch, slips, resources, benefit : str
    """

    owner: str = asked(Line("Who owns the new way of working?", "A role, not a name."))
    standard: str = asked(
        Lines("Where is it written down, and what makes it the easy way?", "Forms, systems, kit.")
    )
    training: str = asked(Lines("How do new and bank staff learn it?"))
    watch: str = asked(Lines("Who looks at which measure, and how often?"))
    slips: str = asked(Lines("What will you do if it slips?", "Say what signal you will act on."))
    resources: str = asked(Lines("What does it need for good?", "Time, money, kit."))
    benefit: str = asked(Lines("Who is better off, and do they know?", "Also the staff."))


@dataclass(frozen=True, slots=True)
class Spreading:
    """What will travel to other places, and how.

    Parameters
    ----------
    what, fixed, free, how, lead : str
    """

    what: str = asked(Lines("What will spread?", "Only what your data show to work."))
    fixed: str = asked(Lines("What must stay the same everywhere?"))
    free: str = asked(Lines("What may each place fit to itself?"))
    how: str = asked(Lines("How will people hear of it and see it?", "Visits beat e-mails."))
    lead: str = asked(Line("Who leads the spread?", "A role, not a name."))


@dataclass(frozen=True, slots=True)
class Site:
    """A place to which the change may travel.

    Parameters
    ----------
    id : str
    place : str
    state : str
        A key of `STATES`.
    since : datetime.date or None
    fitted : str
        What this place does in its own way.
    """

    id: str
    place: str = asked(Line("Place", "A ward, a clinic, an office.", most=60))
    state: str = asked(OneOf("How far is it?", options=STATES))
    since: date | None = asked(Day("Since when?"))
    fitted: str = asked(Line("What does it do in its own way?"))
