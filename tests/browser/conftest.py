"""What browser tests share: a running course, a page that may not leave this computer, and axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.browser.bare_lesson import Lesson, Site, one_copy, running_site
from tests.course_server import KEY, TOKEN, CourseServer, course_server, enrol
from tests.outside_tools import AXE, NODE_MODULES

WIDTHS = (360, 1280)
"""A small phone and a desktop."""
HUB = "/hub/user/sam%20a/"
at_the_root_too = pytest.mark.parametrize("server", ["/", HUB], indirect=True, scope="module")
"""For tests of what could differ between a server of one's own and one behind a hub."""


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CourseServer]:
    """A learner's server, behind a hub unless asked otherwise, with an enrolled learner."""
    address = getattr(request, "param", HUB)
    with course_server(tmp_path_factory.mktemp("lab"), base_url=address) as server:
        enrol(server.workspace, KEY)
        server.opened().choose_group("all_staff")
        yield server


@pytest.fixture
def width(server: CourseServer) -> int:
    """The width of the window: a desktop at the root, and behind a hub a small phone."""
    return WIDTHS[0] if urlsplit(server.url).path == HUB else WIDTHS[1]


@pytest.fixture
def page(browser: Browser, server: CourseServer, width: int) -> Iterator[Page]:
    """A logged-in page. Whatever it asks of any other place is not there, and fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    own = urlsplit(server.url).netloc
    strayed: list[str] = []

    def watch(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https") and asked.netloc != own:
            strayed.append(request.url)

    context.on("request", watch)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda message: (
            broken.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.goto(f"{server.course}?token={TOKEN}")
    yield page
    context.close()
    assert strayed == [], "the page asked for something from another place"
    assert broken == [], "the page's scripts went wrong"


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Hold a page against axe-core's rules."""
    if not AXE.is_file():
        pytest.skip(f"axe-core is not in {NODE_MODULES}: npm install in tests/, or QI_NODE_MODULES")
    script = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.evaluate(script)
        found: list[dict[str, Any]] = page.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(run => run.violations.map("
            "rule => ({rule: rule.id, help: rule.help, where: rule.nodes.map(n => n.html)})))"
        )
        assert found == []
        assert page.evaluate("axe.version").startswith("4.")

    return check


def fits(page: Page) -> bool:
    """Return whether the page needs no scrolling sideways."""
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until the thing with a name has the focus, as someone without a mouse does.

    On the way, every stop has to be visible and to show that it has the focus.
    """
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
                const at = document.activeElement;
                const style = getComputedStyle(at);
                const box = at.getBoundingClientRect();
                const label = at.getAttribute("aria-label") || at.labels?.[0]?.innerText ||
                    at.innerText || at.value || "";
                return {
                    label: label.trim(),
                    outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                    seen: box.width > 0 && box.height > 0 && box.bottom > 0 &&
                        box.top < innerHeight,
                    body: at === document.body,
                };
            }"""
        )
        if stop["body"]:
            continue
        assert stop["seen"], f"the focus is out of sight at {stop['label']!r}"
        assert stop["outline"], f"the focus does not show at {stop['label']!r}"
        if name in stop["label"]:
            return
    raise AssertionError(f"{name!r} can't be reached with the Tab key")


def press_enter_and_go(page: Page) -> None:
    """Press Enter on a link or button that leads to another page, and wait for that page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A plain Jupyter server, for lessons made of a test module's CELLS."""
    with running_site(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def lesson(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Lesson]:
    """One copy of the lesson, of which a test is the only reader."""
    name = request.node.name.replace("[", "-").replace("]", "")
    with one_copy(site, browser, name, request.module.CELLS) as lesson:
        yield lesson
