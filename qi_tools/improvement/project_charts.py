"""A project's measures as charts, with its tests, its changes and its target marked on them.

Only marks: whether the lines should begin anew after a change is for people to decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from qi_tools.errors import QIToolsError
from qi_tools.improvement.ramps import cycle_numbers
from qi_tools.words import counted, joined, listed

if TYPE_CHECKING:
    from qi_tools.improvement.cycles import Cycle
    from qi_tools.improvement.lasting import MadeChange
    from qi_tools.improvement.measures import PlannedMeasure
    from qi_tools.improvement.project import Project
    from qi_tools.measure import Better, Measure
    from qi_tools.spc.charts import Chart

__all__ = ["ReadingsInvalid", "chart_of", "measure_of"]

LONGEST_NAME: Final = 40
"""Characters of a test's or a change's name that have room on a chart."""
NAMED, NUMBERED = 2, 6
"""With more tests and changes at one point there is no room for their names, or their numbers."""
ROWS: Final = (
    'Write a line for each date, such as "2026-03-31, 12", or "2026-03-31, 12, 96" for 12 of 96.'
)


class ReadingsInvalid(QIToolsError):
    """The readings of a measure can't be charted."""


def measure_of(project: Project, id: str) -> Measure:
    r"""Make a measure of the readings that a project holds.

    Two columns are a date and a value. Three are a date, a count and what it is counted among: a
    share, in per cent unless the unit says otherwise. With a unit such as "falls per 1,000 bed
    days" they are a rate.

    Parameters
    ----------
    project : Project
    id : str
        The id of the planned measure.

    Returns
    -------
    Measure
        It is marked as simulated when the project is.

    Raises
    ------
    ReadingsInvalid
        If there is no such measure, it has no readings, or they can't be read.

    Examples
    --------
    >>> from qi_tools.improvement.project_reading import read_project
    >>> rows = "2026-01-05, 12, 96\n2026-01-12, 9, 90"
    >>> project = read_project(
    ...     {"measures": [{"id": "missed", "name": "Missed visits", "readings": rows}]}
    ... )
    >>> measure = measure_of(project, "missed")
    >>> measure.name, measure.values.tolist(), measure.unit
    ('Missed visits', [12.5, 10.0], '%')
    """
    planned = _planned(project, id)
    name = planned.name or planned.id
    if not planned.readings.strip():
        raise ReadingsInvalid(f'"{name}" has no readings yet. {ROWS}')
    if len(planned.readings.strip().splitlines()) == 1:
        raise ReadingsInvalid(f'"{name}" has one line of readings. A chart begins with two. {ROWS}')
    try:
        return _read(planned, name, simulated=project.about.simulated == "yes")
    except QIToolsError as refused:
        raise ReadingsInvalid(
            f'The readings of "{name}" can\'t be read. {refused}\n{ROWS}'
        ) from refused


def chart_of(project: Project, id: str) -> Chart:
    """Chart a measure of a project, with what the team did marked at the points.

    It is the chart that `qi_tools.suggest_chart` suggests: with fewer than 12 points a run chart.
    Marked, each at the first point on or after its day (where points stand for months, in its
    month), are the PDSA cycles that watch the measure and the changes made for good. Those before
    the first point and after the last are left out. The project's first outcome measure has the
    target of the aim, if both are in the same unit.

    Parameters
    ----------
    project : Project
    id : str
        The id of the planned measure.

    Returns
    -------
    Chart

    Raises
    ------
    ReadingsInvalid
        If there is no such measure, it has no readings, or they can't be read.
    """
    from qi_tools.spc.charts import control_chart
    from qi_tools.spc.suggestions import suggest_chart

    measure = _marked(project, id, measure_of(project, id))
    outcomes = [each.id for each in project.measures if each.kind == "outcome"]
    aim = project.aim
    if aim.target is not None and [id] == outcomes[:1] and _alike(aim.unit, measure.unit):
        measure = measure.aim(aim.target)
    suggested = suggest_chart(measure)
    return control_chart(measure, suggested.kind if suggested.ready else "run")


def _planned(project: Project, id: str) -> PlannedMeasure:
    for planned in project.measures:
        if planned.id == id:
            return planned
    ids = [planned.id for planned in project.measures]
    there = f"The ids are {listed(ids)}." if ids else "There are none yet."
    raise ReadingsInvalid(f'The project has no measure "{id}". {there}')


def _read(planned: PlannedMeasure, name: str, *, simulated: bool) -> Measure:
    from qi_tools.reading.pasted import read_pasted

    table = read_pasted(planned.readings)
    if len(table.headings) not in {2, 3}:
        raise ReadingsInvalid(f"There are {len(table.headings)} columns, and there is room for 3.")
    day, count, among = table.headings if len(table.headings) == 3 else (None, None, None)
    rate = re.search(r"\bper ([\d,]*\d)\b", planned.unit) if among else None
    return table.measure(
        count,
        day,
        denominator=among,
        data="rates" if rate else "proportions" if among else "measurements",
        per=float(rate[1].replace(",", "")) if rate else None,
        name=name,
        unit=planned.unit or None,
        source=planned.source,
        better=cast("Better", planned.better or "neither"),
        simulated=simulated,
    )


def _alike(unit: str, other: str) -> bool:
    return unit.casefold() == other.casefold()


def _marked(project: Project, id: str, measure: Measure) -> Measure:
    """Write the tests and the changes beside the points where they began."""
    tests: dict[int, list[tuple[str, Cycle]]] = defaultdict(list)
    changes: dict[int, list[MadeChange]] = defaultdict(list)
    days = [] if measure.dates is None else measure.dates.tolist()
    numbers = cycle_numbers(project)
    for cycle in project.cycles:
        if id in cycle.measures:
            for point in _points(days, cycle.began or cycle.ended, monthly=measure.monthly):
                tests[point].append((numbers[cycle.id], cycle))
    for change in project.adopted:
        if not change.measures or id in change.measures:
            for point in _points(days, change.since, monthly=measure.monthly):
                changes[point].append(change)
    for point in sorted({*tests, *changes}):
        measure = measure.annotate(days[point], _words(tests[point], changes[point]))
    return measure


def _points(days: Sequence[date], day: date | None, *, monthly: bool) -> Iterable[int]:
    """Give the point at which a day is marked, if there is one."""
    if day is None or not days:
        return ()
    if monthly:
        day = day.replace(day=1)
    if not days[0] <= day <= days[-1]:
        return ()
    return (bisect_left(days, day),)


def _words(tests: Sequence[tuple[str, Cycle]], changes: Sequence[MadeChange]) -> str:
    """Say what began at one point, as shortly as there is room for."""
    if len(tests) + len(changes) <= NAMED:
        named = [_named(f"PDSA {number}", cycle.name) for number, cycle in tests]
        named += [_named("Change", change.what) for change in changes]
        return "; ".join(named)
    said = []
    if len(tests) > NUMBERED:
        said.append(f"{len(tests)} PDSA cycles")
    elif tests:
        said.append(f"PDSA {joined([number for number, _ in tests])}")
    if changes:
        said.append(counted(len(changes), "change"))
    return "; ".join(said)


def _named(what: str, name: str) -> str:
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return f"{what}: {name}" if name else what
