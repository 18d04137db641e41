"""Question sheets and results in a browser: whoever prints them can read them first."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from autograder.desk import Desk
from autograder.paper.pages import LARGE, ORDINARY, sheets_page
from autograder.paper.sheet import sheets_due
from course.syllabus import Assessment
from tests.autograder.paper.conftest import NOW, desk, plan
from tests.browser.conftest import fits

__all__ = ["desk", "plan"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("letters", [ORDINARY, LARGE])
def test_sheets_are_accessible_and_each_starts_on_paper_of_its_own(
    desk: Desk,
    plan: Assessment,
    browser: Browser,
    axe: Callable[[Page], None],
    tmp_path: Path,
    letters: str,
) -> None:
    sheets, _ = sheets_due(desk, plan, desk.people(), NOW)
    path = tmp_path / "sheets.html"
    path.write_text(sheets_page(sheets, plan, "Riverside", letters), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto(path.as_uri())
    axe(page)
    assert fits(page)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) % len(sheets) == 0
    size = page.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)")
    assert size == pytest.approx(float(letters.removesuffix("pt")) * 96 / 72)
    page.close()
