"""A lesson's diagnostic: the questions that close it, by which who knows it all can skip it.

It saves time and proves nothing: what a lesson teaches is certified by the dose's assessment alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course.notebook import read_notebook

#: With fewer questions than this, a guesser would skip too many lessons.
FEWEST = 4
#: How many of them must be right, of each hundred.
PERCENT = 80
_CLOSING = "-check-"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a diagnostic: its id, its words, its options by id, and the right one."""

    id: str
    text: str
    options: Mapping[str, str]
    right: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What a learner is asked who wants to skip a lesson."""

    questions: tuple[Question, ...]

    @property
    def needed(self) -> int:
        """How many must be right to skip the lesson."""
        return -(-len(self.questions) * PERCENT // 100)

    def count_right(self, given: Mapping[str, str]) -> int:
        """Return how many answers are right, given by the questions' ids."""
        return sum(given.get(question.id) == question.right for question in self.questions)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """How a diagnostic went: how many were right, of how many, and whether it is enough."""

    right: int
    of: int
    passed: bool


def diagnostic_of(lesson: Path) -> Diagnostic | None:
    """Return the diagnostic of a lesson, or None if it closes with too few questions for one.

    Parameters
    ----------
    lesson : Path
        Its notebook: the course's own copy, since learners may change theirs.

    Raises
    ------
    CourseError
        If it is no notebook.
    """
    return _read(lesson, lesson.stat().st_mtime_ns) if lesson.is_file() else None


@lru_cache(maxsize=64)  # a front page asks for those of all its lessons
def _read(lesson: Path, changed: int) -> Diagnostic | None:
    notebook = read_notebook(lesson)
    questions = tuple(
        Question(
            call.id,
            notebook.value(call.part("question")),
            notebook.value(call.part("options")),
            notebook.value(call.part("right")),
        )
        for call in notebook.questions
        if call.name == "choice" and call.id and _CLOSING in call.id
    )
    return Diagnostic(questions) if len(questions) >= FEWEST else None
