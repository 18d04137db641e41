"""A ward on which doses of medicine are missed, and what ideas for fewer of them truly do there.

The ward, its ideas and all effects are invented; whether a real tabard or list works is another
matter. An idea may work only with keen staff, only by day, only together with another, or only
while few use it: what each of them hides differs from ward to ward, so that no idea can be guessed
from how it sounds or where it stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Final

from qi_tools.errors import QIToolsError

__all__ = [
    "IDEAS",
    "ROLES",
    "SCALES",
    "STAFF",
    "TIMES",
    "Ward",
    "WardInvalid",
    "best_ideas",
    "check_conditions",
    "check_ideas",
    "missed_by_chance",
    "true_rate",
    "ward_by_chance",
    "ward_rate",
]

IDEAS: Mapping[str, str] = {
    "tabard": "The nurse who gives medicines wears a tabard and is not disturbed.",
    "top-up": "A technician fills up the drug cupboard in the afternoon.",
    "chart check": "Charts are checked at the bedside at handover.",
    "urgent list": "A list on the board says whose doses must not be late.",
    "one round": "One nurse gives all the medicines.",
}
"""What can be tried, alone or together."""
ROLES: Final = ("keen only", "by day only", "one of a pair", "one of a pair", "harm at scale")
"""What ideas hide, in the order of `IDEAS`; another ward has them in another order."""
SCALES: Mapping[str, int] = {"one nurse": 20, "one bay": 30, "whole ward": 120}
"""Where a test takes place, from small to large, and how many doses are due there in a shift."""
TIMES: Mapping[str, int] = {"day": 5, "night": 5, "weekend": 4}
"""When a test takes place, and how many of a week's 14 shifts are such."""
STAFF: Final = ("keen", "usual")
"""Who takes part. A whole ward always has its usual staff."""

# What makes missed doses more likely, in log odds; all made up.
_TIME: Mapping[str, float] = {"day": 0.0, "night": 0.2, "weekend": 0.1}
_STAFF: Mapping[str, float] = {"keen": -0.25, "usual": 0.0}
_KEEN_ONLY: Mapping[str, float] = {"keen": -0.8, "usual": 0.05}
_BY_DAY: Mapping[str, float] = {"day": -0.7, "night": 0.0, "weekend": 0.0}
_BY_SCALE: Mapping[str, float] = {"one nurse": -0.6, "one bay": -0.1, "whole ward": 0.35}
_HALF, _PAIR = -0.1, -0.6


class WardInvalid(QIToolsError):
    """The ward, or a test on it, can't be as given."""


@dataclass(frozen=True, slots=True)
class Ward:
    """The ward, and what its ideas hide.

    Parameters
    ----------
    rate : float
        The share of doses that its usual staff miss on a weekday by day: 0.05 to 0.3.
    roles : tuple of str
        `ROLES` in any order: what each of `IDEAS` hides.

    Raises
    ------
    WardInvalid
        If one of them can't be.

    Examples
    --------
    >>> Ward(roles=ROLES[::-1]).role("tabard")
    'harm at scale'
    """

    rate: float = 0.14
    roles: tuple[str, ...] = ROLES

    def __post_init__(self) -> None:
        if not 0.05 <= self.rate <= 0.3:
            raise WardInvalid(
                f"The share of doses missed is {self.rate!r}. Give a number from 0.05 to 0.3."
            )
        if not isinstance(self.roles, tuple) or sorted(map(str, self.roles)) != sorted(ROLES):
            raise WardInvalid(
                f"The roles are {self.roles!r}. Give these as a tuple, in any order: "
                f"{', '.join(ROLES)}."
            )

    def role(self, idea: str) -> str:
        """Say what one idea hides.

        Raises
        ------
        WardInvalid
            If there is no such idea.
        """
        check_ideas((idea,))
        return self.roles[tuple(IDEAS).index(idea)]


def ward_by_chance(random: Random) -> Ward:
    """Give a ward whose ideas hide what chance deals out to them.

    Parameters
    ----------
    random : random.Random
        Where chance comes from. The same seed gives the same ward.

    Returns
    -------
    Ward

    Examples
    --------
    >>> ward_by_chance(Random(1)) == ward_by_chance(Random(1))
    True
    """
    left = list(ROLES)
    return Ward(roles=tuple(left.pop(int(random.random() * len(left))) for _ in ROLES))


def true_rate(ward: Ward, ideas: Iterable[str], scale: str, time: str, staff: str) -> float:
    """Tell the true share of missed doses: what no team on a ward can see.

    Parameters
    ----------
    ward : Ward
        Where.
    ideas : iterable of str
        Those of `IDEAS` in use.
    scale, time, staff : str
        One of `SCALES`, `TIMES` and `STAFF` each.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    WardInvalid
        If one of them is not known.

    Examples
    --------
    What charms with keen staff does nothing for the rest:

    >>> for staff in STAFF:
    ...     rates = [
    ...         true_rate(Ward(), ideas, "one nurse", "day", staff) for ideas in ((), ("tabard",))
    ...     ]
    ...     print(staff, [round(rate, 3) for rate in rates])
    keen [0.113, 0.054]
    usual [0.14, 0.146]
    """
    chosen = tuple(ideas)
    check_ideas(chosen)
    check_conditions(scale, time, staff)
    roles = [ward.role(idea) for idea in chosen]
    alone = {
        "keen only": _KEEN_ONLY[staff],
        "by day only": _BY_DAY[time],
        "one of a pair": _HALF,
        "harm at scale": _BY_SCALE[scale],
    }
    odds = math.log(ward.rate / (1 - ward.rate)) + _TIME[time] + _STAFF[staff]
    odds += sum(alone[role] for role in roles)
    odds += _PAIR if roles.count("one of a pair") == 2 else 0
    return 1 / (1 + math.exp(-odds))


def ward_rate(ward: Ward, ideas: Iterable[str]) -> float:
    """Tell the true share of missed doses on the whole ward in an average week.

    Parameters
    ----------
    ward : Ward
        Where.
    ideas : iterable of str
        Those of `IDEAS` in use.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    WardInvalid
        If there is no such idea.

    Examples
    --------
    >>> [round(ward_rate(Ward(), ideas), 3) for ideas in ((), ("one round",), best_ideas(Ward()))]
    [0.153, 0.204, 0.063]
    """
    chosen = tuple(ideas)
    missed = (
        shifts * true_rate(ward, chosen, "whole ward", time, "usual")
        for time, shifts in TIMES.items()
    )
    return sum(missed) / sum(TIMES.values())


def best_ideas(ward: Ward) -> tuple[str, ...]:
    """Tell which ideas together leave fewest doses missed on the whole ward.

    Parameters
    ----------
    ward : Ward
        Where.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> best_ideas(Ward())
    ('top-up', 'chart check', 'urgent list')
    """
    sets = (each for size in range(len(IDEAS) + 1) for each in combinations(IDEAS, size))
    return min(sets, key=lambda ideas: ward_rate(ward, ideas))


def missed_by_chance(doses: int, rate: float, random: Random) -> int:
    """Count how many of so many doses are missed, each with the same chance, apart from the others.

    Parameters
    ----------
    doses : int
    rate : float
        From 0 to 1.
    random : random.Random

    Returns
    -------
    int
    """
    return sum(random.random() < rate for _ in range(doses))


def check_ideas(ideas: object) -> None:
    """Refuse what is no tuple of `IDEAS`, each once.

    Raises
    ------
    WardInvalid
    """
    if not isinstance(ideas, tuple) or not all(
        isinstance(idea, str) and idea in IDEAS for idea in ideas
    ):
        raise WardInvalid(f"The ideas are {ideas!r}. Give a tuple of: {', '.join(IDEAS)}.")
    if len(set(ideas)) < len(ideas):
        raise WardInvalid(f"An idea comes twice in {ideas!r}. Give each once.")


def check_conditions(scale: str, time: str, staff: str) -> None:
    """Refuse conditions that are not known, or that can't go together.

    Raises
    ------
    WardInvalid
    """
    for what, given, known in (("scale", scale, SCALES), ("time", time, TIMES)):
        if given not in known:
            raise WardInvalid(f"The {what} is {given!r}. Use one of: {', '.join(known)}.")
    if staff not in STAFF:
        raise WardInvalid(f"The staff is {staff!r}. Use one of: {', '.join(STAFF)}.")
    if scale == "whole ward" and staff == "keen":
        raise WardInvalid(
            "A whole ward has no keen staff only. Use its usual staff, or a smaller scale."
        )
