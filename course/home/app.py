"""The extension's two moments: making Voila ours before it loads, then adding our own pages."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_server.serverapp import ServerApp
from tornado import web
from traitlets import List, Unicode
from traitlets.config import Configurable

from course.editions.shelf import Shelf
from course.enrolled import HIDDEN
from course.errors import CourseError, Refused
from course.folders import MODULES, REPOSITORY, workspace_folder
from course.home import views
from course.home.home import HERE, Home
from course.home.links import Links
from course.home.marking import Marking
from course.home.routes import routes
from course.lesson import read_lesson
from course.lesson_page import lesson_page
from course.syllabus import load_syllabus
from course.workspace import Workspace

TEMPLATE = "qi_lesson"
#: The folders of a learner's notebooks that are shown as pages.
SHOWN = ("lessons", "reference", "workshops", "assessments")
WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]

# A lesson's parts are made in the page by Voila and the teaching widgets, so scripts in the page
# have to run. Nothing may be fetched from, or sent to, any other place.
LESSON_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline' blob:; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)


class CourseHome(Configurable):
    """Where the course finds things; a hub sets these in its configuration."""

    workspace = Unicode(help="The learner's own folder.").tag(config=True)
    modules = Unicode(str(MODULES), help="The folder of the course's lessons.").tag(config=True)
    release = Unicode(
        "",
        help="The folder of the question papers; by default the course's own.",
    ).tag(config=True)
    desk_command = List(
        Unicode(),
        help="The command that marks on this computer; by default the one of a full clone.",
    ).tag(config=True)


def link(server: ServerApp) -> None:
    """Set Voila up before any extension loads: our template, our checks, nothing from afar."""
    paths = [str(HERE / "jupyter"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    if str(HERE / "jupyter") not in os.environ.get("JUPYTER_PATH", ""):
        # Voila looks for templates only where Jupyter's own search path says.
        os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
    voila = server.config.VoilaConfiguration
    voila.template = TEMPLATE
    voila.allow_template_override = "NO"
    voila.allow_theme_override = "NO"
    voila.strip_sources = True
    voila.show_tracebacks = False
    voila.extension_allowlist = WIDGETS
    voila.page_config_hook = without_mathjax_from_afar
    voila.prelaunch_hook = prepare_lesson


def load(server: ServerApp) -> None:
    """Add the course's pages to the server."""
    settings = CourseHome(parent=server)
    folder = Path(os.path.abspath(settings.workspace or workspace_folder()))  # noqa: PTH100
    root = Path(os.path.abspath(server.root_dir))  # noqa: PTH100
    if folder != root and root not in folder.parents:
        raise CourseError(
            f"The course's folder {folder} is outside {root}, which this server shows. Set "
            "QI_COURSE_WORKSPACE to a folder inside it, or start the course with: qi-course open"
        )
    inside = folder.relative_to(root).as_posix().strip(".")
    base_url = str(server.web_app.settings["base_url"])
    command = settings.desk_command
    if not command and (REPOSITORY / "autograder").is_dir():
        command = [sys.executable, "-m", "course.cli"]
    home = Home(
        folder,
        Path(settings.modules),
        Path(settings.release) if settings.release else None,
        Links(base_url, inside),
        Marking(tuple(command), folder) if command else None,
        Shelf(folder / HIDDEN / "editions"),
    )
    server.web_app.settings["course_home"] = home
    server.web_app.add_handlers(".*$", routes(base_url))  # type: ignore[no-untyped-call]


def without_mathjax_from_afar(page_config: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Have Voila use the MathJax that it carries; otherwise it loads one over the network."""
    return {**page_config, "fullMathjaxUrl": None, "mathjaxConfig": None}


def prepare_lesson(handler: Any, notebook: Any, cwd: str) -> Any:
    """Turn a notebook into a lesson page just before Voila runs it.

    Voila calls this hook with the request, so it is also the place where anything that is not
    one of the learner's own notebooks is turned away.
    """
    home: Home = handler.settings["course_home"]
    name = PurePosixPath(str(handler.path_args[0]).strip("/"))
    try:
        inside = name.relative_to(home.links.inside) if home.links.inside else name
    except ValueError:
        raise web.HTTPError(404) from None
    if not inside.parts or inside.parts[0] not in SHOWN:
        raise web.HTTPError(404)
    workspace = home.workspace()
    try:
        about = _about(home, workspace, inside)
    except Refused as refused:
        raise web.HTTPError(409, str(refused).replace("%", "%%")) from None
    activities = read_lesson(workspace.folder / inside).activities_by_cell
    page = lesson_page(notebook.cells, inside.stem.replace("_", " ").capitalize(), activities)
    about["to_change"] = inside.parts[0] == "reference" and any(map(_shows_code, notebook.cells))
    notebook.metadata["qi"] = {**about, **page.as_metadata()}
    handler.set_header("Content-Security-Policy", LESSON_POLICY)
    handler.set_header("Referrer-Policy", "same-origin")
    return notebook


def _shows_code(cell: Any) -> bool:
    hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
    return cell["cell_type"] == "code" and not hidden


def _about(home: Home, workspace: Workspace, notebook: PurePosixPath) -> dict[str, Any]:
    """Say where a page belongs: its minutes, and where its links lead."""
    links, syllabus = home.links, load_syllabus()
    about: dict[str, Any] = {
        "kind": notebook.parts[0],
        "minutes": None,
        "home": links.course(),
        "recorded": links.course("recorded"),
        "glossary": links.course("glossary"),
        "in_lab": links.in_lab(str(notebook)),
        "style": links.static("qi.css"),
        "script": links.static("lesson.js"),
        "where_from": links.course("where-from"),
        "others": [],
        "summary": "",
        "next": links.course(),
        "next_label": "Back to my course",
    }
    if notebook.parts[0] == "lessons":
        lesson = str(PurePosixPath(*notebook.parts[1:]))
        built = [
            module
            for module in syllabus.modules
            if (path := workspace.lesson_path(module)) and path.is_file()
        ]
        for module, following in zip(built, [*built[1:], None], strict=True):
            if module.notebook == lesson:
                workspace.record.append("lesson_opened", module.id)
                about["minutes"] = module.minutes
                about["others"] = views.other_ways(module, links)
                about["summary"] = links.course(f"summary/{module.id}")
                checks = [
                    plan
                    for plan in syllabus.assessments
                    if plan.built
                    and plan.dose == module.dose
                    and (plan.modules[-1] == module.id or module.optional)
                ]
                if checks:
                    about["next"] = links.course(f"assessment/{checks[0].id}")
                    about["next_label"] = "Next: check what you learned"
                elif following is not None and following.dose == module.dose:
                    about["next"] = links.page(f"lessons/{following.notebook}")
                    about["next_label"] = f"Next lesson: {following.title}"
    elif notebook.parts[0] == "assessments":
        plan = syllabus.assessment(notebook.parts[1])
        attempt = next(
            (each for each in workspace.attempts(plan.id) if each.folder.name == notebook.parts[2]),
            None,
        )
        if attempt is not None and not attempt.is_open:
            raise Refused(
                f"Attempt {attempt.number} has been handed in, so its answers can't be changed. "
                "Your receipt and your result are on the page of your course."
            )
        about["minutes"] = plan.minutes
        about["next"] = links.course(f"assessment/{plan.id}/hand-in")
        about["next_label"] = "Finish and hand in"
    return about
