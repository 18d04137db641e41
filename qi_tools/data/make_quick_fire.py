"""Make ``phone_waits_quick_fire_simulated.csv``: 24 weeks of made-up waits on eight phone lines.

Run ``python qi_tools/data/make_quick_fire.py`` to write it again. The same file comes out each
time. Every line has a level and ups and downs about it; to five of the lines something is added.
The seeds were picked so that every usual set of rules says the same of a line, which real waits
seldom let them; `tests/qi_tools/test_quick_fire.py` works out what they say. Made anew
with other chance, the lines may tell their stories less clearly, and sets of rules may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from pathlib import Path
from random import Random
from statistics import NormalDist

WEEKS = 24
FIRST_WEEK = date(2025, 3, 3)  # a Monday


@dataclass(frozen=True, slots=True)
class Line:
    """A phone line: its usual wait in minutes, its ups and downs, and what is added each week."""

    seed: int
    level: float
    spread: float
    added: Callable[[int], float]

    def waits(self, random: Random) -> list[float]:
        """Give the average wait of each week, to one decimal place."""
        return [
            round(
                NormalDist(self.level + self.added(week), self.spread).inv_cdf(random.random()), 1
            )
            for week in range(WEEKS)
        ]


def nothing(week: int) -> float:
    """Add nothing: ups and downs alone."""
    return 0.0


def between(first: int, last: int, minutes: float) -> Callable[[int], float]:
    """Add minutes from one week to another, both counted from 1."""
    return lambda week: minutes if first <= week + 1 <= last else 0.0


def slowly(minutes: float) -> Callable[[int], float]:
    """Add a little more each week, up to so many minutes in the last."""
    return lambda week: minutes * week / (WEEKS - 1)


LINES = {
    "eye_clinic": Line(621, 8.0, 1.2, nothing),
    "blood_tests": Line(65, 9.0, 1.1, between(13, WEEKS, -3.0)),
    "pay_queries": Line(59, 7.0, 1.2, nothing),
    "x_ray": Line(22, 7.5, 1.0, between(16, 16, 6.0)),
    "porters": Line(14, 4.0, 0.7, between(14, WEEKS, 1.9)),
    "maternity": Line(40, 6.5, 0.9, nothing),
    "it_help": Line(1278, 6.0, 0.7, slowly(4.0)),
    "repairs": Line(25, 5.0, 0.8, between(8, 17, 2.4)),
}


class PickedSeeds(Random):
    """The chance behind the file as shipped: each line's own seed, for as many weeks as it has."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = [
            chance for line in LINES.values() for chance in repeat(Random(line.seed), WEEKS)
        ]

    def random(self) -> float:
        """Give the next number."""
        return self._turns.pop(0).random()


def lines(random: Random) -> list[str]:
    """Give the lines of the file, headings first.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; its method random() is all that Python promises never to change.

    Returns
    -------
    list of str
    """
    columns = [line.waits(random) for line in LINES.values()]
    made = [",".join(("week", *LINES))]
    for week, waits in enumerate(zip(*columns, strict=True)):
        made.append(",".join((str(FIRST_WEEK + timedelta(weeks=week)), *map(str, waits))))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("phone_waits_quick_fire_simulated.csv")
    path.write_text("\n".join(lines(PickedSeeds())) + "\n", encoding="utf-8", newline="\n")
