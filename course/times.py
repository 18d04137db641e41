"""Times as the course keeps them, and as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

from qi_tools.words import day_in_words


def as_time(iso: str) -> datetime:
    """Read a kept time; one without a time zone is in UTC.

    Examples
    --------
    >>> as_time("2026-11-23T14:05:00") == as_time("2026-11-23T14:05:00Z")
    True
    """
    time = datetime.fromisoformat(iso)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def plain_time(iso: str) -> str:
    """Return a time as people write it, in this computer's own time zone.

    Examples
    --------
    >>> plain_time("2026-11-23T14:05:00")
    '23 November 2026 at 14:05'
    """
    time = datetime.fromisoformat(iso)
    if time.tzinfo is not None:
        time = time.astimezone()
    return f"{day_in_words(time)} at {time:%H:%M}"
