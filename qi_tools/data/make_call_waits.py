"""Make ``call_waits_simulated.csv``: made-up waits of 200 calls to a booking line.

Run ``python qi_tools/data/make_call_waits.py`` to write it again. The same file comes out each
time. Ten calls are drawn from each of 20 days. Most are answered within minutes and a few wait
long, as waits do: their logarithms spread evenly about one middle, which does not change over the
days. The seed was not picked.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist

SEED = 20270112
DAYS, CALLS_A_DAY = 20, 10
FIRST_DAY = date(2026, 1, 5)  # a Monday
USUAL_MINUTES, SPREAD = 5.0, 0.7


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
    made = ["day,wait_minutes"]
    for number in range(DAYS):
        week, weekday = divmod(number, 5)
        day = FIRST_DAY + timedelta(weeks=week, days=weekday)
        for _ in range(CALLS_A_DAY):
            log_wait = NormalDist(math.log(USUAL_MINUTES), SPREAD).inv_cdf(random.random())
            made.append(f"{day},{math.exp(log_wait):.1f}")
    return made


if __name__ == "__main__":
    path = Path(__file__).with_name("call_waits_simulated.csv")
    path.write_text("\n".join(lines(Random(SEED))) + "\n", encoding="utf-8", newline="\n")
