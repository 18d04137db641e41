"""The process map: what is done now, step by step, by whom, and where it waits or turns back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from typing import Final

from qi_tools.improvement.fields import Day, Line, Number, OneOf, Ref, asked
from qi_tools.words import number_in_words

__all__ = [
    "KINDS",
    "WORTHS",
    "Arrow",
    "Process",
    "Step",
    "Way",
    "find_columns",
    "find_reached",
    "find_ways",
    "time_in_words",
]

#: What a step can be, by the word in the file.
KINDS: Final = {
    "start": "Start",
    "task": "Task",
    "wait": "Wait",
    "decision": "Decision",
    "end": "End",
}
#: What a step is worth to the person whom the process serves.
WORTHS: Final = {
    "value": "Adds value for them",
    "needed": "Needed, but adds none",
    "waste": "Neither: could go",
}
STACKED = 3  # so many steps of one lane stand in one column at the most


@dataclass(frozen=True, slots=True)
class Process:
    """Which process the map shows.

    Parameters
    ----------
    name : str
    walked : datetime.date or None
        When the team walked it, to see what is done and not what should be.
    """

    name: str = asked(Line("Which process?", "From where to where, such as: referral to visit."))
    walked: date | None = asked(
        Day("When did you walk it?", "Go and see. What is done often differs from what is written.")
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It leads to the next one in the list, unless arrows lead from it or it is an end.

    Parameters
    ----------
    id : str
    words : str
    kind : str
        A key of `KINDS`; blank is a task.
    lane : str
        Who does it.
    minutes : float or None
        How long it usually takes.
    worth : str
        A key of `WORTHS`; blank where not judged.
    """

    id: str
    words: str = asked(Line("What is done?", "A verb and a thing: check the list.", most=80))
    kind: str = asked(OneOf("Kind of step", "Blank is a task.", options=KINDS))
    lane: str = asked(Line("Who does it?", "A role, such as: receptionist.", most=40))
    minutes: float | None = asked(Number("Usual minutes", low=0))
    worth: str = asked(OneOf("What is it worth to the person served?", options=WORTHS))


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one step to another, where it is not simply the next in the list.

    Parameters
    ----------
    id : str
    step, to : str
        The steps that it leads from and to.
    label : str
        When it is taken, such as "No".
    """

    id: str
    step: str = asked(Ref("From", to="steps"))
    to: str = asked(Ref("To", to="steps"))
    label: str = asked(Line("When?", "Such as: Yes, or: no reply.", most=40))


@dataclass(frozen=True, slots=True)
class Way:
    """A way that is taken from one step to another.

    Parameters
    ----------
    start, to : int
        The places of the two steps in the list, counted from 1.
    label : str
        When it is taken; blank where there is no choice.
    back : bool
        True where it closes a loop: it leads to a step that was passed before.
    hand_off : bool
        True where it leads to another lane: someone else takes over.
    """

    start: int
    to: int
    label: str = ""
    back: bool = False
    hand_off: bool = False

    @property
    def words(self) -> str:
        """When it is taken and where it leads.

        Examples
        --------
        >>> Way(4, 5, "Yes").words, Way(4, 2, back=True).words
        ('Yes: to 5', 'back to 2')
        """
        where = f"back to {self.to}" if self.back else f"to {self.to}"
        return f"{self.label}: {where}" if self.label else where


def find_ways(steps: Sequence[Step], arrows: Iterable[Arrow]) -> tuple[Way, ...]:
    """Find the ways between steps: along the list, but for arrows and ends.

    A way leads back if, going depth first from the start and then from each step not reached, it
    comes to a step from which it came. So every loop has one.

    Parameters
    ----------
    steps : sequence of Step
    arrows : iterable of Arrow
        Those that lack one end are left out.

    Returns
    -------
    tuple of Way
        In the order of the steps that they lead from.

    Examples
    --------
    >>> steps = [Step("a", lane="Clerk"), Step("b", lane="Nurse"), Step("c", lane="Nurse")]
    >>> for way in find_ways(steps, [Arrow("1", "b", "a", "No"), Arrow("2", "b", "c", "Yes")]):
    ...     print(way.start, way.words, way.hand_off)
    1 to 2 True
    2 No: back to 1 True
    2 Yes: to 3 False
    """
    places = {step.id: place for place, step in enumerate(steps, 1)}
    leading: dict[int, dict[Way, None]] = {}
    for arrow in arrows:
        if arrow.step and arrow.to:
            way = Way(places[arrow.step], places[arrow.to], arrow.label)
            leading.setdefault(way.start, {})[way] = None
    for place, step in enumerate(steps[:-1], 1):
        if place not in leading and step.kind != "end":
            leading[place] = {Way(place, place + 1): None}
    found = [way for place in sorted(leading) for way in leading[place]]
    back = _find_back(_find_starts(steps), len(steps), _targets(found))
    return tuple(
        replace(
            way,
            back=(way.start, way.to) in back,
            hand_off=_changes_hands(steps[way.start - 1].lane, steps[way.to - 1].lane),
        )
        for way in found
    )


def find_reached(steps: Sequence[Step], ways: Iterable[Way]) -> frozenset[int]:
    """Find the places of the steps to which some way leads from a start, the starts among them.

    Where no step is marked as the start, it is the first.

    Examples
    --------
    >>> sorted(find_reached([Step("a", kind="end"), Step("b")], []))
    [1]
    """
    targets = _targets(ways)
    reached: set[int] = set()
    waiting = [*_find_starts(steps)]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting += targets.get(place, ())
    return frozenset(reached)


def find_columns(steps: Sequence[Step], ways: Iterable[Way]) -> tuple[int, ...]:
    """Set the steps in columns along the flow, so that every way but those back leads to the right.

    A step stands as far left as the ways to it allow; only where three of its lane stand there
    already, further right. One to which no way leads stands right of the one before it in the list.

    Parameters
    ----------
    steps : sequence of Step
    ways : iterable of Way

    Returns
    -------
    tuple of int
        The column of each step, counted from 0; none between them is empty.

    Examples
    --------
    >>> steps = [Step("a"), Step("b"), Step("c"), Step("d")]
    >>> find_columns(steps, [Way(1, 2), Way(1, 3), Way(2, 4), Way(3, 4)])
    (0, 1, 1, 2)
    """
    before: dict[int, set[int]] = {place: set() for place in range(1, len(steps) + 1)}
    after: dict[int, set[int]] = {place: set() for place in before}
    for way in ways:
        if not way.back:
            before[way.to].add(way.start)
            after[way.start].add(way.to)
    ready = [place for place in before if not before[place]]
    columns: dict[int, int] = {}
    taken: Counter[tuple[int, str]] = Counter()
    while ready:
        place = heappop(ready)
        step = steps[place - 1]
        if before[place]:
            column = 1 + max(columns[each] for each in before[place])
        else:
            column = 0 if step.kind == "start" else 1 + columns.get(place - 1, -1)
        while taken[column, step.lane.casefold()] == STACKED:
            column += 1
        taken[column, step.lane.casefold()] += 1
        columns[place] = column
        for each in after[place]:
            if before[each] <= columns.keys():
                heappush(ready, each)
    return tuple(columns[place] for place in before)


def time_in_words(minutes: float) -> str:
    """Write minutes as a reader says them: long times in hours or in days of 24 hours.

    Examples
    --------
    >>> [time_in_words(minutes) for minutes in (1, 90, 450, 20160)]
    ['1 minute', '90 minutes', '7.5 hours', '14 days']
    """
    units = ((2880, 1440, "day"), (180, 60, "hour"), (0, 1, "minute"))
    size, unit = next((size, unit) for least, size, unit in units if minutes >= least)
    number = number_in_words(minutes / size)
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def _find_starts(steps: Sequence[Step]) -> tuple[int, ...]:
    marked = tuple(place for place, step in enumerate(steps, 1) if step.kind == "start")
    return marked or ((1,) if steps else ())


def _targets(ways: Iterable[Way]) -> dict[int, list[int]]:
    targets: dict[int, list[int]] = {}
    for way in ways:
        targets.setdefault(way.start, []).append(way.to)
    return targets


def _find_back(
    starts: Iterable[int], count: int, targets: Mapping[int, list[int]]
) -> set[tuple[int, int]]:
    """Go depth first; targets early in the list first, so that it is late ones that lead back."""
    back: set[tuple[int, int]] = set()
    seen: set[int] = set()
    for root in (*starts, *range(1, count + 1)):
        if root in seen:
            continue
        seen.add(root)
        trail = {root: iter(sorted(targets.get(root, ())))}  # in the order in which it was walked
        while trail:
            place = next(reversed(trail))
            to = next(trail[place], None)
            if to is None:
                del trail[place]
            elif to in trail:
                back.add((place, to))
            elif to not in seen:
                seen.add(to)
                trail[to] = iter(sorted(targets.get(to, ())))
    return back


def _changes_hands(one: str, other: str) -> bool:
    """Say whether two lanes are two; of a blank one nobody knows."""
    return bool(one and other) and one.casefold() != other.casefold()
