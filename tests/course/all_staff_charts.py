"""Make the charts of the all-staff assessment: 24 weekly waits on the phone for each item, made up.

`test_all_staff_charts` holds the bank to this file. It stands here, and neither beside the bank nor
in ``qi_tools``, because it says what was put into each chart and so tells the key: ``tests`` does
not reach learners.

Each series is a level with ups and downs; to some a lasting change or one odd week is added. The
seeds were picked so that every usual rule set says the same of a chart, which real waits seldom
let them. The test works out what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import NormalDist

WEEKS = 24
NAME = "Average wait on the phone each week"
UNIT = "minutes"


@dataclass(frozen=True, slots=True)
class Series:
    """One chart: where it starts, its ups and downs, and what is added to them if anything.

    ``week`` is counted from 0. ``step`` is added from that week on, ``bump`` in that week alone.
    """

    seed: int
    start: date
    level: float
    spread: float
    week: int = 0
    step: float = 0
    bump: float = 0

    def values(self) -> list[float]:
        """Give the waits in minutes, to one decimal place."""
        # Random.random() is the one source that Python promises never to change.
        random = Random(self.seed)
        made = []
        for week in range(WEEKS):
            wait = NormalDist(self.level, self.spread).inv_cdf(random.random())
            wait += self.step * (week >= self.week) + self.bump * (week == self.week)
            made.append(round(wait, 1))
        return made


SERIES = {
    "all-staff-q10-a": Series(14, date(2025, 9, 1), 7.5, 1.1),
    "all-staff-q10-b": Series(1143, date(2025, 2, 3), 9, 1.3),
    "all-staff-q10-c": Series(2067, date(2025, 7, 7), 8, 1.2),
    "all-staff-q10-d": Series(17236, date(2025, 10, 6), 9, 1.2),
    "all-staff-q11-a": Series(3221, date(2025, 3, 3), 6.5, 1.2),
    "all-staff-q11-b": Series(11579, date(2025, 1, 6), 6.5, 1.1),
    "all-staff-q11-c": Series(129285, date(2025, 4, 7), 10, 1.4),
    "all-staff-q11-d": Series(7981, date(2025, 6, 2), 8.5, 1.3),
    "all-staff-q12-a": Series(8054, date(2025, 1, 6), 10, 1.0, week=12, step=-2.8),
    "all-staff-q12-b": Series(10372, date(2025, 5, 5), 7, 1.1),
    "all-staff-q12-c": Series(10045, date(2025, 8, 4), 8, 0.9, week=15, bump=6),
    "all-staff-q12-d": Series(11060, date(2025, 3, 3), 6, 0.9, week=11, step=2.6),
    "all-staff-q13-a": Series(12018, date(2025, 2, 3), 10, 1.0, week=8, bump=-6),
    "all-staff-q13-b": Series(13119, date(2025, 9, 1), 8, 1.1, week=13, step=3.0),
    "all-staff-q13-c": Series(14066, date(2025, 6, 2), 12, 1.2, week=11, step=-3.2),
    "all-staff-q13-d": Series(15731, date(2025, 4, 7), 9, 1.4),
    "all-staff-q14-a": Series(16071, date(2025, 7, 7), 8, 1.2),
    "all-staff-q14-b": Series(18322, date(2025, 1, 6), 9, 1.3),
    "all-staff-q14-c": Series(18022, date(2025, 3, 3), 7, 1.1),
    "all-staff-q14-d": Series(19982, date(2025, 10, 6), 9, 1.3),
    "all-staff-q14-e": Series(20012, date(2025, 5, 5), 7, 0.9, week=17, bump=5.5),
    "all-staff-q14-f": Series(21003, date(2025, 8, 4), 7, 1.0, week=12, step=2.8),
}
