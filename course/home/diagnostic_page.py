"""The page on which a learner who knows a lesson already tests out of it."""

from __future__ import annotations

from tornado import web

from course.diagnostic import Diagnostic
from course.home import views
from course.home.course_page import CoursePage, LeftOut
from course.syllabus import Module


class DiagnosticPage(CoursePage):
    """A lesson's diagnostic: asked once, then how it went."""

    def lesson(self, id: str) -> tuple[Module, Diagnostic]:
        """Return a lesson and its diagnostic, or say that there is no such page."""
        for module in self.syllabus.modules:
            if module.id == id and module.built:
                diagnostic = self.workspace.diagnostic(module)
                if diagnostic is not None:
                    return module, diagnostic
        raise web.HTTPError(404)

    @web.authenticated
    def get(self, id: str) -> None:
        """Show the questions; after them, what came of it."""
        module, diagnostic = self.lesson(id)
        self.show(
            "diagnostic",
            lesson=views.lesson_view(self.workspace, module, self.links),
            diagnostic=diagnostic,
            taken=self.workspace.diagnosed.get(module.id),
        )

    @web.authenticated
    def post(self, id: str) -> None:
        """Count what is right, once."""
        module, diagnostic = self.lesson(id)
        given = {each.id: self.get_body_argument(each.id, "") for each in diagnostic.questions}
        if not all(given.values()):
            raise LeftOut("Answer every question first. Nothing was counted yet.")
        self.workspace.take_diagnostic(module, given)
        self.go(f"diagnostic/{module.id}")
