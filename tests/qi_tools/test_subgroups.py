import math
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import Measure
from qi_tools.subgroups import gather

nan = math.nan
groups = st.lists(
    st.lists(st.floats(-1e3, 1e3) | st.just(5.0) | st.just(nan), min_size=1, max_size=6),
    min_size=1,
    max_size=8,
)


@settings(max_examples=80)
@given(groups, st.randoms(use_true_random=True))
def test_each_subgroup_is_summed_up_as_if_alone_in_whatever_order_rows_come(each, random):
    rows = [(value, number) for number, group in enumerate(each) for value in group]
    random.shuffle(rows)
    values, group = (np.array(column) for column in zip(*rows, strict=True))
    means, within = gather(values, group)
    for number, given_values in enumerate(each):
        known = [value for value in given_values if value == value]
        several = len(known) > 1
        assert within.sizes[number] == len(known)
        assert means[number] == pytest.approx(fmean(known) if known else nan, nan_ok=True)
        assert within.deviations[number] == pytest.approx(
            stdev(known) if several else nan, abs=1e-9, nan_ok=True
        )
        assert within.ranges[number] == pytest.approx(
            max(known) - min(known) if several else nan, nan_ok=True
        )


def test_deviations_do_not_drown_in_large_means():
    _, within = gather(np.array([1e9 + 1, 1e9 + 2, 1e9 + 3]), np.array([0, 0, 0]))
    assert within.deviations[0] == pytest.approx(1)


def test_nothing_given_is_changed():
    values, group = np.array([3.0, 1.0, nan]), np.array([1, 0, 1])
    for array in (values, group):
        array.setflags(write=False)
    gather(values, group)
    assert values.tolist()[:2] == [3, 1]


def measure(values, each, **how):
    return Measure.from_subgroups(values, each, name="Turnaround", **how)


def test_subgroups_are_days_or_numbers_in_order():
    dated = measure([1, 3, 10, 14, 5], ["2 Jan 2025", "2 Jan 2025", "2025-01-09", "2025-01-09",
                                         "1 Jan 2025"])  # fmt: skip
    assert dated.values.tolist() == [5, 2, 12]
    assert dated.label(0) == "1 January 2025"
    assert dated.subgroups.sizes.tolist() == [1, 2, 2]
    numbered = measure([1, 3, 10], [30, 30, 7])
    assert numbered.values.tolist() == [10, 2]
    assert numbered.dates is None


def test_a_subgroup_without_a_value_is_a_missing_point():
    points = measure([1, None, nan, 4], [1, 2, 2, 3])
    assert points.values.tolist() == [1, pytest.approx(nan, nan_ok=True), 4]
    assert points.subgroups.sizes.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("values", "each", "message"),
    [
        ([1, 2], [1], r"2 values and 1 group\. Give the group of each value"),
        ([], [], "0 values and 0 groups"),
        ([1, "x"], [1, 2], "'x' in row 2"),
        ([1, 2], [1, True], "row 1 is 1, not a date"),
        ([1, 2], [1, None], "row 2 is missing"),
        ([1, 2], ["soon", "2025-01-01"], "row 1 'soon' is not a date"),
        ([1, 2], ["01/02/2025", "01/03/2025"], "day_first=True"),
        ([1, float("inf")], [1, 1], "too large to chart: row 2"),
        ([None, None], [1, 2], "All 2 values are missing"),
        ([1, 2], [10**30, 2], "number of a group is too large"),
    ],
)
def test_subgroups_refused(values, each, message):
    with pytest.raises(Exception, match=message) as refused:
        measure(values, each)
    assert type(refused.value).__name__ == "MeasureInvalid"
