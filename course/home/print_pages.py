"""Pages to print or to send on: a lesson's editions and summary, a handout, a session's record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tornado import web

from course.approach import load_approach
from course.editions.cards import OwnPart, agreement_page, handout_page, summary_page
from course.editions.pages import edition, edition_page
from course.editions.record import record_page
from course.editions.running import Ran
from course.errors import CourseError
from course.glossary import load_glossary
from course.home import views
from course.home.course_page import CoursePage
from course.lesson import read_lesson
from course.syllabus import Module
from qi_tools.answers import AnswerFile, AnswersInvalid
from qi_tools.words import day_in_words

# Such a page stands by itself: it has its own style, and it can run nothing and fetch nothing.
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'"
)


class PrintPage(CoursePage):
    """A page that stands by itself."""

    def show_document(self, html: str) -> None:
        """Send it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", PAGE_POLICY)
        self.finish(html)

    def lesson(self, id: str) -> Module:
        """Return a lesson that can be taken today, or say that there is no such page."""
        for module in self.syllabus.modules:
            if module.id == id and self.is_ready(module):
                return module
        raise web.HTTPError(404)

    def is_ready(self, module: Module) -> bool:
        """Whether a lesson can be taken today."""
        path = self.workspace.lesson_path(module)
        return path is not None and self.workspace.original_path(module).is_file()

    def way_back(self) -> dict[str, str]:
        """Return the way back that every such page shows."""
        return {"Back to my course": self.links.course()}

    def ran(self, module: Module) -> Ran | None:
        """Return a lesson that ran, or None while it is on its way."""
        copy = self.workspace.lesson_path(module)
        original = self.workspace.original_path(module)
        return self.home.shelf.look(copy or original, original)


class EditionPage(PrintPage):
    """A lesson as a plain page or in large print."""

    @web.authenticated
    def get(self, lesson: str, kind: str) -> None:
        """Show it, or a page that waits until it is made."""
        module, chosen = self.lesson(lesson), edition(kind)
        ran = self.ran(module)
        if ran is None:
            self.show("wait", title=module.title, edition=chosen.name)
            return
        here = f"edition/{lesson}/{kind}"
        ways = {**self.way_back(), "Save this page as a file": self.links.course(f"{here}/file")}
        self.show_document(edition_page(ran, module, chosen, ways))


class EditionFile(PrintPage):
    """The same page as a file, to keep or to send on."""

    @web.authenticated
    def get(self, lesson: str, kind: str) -> None:
        """Send it; when it is not made yet, go to the page that waits."""
        module, chosen = self.lesson(lesson), edition(kind)
        ran = self.ran(module)
        if ran is None:
            self.go(f"edition/{lesson}/{kind}")
            return
        html = edition_page(ran, module, chosen)
        self.send_file(chosen.file_name(module), html.encode(), "text/html; charset=utf-8")


class Summary(PrintPage):
    """A lesson on one sheet, with what the learner wrote."""

    @web.authenticated
    def get(self, lesson: str) -> None:
        """Show it."""
        module = self.lesson(lesson)
        content = read_lesson(self.workspace.original_path(module))
        answers = self.workspace.answers(module)
        words = [str(answers[id].value) for id in content.monday_activities if id in answers]
        done = self.workspace.record.lesson_done.get(module.id)
        own = OwnPart(words, day_in_words(datetime.fromisoformat(done)) if done else "")
        self.show_document(summary_page(module, content, load_glossary(), own, self.way_back()))


class Handout(PrintPage):
    """A dose on one sheet."""

    @web.authenticated
    def get(self, dose: str) -> None:
        """Show it."""
        lessons = [
            (module, read_lesson(self.workspace.original_path(module)))
            for module in self.syllabus.modules
            if module.dose == dose and self.is_ready(module)
        ]
        if not lessons:
            raise web.HTTPError(404)
        self.show_document(
            handout_page(
                self.syllabus.dose(dose), lessons, load_approach(), load_glossary(), self.way_back()
            )
        )


class Agreement(PrintPage):
    """What a learner and their manager agree about time to learn."""

    @web.authenticated
    def get(self) -> None:
        """Show it, for the doses of the learner's group."""
        page = views.front_page(self.workspace, self.syllabus, self.links)
        if page.group is None:
            self.go("group")
            return
        minutes = {each.title: each.minutes for each in page.needed if each.minutes}
        ways = self.way_back()
        self.show_document(agreement_page(page.group, minutes, load_approach(), ways))


class SessionPage(PrintPage):
    """What a group wrote in the notebook of a workshop."""

    def record(self, name: str, ways: Mapping[str, str]) -> str | None:
        """Make the record, or return None while the notebook is on its way.

        Raises
        ------
        CourseError
            The answers can't be read: an empty record would look as if nothing had been agreed.
        """
        path = self.workspace.folder / "workshops" / f"{name}.ipynb"
        if not path.is_file() or not read_lesson(path).activities:
            raise web.HTTPError(404)
        ran = self.home.shelf.look(path, path)
        if ran is None:
            self.show("wait", title=read_lesson(path).title, edition="Record")
            return None
        try:
            return record_page(ran, AnswerFile(path.with_name("answers.json")).load(), ways)
        except AnswersInvalid as error:
            raise CourseError(f"{error} Tell the person who looks after your course.") from None

    @web.authenticated
    def get(self, name: str) -> None:
        """Show it."""
        file = self.links.course(f"record/{name}/file")
        html = self.record(name, {**self.way_back(), "Save this page as a file": file})
        if html is not None:
            self.show_document(html)


class SessionFile(SessionPage):
    """The same page as a file, to keep or to send on."""

    @web.authenticated
    def get(self, name: str) -> None:
        """Send it."""
        html = self.record(name, {})
        if html is not None:
            self.send_file(f"{name}_record.html", html.encode(), "text/html; charset=utf-8")
