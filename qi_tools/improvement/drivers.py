"""The driver diagram: the team's theory of what leads to the aim, and what it will try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qi_tools.improvement.fields import Line, Ref, Refs, asked
from qi_tools.improvement.outline import Item, branches
from qi_tools.improvement.trees import Tree
from qi_tools.words import counted, joined

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["LEVELS", "Driver", "driver_diagram"]

#: What a driver is called, by how deep it stands.
LEVELS = ("Primary driver", "Secondary driver", "Change idea")


@dataclass(frozen=True, slots=True)
class Driver:
    """A primary driver, a secondary one below it, or a change idea below that.

    Parameters
    ----------
    id : str
    words : str
    under : str
        The driver that it serves; blank for a primary driver, which serves the aim.
    measures : tuple of str
        The measures that show whether it moves.
    """

    id: str
    words: str = asked(Line("Driver or change idea", most=120))
    under: str = asked(
        Ref(
            "It serves",
            "Blank: a primary driver. Under a primary driver: a secondary one. Under that: a "
            "change idea.",
            to="drivers",
            levels=3,
        )
    )
    measures: tuple[str, ...] = asked(Refs("Which measures show whether it moves?", to="measures"))


def driver_diagram(project: Project) -> Tree:
    """Draw the driver diagram of a project: from its aim to its change ideas.

    Each driver names its measures, and each change idea how often it was tested.

    Parameters
    ----------
    project : Project

    Returns
    -------
    Tree

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project({"drivers": [{"id": "a", "words": "Letters are clear"}]})
    >>> print(driver_diagram(project).outline)
    - The aim is not written yet.
      - Letters are clear
    """
    return Tree(
        project.titled("Driver diagram"),
        project.aim.sentence or "The aim is not written yet.",
        ("Aim", *(f"{level}s" for level in LEVELS)),
        branches(
            project.drivers,
            lambda driver: driver.under,
            lambda driver: Item(
                driver.words, (*_measured(project, driver), *_tested(project, driver))
            ),
        ),
        project.source,
    )


def _measured(project: Project, driver: Driver) -> tuple[str, ...]:
    names = [each.name for each in project.measures if each.id in driver.measures and each.name]
    return (f"Measured by: {joined(names)}",) if names else ()


def _tested(project: Project, driver: Driver) -> tuple[str, ...]:
    """Say how often an idea was tested, and what was decided last."""
    tests = [cycle for cycle in project.cycles if cycle.idea == driver.id]
    if not tests:
        return ()
    decided = [cycle.act for cycle in tests if cycle.act]
    last = f", last: {decided[-1]}" if decided else ""
    return (f"{counted(len(tests), 'test')}{last}",)
