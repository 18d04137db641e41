"""The three kinds of measure for improvement, in words."""

from typing import Final

#: Langley and others, The Improvement Guide, 2009.
KINDS: Final = {"outcome": "Outcome", "process": "Process", "balancing": "Balancing"}
