from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.built_figures import SHAPES, WRONG, caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Stroke
from qi_tools.experiments.figure_building import Build, Builds, Period, build_figures
from qi_tools.experiments.figure_exercise import IDEAS, PARTS, Cycle, Exercise
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_words, said

FIRST = Cycle("same", 90, 8)


def built(*wrong, seconds=60.0):
    """One figure for each tuple of wrong parts."""
    builds = tuple(Build(number, seconds, parts) for number, parts in enumerate(wrong, 1))
    return Builds(Exercise((FIRST,), max(3, len(builds))), (Period(0, FIRST, (), builds),))


def things(builds, kind, room=WIDE):
    sheet = lay_out(picture(builds, LIGHT), room).sheet
    return [thing for thing in sheet.things if isinstance(thing, kind)]


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 9999),
    st.sampled_from(list(IDEAS)),
    st.integers(3, 20),
    st.sampled_from([NARROW, WIDE]),
    st.sampled_from([LIGHT, DARK]),
)
def test_no_words_meet_words_and_none_sticks_out(seed, idea, often, room, theme):
    builds = build_figures(Exercise((FIRST, Cycle(idea, 60, 9)), often), Random(seed))
    check_words(lay_out(picture(builds, theme), room).sheet)


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_long_times_have_room(room):
    check_words(lay_out(picture(built(*[()] * 5, seconds=1234.5), LIGHT), room).sheet)


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_figures_keep_apart_and_on_the_sheet(room):
    builds = built(*[()] * 7)
    areas = things(builds, Area, room)
    figures = [areas[start : start + 13] for start in range(0, len(areas), 13)]
    assert [figure[0].name for figure in figures] == ["Body"] * 7
    boxes = []
    for figure in figures:
        corners = [corner for area in figure for corner in area.places.tolist()]
        boxes.append([(min(each), max(each)) for each in zip(*corners, strict=True)])
    for place, ((left, right), (top, bottom)) in enumerate(boxes):
        assert 0 <= left < right <= room
        for (west, east), (north, south) in boxes[:place]:
            assert east < left or right < west or south < top or bottom < north


def test_every_part_has_its_shapes():
    assert set(SHAPES) == set(PARTS)
    right = {area.name for area in things(built(()), Area) if area.fill == LIGHT.values}
    assert right == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_a_wrong_part_is_hollow_dashed_and_crossed(part):
    builds = built((part,))
    hollow = [area for area in things(builds, Area) if area.name == part]
    assert hollow
    assert all(area.fill == LIGHT.paper for area in hollow)
    dashed = [stroke for stroke in things(builds, Stroke) if stroke.name == WRONG]
    assert len(dashed) == len(hollow)
    assert all(stroke.dash for stroke in dashed)
    crosses = [stroke for stroke in things(builds, Stroke) if stroke.width == 2.0]
    assert len(crosses) == 2


def test_the_words_say_seconds_and_parts():
    words = said(lay_out(picture(built((), ("hat", "nose"), seconds=61.5), LIGHT)).sheet)
    assert words.count("61.5 seconds") == 2
    assert "10 of 10 right" in words
    assert "8 of 10 right" in words


def test_the_title_says_what_was_tried():
    builds = build_figures(Exercise((FIRST, Cycle("photo", 60, 9))), Random(1))
    assert picture(builds, LIGHT).above[0].text == (
        "The latest figures: put the photo in front of the builder"
    )
    assert picture(built(()), LIGHT).above[0].text == "The first figures"
    assert caption(builds).endswith("Build a figure, simulated.")
