"""The address of every page of the course."""

from __future__ import annotations

import re
from typing import Any

from jupyter_server.utils import url_path_join

from course.editions.pages import EDITIONS
from course.home.assessment_pages import (
    AssessmentPage,
    Begin,
    Certificate,
    CertificateFile,
    Deliver,
    HandIn,
    HandInFile,
    ImportResult,
    Mark,
    ResultPage,
)
from course.home.course_page import CoursePage, NoSuchPage, Static
from course.home.diagnostic_page import DiagnosticPage
from course.home.front_pages import Front, Glossary, Group, WhereFrom
from course.home.home import HERE
from course.home.own_pages import Enrol, Erase, Export, Recorded
from course.home.print_pages import (
    Agreement,
    EditionFile,
    EditionPage,
    Handout,
    SessionFile,
    SessionPage,
    Summary,
)


def routes(base_url: str) -> list[tuple[Any, ...]]:
    """Return every page of the course with its address."""
    assessment = r"assessment/([a-z0-9_]+)"
    lesson = r"([A-Z]\d{1,2}[a-z]?)"
    edition = f"edition/{lesson}/({'|'.join(each.id for each in EDITIONS)})"
    pages: list[tuple[str, type[CoursePage]]] = [
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
        ("where-from", WhereFrom),
        (edition, EditionPage),
        (f"{edition}/file", EditionFile),
        (f"summary/{lesson}", Summary),
        (r"handout/([a-z_]+)", Handout),
        (f"diagnostic/{lesson}", DiagnosticPage),
        ("agreement", Agreement),
        (r"record/([a-z0-9_]+)", SessionPage),
        (r"record/([a-z0-9_]+)/file", SessionFile),
    ]
    # A person's name in the address of a hub may hold what a pattern would take for a rule.
    course = re.escape(url_path_join(base_url, "course"))
    return [
        (course, Front),
        (f"{course}/static/(.*)", Static, {"path": str(HERE / "static")}),
        *((f"{course}/{path}", page) for path, page in pages),
        (f"{course}/.*", NoSuchPage),
    ]
