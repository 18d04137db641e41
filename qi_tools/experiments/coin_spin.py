"""How long a coin spins on a table, by coin, by what it spins on, and by how it is spun.

All numbers here are made up for teaching; nobody measured them. They are set so that ten spins look
like ten spins of a real coin: some 2 to 18 seconds in the middle, depending on the setting, with
single spins up to half as long again or as short. The coin of 10p on a bare table, flicked with a
finger, is the start that all else is told from.

The logarithm of the seconds is a sum: start + coin + surface + way + interaction + noise. So each
change multiplies the time. One pair is more than its parts: a heavy coin wants both hands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from qi_tools.errors import QIToolsError
from qi_tools.experiments.settings import bell

__all__ = ["COINS", "SPREAD", "SURFACES", "WAYS", "Spin", "SpinInvalid", "spins"]

START = math.log(7.0)
"""The middle of many spins of 10p on a table with a flick: 7 seconds."""
COINS: Mapping[str, float] = {"1p": -0.30, "2p": 0.10, "10p": 0.0, "£2": 0.05}
SURFACES: Mapping[str, float] = {"table": 0.0, "tray": 0.35, "plate": 0.45, "cloth": -0.70}
WAYS: Mapping[str, float] = {"flick": 0.0, "both hands": 0.25, "pinch": -0.30}
TOGETHER: Mapping[tuple[str, str], float] = {("£2", "both hands"): 0.20}
"""What a coin and a way of spinning add when they meet."""
SPREAD = 0.22
"""The standard deviation of the noise: ten spins in a row differ by about a fifth either way."""


class SpinInvalid(QIToolsError):
    """A coin can't be spun in the way that was asked for."""


@dataclass(frozen=True, slots=True)
class Spin:
    """One way to spin a coin.

    Parameters
    ----------
    coin : str
        One of `COINS`.
    surface : str
        What it spins on: one of `SURFACES`.
    way : str
        How it is set going: one of `WAYS`.

    Raises
    ------
    SpinInvalid
        If one of them is not known.

    Examples
    --------
    To change one thing at a time, replace it:

    >>> from dataclasses import replace
    >>> start = Spin("10p", "table", "flick")
    >>> round(start.typical_seconds, 1), round(replace(start, surface="cloth").typical_seconds, 1)
    (7.0, 3.5)
    """

    coin: str
    surface: str
    way: str

    def __post_init__(self) -> None:
        for name, given, known in (
            ("coin", self.coin, COINS),
            ("surface", self.surface, SURFACES),
            ("way", self.way, WAYS),
        ):
            if given not in known:
                raise SpinInvalid(
                    f"The {name} of a spin is {given!r}. Use one of: {', '.join(known)}."
                )

    @property
    def typical_seconds(self) -> float:
        """The middle of many spins: half of them last longer."""
        return math.exp(
            START
            + COINS[self.coin]
            + SURFACES[self.surface]
            + WAYS[self.way]
            + TOGETHER.get((self.coin, self.way), 0.0)
        )


def spins(setting: Spin, n: int, random: Random) -> tuple[float, ...]:
    """Spin a coin a few times.

    Parameters
    ----------
    setting : Spin
        How it is spun.
    n : int
        How many times; 1 or more.
    random : random.Random
        Where chance comes from. The same seed gives the same spins.

    Returns
    -------
    tuple of float
        Seconds, as a stopwatch shows them: to a tenth.

    Raises
    ------
    SpinInvalid
        If `n` is not a whole number of 1 or more.

    Examples
    --------
    >>> spins(Spin("10p", "table", "flick"), 3, Random(1))
    (6.7, 6.9, 3.8)
    """
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise SpinInvalid(f"The number of spins is {n!r}. Give a whole number of 1 or more.")
    return tuple(
        round(setting.typical_seconds * math.exp(SPREAD * bell(random)), 1) for _ in range(n)
    )
