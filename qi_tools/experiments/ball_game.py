"""Who passes a ball in a circle, and what they try round by round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import check_whole

__all__ = ["CHANGES", "SAME", "Attempt", "Change", "Game", "GameInvalid"]


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
    qi_tools.experiments.ball_game.GameInvalid: To stand closer is kept already. Try another...
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
