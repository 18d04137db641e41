from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw import output, paper
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Stroke
from qi_tools.improvement.cycles import ACTS, SCALES
from qi_tools.improvement.pdsa_ramps import pdsa_ramps
from qi_tools.improvement.project_reading import read_project
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_diagram, check_lines, check_signs
from tests.qi_tools.draw.sheets import Box, all_words, check_words, said, texts

SIGNS = ("Predicted", "Tick", "Adapt", "Adopt", "Abandon", "Not decided")
cycles = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(st.sampled_from("abc mW.é"), max_size=80),
        "scale": st.sampled_from([*SCALES]),
        "act": st.sampled_from([*ACTS]),
        "prediction": st.just("Half will come"),
        "began": st.dates().map(str),
        "ended": st.dates().map(str),
        "idea": st.just("i"),
    },
)


@st.composite
def trees(draw):
    """Tests each of which may build on one before it, no more than twelve deep."""
    made = []
    depths = []
    for number, each in enumerate(draw(st.lists(cycles, max_size=14))):
        above = draw(st.sampled_from([None, *(n for n in range(number) if depths[n] < 11)]))
        depths.append(0 if above is None else depths[above] + 1)
        made.append(each if above is None else {**each, "after": f"c{above}"})
    return made


def shown(made, idea="Ring patients before the visit"):
    records = [{"id": f"c{number}", **each} for number, each in enumerate(made)]
    return pdsa_ramps(read_project({"drivers": [{"id": "i", "words": idea}], "cycles": records}))


def chain(*scales):
    """A ramp of one test after the other."""
    return shown(
        {"name": f"Test {n}", "scale": scale, **({"after": f"c{n - 1}"} if n else {"idea": "i"})}
        for n, scale in enumerate(scales)
    )


def laid(diagram, room=WIDE, theme=LIGHT):
    return lay_out(output.picture(diagram, theme), room).sheet


def check(diagram):
    check_diagram(diagram)
    pages = paper.pages(diagram, paper.A4, LIGHT)
    for sheet in (laid(diagram), laid(diagram, NARROW), laid(diagram, 1500.0), *pages):
        check_signs(sheet, *SIGNS)
        check_links(sheet)


def check_links(sheet):
    """Fail where a line runs through a box, or out of the sheet."""
    for thing in sheet.things:
        if isinstance(thing, Stroke) and thing.name == "Link":
            for one, other in zip(thing.places[:-1], thing.places[1:], strict=True):
                low, high = np.minimum(one, other), np.maximum(one, other)
                assert low.min() >= 0
                assert high[0] <= sheet.width
                assert high[1] <= sheet.height
                # As thin as it is: a line that only touches a rim is no fault.
                line = Box("Link", *(low - 0.01), *(high + 0.01))
                for box in boxes(sheet):
                    assert not (
                        line.left < box.right - 0.5
                        and box.left + 0.5 < line.right
                        and line.top < box.bottom - 0.5
                        and box.top + 0.5 < line.bottom
                    ), (line, box)


@settings(max_examples=25)
@given(trees(), st.text(st.sampled_from("abc mW.é"), max_size=120))
def test_any_ramps_are_legible_on_a_screen_a_phone_and_paper(made, idea):
    check(shown(made, idea))


@pytest.mark.parametrize("count", [1, 5, 60])
def test_any_number_of_the_longest_words_is_legible(count):
    longest = "A test with a long name that says all that was done and with whom it was " * 2
    made = [
        {
            "name": longest[:80],
            "scale": [*SCALES][number % 4],
            "act": [*ACTS][number % 3],
            "began": "2025-09-30",
            "ended": "2026-11-30",
            "idea": "i",
            **({"after": f"c{number - (1 if number % 3 else 2)}"} if number % 12 > 1 else {}),
        }
        for number in range(count)
    ]
    check(shown(made, longest[:120]))


def test_three_hundred_tests_are_legible():
    assert len(boxes(laid(chain(*["1"] * 12)))) == 12
    made = [{"name": f"Test {n}", **({"after": f"c{n - 1}"} if n % 12 else {})} for n in range(300)]
    sheet = laid(shown(made))
    assert len(boxes(sheet)) == 300
    check_links(sheet)


def test_a_ramp_climbs_from_left_to_right_with_the_number_of_people():
    made = boxes(laid(chain("1", "3", "5", "all")))
    lefts, tops = [box.left for box in made], [box.top for box in made]
    assert lefts == sorted(set(lefts))
    assert tops == sorted(set(tops), reverse=True)
    assert np.allclose(np.diff(tops), tops[1] - tops[0])
    flat = boxes(laid(chain("1", "1", "1")))
    assert len({box.top for box in flat}) == 1


def links(sheet):
    return [thing for thing in sheet.things if isinstance(thing, Stroke) and thing.name == "Link"]


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_an_arrow_leads_to_each_test_but_the_first(room):
    sheet = laid(chain("1", "3", "5", "all", "all", "3"), room)
    tips = [thing.places[0] for thing in sheet.things if getattr(thing, "name", "") == "Arrow"]
    made = boxes(sheet)
    assert len(links(sheet)) == len(tips) == 5
    for box, tip in zip(made[1:], tips, strict=True):
        assert box.left <= tip[0] <= box.right
        assert box.top <= tip[1] <= box.bottom


def test_a_full_row_goes_on_in_the_next():
    first, *_, fourth, fifth, sixth = boxes(laid(chain("1", "1", "1", "1", "1", "1")))
    assert fifth.left == first.left
    assert fifth.top > fourth.bottom
    assert sixth.left > fifth.left


def test_a_branch_says_from_which_test_it_leads():
    made = [{"name": "A"}, {"name": "B", "after": "c0"}, {"name": "C", "after": "c0"}]
    for room in (NARROW, WIDE):
        sheet = laid(shown(made), room)
        assert texts(sheet).count("from 1.1") == 1
        assert len(links(sheet)) == 2
    one, two, three = boxes(laid(shown(made)))
    assert three.left == two.left > one.left
    assert three.top > two.bottom


def test_on_a_phone_tests_follow_one_another_down():
    made = boxes(laid(chain("1", "3", "5", "all"), NARROW))
    for one, other in pairwise(made):
        assert other.top > one.bottom
        assert other.left > one.left


def test_prediction_and_decision_are_shapes_and_words():
    for act, name in {"adapt": "Adapt", "adopt": "Adopt", "abandon": "Abandon", "": "Not"}.items():
        for prediction in ("", "She comes"):
            made = [{"prediction": prediction, "act": act}]
            sheet = laid(shown(made), theme=PRINT)
            signs = {getattr(thing, "name", "") for thing in sheet.things}
            assert {sign for sign in signs if sign in SIGNS} == (
                {"Predicted", *(["Tick"] if prediction else []), name if act else "Not decided"}
            )
            assert ("Predicted" in texts(sheet)) is bool(prediction)
            assert ("No prediction" in texts(sheet)) is not prediction
            assert (name if act else "Not decided yet") in texts(sheet)


def test_a_box_says_scale_and_days():
    sheet = laid(shown([{"scale": "3", "began": "2026-03-02", "ended": "2026-03-06"}]))
    assert "About three" in texts(sheet)
    assert "2 to 6 March 2026" in said(sheet)


def test_a_part_of_a_ramp_says_where_it_comes_from():
    part = chain("1", "3", "5", "all").part(2, 4)
    for room in (NARROW, WIDE):
        check_words(laid(part, room))
        check_lines(laid(part, room))
    sheet = laid(part)
    assert "from 1.2" in texts(sheet)
    assert "Ramp 1: Ring patients before the visit (2 of 4 tests)" in texts(sheet)
    assert [words.text for words in all_words(sheet) if words.text.startswith("1.")] == [
        "1.3 Test 2",
        "1.4 Test 3",
    ]


def test_the_steps_bear_the_boxes():
    sheet = laid(chain("1", "3", "all"))
    (steps,) = (
        thing for thing in sheet.things if isinstance(thing, Area) and thing.name == "Steps"
    )
    for box in boxes(sheet):
        assert box.bottom in steps.places[:, 1]


def test_blank_ramps_say_so():
    for theme in (LIGHT, DARK, PRINT):
        assert "Nothing is written here yet." in texts(laid(shown([]), theme=theme))
