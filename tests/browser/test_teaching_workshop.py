"""What is behind a button, timers, polls, branching stories and trees of measures, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

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
    from qi_tools.teaching import *
    """,
    """
    reveal("A hint for you", "Count the <b>days</b>.", show_html("<table><td>7</td></table>"),
           predict("t-guess", "More or fewer?", {"more": "More", "fewer": "Fewer"},
                   then=lambda made: f"HAPPENED {made}"))
    """,
    """
    timer("The whole workshop", 9, steps=[("Brief", 5), ("Predict", 3), ("Commit", 1)])
    """,
    """
    timer("Silence to write", 12)
    """,
    """
    poll("t-poll", "What will happen to the red beads next round?",
         {"more": "More of them", "same": "About the same, give or take what chance does",
          "fewer": "Fewer of them"})
    """,
    """
    branching("t-story", "The sponsor's review", "review", {
        "review": Moment("The team scores 1.5. It has no data yet.", {
            "ask": Choice("Ask what stands in its way", "told", "They name the data team."),
            "push": Choice("Set a stricter target", "silent", "They nod and look down.")}),
        "told": Moment("The data team asks for a request from you.", {
            "sign": Choice("Sign it today", "data", "It takes two minutes."),
            "wait": Choice("Put it on the agenda", "review", "A month goes by.")}),
        "silent": Moment("A month on, nothing has moved.", lesson="A target is not a method."),
        "data": Moment("The first chart arrives in a week.", lesson="You removed an obstacle."),
    })
    """,
    """
    measure_tree("t-tree", "Where does each measure belong?",
        {"falls": "Falls with harm for 1,000 bed days", "checks": "Patients with a falls check on "
         "the day they come in", "restraint": "Patients kept in bed against their wish"},
        aims={"safe": "Fewer of our patients come to harm"},
        right={"falls": Place("outcome", "safe"), "checks": Place("process", "falls"),
               "restraint": Place("balancing", "safe")},
        feedback={"falls": "It is what matters to patients.", "checks": "It is what staff do.",
                  "restraint": "It shows what else may change.", "right": "From board to ward."})
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)

HANDS, TREE = "What will happen to the red beads", "Where does each measure belong?"
WHOLE, WRITE, STORY = "The whole workshop", "Silence to write", "The sponsor's review"
FALLS, CHECKS, RESTRAINT = "Falls with harm", "Patients with a falls check", "Patients kept in bed"


PRESSED = "select, .qi-button, .qi-part summary, .qi-part input[type=number], .qi-option"


def face(page: Page, title: str) -> Locator:
    return part(page, title).get_by_role("timer")


def button(page: Page, title: str, name: str) -> Locator:
    return part(page, title).get_by_role("button", name=name, exact=True)


def more(page: Page, option: str, times: int) -> None:
    tab_to(page, part(page, HANDS).get_by_role("button", name=f"One more: {option}"))
    for _ in range(times):
        page.keyboard.press("Enter")


def choose(page: Page, words: str) -> None:
    press(page, button(page, STORY, words))


def moment(page: Page) -> Locator:
    return part(page, STORY).locator(".qi-moment")


def pick(page: Page, measure: str, label: str, option: str) -> None:
    """Choose in a list as a keyboard does: by the first letters of what is wanted."""
    field = part(page, TREE).get_by_role("group", name=measure).get_by_label(label)
    tab_to(page, field)
    page.keyboard.type(option)
    assert field.evaluate("node => node.selectedOptions[0].text").startswith(option)


def place(page: Page, measure: str, kind: str, feeds: str) -> None:
    pick(page, measure, "Kind of measure", kind)
    pick(page, measure, "What it feeds", feeds)


def test_what_is_behind_a_button_is_shown_on_pressing_it(lesson: Lesson) -> None:
    page = lesson.open()
    hint = page.locator(".qi-reveal")
    expect(hint.get_by_text("Count the <b>days</b>.")).to_be_hidden()
    press(page, hint.locator("summary"))
    expect(hint.get_by_text("Count the <b>days</b>.")).to_be_visible()
    expect(hint.get_by_role("cell", name="7")).to_be_visible()
    # What is behind it works as it would anywhere.
    tab_to(page, hint.get_by_role("radio").first)
    page.keyboard.press("Space")
    press(page, hint.get_by_role("button", name="Save my prediction"))
    expect(hint.get_by_text("HAPPENED more")).to_be_visible()
    hint.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(hint.get_by_text("HAPPENED more")).to_be_hidden()


def test_a_timer_follows_the_clock_and_its_minutes_can_be_changed(lesson: Lesson) -> None:
    lesson.context.clock.install()
    page = lesson.open()
    said = status(page, WHOLE)
    expect(face(page, WHOLE)).to_have_text("5:00")
    press(page, button(page, WHOLE, "Start"))
    expect(said).to_have_text("Started. Brief: 5 minutes left.")
    page.clock.run_for(61_000)
    expect(face(page, WHOLE)).to_have_text("3:59")
    expect(said).to_have_text("Started. Brief: 5 minutes left.")  # not each second
    page.clock.run_for(120_000)
    expect(said).to_have_text("Brief: 2 minutes left.")

    press(page, button(page, WHOLE, "Pause"))
    expect(said).to_have_text("Paused. Brief: 2 minutes left.")
    page.clock.run_for(600_000)
    expect(face(page, WHOLE)).to_have_text("1:59")
    press(page, button(page, WHOLE, "Go on"))
    # The computer sleeps over the end of a step: its ticks are lost, the time is not.
    page.clock.fast_forward(150_000)
    expect(face(page, WHOLE)).to_have_text("2:29")
    expect(part(page, WHOLE)).to_contain_text("Step 2 of 3: Predict")
    expect(part(page, WHOLE)).to_contain_text("Next: Commit, 1 minute.")
    press(page, button(page, WHOLE, "Next step"))
    expect(said).to_have_text("On to the next step. Commit: 1 minute left.")
    page.clock.run_for(31_000)
    expect(said).to_have_text("Commit: 30 seconds left.")
    page.clock.fast_forward(3_600_000)
    expect(said).to_have_text("Time is up.")
    expect(face(page, WHOLE)).to_have_text("0:00")
    expect(part(page, WHOLE).locator(".qi-timer-step")).to_have_text("Time is up")

    press(page, button(page, WHOLE, "Set back to the start"))
    expect(face(page, WHOLE)).to_have_text("5:00")
    expect(said).to_have_text("Set back to the start.")
    assert lesson.answers == {}

    # The minutes can be changed while it runs.
    box = part(page, WRITE).get_by_label("Minutes")
    expect(box).to_have_value("12")
    press(page, button(page, WRITE, "Start"))
    page.clock.run_for(60_000)
    expect(face(page, WRITE)).to_have_text("11:00")
    for typed, left, is_refused in (("20", "19:00", False), ("0", "19:00", True)):
        tab_to(page, box)
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(face(page, WRITE)).to_have_text(left)
        said = part(page, WRITE).get_by_role("alert")
        assert ("Type minutes" in said.inner_text()) is is_refused
    expect(box).to_have_value("0")  # what was refused stays, to be mended
    page.keyboard.press("Control+a")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.clock.run_for(300)
    expect(part(page, WRITE)).to_contain_text("Time is up")  # a minute was used already
    expect(part(page, WRITE).get_by_role("checkbox")).not_to_be_checked()


def test_hands_are_counted_and_two_tabs_lose_no_count(lesson: Lesson) -> None:
    page = lesson.open()
    box = part(page, HANDS).get_by_label("More of them", exact=True)
    more(page, "More of them", 3)
    said = part(page, HANDS).locator("[aria-live=polite]")
    expect(said).to_have_text("More of them: 3. Total: 3.")
    more(page, "Fewer of them", 1)
    expect(part(page, HANDS)).to_contain_text("3 of 4 (75%)")
    press(page, part(page, HANDS).get_by_role("button", name="One fewer: About the same"))
    expect(part(page, HANDS)).to_contain_text("0 of 4 (0%)")  # never fewer than none
    expect(status(page, HANDS)).to_contain_text("Not saved yet")
    tab_to(page, box)
    page.keyboard.press("ArrowDown")
    expect(part(page, HANDS)).to_contain_text("2 of 3 (67%)")
    press(page, button(page, HANDS, "Save the count"))
    expect(status(page, HANDS)).to_contain_text("Saved at")
    assert lesson.answers["t-poll"]["value"] == ["fewer=1", "more=2", "same=0"]
    press(page, part(page, HANDS).locator("summary"))
    expect(part(page, HANDS).get_by_role("row", name="More of them 2 67%")).to_be_visible()
    tab_to(page, box)
    page.keyboard.type("5000")
    press(page, button(page, HANDS, "Save the count"))
    expect(status(page, HANDS)).to_contain_text("a whole number from 0 to 999")
    assert lesson.answers["t-poll"]["revision"] == 1

    other = lesson.open()
    expect(part(other, HANDS).get_by_label("More of them", exact=True)).to_have_value("2")
    more(other, "More of them", 1)
    press(other, button(other, HANDS, "Save the count"))
    expect(status(other, HANDS)).to_contain_text("Saved at")
    for name, kept in (("Keep my answer", "more=7"), ("Keep the other answer", "more=8")):
        tab_to(page, box)
        page.keyboard.press("Control+a")
        page.keyboard.type("7")
        press(page, button(page, HANDS, "Save the count"))
        expect(status(page, HANDS)).to_contain_text("You answered this in another tab too.")
        expect(box).to_have_value("7")
        press(page, button(page, HANDS, name))
        expect(status(page, HANDS)).to_contain_text("Saved at")
        expect(button(page, HANDS, "Save the count")).to_be_focused()
        assert kept in lesson.answers["t-poll"]["value"]
        if name == "Keep my answer":  # and now the other tab is the quicker one once more
            more(other, "More of them", 5)
            press(other, button(other, HANDS, "Save the count"))
            press(other, button(other, HANDS, "Keep my answer"))
            expect(status(other, HANDS)).to_contain_text("Saved at")
    expect(box).to_have_value("8")


def test_a_story_branches_and_two_tabs_lose_no_path(lesson: Lesson) -> None:
    page = lesson.open()
    secrets = ("The data team asks", "nothing has moved", "A target is not", "They name the data")
    assert not any(words in page.content() for words in secrets)
    expect(moment(page)).to_contain_text("The team scores 1.5")
    choose(page, "Set a stricter target")
    expect(moment(page)).to_be_focused()
    expect(moment(page)).to_contain_text("This path ends here. A target is not a method.")
    expect(part(page, STORY).get_by_role("listitem")).to_contain_text(
        ["You chose: Set a stricter target"]
    )
    expect(status(page, STORY)).to_contain_text("Saved at")
    assert lesson.answers["t-story"]["value"] == ["review=push"]
    choose(page, "Go back one step")
    expect(moment(page)).to_contain_text("The team scores 1.5")
    choose(page, "Ask what stands in its way")
    expect(moment(page)).to_contain_text("They name the data team.")
    expect(status(page, STORY)).to_contain_text("Saved at")
    # The whole path is still the answer; the new one so far is kept behind it.
    assert lesson.answers["t-story"]["value"] == ["review=push", "review=ask"]

    other = lesson.open()
    expect(moment(other)).to_contain_text("The data team asks for a request")
    assert "You removed an obstacle" not in other.content()
    choose(other, "Sign it today")
    expect(moment(other)).to_contain_text("You removed an obstacle.")
    expect(part(other, STORY).get_by_role("listitem")).to_have_count(2)
    expect(status(other, STORY)).to_contain_text("Saved at")
    assert lesson.answers["t-story"]["value"] == ["review=ask", "told=sign"]
    choose(page, "Put it on the agenda")
    expect(status(page, STORY)).to_contain_text("You answered this in another tab too.")
    expect(status(page, STORY)).to_contain_text("“Ask what stands in its way → Sign it today”")
    expect(moment(page)).to_contain_text("A month goes by.")
    choose(page, "Keep the other answer")
    expect(moment(page)).to_contain_text("You removed an obstacle.")

    # What cannot be saved stops no story, and is saved later.
    obstacle = lesson.folder / "answers.json.lock"
    obstacle.unlink(missing_ok=True)
    obstacle.mkdir()
    choose(page, "Start again")
    expect(moment(page)).to_contain_text("The team scores 1.5")
    expect(button(page, STORY, "Start again")).to_have_attribute("aria-disabled", "true")
    choose(page, "Set a stricter target")
    expect(moment(page)).to_contain_text("nothing has moved")
    expect(status(page, STORY)).to_contain_text("Not saved.")
    obstacle.rmdir()
    choose(page, "Try again")
    expect(status(page, STORY)).to_contain_text("Saved at")
    assert lesson.answers["t-story"]["value"] == ["review=push"]


def test_a_tree_grows_is_judged_and_is_restored(lesson: Lesson) -> None:
    page = lesson.open()
    tree = part(page, TREE).locator(".qi-tree")
    expect(tree).to_contain_text("0 of 3 measures are in the tree.")
    press(page, button(page, TREE, "Check my tree"))
    expect(status(page, TREE)).to_contain_text("Choose the kind of each measure")
    group = part(page, TREE).get_by_role("group", name=FALLS)
    expect(group.get_by_label("Kind of measure")).to_be_focused()
    expect(group).to_contain_text("Choose both.")

    place(page, FALLS, "Process", "Patients with")
    place(page, CHECKS, "Process", "Falls with")
    place(page, RESTRAINT, "Balancing", "Fewer of")
    expect(tree).to_contain_text("1 of 3 measures are in the tree.")
    expect(tree).to_contain_text("which does not lead to an aim")
    press(page, button(page, TREE, "Check my tree"))
    expect(status(page, TREE)).to_contain_text("feed one another in a circle")
    assert lesson.answers == {}

    pick(page, FALLS, "What it feeds", "Fewer of")
    expect(tree).to_contain_text("3 of 3 measures are in the tree.")
    expect(tree.locator("ul ul ul > li")).to_contain_text([CHECKS])
    shapes = [svg.inner_html() for svg in tree.locator("svg").all()]
    assert len(shapes) == 4
    assert len({*shapes}) == 3  # aim, process twice, balancing
    press(page, button(page, TREE, "Check my tree"))
    expect(status(page, TREE)).to_contain_text("Not quite. Measures that are right: 2 of 3.")
    expect(group).to_contain_text("What it feeds is right; its kind is not. It is what matters")
    assert "From board to ward." not in page.content()
    pick(page, FALLS, "Kind of measure", "Outcome")
    expect(group.locator(".qi-mark")).to_be_empty()
    press(page, button(page, TREE, "Check my tree"))
    expect(status(page, TREE)).to_contain_text("Right. From board to ward.")
    again = lesson.open()
    expect(status(again, TREE)).to_contain_text("Right. From board to ward.")
    expect(part(again, TREE)).to_contain_text("3 of 3 measures are in the tree.")
    assert lesson.answers["t-tree"]["value"] == [
        "checks=falls",
        "checks-kind=process",
        "falls=safe",
        "falls-kind=outcome",
        "restraint=safe",
        "restraint-kind=balancing",
    ]


@pytest.mark.node
def test_axe_finds_no_fault(lesson: Lesson) -> None:
    page = lesson.open()
    load_axe(page, "light", 360)
    assert axe_faults(page) == []
    press(page, page.locator(".qi-reveal summary"))
    press(page, button(page, WHOLE, "Start"))
    more(page, "More of them", 3)
    press(page, button(page, HANDS, "Save the count"))
    press(page, part(page, HANDS).locator("summary"))
    choose(page, "Ask what stands in its way")
    expect(moment(page)).to_contain_text("The data team asks")
    place(page, FALLS, "Process", "Fewer of")
    place(page, CHECKS, "Process", "Falls with")
    place(page, RESTRAINT, "Balancing", "Fewer of")
    press(page, button(page, TREE, "Check my tree"))
    expect(status(page, TREE)).to_contain_text("Not quite.")
    for theme in ("light", "dark"):
        for width in (360, 1280):
            load_axe(page, theme, width)
            assert axe_faults(page) == []
            assert min(edges(page, PRESSED, "height")) >= 44
            assert max(edges(page, ".qi-part, .qi-part *", "right")) <= width


def edges(page: Page, selector: str, side: str) -> list[float]:
    found: list[float] = page.locator(selector).evaluate_all(
        "(nodes, side) => nodes.map(node => node.getBoundingClientRect()[side])", side
    )
    return found


def test_jupyterlab_shows_the_same_and_leaves_the_keys_alone(lesson: Lesson) -> None:
    page = run_in_jupyterlab(lesson)
    cells = page.locator(".jp-Cell").count()
    summary = page.locator(".qi-reveal summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".qi-reveal").get_by_role("cell", name="7")).to_be_visible()
    choose_it = button(page, STORY, "Ask what stands in its way")
    choose_it.focus()
    page.keyboard.press("Enter")
    expect(moment(page)).to_be_focused()
    page.keyboard.type("dd")  # which deletes a cell where a cell has the focus
    assert page.locator(".jp-Cell").count() == cells
