"""Red beads: workers who are all alike, ranked, praised and blamed for what the box gives them.

What it teaches. Each worker dips a paddle into the same box of white and red beads; red ones are
faults. Some workers look good and some bad, and yet nothing but chance tells them apart. Targets,
posters, rewards and threats change nothing, since none of them changes the box. It is for all who
set targets, rank people or are ranked: boards, managers, teams.

In the room. Six workers, two inspectors and someone who records; 60 to 120 minutes. Say the target
before the first dip, praise the best and blame the worst of each day aloud, then draw the chart of
all dips and ask: who could have done better, and what would have made fewer red beads? A screen
takes the box's place here, so it takes minutes. Tell everyone beforehand that it is play and that
the blame is part of the script.

What is simplified. Each bead is as likely to be caught as any other. Real beads and paddles are not
so fair: Deming's paddles settled at different averages over the years, and the average of a real
box is only known from experience with it. The inspectors' chance of a slip is made up.

Sources. Deming WE (1986). Out of the Crisis, and (1993) The New Economics: the experiment.
Wheeler DJ, Chambers DS (1992). Understanding Statistical Process Control: limits for counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_number, check_whole, made_up_dates
from qi_tools.words import counted, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "ACTS",
    "Act",
    "Expected",
    "Factory",
    "FactoryInvalid",
    "Paddle",
    "Production",
    "RankingOdds",
    "expected",
    "produce",
    "ranking_odds",
]

ACTS: Mapping[str, str] = {
    "target": "A target is set: no more than {target} red beads a paddle.",
    "poster": 'A poster goes up: "White beads begin with you!"',
    "incentive": "A bonus is promised to the best worker of the day.",
    "threat": "Whoever is worst today may have to leave.",
}
"""What management can do on a morning, and how it is told. None of it touches the box."""


MOST = {"beads": 1_000_000, "paddle": 200, "workers": 12, "days": 60, "letters": 24}


class FactoryInvalid(QIToolsError):
    """The bead factory can't be set up as asked, or has no such worker."""


_check_whole = partial(check_whole, FactoryInvalid)


@dataclass(frozen=True, slots=True)
class Factory:
    """How the bead factory is set up.

    Parameters
    ----------
    white, red : int
        Beads in the box, 1 or more of each and at most 1,000,000 in all.
    paddle : int
        Beads that one dip takes: 1 to 200, and no more than are in the box. They are all put back.
    workers : tuple of str
        Their names, all different: 2 to 12.
    days : int
        How many days each worker dips once: 1 to 60.
    target : int
        The most red beads that management wants on a paddle: 0 to `paddle`.
    acts : tuple of str
        What management does each morning, from the first on: each one of `ACTS`. After the last it
        begins again. None of it changes a bead.
    miscount : float
        The chance, from 0 to 1, that an inspector's count is one bead too high or one too low, each
        as often.

    Raises
    ------
    FactoryInvalid
        If one of them can't be.

    Examples
    --------
    >>> Factory().share, Factory(white=900, red=100).share
    (0.2, 0.1)
    """

    white: int = 3200
    red: int = 800
    paddle: int = 50
    workers: tuple[str, ...] = ("Ash", "Elm", "Hazel", "Linden", "Oak", "Rowan")
    days: int = 4
    target: int = 3
    acts: tuple[str, ...] = ("target", "poster", "incentive", "threat")
    miscount: float = 0.05

    def __post_init__(self) -> None:
        _check_whole("The number of white beads", self.white, 1, MOST["beads"])
        _check_whole("The number of red beads", self.red, 1, MOST["beads"])
        check_whole(
            FactoryInvalid,
            "The number of beads in the box",
            self.white + self.red,
            2,
            MOST["beads"],
        )
        most = min(MOST["paddle"], self.white + self.red)
        _check_whole("The number of beads on a paddle", self.paddle, 1, most)
        _check_whole("The number of days", self.days, 1, MOST["days"])
        _check_whole("The target", self.target, 0, self.paddle)
        _check_workers(self.workers)
        _check_acts(self.acts)
        check_number(
            FactoryInvalid, "chance of a miscount", self.miscount, 0, 1, unit=", such as 0.05"
        )

    @property
    def share(self) -> float:
        """The share of red beads in the box."""
        return self.red / (self.white + self.red)


@dataclass(frozen=True, slots=True)
class Paddle:
    """One dip of one worker, and how it was counted.

    Parameters
    ----------
    day : int
        Counted from 1.
    worker : str
        Who dipped.
    true : int
        Red beads on the paddle.
    counts : tuple of int
        What the two inspectors counted.
    recorded : int
        What went into the books: the inspectors' count if they agree; if not, the chief inspector
        counts again, with care, and gets it right.
    """

    day: int
    worker: str
    true: int
    counts: tuple[int, int]
    recorded: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something that management did, and the red beads before and after.

    Parameters
    ----------
    day : int
        Counted from 1.
    kind : str
        One of `ACTS`, on the morning of the day; or ``"praise"`` or ``"blame"``, in its evening.
    worker : str
        Whom it was for; blank when it was for all.
    words : str
        How it is told.
    before, after : float or None
        Red beads a paddle, of those it was for, on the last day before it and on the next one after
        it. None where there was no such day.
    """

    day: int
    kind: str
    worker: str
    words: str
    before: float | None
    after: float | None

    @property
    def followed(self) -> str:
        """What came of it, in words.

        Examples
        --------
        >>> Act(1, "praise", "Elm", "Elm is praised.", 6.0, 11.0).followed
        'Red beads a paddle: 6 before, 11 after.'
        """
        if self.after is None:
            return "There was no day after it."
        after = number_in_words(self.after)
        if self.before is None:
            return f"Red beads a paddle: {after} after; there was no day before it."
        return f"Red beads a paddle: {number_in_words(self.before)} before, {after} after."


@dataclass(frozen=True, slots=True)
class Production:
    """All that a bead factory made, and what management did about it.

    Parameters
    ----------
    factory : Factory
        How it was set up.
    paddles : tuple of Paddle
        In the order of dipping: all workers on day 1, then all on day 2.
    rankings : tuple of tuple of str
        The workers on each day, from the fewest recorded red beads to the most. Ties are settled by
        lot.
    acts : tuple of Act
        The story, in the order of events.
    """

    factory: Factory
    paddles: tuple[Paddle, ...]
    rankings: tuple[tuple[str, ...], ...]
    acts: tuple[Act, ...]

    @property
    def measure(self) -> Measure:
        """All paddles in order, for a p or an np chart, with notes where management acted.

        The target stands from the day on which it was set.
        """
        measure = self._measure(
            [paddle.recorded for paddle in self.paddles],
            self.factory.paddle,
            "Red beads on each paddle",
        )
        workers = len(self.factory.workers)
        for act in self.acts:
            if not act.worker:
                measure = measure.annotate((act.day - 1) * workers + 1, act.kind.capitalize())
        targets = [act.day for act in self.acts if act.kind == "target"]
        if targets:
            since = (targets[0] - 1) * workers + 1
            measure = measure.aim(100 * self.factory.target / self.factory.paddle, since)
        return measure

    @property
    def by_day(self) -> Measure:
        """All workers together, one point a day, for a p or an np chart."""
        return self._measure(
            [sum(paddle.recorded for paddle in self._on(day)) for day in self._days],
            self.factory.paddle * len(self.factory.workers),
            "Red beads of all workers",
        )

    def of_worker(self, worker: str) -> Measure:
        """One worker alone, one point a day, for a p or an np chart.

        Parameters
        ----------
        worker : str
            One of the factory's workers.

        Returns
        -------
        Measure

        Raises
        ------
        FactoryInvalid
            If no worker is called so.
        """
        if worker not in self.factory.workers:
            raise FactoryInvalid(
                f"No worker is called {worker!r}. Use one of: {', '.join(self.factory.workers)}."
            )
        recorded = [paddle.recorded for paddle in self.paddles if paddle.worker == worker]
        return self._measure(recorded, self.factory.paddle, f"Red beads of {worker}")

    @property
    def totals(self) -> dict[str, int]:
        """The recorded red beads of each worker, all days together."""
        return {
            worker: sum(paddle.recorded for paddle in self.paddles if paddle.worker == worker)
            for worker in self.factory.workers
        }

    @property
    def best_again(self) -> int:
        """On how many days the best worker was the best of the day before, too."""
        return sum(
            today[0] == tomorrow[0]
            for today, tomorrow in zip(self.rankings, self.rankings[1:], strict=False)
        )

    @property
    def table(self) -> DataFrame:
        """One row a paddle: when, who, what was recorded, and how it was counted.

        The dates are made up, one a paddle, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        paddles = self.paddles
        dates = made_up_dates(len(paddles))
        return DataFrame(
            {
                "date": to_datetime(dates),
                "day": [paddle.day for paddle in paddles],
                "worker": [paddle.worker for paddle in paddles],
                "red beads": [paddle.recorded for paddle in paddles],
                "beads": [self.factory.paddle] * len(paddles),
                "first inspector": [paddle.counts[0] for paddle in paddles],
                "second inspector": [paddle.counts[1] for paddle in paddles],
                "truly red": [paddle.true for paddle in paddles],
            }
        )

    def describe(self) -> str:
        """Tell in plain words what happened.

        Returns
        -------
        str
            At most 600 characters.
        """
        factory, totals = self.factory, self.totals
        recorded = [paddle.recorded for paddle in self.paddles]
        best, worst = (choose(totals, key=totals.__getitem__) for choose in (min, max))
        mean = sum(recorded) / len(recorded)
        pairs = len(self.rankings) - 1
        again = (
            f"The best of a day was the best of the next {self.best_again} of "
            f"{counted(pairs, 'time')}; luck alone gives 1 in {len(factory.workers)}. "
            if pairs
            else ""
        )
        return (
            f"Simulated: {len(factory.workers)} workers took {counted(factory.paddle, 'bead')} a "
            f"day for {counted(factory.days, 'day')} from a box with "
            f"{number_in_words(100 * factory.share)}% red. Red beads a paddle: {min(recorded)} to "
            f"{max(recorded)}, mean {number_in_words(mean)}. In all, {best} had the fewest "
            f"({totals[best]:,}) and {worst} the most ({totals[worst]:,}). {again}"
            "All workers are alike here and nothing that management did touched the box, so every "
            "difference is chance. Only another box gives fewer red beads."
        )

    @property
    def _days(self) -> range:
        return range(1, self.factory.days + 1)

    def _on(self, day: int) -> tuple[Paddle, ...]:
        return tuple(paddle for paddle in self.paddles if paddle.day == day)

    def _measure(self, recorded: list[int], beads: int, name: str) -> Measure:
        from qi_tools.measure import Measure

        return Measure.from_columns(
            recorded,
            denominators=[beads] * len(recorded),
            name=name,
            unit="%",
            source="Red bead experiment",
            better="lower",
            simulated=True,
            data="proportions",
        )


@dataclass(frozen=True, slots=True)
class Expected:
    """What theory says of one paddle.

    Parameters
    ----------
    mean, variance : float
        Of the red beads on a paddle. Beads are not put back between one and the next of a paddle,
        so the variance is smaller than the binomial one.
    lower, upper : float
        The limits of an np chart whose mean is known: binomial, three standard deviations either
        way, though never below 0 or above the whole paddle.
    beyond : float
        The chance that a paddle lies outside these limits: a false alarm.
    any_beyond : float
        The chance that at least one paddle of the whole experiment does.
    within_target : float
        The chance that a paddle has no more red beads than the target.
    """

    mean: float
    variance: float
    lower: float
    upper: float
    beyond: float
    any_beyond: float
    within_target: float


def expected(factory: Factory) -> Expected:
    """Work out what theory says of one paddle, before anyone dips.

    It tells of the beads, not of slips in counting them.

    Parameters
    ----------
    factory : Factory
        How the bead factory is set up.

    Returns
    -------
    Expected

    References
    ----------
    Feller W (1968). An Introduction to Probability Theory and Its Applications, volume 1: the
    hypergeometric distribution. Shewhart WA (1931): limits at three standard deviations.

    Examples
    --------
    >>> usual = expected(Factory())
    >>> usual.mean, round(usual.variance, 2), round(usual.lower, 1), round(usual.upper, 1)
    (10.0, 7.9, 1.5, 18.5)
    >>> f"{usual.beyond:.4f} {usual.any_beyond:.3f} {usual.within_target:.4f}"
    '0.0025 0.059 0.0054'
    """
    beads, size, share = factory.white + factory.red, factory.paddle, factory.share
    mean, binomial = size * share, size * share * (1 - share)
    lower = max(0.0, mean - 3 * math.sqrt(binomial))
    upper = min(float(size), mean + 3 * math.sqrt(binomial))
    ways = math.comb(beads, size)
    chances = [
        math.comb(factory.red, red) * math.comb(factory.white, size - red) / ways
        for red in range(size + 1)
    ]
    beyond = sum(chance for red, chance in enumerate(chances) if not lower <= red <= upper)
    paddles = len(factory.workers) * factory.days
    return Expected(
        mean,
        binomial * (beads - size) / (beads - 1),
        lower,
        upper,
        beyond,
        1 - (1 - min(beyond, 1.0)) ** paddles,
        min(1.0, sum(chances[: factory.target + 1])),
    )


@dataclass(frozen=True, slots=True)
class RankingOdds:
    """How often a ranking of workers who are all alike repeats itself the next day.

    Parameters
    ----------
    same_best : float
        The chance that the best of a day is the best of the next.
    same_best_and_worst : float
        The chance that both the best and the worst are the same.
    same_order : float
        The chance that the whole ranking is the same.
    """

    same_best: float
    same_best_and_worst: float
    same_order: float


def ranking_odds(workers: int) -> RankingOdds:
    """Say how often a fair ranking of workers comes out the same the next day.

    All workers dip into the same box and ties are settled by lot, so each of the possible orders is
    as likely as any other, on each day anew.

    Parameters
    ----------
    workers : int
        How many there are: 2 to 12.

    Returns
    -------
    RankingOdds

    Raises
    ------
    FactoryInvalid
        If there can't be so many.

    Examples
    --------
    >>> odds = ranking_odds(6)
    >>> [round(1 / chance) for chance in (odds.same_best, odds.same_best_and_worst,
    ...                                   odds.same_order)]
    [6, 30, 720]
    """
    _check_whole("The number of workers", workers, 2, MOST["workers"])
    return RankingOdds(1 / workers, 1 / (workers * (workers - 1)), 1 / math.factorial(workers))


def produce(factory: Factory, random: Random) -> Production:
    """Let all workers dip on all days, count the beads, and tell what management did.

    The beads are drawn before the story is told: whatever management does, the same seed gives the
    same beads.

    Parameters
    ----------
    factory : Factory
        How the bead factory is set up.
    random : random.Random
        Where chance comes from. The same seed gives the same production.

    Returns
    -------
    Production

    Examples
    --------
    >>> production = produce(Factory(days=2), Random(1))
    >>> for act in production.acts[1:3]:
    ...     print(act.words, act.followed)
    Linden is praised as the best worker of the day. Red beads a paddle: 7 before, 5 after.
    Hazel is blamed as the worst worker of the day. Red beads a paddle: 15 before, 12 after.
    """
    paddles: list[Paddle] = []
    rankings: list[tuple[str, ...]] = []
    for day in range(1, factory.days + 1):
        today = [_dip(factory, day, worker, random) for worker in factory.workers]
        lots = [(paddle.recorded, random.random(), paddle.worker) for paddle in today]
        rankings.append(tuple(worker for _, _, worker in sorted(lots)))
        paddles += today
    return Production(factory, tuple(paddles), tuple(rankings), _story(factory, paddles, rankings))


def _dip(factory: Factory, day: int, worker: str, random: Random) -> Paddle:
    """Take beads one after the other without putting any back, and count the red ones."""
    red, left = factory.red, factory.white + factory.red
    for _ in range(factory.paddle):
        if random.random() * left < red:
            red -= 1
        left -= 1
    true = factory.red - red
    first, second = (_count(true, factory, random) for _ in range(2))
    return Paddle(day, worker, true, (first, second), first if first == second else true)


def _count(true: int, factory: Factory, random: Random) -> int:
    """Count as an inspector does, now and then one too many or too few."""
    chance = random.random()
    if chance >= factory.miscount:
        return true
    slip = 1 if chance < factory.miscount / 2 else -1
    return min(max(true + slip, 0), factory.paddle)


def _story(
    factory: Factory, paddles: list[Paddle], rankings: list[tuple[str, ...]]
) -> tuple[Act, ...]:
    """Tell what management did, morning and evening, and what was counted before and after."""
    recorded = {(paddle.day, paddle.worker): float(paddle.recorded) for paddle in paddles}
    means: dict[int, float] = {
        day: sum(recorded[day, worker] for worker in factory.workers) / len(factory.workers)
        for day in range(1, factory.days + 1)
    }
    story: list[Act] = []
    for day, ranking in enumerate(rankings, 1):
        if factory.acts:
            kind = factory.acts[(day - 1) % len(factory.acts)]
            words = ACTS[kind].format(target=factory.target)
            story.append(Act(day, kind, "", words, means.get(day - 1), means[day]))
        best, worst = ranking[0], ranking[-1]
        for kind, worker, words in (
            ("praise", best, f"{best} is praised as the best worker of the day."),
            ("blame", worst, f"{worst} is blamed as the worst worker of the day."),
        ):
            before, after = recorded[day, worker], recorded.get((day + 1, worker))
            story.append(Act(day, kind, worker, words, before, after))
    return tuple(story)


def _check_workers(workers: object) -> None:
    if not isinstance(workers, tuple) or not 2 <= len(workers) <= MOST["workers"]:
        raise FactoryInvalid(
            f"The workers are {workers!r}. Give 2 to {MOST['workers']} names as a tuple, such as "
            '("Ash", "Elm").'
        )
    for worker in workers:
        if (
            not isinstance(worker, str)
            or not worker.strip()
            or not worker.isprintable()
            or len(worker) > MOST["letters"]
        ):
            raise FactoryInvalid(
                f"A worker is called {worker!r}. Give a name of 1 to {MOST['letters']} letters."
            )
    if len(set(workers)) < len(workers):
        raise FactoryInvalid(
            f"Two workers have the same name: {', '.join(workers)}. Give each one of their own."
        )


def _check_acts(acts: object) -> None:
    if not isinstance(acts, tuple):
        raise FactoryInvalid(
            f'What management does is {acts!r}. Give a tuple, such as ("target", "poster"); an '
            "empty one for nothing."
        )
    for act in acts:
        if not isinstance(act, str) or act not in ACTS:
            raise FactoryInvalid(f"Management can't do {act!r}. Use one of: {', '.join(ACTS)}.")
