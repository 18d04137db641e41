"""Opens the course: one Jupyter Server for the front page, the lessons and JupyterLab."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import click
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from course.errors import CourseError
from course.workspace import Workspace

MINUTES_BEFORE_AN_IDLE_LESSON_IS_CLOSED = 30

# nbgrader's own pages would show a learner an exchange that the course doesn't use.
OFF = (
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "jupyterlab_jupytext",
)
ON = ("course.home", "voila.server_extension", "jupyterlab")


def open_course(
    workspace: Path, *, port: int | None = None, browser: bool = True, base_url: str = "/"
) -> None:
    """Serve the course until it is stopped.

    Parameters
    ----------
    workspace : Path
        The learner's own folder; made when it isn't there, its copies brought up to date.
    port : int or None
        The port to listen on; when it is taken, the next free one. By default 8888.
    browser : bool
        Whether to open a browser. Without a screen the address is only printed.
    base_url : str
        Where the pages are, for a server behind another one.

    Raises
    ------
    CourseError
        The folder can't be used, or no port is free.
    """
    opened = Workspace.open(workspace)
    opened.update()
    # Jupyter's notes to its own developers would hide the three lines that matter here.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    server = ServerApp(config=server_config(opened.folder, port, base_url))
    try:
        server.initialize(argv=[])  # codespell:ignore initialize
    except SystemExit:
        raise CourseError(
            "No free port was found. Close other programs that serve pages, or give another "
            "port with --port."
        ) from None
    server.open_browser = browser and has_screen()
    click.echo(f"The course is open at: {server.display_url.splitlines()[0].strip()}")
    click.echo(f"Your work is kept in:  {opened.folder}")
    click.echo("To stop: press Ctrl+C here. Your answers are saved as you go.")
    server.start()


def server_config(workspace: Path, port: int | None, base_url: str = "/") -> Config:
    """Return the settings of a learner's server."""
    config = Config()
    config.CourseHome.workspace = str(workspace)
    app = config.ServerApp
    app.root_dir = str(workspace)
    app.base_url = base_url
    app.default_url = "/course/"
    app.port = port or 8888
    app.port_retries = 50
    app.open_browser = False
    app.answer_yes = True
    # In a container the only user is often root, and the server listens to this computer alone.
    app.allow_root = True
    app.log_level = "WARN"
    app.reraise_server_extension_failures = True
    app.terminals_enabled = False
    app.jpserver_extensions = {**dict.fromkeys(ON, True), **dict.fromkeys(OFF, False)}
    kernels = config.MappingKernelManager
    kernels.cull_idle_timeout = MINUTES_BEFORE_AN_IDLE_LESSON_IS_CLOSED * 60
    kernels.cull_interval = 60
    kernels.cull_connected = False
    lab = config.LabApp
    lab.log_level = "WARN"
    # JupyterLab asks the network for its news and for extensions unless it is told not to.
    lab.news_url = None
    lab.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    lab.extension_manager = "readonly"
    return config


def has_screen() -> bool:
    """Return whether a browser could be shown on this computer."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
