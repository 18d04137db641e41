"""Times are read as they are kept, and written as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from course.times import as_time, plain_time


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_times_are_written_as_people_write_them(time: datetime) -> None:
    words = plain_time(time.isoformat())
    assert datetime.strptime(words, "%d %B %Y at %H:%M") == time.replace(second=0, microsecond=0)


def test_a_time_without_a_zone_is_in_utc() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for kept in ("2026-11-23T12:00:00", "2026-11-23T12:00:00Z", "2026-11-23T13:00:00+01:00"):
        assert as_time(kept) == noon
