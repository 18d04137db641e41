"""The people whom a change touches: how much they can move it, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qi_tools.improvement.fields import Line, OneOf, asked

__all__ = ["INFLUENCES", "STANDS", "Stakeholder"]

#: How much they can move the change.
INFLUENCES: Final = {"low": "Little", "high": "Much"}
#: Where they stand today, from the word in the file.
STANDS: Final = {
    "against": "Against it",
    "doubtful": "In doubt",
    "neutral": "Neither",
    "helpful": "Helps",
    "leading": "Leads it",
}


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A group or a role that the change touches; never a name.

    Parameters
    ----------
    id : str
    who : str
    influence : str
        A key of `INFLUENCES`.
    touched : str
        How much it changes their own day; a key of `INFLUENCES`.
    now, wanted : str
        Where they stand, and where the change needs them: keys of `STANDS`.
    cares_about : str
        What matters to them.
    action : str
        What the team will do next.
    """

    id: str
    who: str = asked(Line("Who?", "A group or a role, not a name: night nurses.", most=60))
    influence: str = asked(OneOf("How much can they move it?", options=INFLUENCES))
    touched: str = asked(OneOf("How much does it change their day?", options=INFLUENCES))
    now: str = asked(OneOf("Where do they stand now?", options=STANDS))
    wanted: str = asked(OneOf("Where does the change need them?", options=STANDS))
    cares_about: str = asked(Line("What matters to them?", "Ask them: do not guess."))
    action: str = asked(Line("What will you do next?"))
