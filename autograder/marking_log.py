"""The log of marking: what was marked, how long each step took and which limits it hit.

It holds no answer, no mark, no name and no pseudonym: a hand-in is known by the number of its
receipt. So it can be sent to whoever looks after the desk.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Self

FILE = "marking.log"
LARGEST_FILE = 1024 * 1024
OLDER_FILES = 4


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the steps of one marking took, in seconds.

    Parameters
    ----------
    prepare : float
        Reading the submission and putting back what is the author's.
    execute : float
        Running its cells, from the beginning to the end of the job.
    score, record : float
        Working out the marks; writing them into the gradebook and the folders.
    feedback : float
        Writing what the learner is told.
    """

    prepare: float = 0.0
    execute: float = 0.0
    score: float = 0.0
    record: float = 0.0
    feedback: float = 0.0


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log.

    Parameters
    ----------
    at : str
        The desk's time, in UTC.
    receipt : int
        The number of the hand-in's receipt.
    assessment, version : str
        What it answers.
    outcome : str
        ``marked``, ``needs a person`` or ``failed``.
    ran_in : str or None
        Where a learner's code ran: ``nowhere``, ``sandbox`` or ``practice``; None if it never did.
    limits_hit : tuple of str
        Which limits stopped something.
    notes : int
        How many things about the submission were put right, such as a changed check.
    seconds : Timings
        How long each step took.
    """

    at: str
    receipt: int
    assessment: str
    version: str
    outcome: str
    ran_in: str | None = None
    limits_hit: tuple[str, ...] = ()
    notes: int = 0
    seconds: Timings = field(default_factory=Timings)

    def line(self) -> str:
        """Return the entry as one line of JSON.

        Examples
        --------
        >>> entry = Logged("2026-11-23T14:00:00Z", 12, "all_staff_check", "1", "marked", "nowhere")
        >>> entry.line()[:63]
        '{"at": "2026-11-23T14:00:00Z", "receipt": 12, "assessment": "al'
        """
        values = asdict(self)
        values["seconds"] = {step: round(took, 4) for step, took in values["seconds"].items()}
        return json.dumps(values)


class _Quiet(RotatingFileHandler):
    """Writes the log's file; one that can't be written stops no marking."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Say nothing."""


class MarkingLog:
    """The log of one desk; old lines make room for new ones.

    Parameters
    ----------
    folder : Path
        The desk's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._handler = _Quiet(
            folder / FILE,
            maxBytes=LARGEST_FILE,
            backupCount=OLDER_FILES,
            encoding="utf-8",
            delay=True,
        )
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def add(self, entry: Logged) -> None:
        """Add one line."""
        self._handler.emit(logging.LogRecord(FILE, logging.INFO, "", 0, entry.line(), (), None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._handler.close()
