import matplotlib.pyplot as plt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qi_tools.draw.interaction import caption, picture
from qi_tools.draw.layout import NARROW, WIDE, lay_out
from qi_tools.draw.placed import Marks, Stroke
from qi_tools.experiments.factorial.designs import Factor, FactorialDesign
from qi_tools.experiments.factorial.interactions import interaction
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import check_words, named, texts
from tests.qi_tools.experiments.factorial.examples import design_of, done_with

NAMES = st.text("Wait il,", min_size=1, max_size=28).filter(str.strip)


def plot_of(values=(1, 3, 5, 11), **more):
    return interaction(done_with(design_of(2), values, **more), "tea", "milk")


@settings(max_examples=50, deadline=None)
@given(
    st.lists(NAMES, min_size=6, max_size=6),
    st.lists(st.floats(-1e6, 1e6) | st.integers(0, 3), min_size=4, max_size=4),
    st.sampled_from([NARROW, WIDE]),
)
def test_no_words_meet_words_and_none_sticks_out(words, values, room):
    first = Factor(f"0{words[0]}", f"-{words[1]}", f"+{words[2]}")
    second = Factor(f"1{words[3]}", f"-{words[4]}", f"+{words[5]}")
    done = done_with(FactorialDesign((first, second)), values, name="y")
    plot = interaction(done, first.name, second.name)
    check_words(lay_out(picture(plot, LIGHT), room).sheet)


def test_each_line_runs_through_its_means_and_has_a_look_of_its_own():
    layout = lay_out(picture(plot_of(), DARK))
    looks = []
    for name, ends in (("no", [1, 3]), ("yes", [5, 11])):
        (stroke,) = [thing for thing in named(layout, name) if isinstance(thing, Stroke)]
        (marks,) = [thing for thing in named(layout, name) if isinstance(thing, Marks)]
        assert stroke.places[:, 1].tolist() == marks.places[:, 1].tolist() == ends
        looks.append((stroke.dash, marks.shape))
    (dash, shape), (other_dash, other_shape) = looks
    assert dash != other_dash
    assert shape != other_shape


@pytest.mark.parametrize("room", [NARROW, WIDE])
def test_lines_are_named_where_they_end_and_means_beside_their_marks(room):
    layout = lay_out(picture(plot_of(), LIGHT), room)
    ends = [(end.at, end.words) for end in layout.frames[0].panel.ends]
    assert ends == [(3, "no"), (11, "yes")]
    assert {"1", "3", "5", "11", "no", "yes", "tea"} <= set(texts(layout.sheet))


def test_the_caption():
    assert caption(plot_of((90, 91, 92, 93), simulated=True)) == (
        "Interaction plot: each mark is the mean of 1 run, each line one level of milk. The scale "
        "does not start at zero. Simulated data."
    )


def test_it_is_saved_shown_and_plotted(tmp_path):
    plot = plot_of()
    for ending in (".png", ".svg", ".pdf", ".docx", ".csv"):
        assert plot.save(tmp_path / f"lines{ending}").stat().st_size > 50
    assert 'aria-label="Interaction plot of taste by tea and milk' in plot.html(theme=DARK)
    figure, ax = plt.subplots(figsize=(7, 5))
    assert plot.plot(ax) is ax
    plt.close(figure)
