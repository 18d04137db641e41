"""An experiment in a real browser: a prediction first, then turns, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bare_lesson import (
    Lesson,
    axe_faults,
    load_axe,
    press,
    resize,
    run_in_jupyterlab,
    tab_to,
)
from tests.browser.conftest import fits

pytestmark = pytest.mark.browser

CELLS = (
    """
    from qi_tools.teaching import experiment, show_html
    experiment("red_beads", "t-beads")
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)
RED, RUN = "Red beads in the box", "Let them work"


def lab(page: Page) -> Locator:
    return page.locator(".qi-lab")


def said(page: Page) -> Locator:
    return lab(page).get_by_role("status").first


def begin(page: Page) -> None:
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Save my prediction"))
    expect(said(page)).to_contain_text("Nothing has been done yet")


def run(page: Page, turn: int) -> None:
    press(page, lab(page).get_by_role("button", name=RUN))
    expect(said(page)).to_contain_text(f"Run {turn}. ")


def test_it_is_locked_until_a_prediction_and_then_played_by_keyboard(lesson: Lesson) -> None:
    page = lesson.open()
    assert lab(page).count() == 0
    assert "Number of your luck" not in page.content()
    begin(page)
    run(page, 1)
    expect(lab(page).locator(".qi-figure")).to_have_count(1)
    expect(lab(page).get_by_text("You said skill.")).to_be_visible()

    box = lab(page).get_by_label(RED, exact=True)
    tab_to(page, box)
    page.keyboard.press("Control+a")
    page.keyboard.type("10")
    slider = lab(page).get_by_label(f"{RED}, slider")
    expect(slider).to_have_value("10")
    run(page, 2)
    expect(lab(page).get_by_role("row", name="1 20%")).to_be_visible()
    expect(lab(page).get_by_role("row", name="2 10%")).to_be_visible()

    before = said(page).inner_text()
    lesson.reload(page)
    expect(said(page)).to_have_text(before)
    expect(box).to_have_value("10")
    press(page, lab(page).get_by_role("button", name="Take back the last one"))
    expect(said(page)).to_contain_text("Run 1. ")


def test_a_slider_moves_its_box_and_what_is_refused_is_said_in_its_place(lesson: Lesson) -> None:
    page = lesson.open()
    begin(page)
    box = lab(page).get_by_label(RED, exact=True)
    tab_to(page, lab(page).get_by_label(f"{RED}, slider"))
    page.keyboard.press("ArrowRight")
    expect(box).to_have_value("21")
    tab_to(page, box)
    page.keyboard.press("Control+a")
    page.keyboard.type("99")
    press(page, lab(page).get_by_role("button", name=RUN))
    refused = lab(page).get_by_role("alert").filter(has_text="type a whole number from 1 to 50")
    expect(refused).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_value("99")
    expect(box).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("20")
    run(page, 1)
    expect(refused).to_have_count(0)


def test_numbers_can_be_taken_away_and_the_same_luck_comes_again(lesson: Lesson) -> None:
    page = lesson.open()
    begin(page)
    run(page, 1)
    first = said(page).inner_text()
    with page.expect_download() as download:
        press(page, lab(page).get_by_role("button", name="Take away the numbers"))
    assert download.value.suggested_filename == "red-beads-1.csv"
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbfdate,day,worker")
    press(page, lab(page).get_by_text("Start again, with the same luck or another"))
    luck = lab(page).get_by_label("Number of your luck")
    expect(luck).to_have_value("1")
    press(page, lab(page).get_by_role("button", name="Start again"))
    expect(said(page)).to_contain_text("Nothing has been done yet")
    expect(lab(page).get_by_role("button", name=RUN)).to_be_focused()
    run(page, 1)
    expect(said(page)).to_have_text(first)


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_no_fault_and_it_fits(lesson: Lesson, width: int, theme: str) -> None:
    page = lesson.open()
    begin(page)
    run(page, 1)
    run(page, 2)
    for fold in lab(page).locator("summary").all():
        fold.click()
    load_axe(page, theme, width)
    assert axe_faults(page) == []
    assert fits(page)
    sizes = (
        lab(page)
        .locator("button, select, summary, .qi-option, .qi-slider input")
        .evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().height)")
    )
    assert min(sizes) >= 43.5
    resize(page, 1280)


def test_it_works_in_jupyterlab_too(lesson: Lesson) -> None:
    page = run_in_jupyterlab(lesson)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save my prediction").click()
    lab(page).get_by_label(RED, exact=True).fill("30")
    lab(page).get_by_role("button", name=RUN).click()
    expect(said(page)).to_contain_text("Run 1. ")
    assert lesson.answers["t-beads-turns"]["value"][1].startswith('{"red": 30')
