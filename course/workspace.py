"""A learner's own folder: copies of the lessons, their attempts, what they sent and got back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from course.attempts import Attempt, Attempts, Receipt
from course.copies import Copies, Update
from course.diagnostic import Diagnosed, Diagnostic, diagnostic_of
from course.enrolled import ENROLMENT, HIDDEN, enrol, enrolment_in
from course.enrolment import Enrolment
from course.errors import CourseError, Refused
from course.folders import COURSE, MODULES
from course.lesson import read_lesson
from course.record import Progress, Record
from course.result import Result
from course.returned import Returned
from course.safe_place import refuse_unsafe_place
from course.syllabus import Module, load_syllabus
from qi_tools.answers import Answer, AnswerFile, AnswersInvalid
from qi_tools.whole_file import write_whole

__all__ = ["ENROLMENT", "Workspace"]

SCHEMA = 1
FOLDERS = (HIDDEN, "lessons", "reference", "workshops", "assessments", "outbox", "certificates")


class Workspace:
    """The folder in which one learner works; nothing of it is ever in the course's own folder.

    Made by `Workspace.open`.
    """

    def __init__(self, folder: Path, modules: Path, release: Path) -> None:
        self.folder = folder
        self.record = Record(folder / HIDDEN / "record.sqlite")
        self._modules = modules
        self._copies = Copies(folder, modules, folder / HIDDEN / "shipped.json")
        self._returned = Returned(folder, self.record)
        self._attempts = Attempts(folder, release, self.record, self._returned)

    @classmethod
    def open(
        cls,
        folder: Path,
        modules: Path = MODULES,
        release: Path | None = None,
    ) -> Workspace:
        """Open a workspace, making it and its copies of the lessons when it is new.

        Parameters
        ----------
        folder : Path
            The learner's folder.
        modules : Path
            Where the course keeps its lessons.
        release : Path or None
            Where the assessments' question papers are: ``<assessment>/<assessment>.ipynb`` and
            ``bank.toml``. By default ``course/release``, or the workspace's own copy.

        Raises
        ------
        Refused
            The folder is in a place where work could get lost, holds other things, or was made by
            a newer version of the course.
        CourseError
            The folder can't be written.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100, resolve() would follow a drive to UNC
        refuse_unsafe_place(folder)
        hidden = folder / HIDDEN
        state = hidden / "workspace.json"
        if folder.exists() and not hidden.exists() and any(folder.iterdir()):
            raise Refused(
                f"{folder} already holds other files. Choose an empty folder or a new one for "
                "the course; nothing was changed."
            )
        try:
            for part in FOLDERS:
                (folder / part).mkdir(parents=True, exist_ok=True)
            is_new = not state.exists()
            if is_new:
                made_at = datetime.now().astimezone().isoformat(timespec="seconds")
                write_whole(state, json.dumps({"schema": SCHEMA, "made_at": made_at}).encode())
            else:
                _check_schema(state)
        except OSError as error:
            raise CourseError(
                f"{folder} can't be written ({error.strerror}). Choose another folder, or make "
                "room on the disk, then try again; nothing you had is lost."
            ) from None
        if release is None:
            shipped = COURSE / "release"
            release = shipped if shipped.is_dir() else hidden / "release"
        workspace = cls(folder, modules, release)
        if is_new:
            workspace.update()
        return workspace

    # ------------------------------------------------------------ who

    @property
    def enrolment(self) -> Enrolment | None:
        """Who the desk knows this learner as, or None before enrolment."""
        return enrolment_in(self.folder)

    def enrol(self, data: bytes) -> Enrolment:
        """Take in an enrolment file; see `course.enrolled.enrol` for what is refused."""
        enrolment = enrol(self.folder, data)
        self.record.append("enrolled", enrolment.pseudonym)
        return enrolment

    @property
    def group(self) -> str | None:
        """The staff group last chosen, else the one in the enrolment, else None."""
        chosen = self.record.last("group_chosen")
        if chosen is not None:
            return chosen.subject
        enrolment = self.enrolment
        return enrolment.group if enrolment else None

    def choose_group(self, group: str) -> None:
        """Remember the learner's staff group."""
        load_syllabus().dose(group)
        self.record.append("group_chosen", group)

    # ------------------------------------------------------------ lessons

    def update(self) -> Update:
        """Bring the copies of the lessons up to date; see `Copies.update`."""
        version = load_syllabus().version
        done = self._copies.update(version)
        if done:
            detail = {"added": done.added, "replaced": done.replaced, "beside": done.beside}
            self.record.append("updated", version, detail)
        return done

    @property
    def newer(self) -> tuple[str, ...]:
        """The newer versions that lie beside changed copies, as paths inside the workspace.

        Each is named until the learner deletes it.
        """
        events = self.record.events("updated")
        names = dict.fromkeys(name for event in events for name in event.detail["beside"])
        return tuple(name for name in names if (self.folder / name).is_file())

    def lesson_path(self, module: Module) -> Path | None:
        """Return where the learner's copy of a lesson is, or None when the lesson isn't built."""
        if not (module.built and module.notebook):
            return None
        return self.folder / "lessons" / module.notebook

    def original_path(self, module: Module) -> Path:
        """Return where the course's own copy of a lesson is."""
        return self._modules / str(module.notebook)

    def activities(self, module: Module) -> tuple[str, ...]:
        """Return the ids of what there is to do in a lesson.

        The course's own copy says it: the learner may have changed theirs.
        """
        return read_lesson(self.original_path(module)).activities

    def answers(self, module: Module) -> dict[str, Answer]:
        """Return what the learner has answered in a lesson; nothing when the file is damaged.

        Answers that were taken back are left out.
        """
        path = self.lesson_path(module)
        if path is None:
            return {}
        try:
            found = AnswerFile(path.with_name("answers.json")).load()
        except AnswersInvalid:
            return {}
        activities = self.activities(module)
        return {id: found[id] for id in activities if id in found and not found[id].is_blank}

    def go_on_at(self, module: Module) -> str | None:
        """Return the activity with which to go on: the first open one after the latest answer.

        None before the first answer, and when nothing is left to do.
        """
        answers, activities = self.answers(module), self.activities(module)
        if not answers:
            return None
        # Of two answers in one second, the later one in the lesson counts as the latest.
        last = max(answers, key=lambda id: (answers[id].at, activities.index(id)))
        place = activities.index(last) + 1
        left = (id for id in (*activities[place:], *activities[:place]) if id not in answers)
        return next(left, None)

    def progress(self, module: Module) -> Progress | None:
        """Return how far a lesson has come, and add it to the record when it has moved on.

        A lesson is done once every one of its activities has an answer.
        """
        path = self.lesson_path(module)
        if path is None or not path.is_file():
            return None
        known = self.record.progress.get(module.id)
        activities = self.activities(module)
        answered = len(self.answers(module))
        if known is None and not answered:
            return None
        if known is None or (known.answered, known.total) != (answered, len(activities)):
            detail = {"answered": answered, "of": len(activities)}
            self.record.append("lesson_progress", module.id, detail)
            if answered == len(activities) and module.id not in self.record.lesson_done:
                self.record.append("lesson_done", module.id)
        return self.record.progress[module.id]

    def diagnostic(self, module: Module) -> Diagnostic | None:
        """Return the questions by which a lesson can be skipped, from the course's own copy."""
        return diagnostic_of(self.original_path(module))

    @property
    def diagnosed(self) -> dict[str, Diagnosed]:
        """How each diagnostic went that was taken, by the lesson's id."""
        events = self.record.events("diagnostic")
        return {event.subject: Diagnosed(**event.detail) for event in events}

    def take_diagnostic(self, module: Module, given: Mapping[str, str]) -> Diagnosed:
        """Record how the diagnostic of a lesson went.

        Raises
        ------
        Refused
            It was taken before, or the lesson has none.
        """
        diagnostic = self.diagnostic(module)
        if diagnostic is None:
            raise Refused(f"“{module.title}” has no questions to skip it by. Take the lesson.")
        if module.id in self.diagnosed:
            raise Refused(
                f"You have taken the questions of “{module.title}” before, and they count once. "
                "Go back to your course."
            )
        right = diagnostic.count_right(given)
        came = Diagnosed(right, len(diagnostic.questions), right >= diagnostic.needed)
        self.record.append("diagnostic", module.id, asdict(came))
        return came

    @property
    def finished(self) -> frozenset[str]:
        """The lessons that need not be taken any more: done, or known already."""
        known = {id for id, came in self.diagnosed.items() if came.passed}
        return frozenset(known | self.record.lesson_done.keys())

    # ------------------------------------------------------------ assessments

    def attempts(self, assessment: str) -> tuple[Attempt, ...]:
        """Return the learner's attempts at an assessment, the first one first."""
        return self._attempts.at(assessment)

    def start_attempt(self, assessment: str, now: datetime | None = None) -> Path:
        """Lay out the next attempt and return its folder; see `Attempts.start`."""
        return self._attempts.start(assessment, now)

    def hand_in(self, assessment: str, now: datetime | None = None) -> Receipt:
        """Pack the open attempt and send it to the desk if it can; see `Attempts.hand_in`."""
        return self._attempts.hand_in(assessment, now)

    def deliver(self, assessment: str) -> None:
        """Try once more to copy the last hand-in to the desk; see `Attempts.deliver`."""
        self._attempts.deliver(assessment)

    def results(self, assessment: str | None = None) -> tuple[Result, ...]:
        """Return the newest result of every attempt, by assessment and attempt."""
        return self._returned.results(assessment)

    def import_result(self, data: bytes) -> Result:
        """Take in a result file from the desk; see `Returned.take_in`."""
        return self._returned.take_in(data)

    def collect_results(self) -> tuple[Result, ...]:
        """Take in every new result in the folder that the enrolment names."""
        return self._returned.collect()


def _check_schema(path: Path) -> None:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))["schema"]
    except (ValueError, KeyError, TypeError):
        raise CourseError(
            f"{path} is damaged, so the course won't touch this folder. Put back a copy of it, "
            "or ask your improvement team; your answers are still there."
        ) from None
    if schema != SCHEMA:
        raise Refused(
            f"{path.parent.parent} was made by another version of the course (its number is "
            f"{schema}, this one has {SCHEMA}). Install that version again; nothing was changed."
        )
