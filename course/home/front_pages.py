"""The front page and what it leads to at once: the groups and the words."""

from __future__ import annotations

from tornado import web

from course.approach import load_approach
from course.glossary import load_glossary
from course.home import views
from course.home.course_page import CoursePage, LeftOut
from course.where_from import where_from


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
            tools=views.notebooks(self.workspace, "reference", self.links),
            workshops=views.notebooks(self.workspace, "workshops", self.links),
            enrolment=self.workspace.enrolment,
            newer=self.workspace.newer,
        )


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


class Glossary(CoursePage):
    """Every word that the course explains."""

    @web.authenticated
    def get(self) -> None:
        """Show the words from A to Z, each with the lessons that explain it."""
        lessons = views.lessons_by_word(self.workspace, self.syllabus, self.links)
        self.show("glossary", terms=load_glossary().terms, lessons=lessons)


class WhereFrom(CoursePage):
    """What the course rests on."""

    @web.authenticated
    def get(self) -> None:
        """Show it."""
        self.show("where_from", text=where_from().html)
