"""Every part of a lesson in a real browser: by keyboard alone, with the network shut."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_lesson import (
    Lesson,
    axe_faults,
    load_axe,
    part,
    press,
    run_in_jupyterlab,
    status,
    tab_to,
)

pytestmark = pytest.mark.browser

CELLS = (
    """
    from qi_tools.teaching import Frame, choice, predict, predict_number
    from qi_tools.teaching import show_html, stepper, written
    BAR = '<svg role="img" aria-label="A bar, {0} high" width="200" height="60">'
    BAR += '<rect y="{1}" width="60" height="{0}" fill="#0b5d57"/></svg>'
    frames = [Frame(BAR.format(h, 60 - h), f"{h} calls waited.") for h in (20, 45, 30)]
    """,
    """
    choice("t-choice", "Which would you try first?",
           {"rota": "A new rota", "script": "A shorter script", "ask": "<b>Ask</b> the callers"})
    """,
    """
    choice("t-check", "Is one bad week a signal?", {"yes": "Yes, it is", "no": "No, it is not"},
           right="no", feedback={"yes": "One week tells you little.", "no": "Look for a pattern."})
    """,
    """
    predict("t-predict", "What happens to the waits?", {"up": "They rise", "down": "They fall"},
            then=lambda made: [f"HAPPENED after {made}", stepper("Calls by week", frames)])
    """,
    """
    predict_number("t-number", "How long is a typical wait?", low=0, high=60, unit="minutes",
                   then=lambda made: show_html(f"<p>COUNTED {abs(made - 12):g} away</p>"))
    """,
    """
    written("t-written", "What will you try on Monday?")
    """,
    """
    show_html("<table><caption>Calls</caption><tr>" + "<th scope='col'>Week</th>" * 20
              + "</tr><tr>" + "<td>12345</td>" * 20 + "</tr></table><p>END OF PAGE</p>")
    """,
)


def choose(page: Page, question: str, option: str) -> None:
    """Choose with the arrow keys, from wherever the group's Tab stop is."""
    where = part(page, question)
    stop = where.locator("input:checked")
    tab_to(page, stop if stop.count() else where.get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(5):
        if where.get_by_label(option).is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow keys never reached {option}")


def save_choice(page: Page, question: str, option: str, button: str = "Save my answer") -> None:
    choose(page, question, option)
    press(page, part(page, question).get_by_role("button", name=button))


def test_an_answer_is_saved_restored_and_can_change(lesson: Lesson) -> None:
    page, question = lesson.open(), "Which would you try first?"
    choose(page, question, "A shorter script")
    expect(status(page, question)).to_contain_text("Not saved yet")
    assert lesson.answers == {}
    press(page, part(page, question).get_by_role("button", name="Save my answer"))
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-choice"]["value"] == "script"

    lesson.reload(page)
    expect(part(page, question).get_by_label("A shorter script")).to_be_checked()
    expect(status(page, question)).to_contain_text("Saved at")
    save_choice(page, question, "Ask")
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-choice"] | {"at": ""} == {"value": "ask", "revision": 2, "at": ""}
    # Text from a question is never read as HTML.
    expect(part(page, question)).to_contain_text("<b>Ask</b> the callers")


def test_a_blank_choice_is_asked_again(lesson: Lesson) -> None:
    page, question = lesson.open(), "Which would you try first?"
    press(page, part(page, question).get_by_role("button", name="Save my answer"))
    expect(status(page, question)).to_contain_text("Choose one of the answers first.")
    expect(part(page, question).get_by_role("radio").first).to_be_focused()
    assert lesson.answers == {}


def test_check_yourself_says_why_and_lets_you_try_again(lesson: Lesson) -> None:
    page, question = lesson.open(), "Is one bad week a signal?"
    assert "Look for a pattern" not in page.content()
    save_choice(page, question, "Yes, it is", "Check my answer")
    expect(status(page, question)).to_contain_text("Not quite. One week tells you little.")
    assert lesson.answers["t-check"]["value"] == "yes"
    save_choice(page, question, "No, it is not", "Check my answer")
    expect(status(page, question)).to_contain_text("Right. Look for a pattern.")
    expect(status(page, question).locator("svg")).to_have_count(1)
    lesson.reload(page)
    expect(status(page, question)).to_contain_text("Right. Look for a pattern.")


def test_what_happened_does_not_exist_before_the_prediction(lesson: Lesson) -> None:
    page, question = lesson.open(), "What happens to the waits?"
    choose(page, question, "They fall")
    assert "HAPPENED" not in page.content()
    assert "Calls by week" not in page.content()

    press(page, part(page, question).get_by_role("button", name="Save my prediction"))
    expect(page.get_by_text("HAPPENED after down")).to_be_visible()
    expect(part(page, question)).to_contain_text("You predicted: They fall")
    expect(status(page, question)).to_contain_text("Saved at")
    # The keyboard is where the form was, right above what happened.
    expect(page.get_by_role("group", name=question)).to_be_focused()
    expect(part(page, question).get_by_role("radio")).to_have_count(0)
    expect(part(page, question).get_by_role("button")).to_have_count(0)

    lesson.reload(page)
    expect(page.get_by_text("HAPPENED after down")).to_be_visible()
    expect(part(page, question)).to_contain_text("You predicted: They fall")
    expect(part(page, question).get_by_role("radio")).to_have_count(0)
    assert lesson.answers["t-predict"]["revision"] == 1


def test_a_second_tab_cannot_change_a_prediction(lesson: Lesson) -> None:
    first, second, question = lesson.open(), lesson.open(), "What happens to the waits?"
    save_choice(first, question, "They fall", "Save my prediction")
    expect(first.get_by_text("HAPPENED after down")).to_be_visible()
    save_choice(second, question, "They rise", "Save my prediction")
    expect(part(second, question)).to_contain_text("You predicted: They fall")
    expect(status(second, question)).to_contain_text("in another tab, so that one stands")
    expect(second.get_by_text("HAPPENED after down")).to_be_visible()
    assert lesson.answers["t-predict"]["value"] == "down"


def test_a_number_is_predicted_within_its_limits(lesson: Lesson) -> None:
    page, question = lesson.open(), "How long is a typical wait?"
    number = part(page, question).get_by_label("Your prediction, in minutes")
    tab_to(page, number)
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    expect(status(page, question)).to_contain_text("Type a number from 0 to 60.")
    expect(number).to_be_focused()
    assert "COUNTED" not in page.content()
    page.keyboard.press("Control+a")
    page.keyboard.type("7.5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("COUNTED 4.5 away")).to_be_visible()
    expect(part(page, question)).to_contain_text("You predicted: 7.5 minutes")
    assert lesson.answers["t-number"]["value"] == 7.5


def test_text_is_saved_on_leaving_the_box_and_can_be_taken_back(lesson: Lesson) -> None:
    page, question = lesson.open(), "What will you try on Monday?"
    box = page.get_by_label(question)
    tab_to(page, box)
    page.keyboard.type("Ring <script>alert(1)</script>")
    page.keyboard.press("Enter")
    page.keyboard.type("the callers “back”")
    page.keyboard.press("Shift+Tab")
    expect(status(page, question)).to_contain_text("Saved at")
    text = "Ring <script>alert(1)</script>\nthe callers “back”"
    assert lesson.answers["t-written"]["value"] == text

    lesson.reload(page)
    expect(page.get_by_label(question)).to_have_value(text)
    tab_to(page, page.get_by_label(question))
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    press(page, part(page, question).get_by_role("button", name="Save my answer"))
    expect(status(page, question)).to_contain_text("Your answer was removed")
    assert lesson.answers["t-written"]["value"] == ""


def test_a_story_goes_on_and_starts_again(lesson: Lesson) -> None:
    page = lesson.open()
    save_choice(page, "What happens to the waits?", "They rise", "Save my prediction")
    story = page.get_by_role("group", name="Calls by week")
    caption = story.get_by_role("status")
    expect(caption).to_have_text("1 of 3. 20 calls waited.")
    forward = story.get_by_role("button", name="Next week")
    for shown in ("2 of 3. 45 calls waited.", "3 of 3. 30 calls waited."):
        press(page, forward)
        expect(caption).to_have_text(shown)
    press(page, forward)  # the end: nothing more happens, and the focus stays
    expect(caption).to_have_text("3 of 3. 30 calls waited.")
    expect(forward).to_be_focused()
    press(page, story.get_by_role("button", name="Start again"))
    expect(caption).to_have_text("1 of 3. 20 calls waited.")
    expect(story.get_by_role("img")).to_have_attribute("aria-label", "A bar, 20 high")


@pytest.mark.parametrize(
    ("button", "kept"), [("Keep my answer", "ask"), ("Keep the other answer", "rota")]
)
def test_two_tabs_lose_nothing(lesson: Lesson, button: str, kept: str) -> None:
    first, second, question = lesson.open(), lesson.open(), "Which would you try first?"
    save_choice(first, question, "A new rota")
    expect(status(first, question)).to_contain_text("Saved at")
    save_choice(first, "Is one bad week a signal?", "No, it is not", "Check my answer")
    expect(status(first, "Is one bad week a signal?")).to_contain_text("Right.")

    save_choice(second, question, "Ask")
    expect(status(second, question)).to_contain_text("You answered this in another tab too.")
    expect(status(second, question)).to_contain_text("“A new rota”")
    expect(part(second, question).get_by_label("Ask")).to_be_checked()
    assert lesson.answers["t-choice"]["value"] == "rota"

    press(second, part(second, question).get_by_role("button", name=button))
    expect(status(second, question)).to_contain_text("Saved at")
    expect(part(second, question).get_by_role("button", name="Save my answer")).to_be_focused()
    assert lesson.answers["t-choice"]["value"] == kept
    assert part(second, question).locator("input:checked").get_attribute("value") == kept
    assert lesson.answers["t-check"]["value"] == "no"


def test_a_failed_save_keeps_the_answer_on_the_page(lesson: Lesson) -> None:
    page, question = lesson.open(), "Which would you try first?"
    obstacle = lesson.folder / "answers.json.lock"
    obstacle.mkdir()
    save_choice(page, question, "A new rota")
    expect(status(page, question)).to_contain_text("Not saved.")
    expect(status(page, question)).to_contain_text("Answers saved before are safe.")
    expect(part(page, question).get_by_label("A new rota")).to_be_checked()
    assert lesson.answers == {}
    obstacle.rmdir()
    press(page, part(page, question).get_by_role("button", name="Try again"))
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-choice"]["value"] == "rota"


def test_a_stopped_course_is_said_in_words(lesson: Lesson) -> None:
    page, question = lesson.open(), "What will you try on Monday?"
    for kernel in lesson.site.ask("api/kernels"):
        lesson.site.ask(f"api/kernels/{kernel['id']}", "DELETE")
    tab_to(page, page.get_by_label(question))
    page.keyboard.type("Many words")
    press(page, part(page, question).get_by_role("button", name="Save my answer"))
    expect(status(page, question)).to_contain_text("The course is not replying", timeout=30_000)
    expect(part(page, question).get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_label(question)).to_have_value("Many words")


def test_a_damaged_file_is_kept_and_the_learner_told(lesson: Lesson) -> None:
    (lesson.folder / "answers.json").write_text('{"schema": 1, "answ', encoding="utf-8")
    page, question = lesson.open(), "Which would you try first?"
    expect(status(page, question)).to_contain_text("Nothing is deleted")
    save_choice(page, question, "A new rota")
    expect(status(page, question)).to_contain_text("They are kept as answers.damaged-")
    (kept,) = lesson.folder.glob("answers.damaged-*.json")
    assert kept.read_text(encoding="utf-8") == '{"schema": 1, "answ'
    assert lesson.answers["t-choice"]["value"] == "rota"


@pytest.mark.node
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault(lesson: Lesson, width: int, theme: str) -> None:
    page = lesson.open()
    load_axe(page, theme, width)
    assert axe_faults(page) == []
    save_choice(page, "Which would you try first?", "A new rota")
    expect(status(page, "Which would you try first?")).to_contain_text("Saved at")
    save_choice(page, "Is one bad week a signal?", "Yes, it is", "Check my answer")
    expect(status(page, "Is one bad week a signal?")).to_contain_text("Not quite.")
    save_choice(page, "What happens to the waits?", "They rise", "Save my prediction")
    expect(page.get_by_text("HAPPENED after up")).to_be_visible()
    press(page, part(page, "How long").get_by_role("button", name="Save my prediction"))
    expect(status(page, "How long")).to_contain_text("A number from 0 to 60.")
    assert axe_faults(page) == []
    sizes = page.eval_on_selector_all(
        ".qi-part button, .qi-option, .qi-part input[type=number], .qi-part textarea",
        "nodes => nodes.map(node => node.getBoundingClientRect().height)",
    )
    assert min(sizes) >= 44
    assert (
        page.evaluate(
            "Math.max(...[...document.querySelectorAll('.qi-part')]"
            ".map(node => node.getBoundingClientRect().right))"
        )
        <= width
    )


def test_jupyterlab_leaves_the_keys_to_the_parts(lesson: Lesson) -> None:
    page, question = run_in_jupyterlab(lesson), "Which would you try first?"
    cells = page.locator(".jp-Cell").count()
    part(page, question).get_by_role("radio").first.focus()
    for key in ("Space", "ArrowDown", "b", "d", "d"):
        page.keyboard.press(key)
    expect(part(page, question).get_by_label("A shorter script")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status(page, question)).to_contain_text("Saved at")
    assert page.locator(".jp-Cell").count() == cells
    assert lesson.answers["t-choice"]["value"] == "script"

    part(page, "What happens to the waits?").get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("HAPPENED after up")).to_be_visible()
    page.close()
    again = run_in_jupyterlab(lesson)
    expect(part(again, "What happens to the waits?")).to_contain_text("You predicted: They rise")
    expect(part(again, "What happens to the waits?").get_by_role("radio")).to_have_count(0)
