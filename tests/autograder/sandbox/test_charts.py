import inspect
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from autograder.sandbox import charts
from autograder.sandbox.charts import AxesView, FigureView
from autograder.sandbox.values import ValueRefused, decode
from tests.crossing import a_figure, crossed, refuse, sent, strangers

VIEWS = tuple(
    kind for name, kind in inspect.getmembers(charts, inspect.isclass) if name.endswith("View")
)


def names_of(view):
    """What a check may ask of a view: its methods and properties, and fields that are public."""
    kind = type(view)
    own = {name for base in kind.__mro__ for name in vars(base) if not name.startswith("_")}
    return sorted(own - {field.name for field in fields(kind)})


def agree(view, real, seen):
    """Hold a view against the real thing: everything that it offers gives the same there."""
    seen.add(type(view))
    for name in names_of(view):
        there, here = getattr(real, name), getattr(view, name)
        if callable(here):
            there, here = there(), here()
        alike(here, there, seen, name)


def alike(here, there, seen, name):
    if isinstance(here, VIEWS):
        agree(here, there, seen)
    elif isinstance(here, (list, tuple)) and any(isinstance(each, VIEWS) for each in here):
        assert len(here) == len(there), name
        for one, other in zip(here, there, strict=True):
            agree(one, other, seen)
    else:
        try:
            np.testing.assert_array_equal(
                np.asarray(here), np.ma.filled(np.ma.asarray(there), np.nan), err_msg=name
            )
        except TypeError:
            assert here == there, name


def test_a_view_gives_what_the_chart_itself_gives():
    figure = a_figure()
    view = crossed(figure)
    seen = set()
    agree(view, figure, seen)
    agree(crossed(figure.axes[1].containers[0]), figure.axes[1].containers[0], seen)
    assert seen == set(VIEWS)
    assert not list(strangers(view))


def check_of_a_chart(axes):
    """A check as an author writes it."""
    assert axes.get_title() == "Falls each month"
    assert axes.get_title(loc="left") == "Simulated"
    assert axes.get_xlabel() == "Month"
    falls, mean = axes.get_lines()
    assert falls.get_label() == "Falls"
    assert falls.get_color() == "#005eb8"
    assert list(falls.get_xdata()) == [1, 2, 3]
    np.testing.assert_array_equal(falls.get_ydata(), [3, np.nan, 5])
    assert (falls.get_marker(), falls.get_linestyle()) == ("o", "--")
    assert mean.get_ydata()[0] == 4
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Falls", "Mean"]
    assert axes.get_yscale() == "log"
    assert axes.texts[0].get_position() == (1, 2)
    assert axes.get_xlim()[0] < 1


def test_the_same_check_runs_on_the_chart_and_on_its_view():
    axes = a_figure().axes[0]
    check_of_a_chart(axes)
    check_of_a_chart(crossed(axes))


def test_bars_keep_their_sizes_and_names():
    bars = crossed(a_figure()).axes[1]
    (wards, counts) = bars.containers
    assert [bar.get_height() for bar in wards] == [1, 2]
    assert (len(wards), wards[1].get_width(), wards.get_label()) == (2, 0.8, "Wards")
    assert len(bars.patches) == len(wards) + len(counts)
    assert [text.get_text() for text in bars.get_xticklabels()][:2] == ["a", "b"]


def test_axes_cross_alone_in_lists_and_in_arrays():
    figure, axes = plt.subplots(2, 2)
    frame = pd.DataFrame({"falls": [1, 2]})
    drawn = frame.plot(ax=axes[0, 0])
    plt.close(figure)
    assert isinstance(crossed(drawn), AxesView)
    assert isinstance(crossed(figure), FigureView)
    assert crossed(axes).shape == (2, 2)
    assert crossed(axes)[0, 0].lines[0].get_label() == "falls"
    assert all(isinstance(each, AxesView) for each in crossed(list(axes.flat)))
    lines = crossed(drawn.get_lines()[0])
    assert list(lines.get_ydata()) == [1, 2]


def test_axes_without_legend_have_none():
    assert crossed(a_figure().axes[1]).get_legend() is None


def test_a_view_can_not_be_changed():
    view = crossed(a_figure())
    with pytest.raises(AttributeError):
        view.title = "Another"
    view.axes.clear()
    assert len(view.axes) == 4


class LyingAxes(Axes):
    class Title(str):
        __slots__ = ()

        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    def get_title(self, loc="center"):
        return self.Title("anything")


def test_axes_of_the_learners_own_class_say_only_plain_things():
    figure = plt.figure()
    axes = figure.add_subplot(axes_class=LyingAxes)
    plt.close(figure)
    assert axes.get_title() == "Falls"
    assert crossed(axes).get_title() != "Falls"


@pytest.mark.parametrize("wrong", [5, None, ["tuple", [1, 2, 3]], ["handle", 1, "object", "", ""]])
def test_a_view_with_a_wrong_part_is_refused(wrong):
    wire = sent(a_figure().axes[0], refuse)
    for place in range(len(wire[2])):
        if wire[2][place] != wrong and not (place == 11 and wrong is None):
            damaged = [*wire[2]]
            damaged[place] = wrong
            with pytest.raises(ValueRefused):
                decode([wire[0], wire[1], damaged], lambda handle: handle)
