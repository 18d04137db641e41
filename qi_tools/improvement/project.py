"""An improvement project: its sections, and what can be made of them.

A section is either one record, such as the aim, or a list of records with ids, such as the drivers.
Records point at one another by id. That keeps the file flat: easy to read, to compare line by line
and to merge.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from qi_tools.improvement.about import About
from qi_tools.improvement.aim import Aim
from qi_tools.improvement.causes import Cause, Effect, Event, Why
from qi_tools.improvement.charter import Charter, Member, Risk
from qi_tools.improvement.cycles import Cycle
from qi_tools.improvement.drivers import Driver
from qi_tools.improvement.fields import Field
from qi_tools.improvement.forces import Change, Force
from qi_tools.improvement.lasting import MadeChange, Site, Spreading, Sustaining
from qi_tools.improvement.measures import PlannedMeasure
from qi_tools.improvement.process import Arrow, Process, Step
from qi_tools.improvement.stages import Reached
from qi_tools.improvement.stakeholders import Stakeholder

if TYPE_CHECKING:
    from qi_tools.improvement.causes import Fishbone, FiveWhys
    from qi_tools.improvement.checking import Check
    from qi_tools.improvement.fidelity import Fidelity
    from qi_tools.improvement.forces import ForceField
    from qi_tools.improvement.measures import MeasureTree
    from qi_tools.improvement.pdsa_ramps import PdsaRamps
    from qi_tools.improvement.process_map import ProcessMap
    from qi_tools.improvement.progress import Progress
    from qi_tools.improvement.reports import Report
    from qi_tools.improvement.stakeholders import StakeholderMap
    from qi_tools.improvement.trees import Tree
    from qi_tools.spc.charts import Chart

__all__ = ["SECTIONS", "Project", "Section", "fields_of"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a project.

    Parameters
    ----------
    name : str
        In the file.
    title : str
        What it is called, such as "Driver diagram".
    record : type
        The class of its record, or of its records.
    one : str
        For a list of records, what one of them is called, such as "driver"; empty for one record.
    """

    name: str
    title: str
    record: type
    one: str = ""


def _section(title: str, record: type, one: str = "") -> Any:
    made: Any = () if one else record()
    return field(default=made, metadata={"title": title, "record": record, "one": one})


@dataclass(frozen=True, slots=True)
class Project:
    """All that is written down of an improvement project.

    It is made by `read_project` or read from a file, so that it is always sound: every field holds
    what it may, every id is used once, and everything pointed at is there. What is still missing is
    another question (`qi_tools.improvement.checking`).

    Parameters
    ----------
    about, aim, charter, effect, event, process, change, sustaining, spreading
        One record each.
    team, risks, drivers, causes, whys, steps, arrows, stakeholders, forces, measures, cycles, \
adopted, sites, reached : tuple
        The records of each list, in the order of the file.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project({"aim": {"what": "Fewer missed visits", "target": 8}})
    >>> project.aim.what, project.aim.target, project.drivers
    ('Fewer missed visits', 8.0, ())
    """

    about: About = _section("The project", About)
    aim: Aim = _section("Aim", Aim)
    charter: Charter = _section("Charter", Charter)
    team: tuple[Member, ...] = _section("Team", Member, "team member")
    risks: tuple[Risk, ...] = _section("Risks", Risk, "risk")
    drivers: tuple[Driver, ...] = _section("Driver diagram", Driver, "driver")
    effect: Effect = _section("Fishbone: the effect", Effect)
    causes: tuple[Cause, ...] = _section("Fishbone: the causes", Cause, "cause")
    event: Event = _section("Five whys: what happened", Event)
    whys: tuple[Why, ...] = _section("Five whys: the answers", Why, "answer")
    process: Process = _section("Process map", Process)
    steps: tuple[Step, ...] = _section("Process map: the steps", Step, "step")
    arrows: tuple[Arrow, ...] = _section("Process map: other ways", Arrow, "arrow")
    stakeholders: tuple[Stakeholder, ...] = _section("Stakeholders", Stakeholder, "stakeholder")
    change: Change = _section("Force field: the change", Change)
    forces: tuple[Force, ...] = _section("Force field: the forces", Force, "force")
    measures: tuple[PlannedMeasure, ...] = _section("Family of measures", PlannedMeasure, "measure")
    cycles: tuple[Cycle, ...] = _section("PDSA cycles", Cycle, "PDSA cycle")
    adopted: tuple[MadeChange, ...] = _section("Changes made for good", MadeChange, "change")
    sustaining: Sustaining = _section("Keeping the gain", Sustaining)
    spreading: Spreading = _section("Spread", Spreading)
    sites: tuple[Site, ...] = _section("Spread: the places", Site, "place")
    reached: tuple[Reached, ...] = _section("Progress", Reached, "stage reached")

    def check(self) -> Check:
        """Say how far the project has come, and what it lacks."""
        from qi_tools.improvement.checking import check

        return check(self)

    def fidelity(self) -> Fidelity:
        """Say whether its tests were real PDSA cycles."""
        from qi_tools.improvement.fidelity import fidelity

        return fidelity(self)

    def chart(self, measure: str) -> Chart:
        """Give the chart of a measure, by its id, with the project's tests and changes on it.

        Raises
        ------
        ReadingsInvalid
            If there is no such measure, or its readings can't be charted.
        """
        from qi_tools.improvement.project_charts import chart_of

        return chart_of(self, measure)

    def summary(self) -> Report:
        """Tell the project on one page."""
        from qi_tools.improvement.reports import summary

        return summary(self)

    def report(self) -> Report:
        """Tell all of the project."""
        from qi_tools.improvement.reports import full

        return full(self)

    def driver_diagram(self) -> Tree:
        """Draw what leads to the aim, down to the ideas for change."""
        from qi_tools.improvement.drivers import driver_diagram

        return driver_diagram(self)

    def fishbone(self) -> Fishbone:
        """Draw what might lead to the trouble, in kinds."""
        from qi_tools.improvement.causes import fishbone

        return fishbone(self)

    def five_whys(self) -> FiveWhys:
        """Draw what happened, and why, and why that was."""
        from qi_tools.improvement.causes import five_whys

        return five_whys(self)

    def process_map(self) -> ProcessMap:
        """Draw how the work is done, lane by lane."""
        from qi_tools.improvement.process_map import process_map

        return process_map(self)

    def stakeholder_map(self) -> StakeholderMap:
        """Draw whom the change touches, and where they stand."""
        from qi_tools.improvement.stakeholders import stakeholder_map

        return stakeholder_map(self)

    def force_field(self) -> ForceField:
        """Draw what drives the change and what holds it back."""
        from qi_tools.improvement.forces import force_field

        return force_field(self)

    def measure_tree(self) -> MeasureTree:
        """Draw the measures, from the board's to the team's."""
        from qi_tools.improvement.measures import measure_tree

        return measure_tree(self)

    def pdsa_ramps(self) -> PdsaRamps:
        """Draw the tests, each after the one that it builds on."""
        from qi_tools.improvement.pdsa_ramps import pdsa_ramps

        return pdsa_ramps(self)

    def progress(self) -> Progress:
        """Draw the six stages, and those that are reached."""
        from qi_tools.improvement.progress import progress

        return progress(self)

    def titled(self, what: str) -> str:
        """Give the title of something of this project, such as its driver diagram."""
        return f"{what}: {self.about.name}" if self.about.name else what

    @property
    def source(self) -> str:
        """Where it comes from, as one sentence or two; empty where nothing is said."""
        place = f"{self.about.place.rstrip('.')}." if self.about.place else ""
        made_up = "A simulated project." if self.about.simulated else ""
        return f"{place} {made_up}".strip()


SECTIONS: Final[Mapping[str, Section]] = {
    each.name: Section(each.name, **each.metadata) for each in dataclasses.fields(Project)
}
"""The sections of a project by their names, in the order of the file."""


def fields_of(record: type) -> dict[str, Field]:
    """Give the fields of a kind of record by their names, without its id."""
    return {
        each.name: each.metadata["kind"]
        for each in dataclasses.fields(record)
        if "kind" in each.metadata
    }
