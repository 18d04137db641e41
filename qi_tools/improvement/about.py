"""What a project is called, and where it is."""

from __future__ import annotations

from dataclasses import dataclass

from qi_tools.improvement.fields import Line, Lines, OneOf, asked

__all__ = ["About"]


@dataclass(frozen=True, slots=True)
class About:
    """The name of a project, and its place.

    Parameters
    ----------
    name, place : str
    simulated : str
        "yes" when all of it is made up.
    notes : str
    """

    name: str = asked(Line("Name of the project", most=80))
    place: str = asked(Line("Where?", "The service and the organisation.", most=120))
    simulated: str = asked(
        OneOf("Is it made up?", "For practice or for teaching.", options={"yes": "Yes"})
    )
    notes: str = asked(Lines("Notes", "Anything that has no other place. Nothing about patients."))
