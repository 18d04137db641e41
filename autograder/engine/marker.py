"""Marking submissions of a course root: several run at once, one process writes.

`Marker.begin` reads and prepares a submission and hands its jobs to the backend; `Marker.finish`
waits for them, scores and records. Between the two, others run.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal

from autograder.backends import Backend
from autograder.engine.course_root import CourseRoot
from autograder.engine.job import JobResult, Limits
from autograder.engine.prepare import Prepared, prepare
from autograder.engine.record import record
from autograder.engine.score import Scored, score
from autograder.engine.snapshot import Snapshot
from autograder.engine.submitted import Submission, read_submission
from autograder.marking_log import Timings

#: From the safest to the least safe place in which a learner's code can run.
PLACES: tuple[Literal["nowhere", "sandbox", "practice"], ...] = ("nowhere", "sandbox", "practice")


@dataclass(frozen=True, slots=True)
class Begun:
    """A submission that is being run.

    Parameters
    ----------
    snapshot : Snapshot
        Its assessment.
    submission : Submission
        What was handed in.
    prepared : Prepared
        What is being run.
    results : tuple of Future
        What will come of each notebook's job.
    seconds : float
        How long it took to read and prepare it.
    """

    snapshot: Snapshot
    submission: Submission
    prepared: Prepared
    results: tuple[Future[JobResult], ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A submission that was run, scored and written down.

    Parameters
    ----------
    scored : Scored
        Its notebooks with their outputs, and their marks.
    ran_in : str
        Where the learner's code ran: ``nowhere``, ``sandbox`` or ``practice``.
    limits_hit : tuple of str
        Which limits stopped something; see `JobResult`.
    notes : tuple of str
        What was put right or left out of the submission, in words.
    seconds : Timings
        How long each step took.
    """

    scored: Scored
    ran_in: Literal["nowhere", "sandbox", "practice"]
    limits_hit: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: Timings


class Marker:
    """Marks submissions of a course root.

    Parameters
    ----------
    course : CourseRoot
        The course root.
    backend : Backend
        What runs jobs.
    limits : Limits, optional
        What one submission may use.
    """

    def __init__(self, course: CourseRoot, backend: Backend, limits: Limits | None = None) -> None:
        self.backend = backend
        self._course = course
        self._limits = limits or Limits()

    def begin(self, assignment: str, student: str, *, learner_code: bool) -> Begun:
        """Read and prepare ``submitted/<student>/<assignment>``, and let it be run.

        Parameters
        ----------
        assignment, student : str
            Which submission.
        learner_code : bool
            Whether code of the learner's may run.

        Raises
        ------
        CourseError
            If it can't be marked as it is; nothing has changed then.
        """
        started = time.perf_counter()
        snapshot = self._course.snapshot(assignment)
        submission = read_submission(self._course.folder, assignment, student)
        prepared = prepare(snapshot, submission, learner_code=learner_code, limits=self._limits)
        results = tuple(self.backend.submit(each.job) for each in prepared.notebooks)
        return Begun(snapshot, submission, prepared, results, time.perf_counter() - started)

    def finish(self, begun: Begun) -> Marked:
        """Wait until a submission was run, score it, and write it down whole or not at all.

        Raises
        ------
        CourseError
            If it could not be run or scored; nothing is written then.
        """
        results = [each.result() for each in begun.results]
        ran = time.perf_counter()
        scored = score(begun.prepared, results, self._course.settings)
        judged = time.perf_counter()
        record(
            self._course.gradebook,
            self._course.folder,
            begun.snapshot,
            begun.submission,
            scored,
            self._course.settings,
        )
        return Marked(
            scored=scored,
            ran_in=max((each.ran_in for each in results), key=PLACES.index),
            limits_hit=tuple(sorted({limit for each in results for limit in each.limits_hit})),
            notes=begun.prepared.notes,
            seconds=Timings(
                prepare=begun.seconds,
                execute=sum(each.seconds for each in results),
                score=judged - ran,
                record=time.perf_counter() - judged,
            ),
        )
