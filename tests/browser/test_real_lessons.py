"""Every lesson, gallery and assessment of the real course as a page: accessible, no network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder.release import build_release
from course.folders import COURSE, MODULES
from course.syllabus import Assessment, Module, load_syllabus
from qi_tools.answers import AnswerFile
from qi_tools.teaching.lab import EXPERIMENTS
from tests.browser.conftest import WIDTHS, fits
from tests.course_server import KEY, CourseServer, course_server, enrol

pytestmark = pytest.mark.browser
READY = "html[data-ready=yes]"
PATIENCE = 90_000  # a lesson's parts need a moment, and the machine may be busy
CHECKS = [each for each in load_syllabus().assessments if each.built]
BUILT = [module for module in load_syllabus().modules if module.built]
GUESS = "Save my prediction"
# Whether all that the guesses unlocked has been drawn.
UNLOCKED = """() => [...document.querySelectorAll(".widget-vbox")]
    .filter((box) => box.children[0]?.innerText.includes("You predicted:"))
    .every((box) => box.children.length > 1 &&
        [...box.children].every((part) => part.childElementCount > 0))"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseServer]:
    """One server with the real lessons and question papers."""
    lab = tmp_path_factory.mktemp("lab")
    with course_server(lab) as server:
        shutil.copytree(MODULES, lab / "modules", dirs_exist_ok=True)
        shutil.rmtree(lab / "release")
        build_release(COURSE / "source", lab / "release")
        server.opened().update()
        enrol(server.workspace, KEY)
        yield server


@pytest.fixture
def width() -> int:
    return WIDTHS[0]


def what_follows(module: Module) -> str:
    """Return where a lesson leads on to: within its dose, then to that dose's assessment."""
    check = next((each for each in CHECKS if each.dose == module.dose), None)
    if check and (module.optional or check.modules[-1] == module.id):
        return "Next: check what you learned"
    dose = [each for each in BUILT if each.dose == module.dose]
    following = dose[dose.index(module) + 1 :]
    if following:
        return f"Next lesson: {following[0].title}"
    return "Back to my course"


@pytest.mark.parametrize("module", BUILT, ids=lambda module: module.id)
def test_a_real_lesson_with_all_of_it_unlocked(
    page: Page, server: CourseServer, axe: Callable[[Page], None], module: Module
) -> None:
    page.goto(f"{server.url}voila/render/lessons/{module.notebook}")
    page.wait_for_selector(READY, timeout=PATIENCE)
    expect(page.locator("#here")).to_have_count(0)
    guesses = make_every_guess(page)
    assert guesses >= 1
    assert page.locator(".trouble").count() == 0
    expect(page.locator("main")).not_to_contain_text("could not be shown")
    onwards = page.locator(".onwards .button")
    expect(onwards).to_have_text(what_follows(module))
    page.locator("summary").last.click()  # the note for facilitators
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
    axe(page)
    assert out_of_reach(page) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_real_assessment_with_all_of_its_parts(
    page: Page, server: CourseServer, axe: Callable[[Page], None], check: Assessment
) -> None:
    page.goto(f"{server.course}assessment/{check.id}")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_selector(READY, timeout=PATIENCE)
    assert page.locator(".trouble").count() == 0
    expect(page.locator("main")).not_to_contain_text("did not load")
    boxes = page.get_by_role("textbox").count()
    assert boxes >= 3 * len(check.written)
    expect(page.get_by_role("heading", name=re.compile(r"^Question \d+ of"))).to_have_count(
        check.slots
    )
    folder = server.opened().attempts(check.id)[-1].folder
    answers = AnswerFile(folder / "answers.json")
    form = page.locator("form", has=page.get_by_role("radio")).first
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Save my answer").click()
    expect(form.locator("xpath=..")).to_contain_text("Saved")
    if check.written:
        box = page.get_by_role("textbox").last
        box.fill("What the line shows (simulated)")
        page.get_by_role("button", name="Save my answer").last.click()
        expect(page.locator("form", has=box).last.locator("xpath=..")).to_contain_text("Saved")
        assert "What the line shows (simulated)" in [each.value for each in answers.load().values()]
    assert len(answers.load()) == 1 + bool(check.written)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
    axe(page)


def test_a_lesson_is_skipped_by_keyboard_and_the_rest_is_said(
    page: Page, server: CourseServer, axe: Callable[[Page], None]
) -> None:
    workspace = server.opened()
    workspace.choose_group("middle_managers")
    module = load_syllabus().module("C3")
    diagnostic = workspace.diagnostic(module)
    assert diagnostic is not None
    page.goto(f"{server.course}diagnostic/{module.id}")
    axe(page)
    assert fits(page)
    for question in diagnostic.questions:
        page.locator(f"[id='{question.id}-{question.right}']").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="See how it went").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You know this already")
    axe(page)
    page.goto(server.course)
    needed = page.get_by_role("region", name="What you still need")
    expect(needed).to_contain_text("Senior leaders: lessons: 7 of 8 to take.")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
    axe(page)


@pytest.mark.parametrize("name", ["experiments", "teaching_parts", "data_to_learn_with"])
def test_a_page_to_look_things_up_in_with_all_of_it_unlocked(
    page: Page, server: CourseServer, axe: Callable[[Page], None], name: str
) -> None:
    page.goto(f"{server.url}voila/render/reference/{name}.ipynb")
    page.wait_for_selector(READY, timeout=PATIENCE)
    make_every_guess(page)
    labs = page.locator(".qi-lab")
    assert labs.count() == (len(EXPERIMENTS) if name == "experiments" else 0)
    for lab in labs.all():
        fill_in(lab)
        lab.locator("button[type=submit]").click()
        expect(lab.locator(".qi-result .qi-html, .qi-result .qi-made").first).to_be_visible()
        expect(lab.locator(".qi-remark:not(:empty)")).to_have_count(0)
    assert page.locator(".trouble").count() == 0
    expect(page.locator("main")).not_to_contain_text("could not be shown")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
        axe(page)


def fill_in(lab: Locator) -> None:
    """Type a number wherever a form is blank, and tick the first box where none is ticked."""
    for number in lab.locator("form input[type=number]").all():
        if not number.input_value():
            number.fill("5")
    for group in lab.locator("form fieldset").all():
        if group.is_visible() and not group.locator("input:checked").count():
            group.locator("input").first.check()


def make_every_guess(page: Page) -> int:
    """Save a guess wherever one is asked for, also in what a guess unlocked."""
    made = 0
    while (asked := page.get_by_role("button", name=GUESS, exact=True)).count():
        form = page.locator("form", has=asked).first
        if form.locator("input[type=number]").count():
            number = form.locator("input[type=number]")
            number.fill(number.get_attribute("min") or "10")
        else:
            form.get_by_role("radio").first.check()
        form.get_by_role("button", name=GUESS).click()
        made += 1
        assert made < 30
        expect(page.get_by_text("You predicted:")).to_have_count(made, timeout=PATIENCE)
        page.wait_for_function(UNLOCKED, timeout=PATIENCE)
    return made


def out_of_reach(page: Page) -> list[str]:
    """Walk the page with Tab; return what a person without a mouse would miss."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.evaluate("document.querySelector('.skip').focus()")
    for _ in range(400):
        page.keyboard.press("Tab")
        if not page.evaluate(
            """() => {
                const at = document.activeElement;
                if (at === document.body || at.dataset.reached) return false;
                const style = getComputedStyle(at);
                const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                at.dataset.reached = shows ? "yes" : "unseen";
                return true;
            }"""
        ):
            break
    missed: list[str] = page.evaluate(
        """() => {
            const all = "a[href], button, input, select, textarea, summary";
            const reached = (it) => it.dataset.reached === "yes" ||
                (it.type === "radio" && [...document.getElementsByName(it.name)].some(
                    (other) => other.dataset.reached === "yes"));
            return [...document.querySelectorAll(`main :is(${all})`)]
                .filter((it) => !it.disabled && it.checkVisibility() && !reached(it))
                .map((it) => `${it.dataset.reached || "missed"}: ${it.outerHTML.slice(0, 120)}`);
        }"""
    )
    return missed
