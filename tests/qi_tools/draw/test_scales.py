from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.dates import num2date

from qi_tools.draw.letters import width
from qi_tools.draw.scales import date_ticks, day_places, point_ticks, value_limits, value_ticks

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
    ticks = value_ticks(low, high, 6)
    assert all(
        low - 1e-6 * (high - low) <= place <= high + 1e-6 * (high - low) for place in ticks.places
    )
    assert len(ticks.places) == len(ticks.labels)


def test_value_labels_share_their_decimals():
    assert value_ticks(0, 11, 5).labels == ("0.0", "2.5", "5.0", "7.5", "10.0")
    assert value_ticks(0, 10.8, 6).labels[:3] == ("0", "2", "4")
    assert value_ticks(900_000, 1_500_000, 6).labels[0] == "900,000"
    assert value_ticks(0, 4e-8, 6).labels[1].endswith("e-08")


@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e9), st.integers(2, 12))
def test_value_labels_are_round_few_and_even(low, span, most):
    places = value_ticks(low, low + span, most).places
    assert 1 <= len(places) <= most + 1
    if len(places) > 2:
        step = places[1] - places[0]
        assert np.allclose(np.diff(places), step)
        lead = step / 10.0 ** np.floor(np.log10(step * (1 + 1e-9)))
        assert np.isclose(lead, [1, 2, 2.5, 5, 10]).any()


@pytest.mark.parametrize(
    ("values", "unit", "limits"),
    [
        ([4, 10], "", (0, 10.8)),
        ([5, 10], "", (0, 10.8)),
        ([6, 10], "", (5.68, 10.32)),
        ([0, 0, 8], "", (0, 8.64)),
        ([0, 0], "", (0, 1)),
        ([7, 7], "", (6.3, 7.7)),
        ([-2, 2], "", (-2.32, 2.32)),
        ([90, 99.9], "%", (89.208, 100)),
        ([90, 110], "%", (88.4, 111.6)),
        ([4, nan, 10], "", (0, 10.8)),
        ([nan], "", (0, 1)),
    ],
)
def test_value_limits(values, unit, limits):
    assert value_limits(np.array(values, dtype=float), unit) == pytest.approx(limits)


def test_places_are_days_as_matplotlib_counts_them():
    days = months(3)
    assert [num2date(place).date() for place in day_places(days)] == days.tolist()


def test_months_name_their_year_where_it_changes():
    ticks = date_ticks(months(36), 560)
    assert ticks.labels[:5] == ("Apr\n2016", "Jul", "Oct", "Jan\n2017", "Apr")
    assert ticks.labels[-1] == "Mar\n2019"
    assert num2date(ticks.places[0]).date() == date(2016, 4, 1)
    assert date_ticks(months(120), 560).labels[:2] == ("Apr\n2016", "Apr\n2017")


def test_like_months_are_told_where_there_is_little_room():
    labels = ("Apr\n2016", "Apr\n2017", "Apr\n2018", "Mar\n2019")
    assert date_ticks(months(36), 190).labels == labels


def test_month_ends_are_labelled_under_their_points():
    ends = np.array(["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"], dtype="datetime64[D]")
    ticks = date_ticks(ends, 560)
    assert ticks.labels == ("Jan\n2025", "Feb", "Mar", "Apr")
    days = [num2date(place).date() for place in ticks.places]
    assert days == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]


def test_weeks_are_labelled_on_their_days():
    ticks = date_ticks(every(24, 7), 560)
    assert ticks.labels[:2] == ("3 Mar\n2025", "24 Mar")


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
    assert (ticks.places[0], ticks.places[-1]) == (start, end)  # the first and last are told
    assert "\n" in ticks.labels[0]  # with its year


def test_one_date():
    assert date_ticks(months(1), 560).labels == ("Apr\n2016",)


@pytest.mark.parametrize(
    ("points", "labels"),
    [(1, ("1",)), (3, ("1", "2", "3")), (120, ("20", "40", "60", "80", "100", "120"))],
)
def test_points_are_numbered(points, labels):
    assert point_ticks(points, 200).labels == labels
