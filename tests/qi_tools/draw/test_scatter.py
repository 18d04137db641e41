import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools import scatter
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks
from qi_tools.draw.scatter import DOTS, LINE, OFF_LINE, caption, picture
from qi_tools.palette import DARK, LIGHT, PRINT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said, texts

PAIRS = st.lists(
    st.tuples(st.floats(-1e4, 1e4) | st.integers(0, 5), st.floats(0, 100) | st.integers(0, 5)),
    min_size=1,
    max_size=60,
)


def odd_one_out(**options):
    x = np.arange(12.0)
    y = 2 * x + np.tile([0.1, -0.1], 6)
    y[4] = 30
    return scatter(x, y, **options)


@settings(max_examples=80)
@given(PAIRS, st.sampled_from(["x", "W" * 60]), st.sampled_from([NARROW, WIDE]))
def test_no_words_meet_words_and_none_sticks_out(pairs, name, room):
    x, y = zip(*pairs, strict=True)
    plot = scatter(x, y, x_name=name, y_name=name, y_unit="%")
    layout = lay_out(picture(plot, LIGHT), room)
    check_words(layout.sheet)
    if not layout.frames[0].panel.labels:  # names of points stand between the axes
        check_data(layout)


@given(PAIRS)
def test_every_pair_is_drawn(pairs):
    x, y = zip(*pairs, strict=True)
    layout = lay_out(picture(scatter(x, y), LIGHT))
    dots = [*named(layout, DOTS), *named(layout, OFF_LINE)]
    drawn = {tuple(place) for dot in dots for place in dot.places.tolist()}
    assert drawn == set(zip(map(float, x), map(float, y), strict=True))


def test_the_line_is_drawn_only_where_a_straight_link_is_told():
    x = np.arange(20.0)
    straight = scatter(x, 3 * x + 10)
    (line,) = named(lay_out(picture(straight, LIGHT)), LINE)
    assert line.places == pytest.approx(np.array([[0, 10], [19, 67]]))
    for plot in (
        scatter(x, (x - 9.5) ** 2),
        scatter(x, [1, -1] * 10),
        scatter(x[:7], x[:7]),
        scatter(x, [5] * 20),
    ):
        assert not named(lay_out(picture(plot, LIGHT)), LINE)
        assert plot.finding in said(lay_out(picture(plot, LIGHT)).sheet)


@pytest.mark.parametrize("theme", [LIGHT, DARK, PRINT])
def test_a_pair_off_the_line_has_its_own_shape_and_name(theme):
    drawn = picture(odd_one_out(labels=[f"Ward {n}" for n in range(12)]), theme)
    layout = lay_out(drawn)
    (odd,) = named(layout, OFF_LINE)
    assert odd.shape == "diamond"
    assert odd.places.tolist() == [[4, 30]]
    assert all(dot.shape == "circle" for dot in named(layout, DOTS))
    assert [entry.words for entry in drawn.key] == [LINE, OFF_LINE]
    assert "Ward 4" in texts(layout.sheet)
    assert "1 pair lies far off the line: Ward 4 (4, 30)." in said(layout.sheet)


def test_a_pair_that_the_link_rests_on_is_named():
    plot = scatter([8.0] * 10 + [19.0], [6.6, 5.8, 7.7, 8.8, 8.5, 7, 5.3, 5.6, 7.9, 6.9, 12.5])
    assert plot.rests_on == (10,)
    assert "row 11" in texts(lay_out(picture(plot, LIGHT)).sheet)


def test_the_area_of_a_dot_tells_how_many_pairs_it_is():
    plot = scatter([1, 2, 2, 3, 3, 3, 3], [1, 2, 2, 3, 3, 3, 3])
    sizes = {tuple(dot.places[0]): dot.size for dot in named(lay_out(picture(plot, LIGHT)), DOTS)}
    one = sizes[1, 1]
    assert sizes[2, 2] == pytest.approx(one * math.sqrt(2))
    assert sizes[3, 3] == pytest.approx(one * 2)
    assert "up to 4" in caption(plot)
    crowd = scatter([1] * 400 + [2], [1] * 400 + [2])
    dots = [thing for thing in picture(crowd, LIGHT).panels[0].things if isinstance(thing, Marks)]
    assert dots[0].size > 4 * dots[1].size  # the smaller above the larger
    assert dots[0].size < 25


def test_the_caption():
    plot = scatter([100, 101], [1, 5], x_name="Beds", y_name="Falls", source="Audit")
    assert caption(plot) == (
        "Scatter plot: each dot is one pair. The scale of Beds does not start at zero. Source: "
        "Audit."
    )
    assert "The scales do not start" in caption(scatter([100, 101], [90, 91], simulated=True))


def test_it_is_saved_and_plotted(tmp_path):
    plot = odd_one_out(x_name="Beds", x_unit="beds", y_name="Falls")
    for ending in (".png", ".svg", ".pdf"):
        assert plot.save(tmp_path / f"plot{ending}").stat().st_size > 1000
    assert 'aria-label="Scatter plot of Falls against Beds' in plot.html(theme=DARK)
    figure, ax = plt.subplots(figsize=(7, 5))
    assert plot.plot(ax) is ax
    assert ax.get_xlabel() == "Beds (beds)"
    plt.close(figure)
