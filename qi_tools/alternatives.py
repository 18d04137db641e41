"""A text alternative: what a picture says, short enough to be listened to."""

from __future__ import annotations

__all__ = ["LONGEST", "shortened"]

LONGEST = 600
"""No text alternative has more characters than this."""


def shortened(text: str, most: int) -> str:
    """Give a text with at most so many characters, with a mark where it was cut.

    Examples
    --------
    >>> shortened("Transport did not arrive", 12), shortened("No bed", 12)
    ('Transport d…', 'No bed')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
