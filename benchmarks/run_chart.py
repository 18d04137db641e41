"""Time the run chart: ``python benchmarks/run_chart.py`` prints, and promises nothing.

It times the analysis of one measure of 36 points, and the making of one chart as a figure for a
page (drawn twice, wide and narrow), once everything is loaded. For thousands of measures see
``many_measures.py``.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from qi_tools import MAKING_DATA_COUNT, Measure, control_chart, run_chart
from qi_tools.draw.chart import picture

POINTS = 36


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Give the median time of a piece of work, run once before to warm up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def main() -> None:
    """Print one line for each piece of work."""
    random = np.random.default_rng(1)
    one = random.normal(10, 2, POINTS)
    months = np.datetime64("2023-01") + np.arange(POINTS)
    measure = Measure.from_columns(one, months, name="Average wait", unit="minutes")
    chart = run_chart(measure)
    rows: tuple[tuple[str, Callable[[], object], int], ...] = (
        ("run chart, its words and warnings", lambda: run_chart(measure), 200),
        (
            "I chart by Making Data Count",
            lambda: control_chart(measure, "i", rules=MAKING_DATA_COUNT),
            200,
        ),
        ("one picture as SVG", lambda: picture(chart), 20),
        ("figure for a page: two pictures, words, table", chart._repr_html_, 20),
    )
    for name, work, times in rows:
        sys.stdout.write(f"{name:<48}{milliseconds(work, times):>9.2f} ms\n")


if __name__ == "__main__":
    main()
