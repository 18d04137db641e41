"""Make the charts of the board's assessment: 24 months for each item, made up.

`test_board_charts` holds the bank to this file. It stands here, and neither beside the bank nor in
``qi_tools``, because it says what was put into each chart and so tells the key: ``tests`` does not
reach learners.

Each series is a level with ups and downs; to some a lasting change or one odd month is added. The
seeds were picked so that both rule sets that an organisation can choose say the same of a chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import NormalDist
from typing import Literal

from course.charts import Chart

MONTHS = 24


@dataclass(frozen=True, slots=True)
class Series:
    """One chart: what it is of, its ups and downs, and what is added to them if anything.

    ``month`` is counted from 0. ``step`` is added from that month on, ``bump`` in that month alone.
    """

    seed: int
    name: str
    unit: str
    start: date
    level: float
    spread: float
    shows: Literal["dots", "limits", "signals"]
    rule_set: Literal["anhoej", "making_data_count"] | None = None
    better: Literal["lower", "higher", "neither"] = "neither"
    target: float | None = None
    month: int = 0
    step: float = 0
    bump: float = 0
    digits: int = 1

    def values(self) -> tuple[float, ...]:
        """Give the values, rounded as they are shown."""
        # Random.random() is the one source that Python promises never to change.
        random = Random(self.seed)
        made = []
        for month in range(MONTHS):
            value = NormalDist(self.level, self.spread).inv_cdf(random.random())
            value += self.step * (month >= self.month) + self.bump * (month == self.month)
            made.append(round(value, self.digits))
        return tuple(made)

    def chart(self) -> Chart:
        """Give the chart as the bank should have it."""
        return Chart(
            self.name, self.unit, self.start, self.values(), "month",
            self.shows, self.rule_set, self.better, self.target,
        )  # fmt: skip


#: Each chart, by its item; that of the first written task, too.
SERIES = {
    "board-q10-a": Series(
        9710000,
        "Average wait for a community bed each month",
        "days",
        date(2024, 3, 1),
        18,
        1.3,
        "dots",
        month=14,
        step=5,
    ),
    "board-q10-b": Series(
        9810131,
        "Calls to the IT help desk answered within two minutes each month",
        "% of calls",
        date(2024, 5, 1),
        80,
        3.4,
        "dots",
    ),
    "board-q10-c": Series(
        9910001,
        "Invoices paid late each month",
        "% of invoices",
        date(2024, 1, 1),
        24,
        1.6,
        "dots",
        month=13,
        step=-6,
    ),
    "board-q10-d": Series(
        10010000,
        "Meals that came back untouched each month",
        "meals in each 1,000",
        date(2024, 1, 1),
        31,
        3,
        "dots",
        month=15,
        bump=22,
    ),
    "board-q11-a": Series(
        9711000,
        "Falls on the wards each month",
        "falls in 1,000 days in bed",
        date(2024, 4, 1),
        5.6,
        0.7,
        "limits",
        rule_set="making_data_count",
        better="lower",
    ),
    "board-q11-b": Series(
        9811000,
        "Mistakes in payroll each month",
        "mistakes",
        date(2024, 2, 1),
        31,
        3.5,
        "limits",
        rule_set="anhoej",
        better="lower",
        month=17,
        bump=24,
        digits=0,
    ),
    "board-q11-c": Series(
        9911000,
        "Average time from referral to first visit each month",
        "days",
        date(2024, 7, 1),
        34,
        2.2,
        "limits",
        rule_set="making_data_count",
        better="lower",
        month=14,
        step=8,
    ),
    "board-q11-d": Series(
        10011001,
        "Overtime in estates each month",
        "hours",
        date(2024, 5, 1),
        412,
        38,
        "limits",
        rule_set="anhoej",
        better="lower",
        digits=0,
    ),
    "board-q12-a": Series(
        9712000,
        "Letters sent within seven days of a visit",
        "% of letters",
        date(2024, 6, 1),
        71,
        3.2,
        "signals",
        rule_set="making_data_count",
        better="higher",
        target=90,
    ),
    "board-q12-b": Series(
        9812001,
        "Average time to repair a lift each month",
        "hours",
        date(2024, 3, 1),
        20.5,
        2.4,
        "signals",
        rule_set="anhoej",
        better="lower",
        target=21,
    ),
    "board-q12-c": Series(
        9912000,
        "Hospital visits missed each month",
        "% of visits",
        date(2024, 5, 1),
        12,
        0.7,
        "signals",
        rule_set="making_data_count",
        better="lower",
        target=5,
        month=14,
        step=-3,
    ),
    "board-q12-d": Series(
        10012000,
        "Complaints answered within 25 days",
        "% of complaints",
        date(2024, 4, 1),
        93,
        1.5,
        "signals",
        rule_set="anhoej",
        better="higher",
        target=85,
    ),
    "board-q13-a": Series(
        9713004,
        "Medicines that reached wards late each month",
        "% of medicines",
        date(2024, 6, 1),
        6.4,
        0.7,
        "signals",
        rule_set="making_data_count",
        better="lower",
        month=23,
        bump=5,
    ),
    "board-q13-b": Series(
        9813096,
        "Repairs done within three days each month",
        "% of repairs",
        date(2024, 4, 1),
        90,
        1.7,
        "signals",
        rule_set="anhoej",
        better="higher",
        target=80,
    ),
    "board-q13-c": Series(
        9913008,
        "Clinic letters with a mistake each month",
        "mistakes in 100 letters",
        date(2024, 5, 1),
        8.2,
        0.8,
        "signals",
        rule_set="making_data_count",
        better="lower",
        target=2,
    ),
    "board-q13-d": Series(
        10013003,
        "Average wait for a blood test each month",
        "minutes",
        date(2024, 6, 1),
        14,
        1.1,
        "signals",
        rule_set="anhoej",
        better="lower",
        target=30,
        month=14,
        step=4,
    ),
    "board-q14-a": Series(
        9714000,
        "New starters with a log-in on their first day",
        "% of starters",
        date(2024, 5, 1),
        58,
        3.2,
        "signals",
        rule_set="making_data_count",
        better="higher",
        target=95,
        month=14,
        step=17,
    ),
    "board-q14-b": Series(
        9814074,
        "Patients moved to another bed at night each month",
        "moves in 1,000 nights",
        date(2024, 4, 1),
        12.4,
        1.3,
        "signals",
        rule_set="anhoej",
        better="lower",
    ),
    "board-q14-c": Series(
        9914075,
        "Theatre lists started on time each month",
        "% of lists",
        date(2024, 6, 1),
        74,
        4,
        "signals",
        rule_set="making_data_count",
        better="higher",
        target=75,
    ),
    "board-q14-d": Series(
        10014000,
        "Spending on agency staff each month",
        "thousand pounds",
        date(2024, 5, 1),
        310,
        18,
        "signals",
        rule_set="anhoej",
        better="lower",
        month=23,
        bump=-130,
        digits=0,
    ),
    "board-q15-a": Series(
        9715105,
        "Staff off sick each month",
        "% of staff",
        date(2024, 3, 1),
        4.1,
        0.17,
        "limits",
        rule_set="making_data_count",
        better="lower",
        target=5,
        digits=2,
    ),
    "board-q15-b": Series(
        9815129,
        "Requests for an interpreter that were not met",
        "% of requests",
        date(2024, 6, 1),
        7.5,
        0.8,
        "limits",
        rule_set="anhoej",
        better="lower",
        month=14,
        step=2.4,
    ),
    "board-q15-c": Series(
        9915001,
        "Average time to hire someone each month",
        "days",
        date(2024, 4, 1),
        71,
        4,
        "limits",
        rule_set="making_data_count",
        better="lower",
        target=45,
    ),
    "board-q15-d": Series(
        10015816,
        "Letters home sent within a day of discharge",
        "% of letters",
        date(2024, 5, 1),
        83,
        3,
        "limits",
        rule_set="anhoej",
        better="higher",
        target=85,
    ),
    "board-q16-a": Series(
        9716049,
        "Meals that reached wards late each month",
        "% of meals",
        date(2024, 6, 1),
        4.8,
        0.55,
        "signals",
        rule_set="making_data_count",
        better="lower",
        target=10,
        month=13,
        bump=8,
    ),
    "board-q16-b": Series(
        9816018,
        "Doses of medicine left out each month",
        "doses in 1,000",
        date(2024, 4, 1),
        24,
        1.8,
        "limits",
        rule_set="anhoej",
        better="lower",
        month=14,
        step=-5,
    ),
    "board-q16-c": Series(
        9916003,
        "Complaints answered within 25 days",
        "% of complaints",
        date(2024, 6, 1),
        62,
        3.5,
        "signals",
        rule_set="making_data_count",
        better="higher",
        target=80,
    ),
    "board-q16-d": Series(
        10016023,
        "Calls answered within a minute each month",
        "% of calls",
        date(2024, 5, 1),
        95.4,
        1,
        "signals",
        rule_set="anhoej",
        better="higher",
        target=90,
    ),
    "board-q17-a": Series(
        9717001,
        "Mistakes in payroll each month",
        "mistakes",
        date(2024, 4, 1),
        42,
        5,
        "signals",
        rule_set="making_data_count",
        better="lower",
        digits=0,
    ),
    "board-q17-c": Series(
        9917001,
        "Mistakes in patients' records each month",
        "mistakes",
        date(2024, 5, 1),
        55,
        4.5,
        "signals",
        rule_set="anhoej",
        better="lower",
        month=14,
        step=17,
        digits=0,
    ),
    "board-q20-a": Series(
        9720310,
        "Average wait for the IT help desk each month",
        "minutes",
        date(2024, 6, 1),
        26,
        2.6,
        "signals",
        rule_set="making_data_count",
        better="lower",
    ),
    "board-q20-b": Series(
        9820123,
        "Patients content with their meals each month",
        "% of patients",
        date(2024, 4, 1),
        86,
        2,
        "signals",
        rule_set="anhoej",
        better="higher",
    ),
    "w1": Series(
        4901006,
        "Wheelchairs delivered within 18 days",
        "% of wheelchairs",
        date(2024, 10, 1),
        58,
        3.1,
        "dots",
        month=14,
        step=11.5,
        digits=0,
    ),
}
