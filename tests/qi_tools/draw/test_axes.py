from datetime import date

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from qi_tools import Measure, control_chart, run_chart
from qi_tools.draw.chart import picture
from qi_tools.draw.layout import lay_out
from qi_tools.palette import DARK, LIGHT
from tests.qi_tools.draw.sheets import texts

STEPS = [9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 9, 8, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2]


def months(points, start="2016-04"):
    return (np.datetime64(start) + np.arange(points)).astype("datetime64[D]")


@pytest.fixture
def chart():
    measure = Measure.from_columns(STEPS, months(24), name="Wait", unit="minutes", better="lower")
    measure = measure.aim(4).annotate("2016-08-01", "Strike").rephase("2017-04-01", "Rota")
    return control_chart(measure, "i")


@pytest.fixture
def ax():
    return Figure(figsize=(7, 4)).add_subplot()


@pytest.fixture(autouse=True)
def no_figure_stays():
    yield
    pyplot.close("all")


def artists(ax):
    return {artist.get_label(): artist for artist in ax.get_children()}


def test_the_axes_hold_what_the_picture_holds(chart, ax):
    assert chart.plot(ax) is ax
    drawn = artists(ax)
    (panel,) = picture(chart, LIGHT).panels
    for thing in panel.things:
        artist = drawn[thing.name]
        if hasattr(artist, "get_xydata"):  # the later of two phases is kept under one label
            same = [
                np.array_equal(artist.get_xydata(), other.places, equal_nan=True)
                for other in panel.things
                if other.name == thing.name
            ]
            assert any(same), thing.name
    assert to_hex(drawn["Wait"].get_color()) == LIGHT.values
    assert to_hex(drawn["Target"].get_color()) == LIGHT.target
    assert drawn["Target"].get_linestyle() == "--"
    assert ax.get_xlim() == (panel.across.low, panel.across.high)
    assert ax.get_ylim() == (panel.upright.low, panel.upright.high)


def test_signals_have_their_shape(ax):
    measure = Measure.from_columns([*STEPS[:12], 60, *STEPS[:12]], name="Wait", better="lower")
    control_chart(measure, "i").plot(ax)
    mark = artists(ax)["Signal: worse"]
    assert mark.get_marker() == "D"
    assert to_hex(mark.get_markerfacecolor()) == LIGHT.concern


def test_a_readers_own_marks_may_be_placed_by_date(chart, ax):
    chart.plot(ax)
    line = ax.axvline(date(2017, 1, 1))
    low, high = ax.get_xlim()
    assert low < ax.convert_xunits(line.get_xdata()[0]) < high


def test_words_of_the_picture_are_on_the_axes(chart):
    ax = chart.plot()
    words = {text.get_text() for text in ax.texts}
    ticks = {text.get_text() for text in (*ax.get_xticklabels(), *ax.get_yticklabels())}
    for said in texts(lay_out(picture(chart, LIGHT)).sheet):
        assert said in words or any(said in tick.split("\n") for tick in ticks), said


def test_words_stand_where_the_layout_puts_them(chart):
    ax = chart.plot()
    layout = lay_out(picture(chart, LIGHT))
    ax.figure.draw_without_rendering()
    title = next(text for text in ax.texts if text.get_text() == "Wait")
    x, y = title.get_transform().transform(title.get_position()) / ax.figure.dpi * 72
    (words,) = (each for each in layout.words if getattr(each, "text", "") == "Wait")
    assert (x, layout.height - y) == pytest.approx((words.x, words.y), abs=0.01)
    box = ax.get_position()
    (frame,) = layout.frames
    assert box.x0 * layout.width == pytest.approx(frame.left)
    assert (1 - box.y1) * layout.height == pytest.approx(frame.top)


def test_the_theme_colours_the_figure(chart):
    ax = chart.plot(theme=DARK)
    assert to_hex(ax.figure.get_facecolor()) == DARK.paper
    assert to_hex(ax.get_facecolor()) == DARK.paper
    assert to_hex(artists(ax)["Wait"].get_color()) == DARK.values


def test_dollars_are_dollars(ax):
    run_chart(Measure.from_columns(STEPS, name="Cost in $ and $x^2$")).plot(ax)
    title = next(text for text in ax.texts if "Cost" in text.get_text())
    assert title.get_parse_math() is False


def test_drawing_leaves_matplotlibs_settings_alone(chart, ax):
    before = dict(matplotlib.rcParams)
    chart.plot(ax)
    chart.plot()
    assert dict(matplotlib.rcParams) == before
