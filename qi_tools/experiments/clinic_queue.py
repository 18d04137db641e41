"""Why patients wait in a clinic that has enough staff.

What it teaches: a queue comes from variation as much as from work. In the clinic to begin with,
patients who walk in wait some 8 minutes on average when the work fills 60% of the time, and some 23
when it fills 95%. With appointments it is half a minute and 7; if all visits last as long, nobody
waits. Clinicians kept for urgent patients make two queues out of one. It is for anyone who plans
clinics.

In the room: let each table guess the mean wait of one setting, then run it; change one thing and
run again. The same seed brings the same patients, so what differs is the change.

All numbers are made up. Times are whole seconds, so that sums over a run are exact.

Sources: Erlang (1917) for queues and their formulas; Little (1961) for the law that the mean number
waiting is the rate of arrival times the mean wait.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from random import Random
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_number, check_whole
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    import pandas as pd
    from simpy import Event, Store  # codespell:ignore simpy

    from qi_tools.measure import Better, Measure

__all__ = [
    "FIRST_MONDAY",
    "MOST_PATIENTS",
    "Arrivals",
    "Clinic",
    "ClinicDay",
    "ClinicInvalid",
    "ClinicRun",
    "Constant",
    "Exponential",
    "Lognormal",
    "Patient",
    "QueueLength",
    "VisitTime",
    "run_clinic",
    "weekly_measure",
]

FIRST_MONDAY = date(2025, 1, 6)
"""The made-up weeks begin here."""
MOST_PATIENTS = 20_000
"""More than this, on average, in one run would keep a reader waiting."""

Arrivals: TypeAlias = Literal["random", "appointments"]

COLUMNS: dict[str, tuple[str, Better]] = {
    "patients": ("patients", "neither"),
    "mean wait": ("minutes", "lower"),
    "longest wait": ("minutes", "lower"),
    "longest queue": ("patients", "lower"),
    "utilisation": ("%", "neither"),
}
"""The unit of each column of the table, and which way is better."""


class ClinicInvalid(QIToolsError):
    """A clinic or a waiting list that can't be run."""


_check_whole = partial(check_whole, ClinicInvalid)
_check_number = partial(check_number, ClinicInvalid)


@dataclass(frozen=True, slots=True)
class Constant:
    """Every visit takes the same time.

    Parameters
    ----------
    mean : float
        Minutes; above 0, at most 600.
    """

    mean: float

    def __post_init__(self) -> None:
        _check_number("mean of a visit", self.mean, 0, 600, above=True, unit=" minutes")

    def minutes(self, chance: float) -> float:
        """Give the length of a visit, whatever `chance` is."""
        return self.mean


@dataclass(frozen=True, slots=True)
class Exponential:
    """Many short visits and a few very long ones, as the classic formulas have it (Erlang 1917).

    Parameters
    ----------
    mean : float
        Minutes; above 0, at most 600. The standard deviation is the same.
    """

    mean: float

    def __post_init__(self) -> None:
        _check_number("mean of a visit", self.mean, 0, 600, above=True, unit=" minutes")

    def minutes(self, chance: float) -> float:
        """Give the length that a share `chance`, from 0 to below 1, of all visits stay below."""
        return -self.mean * math.log1p(-chance)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Visits about a middle, with a tail of long ones: how consultations mostly look.

    Parameters
    ----------
    mean : float
        Minutes; above 0, at most 600.
    variation : float
        The coefficient of variation: the standard deviation over the mean; above 0, at most 3.
    """

    mean: float
    variation: float

    def __post_init__(self) -> None:
        _check_number("mean of a visit", self.mean, 0, 600, above=True, unit=" minutes")
        _check_number("variation of a visit", self.variation, 0, 3, above=True)

    def minutes(self, chance: float) -> float:
        """Give the length that a share `chance`, from 0 to below 1, of all visits stay below."""
        # The logarithm has the variance log(1 + variation²), and the mean that gives `mean`.
        variance = math.log1p(self.variation**2)
        middle = math.log(self.mean) - variance / 2
        return math.exp(middle + math.sqrt(variance) * NormalDist().inv_cdf(max(chance, 2.0**-54)))


VisitTime: TypeAlias = Constant | Exponential | Lognormal


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic that opens empty each day and closes when the last patient has left.

    Parameters
    ----------
    arrivals : {"random", "appointments"}
        Patients walk in at random, or come on the minute, evenly spaced from the opening on.
    patients_an_hour : float
        The rate of arrival while the doors are open; above 0, at most 600.
    clinicians : int
        1 to 50.
    visit : Constant, Exponential or Lognormal
        How long a patient is seen.
    hours : float
        How long the doors are open; above 0, at most 168 for a place that never closes.
    days : int
        Clinic days a week, 1 to 7.
    weeks : int
        1 to 520.
    urgent_share : float
        The share of patients who are urgent, 0 to 1. They wait their turn like all others.
    urgent_clinicians : int
        So many of the clinicians see only urgent patients, and the rest only the others. With 0
        there is one queue for all.

    Raises
    ------
    ClinicInvalid
        If a setting is not one of these, or the run would have more than `MOST_PATIENTS` patients.

    Examples
    --------
    >>> Clinic(clinicians=2, visit=Constant(15)).load
    0.625
    """

    arrivals: Arrivals = "random"
    patients_an_hour: float = 5.0
    clinicians: int = 1
    visit: VisitTime = Lognormal(10.0, 0.5)
    hours: float = 4.0
    days: int = 5
    weeks: int = 1
    urgent_share: float = 0.0
    urgent_clinicians: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.arrivals, str) or self.arrivals not in get_args(Arrivals):
            raise ClinicInvalid(
                f'The arrivals are {self.arrivals!r}. Use "random" or "appointments".'
            )
        if not isinstance(self.visit, Constant | Exponential | Lognormal):
            raise ClinicInvalid(
                f"The visit is {self.visit!r}. Use Constant(10), Exponential(10) or "
                "Lognormal(10, 0.5), with your own minutes."
            )
        _check_number("number of patients an hour", self.patients_an_hour, 0, 600, above=True)
        _check_whole("The number of clinicians", self.clinicians, 1, 50)
        _check_number("opening time", self.hours, 0, 168, above=True, unit=" hours")
        _check_whole("The number of days a week", self.days, 1, 7)
        _check_whole("The number of weeks", self.weeks, 1, 520)
        _check_number("share of urgent patients", self.urgent_share, 0, 1)
        _check_whole("The number of clinicians for urgent patients", self.urgent_clinicians, 0, 50)
        if self.urgent_clinicians:
            if self.urgent_share == 0:
                raise ClinicInvalid(
                    "There are clinicians for urgent patients, but no patient is urgent. Give "
                    "urgent_share, such as 0.2."
                )
            if self.urgent_clinicians >= self.clinicians and self.urgent_share < 1:
                raise ClinicInvalid(
                    f"The clinicians for urgent patients are {self.urgent_clinicians} of "
                    f"{self.clinicians}, so nobody sees the others. Keep at least one for them."
                )
        expected = self.patients_an_hour * self.hours * self.days * self.weeks
        if expected > MOST_PATIENTS:
            raise ClinicInvalid(
                f"The run would have some {expected:,.0f} patients, and {MOST_PATIENTS:,} is the "
                "most. Take fewer weeks, days, hours or patients an hour."
            )

    @property
    def load(self) -> float:
        """The work that comes in an hour over what the clinicians can do; 1 is just enough."""
        return self.patients_an_hour * self.visit.mean / 60 / self.clinicians


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient's visit, in whole seconds after the clinic opened.

    Parameters
    ----------
    arrives, starts, leaves : int
        When the patient came in, was called and left.
    urgent : bool
        Whether the patient was urgent.
    """

    arrives: int
    starts: int
    leaves: int
    urgent: bool

    @property
    def wait(self) -> float:
        """Minutes from coming in to being called."""
        return (self.starts - self.arrives) / 60


@dataclass(frozen=True, slots=True)
class QueueLength:
    """From a time on, so many patients wait.

    Parameters
    ----------
    second : int
        Seconds after the clinic opened.
    waiting : int
        Patients who have come in and were not called yet.
    """

    second: int
    waiting: int


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """One day of a clinic.

    Parameters
    ----------
    day : date
        A made-up date.
    patients : tuple of Patient
        In the order of coming in.
    queue : tuple of QueueLength
        From the opening to the end, one for each time at which the queue changed; the last one is
        the end, and nobody waits.
    """

    day: date
    patients: tuple[Patient, ...]
    queue: tuple[QueueLength, ...]

    @property
    def seconds(self) -> int:
        """From the opening until the doors are shut and the last patient has left."""
        return self.queue[-1].second

    @property
    def longest_queue(self) -> int:
        """The most patients who waited at once."""
        return max(step.waiting for step in self.queue)

    @property
    def mean_queue(self) -> float:
        """The mean number waiting, over the time of the day."""
        return _area(self.queue) / self.seconds


@dataclass(frozen=True, slots=True)
class ClinicRun:
    """What happened in a clinic.

    Parameters
    ----------
    clinic : Clinic
        How it was set up.
    days : tuple of ClinicDay
        Each day, in time order.
    """

    clinic: Clinic
    days: tuple[ClinicDay, ...]

    @property
    def patients(self) -> tuple[Patient, ...]:
        """All patients, in the order of coming in."""
        return tuple(patient for day in self.days for patient in day.patients)

    @property
    def mean_wait(self) -> float:
        """Minutes; not a number when nobody came."""
        return _mean_wait(self.patients)

    @property
    def mean_queue(self) -> float:
        """The mean number waiting, over all the time of the days."""
        return sum(_area(day.queue) for day in self.days) / sum(day.seconds for day in self.days)

    @property
    def utilisation(self) -> float:
        """The share of the clinicians' time with patients, 0 to 1; their overtime counts too."""
        return _utilisation(self.days, self.clinic.clinicians)

    @property
    def table(self) -> pd.DataFrame:
        """One row a week; a week without patients has no waits."""
        import pandas as pd

        weeks = [
            self.days[first : first + self.clinic.days]
            for first in range(0, len(self.days), self.clinic.days)
        ]
        came = [[patient for day in week for patient in day.patients] for week in weeks]
        return pd.DataFrame(
            {
                "date": pd.to_datetime([week[0].day for week in weeks]),
                "patients": [len(patients) for patients in came],
                "mean wait": [_mean_wait(patients) for patients in came],
                "longest wait": [
                    max((patient.wait for patient in patients), default=math.nan)
                    for patients in came
                ],
                "longest queue": [max(day.longest_queue for day in week) for week in weeks],
                "utilisation": [100 * _utilisation(week, self.clinic.clinicians) for week in weeks],
            }
        )

    def measure(self, column: str = "mean wait") -> Measure:
        """Make a measure of a column of the table, one point a week.

        Parameters
        ----------
        column : str
            "mean wait", "longest wait", "longest queue", "utilisation" or "patients".

        Returns
        -------
        Measure

        Raises
        ------
        ClinicInvalid
            If there is no such column.
        MeasureInvalid
            If no week has a value.
        """
        return weekly_measure(self.table, column, COLUMNS)

    @property
    def waits(self) -> Measure:
        """The wait of each patient in the order of coming in, one point a patient.

        Raises
        ------
        MeasureInvalid
            If nobody came.
        """
        from qi_tools.measure import Measure

        return Measure.from_columns(
            [patient.wait for patient in self.patients],
            name="Wait",
            unit="minutes",
            source="Simulated clinic",
            better="lower",
            simulated=True,
        )

    def describe(self) -> str:
        """Say in a few sentences what happened."""
        patients = self.patients
        length = counted(self.clinic.weeks, "week")
        if len(self.days) == 1:
            length = "1 day"
        opening = (
            f"Simulated clinic, {length}, {counted(self.clinic.clinicians, 'clinician')}: "
            f"{counted(len(patients), 'patient')} came."
        )
        if not patients:
            return opening
        longest = max(patient.wait for patient in patients)
        sentences = [
            opening,
            f"They waited {number_in_words(self.mean_wait)} minutes on average and "
            f"{number_in_words(longest)} minutes at most.",
            f"The queue was {number_in_words(self.mean_queue)} long on average and "
            f"{max(day.longest_queue for day in self.days)} at most.",
            f"The clinicians were with patients for {100 * self.utilisation:.0f}% of their time.",
        ]
        urgent = [patient for patient in patients if patient.urgent]
        if urgent and len(urgent) < len(patients):
            others = [patient for patient in patients if not patient.urgent]
            sentences.append(
                f"Urgent patients waited {number_in_words(_mean_wait(urgent))} minutes on "
                f"average, the others {number_in_words(_mean_wait(others))}."
            )
        return " ".join(sentences)


def run_clinic(clinic: Clinic, random: Random) -> ClinicRun:
    """Run a clinic day by day.

    Parameters
    ----------
    clinic : Clinic
        How it is set up.
    random : random.Random
        Where chance comes from. The same seed brings the same patients at the same times, however
        many clinicians there are and whomever they see; visits that are longer for one of them
        under `Exponential` are longer under `Lognormal` too.

    Returns
    -------
    ClinicRun

    Examples
    --------
    >>> run = run_clinic(Clinic(patients_an_hour=5.5, days=1), Random(1))
    >>> len(run.patients), round(run.mean_wait, 1), run.days[0].longest_queue
    (29, 14.9, 4)
    """
    return ClinicRun(
        clinic,
        tuple(
            _run_day(clinic, FIRST_MONDAY + timedelta(weeks=week, days=day), random)
            for week in range(clinic.weeks)
            for day in range(clinic.days)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Booked:
    """A patient who is on the way: seconds after opening, seconds to be seen, urgent or not."""

    arrives: int
    visit: int
    urgent: bool


def _coming(clinic: Clinic, random: Random) -> Iterator[_Booked]:
    """Say who comes on a day. Each patient takes three numbers from chance, whatever they mean."""
    close, apart = clinic.hours * 3600, 3600 / clinic.patients_an_hour
    at, number = 0.0, 0
    while True:
        gap = -apart * math.log1p(-random.random())
        at = at + gap if clinic.arrivals == "random" else number * apart
        # A ten-thousandth of a second: 3 an hour for 2 hours is 6, not 7 by a rounding error.
        if at >= close - 1e-4:
            return
        urgent = random.random() < clinic.urgent_share
        visit = round(60 * clinic.visit.minutes(random.random()))
        yield _Booked(round(at), visit, urgent)
        number += 1


def _run_day(clinic: Clinic, day: date, random: Random) -> ClinicDay:
    from simpy import Environment, Store  # codespell:ignore simpy

    environment = Environment()
    booked = tuple(_coming(clinic, random))
    starts = [0] * len(booked)
    queue = {0: 0}
    room = Store(environment)
    urgent_room = Store(environment) if clinic.urgent_clinicians else room

    def count() -> None:
        waiting = len(room.items)
        if urgent_room is not room:
            waiting += len(urgent_room.items)
        queue[int(environment.now)] = waiting

    def door() -> Generator[Event, object, None]:
        for number, patient in enumerate(booked):
            yield environment.timeout(patient.arrives - environment.now)
            (urgent_room if patient.urgent else room).put(number)
            count()

    def clinician(waiting_room: Store) -> Generator[Event, int, None]:
        while True:
            number = yield waiting_room.get()
            count()
            starts[number] = int(environment.now)
            yield environment.timeout(booked[number].visit)

    environment.process(door())
    for number in range(clinic.clinicians):
        environment.process(clinician(urgent_room if number < clinic.urgent_clinicians else room))
    environment.run()
    queue.setdefault(max(round(clinic.hours * 3600), int(environment.now), 1), 0)
    patients = tuple(
        Patient(patient.arrives, start, start + patient.visit, patient.urgent)
        for patient, start in zip(booked, starts, strict=True)
    )
    return ClinicDay(day, patients, _changes(queue))


def _changes(queue: dict[int, int]) -> tuple[QueueLength, ...]:
    """Keep the opening, each time at which the length changes, and the end."""
    times = list(queue)
    kept = [
        QueueLength(now, queue[now])
        for before, now in pairwise(times)
        if queue[now] != queue[before] or now == times[-1]
    ]
    return (QueueLength(0, queue[0]), *kept)


def _area(queue: tuple[QueueLength, ...]) -> int:
    """Patients times seconds."""
    return sum(now.waiting * (after.second - now.second) for now, after in pairwise(queue))


def _mean_wait(patients: tuple[Patient, ...] | list[Patient]) -> float:
    return fmean(patient.wait for patient in patients) if patients else math.nan


def _utilisation(days: tuple[ClinicDay, ...], clinicians: int) -> float:
    busy = sum(patient.leaves - patient.starts for day in days for patient in day.patients)
    return busy / (clinicians * sum(day.seconds for day in days))


def weekly_measure(
    table: pd.DataFrame, column: str, columns: dict[str, tuple[str, Better]]
) -> Measure:
    """Make a measure of a column of a simulated table, one point a week.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a week, with its `date`.
    column : str
        One of `columns`.
    columns : dict
        The unit of each column, and which way is better.

    Returns
    -------
    Measure

    Raises
    ------
    ClinicInvalid
        If there is no such column.
    MeasureInvalid
        If no week has a value.
    """
    from qi_tools.measure import Measure

    if column not in columns:
        raise ClinicInvalid(
            f"The table has no column {column!r} to measure. Use one of: {', '.join(columns)}."
        )
    unit, better = columns[column]
    return Measure.from_columns(
        table[column],
        table["date"],
        name=column.capitalize(),
        unit=unit,
        source="Simulated clinic",
        better=better,
        simulated=True,
    )
