"""A project's form in a real browser: by keyboard, by two people at once, and in JupyterLab."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from qi_tools.improvement.examples import example_text
from qi_tools.teaching.project_layout import PAGES
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
    from qi_tools.teaching import project, show_html
    project()
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)
DRIVERS = """version = 1

[[drivers]]
id = "a"
words = "Letters are clear"

[[drivers]]
id = "b"
words = "Large print"
under = "a"
"""


def form(page: Page) -> Locator:
    return page.locator(".qi-project")


def said(page: Page) -> Locator:
    return form(page).locator(".qi-status")


def field(page: Page, label: str) -> Locator:
    return form(page).get_by_label(label, exact=True).locator("visible=true")


def pressed(page: Page, name: str) -> Locator:
    return form(page).get_by_role("button", name=name, exact=True)


def card(page: Page, name: str) -> Locator:
    return form(page).locator(".qi-record > summary").filter(has_text=name)


def go_to(page: Page, group: str, part: str = "") -> None:
    press(page, pressed(page, group))
    if part:
        press(page, pressed(page, part))


def fill(page: Page, label: str, words: str) -> None:
    """Write into a field, as a person without a mouse would, and go on to the next."""
    tab_to(page, field(page, label))
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(words)
    page.keyboard.press("Tab")


def on_disk(lesson: Lesson) -> dict[str, Any]:
    path = lesson.folder / "project.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def test_an_aim_is_written_by_keyboard_and_comes_back(lesson: Lesson) -> None:
    page = lesson.open()
    expect(said(page)).to_have_text("Nothing changed yet.")
    expect(form(page).get_by_text("Never write about single patients")).to_be_visible()
    go_to(page, "Aim and theory")
    expect(form(page).get_by_role("heading", name="Aim", exact=True)).to_be_visible()
    expect(form(page).get_by_text("What will people notice?")).to_be_visible()
    assert on_disk(lesson) == {}
    fill(page, "What will be better?", "Fewer missed visits")
    expect(said(page)).to_contain_text("Saved ")
    fill(page, "To: where will it be?", "8")
    expect(form(page).get_by_text("Fewer missed visits: to 8.")).to_be_visible()
    assert on_disk(lesson)["aim"] == {"what": "Fewer missed visits", "target": 8}
    lesson.reload(page)
    go_to(page, "Aim and theory")
    expect(field(page, "What will be better?")).to_have_value("Fewer missed visits")


def test_what_is_typed_is_saved_after_a_pause(lesson: Lesson) -> None:
    page = lesson.open()
    tab_to(page, field(page, "Name of the project"))
    page.keyboard.type("Eye clinic")
    expect(said(page)).to_contain_text("Saved ")
    page.keyboard.type(" visits")
    expect(form(page).locator(".qi-title")).to_have_text("Eye clinic visits")
    assert on_disk(lesson)["about"]["name"] == "Eye clinic visits"
    expect(field(page, "Name of the project")).to_be_focused()


def test_what_is_refused_is_told_at_its_field_and_the_others_are_saved(lesson: Lesson) -> None:
    page = lesson.open()
    go_to(page, "Aim and theory")
    fill(page, "Unit", "x" * 41)
    unit = field(page, "Unit")
    expect(unit).to_have_attribute("aria-invalid", "true")
    expect(unit).to_have_accessible_description(
        "What the two numbers count: %, days, errors a week. It has 41 characters. The most is "
        "40: shorten it by 1. 1 character too many"
    )
    fill(page, "For whom?", "Patients of the eye clinic")
    expect(said(page)).to_contain_text("Saved ")
    assert on_disk(lesson)["aim"] == {"for_whom": "Patients of the eye clinic"}
    expect(unit).to_have_value("x" * 41)
    go_to(page, "Measures")
    press(page, pressed(page, "Not saved: Aim: Unit"))
    expect(unit).to_be_focused()
    fill(page, "Unit", "%")
    expect(unit).not_to_have_attribute("aria-invalid", "true")
    expect(pressed(page, "Not saved: Aim: Unit")).to_have_count(0)
    assert on_disk(lesson)["aim"]["unit"] == "%"


def test_drivers_are_added_moved_and_removed_by_keyboard(lesson: Lesson) -> None:
    page = lesson.open()
    go_to(page, "Aim and theory", "Driver diagram")
    press(page, pressed(page, "Add a driver"))
    words = field(page, "Driver or change idea")
    expect(words).to_be_focused()
    page.keyboard.insert_text("Letters are clear")
    page.keyboard.press("Tab")
    expect(card(page, "Letters are clear")).to_contain_text("Primary driver")
    expect(form(page).locator(".qi-figure")).to_contain_text("Letters are clear")

    for idea in ("Large print", "Plain words"):
        press(page, pressed(page, "Add one below: Letters are clear"))
        expect(card(page, "(driver without words)")).to_be_visible()
        expect(words.last).to_be_focused()
        page.keyboard.insert_text(idea)
        page.keyboard.press("Tab")
        expect(card(page, idea)).to_contain_text("Secondary driver")
    summary = page.locator("summary", has_text="Large print")
    large_print = form(page).locator(".qi-record").filter(has=summary)
    options = large_print.get_by_label("It serves").locator("option")
    expect(options).to_have_text(["– blank –", "Letters are clear", "\u2003Plain words"])

    press(page, pressed(page, "Move up: Plain words"))
    expect(form(page).locator(".qi-name")).to_have_text(
        ["Letters are clear", "Plain words", "Large print"]
    )
    expect(pressed(page, "Move up: Plain words")).to_be_focused()

    press(page, pressed(page, "Remove: Letters are clear"))
    expect(form(page).get_by_text("2 others stand below it")).to_be_visible()
    press(page, pressed(page, "I see"))
    expect(pressed(page, "Remove: Letters are clear")).to_be_focused()
    press(page, pressed(page, "Remove: Plain words"))
    expect(pressed(page, "No, keep it")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, "Plain words")).to_have_count(0)
    expect(card(page, "Large print")).to_be_focused()
    assert [each["words"] for each in on_disk(lesson)["drivers"]] == [
        "Letters are clear",
        "Large print",
    ]


def test_two_people_merge_and_settle_what_both_changed(lesson: Lesson) -> None:
    mine, theirs = lesson.open(), lesson.open()
    for page in (mine, theirs):
        go_to(page, "Aim and theory")
    fill(theirs, "Unit", "%")
    expect(said(theirs)).to_contain_text("Saved ")
    fill(mine, "For whom?", "Patients of the eye clinic")
    expect(field(mine, "Unit")).to_have_value("%")
    expect(form(mine).get_by_text("Someone else changed:")).to_be_visible()
    press(mine, pressed(mine, "I have seen it"))
    expect(form(mine).get_by_text("Someone else changed:")).to_have_count(0)

    for label, keep, kept in (
        ("What will be better?", "Keep mine", "Fewer missed visits"),
        ("Measured how?", "Keep theirs", "No waits"),
    ):
        fill(theirs, label, "No waits")
        expect(form(theirs).get_by_text("No waits").first).to_be_visible()
        fill(mine, label, "Fewer missed visits")
        expect(form(mine).get_by_text("Someone else changed this too.")).to_be_visible()
        expect(form(mine).locator(".qi-clash").get_by_text("“No waits”")).to_be_visible()
        expect(field(mine, label)).to_have_value("Fewer missed visits")
        expect(pressed(mine, f"Decide: Aim: {label}")).to_be_visible()
        fill(mine, "From: where is it now?", "13" if keep == "Keep mine" else "12")
        press(mine, pressed(mine, keep))
        expect(pressed(mine, keep)).to_have_count(0)
        expect(field(mine, label)).to_have_value(kept)
        expect(field(mine, label)).to_be_focused()
    assert on_disk(lesson)["aim"] == {
        "for_whom": "Patients of the eye clinic",
        "unit": "%",
        "what": "Fewer missed visits",
        "baseline": 12,
        "measure": "No waits",
    }


def test_what_someone_else_saves_while_i_type_is_not_written_over(lesson: Lesson) -> None:
    mine, theirs = lesson.open(), lesson.open()
    for page in (mine, theirs):
        go_to(page, "Aim and theory")
    tab_to(mine, field(mine, "What will be better?"))
    mine.keyboard.insert_text("F")
    expect(said(mine)).to_contain_text("Saved ")
    theirs.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # looks again
    expect(field(theirs, "What will be better?")).to_have_value("F")
    fill(theirs, "What will be better?", "No waits")
    expect(form(theirs).get_by_text("No waits.")).to_be_visible()
    mine.keyboard.insert_text("ewer missed visits")
    mine.keyboard.press("Tab")
    expect(form(mine).locator(".qi-clash").get_by_text("“Fewer missed visits”")).to_be_visible()
    assert on_disk(lesson)["aim"]["what"] == "No waits"


def test_a_record_removed_meanwhile_can_be_put_back(lesson: Lesson) -> None:
    (lesson.folder / "project.toml").write_text(DRIVERS, encoding="utf-8")
    mine, theirs = lesson.open(), lesson.open()
    for page in (mine, theirs):
        go_to(page, "Aim and theory", "Driver diagram")
        press(page, card(page, "Large print"))
    press(theirs, pressed(theirs, "Remove: Large print"))
    press(theirs, pressed(theirs, "Yes, remove it"))
    expect(card(theirs, "Large print")).to_have_count(0)
    fill(mine, "Driver or change idea", "Print is 16 points high")
    expect(form(mine).get_by_text("Someone else removed the driver “Large print”")).to_be_visible()
    press(mine, pressed(mine, "Keep mine: put it back"))
    expect(card(mine, "Print is 16 points high")).to_be_visible()
    assert on_disk(lesson)["drivers"][1] == {
        "id": "b",
        "words": "Print is 16 points high",
        "under": "a",
    }


def test_a_damaged_file_is_told_and_looked_at_again(lesson: Lesson) -> None:
    path = lesson.folder / "project.toml"
    damaged = 'version = 1\n[aim]\ntarget = "few"\n'
    path.write_text(damaged, encoding="utf-8")
    page = lesson.open()
    expect(form(page).get_by_text('aim: target is "few", which is no number.')).to_be_visible()
    expect(pressed(page, "Aim and theory")).to_have_count(0)
    assert path.read_text(encoding="utf-8") == damaged
    path.write_text(damaged.replace('"few"', "8"), encoding="utf-8")
    press(page, pressed(page, "Look again"))
    go_to(page, "Aim and theory")
    expect(field(page, "To: where will it be?")).to_have_value("8")


def test_what_is_written_without_python_stays_and_is_told(lesson: Lesson) -> None:
    page = lesson.open()
    page.context.set_offline(True)
    for kernel in lesson.site.ask("api/kernels"):
        lesson.site.ask(f"api/kernels/{kernel['id']}", "DELETE")
    fill(page, "Name of the project", "Eye clinic")
    lost = form(page).get_by_role("alert").filter(has_text="The course is not replying.")
    expect(lost).to_be_visible(timeout=15_000)
    expect(field(page, "Name of the project")).to_have_value("Eye clinic")
    expect(pressed(page, "Try again")).to_be_visible()
    page.context.set_offline(False)


def test_what_is_missing_leads_to_its_field(lesson: Lesson) -> None:
    page = lesson.open()
    go_to(page, "Look at it")
    press(page, pressed(page, "Go there: Charter: Why now?"))
    expect(field(page, "Why now?")).to_be_focused()


def test_it_can_be_taken_away(lesson: Lesson) -> None:
    (lesson.folder / "project.toml").write_text(
        example_text("payroll_errors"), encoding="utf-8", newline="\n"
    )
    page = lesson.open()
    go_to(page, "Look at it", "To print and keep")
    for name, start in {
        "Driver diagram: A4 (PDF)": b"%PDF",
        "project.toml: The project's file": b"# An improvement project.",
    }.items():
        with page.expect_download() as download:
            press(page, pressed(page, name))
        assert download.value.path().read_bytes().startswith(start)
        expect(
            form(page).get_by_text(f"Your file is called {download.value.suggested_filename}")
        ).to_be_visible()
    press(page, pressed(page, "Reports"))
    with page.expect_download() as download:
        press(page, pressed(page, "One-page summary: Word file"))
    assert download.value.path().read_bytes().startswith(b"PK\x03\x04")


@pytest.mark.parametrize(
    ("width", "theme", "pages"),
    [(360, "light", [*PAGES]), (1280, "dark", ["aim", "process", "cycles", "check"])],
)
def test_axe_finds_no_fault_on_any_page_and_it_fits(
    lesson: Lesson, width: int, theme: str, pages: list[str]
) -> None:
    (lesson.folder / "project.toml").write_text(
        example_text("payroll_errors"), encoding="utf-8", newline="\n"
    )
    page = lesson.open()
    load_axe(page, theme, 360)
    part = form(page).get_by_label("Part of the project", exact=True)
    for name in pages:
        resize(page, 360)
        part.select_option(name)
        if PAGES[name].is_drawn:
            shown = form(page).locator(".qi-result :is(figure, .qi-html > *, h3)").first
            expect(shown).to_be_attached(timeout=20_000)
        for summary in form(page).locator(".qi-record > summary").all()[:2]:
            summary.click()
        resize(page, width)
        assert axe_faults(page) == [], name
        assert fits(page), name
        sizes = (
            form(page)
            .locator("button, select, input:not([type=checkbox]), textarea, .qi-option, summary")
            .locator("visible=true")
            .evaluate_all("nodes => nodes.map(node => node.getBoundingClientRect().height)")
        )
        assert min(sizes) >= 43.5, name
    resize(page, 1280)


def test_it_works_in_jupyterlab_too(lesson: Lesson) -> None:
    page = run_in_jupyterlab(lesson)
    field(page, "Name of the project").fill("Eye clinic")
    field(page, "Notes").focus()
    expect(said(page)).to_contain_text("Saved ")
    page.keyboard.type("jjbb")  # commands on cells, anywhere else
    field(page, "Where?").focus()
    expect(form(page).locator(".qi-title")).to_have_text("Eye clinic")
    pressed(page, "Measures").click()
    pressed(page, "Add a measure").click()
    expect(field(page, "Name")).to_be_focused()
    assert on_disk(lesson)["about"] == {"name": "Eye clinic", "notes": "jjbb"}
