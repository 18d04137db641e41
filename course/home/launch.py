"""Opens the course: one Jupyter Server for the front page, the lessons and JupyterLab."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import urllib.request
import warnings
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
import voila  # noqa: F401 (as it loads it asks for notes to developers; it must do so before us)
import zmq
from jupyter_server.serverapp import ServerApp, list_running_servers
from traitlets.config import Config

from course.errors import CourseError
from course.workspace import Workspace

MINUTES_BEFORE_AN_IDLE_LESSON_IS_CLOSED = 30
SECONDS_FOR_A_RUNNING_COURSE = 3.0

# nbgrader's own pages would show a learner an exchange that the course doesn't use.
OFF = (
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "jupyterlab_jupytext",
)
ON = ("course.home", "voila.server_extension", "jupyterlab")
OFF_IN_JUPYTERLAB = ("@jupyter/nbgrader", "jupyterlab-jupytext")


def open_course(
    workspace: Path, *, port: int | None = None, browser: bool = True, base_url: str = "/"
) -> None:
    """Serve the course until it is stopped, or open the one that already runs for this folder.

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
    browser = browser and has_screen()
    if running := running_course(opened.folder):
        click.echo(f"The course is already open at: {running}")
        if browser:
            webbrowser.open(running)
        return
    opened.update()
    # Jupyter's notes to its own developers would hide the three lines that matter here.
    warnings.filterwarnings("ignore")
    config = server_config(opened.folder, port, base_url)
    # Jupyter prints a token that it has made itself, with advice of its own.
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    config.IdentityProvider.token = token
    server = ServerApp(config=config)
    try:
        server.initialize(argv=[])  # codespell:ignore initialize
    except SystemExit:
        raise CourseError(
            "No free port was found. Close other programs that serve pages, or give another "
            "port with --port."
        ) from None
    server.open_browser = False
    address = _address(server.connection_url, token)
    click.echo(f"The course is open at: {address}")
    click.echo(f"Your work is kept in:  {opened.folder}")
    click.echo("To stop: press Ctrl+C here. Your answers are saved as you go.")
    if browser:
        server.io_loop.add_callback(webbrowser.open, address)
    for kind in (signal.SIGINT, signal.SIGTERM):
        # Jupyter would first ask whether to stop.
        signal.signal(kind, lambda *_: server.stop(from_signal=True))
    server.start()
    click.echo("Stopped.")


def running_course(workspace: Path) -> str | None:
    """Return the address of a course that is already open on a folder, or None.

    Its own list may name a server that has stopped, or one that shows no course: each is asked.
    """
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for server in list_running_servers():
        if os.path.normcase(server["root_dir"]) == os.path.normcase(workspace):
            try:
                ask.open(
                    f"{server['url']}course/static/qi.css", timeout=SECONDS_FOR_A_RUNNING_COURSE
                ).close()
            except OSError:
                continue
            return _address(server["url"], server["token"])
    return None


def _address(server: str, token: str) -> str:
    """Return the address of the front page, with what logs the reader in."""
    return f"{server}course/?{urlencode({'token': token})}"


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
    app.log_level = "ERROR"
    app.reraise_server_extension_failures = True
    app.terminals_enabled = False
    app.tornado_settings = {"page_config_hook": calm_lab}
    app.jpserver_extensions = {**dict.fromkeys(ON, True), **dict.fromkeys(OFF, False)}
    kernels = config.MappingKernelManager
    kernels.cull_idle_timeout = MINUTES_BEFORE_AN_IDLE_LESSON_IS_CLOSED * 60
    kernels.cull_interval = 60
    kernels.cull_connected = False
    # Answers pass between the server and a lesson over a port that others on this computer reach.
    config.KernelManager.transport_encryption = "auto" if zmq.has("curve") else "disabled"
    lab = config.LabApp
    lab.log_level = "ERROR"
    # JupyterLab asks the network for its news and for extensions unless it is told not to.
    lab.news_url = None
    lab.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    lab.extension_manager = "readonly"
    return config


def calm_lab(_: Any, page_config: dict[str, Any]) -> dict[str, Any]:
    """Keep from a learner's JupyterLab what is for those who teach, and its offer of news."""
    kept = [
        extension
        for extension in page_config.get("federated_extensions", ())
        if extension["name"] not in OFF_IN_JUPYTERLAB
    ]
    news = "@jupyterlab/apputils-extension:announcements"
    disabled = [*page_config.get("disabledExtensions", ()), news]
    return {**page_config, "federated_extensions": kept, "disabledExtensions": disabled}


def has_screen() -> bool:
    """Return whether a browser could be shown on this computer."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
