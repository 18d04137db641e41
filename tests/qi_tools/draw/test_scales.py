from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.dates import num2date

from qi_tools.draw.letters import width
from qi_tools.draw.limits import value_limits
from qi_tools.draw.scales import date_ticks, point_ticks, value_ticks

nan = float("nan")


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


def every(points, step, start=date(2025, 3, 3)):
    return np.array([start + timedelta(step * n) for n in range(points)], dtype="datetime64[D]")


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_every_value_is_in_sight_and_labelled(values):
    low, high = value_limits(np.array(values))
    assert low <= min(values) <= max(values) <= high
    assert low < high
    ticks = value_ticks(low, high, 240)
    assert all(
        low - 1e-6 * (high - low) <= place <= high + 1e-6 * (high - low) for place in ticks.places
    )
    assert len(ticks.places) == len(ticks.labels)


def test_value_labels_share_their_decimals():
    assert value_ticks(0, 11, 200).labels == ("0.0", "2.5", "5.0", "7.5", "10.0")
    assert value_ticks(0, 10.8, 400).labels[:3] == ("0", "2", "4")
    assert value_ticks(900_000, 1_500_000, 240).labels[0] == "900,000"
    assert value_ticks(0, 4e-6, 240).labels[1].endswith("e-06")


def test_months_name_their_year_where_it_changes():
    ticks = date_ticks(months(36), 560)
    assert ticks.labels[:5] == ("Apr\n2016", "Jul", "Oct", "Jan\n2017", "Apr")
    assert num2date(ticks.places[0]).date() == date(2016, 4, 1)
    assert date_ticks(months(120), 560).labels[:2] == ("2017", "2018")


def test_month_ends_are_labelled_under_their_points():
    ends = np.array(["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"], dtype="datetime64[D]")
    ticks = date_ticks(ends, 560)
    assert ticks.labels == ("Jan\n2025", "Feb", "Mar", "Apr")
    days = [num2date(place).date() for place in ticks.places]
    assert days == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]


def test_weeks_are_labelled_on_their_days():
    ticks = date_ticks(every(24, 7), 560)
    assert ticks.labels[:2] == ("3 Mar\n2025", "31 Mar")


@pytest.mark.parametrize("room", [190.0, 560.0])
@pytest.mark.parametrize(
    "days",
    [
        months(2),
        months(12),
        months(24),
        months(36),
        months(120),
        months(1200, "1905-01"),
        every(12, 7),
        every(24, 7),
        every(120, 7),
        every(120, 1),
        every(36, 14),
        every(40, 91),
        every(30, 365, date(1990, 6, 30)),
        every(400, 3),
    ],
    ids=str,
)
def test_dates_never_touch(days, room):
    ticks = date_ticks(days, room)
    assert 2 <= len(ticks.labels) <= 14
    start, end = (float(day.astype(int)) for day in (days[0], days[-1]))
    middle = [(place - start) * room / (end - start) for place in ticks.places]
    wide = [max(width(line) for line in label.split("\n")) for label in ticks.labels]
    for (here, half), (after, next_half) in pairwise(zip(middle, wide, strict=True)):
        assert here + half / 2 < after - next_half / 2
    assert all(-1e-6 <= place <= room + 1e-6 for place in middle)
    assert "\n" in ticks.labels[0] or ticks.labels[0].isdigit()  # a year is always given


def test_one_date():
    assert date_ticks(months(1), 560).labels == ("Apr\n2016",)


@pytest.mark.parametrize(
    ("points", "labels"),
    [(1, ("1",)), (3, ("1", "2", "3")), (120, ("20", "40", "60", "80", "100", "120"))],
)
def test_points_are_numbered(points, labels):
    assert point_ticks(points, 200).labels == labels
