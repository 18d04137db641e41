"""The course's pages as the server answers them: read the request, ask the views, fill a page."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from course.approach import load_approach
from course.errors import CourseError, Refused
from course.glossary import slug
from course.home import views
from course.home.app import HERE, Home
from course.home.links import Links
from course.syllabus import Assessment, Syllabus, load_syllabus
from course.workspace import Attempt, Workspace, plain_time

LARGEST_UPLOAD = 8 * 1024 * 1024
SECONDS_FOR_A_SHARED_FOLDER = 3.0

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
# A certificate is a document that came from outside: it may have its own style and pictures, but
# it can run nothing and fetch nothing.
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


class LeftOut(CourseError):
    """A form came back without something that it needs."""


class CoursePage(JupyterHandler):
    """A page of the course: who may see it, how it looks, and what happens when it fails."""

    @property
    def content_security_policy(self) -> str:
        """Allow the page only what comes from this server."""
        return POLICY

    def set_default_headers(self) -> None:
        """Keep addresses from leaking, and pages from being kept."""
        super().set_default_headers()
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    @property
    def home(self) -> Home:
        """What the pages know of their server."""
        home: Home = self.settings["course_home"]
        return home

    @property
    def links(self) -> Links:
        """The addresses of the pages."""
        return self.home.links

    @cached_property
    def workspace(self) -> Workspace:
        """The learner's folder."""
        return self.home.workspace()

    @property
    def syllabus(self) -> Syllabus:
        """What is taught."""
        return load_syllabus()

    def show(self, template: str, /, **content: Any) -> None:
        """Fill a page and send it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _pages()
            .get_template(f"{template}.html")
            .render(
                links=self.links,
                plain_time=plain_time,
                xsrf_token=self.xsrf_token.decode("ascii"),
                **content,
            )
        )

    def go(self, path: str = "") -> None:
        """Send the reader on after a form, so that loading the page again repeats nothing."""
        self.redirect(self.links.course(path), status=303)

    def write_error(self, status_code: int, **about: Any) -> None:
        """Show what went wrong in plain words, with a way back."""
        error = about.get("exc_info", (None, None))[1]
        if isinstance(error, LeftOut):
            self.set_status(400)
            title = "Something was left out"
            message = str(error)
        elif isinstance(error, CourseError):
            self.set_status(409 if isinstance(error, Refused) else 503)
            title = "That can't be done now"
            message = str(error)
        elif status_code == 404:
            title = "There is no such page"
            message = "The address may be old or mistyped. Everything you did is still there."
        elif status_code == 403:
            title = "This page has been open too long"
            message = "Nothing was changed. Go back to your course and try once more."
        elif status_code == 413:
            title = "That file is too large"
            message = "Choose the file that your improvement team sent you. Nothing was changed."
        elif status_code == 400:
            title = "Something was left out"
            message = "Go back, fill in the form and send it again. Nothing was changed."
        else:
            title = "Something went wrong on this computer"
            message = (
                "Your answers are saved. Go back to your course and try again. If it happens "
                "twice, close the course and open it again."
            )
        self.show("error", title=title, message=message)

    def log_exception(self, *about: Any) -> None:
        """Keep what a reader can act on out of the server's log of faults."""
        if not isinstance(about[1], CourseError):
            super().log_exception(*about)

    def uploaded(self, field: str) -> bytes:
        """Return the file of a form.

        Raises
        ------
        LeftOut
            No file was chosen.
        HTTPError
            413 when it is too large.
        """
        files = self.request.files.get(field)
        if not files or not files[0].body:
            raise LeftOut("Choose a file first, then press the button.")
        body: bytes = files[0].body
        if len(body) > LARGEST_UPLOAD:
            raise web.HTTPError(413)
        return body

    def plan(self, assessment: str) -> Assessment:
        """Return one assessment that can be taken, or say that there is no such page."""
        for plan in self.syllabus.assessments:
            if plan.id == assessment and plan.built:
                return plan
        raise web.HTTPError(404)

    def view(self, assessment: str) -> views.AssessmentView:
        """Work out where the learner stands in one assessment."""
        return views.assessment_view(self.workspace, self.plan(assessment), self.links)

    async def collect_results(self) -> None:
        """Take in results that wait in a shared folder, without waiting long for the folder."""
        workspace = self.workspace
        task = asyncio.ensure_future(asyncio.to_thread(workspace.collect_results))
        await asyncio.wait([task], timeout=SECONDS_FOR_A_SHARED_FOLDER)


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["slug"] = slug
    return pages


class Front(CoursePage):
    """Your course: what is next, your lessons, your questions, your certificate."""

    @web.authenticated
    async def get(self) -> None:
        """Show the front page."""
        if self.get_query_argument("token", ""):
            # The token has become a cookie by now; it should not stay in the address.
            self.redirect(self.links.course())
            return
        await self.collect_results()
        page = views.front_page(self.workspace, self.syllabus, self.links)
        if page.group is None:
            self.show("choose", doses=self.syllabus.doses, chosen=None)
            return
        self.show(
            "front",
            page=page,
            approach=load_approach(),
            tools=views.tools(self.workspace, self.links),
            enrolment=self.workspace.enrolment,
            can_mark=self.home.marking is not None,
            changed=self._unseen_update(),
        )

    def _unseen_update(self) -> list[str]:
        """Name the lessons that lie beside the learner's own since the last update."""
        event = self.workspace.record.last("updated")
        return list(event.detail["beside"]) if event else []


class Group(CoursePage):
    """Choose your staff group."""

    @web.authenticated
    def get(self) -> None:
        """Show the groups."""
        chosen = self.workspace.group
        self.show("choose", doses=self.syllabus.doses, chosen=chosen)

    @web.authenticated
    def post(self) -> None:
        """Remember the choice."""
        group = self.get_body_argument("group", "")
        if group not in {dose.id for dose in self.syllabus.doses}:
            raise LeftOut("Choose one of the staff groups first.")
        self.workspace.choose_group(group)
        self.go()


class Recorded(CoursePage):
    """What is recorded and why."""

    @web.authenticated
    def get(self) -> None:
        """Show what is held."""
        workspace = self.workspace
        self.show(
            "recorded",
            folder=str(workspace.folder),
            enrolment=workspace.enrolment,
            events=len(workspace.record.events()),
        )


class Export(CoursePage):
    """A copy of everything held."""

    @web.authenticated
    async def post(self) -> None:
        """Send the copy."""
        name = f"my-qi-course-{date.today().isoformat()}.zip"
        with tempfile.TemporaryDirectory() as folder:
            path = await asyncio.to_thread(self.workspace.export, Path(folder) / name)
            data = path.read_bytes()
        self.send_file(name, data, "application/zip")

    def send_file(self, name: str, data: bytes, kind: str) -> None:
        """Send a file to keep."""
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(data)


class Erase(CoursePage):
    """Erase everything held."""

    @web.authenticated
    def get(self) -> None:
        """Ask whether to erase."""
        self.show("erase", folder=str(self.workspace.folder), marks_here=self.home.marking)

    @web.authenticated
    async def post(self) -> None:
        """Erase, once the reader has said so twice."""
        if self.get_body_argument("sure", "") != "yes":
            raise LeftOut("Tick the box to say that you are sure. Nothing was erased.")
        # A lesson that still runs would write its answers again.
        await self.kernel_manager.shutdown_all()
        gone = await asyncio.to_thread(self.workspace.erase)
        self.show("erased", gone=gone, folder=str(self.home.folder), marks_here=self.home.marking)


class Enrol(CoursePage):
    """Enrol: with a file from the improvement team, or by name on a computer of one's own."""

    @web.authenticated
    def get(self) -> None:
        """Show the ways to enrol."""
        self.show(
            "enrol",
            enrolment=self.workspace.enrolment,
            can_mark=self.home.marking is not None,
        )

    @web.authenticated
    async def post(self) -> None:
        """Enrol."""
        if "enrolment" in self.request.files:
            self.workspace.enrol(self.uploaded("enrolment"))
            self.go()
            return
        name = " ".join(self.get_body_argument("name", "").split())
        email = self.get_body_argument("email", "").strip()
        if self.home.marking is None or not (name or email):
            raise LeftOut("Choose your enrolment file first, then press the button.")
        if not name:
            raise LeftOut("Give your name as the certificate should show it.")
        if self.workspace.enrolment is not None:
            raise Refused("You are enrolled already. Go back to your course.")
        await asyncio.to_thread(self.home.marking.enrol, name, email)
        if self.workspace.enrolment is None:
            raise CourseError("Enrolling did not work on this computer. Please try once more.")
        self.workspace.record.append("enrolled", self.workspace.enrolment.pseudonym)
        self.go()


class ImportResult(CoursePage):
    """Take in a result file that came by hand."""

    @web.authenticated
    def post(self) -> None:
        """Take the file in and show the result."""
        result = self.workspace.import_result(self.uploaded("result"))
        self.go(f"assessment/{result.assessment}/result/{result.attempt}")


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
            done=self.workspace.record.lesson_done,
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


class HandInFile(Export):
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

    def post(self, *_: str) -> NoReturn:
        """Refuse: the file is only read."""
        raise web.HTTPError(405)


class ResultPage(CoursePage):
    """A result with its feedback."""

    @web.authenticated
    def get(self, assessment: str, number: str) -> None:
        """Show it."""
        attempt = _attempt(self, assessment, number)
        if attempt.result is None:
            raise web.HTTPError(404)
        plan = self.plan(assessment)
        lessons = [self.syllabus.module(id) for id in plan.modules]
        self.show(
            "result",
            view=self.view(assessment),
            result=attempt.result,
            lesson=views.lesson_view(self.workspace, lessons[0], self.links),
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


class CertificateFile(Export):
    """One of a certificate's files."""

    KINDS = {  # noqa: RUF012 (read-only)
        "view": ("certificate.html", "text/html; charset=utf-8"),
        "page": ("certificate.html", "text/html; charset=utf-8"),
        "badge": ("badge.json", "application/json"),
        "trust": ("trust.json", "application/json"),
    }

    @web.authenticated
    def get(self, assessment: str, kind: str) -> None:
        """Show the certificate itself, or send a file to keep."""
        self.plan(assessment)
        ending, content_type = self.KINDS[kind]
        path = self.workspace.folder / "certificates" / f"{assessment}_{ending}"
        if not path.is_file():
            raise web.HTTPError(404)
        if kind == "view":
            self.set_header("Content-Type", content_type)
            self.set_header("Content-Security-Policy", DOCUMENT_POLICY)
            self.finish(path.read_bytes())
        else:
            self.send_file(path.name, path.read_bytes(), content_type)

    def post(self, *_: str) -> NoReturn:
        """Refuse: the files are only read."""
        raise web.HTTPError(405)


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


class Glossary(CoursePage):
    """Every word that the course explains."""

    @web.authenticated
    def get(self) -> None:
        """Show the words from A to Z."""
        from course.glossary import load_glossary

        self.show("glossary", terms=load_glossary().terms)


class NoSuchPage(CoursePage):
    """Anything else below the course's address."""

    @web.authenticated
    def get(self) -> NoReturn:
        """Say that there is no such page."""
        raise web.HTTPError(404)

    post = get


class Static(web.StaticFileHandler):
    """The style sheet and scripts: nothing personal, so they need no log-in."""

    @allow_unauthenticated
    async def get(self, path: str, include_body: bool = True) -> None:
        """Send the file."""
        await super().get(path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Have the browser look for a newer version each time."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-cache")


def _attempt(handler: CoursePage, assessment: str, number: str) -> Attempt:
    for attempt in handler.view(assessment).attempts:
        if attempt.number == int(number):
            return attempt
    raise web.HTTPError(404)


def routes(base_url: str) -> list[tuple[Any, ...]]:
    """Return every page of the course with its address."""
    assessment = r"assessment/([a-z0-9_]+)"
    pages: list[tuple[str, Callable[..., Any]]] = [
        ("", Front),
        ("group", Group),
        ("recorded", Recorded),
        ("export", Export),
        ("erase", Erase),
        ("enrol", Enrol),
        ("result", ImportResult),
        (assessment, AssessmentPage),
        (f"{assessment}/begin", Begin),
        (f"{assessment}/hand-in", HandIn),
        (f"{assessment}/deliver", Deliver),
        (rf"{assessment}/file/(\d{{1,6}})", HandInFile),
        (rf"{assessment}/result/(\d{{1,6}})", ResultPage),
        (r"certificate/([a-z0-9_]+)", Certificate),
        (r"certificate/([a-z0-9_]+)/(view|page|badge|trust)", CertificateFile),
        ("marking", Mark),
        ("glossary", Glossary),
    ]
    # A person's name in the address of a hub may hold what a pattern would take for a rule.
    course = re.escape(url_path_join(base_url, "course"))
    return [
        (course, Front),
        (f"{course}/static/(.*)", Static, {"path": str(HERE / "static")}),
        *((f"{course}/{path}", page) for path, page in pages),
        (f"{course}/.*", NoSuchPage),
    ]
