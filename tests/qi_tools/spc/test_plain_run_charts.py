import re
from dataclasses import FrozenInstanceError
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qi_tools import Measure, plain_run_chart, run_chart
from qi_tools.errors import MeasureInvalid

nan = float("nan")

VALUES = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.integers(-2, 2).map(float), st.just(nan)),
    min_size=1,
    max_size=60,
).filter(lambda values: not np.isnan(values).all())


def chart_of(values, dates=None, **how):
    return plain_run_chart(Measure.from_columns(values, dates, **({"name": "Wait"} | how)))


def test_the_middle_is_the_median_of_what_is_known():
    assert chart_of([9, nan, 1, 4, None]).centre == 4
    assert chart_of([9, 1, 4, 2]).centre == 3


def test_description_is_the_whole_story():
    waits = [5, 8, 6, 9, 7, nan, 9, 7]
    dates = [f"2025-09-{day:02}" for day in range(1, 9)]
    chart = chart_of(waits, dates, name="Wait", unit="minutes", simulated=True)
    assert chart.describe() == (
        "Run chart of Wait, minutes (simulated data): 7 dots (1 missing), from 1 September 2025 "
        "to 8 September 2025. The middle line is at 7. Highest dots: 9 (4 September 2025) and 9 "
        "(7 September 2025). Lowest dots: 5 (1 September 2025) and 6 (3 September 2025). In time "
        "order: 1 dot below the middle line, 1 above, 1 below, 2 above. 2 dots lie on the line."
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([3], "Highest dot: 3 (point 1). Lowest dot: 3 (point 1). 1 dot lies on the line."),
        ([3, 3], "3 (point 2). Lowest dots: 3 (point 1) and 3 (point 2). 2 dots lie on the line."),
        ([3, 5], "In time order: 1 dot below the middle line, 1 above."),
    ],
)
def test_description_of_few_dots(values, words):
    assert chart_of(values).describe().endswith(words)


@given(VALUES)
def test_the_words_are_true_of_any_chart(values):
    chart = chart_of(values)
    told = chart.describe()
    known = [value for value in values if value == value]
    turns = [
        (int(dots), side)
        for dots, side in re.findall(r"(?:order: |, )(\d+)(?: dots?)? (above|below)", told)
    ]
    sides = [side for dots, side in turns for _ in range(dots)]
    # Told anew from the values, not by the code that is tested.
    median = float(np.median(known))
    reach = 1e-12 * max(map(abs, known))  # nearer than this, a dot lies on the line
    off = [value - median for value in known if abs(value - median) > reach]
    assert sides == ["above" if distance > 0 else "below" for distance in off]
    assert all(this[1] != after[1] for this, after in pairwise(turns))
    on = re.search(r"(\d+) dots? lies? on the line", told)
    assert (int(on[1]) if on else 0) == len(known) - len(off) == chart.on_the_line
    assert f": {len(known)} dot" in told
    highest = re.search(r"Highest dots?: \S+ \(point (\d+)\)(?: and \S+ \(point (\d+)\))?", told)
    lowest = re.search(r"Lowest dots?: \S+ \(point (\d+)\)(?: and \S+ \(point (\d+)\))?", told)
    in_order = sorted(known)
    assert [values[int(dot) - 1] for dot in lowest.groups() if dot] == in_order[:2]
    assert [values[int(dot) - 1] for dot in highest.groups() if dot] == in_order[-2:][::-1]


@given(VALUES)
def test_the_words_hold_no_verdict(values):
    verdict = r"signal|noise|chance|change|cause|shift|drift|trend|usual|long|rule|judge|better"
    chart = chart_of(values, name="Wait")
    assert not re.search(verdict, chart.describe().lower())


SHIFTED = [9, 8, 9, 7, 8, 9, 8, 9, 7, 8, 3, 2, 3, 4, 2, 3, 2, 3, 4, 2]


def test_a_chart_with_a_signal_gives_no_verdict_on_the_page():
    assert run_chart(Measure.from_columns(SHIFTED, name="Wait")).signals
    shown = chart_of(SHIFTED)._repr_html_()
    assert not re.search(r"signal|anhøj|chance|usual", shown.lower())


def test_table():
    chart = chart_of([5, nan, 7, 6], ["2025-01", "2025-02", "2025-03", "2025-04"])
    assert chart.table.columns.tolist() == ["date", "value", "side"]
    assert chart.table["side"].tolist() == ["below", "missing", "above", "on"]
    assert chart_of([1, 2]).table["point"].tolist() == [1, 2]


def test_the_result_can_not_change():
    chart = chart_of([1, 2, 3])
    table = chart.table
    table["value"] = 0.0
    assert chart.table["value"].tolist() == [1, 2, 3]
    with pytest.raises(FrozenInstanceError):
        chart.centre = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("given", [[1, 2, 3], None, "waits.csv"])
def test_only_a_measure_is_charted(given):
    with pytest.raises(MeasureInvalid, match=r"plain_run_chart was given .* Give it a Measure"):
        plain_run_chart(given)
