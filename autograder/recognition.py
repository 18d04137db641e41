"""Prior learning: an expert recognises evidence in the place of an assessment, and signs for it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import rfc8785

#: A certificate shows the evidence within a sentence, and has one page.
LONGEST_EVIDENCE = 120


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an expert accepted in the place of one assessment.

    Parameters
    ----------
    pseudonym, assessment : str
        Whose, and which.
    evidence : str
        What was seen, as a certificate shows it: it may name no one.
    by : str
        The expert who signs for it.
    at : str
        When, in UTC.
    """

    pseudonym: str
    assessment: str
    evidence: str
    by: str
    at: str

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be hashed."""
        return asdict(self)

    @property
    def sha256(self) -> str:
        """The hash of its canonical form (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.plain())).hexdigest()
