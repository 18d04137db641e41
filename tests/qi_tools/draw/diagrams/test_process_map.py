from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline

from qi_tools.draw import output, paper
from qi_tools.draw.diagrams.channels import TRACKS
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Marks, Sheet, Stroke
from qi_tools.improvement.process import KINDS, WORTHS
from qi_tools.improvement.process_map import ProcessMap, process_map
from qi_tools.improvement.project_reading import read_project
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.diagrams.papers import boxes, check_boxes, check_diagram, squeezed
from tests.qi_tools.draw.sheets import all_words, box_of, texts

LONGEST = "A way of working that all staff can learn and follow, with a form that is short and"[:80]


def mapped(steps: list[dict], arrows: list[dict] = (), **more) -> ProcessMap:
    numbered = [{"id": str(place), **each} for place, each in enumerate(steps, 1)]
    named = [{"id": str(place), **each} for place, each in enumerate(arrows, 1)]
    return process_map(read_project({"steps": numbered, "arrows": named, **more}))


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("abc mW.é"), max_size=most)


@st.composite
def maps(draw, most: int = 25) -> ProcessMap:
    lanes = draw(st.lists(words(40), min_size=1, max_size=6))
    step = st.fixed_dictionaries(
        {
            "words": words(80),
            "kind": st.sampled_from(["", *KINDS]),
            "lane": st.sampled_from(lanes),
            "worth": st.sampled_from(["", *WORTHS]),
        },
        optional={"minutes": st.sampled_from([0, 1, 12.5, 20160, 1e9])},
    )
    steps = draw(st.lists(step, max_size=most))
    place = st.integers(1, max(1, len(steps))).map(str)
    arrow = st.fixed_dictionaries({"step": place, "to": place, "label": words(40)})
    return mapped(steps, draw(st.lists(arrow, max_size=most)) if steps else [])


def many(count: int, jumps: int) -> ProcessMap:
    """As many steps, with the longest words, and ways that lead here and there among them."""
    lanes = ["Receptionist", "Nurse", "Booking clerk of the outpatient department", "Patient"]
    kinds = ["", "wait", "task", "decision", ""]
    steps = [
        {
            "words": LONGEST,
            "kind": kinds[place % 5],
            "lane": lanes[place * place % 7 % 4][:40],
            "minutes": 7.5 * place,
            "worth": ["", *WORTHS][place % 4],
        }
        for place in range(count)
    ]
    arrows = [
        {
            "step": str(1 + 17 * jump % count),
            "to": str(1 + 29 * jump * jump % count),
            "label": ["Yes", "No", "", "When nobody has replied within 14 days"][jump % 4],
        }
        for jump in range(jumps)
    ]
    return mapped(steps, arrows)


def sheet(shown: ProcessMap, room: float = WIDE) -> Sheet:
    return lay_out(output.picture(shown, LIGHT), room).sheet


def named(on: Sheet, name: str, kind: type = Area) -> list:
    return [thing for thing in on.things if isinstance(thing, kind) and thing.name == name]


def links(on: Sheet) -> list[Stroke]:
    return named(on, "Link", Stroke)


def sheets(shown: ProcessMap) -> list[Sheet]:
    printed = [page for size in (paper.A4, paper.A3) for page in paper.pages(shown, size, LIGHT)]
    return [sheet(shown), sheet(shown, NARROW), *printed]


def check_map(shown: ProcessMap) -> None:
    check_diagram(shown)
    for each in sheets(shown):
        check_lines_beside_boxes(each)
        check_lines_apart(each)
        check_boxes(each, "Tab")
        solid = [*boxes(each), *boxes(each, "Tab")]
        for one, other in combinations(solid, 2):
            assert not one.meets(other), (one, other)
        for area in named(each, "Box") + named(each, "Tab"):
            check_words_inside(each, area)


def check_lines_beside_boxes(on: Sheet) -> None:
    """Fail where a line runs through a box or a tab."""
    ways = [along(link) for link in links(on)]
    for area in named(on, "Box") + named(on, "Tab"):
        outline = Outline(inwards(area.places, 1.5))
        for way in ways:
            assert not outline.contains_points(way).any(), area


def check_words_inside(on: Sheet, area: Area) -> None:
    """Fail where words in the frame of a shape stick out of the shape."""
    left, top = area.places.min(axis=0)
    right, bottom = area.places.max(axis=0)
    outline = Outline(area.places)
    for each in map(box_of, all_words(on)):
        if left < (each.left + each.right) / 2 < right and top < each.top < bottom:
            corners = [(x, y) for x in (each.left, each.right) for y in (each.top, each.bottom)]
            assert outline.contains_points(corners).all(), (each, area)


def check_lines_apart(on: Sheet) -> None:
    """Fail where lines to different boxes run along one another."""
    parts = [
        (tuple(link.places[-1]), *sorted([tuple(one), tuple(other)]))
        for link in links(on)
        for one, other in zip(link.places[:-1], link.places[1:], strict=True)
    ]
    for (to, a, b), (other_to, c, d) in combinations(parts, 2):
        if to == other_to:
            continue
        for along_axis, across_axis in ((0, 1), (1, 0)):
            flat = a[across_axis] == b[across_axis] and c[across_axis] == d[across_axis]
            near = abs(a[across_axis] - c[across_axis]) < 2
            shared = min(b[along_axis], d[along_axis]) - max(a[along_axis], c[along_axis])
            assert not (flat and near and shared > 0), (a, b, c, d)


def along(link: Stroke) -> np.ndarray:
    """Give places along a line, a point apart."""
    found = [link.places[:1]]
    for one, other in zip(link.places[:-1], link.places[1:], strict=True):
        count = int(np.abs(other - one).sum()) + 2
        found.append(np.linspace(one, other, count))
    return np.concatenate(found)


def inwards(corners: np.ndarray, by: float) -> np.ndarray:
    """Give a shape that is smaller all around."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    return (low + high) / 2 + (corners - (low + high) / 2) * (1 - 2 * by / (high - low))


@settings(max_examples=25)
@given(maps())
def test_any_map_is_legible_on_a_screen_a_phone_and_paper(shown):
    check_map(shown)


@pytest.mark.parametrize(("count", "jumps"), [(1, 1), (5, 3), (60, 20)])
def test_any_number_of_steps_of_the_longest_words_is_legible(count, jumps):
    check_map(many(count, jumps))


def test_three_hundred_steps_are_legible_on_a_screen_and_a_phone():
    shown = many(300, 90)
    for room in (WIDE, NARROW):
        check_boxes(sheet(shown, room))
        assert len(boxes(sheet(shown, room))) == 300


def test_each_way_is_a_line_to_the_next_column_or_a_tab_at_both_ends():
    steps = [{"words": f"w{place}", "lane": "Clerk"} for place in range(1, 5)]
    on = sheet(mapped(steps, [{"step": "3", "to": "1", "label": "No"}, {"step": "3", "to": "4"}]))
    first, second, third, fourth = boxes(on)
    assert [(link.places[0][0], link.places[-1][0]) for link in links(on)] == [
        (first.right, pytest.approx(second.left, abs=8)),
        (second.right, pytest.approx(third.left, abs=8)),
        (third.right, pytest.approx(fourth.left, abs=8)),
    ]
    assert {"No: back to 1", "to 4", "from 3"} <= set(texts(on))
    assert len(named(on, "Arrow")) == 3


def test_a_wrapped_row_of_lanes_goes_on_by_numbers():
    on = sheet(mapped([{"words": "w", "lane": "Clerk"}] * 5))
    assert len(named(on, "Lane")) == 2
    assert texts(on).count("Clerk") == 2
    assert {"to 4", "from 3"} <= set(texts(on))


def test_a_channel_has_lines_to_as_many_boxes_as_it_has_tracks():
    steps = [{"lane": "Clerk"}, *({"lane": f"Role {n}", "kind": "end"} for n in range(7))]
    on = sheet(mapped(steps, [{"step": "1", "to": str(to)} for to in range(2, 9)]))
    assert len(links(on)) == TRACKS
    assert texts(on).count("from 1") == 7 - TRACKS


def test_lines_of_one_lane_run_straight():
    on = sheet(mapped([{"lane": "Clerk"}] * 3))
    assert all(len({y for _, y in link.places.tolist()}) == 1 for link in links(on))


def test_lanes_without_steps_in_a_row_are_left_out_of_it():
    steps = [*[{"lane": "Clerk"}] * 4, *[{"lane": "Nurse"}] * 4]
    assert texts(sheet(mapped(steps))).count("Clerk") == 1


def test_without_names_there_are_no_lanes_to_name():
    on = sheet(mapped([{}, {}]))
    assert not named(on, "Name")
    assert "…" in texts(sheet(mapped([{"lane": "Clerk"}, {}])))


def test_each_kind_has_a_shape_and_is_named():
    on = sheet(mapped([{"kind": kind} for kind in KINDS]))
    start, task, wait, decision, end = (len(box.places) for box in named(on, "Box"))
    assert (task, decision) == (4, 6)
    assert start == end
    assert len({start, task, wait, decision}) == 4
    assert {"Start", "Wait", "Decision", "End"} <= set(texts(on))


def test_worth_and_hand_offs_have_marks_that_the_key_names():
    steps = [{"worth": worth, "lane": worth, "kind": "task"} for worth in WORTHS]
    on = sheet(mapped(steps))
    marks = named(on, "Worth", Marks)
    assert [mark.shape for mark in marks[:3]] == [mark.shape for mark in marks[3:]]
    assert len({mark.shape for mark in marks}) == 3
    assert len(named(on, "Hand-off", Marks)) == 1 + 2
    assert {*WORTHS.values(), "Hand-off: someone else takes over"} <= set(texts(on))


def test_on_a_phone_a_step_says_in_words_who_does_it_and_where_it_leads():
    steps = [
        {"words": "Ring", "lane": "Clerk"},
        {"words": "Answered?", "lane": "Nurse"},
        {"words": "Book"},
    ]
    arrows = [{"step": "2", "to": "1", "label": "No"}, {"step": "2", "to": "3", "label": "Yes"}]
    on = sheet(mapped(steps, arrows), NARROW)
    assert {"Clerk", "No: back to 1 Ring (hand-off)", "Yes: to 3 Book"} <= set(texts(on))
    assert len(links(on)) == 2
    assert len({box.left for box in boxes(on)}) == 1


def test_on_a_phone_steps_come_in_the_order_of_the_list():
    ways = [("1", "4"), ("4", "2"), ("2", "3")]
    shown = mapped([{}] * 4, [{"step": step, "to": to} for step, to in ways])
    assert shown.shown == (1, 4, 2, 3)
    numbers = [text for text in texts(sheet(shown, NARROW)) if text.endswith(". …")]
    assert numbers == ["1. …", "2. …", "3. …", "4. …"]


def test_on_a_phone_no_line_leads_from_an_end():
    assert not links(sheet(mapped([{"kind": "end"}, {}]), NARROW))


def test_pages_keep_the_numbers_of_steps():
    shown = many(60, 20)
    pages = paper.pages(shown, paper.A4, LIGHT)
    assert len(pages) > 1
    written = squeezed("".join("".join(texts(page)) for page in pages))
    assert all(squeezed(f"{number}. A way") in written for number in range(1, 61))
    for page in pages:
        for link in links(page):
            assert len(boxes(page)) > 1
            assert link.places[-1][0] > link.places[0][0]


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_a_blank_map_says_so(theme):
    assert "Nothing is written here yet." in texts(lay_out(output.picture(mapped([]), theme)).sheet)
