from random import Random

import matplotlib.pyplot as plt
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.run_order import caption, picture
from qi_tools.experiments.factorial.designs import FactorialDesign
from qi_tools.experiments.factorial.filled_sheets import filled
from qi_tools.experiments.factorial.run_sheets import random_order
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_words, named, said, texts
from tests.qi_tools.experiments.factorial.examples import DESIGNS, design_of, done_with


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(1, 3), st.integers(), st.sampled_from([NARROW, WIDE]))
def test_no_words_meet_words_and_none_sticks_out(design, repeats, seed, room):
    design, random = FactorialDesign(design.factors, design.generators, repeats), Random(seed)
    sheet = random_order(design, random)
    responses = [random.choice([0.0, random.random()]) for _ in sheet.order]
    done = filled(sheet, responses, name="W" * 60, unit="%")
    check_words(lay_out(picture(done, LIGHT), room).sheet)


def test_every_run_is_drawn_in_its_order():
    done = filled(random_order(design_of(3), Random(3)), [5, 3, 8, 1, 9, 2, 7, 4], name="taste")
    (dots,) = named(lay_out(picture(done, LIGHT)), "Responses")
    assert dots.places.tolist() == [[run + 1, value] for run, value in enumerate(done.responses)]
    (mean,) = named(lay_out(picture(done, LIGHT)), "Mean")
    assert set(mean.places[:, 1]) == {done.mean}


def test_the_highest_and_the_lowest_run_are_named():
    done = filled(random_order(design_of(2), Random(3)), [5, 3, 8, 1], name="taste")
    for run in (2, 3):
        assert ", ".join(done.sheet.runs[run].levels) in texts(lay_out(picture(done, LIGHT)).sheet)


def test_the_caption_and_the_warning():
    done = done_with(design_of(2), [5, 3, 8, 1], source="Kitchen")
    assert caption(done) == (
        "Run-order plot: each dot is one run, numbered as they were done. The highest and the "
        "lowest are named by tea and milk. The scale starts at zero. Source: Kitchen."
    )
    assert "The runs are in standard order." in said(lay_out(picture(done, LIGHT)).sheet)


def test_it_is_saved_shown_and_plotted(tmp_path):
    done = done_with(design_of(2), [5, 3, 8, 1])
    for ending in (".png", ".svg", ".pdf", ".docx", ".csv"):
        assert done.save(tmp_path / f"order{ending}").stat().st_size > 50
    assert 'aria-label="Run-order plot of taste' in done.html(theme=DARK)
    assert done.plot().get_xlabel() == "Run"
    plt.close("all")
