"""What each page shows, worked out from the workspace and the syllabus without any HTML."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from course.attempts import Attempt
from course.editions.pages import EDITIONS
from course.errors import CourseError
from course.home.links import Links
from course.lesson import read_lesson
from course.lesson_page import anchor
from course.syllabus import Assessment, Dose, Module, Syllabus, load_syllabus
from course.times import as_time, plain_time
from course.workspace import Workspace

LessonState = Literal["done", "known", "begun", "new", "coming"]
AssessmentState = Literal[
    "coming", "not enrolled", "ready", "open", "waiting", "again", "later", "talk", "passed"
]


@dataclass(frozen=True, slots=True)
class LessonView:
    """One lesson on the path; ``go_on`` is its page at the place where the learner stopped.

    ``others`` are other ways to take it: what each is called, and its address. ``test_out`` is the
    page to skip it by, as long as it can be.
    """

    module: Module
    state: LessonState
    answered: int
    total: int
    page: str
    go_on: str
    in_lab: str
    others: tuple[tuple[str, str], ...] = ()
    test_out: str = ""

    @property
    def minutes_left(self) -> int:
        """About how long the rest takes: its minutes by the share that is left, rounded up."""
        if self.state in ("done", "known", "coming"):
            return 0
        left = self.total - self.answered
        return math.ceil(self.module.minutes * left / self.total) if left else self.module.minutes

    @property
    def words(self) -> str:
        """Say how far the lesson has come."""
        return {
            "done": "Done",
            "known": "You know this already",
            "begun": f"In progress: {self.answered} of {self.total} activities, "
            f"{about_minutes(self.minutes_left)} left",
            "new": "Not started",
            "coming": "Coming later",
        }[self.state]


@dataclass(frozen=True, slots=True)
class DoseView:
    """One dose on the path, with its lessons."""

    dose: Dose
    lessons: tuple[LessonView, ...]

    @property
    def ready(self) -> tuple[LessonView, ...]:
        """The lessons that can be taken today."""
        return tuple(lesson for lesson in self.lessons if lesson.state != "coming")

    @property
    def minutes(self) -> int:
        """How long all lessons that can be taken today take."""
        return sum(lesson.module.minutes for lesson in self.ready)

    @property
    def minutes_left(self) -> int:
        """About how long the rest of them takes."""
        return sum(lesson.minutes_left for lesson in self.ready)

    @property
    def words(self) -> str:
        """Say how far the dose has come, and cheer."""
        ready, left = len(self.ready), about_minutes(self.minutes_left)
        done = sum(lesson.state in ("done", "known") for lesson in self.ready)
        lessons = "1 lesson" if ready == 1 else f"{ready} lessons"
        if done == ready:
            return f"{done} of {lessons} done. Well done!"
        if self.minutes_left == self.minutes:
            return f"{lessons}, {left} in all. Stop when you like: your place is kept."
        if not done:
            return f"You have made a start. {left.capitalize()} left."
        cheer = " You are more than half way." if 2 * self.minutes_left < self.minutes else ""
        return f"{done} of {lessons} done. {left.capitalize()} left.{cheer}"


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """One assessment: where the learner stands, and what is next.

    ``also_needed`` are those of lower doses that its certificate waits for.
    """

    plan: Assessment
    state: AssessmentState
    attempts: tuple[Attempt, ...]
    next_attempt: int
    not_before: str
    page: str
    in_lab: str
    has_certificate: bool
    also_needed: tuple[Assessment, ...] = ()

    @property
    def last(self) -> Attempt | None:
        """The newest attempt."""
        return self.attempts[-1] if self.attempts else None

    @property
    def needs_the_desk(self) -> bool:
        """Whether something is handed in and not marked, or passed and without its certificate."""
        due = self.state == "passed" and not self.has_certificate and not self.also_needed
        return self.state == "waiting" or due

    @property
    def words(self) -> str:
        """Say where the learner stands."""
        return {
            "coming": "Coming later",
            "not enrolled": "You need to enrol first",
            "ready": "Not started",
            "open": f"Attempt {self.attempts[-1].number} is open" if self.attempts else "Open",
            "waiting": "Handed in. Waiting for the result",
            "again": f"Not passed yet. You can begin attempt {self.next_attempt} now",
            "later": f"Not passed yet. You can try again from {self.not_before}",
            "talk": "Not passed yet. Talk to a facilitator before you try again",
            "passed": "Passed",
        }[self.state]


@dataclass(frozen=True, slots=True)
class Needed:
    """What one dose still asks of a learner on the way to the certificate of their own dose.

    ``minutes`` are about what is left of lessons that must be taken, and of the assessment.
    """

    title: str
    lessons: str
    check: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to do next: what, why, and the button that does it."""

    title: str
    text: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Everything on the front page."""

    group: Dose | None
    doses: tuple[DoseView, ...]
    assessments: tuple[AssessmentView, ...]
    step: Step | None
    needed: tuple[Needed, ...]


@dataclass(frozen=True, slots=True)
class NotebookView:
    """A notebook that is no lesson: something to try or look up, or the guide to a workshop.

    Where a group writes something down in a workshop, ``record`` is the address of that.
    """

    title: str
    page: str
    record: str = ""


def about_minutes(count: int) -> str:
    """Say a number of minutes that is only an estimate.

    Examples
    --------
    >>> about_minutes(1)
    'about 1 minute'
    """
    return "about 1 minute" if count == 1 else f"about {count} minutes"


def front_page(
    workspace: Workspace, syllabus: Syllabus, links: Links, now: datetime | None = None
) -> FrontPage:
    """Work out the front page; progress that is new is added to the record on the way."""
    group = workspace.group
    if group is None:
        return FrontPage(None, (), (), None, ())
    doses = tuple(
        DoseView(
            dose,
            tuple(
                lesson_view(workspace, module, links)
                for module in syllabus.modules
                if module.dose == dose.id
            ),
        )
        for dose in syllabus.doses_for(group)
    )
    assessments = tuple(
        assessment_view(workspace, plan, links, now)
        for dose in doses
        for plan in syllabus.assessments
        if plan.dose == dose.dose.id
    )
    lessons = [lesson for dose in doses for lesson in dose.ready]
    return FrontPage(
        group=syllabus.dose(group),
        doses=doses,
        assessments=assessments,
        step=next_step(lessons, assessments, _last_opened(workspace), links),
        needed=tuple(needed(dose, assessments) for dose in doses if dose.ready),
    )


def needed(dose: DoseView, assessments: Iterable[AssessmentView]) -> Needed:
    """Say what a dose still asks for; what was done for another role counts here too."""
    must = [lesson for lesson in dose.ready if not lesson.module.optional]
    left = [lesson for lesson in must if lesson.minutes_left]
    checks = [view for view in assessments if view.plan.dose == dose.dose.id]
    open_checks = [view for view in checks if view.state not in ("passed", "coming")]
    minutes = sum(lesson.minutes_left for lesson in left)
    return Needed(
        title=dose.dose.title,
        lessons=f"{len(left)} of {len(must)} to take" if left else "All done",
        check=checks[0].words if checks else "None",
        minutes=minutes + sum(view.plan.minutes for view in open_checks),
    )


def lesson_view(workspace: Workspace, module: Module, links: Links) -> LessonView:
    """Work out how one lesson stands."""
    path = workspace.lesson_path(module)
    if path is None or not path.is_file():
        return LessonView(module, "coming", 0, 0, "", "", "")
    progress = workspace.progress(module)
    done = module.id in workspace.record.lesson_done
    known = module.id in workspace.finished
    asked = known or module.id in workspace.diagnosed
    may_skip = not asked and workspace.diagnostic(module) is not None
    begun = progress is not None or workspace.record.last("lesson_opened", module.id) is not None
    name = path.relative_to(workspace.folder).as_posix()
    page, place = links.page(name), workspace.go_on_at(module)
    return LessonView(
        module=module,
        state="done" if done else "known" if known else "begun" if begun else "new",
        answered=progress.answered if progress else 0,
        total=progress.total if progress else len(workspace.activities(module)),
        page=page,
        go_on=f"{page}#{anchor(place)}" if place else page,
        in_lab=links.in_lab(name),
        others=other_ways(module, links),
        test_out=links.course(f"diagnostic/{module.id}") if may_skip else "",
    )


def assessment_view(
    workspace: Workspace, plan: Assessment, links: Links, now: datetime | None = None
) -> AssessmentView:
    """Work out how one assessment stands."""
    attempts = workspace.attempts(plan.id) if plan.built else ()
    last = attempts[-1] if attempts else None
    name = f"assessments/{plan.id}/attempt_{last.number}/{plan.id}.ipynb" if last else ""
    result = last.result if last else None
    not_before = result.not_before if result else None
    return AssessmentView(
        plan=plan,
        state=_assessment_state(workspace, plan, attempts, now or datetime.now(tz=UTC)),
        attempts=attempts,
        next_attempt=(result.next_attempt if result else None) or len(attempts) + 1,
        not_before=plain_time(not_before) if not_before else "",
        page=links.page(name) if name else "",
        in_lab=links.in_lab(name) if name else "",
        has_certificate=any(each.result and each.result.certificate for each in attempts),
        also_needed=_also_needed(workspace, plan) if last else (),
    )


def _also_needed(workspace: Workspace, plan: Assessment) -> tuple[Assessment, ...]:
    """Return the assessments of lower doses that are not passed and that an award asks for too."""
    syllabus = load_syllabus()
    passed = {result.assessment for result in workspace.results() if result.passed}
    below = [
        id
        for award in syllabus.awards
        if award.built and award.requires[-1] == plan.id
        for id in award.requires[:-1]
        if id not in passed
    ]
    return tuple(syllabus.assessment(id) for id in dict.fromkeys(below))


def next_step(
    lessons: Iterable[LessonView],
    assessments: Iterable[AssessmentView],
    last_opened: str | None,
    links: Links,
) -> Step | None:
    """Choose the one thing to do next, or None when nothing is left."""
    by_state: dict[AssessmentState, AssessmentView] = {}
    for each in assessments:
        by_state.setdefault(each.state, each)
    if view := by_state.get("open"):
        text = "Your answers so far are saved. Go on where you stopped."
        return Step(view.plan.title, text, "Go on with the questions", view.page)
    unfinished = [lesson for lesson in lessons if lesson.state in ("begun", "new")]
    # What was opened last comes first, then what was begun, then the path's own order.
    unfinished.sort(key=lambda each: (each.module.id != last_opened, each.state != "begun"))
    if unfinished:
        lesson = unfinished[0]
        begun = lesson.state == "begun"
        text = lesson.words if begun else lesson.module.summary
        label = "Go on with this lesson" if begun else "Start this lesson"
        return Step(lesson.module.title, f"{text.rstrip('.')}.", label, lesson.go_on)
    for state, label in (
        ("ready", "Begin the questions"),
        ("not enrolled", "Enrol for the questions"),
        ("again", "Try again"),
        ("talk", "See what to do"),
        ("later", "See your result"),
        ("waiting", "See your receipt"),
        ("passed", "See what you achieved"),
    ):
        if view := by_state.get(state):  # type: ignore[call-overload]
            page = "certificate" if state == "passed" and view.has_certificate else "assessment"
            return Step(
                view.plan.title, f"{view.words}.", label, links.course(f"{page}/{view.plan.id}")
            )
    return None


def other_ways(module: Module, links: Links) -> tuple[tuple[str, str], ...]:
    """Return the other ways to take a lesson: what each is called, and its address."""
    return tuple((each.name, links.course(f"edition/{module.id}/{each.id}")) for each in EDITIONS)


def notebooks(workspace: Workspace, folder: str, links: Links) -> tuple[NotebookView, ...]:
    """List the notebooks of a folder of the workspace, such as ``reference`` or ``workshops``."""
    found = []
    for path in sorted((workspace.folder / folder).glob("*.ipynb")):
        name = path.relative_to(workspace.folder).as_posix()
        # A notebook that the learner has broken is left out; it is still there in JupyterLab.
        with suppress(CourseError):
            lesson = read_lesson(path)
            writes = folder == "workshops" and lesson.activities
            record = links.course(f"record/{path.stem}") if writes else ""
            found.append(NotebookView(lesson.title, links.page(name), record))
    return tuple(found)


def lessons_by_word(
    workspace: Workspace, syllabus: Syllabus, links: Links
) -> dict[str, tuple[LessonView, ...]]:
    """Return the lessons that explain each word, by the word's name in links.

    They are the lessons of the learner's own path, or all before a group is chosen.
    """
    group = workspace.group
    found: dict[str, tuple[LessonView, ...]] = {}
    for module in syllabus.path(group) if group else syllabus.modules:
        view = lesson_view(workspace, module, links)
        if view.page:
            for word in read_lesson(workspace.original_path(module)).words:
                found[word] = (*found.get(word, ()), view)
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """How much of an open attempt has an answer."""

    of: int
    missing: tuple[int, ...]


def answered(attempt: Attempt) -> Answered:
    """Say which questions of an attempt have no answer yet, numbered from 1 as on the page."""
    from course.paper import open_paper

    paper = open_paper(attempt.folder)
    slots = [drawn.slot.id for drawn in paper.drawn]
    missing = [n for n, slot in enumerate(slots, start=1) if paper.answer(slot).choice is None]
    return Answered(len(slots), tuple(missing))


def _assessment_state(
    workspace: Workspace, plan: Assessment, attempts: tuple[Attempt, ...], now: datetime
) -> AssessmentState:
    if not plan.built:
        return "coming"
    if any(attempt.result and attempt.result.passed for attempt in attempts):
        return "passed"
    if workspace.enrolment is None:
        return "not enrolled"
    if not attempts:
        return "ready"
    last = attempts[-1]
    if last.is_open:
        return "open"
    if last.result is None:
        return "waiting"
    if last.result.facilitator_needed:
        return "talk"
    not_before = last.result.not_before
    if not_before and now < as_time(not_before):
        return "later"
    return "again"


def _last_opened(workspace: Workspace) -> str | None:
    event = workspace.record.last("lesson_opened")
    return event.subject if event else None
