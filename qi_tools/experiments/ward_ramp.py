"""A ward that tests ideas for fewer missed doses of medicine: a ramp of tests, from small to large.

What it teaches. Small tests are cheap and teach fast, but a small test with a keen nurse can please
and mislead; some ideas work only by day, only together, or only while few use them. So write down a
prediction, build each test on what the last one taught, widen conditions and scale step by step,
and ask of each result whether it is more than chance. It is for coaches and teams who test changes.

In the room. Teams of three to five have 12 tests and 45 minutes. Before each test they say aloud
what they predict, and after it what they learned and what they will do next. Then each team puts
its choice in place on the whole ward (`qi_tools.experiments.implementation`), and only then is the
score told. Compare the ramps: who learned most with the fewest doses, and who was misled?

What is simplified or made up. The ward (`qi_tools.experiments.ward`) is invented. Each dose is
missed or given independently of all others, so the standard error of a difference holds exactly; on
a real ward shifts differ and it would be too small. A test is compared with as many shifts just
before it, in the same place and conditions with the same staff; nothing else changes meanwhile.
With 12 tests, one that looks more than chance by chance alone is no surprise.

Sources. Agresti A, Caffo B (2000). Simple and effective confidence intervals for proportions and
differences of proportions result from adding two successes and two failures. The American
Statistician 54. Wilson EB (1927). Probable inference, the law of succession, and statistical
inference. Journal of the American Statistical Association 22.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, ClassVar, Final

from qi_tools.experiments.settings import check_whole, made_up_dates
from qi_tools.experiments.ward import (
    IDEAS,
    SCALES,
    Ward,
    WardInvalid,
    check_conditions,
    check_ideas,
    missed_by_chance,
    true_rate,
)
from qi_tools.result import Result
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BUDGET", "Done", "Ramp", "Reading", "Shift", "Test", "carry_out"]

BUDGET: Final = 12
"""How many tests there are."""
MOST_SHIFTS: Final = 14
SURE: Final = 1.96
"""So many standard errors on either side hold the truth 19 times in 20."""


@dataclass(frozen=True, slots=True)
class Test:
    """One test, as it is planned.

    Parameters
    ----------
    ideas : tuple of str
        Which of the ward's ideas are tried together, each once: 1 to 5.
    prediction : float
        What per cent of doses will be missed: 0 to 100.
    scale, time, staff : str
        Where, when and with whom: `SCALES`, `TIMES` and `STAFF` of the ward.
    shifts : int
        For how many shifts, all at that time: 1 to 14, and as many before to compare with.

    Raises
    ------
    WardInvalid
        If one of them can't be.

    Examples
    --------
    >>> Test(("tabard", "top-up"), 8, time="night").conditions
    'one usual nurse, night, 1 shift'
    >>> Test(("top-up", "chart check", "urgent list", "one round"), 8).named
    'all but tabard'
    """

    __test__ = False  # no test of pytest's

    ideas: tuple[str, ...]
    prediction: float
    scale: str = "one nurse"
    time: str = "day"
    staff: str = "usual"
    shifts: int = 1

    def __post_init__(self) -> None:
        check_ideas(self.ideas)
        if not self.ideas:
            raise WardInvalid("The test has no idea. Choose at least one.")
        check_conditions(self.scale, self.time, self.staff)
        check_whole(WardInvalid, "The number of shifts", self.shifts, 1, MOST_SHIFTS)
        if not 0 <= self.prediction <= 100:
            raise WardInvalid(
                f"The prediction is {self.prediction!r}. Give a number of per cent from 0 to 100."
            )

    @property
    def conditions(self) -> str:
        """Where, when, with whom and for how long."""
        who = {
            "one nurse": f"one {self.staff} nurse",
            "one bay": f"one bay, {self.staff} staff",
            "whole ward": "whole ward",
        }[self.scale]
        return f"{who}, {self.time}, {counted(self.shifts, 'shift')}"

    @property
    def named(self) -> str:
        """The ideas, in as few words as do; they stand in one line on a phone."""
        left_out = [idea for idea in IDEAS if idea not in self.ideas]
        if len(left_out) > 1:
            return ", ".join(self.ideas)
        return f"all but {left_out[0]}" if left_out else "all five ideas"


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of a test.

    Parameters
    ----------
    tested : bool
        False for a shift before the test, that it is compared with.
    doses, missed : int
        How many were due, and how many of these were missed.
    """

    tested: bool
    doses: int
    missed: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a careful reader can conclude from one test. All shares are in per cent of doses.

    Parameters
    ----------
    before, during : float
        Missed in the shifts before, and in those of the test.
    low, high : float
        The ends of the 95% interval of the share during the test.
    difference, error : float
        During less before, and its standard error, both with one missed and one given dose added to
        either side, so that few doses and none missed don't look like certainty.

    References
    ----------
    Wilson (1927) for the interval, Agresti & Caffo (2000) for the difference.
    """

    before: float
    during: float
    low: float
    high: float
    difference: float
    error: float

    @property
    def change(self) -> tuple[float, float]:
        """The 95% interval of the difference."""
        return self.difference - SURE * self.error, self.difference + SURE * self.error

    @property
    def conclusion(self) -> str:
        """``"fewer missed"``, ``"more missed"`` or ``"could be chance"``, at 1.96 errors."""
        if abs(self.difference) <= SURE * self.error:
            return "could be chance"
        return "fewer missed" if self.difference < 0 else "more missed"


@dataclass(frozen=True, slots=True)
class Done:
    """A test that was carried out.

    Parameters
    ----------
    number : int
        Counted from 1.
    test : Test
        What was planned.
    shifts : tuple of Shift
        The shifts before, then as many of the test.
    """

    number: int
    test: Test
    shifts: tuple[Shift, ...]

    @property
    def counts(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Doses missed and doses due: before the test, and during it."""
        before, during = (
            [shift for shift in self.shifts if shift.tested is tested] for tested in (False, True)
        )
        return (
            (sum(each.missed for each in before), sum(each.doses for each in before)),
            (sum(each.missed for each in during), sum(each.doses for each in during)),
        )

    @property
    def reading(self) -> Reading:
        """What a careful reader can conclude."""
        (missed0, doses0), (missed1, doses1) = self.counts
        share0, share1 = (missed0 + 1) / (doses0 + 2), (missed1 + 1) / (doses1 + 2)
        error = math.sqrt(
            share0 * (1 - share0) / (doses0 + 2) + share1 * (1 - share1) / (doses1 + 2)
        )
        low, high = _interval(missed1, doses1)
        return Reading(
            100 * missed0 / doses0,
            100 * missed1 / doses1,
            100 * low,
            100 * high,
            100 * (share1 - share0),
            100 * error,
        )

    @property
    def foreseen(self) -> bool:
        """Whether the prediction lies in the interval of what was seen."""
        reading = self.reading
        return reading.low <= self.test.prediction <= reading.high

    @property
    def finding(self) -> str:
        """What was seen, and what can be concluded, in a few sentences."""
        (missed0, doses0), (missed1, doses1) = self.counts
        least, most = self.reading.change
        verdict = {
            "could be chance": "The difference could be chance",
            "fewer missed": "That is fewer than chance explains",
            "more missed": "That is more than chance explains",
        }[self.reading.conclusion]
        return (
            f"Missed: {missed0} of {doses0} doses before, {missed1} of {doses1} during the test "
            f"({number_in_words(self.reading.during, 2)}%; you predicted "
            f"{number_in_words(self.test.prediction)}%). {verdict}. The true change may be "
            f"anything from {_change_in_words(least, most)} missed in 100 doses."
        )


@dataclass(frozen=True, slots=True)
class Ramp(Result):
    """The log of a ramp of tests. It starts without any.

    Parameters
    ----------
    ward : Ward
        Where it takes place.
    tests : tuple of Done
        In the order of testing; at most 12. `carry_out` adds one.
    """

    drawn_by: ClassVar[str] = "ramp"

    ward: Ward = field(default_factory=Ward)
    tests: tuple[Done, ...] = ()

    @property
    def finding(self) -> str:
        """How many tests showed more than chance."""
        found = [done.reading.conclusion for done in self.tests]
        return (
            "More than chance explains: fewer doses missed in "
            f"{counted(found.count('fewer missed'), 'test')}, more in "
            f"{counted(found.count('more missed'), 'test')}. The rest, "
            f"{found.count('could be chance')}, could be chance."
        )

    @property
    def table(self) -> DataFrame:
        """One row a test."""
        from pandas import DataFrame

        rows = []
        for done in self.tests:
            test, reading = done.test, done.reading
            (missed0, doses0), (missed1, doses1) = done.counts
            rows.append(
                {
                    "test": done.number,
                    "ideas": " + ".join(test.ideas),
                    "conditions": test.conditions,
                    "missed before": f"{missed0} of {doses0}",
                    "missed during": f"{missed1} of {doses1}",
                    "% during": round(reading.during, 1),
                    "from": round(reading.low, 1),
                    "to": round(reading.high, 1),
                    "prediction": test.prediction,
                    "conclusion": reading.conclusion,
                }
            )
        return DataFrame(rows)

    @property
    def shift_table(self) -> DataFrame:
        """One row a shift. The dates are made up, one a shift, so that the table can be charted."""
        from pandas import DataFrame, to_datetime

        rows = [(done, shift) for done in self.tests for shift in done.shifts]
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(rows))),
                "test": [done.number for done, _ in rows],
                "ideas": [" + ".join(done.test.ideas) for done, _ in rows],
                "scale": [done.test.scale for done, _ in rows],
                "time": [done.test.time for done, _ in rows],
                "staff": [done.test.staff for done, _ in rows],
                "phase": ["during" if shift.tested else "before" for _, shift in rows],
                "prediction": [done.test.prediction for done, _ in rows],
                "doses": [shift.doses for _, shift in rows],
                "missed": [shift.missed for _, shift in rows],
            }
        )

    def describe(self) -> str:
        """Tell in plain words how the ramp went, at most 600 characters, but not what is best."""
        latest = ""
        if self.tests:
            done = self.tests[-1]
            latest = f" Latest: {joined(done.test.ideas)}; {done.test.conditions}. {done.finding}"
        return (
            f"Simulated: {len(self.tests)} of {BUDGET} tests carried out on one ward. "
            f"{self.finding}{latest}"
        )

    def report(self) -> tuple[str, ...]:
        """Tell of each test what was tried and what was seen."""
        return (
            f"Simulated: {len(self.tests)} of {BUDGET} tests. {self.finding}",
            *(
                f"Test {done.number}: {joined(done.test.ideas)}; {done.test.conditions}. "
                f"{done.finding}"
                for done in self.tests
            ),
        )


def carry_out(ramp: Ramp, test: Test, random: Random) -> Ramp:
    """Carry out one more test, after as many shifts to compare it with.

    Parameters
    ----------
    ramp : Ramp
        The log so far. It stays as it is.
    test : Test
        What is planned.
    random : random.Random
        Where chance comes from. The same seed gives the same shifts.

    Returns
    -------
    Ramp
        The log with this test.

    Raises
    ------
    WardInvalid
        If all 12 tests are used.

    Examples
    --------
    >>> ramp = carry_out(Ramp(), Test(("tabard",), 5, staff="keen"), Random(3))
    >>> [(shift.missed, shift.doses) for shift in ramp.tests[0].shifts]
    [(2, 20), (1, 20)]
    >>> ramp.tests[0].reading.conclusion
    'could be chance'
    """
    number = len(ramp.tests) + 1
    if number > BUDGET:
        raise WardInvalid(f"All {BUDGET} tests are used. Put in place what you have learned.")
    doses = SCALES[test.scale]
    shifts = tuple(
        Shift(
            tested,
            doses,
            missed_by_chance(
                doses,
                true_rate(
                    ramp.ward, test.ideas if tested else (), test.scale, test.time, test.staff
                ),
                random,
            ),
        )
        for tested in (False, True)
        for _ in range(test.shifts)
    )
    return replace(ramp, tests=(*ramp.tests, Done(number, test, shifts)))


def _interval(missed: int, doses: int) -> tuple[float, float]:
    """Give the 95% score interval of a share (Wilson 1927)."""
    share, extra = missed / doses, SURE**2 / doses
    middle = share + extra / 2
    reach = math.sqrt(extra * share * (1 - share) + (extra / 2) ** 2)
    low, high = ((middle + side * reach) / (1 + extra) for side in (-1, 1))
    return max(0.0, low), min(1.0, high)


def _change_in_words(least: float, most: float) -> str:
    """Say what a difference may be, in doses of 100."""
    low, high = round(least), round(most)
    if low >= 0:
        return f"{low} to {high} more"
    if high <= 0:
        return f"{-high} to {-low} fewer"
    return f"{-low} fewer to {high} more"
