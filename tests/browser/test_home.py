"""The course's own pages in a browser: narrow and wide, by keyboard, and held against axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from course.held import erase
from qi_tools.answers import AnswerFile
from tests.browser.conftest import at_the_root_too, fits, press_enter_and_go, tab_to
from tests.course_server import (
    ASSESSMENT,
    CERTIFICATE,
    KEY,
    TOKEN,
    CourseServer,
    enrol,
    result_file,
)

pytestmark = [pytest.mark.browser, at_the_root_too]
OWN = ("", "group", "recorded", "erase", "enrol", "glossary", "where-from", "nope")
PRINTED = (
    "edition/A1/plain",
    "edition/A1/large_print",
    "summary/A1",
    "handout/all_staff",
    "agreement",
)
PAGES = (*OWN, *PRINTED, f"assessment/{ASSESSMENT}")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_accessible_and_fits(
    page: Page, server: CourseServer, axe: Callable[[Page], None], path: str
) -> None:
    page.goto(server.course + path)
    axe(page)
    assert fits(page)
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"


def test_buttons_and_links_are_large_enough_to_touch(page: Page, server: CourseServer) -> None:
    for path in PAGES:
        page.goto(server.course + path)
        for button in page.locator("button:visible, .button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= 44, button.inner_text()


def test_a_page_that_is_being_made_opens_by_itself(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    erase(server.workspace)
    server.opened().choose_group("all_staff")
    page.goto(f"{server.course}edition/A1/plain")
    expect(page.get_by_role("status")).to_contain_text("It takes a few seconds")
    axe(page)
    assert fits(page)
    expect(page.get_by_text("Plain page of lesson A1.")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save this page as a file").click()
    assert download.value.suggested_filename == "a1_plain.html"
    tab_to(page, "Back to my course")
    press_enter_and_go(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("My course")


def test_after_an_erasure_the_browser_forgets_too(page: Page, server: CourseServer) -> None:
    page.evaluate("localStorage.setItem('qi-course place /lesson', 'x')")
    page.evaluate("localStorage.setItem('other', 'kept')")
    page.goto(f"{server.course}erase")
    page.get_by_role("checkbox").check()
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")
    page.wait_for_function("() => Object.keys(localStorage).join() === 'other'")
    server.opened().choose_group("all_staff")  # as the tests that follow find it


def test_the_skip_link_comes_first_and_skips(page: Page, server: CourseServer) -> None:
    page.goto(server.course)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Skip to the main part")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'main'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_choosing_a_group_by_keyboard(page: Page, server: CourseServer) -> None:
    page.goto(server.course)
    tab_to(page, "Change your group")
    press_enter_and_go(page)
    tab_to(page, "All staff")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Save")
    press_enter_and_go(page)
    expect(page.locator(".lead")).to_contain_text("board")
    tab_to(page, "Change your group")
    press_enter_and_go(page)
    tab_to(page, "Board")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Save")
    press_enter_and_go(page)
    expect(page.locator(".lead")).to_contain_text("all staff")


def test_pages_work_without_javascript(browser: Browser, server: CourseServer, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{server.course}?token={TOKEN}")
    page.get_by_role("link", name="Change your group").click()
    page.get_by_label("All staff").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My course")
    context.close()


def test_the_path_from_questions_to_certificate(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    erase(server.workspace)
    enrol(server.workspace, KEY)
    workspace = server.opened()
    workspace.choose_group("all_staff")
    check = f"{server.course}assessment/{ASSESSMENT}"
    folder = workspace.start_attempt(ASSESSMENT)
    page.goto(f"{check}/hand-in")
    expect(page.get_by_role("note")).to_contain_text("2 of 2 questions have no answer yet")
    axe(page)
    for slot in ("q1", "q2"):
        for item in "abc":
            AnswerFile(folder / "answers.json").save(f"a1-{slot}-{item}", "a")
    page.reload()
    tab_to(page, "these are my own answers")
    page.keyboard.press("Space")
    tab_to(page, "Hand in")
    press_enter_and_go(page)
    expect(page.locator(".receipt")).to_contain_text("Fingerprint")
    axe(page)
    assert fits(page)

    page.get_by_label("Result file").set_input_files(
        {
            "name": "r.qiresult",
            "mimeType": "application/octet-stream",
            "buffer": result_file(KEY, **CERTIFICATE),
        }
    )
    page.get_by_role("button", name="Add this result").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have passed")
    axe(page)
    assert fits(page)
    page.get_by_role("link", name="See your certificate").click()
    axe(page)
    assert fits(page)
    framed = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(framed).to_have_text("Sam Simulated")
    with page.expect_download() as download:
        page.get_by_role("link", name="The badge file").click()
    assert download.value.suggested_filename == f"{ASSESSMENT}_badge.json"
    page.get_by_role("link", name="Open it to print it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sam Simulated")


def test_a_page_prints_without_what_only_a_screen_needs(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.course}recorded")
    page.emulate_media(media="print")
    expect(page.locator("header.site")).to_be_hidden()
    expect(page.locator("form").first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
