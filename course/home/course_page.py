"""What every page of the course shares: who may see it, how it looks, how it fails."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import Any, NoReturn

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from course.errors import CourseError, Refused
from course.glossary import slug
from course.home import views
from course.home.home import HERE, Home
from course.home.links import Links
from course.rubric import LEVELS
from course.syllabus import Assessment, Syllabus, load_syllabus
from course.times import plain_time
from course.workspace import Workspace

LARGEST_UPLOAD = 8 * 1024 * 1024
SECONDS_FOR_A_SHARED_FOLDER = 3.0

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
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
            title, message = "Something was left out", str(error)
        elif isinstance(error, CourseError):
            self.set_status(409 if isinstance(error, Refused) else 503)
            title, message = "That can't be done now", str(error)
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

    def send_file(self, name: str, data: bytes, kind: str) -> None:
        """Send a file to keep."""
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(data)

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


def _pages() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["slug"] = slug
    pages.globals["levels"] = LEVELS
    return pages
