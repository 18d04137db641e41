"""Many attackers in one class, marked together, with an honest neighbour who comes last."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.backends.local import LocalBackend
from autograder.cell_marks import marks_of
from autograder.engine.course_root import open_course_root
from autograder.engine.job import Limits
from autograder.engine.marker import Begun, Marker
from autograder.feedback_page import write_feedback
from course.errors import CourseError, Refused
from qi_tools.answers import AnswersInvalid, parse_answers
from tests.attacks import evidence
from tests.attacks.attack import Attack, Target
from tests.attacks.evidence import Assessment, Evidence

#: An honest submission of the fixture takes a tenth of each.
LIMITS = Limits(cell_seconds=3, job_seconds=8)


@dataclass(frozen=True, slots=True)
class Crowd:
    """A class of attackers who have handed in, and one honest neighbour who comes last.

    Parameters
    ----------
    assessment : Assessment
        What they attack.
    target : Target
        Where they are marked; its student is the first of them.
    attacks : mapping of str to Attack
        What each of them does.
    before : mapping of str to str
        The files that nothing may change.
    calls : list of str
        Who has called a service of this machine.
    """

    assessment: Assessment
    target: Target
    attacks: Mapping[str, Attack]
    before: Mapping[str, str]
    calls: Sequence[str]

    def marked(self) -> dict[str, str]:
        """Mark the whole class; return why some could not be marked."""
        why = {}
        with (
            closing(LocalBackend(2)) as backend,
            open_course_root(self.target.root) as course,
        ):
            marker = Marker(course, backend, LIMITS)
            students = [*self.attacks, self.target.neighbour]
            under_way: list[tuple[str, Begun | CourseError]] = []
            while students or under_way:
                while students and len(under_way) < 4:
                    student = students.pop(0)
                    under_way.append((student, self._begun(marker, student)))
                student, begun = under_way.pop(0)
                try:
                    if isinstance(begun, CourseError):
                        raise begun
                    marker.finish(begun)
                except CourseError as error:
                    why[student] = f"{type(error).__name__}: {error}"
                    continue
                marks = marks_of(course.gradebook, self.assessment.name, student)
                write_feedback(self.target.root, self.assessment.name, student, marks)
        time.sleep(max(attack.waits for attack in self.attacks.values()))
        return why

    def _begun(self, marker: Marker, student: str) -> Begun | CourseError:
        learner_code = self.assessment is evidence.CODE
        try:
            if not learner_code:
                self._check_answers(student)
            return marker.begin(self.assessment.name, student, learner_code=learner_code)
        except CourseError as error:
            return error

    def _check_answers(self, student: str) -> None:
        """Read the answers as intake does, and once more before each marking."""
        path = self.target.root / "submitted" / student / self.assessment.name / "answers.json"
        try:
            parse_answers(path.read_bytes() if path.exists() else b'{"schema": 1, "answers": {}}')
        except AnswersInvalid as invalid:
            raise Refused(str(invalid)) from invalid

    def evidence(self) -> dict[str, Evidence]:
        """Look at what came of the marking. What was damaged can't be put down to one of them."""
        root = self.target.root
        after = evidence.state(self.target)
        changed = [path for path, digest in self.before.items() if after.get(path) != digest]
        changed += evidence.signed(self.target, {*self.attacks})
        full_marks = self.assessment.full_marks
        neighbour = evidence.score(root, self.target.neighbour) == full_marks
        earlier = evidence.score(root, self.target.earlier) == full_marks
        alive = evidence.is_alive()
        return {
            student: Evidence(
                score=evidence.score(root, student),
                neighbour_is_marked=neighbour,
                earlier_is_kept=earlier,
                outputs=evidence.outputs(root / "autograded" / student),
                kept=evidence.content(root / "autograded" / student),
                told=evidence.content(root / "feedback" / student),
                changed=tuple(changed),
                alive=alive,
                called=bool(self.calls),
            )
            for student in self.attacks
        }


@contextmanager
def crowd(
    attacks: Sequence[Attack], assessment: Assessment, prepared: Path, folder: Path
) -> Iterator[Crowd]:
    """Set everything up for a class of attackers; see `evidence.scene`."""
    root, home = folder / "course", folder / "home"
    shutil.copytree(prepared, root)
    home.mkdir()
    (home / "secret.txt").write_text(evidence.SECRET, encoding="utf-8")
    with evidence.service(home) as (port, calls):
        named = {f"attacker-{number:03}": attack for number, attack in enumerate(attacks)}
        targets = [Target(root, home, port, student, "earlier", "neighbour") for student in named]
        assessment.hand_in(root, "neighbour", True)
        for target, attack in zip(targets, attacks, strict=True):
            attack.build(assessment.hand_in(root, target.student, False), target)
        before = {name: os.environ.get(name) for name in (evidence.SECRET_VARIABLE, "HOME")}
        os.environ.update({evidence.SECRET_VARIABLE: evidence.SECRET, "HOME": str(home)})
        try:
            yield Crowd(assessment, targets[0], named, evidence.state(targets[0]), calls)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
