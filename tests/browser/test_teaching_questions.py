"""Several answers, orders, numbers, checklists and charts to judge, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from qi_tools.answers import AnswerFile
from tests.browser.bare_lesson import (
    Lesson,
    axe_faults,
    load_axe,
    part,
    press,
    status,
    tab_to,
)

pytestmark = pytest.mark.browser

CELLS = (
    """
    from qi_tools import Measure, control_chart
    from qi_tools.teaching import checklist, number, order, read_chart, several, show_html
    """,
    """
    several("t-who", "Who should see the chart?",
            {"ward": "Those who do the work on the <b>ward</b>", "board": "The board alone",
             "patients": "The patients whom it is about", "none": "No one before the year ends"},
            right={"ward", "patients"},
            feedback={"ward": "They can act on it today.", "board": "It is far from the work.",
                      "patients": "They know what counts.", "none": "Then no one learns."})
    """,
    """
    order("t-order", "Put the steps in order.",
          {"do": "Try it with one patient", "plan": "Say what you think will happen, and who will "
           "count it on the ward next Tuesday", "study": "Hold what happened against your guess",
           "act": "Decide what to do next"},
          right=["plan", "do", "study", "act"],
          feedback={"plan": "A guess comes before the trial.", "do": "What must stand before it?",
                    "study": "You need something to compare.", "act": "On what grounds?",
                    "right": "Plan, do, study, act."})
    """,
    """
    number("t-median", "What is the median wait?", right=1200, tolerance=50, unit="minutes",
           low=0, high=2000, step=50,
           feedback={"right": "Half of the waits lie on either side.",
                     "low": "Count the dots below your line.",
                     "high": "Count the dots above your line."})
    """,
    """
    checklist("t-aim", "Write an aim for your ward.",
              {"much": "It says how much better", "when": "It says by when"},
              model="Halve the wait for a porter by the end of June.", rows=3)
    """,
    """
    VALUES = [12, 15, 11, 14, 16, 10, 13, 15, 12, 11, 14, 16, 13, 10, 15, 12, 14, 11, 16, 30]
    wait = Measure.from_columns(VALUES, name="Wait for a porter", unit="minutes", better="lower",
                                simulated=True)
    read_chart("t-chart", control_chart(wait, "i"))
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)

WHO, ORDER, MEDIAN = "Who should see", "Put the steps", "What is the median"
AIM, TICKS, CHART = "Write an aim", "Read your own text", "Common cause only, or"
PLAN, DO, STUDY, ACT = "Say what you think", "Try it", "Hold what", "Decide"
CHECK = "Check my answer"


def check(page: Page, question: str, button: str = CHECK) -> None:
    press(page, part(page, question).get_by_role("button", name=button, exact=True))


def tick(page: Page, question: str, label: str) -> None:
    tab_to(page, part(page, question).get_by_label(label))
    page.keyboard.press("Space")


def about(page: Page, target: Locator) -> Locator:
    """What a screen reader adds to a control: the element that describes it."""
    return page.locator(f"#{target.get_attribute('aria-describedby')}")


def things(page: Page) -> list[str]:
    return part(page, ORDER).locator(".qi-thing > span").all_inner_texts()


def mover(page: Page, way: str, thing: str) -> Locator:
    return part(page, ORDER).get_by_role("button", name=f"Move {way} {thing}")


def put_in_order(page: Page, *order: str) -> None:
    for place, wanted in enumerate(order):
        at = next(n for n, text in enumerate(things(page)) if text.startswith(wanted))
        for _ in range(at - place):
            press(page, mover(page, "up", wanted))


def judge(page: Page, verdict: str, *keys: str) -> None:
    """Choose a verdict by the arrow keys, as in any group of radio buttons, and then a place."""
    radio = part(page, CHART).get_by_role("radio", name=verdict)
    if not radio.is_checked():
        group = part(page, CHART).get_by_role("radio")
        checked = part(page, CHART).locator("input:checked")
        tab_to(page, checked if checked.count() else group.first)
        page.keyboard.press("Space")
        while not radio.is_checked():
            page.keyboard.press("ArrowDown")
    if keys:
        tab_to(page, part(page, CHART).get_by_label("Where does it show?"))
    for key in keys:
        page.keyboard.press(key)


def test_ticks_are_marked_in_their_places_and_may_change(lesson: Lesson) -> None:
    page = lesson.open()
    check(page, WHO)
    expect(status(page, WHO)).to_contain_text("Tick at least one of the answers first.")
    expect(part(page, WHO).get_by_role("checkbox").first).to_be_focused()
    expect(part(page, WHO)).to_contain_text("on the <b>ward</b>")
    assert "They can act" not in page.content()
    tick(page, WHO, "Those who do")
    tick(page, WHO, "The board alone")
    check(page, WHO)
    said = "Not quite. Ticked and right: 1 of 2. Ticked by mistake: 1."
    expect(status(page, WHO)).to_contain_text(said)
    boxes = part(page, WHO).get_by_role("checkbox").all()
    expect(about(page, boxes[0])).to_have_text("Right. They can act on it today.")
    expect(about(page, boxes[1])).to_have_text("Not this one. It is far from the work.")
    expect(about(page, boxes[2])).to_contain_text("Missed: this one belongs here too. They know")
    expect(about(page, boxes[3])).to_be_empty()
    assert "Then no one learns" not in page.content()
    shapes = [about(page, box).locator("svg").inner_html() for box in boxes[:3]]
    assert len({*shapes}) == 3
    assert lesson.answers["t-who"]["value"] == ["board", "ward"]

    tick(page, WHO, "The board alone")
    expect(about(page, boxes[1])).to_be_empty()  # it was about a tick
    expect(about(page, boxes[0])).not_to_be_empty()
    tick(page, WHO, "The patients")
    check(page, WHO)
    expect(status(page, WHO)).to_have_text("Right.")
    assert lesson.answers["t-who"]["value"] == ["patients", "ward"]


def test_things_move_by_buttons_and_the_first_out_of_place_is_explained(lesson: Lesson) -> None:
    page = lesson.open()
    first = things(page)
    assert len(first) == 4
    thing = first[2][:8]
    heard = part(page, ORDER).locator("[aria-live=polite]")
    for place in (2, 1):
        press(page, mover(page, "up", thing))
        expect(mover(page, "up", thing)).to_be_focused()
        expect(heard).to_have_text(f"{first[2]}: now {place} of 4.")
    assert things(page) == [first[2], first[0], first[1], first[3]]
    expect(mover(page, "up", thing)).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")  # at the top it goes no further
    expect(mover(page, "up", thing)).to_be_focused()
    press(page, mover(page, "down", thing))
    expect(mover(page, "down", thing)).to_be_focused()
    assert things(page) == [first[0], first[2], first[1], first[3]]
    expect(status(page, ORDER)).to_contain_text("Not saved yet")
    assert lesson.answers == {}

    put_in_order(page, PLAN, STUDY, DO, ACT)
    check(page, ORDER)
    told = "Not quite. In their places, counted from the top: 1 of 4."
    expect(status(page, ORDER)).to_contain_text(told)
    expect(about(page, mover(page, "up", STUDY))).to_have_text(
        "Not here. You need something to compare."
    )
    assert "What must stand before it?" not in page.content()
    assert lesson.answers["t-order"]["value"] == ["plan", "study", "do", "act"]
    press(page, mover(page, "down", STUDY))
    expect(about(page, mover(page, "up", STUDY))).to_be_empty()
    check(page, ORDER)
    expect(status(page, ORDER)).to_have_text("Right. Plan, do, study, act.")


def test_a_number_is_typed_or_slid_and_what_is_none_is_refused_in_words(lesson: Lesson) -> None:
    page = lesson.open()
    box = part(page, MEDIAN).get_by_label("Your answer, in minutes")
    slider = part(page, MEDIAN).get_by_label("Or move the slider")
    expect(box).to_have_value("")
    expect(slider).to_have_attribute("aria-valuetext", "nothing chosen yet")
    tab_to(page, box)
    page.keyboard.type("1,100")
    expect(slider).to_have_value("1100")
    expect(slider).to_have_attribute("aria-valuetext", "1,100 minutes")
    tab_to(page, slider)
    page.keyboard.press("ArrowRight")
    expect(box).to_have_value("1,150")
    expect(status(page, MEDIAN)).to_contain_text("Not saved yet")
    check(page, MEDIAN)
    expect(status(page, MEDIAN)).to_contain_text("Right. Half of the waits")
    assert lesson.answers["t-median"]["value"] == 1150

    for typed, said in (
        ("", "A number from 0 to 2,000."),
        ("45%", "“45%” is more than a number, or another unit. Type the number alone, in minutes."),
        ("2,001", "Type a number from 0 to 2,000."),
    ):
        tab_to(page, box)
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(typed)
        check(page, MEDIAN)
        expect(status(page, MEDIAN)).to_contain_text(said)
        expect(box).to_be_focused()
        expect(box).to_have_value(typed)
    assert lesson.answers["t-median"]["revision"] == 1
    box.press("Control+a")
    page.keyboard.type("1,000 minutes")
    page.keyboard.press("Enter")
    expect(status(page, MEDIAN)).to_contain_text("Too low. Count the dots below your line.")
    expect(box).to_have_value("1,000")


def test_a_checklist_opens_step_by_step(lesson: Lesson) -> None:
    page = lesson.open()
    model = page.get_by_text("Halve the wait for a porter")
    expect(part(page, TICKS)).to_have_count(0)
    tab_to(page, part(page, AIM).get_by_role("textbox"))
    page.keyboard.type("Shorter waits by June")
    check(page, AIM, "Save my answer")
    expect(status(page, AIM)).to_contain_text("Now hold it against the list below.")
    expect(part(page, TICKS)).to_be_visible()
    assert "Halve the wait" not in page.content()
    tick(page, TICKS, "It says by when")
    check(page, TICKS, "Save my ticks")
    expect(status(page, TICKS)).to_contain_text("A model answer is below.")
    expect(part(page, TICKS).get_by_role("button")).to_be_focused()
    expect(model).to_be_visible()
    assert lesson.answers["t-aim"]["value"] == "Shorter waits by June"
    assert lesson.answers["t-aim-checks"]["value"] == ["when"]


def test_a_chart_is_judged_and_then_shown_whole(lesson: Lesson) -> None:
    page = lesson.open()
    charts = page.get_by_role("img", name="I chart of Wait for a porter")
    expect(charts).to_have_count(1)
    assert "Signal" not in page.locator(".jp-Notebook, body").first.inner_text()
    expect(part(page, CHART).get_by_role("combobox")).to_have_count(0)
    check(page, CHART)
    expect(status(page, CHART)).to_contain_text("Choose one of the answers first.")
    judge(page, "A special cause too")
    where = part(page, CHART).get_by_label("Where does it show?")
    expect(where).to_be_visible()
    check(page, CHART)
    expect(status(page, CHART)).to_contain_text("Say where it shows, too.")
    expect(where).to_be_focused()
    assert lesson.answers == {}

    page.keyboard.press("ArrowDown")  # in the whole, where nothing shows
    check(page, CHART)
    expect(status(page, CHART)).to_contain_text("Not quite. There is a special cause, but it does")
    expect(charts).to_have_count(2)
    assert "Signal" in (charts.nth(1).get_attribute("aria-label") or "")
    assert "Signal" not in (charts.nth(0).get_attribute("aria-label") or "")
    judge(page, "A special cause too", "End")
    check(page, CHART)
    expect(status(page, CHART)).to_contain_text("Right. That is one place where it shows. Signal")
    assert lesson.answers["t-chart"]["value"] == ["verdict=special", "where=point-20"]
    judge(page, "Common cause only")
    expect(where).to_have_count(0)
    check(page, CHART)
    expect(status(page, CHART)).to_contain_text("Not quite. Signal")
    assert lesson.answers["t-chart"]["value"] == ["verdict=common"]


def test_answers_come_back_and_two_tabs_lose_nothing(lesson: Lesson) -> None:
    answers = AnswerFile(lesson.folder / "answers.json")
    for id, value in {
        "t-who": ("patients", "ward"),
        "t-order": ("plan", "study", "do", "act"),
        "t-median": 1150,
        "t-aim": "Shorter waits by June",
        "t-aim-checks": ("when",),
        "t-chart": ("verdict=special", "where=point-20"),
    }.items():
        answers.save(id, value)
    first = page = lesson.open()
    expect(part(page, WHO).get_by_label("The patients")).to_be_checked()
    expect(part(page, WHO).get_by_label("The board")).not_to_be_checked()
    expect(status(page, WHO)).to_have_text("Right.")
    assert [text[:6] for text in things(page)] == ["Say wh", "Hold w", "Try it", "Decide"]
    expect(about(page, mover(page, "up", STUDY))).to_contain_text("Not here.")
    expect(part(page, MEDIAN).get_by_label("Your answer")).to_have_value("1,150")
    expect(part(page, MEDIAN).get_by_label("Or move the slider")).to_have_value("1150")
    expect(part(page, AIM).get_by_role("textbox")).to_have_value("Shorter waits by June")
    expect(part(page, TICKS).get_by_label("It says by when")).to_be_checked()
    expect(page.get_by_text("Halve the wait for a porter")).to_be_visible()
    expect(part(page, CHART).get_by_label("Where does it show?")).to_have_value("point-20")
    expect(status(page, CHART)).to_contain_text("Right. That is one place")
    expect(page.get_by_role("img", name="I chart of Wait")).to_have_count(2)

    second = lesson.open()
    tick(first, WHO, "The board alone")
    put_in_order(first, PLAN, DO, STUDY, ACT)
    tick(second, WHO, "No one before")
    put_in_order(second, ACT, STUDY, DO, PLAN)
    for question, said, button in (
        (WHO, "Ticked by mistake: 1.", "Keep my answer"),
        (ORDER, "Plan, do, study, act.", "Keep the other answer"),
    ):
        check(first, question)
        expect(status(first, question)).to_contain_text(said)
        check(second, question)
        expect(status(second, question)).to_contain_text("You answered this in another tab too.")
        press(second, part(second, question).get_by_role("button", name=button))
        expect(part(second, question).get_by_role("button", name=button)).to_have_count(0)
    expect(part(second, WHO).get_by_label("No one before")).to_be_checked()
    expect(part(second, WHO).get_by_label("The board alone")).not_to_be_checked()
    assert things(second)[0].startswith(PLAN)
    assert lesson.answers["t-who"]["value"] == ["none", "patients", "ward"]
    assert lesson.answers["t-order"]["value"] == ["plan", "do", "study", "act"]


LOOKS = [(theme, width) for theme in ("light", "dark") for width in (360, 1280)]


@pytest.mark.node
def test_axe_finds_no_fault(lesson: Lesson) -> None:
    page = lesson.open()
    load_axe(page, *LOOKS[0])
    assert axe_faults(page) == []
    # What JupyterLab leaves the keys to (see the tests in JupyterLab itself, of other parts).
    kept, controls = "[data-lm-suppress-shortcuts]", "form :is(button, input, select, textarea)"
    assert page.locator(f"{controls}:not({kept})").count() == 0
    assert page.locator(f"{controls}{kept}").count() > 20
    tick(page, WHO, "Those who do")
    tick(page, WHO, "The board alone")
    put_in_order(page, PLAN, STUDY)
    tab_to(page, part(page, MEDIAN).get_by_label("Your answer"))
    page.keyboard.type("900")
    for question in (WHO, ORDER, MEDIAN):
        check(page, question)
    tab_to(page, part(page, AIM).get_by_role("textbox"))
    page.keyboard.type("Shorter waits")
    check(page, AIM, "Save my answer")
    tick(page, TICKS, "None of these")
    check(page, TICKS, "Save my ticks")
    judge(page, "A special cause too", "ArrowDown")
    check(page, CHART)
    for question, said in (
        (WHO, "Not quite."),
        (ORDER, "Not quite."),
        (MEDIAN, "Too low."),
        (TICKS, "A model answer"),
        (CHART, "Not quite."),
    ):
        expect(status(page, question)).to_contain_text(said)
    expect(page.get_by_role("img", name="I chart of Wait")).to_have_count(2)
    for theme, width in LOOKS:
        load_axe(page, theme, width)
        assert axe_faults(page) == []
        sizes = page.eval_on_selector_all(
            ".qi-part button, .qi-option, .qi-part select, input[type=range], .qi-typed",
            "nodes => nodes.map(node => node.getBoundingClientRect().height)",
        )
        assert min(sizes) >= 44
        right = page.eval_on_selector_all(
            ".qi-part, .qi-part fieldset *:not(option)",
            "nodes => nodes.map(node => node.getBoundingClientRect().right)",
        )
        assert max(right) <= width
