from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.credentials import moments


def test_a_stamp_is_in_utc() -> None:
    summer = timezone(timedelta(hours=1))
    assert moments.stamp(datetime(2026, 7, 1, 0, 30, tzinfo=summer)) == "2026-06-30T23:30:00Z"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        moments.stamp(datetime(2026, 11, 23))


@given(st.datetimes(datetime(1970, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)))
def test_a_stamp_reads_back(moment: datetime) -> None:
    assert moments.read(moments.stamp(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ((2026, 11, 23), 36, (2029, 11, 23)),
        ((2026, 12, 31), 2, (2027, 2, 28)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
        ((2026, 11, 30), 1, (2026, 12, 30)),
    ],
)
def test_months_are_added_by_the_calendar(
    start: tuple[int, int, int], months: int, expected: tuple[int, int, int]
) -> None:
    added = moments.add_months(datetime(*start, 14, 5, tzinfo=UTC), months)
    assert added == datetime(*expected, 14, 5, tzinfo=UTC)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 120),
)
def test_adding_months_reaches_that_month_and_never_a_later_day(
    start: datetime, months: int
) -> None:
    added = moments.add_months(start, months)
    assert (added.year * 12 + added.month) - (start.year * 12 + start.month) == months
    assert added.day <= start.day
