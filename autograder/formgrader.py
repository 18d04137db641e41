"""nbgrader's formgrader on a desk: a local server for the expert who looks at marked work."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import click

from autograder.desk import Desk
from autograder.nbgrader_root import marking_environment
from course.errors import CourseError

FIRST_PORT = 8888

# The desk is for formgrader and for writing assessments. nbgrader's lists of assignments and of
# courses belong to its exchange, which the course doesn't use, and lessons are opened elsewhere.
ON = (
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "jupyterlab",
    "notebook",
)
OFF = (
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "course.home",
    "voila.server_extension",
)
LAB_OFF = (
    "@jupyter/nbgrader:assignment-list",
    "@jupyter/nbgrader:course-list",
    "@jupyterlab/apputils-extension:announcements",
)
# No one needs to see these to mark, and no one should open or move them by mistake.
HIDDEN = (".*", "__pycache__", "keys", "enrolments", "received", "*.db*", "*.sqlite*", "desk.json")
# Nothing may load from elsewhere: nbgrader's pages ask a CDN for formulas, and a page that shows
# what was handed in must not be able to send it away.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; object-src 'none'; "
    "frame-ancestors 'self'; form-action 'self'"
)


def open_formgrader(desk: Desk, *, port: int | None = None, browser: bool = True) -> None:
    """Open a desk in nbgrader's formgrader, and come back when it is stopped.

    The server listens on this computer alone, shows the desk's folder alone, and asks for the
    token in its address.

    Parameters
    ----------
    desk : Desk
        The desk.
    port : int, optional
        The port to listen on; when it is taken, the next free one. By default 8888.
    browser : bool
        Whether to open a browser; the address is printed either way.

    Raises
    ------
    CourseError
        If no port is free.
    """
    from jupyter_server.serverapp import ServerApp

    from autograder.formgrader_pages import improve

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings,
        # A person's own Jupyter settings could open the server to others or load more into it.
        marking_environment(JUPYTER_CONFIG_DIR=settings),
        contextlib.chdir(desk.folder),  # nbgrader reads the settings of the folder it starts in
    ):
        _hide_from_lab(Path(settings))
        server = ServerApp(config=server_config(desk, port))
        try:
            server.initialize(argv=[])
        except SystemExit:
            raise CourseError(
                "No free port was found. Close other programs that serve pages, or give another "
                "port with --port."
            ) from None
        improve(server.web_app, server.base_url)
        server.open_browser = browser
        click.echo(f"The desk is open at: {server.display_url.splitlines()[0].strip()}")
        click.echo("To stop: press Ctrl+C here.")
        server.start()


def server_config(desk: Desk, port: int | None) -> Any:
    """Return the settings of a desk's server."""
    from traitlets.config import Config

    config = Config()
    app = config.ServerApp
    app.ip = "127.0.0.1"
    app.port = port or FIRST_PORT
    app.port_retries = 50
    app.root_dir = str(desk.folder)
    # Not a page below: nbgrader would set the login's cookie for that page's folder alone.
    app.default_url = "/formgrader"
    app.open_browser = False
    app.answer_yes = True
    app.log_level = "WARN"
    app.terminals_enabled = False
    app.allow_root = True
    app.jpserver_extensions = {**dict.fromkeys(ON, True), **dict.fromkeys(OFF, False)}
    app.tornado_settings = {"headers": {"Content-Security-Policy": POLICY}}
    config.ContentsManager.hide_globs = list(HIDDEN)
    # JupyterLab asks the network for its news and for extensions unless it is told not to.
    lab = config.LabApp
    lab.log_level = "WARN"
    lab.news_url = None
    lab.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    lab.extension_manager = "readonly"
    return config


def _hide_from_lab(settings: Path) -> None:
    """Leave out of JupyterLab's menus what the server does not offer."""
    folder = settings / "labconfig"
    folder.mkdir()
    page = {"disabledExtensions": dict.fromkeys(LAB_OFF, True)}
    (folder / "page_config.json").write_text(json.dumps(page), encoding="utf-8")
