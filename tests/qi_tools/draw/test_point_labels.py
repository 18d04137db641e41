import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.letters import SMALL, width
from qi_tools.draw.picture import PointLabel
from qi_tools.draw.placed import Marks, Stroke, Words, line, places
from qi_tools.draw.point_labels import Box, Surroundings, find_spots, labelled, sampled
from qi_tools.palette import LIGHT
from tests.qi_tools.draw.sheets import box_of

ROOM = Box(0, 0, 300, 200)
nan = float("nan")


def dots(there, size=6.0):
    return Marks(places(there), "circle", size, LIGHT.values)


def label(words, x=0.0, y=0.0):
    return PointLabel(x, y, words, f"{words}: in full.")


def named(there, names, drawn=(), room=ROOM, first=1):
    labels = [label(name) for name in names]
    return labelled(labels, places(there), [dots(there), *drawn], room, LIGHT, first=first)


def test_a_name_stands_beside_its_point_without_a_line():
    things, listed = named([(100, 100)], ["Oak"])
    (oak,) = things
    assert isinstance(oak, Words)
    assert oak.text == "Oak"
    box = box_of(oak)
    assert 103 < box.left < 112
    assert box.top < 100 < box.bottom
    assert not listed


def test_at_the_edge_it_stands_on_the_other_side():
    (oak,), _ = named([(295, 100)], ["Oak"])
    assert box_of(oak).right < 292


def test_where_another_point_is_as_near_a_line_leads_to_the_name():
    row = [(100, 100), (112, 100), (88, 100)]
    things, _ = labelled([label("Oak")], places(row[:1]), [dots(row)], ROOM, LIGHT)
    (leader,) = [thing for thing in things if isinstance(thing, Stroke)]
    (oak,) = [thing for thing in things if isinstance(thing, Words)]
    assert np.hypot(*(leader.places[0] - row[0])) < 6
    box = box_of(oak)
    nearest = np.clip(leader.places[1], (box.left, box.top), (box.right, box.bottom))
    assert np.hypot(*(leader.places[1] - nearest)) < 6


def test_what_has_no_room_gets_a_number_and_is_listed():
    long = "An extraordinarily long name of a unit that nobody could ever put beside a point"
    things, listed = named([(100, 100), (200, 100)], [long, "Oak"], first=3)
    assert {thing.text for thing in things if isinstance(thing, Words)} == {"3", "Oak"}
    assert [each.text for each in listed] == [f"3. {long}: in full."]


def test_where_not_even_a_number_has_room_the_list_says_it_all():
    things, listed = named([(5, 5)], ["Oak"], room=Box(0, 0, 8, 8))
    assert not things
    assert [each.text for each in listed] == ["Oak: in full."]


def test_names_keep_off_lines_where_they_can():
    through = Stroke(line([0, 300], 100.0), LIGHT.ink)
    (oak,), _ = named([(100, 100)], ["Oak"], [through])
    box = box_of(oak)
    assert box.bottom <= 100 or box.top >= 100


def test_lines_are_looked_at_closely_and_gaps_left_out():
    there = sampled(places([(0, 0), (10, 0), (nan, nan), (20, 0), (20, 5)]))
    assert not np.isnan(there).any()
    steps = np.hypot(*np.diff(there, axis=0).T)
    assert sorted(steps)[-2] <= 2
    assert np.max(steps) == 10  # the gap
    assert not np.any((there[:, 0] > 10) & (there[:, 0] < 20))


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=60),
    st.lists(st.sampled_from(["Oak", "Elm ward", "St Elsewhere", "W" * 12]), max_size=12),
)
def test_no_name_covers_a_point_or_a_name(there, names):
    names = [f"{name} {number}" for number, name in enumerate(names)][: len(there)]
    drawn = dots(there)
    labels = [label(name) for name in names]
    things, listed = labelled(labels, places(there)[: len(names)], [drawn], ROOM, LIGHT)
    boxes = [box_of(thing) for thing in things if isinstance(thing, Words)]
    lines = [sampled(thing.places) for thing in things if isinstance(thing, Stroke)]
    for number, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[number + 1 :])
        nearest = np.clip(drawn.places, (box.left, box.top), (box.right, box.bottom))
        assert np.min(np.hypot(*(drawn.places - nearest).T)) >= 3
        for led in lines:
            inside = (led > (box.left, box.top)) & (led < (box.right, box.bottom))
            assert not inside.all(axis=1).any()
    told = [thing.text for thing in things if isinstance(thing, Words)]
    told += [each.text for each in listed]
    together = "".join(told).replace(" ", "")  # a long name has two lines
    assert all(name.replace(" ", "") in together for name in names)


def test_room_is_found_for_each_size_or_none():
    around = Surroundings(Box(0, 0, 50, 20), places([(25, 10)]), np.array([3.0]), places([]))
    assert find_spots(around.marks, [(400.0, 10.0)], around) == [None]
    assert width("Oak", SMALL) < 50
