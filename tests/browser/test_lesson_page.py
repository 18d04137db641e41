"""A notebook as a lesson page in a browser: text first, then the parts; it looks like a lesson."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from course.held import erase
from qi_tools.answers import AnswerFile
from tests.browser.conftest import at_the_root_too, fits, press_enter_and_go, tab_to
from tests.course_server import (
    ACTIVITIES,
    ASSESSMENT,
    KEY,
    LESSON,
    TOKEN,
    CourseServer,
    enrol,
)

pytestmark = pytest.mark.browser
READY = "html[data-ready=yes]"
PATIENCE = 60_000  # a lesson's parts need a moment, and the machine may be busy


def opened(
    page: Page, server: CourseServer, path: str = f"lessons/{LESSON}", ready: str = READY
) -> Page:
    """Open a lesson and wait until all of it is there."""
    page.goto(f"{server.url}voila/render/{path}")
    page.wait_for_selector(ready, timeout=PATIENCE)
    return page


def forget_answers(server: CourseServer) -> None:
    (server.workspace / "lessons" / "1_all_staff" / "answers.json").unlink(missing_ok=True)


@at_the_root_too
def test_a_lesson_is_accessible_and_fits(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    opened(page, server)
    axe(page)
    assert fits(page)
    page.get_by_text("For facilitators").last.click()
    axe(page)


@at_the_root_too
def test_a_lesson_looks_like_a_lesson(page: Page, server: CourseServer) -> None:
    opened(page, server)
    assert page.title() == "Waiting in line – Quality improvement course"
    assert page.locator("html").get_attribute("lang") == "en-GB"
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting in line")
    expect(page.locator("main")).to_contain_text("About 15 minutes")
    expect(page.locator(".contents li")).to_have_count(8)
    expect(page.get_by_role("link", name="Back to my course").first).to_have_attribute(
        "href", server.course.removeprefix(server.url[: server.url.index("/", 8)])
    )
    expect(page.get_by_role("link", name="Open in JupyterLab")).to_be_visible()
    expect(page.locator(".onwards .button")).to_have_text("Back to my course")
    expect(page.get_by_role("link", name="Large print")).to_be_visible()
    expect(page.locator("details.part-facilitator")).not_to_have_attribute("open", "")
    expect(page.locator("main")).to_contain_text("It costs $5, or $6.")
    for sign in ("In [", "Out[", "¶", "import", "qi_tools"):
        expect(page.locator("body")).not_to_contain_text(sign)
    assert page.locator(".jp-InputArea, .jp-InputPrompt, .jp-Cell").count() == 0
    for kind in ("why", "predict", "explain", "check", "monday", "key-points", "words"):
        assert page.locator(f".part-{kind}").count() >= 1, kind


def test_the_text_is_there_before_the_parts(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.url}voila/render/lessons/{LESSON}", wait_until="commit")
    expect(page.get_by_role("heading", name="For facilitators")).to_be_attached()
    expect(page.locator("#getting-ready")).to_have_text("Getting the interactive parts ready…")
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.locator("#getting-ready")).to_have_text("")


@at_the_root_too
def test_a_lesson_by_keyboard_is_saved_and_comes_back(page: Page, server: CourseServer) -> None:
    forget_answers(server)
    opened(page, server)
    expect(page.locator("main")).not_to_contain_text("It got shorter")
    tab_to(page, "More")
    page.keyboard.press("Space")
    tab_to(page, "Save my prediction")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("It got shorter", timeout=PATIENCE)
    tab_to(page, "A spoon")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Check my answer")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Yes: many parts.", timeout=PATIENCE)

    answers = AnswerFile(server.workspace / "lessons" / "1_all_staff" / "answers.json").load()
    assert {id: answer.value for id, answer in answers.items()} == dict(
        zip(ACTIVITIES, ("more", "b"), strict=True)
    )
    opened(page, server)
    expect(page.locator("main")).to_contain_text("It got shorter", timeout=PATIENCE)
    page.goto(server.course)
    expect(page.locator("main")).to_contain_text("1 of 1 lesson done")


def test_going_on_leads_to_the_next_activity(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    erase(server.workspace)
    server.opened().choose_group("all_staff")
    folder = server.workspace / "lessons" / "1_all_staff"
    AnswerFile(folder / "answers.json").save(ACTIVITIES[0], "more")
    page.goto(server.course)
    tab_to(page, "Go on with this lesson")
    press_enter_and_go(page)
    page.wait_for_selector(READY, timeout=PATIENCE)
    here = page.locator("#here")
    expect(here).to_be_focused()
    expect(here).to_be_in_viewport()
    expect(here).to_have_text("You were here. Go to the start")
    axe(page)
    assert fits(page)
    tab_to(page, "Go to the start")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.goto(f"{server.url}voila/render/lessons/{LESSON}#at-{ACTIVITIES[1]}")
    page.wait_for_selector(READY, timeout=PATIENCE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.output') !== null"), "Tab leads on"


def test_a_browser_keeps_the_place_where_reading_stopped(page: Page, server: CourseServer) -> None:
    opened(page, server)
    expect(page.locator("#here")).to_have_count(0)
    page.get_by_role("heading", name="Check yourself").evaluate("it => it.scrollIntoView()")
    page.goto(server.course)
    opened(page, server)
    expect(page.locator("#here")).to_be_focused()
    expect(page.get_by_role("heading", name="Check yourself")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#here + *').id") == "check-yourself"

    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    opened(page, server)
    expect(page.locator("#here")).to_have_count(0)
    assert page.evaluate("scrollY") == 0, "who has read to the end starts at the start"


def test_a_reader_who_has_begun_is_not_moved(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.url}voila/render/lessons/{LESSON}#at-{ACTIVITIES[1]}", wait_until="commit")
    page.locator("main").wait_for()
    page.keyboard.press("Tab")
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.locator("#here")).to_have_count(0)


def test_a_browser_that_keeps_nothing_opens_lessons_at_the_start(
    page: Page, server: CourseServer
) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }})"
    )
    opened(page, server)
    page.evaluate("scrollTo(0, 500)")
    opened(page, server)
    expect(page.locator("#here")).to_have_count(0)


def test_a_link_into_a_lesson_leads_to_its_part(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.url}voila/render/lessons/{LESSON}#words-to-know")
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Words to know")).to_be_in_viewport()
    expect(page.locator("#word-system")).to_be_attached()


def test_a_broken_part_says_so_plainly(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.url}voila/render/reference/own_data.ipynb")
    expect(page.locator(".trouble")).to_contain_text("This part did not load.", timeout=PATIENCE)
    page.wait_for_selector(READY, timeout=PATIENCE)
    for sign in ("Traceback", "ZeroDivisionError", "1 / 0", "Voil"):
        expect(page.locator("body")).not_to_contain_text(sign)


def test_a_page_that_lost_its_other_end_says_so(page: Page, server: CourseServer) -> None:
    page.clock.install()
    gone = {"status": 404}
    page.route("**/api/kernels/*", lambda it: it.fulfill(**gone))  # codespell:ignore fulfill
    opened(page, server, ready="html[data-ready=late]")
    expect(page.locator("#lost")).to_be_hidden()
    page.clock.fast_forward(25_000)
    expect(page.get_by_role("alert")).to_contain_text("lost touch with the course")
    expect(page.get_by_role("button", name="Load this page again")).to_be_visible()


@at_the_root_too
def test_questions_are_a_page_that_leads_to_the_hand_in(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    erase(server.workspace)
    enrol(server.workspace, KEY)
    server.opened().choose_group("all_staff")
    page.goto(f"{server.course}assessment/{ASSESSMENT}")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector(READY, timeout=PATIENCE)
    axe(page)
    assert fits(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save my answer").first.click()
    expect(page.get_by_text("Saved").first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Finish and hand in").click()
    expect(page.get_by_role("note")).to_contain_text("1 of 2 questions has no answer yet")
    assert server.opened().attempts(ASSESSMENT)[0].is_open


def test_without_javascript_the_text_can_be_read(
    browser: Browser, server: CourseServer, width: int
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{server.course}?token={TOKEN}")
    page.goto(f"{server.url}voila/render/lessons/{LESSON}")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    expect(page.locator("main")).to_contain_text("its interactive parts need JavaScript")
    context.close()
