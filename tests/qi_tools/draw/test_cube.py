from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.cube import caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Stroke
from qi_tools.draw.point_labels import sampled
from qi_tools.errors import ChartImpossible
from qi_tools.experiments.factorial.cubes import cube
from qi_tools.experiments.factorial.designs import Factor, FactorialDesign
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import Box, all_words, box_of, check_words, said, texts
from tests.qi_tools.experiments.factorial.examples import PLANT, design_of, done_with

NAMES = st.text("Wait il,", min_size=1, max_size=28).filter(str.strip)
ROOMS = st.sampled_from([NARROW, 560.0, WIDE])


def sheet_of(plot, room=WIDE, theme=LIGHT):
    return lay_out(picture(plot, theme), room).sheet


def corners(sheet):
    areas = [thing for thing in sheet.things if isinstance(thing, Area) and thing.name == "Corner"]
    return [
        Box("corner", *np.min(area.places, axis=0), *np.max(area.places, axis=0)) for area in areas
    ]


def check_cube(sheet, count):
    """Fail where corners meet corners or stick out, or words lie on corners or edges."""
    check_words(sheet)
    boxes = corners(sheet)
    assert len(boxes) == count
    for one, other in combinations(boxes, 2):
        assert not one.meets(other, slack=0.0), (one, other)
    for box in boxes:
        assert box.left >= 0, box
        assert box.right <= sheet.width, box
    edges = [thing for thing in sheet.things if isinstance(thing, Stroke) and thing.name == "Edge"]
    along = np.concatenate([sampled(edge.places) for edge in edges])
    inside = 0
    for words in map(box_of, all_words(sheet)):
        meeting = [box for box in boxes if words.meets(box)]
        if meeting:  # the number of a corner fills its box and no more
            (box,) = meeting
            assert box.left < words.left, words
            assert words.right < box.right, words
            assert box.top < words.top, words
            assert words.bottom < box.bottom, words
            inside += 1
            continue
        here = (along[:, 0] > words.left) & (along[:, 0] < words.right)
        assert not np.any(here & (along[:, 1] > words.top) & (along[:, 1] < words.bottom)), words
    assert inside == count


@settings(max_examples=50, deadline=None)
@given(
    st.lists(NAMES, min_size=9, max_size=9),
    st.lists(st.floats(-1e6, 1e7), min_size=8, max_size=8),
    st.sampled_from([2, 3]),
    ROOMS,
)
def test_nothing_covers_anything_else(words, values, count, room):
    factors = tuple(
        Factor(f"{place}{words[place]}", f"-{words[3 + place]}", f"+{words[6 + place]}")
        for place in range(count)
    )
    done = done_with(FactorialDesign(factors), values[: 2**count], name="y")
    check_cube(sheet_of(cube(done), room), 2**count)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_each_corner_has_its_mean_where_its_levels_are(theme, room):
    plot = cube(done_with(design_of(3), PLANT))
    sheet = sheet_of(plot, room, theme)
    check_cube(sheet, 8)
    where = {words.text: (words.x, words.y) for words in all_words(sheet)}
    low, high = where["60"], where["80"]  # all low; all high
    assert where["72"][0] > low[0]
    assert where["72"][1] == low[1]
    assert where["54"][1] < low[1]
    assert where["54"][0] == low[0]
    assert where["52"][0] > low[0]
    assert where["52"][1] < low[1]
    assert high == (where["83"][0], where["45"][1])


def test_the_highest_mean_has_a_frame_of_its_own_whatever_the_colours():
    sheet = sheet_of(cube(done_with(design_of(3), PLANT)), theme=PRINT)
    thick = [thing for thing in sheet.things if isinstance(thing, Area) and thing.rim_width > 2]
    (number,) = [words for words in all_words(sheet) if words.text == "83"]
    (area,) = thick
    assert np.mean(area.places, axis=0)[0] == pytest.approx(number.x)
    assert np.max(area.places, axis=0)[1] > number.y > np.min(area.places, axis=0)[1]


def test_edges_join_corners_that_differ_in_one_factor():
    edges = [
        thing
        for thing in sheet_of(cube(done_with(design_of(3), PLANT))).things
        if isinstance(thing, Stroke) and thing.name == "Edge"
    ]
    assert len(edges) == 12
    assert sum(bool(edge.dash) for edge in edges) == 3  # those behind the front


def test_corners_that_were_not_run_say_so():
    sheet = sheet_of(cube(done_with(design_of(3, ("C=AB",)), [1, 2, 3, 4])), NARROW)
    assert texts(sheet).count("not run") == 4
    assert "4 corners were not run in this fraction." in said(sheet)
    check_cube(sheet, 8)


def test_the_caption():
    plot = cube(done_with(design_of(2), [1, 2, 3, 4], simulated=True, source="Kitchen"))
    assert caption(plot) == (
        "Square plot: at each corner stands the mean of 1 run; the ends of an edge differ in one "
        "factor. The highest mean has a thick frame. Simulated data. Source: Kitchen."
    )


def test_it_is_saved_shown_and_plotted(tmp_path):
    plot = cube(done_with(design_of(3), PLANT))
    for ending in (".png", ".svg", ".pdf", ".docx", ".csv"):
        assert plot.save(tmp_path / f"cube{ending}").stat().st_size > 100
    html = plot.html(theme=DARK)
    assert html.count("<svg") == 2
    assert 'aria-label="Cube plot of taste by tea, milk and cake' in html
    assert "83" in {text.get_text() for text in plot.plot().texts}
    _, ax = plt.subplots()
    with pytest.raises(ChartImpossible, match="Leave ax out"):
        plot.plot(ax)
    plt.close("all")
