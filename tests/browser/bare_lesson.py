"""A lesson of a few cells on a plain Jupyter server, and how a keyboard gets about in it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.outside_tools import AXE

PATIENCE_MS = 60_000

# A page around the parts with nothing of its own from the network.
TEMPLATE = """
{%- extends 'voila/templates/lab/index.html.j2' -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block notebook_css -%}{{ resources.include_js("static/voila-style.js") }}{%- endblock -%}
"""


def notebook(cells: Sequence[str]) -> dict[str, Any]:
    """Make a notebook of pieces of code."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": [
            {
                "id": f"cell-{number}",
                "cell_type": "code",
                "source": dedent(source).strip(),
                "metadata": {},
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(cells)
        ],
    }


@dataclass(frozen=True)
class Site:
    """A running Jupyter server and the folder that it shows."""

    address: str
    token: str
    folder: Path

    def ask(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(
            f"{self.address}/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read() or b"null")


@dataclass(frozen=True)
class Lesson:
    """One copy of the lesson, of which a test is the only reader."""

    site: Site
    name: str
    context: BrowserContext
    strayed: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.site.folder / self.name

    @property
    def answers(self) -> dict[str, Any]:
        path = self.folder / "answers.json"
        return json.loads(path.read_text(encoding="utf-8"))["answers"] if path.exists() else {}

    def open(self) -> Page:
        page = self.context.new_page()
        page.goto(f"{self.site.address}/voila/render/{self.name}/l.ipynb?token={self.site.token}")
        expect(page.get_by_text("END OF PAGE")).to_be_visible(timeout=PATIENCE_MS)
        return page

    def reload(self, page: Page) -> None:
        page.reload()
        expect(page.get_by_text("END OF PAGE")).to_be_visible(timeout=PATIENCE_MS)


@contextmanager
def running_site(home: Path, folder: Path) -> Iterator[Site]:
    """Run a Jupyter server that shows a folder, with its own settings in another."""
    template = home / "data" / "voila" / "templates" / "bare"
    template.mkdir(parents=True)
    (template / "conf.json").write_text('{"base_template": "lab"}', encoding="utf-8")
    (template / "index.html.j2").write_text(TEMPLATE, encoding="utf-8")
    labconfig = home / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    # MathJax comes from a CDN unless told otherwise.
    (labconfig / "page_config.json").write_text('{"fullMathjaxUrl": ""}', encoding="utf-8")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = Site(f"http://127.0.0.1:{port}", secrets.token_hex(8), folder)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
                *(f"--IdentityProvider.token={site.token}", f"--ServerApp.root_dir={site.folder}"),
                *("--VoilaConfiguration.template=bare", "--LabApp.news_url=None"),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "HOME": str(home),
                "JUPYTER_CONFIG_DIR": str(home / "config"),
                "JUPYTER_DATA_DIR": str(home / "data"),
                "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
                "PYTHONWARNINGS": "",
            },
        )
    try:
        _wait_until_up(site, server, home / "server.log")
        yield site
        for kernel in site.ask("api/kernels"):
            site.ask(f"api/kernels/{kernel['id']}", "DELETE")
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_up(site: Site, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.poll() is None:
        try:
            site.ask("api/status")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the Jupyter server did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def one_copy(site: Site, browser: Browser, name: str, cells: Sequence[str]) -> Iterator[Lesson]:
    """Put a lesson in a folder of its own, for a browser that may ask nothing of other places."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    lesson = Lesson(site, name, context)
    lesson.folder.mkdir()
    (lesson.folder / "l.ipynb").write_text(json.dumps(notebook(cells)), encoding="utf-8")

    def keep_inside(route: Any) -> None:
        if route.request.url.startswith(site.address):
            route.continue_()
        else:
            lesson.strayed.append(route.request.url)
            route.abort()

    context.route("**/*", keep_inside)
    yield lesson
    context.close()
    assert lesson.strayed == []


def part(page: Page, words: str) -> Locator:
    return page.locator(".qi-part").filter(has_text=words)


def tab_to(page: Page, target: Locator) -> None:
    """Reach something with the Tab key, as a person without a mouse would."""
    for _ in range(80):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reached {target}")


def press(page: Page, button: Locator) -> None:
    tab_to(page, button)
    page.keyboard.press("Enter")


def status(page: Page, question: str) -> Locator:
    return part(page, question).get_by_role("status")


def resize(page: Page, width: int) -> None:
    """Give the window another width, and wait until the page has it."""
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("width => window.innerWidth === width", arg=width)


def load_axe(page: Page, theme: str, width: int) -> None:
    """Get a page ready for `axe_faults`, in a theme and at a width."""
    if not AXE.exists():
        pytest.skip(f"axe-core is not at {AXE}: run npm ci in tests, or set QI_NODE_MODULES")
    resize(page, width)
    page.evaluate(
        "dark => { document.body.dataset.jpThemeLight = String(!dark);"
        " document.body.style.background = dark ? '#111111' : '#ffffff'; }",
        theme == "dark",
    )
    page.add_script_tag(path=AXE)


def axe_faults(page: Page) -> list[str]:
    """Hold the parts of a page against axe-core's rules."""
    found = page.evaluate(
        "axe.run('.qi-part', {rules: {region: {enabled: false}, 'target-size': {enabled: true}}})"
    )
    return [
        f"{fault['id']}: {node['html']} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def run_in_jupyterlab(lesson: Lesson) -> Page:
    """Open the lesson in JupyterLab and run every cell."""
    page = lesson.context.new_page()
    page.set_viewport_size({"width": 1280, "height": 2600})  # cells out of sight are not drawn
    page.goto(
        f"{lesson.site.address}/lab/tree/{lesson.name}/l.ipynb?reset&token={lesson.site.token}"
    )
    idle = page.get_by_text("Python 3 (ipykernel) | Idle")
    expect(idle).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("menuitem", name="Run").first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    expect(page.locator(".qi-part").get_by_text("END OF PAGE")).to_be_visible(timeout=PATIENCE_MS)
    expect(idle).to_be_visible(timeout=PATIENCE_MS)
    return page
