"""Why a waiting list grows that has enough slots.

What it teaches: a list whose slots just match its referrals on average grows all the same, since a
slot that nobody uses is lost. Slots kept for urgent patients make two lists out of one. It is for
anyone who plans lists.

In the room: let each table guess how long the list will be after a year, then run it; change one
thing and run again. The same seed brings the same referrals, so what differs is the change.

All numbers are made up.

Source: Silvester, Lendon, Bevan, Steyn and Walley (2004) for waiting lists that grow from
variation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from qi_tools.experiments.clinic_queue import FIRST_MONDAY, ClinicInvalid, weekly_measure
from qi_tools.experiments.settings import check_number, check_whole
from qi_tools.words import counted

if TYPE_CHECKING:
    import pandas as pd

    from qi_tools.measure import Better, Measure

__all__ = ["Backlog", "BacklogRun", "BacklogWeek", "run_backlog"]

COLUMNS: dict[str, tuple[str, Better]] = {
    "referrals": ("patients", "neither"),
    "slots": ("slots", "neither"),
    "seen": ("patients", "neither"),
    "unused slots": ("slots", "lower"),
    "waiting": ("patients", "lower"),
}
"""The unit of each column of the table, and which way is better."""

_check_whole = partial(check_whole, ClinicInvalid)
_check_number = partial(check_number, ClinicInvalid)


@dataclass(frozen=True, slots=True)
class Backlog:
    """A waiting list, week by week.

    Parameters
    ----------
    referrals : float
        The mean number of referrals a week, at random; above 0, at most 200.
    slots : int
        The mean number of slots a week, 0 to 1,000.
    slots_vary : int
        Each week has up to so many slots fewer or more, all alike; 0 to `slots`.
    weeks : int
        1 to 520.
    waiting : int
        Patients on the list at the start, 0 to 10,000; none of them urgent.
    urgent_share : float
        The share of referrals that are urgent, 0 to 1.
    urgent_slots : int
        So many slots a week, if there are as many, are only for urgent patients, and the rest only
        for the others. With 0 there is one list for all.

    Raises
    ------
    ClinicInvalid
        If a setting is not one of these.
    """

    referrals: float = 40.0
    slots: int = 40
    slots_vary: int = 0
    weeks: int = 52
    waiting: int = 0
    urgent_share: float = 0.0
    urgent_slots: int = 0

    def __post_init__(self) -> None:
        _check_number("mean number of referrals", self.referrals, 0, 200, above=True)
        _check_whole("The mean number of slots", self.slots, 0, 1000)
        _check_whole("The number by which the slots vary", self.slots_vary, 0, self.slots)
        _check_whole("The number of weeks", self.weeks, 1, 520)
        _check_whole("The number of patients waiting at the start", self.waiting, 0, 10_000)
        _check_number("share of urgent patients", self.urgent_share, 0, 1)
        _check_whole("The number of urgent slots", self.urgent_slots, 0, self.slots)
        if self.urgent_slots and self.urgent_share == 0:
            raise ClinicInvalid(
                "There are slots for urgent patients, but no referral is urgent. Give "
                "urgent_share, such as 0.2."
            )


@dataclass(frozen=True, slots=True)
class BacklogWeek:
    """One week of a waiting list.

    Parameters
    ----------
    monday : date
        A made-up date.
    referrals, slots, seen : int
        How many came on to the list, could be seen, were seen. A slot that nobody waits for is
        lost.
    waiting, urgent_waiting : int
        How many are on the list at the end of the week: in all, and in the list for urgent
        patients when slots are kept for them.
    """

    monday: date
    referrals: int
    slots: int
    seen: int
    waiting: int
    urgent_waiting: int


@dataclass(frozen=True, slots=True)
class BacklogRun:
    """What happened to a waiting list.

    Parameters
    ----------
    backlog : Backlog
        How it was set up.
    weeks : tuple of BacklogWeek
        Each week, in time order.
    """

    backlog: Backlog
    weeks: tuple[BacklogWeek, ...]

    @property
    def table(self) -> pd.DataFrame:
        """One row a week."""
        import pandas as pd

        return pd.DataFrame(
            {
                "date": pd.to_datetime([week.monday for week in self.weeks]),
                "referrals": [week.referrals for week in self.weeks],
                "slots": [week.slots for week in self.weeks],
                "seen": [week.seen for week in self.weeks],
                "unused slots": [week.slots - week.seen for week in self.weeks],
                "waiting": [week.waiting for week in self.weeks],
            }
        )

    def measure(self, column: str = "waiting") -> Measure:
        """Make a measure of a column of the table, one point a week.

        Parameters
        ----------
        column : str
            "waiting", "referrals", "slots", "seen" or "unused slots".

        Returns
        -------
        Measure

        Raises
        ------
        ClinicInvalid
            If there is no such column.
        """
        return weekly_measure(self.table, column, COLUMNS)

    def describe(self) -> str:
        """Say in a few sentences what happened."""
        slots = sum(week.slots for week in self.weeks)
        unused = slots - sum(week.seen for week in self.weeks)
        sentences = [
            f"Simulated waiting list, {counted(len(self.weeks), 'week')}: "
            f"{counted(sum(week.referrals for week in self.weeks), 'referral')} and "
            f"{counted(slots, 'slot')}, of which {unused:,} went unused.",
            f"{counted(self.backlog.waiting, 'patient')} waited at the start, "
            f"{self.weeks[-1].waiting:,} at the end and "
            f"{max(week.waiting for week in self.weeks):,} at most.",
        ]
        if self.backlog.urgent_slots:
            sentences.append(
                f"Of those at the end, {self.weeks[-1].urgent_waiting:,} waited for urgent slots."
            )
        return " ".join(sentences)


def run_backlog(backlog: Backlog, random: Random) -> BacklogRun:
    """Run a waiting list week by week.

    Parameters
    ----------
    backlog : Backlog
        How it is set up.
    random : random.Random
        Where chance comes from. The same seed brings the same referrals, whatever the slots are.

    Returns
    -------
    BacklogRun

    Examples
    --------
    Slots that match the referrals on average:

    >>> run = run_backlog(Backlog(weeks=26), Random(1))
    >>> run.weeks[-1].waiting, run.weeks[-1].slots
    (32, 40)
    """
    weeks = []
    waiting, urgent_waiting = backlog.waiting, 0
    for number in range(backlog.weeks):
        slots = backlog.slots + _evenly(backlog.slots_vary, random.random())
        referrals, urgent = _referrals(backlog, random)
        urgent_slots = min(slots, backlog.urgent_slots)
        apart = urgent if backlog.urgent_slots else 0
        urgent_seen = min(urgent_waiting + apart, urgent_slots)
        seen = min(waiting + referrals - apart, slots - urgent_slots)
        urgent_waiting += apart - urgent_seen
        waiting += referrals - apart - seen
        weeks.append(
            BacklogWeek(
                FIRST_MONDAY + timedelta(weeks=number),
                referrals,
                slots,
                seen + urgent_seen,
                waiting + urgent_waiting,
                urgent_waiting,
            )
        )
    return BacklogRun(backlog, tuple(weeks))


def _referrals(backlog: Backlog, random: Random) -> tuple[int, int]:
    """Draw how many come in a week, and how many of them are urgent.

    The times between them are exponential, so the number follows a Poisson distribution.
    """
    referrals = urgent = 0
    at = -math.log1p(-random.random())
    while at < backlog.referrals:
        referrals += 1
        urgent += random.random() < backlog.urgent_share
        at -= math.log1p(-random.random())
    return referrals, urgent


def _evenly(most: int, chance: float) -> int:
    """Choose a whole number from -most to most, all alike."""
    return math.floor(chance * (2 * most + 1)) - most
