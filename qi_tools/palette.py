"""The colours of charts and of the pages around them.

Graphics keep a contrast of 3:1 or more on paper, text 4.5:1 or more (WCAG 2.2, 1.4.3 and 1.4.11).
No colour ever speaks alone: a signal also has its own shape, its own dash and words.
"""

from __future__ import annotations

__all__ = ["ACCENT", "INK", "LINE", "PAPER", "QUIET_INK", "SIGNAL"]

PAPER = "#ffffff"
INK = "#17252b"
"""Text, and the median."""
QUIET_INK = "#4a5a60"
"""Text that may be read last: dates, units, sources."""
LINE = "#7b8a8a"
"""Axes."""
ACCENT = "#0b5d57"
"""The values."""
SIGNAL = "#b35900"
"""What a rule found."""
