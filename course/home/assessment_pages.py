"""The pages of an assessment: begin, hand in, be marked, see the result and the certificate."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from tornado import web

from course.attempts import Attempt
from course.errors import CourseError, Refused
from course.home import views
from course.home.course_page import CoursePage, LeftOut
from course.home.links import Links
from course.lesson import read_lesson
from course.syllabus import Module
from course.workspace import Workspace

# A certificate is a document that came from outside: it may have its own style and pictures, but
# it can run nothing and fetch nothing. (As it can't run anything, its origin gives it nothing; as
# a stranger inside our page it would make Chromium lose the first click beside it.)
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'; sandbox allow-same-origin allow-downloads"
)


class AssessmentPage(CoursePage):
    """One assessment: where you stand and what you can do."""

    @web.authenticated
    async def get(self, assessment: str) -> None:
        """Show it."""
        await self.collect_results()
        self.show(
            "assessment",
            view=self.view(assessment),
            lessons=[self.syllabus.module(id) for id in self.plan(assessment).modules],
            done=self.workspace.finished,
            enrolment=self.workspace.enrolment,
            can_mark=self.home.marking is not None,
        )


class Begin(CoursePage):
    """Begin an attempt."""

    @web.authenticated
    def post(self, assessment: str) -> None:
        """Lay the attempt out, unless one is open, and go to its questions."""
        self.plan(assessment)
        attempts = self.workspace.attempts(assessment)
        if not (attempts and attempts[-1].is_open):
            self.workspace.start_attempt(assessment)
        self.redirect(self.view(assessment).page, status=303)


class HandIn(CoursePage):
    """Hand in an attempt."""

    @web.authenticated
    def get(self, assessment: str) -> None:
        """Show which questions have no answer, and ask for the honesty statement."""
        view = self.view(assessment)
        if view.last is None or not view.last.is_open:
            self.go(f"assessment/{assessment}")
            return
        self.show("hand_in", view=view, answered=views.answered(view.last))

    @web.authenticated
    def post(self, assessment: str) -> None:
        """Hand in."""
        self.plan(assessment)
        if self.get_body_argument("honest", "") != "yes":
            raise LeftOut("Tick the box about your own answers first. Nothing was handed in yet.")
        self.workspace.hand_in(assessment)
        self.go(f"assessment/{assessment}")


class Deliver(CoursePage):
    """Try the shared folder again."""

    @web.authenticated
    def post(self, assessment: str) -> None:
        """Copy the hand-in to the shared folder."""
        self.plan(assessment)
        self.workspace.deliver(assessment)
        self.go(f"assessment/{assessment}")


class HandInFile(CoursePage):
    """The packed hand-in, to send by hand."""

    @web.authenticated
    def get(self, assessment: str, number: str) -> None:
        """Send the file."""
        attempt = _attempt(self, assessment, number)
        if attempt.receipt is None:
            raise web.HTTPError(404)
        path = self.workspace.folder / "outbox" / attempt.receipt.file
        if not path.is_file():
            raise Refused(
                f"{attempt.receipt.file} is no longer in your outbox. If you have moved it, send "
                "it from there."
            )
        self.send_file(path.name, path.read_bytes(), "application/zip")


class Mark(CoursePage):
    """Marking on this computer."""

    @web.authenticated
    async def get(self) -> None:
        """Show how the marking stands."""
        if self.home.marking is None:
            raise web.HTTPError(404)
        outcome = self.home.marking.outcome
        if outcome.state in ("done", "failed"):
            await self.collect_results()
        self.show(
            "marking",
            outcome=outcome,
            assessments=[
                view
                for plan in self.syllabus.assessments
                if plan.built and (view := self.view(plan.id)).attempts
            ],
        )

    @web.authenticated
    def post(self) -> None:
        """Begin to mark."""
        if self.home.marking is None:
            raise web.HTTPError(404)
        self.home.marking.start()
        self.go("marking")


class ImportResult(CoursePage):
    """Take in a result file that came by hand."""

    @web.authenticated
    def post(self) -> None:
        """Take the file in and show the result."""
        result = self.workspace.import_result(self.uploaded("result"))
        self.go(f"assessment/{result.assessment}/result/{result.attempt}")


class ResultPage(CoursePage):
    """A result with its feedback."""

    @web.authenticated
    def get(self, assessment: str, number: str) -> None:
        """Show it."""
        attempt = _attempt(self, assessment, number)
        if attempt.result is None:
            raise web.HTTPError(404)
        lessons = [self.syllabus.module(id) for id in self.plan(assessment).modules]
        self.show(
            "result",
            view=self.view(assessment),
            result=attempt.result,
            lesson_of=lessons_by_section(self.workspace, lessons, self.links),
        )


class Certificate(CoursePage):
    """The certificate, with its files to keep."""

    @web.authenticated
    def get(self, assessment: str) -> None:
        """Show the page around the certificate."""
        view = self.view(assessment)
        if not view.has_certificate:
            raise web.HTTPError(404)
        self.show("certificate", view=view)


class CertificateFile(CoursePage):
    """One of a certificate's files."""

    @web.authenticated
    def get(self, assessment: str, kind: str) -> None:
        """Show the certificate itself, or send a file to keep."""
        self.plan(assessment)
        name = {"badge": "badge.json", "trust": "trust.json"}.get(kind, "certificate.html")
        path = self.workspace.folder / "certificates" / assessment / name
        if not path.is_file():
            raise web.HTTPError(404)
        html = "text/html; charset=utf-8"
        if kind == "view":
            self.set_header("Content-Type", html)
            self.set_header("Content-Security-Policy", DOCUMENT_POLICY)
            self.finish(path.read_bytes())
        elif kind == "trust":
            # Its own name: that is where a check of the certificate beside it looks.
            self.send_file(name, path.read_bytes(), "application/json")
        else:
            content_type = "application/json" if kind == "badge" else html
            self.send_file(f"{assessment}_{name}", path.read_bytes(), content_type)


def lessons_by_section(
    workspace: Workspace, lessons: Iterable[Module], links: Links
) -> dict[str, views.LessonView]:
    """Return, by the heading of a section, the lesson that has it; of several, the first."""
    found: dict[str, views.LessonView] = {}
    for module in lessons:
        path = workspace.lesson_path(module)
        # A lesson that is not there, or that the learner has broken, is only not linked.
        with suppress(CourseError):
            view = views.lesson_view(workspace, module, links)
            for section in read_lesson(path).sections if path and view.page else ():
                found.setdefault(section, view)
    return found


def _attempt(handler: CoursePage, assessment: str, number: str) -> Attempt:
    for attempt in handler.view(assessment).attempts:
        if attempt.number == int(number):
            return attempt
    raise web.HTTPError(404)
