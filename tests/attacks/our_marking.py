"""A class of attackers, marked by our engine as a desk marks its hand-ins."""

from __future__ import annotations

from contextlib import closing

from autograder.backends.local import LocalBackend
from autograder.cell_marks import marks_of
from autograder.engine.course_root import open_course_root
from autograder.engine.job import Limits
from autograder.engine.marker import Begun, Marker
from autograder.feedback_page import write_feedback
from course.errors import CourseError, Refused
from qi_tools.answers import AnswersInvalid, parse_answers
from tests.attacks.evidence import CODE, Scene, attacked

#: An honest submission of the fixture takes a tenth of each.
LIMITS = Limits(cell_seconds=3, job_seconds=8)


def mark(scene: Scene) -> dict[str, str]:
    """Mark all attackers and, last, their neighbour; return why some could not be marked."""
    assessment = attacked(next(iter(scene.attacks.values())))
    root = scene.target.root
    why = {}
    with closing(LocalBackend(2)) as backend, open_course_root(root) as course:
        marker = Marker(course, backend, LIMITS)

        def begun(student: str) -> Begun | CourseError:
            try:
                if assessment is not CODE:
                    _check_answers(scene, student)
                return marker.begin(assessment.name, student, learner_code=assessment is CODE)
            except CourseError as error:
                return error

        students = [*scene.attacks, scene.target.neighbour]
        under_way: list[tuple[str, Begun | CourseError]] = []
        while students or under_way:
            while students and len(under_way) < 4:
                student = students.pop(0)
                under_way.append((student, begun(student)))
            student, its = under_way.pop(0)
            try:
                if isinstance(its, CourseError):
                    raise its
                marker.finish(its)
            except CourseError as error:
                why[student] = f"{type(error).__name__}: {error}"
                continue
            marks = marks_of(course.gradebook, assessment.name, student)
            write_feedback(root, assessment.name, student, marks)
    scene.settle()
    return why


def _check_answers(scene: Scene, student: str) -> None:
    """Read the answers as intake does, and once more before each marking."""
    (folder,) = (scene.target.root / "submitted" / student).iterdir()
    path = folder / "answers.json"
    try:
        parse_answers(path.read_bytes() if path.exists() else b'{"schema": 1, "answers": {}}')
    except AnswersInvalid as invalid:
        raise Refused(str(invalid)) from invalid
