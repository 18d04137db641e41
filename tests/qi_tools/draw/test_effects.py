from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.effects import ALL, MEANINGS, ONE, caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Area, Marks, Stroke
from qi_tools.experiments.factorial.designs import Factor, FactorialDesign
from qi_tools.experiments.factorial.effects import effects
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_data, check_words, named, said, texts
from tests.qi_tools.experiments.factorial.examples import (
    DESIGNS,
    FILTRATION,
    NAMES,
    design_of,
    done_with,
)


def filtration():
    return effects(done_with(design_of(4), FILTRATION, unit="gal/h"))


def dots(layout):
    return [mark for name in MEANINGS.values() for mark in named(layout, name)]


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(DESIGNS),
    st.lists(st.floats(-1e4, 1e4) | st.integers(0, 3), min_size=32, max_size=32),
    st.sampled_from(["", "W" * 22]),
    st.sampled_from([NARROW, WIDE]),
)
def test_nothing_covers_anything_else(design, values, more, room):
    factors = tuple(Factor(name + more, "no", "yes") for name in NAMES[: len(design.factors)])
    design = FactorialDesign(factors, design.generators)
    plot = effects(done_with(design, values[: len(design.corners)]))
    layout = lay_out(picture(plot, LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)
    (frame,) = layout.frames
    placed = [
        (place, mark.size)
        for thing in frame.panel.things
        if isinstance(thing, Marks)
        for mark in [frame.placed(thing)]
        for place in mark.places
    ]
    assert len(placed) == len(plot.effects)
    for (one, size), (other, _) in combinations(placed, 2):
        assert np.hypot(*(one - other)) > 0.9 * size


def test_each_dot_lies_at_its_effect():
    plot = filtration()
    across = [x for mark in dots(lay_out(picture(plot, LIGHT))) for x in mark.places[:, 0]]
    assert sorted(across) == sorted(effect.value for effect in plot.effects)


def test_verdicts_differ_in_shape_and_not_in_colour_alone():
    marks = dots(lay_out(picture(filtration(), DARK)))
    assert {mark.name: (mark.shape, len(mark.places)) for mark in marks} == {
        "Stands out": ("diamond", 4),
        "May stand out": ("triangle", 1),
        "Like chance": ("circle", 10),
    }
    key = [entry.words for entry in picture(filtration(), LIGHT).key]
    assert key == [ONE, ALL, "Stands out", "May stand out", "Like chance"]


def test_what_chance_may_do_is_drawn():
    plot = filtration()
    layout = lay_out(picture(plot, LIGHT))
    (band,) = [thing for thing in named(layout, ONE) if isinstance(thing, Area)]
    assert set(band.places[:, 0]) == {-plot.margin, plot.margin}
    lines = [thing.places[0, 0] for thing in named(layout, ALL) if isinstance(thing, Stroke)]
    assert lines == [-plot.simultaneous_margin, plot.simultaneous_margin]


def test_a_margin_far_out_is_only_said():
    plot = effects(done_with(design_of(3), [10.0, 11, 9, 10, 12, 9, 10, 12]))
    layout = lay_out(picture(plot, LIGHT))
    assert not named(layout, ALL)
    assert named(layout, ONE)
    assert "beyond the scale" in caption(plot)


def test_what_stands_out_is_named_on_the_picture_and_on_a_phone_below_it():
    plot = effects(done_with(design_of(3), [0, 9.1, 0.2, 8.8, 0.1, 9.3, -0.1, 9]))
    assert "tea +9" in texts(lay_out(picture(plot, LIGHT)).sheet)
    narrow = said(lay_out(picture(filtration(), LIGHT), NARROW).sheet)
    for words in ("Main effect: tea +21.6", "Interaction: tea × cake -18.1"):
        assert words in narrow


def test_where_nothing_is_judged_the_largest_are_named_and_no_chance_is_drawn():
    plot = effects(done_with(design_of(2), [1, 5, 2, 9]))
    layout = lay_out(picture(plot, LIGHT))
    assert not named(layout, ONE)
    assert "too few to judge" in said(layout.sheet)
    assert "tea +5.5" in texts(layout.sheet)
    assert not picture(plot, LIGHT).key


def test_effects_that_are_all_0_are_drawn_too():
    layout = lay_out(picture(effects(done_with(design_of(3), [7] * 8)), LIGHT), NARROW)
    check_words(layout.sheet)
    check_data(layout)


def test_it_is_saved_shown_and_plotted(tmp_path):
    plot = filtration()
    for ending in (".png", ".svg", ".pdf", ".docx", ".csv"):
        assert plot.save(tmp_path / f"effects{ending}").stat().st_size > 100
    assert 'aria-label="Effects on taste, gal/h' in plot.html(theme=DARK)
    assert plot.plot().get_xlabel() == "Effect (gal/h)"
    plt.close("all")


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_thirty_one_effects_fit(room):
    plot = effects(done_with(design_of(5), [value**1.5 for value in range(32)]))
    layout = lay_out(picture(plot, LIGHT), room)
    check_words(layout.sheet)
    check_data(layout)
