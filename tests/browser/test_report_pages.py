"""Reports of a project in a browser: one page stays one page, and all can read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from qi_tools.improvement.examples import example_names, example_project
from qi_tools.improvement.project import Project
from qi_tools.improvement.reports import full, summary
from tests.browser.conftest import WIDTHS, fits
from tests.qi_tools.improvement.report_words import crowded

pytestmark = pytest.mark.browser
A4 = {(595, 842)}
ACROSS = {(842, 595)}
PROJECTS: dict[str, Callable[[], Project]] = {
    "blank": Project,
    **{name: partial(example_project, name) for name in example_names()},
    "one long word": lambda: crowded("W", 2),
    "many words": lambda: crowded("Wo ", 20),
    "other letters": lambda: crowded("漢字 ", 20),
    "readings in plenty": lambda: crowded("Long word ", 3, days=250),
}


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Page]:
    """A browser without a network, which must ask for nothing."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert not [url for url in asked if not url.startswith("data:")]


def sizes(page: Page) -> list[tuple[int, int]]:
    """Give the size of each page that is printed, in points."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type\s*/Page\b", pdf))
    return [(round(float(wide)), round(float(high))) for wide, high in boxes]


@pytest.mark.parametrize("name", PROJECTS)
def test_a_summary_is_one_page_of_a4(sheet: Page, name: str) -> None:
    sheet.set_content(summary(PROJECTS[name]()).html())
    assert sizes(sheet) == [*A4]


@pytest.mark.parametrize("name", PROJECTS)
def test_no_words_of_a_printed_summary_are_cut_off(sheet: Page, name: str) -> None:
    sheet.set_viewport_size({"width": 643, "height": 900})  # the column of an A4 page
    sheet.set_content(summary(PROJECTS[name]()).html())
    sheet.emulate_media(media="print")
    assert fits(sheet)


def test_a_full_report_has_pages_upright_and_across(sheet: Page) -> None:
    sheet.set_content(full(example_project("missed_appointments")).html())
    found = sizes(sheet)
    assert {*found} == A4 | ACROSS
    assert found[0] in A4
    assert found[-1] in A4


@pytest.mark.parametrize("report", [summary, full])
@pytest.mark.parametrize("width", WIDTHS)
def test_reports_are_accessible_and_fit_a_phone(
    sheet: Page, axe: Callable[[Page], None], report: Any, width: int
) -> None:
    for project in (Project(), example_project("missed_appointments")):
        sheet.set_viewport_size({"width": width, "height": 900})
        sheet.set_content(report(project).html())
        assert fits(sheet)
        axe(sheet)


def test_a_report_is_in_a_notebook_without_changing_it(sheet: Page) -> None:
    inside = full(example_project("payroll_errors"))._repr_html_()
    before = "<h1 id='own'>Own</h1><table id='theirs'><tr><td>1</td></tr></table>"
    looks = """() => ["own", "theirs"].map(id => {
        const style = getComputedStyle(document.getElementById(id));
        return [style.font, style.color, style.margin, style.width, style.borderCollapse];
    })"""
    sheet.set_content(before)
    alone = sheet.evaluate(looks)
    sheet.set_content(before + inside)
    assert sheet.evaluate(looks) == alone
