"""How far a project has come: six stages, each with the evidence that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from qi_tools.improvement.fields import Day, Line, OneOf, asked

__all__ = ["STAGES", "Reached"]

#: The six stages in order, by the word in the file.
STAGES: Final = {
    "chosen": "Chosen",
    "team and aim": "Team and aim",
    "testing": "Testing",
    "improving": "Improving",
    "in place": "In place",
    "kept up": "Kept up",
}


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that the team and its sponsor agree to have reached.

    Parameters
    ----------
    id : str
    stage : str
        A key of `STAGES`.
    on : datetime.date or None
    agreed_by : str
    note : str
    """

    id: str
    stage: str = asked(OneOf("Stage", options=STAGES))
    on: date | None = asked(Day("Reached on"))
    agreed_by: str = asked(Line("Agreed by", "Roles, not names.", most=80))
    note: str = asked(Line("What shows it?"))
