"""Time charts and their pictures: ``python benchmarks/charts.py`` prints, and promises nothing.

Everything is loaded and has run once before the clock starts. For thousands of measures without
pictures see ``many_measures.py``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qi_tools import MAKING_DATA_COUNT, Measure, control_chart, run_chart, summary
from qi_tools.draw.layout import lay_out
from qi_tools.draw.output import picture
from qi_tools.draw.svg import svg
from qi_tools.palette import LIGHT

POINTS, MEASURES = 36, 200


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Give the median time of a piece of work, run once before to warm up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


def measures() -> list[Measure]:
    """Simulate percentages of some hundred patients a month, with a target."""
    random = np.random.default_rng(1)
    months = np.datetime64("2023-01") + np.arange(POINTS)
    made = []
    for number in range(MEASURES):
        patients = random.integers(80, 140, POINTS)
        measure = Measure.from_columns(
            random.binomial(patients, 0.2),
            months,
            denominators=patients,
            per=100,
            data="proportions",
            name=f"Measure {number + 1}",
            unit="%",
            better="lower",
            simulated=True,
        )
        made.append(measure.aim(15))
    return made


def main() -> None:
    """Print one line for each piece of work."""
    all_measures = measures()
    one = all_measures[0]
    chart = control_chart(one, "p")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chart"
        rows: tuple[tuple[str, Callable[[], object], int], ...] = (
            ("run chart, its words and warnings", lambda: run_chart(one), 100),
            (
                "p chart by Making Data Count",
                lambda: control_chart(one, "p", rules=MAKING_DATA_COUNT),
                100,
            ),
            ("p chart as SVG", lambda: svg(lay_out(picture(chart, LIGHT)).sheet), 50),
            (
                "p chart as PNG file, 1360 dots wide",
                lambda: chart.save(file.with_suffix(".png")),
                50,
            ),
            ("p chart as figure for a page: two pictures, table", chart.html, 50),
            (
                "p chart as PDF file, by matplotlib",
                lambda: chart.save(file.with_suffix(".pdf")),
                10,
            ),
            ("p chart as Word file", lambda: chart.save(file.with_suffix(".docx")), 10),
            (
                f"{MEASURES} p charts and their summary for a page",
                lambda: summary(control_chart(each, "p") for each in all_measures).html(),
                5,
            ),
        )
        for name, work, times in rows:
            sys.stdout.write(f"{name:<52}{milliseconds(work, times):>9.1f} ms\n")


if __name__ == "__main__":
    main()
