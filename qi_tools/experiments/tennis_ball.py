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

What is simplified or made up. How long passes take and how often they fail: `ball_passes`. What can
be tried: `ball_game`.

Source. Theory, prediction and result: Langley GJ et al (2009). The Improvement Guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, ClassVar

from qi_tools.experiments.ball_game import CHANGES, SAME, Attempt, Game
from qi_tools.experiments.ball_passes import REACH, metres_of, moves_of, pass_ball, usual_seconds
from qi_tools.experiments.settings import made_up_dates
from qi_tools.result import Result
from qi_tools.words import counted, joined, number_in_words

if TYPE_CHECKING:
    from pandas import DataFrame

    from qi_tools.measure import Measure

__all__ = ["Gain", "Played", "Round", "play"]


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
        return tuple(each <= REACH for each in metres_of(self.places, "closer" in self.way))


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
        moves = moves_of(places, tried, number)
        played = pass_ball(moves, random)
        usual = usual_seconds(moves)
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


def _shuffled(people: int, random: Random) -> tuple[int, ...]:
    """Put places in any order, each as likely (Fisher & Yates 1938)."""
    places = list(range(people))
    for last in range(people - 1, 0, -1):
        other = int(random.random() * (last + 1))
        places[last], places[other] = places[other], places[last]
    return tuple(places)
