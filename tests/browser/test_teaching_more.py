"""Questions with rows, sentences to build and pictures to search, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bare_lesson import (
    Lesson,
    axe_faults,
    load_axe,
    part,
    press,
    resize,
    run_in_jupyterlab,
    status,
    tab_to,
)

pytestmark = pytest.mark.browser

CELLS = (
    """
    from qi_tools.teaching import Spot, build, match, predict, scene, show_html
    """,
    """
    match("t-plain", "Who does what?",
          {"meals": "Carries <b>meals</b>", "beds": "Makes the beds ready"},
          {"porter": "A porter", "nurse": "A nurse"})
    """,
    """
    match("t-order", "Put the steps in order.",
          {"do": "Try it with one patient", "plan": "Say what you think will happen, and who will "
           "count it on the ward next Tuesday", "study": "Hold what happened against your guess"},
          {"1": "First", "2": "Second", "3": "Third"},
          right={"plan": "1", "do": "2", "study": "3"},
          feedback={"plan": "A guess comes before the trial.", "do": "What must stand before it?",
                    "study": "You need something to compare.", "right": "Plan, do, study."})
    """,
    """
    build("t-aim", "Build an aim that anyone can check.",
          {"what": ("What will be better?", {
               "wait": "cut the wait for a porter from the ward to the X-ray room",
               "nice": "make things nicer"}),
           "much": ("How much?", {"half": "from 40 to 20 minutes", "lots": "a lot"}),
           "when": ("By when?", {"june": "by the end of June", "soon": "soon"})},
          right={"what": "wait", "much": {"half"}, "when": ["june"]},
          feedback={"what": {"wait": "Anyone can see it.", "nice": "Nicer for whom?"},
                    "much": {"half": "It can be counted.", "lots": "How would you know?"},
                    "when": {"june": "There is a day to look at it.", "soon": "Soon never comes."}},
          done="A stranger could check this aim.",
          sentence="We will {what} {much}, {when}.")
    """,
    """
    ROOM = '<svg viewBox="0 0 400 300"><rect width="400" height="300" fill="#dfe8ea"/>'
    ROOM += '<rect y="210" width="400" height="90" fill="#5d4a3a"/>'
    ROOM += '<rect x="40" y="90" width="90" height="130" fill="#17252b"/>'
    ROOM += '<circle cx="290" cy="160" r="60" fill="#ffffff"/></svg>'
    SPOTS = {
        "door": Spot(20, 50, "The door", "It slams, and patients wake."),
        "sign": Spot(34, 50, "The sign on the wall", "It is out of date."),
        "clock": Spot(72, 50, "The clock", "It is ten minutes slow."),
        "floor": Spot(72, 64, "The floor", "It is wet, and nothing says so."),
    }
    predict("t-guess", "How many do you think there are?", {"few": "A few", "many": "Many"},
            then=lambda made: scene("t-scene", "What could be better here?", ROOM, SPOTS))
    """,
    """
    show_html("<p>END OF PAGE</p>")
    """,
)

ORDER, AIM, SCENE = (
    "Put the steps in order.",
    "Build an aim that anyone can check.",
    "What could be",
)
DO, PLAN, STUDY = "Try it with one patient", "Say what you think", "Hold what happened"
CHECK = "Check my answer"


def pick(page: Page, question: str, label: str, option: str) -> None:
    """Choose in a list as a keyboard does: by the first letters of what is wanted."""
    field = part(page, question).get_by_label(label)
    tab_to(page, field)
    page.keyboard.type(option)
    assert field.evaluate("node => node.selectedOptions[0].text").startswith(option)


def check(page: Page, question: str, button: str = CHECK) -> None:
    press(page, part(page, question).get_by_role("button", name=button))


def said_about(page: Page, question: str, label: str) -> Locator:
    """What a screen reader adds to a list: the element that describes it."""
    field = part(page, question).get_by_label(label)
    return page.locator(f"#{field.get_attribute('aria-describedby')}")


def open_scene(page: Page) -> Locator:
    tab_to(page, part(page, "How many do you").get_by_role("radio").first)
    page.keyboard.press("Space")
    check(page, "How many do you", "Save my prediction")
    picture = page.get_by_role("group", name=SCENE)
    expect(picture).to_be_visible()
    return picture


def test_a_match_is_saved_restored_and_can_change(lesson: Lesson) -> None:
    page, question = lesson.open(), "Who does what?"
    for row in ("Carries", "Makes"):
        expect(part(page, question).get_by_label(row)).to_have_value("")
        expect(part(page, question).get_by_label(row).locator("option").first).to_have_text(
            "Choose…"
        )
    expect(part(page, question)).to_contain_text("Carries <b>meals</b>")
    pick(page, question, "Carries", "A porter")
    expect(status(page, question)).to_contain_text("Not saved yet")
    pick(page, question, "Makes", "A nurse")
    check(page, question, "Save my answer")
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-plain"]["value"] == ["beds=nurse", "meals=porter"]

    lesson.reload(page)
    expect(part(page, question).get_by_label("Carries")).to_have_value("porter")
    expect(part(page, question).get_by_label("Makes")).to_have_value("nurse")
    pick(page, question, "Makes", "A porter")
    check(page, question, "Save my answer")
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-plain"]["value"] == ["beds=porter", "meals=porter"]


def test_every_row_needs_an_answer(lesson: Lesson) -> None:
    page = lesson.open()
    pick(page, ORDER, DO, "Second")
    check(page, ORDER)
    expect(status(page, ORDER)).to_contain_text("Choose an answer in every row first.")
    expect(part(page, ORDER).get_by_label(PLAN)).to_be_focused()
    expect(said_about(page, ORDER, PLAN)).to_have_text("Choose one.")
    expect(said_about(page, ORDER, STUDY)).to_have_text("Choose one.")
    expect(said_about(page, ORDER, DO)).to_be_empty()
    assert lesson.answers == {}
    pick(page, ORDER, PLAN, "First")
    expect(said_about(page, ORDER, PLAN)).to_be_empty()


def test_each_row_is_marked_and_may_be_tried_again(lesson: Lesson) -> None:
    page = lesson.open()
    assert "A guess comes before the trial" not in page.content()
    for row, option in ((DO, "Second"), (PLAN, "Third"), (STUDY, "First")):
        pick(page, ORDER, row, option)
    check(page, ORDER)
    expect(status(page, ORDER)).to_contain_text("Not quite. Rows that are right: 1 of 3.")
    expect(said_about(page, ORDER, DO)).to_have_text("Right.")
    expect(said_about(page, ORDER, PLAN)).to_have_text("Not quite. A guess comes before the trial.")
    shapes = [said_about(page, ORDER, row).locator("svg").inner_html() for row in (DO, PLAN, STUDY)]
    assert shapes[0] != shapes[1] == shapes[2]
    assert "Plan, do, study." not in page.content()

    pick(page, ORDER, PLAN, "First")
    expect(said_about(page, ORDER, PLAN)).to_be_empty()  # what was said was about "Third"
    expect(said_about(page, ORDER, DO)).to_have_text("Right.")
    expect(status(page, ORDER)).to_contain_text("Not saved yet")
    pick(page, ORDER, STUDY, "Third")
    check(page, ORDER)
    expect(status(page, ORDER)).to_contain_text("Right. Plan, do, study.")
    lesson.reload(page)
    expect(status(page, ORDER)).to_contain_text("Right. Plan, do, study.")
    expect(said_about(page, ORDER, STUDY)).to_have_text("Right.")


@pytest.mark.parametrize(
    ("button", "kept", "word"),
    [("Keep my answer", "porter", "porter"), ("Keep the other answer", "nurse", "nurse")],
)
def test_two_tabs_lose_nothing(lesson: Lesson, button: str, kept: str, word: str) -> None:
    first, second, question = lesson.open(), lesson.open(), "Who does what?"
    for page, option in ((first, "A nurse"), (second, "A porter")):
        pick(page, question, "Carries", option)
        pick(page, question, "Makes", "A nurse")
        check(page, question, "Save my answer")
        words = "Saved at" if page is first else "You answered this in another tab too."
        expect(status(page, question)).to_contain_text(words)
    expect(status(second, question)).to_contain_text("“Carries <b>meals</b>: A nurse; Makes the")
    expect(part(second, question).get_by_label("Carries")).to_have_value("porter")
    press(second, part(second, question).get_by_role("button", name=button))
    expect(status(second, question)).to_contain_text("Saved at")
    expect(part(second, question).get_by_label("Carries")).to_have_value(kept)
    assert lesson.answers["t-plain"]["value"] == ["beds=nurse", f"meals={word}"]


def test_a_failed_save_keeps_the_rows(lesson: Lesson) -> None:
    page, question = lesson.open(), "Who does what?"
    obstacle = lesson.folder / "answers.json.lock"
    obstacle.mkdir()
    pick(page, question, "Carries", "A nurse")
    pick(page, question, "Makes", "A porter")
    check(page, question, "Save my answer")
    expect(status(page, question)).to_contain_text("Not saved.")
    expect(part(page, question).get_by_label("Carries")).to_have_value("nurse")
    obstacle.rmdir()
    check(page, question, "Try again")
    expect(status(page, question)).to_contain_text("Saved at")
    assert lesson.answers["t-plain"]["value"] == ["beds=porter", "meals=nurse"]


def test_a_sentence_grows_and_its_parts_are_judged(lesson: Lesson) -> None:
    page = lesson.open()
    sentence = part(page, AIM).locator(".qi-sentence [aria-live=polite]")
    expect(sentence.get_by_role("img", name="blank")).to_have_count(3)
    pick(page, AIM, "How much?", "a lot")
    expect(sentence).to_contain_text("We will  a lot, .")
    pick(page, AIM, "What will", "cut")
    pick(page, AIM, "By when?", "by the end")
    said = "We will cut the wait for a porter from the ward to the X-ray room a lot, by the end"
    expect(sentence).to_have_text(f"{said} of June.")
    expect(sentence.get_by_role("img")).to_have_count(0)
    assert lesson.answers == {}

    check(page, AIM)
    expect(status(page, AIM)).to_contain_text("Not there yet. Parts that are strong: 2 of 3.")
    expect(said_about(page, AIM, "How much?")).to_have_text("Weak. How would you know?")
    expect(said_about(page, AIM, "What will")).to_have_text("Strong. Anyone can see it.")
    pick(page, AIM, "How much?", "from")
    check(page, AIM)
    expect(status(page, AIM)).to_contain_text("Done. A stranger could check this aim.")
    lesson.reload(page)
    expect(sentence).to_contain_text("room from 40 to 20 minutes, by the end of June.")
    expect(said_about(page, AIM, "How much?")).to_have_text("Strong. It can be counted.")
    assert lesson.answers["t-aim"]["value"] == ["much=half", "what=wait", "when=june"]


def test_what_is_found_in_a_picture_is_told_counted_and_kept(lesson: Lesson) -> None:
    page = lesson.open()
    picture = open_scene(page)
    heard = picture.locator("[aria-live=polite]")
    expect(heard).to_have_text("You have found 0 of 4.")
    names = ["The door", "The sign on the wall", "The clock", "The floor"]
    buttons = picture.get_by_role("button")
    assert [node.get_attribute("aria-label") for node in buttons.element_handles()] == [
        f"{number}. {name}" for number, name in enumerate(names, start=1)
    ]
    assert "It is wet" not in picture.inner_text()

    for name in ("The floor", "The door"):
        button = picture.get_by_role("button", name=name)
        assert (button.get_attribute("aria-pressed"), button.locator("svg").count()) == ("false", 0)
        press(page, button)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button.locator("svg")).to_have_count(1)
        expect(button).to_be_focused()
    expect(heard).to_contain_text("You have found 2 of 4.")
    # In the order of the numbers on the picture, each with its own.
    items = heard.get_by_role("listitem")
    expect(items).to_have_text(
        ["The doorIt slams, and patients wake.", "The floorIt is wet, and nothing says so."]
    )
    assert [item.evaluate("node => node.value") for item in items.all()] == [1, 4]
    expect(picture).to_contain_text("Saved at")
    assert lesson.answers["t-scene"] | {"at": ""} == {
        "value": ["door", "floor"],
        "revision": 2,
        "at": "",
    }
    press(page, picture.get_by_role("button", name="The door"))  # nothing more to find there
    expect(heard).to_contain_text("You have found 2 of 4.")

    lesson.reload(page)
    picture = page.get_by_role("group", name=SCENE)
    expect(picture.locator("[aria-live=polite]")).to_contain_text("You have found 2 of 4.")
    expect(picture).to_contain_text("It is wet, and nothing says so.")
    floor = picture.get_by_role("button", name="The floor")
    expect(page.locator(f"#{floor.get_attribute('aria-describedby')}")).to_contain_text("It is wet")
    assert lesson.answers["t-scene"]["revision"] == 2


def test_two_tabs_keep_what_was_found_in_either(lesson: Lesson) -> None:
    first = lesson.open()
    one = open_scene(first)
    second = lesson.open()
    other = second.get_by_role("group", name=SCENE)
    press(first, one.get_by_role("button", name="The door"))
    expect(one).to_contain_text("Saved at")
    press(second, other.get_by_role("button", name="The clock"))
    expect(other).to_contain_text("You have found 2 of 4.")
    expect(other).to_contain_text("It slams, and patients wake.")
    assert lesson.answers["t-scene"]["value"] == ["clock", "door"]


def test_what_could_not_be_saved_stays_found_and_is_saved_later(lesson: Lesson) -> None:
    page = lesson.open()
    picture = open_scene(page)
    obstacle = lesson.folder / "answers.json.lock"
    expect(status(page, "How many do you")).to_contain_text("Saved at")
    obstacle.unlink(missing_ok=True)
    obstacle.mkdir()
    press(page, picture.get_by_role("button", name="The clock"))
    expect(picture.get_by_role("status")).to_contain_text("Not saved.")
    expect(picture).to_contain_text("It is ten minutes slow.")
    press(page, picture.get_by_role("button", name="Try again"))
    expect(picture).not_to_contain_text("Saving…")
    expect(picture.get_by_role("button", name="Try again")).to_be_focused()
    assert "t-scene" not in lesson.answers
    obstacle.rmdir()
    press(page, picture.get_by_role("button", name="Try again"))
    expect(picture).to_contain_text("Saved at")
    expect(picture.get_by_role("button", name="Try again")).to_have_count(0)
    assert page.evaluate("document.activeElement.className") == "qi-spot"
    assert lesson.answers["t-scene"]["value"] == ["clock"]


def test_a_stopped_course_is_said_in_words(lesson: Lesson) -> None:
    page = lesson.open()
    picture = open_scene(page)
    for kernel in lesson.site.ask("api/kernels"):
        lesson.site.ask(f"api/kernels/{kernel['id']}", "DELETE")
    press(page, picture.get_by_role("button", name="The clock"))
    expect(picture).to_contain_text("It is ten minutes slow.")
    expect(picture.get_by_role("status")).to_contain_text("is not replying", timeout=30_000)
    expect(picture.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.node
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault(lesson: Lesson, width: int, theme: str) -> None:
    page = lesson.open()
    load_axe(page, theme, width)
    picture = open_scene(page)
    assert axe_faults(page) == []
    press(page, picture.get_by_role("button", name="The clock"))
    expect(picture).to_contain_text("Saved at")
    check(page, "Who does what?", "Save my answer")  # with nothing chosen
    expect(said_about(page, "Who does what?", "Makes")).to_have_text("Choose one.")
    for row, option in ((DO, "Second"), (PLAN, "Third"), (STUDY, "First")):
        pick(page, ORDER, row, option)
    check(page, ORDER)
    expect(said_about(page, ORDER, PLAN)).to_contain_text("Not quite.")
    for label, option in (("How much?", "a lot"), ("What will", "cut"), ("By when?", "by the")):
        pick(page, AIM, label, option)
    check(page, AIM)
    expect(said_about(page, AIM, "How much?")).to_contain_text("Weak.")
    assert axe_faults(page) == []
    sizes = page.eval_on_selector_all(
        ".qi-part select, .qi-button", "nodes => nodes.map(n => n.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    assert right_of(page, ".qi-part, .qi-part select, .qi-spot, .qi-mark p, .qi-sentence") <= width


def right_of(page: Page, selector: str) -> float:
    return max(
        page.eval_on_selector_all(
            selector, "nodes => nodes.map(node => node.getBoundingClientRect().right)"
        )
    )


def test_on_a_phone_a_label_stands_above_its_list(lesson: Lesson) -> None:
    page = lesson.open()
    label = part(page, ORDER).get_by_text(PLAN)
    field = part(page, ORDER).get_by_label(PLAN)
    for width, is_above in ((360, True), (1280, False)):
        resize(page, width)
        above, below = label.bounding_box(), field.bounding_box()
        assert above is not None
        assert below is not None
        assert (above["y"] + above["height"] <= below["y"]) is is_above


@pytest.mark.parametrize("width", [300, 360, 1280])
def test_every_button_on_a_picture_can_be_pressed(lesson: Lesson, width: int) -> None:
    page = lesson.open()
    open_scene(page)
    resize(page, width)
    found: dict[str, Any] = page.evaluate(
        """() => {
            const spots = [...document.querySelectorAll(".qi-spot")];
            const middle = node => {
                node.scrollIntoView({block: "center"});
                const box = node.getBoundingClientRect();
                return {x: box.x + box.width / 2, y: box.y + box.height / 2, size: box.width};
            };
            // With its rim of 2 px, which no other button may cover.
            const gaps = spots.flatMap((one, at) => spots.slice(at + 1).map(other => {
                const [a, b] = [middle(one), middle(other)];
                const [c, d] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
                return Math.hypot(c.x - d.x, c.y - d.y) - a.size - 4;
            }));
            // Points 20 px away, where no neighbour is: a finger need not be exact.
            const [door] = spots;
            const {x, y} = middle(door);
            const near = [[-20, 0], [0, 20], [0, -20]].map(
                ([right, down]) => document.elementFromPoint(x + right, y + down) === door);
            const far = document.elementFromPoint(x - 30, y) === door;
            const own = spots.map(spot => {
                const {x, y, size} = middle(spot);
                return [[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]].every(([right, down]) =>
                    document.elementFromPoint(x + right * (size / 2 - 1), y + down * (size / 2 - 1))
                        === spot);
            });
            return {gap: Math.min(...gaps), near, far, own};
        }"""
    )
    assert found["gap"] >= -0.01
    assert found["near"] == [True, True, True]
    assert not found["far"]
    assert found["own"] == [True] * 4


def test_a_button_shows_on_any_picture(lesson: Lesson) -> None:
    """Its rims are as light and as dark as can be, so one of them differs from what is around."""
    page = lesson.open()
    picture = open_scene(page)
    press(page, picture.get_by_role("button", name="The clock"))
    dark, white = "rgb(23, 37, 43)", "rgb(255, 255, 255)"
    look = "node => [getComputedStyle(node).borderTopColor, getComputedStyle(node).boxShadow]"
    border, shadow = picture.get_by_role("button", name="The door").evaluate(look)
    assert (border, shadow.startswith(dark)) == (white, True)
    picture.get_by_role("button", name="The door").focus()  # the focus has rims of its own
    border, shadow = picture.get_by_role("button", name="The clock").evaluate(look)
    assert (border, shadow.startswith(white)) == (dark, True)
    page.keyboard.press("Tab")
    outline = picture.get_by_role("button", name="The sign").evaluate(
        "node => [getComputedStyle(node).outlineColor, getComputedStyle(node).boxShadow]"
    )
    assert outline[0] == white
    assert outline[1].startswith(dark)


def test_jupyterlab_leaves_the_keys_to_the_lists(lesson: Lesson) -> None:
    page = run_in_jupyterlab(lesson)
    cells = page.locator(".jp-Cell").count()
    field = part(page, ORDER).get_by_label(DO)
    field.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(field).to_have_value("1")
    page.keyboard.type("Second")  # S and D delete nothing here
    expect(field).to_have_value("2")
    assert page.locator(".jp-Cell").count() == cells
