"""Pages about the learner: enrolling, what is recorded, a copy of it, and erasing it."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date
from pathlib import Path

from tornado import web

from course.approach import load_approach
from course.errors import CourseError, Refused
from course.held import erase, export
from course.home.course_page import CoursePage, LeftOut


class Enrol(CoursePage):
    """Enrol: with a file from the improvement team, or by name on a computer of one's own."""

    @web.authenticated
    def get(self) -> None:
        """Show the ways to enrol."""
        self.show(
            "enrol",
            approach=load_approach(),
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
            workspace = self.workspace
            path = await asyncio.to_thread(
                export, workspace.folder, workspace.record, Path(folder) / name
            )
            data = path.read_bytes()
        self.send_file(name, data, "application/zip")


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
        gone = await asyncio.to_thread(erase, self.workspace.folder)
        self.show("erased", gone=gone, folder=str(self.home.folder), marks_here=self.home.marking)
