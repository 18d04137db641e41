"""The whole path by keyboard, on a lone machine: lessons, assessment, desk, certificate.

Two of the six lessons are worked through, the first and the one on charts; the others have tests of
their own. The assessment is the whole one.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route

from autograder.keys import read_keys
from course.folders import COURSE, MODULES
from course.lesson import read_lesson
from course.paper import Paper, open_paper
from tests.browser.conftest import press_enter_and_go, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.nbgrader]

SOURCE = COURSE / "source" / "all_staff_check"
A1 = "1_all_staff/a1_why_improvement.ipynb"
A4 = "1_all_staff/a4_every_dot_counts.ipynb"
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
        shown: at.selectedOptions?.[0]?.text || "",
        least: at.min || "",
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

    def has_done(self, lesson: str) -> bool:
        activities = read_lesson(MODULES / lesson).activities
        return set(activities) <= set(self.answers("lessons/1_all_staff"))


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


def go_down_to(page: Page, option: str, what: str) -> None:
    """Press the down arrow in a group or a list until it is at an option."""
    for _ in range(8):
        if page.evaluate(FOCUS)[what] == option:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{option!r} is not offered: {page.evaluate(FOCUS)}")


def answer_by_keyboard(
    page: Page, wanted: Mapping[tuple[str, str], str], done: Callable[[], bool]
) -> None:
    """Walk through a page with Tab, answering every question, until ``done()``.

    `wanted` says which option to choose by the question's text and the row's, which is empty where
    there are no rows; other questions get the first option.
    """
    pressed: set[str] = set()
    for _ in range(900):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at["kind"] == "radio" and at["question"] not in pressed:
            option = wanted.get((at["question"], ""))
            if option is not None:
                go_down_to(page, option, "words")
            if not page.evaluate(FOCUS)["checked"]:
                page.keyboard.press("Space")
            pressed.add(at["question"])
        elif at["kind"] == "select-one" and not at["value"]:
            option = wanted.get((at["question"], at["words"]))
            if option is None:
                page.keyboard.press("ArrowDown")
            else:
                go_down_to(page, option, "shown")
        elif at["kind"] == "number" and not at["value"]:
            page.keyboard.type(at["least"] or "5")
        elif at["kind"] == "textarea" and not at["value"]:
            page.keyboard.type("The form asks twice. I'll tell Sam.")
        elif at["kind"] == "submit" and re.match(r"Check|Save", at["words"]):
            page.keyboard.press("Enter")
            page.wait_for_timeout(250)
        elif at["kind"] == "body" and done():
            return
    assert done(), "the questions can't all be answered by keyboard"


def answers_to(paper: Paper) -> dict[tuple[str, str], str]:
    """Return every right answer of a paper in words, by the question and the row."""
    keys = read_keys(SOURCE / "all_staff_check.ipynb")
    found = {}
    for item in (drawn.item for drawn in paper.drawn):
        right = keys[item.id].right
        if isinstance(right, str):
            found[item.text, ""] = item.options[right]
        else:
            for row, option in (each.split("=") for each in right):
                found[item.text, item.rows[row]] = item.options[option]
    return found


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

    # The first lesson: nothing of what follows a prediction is there before it.
    page.goto(f"{course.url}course/")
    tab_to(page, "Start this lesson")
    press_enter_and_go(page)
    page.get_by_text("Save my prediction").first.wait_for()
    assert "Oak falls from 14 to 8" not in page.inner_text("body")
    answer_by_keyboard(page, {}, lambda: course.has_done(A1))
    assert "Oak falls from 14 to 8" in page.inner_text("body")
    page.goto(f"{course.url}course/")
    assert "1 of 6 lessons done" in page.inner_text("main")

    # The lesson on charts, from the list of lessons.
    tab_to(page, "Every dot counts")
    press_enter_and_go(page)
    page.get_by_text("Save my prediction").first.wait_for()
    answer_by_keyboard(page, {}, lambda: course.has_done(A4))
    page.goto(f"{course.url}course/")
    assert "2 of 6 lessons done" in page.inner_text("main")

    # The assessment: every answer from the key, so that it is a pass.
    tab_to(page, "All staff: check what you learned", most=90)
    press_enter_and_go(page)
    assert "To pass: 16 of 20 right, and 4 of the 5 charts" in page.inner_text("main")
    tab_to(page, "Begin")
    press_enter_and_go(page)
    page.get_by_text("Save my answer").nth(19).wait_for()
    folder = "assessments/all_staff_check/attempt_1"
    paper = open_paper(course.workspace / folder)
    assert page.locator("figure").count() == sum(bool(each.item.chart) for each in paper.drawn) == 5
    # The three boxes at the end have no mark, but what is written there is kept.
    answer_by_keyboard(page, answers_to(paper), lambda: len(course.answers(folder)) == 23)
    page.goto(f"{course.url}course/assessment/all_staff_check/hand-in")
    assert "All 20 questions have an answer" in page.inner_text("main")
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
    assert "20 of 20 right, and 5 of the 5 charts" in result

    # The certificate: shown, kept and valid.
    page.goto(f"{course.url}course/certificate/all_staff_check/view")
    shown = page.inner_text("main")
    assert "Sam Simulated" in shown
    assert "Not endorsed by NHS England, IHI or R Lloyd" in shown
    (certificate,) = course.workspace.glob("certificates/all_staff_check/certificate.html")
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
