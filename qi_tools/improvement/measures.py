"""The family of measures: what is counted, how exactly, by whom, and what it feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qi_tools.improvement.fields import Line, Lines, OneOf, Ref, asked

__all__ = ["BETTER", "EVERY", "KINDS", "PLACES", "PlannedMeasure"]

#: The three kinds of measure for improvement (Langley and others, The Improvement Guide, 2009).
KINDS: Final = {"outcome": "Outcome", "process": "Process", "balancing": "Balancing"}
#: Which way is better.
BETTER: Final = {"lower": "Lower is better", "higher": "Higher is better"}
#: How often it is collected.
EVERY: Final = {
    "day": "Every day",
    "week": "Every week",
    "fortnight": "Every two weeks",
    "month": "Every month",
    "quarter": "Every three months",
    "case": "Each case",
}
#: Where in the organisation it is looked at, from the top down.
PLACES: Final = {"board": "Board", "division": "Division or service", "team": "Ward or team"}


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """One measure, defined so that two people count alike.

    Parameters
    ----------
    id : str
    name : str
    kind, better, every, place : str
        Keys of `KINDS`, `BETTER`, `EVERY` and `PLACES`.
    unit : str
    counted, out_of : str
        What is counted and, for a share or a rate, among or over what.
    excluded : str
        What does not count.
    source, sample, owner : str
    feeds : str
        The measure above it in the tree.
    readings : str
        What was counted so far, a line for each date: date, value and, where there is one, the
        denominator.
    """

    id: str
    name: str = asked(Line("Name", "Such as: missed visits.", most=80))
    kind: str = asked(
        OneOf(
            "Kind",
            "Outcome: what people feel. Process: what we do. Balancing: what else might move.",
            options=KINDS,
        )
    )
    better: str = asked(OneOf("Which way is better?", options=BETTER))
    unit: str = asked(Line("Unit", "Such as: %, minutes, errors.", most=40))
    counted: str = asked(Line("What exactly is counted?", "So that two people count alike."))
    out_of: str = asked(Line("Out of what?", "For a share or a rate. Blank where there is none."))
    excluded: str = asked(Line("What does not count?"))
    source: str = asked(Line("Where does it come from?", "A system, a sheet, a box by the door."))
    sample: str = asked(Line("All, or a sample?", "Such as: the first 20 on each Monday."))
    every: str = asked(OneOf("How often?", options=EVERY))
    owner: str = asked(Line("Who collects it?", "A role, not a name.", most=80))
    place: str = asked(OneOf("Who looks at it?", options=PLACES))
    feeds: str = asked(
        Ref("Which measure does it feed?", "Blank: it stands at the top.", to="measures")
    )
    readings: str = asked(
        Lines(
            "Readings so far",
            "A line for each date: date, number and, for a share, out of how many. You can paste "
            "two or three columns from a spreadsheet. Totals only, nothing about single patients.",
            most=60_000,
        )
    )
