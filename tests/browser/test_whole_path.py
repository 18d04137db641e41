"""The whole path by keyboard, on a lone machine: lesson, assessment, desk, certificate."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route

from autograder.keys import read_keys
from course.folders import COURSE, MODULES
from course.lesson import read_lesson
from course.paper import load_bank
from tests.browser.conftest import press_enter_and_go, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.nbgrader]

SOURCE = COURSE / "source" / "a1_check"
LESSON = "1_all_staff/a1_why_improvement.ipynb"
# What the focus is on, and the question that it belongs to.
FOCUS = """() => {
    const at = document.activeElement;
    const group = at.closest("fieldset");
    return {
        kind: at.type || at.tagName.toLowerCase(),
        words: (at.labels?.[0]?.innerText || at.innerText || "").trim(),
        question: (group?.querySelector("legend")?.innerText || "").trim(),
        checked: !!at.checked,
        value: at.value || "",
    };
}"""


@dataclass(frozen=True)
class Lone:
    """A course opened on one person's own computer, with the folders it works in."""

    url: str
    workspace: Path
    environment: dict[str, str]

    def answers(self, folder: str) -> dict[str, object]:
        path = self.workspace / folder / "answers.json"
        return json.loads(path.read_text(encoding="utf-8"))["answers"] if path.exists() else {}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lone]:
    """Start the course as `qi-course open` does, with folders of its own."""
    lab = tmp_path_factory.mktemp("lone")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "HOME": str(lab),
        "QI_COURSE_WORKSPACE": str(lab / "learner"),
        "QI_COURSE_DESK": str(lab / "desk"),
        "JUPYTER_TOKEN": "a-token-for-tests",
    }
    words = [sys.executable, "-m", "course.cli", "open", "--no-browser", "--port", str(port)]
    log = lab / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(words, env=environment, stdout=out, stderr=subprocess.STDOUT)
    url = f"http://localhost:{port}/"
    try:
        for _ in range(300):
            if process.poll() is not None:
                break
            try:
                httpx.get(f"{url}api", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        assert process.poll() is None, log.read_text(errors="replace")
        yield Lone(url, lab / "learner", environment)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def page(browser: Browser, course: Lone) -> Iterator[Page]:
    """A page that may not leave this computer."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    strayed: list[str] = []

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(course.url).netloc:
            route.continue_()
        else:
            strayed.append(route.request.url)
            route.abort()

    context.route(lambda url: url.startswith("http"), guard)
    page = context.new_page()
    page.goto(f"{course.url}course/?token=a-token-for-tests")
    yield page
    context.close()
    assert strayed == []


def answer_by_keyboard(page: Page, wanted: dict[str, str], done: object) -> None:
    """Walk through a page with Tab, answering every question, until ``done()``.

    `wanted` says which option to choose for a question's text; others get the first option.
    """
    pressed: dict[tuple[str, str], int] = {}
    for _ in range(600):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["kind"] == "radio" and at["question"] not in pressed:
            option = next((text for start, text in wanted.items() if start in at["question"]), None)
            if option is None:
                page.keyboard.press("Space")
            else:
                for _ in range(6):
                    if page.evaluate(FOCUS)["words"] == option:
                        break
                    page.keyboard.press("ArrowDown")
                if page.evaluate(FOCUS)["words"] != option:
                    raise AssertionError(f"{option!r} is not offered for {at['question']!r}")
                if not page.evaluate(FOCUS)["checked"]:
                    page.keyboard.press("Space")
            pressed[at["question"]] = 1
        elif at["kind"] == "textarea" and not at["value"]:
            page.keyboard.type("The form asks twice. I'll tell Sam.")
        elif at["kind"] == "submit" and re.match(r"Check|Save", at["words"]):
            page.keyboard.press("Enter")
            page.wait_for_timeout(250)
        elif at["kind"] == "body" and done():  # type: ignore[operator]
            return
    assert done(), "the questions can't all be answered by keyboard"  # type: ignore[operator]


def test_a_member_of_staff_gets_from_the_home_page_to_a_certificate(
    page: Page, course: Lone
) -> None:
    # The home page: choose a group, enrol on this computer.
    tab_to(page, "All staff")
    page.keyboard.press("Space")
    tab_to(page, "Show my lessons")
    press_enter_and_go(page)
    page.goto(f"{course.url}course/enrol")
    tab_to(page, "Your name")
    page.keyboard.type("Sam Simulated")
    tab_to(page, "Enrol on this computer")
    press_enter_and_go(page)
    assert "enrol first" not in page.inner_text("main")

    # The lesson: nothing of what follows a prediction is there before it.
    page.goto(f"{course.url}course/")
    tab_to(page, "Start this lesson")
    press_enter_and_go(page)
    page.get_by_text("Save my prediction").first.wait_for()
    assert "Oak falls from 14 to 8" not in page.inner_text("body")
    activities = set(read_lesson(MODULES / LESSON).activities)
    answer_by_keyboard(page, {}, lambda: activities <= set(course.answers("lessons/1_all_staff")))
    assert "Oak falls from 14 to 8" in page.inner_text("body")
    page.goto(f"{course.url}course/")
    assert "1 of 1 lesson done" in page.inner_text("main")

    # The assessment: every answer from the key, so that it is a pass.
    keys = read_keys(SOURCE / "a1_check.ipynb")
    items = [item for slot in load_bank(SOURCE / "bank.toml").slots for item in slot.items]
    right = {item.text: item.options[keys[item.id].option] for item in items}
    tab_to(page, "Lesson A1: check what you learned")
    press_enter_and_go(page)
    tab_to(page, "Begin")
    press_enter_and_go(page)
    page.get_by_text("Save my answer").nth(7).wait_for()
    answer_by_keyboard(
        page, right, lambda: len(course.answers("assessments/a1_check/attempt_1")) == 8
    )
    page.goto(f"{course.url}course/assessment/a1_check/hand-in")
    assert "All 8 questions have an answer" in page.inner_text("main")
    tab_to(page, "these are my own answers")
    page.keyboard.press("Space")
    tab_to(page, "Hand in")
    press_enter_and_go(page)
    assert "This is your receipt" in page.inner_text("main")

    # The desk on this computer marks it with nbgrader.
    tab_to(page, "Mark it on this computer")
    press_enter_and_go(page)
    page.get_by_text("The marking is done").wait_for(timeout=180_000)
    tab_to(page, "See your result")
    press_enter_and_go(page)
    result = page.inner_text("main")
    assert "8 of 8" in result

    # The certificate: shown, kept and valid.
    page.goto(f"{course.url}course/certificate/a1_check/view")
    shown = page.inner_text("main")
    assert "Sam Simulated" in shown
    assert "Not endorsed by NHS England, IHI or R Lloyd" in shown
    (certificate,) = course.workspace.glob("certificates/a1_check/certificate.html")
    verified = subprocess.run(
        [sys.executable, "-m", "course.cli", "verify", str(certificate)],
        env=course.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert verified.stdout.startswith("VALID")
    assert "Sam Simulated" in verified.stdout
