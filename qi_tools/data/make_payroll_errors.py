"""Make ``payroll_errors_simulated.csv``: made-up payslips with an error by month.

Run ``python qi_tools/data/make_payroll_errors.py`` to write it again. The same file comes out each
time. Each month some 6,000 payslips go out, and each may have an error with the same small chance.
From month 17 on, when changes came in on one form, the chance is about half. The seed was not
picked.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from qi_tools.data.making import happened, month, row, whole

SEED = 20270309
MONTHS, FIRST_YEAR, MONTHS_BEFORE_CHANGE = 30, 2023, 16
FEWEST, MOST = 5_800, 6_200
BEFORE, AFTER = 0.0065, 0.0035


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
    made = ["month,with_error,payslips"]
    for number in range(MONTHS):
        payslips = whole(random, FEWEST, MOST)
        chance = BEFORE if number < MONTHS_BEFORE_CHANGE else AFTER
        errors = happened(random, payslips, chance)
        made.append(row(month(FIRST_YEAR, number), errors, payslips))
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("payroll_errors_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
