"""Ramps of PDSA cycles: a first test with all that builds on it, and what the tests are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qi_tools.improvement.cycles import SCALES, Cycle

if TYPE_CHECKING:
    from qi_tools.improvement.project import Project

__all__ = ["Ramp", "cycle_numbers", "ramps"]

LARGEST_FIRST: Final = "3"
"""How many a ramp may begin with (our choice)."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """A first test with all that builds on it.

    Parameters
    ----------
    cycles : tuple of Cycle
        The first one, then what builds on it, a branch after the other.
    idea : str
        The id of the change idea that it tests: the first that one of its cycles names.
    """

    cycles: tuple[Cycle, ...]
    idea: str

    @property
    def small_steps(self) -> tuple[bool, ...]:
        """For each test, whether it is no more than a step larger than what it builds on.

        A first test is with one or about three, a later one at most one step (1, 3, 5, all) beyond
        the largest before it. A test that does not say how large it is, is not.
        """
        order = [*SCALES]
        reached: dict[str, int] = {"": order.index(LARGEST_FIRST) - 1}
        steps = []
        for cycle in self.cycles:
            before = reached[cycle.after]
            size = order.index(cycle.scale) if cycle.scale else before
            steps.append(bool(cycle.scale) and size <= before + 1)
            reached[cycle.id] = max(before, size)
        return tuple(steps)


def ramps(project: Project) -> tuple[Ramp, ...]:
    """Find the ramps of a project: chains of tests that build on one another, which may branch.

    Parameters
    ----------
    project : Project

    Returns
    -------
    tuple of Ramp
        In the order of their first tests in the file; a test that nothing builds on is one too.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> project = read_project({"cycles": [{"id": "b", "after": "a"}, {"id": "a"}, {"id": "c"}]})
    >>> [[cycle.id for cycle in ramp.cycles] for ramp in ramps(project)]
    [['a', 'b'], ['c']]
    """
    then: dict[str, list[Cycle]] = {}
    for cycle in project.cycles:
        then.setdefault(cycle.after, []).append(cycle)
    return tuple(_ramp(first, then) for first in then.get("", ()))


def cycle_numbers(project: Project) -> dict[str, str]:
    """Give the number of each test, by which diagrams, charts and reports call it.

    Parameters
    ----------
    project : Project

    Returns
    -------
    dict of str to str
        By the ids of the tests, ramp after ramp: "2.3" is the third of the second ramp.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> cycle_numbers(read_project({"cycles": [{"id": "b", "after": "a"}, {"id": "a"}]}))
    {'a': '1.1', 'b': '1.2'}
    """
    return {
        cycle.id: f"{number}.{place}"
        for number, ramp in enumerate(ramps(project), 1)
        for place, cycle in enumerate(ramp.cycles, 1)
    }


def _ramp(first: Cycle, then: Mapping[str, Sequence[Cycle]]) -> Ramp:
    found: list[Cycle] = []
    ahead = [first]
    while ahead:
        cycle = ahead.pop()
        found.append(cycle)
        ahead += reversed(then.get(cycle.id, ()))
    return Ramp(tuple(found), next((cycle.idea for cycle in found if cycle.idea), ""))
