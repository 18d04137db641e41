"""How a ball is passed: the seconds, and the chance of a drop.

All numbers are made up; nobody measured them. A pass is a throw, with a time to aim and a time to
fly, or within arm's reach a handing over, which takes less and seldom fails. A dropped ball goes
back to the first person, with the clock running. A throw is dropped in proportion to its distance
and to the third power of the haste. Every round is also practice, whatever else is changed:
handling falls by a tenth each time the number of rounds doubles.

Sources. The learning curve: Wright TP (1936). Factors affecting the cost of airplanes. Journal of
the Aeronautical Sciences 3. How often one begins again until all passes in a row succeed: Feller W
(1968). An Introduction to Probability Theory and Its Applications 1.
"""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from typing import NamedTuple

__all__ = [
    "APART",
    "CLOSE",
    "DROP_HAND",
    "FETCH",
    "HAND",
    "REACH",
    "Move",
    "Passed",
    "distance",
    "metres_of",
    "moves_of",
    "pass_ball",
    "usual_seconds",
]

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


class Move(NamedTuple):
    """One pass, as it usually is.

    Parameters
    ----------
    seconds : float
        Its mean time.
    drop : float
        The chance that the ball falls.
    to : tuple of int
        Who touches the ball by it, one after another.
    """

    seconds: float
    drop: float
    to: tuple[int, ...]


class Passed(NamedTuple):
    """What was seen of a round.

    Parameters
    ----------
    touched : tuple of int
        Who touched the ball, one after another, in the try that counted.
    passes, drops : int
        How often the ball was passed, from the start of the clock, and how often it fell.
    seconds : float
        As the stopwatch shows, to a tenth.
    """

    touched: tuple[int, ...]
    passes: int
    drops: int
    seconds: float


def moves_of(places: tuple[int, ...], way: frozenset[str], number: int) -> list[Move]:
    """Give the passes of a round, from the first person to the last.

    Parameters
    ----------
    places : tuple of int
        Where each person stands on the circle, in the order in which they touch the ball.
    way : frozenset of str
        The changes in force.
    number : int
        Which round it is, counted from 1: practice makes passes quicker.

    Returns
    -------
    list of Move

    Examples
    --------
    >>> [round(each.seconds, 2) for each in moves_of((0, 2, 1, 3), frozenset(), 1)]
    [1.25, 0.45, 1.25]
    """
    people = len(places)
    haste = HASTE if "faster" in way else 1.0
    learnt = number**-LEARNING
    if "together" in way:
        seconds = (ROLL + TOUCH * people) * learnt / haste
        return [Move(seconds, DROP_ROLL * haste**3, tuple(range(1, people)))]
    moves = []
    for person, metres in enumerate(metres_of(places, "closer" in way), 1):
        if metres <= REACH:
            seconds, drop = HAND * learnt, DROP_HAND
        else:
            seconds, drop = AIM * learnt + metres / SPEED, DROP_METRE * metres
        moves.append(Move(seconds / haste, drop * haste**3, (person,)))
    return moves


def metres_of(places: tuple[int, ...], are_close: bool) -> list[float]:
    """Give how far each pass goes, in metres, from the first person to the last.

    Parameters
    ----------
    places : tuple of int
        Where each person stands on the circle, in the order in which they touch the ball.
    are_close : bool
        Whether people have moved closer together.

    Returns
    -------
    list of float

    Examples
    --------
    >>> [round(each, 2) for each in metres_of((0, 2, 1, 3), are_close=False)]
    [1.41, 1.0, 1.41]
    """
    between = CLOSE if are_close else APART
    return [distance(len(places), there - here, between) for here, there in pairwise(places)]


def pass_ball(moves: list[Move], random: Random) -> Passed:
    """Pass the ball until it comes through without a drop.

    Parameters
    ----------
    moves : list of Move
        The passes of a round.
    random : random.Random
        Where chance comes from.

    Returns
    -------
    Passed

    Examples
    --------
    >>> pass_ball(moves_of((0, 2, 1, 3), frozenset(), 1), Random(1)).touched
    (0, 1, 2, 3)
    """
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
    return Passed(tuple(touched), passes, drops, round(seconds, 1))


def usual_seconds(moves: list[Move]) -> float:
    """Work out the mean time of a round.

    The last pass succeeds once, and so is tried 1 in q times, where q is the chance to succeed;
    the one before it must succeed each time that the last is tried, and so on to the first.

    Parameters
    ----------
    moves : list of Move
        The passes of a round.

    Returns
    -------
    float

    Examples
    --------
    >>> round(usual_seconds(moves_of((0, 2, 1, 3), frozenset(), 1)), 2)
    3.15
    """
    times, seconds = 1.0, 0.0
    for move in reversed(moves):
        times /= 1 - move.drop
        seconds += times * (move.seconds + move.drop * FETCH)
    return seconds
