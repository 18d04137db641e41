import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw import output, paper
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Marks
from qi_tools.improvement.project_reading import read_project
from qi_tools.improvement.stakeholders import INFLUENCES, STANDS, stakeholder_map
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram, check_signs, squeezed
from tests.qi_tools.draw.sheets import all_words, said, texts

words = st.text(st.sampled_from("abc mW.é"), max_size=60)
people = st.fixed_dictionaries(
    {},
    optional={
        "who": words,
        "influence": st.sampled_from([*INFLUENCES]),
        "touched": st.sampled_from([*INFLUENCES]),
        "now": st.sampled_from([*STANDS]),
        "wanted": st.sampled_from([*STANDS]),
        "action": st.text(st.sampled_from("abc mW.é"), max_size=200),
    },
)
SIGNS = ("Track", "Locator", "Arrow", *STANDS.values())


def shown(made):
    return stakeholder_map(
        read_project({"stakeholders": [{"id": f"s{n}", **each} for n, each in enumerate(made)]})
    )


def laid(diagram, room=WIDE, theme=LIGHT):
    return lay_out(output.picture(diagram, theme), room).sheet


def person(who, influence="high", touched="high", now="", wanted=""):
    given = {"who": who, "influence": influence, "touched": touched, "now": now, "wanted": wanted}
    return {name: value for name, value in given.items() if value}


def check(diagram):
    check_diagram(diagram)
    printed = paper.pages(diagram, paper.A4, LIGHT)
    for sheet in (laid(diagram), laid(diagram, NARROW), *printed):
        check_signs(sheet, *SIGNS)
        check_cells(sheet)
    written = squeezed("".join(texts(laid(diagram))))
    assert all(squeezed(note) in written for each in diagram.people for note in each.notes)


def check_cells(sheet):
    """Fail where quadrants meet, or a box lies partly outside its quadrant."""
    cells = boxes(sheet, "Quadrant")
    for place, cell in enumerate(cells):
        assert not any(cell.meets(other) for other in cells[place + 1 :])
    for box in boxes(sheet):
        assert any(
            cell.left <= box.left
            and box.right <= cell.right
            and cell.top <= box.top
            and box.bottom <= cell.bottom
            for cell in cells
        ), box


@settings(max_examples=25)
@given(st.lists(people, max_size=12))
def test_any_map_is_legible_on_a_screen_a_phone_and_paper(made):
    check(shown(made))


@pytest.mark.parametrize("count", [1, 5, 60])
def test_any_number_of_the_longest_words_is_legible(count):
    longest = "A group of people with a long name who all do the same sort of work " * 4
    ways = [(influence, touched) for influence in INFLUENCES for touched in ("", *INFLUENCES)]
    check(
        shown(
            {
                **person(longest[:60], *ways[number % len(ways)], "against", "leading"),
                "action": longest[:200],
            }
            for number in range(count)
        )
    )


def test_three_hundred_people_are_legible():
    check_cells(laid(shown(person(f"Ward {number}") for number in range(300))))


def place_of(sheet, text):
    return next((each.x, each.y) for each in all_words(sheet) if each.text == text)


def test_influence_stands_upright_and_the_change_to_their_day_across():
    made = [
        person("MM"),
        person("ML", touched="low"),
        person("LM", influence="low"),
        person("LL", "low", "low"),
        {"who": "Nobody knows"},
    ]
    sheet = laid(shown(made))
    (mm, ml, lm, ll, not_judged) = (
        place_of(sheet, each) for each in ("MM", "ML", "LM", "LL", "Nobody knows")
    )
    assert ml[0] == ll[0] < mm[0] == lm[0]
    assert mm[1] == ml[1] < lm[1] == ll[1] < not_judged[1]
    much, little = place_of(sheet, "Much change to their day"), place_of(sheet, "Let them know")
    assert abs(much[0] - mm[0]) < 200 < abs(much[0] - little[0])


def test_an_empty_quadrant_says_so():
    assert texts(laid(shown([person("Clerks")]))).count("No one yet.") == 3


def test_on_a_phone_quadrants_stand_below_one_another_and_empty_ones_are_left_out():
    sheet = laid(shown([person("LL", "low", "low"), person("MM")]), NARROW)
    cells = boxes(sheet, "Quadrant")
    assert len({cell.left for cell in cells}) == 1
    assert len(cells) == 2
    order = [text for text in texts(sheet) if text in {"MM", "LL"}]
    assert order == ["MM", "LL"]
    assert "Much influence; it changes their day much" in said(sheet)


def test_a_small_map_shows_where_a_quadrant_stands():
    sheet = laid(shown([person("ML", "high", "low")]), NARROW)
    corners = [
        tuple(thing.places.min(axis=0))
        for thing in sheet.things
        if isinstance(thing, Area) and thing.name == "Locator" and thing.fill == LIGHT.values
    ]
    everything = boxes(sheet, "Locator")
    assert len(everything) == 4
    assert corners == [(min(box.left for box in everything), min(box.top for box in everything))]


def marks(sheet, stand):
    return [
        thing
        for thing in sheet.things
        if isinstance(thing, Marks) and thing.name == STANDS[stand] and thing.size == 11.0
    ]


def test_where_people_stand_is_told_by_shapes_in_order():
    looks = set()
    lefts = []
    for stand in STANDS:
        sheet = laid(shown([person("Clerks", now=stand)]))
        in_key, there = marks(sheet, stand)
        assert (in_key.shape, in_key.fill) == (there.shape, there.fill)
        looks.add((there.shape, there.fill))
        lefts.append(there.places[0][0])
    assert len(looks) == 5
    assert lefts == sorted(lefts)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
@pytest.mark.parametrize(
    ("now", "wanted", "way"), [("doubtful", "helpful", 1), ("leading", "helpful", -1)]
)
def test_a_gap_has_a_thick_rim_and_an_arrow_the_right_way(theme, now, wanted, way):
    sheet = laid(shown([person("Clerks", now=now, wanted=wanted)]), theme=theme)
    settled = laid(shown([person("Clerks", now=now, wanted=now)]), theme=theme)
    (box,) = (thing for thing in sheet.things if thing_named(thing, "Box"))
    (quiet,) = (thing for thing in settled.things if thing_named(thing, "Box"))
    assert box.rim_width > 2 * quiet.rim_width
    (arrow,) = (thing for thing in sheet.things if thing_named(thing, "Arrow"))
    tip = arrow.places[0][0]
    assert np.all((tip - arrow.places[1:, 0]) * way > 0)
    assert not [thing for thing in settled.things if thing_named(thing, "Arrow")]


def thing_named(thing, name):
    return getattr(thing, "name", "") == name


def test_a_page_with_some_of_a_quadrant_says_how_many():
    drawn = shown(person(f"Ward {number}") for number in range(60))
    pages = paper.pages(drawn, paper.A4, LIGHT)
    assert len(pages) > 1
    headings = [text for page in pages for text in texts(page) if "Work with" in text]
    shares = [int(text.removeprefix("Work with them (").split()[0]) for text in headings]
    assert len(headings) == len(pages)
    assert sum(shares) == 60


def test_a_blank_map_says_so():
    for theme in (LIGHT, DARK, PRINT):
        assert "Nothing is written here yet." in texts(laid(shown([]), theme=theme))
