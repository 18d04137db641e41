"""A course to test with: a small lesson, a small paper, a desk's key, and a running server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import nbformat
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course.enrolment import Enrolment, write_enrolment
from course.result import HurdleResult, Result, SlotFeedback, result_payload
from course.seal import multikey, seal
from course.workspace import Workspace
from qi_tools.answers import AnswerFile

PSEUDONYM = "0123456789abcdef"
TOKEN = "a-token-for-tests"
# The key of the made-up desk.
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ASSESSMENT = "all_staff_check"
LESSON = "1_all_staff/a1_why_improvement.ipynb"

# Something like a network, for a page that must not use it.
LESSON_CELLS = (
    ("markdown", "# Waiting in line\n", ()),
    ("markdown", "## What you will learn\n\nWhy queues form. It costs $5, or $6.", ()),
    (
        "markdown",
        "## Why this matters where you work\n\nThe [queue](#word-system) is long.",
        ("why",),
    ),
    ("markdown", "## Look first\n\nA story.", ()),
    (
        "code",
        "from qi_tools.teaching import predict, choice, show_html\n"
        "from course.glossary import words",
        (),
    ),
    (
        "code",
        'predict("a1-guess", "What happens next?", {"more": "More", "less": "Less"},\n'
        '        then=lambda _: show_html("<p>It got <b>shorter</b>.</p>"))',
        ("predict",),
    ),
    ("markdown", "It was chance.", ("explain",)),
    ("markdown", "## Check yourself", ("check",)),
    (
        "code",
        'choice("a1-check-1", "Which is a system?", {"a": "A spoon", "b": "A ward"}, right="b",\n'
        '       feedback={"a": "A spoon is one thing.", "b": "Yes: many parts."})',
        ("check",),
    ),
    ("markdown", "## One thing to do on Monday\n\nLook.", ("monday",)),
    ("markdown", "## Key points\n\n- Look first.", ("key-points",)),
    ("markdown", "## Words to know", ("words",)),
    ("code", 'words("system")', ("words",)),
    ("markdown", "## For facilitators\n\nAsk first.", ("facilitator",)),
)
ACTIVITIES = ("a1-guess", "a1-check-1")


def write_notebook(path: Path, cells: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Path:
    """Write a notebook of (kind, source, tags)."""
    notebook = new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        }
    )
    for number, (kind, source, tags) in enumerate(cells):
        make = new_markdown_cell if kind == "markdown" else new_code_cell
        cell = make(source, metadata={"tags": list(tags)} if tags else {})
        cell.id = f"cell-{number}"
        notebook.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def write_modules(folder: Path) -> Path:
    """Write the course's lessons: one."""
    write_notebook(folder / LESSON, LESSON_CELLS)
    write_notebook(
        folder / "reference" / "own_data.ipynb",
        (("markdown", "# Your own data", ()), ("code", "1 / 0", ()), ("code", "2", ())),
    )
    return folder


def write_release(folder: Path) -> Path:
    """Write a question paper of two questions, with pools of three."""
    paper = folder / ASSESSMENT
    cells = [("markdown", "# Check what you learned", ())]
    cells.append(("code", "from course.paper import open_paper\npaper = open_paper()", ()))
    bank = [f'schema = 1\nassessment = "{ASSESSMENT}"\nversion = "1"\n']
    for slot in ("q1", "q2"):
        cells.append(("markdown", f"## Question {slot[1]}", ()))
        cells.append(("code", f'paper.ask("{slot}")', ()))
        bank.append(
            f'[[slot]]\nid = "{slot}"\nmodule = "A1"\ntopic = "1"\ndifficulty = "easy"\n'
            'objective = "Know it."\nread_again = "Look first"\n'
        )
        for item in "abc":
            bank.append(
                f'[[slot.item]]\nid = "a1-{slot}-{item}"\ntext = "Question {slot} {item}?"\n'
                '[slot.item.options]\na = "One"\nb = "Two"\nc = "Three"\n'
            )
    write_notebook(paper / f"{ASSESSMENT}.ipynb", tuple(cells))
    (paper / "bank.toml").write_text("\n".join(bank), encoding="utf-8", newline="\n")
    return folder


def reopened(lab: Path) -> Workspace:
    """Open the workspace of a lab folder, which holds the modules and the release beside it."""
    return Workspace.open(lab / "workspace", modules=lab / "modules", release=lab / "release")


def answer_all(workspace: Workspace) -> None:
    """Answer every question of the newest attempt."""
    answers = AnswerFile(workspace.attempts(ASSESSMENT)[-1].folder / "answers.json")
    for slot in ("q1", "q2"):
        for item in "abc":
            answers.save(f"a1-{slot}-{item}", "a")


def enrol(workspace: Path, key: Ed25519PrivateKey, **changed: Any) -> Enrolment:
    """Enrol a made-up learner in a workspace's folder."""
    known: dict[str, Any] = {
        "pseudonym": PSEUDONYM,
        "secret": bytes(range(32)),
        "group": None,
        "organisation": "Simulated Trust",
        "desk_key": multikey(key.public_key()),
        "hand_in": None,
        "results": None,
        "lone": False,
    }
    enrolment = Enrolment(**{**known, **changed})
    path = workspace / ".qi-course" / "enrolment.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_enrolment(enrolment, path)
    return enrolment


def result_file(key: Ed25519PrivateKey, **changed: Any) -> bytes:
    """Make a desk's result of the made-up learner's first attempt; it is a pass unless changed."""
    known: dict[str, Any] = {
        "pseudonym": PSEUDONYM,
        "assessment": ASSESSMENT,
        "version": "1",
        "attempt": 1,
        "score": 17.0,
        "max_score": 20.0,
        "percent": 85.0,
        "hurdles": (HurdleResult("charts", right=4, of=5, least=4),),
        "passed": True,
        "marked_at": "2026-11-23T15:00:00Z",
        "next_attempt": None,
        "not_before": None,
        "facilitator_needed": False,
        "read_again": ("Look first",),
        "feedback": (
            SlotFeedback("q1", "What is a system?", "A ward", True, "Look first", None),
            SlotFeedback("q2", "What is a <b>spoon</b>?", None, False, "Look first", None),
        ),
        "certificate": None,
        "certificate_html": None,
        "trust": None,
    }
    given = {**known, **changed}
    if not given["passed"] and not given.get("code"):
        given["feedback"] = tuple(replace(each, right=None, why=None) for each in given["feedback"])
    return seal(result_payload(Result(**given)), key)


CERTIFICATE = {
    "certificate": {"id": "urn:uuid:simulated"},
    "certificate_html": "<!DOCTYPE html><html lang='en'><title>C</title><h1>Sam Simulated</h1>",
    "trust": {"issuers": []},
}


@dataclass(frozen=True)
class CourseServer:
    """A running server and the folders that it works on."""

    url: str
    workspace: Path
    log: Path

    @property
    def course(self) -> str:
        """The address of the front page."""
        return f"{self.url}course/"

    def opened(self) -> Workspace:
        """The workspace, looked at from outside the server."""
        return reopened(self.workspace.parent)

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Give a browser without a screen, logged in."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=30) as client:
            client.get(f"course/?token={TOKEN}").raise_for_status()
            yield client


def post(client: httpx.Client, path: str, **form: Any) -> httpx.Response:
    """Send a form, with the token that stands in every form."""
    files = form.pop("files", None)
    data = {"_xsrf": client.cookies.get("_xsrf"), **form}
    answer = client.post(path, data=data, files=files, follow_redirects=False)
    # As a browser does, and httpx doesn't: the form's headers are not sent on with the redirect.
    if answer.status_code == 303:
        return client.get(answer.url.join(answer.headers["location"]))
    return answer


def enrol_here(client: httpx.Client, lab: Path) -> None:
    """Enrol through the page, with a file that is written into a folder."""
    enrol(lab, KEY)
    data = (lab / ".qi-course" / "enrolment.json").read_bytes()
    client.get("course/enrol")
    answer = post(client, "course/enrol", files={"enrolment": ("me.qienrol", data)})
    assert answer.status_code == 200, answer.text


class Page(HTMLParser):
    """What a page links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an address."""
        self.links.update(str(value) for name, value in attrs if name in ("href", "src") and value)


@contextmanager
def course_server(
    lab: Path, base_url: str = "/", desk_command: tuple[str, ...] | None = (), inside: str = ""
) -> Iterator[CourseServer]:
    """Run a learner's server on ``lab/workspace`` until the block ends.

    With `inside`, the server shows a folder above the workspace, as a hub's server does. Without
    a `desk_command` at all it is the learner's edition, which has no desk.
    """
    write_modules(lab / "modules")
    write_release(lab / "release")
    workspace = lab / "workspace"
    settings = {
        "port": _free_port(),
        "base_url": base_url,
        "workspace": str(workspace),
        "modules": str(lab / "modules"),
        "release": str(lab / "release"),
        "desk_command": desk_command
        if desk_command is None
        else list(desk_command) or [sys.executable, "-c", "raise SystemExit(2)"],
        "root": str(lab if inside else workspace),
    }
    reopened(lab)
    private = {f"JUPYTER_{kind}_DIR": str(lab / kind.lower()) for kind in ("CONFIG", "RUNTIME")}
    environment = {
        **os.environ,
        **private,
        "JUPYTER_DATA_DIR": str(lab / "data"),
        "IPYTHONDIR": str(lab / "ipython"),
        "JUPYTER_TOKEN": TOKEN,
    }
    log = lab / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), json.dumps(settings)],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    server = CourseServer(f"http://127.0.0.1:{settings['port']}{base_url}", workspace, log)
    try:
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: CourseServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{server.url}api", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(settings: Mapping[str, Any]) -> None:
    from jupyter_server.serverapp import ServerApp

    import course.home.app
    from course.home.launch import server_config

    config = server_config(Path(settings["workspace"]), settings["port"], settings["base_url"])
    config.ServerApp.root_dir = settings["root"]
    config.ServerApp.port_retries = 0
    config.CourseHome.modules = settings["modules"]
    config.CourseHome.release = settings["release"]
    if settings["desk_command"] is None:
        course.home.app.REPOSITORY = Path(settings["workspace"])  # where there is no desk
    else:
        config.CourseHome.desk_command = settings["desk_command"]
    server = ServerApp(config=config)
    server.initialize(argv=[])  # codespell:ignore initialize
    server.start()


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
