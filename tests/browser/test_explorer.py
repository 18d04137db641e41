"""The chart explorer in a real browser: as a page behind a hub, and in JupyterLab."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from course.folders import MODULES
from tests.browser.bare_lesson import Lesson, axe_faults, load_axe, run_in_jupyterlab
from tests.browser.conftest import fits, tab_to
from tests.course_server import CourseServer, course_server

pytestmark = pytest.mark.browser
NOTEBOOK = "reference/chart_explorer.ipynb"
READY = "html[data-ready=yes]"
PATIENCE = 90_000  # the page's parts need a moment, and the machine may be busy
FALLS = "Week\tFalls\tBed days\n" + "".join(
    f"0{place % 9 + 1}/0{place // 9 + 1}/2025\t{place % 5}\t{800 + place}\n" for place in range(27)
)
NHS_NUMBER = "999 000 0018"  # from the range that is kept for tests
FILES = {
    "docx": b"PK\x03\x04",
    "png": b"\x89PNG\r\n",
    "svg": b"<svg",
    "csv": b"\xef\xbb\xbfdate,",
    "txt": b"I chart of",
}

CELLS = (
    """
    from qi_tools.teaching import explore, show_html
    explore()
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseServer]:
    """A learner's server behind a hub, with the real page."""
    lab = tmp_path_factory.mktemp("lab")
    with course_server(lab, base_url="/hub/user/sam%20a/") as server:
        shutil.copy(MODULES / NOTEBOOK, lab / "modules" / NOTEBOOK)
        server.opened().update()
        yield server


@pytest.fixture
def width() -> int:
    return 1280


@pytest.fixture
def explorer(page: Page, server: CourseServer) -> Page:
    """The page, with a chart on it. Nothing of it may come from another place."""
    page.goto(f"{server.url}voila/render/{NOTEBOOK}")
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.locator(".qi-explorer .qi-figure")).to_be_visible(timeout=PATIENCE)
    return page


def said(page: Page) -> Locator:
    return page.locator(".qi-said")


def unfold(page: Page, words: str) -> None:
    page.locator("summary").filter(has_text=words).click()


def paste(page: Page, text: str) -> Locator:
    page.get_by_label("I'll paste them").check()
    area = page.get_by_label("Your numbers, with their headings")
    area.fill(text)
    page.get_by_role("button", name="Chart what I pasted").click()
    return area


@pytest.mark.node
def test_the_page_is_accessible_and_fits(explorer: Page, axe: Callable[[Page], None]) -> None:
    expect(explorer.locator("main")).not_to_contain_text("Here you can only look")
    explorer.get_by_label("Rules that look for a signal").select_option("NELSON")
    expect(said(explorer)).to_contain_text("signals")
    explorer.eval_on_selector_all("details", "all => all.forEach((each) => (each.open = true))")
    explorer.get_by_role("button", name="Begin this phase").click()
    expect(explorer.get_by_role("alert").filter(has_text="Choose a point.")).to_be_visible()
    paste(explorer, "one\n1")
    expect(explorer.get_by_role("alert").filter(has_text="one column")).to_be_visible()
    for width in (360, 768, 1280):
        explorer.set_viewport_size({"width": width, "height": 900})
        assert fits(explorer), width
        axe(explorer)
    sizes = explorer.eval_on_selector_all(
        ".qi-explorer :is(button, select, .qi-option, textarea, input[type=text], summary)",
        "nodes => nodes.filter(it => it.checkVisibility() && !it.closest('figure'))"
        ".map(it => it.getBoundingClientRect().height)",
    )
    assert min(sizes) >= 44


def test_a_page_with_boxes_to_change_still_says_where(page: Page, server: CourseServer) -> None:
    page.goto(f"{server.url}voila/render/reference/own_data.ipynb")
    expect(page.get_by_role("note").first).to_contain_text("Here you can only look")


def test_all_by_keyboard_and_the_focus_stays(explorer: Page) -> None:
    before = said(explorer).inner_text()
    explorer.evaluate("document.querySelector('main').focus()")
    tab_to(explorer, "Kind of chart")
    explorer.keyboard.press("r")  # the run chart, by its first letter
    expect(said(explorer)).to_contain_text("Run chart.")
    expect(explorer.get_by_label("Kind of chart")).to_be_focused()

    tab_to(explorer, "Begin a new phase")
    explorer.keyboard.press("Enter")
    tab_to(explorer, "First point of the new phase")
    explorer.keyboard.type("19 Jan")
    tab_to(explorer, "What changed?")
    explorer.keyboard.type("Callers are rung back")
    explorer.keyboard.press("Enter")
    steps = explorer.get_by_role("list", name="What you have added")
    expect(steps).to_have_text("New phase from 19 January 2026: Callers are rung backRemove")
    expect(explorer.get_by_label("What changed?")).to_be_focused()
    expect(explorer.get_by_label("What changed?")).to_have_value("")

    tab_to(explorer, "Remove: New phase")
    explorer.keyboard.press("Enter")
    expect(explorer.locator(".qi-steps li")).to_have_count(0)
    expect(explorer.locator("summary").filter(has_text="Set a target")).to_be_focused()
    undo = explorer.get_by_role("button", name="Undo the last change")
    undo.focus()
    for _ in range(4):  # once more than there is to take back
        explorer.keyboard.press("Enter")
    expect(said(explorer)).to_have_text(before)
    expect(undo).to_be_focused()


def test_numbers_of_ones_own(explorer: Page, tmp_path: Path) -> None:
    area = paste(explorer, FALLS)
    expect(said(explorer)).to_have_text(
        "There is no chart yet. Say which comes first in your dates."
    )
    expect(explorer.locator(".qi-figure")).to_have_count(0)
    explorer.get_by_label("The day: 0").check()
    expect(said(explorer)).to_contain_text("I chart.")
    assert area.input_value() == FALLS
    explorer.get_by_label("Counted out of another column?").select_option("Bed days")
    explorer.get_by_label("What kind of numbers are they?").select_option("rates")
    expect(explorer.get_by_label("Counted in")).to_have_value("per 1,000 bed days")
    expect(explorer.get_by_label("Kind of chart").locator("option:checked")).to_contain_text("U")

    per = explorer.get_by_label("Show them for every")
    per.fill("-1")
    per.press("Enter")
    expect(explorer.get_by_role("alert").filter(has_text="a number above 0")).to_be_visible()
    expect(per).to_have_value("-1")  # what was typed stays, to be mended
    expect(per).to_have_attribute("aria-invalid", "true")

    explorer.get_by_label("A file of mine").check()
    choose = explorer.get_by_label("Choose the file")
    file = tmp_path / "falls.csv"
    file.write_text("Month,Falls\n2024-01,four\n2024-02,5\n2024-03,6\n", encoding="utf-8")
    choose.set_input_files(file)
    faults = explorer.locator(".qi-result li")
    expect(faults).to_have_text(['row 2, Falls: "four" is not a number'])
    file.write_text("Month,Falls\n2024-01,4\n2024-02,5\n2024-03,6\n", encoding="utf-8")
    choose.set_input_files(file)
    expect(said(explorer)).to_have_text("Run chart. No judgement yet.")
    expect(explorer.get_by_text("On the chart now: falls.csv")).to_be_visible()


def test_data_on_people_leave_the_page(explorer: Page) -> None:
    before = said(explorer).inner_text()
    area = paste(explorer, FALLS.replace("\t801", f"\t{NHS_NUMBER}"))
    refused = explorer.get_by_role("alert").filter(has_text="looks like data on single people")
    expect(refused).to_contain_text('Column "Bed days"')
    expect(area).to_have_value("")
    expect(said(explorer)).to_have_text(before)
    assert NHS_NUMBER not in explorer.content()


def take_each(page: Page, folder: Path) -> None:
    """Press every button that gives a file, and look into the files."""
    labels = {
        "docx": "All of it, as a Word file",
        "png": "Picture (PNG)",
        "svg": "Picture, sharp at any size (SVG)",
        "csv": "Numbers (CSV)",
        "txt": "Words (text)",
    }
    for ending, label in labels.items():
        with page.expect_download(timeout=PATIENCE) as arriving:
            page.get_by_role("button", name=label).click()
        name = f"average-wait-to-be-answered.{ending}"
        assert arriving.value.suggested_filename == name
        arriving.value.save_as(folder / name)
        assert (folder / name).read_bytes().lstrip().startswith(FILES[ending]), ending
        expect(page.get_by_text(f"Your file is called {name}.")).to_be_visible()


def test_every_file_can_be_taken_away_and_the_code_copied(explorer: Page, tmp_path: Path) -> None:
    take_each(explorer, tmp_path)
    unfold(explorer, "The code that makes this chart")
    explorer.context.grant_permissions(["clipboard-read", "clipboard-write"])
    explorer.get_by_role("button", name="Copy").click()
    expect(explorer.get_by_text("Copied.")).to_be_visible()
    code = explorer.evaluate("navigator.clipboard.readText()")
    assert code == explorer.get_by_role("region", name="The code").inner_text()
    assert code.endswith('chart = control_chart(measure, "i")\nchart')


def test_the_open_table_stays_open(explorer: Page) -> None:
    unfold(explorer, "Show the numbers")
    explorer.locator(".qi-figure summary").focus()
    explorer.get_by_label("Leave very large jumps").evaluate("it => it.click()")
    expect(explorer.locator("figcaption")).to_contain_text("moving ranges")
    expect(explorer.locator(".qi-figure table")).to_be_visible()
    expect(explorer.locator(".qi-figure summary")).to_be_focused()


@pytest.mark.node
def test_axe_finds_no_fault_in_the_dark(lesson: Lesson) -> None:
    page = lesson.open()
    load_axe(page, "dark", 360)
    expect(page.locator(".qi-explorer .qi-figure")).to_be_visible()
    page.eval_on_selector_all("details", "all => all.forEach((each) => (each.open = true))")
    page.get_by_role("button", name="Begin this phase").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a point.")).to_be_visible()
    assert axe_faults(page) == []


def test_in_jupyterlab_the_keys_are_its_own_and_files_arrive(
    lesson: Lesson, tmp_path: Path
) -> None:
    page = run_in_jupyterlab(lesson)
    cells = page.locator(".jp-Cell").count()
    kind = page.get_by_label("Kind of chart")
    kind.focus()
    for key in ("r", "b", "d", "d", "r"):  # JupyterLab's own: a cell more, a cell less
        page.keyboard.press(key)
    expect(said(page)).to_contain_text("Run chart.")
    page.get_by_label("Rules that look for a signal").select_option("PERLA")
    expect(page.locator("figcaption")).to_contain_text("Perla")
    kind.select_option("")
    expect(said(page)).to_contain_text("I chart.")
    assert page.locator(".jp-Cell").count() == cells
    take_each(page, tmp_path)
