"""People in a circle pass a ball so that all touch it: small steps, or a new process.

What it teaches. Doing the same faster, or a little better, gains a little; thrown faster, the ball
is dropped more, and the time may even grow. To ask what the rule truly demands gains much more at
once: nothing says where people stand, or that the ball is thrown. And each round is a small test:
a theory, a prediction, what happened, and whether to keep the change. It is for all staff, and for
teams that run out of ideas of the kind "try harder".

In the room. Eight to ten people in a circle and a tennis ball. The first round sets the order; the
one rule is that everyone touches the ball in that order. Someone times each round and writes on a
flip chart what was changed, why, the guess, the seconds and the drops. After a few rounds say that
another team needed two seconds, and wait. At the end let teams visit each other. Ask: which rules
were only in our heads? Where at work do we throw across the circle?

What is simplified or made up. All numbers are made up; nobody measured them. A pass is a throw,
with a time to aim and a time to fly, or within arm's reach a handing over, which takes less and
seldom fails. A dropped ball goes back to the first person, with the clock running. A throw is
dropped in proportion to its distance and to the third power of the haste. Every round is also
practice, whatever else is changed: handling falls by a tenth each time the number of rounds
doubles.

Sources. The learning curve: Wright TP (1936). Factors affecting the cost of airplanes. Journal of
the Aeronautical Sciences 3. Theory, prediction and result: Langley GJ et al (2009). The Improvement
Guide. How often one begins again until all passes in a row succeed: Feller W (1968). An
Introduction to Probability Theory and Its Applications 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole, made_up_dates
from qi_tools.result import Result
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = [
    "CHANGES",
    "Attempt",
    "Change",
    "Gain",
    "Game",
    "GameInvalid",
    "Played",
    "Round",
    "distance",
    "play",
]


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change.

    Parameters
    ----------
    words : str
        What the team does.
    redesign : bool
        True when it changes the process itself; False when the same is done a little better.
    """

    words: str
    redesign: bool


SAME: Final = "same"
"""To change nothing: the first round, and practice after it."""
CHANGES: Final[Mapping[str, Change]] = {
    SAME: Change("change nothing", redesign=False),
    "closer": Change("stand closer", redesign=False),
    "faster": Change("pass faster", redesign=False),
    "reorder": Change("change places, so that neighbours pass to neighbours", redesign=True),
    "together": Change("let the ball roll over everyone's hands", redesign=True),
}
"""What can be changed from one round to the next."""

APART, CLOSE = 1.0, 0.8
"""Metres between neighbours, before and after they stand closer."""
REACH = 1.05
"""Metres within which the ball is handed over."""
AIM, SPEED, HAND = 0.9, 4.0, 0.45
"""Seconds to catch and aim, metres a second in the air, and seconds to hand over."""
ROLL, TOUCH = 0.6, 0.06
"""Seconds for the ball to roll, and for each person whose hands it passes."""
DROP_METRE, DROP_HAND, DROP_ROLL = 0.010, 0.003, 0.02
"""The chance of a drop: for each metre of a throw, handed over, and rolling."""
HASTE = 1.5
"""So many times as fast is everything when people hurry."""
FETCH = 4.0
"""Seconds to bring a dropped ball back to the first person."""
VARIES = 0.25
"""A pass takes up to this share more or less than its usual time, all alike."""
LEARNING = -math.log2(0.9)
"""The exponent of the learning curve: nine tenths of the time for each doubling."""

FEWEST_PEOPLE, MOST_PEOPLE, MOST_ROUNDS = 4, 16, 30
LEAST_PREDICTION, MOST_PREDICTION = 0.1, 3600.0
MOST_LETTERS = 200


class GameInvalid(QIToolsError):
    """The ball can't be passed as asked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a team tries in one round, and what it expects.

    Parameters
    ----------
    change : str
        One of `CHANGES`.
    prediction : float
        The seconds that the team expects: 0.1 to 3,600.
    theory : str
        Why the team expects it, in at most 200 characters.
    kept : bool
        True when the next rounds keep the change, False when it is given up.

    Raises
    ------
    GameInvalid
        If one of them can't be.

    Examples
    --------
    >>> Attempt("closer", 14, "Shorter throws take less time.").change
    'closer'
    """

    change: str
    prediction: float
    theory: str = ""
    kept: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.change, str) or self.change not in CHANGES:
            raise GameInvalid(
                f"A change is called {self.change!r}. Use one of: {', '.join(CHANGES)}."
            )
        given = self.prediction
        if (
            isinstance(given, bool)
            or not isinstance(given, int | float)
            or not LEAST_PREDICTION <= given <= MOST_PREDICTION
        ):
            raise GameInvalid(
                f"The prediction is {given!r}. Give the seconds, a number from "
                f"{LEAST_PREDICTION} to {MOST_PREDICTION:,.0f}."
            )
        if not isinstance(self.theory, str) or len(self.theory) > MOST_LETTERS:
            raise GameInvalid(
                f"The theory is {self.theory!r}. Say it in at most {MOST_LETTERS} characters."
            )
        if not isinstance(self.kept, bool):
            raise GameInvalid(f"Kept is {self.kept!r}. Give True or False.")
        if self.change == SAME and not self.kept:
            raise GameInvalid("Nothing was changed, so there is nothing to give up. Keep it.")


@dataclass(frozen=True, slots=True)
class Game:
    """Who plays, and what they try.

    Parameters
    ----------
    attempts : tuple of Attempt
        One a round, 1 to 30. In the first nothing is changed; a change that is kept can't be tried
        again.
    people : int
        How many stand in the circle: 4 to 16.

    Raises
    ------
    GameInvalid
        If one of them can't be.

    Examples
    --------
    >>> Game((Attempt("same", 20), Attempt("closer", 15), Attempt("closer", 12)))
    Traceback (most recent call last):
    ...
    qi_tools.experiments.tennis_ball.GameInvalid: To stand closer is kept already. Try another...
    """

    attempts: tuple[Attempt, ...]
    people: int = 10

    def __post_init__(self) -> None:
        check_whole(GameInvalid, "The number of people", self.people, FEWEST_PEOPLE, MOST_PEOPLE)
        attempts = self.attempts
        if (
            not isinstance(attempts, tuple)
            or not 1 <= len(attempts) <= MOST_ROUNDS
            or not all(isinstance(attempt, Attempt) for attempt in attempts)
        ):
            raise GameInvalid(
                f"The attempts are {attempts!r}. Give a tuple of 1 to {MOST_ROUNDS}, such as "
                f'(Attempt("{SAME}", 20), Attempt("closer", 15)).'
            )
        if attempts[0].change != SAME:
            raise GameInvalid(
                "Change nothing in the first round: it shows where you begin. Then try a change."
            )
        kept: set[str] = set()
        for attempt in attempts:
            if attempt.change in kept:
                raise GameInvalid(
                    f"To {CHANGES[attempt.change].words} is kept already. Try another change, or "
                    "change nothing."
                )
            if attempt.kept and attempt.change != SAME:
                kept.add(attempt.change)


@dataclass(frozen=True, slots=True)
class Round:
    """One round, in seconds.

    Parameters
    ----------
    number : int
        Counted from 1.
    attempt : Attempt
        What was tried.
    way : tuple of str
        The changes in force, the one that is tried among them.
    places : tuple of int
        Where each person stands on the circle, in the order in which they touch the ball.
    touched : tuple of int
        Who touched the ball, one after another, in the try that counted; people are numbered from
        0, in the order of the first round.
    passes, drops : int
        How often the ball was passed, from the start of the clock, and how often it fell. To roll
        it over all hands is one pass.
    seconds : float
        As the stopwatch shows, to a tenth.
    usual : float
        The mean of very many such rounds.
    gained, usually_gained : float
        Seconds less than in the last round whose way was kept, and how many they are in the mean.
    """

    number: int
    attempt: Attempt
    way: tuple[str, ...]
    places: tuple[int, ...]
    touched: tuple[int, ...]
    passes: int
    drops: int
    seconds: float
    usual: float
    gained: float = 0.0
    usually_gained: float = 0.0

    @property
    def handed(self) -> tuple[bool, ...]:
        """Whether each pass is handed over, within arm's reach, or thrown; none where it rolls."""
        if "together" in self.way:
            return ()
        return tuple(each <= REACH for each in _metres(self.places, "closer" in self.way))


@dataclass(frozen=True, slots=True)
class Gain:
    """What one kind of change gained in the rounds that were kept, in seconds.

    Parameters
    ----------
    change : str
        One of `CHANGES`.
    timed : float
        As the stopwatch showed, with chance in it.
    usual : float
        In the mean of very many such rounds.
    """

    change: str
    timed: float
    usual: float


@dataclass(frozen=True, slots=True)
class Played(Result):
    """All rounds of a game. In a notebook it shows who passed to whom, at first and at last.

    Parameters
    ----------
    game : Game
        Who played, and what they tried.
    rounds : tuple of Round
        In order; the first is the one before any change.
    """

    drawn_by: ClassVar[str] = "ball_circle"

    game: Game
    rounds: tuple[Round, ...]

    @property
    def measure(self) -> Measure:
        """The seconds of each round, for a run chart, with a note at each change."""
        from qi_tools.measure import Measure

        measure = Measure.from_columns(
            [each.seconds for each in self.rounds],
            name="Time until everyone touched the ball",
            unit="seconds",
            source="Ball in a circle",
            better="lower",
            simulated=True,
        )
        for each in self.rounds:
            change, kept = each.attempt.change, each.attempt.kept
            if change != SAME:
                given_up = "" if kept else " (given up)"
                measure = measure.annotate(each.number, f"{change.capitalize()}{given_up}")
        return measure

    @property
    def gains(self) -> tuple[Gain, ...]:
        """What each kind of change gained that was kept, in the order of `CHANGES`.

        Together they are the whole gain, from the first round to the last that was kept. Each has
        some practice in it, as every round has, and a change gains less the later it comes.
        """
        kept = [each for each in self.rounds[1:] if each.attempt.kept]
        tried = {each.attempt.change for each in kept}
        return tuple(
            Gain(
                change,
                round(sum(each.gained for each in kept if each.attempt.change == change), 1),
                sum(each.usually_gained for each in kept if each.attempt.change == change),
            )
            for change in CHANGES
            if change in tried
        )

    @property
    def table(self) -> DataFrame:
        """One row a round: what was tried and why, what was predicted, and what happened.

        The dates are made up, one a round, so that the table can be charted from a file.
        """
        from pandas import DataFrame, to_datetime

        tried = [each.attempt for each in self.rounds]
        return DataFrame(
            {
                "date": to_datetime(made_up_dates(len(self.rounds))),
                "round": [each.number for each in self.rounds],
                "change": [attempt.change for attempt in tried],
                "theory": [attempt.theory for attempt in tried],
                "predicted": [float(attempt.prediction) for attempt in tried],
                "seconds": [each.seconds for each in self.rounds],
                "passes": [each.passes for each in self.rounds],
                "drops": [each.drops for each in self.rounds],
                "kept": [int(attempt.kept) for attempt in tried],
            }
        )

    def describe(self) -> str:
        """Tell in plain words what happened, in at most 600 characters."""
        first, last = self.rounds[0], [each for each in self.rounds if each.attempt.kept][-1]
        told = [
            f"Simulated: {self.game.people} people in a circle passed a ball until everyone had "
            f"touched it, in the same order each time: {counted(len(self.rounds), 'round')}, "
            f"{counted(sum(each.drops for each in self.rounds), 'drop')}.",
            f"The first round took {number_in_words(first.seconds)} seconds"
            + (
                "."
                if last is first
                else f", the last one that was kept {number_in_words(last.seconds)}."
            ),
        ]
        for redesign, kind in ((False, "Small steps"), (True, "New ways")):
            gains = [each for each in self.gains if CHANGES[each.change].redesign is redesign]
            if gains:
                names = joined([each.change for each in gains])
                timed = _gained(sum(each.timed for each in gains))
                usual = _gained(sum(each.usual for each in gains))
                told.append(f"{kind} ({names}) {timed}; in the mean of many games they {usual}.")
        given_up = sum(not each.attempt.kept for each in self.rounds)
        if given_up:
            told.append(f"{counted(given_up, 'change')} given up.")
        return " ".join(told)

    def report(self) -> tuple[str, ...]:
        """Tell all there is to tell, in paragraphs."""
        return (self.describe(),)


def _gained(seconds: float) -> str:
    did = "gained" if seconds >= 0 else "lost"
    return f"{did} {number_in_words(abs(seconds), 2)} seconds"


def distance(people: int, places_apart: int, between: float) -> float:
    """Give the way across a circle from one person to another.

    Parameters
    ----------
    people : int
        How many stand on the circle, evenly: 4 to 16.
    places_apart : int
        How many places it is from the one to the other, either way round.
    between : float
        Metres from one neighbour to the next, straight.

    Returns
    -------
    float
        Metres, straight.

    Examples
    --------
    >>> distance(6, 1, 1.0), round(distance(6, 3, 1.0), 3)
    (1.0, 2.0)
    """
    return between * abs(math.sin(math.pi * places_apart / people)) / math.sin(math.pi / people)


def play(game: Game, random: Random) -> Played:
    """Play a round for each attempt.

    Parameters
    ----------
    game : Game
        Who plays, and what they try.
    random : random.Random
        Where chance comes from. With the same seed, rounds that were played stay as they are when
        another attempt is added.

    Returns
    -------
    Played

    Examples
    --------
    >>> tried = (Attempt("same", 20), Attempt("same", 18), Attempt("faster", 12, kept=False),
    ...          Attempt("closer", 15), Attempt("reorder", 8), Attempt("together", 3))
    >>> for each in play(Game(tried), Random(1)).rounds:
    ...     print(each.number, " ".join(each.way), each.seconds, each.drops)
    1  20.6 1
    2  10.3 0
    3 faster 6.4 0
    4 closer 8.3 0
    5 closer reorder 3.3 0
    6 closer reorder together 0.9 0
    """
    order = _shuffled(game.people, random)
    way: frozenset[str] = frozenset()
    rounds: list[Round] = []
    before: Round | None = None
    for number, attempt in enumerate(game.attempts, 1):
        tried = way | {attempt.change} - {SAME}
        places = tuple(range(game.people)) if "reorder" in tried else order
        moves = _moves(places, tried, number)
        played = _pass(moves, random)
        usual = _usual_seconds(moves)
        this = Round(
            number=number,
            attempt=attempt,
            way=tuple(change for change in CHANGES if change in tried),
            places=places,
            touched=played.touched,
            passes=played.passes,
            drops=played.drops,
            seconds=played.seconds,
            usual=usual,
            gained=round(before.seconds - played.seconds, 1) if before else 0.0,
            usually_gained=before.usual - usual if before else 0.0,
        )
        rounds.append(this)
        if attempt.kept:
            way, before = tried, this
    return Played(game, tuple(rounds))


class _Move(NamedTuple):
    """One pass: its usual seconds, its chance of a drop, and who touches the ball by it."""

    seconds: float
    drop: float
    to: tuple[int, ...]


class _Played(NamedTuple):
    """What was seen of a round; the fields are those of `Round`."""

    touched: tuple[int, ...]
    passes: int
    drops: int
    seconds: float


def _moves(places: tuple[int, ...], way: frozenset[str], number: int) -> list[_Move]:
    """Give the passes of a round, from the first person to the last."""
    people = len(places)
    haste = HASTE if "faster" in way else 1.0
    learnt = number**-LEARNING
    if "together" in way:
        seconds = (ROLL + TOUCH * people) * learnt / haste
        return [_Move(seconds, DROP_ROLL * haste**3, tuple(range(1, people)))]
    moves = []
    for person, metres in enumerate(_metres(places, "closer" in way), 1):
        if metres <= REACH:
            seconds, drop = HAND * learnt, DROP_HAND
        else:
            seconds, drop = AIM * learnt + metres / SPEED, DROP_METRE * metres
        moves.append(_Move(seconds / haste, drop * haste**3, (person,)))
    return moves


def _metres(places: tuple[int, ...], are_close: bool) -> list[float]:
    """Give the way of each pass, from the first person to the last."""
    between = CLOSE if are_close else APART
    return [distance(len(places), there - here, between) for here, there in pairwise(places)]


def _pass(moves: list[_Move], random: Random) -> _Played:
    """Pass the ball until it comes through without a drop."""
    touched = [0]
    seconds, passes, drops, done = 0.0, 0, 0, 0
    while done < len(moves):
        move = moves[done]
        passes += 1
        seconds += move.seconds * (1 + VARIES * (2 * random.random() - 1))
        if random.random() < move.drop:
            drops += 1
            seconds += FETCH
            touched, done = [0], 0
        else:
            touched += move.to
            done += 1
    return _Played(tuple(touched), passes, drops, round(seconds, 1))


def _usual_seconds(moves: list[_Move]) -> float:
    """Work out the mean time of a round.

    The last pass succeeds once, and so is tried 1 in q times, where q is the chance to succeed;
    the one before it must succeed each time that the last is tried, and so on to the first.
    """
    times, seconds = 1.0, 0.0
    for move in reversed(moves):
        times /= 1 - move.drop
        seconds += times * (move.seconds + move.drop * FETCH)
    return seconds


def _shuffled(people: int, random: Random) -> tuple[int, ...]:
    """Put places in any order, each as likely (Fisher & Yates 1938)."""
    places = list(range(people))
    for last in range(people - 1, 0, -1):
        other = int(random.random() * (last + 1))
        places[last], places[other] = places[other], places[last]
    return tuple(places)
