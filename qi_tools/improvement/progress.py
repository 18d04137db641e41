"""The path of a project: which of its six stages it has reached, and which comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, Self, TypeAlias

from qi_tools.alternatives import LONGEST, shortened
from qi_tools.improvement.diagram import Diagram
from qi_tools.improvement.outline import Item
from qi_tools.improvement.stages import MEANINGS, STAGES, Reached
from qi_tools.words import day_in_words, joined

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["Progress", "StageOnPath", "State", "progress"]

State: TypeAlias = Literal["Reached", "Next", "Not yet"]


@dataclass(frozen=True, slots=True)
class StageOnPath:
    """One stage of the path.

    Parameters
    ----------
    number : int
        Its place, from 1.
    name, meaning : str
    state : {"Reached", "Next", "Not yet"}
    on : datetime.date or None
        The day on which it was reached.
    agreed_by, note : str
    """

    number: int
    name: str
    meaning: str
    state: State
    on: date | None = None
    agreed_by: str = ""
    note: str = ""

    @property
    def standing(self) -> tuple[str, ...]:
        """Whether and when it was reached, who agreed, and what shows it: a few short phrases."""
        when = f"{self.state} on {day_in_words(self.on)}" if self.on else self.state
        agreed = f"Agreed by: {self.agreed_by}" if self.agreed_by else ""
        return tuple(filter(None, (when, agreed, self.note)))


@dataclass(frozen=True, slots=True)
class Progress(Diagram):
    """The six stages as a path.

    Parameters
    ----------
    title : str
    stages : tuple of StageOnPath
        In order.
    source : str
        Where it comes from, as a sentence.
    """

    title: str
    stages: tuple[StageOnPath, ...]
    source: str

    drawn_by: ClassVar[str] = "diagrams.progress"

    @property
    def items(self) -> tuple[Item, ...]:
        """All that it says, as an outline."""
        return tuple(Item(stage.name, (*stage.standing, stage.meaning)) for stage in self.stages)

    @property
    def pieces(self) -> int:
        """How many stages there are."""
        return len(self.stages)

    @property
    def joints(self) -> frozenset[int]:
        """Any stage may begin a page."""
        return frozenset(range(1, self.pieces))

    def part(self, first: int, last: int) -> Self:
        """Give the path with only some of its stages."""
        return replace(self, stages=self.stages[first:last])

    def describe(self) -> str:
        """Describe the path: the stages that are reached, and the next one."""
        reached = [stage for stage in self.stages if stage.state == "Reached"]
        coming = [stage.name for stage in self.stages if stage.state == "Next"]
        names = [
            f"{stage.name} ({day_in_words(stage.on)})" if stage.on else stage.name
            for stage in reached
        ]
        done = f"{len(reached)} of {len(self.stages)} stages reached"
        said = (self.title, f"{done}: {joined(names)}" if names else done)
        more = [f"Next: {joined(coming)}"] if coming else []
        return shortened(" ".join(f"{each}." for each in (*said, *more)), LONGEST)


def progress(project: Project) -> Progress:
    """Draw how far a project has come, by what its team and sponsor agreed.

    A stage that was agreed more than once counts as it was agreed last. The first stage not yet
    reached is the next one, also where a later one was claimed before it.

    Parameters
    ----------
    project : Project

    Returns
    -------
    Progress

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> path = progress(
    ...     read_project({"reached": [{"id": "a", "stage": "chosen", "on": date(2025, 1, 13)}]})
    ... )
    >>> path.describe()
    'Progress. 1 of 6 stages reached: Chosen (13 January 2025). Next: Team and aim.'
    """
    agreed = {record.stage: record for record in sorted(project.reached, key=_day)}
    coming = next((key for key in STAGES if key not in agreed), "")
    return Progress(
        project.titled("Progress"),
        tuple(
            _on_path(number, key, agreed.get(key), "Next" if key == coming else "Not yet")
            for number, key in enumerate(STAGES, 1)
        ),
        project.source,
    )


def _on_path(number: int, key: str, record: Reached | None, otherwise: State) -> StageOnPath:
    stage = StageOnPath(number, STAGES[key], MEANINGS[key], otherwise)
    if record is None:
        return stage
    return replace(
        stage, state="Reached", on=record.on, agreed_by=record.agreed_by, note=record.note
    )


def _day(record: Reached) -> date:
    return record.on or date.min
