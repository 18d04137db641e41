import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw import output, paper
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area
from qi_tools.improvement.forces import SIDES, force_field
from qi_tools.improvement.project_reading import read_project
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram, check_signs, squeezed
from tests.qi_tools.draw.sheets import all_words, said, texts

letters = st.sampled_from("abc mW.é")
forces = st.fixed_dictionaries(
    {},
    optional={
        "words": st.text(letters, max_size=100),
        "side": st.sampled_from([*SIDES]),
        "strength": st.integers(1, 5),
        "action": st.text(letters, max_size=200),
    },
)
CHANGE = "Every patient gets a text message two days before the visit"


def shown(made, change=CHANGE):
    records = [{"id": f"f{number}", **each} for number, each in enumerate(made)]
    return force_field(read_project({"forces": records, "change": {"change": change}}))


def laid(diagram, room=WIDE, theme=LIGHT):
    return lay_out(output.picture(diagram, theme), room).sheet


def force(words, side="for", strength=3):
    return {"words": words, "side": side, "strength": strength}


def check(diagram):
    check_diagram(diagram)
    for sheet in (laid(diagram), laid(diagram, NARROW), laid(diagram, 1500.0)):
        check_signs(sheet, "Arrow", "Rail")
        written = squeezed("".join(texts(sheet)))
        for side in diagram.sides:
            assert all(squeezed(note) in written for each in side.forces for note in each.notes)


def arrows(sheet):
    """The places of the arrows, from the top down, each from tail to tip: of those to the right."""
    found = [thing for thing in sheet.things if isinstance(thing, Area) and thing.name == "Arrow"]
    found.sort(key=lambda arrow: arrow.places[:, 1].mean())
    return [(arrow.places[0][0], arrow.places[3][0], np.ptp(arrow.places[:, 1])) for arrow in found]


def place_of(sheet, text):
    return next((each.x, each.y) for each in all_words(sheet) if each.text == text)


@settings(max_examples=25)
@given(st.lists(forces, max_size=12), st.text(letters, max_size=200))
def test_any_force_field_is_legible_on_a_screen_a_phone_and_paper(made, change):
    check(shown(made, change))


@pytest.mark.parametrize("count", [1, 5, 60])
def test_any_number_of_the_longest_words_is_legible(count):
    longest = "Something that the whole team has known and has talked about for a long time " * 3
    sides = ["for", "against", ""]
    check(
        shown(
            (
                {**force(longest[:100], sides[number % 3], 1 + number % 5), "action": longest[:200]}
                for number in range(count)
            ),
            longest[:200],
        )
    )


def test_three_hundred_forces_are_legible():
    sheet = laid(shown(force(f"Force {number}", [*SIDES][number % 2]) for number in range(300)))
    assert len(boxes(sheet)) == 301


def test_what_drives_stands_at_the_left_and_what_holds_back_at_the_right_of_the_change():
    sheet = laid(shown([force("Texts work"), force("Clerks fear calls", "against")]))
    left, right = place_of(sheet, "Texts work"), place_of(sheet, "Clerks fear calls")
    middle = place_of(sheet, "Every patient")
    assert left[0] < middle[0] < right[0]
    (rightwards_tail, tip, _), (leftwards_tail, other_tip, _) = sorted(arrows(sheet))
    assert left[0] < rightwards_tail < tip < middle[0] < other_tip < leftwards_tail < right[0]
    assert place_of(sheet, "Drives the change")[0] < place_of(sheet, "Holds it back")[0]


@pytest.mark.parametrize("room", [NARROW, WIDE, 1500.0])
@pytest.mark.parametrize("side", [*SIDES])
def test_an_arrow_is_as_long_as_its_force_is_strong(room, side):
    sheet = laid(shown(force("a", side, strength) for strength in range(1, 6)), room)
    lengths = [abs(tip - tail) for tail, tip, _ in arrows(sheet)]
    assert np.allclose(lengths, lengths[-1] * np.array([5, 4, 3, 2, 1]))
    thick = [height for _, _, height in arrows(sheet)]
    assert thick == sorted(thick, reverse=True)
    assert len({tip for _, tip, _ in arrows(sheet)}) == 1
    numbers = [text for text in texts(sheet) if text in "12345"]
    assert numbers == ["5", "4", "3", "2", "1"]


def test_a_force_that_nobody_has_judged_has_a_question_mark_and_no_arrow():
    sheet = laid(shown([{"words": "Habit", "side": "against"}]))
    assert "?" in texts(sheet)
    assert arrows(sheet) == []


def test_a_force_of_which_nobody_said_which_way_it_pulls_stands_below():
    sheet = laid(shown([force("Texts work"), force("Winter", "", 2)]))
    assert place_of(sheet, "Which way does it pull?")[1] > place_of(sheet, "Texts work")[1]
    assert place_of(sheet, "Winter")[1] > place_of(sheet, "Which way does it pull?")[1]
    assert "Strength: 2" in texts(sheet)
    assert len(arrows(sheet)) == 1


def test_on_a_phone_one_list_stands_below_the_other():
    sheet = laid(shown([force("Texts work"), force("Clerks fear calls", "against")]), NARROW)
    order = ["Drives the change", "Texts work", "Holds it back", "Clerks fear calls"]
    heights = [place_of(sheet, text)[1] for text in order]
    assert heights == sorted(heights)
    (tail, tip, _), (other_tail, other_tip, _) = arrows(sheet)
    assert tail < tip
    assert other_tip < other_tail


def test_counts_are_said_and_no_sum():
    written = said(laid(shown([force("a"), force("b"), force("c", "against", 4)])))
    assert "2 forces" in written
    assert "1 force" in written
    assert "Judgements are not added up." in written


def test_each_page_has_the_change_and_both_sides():
    drawn = shown(force(f"Force {number}", [*SIDES][number % 2]) for number in range(120))
    pages = paper.pages(drawn, paper.A4, LIGHT)
    assert len(pages) > 1
    for page in pages:
        written = said(page)
        assert "Drives the change" in written
        assert "Holds it back" in written
        assert "of 60 forces" in written
        assert squeezed("Every patient") in squeezed(written)


def test_a_blank_force_field_says_so():
    for theme in (LIGHT, DARK, PRINT):
        for change in ("", CHANGE):
            written = said(laid(shown([], change), theme=theme))
            assert "Nothing is written here yet." in written
            assert change in written
