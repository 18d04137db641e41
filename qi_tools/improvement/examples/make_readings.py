"""Make up the readings of the worked projects, and put them into their files.

Run ``python -m qi_tools.improvement.examples.make_readings`` to write them again. The same readings
come out each time. The outcome of each project is a data set of the course, as it is. The other
measures begin to change in the week or the month that the project's story says, each row by the
same chance as its neighbours. The seeds were not picked.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from io import StringIO
from random import Random
from typing import Final

from qi_tools.data.making import bell, happened, month, row, week, whole
from qi_tools.datasets import load_dataset
from qi_tools.improvement.examples import HERE, example_project
from qi_tools.improvement.project_file import written

__all__ = ["MADE", "missed_appointments", "payroll_errors"]

MISSED_SEED, PAYROLL_SEED = 20270401, 20270402
WEEKS, FIRST_WEEK = 40, date(2025, 1, 6)  # a Monday
MONTHS, FIRST_YEAR = 30, 2023


def missed_appointments(random: Random) -> dict[str, str]:
    """Give the readings of the eye clinic, as pasted rows, by the id of the measure.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; its method random() is all that Python promises never to change.

    Returns
    -------
    dict of str to str
    """
    weeks = [(number + 1, week(FIRST_WEEK, number)) for number in range(WEEKS)]
    months = [(number + 1, month(2025, number)) for number in range(9)]
    return {
        "missed": _of_dataset("missed_appointments_simulated"),
        # Tests reach some from week 14 on; the text goes to all in week 21.
        "could-read": _shares(
            random,
            weeks[9:],
            lambda _: whole(random, 17, 20),
            lambda number: 0.10 if number < 14 else 0.20 if number < 21 else 0.88,
        ),
        # Tests of the line help from week 17 on; it is there for good from week 23 on.
        "answered": _shares(
            random,
            weeks,
            lambda _: whole(random, 130, 180),
            lambda number: 0.60 if number < 17 else 0.68 if number < 23 else 0.87,
        ),
        "letter-in-time": _shares(random, months, lambda _: 30, lambda number: 0.42),
        "no-way-here": _shares(
            random,
            months[2:],
            lambda _: whole(random, 15, 20),
            lambda number: 0.15 if number < 6 else 0.10,
        ),
        "slots-used": _shares(
            random,
            months,
            lambda _: whole(random, 18, 34),
            lambda number: 0.25 if number < 6 else 0.55,
        ),
        "seen-late": _shares(
            random,
            months,
            lambda _: whole(random, 560, 640),
            lambda number: 0.31 if number < 6 else 0.26,
        ),
        "overrun": _amounts(random, weeks, 3, lambda number: 17 if number < 21 else 21),
        "complaints": _counts(random, months, 600, lambda number: 0.005),
    }


def payroll_errors(random: Random) -> dict[str, str]:
    """Give the readings of the pay office, as pasted rows, by the id of the measure.

    Parameters
    ----------
    random : random.Random
        Where chance comes from; its method random() is all that Python promises never to change.

    Returns
    -------
    dict of str to str
    """
    months = [(number + 1, month(FIRST_YEAR, number)) for number in range(MONTHS)]
    changes = {number: whole(random, 380, 460) for number, _ in months}
    return {
        "with-error": _of_dataset("payroll_errors_simulated"),
        # Tests reach some in months 14 to 16; all changes come in on the form from month 17 on.
        "on-form": _shares(
            random,
            months[12:],
            changes.__getitem__,
            lambda number: 0.0 if number < 14 else 0.08 if number < 17 else 0.91,
        ),
        "in-time": _shares(
            random, months, changes.__getitem__, lambda number: 0.71 if number < 17 else 0.83
        ),
        "mended": _amounts(random, months, 4, lambda number: 46 if number < 17 else 29),
        "form-minutes": _amounts(
            random, months[13:], 0.8, lambda number: 9 if number < 17 else 6.5
        ),
        "questions": _counts(random, months, 2_000, lambda number: 0.030 if number < 17 else 0.036),
    }


MADE: Final = {
    "missed_appointments": (missed_appointments, MISSED_SEED),
    "payroll_errors": (payroll_errors, PAYROLL_SEED),
}


def _of_dataset(name: str) -> str:
    """Give the rows of a data set without their headings."""
    return _rows(list(csv.reader(StringIO(load_dataset(name).text)))[1:])


def _shares(
    random: Random,
    dates: Iterable[tuple[int, object]],
    out_of: Callable[[int], int],
    chance: Callable[[int], float],
) -> str:
    rows = []
    for number, day in dates:
        looked_at = out_of(number)
        rows.append((day, happened(random, looked_at, chance(number)), looked_at))
    return _rows(rows)


def _amounts(
    random: Random,
    dates: Iterable[tuple[int, object]],
    spread: float,
    middle: Callable[[int], float],
) -> str:
    return _rows(
        (day, f"{max(0.0, bell(random, middle(number), spread)):.1f}") for number, day in dates
    )


def _counts(
    random: Random,
    dates: Iterable[tuple[int, object]],
    times: int,
    chance: Callable[[int], float],
) -> str:
    return _rows((day, happened(random, times, chance(number))) for number, day in dates)


def _rows(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(row(*cells) for cells in rows)


if __name__ == "__main__":
    for name, (make, seed) in MADE.items():
        made = make(Random(seed))
        project = example_project(name)
        filled = [replace(each, readings=made[each.id]) for each in project.measures]
        (HERE / f"{name}.toml").write_bytes(written(replace(project, measures=(*filled,)), ".toml"))
