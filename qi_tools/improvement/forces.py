"""The force field: what drives a change and what holds it back (Lewin, 1951)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qi_tools.improvement.fields import Line, Number, OneOf, asked

__all__ = ["SIDES", "Change", "Force"]

#: Which way a force pulls.
SIDES: Final = {"for": "Drives the change", "against": "Holds it back"}


@dataclass(frozen=True, slots=True)
class Change:
    """The change that the forces act on.

    Parameters
    ----------
    change : str
    """

    change: str = asked(Line("Which change?", "Such as: every patient gets a text message."))


@dataclass(frozen=True, slots=True)
class Force:
    """One force.

    Parameters
    ----------
    id : str
    words : str
    side : str
        A key of `SIDES`.
    strength : float or None
        From 1, weak, to 5, strong.
    action : str
        How the team will strengthen or weaken it.
    """

    id: str
    words: str = asked(Line("Force", most=100))
    side: str = asked(OneOf("Which way does it pull?", options=SIDES))
    strength: float | None = asked(
        Number("How strong, from 1 to 5?", "As the team judges it.", low=1, high=5, whole=True)
    )
    action: str = asked(
        Line("What will you do about it?", "Weakening what holds back often does most.")
    )
