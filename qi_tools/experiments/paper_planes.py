"""A factory of paper aeroplanes: the same folds, made in batches, one at a time, or on demand.

What it teaches: lead time comes from how much work is in progress, more than from how fast people
work. In batches nothing comes out for a long time, and a wrong fold is found when a pile of planes
has it. Passed on one at a time, the first plane is soon out, but work still piles up before the
slowest step. A limit on the work in progress (pull) stops the pile at hardly any cost. It is for
everyone who does ward rounds, clinics in batches, or a week's letters on a Friday.

In the room: four or five people fold, one step each, the last one flies each plane. Three rounds of
five minutes: batches of five, one at a time, one at a time with a limit. Someone times the first
plane out, counts what lies about at the bell, and marks a few sheets to time them through the line.
Then run the same three here, with the same seed, and compare.

All numbers are made up. Times are whole seconds, so that sums over a run are exact.

Sources: Little (1961) for the law that the mean work in progress is the rate of output times the
mean lead time; Spearman, Woodruff and Hopp (1990) for a limit on the work in a whole line; Hopp and
Spearman (2000) for batches and flow.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_number, check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    import pandas as pd
    from simpy import Event  # codespell:ignore simpy

    from qi_tools.measure import Measure

__all__ = [
    "BATCH",
    "FLOW",
    "PULL",
    "STEPS",
    "Factory",
    "FactoryInvalid",
    "FactoryRun",
    "Plane",
    "Step",
    "WorkInProgress",
    "run_factory",
]


class FactoryInvalid(QIToolsError):
    """A factory that can't be run."""


_check_whole = partial(check_whole, FactoryInvalid)
_check_number = partial(check_number, FactoryInvalid)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work, done by one person.

    Parameters
    ----------
    name : str
        What is done, such as "Fold the nose".
    seconds : float
        How long it takes on average; 1 to 600.

    Raises
    ------
    FactoryInvalid
        If the name is blank or the time is not one of these.
    """

    name: str
    seconds: float

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise FactoryInvalid(
                f'The name of a step is {self.name!r}. Say what is done, such as "Fold the nose".'
            )
        _check_number(f"time of {self.name!r}", self.seconds, 1, 600, unit=" seconds")


STEPS = (
    Step("Fold in half", 8),
    Step("Fold the nose", 12),
    Step("Fold the wings", 15),
    Step("Test flight", 10),
)
"""The work on a plane: 45 seconds in all, and the wings are the slowest step."""


@dataclass(frozen=True, slots=True)
class Factory:
    """A line of people, one a step, who make paper planes.

    `BATCH`, `FLOW` and `PULL` are the three to begin with.

    Parameters
    ----------
    batch : int
        So many planes are passed on together; 1 to 100. With 1 they flow one at a time.
    limit : int or None
        At most so many planes are in the line at once, `batch` or more: the first step waits until
        there is room. None for no limit.
    planes : int
        How many sheets of paper there are; 1 to 500. The line goes on until all are planes.
    bell : int
        Seconds until the bell rings, when the planes are counted; 1 to 36,000.
    varies : float
        Each piece of work takes up to this share less or more than its step's time, all alike; 0 to
        0.9.
    slip : float
        The chance, plane by plane, that the first step begins to fold wrongly; 0 to 1. It goes on
        wrongly until the last step has done the first of these planes and says so.
    steps : tuple of Step
        The work, in order; 2 to 12 steps.

    Raises
    ------
    FactoryInvalid
        If a setting is not one of these.
    """

    batch: int = 1
    limit: int | None = None
    planes: int = 30
    bell: int = 300
    varies: float = 0.3
    slip: float = 0.0
    steps: tuple[Step, ...] = STEPS

    def __post_init__(self) -> None:
        _check_whole("The batch", self.batch, 1, 100)
        _check_whole("The number of planes", self.planes, 1, 500)
        _check_whole("The bell", self.bell, 1, 36_000, " of seconds")
        _check_number("share by which the times vary", self.varies, 0, 0.9)
        _check_number("chance of a slip", self.slip, 0, 1)
        if self.limit is not None:
            _check_whole("The limit on the work in progress", self.limit, 1, 500)
            if self.limit < self.batch:
                raise FactoryInvalid(
                    f"The limit on the work in progress is {self.limit}, and a batch of "
                    f"{self.batch} would never fit. Give a limit of {self.batch} or more, or a "
                    "smaller batch."
                )
        steps = self.steps
        if (
            not isinstance(steps, tuple)
            or not 2 <= len(steps) <= 12
            or not all(isinstance(step, Step) for step in steps)
        ):
            raise FactoryInvalid(
                f"The steps are {steps!r}. Give a tuple of 2 to 12 steps, such as "
                '(Step("Fold", 10), Step("Test flight", 5)).'
            )

    @property
    def way(self) -> str:
        """How the work is passed on, in a few words."""
        passed = "one at a time" if self.batch == 1 else f"in batches of {self.batch}"
        return passed if self.limit is None else f"{passed}, {self.limit} in progress at most"


BATCH = Factory(batch=5)
FLOW = Factory()
PULL = Factory(limit=4)


@dataclass(frozen=True, slots=True)
class Plane:
    """The story of one plane, in whole seconds after the start.

    Parameters
    ----------
    released : int
        When the first step took up its sheet, or the batch with it.
    work : tuple of (int, int)
        When each step began to work on it, and was done.
    out : int
        When it came out of the line, with its batch.
    slip : int
        Which slip of the first step spoilt it, counted from 1; 0 for a good plane.
    """

    released: int
    work: tuple[tuple[int, int], ...]
    out: int
    slip: int

    @property
    def lead_time(self) -> int:
        """Seconds from taking up the sheet to the finished plane."""
        return self.out - self.released

    @property
    def worked(self) -> int:
        """Seconds of work on it; for the rest of its lead time it lay about."""
        return sum(done - began for began, done in self.work)


@dataclass(frozen=True, slots=True)
class WorkInProgress:
    """From a time on, so many planes are in the line.

    Parameters
    ----------
    second : int
        Seconds after the start.
    planes : int
        Planes that were taken up and are not out yet.
    """

    second: int
    planes: int


@dataclass(frozen=True, slots=True)
class FactoryRun:
    """What happened in a factory.

    Parameters
    ----------
    factory : Factory
        How it was set up.
    planes : tuple of Plane
        In the order in which they were made.
    in_progress : tuple of WorkInProgress
        From the start to the end, one for each time at which it changed; at the end the line is
        empty.
    """

    factory: Factory
    planes: tuple[Plane, ...]
    in_progress: tuple[WorkInProgress, ...]

    @property
    def seconds(self) -> int:
        """Until the last plane was out."""
        return self.in_progress[-1].second

    @property
    def first_out(self) -> int:
        """Seconds until the first plane was out."""
        return self.planes[0].out

    @property
    def finished(self) -> int:
        """Planes out by the bell, right or wrong."""
        return sum(plane.out <= self.factory.bell for plane in self.planes)

    @property
    def unfinished(self) -> int:
        """Planes still in the line at the bell."""
        return sum(plane.released <= self.factory.bell < plane.out for plane in self.planes)

    @property
    def mean_lead_time(self) -> float:
        """Seconds."""
        return fmean(plane.lead_time for plane in self.planes)

    @property
    def mean_in_progress(self) -> float:
        """The mean number of planes in the line, over the time of the run."""
        area = sum(
            now.planes * (after.second - now.second) for now, after in pairwise(self.in_progress)
        )
        return area / self.seconds

    @property
    def faulty(self) -> int:
        """Planes that were folded wrongly."""
        return sum(plane.slip > 0 for plane in self.planes)

    @property
    def spoilt(self) -> tuple[int, ...]:
        """Planes that each slip spoilt until it was found, slip by slip."""
        slips = [plane.slip for plane in self.planes]
        return tuple(slips.count(slip) for slip in range(1, max(slips) + 1))

    @property
    def table(self) -> pd.DataFrame:
        """One row a plane, in the order in which they were made; all times in seconds."""
        import pandas as pd

        return pd.DataFrame(
            {
                "date": pd.to_datetime(made_up_dates(len(self.planes))),
                "lead time": [plane.lead_time for plane in self.planes],
                "worked on": [plane.worked for plane in self.planes],
                "started": [plane.released for plane in self.planes],
                "out": [plane.out for plane in self.planes],
                "faulty": [int(plane.slip > 0) for plane in self.planes],
            }
        )

    def measure(self) -> Measure:
        """Make a measure of the lead times, one point a plane, in the order they were made.

        Returns
        -------
        Measure
        """
        from qi_tools.measure import Measure

        return Measure.from_columns(
            [plane.lead_time for plane in self.planes],
            name="Lead time",
            unit="seconds",
            source="Simulated factory of paper planes",
            better="lower",
            simulated=True,
        )

    def describe(self) -> str:
        """Say in a few sentences what happened."""
        sentences = [
            f"Simulated factory, {counted(len(self.planes), 'paper plane')} made "
            f"{self.factory.way}.",
            f"The first was out after {self.first_out:,} seconds. At the bell, at "
            f"{self.factory.bell:,} seconds, {self.finished} were finished and {self.unfinished} "
            "in progress.",
            f"A plane took {number_in_words(self.mean_lead_time)} seconds on average, of which "
            f"{number_in_words(fmean(plane.worked for plane in self.planes))} were work.",
            f"On average {number_in_words(self.mean_in_progress)} planes were in progress, and "
            f"{max(step.planes for step in self.in_progress)} at most.",
        ]
        if self.faulty:
            sentences.append(
                f"{counted(self.faulty, 'plane')} had a wrong fold: "
                f"{counted(len(self.spoilt), 'slip')}, with {number_in_words(fmean(self.spoilt))} "
                "planes spoilt by each on average."
            )
        return " ".join(sentences)


def run_factory(factory: Factory, random: Random) -> FactoryRun:
    """Make all the planes.

    Parameters
    ----------
    factory : Factory
        How it is set up.
    random : random.Random
        Where chance comes from. With the same seed each step needs the same time for each plane,
        however the planes are passed on.

    Returns
    -------
    FactoryRun

    Examples
    --------
    >>> for factory in (BATCH, FLOW, PULL):
    ...     run = run_factory(factory, Random(1))
    ...     print(run.first_out, run.finished, run.unfinished, round(run.mean_lead_time))
    229 10 20 326
    47 17 13 166
    47 17 4 63
    """
    from simpy import Container, Environment, Store  # codespell:ignore simpy

    environment = Environment()
    needed = [[_seconds(step, factory, random) for step in factory.steps] for _ in _each(factory)]
    slips = [random.random() < factory.slip for _ in _each(factory)]
    last = len(factory.steps) - 1
    piles = [Store(environment) for _ in factory.steps]
    line = Container(environment, capacity=factory.limit or factory.planes)
    released, out = [0] * factory.planes, [0] * factory.planes
    times: list[list[tuple[int, int]]] = [[] for _ in _each(factory)]
    spoilt_by = [0] * factory.planes
    slipped, found = 0, 0  # a slip goes on until it is found
    in_progress = {0: 0}

    def now() -> int:
        return int(environment.now)

    def paper() -> Generator[Event, object, None]:
        for first in range(0, factory.planes, factory.batch):
            planes = range(first, min(first + factory.batch, factory.planes))
            yield line.put(len(planes))
            in_progress[now()] = int(line.level)
            for plane in planes:
                released[plane] = now()
            yield from work_on(0, planes)

    def work_on(step: int, planes: range) -> Generator[Event, object, None]:
        nonlocal slipped, found
        for plane in planes:
            began = now()
            if step == 0:
                if slips[plane] and found == slipped:
                    slipped += 1
                spoilt_by[plane] = slipped if found < slipped else 0
            yield environment.timeout(needed[plane][step])
            times[plane].append((began, now()))
            if step == last:
                found = max(found, spoilt_by[plane])
        if step < last:
            piles[step + 1].put(planes)
            return
        for plane in planes:
            out[plane] = now()
        line.get(len(planes))
        in_progress[now()] = int(line.level)

    def person(step: int) -> Generator[Event, range, None]:
        while True:
            planes = yield piles[step].get()
            yield from work_on(step, planes)

    environment.process(paper())
    for step in range(1, len(factory.steps)):
        environment.process(person(step))
    environment.run()
    return FactoryRun(
        factory,
        tuple(
            Plane(released[plane], tuple(times[plane]), out[plane], spoilt_by[plane])
            for plane in _each(factory)
        ),
        _changes(in_progress),
    )


def _changes(in_progress: dict[int, int]) -> tuple[WorkInProgress, ...]:
    """Keep the start and each time at which the number changes; the last change is to none."""
    steps = [WorkInProgress(second, planes) for second, planes in in_progress.items()]
    return (steps[0], *(now for was, now in pairwise(steps) if now.planes != was.planes))


def _each(factory: Factory) -> range:
    return range(factory.planes)


def _seconds(step: Step, factory: Factory, random: Random) -> int:
    share = 1 + factory.varies * (2 * random.random() - 1)
    return max(1, round(step.seconds * share))
