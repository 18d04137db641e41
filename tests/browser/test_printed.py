"""Pages to print: no network, readable on a phone, and the right size on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from course.approach import load_approach
from course.editions.cards import OwnPart, handout_page, summary_page
from course.editions.pages import EDITIONS
from course.editions.printing import print_course
from course.folders import MODULES
from course.glossary import load_glossary
from course.lesson import read_lesson
from course.syllabus import Module, load_syllabus
from tests.browser.conftest import WIDTHS, fits, tab_to

pytestmark = pytest.mark.browser
SYLLABUS = load_syllabus()
BUILT = [module for module in SYLLABUS.modules if module.built]
A4_HEIGHT = 842  # points


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every page of the real course, as files."""
    folder = tmp_path_factory.mktemp("printed")
    assert len(list(print_course(folder))) > 3 * len(BUILT)
    return folder


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Page]:
    """A browser without a network, which must not ask for anything but the file itself."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]


def sides(page: Page) -> int:
    """Count the sides of A4 that a page fills."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {round(float(height)) for _, height in boxes} == {A4_HEIGHT}
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("name", ["plain", "large_print", "summary"])
@pytest.mark.parametrize("module", BUILT, ids=lambda module: module.id)
def test_each_page_of_a_lesson_is_accessible_and_fits(
    sheet: Page, printed: Path, axe: Callable[[Page], None], module: Module, name: str
) -> None:
    for width in WIDTHS:
        sheet.set_viewport_size({"width": width, "height": 900})
        sheet.goto((printed / f"{module.id.lower()}_{name}.html").as_uri())
        sheet.evaluate("document.querySelectorAll('details.later').forEach(it => it.open = true)")
        assert fits(sheet)
        assert sheet.locator("h1").count() == 1
        assert sheet.locator("script").count() == 0
        axe(sheet)


@pytest.mark.parametrize("module", BUILT, ids=lambda module: module.id)
def test_nothing_in_large_print_is_smaller_than_18_points(
    sheet: Page, printed: Path, module: Module
) -> None:
    sheet.goto((printed / f"{module.id.lower()}_large_print.html").as_uri())
    sheet.emulate_media(media="print")
    smallest = sheet.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let least = Infinity;
            for (let text; (text = walker.nextNode()); ) {
                const holder = text.parentElement;
                if (!text.data.trim() || holder.closest("svg, style") || !holder.offsetParent)
                    continue;
                least = Math.min(least, parseFloat(getComputedStyle(holder).fontSize));
            }
            return least;
        }"""
    )
    assert smallest >= 24, "18 points are 24 pixels"
    assert sides(sheet) > 5


@pytest.mark.parametrize("module", BUILT, ids=lambda module: module.id)
@pytest.mark.parametrize("own", ["", "word " * 800, "line\n" * 800, "w" * 4000])
def test_a_summary_is_one_sheet_of_paper(sheet: Page, module: Module, own: str) -> None:
    lesson = read_lesson(MODULES / str(module.notebook))
    part = OwnPart([own] if own else [], "23 November 2026")
    sheet.set_content(summary_page(module, lesson, load_glossary(), part))
    short = module.dose == "all_staff"
    assert sides(sheet) <= (1 if short else 2)  # a longer lesson may fill the back, too


def test_a_handout_is_two_sides_of_paper(
    sheet: Page, printed: Path, axe: Callable[[Page], None]
) -> None:
    for width in WIDTHS:
        sheet.set_viewport_size({"width": width, "height": 900})
        sheet.goto((printed / "all_staff_handout.html").as_uri())
        axe(sheet)
        assert fits(sheet)
    assert sides(sheet) <= 2


def test_a_handout_with_an_approach_is_two_sides_of_paper(sheet: Page, tmp_path: Path) -> None:
    approach = tmp_path / "our_approach.toml"
    listed = '["A yearly set of priorities", "A coach for each team", "Weekly time to improve"]'
    approach.write_text(
        'agreed = true\norganisation = "Simulated Trust"\nname = "Simulated Improves"\n'
        'method = "We use the Model for Improvement, and we coach every team that asks."\n'
        f"components = {listed}\npriorities = {listed}\n"
        'contact = "The improvement team, extension 1234"\nwhere = "Intranet, Improvement page"\n'
        'policy = "Each manager makes time for it."\nrule_set = "anhoej"\n'
    )
    lessons = [
        (module, read_lesson(MODULES / str(module.notebook)))
        for module in BUILT
        if module.dose == "all_staff"
    ]
    page = handout_page(
        SYLLABUS.dose("all_staff"), lessons, load_approach(approach), load_glossary()
    )
    assert "Simulated Improves" in page
    sheet.set_content(page)
    assert sides(sheet) <= 2


def test_what_happened_opens_by_keyboard_and_answers_are_links(sheet: Page, printed: Path) -> None:
    assert EDITIONS[0].id == "plain"
    sheet.goto((printed / "a1_plain.html").as_uri())
    tab_to(sheet, "What happened after question 1")
    assert not sheet.get_by_text("Here is the secret.").is_visible()
    sheet.keyboard.press("Enter")
    assert sheet.get_by_text("Here is the secret.").is_visible()
    tab_to(sheet, "The answer is at the end.")
    sheet.keyboard.press("Enter")
    assert re.search(r"#answer-\d+$", sheet.url)
